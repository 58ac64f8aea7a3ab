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
mod stale;
mod verdict;

pub use crate::facts::Area;
pub use case::Case;
pub(crate) use outcome::{Evidence, Finding, Outcome, Remedy, RuleResult};
pub use outcome::{OutcomeKind, Severity};
pub use rule::Rule;
pub(crate) use rule::{Hop, Judge};
pub use select::Selection;
pub(crate) use select::{AreaPart, area_from_word};
pub use verdict::Verdict;

use rule::{Judged, JudgedResult, rule};

/// Every area's rules, in the order of the report.
pub(crate) static RULES: &[&[Rule]] = &[
    page::RULES,
    farm::RULES,
    dns::RULES,
    smtp::RULES,
    iis::RULES,
    folder::RULES,
    folder::rights::RULES,
    directory::RULES,
];

/// Returns every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> + Clone {
    RULES.iter().copied().flatten()
}

/// Returns the rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// Judges a case by the selected rules. The same case always has the same verdicts in the same
/// order.
pub fn judge(case: &Case<'_>, selection: &Selection) -> Vec<Verdict> {
    let rules: Vec<&'static Rule> = all().filter(|rule| selection.includes(rule)).collect();
    let mut verdicts: Vec<Verdict> = Vec::new();
    for &rule in &rules {
        if let Judge::Case(judge) = rule.judge {
            let mut results = if rule.area.is_offline() && !case.farm.is_enabled() {
                vec![not_enabled(rule)]
            } else {
                judge(case)
            };
            stale::explain(case, rule, &mut results);
            for result in results {
                verdicts.push(Verdict::new(rule, result, case));
            }
        }
    }
    let every_rule: Vec<&'static Rule> = all().collect();
    let results: Vec<JudgedResult> = verdicts.iter().map(judged_result).collect();
    let judged = Judged {
        rules: &every_rule,
        results: &results,
    };
    for &rule in &rules {
        if let Judge::Verdicts(judge) = rule.judge {
            for result in judge(case, &judged) {
                if selection.names_area(rule.area) || is_about_selected(&result, selection) {
                    verdicts.push(Verdict::new(rule, result, case));
                }
            }
        }
    }
    verdicts.sort_by_cached_key(|verdict| rules.iter().position(|rule| rule.id == verdict.rule.id));
    verdicts
}

/// Returns a verdict as the rules about acceptances see it.
fn judged_result(verdict: &Verdict) -> JudgedResult {
    JudgedResult {
        rule: verdict.rule.id,
        subject: verdict.subject.clone(),
        outcome: verdict.outcome,
    }
}

/// Returns whether an acceptance is about a selected rule. If other areas are asked for, only these
/// acceptances are reported.
fn is_about_selected(result: &RuleResult, selection: &Selection) -> bool {
    let accepted = result.subject.split('/').next().and_then(find);
    accepted.is_some_and(|rule| selection.includes(rule))
}

fn not_enabled(rule: &Rule) -> RuleResult {
    let subject = rule.about.first().copied().unwrap_or("farm");
    let why = "incoming e-mail is not recorded as enabled";
    RuleResult::new(subject, Outcome::not_applicable(why))
}
