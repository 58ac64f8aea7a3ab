//! The settings mode, and SharePoint's version.

use crate::farm::values::{SafeServers, Version, Words, checked};
use crate::farm::{Delivery, Farm};
use crate::remedy::Action;
use crate::rules::{Case, Finding, Outcome, RuleResult, wanted};

const MODE: &str = "incoming-email.mode";
const SAFE: &str = "incoming-email.safe-servers";
const VERSION: &str = "farm.version";

pub(super) fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = match case.farm.incoming.mode {
        Some(_) => Outcome::pass(),
        None if !case.farm.is_enabled() => wanted::not_known_to_be_enabled(),
        None => Outcome::Fail(
            Finding::new(
                "incoming e-mail is enabled, but no settings mode is recorded",
                "Choose a mode with `spinmail mode advanced --drop-folder PATH`, or up to \
                 SharePoint 2016 `spinmail mode automatic`",
            )
            .recorded(MODE, "`automatic` or `advanced`", "nothing"),
        ),
    };
    RuleResult::only(MODE, outcome)
}

pub(super) fn automatic_removed(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = match (case.farm.delivery(), case.farm.version) {
        (Delivery::ModeMissing, _) => wanted::without_mode(),
        (Delivery::Automatic, None) => {
            Outcome::because("page-version-unknown", "the version is not recorded")
        }
        (Delivery::AutomaticRemoved, Some(version)) => {
            Outcome::Fail(automatic_removed_finding(case.farm, version))
        }
        _ => Outcome::pass(),
    };
    RuleResult::only(MODE, outcome)
}

fn automatic_removed_finding(farm: &Farm, version: Version) -> Finding {
    let finding = Finding::new(
        format!("{} has no automatic mode", version.meaning()),
        "Use a drop folder: `spinmail mode advanced --drop-folder PATH`",
    )
    .recorded(MODE, "`advanced`", "`automatic`");
    // Without a folder the mode alone would be the next error.
    if checked(&farm.incoming.drop_folder).valid().is_none() {
        return finding;
    }
    let finding = finding.with_action(Action::set(MODE, "advanced"));
    match farm.incoming.safe_servers {
        Some(SafeServers::Only(_)) => finding.with_action(Action::unset(SAFE)),
        _ => finding,
    }
}

pub(super) fn version_unknown(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = wanted::automatic_mode(case.farm).map(|()| match case.farm.version {
        Some(_) => Outcome::pass(),
        None => Outcome::Fail(
            Finding::new(
                "automatic mode is recorded, but the SharePoint version is not, and not every \
                 version has this mode",
                "Record the version with `spinmail set farm.version VERSION`",
            )
            .recorded(VERSION, "`foundation-2013`, `2013` or `2016`", "nothing"),
        ),
    });
    RuleResult::only(VERSION, outcome)
}
