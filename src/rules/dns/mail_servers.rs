//! The servers to which the MX records of the display address lead.

use super::exchangers::judge_each_host;
use super::names::DISPLAY;
use crate::farm::{Farm, Server};
use crate::remedy::AdminRole;
use crate::rules::dns_view::{DnsView, NameOwners};
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult};

/// Returns the outcome of rules about the servers behind an exchanger that has no address.
fn without_address() -> Outcome {
    Outcome::because("dns-mx-no-address", "it has no address")
}

pub(super) fn mx_elsewhere(case: &Case<'_>) -> Vec<RuleResult> {
    if case.farm.mail_servers().next().is_none() {
        let why =
            "no server with `smtp-service = true` is recorded, so any mail exchanger may be right";
        return RuleResult::only(DISPLAY, Outcome::not_applicable(why));
    }
    judge_each_host(case, |view, host| match view.owners(host) {
        NameOwners::NoAddress => without_address(),
        NameOwners::Hosts(hosts) => judge_is_mail_server(view, host, &hosts.servers, hosts.unknown),
    })
}

fn judge_is_mail_server(
    view: &DnsView<'_>,
    host: &str,
    servers: &[&Server],
    unknown: Option<String>,
) -> Outcome {
    if servers
        .iter()
        .any(|server| server.smtp_service == Some(true))
    {
        return Outcome::Pass(view.known_address_evidence(host, "a recorded mail server"));
    }
    if let Some(server) = servers.iter().find(|server| server.smtp_service.is_none()) {
        let name = server.name();
        return Outcome::undecided(format!(
            "it is `{name}`; record `server.{name}.smtp-service` to decide"
        ));
    }
    match unknown {
        Some(why) => Outcome::undecided(why),
        None => Outcome::Fail(mx_elsewhere_finding(view, host, servers.first().copied())),
    }
}

/// Creates the finding about an exchanger that is not a mail server: `server` is the recorded
/// server that it leads to.
fn mx_elsewhere_finding(view: &DnsView<'_>, host: &str, server: Option<&Server>) -> Finding {
    let message = match server {
        Some(server) => format!(
            "the mail exchanger `{host}` is `{}`, which runs no SMTP",
            server.name()
        ),
        None => format!("the mail exchanger `{host}` is no recorded mail server"),
    };
    let mail_servers: Vec<String> = view
        .farm
        .mail_servers()
        .map(|mail_server| format!("`{}`", mail_server.name()))
        .collect();
    let mail_servers = mail_servers.join(", ");
    let remedy = format!(
        "Let the MX record name a mail server of the farm ({mail_servers}), or record that server"
    );
    let expected = format!("an address of {mail_servers}");
    Finding::for_role(AdminRole::Dns, message, remedy)
        .with_evidence(view.address_evidence(host, &expected))
}

pub(super) fn mx_without_service(case: &Case<'_>) -> Vec<RuleResult> {
    if takes_mail_from_share(case.farm) {
        let why = "mail is taken from a share, so the service may run elsewhere";
        return RuleResult::only(DISPLAY, Outcome::not_applicable(why));
    }
    judge_each_host(case, |view, host| match view.owners(host) {
        NameOwners::NoAddress => without_address(),
        NameOwners::Hosts(hosts) => judge_service(view, host, &hosts.servers, hosts.unknown).into(),
    })
}

fn takes_mail_from_share(farm: &Farm) -> bool {
    farm.receivers().any(|server| {
        farm.polled_folder(server)
            .valid()
            .is_some_and(|folder| folder.is_share())
    })
}

/// Judges whether the incoming e-mail service runs on the servers that an exchanger leads to.
fn judge_service(
    view: &DnsView<'_>,
    host: &str,
    servers: &[&Server],
    unknown: Option<String>,
) -> Judged<Outcome> {
    let runs_smtp = servers
        .iter()
        .any(|server| server.smtp_service == Some(true));
    match unknown {
        Some(why) if servers.is_empty() => return Err(Outcome::undecided(why)),
        None if servers.is_empty() => {
            return Err(not_a_mail_server(view, "it is not a recorded server"));
        }
        // Exchange and the like have their own ways to a folder that a server takes mail from.
        None if !runs_smtp => {
            return Err(not_a_mail_server(
                view,
                "it is recorded, but not with `smtp-service = true`",
            ));
        }
        _ => {}
    }
    for server in servers {
        if server.incoming_email_service == Some(false) {
            return Ok(Outcome::Fail(without_service_finding(host, server)));
        }
    }
    for server in servers {
        if server.incoming_email_service.is_none() {
            return Err(Outcome::undecided(format!(
                "record `server.{}.incoming-email-service` to decide",
                server.name()
            )));
        }
    }
    Ok(Outcome::pass())
}

/// Returns the outcome for an exchanger that is not a mail server of the farm. If the farm file
/// records no mail server, any exchanger may be right.
fn not_a_mail_server(view: &DnsView<'_>, why: &str) -> Outcome {
    if view.farm.mail_servers().next().is_some() {
        Outcome::because("dns-mx-elsewhere", why)
    } else {
        Outcome::not_applicable(why)
    }
}

fn without_service_finding(host: &str, server: &Server) -> Finding {
    let name = server.name();
    let message = format!(
        "mail goes to `{host}`, but the incoming e-mail service does not run on `{name}`, so \
         nobody takes it in"
    );
    let remedy = "Start the service there, or let the MX record name a server on which it runs";
    Finding::new(message, remedy).observed(
        format!("server.{name}.incoming-email-service"),
        "`true`",
        "`false`",
    )
}
