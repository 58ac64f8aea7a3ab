//! What DNS says of the farm's names.

mod names;
mod view;

use super::{Case, Evidence, Finding, Outcome, Rule, RuleResult, Severity, rule};
use crate::facts::{Answer, RecordKind, is_below, observer_names};
use crate::farm::values::{Checked, DomainName, MailServer, checked};
use crate::farm::{Farm, Server};
use crate::remedy::{Action, AdminRole};
use std::net::{IpAddr, SocketAddr};
use view::{Exchanger, Looked, Owners, View, per_server, views};

/// The rules about DNS.
pub static RULES: &[Rule] = &[
    rule! {
        id: "dns-no-mx",
        area: Dns,
        severity: Error,
        summary: "The display address has no MX record.",
        pass_message: "The display address has an MX record.",
        about: ["incoming-email.display-address", "farm.mail-from-outside"],
        hop: Mx,
        judge: no_mx,
    },
    rule! {
        id: "dns-null-mx",
        area: Dns,
        severity: Error,
        summary: "The display address says that it takes no mail (null MX).",
        pass_message: "The display address does not say that it takes no mail.",
        about: ["incoming-email.display-address"],
        hop: Mx,
        judge: null_mx,
    },
    rule! {
        id: "dns-null-mx-with-others",
        area: Dns,
        severity: Error,
        summary: "A null MX stands beside other MX records.",
        pass_message: "No null MX stands beside other MX records.",
        about: ["incoming-email.display-address"],
        hop: Mx,
        judge: null_mx_with_others,
    },
    rule! {
        id: "dns-alias-and-mx",
        area: Dns,
        severity: Error,
        summary: "The display address is an alias and has an MX record beside it.",
        pass_message: "No alias stands beside the MX record.",
        about: ["incoming-email.display-address"],
        hop: Mx,
        judge: alias_and_mx,
    },
    rule! {
        id: "dns-mx-is-address",
        area: Dns,
        severity: Error,
        summary: "A mail exchanger is an address instead of a name.",
        pass_message: "The mail exchanger is a name.",
        about: ["incoming-email.display-address"],
        hop: Host,
        judge: mx_is_address,
    },
    rule! {
        id: "dns-mx-is-alias",
        area: Dns,
        severity: Error,
        summary: "A mail exchanger is an alias.",
        pass_message: "The mail exchanger is no alias.",
        about: ["incoming-email.display-address"],
        hop: Host,
        judge: mx_is_alias,
    },
    rule! {
        id: "dns-mx-no-address",
        area: Dns,
        severity: Error,
        summary: "A mail exchanger has no address.",
        pass_message: "The mail exchanger has an address.",
        about: ["incoming-email.display-address"],
        hop: Host,
        judge: mx_no_address,
    },
    rule! {
        id: "dns-mx-elsewhere",
        area: Dns,
        severity: Error,
        summary: "A mail exchanger is no recorded mail server.",
        pass_message: "The mail exchanger is a recorded mail server.",
        about: ["incoming-email.display-address", "server.NAME.smtp-service"],
        hop: Host,
        judge: mx_elsewhere,
    },
    rule! {
        id: "dns-mx-without-service",
        area: Dns,
        severity: Error,
        summary: "The incoming e-mail service does not run on a mail exchanger.",
        pass_message: "The incoming e-mail service runs on the mail exchanger.",
        about: ["incoming-email.display-address", "server.NAME.incoming-email-service"],
        hop: Job,
        judge: mx_without_service,
    },
    rule! {
        id: "dns-mx-order",
        area: Dns,
        severity: Note,
        summary: "Several mail exchangers share the mail.",
        pass_message: "One mail exchanger takes the mail.",
        about: ["incoming-email.display-address"],
        judge: mx_order,
    },
    rule! {
        id: "dns-smtp-server-no-address",
        area: Dns,
        severity: Error,
        summary: "The SMTP mail server has no address.",
        pass_message: "The SMTP mail server has an address.",
        about: ["directory-management.smtp-server"],
        judge: smtp_server_no_address,
    },
    rule! {
        id: "dns-smtp-server-elsewhere",
        area: Dns,
        severity: Warning,
        summary: "The SMTP mail server is no recorded server.",
        pass_message: "The SMTP mail server is a recorded server.",
        about: ["directory-management.smtp-server", "server.NAME.name"],
        judge: smtp_server_elsewhere,
    },
    rule! {
        id: "dns-loopback",
        area: Dns,
        severity: Error,
        summary: "A name leads to an address that is never another machine.",
        pass_message: "The name leads to addresses of machines.",
        about: [
            "incoming-email.display-address",
            "directory-management.smtp-server",
            "server.NAME.name",
        ],
        hop: Host,
        judge: names::loopback,
    },
    rule! {
        id: "dns-ipv6-silent",
        area: Dns,
        severity: Warning,
        summary: "An IPv6 address is published where nothing listens.",
        pass_message: "Something listens at the published IPv6 address.",
        about: ["incoming-email.display-address", "directory-management.smtp-server"],
        judge: names::ipv6_silent,
    },
    rule! {
        id: "dns-servers-disagree",
        area: Dns,
        severity: Warning,
        summary: "The name servers give different answers.",
        pass_message: "The name servers agree.",
        about: ["probe.dns-servers"],
        judge: names::servers_disagree,
    },
];

const DISPLAY: &str = "incoming-email.display-address";
const SMTP: &str = "directory-management.smtp-server";

/// The display address, or why rules about it say nothing.
fn display(farm: &Farm) -> Result<&DomainName, Outcome> {
    let why = match checked(&farm.incoming.display_address) {
        Checked::Valid(_, domain) if domain.is_qualified() => return Ok(domain),
        Checked::Valid(_, domain) => {
            let why = format!(
                "`{}` is a short name, which means another name on every machine; record its full \
                 one",
                domain.as_str()
            );
            return Err(Outcome::undecided(why));
        }
        Checked::Missing => "no display address is recorded",
        Checked::Invalid(..) => {
            "the display address is no domain name (page-display-address-not-a-domain)"
        }
    };
    Err(Outcome::not_applicable(why))
}

/// The SMTP mail server's name, or why rules about it say nothing.
fn smtp_server(farm: &Farm) -> Result<&DomainName, Outcome> {
    let why = match checked(&farm.directory.smtp_server) {
        _ if !farm.manages_directory() => {
            "the Directory Management Service is not on, so no SMTP mail server is in use"
        }
        Checked::Valid(_, MailServer::Host(name)) if name.is_qualified() => return Ok(name),
        Checked::Missing => "no SMTP mail server is recorded (page-smtp-server-missing)",
        _ => "the SMTP mail server is no fully qualified name (page-smtp-server-not-qualified)",
    };
    Err(Outcome::not_applicable(why))
}

/// Judges the display address by each name server.
fn of_display(
    case: &Case<'_>,
    judge: impl Fn(&View<'_>, &DomainName) -> Outcome,
) -> Vec<RuleResult> {
    match display(case.farm) {
        Err(outcome) => vec![RuleResult::new(DISPLAY, outcome)],
        Ok(domain) => per_server(case, domain.as_str(), |view| {
            vec![RuleResult::new(domain.as_str(), judge(view, domain)).about(DISPLAY)]
        }),
    }
}

/// Judges each mail exchanger of the display address by each name server; null MX and address
/// literals aside.
fn of_exchangers(case: &Case<'_>, judge: impl Fn(&View<'_>, &str) -> Outcome) -> Vec<RuleResult> {
    of_all_exchangers(case, |view, exchanger| match () {
        () if exchanger.is_literal() => {
            Outcome::not_applicable("it is an address, not a name (dns-mx-is-address)")
        }
        () => judge(view, &exchanger.host),
    })
}

fn of_all_exchangers(
    case: &Case<'_>,
    judge: impl Fn(&View<'_>, &Exchanger) -> Outcome,
) -> Vec<RuleResult> {
    let domain = match display(case.farm) {
        Err(outcome) => return vec![RuleResult::new(DISPLAY, outcome)],
        Ok(domain) => domain,
    };
    let whole = |outcome| vec![RuleResult::new(domain.as_str(), outcome)];
    let is_told = is_told(case, domain);
    per_server(case, domain.as_str(), |view| {
        match view.exchangers(domain.ascii()) {
            Looked::Unknown(_) if is_told => Vec::new(),
            Looked::Unknown(why) => whole(Outcome::undecided(why)),
            Looked::Absent => whole(Outcome::not_applicable("it has no MX record (dns-no-mx)")),
            Looked::Known(all) if all.iter().all(Exchanger::is_null) => whole(
                Outcome::not_applicable("its MX record says that it takes no mail (dns-null-mx)"),
            ),
            Looked::Known(all) => {
                let judged = |exchanger: &Exchanger| {
                    RuleResult::new(&exchanger.host, judge(view, exchanger)).about(DISPLAY)
                };
                view::by_host(&all).into_iter().map(judged).collect()
            }
        }
    })
}

/// Whether any name server tells the domain's mail exchangers, or that there are none: then one
/// that keeps silent leaves nothing open.
fn is_told(case: &Case<'_>, domain: &DomainName) -> bool {
    views(case)
        .iter()
        .any(|view| !matches!(view.exchangers(domain.ascii()), Looked::Unknown(_)))
}

fn no_mx(case: &Case<'_>) -> Vec<RuleResult> {
    of_display(case, |view, domain| {
        let name = domain.ascii();
        match view.exchangers(name) {
            Looked::Known(all) if all.iter().all(Exchanger::is_null) => {
                Outcome::not_applicable("its MX record says that it takes no mail (dns-null-mx)")
            }
            Looked::Known(_) => Outcome::Pass(vec![view.evidence(
                name,
                RecordKind::Mx,
                "at least one mail exchanger",
            )]),
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
        (Looked::Absent, _) => (
            format!("`{shown}` has neither an MX record nor an address: mail finds no way"),
            Severity::Error,
        ),
        (_, Some(true)) => (format!("`{shown}` has no MX record"), Severity::Error),
        (Looked::Unknown(why), _) => return Outcome::undecided(why.clone()),
        (Looked::Known(_), Some(false)) => (
            format!("`{shown}` has no MX record; inside mail goes to its address"),
            Severity::Warning,
        ),
        (Looked::Known(_), None) => (
            format!(
                "`{shown}` has no MX record; if mail from outside is wanted \
                 (`farm.mail-from-outside`), it needs one"
            ),
            Severity::Warning,
        ),
    };
    let mut evidence = view.evidence(
        domain.ascii(),
        RecordKind::Mx,
        "at least one mail exchanger",
    );
    if let Looked::Known(addresses) = &addresses {
        evidence.observed = format!(
            "{} (address exists: {})",
            evidence.observed,
            list(addresses)
        );
    }
    let remedy = match view.has(domain.ascii(), RecordKind::Cname) {
        Some(true) => {
            "Replace the alias by an A and an MX record, or add the MX record to the name that it \
             leads to: beside an alias no other record may stand"
        }
        _ => "Add an MX record that names the server that receives this farm's mail",
    };
    let finding = Finding::for_role(AdminRole::Dns, message, remedy)
        .with_severity(severity)
        .with_evidence([evidence]);
    Outcome::Fail(finding.with_actions(add_exchanger(view, domain)))
}

/// The MX record to add, when the zone and the only possible exchanger are known.
fn add_exchanger(view: &View<'_>, domain: &DomainName) -> Option<Action> {
    let mut servers = view.farm.mail_servers();
    let (server, other) = (servers.next()?, servers.next());
    let zone = view.zone(domain.ascii(), RecordKind::Mx)?.to_owned();
    let exchange = server.name.as_ref()?.ascii();
    let name = domain.ascii().to_owned();
    // The root or a top-level domain denies a name whose own zone does not exist.
    let in_zone = is_below(&name, &zone) && zone.contains('.');
    let is_host = view.has(&name, RecordKind::Cname) == Some(false);
    let fitting = other.is_none() && exchange.contains('.') && in_zone && is_host;
    fitting.then_some(Action::AddMailExchanger {
        zone,
        name,
        exchange,
        preference: 10,
    })
}

fn null_mx(case: &Case<'_>) -> Vec<RuleResult> {
    of_display(case, |view, domain| match view.exchangers(domain.ascii()) {
        Looked::Unknown(why) => Outcome::undecided(why),
        Looked::Absent => Outcome::not_applicable("it has no MX record (dns-no-mx)"),
        Looked::Known(all) if all.iter().all(Exchanger::is_null) => Outcome::Fail(
            Finding::for_role(
                AdminRole::Dns,
                format!(
                    "`{}` has a null MX record: it says that it takes no mail at all",
                    domain.as_str()
                ),
                "Replace the null MX by one that names the server that receives this farm's mail",
            )
            .with_evidence([view.evidence(
                domain.ascii(),
                RecordKind::Mx,
                "a mail exchanger",
            )]),
        ),
        Looked::Known(_) => Outcome::pass(),
    })
}

fn null_mx_with_others(case: &Case<'_>) -> Vec<RuleResult> {
    of_display(case, |view, domain| match view.exchangers(domain.ascii()) {
        Looked::Unknown(why) => Outcome::undecided(why),
        Looked::Absent => Outcome::not_applicable("it has no MX record (dns-no-mx)"),
        Looked::Known(all) if all.iter().all(Exchanger::is_null) => {
            Outcome::not_applicable("the null MX stands alone (dns-null-mx)")
        }
        Looked::Known(all) if all.iter().any(Exchanger::is_null) => Outcome::Fail(
            Finding::for_role(
                AdminRole::Dns,
                format!(
                    "`{}` has a null MX record beside others, and what senders make of that \
                     differs",
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

fn alias_and_mx(case: &Case<'_>) -> Vec<RuleResult> {
    of_display(case, |view, domain| {
        let name = domain.ascii();
        let finding = || {
            let message = format!(
                "`{}` is an alias (CNAME), and an MX record stands beside it",
                domain.as_str()
            );
            let remedy = "Delete one of the two: an alias allows no other record at its name";
            Finding::for_role(AdminRole::Dns, message, remedy).with_evidence([
                view.evidence(name, RecordKind::Cname, "no alias beside the MX record"),
                view.evidence(name, RecordKind::Mx, "no MX record beside the alias"),
            ])
        };
        match (
            view.has(name, RecordKind::Cname),
            view.has(name, RecordKind::Mx),
        ) {
            (Some(false), _) | (_, Some(false)) => Outcome::pass(),
            (Some(true), Some(true)) => Outcome::Fail(finding()),
            (None, _) => Outcome::undecided(view.unknown(name, RecordKind::Cname)),
            (_, None) => Outcome::undecided(view.unknown(name, RecordKind::Mx)),
        }
    })
}

fn mx_is_address(case: &Case<'_>) -> Vec<RuleResult> {
    of_all_exchangers(case, |view, exchanger| {
        let finding = || {
            let message = format!(
                "the mail exchanger `{}` is an address; only a name may stand there",
                exchanger.host
            );
            let remedy = "Give the server a name with an A record, and name that in the MX record";
            Finding::for_role(AdminRole::Dns, message, remedy)
                .with_evidence(view.mx_evidence("the name of a host"))
        };
        Outcome::pass_unless(exchanger.is_literal().then(finding))
    })
}

fn mx_is_alias(case: &Case<'_>) -> Vec<RuleResult> {
    of_exchangers(case, |view, host| match view.has(host, RecordKind::Cname) {
        _ if host == "." => {
            Outcome::not_applicable("it is the root, which is no host (dns-mx-no-address)")
        }
        Some(false) => Outcome::pass(),
        Some(true) => Outcome::Fail(
            Finding::for_role(
                AdminRole::Dns,
                format!(
                    "the mail exchanger `{host}` is an alias (CNAME), which an MX record must not \
                     name"
                ),
                "Name the host itself in the MX record, or replace the alias by an A record",
            )
            .with_evidence([view.evidence(host, RecordKind::Cname, "no alias")]),
        ),
        None => Outcome::undecided(view.unknown(host, RecordKind::Cname)),
    })
}

fn mx_no_address(case: &Case<'_>) -> Vec<RuleResult> {
    of_exchangers(case, |view, host| match view.addresses(host) {
        Looked::Known(_) => Outcome::pass(),
        Looked::Unknown(why) => Outcome::undecided(why),
        Looked::Absent if host == "." => Outcome::Fail(
            Finding::for_role(
                AdminRole::Dns,
                "an MX record names the root (`.`) as mail exchanger, and no mail can go there",
                "Let the MX record name a host; only `MX 0 .`, alone, says that no mail is taken",
            )
            .with_evidence(view.mx_evidence("the name of a host")),
        ),
        Looked::Absent => Outcome::Fail(
            Finding::for_role(
                AdminRole::Dns,
                format!("the mail exchanger `{host}` has no address"),
                "Add an A record for it, or correct its name in the MX record",
            )
            .with_evidence(view.address_evidence(host, "an address")),
        ),
    })
}

fn mx_elsewhere(case: &Case<'_>) -> Vec<RuleResult> {
    if case.farm.mail_servers().next().is_none() {
        let why =
            "no server with `smtp-service = true` is recorded, so any mail exchanger may be right";
        return vec![RuleResult::new(DISPLAY, Outcome::not_applicable(why))];
    }
    of_exchangers(case, |view, host| {
        let Owners::Servers(servers, open) = view.owners(host) else {
            return Outcome::not_applicable("it has no address (dns-mx-no-address)");
        };
        if servers
            .iter()
            .any(|server| server.smtp_service == Some(true))
        {
            return Outcome::Pass(view.known_address_evidence(host, "a recorded mail server"));
        }
        if let Some(server) = servers.iter().find(|server| server.smtp_service.is_none()) {
            let name = server.name();
            return Outcome::undecided(format!(
                "it is `{name}`; record `server.{name}.smtp-service` to decide"
            ));
        }
        if let Some(why) = open {
            return Outcome::undecided(why);
        }
        let message = match servers.first() {
            Some(server) => format!(
                "the mail exchanger `{host}` is `{}`, which runs no SMTP",
                server.name()
            ),
            None => format!("the mail exchanger `{host}` is no recorded mail server"),
        };
        let wanted = view
            .farm
            .mail_servers()
            .map(|server| format!("`{}`", server.name()))
            .collect::<Vec<_>>()
            .join(", ");
        let remedy = format!(
            "Let the MX record name a mail server of the farm ({wanted}), or record that server"
        );
        Outcome::Fail(
            Finding::for_role(AdminRole::Dns, message, remedy)
                .with_evidence(view.address_evidence(host, &format!("an address of {wanted}"))),
        )
    })
}

fn mx_without_service(case: &Case<'_>) -> Vec<RuleResult> {
    let on_a_share = |server: &Server| {
        case.farm
            .polled_folder(server)
            .valid()
            .is_some_and(|folder| folder.is_share())
    };
    if case.farm.receivers().any(on_a_share) {
        let why = "mail is taken from a share, so the service may run elsewhere";
        return vec![RuleResult::new(DISPLAY, Outcome::not_applicable(why))];
    }
    of_exchangers(case, |view, host| {
        let Owners::Servers(servers, open) = view.owners(host) else {
            return Outcome::not_applicable("it has no address (dns-mx-no-address)");
        };
        match open {
            Some(why) if servers.is_empty() => return Outcome::undecided(why),
            None if servers.is_empty() => {
                return Outcome::not_applicable("it is no recorded server (dns-mx-elsewhere)");
            }
            // Exchange and its like have their own ways to a folder that a server takes mail from.
            None if servers
                .iter()
                .all(|server| server.smtp_service != Some(true)) =>
            {
                return Outcome::not_applicable(
                    "it is recorded, but not with `smtp-service = true`",
                );
            }
            _ => {}
        }
        if let Some(server) = servers
            .iter()
            .find(|server| server.incoming_email_service == Some(false))
        {
            let key = format!("server.{}.incoming-email-service", server.name());
            let message = format!(
                "mail goes to `{host}`, but the incoming e-mail service does not run on `{}`, so \
                 nobody takes it in",
                server.name()
            );
            let remedy =
                "Start the service there, or let the MX record name a server on which it runs";
            return Outcome::Fail(Finding::new(message, remedy).observed(key, "`true`", "`false`"));
        }
        match servers
            .iter()
            .find(|server| server.incoming_email_service.is_none())
        {
            Some(server) => {
                let name = server.name();
                Outcome::undecided(format!(
                    "record `server.{name}.incoming-email-service` to decide"
                ))
            }
            None => Outcome::pass(),
        }
    })
}

fn mx_order(case: &Case<'_>) -> Vec<RuleResult> {
    of_display(case, |view, domain| match view.exchangers(domain.ascii()) {
        Looked::Unknown(why) => Outcome::undecided(why),
        Looked::Absent => Outcome::not_applicable("it has no MX record (dns-no-mx)"),
        Looked::Known(all) if all.iter().any(Exchanger::is_null) => Outcome::not_applicable(
            "one of its MX records says that it takes no mail (dns-null-mx)",
        ),
        Looked::Known(all) if view::by_host(&all).len() < 2 => Outcome::pass(),
        Looked::Known(all) => Outcome::Fail(
            Finding::new(
                order(&view::by_host(&all)),
                "Nothing is wrong as long as every one of them leads to a folder that a server \
                 takes mail from",
            )
            .with_evidence([view.evidence(
                domain.ascii(),
                RecordKind::Mx,
                "one mail exchanger, or several on purpose",
            )]),
        ),
    })
}

/// Equal preferences share the mail; a higher number is tried when the lower ones cannot be reached
/// (RFC 5321 5.1).
fn order(exchangers: &[&Exchanger]) -> String {
    let groups = exchangers
        .chunk_by(|one, two| one.preference == two.preference)
        .map(|group| {
            let names = group
                .iter()
                .map(|exchanger| format!("`{}`", exchanger.host))
                .collect::<Vec<_>>()
                .join(" and ");
            let preference = group.first().map_or(0, |exchanger| exchanger.preference);
            let kind = if group.len() > 1 { "by turns " } else { "" };
            format!("{kind}{names} ({preference})")
        });
    format!(
        "mail goes to {}",
        groups
            .collect::<Vec<_>>()
            .join(", then, if that cannot be reached, to ")
    )
}

/// Judges the SMTP mail server by each name server.
fn of_smtp_server(
    case: &Case<'_>,
    judge: impl Fn(&View<'_>, &DomainName) -> Outcome,
) -> Vec<RuleResult> {
    match smtp_server(case.farm) {
        Err(outcome) => vec![RuleResult::new(SMTP, outcome)],
        Ok(name) => per_server(case, name.as_str(), |view| {
            vec![RuleResult::new(name.as_str(), judge(view, name)).about(SMTP)]
        }),
    }
}

fn smtp_server_no_address(case: &Case<'_>) -> Vec<RuleResult> {
    of_smtp_server(case, |view, name| match view.addresses(name.ascii()) {
        Looked::Known(_) => Outcome::Pass(view.address_evidence(name.ascii(), "an address")),
        Looked::Unknown(why) => Outcome::undecided(why),
        Looked::Absent => Outcome::Fail(
            Finding::for_role(
                AdminRole::Dns,
                format!("the SMTP mail server `{}` has no address", name.as_str()),
                "Add an A record for it, or correct the name with `spinmail set smtp-server HOST`",
            )
            .with_evidence(view.address_evidence(name.ascii(), "an address")),
        ),
    })
}

fn smtp_server_elsewhere(case: &Case<'_>) -> Vec<RuleResult> {
    if case.farm.servers.is_empty() {
        return vec![RuleResult::new(
            SMTP,
            Outcome::not_applicable("no server is recorded"),
        )];
    }
    of_smtp_server(case, |view, name| match view.owners(name.ascii()) {
        Owners::NoAddress => {
            Outcome::not_applicable("it has no address (dns-smtp-server-no-address)")
        }
        Owners::Servers(servers, Some(why)) if servers.is_empty() => Outcome::undecided(why),
        Owners::Servers(servers, None) if servers.is_empty() => Outcome::Fail(
            Finding::new(
                format!(
                    "the SMTP mail server `{}` is none of the recorded servers",
                    name.as_str()
                ),
                "Check the name; if mail is received outside the farm, record that server too, \
                 with `smtp-service = true`",
            )
            .with_evidence(view.address_evidence(name.ascii(), "an address of a recorded server")),
        ),
        Owners::Servers(..) => Outcome::Pass(
            view.known_address_evidence(name.ascii(), "an address of a recorded server"),
        ),
    })
}

fn list(addresses: &[IpAddr]) -> String {
    addresses
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
