//! Servers that mail goes to, and whether any server takes it from where they drop it.

use super::names::{DISPLAY, display_address};
use crate::facts::Answer;
use crate::farm::values::{FolderPath, FromText};
use crate::farm::{Farm, Server};
use crate::rules::route::{Reach, Way};
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, Severity, Ternary};

pub(super) fn mx_without_service(case: &Case<'_>) -> Vec<RuleResult> {
    if case.farm.servers.is_empty() {
        return RuleResult::only(DISPLAY, Outcome::not_applicable("no server is recorded"));
    }
    if let Err(instead) = display_address(case.farm) {
        return RuleResult::only(DISPLAY, instead);
    }
    let routes = case.routes();
    let mut results = Vec::new();
    let mut unknown = None;
    let mut is_off = true;
    for server in &case.farm.servers {
        let ways = match routes.reach(server) {
            Reach::On(ways) => ways,
            Reach::Off => continue,
            Reach::NotKnown(_) => {
                is_off = false;
                if let Ternary::Unknown(why) = routes.is_direct(server) {
                    unknown = Some(why);
                }
                continue;
            }
        };
        // That SharePoint counts on it is not yet mail that is sent to it.
        if let Some(way) = ways.iter().find(|way| !matches!(way, Way::Automatic)) {
            let outcome = judge_server(case, server, way);
            let key = format!("server.{}.incoming-email-service", server.name());
            results.push(RuleResult::new(server, outcome).about(key));
        }
    }
    if !results.is_empty() {
        return results;
    }
    let outcome = match unknown {
        Some(why) => Outcome::undecided(why),
        None if is_off => Outcome::not_applicable("mail is sent to none of the recorded servers"),
        // Another rule says so of the host that mail is sent to.
        None => Outcome::not_applicable("it is not known to which server mail is passed on"),
    };
    RuleResult::only(DISPLAY, outcome)
}

/// Judges whether the mail that gets to a server is taken from there.
fn judge_server(case: &Case<'_>, server: &Server, way: &Way<'_>) -> Judged<Outcome> {
    if server.passes_to.iter().flatten().next().is_some() {
        return Ok(Outcome::pass());
    }
    match server.incoming_email_service {
        Some(true) => return Ok(Outcome::pass()),
        Some(false) => {}
        None => {
            return Err(Outcome::undecided(format!(
                "record `server.{}.incoming-email-service` to decide",
                server.name()
            )));
        }
    }
    if case.farm.receivers().next().is_none() {
        let why = "the incoming e-mail service runs on no recorded server";
        return Err(Outcome::because("farm-service-nowhere", why));
    }
    if server.smtp_service == Some(false) {
        return Ok(Outcome::Fail(without_service_finding(server, way)));
    }
    match is_taken_elsewhere(case, server) {
        Ternary::Yes => Ok(Outcome::pass()),
        Ternary::No => Ok(Outcome::Fail(without_service_finding(server, way))),
        Ternary::Unknown(why) => Err(Outcome::undecided(why)),
    }
}

/// Returns whether a server with the service takes what this one drops: from the share that it drops
/// on, or that its drop directory is.
fn is_taken_elsewhere(case: &Case<'_>, server: &Server) -> Ternary {
    let shares = polled_shares(case.farm);
    if shares.is_empty() {
        return Ternary::No;
    }
    if let Some(own) = &server.drop_share
        && shares.iter().any(|share| share.is(&own.path))
    {
        return Ternary::Yes;
    }
    let drops = drop_directories(case, server);
    if drops
        .iter()
        .any(|drop| shares.iter().any(|share| share.is(drop)))
    {
        return Ternary::Yes;
    }
    let is_own_share = shares.iter().any(|share| share.is_on(server.name()));
    let drops_on_disk = !drops.is_empty() && drops.iter().all(|drop| !drop.is_share());
    if drops_on_disk && (server.drop_share.is_some() || !is_own_share) {
        return Ternary::No;
    }
    Ternary::Unknown(format!(
        "mail is taken from a share, and where `{0}` drops it is not known; `spinmail gather iis` on \
         `{0}` tells, or record the share that its drop directory is: `spinmail set \
         server.{0}.drop-share SHARE`",
        server.name()
    ))
}

/// Returns the shares that servers with the service take mail from.
fn polled_shares(farm: &Farm) -> Vec<&FolderPath> {
    let folders = farm
        .receivers()
        .filter_map(|server| farm.polled_folder(server).valid());
    folders.filter(|folder| folder.is_share()).collect()
}

/// Returns the drop directories of a server's SMTP service, as far as its metabase is known.
fn drop_directories(case: &Case<'_>, server: &Server) -> Vec<FolderPath> {
    let recorded = case
        .facts
        .iis
        .as_ref()
        .and_then(|iis| iis.server(server.name()));
    let Some(Answer::Known(metabase)) = recorded.map(|facts| &facts.metabase) else {
        return Vec::new();
    };
    let virtual_servers = metabase.keys().virtual_servers();
    let drops = virtual_servers.filter_map(|virtual_server| virtual_server.drop_directory());
    drops
        .filter_map(|drop| FolderPath::from_text(drop).ok())
        .collect()
}

fn without_service_finding(server: &Server, way: &Way<'_>) -> Finding {
    let name = server.name();
    let from = match way {
        Way::Direct { .. } | Way::Automatic => String::new(),
        Way::MailHost(host) => format!(" (from `{}`)", host.name()),
        Way::Server(other) => format!(" (from `{}`)", other.name()),
    };
    let message = if server.smtp_service == Some(false) {
        format!(
            "mail goes to `{name}`{from}, which is recorded without SMTP and without the incoming \
             e-mail service"
        )
    } else {
        format!(
            "mail goes to `{name}`{from}, but the incoming e-mail service does not run there, and no \
             other server takes what it drops"
        )
    };
    let remedy = format!(
        "One of three: start the service on `{name}` and record it with `spinmail set \
         server.{name}.incoming-email-service yes`; or record where the server passes mail on to with \
         `spinmail set server.{name}.passes-to SERVER`; or, if it is not a server of the farm, record \
         it as a mail host: `spinmail server remove {name}`, then `spinmail mail-host add {name}`"
    );
    let finding = Finding::new(message, remedy).observed(
        format!("server.{name}.incoming-email-service"),
        "`true`",
        "`false`",
    );
    // Without a role, it may be a mail host that was recorded as a server for want of anything else.
    if server.role.is_none() {
        finding.with_severity(Severity::Warning)
    } else {
        finding
    }
}
