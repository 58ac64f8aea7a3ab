//! Sentences that several formats say.

use super::since::Since;
use super::writer::Summary;
use super::{Counts, Status};
use crate::rules::Verdict;

/// Returns what a verdict says in one sentence. Only a finding's message names its subject.
pub(super) fn sentence(verdict: &Verdict) -> String {
    match Status::of(verdict) {
        Status::Open(_) | Status::Accepted => verdict.message.clone(),
        _ => format!("{}: {}", verdict.subject, verdict.message),
    }
}

/// Returns "since `old.json`: 1 new, 2 stayed".
pub(super) fn since_summary(since: &Since) -> String {
    if !since.is_known {
        return format!(
            "since `{}`: it says nothing of this farm, so everything is new",
            since.report
        );
    }
    let counts = [
        (since.new.len(), "new"),
        (since.stayed.len(), "stayed"),
        (since.gone.len(), "gone"),
        (since.not_judged.len(), "not judged now"),
    ];
    let said: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let said = if said.is_empty() {
        "nothing new, nothing gone".to_owned()
    } else {
        said.join(", ")
    };
    format!("since `{}`: {said}", since.report)
}

/// Returns "2 errors, 1 warning; 12 passed, 3 not applicable".
pub(super) fn summary(counts: &Counts) -> String {
    let found = join(&[
        (counts.error, "error", "errors"),
        (counts.warning, "warning", "warnings"),
        (counts.note, "note", "notes"),
        (counts.undecided, "undecided", "undecided"),
    ]);
    let rest = join(&[
        (counts.pass, "passed", "passed"),
        (counts.not_applicable, "not applicable", "not applicable"),
        (counts.accepted, "accepted", "accepted"),
    ]);
    let found = if found.is_empty() {
        "nothing found".to_owned()
    } else {
        found
    };
    if rest.is_empty() {
        found
    } else {
        format!("{found}; {rest}")
    }
}

/// Returns the counts that are not zero, in words.
fn join(counts: &[(usize, &str, &str)]) -> String {
    let said: Vec<String> = counts
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
        .collect();
    said.join(", ")
}

/// Returns "3 files (1 unreadable): 2 errors; 12 passed".
pub(super) fn fleet_summary(all: &Summary<'_>) -> String {
    let unjudged: Vec<String> = [
        (all.unreadable, "unreadable"),
        (all.not_judged, "not judged"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    let unjudged = match unjudged.is_empty() {
        true => String::new(),
        false => format!(" ({})", unjudged.join(", ")),
    };
    let files = if all.files == 1 {
        "1 file".to_owned()
    } else {
        format!("{} files", all.files)
    };
    if all.files == all.unreadable + all.not_judged {
        return format!("{files}{unjudged}");
    }
    format!("{files}{unjudged}: {}", summary(&all.counts))
}
