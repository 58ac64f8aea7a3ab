//! The web applications' own mail domains, judged like the display address.

use super::names::display_address;
use super::no_mx::no_mx;
use super::per_server::{SIDES, does_count};
use crate::facts::NetworkView;
use crate::farm::values::{DomainName, Lenient};
use crate::farm::{Farm, IncomingEmail};
use crate::rules::dns_view::DnsView;
use crate::rules::subject::Subject;
use crate::rules::{Case, Outcome, RuleResult, Severity};

/// Judges the display address, and each web application's own address as if it were the display
/// address: what is wrong with it concerns that web application only, so it is at most a warning.
pub(super) fn judge_each_domain(
    case: &Case<'_>,
    judge: fn(&Case<'_>) -> Vec<RuleResult>,
) -> Vec<RuleResult> {
    let mut results = judge(case);
    for (domain, key) in own_domains(case) {
        if !was_asked(case, domain) {
            continue;
        }
        let farm = with_display_address(case.farm, domain);
        let is_traced = case.is_for_domain(domain);
        for result in judge(&case.with_farm(&farm)) {
            let Some(subject) = what_is_new(&results, result.subject) else {
                continue;
            };
            // Of a message to the domain itself, the fault counts whole.
            let outcome = match is_traced {
                true => result.outcome,
                false => at_most_warning(result.outcome),
            };
            results.push(RuleResult::new(subject, outcome).about(key.clone()));
        }
    }
    results
}

/// Returns what of a subject is not judged yet: all of it, what one side sees of it, or nothing.
fn what_is_new(results: &[RuleResult], subject: Subject) -> Option<Subject> {
    let is_judged = |side| {
        let mut known = results.iter().map(|result| &result.subject.scope);
        known.any(|known| {
            known.has_same_subject(&subject.scope) && (known.side.is_none() || known.side == side)
        })
    };
    if is_judged(subject.scope.side) {
        return None;
    }
    if subject.scope.side.is_some() {
        return Some(subject);
    }
    match SIDES.map(|side| is_judged(Some(side))) {
        [true, true] => None,
        [false, false] => Some(subject),
        [true, false] => Some(subject.seen_from(NetworkView::Outside)),
        [false, true] => Some(subject.seen_from(NetworkView::Inside)),
    }
}

/// Judges whether senders find the domains, also those that no name server was asked about: of these
/// it is the one rule that says so.
pub(super) fn judge_whether_found(case: &Case<'_>) -> Vec<RuleResult> {
    let mut results = judge_each_domain(case, no_mx);
    for (domain, key) in own_domains(case) {
        if was_asked(case, domain) {
            continue;
        }
        let is_seen = |view: &DnsView<'_>| view.was_asked(domain);
        let what = match case.dns_views().iter().any(is_seen) {
            true => format!(
                "only DNS servers outside were asked which hosts take mail for `{}`, and mail from \
                 outside does not count (`farm.mail-from-outside` is false); `spinmail verify dns` \
                 asks those inside",
                domain.as_str()
            ),
            false => format!(
                "DNS was not asked which hosts receive mail for `{}`; `spinmail verify dns` or \
                 `spinmail gather dns` asks it",
                domain.as_str()
            ),
        };
        results.push(RuleResult::new(domain, Outcome::undecided(what)).about(key));
    }
    results
}

/// Returns whether any name server was asked about a domain on a side that counts, also one that does
/// not count for the display address.
pub(super) fn was_asked(case: &Case<'_>, domain: &DomainName) -> bool {
    let counts = |view: &&DnsView<'_>| does_count(case, view.side);
    let mut views = case.dns_views().iter().filter(counts);
    views.any(|view| view.was_asked(domain))
}

/// Returns the web applications' own addresses, each with its KEY. Where one is the name of a
/// server or of a mail host, mail goes there without an MX record.
fn own_domains<'a>(case: &Case<'a>) -> Vec<(&'a DomainName, String)> {
    let farm = case.farm;
    let display = display_address(farm).ok();
    let is_host = |domain: &DomainName| {
        let names = farm
            .servers
            .iter()
            .filter_map(|server| server.name.as_ref());
        let mut names = names.map(|name| name.ascii());
        names.any(|name| name == domain.ascii())
            || farm
                .mail_hosts
                .iter()
                .any(|host| host.is_named(domain.ascii()))
    };
    let mut domains: Vec<(&DomainName, String)> = Vec::new();
    for web in &farm.web_applications {
        let Some(domain) = &web.incoming_address else {
            continue;
        };
        // One domain may be written in Unicode and in its ASCII form (RFC 5890).
        let is_same = |known: &DomainName| known.ascii() == domain.ascii();
        let is_known =
            display.is_some_and(is_same) || domains.iter().any(|(known, _)| is_same(known));
        if !is_known && domain.is_qualified() && !is_host(domain) {
            let key = format!("web-application.{}.incoming-address", web.name());
            domains.push((domain, key));
        }
    }
    domains
}

fn with_display_address(farm: &Farm, domain: &DomainName) -> Farm {
    Farm {
        incoming: IncomingEmail {
            display_address: Some(Lenient::new(domain.as_str())),
            ..farm.incoming.clone()
        },
        ..farm.clone()
    }
}

fn at_most_warning(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Fail(finding) => {
            let severity = finding.severity.unwrap_or(Severity::Warning);
            Outcome::Fail(finding.with_severity(severity.min(Severity::Warning)))
        }
        outcome => outcome,
    }
}
