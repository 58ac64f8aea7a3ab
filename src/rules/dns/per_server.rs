//! Judgement by each name server, merged into one result for each subject.

use super::names::display_address;
use crate::facts::NetworkView;
use crate::rules::dns_view::{DnsView, with_newest_exchangers};
use crate::rules::subject::Subject;
use crate::rules::{Case, Outcome, RuleResult};
use std::mem;

/// Returns the views that count: where the exchangers of the display address changed, only those
/// with the newest answer; and not those outside if no mail comes from there.
pub(super) fn views<'a>(case: &Case<'a>) -> Vec<DnsView<'a>> {
    let mut views = DnsView::all(case.farm, case.facts);
    if case.farm.mail_from_outside == Some(false) {
        views.retain(|view| view.side == NetworkView::Inside);
    }
    match display_address(case.farm) {
        Ok(domain) => with_newest_exchangers(&views, domain),
        Err(_) => views,
    }
}

/// Returns the views that count of one side.
pub(super) fn views_from<'a>(case: &Case<'a>, side: NetworkView) -> Vec<DnsView<'a>> {
    let mut views = views(case);
    views.retain(|view| view.side == side);
    views
}

/// Judges by each name server and merges the results of each subject. A fault at one server is a
/// fault. A pass at one server counts even if another did not answer, which `dns-servers-disagree`
/// reports.
pub(super) fn judge_per_server(
    case: &Case<'_>,
    subject: impl Into<Subject>,
    judge: impl Fn(&DnsView<'_>) -> Vec<RuleResult>,
) -> Vec<RuleResult> {
    judge_by_views(&views(case), subject, judge)
}

/// Judges by each of these views and merges the results of each subject, as [`judge_per_server`].
pub(super) fn judge_by_views<'a>(
    views: &[DnsView<'a>],
    subject: impl Into<Subject>,
    judge: impl Fn(&DnsView<'a>) -> Vec<RuleResult>,
) -> Vec<RuleResult> {
    if views.is_empty() {
        return not_asked(subject);
    }
    let mut merged: Vec<RuleResult> = Vec::new();
    for view in views {
        for result in judge(view) {
            match merged
                .iter_mut()
                .find(|known| known.subject.text == result.subject.text)
            {
                Some(known) => merge(&mut known.outcome, result.outcome, view),
                None => merged.push(result),
            }
        }
    }
    merged
}

/// Returns the result if no name server was asked.
pub(super) fn not_asked(subject: impl Into<Subject>) -> Vec<RuleResult> {
    let what = "DNS was not asked; `spinmail verify dns` or `spinmail gather dns` asks it";
    RuleResult::only(subject, Outcome::undecided(what))
}

/// Merges the outcome by another name server into a known one.
fn merge(known: &mut Outcome, new: Outcome, view: &DnsView<'_>) {
    match (&mut *known, new) {
        (Outcome::Fail(finding), Outcome::Fail(mut other)) => {
            // The message goes with its severity.
            if other.severity > finding.severity {
                mem::swap(finding, &mut other);
            }
            other
                .evidence
                .retain(|evidence| !finding.evidence.contains(evidence));
            finding.evidence.append(&mut other.evidence);
        }
        (_, Outcome::Fail(mut finding)) => {
            finding.message = format!("{} (so says {})", finding.message, view.name());
            *known = Outcome::Fail(finding);
        }
        (old, new) if rank(&new) > rank(old) => *old = new,
        _ => {}
    }
}

/// Returns how much an outcome says: the highest counts.
fn rank(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Fail(_) => 3,
        Outcome::Pass(_) => 2,
        Outcome::NotApplicable { .. } => 1,
        Outcome::Undecided(_) => 0,
    }
}
