//! What DNS says of the farm's names.

mod agreement;
mod elsewhere;
mod exchangers;
mod ipv6;
mod loopback;
mod mail_hosts;
mod names;
mod no_mx;
mod null_mx;
mod own_domains;
mod per_server;
mod smtp_server;
mod without_service;

use super::{Case, Judged, Rule, rule};
use crate::farm::Farm;
use crate::farm::values::DomainName;
use own_domains::judge_each_domain;
use std::net::IpAddr;

/// Makes sure that no null MX says that a domain takes no mail.
pub(super) fn takes_mail(case: &Case<'_>, domain: &DomainName) -> Judged<()> {
    for view in per_server::views(case) {
        if let Ok(Some(exchangers)) = view.exchangers(domain)
            && null_mx::are_all_null(&exchangers)
        {
            return Err(null_mx::only_null_mx());
        }
    }
    Ok(())
}

/// Returns every address to which a name is known to lead, in any view.
pub(super) fn addresses_of(case: &Case<'_>, name: &str) -> Vec<IpAddr> {
    let views = case.dns_views().iter();
    views
        .flat_map(|view| view.known_addresses(name).0)
        .collect()
}

/// Returns whether a host is the SMTP mail server, and by what is recorded, no mail host asks for
/// its address.
pub(super) fn is_never_looked_up(farm: &Farm, host: &str) -> bool {
    names::is_smtp_server(farm, host) && names::is_behind_named_host(farm)
}

/// Says why no DNS server gave any answer, or returns `None` if one did.
pub(super) fn why_all_silent(case: &Case<'_>) -> Option<String> {
    let views = per_server::views(case);
    let silent: Option<Vec<String>> = views.iter().map(|view| view.why_silent()).collect();
    silent?.into_iter().next()
}

/// Returns the rule that judges whether a mail host has an address. Without it nothing can be asked
/// of the host. `None` if no rule does: it is a server that mail does not go to.
pub(super) fn rule_about_missing_address(case: &Case<'_>, host: &str) -> Option<&'static str> {
    let views = per_server::views(case);
    if views.is_empty() {
        // That it was not asked is what this rule says.
        return Some("dns-mx-no-address");
    }
    let mut rules = views
        .iter()
        .filter_map(|view| names::rule_about_missing_address(view, host));
    rules.find(|rule| *rule != "dns-no-mx" || no_mx::explains(case))
}

/// The rules about DNS.
pub(super) static RULES: &[Rule] = &[
    rule! {
        id: "dns-no-mx",
        area: Dns,
        severity: Error,
        summary: "The display address has no MX record.",
        pass_message: "The display address has an MX record.",
        about: ["incoming-email.display-address", "farm.mail-from-outside"],
        hop: Mx,
        judge: own_domains::judge_whether_found,
    },
    rule! {
        id: "dns-null-mx",
        area: Dns,
        severity: Error,
        summary: "The display address has a null MX, which says that it accepts no mail.",
        pass_message: "The display address has no null MX.",
        about: ["incoming-email.display-address"],
        hop: Mx,
        judge: |case| judge_each_domain(case, exchangers::null_mx),
    },
    rule! {
        id: "dns-null-mx-with-others",
        area: Dns,
        severity: Error,
        summary: "The display address has a null MX and other MX records.",
        pass_message: "No null MX exists next to other MX records.",
        about: ["incoming-email.display-address"],
        hop: Mx,
        judge: |case| judge_each_domain(case, exchangers::null_mx_with_others),
    },
    rule! {
        id: "dns-alias-and-mx",
        area: Dns,
        severity: Error,
        summary: "The display address is an alias (CNAME) and also has an MX record.",
        pass_message: "The display address is not an alias next to its MX record.",
        about: ["incoming-email.display-address"],
        hop: Mx,
        judge: |case| judge_each_domain(case, exchangers::alias_and_mx),
    },
    rule! {
        id: "dns-mx-is-address",
        area: Dns,
        severity: Error,
        summary: "A mail exchanger is an IP address instead of a host name.",
        pass_message: "The mail exchanger is a name.",
        about: ["incoming-email.display-address"],
        hop: Host,
        judge: |case| judge_each_domain(case, exchangers::mx_is_address),
    },
    rule! {
        id: "dns-mx-is-alias",
        area: Dns,
        severity: Error,
        summary: "A mail exchanger is an alias (CNAME).",
        pass_message: "The mail exchanger is not an alias.",
        about: ["incoming-email.display-address"],
        hop: Host,
        judge: |case| judge_each_domain(case, exchangers::mx_is_alias),
    },
    rule! {
        id: "dns-mx-no-address",
        area: Dns,
        severity: Error,
        summary: "A mail exchanger has no address.",
        pass_message: "The mail exchanger has an address.",
        about: ["incoming-email.display-address"],
        hop: Host,
        judge: |case| judge_each_domain(case, exchangers::mx_no_address),
    },
    rule! {
        id: "dns-mx-elsewhere",
        area: Dns,
        severity: Warning,
        summary: "A mail exchanger is not a recorded server or mail host.",
        pass_message: "The mail exchanger is a recorded server or mail host.",
        about: [
            "incoming-email.display-address",
            "mail-host.NAME.name",
            "server.NAME.public-addresses",
        ],
        hop: Host,
        judge: |case| judge_each_domain(case, elsewhere::mx_elsewhere),
    },
    rule! {
        id: "dns-mx-without-service",
        area: Dns,
        severity: Error,
        summary: "Mail is sent to a server of the farm, but no incoming e-mail service takes it \
                  from there.",
        pass_message: "An incoming e-mail service takes the mail that is sent there.",
        about: ["server.NAME.incoming-email-service", "server.NAME.passes-to"],
        hop: Job,
        judge: without_service::mx_without_service,
    },
    rule! {
        id: "dns-mail-host-loops",
        area: Dns,
        severity: Error,
        summary: "DNS leads a mail host to none of the hosts to which it passes mail.",
        pass_message: "DNS leads the mail host to a host that it passes mail to.",
        about: ["mail-host.NAME.by", "mail-host.NAME.passes-to"],
        hop: Host,
        judge: mail_hosts::mail_host_loops,
    },
    rule! {
        id: "dns-mx-private",
        area: Dns,
        severity: Warning,
        summary: "For senders outside, the MX record leads to private addresses only.",
        pass_message: "For senders outside, the MX record leads to a public address.",
        about: ["incoming-email.display-address", "farm.mail-from-outside"],
        hop: Host,
        judge: |case| judge_each_domain(case, elsewhere::mx_private),
    },
    rule! {
        id: "dns-mx-order",
        area: Dns,
        severity: Note,
        summary: "The display address has several mail exchangers.",
        pass_message: "There is one mail exchanger.",
        about: ["incoming-email.display-address"],
        judge: exchangers::mx_order,
    },
    rule! {
        id: "dns-smtp-server-no-address",
        area: Dns,
        severity: Error,
        summary: "The SMTP mail server has no address.",
        pass_message: "The SMTP mail server has an address.",
        about: ["directory-management.smtp-server"],
        judge: smtp_server::no_address,
    },
    rule! {
        id: "dns-smtp-server-elsewhere",
        area: Dns,
        severity: Warning,
        summary: "The SMTP mail server is not a recorded server or mail host.",
        pass_message: "The SMTP mail server is a recorded server or mail host.",
        about: ["directory-management.smtp-server", "server.NAME.name"],
        judge: smtp_server::elsewhere,
    },
    rule! {
        id: "dns-loopback",
        area: Dns,
        severity: Error,
        summary: "A name resolves to an address that other machines cannot reach.",
        pass_message: "The name resolves to usable addresses.",
        about: [
            "incoming-email.display-address",
            "directory-management.smtp-server",
            "server.NAME.name",
        ],
        hop: Host,
        judge: loopback::loopback,
    },
    rule! {
        id: "dns-ipv6-silent",
        area: Dns,
        severity: Warning,
        summary: "A name has an AAAA record, but nothing listens at that IPv6 address.",
        pass_message: "The published IPv6 address accepts connections.",
        about: ["incoming-email.display-address", "directory-management.smtp-server"],
        judge: ipv6::silent,
    },
    rule! {
        id: "dns-servers-disagree",
        area: Dns,
        severity: Warning,
        summary: "The DNS servers give different answers.",
        pass_message: "The DNS servers give the same answers.",
        about: ["probe.dns-servers"],
        judge: agreement::servers_disagree,
    },
];
