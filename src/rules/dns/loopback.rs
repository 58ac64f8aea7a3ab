//! Names that lead to an address that is never another machine's.

use super::names::{
    DISPLAY, FarmName, address_list, all_names, display_address, is_mail_host,
    is_never_another_machine, rule_about_missing_address, without_names,
};
use super::no_mx::explains;
use super::per_server::{SIDES, judge_per_server, views, views_from};
use crate::facts::RecordKind;
use crate::remedy::AdminRole;
use crate::rules::dns_view::{DnsView, is_mx_answered};
use crate::rules::subject::Subject;
use crate::rules::{Case, Finding, Outcome, RuleResult};
use std::net::IpAddr;

pub(super) fn loopback(case: &Case<'_>) -> Vec<RuleResult> {
    let mut results = judge_per_server(case, DISPLAY, |view| {
        all_names(case.farm, view)
            .iter()
            .filter(|name| !is_mail_host(view, &name.ascii))
            .map(|name| {
                RuleResult::new(name.subject(), judge_addresses(case, view, name))
                    .about(name.key.clone())
            })
            .collect()
    });
    if results.is_empty() {
        return RuleResult::only(DISPLAY, without_names(case.farm));
    }
    results.extend(unknown_exchangers(case));
    results
}

/// Returns that the names to which mail goes are not known, of each side that was asked something
/// and does not know them.
fn unknown_exchangers(case: &Case<'_>) -> Vec<RuleResult> {
    let domain = match display_address(case.farm) {
        Ok(domain) => domain,
        Err(_) if views(case).is_empty() => return Vec::new(),
        Err(instead) => return RuleResult::only(DISPLAY, instead),
    };
    let sides = SIDES.map(|side| views_from(case, side));
    let mut unknown = Vec::new();
    for views in &sides {
        if let Some(view) = views.first()
            && !is_mx_answered(views, domain)
        {
            let why = view.why_unknown(domain.ascii(), RecordKind::Mx);
            unknown.push((view.side, Outcome::undecided(why)));
        }
    }
    let asked = sides.iter().filter(|views| !views.is_empty()).count();
    // Neither side knows: that is one thing to say.
    if unknown.len() == asked {
        unknown.truncate(1);
        let outcomes = unknown.into_iter();
        return outcomes
            .map(|(_, outcome)| RuleResult::new(DISPLAY, outcome))
            .collect();
    }
    let of_sides = unknown.into_iter();
    of_sides
        .map(|(side, outcome)| RuleResult::new(Subject::from(DISPLAY).seen_from(side), outcome))
        .collect()
}

fn judge_addresses(case: &Case<'_>, view: &DnsView<'_>, name: &FarmName) -> Outcome {
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
        None if addresses.is_empty() => without_address(case, view, &name.ascii),
        None => Outcome::pass(),
    }
}

/// Returns the outcome of rules about the addresses of a host that has none.
fn without_address(case: &Case<'_>, view: &DnsView<'_>, host: &str) -> Outcome {
    const NO_ADDRESS: &str = "it has no address";
    match rule_about_missing_address(view, host) {
        Some(rule) if rule != "dns-no-mx" || explains(case) => Outcome::because(rule, NO_ADDRESS),
        _ => Outcome::not_applicable(NO_ADDRESS),
    }
}

fn loopback_finding(view: &DnsView<'_>, name: &FarmName, faulty: &[IpAddr]) -> Finding {
    let message = format!(
        "`{}` resolves to {}, which other machines cannot reach",
        name.shown,
        address_list(faulty)
    );
    let remedy = "Correct its A or AAAA record: it must hold the server's address";
    Finding::for_role(AdminRole::Dns, message, remedy).with_evidence(view.address_evidence(
        &name.ascii,
        "an address that other machines can \
                                                           reach",
    ))
}
