//! The details of a verdict besides its message, for formats with lines.

use super::{Report, Status};
use crate::error::Error;
use crate::farm::FarmFileError;
use crate::remedy;
use crate::rules::{Evidence, EvidenceSource, Verdict};
use crate::text::{clipped, shown};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A line about a verdict.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Detail {
    pub label: &'static str,
    pub text: String,
    /// A command is meant for copying, so it is not broken into lines.
    pub is_command: bool,
}

impl Detail {
    pub(super) fn text(label: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        let clipped = match clipped(&text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(clipped) => Some(clipped),
        };
        Self {
            label,
            text: clipped.unwrap_or(text),
            is_command: false,
        }
    }

    fn command(label: &'static str, text: String) -> Self {
        Self {
            label,
            text,
            is_command: true,
        }
    }

    /// Returns the detail as one line.
    fn line(&self) -> String {
        match self.label {
            "" => format!("  {}", shown(&self.text)),
            label => format!("{label}: {}", shown(&self.text)),
        }
    }
}

/// Returns the evidence, the remedy with its commands, the acceptance, and the command that
/// explains the rule.
pub(super) fn lines(verdict: &Verdict, file: &str) -> Vec<Detail> {
    let mut details = evidence(verdict);
    details.extend(remedy_lines(&[verdict], file));
    details.extend(acceptance_line(verdict));
    details.push(explain_line(verdict));
    details
}

/// Returns the question, the expected and the observed value.
pub(super) fn evidence(verdict: &Verdict) -> Vec<Detail> {
    let mut details = Vec::new();
    for evidence in &verdict.evidence {
        details.push(Detail::text(evidence_label(evidence), &evidence.asked));
        details.push(Detail::text("expected", &evidence.expected));
        details.push(Detail::text("observed", &evidence.observed));
    }
    details
}

/// Returns the label of what was asked.
fn evidence_label(evidence: &Evidence) -> &'static str {
    match evidence.source {
        EvidenceSource::FarmFile => "setting",
        EvidenceSource::Facts => "asked",
    }
}

/// Returns the common remedy of some findings, with the commands of all of them.
pub(super) fn remedy_lines(verdicts: &[&Verdict], file: &str) -> Vec<Detail> {
    let Some(remedy) = verdicts.first().and_then(|first| first.remedy.as_ref()) else {
        return Vec::new();
    };
    let text = format!("{}   [{}]", remedy.text, remedy.role);
    let mut details = vec![Detail::text("remedy", text)];
    for command in verdicts.iter().flat_map(|verdict| commands(verdict, file)) {
        let command = Detail::command("", command);
        if !details.contains(&command) {
            details.push(command);
        }
    }
    details
}

/// Returns why a finding is accepted, or `None` if it is not.
pub(super) fn acceptance_line(verdict: &Verdict) -> Option<Detail> {
    acceptance(verdict).map(|accepted| Detail::text("accepted", accepted))
}

/// Returns the command that explains the rule.
pub(super) fn explain_line(verdict: &Verdict) -> Detail {
    Detail::command(
        "explain",
        remedy::spinmail("explain {RULE}", &[&verdict.rule.id]),
    )
}

/// Groups verdicts, each with its index: undecided verdicts with the same reason are one group, at
/// the position of the first.
pub(super) fn grouped<'a>(
    report: &Report,
    verdicts: impl IntoIterator<Item = (usize, &'a Verdict)>,
) -> Vec<Vec<(usize, &'a Verdict)>> {
    let items = verdicts
        .into_iter()
        .map(|(index, verdict)| (Reason::for_verdict(report, verdict), (index, verdict)));
    in_groups(items)
}

/// Groups items with the same key, at the position of the first. An item without a key is a group
/// of its own.
pub(super) fn in_groups<Key: Ord, Item>(
    items: impl IntoIterator<Item = (Option<Key>, Item)>,
) -> Vec<Vec<Item>> {
    let mut groups: Vec<Vec<Item>> = Vec::new();
    let mut group_of_key = BTreeMap::new();
    for (key, item) in items {
        let index = match key {
            Some(key) => *group_of_key.entry(key).or_insert(groups.len()),
            None => groups.len(),
        };
        match groups.get_mut(index) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups
}

/// Why a verdict is undecided. Several rules may be undecided for the same reason.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reason<'a> {
    /// The undecided subject, or `None` if it does not distinguish verdicts.
    subject: Option<&'a str>,
    message: &'a str,
    line: Option<usize>,
    is_new: bool,
}

impl<'a> Reason<'a> {
    /// Returns why a verdict is undecided, or `None` if it is not.
    pub(super) fn for_verdict(report: &Report, verdict: &'a Verdict) -> Option<Self> {
        (Status::of(verdict) == Status::Undecided).then(|| Self {
            subject: Some(&verdict.subject),
            message: &verdict.message,
            line: verdict.about.as_ref().and_then(|about| about.line),
            is_new: report.is_new(verdict),
        })
    }

    /// Returns the reason regardless of its subject: deciding one verdict decides all with this
    /// reason.
    pub(super) fn of_any_subject(self) -> Self {
        Self {
            subject: None,
            line: None,
            ..self
        }
    }
}

/// Returns the commands of the remedy that can be written.
pub(super) fn commands(verdict: &Verdict, file: &str) -> impl Iterator<Item = String> {
    let actions = verdict.remedy.iter().flat_map(|remedy| &remedy.actions);
    actions.filter_map(move |action| remedy::command(action, file))
}

/// Returns why and until when a finding is accepted, or `None` if it is not.
pub(super) fn acceptance(verdict: &Verdict) -> Option<String> {
    let accepted = verdict.accepted.as_ref()?;
    let end = accepted
        .until
        .map(|until| format!(" (until {until})"))
        .unwrap_or_default();
    Some(format!("{}{end}", accepted.reason))
}

/// Returns the lines as a text, with unaligned labels. Each field is escaped separately, so that a
/// line break in it does not start a line.
pub(super) fn text(verdict: &Verdict, file: &str) -> String {
    let lines: Vec<String> = lines(verdict, file).iter().map(Detail::line).collect();
    lines.join("\n")
}

/// Returns a mistake in a file, with the expected value and the hints, each field escaped.
pub(super) fn mistake(mistake: &FarmFileError) -> String {
    let mut text = shown(&mistake.message).into_owned();
    if let Some(expected) = &mistake.expected {
        text.push_str(", expected ");
        text.push_str(&shown(expected));
    }
    push_hints(&mut text, &mistake.hints);
    text
}

/// Returns an error with its hints, each field escaped.
pub(super) fn error(error: &Error) -> String {
    let mut text = shown(&error.message).into_owned();
    push_hints(&mut text, &error.hints);
    text
}

/// Adds hints, each in a separate line.
fn push_hints(text: &mut String, hints: &[String]) {
    for hint in hints {
        text.push_str("\nhint: ");
        text.push_str(&shown(hint));
    }
}
