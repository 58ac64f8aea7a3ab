//! The SMTP mail server of the Directory Management Service.

use super::names::{SMTP_SERVER, smtp_server_name};
use super::per_server::judge_per_server;
use crate::farm::values::DomainName;
use crate::remedy::AdminRole;
use crate::rules::dns_view::{DnsView, NameOwners};
use crate::rules::{Case, Finding, Outcome, RuleResult};

/// Judges the SMTP mail server by each name server.
fn judge_smtp_server(
    case: &Case<'_>,
    judge: impl Fn(&DnsView<'_>, &DomainName) -> Outcome,
) -> Vec<RuleResult> {
    match smtp_server_name(case.farm) {
        Err(instead) => RuleResult::only(SMTP_SERVER, instead),
        Ok(name) => judge_per_server(case, name.as_str(), |view| {
            vec![RuleResult::new(name.as_str(), judge(view, name)).about(SMTP_SERVER)]
        }),
    }
}

pub(super) fn no_address(case: &Case<'_>) -> Vec<RuleResult> {
    judge_smtp_server(case, |view, name| {
        let evidence = view.address_evidence(name.ascii(), "an address");
        match view.addresses(name.ascii()) {
            Ok(Some(_)) => Outcome::Pass(evidence),
            Err(instead) => instead,
            Ok(None) => {
                let message = format!("the SMTP mail server `{}` has no address", name.as_str());
                let remedy = "Add an A record for it, or correct the name with `spinmail set \
                              smtp-server HOST`";
                Outcome::Fail(
                    Finding::for_role(AdminRole::Dns, message, remedy).with_evidence(evidence),
                )
            }
        }
    })
}

pub(super) fn elsewhere(case: &Case<'_>) -> Vec<RuleResult> {
    if case.farm.servers.is_empty() {
        let outcome = Outcome::not_applicable("no server is recorded");
        return RuleResult::only(SMTP_SERVER, outcome);
    }
    judge_smtp_server(case, |view, name| match view.owners(name.ascii()) {
        NameOwners::NoAddress => {
            Outcome::because("dns-smtp-server-no-address", "it has no address")
        }
        NameOwners::Hosts(hosts) if hosts.is_recorded() => Outcome::Pass(
            view.known_address_evidence(name.ascii(), "an address of a recorded server"),
        ),
        NameOwners::Hosts(hosts) => match hosts.unknown {
            Some(why) => Outcome::undecided(why),
            None => Outcome::Fail(elsewhere_finding(view, name)),
        },
    })
}

fn elsewhere_finding(view: &DnsView<'_>, name: &DomainName) -> Finding {
    Finding::new(
        format!(
            "the SMTP mail server `{}` is none of the recorded servers",
            name.as_str()
        ),
        "Check the name; if mail is received outside the farm, record that server too, with \
         `smtp-service = true`",
    )
    .with_evidence(view.address_evidence(name.ascii(), "an address of a recorded server"))
}
