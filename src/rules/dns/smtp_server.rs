//! The SMTP mail server of the Directory Management Service.

use super::elsewhere::only_server;
use super::names::{SMTP_SERVER, is_behind_named_host, smtp_server_name};
use super::per_server::{judge_by_views, views_from};
use crate::facts::NetworkView;
use crate::farm::Farm;
use crate::farm::values::{DomainName, PassBy};
use crate::remedy::{self, AdminRole};
use crate::rules::dns_view::{DnsView, NameOwners};
use crate::rules::subject::Subject;
use crate::rules::{Case, Finding, Outcome, RuleResult, Severity};

/// Judges the SMTP mail server by each DNS server inside: contacts are resolved there.
fn judge_smtp_server(
    case: &Case<'_>,
    judge: impl Fn(&DnsView<'_>, &DomainName) -> Outcome,
) -> Vec<RuleResult> {
    match smtp_server_name(case.farm) {
        Err(instead) => RuleResult::only(SMTP_SERVER, instead),
        Ok(name) => {
            let inside = views_from(case, NetworkView::Inside);
            judge_by_views(&inside, smtp_server_subject(name), |view| {
                vec![
                    RuleResult::new(smtp_server_subject(name), judge(view, name))
                        .about(SMTP_SERVER),
                ]
            })
        }
    }
}

/// Returns the subject of verdicts about the SMTP mail server: a host, and the domain of the
/// contacts' addresses.
fn smtp_server_subject(name: &DomainName) -> Subject {
    Subject::host(name.ascii())
        .with_text(name.as_str().to_owned())
        .of_domain(name)
}

pub(super) fn no_address(case: &Case<'_>) -> Vec<RuleResult> {
    judge_smtp_server(case, |view, name| {
        if is_behind_named_host(case.farm) {
            return Outcome::not_applicable(NOT_ASKED_FOR);
        }
        let evidence = view.address_evidence(name.ascii(), "an address");
        match view.addresses(name.ascii()) {
            Ok(Some(_)) => Outcome::Pass(evidence),
            Err(instead) => instead,
            Ok(None) => Outcome::Fail(no_address_finding(case.farm, name).with_evidence(evidence)),
        }
    })
}

const NOT_ASKED_FOR: &str = "every mail host uses a named host or writes files, so none asks DNS \
                             for this name";

/// Creates the finding. It is an error where it is sure that mail is sent to the name.
fn no_address_finding(farm: &Farm, name: &DomainName) -> Finding {
    let message = format!("the SMTP mail server `{}` has no address", name.as_str());
    let is_server = farm.servers.iter().any(|server| {
        server
            .name
            .as_ref()
            .is_some_and(|own| own.ascii() == name.ascii())
    });
    let mut hosts = farm.mail_hosts.iter();
    let is_asked_for = hosts.any(|host| host.by == Some(PassBy::Mx));
    let correct =
        "Add an A record for it, or correct the name with `spinmail set smtp-server HOST`";
    if is_server || is_asked_for {
        return Finding::for_role(AdminRole::Dns, message, correct);
    }
    let remedy = format!(
        "{correct}. If Exchange passes the contacts' mail to a smart host, it needs no address \
         for this name: record Exchange with `spinmail mail-host add NAME --kind exchange --by \
         smart-host`"
    );
    Finding::for_role(AdminRole::Dns, message, remedy).with_severity(Severity::Warning)
}

pub(super) fn elsewhere(case: &Case<'_>) -> Vec<RuleResult> {
    if case.farm.servers.is_empty() && case.farm.mail_hosts.is_empty() {
        let outcome = Outcome::not_applicable("no server and no mail host is recorded");
        return RuleResult::only(SMTP_SERVER, outcome);
    }
    judge_smtp_server(case, |view, name| match view.owners(name.ascii()) {
        NameOwners::NoAddress if is_behind_named_host(case.farm) => {
            Outcome::not_applicable(NOT_ASKED_FOR)
        }
        NameOwners::NoAddress => {
            Outcome::because("dns-smtp-server-no-address", "it has no address")
        }
        NameOwners::Hosts(hosts) if hosts.is_recorded() => Outcome::Pass(
            view.known_address_evidence(name.ascii(), "an address of a recorded host"),
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
            "the SMTP mail server `{}` is not a recorded server or mail host",
            name.as_str()
        ),
        format!(
            "Check the name. If it leads to a host that passes mail on to the farm, record it: \
             `spinmail mail-host add NAME --addresses ADDRESS`; if to an address that is \
             translated to a server (NAT), `{command}`",
            command = remedy::spinmail(
                "set server.{NAME}.public-addresses ADDRESS",
                &[&only_server(view.farm)]
            ),
        ),
    )
    .with_evidence(view.address_evidence(name.ascii(), "an address of a recorded host"))
}
