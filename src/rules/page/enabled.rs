//! Whether the farm receives mail at all.

use crate::rules::{Case, Finding, Outcome, RuleResult};

const ENABLED: &str = "incoming-email.enabled";

pub(super) fn disabled(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = match case.farm.incoming.enabled {
        Some(true) => Outcome::pass(),
        Some(false) => Outcome::Fail(
            Finding::new(
                "incoming e-mail is disabled: SharePoint takes no mail from the drop folder",
                "If lists should receive mail, enable it with `spinmail enable`. While it is \
                 disabled, most rules are not judged",
            )
            .recorded(ENABLED, "`true` where lists should receive mail", "`false`"),
        ),
        None => Outcome::undecided(format!(
            "`{ENABLED}` is not recorded; `spinmail enable` or `spinmail disable` records it"
        )),
    };
    RuleResult::only(ENABLED, outcome)
}
