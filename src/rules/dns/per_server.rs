//! Judgement by each DNS server, merged into one result for each subject.

use super::names::display_address;
use crate::facts::NetworkView;
use crate::rules::dns_view::{DnsView, with_newest_exchangers};
use crate::rules::subject::Subject;
use crate::rules::{Case, Outcome, OutcomeKind, RuleResult};
use std::mem;

/// Returns the views that count: where the exchangers of the display address changed, only those
/// with the newest answer; and not those outside if no mail comes from there.
pub(super) fn views<'a>(case: &Case<'a>) -> Vec<DnsView<'a>> {
    let mut views = case.dns_views().to_vec();
    views.retain(|view| does_count(case, view.side));
    match display_address(case.farm) {
        Ok(domain) => with_newest_exchangers(&views, domain),
        Err(_) => views,
    }
}

/// Returns whether what name servers of a side answer counts: outside not if no mail comes from there.
pub(super) fn does_count(case: &Case<'_>, side: NetworkView) -> bool {
    side == NetworkView::Inside || case.farm.mail_from_outside != Some(false)
}

/// Returns the views that count of one side.
pub(super) fn views_from<'a>(case: &Case<'a>, side: NetworkView) -> Vec<DnsView<'a>> {
    let mut views = views(case);
    views.retain(|view| view.side == side);
    views
}

/// Judges by each DNS server and merges the results of each subject. A fault at one server is a
/// fault of its side. A pass at one server counts even if another did not answer, which
/// `dns-servers-disagree` reports.
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
    let mut by_side: Vec<SideResult> = Vec::new();
    for view in views {
        for result in judge(view) {
            let is_same = |known: &SideResult| {
                let own = &known.result.subject.scope;
                known.side == view.side && own.has_same_subject(&result.subject.scope)
            };
            let known = by_side.iter_mut().find(|known| is_same(known));
            match known {
                Some(known) => merge(&mut known.result.outcome, result.outcome, &view.name()),
                None => by_side.push(SideResult {
                    side: view.side,
                    server: view.name(),
                    result,
                }),
            }
        }
    }
    let has_both = SIDES
        .iter()
        .all(|side| views.iter().any(|view| view.side == *side));
    match has_both {
        true => merge_sides(by_side),
        false => by_side.into_iter().map(|each| each.result).collect(),
    }
}

/// Both sides.
pub(super) const SIDES: [NetworkView; 2] = [NetworkView::Inside, NetworkView::Outside];

/// What the DNS servers of one side come to for one subject.
pub(super) struct SideResult {
    pub side: NetworkView,
    /// The first server that said something of the subject.
    pub server: String,
    pub result: RuleResult,
}

impl SideResult {
    fn kind(&self) -> OutcomeKind {
        self.result.outcome.kind()
    }

    /// Returns whether there was something to judge.
    fn says_something(&self) -> bool {
        self.kind() != OutcomeKind::NotApplicable
    }

    /// Returns the result as one about its own side alone.
    fn of_side(mut self) -> RuleResult {
        self.result.subject.scope.side = Some(self.side);
        self.result
    }

    /// Returns the result as one about its own side alone, which its name says.
    fn named_by_side(mut self) -> RuleResult {
        self.result.subject = self.result.subject.seen_from(self.side);
        self.result
    }
}

/// Merges the results of both sides. What only one side has, a subject, a fault, or that it is seen
/// to be right, stays with that side: it says nothing about mail from the other.
pub(super) fn merge_sides(by_side: Vec<SideResult>) -> Vec<RuleResult> {
    let mut merged = Vec::new();
    let mut rest = by_side;
    while !rest.is_empty() {
        let mut one = rest.remove(0);
        let scope = &one.result.subject.scope;
        let of_other = rest
            .iter()
            .position(|other| other.result.subject.scope.has_same_subject(scope));
        let Some(other) = of_other.map(|at| rest.remove(at)) else {
            merged.push(match one.kind() {
                OutcomeKind::Undecided => one.named_by_side(),
                _ => one.of_side(),
            });
            continue;
        };
        if one.kind() == other.kind() {
            merge(&mut one.result.outcome, other.result.outcome, &other.server);
            merged.push(one.result);
            continue;
        }
        let sides = [one, other].into_iter();
        let sides = sides.filter(SideResult::says_something);
        merged.extend(sides.map(SideResult::named_by_side));
    }
    merged
}

/// Returns the result if no DNS server was asked.
pub(super) fn not_asked(subject: impl Into<Subject>) -> Vec<RuleResult> {
    let what = "DNS was not asked; `spinmail verify dns` or `spinmail gather dns` asks it";
    RuleResult::only(subject, Outcome::undecided(what))
}

/// Merges the outcome by another DNS server into a known one.
fn merge(known: &mut Outcome, new: Outcome, server: &str) {
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
            finding.message = format!("{} (so says {server})", finding.message);
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
