//! The section *Safe E-Mail Servers*.

use crate::farm::values::{FromText, Lenient, SafeServer, SafeServers};
use crate::farm::{Delivery, Farm};
use crate::remedy::Action;
use crate::rules::wanted::{self, not_recorded};
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult};

const SAFE: &str = "incoming-email.safe-servers";

pub(super) fn in_advanced_mode(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = match (case.farm.delivery(), &case.farm.incoming.safe_servers) {
        (_, None) => not_recorded(SAFE),
        (Delivery::ModeMissing, _) => wanted::without_mode(),
        (Delivery::Advanced { .. }, Some(SafeServers::Only(list))) => {
            Outcome::Fail(not_enforced_finding(list))
        }
        _ => Outcome::pass(),
    };
    RuleResult::only(SAFE, outcome)
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

/// Returns the safe servers that automatic mode enforces.
fn enforced(farm: &Farm) -> Judged<&SafeServers> {
    wanted::automatic_mode(farm)?;
    let safe_servers = farm.incoming.safe_servers.as_ref();
    safe_servers.ok_or_else(|| not_recorded(SAFE))
}

pub(super) fn empty(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = enforced(case.farm).map(|safe_servers| match safe_servers {
        SafeServers::Only(list) if list.is_empty() => Outcome::Fail(
            Finding::new(
                "only safe servers are accepted and none is listed, so all mail is refused",
                "List them with `spinmail safe-servers only ENTRY…`, or accept all with `spinmail \
                 safe-servers all`",
            )
            .observed(SAFE, "`all`, or at least one server", "an empty list"),
        ),
        _ => Outcome::pass(),
    });
    RuleResult::only(SAFE, outcome)
}

pub(super) fn invalid(case: &Case<'_>) -> Vec<RuleResult> {
    match listed(case.farm) {
        Ok(list) => list
            .iter()
            .zip(1..)
            .map(|(entry, number)| judge_entry(entry, number))
            .collect(),
        Err(instead) => RuleResult::only(SAFE, instead),
    }
}

/// Returns the safe servers one by one.
fn listed(farm: &Farm) -> Judged<&[Lenient<SafeServer>]> {
    match enforced(farm)? {
        SafeServers::All => Err(Outcome::not_applicable("mail from all servers is accepted")),
        SafeServers::Only(list) if list.is_empty() => Err(Outcome::because(
            "page-safe-servers-empty",
            "none is listed",
        )),
        SafeServers::Only(list) => Ok(list),
    }
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
