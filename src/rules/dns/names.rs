//! The farm's names that are looked up, and addresses that are never another machine's.

use super::per_server::judge_per_server;
use crate::facts::RecordKind;
use crate::farm::Farm;
use crate::farm::values::{Checked, DomainName, MailServer, checked};
use crate::remedy::AdminRole;
use crate::rules::dns_view::{DnsView, is_mx_answered};
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, wanted};
use std::collections::BTreeSet;
use std::net::IpAddr;

pub(super) const DISPLAY: &str = "incoming-email.display-address";
pub(super) const SMTP_SERVER: &str = "directory-management.smtp-server";

/// Returns the display address, or the outcome of rules about it if there is none to look up.
pub(super) fn display_address(farm: &Farm) -> Judged<&DomainName> {
    let (text, domain) = wanted::display_address(farm)?;
    if domain.is_qualified() {
        return Ok(domain);
    }
    Err(Outcome::undecided(format!(
        "`{text}` is a short name, which means another name on every machine; record its full one"
    )))
}

/// Returns the SMTP mail server's name, or the outcome of rules about it if there is none to look
/// up.
pub(super) fn smtp_server_name(farm: &Farm) -> Judged<&DomainName> {
    if !farm.manages_directory() {
        return Err(Outcome::not_applicable(
            "the Directory Management Service is not on, so no SMTP mail server is in use",
        ));
    }
    match checked(&farm.directory.smtp_server) {
        Checked::Valid(_, MailServer::Host(name)) if name.is_qualified() => Ok(name),
        Checked::Missing => Err(Outcome::because(
            "page-smtp-server-missing",
            "no SMTP mail server is recorded",
        )),
        _ => Err(Outcome::because(
            "page-smtp-server-not-qualified",
            "the SMTP mail server is not a fully qualified name",
        )),
    }
}

/// A name that is looked up.
pub(super) struct FarmName {
    pub ascii: String,
    /// The name as it was typed, or as the MX record has it.
    pub shown: String,
    /// The KEY that it comes from.
    pub key: String,
}

impl FarmName {
    fn from_domain(domain: &DomainName, key: &str) -> Self {
        Self {
            ascii: domain.ascii().to_owned(),
            shown: domain.as_str().to_owned(),
            key: key.to_owned(),
        }
    }
}

/// Returns the names that mail is sent to, as far as they are known.
pub(super) fn mail_names(farm: &Farm, view: &DnsView<'_>) -> Vec<FarmName> {
    let mut names = Vec::new();
    if let Ok(domain) = display_address(farm) {
        match view.exchangers(domain) {
            Ok(Some(exchangers)) => {
                for exchanger in exchangers {
                    if exchanger.is_root() || exchanger.is_literal() {
                        continue;
                    }
                    if exchanger.host == domain.ascii() {
                        names.push(FarmName::from_domain(domain, DISPLAY));
                    } else {
                        names.push(FarmName {
                            ascii: exchanger.host.clone(),
                            shown: exchanger.host,
                            key: DISPLAY.to_owned(),
                        });
                    }
                }
            }
            Ok(None) => names.push(FarmName::from_domain(domain, DISPLAY)),
            Err(_) => {}
        }
    }
    if let Ok(name) = smtp_server_name(farm) {
        names.push(FarmName::from_domain(name, SMTP_SERVER));
    }
    without_repetitions(names)
}

/// Returns all names that are looked up, as far as they are known.
pub(super) fn all_names(farm: &Farm, view: &DnsView<'_>) -> Vec<FarmName> {
    let mut names = Vec::new();
    if let Ok(domain) = display_address(farm) {
        names.push(FarmName::from_domain(domain, DISPLAY));
    }
    names.extend(mail_names(farm, view));
    for server in farm
        .servers
        .iter()
        .filter_map(|server| server.name.as_ref())
    {
        let ascii = server.ascii();
        if ascii.contains('.') {
            names.push(FarmName {
                ascii: ascii.to_owned(),
                key: format!("server.{}.name", server.as_str()),
                shown: server.as_str().to_owned(),
            });
        }
    }
    without_repetitions(names)
}

pub(super) fn without_repetitions(mut names: Vec<FarmName>) -> Vec<FarmName> {
    let mut known = BTreeSet::new();
    names.retain(|name| known.insert(name.ascii.clone()));
    names
}

pub(super) fn loopback(case: &Case<'_>) -> Vec<RuleResult> {
    let mut results = judge_per_server(case, DISPLAY, |view| {
        all_names(case.farm, view)
            .iter()
            .map(|name| {
                RuleResult::new(&name.shown, judge_addresses(view, name)).about(name.key.clone())
            })
            .collect()
    });
    if results.is_empty() {
        return RuleResult::only(DISPLAY, without_names(case.farm));
    }
    results.extend(unknown_exchangers(case));
    results
}

/// Returns that the names to which mail goes are not known, or `None` if they are, or if no name
/// server was asked anything.
fn unknown_exchangers(case: &Case<'_>) -> Option<RuleResult> {
    let view = DnsView::all(case.farm, case.facts).into_iter().next()?;
    let outcome = match display_address(case.farm) {
        Ok(domain) if is_mx_answered(&DnsView::all(case.farm, case.facts), domain) => return None,
        Ok(domain) => Outcome::undecided(view.why_unknown(domain.ascii(), RecordKind::Mx)),
        Err(instead) => instead,
    };
    Some(RuleResult::new(DISPLAY, outcome))
}

/// Returns the outcome if there is no name to look up.
pub(super) fn without_names(farm: &Farm) -> Outcome {
    match display_address(farm) {
        Ok(_) => Outcome::not_applicable("no name is recorded"),
        Err(instead) => instead,
    }
}

fn judge_addresses(view: &DnsView<'_>, name: &FarmName) -> Outcome {
    let (addresses, unknown) = view.known_addresses(&name.ascii);
    let faulty: Vec<IpAddr> = addresses
        .iter()
        .copied()
        .filter(is_never_another_machine)
        .collect();
    if !faulty.is_empty() {
        return Outcome::Fail(loopback_finding(view, name, &faulty));
    }
    match unknown {
        Some(why) => Outcome::undecided(why),
        None if addresses.is_empty() => without_address(view, &name.ascii),
        None => Outcome::pass(),
    }
}

/// Returns the outcome of rules about the addresses of a host that has none.
fn without_address(view: &DnsView<'_>, host: &str) -> Outcome {
    const NO_ADDRESS: &str = "it has no address";
    match rule_about_missing_address(view, host) {
        Some(rule) => Outcome::because(rule, NO_ADDRESS),
        None => Outcome::not_applicable(NO_ADDRESS),
    }
}

/// Returns the rule that judges whether a host has an address, or `None` if mail does not go there
/// by what the name server says.
pub(super) fn rule_about_missing_address(view: &DnsView<'_>, host: &str) -> Option<&'static str> {
    if smtp_server_name(view.farm).is_ok_and(|name| name.ascii() == host) {
        return Some("dns-smtp-server-no-address");
    }
    let domain = display_address(view.farm).ok()?;
    match view.exchangers(domain) {
        Ok(Some(exchangers)) => exchangers
            .iter()
            .any(|exchanger| exchanger.host == host)
            .then_some("dns-mx-no-address"),
        Ok(None) => (domain.ascii() == host).then_some("dns-no-mx"),
        Err(_) => None,
    }
}

fn loopback_finding(view: &DnsView<'_>, name: &FarmName, faulty: &[IpAddr]) -> Finding {
    let message = format!(
        "`{}` leads to {}, which is never another machine",
        name.shown,
        address_list(faulty)
    );
    let remedy = "Correct its address record: it must hold the server's own address";
    Finding::for_role(AdminRole::Dns, message, remedy)
        .with_evidence(view.address_evidence(&name.ascii, "an address of a machine"))
}

/// Returns whether an address is loopback, unspecified or multicast, also as IPv4 in IPv6 (RFC 4291
/// 2.5.5.2).
fn is_never_another_machine(address: &IpAddr) -> bool {
    let address = address.to_canonical();
    address.is_loopback() || address.is_unspecified() || address.is_multicast()
}

pub(super) fn address_list(addresses: &[IpAddr]) -> String {
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    addresses.join(", ")
}
