//! Loops over the addresses of mail hosts: which are judged, and the outcome where there is nothing
//! to judge.

use super::conversation::Greeting;
use super::hosts::{is_named, mail_host_at, recorded_server};
use super::target::{TargetView, with_origin};
use crate::facts::{
    Answer, Failure, Observation, SmtpFacts, SmtpHost, SmtpTalk, SmtpTarget, observer_names,
};
use crate::farm::Server;
use crate::farm::values::{DomainName, checked};
use crate::remedy;
use crate::rules::route::{Reach, Routes};
use crate::rules::subject::Subject;
use crate::rules::{Case, Judged, Outcome, RuleResult, Severity, dns, wanted};
use std::collections::BTreeSet;

const DISPLAY: &str = "incoming-email.display-address";

/// The outcome for a domain, or for the display address, which goes without saying, or for mail of
/// any domain.
type Part<'a> = (Option<&'a DomainName>, Outcome);

/// What an address is judged as.
enum TargetStatus<'a> {
    Server(&'a Server),
    /// A load balancer, whose port is that of the servers behind it.
    Balancer,
    /// It may be one of the farm's servers, but the farm file does not say so.
    NotRecorded,
    /// There is nothing to judge, and why.
    NotApplicable(&'static str),
}

impl<'a> TargetView<'a> {
    /// Judges it as far as it is to be judged.
    fn judge(
        &self,
        case: &Case<'a>,
        routes: &Routes<'a>,
        judge: &impl Fn(&Self, &Routes<'a>) -> Vec<Part<'a>>,
    ) -> Vec<Part<'a>> {
        let limited = |limit: &dyn Fn(Outcome) -> Outcome| {
            let parts = judge(self, routes).into_iter();
            parts
                .map(|(domain, outcome)| (domain, limit(outcome)))
                .collect()
        };
        match self.status(case) {
            TargetStatus::Server(server) => match routes.reach(server) {
                Reach::Off => vec![(None, Outcome::not_applicable("no mail goes to this server"))],
                reach => limited(&|outcome| match outcome {
                    // A note is not an alarm, whether or not mail goes there.
                    outcome if is_note(&outcome) => outcome,
                    outcome => reach.limit(outcome),
                }),
            },
            TargetStatus::Balancer => judge(self, routes),
            TargetStatus::NotRecorded => {
                limited(&|outcome| without_error(outcome, case, self.facts))
            }
            TargetStatus::NotApplicable(why) => vec![(None, Outcome::not_applicable(why))],
        }
    }

    fn status(&self, case: &Case<'a>) -> TargetStatus<'a> {
        let host = &self.facts.host;
        match self.server {
            Some(server) if server.is_standby() => {
                TargetStatus::NotApplicable("the server is on standby")
            }
            Some(server) if self.is_translated(server) && !self.decides_at_translated(case) => {
                TargetStatus::NotApplicable(
                    "it is a translated address (NAT); the server is judged at its own address",
                )
            }
            Some(_) if self.has_no_route() && self.is_open_elsewhere(case) => {
                TargetStatus::NotApplicable(
                    "the machine that asked has no route to addresses of this kind",
                )
            }
            Some(_) if self.is_answered_for_senders(case) => TargetStatus::NotApplicable(
                "only mail hosts pass mail to it, and it was asked from another machine",
            ),
            Some(server) => TargetStatus::Server(server),
            None => match mail_host_at(case.farm, self.facts) {
                Some(known) if known.is_load_balancer() => TargetStatus::Balancer,
                Some(_) => TargetStatus::NotApplicable("it is a recorded mail host, not a server"),
                None if is_named(case, host) => TargetStatus::NotRecorded,
                None => TargetStatus::NotApplicable("the farm file and DNS no longer name it"),
            },
        }
    }

    /// Returns whether what was seen at a translated address says something of the server: a
    /// conversation does; that there was none only where senders outside connect to the address.
    fn decides_at_translated(&self, case: &Case<'_>) -> bool {
        self.facts.answer.known().is_some()
            || (self.is_seen_from_outside() && !self.is_direct_from_outside(case).is_no())
    }

    /// Returns the conversation, if it began with a greeting of an SMTP server.
    fn conversation(&self) -> Judged<&'a SmtpTalk> {
        Err(match &self.facts.answer {
            Answer::NotAsked => not_asked(),
            Answer::Failed(why) => no_connection(why),
            Answer::Absent(_) => takes_no_connections(),
            Answer::Known(talk) => match Greeting::from_talk(talk) {
                Greeting::Welcome => return Ok(talk),
                Greeting::None(why) => no_greeting(&why),
                Greeting::Closed | Greeting::Refusal(_) => takes_no_connections(),
                Greeting::Later(_) => Outcome::undecided("it was busy; ask again later"),
                Greeting::Strange => Outcome::because("smtp-not-smtp", "it does not speak SMTP"),
            },
        })
    }
}

/// Judges every address that was talked to. Hosts without an address are undecided or do not
/// apply.
pub(super) fn judge_targets<'a>(
    case: &Case<'a>,
    judge: impl Fn(&TargetView<'a>) -> Outcome,
) -> Vec<RuleResult> {
    judge_parts(case, |target, _| vec![(None, judge(target))])
}

/// Judges the conversations that began with a greeting of an SMTP server.
pub(super) fn judge_conversations<'a>(
    case: &Case<'a>,
    judge: impl Fn(&TargetView<'a>, &'a SmtpTalk) -> Outcome,
) -> Vec<RuleResult> {
    judge_targets(case, |target| match target.conversation() {
        Ok(talk) => judge(target, talk),
        Err(instead) => instead,
    })
}

/// Judges the conversations for each domain that mail has in its addresses when it gets to the
/// server. The display address goes without saying.
pub(super) fn judge_domains<'a>(
    case: &Case<'a>,
    judge: impl Fn(&TargetView<'a>, &'a SmtpTalk, &DomainName) -> Outcome,
) -> Vec<RuleResult> {
    let display = match wanted::display_address(case.farm) {
        Ok((_, domain)) => domain,
        Err(instead) => return RuleResult::only(DISPLAY, instead),
    };
    judge_parts(case, |target, routes| {
        let talk = match target.conversation() {
            Ok(talk) => talk,
            Err(instead) => return vec![(None, instead)],
        };
        let domains = target.served_domains(case, routes, display);
        domains
            .into_iter()
            .map(|domain| (Some(domain), judge(target, talk, domain)))
            .collect()
    })
}

/// Judges every address that was talked to, and there several domains.
fn judge_parts<'a>(
    case: &Case<'a>,
    judge: impl Fn(&TargetView<'a>, &Routes<'a>) -> Vec<Part<'a>>,
) -> Vec<RuleResult> {
    let Some(smtp) = &case.facts.smtp else {
        let what = "SMTP was not asked; `spinmail verify smtp` or `spinmail gather smtp` asks it";
        return RuleResult::only("smtp", Outcome::undecided(what));
    };
    let routes = case.routes();
    let display = checked(&case.farm.incoming.display_address).valid();
    let mut results = Vec::new();
    for facts in &smtp.targets {
        let target = TargetView::new(case, facts);
        for (domain, outcome) in target.judge(case, routes, &judge) {
            let subject = match domain {
                Some(domain) if display == Some(domain) => target.subject().of_domain(domain),
                Some(domain) => {
                    let subject = target.subject().of_domain(domain);
                    subject.and(format!("for {}", domain.as_str()))
                }
                None => target.subject(),
            };
            results.push(RuleResult::new(subject, outcome).about(key(target.server)));
        }
    }
    for host in &smtp.unresolved {
        let server = recorded_server(case.farm, &host.host);
        let outcome = judge_unresolved(case, host);
        // Mail that is sent to a host without an address does not get anywhere.
        let is_exchanger = case
            .seen()
            .exchangers()
            .is_some_and(|known| known.contains(&host.host));
        let outcome = match server {
            Some(server) if !is_exchanger => routes.reach(server).limit(outcome),
            _ => outcome,
        };
        let shown = unresolved_name(case, smtp, host);
        let subject = Subject::host_of(&host.host, server).with_text(shown);
        results.push(RuleResult::new(subject, outcome).about(key(server)));
    }
    for server in unasked_servers(case, smtp) {
        // What is known of its route may be as old as the facts that lack it.
        results.push(RuleResult::new(server, not_asked()).about(key(Some(server))));
    }
    if results.is_empty() {
        return RuleResult::only("smtp", without_targets(case));
    }
    results
}

fn is_note(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Fail(finding) if finding.severity == Some(Severity::Note))
}

/// Makes a finding undecided: the host may not be one of the farm's servers.
fn without_error(outcome: Outcome, case: &Case<'_>, target: &SmtpTarget) -> Outcome {
    let host = &target.host;
    let display = checked(&case.farm.incoming.display_address).valid();
    let domain = display.map_or("", DomainName::ascii);
    let host_added = remedy::record_mail_host(host, domain, Some(target.address.ip()));
    let server_added = remedy::record_server(host, domain);
    match outcome {
        Outcome::Fail(finding) if finding.severity != Some(Severity::Note) => {
            Outcome::undecided(format!(
                "{}; but `{host}` is not recorded: if it passes mail on to the farm, record it \
                 with `{host_added}`; if it is one of the farm's servers, with `{server_added}`",
                finding.message
            ))
        }
        outcome => outcome,
    }
}

/// Returns the recorded servers that accept mail and that the facts do not name. A short name is
/// not looked up.
fn unasked_servers<'a>(
    case: &Case<'a>,
    smtp: &'a SmtpFacts,
) -> impl Iterator<Item = &'a Server> + use<'a> {
    let known = known_hosts(smtp);
    let exchangers = case.seen().exchangers().cloned().unwrap_or_default();
    case.farm.servers.iter().filter(move |server| {
        let Some(host) = server.name.as_ref().map(|name| name.ascii()) else {
            return false;
        };
        let takes_mail = match server.smtp_service {
            _ if server.is_standby() => false,
            Some(runs) => runs,
            None => exchangers.contains(host),
        };
        takes_mail && host.contains('.') && !known.contains(&host.to_ascii_lowercase())
    })
}

/// Returns the hosts that the facts name, in lowercase.
fn known_hosts(smtp: &SmtpFacts) -> BTreeSet<String> {
    let targets = smtp.targets.iter().map(|target| &target.host);
    let hosts = targets.chain(smtp.unresolved.iter().map(|other| &other.host));
    hosts.map(|host| host.to_ascii_lowercase()).collect()
}

/// Returns the outcome of rules about a conversation if there was no connection.
pub(super) fn takes_no_connections() -> Outcome {
    Outcome::because("smtp-closed", "it accepts no connections")
}

/// Returns the outcome for a server that was not asked.
pub(super) fn not_asked() -> Outcome {
    Outcome::undecided("it was not asked; `spinmail gather smtp` asks it")
}

pub(super) fn no_connection(why: &Failure) -> Outcome {
    Outcome::undecided(format!(
        "it could not be reached ({why}); try from where the mail comes from"
    ))
}

pub(super) fn no_greeting(why: &str) -> Outcome {
    Outcome::undecided(format!("it sent no greeting: {why}"))
}

/// Returns the outcome for a host without an address to talk to.
fn judge_unresolved(case: &Case<'_>, host: &SmtpHost) -> Outcome {
    match &host.answer {
        Answer::Absent(_) => match dns::rule_about_missing_address(case, &host.host) {
            Some(rule) => Outcome::because(rule, "it has no address"),
            // The display address itself, where recorded mail hosts pass mail on without DNS.
            None if recorded_server(case.farm, &host.host).is_none() => {
                Outcome::not_applicable("it has no address, and no mail goes there")
            }
            None if dns::is_never_looked_up(case.farm, &host.host) => Outcome::not_applicable(
                "it has no address, and no recorded mail host asks DNS for one",
            ),
            None => Outcome::undecided("it has no address, so it could not be asked"),
        },
        Answer::Failed(why) => {
            let why = dns::why_all_silent(case).unwrap_or_else(|| why.to_string());
            Outcome::undecided(format!("its addresses are not known: {why}"))
        }
        Answer::Known(()) | Answer::NotAsked => not_asked(),
    }
}

/// Returns the outcome if the facts name no mail host.
fn without_targets(case: &Case<'_>) -> Judged<Outcome> {
    let servers = &case.farm.servers;
    let has_none = |server: &Server| server.smtp_service == Some(false);
    if !servers.is_empty() && servers.iter().all(has_none) {
        return Err(Outcome::not_applicable("no server of the farm runs SMTP"));
    }
    if case.farm.mail_servers().next().is_none() {
        let (_, domain) = wanted::display_address(case.farm)?;
        dns::takes_mail(case, domain)?;
    }
    Err(Outcome::undecided(
        "no SMTP server was asked; `spinmail verify smtp` or `spinmail gather smtp` asks them",
    ))
}

/// Returns what to call a host without an address: its name, and who says so if another machine
/// found an address.
fn unresolved_name<'a>(case: &Case<'a>, smtp: &'a SmtpFacts, host: &'a SmtpHost) -> String {
    let targets = smtp
        .targets
        .iter()
        .map(|other| (&other.host, &other.observed_by));
    let hosts = smtp
        .unresolved
        .iter()
        .map(|other| (&other.host, &other.observed_by));
    let own = machines(case, &host.observed_by);
    let is_disputed = targets
        .chain(hosts)
        .any(|(name, seen)| *name == host.host && !machines(case, seen).is_subset(&own));
    let from = is_disputed.then(|| observer_names(&host.observed_by));
    with_origin(host.host.clone(), from.as_deref())
}

/// Returns the machines that saw a record: those it names, else the one that the facts are of.
fn machines<'a>(case: &Case<'a>, seen: &'a [Observation]) -> BTreeSet<Option<&'a str>> {
    if seen.is_empty() {
        return [case.facts.server.as_deref()].into();
    }
    seen.iter()
        .map(|observation| observation.server.as_deref())
        .collect()
}

/// Returns the setting that a verdict about a host points at.
fn key(server: Option<&Server>) -> String {
    match server {
        Some(server) => format!("server.{}.smtp-service", server.name()),
        None => DISPLAY.to_owned(),
    }
}
