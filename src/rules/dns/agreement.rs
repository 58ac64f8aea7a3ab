//! Whether the name servers agree.

use super::names::{FarmName, all_names, display_address, without_names, without_repetitions};
use super::per_server::not_asked;
use crate::facts::RecordKind;
use crate::remedy::AdminRole;
use crate::rules::dns_view::DnsView;
use crate::rules::{Case, Evidence, Finding, Outcome, RuleResult};

const DNS_SERVERS: &str = "probe.dns-servers";
const EXPECTED: &str = "the same at every name server";

pub(super) fn servers_disagree(case: &Case<'_>) -> Vec<RuleResult> {
    let views = DnsView::all(case.farm, case.facts);
    if views.is_empty() {
        return not_asked(DNS_SERVERS);
    }
    if views.len() == 1 {
        return RuleResult::only(
            DNS_SERVERS,
            Outcome::not_applicable("only one name server was asked"),
        );
    }
    let names = views.iter().flat_map(|view| all_names(case.farm, view));
    let mut names = without_repetitions(names.collect());
    if names.is_empty() {
        return RuleResult::only(DNS_SERVERS, without_names(case.farm));
    }
    names.sort_by(|one, two| one.ascii.cmp(&two.ascii));
    names
        .iter()
        .map(|name| RuleResult::new(&name.shown, judge_agreement(case, &views, name)))
        .collect()
}

/// Judges whether all name servers give the same answers about a name.
fn judge_agreement(case: &Case<'_>, views: &[DnsView<'_>], name: &FarmName) -> Outcome {
    let mut kinds = vec![RecordKind::Cname, RecordKind::A, RecordKind::Aaaa];
    // Only the display address is asked for mail exchangers.
    if display_address(case.farm).is_ok_and(|domain| domain.ascii() == name.ascii) {
        kinds.insert(0, RecordKind::Mx);
    }
    let mut unknown = None;
    let mut differing = Vec::new();
    for kind in kinds {
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
            let asked = format!("{} of {}", name.shown, servers.join(", "));
            Outcome::Pass(vec![Evidence::new(asked, EXPECTED, EXPECTED)])
        }
    }
}

/// Returns the answers of all name servers that gave one, or none if they are the same.
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

fn differing_finding(name: &FarmName, evidence: Vec<Evidence>) -> Finding {
    let message = format!(
        "the name servers give different answers for `{}`",
        name.shown
    );
    let remedy = "If one is behind, let it fetch the zone; if they serve inside and outside on \
                  purpose, record the one that the mail's senders use";
    Finding::for_role(AdminRole::Dns, message, remedy).with_evidence(evidence)
}
