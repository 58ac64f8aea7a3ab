//! Mail exchangers that the farm file does not record.

use super::exchangers::judge_each_host;
use super::names::{DISPLAY, address_list, display_address, is_private};
use super::no_mx::without_exchangers;
use super::null_mx::{are_all_null, only_null_mx};
use super::per_server::{judge_by_views, views_from};
use crate::facts::{NetworkView, is_below};
use crate::farm::Farm;
use crate::farm::values::DomainName;
use crate::remedy::{self, Action, AdminRole};
use crate::rules::dns_view::{DnsView, NameOwners, ViewIdentity, by_host, is_recorded_name};
use crate::rules::subject::Subject;
use crate::rules::{Case, Finding, Outcome, RuleResult, Severity};
use std::net::IpAddr;

pub(super) fn mx_elsewhere(case: &Case<'_>) -> Vec<RuleResult> {
    if case.farm.servers.is_empty() && case.farm.mail_hosts.is_empty() {
        let why = "no server and no mail host is recorded, so there is nothing to compare mail \
                   exchangers with";
        return RuleResult::only(DISPLAY, Outcome::not_applicable(why));
    }
    let contradicted = contradicted_views(case);
    judge_each_host(case, |view, host| match view.owners(host) {
        NameOwners::NoAddress => Outcome::because("dns-mx-no-address", "it has no address"),
        NameOwners::Hosts(hosts) if hosts.is_recorded() => {
            Outcome::Pass(view.known_address_evidence(host, "an address of a recorded host"))
        }
        NameOwners::Hosts(hosts) => match hosts.unknown {
            Some(why) => Outcome::undecided(why),
            None => {
                let finding = elsewhere_finding(view, host);
                Outcome::Fail(match contradicted.contains(&view.identity()) {
                    true => finding.with_severity(Severity::Error),
                    false => finding,
                })
            }
        },
    })
}

/// Creates the finding about an exchanger that is not recorded. It may be right: then it is to be
/// recorded. No remedy leads the domain's mail away from it.
fn elsewhere_finding(view: &DnsView<'_>, host: &str) -> Finding {
    let message = format!(
        "the mail exchanger `{host}` is not a recorded server or mail host, so it is not known \
         whether it passes mail on to the farm"
    );
    let addresses = view.known_addresses(host).0;
    let public = addresses.iter().find(|address| !is_private(address));
    let translated = match public.filter(|_| !is_hosted(host)) {
        Some(address) => format!(
            " If {address} is translated to a server (NAT), record it: `{command}`.",
            command = remedy::spinmail(
                "set server.{NAME}.public-addresses {ADDRESS}",
                &[&only_server(view.farm), &address]
            ),
        ),
        None => String::new(),
    };
    // An MX record may name the domain itself, which is not the name of a host.
    let is_domain = display_address(view.farm).is_ok_and(|domain| domain.ascii() == host);
    let (how, action) = match is_domain {
        true => (
            format!(
                " by its own name: `{command}`",
                command = remedy::record_mail_host(host, host, addresses.first().copied()),
            ),
            None,
        ),
        false => {
            let name = host.to_owned();
            (String::new(), Some(Action::AddMailHost { name }))
        }
    };
    let remedy = format!(
        "If it passes mail on to the farm, record it as a mail host{how}; if it is a server of \
         the farm, record its name or address.{translated} If it is neither, find out which host \
         receives the domain's mail before you change the MX record"
    );
    Finding::for_role(AdminRole::Farm, message, remedy)
        .with_evidence(view.address_evidence(host, "an address of a recorded host"))
        .with_actions(action)
}

/// Returns whether a name is one of a mail service that many companies use: its address is not a
/// server's of a farm.
fn is_hosted(host: &str) -> bool {
    const SERVICES: &[&str] = &[
        "outlook.com",
        "outlook.cn",
        "office365.us",
        "mx.microsoft",
        "google.com",
        "googlemail.com",
        "mimecast.com",
        "pphosted.com",
    ];
    SERVICES.iter().any(|service| is_below(host, service))
}

/// Returns the name of the only recorded server, to be put into a command.
pub(super) fn only_server(farm: &Farm) -> &str {
    match farm.servers.as_slice() {
        [server] => server.name(),
        _ => "NAME",
    }
}

/// Returns the views that contradict the farm file.
fn contradicted_views<'a>(case: &Case<'a>) -> Vec<ViewIdentity<'a>> {
    let views = views_from(case, NetworkView::Outside).into_iter();
    let contradicting = views.filter(contradicts_file);
    contradicting.map(|view| view.identity()).collect()
}

/// Returns whether the farm file says by which hosts mail comes, and senders outside are led to
/// none of them.
fn contradicts_file(view: &DnsView<'_>) -> bool {
    if view.farm.mail_hosts.is_empty() || view.side != NetworkView::Outside {
        return false;
    }
    let Ok(domain) = display_address(view.farm) else {
        return false;
    };
    let Ok(Some(exchangers)) = view.exchangers(domain) else {
        return false;
    };
    let is_unrecorded = |host: &str| match view.owners(host) {
        NameOwners::NoAddress => !is_recorded_name(view.farm, host),
        NameOwners::Hosts(hosts) => !hosts.is_recorded() && hosts.unknown.is_none(),
    };
    let hosts = by_host(&exchangers);
    hosts.iter().all(|exchanger| is_unrecorded(&exchanger.host))
}

/// Returns the subject of a verdict about mail from outside alone.
fn outside(subject: impl Into<Subject>) -> Subject {
    subject.into().for_outside()
}

pub(super) fn mx_private(case: &Case<'_>) -> Vec<RuleResult> {
    let domain = match display_address(case.farm) {
        Ok(domain) => domain,
        Err(instead) => return RuleResult::only(outside(DISPLAY), instead),
    };
    let only = |outcome| RuleResult::only(outside(DISPLAY), outcome);
    if case.farm.mail_from_outside != Some(true) {
        return only(Outcome::not_applicable(
            "the farm file does not say that mail from outside is wanted \
             (`farm.mail-from-outside`)",
        ));
    }
    let views = views_from(case, NetworkView::Outside);
    if views.is_empty() {
        return only(Outcome::not_applicable(
            "no outside DNS server was asked; `spinmail set outside-dns-servers ADDRESS` records \
             one",
        ));
    }
    judge_by_views(&views, outside(domain), |view| {
        vec![RuleResult::new(outside(domain), judge_private(case, view, domain)).about(DISPLAY)]
    })
}

/// Judges whether senders outside can connect to any of the domain's exchangers.
fn judge_private(case: &Case<'_>, view: &DnsView<'_>, domain: &DomainName) -> Outcome {
    let exchangers = match view.exchangers(domain) {
        Ok(Some(exchangers)) if are_all_null(&exchangers) => return only_null_mx(),
        Ok(Some(exchangers)) => exchangers,
        Ok(None) => return without_exchangers(case),
        Err(instead) => return instead,
    };
    let mut private: Vec<IpAddr> = Vec::new();
    let mut evidence = Vec::new();
    let mut literal = None;
    for exchanger in by_host(&exchangers) {
        if exchanger.is_literal() {
            literal = Some(Outcome::because(
                "dns-mx-is-address",
                "a mail exchanger is an address, not a name",
            ));
            continue;
        }
        let (addresses, unknown) = view.known_addresses(&exchanger.host);
        if addresses.iter().any(|address| !is_private(address)) {
            return Outcome::pass();
        }
        if let Some(why) = unknown {
            return Outcome::undecided(why);
        }
        evidence.extend(view.known_address_evidence(&exchanger.host, "a public address"));
        private.extend(addresses);
    }
    if let Some(literal) = literal {
        return literal;
    }
    if private.is_empty() {
        return Outcome::because("dns-mx-no-address", "its mail exchangers have no address");
    }
    let message = format!(
        "for senders outside, the MX of `{}` leads only to {}, to which they cannot connect",
        domain.as_str(),
        address_list(&private)
    );
    let remedy = "In the outside DNS zone, publish the public address that the firewall or \
                  gateway translates to the mail server";
    let finding = Finding::for_role(AdminRole::Dns, message, remedy);
    Outcome::Fail(finding.with_evidence(evidence))
}
