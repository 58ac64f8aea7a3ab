//! JUDGE: what can be wrong, one row each, and the pure judgement over them.

mod case;
mod directory;
mod dns;
mod farm;
mod folder;
mod iis;
mod outcome;
mod page;
mod rule;
mod select;
mod smtp;
mod verdict;

pub use crate::facts::Area;
pub use case::Case;
pub use outcome::{Evidence, Finding, Outcome, OutcomeKind, Remedy, RuleResult, Severity};
pub use rule::{Hop, Judge, Rule};
pub use select::{Part, Selection, area_of_word, part_of_word};
pub use verdict::Verdict;

use rule::rule;

/// Every area's rules, in the order of the report.
pub static RULES: &[&[Rule]] = &[
    page::RULES,
    farm::RULES,
    dns::RULES,
    smtp::RULES,
    iis::RULES,
    folder::RULES,
    folder::rights::RULES,
    directory::RULES,
];

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> + Clone {
    RULES.iter().copied().flatten()
}

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// Judges a case by the selected rules. The same case always gives the same verdicts in the same
/// order.
pub fn judge(case: &Case<'_>, selection: &Selection) -> Vec<Verdict> {
    let rules: Vec<&'static Rule> = all().filter(|rule| selection.takes(rule)).collect();
    let mut verdicts: Vec<Verdict> = Vec::new();
    for rule in &rules {
        if let Judge::Case(judge) = rule.judge {
            let judged = if rule.area.is_offline() && !case.farm.is_enabled() {
                disabled(rule)
            } else {
                judge(case)
            };
            verdicts.extend(
                judged
                    .into_iter()
                    .map(|judged| Verdict::new(rule, judged, case)),
            );
        }
    }
    for rule in &rules {
        if let Judge::Verdicts(judge) = rule.judge {
            // Asked for another area, they speak only of acceptances of that area's rules.
            let concerned = |judged: &RuleResult| {
                let accepted = judged.subject.split('/').next().and_then(find);
                selection.names(rule.area) || accepted.is_some_and(|rule| selection.takes(rule))
            };
            let judged = judge(case, &verdicts).into_iter().filter(concerned);
            let new: Vec<_> = judged
                .map(|judged| Verdict::new(rule, judged, case))
                .collect();
            verdicts.extend(new);
        }
    }
    let place = |verdict: &Verdict| rules.iter().position(|rule| rule.id == verdict.rule.id);
    verdicts.sort_by_cached_key(place);
    verdicts
}

fn disabled(rule: &Rule) -> Vec<RuleResult> {
    let subject = rule.about.first().copied().unwrap_or("farm");
    vec![RuleResult::new(
        subject,
        Outcome::not_applicable("incoming e-mail is not recorded as enabled"),
    )]
}
