//! The display address.

use super::shared::{invalid_value, judge_required};
use crate::farm::values::{Checked, DomainName, MailServer, checked};
use crate::farm::{Farm, Server};
use crate::remedy::AdminRole;
use crate::rules::wanted::{self, not_recorded};
use crate::rules::{Case, Finding, Outcome, RuleResult};

const ENABLED: &str = "incoming-email.enabled";
const DISPLAY: &str = "incoming-email.display-address";

pub(super) fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    let finding = Finding::new(
        "incoming e-mail is enabled, but no display address is recorded",
        "Name the domain of the lists' addresses with `spinmail display-address DOMAIN`",
    )
    .observed(ENABLED, "a display address beside it", "`true`");
    let value = checked(&case.farm.incoming.display_address);
    RuleResult::only(DISPLAY, judge_required(DISPLAY, &value, finding))
}

pub(super) fn not_a_domain(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = match checked(&case.farm.incoming.display_address) {
        Checked::Invalid(text, error) => Outcome::Fail(invalid_value::<DomainName>(
            DISPLAY,
            text,
            error,
            "domain name",
        )),
        _ => wanted::display_address(case.farm)
            .map(|_| Outcome::pass())
            .into(),
    };
    RuleResult::only(DISPLAY, outcome)
}

pub(super) fn alias_domain_needed(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = wanted::display_address(case.farm)
        .map(|(text, domain)| judge_server_names(case.farm, text, domain));
    RuleResult::only(DISPLAY, outcome)
}

/// Judges whether the display address is the name of an SMTP server.
fn judge_server_names(farm: &Farm, text: &str, domain: &DomainName) -> Outcome {
    let servers = smtp_servers(farm);
    if servers.iter().any(|server| server.ascii == domain.ascii()) {
        return Outcome::pass();
    }
    if let Some(server) = server_named(farm, domain)
        && server.smtp_service.is_none()
    {
        return not_recorded(&format!("server.{}.smtp-service", server.name()));
    }
    if servers.is_empty() {
        return Outcome::not_applicable("no server that runs SMTP is recorded");
    }
    Outcome::Fail(alias_needed_finding(text, &servers))
}

fn server_named<'a>(farm: &'a Farm, domain: &DomainName) -> Option<&'a Server> {
    farm.servers.iter().find(|server| {
        server
            .name
            .as_ref()
            .is_some_and(|name| name.ascii() == domain.ascii())
    })
}

/// The name of a server that runs SMTP.
struct SmtpServerName {
    text: String,
    ascii: String,
}

fn smtp_servers(farm: &Farm) -> Vec<SmtpServerName> {
    let mut names = Vec::new();
    for name in farm
        .mail_servers()
        .filter_map(|server| server.name.as_ref())
    {
        names.push(SmtpServerName {
            text: name.as_str().to_owned(),
            ascii: name.ascii().to_owned(),
        });
    }
    if let Some(MailServer::Host(host)) = checked(&farm.directory.smtp_server).valid()
        && farm.manages_directory()
        && !names.iter().any(|name| name.ascii == host.ascii())
    {
        names.push(SmtpServerName {
            text: host.as_str().to_owned(),
            ascii: host.ascii().to_owned(),
        });
    }
    names
}

fn alias_needed_finding(display: &str, servers: &[SmtpServerName]) -> Finding {
    let names: Vec<String> = servers
        .iter()
        .map(|server| format!("`{}`", server.text))
        .collect();
    let names = names.join(", ");
    let message = format!("`{display}` is not the name of an SMTP server ({names})");
    let remedy = format!(
        "Add `{display}` as a domain of the kind Alias to each SMTP virtual server, and restart it"
    );
    Finding::for_role(AdminRole::Server, message, remedy).observed(
        DISPLAY,
        format!("one of {names}, or an alias domain"),
        format!("`{display}`"),
    )
}
