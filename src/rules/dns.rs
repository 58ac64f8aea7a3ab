//! What DNS says of the farm's names.

mod view;

use super::{Action, Case, Evidence, Finding, Hand, Judge, Judged, Outcome, Rule, Severity, rule};
use crate::facts::{Answer, RecordKind};
use crate::farm::values::{DomainName, Given, MailServer, given};
use crate::farm::{Farm, Server};
use std::net::{IpAddr, SocketAddr};
use view::{Exchanger, Looked, Owners, View, per_server, show_server};

/// The rules about DNS.
pub static RULES: &[Rule] = &[
    rule!(
        "dns-no-mx",
        Dns,
        Error,
        "The display address has no MX record.",
        "The display address has an MX record.",
        ["incoming-email.display-address", "farm.mail-from-outside"],
        Judge::Case(no_mx)
    ),
    rule!(
        "dns-null-mx",
        Dns,
        Error,
        "The display address says that it takes no mail (null MX).",
        "The display address does not say that it takes no mail.",
        ["incoming-email.display-address"],
        Judge::Case(null_mx)
    ),
    rule!(
        "dns-null-mx-with-others",
        Dns,
        Error,
        "A null MX stands beside other MX records.",
        "No null MX stands beside other MX records.",
        ["incoming-email.display-address"],
        Judge::Case(null_mx_with_others)
    ),
    rule!(
        "dns-alias-and-mx",
        Dns,
        Error,
        "The display address is an alias and has an MX record beside it.",
        "No alias stands beside the MX record.",
        ["incoming-email.display-address"],
        Judge::Case(alias_and_mx)
    ),
    rule!(
        "dns-mx-is-address",
        Dns,
        Error,
        "A mail exchanger is an address instead of a name.",
        "The mail exchanger is a name.",
        ["incoming-email.display-address"],
        Judge::Case(mx_is_address)
    ),
    rule!(
        "dns-mx-is-alias",
        Dns,
        Error,
        "A mail exchanger is an alias.",
        "The mail exchanger is no alias.",
        ["incoming-email.display-address"],
        Judge::Case(mx_is_alias)
    ),
    rule!(
        "dns-mx-no-address",
        Dns,
        Error,
        "A mail exchanger has no address.",
        "The mail exchanger has an address.",
        ["incoming-email.display-address"],
        Judge::Case(mx_no_address)
    ),
    rule!(
        "dns-mx-elsewhere",
        Dns,
        Error,
        "A mail exchanger is no recorded mail server.",
        "The mail exchanger is a recorded mail server.",
        ["incoming-email.display-address", "server.NAME.smtp-service"],
        Judge::Case(mx_elsewhere)
    ),
    rule!(
        "dns-mx-without-service",
        Dns,
        Error,
        "The incoming e-mail service does not run on a mail exchanger.",
        "The incoming e-mail service runs on the mail exchanger.",
        ["incoming-email.display-address", "server.NAME.incoming-email-service"],
        Judge::Case(mx_without_service)
    ),
    rule!(
        "dns-mx-order",
        Dns,
        Note,
        "Several mail exchangers share the mail.",
        "One mail exchanger takes the mail.",
        ["incoming-email.display-address"],
        Judge::Case(mx_order)
    ),
    rule!(
        "dns-smtp-server-no-address",
        Dns,
        Error,
        "The SMTP mail server has no address.",
        "The SMTP mail server has an address.",
        ["directory-management.smtp-server"],
        Judge::Case(smtp_server_no_address)
    ),
    rule!(
        "dns-smtp-server-elsewhere",
        Dns,
        Warning,
        "The SMTP mail server is no recorded server.",
        "The SMTP mail server is a recorded server.",
        ["directory-management.smtp-server", "server.NAME.name"],
        Judge::Case(smtp_server_elsewhere)
    ),
    rule!(
        "dns-loopback",
        Dns,
        Error,
        "A name leads to an address that is never another machine.",
        "The name leads to addresses of machines.",
        ["incoming-email.display-address", "directory-management.smtp-server", "server.NAME.name"],
        Judge::Case(loopback)
    ),
    rule!(
        "dns-ipv6-silent",
        Dns,
        Warning,
        "An IPv6 address is published where nothing listens.",
        "Something listens at the published IPv6 address.",
        ["incoming-email.display-address", "directory-management.smtp-server"],
        Judge::Case(ipv6_silent)
    ),
    rule!(
        "dns-servers-disagree",
        Dns,
        Warning,
        "The name servers give different answers.",
        "The name servers agree.",
        ["probe.dns-servers"],
        Judge::Case(servers_disagree)
    ),
];

const DISPLAY: &str = "incoming-email.display-address";
const SMTP: &str = "directory-management.smtp-server";

/// The display address, or why rules about it say nothing.
fn display(farm: &Farm) -> Result<&DomainName, &'static str> {
    Err(match given(&farm.incoming.display_address) {
        Given::Valid(_, domain) => return Ok(domain),
        Given::Missing => "no display address is recorded",
        Given::Invalid(..) => "the display address is no domain name (page-display-address-not-a-domain)",
    })
}

/// The SMTP mail server's name, or why rules about it say nothing.
fn smtp_server(farm: &Farm) -> Result<&DomainName, &'static str> {
    Err(match given(&farm.directory.smtp_server) {
        _ if !farm.manages_directory() => {
            "the Directory Management Service is not on, so no SMTP mail server is in use"
        }
        Given::Valid(_, MailServer::Host(name)) if name.is_qualified() => return Ok(name),
        Given::Missing => "no SMTP mail server is recorded (page-smtp-server-missing)",
        _ => "the SMTP mail server is no fully qualified name (page-smtp-server-not-qualified)",
    })
}

/// A rule that says nothing about a setting.
fn silent(key: &str, why: &str) -> Vec<Judged> {
    vec![Judged::new(key, Outcome::not_applicable(why))]
}

/// Judges the display address by each name server.
fn of_display(case: &Case<'_>, judge: impl Fn(&View<'_>, &DomainName) -> Outcome) -> Vec<Judged> {
    match display(case.farm) {
        Err(why) => silent(DISPLAY, why),
        Ok(domain) => per_server(case, domain.as_str(), |view| {
            vec![Judged::new(domain.as_str(), judge(view, domain)).about(DISPLAY)]
        }),
    }
}

/// Judges each mail exchanger of the display address by each name server; null MX and address literals aside.
fn of_exchangers(case: &Case<'_>, judge: impl Fn(&View<'_>, &str) -> Outcome) -> Vec<Judged> {
    of_all_exchangers(case, |view, exchanger| {
        if exchanger.is_literal() {
            return Outcome::not_applicable("it is an address, not a name (dns-mx-is-address)");
        }
        judge(view, &exchanger.host)
    })
}

fn of_all_exchangers(case: &Case<'_>, judge: impl Fn(&View<'_>, &Exchanger) -> Outcome) -> Vec<Judged> {
    let domain = match display(case.farm) {
        Err(why) => return silent(DISPLAY, why),
        Ok(domain) => domain,
    };
    let whole = |outcome| vec![Judged::new(domain.as_str(), outcome)];
    per_server(case, domain.as_str(), |view| match view.exchangers(domain.ascii()) {
        Looked::Unknown(why) => whole(Outcome::undecided(why)),
        Looked::Absent => whole(Outcome::not_applicable("it has no MX record (dns-no-mx)")),
        Looked::Known(all) if all.iter().all(Exchanger::is_null) => {
            whole(Outcome::not_applicable("its MX record says that it takes no mail (dns-null-mx)"))
        }
        Looked::Known(all) => {
            let real = all.iter().filter(|exchanger| !exchanger.is_null());
            real.map(|exchanger| Judged::new(&exchanger.host, judge(view, exchanger)).about(DISPLAY)).collect()
        }
    })
}

fn no_mx(case: &Case<'_>) -> Vec<Judged> {
    of_display(case, |view, domain| {
        let name = domain.ascii();
        match view.exchangers(name) {
            Looked::Known(all) if all.iter().any(Exchanger::is_null) => {
                Outcome::not_applicable("its MX record says that it takes no mail (dns-null-mx)")
            }
            Looked::Known(_) => Outcome::Pass(vec![view.evidence(name, RecordKind::Mx, "at least one mail exchanger")]),
            Looked::Unknown(why) => Outcome::undecided(why),
            Looked::Absent => no_mx_finding(view, domain),
        }
    })
}

fn no_mx_finding(view: &View<'_>, domain: &DomainName) -> Outcome {
    let shown = domain.as_str();
    let wanted = view.farm.mail_from_outside;
    let addresses = view.addresses(domain.ascii());
    let (message, severity) = match (&addresses, wanted) {
        (Looked::Absent, _) => {
            (format!("`{shown}` has neither an MX record nor an address: mail finds no way"), Severity::Error)
        }
        (_, Some(true)) => (format!("`{shown}` has no MX record"), Severity::Error),
        (Looked::Unknown(why), _) => return Outcome::undecided(why.clone()),
        (Looked::Known(_), Some(false)) => {
            (format!("`{shown}` has no MX record; inside mail goes to its address"), Severity::Warning)
        }
        (Looked::Known(_), None) => (
            format!(
                "`{shown}` has no MX record; if mail from outside is wanted (`farm.mail-from-outside`), it needs one"
            ),
            Severity::Warning,
        ),
    };
    let mut evidence = view.evidence(domain.ascii(), RecordKind::Mx, "at least one mail exchanger");
    if let Looked::Known(addresses) = &addresses {
        evidence.observed = format!("{} (address exists: {})", evidence.observed, list(addresses));
    }
    let remedy = "Add an MX record that names the server that receives this farm's mail";
    let finding = Finding::by(Hand::Dns, message, remedy).at(severity).with_evidence([evidence]);
    Outcome::Fail(finding.with_actions(add_exchanger(view, domain)))
}

/// The MX record to add, when the zone and the only possible exchanger are known.
fn add_exchanger(view: &View<'_>, domain: &DomainName) -> Option<Action> {
    let mut servers = view.farm.mail_servers();
    let (server, other) = (servers.next()?, servers.next());
    let zone = view.zone(domain.ascii(), RecordKind::Mx)?.to_owned();
    let exchange = server.name.as_ref()?.ascii();
    let name = domain.ascii().to_owned();
    let fitting = other.is_none() && exchange.contains('.') && view::is_below(&name, &zone);
    fitting.then_some(Action::AddMailExchanger { zone, name, exchange, preference: 10 })
}

fn null_mx(case: &Case<'_>) -> Vec<Judged> {
    of_display(case, |view, domain| match view.exchangers(domain.ascii()) {
        Looked::Unknown(why) => Outcome::undecided(why),
        Looked::Absent => Outcome::not_applicable("it has no MX record (dns-no-mx)"),
        Looked::Known(all) if all.iter().all(Exchanger::is_null) => Outcome::Fail(
            Finding::by(
                Hand::Dns,
                format!("`{}` has a null MX record: it says that it takes no mail at all", domain.as_str()),
                "Replace the null MX by one that names the server that receives this farm's mail",
            )
            .with_evidence([view.evidence(domain.ascii(), RecordKind::Mx, "a mail exchanger")]),
        ),
        Looked::Known(_) => Outcome::pass(),
    })
}

fn null_mx_with_others(case: &Case<'_>) -> Vec<Judged> {
    of_display(case, |view, domain| match view.exchangers(domain.ascii()) {
        Looked::Unknown(why) => Outcome::undecided(why),
        Looked::Absent => Outcome::not_applicable("it has no MX record (dns-no-mx)"),
        Looked::Known(all) if all.iter().all(Exchanger::is_null) => {
            Outcome::not_applicable("the null MX stands alone (dns-null-mx)")
        }
        Looked::Known(all) if all.iter().any(Exchanger::is_null) => Outcome::Fail(
            Finding::by(
                Hand::Dns,
                format!(
                    "`{}` has a null MX record beside others, and what senders make of that differs",
                    domain.as_str()
                ),
                "Delete the MX record whose exchanger is a lone dot",
            )
            .with_evidence([view.evidence(
                domain.ascii(),
                RecordKind::Mx,
                "mail exchangers without a null MX",
            )]),
        ),
        Looked::Known(_) => Outcome::pass(),
    })
}

fn alias_and_mx(case: &Case<'_>) -> Vec<Judged> {
    of_display(case, |view, domain| {
        let name = domain.ascii();
        let alias = match view.answer(name, RecordKind::Cname) {
            Answer::Known(_) => true,
            Answer::Absent(_) => false,
            _ => return Outcome::undecided(view.unknown(name, RecordKind::Cname)),
        };
        let beside = match view.answer(name, RecordKind::Mx) {
            Answer::Known(records) => records
                .iter()
                .any(|record| record.owner.eq_ignore_ascii_case(name) && record.data.kind() == RecordKind::Mx),
            Answer::Absent(_) => false,
            _ => return Outcome::undecided(view.unknown(name, RecordKind::Mx)),
        };
        let finding = || {
            let message = format!("`{}` is an alias (CNAME), and an MX record stands beside it", domain.as_str());
            let remedy = "Delete one of the two: an alias allows no other record at its name";
            Finding::by(Hand::Dns, message, remedy).with_evidence([
                view.evidence(name, RecordKind::Cname, "no alias beside the MX record"),
                view.evidence(name, RecordKind::Mx, "no MX record beside the alias"),
            ])
        };
        Outcome::pass_unless((alias && beside).then(finding))
    })
}

fn mx_is_address(case: &Case<'_>) -> Vec<Judged> {
    of_all_exchangers(case, |view, exchanger| {
        let finding = || {
            let message = format!("the mail exchanger `{}` is an address; only a name may stand there", exchanger.host);
            let remedy = "Give the server a name with an A record, and name that in the MX record";
            Finding::by(Hand::Dns, message, remedy).with_evidence(view.mx_evidence("the name of a host"))
        };
        Outcome::pass_unless(exchanger.is_literal().then(finding))
    })
}

fn mx_is_alias(case: &Case<'_>) -> Vec<Judged> {
    of_exchangers(case, |view, host| match view.answer(host, RecordKind::Cname) {
        _ if host == "." => Outcome::not_applicable("it is the root, which has no address (dns-mx-no-address)"),
        Answer::Absent(_) => Outcome::pass(),
        Answer::Known(_) => Outcome::Fail(
            Finding::by(
                Hand::Dns,
                format!("the mail exchanger `{host}` is an alias (CNAME), which an MX record must not name"),
                "Name the host itself in the MX record, or replace the alias by an A record",
            )
            .with_evidence([view.evidence(host, RecordKind::Cname, "no alias")]),
        ),
        _ => Outcome::undecided(view.unknown(host, RecordKind::Cname)),
    })
}

fn mx_no_address(case: &Case<'_>) -> Vec<Judged> {
    of_exchangers(case, |view, host| match view.addresses(host) {
        Looked::Known(_) => Outcome::pass(),
        Looked::Unknown(why) => Outcome::undecided(why),
        Looked::Absent => Outcome::Fail(
            Finding::by(
                Hand::Dns,
                format!("the mail exchanger `{host}` has no address"),
                "Add an A record for it, or correct its name in the MX record",
            )
            .with_evidence(view.address_evidence(host, "an address")),
        ),
    })
}

/// The servers of the farm that a mail exchanger is, and why it may be more of them; or why none can be named.
fn exchanging_servers<'a>(view: &View<'a>, host: &str) -> Result<(Vec<&'a Server>, Option<String>), Outcome> {
    match view.owners(host) {
        Owners::Servers(servers, open) => Ok((servers, open)),
        Owners::NoAddress => Err(Outcome::not_applicable("it has no address (dns-mx-no-address)")),
        Owners::Unknown(why) => Err(Outcome::undecided(why)),
    }
}

fn mx_elsewhere(case: &Case<'_>) -> Vec<Judged> {
    if case.farm.mail_servers().next().is_none() {
        let why = "no server with `smtp-service = true` is recorded, so any mail exchanger may be right";
        return silent(DISPLAY, why);
    }
    of_exchangers(case, |view, host| {
        let (servers, open) = match exchanging_servers(view, host) {
            Ok(found) => found,
            Err(outcome) => return outcome,
        };
        if servers.iter().any(|server| server.smtp_service == Some(true)) {
            return Outcome::Pass(view.address_evidence(host, "a recorded mail server"));
        }
        if let Some(why) = open {
            return Outcome::undecided(why);
        }
        if let Some(server) = servers.iter().find(|server| server.smtp_service.is_none()) {
            let name = server.name();
            return Outcome::undecided(format!("it is `{name}`; record `server.{name}.smtp-service` to decide"));
        }
        let message = match servers.first() {
            Some(server) => format!("the mail exchanger `{host}` is `{}`, which runs no SMTP", server.name()),
            None => format!("the mail exchanger `{host}` is no recorded mail server"),
        };
        let wanted =
            view.farm.mail_servers().map(|server| format!("`{}`", server.name())).collect::<Vec<_>>().join(", ");
        let remedy = format!("Let the MX record name a mail server of the farm ({wanted}), or record that server");
        Outcome::Fail(
            Finding::by(Hand::Dns, message, remedy)
                .with_evidence(view.address_evidence(host, &format!("an address of {wanted}"))),
        )
    })
}

fn mx_without_service(case: &Case<'_>) -> Vec<Judged> {
    let on_a_share = |server: &Server| case.farm.polled_folder(server).valid().is_some_and(|folder| folder.is_share());
    if case.farm.receivers().any(on_a_share) {
        let why = "mail is taken from a share, so the service may run elsewhere";
        return silent(DISPLAY, why);
    }
    of_exchangers(case, |view, host| {
        let servers = match exchanging_servers(view, host) {
            Ok((servers, _)) => servers,
            Err(outcome) => return outcome,
        };
        if servers.is_empty() {
            return Outcome::not_applicable("it is no recorded server (dns-mx-elsewhere)");
        }
        // Exchange and its like have their own ways to a folder that a server takes mail from.
        if servers.iter().all(|server| server.smtp_service != Some(true)) {
            return Outcome::not_applicable("it is recorded, but not with `smtp-service = true`");
        }
        if let Some(server) = servers.iter().find(|server| server.incoming_email_service == Some(false)) {
            let key = format!("server.{}.incoming-email-service", server.name());
            let message = format!(
                "mail goes to `{host}`, but the incoming e-mail service does not run on `{}`, so nobody takes it in",
                server.name()
            );
            let remedy = "Start the service there, or let the MX record name a server on which it runs";
            return Outcome::Fail(Finding::new(message, remedy).seen(key, "`true`", "`false`"));
        }
        match servers.iter().find(|server| server.incoming_email_service.is_none()) {
            Some(server) => {
                let name = server.name();
                Outcome::undecided(format!("record `server.{name}.incoming-email-service` to decide"))
            }
            None => Outcome::pass(),
        }
    })
}

fn mx_order(case: &Case<'_>) -> Vec<Judged> {
    of_display(case, |view, domain| match view.exchangers(domain.ascii()) {
        Looked::Unknown(why) => Outcome::undecided(why),
        Looked::Absent => Outcome::not_applicable("it has no MX record (dns-no-mx)"),
        Looked::Known(all) if all.iter().any(Exchanger::is_null) => {
            Outcome::not_applicable("its MX record says that it takes no mail (dns-null-mx)")
        }
        Looked::Known(all) if all.len() < 2 => Outcome::pass(),
        Looked::Known(all) => Outcome::Fail(
            Finding::new(
                order(&all),
                "Nothing is wrong as long as every one of them leads to a folder that a server takes mail from",
            )
            .with_evidence([view.evidence(
                domain.ascii(),
                RecordKind::Mx,
                "one mail exchanger, or several on purpose",
            )]),
        ),
    })
}

/// Equal preferences share the mail; a higher number is tried when the lower ones cannot be reached (RFC 5321 5.1).
fn order(exchangers: &[Exchanger]) -> String {
    let mut sorted: Vec<&Exchanger> = exchangers.iter().collect();
    sorted.sort_by_key(|exchanger| exchanger.preference);
    let groups = sorted.chunk_by(|one, two| one.preference == two.preference).map(|group| {
        let names = group.iter().map(|exchanger| format!("`{}`", exchanger.host)).collect::<Vec<_>>().join(" and ");
        let preference = group.first().map_or(0, |exchanger| exchanger.preference);
        let kind = if group.len() > 1 { "by turns " } else { "" };
        format!("{kind}{names} ({preference})")
    });
    format!("mail goes to {}", groups.collect::<Vec<_>>().join(", then, if that cannot be reached, to "))
}

/// Judges the SMTP mail server by each name server.
fn of_smtp_server(case: &Case<'_>, judge: impl Fn(&View<'_>, &DomainName) -> Outcome) -> Vec<Judged> {
    match smtp_server(case.farm) {
        Err(why) => silent(SMTP, why),
        Ok(name) => {
            per_server(case, name.as_str(), |view| vec![Judged::new(name.as_str(), judge(view, name)).about(SMTP)])
        }
    }
}

fn smtp_server_no_address(case: &Case<'_>) -> Vec<Judged> {
    of_smtp_server(case, |view, name| match view.addresses(name.ascii()) {
        Looked::Known(_) => Outcome::Pass(view.address_evidence(name.ascii(), "an address")),
        Looked::Unknown(why) => Outcome::undecided(why),
        Looked::Absent => Outcome::Fail(
            Finding::by(
                Hand::Dns,
                format!("the SMTP mail server `{}` has no address", name.as_str()),
                "Add an A record for it, or correct the name with `spinmail set smtp-server HOST`",
            )
            .with_evidence(view.address_evidence(name.ascii(), "an address")),
        ),
    })
}

fn smtp_server_elsewhere(case: &Case<'_>) -> Vec<Judged> {
    if case.farm.servers.is_empty() {
        return silent(SMTP, "no server is recorded");
    }
    of_smtp_server(case, |view, name| {
        match view.owners(name.ascii()) {
        Owners::NoAddress => Outcome::not_applicable("it has no address (dns-smtp-server-no-address)"),
        Owners::Unknown(why) => Outcome::undecided(why),
        Owners::Servers(servers, _) if servers.is_empty() => Outcome::Fail(
            Finding::new(
                format!("the SMTP mail server `{}` is none of the recorded servers", name.as_str()),
                "Check the name; if mail is received outside the farm, record that server too, with `smtp-service = true`",
            )
            .with_evidence(view.address_evidence(name.ascii(), "an address of a recorded server")),
        ),
        Owners::Servers(..) => Outcome::Pass(view.address_evidence(name.ascii(), "an address of a recorded server")),
    }
    })
}

/// Every name that is asked for: with the KEY it comes from.
fn all_names(case: &Case<'_>, view: &View<'_>) -> Vec<(String, String)> {
    let farm = case.farm;
    let mut names: Vec<(String, String)> = Vec::new();
    if let Ok(domain) = display(farm) {
        names.push((domain.ascii().to_owned(), DISPLAY.to_owned()));
        let hosts = view.exchangers(domain.ascii()).known().unwrap_or_default();
        let hosts = hosts.into_iter().filter(|host| !host.is_null() && !host.is_literal());
        names.extend(hosts.map(|exchanger| (exchanger.host, DISPLAY.to_owned())));
    }
    if let Ok(name) = smtp_server(farm) {
        names.push((name.ascii().to_owned(), SMTP.to_owned()));
    }
    for server in farm.servers.iter().filter_map(|server| server.name.as_ref()) {
        if server.ascii().contains('.') {
            names.push((server.ascii(), format!("server.{}.name", server.as_str())));
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|(name, _)| seen.insert(name.clone()));
    names
}

fn loopback(case: &Case<'_>) -> Vec<Judged> {
    per_server(case, DISPLAY, |view| {
        let judged = |(name, key): (String, String)| {
            let outcome = match view.addresses(&name) {
                Looked::Absent => Outcome::not_applicable("it has no address"),
                Looked::Unknown(why) => Outcome::undecided(why),
                Looked::Known(addresses) => {
                    let odd: Vec<IpAddr> = addresses.into_iter().filter(leads_nowhere).collect();
                    match view.open_address(&name) {
                        Some(why) if odd.is_empty() => Outcome::undecided(why),
                        _ => Outcome::pass_unless((!odd.is_empty()).then(|| loopback_finding(view, &name, &odd))),
                    }
                }
            };
            Judged::new(name, outcome).about(key)
        };
        let names = all_names(case, view);
        if names.is_empty() {
            return silent(DISPLAY, "no name is recorded");
        }
        names.into_iter().map(judged).collect()
    })
}

fn loopback_finding(view: &View<'_>, name: &str, odd: &[IpAddr]) -> Finding {
    let message = format!("`{name}` leads to {}, which is never another machine", list(odd));
    Finding::by(Hand::Dns, message, "Correct its address record: it must hold the server's own address")
        .with_evidence(view.address_evidence(name, "an address of a machine"))
}

/// Loopback, unspecified and multicast addresses, also as IPv4 in IPv6 (RFC 4291 2.5.5.2).
fn leads_nowhere(address: &IpAddr) -> bool {
    let plain = address.to_canonical();
    plain.is_loopback() || plain.is_unspecified() || plain.is_multicast()
}

fn ipv6_silent(case: &Case<'_>) -> Vec<Judged> {
    per_server(case, DISPLAY, |view| {
        let receivers = mail_names(case, view);
        let mut judged = Vec::new();
        if let Ok(domain) = display(case.farm)
            && let Looked::Unknown(why) = view.exchangers(domain.ascii())
        {
            judged.push(Judged::new(domain.as_str(), Outcome::undecided(why)).about(DISPLAY));
        }
        for (name, key) in receivers {
            match view.answer(&name, RecordKind::Aaaa) {
                Answer::Absent(_) => {}
                Answer::Known(records) => {
                    let addresses = records.iter().filter_map(|record| record.data.address());
                    judged.extend(addresses.map(|address| listening(view, &name, address).about(key.clone())));
                }
                _ => judged
                    .push(Judged::new(&name, Outcome::undecided(view.unknown(&name, RecordKind::Aaaa))).about(key)),
            }
        }
        if judged.is_empty() {
            judged.push(Judged::new(DISPLAY, Outcome::not_applicable("no name that mail goes to has an IPv6 address")));
        }
        judged
    })
}

/// The names that mail is sent to.
fn mail_names(case: &Case<'_>, view: &View<'_>) -> Vec<(String, String)> {
    let mut names: Vec<(String, String)> = Vec::new();
    if let Ok(domain) = display(case.farm) {
        match view.exchangers(domain.ascii()) {
            Looked::Known(all) => {
                let hosts = all.into_iter().filter(|exchanger| !exchanger.is_null() && !exchanger.is_literal());
                names.extend(hosts.map(|exchanger| (exchanger.host, DISPLAY.to_owned())));
            }
            Looked::Absent => names.push((domain.ascii().to_owned(), DISPLAY.to_owned())),
            Looked::Unknown(_) => {}
        }
    }
    if let Ok(name) = smtp_server(case.farm) {
        names.push((name.ascii().to_owned(), SMTP.to_owned()));
    }
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|(name, _)| seen.insert(name.clone()));
    names
}

fn listening(view: &View<'_>, name: &str, address: IpAddr) -> Judged {
    let port = view.farm.probe.smtp_port.map_or(25, |port| port.0);
    let target = SocketAddr::new(address, port);
    let check = view.facts.ports.iter().find(|check| check.address == target);
    let asked = format!("a connection to {target}");
    let outcome = match check.map(|check| &check.answer) {
        Some(Answer::Known(())) => {
            Outcome::Pass(vec![Evidence { asked, expected: "accepted".into(), observed: "accepted".into() }])
        }
        Some(Answer::Absent(how)) => Outcome::Fail(
            Finding::by(
                Hand::Dns,
                format!("`{name}` publishes the IPv6 address {address}, and nothing listens there on port {port}"),
                "Take the AAAA record away, or let the SMTP service listen on that address",
            )
            .seen(asked, "accepted", how.clone()),
        ),
        Some(Answer::Failed(why)) => {
            Outcome::undecided(format!("{asked} gave no answer ({why}); try from where mail comes from"))
        }
        Some(Answer::NotAsked) | None => Outcome::undecided(format!("{asked} was not tried")),
    };
    Judged::new(format!("{name} {address}"), outcome)
}

fn servers_disagree(case: &Case<'_>) -> Vec<Judged> {
    let Some(dns) = &case.facts.dns else { return view::not_asked("probe.dns-servers") };
    let views: Vec<View<'_>> =
        dns.servers.iter().map(|server| View { farm: case.farm, facts: dns, server: *server }).collect();
    if views.len() < 2 {
        let why = "only one name server was asked";
        return silent("probe.dns-servers", why);
    }
    let mut names: Vec<String> = views.iter().flat_map(|view| all_names(case, view)).map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        return vec![Judged::new("probe.dns-servers", Outcome::not_applicable("no name is recorded"))];
    }
    names.iter().map(|name| Judged::new(name, agreement(&views, name))).collect()
}

/// Whether all name servers say the same of a name.
fn agreement(views: &[View<'_>], name: &str) -> Outcome {
    let mut silent = Vec::new();
    let mut differing = Vec::new();
    for kind in [RecordKind::Mx, RecordKind::Cname, RecordKind::A, RecordKind::Aaaa] {
        let said: Vec<_> = views.iter().filter_map(|view| Some((view, view.said(name, kind)?))).collect();
        if said.len() < views.len() && views.iter().any(|view| view.was_asked(name, kind)) {
            silent.extend(
                views.iter().filter(|view| view.said(name, kind).is_none()).map(|view| view.unknown(name, kind)),
            );
        }
        if said.windows(2).any(|pair| matches!(pair, [(_, one), (_, two)] if one != two)) {
            differing.extend(said.iter().map(|(view, _)| view.evidence(name, kind, "the same at every name server")));
        }
    }
    match (differing.is_empty(), silent.first()) {
        (false, _) => Outcome::Fail(
            Finding::by(
                Hand::Dns,
                format!("the name servers give different answers for `{name}`"),
                "If one is behind, let it fetch the zone; if they serve inside and outside on purpose, record the one that \
                 the mail's senders use",
            )
            .with_evidence(differing),
        ),
        (true, Some(why)) => Outcome::undecided(why.clone()),
        (true, None) => {
            let servers = views.iter().map(|view| show_server(view.server)).collect::<Vec<_>>().join(", ");
            let agreed = "the same at every name server".to_owned();
            Outcome::Pass(vec![Evidence { asked: format!("{name} of {servers}"), observed: agreed.clone(), expected: agreed }])
        }
    }
}

fn list(addresses: &[IpAddr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
