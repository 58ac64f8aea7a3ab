//! The brief form of a finding, in which nothing is repeated: not the message, and not the line of
//! the farm file.

use super::details::{Detail, in_groups};
use crate::rules::{Evidence, EvidenceSource, Verdict};
use crate::text::clipped;

/// How much a report for reading shows of each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Without repetition.
    Brief,
    /// Everything, each piece of evidence in separate lines.
    Full,
}

/// The maximum number of subjects in a brief sentence.
const MAX_SUBJECTS: usize = 6;

/// Returns the text of verdicts that are undecided for one reason: "sp1, sp2: it was not asked".
pub(super) fn undecided_sentence(block: &[&Verdict]) -> String {
    let mut subjects: Vec<&str> = Vec::new();
    for verdict in block {
        if !subjects.contains(&&*verdict.subject) {
            subjects.push(&verdict.subject);
        }
    }
    let named = subjects.iter().take(MAX_SUBJECTS).copied();
    let named = named.collect::<Vec<_>>().join(", ");
    let more = match subjects.len().saturating_sub(MAX_SUBJECTS) {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    let message = block.first().map_or("", |verdict| &verdict.message);
    format!("{named}{more}: {}", clipped(message))
}

/// Returns the other rules that are undecided for the same reason as the first, or `None` if there
/// are none.
pub(super) fn other_rules(block: &[&Verdict]) -> Option<Detail> {
    let mut rules: Vec<&str> = Vec::new();
    for verdict in block {
        if !rules.contains(&verdict.rule.id) {
            rules.push(verdict.rule.id);
        }
    }
    let (_, others) = rules.split_first()?;
    let text = format!("{} ({} verdicts)", others.join(", "), block.len());
    (!others.is_empty()).then(|| Detail::text("also", text))
}

/// Returns the line of the farm file that a verdict is about, with its place.
pub(super) fn setting_line(verdict: &Verdict, file: &str) -> Option<Detail> {
    let line = verdict.about.as_ref()?.line?;
    let (_, text) = shown_line(verdict)?;
    Some(Detail::text("setting", format!("{file}:{line}: {text}")))
}

/// Returns a line for everything that was observed where the same was expected.
pub(super) fn evidence(verdict: &Verdict) -> Vec<Detail> {
    let keyed = verdict
        .evidence
        .iter()
        .map(|evidence| (Some(&evidence.expected), evidence));
    in_groups(keyed)
        .iter()
        .map(|group| observation(verdict, group))
        .collect()
}

/// Returns the line of evidence with one expectation.
fn observation(verdict: &Verdict, group: &[&Evidence]) -> Detail {
    let expected = group.first().map_or("", |evidence| &evidence.expected);
    let observed = clipped(&observed(verdict, group)).into_owned();
    match (observed.is_empty(), expected.is_empty()) {
        (true, _) => Detail::text("expected", expected),
        (false, true) => Detail::text("observed", observed),
        (false, false) => Detail::text(
            "observed",
            format!("{observed} (expected: {})", clipped(expected)),
        ),
    }
}

/// Returns the observations, each different answer once, after its question.
fn observed(verdict: &Verdict, group: &[&Evidence]) -> String {
    let is_only = group.len() == 1;
    let answer = |evidence: &&Evidence| match is_only {
        true if is_in_line(verdict, evidence) => String::new(),
        false if is_value_of_setting(evidence) => String::new(),
        _ => evidence.observed.clone(),
    };
    let keyed = group
        .iter()
        .map(|evidence| (Some(answer(evidence)), *evidence));
    let parts = in_groups(keyed).into_iter().filter_map(|same| {
        let asked: Vec<&str> = same
            .iter()
            .map(|evidence| evidence.asked.as_str())
            .filter(|asked| !(is_only && is_about(verdict, asked)))
            .collect();
        let both = [asked.join(", "), same.first().map(answer)?];
        let said: Vec<String> = both.into_iter().filter(|text| !text.is_empty()).collect();
        (!said.is_empty()).then(|| said.join(": "))
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// Returns whether the evidence is what the farm file says: its key is enough.
fn is_value_of_setting(evidence: &Evidence) -> bool {
    evidence.observed.starts_with('`')
        && evidence.observed.ends_with('`')
        && evidence.source == EvidenceSource::FarmFile
}

/// Returns whether what was asked is the setting whose line is shown.
fn is_about(verdict: &Verdict, asked: &str) -> bool {
    shown_line(verdict).is_some_and(|(setting, _)| setting == asked)
}

/// Returns whether the line of the farm file that is shown holds what was observed.
fn is_in_line(verdict: &Verdict, evidence: &Evidence) -> bool {
    let value = evidence.observed.trim_matches('`');
    shown_line(verdict)
        .is_some_and(|(setting, line)| setting == evidence.asked && line.contains(value))
}

/// Returns the setting whose line is shown with a verdict, and the line.
fn shown_line(verdict: &Verdict) -> Option<(&str, &str)> {
    let about = verdict.about.as_ref()?;
    about.line?;
    Some((&about.setting, about.text.as_deref()?))
}
