//! The section Safe E-Mail Servers.

use super::*;

pub(super) fn safe_servers_in_advanced(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = match (case.farm.delivery(), &case.farm.incoming.safe_servers) {
        (_, None) => Outcome::not_applicable(not_recorded(SAFE)),
        (Delivery::ModeMissing, _) => {
            Outcome::not_applicable("no mode is recorded (page-mode-missing)")
        }
        (Delivery::Advanced { .. }, Some(SafeServers::Only(list))) => Outcome::Fail(
            Finding::new(
                "safe servers are listed, but only automatic mode enforces them: in advanced mode \
                 everything in the drop folder is taken",
                "Take the list out, and restrict senders where the mail is received: the SMTP \
                 service's relay and connection lists",
            )
            .observed(
                SAFE,
                "`all`, or nothing, in advanced mode",
                format!("a list of {}", list.len()),
            )
            .with_action(Action::unset(SAFE)),
        ),
        _ => Outcome::pass(),
    };
    one(SAFE, outcome)
}

/// Why a rule about listed safe servers says nothing, else the list.
pub(super) fn listed(case: &Case<'_>) -> Result<Vec<Lenient<SafeServer>>, Outcome> {
    if let Some(outcome) = unless_automatic(case.farm) {
        return Err(outcome);
    }
    match &case.farm.incoming.safe_servers {
        None => Err(Outcome::not_applicable(not_recorded(SAFE))),
        Some(SafeServers::All) => Err(Outcome::not_applicable("mail from all servers is accepted")),
        Some(SafeServers::Only(list)) => Ok(list.clone()),
    }
}

pub(super) fn safe_servers_empty(case: &Case<'_>) -> Vec<RuleResult> {
    let finding = || {
        let message = "only safe servers are accepted and none is listed, so all mail is refused";
        let remedy = "List them with `spinmail safe-servers only ENTRY…`, or accept all with \
                      `spinmail safe-servers all`";
        Finding::new(message, remedy).observed(
            SAFE,
            "`all`, or at least one server",
            "an empty list",
        )
    };
    let outcome = match (&case.farm.incoming.safe_servers, listed(case)) {
        (_, Ok(list)) => Outcome::pass_unless(list.is_empty().then(finding)),
        (Some(SafeServers::All), Err(_)) if unless_automatic(case.farm).is_none() => {
            Outcome::pass()
        }
        (_, Err(outcome)) => outcome,
    };
    one(SAFE, outcome)
}

pub(super) fn safe_server_invalid(case: &Case<'_>) -> Vec<RuleResult> {
    let list = match listed(case) {
        Ok(list) if list.is_empty() => {
            return one(
                SAFE,
                Outcome::not_applicable("none is listed (page-safe-servers-empty)"),
            );
        }
        Ok(list) => list,
        Err(outcome) => return one(SAFE, outcome),
    };
    let judged = |(at, typed): (usize, &Lenient<SafeServer>)| {
        let name = if typed.text.trim().is_empty() {
            format!("entry {}", at + 1)
        } else {
            typed.text.clone()
        };
        let outcome = match &typed.value {
            Ok(_) => Outcome::pass(),
            Err(fault) => Outcome::Fail(
                Finding::new(
                    format!("the safe server `{name}` is no address, subnet or host name: {fault}"),
                    "Correct it in the list, or take it out with `spinmail safe-servers remove \
                     ENTRY`",
                )
                .observed(SAFE, SafeServer::EXPECTED, format!("`{}`", typed.text)),
            ),
        };
        RuleResult::new(name, outcome)
    };
    list.iter().enumerate().map(judged).collect()
}
