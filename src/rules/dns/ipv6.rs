//! IPv6 addresses that are published and do not accept connections.

use super::names::{DISPLAY, FarmName, address_list, display_address, is_mail_host, mail_names};
use super::null_mx::{are_all_null, only_null_mx};
use super::per_server::{SIDES, judge_per_server, views, views_from};
use crate::facts::{Answer, Observation, PortCheck, RecordKind, SmtpTarget, observer_names};
use crate::farm::MailHost;
use crate::farm::values::DomainName;
use crate::remedy::AdminRole;
use crate::rules::dns_view::{DnsView, Exchanger, NameOwners, is_mx_answered};
use crate::rules::{Case, Evidence, Finding, Outcome, RuleResult, Ternary};
use std::net::{IpAddr, SocketAddr};

pub(super) fn silent(case: &Case<'_>) -> Vec<RuleResult> {
    let display = display_address(case.farm);
    let answered = SIDES.map(|side| {
        let is_known = |domain: &DomainName| is_mx_answered(&views_from(case, side), domain);
        (side, display.as_ref().is_ok_and(|domain| is_known(domain)))
    });
    let results = judge_per_server(case, DISPLAY, |view| {
        let mut results: Vec<RuleResult> = mail_names(case.farm, view)
            .iter()
            .filter(|name| is_of_farm(view, &name.ascii))
            .map(|name| {
                RuleResult::new(name.subject(), judge_connections(case, view, name))
                    .about(name.key.clone())
            })
            .collect();
        if let Ok(domain) = &display
            && answered.contains(&(view.side, false))
        {
            let why = view.why_unknown(domain.ascii(), RecordKind::Mx);
            results.push(RuleResult::new(*domain, Outcome::undecided(why)));
        }
        results
    });
    if !results.is_empty() {
        return results;
    }
    // A short display address is not looked up, so it is not known where its mail goes.
    RuleResult::only(DISPLAY, display.map(|domain| without_host(case, domain)))
}

/// Returns whether a name leads to a server of the farm, or to a load balancer, whose address is
/// the servers' own. Other hosts are not asked. While no server is recorded, every host may be one.
fn is_of_farm(view: &DnsView<'_>, name: &str) -> bool {
    if view.farm.servers.is_empty() {
        return !is_mail_host(view, name);
    }
    match view.owners(name) {
        NameOwners::NoAddress => true,
        NameOwners::Hosts(hosts) => {
            let mut mail_hosts = hosts.mail_hosts.iter();
            !hosts.servers.is_empty()
                || hosts.unknown.is_some()
                || mail_hosts.any(|host| host.is_load_balancer())
        }
    }
}

/// Returns the outcome if no exchanger of the domain is a name with addresses.
fn without_host(case: &Case<'_>, domain: &DomainName) -> Outcome {
    const NO_HOST: &str = "mail goes to no name that DNS was asked about";
    for view in views(case) {
        if let Ok(Some(exchangers)) = view.exchangers(domain) {
            return if are_all_null(&exchangers) {
                only_null_mx()
            } else if exchangers.iter().any(Exchanger::is_literal) {
                Outcome::because("dns-mx-is-address", NO_HOST)
            } else if exchangers
                .iter()
                .any(|exchanger| !is_of_farm(&view, &exchanger.host))
            {
                Outcome::not_applicable("mail goes to hosts that are not servers of the farm")
            } else {
                Outcome::because("dns-mx-no-address", NO_HOST)
            };
        }
    }
    Outcome::not_applicable(NO_HOST)
}

/// The connections to a name's IPv6 addresses.
#[derive(Default)]
struct Connections<'a> {
    /// The mail hosts whose connections alone decide; none if those of all machines do.
    senders: Vec<&'a MailHost>,
    accepted: Vec<Evidence>,
    refused: Vec<(IpAddr, Evidence)>,
    /// Why an address is undecided.
    unknown: Option<String>,
}

/// Judges whether each IPv6 address of a name accepts connections.
fn judge_connections(case: &Case<'_>, view: &DnsView<'_>, name: &FarmName) -> Outcome {
    let records = match view.answer(&name.ascii, RecordKind::Aaaa) {
        Answer::Absent(_) => return Outcome::not_applicable("it has no IPv6 address"),
        Answer::Known(records) => match view.has(&name.ascii, RecordKind::Aaaa) {
            Ternary::Unknown(why) => return Outcome::undecided(why),
            Ternary::Yes | Ternary::No => records,
        },
        _ => return Outcome::undecided(view.why_unknown(&name.ascii, RecordKind::Aaaa)),
    };
    let port = view.farm.probe.smtp_port.map_or(25, |port| port.0);
    let mut connections = Connections {
        senders: senders(case, view, &name.ascii),
        ..Connections::default()
    };
    for address in records.iter().filter_map(|record| record.data.address()) {
        connections.add_address(case, SocketAddr::new(address, port));
    }
    if !connections.refused.is_empty() {
        return Outcome::Fail(silent_finding(&name.shown, port, connections.refused));
    }
    match connections.unknown {
        Some(why) => Outcome::undecided(why),
        None => Outcome::Pass(connections.accepted),
    }
}

/// What came of a connection, and who tried it.
struct Check<'a> {
    answer: Answer<()>,
    observed_by: &'a [Observation],
}

impl<'a> Check<'a> {
    fn of_port(check: &'a PortCheck) -> Self {
        Self {
            answer: check.answer.clone(),
            observed_by: &check.observed_by,
        }
    }

    fn of_conversation(target: &'a SmtpTarget) -> Self {
        let answer = match &target.answer {
            Answer::Known(_) => Answer::Known(()),
            Answer::Absent(how) => Answer::Absent(how.clone()),
            Answer::Failed(why) => Answer::Failed(why.clone()),
            Answer::NotAsked => Answer::NotAsked,
        };
        Self {
            answer,
            observed_by: &target.observed_by,
        }
    }

    fn is_decided(&self) -> bool {
        matches!(self.answer, Answer::Known(()) | Answer::Absent(_))
    }
}

/// Returns the mail hosts whose connections alone decide about the servers behind a name. A refusal
/// concerns the machine that asked: a firewall may let only these in.
fn senders<'a>(case: &Case<'a>, view: &DnsView<'_>, name: &str) -> Vec<&'a MailHost> {
    let NameOwners::Hosts(owners) = view.owners(name) else {
        return Vec::new();
    };
    let routes = case.routes();
    let deciding = owners.servers.iter();
    let deciding: Vec<Vec<&MailHost>> = deciding
        .map(|server| routes.deciding_mail_hosts(server))
        .collect();
    match deciding.iter().any(Vec::is_empty) {
        true => Vec::new(),
        false => deciding.into_iter().flatten().collect(),
    }
}

impl Connections<'_> {
    /// Returns why a refusal decides nothing, or `None` if it does.
    fn why_not_decided(&self, check: &Check<'_>) -> Option<String> {
        let first = self.senders.first()?;
        let is_sender = |seen: &Observation| {
            let address = seen.address;
            address.is_some_and(|address| {
                let mut senders = self.senders.iter();
                address.is_loopback() || senders.any(|host| host.sends_from(address) == Some(true))
            })
        };
        (!check.observed_by.iter().any(is_sender)).then(|| {
            format!(
                "was refused here. Mail comes through `{}`, which may be allowed to connect; try \
                 from there",
                first.name()
            )
        })
    }

    fn add_address(&mut self, case: &Case<'_>, target: SocketAddr) {
        let ports = case.facts.dns.iter().flat_map(|dns| &dns.ports);
        let mut checks: Vec<Check<'_>> = ports
            .filter(|check| check.address == target)
            .map(Check::of_port)
            .collect();
        // Where the connection alone was not tried, a conversation began with one.
        if !checks.iter().any(Check::is_decided) {
            let smtp = case.facts.smtp.iter().flat_map(|smtp| &smtp.targets);
            let talks = smtp.filter(|talk| talk.address == target);
            let decided = talks.map(Check::of_conversation).filter(Check::is_decided);
            checks.extend(decided);
        }
        let asked = format!("a connection to {target}");
        match checks.as_slice() {
            [] => self.unknown = Some(not_tried(&asked)),
            [only] => self.add_check(target, only, asked),
            several => {
                for check in several {
                    let from = observer_names(check.observed_by);
                    self.add_check(target, check, format!("{asked} from {from}"));
                }
            }
        }
    }

    fn add_check(&mut self, target: SocketAddr, check: &Check<'_>, asked: String) {
        match &check.answer {
            Answer::Known(()) => {
                self.accepted
                    .push(Evidence::new(asked, "accepted", "accepted"));
            }
            Answer::Absent(how) => match self.why_not_decided(check) {
                Some(why) => self.unknown = Some(format!("{asked} {why}")),
                None => self
                    .refused
                    .push((target.ip(), Evidence::new(asked, "accepted", how))),
            },
            Answer::Failed(why) => {
                self.unknown = Some(format!(
                    "{asked} got no answer ({why}); try from where mail comes from"
                ));
            }
            Answer::NotAsked => self.unknown = Some(not_tried(&asked)),
        }
    }
}

fn not_tried(asked: &str) -> String {
    format!("{asked} was not tried; `spinmail gather dns` tries it")
}

fn silent_finding(name: &str, port: u16, refused: Vec<(IpAddr, Evidence)>) -> Finding {
    let (addresses, evidence): (Vec<IpAddr>, Vec<Evidence>) = refused.into_iter().unzip();
    let message = format!(
        "`{name}` has the IPv6 address {} in DNS, but nothing listens there on port {port}",
        address_list(&addresses)
    );
    let remedy = "Remove the AAAA record, or make the SMTP service listen on that address";
    Finding::for_role(AdminRole::Dns, message, remedy).with_evidence(evidence)
}
