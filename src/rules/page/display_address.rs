//! The display address.

use super::shared::{invalid_value, judge_required};
use crate::farm::values::{Checked, DomainName, MailServer, checked};
use crate::farm::{Farm, Server};
use crate::remedy::{self, AdminRole};
use crate::rules::wanted::{self, not_recorded};
use crate::rules::{Case, Finding, Outcome, RuleResult};

const ENABLED: &str = "incoming-email.enabled";
const DISPLAY: &str = "incoming-email.display-address";

pub(super) fn missing(case: &Case<'_>) -> Vec<RuleResult> {
    let finding = Finding::new(
        "incoming e-mail is enabled, but no display address is recorded",
        "Record the domain of the lists' addresses with `spinmail display-address DOMAIN`",
    )
    .recorded(
        ENABLED,
        "`false`, or `true` with a display address",
        "`true`",
    );
    let value = checked(&case.farm.incoming.display_address);
    let outcome = match value {
        Checked::Missing if !case.farm.is_enabled() => wanted::not_known_to_be_enabled(),
        value => judge_required(DISPLAY, &value, finding),
    };
    RuleResult::only(DISPLAY, outcome)
}

pub(super) fn not_a_domain(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = match checked(&case.farm.incoming.display_address) {
        Checked::Invalid(text, error) => Outcome::Fail(invalid_value::<DomainName>(
            DISPLAY,
            text,
            error,
            "a domain name",
        )),
        _ => wanted::display_domain(case.farm)
            .map(|_| Outcome::pass())
            .into(),
    };
    // A web application's own address is refused when the file is read if it is not a domain.
    with_web_applications(case.farm, outcome, |_| Outcome::pass())
}

pub(super) fn single_label(case: &Case<'_>) -> Vec<RuleResult> {
    let outcome = wanted::display_domain(case.farm)
        .map(|(text, domain)| judge_labels(DISPLAY, text, domain))
        .into();
    with_web_applications(case.farm, outcome, |own| {
        judge_labels(&own.key, own.domain.as_str(), own.domain)
    })
}

fn judge_labels(key: &str, text: &str, domain: &DomainName) -> Outcome {
    if domain.is_qualified() {
        return Outcome::pass();
    }
    Outcome::Fail(
        Finding::new(
            format!("`{text}` is a single label, which most mail systems refuse in an address"),
            "Use the full name of the domain, as in `sharepoint.fabrikam.com`",
        )
        .recorded(key, "a name of several labels", format!("`{text}`")),
    )
}

pub(super) fn alias_domain_needed(case: &Case<'_>) -> Vec<RuleResult> {
    let judged = wanted::display_address(case.farm)
        .map(|(text, domain)| judge_server_names(case, DISPLAY, (text, domain)));
    with_web_applications(case.farm, judged.into(), |own| {
        judge_server_names(case, &own.key, (own.domain.as_str(), own.domain))
    })
}

/// A web application's own mail domain.
struct OwnAddress<'a> {
    key: String,
    domain: &'a DomainName,
}

/// Returns the results about the display address and about the web applications' own domains.
fn with_web_applications(
    farm: &Farm,
    of_display: Outcome,
    judge: impl Fn(&OwnAddress<'_>) -> Outcome,
) -> Vec<RuleResult> {
    let mut results = RuleResult::only(DISPLAY, of_display);
    for web in &farm.web_applications {
        if let Some(domain) = &web.incoming_address {
            let key = format!("web-application.{}.incoming-address", web.name());
            let own = OwnAddress { key, domain };
            let outcome = judge(&own);
            results.push(RuleResult::new(own.key.clone(), outcome).about(own.key));
        }
    }
    results
}

/// Judges whether a domain is the name of an SMTP server.
fn judge_server_names(case: &Case<'_>, key: &str, domain: (&str, &DomainName)) -> Outcome {
    let (text, domain) = domain;
    let farm = case.farm;
    if mail_servers(farm).next().is_none() {
        return Outcome::not_applicable("no server that runs SMTP is recorded");
    }
    let servers = smtp_servers(farm);
    if servers.iter().any(|server| server.ascii == domain.ascii()) {
        return Outcome::pass();
    }
    if let Some(server) = server_named(farm, domain)
        && server.smtp_service.is_none()
    {
        return not_recorded(&format!("server.{}.smtp-service", server.name()));
    }
    if metabases_are_known(case) {
        return Outcome::not_applicable(
            "the SMTP service's own domains are known: `iis-alias-domain-missing` judges them",
        );
    }
    let hosts = &farm.mail_hosts;
    if !hosts.is_empty() && hosts.iter().all(|host| host.delivers_as.is_some()) {
        return Outcome::not_applicable("the mail hosts pass mail on under other domains");
    }
    let finding = alias_needed_finding(farm, key, (text, &servers));
    // What DNS says of the domain may be known, and is not a reason to make a company's domain an
    // alias.
    let routes = case.routes();
    let mut why_not = mail_servers(farm).filter_map(|server| routes.why_not_alias(server, domain));
    Outcome::Fail(match why_not.next() {
        Some(why) => without_alias(finding, farm, &why),
        None => finding,
    })
}

/// Returns the servers that are recorded with SMTP, and are not switched off.
fn mail_servers(farm: &Farm) -> impl Iterator<Item = &Server> {
    farm.mail_servers().filter(|server| !server.is_standby())
}

/// Returns whether the metabase of every server with SMTP was read.
fn metabases_are_known(case: &Case<'_>) -> bool {
    let Some(iis) = &case.facts.iis else {
        return false;
    };
    mail_servers(case.farm).all(|server| {
        let facts = iis.server(server.name());
        facts.is_some_and(|facts| facts.metabase.known().is_some())
    })
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
    for name in mail_servers(farm).filter_map(|server| server.name.as_ref()) {
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

/// Says how to record that a mail host passes mail on under another domain.
fn how_to_record_other_domain(farm: &Farm) -> String {
    let mut hosts = farm.mail_hosts.iter();
    let record = match hosts.find(|host| host.delivers_as.is_none()) {
        Some(host) => {
            remedy::spinmail("mail-host set {NAME} --delivers-as DOMAIN", &[&host.name()])
        }
        None => remedy::spinmail("mail-host add NAME --delivers-as DOMAIN", &[]),
    };
    format!("If a mail host passes the mail on under another domain, record that with `{record}`")
}

/// Takes the alias domain out of the remedy: the server may be right not to know the domain.
fn without_alias(mut finding: Finding, farm: &Farm, why: &str) -> Finding {
    finding.remedy.text = format!("{}; {why}", how_to_record_other_domain(farm));
    finding
}

fn alias_needed_finding(
    farm: &Farm,
    key: &str,
    (domain, servers): (&str, &[SmtpServerName]),
) -> Finding {
    let names: Vec<String> = servers
        .iter()
        .map(|server| format!("`{}`", server.text))
        .collect();
    let names = names.join(", ");
    let message = format!(
        "`{domain}` is not the name of one of the SMTP servers ({names}), so they accept its mail \
         only with an alias domain"
    );
    let remedy = format!(
        "{}. If mail arrives for `{domain}` itself, add that as a domain of type Alias to each \
         SMTP virtual server, and restart the SMTP service",
        how_to_record_other_domain(farm)
    );
    Finding::for_role(AdminRole::Server, message, remedy).recorded(
        key,
        format!("one of {names}, or an alias domain"),
        format!("`{domain}`"),
    )
}
