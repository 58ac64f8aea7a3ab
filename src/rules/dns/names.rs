//! The farm's names that are looked up, and addresses that are never another machine's.

use crate::farm::values::{Checked, DomainName, MailServer, PassBy, checked};
use crate::farm::{Farm, MailHost};
use crate::rules::dns_view::{DnsView, NameOwners};
use crate::rules::subject::Subject;
use crate::rules::{Judged, Outcome, wanted};
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
        "`{text}` is a short name, which each machine completes differently; record the full name"
    )))
}

/// Returns the SMTP mail server's name, or the outcome of rules about it if there is none to look
/// up.
pub(super) fn smtp_server_name(farm: &Farm) -> Judged<&DomainName> {
    if !farm.manages_directory() {
        return Err(Outcome::not_applicable(
            "the Directory Management Service is off, so no SMTP mail server is in use",
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
    /// Whether mail bears it as domain.
    is_mail_domain: bool,
}

impl FarmName {
    /// Returns the subject of a verdict about it.
    pub(super) fn subject(&self) -> Subject {
        let mut subject = Subject::host(&self.ascii).with_text(self.shown.clone());
        subject.scope.domain = self.is_mail_domain.then(|| self.ascii.clone());
        subject
    }

    fn from_domain(domain: &DomainName, key: &str) -> Self {
        Self {
            ascii: domain.ascii().to_owned(),
            shown: domain.as_str().to_owned(),
            key: key.to_owned(),
            is_mail_domain: true,
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
                            is_mail_domain: false,
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
                is_mail_domain: false,
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

/// Returns the outcome if there is no name to look up.
pub(super) fn without_names(farm: &Farm) -> Outcome {
    match display_address(farm) {
        Ok(_) => Outcome::not_applicable("no name is recorded"),
        Err(instead) => instead,
    }
}

/// Returns whether a host is the SMTP mail server in use.
pub(super) fn is_smtp_server(farm: &Farm, host: &str) -> bool {
    smtp_server_name(farm).is_ok_and(|name| name.ascii() == host)
}

/// Returns whether mail hosts are recorded, and none of them asks DNS where the SMTP mail server
/// is.
pub(super) fn is_behind_named_host(farm: &Farm) -> bool {
    let is_named =
        |host: &MailHost| matches!(host.by, Some(PassBy::SmartHost | PassBy::ForeignConnector));
    !farm.mail_hosts.is_empty() && farm.mail_hosts.iter().all(is_named)
}

/// Returns the rule that judges whether a host has an address, or `None` if mail does not go there
/// by what the DNS server says.
pub(super) fn rule_about_missing_address(view: &DnsView<'_>, host: &str) -> Option<&'static str> {
    if is_smtp_server(view.farm, host) && !is_behind_named_host(view.farm) {
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

/// Returns whether an address is loopback, unspecified or multicast, also as IPv4 in IPv6 (RFC 4291
/// 2.5.5.2).
pub(super) fn is_never_another_machine(address: &IpAddr) -> bool {
    let address = address.to_canonical();
    address.is_loopback() || address.is_unspecified() || address.is_multicast()
}

/// Returns whether senders outside cannot connect to an address: it is private (RFC 1918, RFC
/// 4193), link-local, or never another machine's.
pub(super) fn is_private(address: &IpAddr) -> bool {
    let is_of_a_private_network = match address.to_canonical() {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    };
    is_of_a_private_network || is_never_another_machine(address)
}

/// Returns whether a name leads to a recorded mail host and to no server of the farm. Its addresses
/// and ports are not the farm's.
pub(super) fn is_mail_host(view: &DnsView<'_>, name: &str) -> bool {
    let hosts = &view.farm.mail_hosts;
    if hosts.iter().any(|host| host.is_named(name)) {
        return true;
    }
    let (addresses, _) = view.known_addresses(name);
    let mut own = hosts.iter().flat_map(|host| host.addresses());
    // Only then is it worth looking for it among all servers.
    own.any(|address| addresses.contains(&address))
        && matches!(view.owners(name), NameOwners::Hosts(owners) if owners.servers.is_empty())
}

pub(super) fn address_list(addresses: &[IpAddr]) -> String {
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    addresses.join(", ")
}
