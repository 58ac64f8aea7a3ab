//! The blocks of a report for people: verdicts that one reader handles together.

use super::brief::Depth;
use super::details::{Reason, in_groups};
use super::{Report, Status};
use crate::remedy::AdminRole;
use crate::rules::{Hop, Severity, Verdict};

/// The common property of a block's verdicts.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum BlockKey<'a> {
    /// Findings of one rule with one remedy.
    Remedy {
        rule: &'static str,
        severity: &'static str,
        text: &'a str,
        role: AdminRole,
    },
    /// Undecided verdicts with one reason.
    Reason(Reason<'a>),
}

/// Groups verdicts into blocks: the worst first, and equally bad ones in the order of the mail
/// route. Findings of one rule with one remedy are a block, and so are undecided verdicts with one
/// reason; in brief reports, whatever their subject.
pub(super) fn blocks<'a>(
    report: &Report,
    verdicts: impl IntoIterator<Item = &'a Verdict>,
    depth: Depth,
) -> Vec<Vec<&'a Verdict>> {
    let mut sorted: Vec<&Verdict> = verdicts.into_iter().collect();
    sorted.sort_by_key(|verdict| (rank(Status::of(verdict)), place(verdict)));
    in_groups(
        sorted
            .into_iter()
            .map(|verdict| (key(report, verdict, depth), verdict)),
    )
}

/// Returns the rank of a verdict among the others, the worst first.
fn rank(status: Status) -> u8 {
    match status {
        Status::Open(Severity::Error) => 0,
        Status::Open(Severity::Warning) => 1,
        Status::Open(Severity::Note) => 2,
        Status::Undecided => 3,
        Status::Accepted => 4,
        Status::Pass | Status::NotApplicable => 5,
    }
}

/// Returns the position of a verdict on the mail route. Verdicts that cannot stop a message come
/// last. Verdicts without a finding keep the order of the rules.
fn place(verdict: &Verdict) -> (bool, Option<Hop>) {
    match Status::of(verdict) {
        Status::Pass | Status::NotApplicable => (true, None),
        _ => (verdict.rule.hop.is_none(), verdict.rule.hop),
    }
}

fn key<'a>(report: &Report, verdict: &'a Verdict, depth: Depth) -> Option<BlockKey<'a>> {
    match Status::of(verdict) {
        Status::Open(severity) => verdict.remedy.as_ref().map(|remedy| BlockKey::Remedy {
            rule: verdict.rule.id,
            severity: severity.name(),
            text: &remedy.text,
            role: remedy.role,
        }),
        Status::Undecided => {
            let reason = Reason::for_verdict(report, verdict)?;
            Some(BlockKey::Reason(match depth {
                Depth::Brief => reason.of_any_subject(),
                Depth::Full => reason,
            }))
        }
        Status::Accepted | Status::Pass | Status::NotApplicable => None,
    }
}
