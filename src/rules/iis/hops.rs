//! How many servers a message may have passed.

use super::view::{VirtualServerView, judge_virtual_servers, on_route};
use crate::farm::MailHost;
use crate::farm::values::MailHostKind;
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};
use iis_metabase::HOP_COUNT;

/// The count that setup writes. Exchange Online alone adds several servers to a message's way.
const SETUP_HOPS: u32 = 15;

pub(super) fn few(case: &Case<'_>) -> Vec<RuleResult> {
    let results = judge_virtual_servers(case, |view| judge_hops(case, view));
    on_route(case, results)
}

fn judge_hops(case: &Case<'_>, view: &VirtualServerView<'_>) -> Outcome {
    let hops = match view.virtual_server.hop_count() {
        Err(error) => return Outcome::undecided(error.message),
        Ok(None) => return Outcome::not_applicable("the metabase holds no HopCount"),
        Ok(Some(hops)) => hops,
    };
    // Mail hosts side by side pass on other messages: only those one behind the other add up.
    let routes = case.routes();
    let is_online = |host: &&MailHost| host.kind == Some(MailHostKind::ExchangeOnline);
    let is_long = |hosts: &[&MailHost]| hosts.len() > 1 || hosts.iter().any(is_online);
    let Some(hosts) = routes.longest_way_to(view.server, is_long) else {
        return Outcome::not_applicable("mail comes through at most one mail host");
    };
    if hops > SETUP_HOPS {
        return Outcome::pass();
    }
    let names: Vec<String> = hosts
        .iter()
        .map(|host| format!("`{}`", host.name()))
        .collect();
    let message = format!(
        "`{}` refuses messages that passed through more than {hops} servers, and mail comes \
         through {}",
        view.name(),
        names.join(", ")
    );
    let remedy = "Raise Maximum hop count (IIS 6.0 Manager, the virtual server's properties, \
                  Delivery, Advanced)";
    Outcome::Fail(
        Finding::for_role(AdminRole::Server, message, remedy)
            .with_evidence([view.evidence(HOP_COUNT, format!("more than {SETUP_HOPS}"))]),
    )
}
