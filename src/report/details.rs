//! What is said of a verdict beyond its message, for the formats that say it in lines.

use super::{Report, Status};
use crate::error::Error;
use crate::farm::FarmFileError;
use crate::remedy;
use crate::rules::Verdict;
use std::collections::HashMap;

/// A line about a verdict.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Detail {
    pub label: &'static str,
    pub text: String,
    /// A command is to be copied, so nothing breaks it.
    pub is_command: bool,
}

/// Evidence, remedy with its commands, acceptance, and where more is said.
pub(super) fn of(verdict: &Verdict, file: &str) -> Vec<Detail> {
    let line = |label, text: String| Detail {
        label,
        text,
        is_command: false,
    };
    let command = |label, text: String| Detail {
        label,
        text,
        is_command: true,
    };
    let mut details = Vec::new();
    for evidence in &verdict.evidence {
        details.push(line("asked", evidence.asked.clone()));
        details.push(line("expected", evidence.expected.clone()));
        details.push(line("observed", evidence.observed.clone()));
    }
    if let Some(remedy) = &verdict.remedy {
        details.push(line(
            "remedy",
            format!("{}   [{}]", remedy.text, remedy.role),
        ));
        details.extend(commands(verdict, file).map(|text| command("", text)));
    }
    if let Some(accepted) = acceptance(verdict) {
        details.push(line("accepted", accepted));
    }
    details.push(command(
        "explain",
        format!("spinmail explain {}", verdict.rule.id),
    ));
    details
}

/// Verdicts as they are told, each with its place: what is undecided for the same reason is told
/// once, with the first of its rules.
pub(super) fn together<'a>(
    report: &Report,
    verdicts: impl IntoIterator<Item = (usize, &'a Verdict)>,
) -> Vec<Vec<(usize, &'a Verdict)>> {
    let mut groups: Vec<Vec<(usize, &Verdict)>> = Vec::new();
    let mut places = HashMap::new();
    for (at, verdict) in verdicts {
        let line = verdict.about.as_ref().and_then(|about| about.line);
        let reason = (
            &verdict.subject,
            &verdict.message,
            line,
            report.is_new(verdict),
        );
        let place = match Status::of(verdict) {
            Status::Undecided => *places.entry(reason).or_insert(groups.len()),
            _ => groups.len(),
        };
        match groups.get_mut(place) {
            Some(group) => group.push((at, verdict)),
            None => groups.push(vec![(at, verdict)]),
        }
    }
    groups
}

/// The commands of the remedy, as far as they can be written.
pub(super) fn commands(verdict: &Verdict, file: &str) -> impl Iterator<Item = String> {
    let actions = verdict.remedy.iter().flat_map(|remedy| &remedy.actions);
    actions.filter_map(move |action| remedy::command(action, file))
}

/// Why and how long a finding is accepted.
pub(super) fn acceptance(verdict: &Verdict) -> Option<String> {
    let accepted = verdict.accepted.as_ref()?;
    let end = accepted
        .until
        .map(|until| format!(" (until {until})"))
        .unwrap_or_default();
    Some(format!("{}{end}", accepted.reason))
}

/// The lines as a text without blanks for looks.
pub(super) fn text(verdict: &Verdict, file: &str) -> String {
    let line = |detail: Detail| match detail.label {
        "" => format!("  {}", detail.text),
        label => format!("{label}: {}", detail.text),
    };
    of(verdict, file)
        .into_iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

/// A mistake of a file, with what was expected and what helps.
pub(super) fn mistake(mistake: &FarmFileError) -> String {
    let expected = mistake
        .expected
        .as_ref()
        .map(|expected| format!(", expected {expected}"))
        .unwrap_or_default();
    let hints = mistake.hints.iter().map(|hint| format!("\nhint: {hint}"));
    format!("{}{expected}{}", mistake.message, hints.collect::<String>())
}

/// An error with what helps.
pub(super) fn error(error: &Error) -> String {
    error
        .hints
        .iter()
        .fold(error.message.clone(), |text, hint| {
            format!("{text}\nhint: {hint}")
        })
}
