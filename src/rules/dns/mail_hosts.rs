//! Mail hosts that ask DNS where to pass mail on.

use super::per_server::views_from;
use crate::facts::NetworkView;
use crate::farm::values::{DomainName, MailHostKind, PassBy, PassedTo, checked};
use crate::farm::{Farm, MailHost};
use crate::remedy::{self, AdminRole};
use crate::rules::dns_view::{self, DnsView, NameOwners, by_host};
use crate::rules::{Case, Evidence, Finding, Judged, Outcome, RuleResult, Ternary};

const MAIL_HOST: &str = "mail-host";
const EXPECTED: &str = "a host that it passes mail to, at a better preference than itself";

pub(super) fn mail_host_loops(case: &Case<'_>) -> Vec<RuleResult> {
    let mut results = Vec::new();
    for host in &case.farm.mail_hosts {
        if host.by != Some(PassBy::Mx) {
            continue;
        }
        let key = format!("mail-host.{}.by", host.name());
        results.push(RuleResult::new(host, judge_host(case, host)).about(key));
    }
    if results.is_empty() {
        let why = "no recorded mail host asks DNS where to pass mail on (`by = \"mx\"`)";
        return RuleResult::only(MAIL_HOST, Outcome::not_applicable(why));
    }
    results
}

/// Returns the view that a mail host asks.
fn asked_view(host: &MailHost) -> NetworkView {
    match host.kind {
        Some(MailHostKind::ExchangeOnline) => NetworkView::Outside,
        _ => NetworkView::Inside,
    }
}

fn judge_host(case: &Case<'_>, host: &MailHost) -> Judged<Outcome> {
    let side = asked_view(host);
    // What outsiders see counts for this host also if no mail comes from outside.
    let views = match side {
        NetworkView::Inside => views_from(case, side),
        NetworkView::Outside => {
            let mut views = case.dns_views().to_vec();
            views.retain(|view| view.side == side);
            views
        }
    };
    if views.is_empty() {
        return Err(Outcome::undecided(match side {
            NetworkView::Inside => {
                "no inside DNS server was asked, which this mail host uses; `spinmail gather dns` \
                 asks"
                    .to_owned()
            }
            NetworkView::Outside => {
                "no outside DNS server was asked, which this mail host uses; record one with \
                 `spinmail set outside-dns-servers ADDRESS`"
                    .to_owned()
            }
        }));
    }
    let mut unknown = None;
    let mut evidence = Vec::new();
    for view in &views {
        if let Some(finding) = target_without_address(view, host) {
            return Ok(Outcome::Fail(finding));
        }
        for domain in handed_on(case.farm, host) {
            match leads_on(view, host, domain) {
                (Ternary::Yes, seen) => evidence.push(seen),
                (Ternary::No, seen) => return Ok(Outcome::Fail(loop_finding(host, domain, seen))),
                (Ternary::Unknown(why), _) => unknown = Some(why),
            }
        }
    }
    match unknown {
        Some(why) => Err(Outcome::undecided(why)),
        None => Ok(Outcome::Pass(evidence)),
    }
}

/// Returns the domains that a mail host passes mail on for.
fn handed_on<'a>(farm: &'a Farm, host: &'a MailHost) -> Vec<&'a DomainName> {
    match &host.delivers_as {
        Some(domains) => domains.iter().collect(),
        None => checked(&farm.incoming.display_address)
            .valid()
            .into_iter()
            .collect(),
    }
}

/// Returns whether a domain's exchangers lead a mail host on: one that it passes mail to comes
/// before itself. A host does not pass mail to exchangers as preferred as itself (RFC 5321 5.1).
fn leads_on(view: &DnsView<'_>, host: &MailHost, domain: &DomainName) -> (Ternary, Evidence) {
    let evidence = view.evidence(domain.ascii(), crate::facts::RecordKind::Mx, EXPECTED);
    let exchangers = match view.exchangers(domain) {
        Ok(Some(exchangers)) => exchangers,
        Ok(None) => vec![dns_view::Exchanger {
            preference: 0,
            host: domain.ascii().to_owned(),
        }],
        Err(_) => {
            let why = view.why_unknown(domain.ascii(), crate::facts::RecordKind::Mx);
            return (Ternary::Unknown(why), evidence);
        }
    };
    let mut unknown = None;
    for exchanger in by_host(&exchangers) {
        match is_host(view, host, &exchanger.host) {
            Ternary::Yes => break,
            Ternary::No => {}
            Ternary::Unknown(why) => unknown = unknown.or(Some(why)),
        }
        match is_target(view, host, &exchanger.host) {
            Ternary::Yes if unknown.is_none() => return (Ternary::Yes, evidence),
            Ternary::Yes | Ternary::No => {}
            Ternary::Unknown(why) => unknown = unknown.or(Some(why)),
        }
    }
    (unknown.map_or(Ternary::No, Ternary::Unknown), evidence)
}

/// Returns whether an exchanger is the mail host itself.
fn is_host(view: &DnsView<'_>, host: &MailHost, exchanger: &str) -> Ternary {
    if host.is_named(exchanger) {
        return Ternary::Yes;
    }
    match view.owners(exchanger) {
        NameOwners::NoAddress => Ternary::No,
        NameOwners::Hosts(hosts) => hosts
            .mail_hosts
            .iter()
            .any(|other| std::ptr::eq(*other, host))
            .into(),
    }
}

/// Returns whether an exchanger is one of the hosts that a mail host passes mail to.
fn is_target(view: &DnsView<'_>, host: &MailHost, exchanger: &str) -> Ternary {
    let Some(targets) = &host.passes_to else {
        return Ternary::Unknown(format!(
            "it is not recorded to which hosts `{}` passes mail on; record it: `{command}`",
            host.name(),
            command = remedy::spinmail("mail-host set {NAME} --passes-to SERVER", &[&host.name()]),
        ));
    };
    let (addresses, unknown) = view.known_addresses(exchanger);
    let is_same = targets.iter().any(|target| match &target.to {
        PassedTo::DropFolder => false,
        PassedTo::Address(address) => addresses.contains(&address.ip()),
        PassedTo::Host { name, .. } => {
            name == exchanger
                || view
                    .known_addresses(name)
                    .0
                    .iter()
                    .any(|own| addresses.contains(own))
                || shares_recorded_host(view, name, exchanger)
        }
    });
    match unknown {
        _ if is_same => Ternary::Yes,
        Some(why) => Ternary::Unknown(why),
        None => Ternary::No,
    }
}

/// Returns whether two names are of one recorded host.
fn shares_recorded_host(view: &DnsView<'_>, one: &str, other: &str) -> bool {
    let (NameOwners::Hosts(one), NameOwners::Hosts(other)) = (view.owners(one), view.owners(other))
    else {
        return false;
    };
    let mut servers = one.servers.iter();
    let mut hosts = one.mail_hosts.iter();
    servers.any(|server| {
        other
            .servers
            .iter()
            .any(|same| std::ptr::eq(*same, *server))
    }) || hosts.any(|host| {
        other
            .mail_hosts
            .iter()
            .any(|same| std::ptr::eq(*same, *host))
    })
}

/// Returns the finding about a name that the mail host cannot find, or `None` if it finds all.
fn target_without_address(view: &DnsView<'_>, host: &MailHost) -> Option<Finding> {
    let targets = host.passes_to.iter().flatten();
    let names = targets.filter_map(|target| match &target.to {
        PassedTo::Host { name, .. } if !name.starts_with('.') && name.contains('.') => Some(name),
        _ => None,
    });
    let mut missing = names.filter(|name| matches!(view.addresses(name), Ok(None)));
    let name = missing.next()?;
    let message = format!(
        "`{}` passes mail on to `{name}`, which has no address {}",
        host.name(),
        view.side.name()
    );
    let remedy = format!(
        "Add an address record for `{name}` to the DNS that `{}` uses, or correct the name: \
         `{command}`",
        host.name(),
        command = remedy::spinmail("mail-host set {NAME} --passes-to SERVER", &[&host.name()]),
    );
    let finding = Finding::for_role(AdminRole::Dns, message, remedy);
    Some(finding.with_evidence(view.address_evidence(name, "an address")))
}

fn loop_finding(host: &MailHost, domain: &DomainName, evidence: Evidence) -> Finding {
    let message = format!(
        "`{}` asks DNS where mail for `{}` goes, but DNS names none of the hosts that it passes \
         mail to",
        host.name(),
        domain.as_str()
    );
    let remedy = format!(
        "Configure it to pass mail on to a named host (a smart host), and record that: \
         `{command}`. Or give `{}` a DNS view in which the domain's MX leads to the farm",
        host.name(),
        command = remedy::spinmail("mail-host set {NAME} --by smart-host", &[&host.name()]),
    );
    Finding::for_role(AdminRole::Farm, message, remedy).with_evidence([evidence])
}
