//! Which recorded hosts, and which exchangers, are at an address.

use crate::facts::{Answer, Area, RecordKind, SmtpTarget};
use crate::farm::values::{MailServer, ServerName, checked};
use crate::farm::{Farm, MailHost, Server};
use crate::rules::{Case, Ternary};
use std::net::IpAddr;

/// Returns the recorded server of this name.
pub(super) fn recorded_server<'a>(farm: &'a Farm, host: &str) -> Option<&'a Server> {
    farm.servers.iter().find(|server| {
        server
            .name
            .as_ref()
            .is_some_and(|name| name.ascii() == host)
    })
}

/// Returns the server of the farm at an address: that of the host's name, else one that has the
/// address by DNS.
pub(super) fn server_at<'a>(case: &Case<'a>, target: &SmtpTarget) -> Option<&'a Server> {
    recorded_server(case.farm, &target.host).or_else(|| {
        let ip = target.address.ip();
        let mut servers = case.farm.servers.iter();
        servers.find(|server| {
            addresses(case, server).contains(&ip) || server.public_addresses().any(|own| own == ip)
        })
    })
}

/// Returns the recorded mail host at an address, by its name or by the address.
pub(super) fn mail_host_at<'a>(farm: &'a Farm, target: &SmtpTarget) -> Option<&'a MailHost> {
    let ip = target.address.ip();
    farm.mail_hosts
        .iter()
        .find(|host| host.is_named(&target.host) || host.addresses().any(|own| own == ip))
}

/// Returns the addresses that DNS gives a recorded server.
pub(super) fn addresses<'c>(case: &'c Case<'_>, server: &Server) -> &'c [IpAddr] {
    match &server.name {
        Some(name) => case.seen().addresses(name.ascii()),
        None => &[],
    }
}

/// Returns whether the farm file or the newest answers name a host; without an answer it may be
/// named.
pub(super) fn is_named(case: &Case<'_>, host: &str) -> bool {
    let is_page_server = matches!(
        checked(&case.farm.directory.smtp_server).valid(),
        Some(MailServer::Host(name)) if case.farm.manages_directory()
            && name.ascii().eq_ignore_ascii_case(host)
    );
    is_page_server
        || case
            .seen()
            .exchangers()
            .is_none_or(|hosts| hosts.contains(&host.to_ascii_lowercase()))
}

/// Returns no if DNS answers without this address for a host, else why that is not known.
pub(super) fn is_without(case: &Case<'_>, host: &str, address: IpAddr) -> Ternary {
    let kind = if address.is_ipv4() {
        RecordKind::A
    } else {
        RecordKind::Aaaa
    };
    let lookups = case.facts.dns.iter().flat_map(|dns| &dns.lookups);
    let mut of_host =
        lookups.filter(|lookup| lookup.kind == kind && ServerName::same(&lookup.name, host));
    if of_host.any(|lookup| matches!(lookup.answer, Answer::Known(_) | Answer::Absent(_))) {
        return Ternary::No;
    }
    let ask = case
        .facts
        .why_missing(Area::Dns, "`spinmail gather dns` asks");
    Ternary::Unknown(format!(
        "it is not known whether {address} is its own address; {ask}"
    ))
}
