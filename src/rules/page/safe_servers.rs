//! The section *Safe E-Mail Servers*.

use super::shared::{NO_MODE, automatic_mode, not_recorded, setting_result};
use crate::farm::values::{FromText, Lenient, SafeServer, SafeServers};
use crate::farm::{Delivery, Farm};
use crate::remedy::Action;
use crate::rules::{Case, Finding, Outcome, RuleResult};

const SAFE: &str = "incoming-email.safe-servers";

pub fn in_advanced_mode(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = match (case.farm.delivery(), &case.farm.incoming.safe_servers) {
        (_, None) => not_recorded(SAFE),
        (Delivery::ModeMissing, _) => Outcome::not_applicable(NO_MODE),
        (Delivery::Advanced { .. }, Some(SafeServers::Only(list))) => {
            Outcome::Fail(not_enforced_finding(list))
        }
        _ => Outcome::pass(),
    };
    setting_result(SAFE, outcome)
}

fn not_enforced_finding(list: &[Lenient<SafeServer>]) -> Finding {
    Finding::new(
        "safe servers are listed, but only automatic mode enforces them: in advanced mode \
         everything in the drop folder is taken",
        "Take the list out, and restrict senders where the mail is received: the SMTP service's \
         relay and connection lists",
    )
    .observed(
        SAFE,
        "`all`, or nothing, in advanced mode",
        format!("a list of {}", list.len()),
    )
    .with_action(Action::unset(SAFE))
}

/// Returns the safe servers that automatic mode enforces, or the outcome if it enforces none.
fn enforced(farm: &Farm) -> Result<&SafeServers, Outcome> {
    automatic_mode(farm)?;
    farm.incoming
        .safe_servers
        .as_ref()
        .ok_or_else(|| not_recorded(SAFE))
}

pub fn empty(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = match enforced(case.farm) {
        Err(instead) => instead,
        Ok(SafeServers::Only(list)) if list.is_empty() => Outcome::Fail(
            Finding::new(
                "only safe servers are accepted and none is listed, so all mail is refused",
                "List them with `spinmail safe-servers only ENTRY…`, or accept all with `spinmail \
                 safe-servers all`",
            )
            .observed(SAFE, "`all`, or at least one server", "an empty list"),
        ),
        Ok(_) => Outcome::pass(),
    };
    setting_result(SAFE, outcome)
}

pub fn invalid(case: &Case<'_>) -> Vec<RuleResult> {
    let instead = match enforced(case.farm) {
        Err(instead) => instead,
        Ok(SafeServers::All) => Outcome::not_applicable("mail from all servers is accepted"),
        Ok(SafeServers::Only(list)) if list.is_empty() => {
            Outcome::not_applicable("none is listed (page-safe-servers-empty)")
        }
        Ok(SafeServers::Only(list)) => {
            return list
                .iter()
                .zip(1..)
                .map(|(entry, number)| judge_entry(entry, number))
                .collect();
        }
    };
    setting_result(SAFE, instead)
}

/// Judges an entry of the list; `number` counts from 1.
fn judge_entry(entry: &Lenient<SafeServer>, number: usize) -> RuleResult {
    let name = if entry.text.trim().is_empty() {
        format!("entry {number}")
    } else {
        entry.text.clone()
    };
    let outcome = match &entry.value {
        Ok(_) => Outcome::pass(),
        Err(error) => Outcome::Fail(
            Finding::new(
                format!("the safe server `{name}` is no address, subnet or host name: {error}"),
                "Correct it in the list, or take it out with `spinmail safe-servers remove ENTRY`",
            )
            .observed(SAFE, SafeServer::EXPECTED, format!("`{}`", entry.text)),
        ),
    };
    RuleResult::new(name, outcome)
}
