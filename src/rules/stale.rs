//! Facts that are too old to be judged (`--max-age`).

use super::{Case, Outcome, Rule, RuleResult};

/// Says why a rule is undecided if its facts are left out as too old. Without them it says that
/// they were not gathered.
pub(super) fn explain(case: &Case<'_>, rule: &Rule, results: &mut [RuleResult]) {
    let Some(why) = case.facts.stale(rule.area) else {
        return;
    };
    for result in results {
        if let Outcome::Undecided(text) = &mut result.outcome {
            why.clone_into(text);
        }
    }
}
