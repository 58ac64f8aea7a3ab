//! Whether the DNS servers agree.

use super::names::{display_address, smtp_server_name, without_names};
use super::own_domains::was_asked;
use super::per_server::{SIDES, SideResult, merge_sides, not_asked, views, views_from};
use crate::facts::RecordKind;
use crate::farm::values::DomainName;
use crate::remedy::AdminRole;
use crate::rules::dns_view::DnsView;
use crate::rules::subject::Subject;
use crate::rules::{Case, Evidence, Finding, Outcome, RuleResult};
use std::collections::BTreeMap;

const DNS_SERVERS: &str = "probe.dns-servers";
const EXPECTED: &str = "the same at every DNS server";

pub(super) fn servers_disagree(case: &Case<'_>) -> Vec<RuleResult> {
    // Inside and outside may differ.
    let sides = SIDES.map(|side| views_from(case, side));
    if sides.iter().all(Vec::is_empty) {
        return not_asked(DNS_SERVERS);
    }
    let compared: Vec<&Vec<DnsView<'_>>> = sides.iter().filter(|views| views.len() > 1).collect();
    if compared.is_empty() {
        let why = "only one DNS server was asked for each side";
        return RuleResult::only(DNS_SERVERS, Outcome::not_applicable(why));
    }
    let names = compared_names(case);
    let mut by_side = Vec::new();
    for views in &compared {
        for name in &names {
            let subject = Subject::host(&name.ascii).with_text(name.shown.clone());
            by_side.extend(views.first().map(|first| SideResult {
                side: first.side,
                server: first.name(),
                result: RuleResult::new(subject, judge_agreement(views, name)),
            }));
        }
    }
    if by_side.is_empty() {
        return RuleResult::only(DNS_SERVERS, without_names(case.farm));
    }
    match compared.len() {
        1 => by_side.into_iter().map(|each| each.result).collect(),
        _ => merge_sides(by_side),
    }
}

/// A name on which DNS servers must agree, and the record types that they are compared by.
struct ComparedName {
    ascii: String,
    shown: String,
    kinds: Vec<RecordKind>,
}

/// Returns the names on which the DNS servers of one side must agree: those of the farm. Addresses
/// of mail hosts and of other exchangers rotate.
fn compared_names(case: &Case<'_>) -> Vec<ComparedName> {
    let mut names: BTreeMap<String, ComparedName> = BTreeMap::new();
    let mut add = |ascii: String, shown: &str, kinds: &[RecordKind]| {
        let name = names.entry(ascii.clone()).or_insert_with(|| ComparedName {
            ascii,
            shown: shown.to_owned(),
            kinds: Vec::new(),
        });
        name.kinds.extend(kinds);
    };
    let farm = case.farm;
    if let Ok(domain) = display_address(farm) {
        add(
            domain.ascii().to_owned(),
            domain.as_str(),
            &[RecordKind::Mx, RecordKind::Cname],
        );
        // Without MX record, mail goes to its address.
        if has_no_mx(case, domain) {
            add(domain.ascii().to_owned(), domain.as_str(), &ADDRESSES);
        }
    }
    if let Ok(name) = smtp_server_name(farm) {
        add(name.ascii().to_owned(), name.as_str(), &ADDRESSES);
    }
    let servers = farm
        .servers
        .iter()
        .filter_map(|server| server.name.as_ref());
    for name in servers.filter(|name| name.ascii().contains('.')) {
        add(name.ascii().to_owned(), name.as_str(), &ADDRESSES);
    }
    // Facts of before did not hold these: only what was asked is compared.
    let own = farm
        .web_applications
        .iter()
        .filter_map(|web| web.incoming_address.as_ref());
    for name in own.filter(|name| name.is_qualified() && was_asked(case, name)) {
        add(name.ascii().to_owned(), name.as_str(), &ADDRESSES);
    }
    names.into_values().collect()
}

const ADDRESSES: [RecordKind; 2] = [RecordKind::A, RecordKind::Aaaa];

fn has_no_mx(case: &Case<'_>, domain: &DomainName) -> bool {
    let views = views(case);
    let mut answers = views.iter().map(|view| view.exchangers(domain));
    !views.is_empty() && answers.all(|answer| matches!(answer, Ok(None)))
}

/// Judges whether all DNS servers give the same answers about a name.
fn judge_agreement(views: &[DnsView<'_>], name: &ComparedName) -> Outcome {
    let mut unknown = None;
    let mut differing = Vec::new();
    for kind in name.kinds.iter().copied() {
        let silent = views
            .iter()
            .find(|view| view.comparable_answer(&name.ascii, kind).is_none());
        if let Some(view) = silent
            && unknown.is_none()
        {
            unknown = Some(view.why_unknown(&name.ascii, kind));
        }
        differing.extend(differing_answers(views, &name.ascii, kind));
    }
    if !differing.is_empty() {
        return Outcome::Fail(differing_finding(name, differing));
    }
    match unknown {
        Some(why) => Outcome::undecided(why),
        None => {
            let servers: Vec<String> = views.iter().map(DnsView::name).collect();
            let asked = format!("{} from {}", name.shown, servers.join(", "));
            Outcome::Pass(vec![Evidence::new(asked, EXPECTED, EXPECTED)])
        }
    }
}

/// Returns the answers of all DNS servers that gave one, or none if they are the same.
fn differing_answers(views: &[DnsView<'_>], name: &str, kind: RecordKind) -> Vec<Evidence> {
    let mut answers = Vec::new();
    for view in views {
        if let Some(answer) = view.comparable_answer(name, kind) {
            answers.push((view, answer));
        }
    }
    let are_same = answers
        .windows(2)
        .all(|pair| matches!(pair, [(_, one), (_, two)] if one == two));
    if are_same {
        return Vec::new();
    }
    answers
        .into_iter()
        .map(|(view, _)| view.evidence(name, kind, EXPECTED))
        .collect()
}

fn differing_finding(name: &ComparedName, evidence: Vec<Evidence>) -> Finding {
    let message = format!(
        "the DNS servers give different answers for `{}`",
        name.shown
    );
    let remedy = "If one has an old copy of the zone, transfer the zone again. If one gives the \
                  answers that senders outside see, record it: `spinmail set outside-dns-servers \
                  ADDRESS`";
    Finding::for_role(AdminRole::Dns, message, remedy).with_evidence(evidence)
}
