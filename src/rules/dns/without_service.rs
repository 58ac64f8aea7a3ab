//! Servers that mail goes to, and whether any server takes it from where they drop it.

use super::names::{DISPLAY, display_address};
use crate::facts::{Answer, SmtpStep};
use crate::farm::values::{DomainName, FolderPath, FromText, is_same_host};
use crate::farm::{Delivery, Farm, Server};
use crate::remedy;
use crate::rules::route::{Dead, Destination, Reach, Way};
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
        if ways.iter().any(|way| !matches!(way, Way::Automatic)) {
            let outcome = judge_server(case, server, &ways);
            results.push(about_server(server, outcome));
        }
    }
    for (server, domain) in routes.only_standby() {
        let finding = standby_finding(server, domain);
        results.push(about_server(server, Outcome::Fail(finding)));
    }
    if !results.is_empty() {
        return results;
    }
    let outcome = match unknown {
        Some(why) => Outcome::undecided(why),
        None if is_off => Outcome::not_applicable("no mail is sent to a recorded server"),
        // Another rule says so of the host that mail is sent to.
        None => Outcome::not_applicable("it is not known to which server mail is passed on"),
    };
    RuleResult::only(DISPLAY, outcome)
}

fn about_server(server: &Server, outcome: impl Into<Outcome>) -> RuleResult {
    let key = format!("server.{}.incoming-email-service", server.name());
    RuleResult::new(server, outcome).about(key)
}

/// Judges whether the mail that gets to a server is taken from there.
fn judge_server<'a>(case: &Case<'a>, server: &'a Server, ways: &[Way<'a>]) -> Judged<Outcome> {
    let by_smtp = ways
        .iter()
        .find(|way| matches!(way, Way::Direct { .. } | Way::MailHost(_)));
    let first_way = by_smtp.or(ways.first());
    let is_receiver = server.incoming_email_service == Some(true);
    if let Some(way) = by_smtp
        && server.smtp_service == Some(false)
        && (is_receiver || server.passes_mail_on())
        && !answers(case, server)
    {
        return judge_without_smtp(case, server, way);
    }
    if server.passes_mail_on() {
        let outcome = judge_passing_on(case, server, is_receiver)?;
        // The server that mail is sent to first tells it.
        let from = ways.iter().find_map(|way| match way {
            Way::Server(other) => Some(other.name()),
            _ => None,
        });
        return match (outcome, by_smtp, from) {
            (Outcome::Fail(_), None, Some(first)) => Err(Outcome::not_applicable(format!(
                "its mail comes from `{first}`, whose mail reaches no server that takes it"
            ))),
            (outcome, _, _) => Ok(outcome),
        };
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
        return Ok(Outcome::Fail(without_service_finding(server, first_way)));
    }
    match is_taken_elsewhere(case, server) {
        Ternary::Yes => Ok(Outcome::pass()),
        Ternary::No => Ok(Outcome::Fail(without_service_finding(server, first_way))),
        Ternary::Unknown(why) => Err(Outcome::undecided(why)),
    }
}

/// Returns whether something greeted as an SMTP server does under a server's name.
fn answers(case: &Case<'_>, server: &Server) -> bool {
    let mut targets = case.facts.smtp.iter().flat_map(|smtp| &smtp.targets);
    targets.any(|target| {
        let talk = target.answer.known();
        let greeting = talk.and_then(|talk| talk.step(""));
        is_same_host(&target.host, server.name()) && greeting.and_then(SmtpStep::code) == Some(220)
    })
}

/// Judges a server that is recorded without SMTP and to which mail is sent by SMTP.
fn judge_without_smtp<'a>(case: &Case<'a>, server: &'a Server, way: &Way<'a>) -> Judged<Outcome> {
    if server.incoming_email_service == Some(true)
        && matches!(case.farm.delivery(), Delivery::Automatic)
    {
        let why = "automatic mode needs SMTP on it";
        return Err(Outcome::because("farm-smtp-missing", why));
    }
    if let Way::MailHost(host) = way
        && case.routes().destination(host) == Destination::Nowhere
    {
        let why = format!("`{}` passes mail on to it only", host.name());
        return Err(Outcome::because("farm-mail-host-leads-nowhere", why));
    }
    let name = server.name();
    let message = format!(
        "mail goes to `{name}`{}, which is recorded without SMTP (`smtp-service = false`)",
        from_in_words(Some(way))
    );
    let remedy = format!(
        "If SMTP runs there, record it: `{command}`; if not, send the mail to a server that runs \
         it, or run SMTP on `{name}`",
        command = remedy::spinmail("set server.{NAME}.smtp-service yes", &[&name]),
    );
    Ok(Outcome::Fail(Finding::new(message, remedy).recorded(
        format!("server.{name}.smtp-service"),
        "`true`",
        "`false`",
    )))
}

/// Judges a server that passes mail on. One that runs the service may keep what it drops, unless
/// mail only goes round.
fn judge_passing_on<'a>(case: &Case<'a>, server: &'a Server, is_receiver: bool) -> Judged<Outcome> {
    let ends = match case.routes().destination_of_server(server) {
        Destination::Farm => return Ok(Outcome::pass()),
        Destination::NotKnown(_) if is_receiver => return Ok(Outcome::pass()),
        Destination::NotKnown(why) => return Err(Outcome::undecided(why)),
        Destination::Nowhere => case.routes().ends_of_server(server),
    };
    let is_circle = ends.iter().all(|end| matches!(end, Dead::Circle(_)));
    if is_receiver && !is_circle {
        return Ok(Outcome::pass());
    }
    let name = server.name();
    let reasons: Vec<String> = ends.iter().map(Dead::in_words).collect();
    let message = format!(
        "mail that `{name}` passes on reaches no server that takes it: {}",
        reasons.join("; ")
    );
    let remedy = format!(
        "Record the server to which it passes mail on: `{command}`; or, if it takes the mail \
         itself: `{second}`",
        command = remedy::spinmail("set server.{NAME}.passes-to SERVER", &[&name]),
        second = remedy::spinmail("unset server.{NAME}.passes-to", &[&name]),
    );
    let targets = server.passes_to.iter().flatten();
    let targets: Vec<&str> = targets.map(|target| target.as_str()).collect();
    Ok(Outcome::Fail(Finding::new(message, remedy).recorded(
        format!("server.{name}.passes-to"),
        "a server that takes the mail",
        format!("`{}`", targets.join("`, `")),
    )))
}

/// Creates the finding about a domain whose mail goes to a server that is switched off on purpose.
fn standby_finding(server: &Server, domain: &DomainName) -> Finding {
    let name = server.name();
    let message = format!(
        "mail for `{}` goes only to `{name}`, which is recorded as switched off (`standby = true`)",
        domain.as_str()
    );
    let remedy = format!(
        "If it accepts mail, record that: `{command}`. If not, change the MX record to the server \
         of the farm that accepts it",
        command = remedy::spinmail("set server.{NAME}.standby no", &[&name]),
    );
    Finding::new(message, remedy).recorded(
        format!("server.{name}.standby"),
        "`false` on a server to which mail goes",
        "`true`",
    )
}

/// Returns whether a server with the service takes what this one drops: from the share that it
/// drops on, or that its drop directory is.
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
        "mail is taken from a share, and it is not known where `{0}` drops mail; run `spinmail \
         gather iis` on `{0}`, or record which share its drop directory is: `{command}`",
        server.name(),
        command = remedy::spinmail("set server.{NAME}.drop-share SHARE", &[&server.name()]),
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

/// Returns from which host mail comes, as a part of a sentence.
fn from_in_words(way: Option<&Way<'_>>) -> String {
    match way {
        None | Some(Way::Direct { .. } | Way::Automatic) => String::new(),
        Some(Way::MailHost(host)) => format!(" (from `{}`)", host.name()),
        Some(Way::Server(other)) => format!(" (from `{}`)", other.name()),
    }
}

fn without_service_finding(server: &Server, way: Option<&Way<'_>>) -> Finding {
    let name = server.name();
    let from = from_in_words(way);
    let message = if server.smtp_service == Some(false) {
        format!(
            "mail goes to `{name}`{from}, which is recorded without SMTP and without the incoming \
             e-mail service"
        )
    } else {
        format!(
            "mail goes to `{name}`{from}, but the incoming e-mail service does not run there, and \
             no other server takes the mail that it drops"
        )
    };
    let remedy = format!(
        "Start the service on `{name}`, and record it: `{command}`. Or, if the server passes mail \
         on, record to which server: `{second}`. Or, if it is not a server of the farm, record it \
         as a mail host: `{third}`, then `{fourth}`",
        command = remedy::spinmail("set server.{NAME}.incoming-email-service yes", &[&name]),
        second = remedy::spinmail("set server.{NAME}.passes-to SERVER", &[&name]),
        third = remedy::spinmail("server remove {NAME}", &[&name]),
        fourth = remedy::spinmail("mail-host add {NAME}", &[&name]),
    );
    let finding = Finding::new(message, remedy).recorded(
        format!("server.{name}.incoming-email-service"),
        "`true`",
        "`false`",
    );
    // Without a role, it may be a mail host that was recorded as a server for want of anything
    // else.
    if server.role.is_none() {
        finding.with_severity(Severity::Warning)
    } else {
        finding
    }
}
