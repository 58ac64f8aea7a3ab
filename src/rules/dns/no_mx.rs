//! Whether senders find the display address at all.

use super::names::{DISPLAY, address_list, display_address};
use super::null_mx::{are_all_null, only_null_mx};
use super::per_server::{SIDES, not_asked, views, views_from};
use crate::facts::{NetworkView, RecordKind, is_below};
use crate::farm::values::DomainName;
use crate::farm::{Farm, MailHost, Server};
use crate::remedy::{self, Action, AdminRole};
use crate::rules::dns_view::{DnsView, NameOwners};
use crate::rules::route::LeadsTo;
use crate::rules::subject::Subject;
use crate::rules::{Case, Evidence, Finding, Judged, Outcome, RuleResult, Severity, Ternary};
use std::net::IpAddr;

const EXPECTED: &str = "at least one mail exchanger";

pub(super) fn no_mx(case: &Case<'_>) -> Vec<RuleResult> {
    let domain = match display_address(case.farm) {
        Ok(domain) => domain,
        Err(instead) => return RuleResult::only(DISPLAY, instead),
    };
    if views(case).is_empty() {
        return not_asked(domain);
    }
    let inside = || RuleResult::new(domain, judge_inside(case, domain)).about(DISPLAY);
    if case.farm.mail_from_outside != Some(true) {
        return vec![inside()];
    }
    let outside = views_from(case, NetworkView::Outside);
    if outside.is_empty() {
        // One answer for both sides: the sharper question decides.
        let views = views_from(case, NetworkView::Inside);
        let outcome = judge_outside(case, &views, domain);
        let outcome = match outcome {
            Outcome::Fail(finding) => Outcome::Fail(unsure_of_outside(case, finding, domain)),
            outcome => outcome,
        };
        return vec![RuleResult::new(domain, outcome).about(DISPLAY)];
    }
    let subject = Subject::outside(domain);
    let of_outside = RuleResult::new(subject, judge_outside(case, &outside, domain)).about(DISPLAY);
    if views_from(case, NetworkView::Inside).is_empty() {
        vec![of_outside]
    } else {
        let mut of_inside = inside();
        of_inside.subject.scope.side = Some(NetworkView::Inside);
        vec![of_outside, of_inside]
    }
}

/// Returns the outcome of rules about exchangers where a DNS server knows none: that is a fault
/// only if this rule says so.
pub(super) fn without_exchangers(case: &Case<'_>) -> Outcome {
    const WHY: &str = "it has no MX record";
    if explains(case) {
        Outcome::because("dns-no-mx", WHY)
    } else {
        Outcome::not_applicable(WHY)
    }
}

/// Returns whether this rule finds a fault, or cannot decide, so that others may defer to it.
pub(super) fn explains(case: &Case<'_>) -> bool {
    let results = no_mx(case);
    results
        .iter()
        .any(|result| matches!(result.outcome, Outcome::Fail(_) | Outcome::Undecided(_)))
}

/// What the DNS servers of one side say about a domain without mail exchangers.
enum WithoutMx<'a> {
    /// It has addresses of its own, by this view.
    Address(DnsView<'a>, Vec<IpAddr>),
    /// It has neither, by this view.
    Nothing(DnsView<'a>),
    /// It has no mail exchangers, by this view, and why it is not known whether it has addresses.
    Unknown(DnsView<'a>, String),
}

/// Returns what stands in for mail exchangers, or the outcome if any DNS server knows some, or if
/// none tells.
fn without_mx<'a>(views: &[DnsView<'a>], domain: &DomainName) -> Judged<WithoutMx<'a>> {
    let mut unknown = None;
    let mut has_null = false;
    let mut without = Vec::new();
    for view in views {
        match view.exchangers(domain) {
            Ok(Some(exchangers)) if are_all_null(&exchangers) => has_null = true,
            Ok(Some(_)) => {
                let evidence = view.evidence(domain.ascii(), RecordKind::Mx, EXPECTED);
                return Err(Outcome::Pass(vec![evidence]));
            }
            Ok(None) => without.push(view.clone()),
            Err(instead) => unknown = Some(instead),
        }
    }
    if has_null {
        return Err(only_null_mx());
    }
    fallback(&without, domain).ok_or_else(|| {
        unknown.unwrap_or_else(|| Outcome::undecided("no DNS server of this side was asked"))
    })
}

/// Returns what senders use instead of mail exchangers, according to views without any, or `None`
/// if there are no views.
fn fallback<'a>(views: &[DnsView<'a>], domain: &DomainName) -> Option<WithoutMx<'a>> {
    let mut found = None;
    for view in views {
        match view.known_addresses(domain.ascii()) {
            (addresses, _) if !addresses.is_empty() => {
                return Some(WithoutMx::Address(view.clone(), addresses));
            }
            (_, Some(why)) => found = Some(WithoutMx::Unknown(view.clone(), why)),
            (_, None) => found = found.or(Some(WithoutMx::Nothing(view.clone()))),
        }
    }
    found
}

/// Judges whether senders outside find the domain.
fn judge_outside(case: &Case<'_>, views: &[DnsView<'_>], domain: &DomainName) -> Outcome {
    let shown = domain.as_str();
    match without_mx(views, domain) {
        Err(outcome) => outcome,
        Ok(WithoutMx::Nothing(view)) => {
            let message = format!(
                "`{shown}` has neither an MX nor an A or AAAA record, so mail cannot be \
                         delivered"
            );
            Outcome::Fail(finding(case, &view, message, domain))
        }
        Ok(WithoutMx::Address(view, addresses)) => {
            let message = format!("`{shown}` has no MX record; senders use its address instead");
            let mut finding = finding(case, &view, message, domain);
            if let Some(evidence) = finding.evidence.first_mut() {
                add_addresses(evidence, &addresses);
            }
            Outcome::Fail(finding.with_severity(Severity::Warning))
        }
        Ok(WithoutMx::Unknown(view, why)) => {
            let message = format!(
                "`{shown}` has no MX record, and it is not known whether it has an address: {why}"
            );
            Outcome::Fail(finding(case, &view, message, domain).with_severity(Severity::Warning))
        }
    }
}

/// Weakens a finding about senders outside that only inside DNS servers support.
fn unsure_of_outside(case: &Case<'_>, mut finding: Finding, domain: &DomainName) -> Finding {
    finding.message = format!(
        "{}; only inside DNS servers were asked, and senders outside may see another answer",
        finding.message
    );
    // If `unasked_outside` returns a reason, the remedy already contains this advice.
    if unasked_outside(case, domain).is_none() {
        finding.remedy.text = format!(
            "Record a DNS server that gives the answers that senders outside see: `spinmail set \
             outside-dns-servers ADDRESS`. If the record is missing there too: {}",
            lowercase_first(&finding.remedy.text)
        );
    }
    finding.with_severity(Severity::Warning)
}

fn lowercase_first(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// Judges, once for all DNS servers, whether hosts inside find the domain.
fn judge_inside(case: &Case<'_>, domain: &DomainName) -> Outcome {
    if let Some(host) = host_without_mx(case) {
        return Outcome::not_applicable(format!(
            "mail comes through `{}`, which needs no MX record inside",
            host.name()
        ));
    }
    let views = views_from(case, NetworkView::Inside);
    let without = match without_mx(&views, domain) {
        Ok(without) => without,
        Err(outcome) => return outcome,
    };
    let shown = domain.as_str();
    match without {
        WithoutMx::Nothing(view) => Outcome::Fail(unrecorded_way(case, &view, domain)),
        WithoutMx::Unknown(_, why) => Outcome::undecided(why),
        WithoutMx::Address(view, addresses) => match view.owners(domain.ascii()) {
            NameOwners::Hosts(hosts) if hosts.is_recorded() => {
                let mut evidence = view.evidence(domain.ascii(), RecordKind::Mx, EXPECTED);
                add_addresses(&mut evidence, &addresses);
                Outcome::Pass(vec![evidence])
            }
            _ => Outcome::undecided(format!(
                "`{shown}` has no MX record, and no recorded server has its address {}; if a host \
                 there passes mail on to the farm, record it: `{command}`",
                address_list(&addresses),
                command = remedy::record_mail_host(
                    domain.ascii(),
                    domain.ascii(),
                    addresses.first().copied()
                ),
            )),
        },
    }
}

/// Returns a mail host that gets mail without asking for the domain's MX record, or `None` if none
/// is recorded: an Exchange, or one that no MX record names.
fn host_without_mx<'a>(case: &Case<'a>) -> Option<&'a MailHost> {
    let routes = case.routes();
    let is_named_by_mx = |host: &MailHost| {
        let mut exchangers = routes.exchangers();
        exchangers.any(|exchanger| match &exchanger.leads_to {
            LeadsTo::MailHosts(hosts) => hosts.iter().any(|other| std::ptr::eq(*other, host)),
            _ => false,
        })
    };
    // A host that another one passes mail to needs no MX record, and says nothing of the first one.
    let starts = routes.first_mail_hosts();
    let is_start = |host: &MailHost| starts.iter().any(|start| std::ptr::eq(*start, host));
    let mut hosts = case.farm.mail_hosts.iter();
    hosts.find(|host| host.is_exchange() || (is_start(host) && !is_named_by_mx(host)))
}

/// Returns the finding about a domain that DNS inside does not know at all: if mail comes by a
/// connector with a smart host, nothing is missing.
fn unrecorded_way(case: &Case<'_>, view: &DnsView<'_>, domain: &DomainName) -> Finding {
    let message = format!(
        "`{}` has neither an MX record nor an address inside, and no recorded mail host works \
         without one",
        domain.as_str()
    );
    if is_fed_by_files(case.farm) {
        let remedy = format!(
            "If Exchange writes mail to the drop folder by a Foreign connector, record it: \
             `{command}`",
            command = remedy::spinmail(
                "mail-host add NAME --by foreign-connector --passes-to drop-folder",
                &[]
            ),
        );
        return Finding::for_role(AdminRole::Farm, message, remedy)
            .with_severity(Severity::Warning)
            .with_evidence([view.evidence(domain.ascii(), RecordKind::Mx, EXPECTED)]);
    }
    let remedy = format!(
        "If a mail host (Exchange, a gateway) passes mail on to the farm through a connector with \
         a smart host, record it: `{command}`. If not: {}",
        lowercase_first(&missing_record(case, view, domain)),
        command = remedy::spinmail(
            "mail-host add NAME --by smart-host --passes-to {SERVER}",
            &[&server_name(case.farm)]
        ),
    );
    Finding::for_role(AdminRole::Farm, message, remedy)
        .with_severity(Severity::Warning)
        .with_evidence([view.evidence(domain.ascii(), RecordKind::Mx, EXPECTED)])
        .with_actions(add_exchanger(case, view, domain))
}

/// Returns whether mail can get to the farm only as files: no server runs SMTP, and one takes mail from a
/// share.
fn is_fed_by_files(farm: &Farm) -> bool {
    let is_without = |server: &Server| server.smtp_service == Some(false);
    let mut folders = farm.polled_folders().into_iter();
    !farm.servers.is_empty()
        && farm.servers.iter().all(is_without)
        && folders.any(|folder| folder.path.is_share())
}

/// Returns the name of the only mail server, to be put into a command.
fn server_name(farm: &Farm) -> &str {
    let mut servers = farm.mail_servers().filter(|server| !server.is_standby());
    match (servers.next(), servers.next()) {
        (Some(server), None) => server.name(),
        _ => "SERVER",
    }
}

/// Returns the finding about a domain without MX record.
fn finding(case: &Case<'_>, view: &DnsView<'_>, message: String, domain: &DomainName) -> Finding {
    Finding::for_role(AdminRole::Dns, message, missing_record(case, view, domain))
        .with_evidence([view.evidence(domain.ascii(), RecordKind::Mx, EXPECTED)])
        .with_actions(add_exchanger(case, view, domain))
}

fn add_addresses(evidence: &mut Evidence, addresses: &[IpAddr]) {
    evidence.observed = format!(
        "{} (address exists: {})",
        evidence.observed,
        address_list(addresses)
    );
}

/// Says which record to add. Where the domain's mail also goes elsewhere, none: it would turn mail
/// away from there.
fn missing_record(case: &Case<'_>, view: &DnsView<'_>, domain: &DomainName) -> String {
    let routes = case.routes();
    let mut servers = case.farm.mail_servers();
    let of_servers = servers.find_map(|server| routes.why_not_alias(server, domain));
    if let Some(why) = of_servers.or_else(|| why_mail_not_known(case, domain)) {
        return format!(
            "Find out which host receives the domain's mail before you change its records: {why}"
        );
    }
    let add = match view.has(domain.ascii(), RecordKind::Cname) {
        Ternary::Yes => {
            "Replace the alias with an A and an MX record, or add the MX record to the alias's \
             target: DNS allows no other record at a name with a CNAME"
        }
        _ => "Add an MX record that names the host that receives this farm's mail",
    };
    add.to_owned()
}

/// Returns why it is not known to which hosts a domain's mail goes, or `None` if it is: each side has
/// answered which exchangers it has, or nothing suggests that the other side has some.
fn why_mail_not_known(case: &Case<'_>, domain: &DomainName) -> Option<String> {
    for side in SIDES {
        let views = case.dns_views().iter().filter(|view| view.side == side);
        let answers: Vec<_> = views.map(|view| view.exchangers(domain)).collect();
        let is_answered = answers.iter().any(Result::is_ok);
        if let Some(Err(Outcome::Undecided(why))) = answers.into_iter().next()
            && !is_answered
        {
            return Some(why);
        }
    }
    unasked_outside(case, domain)
}

/// Returns that no DNS server outside was asked, if it may know other exchangers of a domain: such a
/// server is recorded, or the domain has a zone of its own, as a company's mail domain has.
fn unasked_outside(case: &Case<'_>, domain: &DomainName) -> Option<String> {
    let views = case.dns_views();
    if views.iter().any(|view| view.side == NetworkView::Outside) {
        return None;
    }
    if case.farm.probe.outside_dns_servers.is_some() {
        return Some(
            "no DNS server outside was asked for its MX record; `spinmail gather dns` asks"
                .to_owned(),
        );
    }
    let mut zones = views
        .iter()
        .filter_map(|view| view.zone(domain.ascii(), RecordKind::Mx));
    zones.any(|zone| is_same_zone(zone, domain)).then(|| {
        format!(
            "`{}` has a zone of its own, as a company's mail domain has, and which MX record \
             senders outside see is not known; `{command}` records a DNS server that tells",
            domain.as_str(),
            command = remedy::spinmail("set outside-dns-servers ADDRESS", &[]),
        )
    })
}

/// Returns whether a zone is the domain's own.
fn is_same_zone(zone: &str, domain: &DomainName) -> bool {
    zone.trim_end_matches('.')
        .eq_ignore_ascii_case(domain.ascii())
}

/// Returns the MX record to add, if the zone and the only possible exchanger are known. Where other
/// hosts may take the domain's mail, none is proposed: it would turn mail away from them. These are
/// exchangers in any view, mail hosts, and hosts that have the domain's own address.
fn add_exchanger(case: &Case<'_>, view: &DnsView<'_>, domain: &DomainName) -> Option<Action> {
    if why_mail_not_known(case, domain).is_some() {
        return None;
    }
    let farm = view.farm;
    let is_others = match view.owners(domain.ascii()) {
        NameOwners::NoAddress => false,
        NameOwners::Hosts(hosts) => hosts.servers.is_empty(),
    };
    if is_others {
        return None;
    }
    let mut servers = farm.mail_servers().filter(|server| !server.is_standby());
    let (Some(server), None) = (servers.next(), servers.next()) else {
        return None;
    };
    if !farm.mail_hosts.is_empty() || view.has_exchangers_anywhere(domain) {
        return None;
    }
    let exchange = server.name.as_ref()?.ascii();
    // Outside, the server may have another name, or none.
    let is_published = matches!(view.addresses(exchange), Ok(Some(_)));
    if view.side == NetworkView::Outside && !is_published {
        return None;
    }
    let zone = view.zone(domain.ascii(), RecordKind::Mx)?;
    let name = domain.ascii();
    // If the name's own zone does not exist, the root or a top-level domain denies it.
    let is_in_zone = is_below(name, zone) && zone.contains('.');
    let may_be_alias = !view.has(name, RecordKind::Cname).is_no();
    if !exchange.contains('.') || !is_in_zone || may_be_alias {
        return None;
    }
    Some(Action::AddMailExchanger {
        zone: zone.to_owned(),
        name: name.to_owned(),
        exchange: exchange.to_owned(),
        preference: 10,
    })
}
