//! The MX records of the display address.

use super::names::{DISPLAY, display_address};
use super::no_mx::without_exchangers;
use super::null_mx::{are_all_null, only_null_mx};
use super::per_server::{SIDES, judge_per_server, views_from};
use crate::facts::RecordKind;
use crate::farm::values::DomainName;
use crate::remedy::AdminRole;
use crate::rules::dns_view::{DnsView, Exchanger, by_host, is_mx_answered};
use crate::rules::subject::Subject;
use crate::rules::{Case, Evidence, Finding, Outcome, RuleResult, Ternary};

/// Judges the display address by each DNS server.
fn judge_display_address(
    case: &Case<'_>,
    judge: impl Fn(&DnsView<'_>, &DomainName) -> Outcome,
) -> Vec<RuleResult> {
    match display_address(case.farm) {
        Err(instead) => RuleResult::only(DISPLAY, instead),
        Ok(domain) => judge_per_server(case, domain, |view| {
            vec![RuleResult::new(domain, judge(view, domain)).about(DISPLAY)]
        }),
    }
}

/// Judges the MX records of the display address by each DNS server.
fn judge_mx_records(
    case: &Case<'_>,
    judge: impl Fn(&DnsView<'_>, &DomainName, &[Exchanger]) -> Outcome,
) -> Vec<RuleResult> {
    judge_display_address(case, |view, domain| match view.exchangers(domain) {
        Err(instead) => instead,
        Ok(None) => without_exchangers(case),
        Ok(Some(exchangers)) => judge(view, domain, &exchangers),
    })
}

/// Judges each mail exchanger of the display address by each DNS server, except null MX.
fn judge_each_exchanger(
    case: &Case<'_>,
    judge: impl Fn(&DnsView<'_>, &Exchanger) -> Outcome,
) -> Vec<RuleResult> {
    let domain = match display_address(case.farm) {
        Ok(domain) => domain,
        Err(instead) => return RuleResult::only(DISPLAY, instead),
    };
    // What one side knows says nothing of what the other sees.
    let answered = SIDES.map(|side| (side, is_mx_answered(&views_from(case, side), domain)));
    judge_per_server(case, domain, |view| {
        let instead = match view.exchangers(domain) {
            Ok(Some(exchangers)) if !are_all_null(&exchangers) => {
                return by_host(&exchangers)
                    .into_iter()
                    .map(|exchanger| {
                        let subject = Subject::host(&exchanger.host);
                        RuleResult::new(subject, judge(view, exchanger)).about(DISPLAY)
                    })
                    .collect();
            }
            Ok(Some(_)) => only_null_mx(),
            Ok(None) => without_exchangers(case),
            Err(_) if answered.contains(&(view.side, true)) => return Vec::new(),
            Err(instead) => instead,
        };
        RuleResult::only(domain, instead)
    })
}

/// Judges each mail exchanger that is a name.
pub(super) fn judge_each_host(
    case: &Case<'_>,
    judge: impl Fn(&DnsView<'_>, &str) -> Outcome,
) -> Vec<RuleResult> {
    judge_each_exchanger(case, |view, exchanger| {
        if exchanger.is_literal() {
            Outcome::because("dns-mx-is-address", "it is an address, not a name")
        } else {
            judge(view, &exchanger.host)
        }
    })
}

fn has_null(exchangers: &[Exchanger]) -> bool {
    exchangers.iter().any(Exchanger::is_null)
}

/// Returns the MX records of the display address as evidence.
fn mx_evidence(view: &DnsView<'_>, expected: &str) -> Option<Evidence> {
    let domain = display_address(view.farm).ok()?;
    Some(view.evidence(domain.ascii(), RecordKind::Mx, expected))
}

pub(super) fn null_mx(case: &Case<'_>) -> Vec<RuleResult> {
    judge_mx_records(case, |view, domain, exchangers| {
        if !are_all_null(exchangers) {
            return Outcome::pass();
        }
        let message = format!(
            "`{}` has a null MX record, which says that the domain accepts no mail",
            domain.as_str()
        );
        let remedy = "Replace the null MX with a record that names the server that receives \
                      this farm's mail";
        Outcome::Fail(
            Finding::for_role(AdminRole::Dns, message, remedy)
                .with_evidence(mx_evidence(view, "a mail exchanger")),
        )
    })
}

pub(super) fn null_mx_with_others(case: &Case<'_>) -> Vec<RuleResult> {
    judge_mx_records(case, |view, domain, exchangers| {
        if are_all_null(exchangers) {
            return Outcome::because("dns-null-mx", "the null MX is the only MX record");
        }
        if !has_null(exchangers) {
            return Outcome::pass();
        }
        let message = format!(
            "`{}` has a null MX record and other MX records, which contradict each other",
            domain.as_str()
        );
        let remedy = "Delete the null MX, the record whose exchanger is a single dot";
        Outcome::Fail(
            Finding::for_role(AdminRole::Dns, message, remedy)
                .with_evidence(mx_evidence(view, "mail exchangers without a null MX")),
        )
    })
}

pub(super) fn alias_and_mx(case: &Case<'_>) -> Vec<RuleResult> {
    judge_display_address(case, |view, domain| {
        let name = domain.ascii();
        let is_alias = view.has(name, RecordKind::Cname);
        match is_alias.and(view.has(name, RecordKind::Mx)) {
            Ternary::No => Outcome::pass(),
            Ternary::Yes => Outcome::Fail(alias_and_mx_finding(view, domain)),
            Ternary::Unknown(why) => Outcome::undecided(why),
        }
    })
}

fn alias_and_mx_finding(view: &DnsView<'_>, domain: &DomainName) -> Finding {
    let message = format!(
        "`{}` is an alias (CNAME) and also has an MX record",
        domain.as_str()
    );
    let remedy = "Delete one of the two: DNS allows no other record at a name with a CNAME";
    let name = domain.ascii();
    Finding::for_role(AdminRole::Dns, message, remedy).with_evidence([
        view.evidence(name, RecordKind::Cname, "no alias next to the MX record"),
        view.evidence(name, RecordKind::Mx, "no MX record next to the alias"),
    ])
}

pub(super) fn mx_is_address(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_exchanger(case, |view, exchanger| {
        if !exchanger.is_literal() {
            return Outcome::pass();
        }
        let message = format!(
            "the mail exchanger `{}` is an address, but an MX record must hold a host name",
            exchanger.host
        );
        let remedy = "Give the server a name with an A record, and use that name in the MX record";
        Outcome::Fail(
            Finding::for_role(AdminRole::Dns, message, remedy)
                .with_evidence(mx_evidence(view, "the name of a host")),
        )
    })
}

pub(super) fn mx_is_alias(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_host(case, |view, host| {
        if host == "." {
            return Outcome::because("dns-mx-no-address", "it is the root, which is not a host");
        }
        match view.has(host, RecordKind::Cname) {
            Ternary::No => Outcome::pass(),
            Ternary::Yes => Outcome::Fail(mx_is_alias_finding(view, host)),
            Ternary::Unknown(why) => Outcome::undecided(why),
        }
    })
}

fn mx_is_alias_finding(view: &DnsView<'_>, host: &str) -> Finding {
    let message = format!(
        "the mail exchanger `{host}` is an alias (CNAME), which an MX record must not name"
    );
    let remedy = "Name the host itself in the MX record, or replace the alias with an A record";
    Finding::for_role(AdminRole::Dns, message, remedy).with_evidence([view.evidence(
        host,
        RecordKind::Cname,
        "no alias",
    )])
}

pub(super) fn mx_no_address(case: &Case<'_>) -> Vec<RuleResult> {
    judge_each_host(case, |view, host| match view.addresses(host) {
        Ok(Some(_)) => Outcome::pass(),
        Err(instead) => instead,
        Ok(None) if host == "." => Outcome::Fail(mx_is_root_finding(view)),
        Ok(None) => Outcome::Fail(
            Finding::for_role(
                AdminRole::Dns,
                format!("the mail exchanger `{host}` has no address"),
                "Add an A record for it, or correct its name in the MX record",
            )
            .with_evidence(view.address_evidence(host, "an address")),
        ),
    })
}

fn mx_is_root_finding(view: &DnsView<'_>) -> Finding {
    Finding::for_role(
        AdminRole::Dns,
        "an MX record names the root (`.`) as mail exchanger, which cannot receive mail",
        "Name a host in the MX record. Only a single `MX 0 .` says that the domain accepts no \
         mail",
    )
    .with_evidence(mx_evidence(view, "the name of a host"))
}

pub(super) fn mx_order(case: &Case<'_>) -> Vec<RuleResult> {
    judge_mx_records(case, |view, _, exchangers| {
        if are_all_null(exchangers) {
            return only_null_mx();
        }
        if has_null(exchangers) {
            return Outcome::because(
                "dns-null-mx-with-others",
                "one of its MX records is a null MX",
            );
        }
        let hosts = by_host(exchangers);
        if hosts.len() < 2 {
            return Outcome::pass();
        }
        let remedy = "Nothing is wrong as long as each of them leads to a folder from which a \
                      server takes mail";
        let finding = Finding::new(order_in_words(&hosts), remedy);
        let expected = "one mail exchanger, or several on purpose";
        Outcome::Fail(finding.with_evidence(mx_evidence(view, expected)))
    })
}

/// Says in which order senders try the exchangers. Equal preferences share the mail; a higher
/// number is tried when the lower ones cannot be reached (RFC 5321 5.1).
fn order_in_words(exchangers: &[&Exchanger]) -> String {
    let mut groups: Vec<String> = Vec::new();
    for group in exchangers.chunk_by(|one, two| one.preference == two.preference) {
        let names: Vec<String> = group
            .iter()
            .map(|exchanger| format!("`{}`", exchanger.host))
            .collect();
        let preference = group.first().map_or(0, |exchanger| exchanger.preference);
        let one_of = if group.len() > 1 { "one of " } else { "" };
        groups.push(format!("{one_of}{} ({preference})", names.join(" and ")));
    }
    format!("mail goes to {}", groups.join(", then, if that fails, to "))
}
