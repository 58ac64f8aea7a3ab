//! Facts that are too old to be judged (`--max-age`).

use super::subject::Scope;
use super::{Case, Outcome, Rule, RuleResult};
use crate::farm::values::{FolderPath, FromText, ServerName};

/// Says why a rule is undecided if its facts are left out as too old. Without them it says that
/// they were not gathered.
pub(super) fn explain(case: &Case<'_>, rule: &Rule, results: &mut [RuleResult]) {
    if let Some(why) = case.facts.stale(rule.area) {
        for result in results {
            if let Outcome::Undecided(text) = &mut result.outcome {
                why.clone_into(text);
            }
        }
        return;
    }
    let names = case.facts.stale_names(rule.area);
    if names.is_empty() {
        return;
    }
    for result in results {
        let scope = &result.subject.scope;
        let own = [&scope.server, &scope.host, &scope.domain];
        let is_own = |name: &str| {
            let mut own = own.iter().copied().flatten();
            own.any(|own| ServerName::same(own, name)) || is_folder(scope, name)
        };
        let stale = names.iter().find(|(name, _)| is_own(name));
        if let (Outcome::Undecided(text), Some((_, why))) = (&mut result.outcome, stale) {
            (*why).clone_into(text);
        }
    }
}

/// Returns whether a subject is the drop folder of a path. A share has no server.
fn is_folder(scope: &Scope, path: &str) -> bool {
    let own = scope.folder.as_deref().map(FolderPath::from_text);
    matches!((own, FolderPath::from_text(path)), (Some(Ok(own)), Ok(path)) if own.is(&path))
}
