//! The addresses of mail hosts that were talked to, and loops over them.

use super::caller::{self, Caller};
use super::conversation::{Greeting, is_windows, reply_text};
use crate::facts::{
    Answer, Failure, FailureKind, Observation, RecordData, RecordKind, SmtpFacts, SmtpHost,
    SmtpStep, SmtpTalk, SmtpTarget, observer_names,
};
use crate::farm::values::{DomainName, MailHostKind, MailServer, Tls, checked};
use crate::farm::{Farm, MailHost, Server};
use crate::rules::route::{Reach, Routes, Way};
use crate::rules::yielding::FOR_DOMAIN;
use crate::rules::{Case, Evidence, Judged, Outcome, RuleResult, Ternary, dns, wanted};
use std::collections::BTreeSet;

const DISPLAY: &str = "incoming-email.display-address";

/// Returns the outcome of rules about a conversation if there was no connection.
pub(super) fn takes_no_connections() -> Outcome {
    Outcome::because("smtp-closed", "it takes no connections")
}

/// An address of a mail host, as it is judged.
pub(super) struct TargetView<'a> {
    pub facts: &'a SmtpTarget,
    /// The server of the farm that it is, by its name or by its address.
    pub server: Option<&'a Server>,
    /// The machines that talked to it, if others were told something else.
    from: Option<String>,
}

/// What an address is judged as.
enum Standing<'a> {
    Server(&'a Server),
    /// A load balancer, whose port is that of the servers behind it.
    Balancer,
    /// It may be one of the farm's servers, but the farm file does not say so.
    NotRecorded,
    /// There is nothing to judge, and why.
    NotApplicable(&'static str),
}

impl<'a> TargetView<'a> {
    pub(super) fn new(case: &Case<'a>, smtp: &'a SmtpFacts, facts: &'a SmtpTarget) -> Self {
        let same_target = smtp
            .targets
            .iter()
            .filter(|other| other.host == facts.host && other.address == facts.address);
        let is_disputed = same_target.count() > 1;
        Self {
            facts,
            server: server_at(case, facts),
            from: is_disputed.then(|| observer_names(&facts.observed_by)),
        }
    }

    /// Judges it as far as it is to be judged.
    fn judge(
        &self,
        case: &Case<'a>,
        routes: &Routes<'a>,
        judge: &impl Fn(&Self, &Routes<'a>) -> Vec<(String, Outcome)>,
    ) -> Vec<(String, Outcome)> {
        let limited = |limit: &dyn Fn(Outcome) -> Outcome| {
            let parts = judge(self, routes).into_iter();
            parts
                .map(|(part, outcome)| (part, limit(outcome)))
                .collect()
        };
        match self.standing(case) {
            Standing::Server(server) => match routes.reach(server) {
                Reach::Off => vec![(
                    String::new(),
                    Outcome::not_applicable("no mail goes to this server"),
                )],
                reach => limited(&|outcome| reach.limit(outcome)),
            },
            Standing::Balancer => judge(self, routes),
            Standing::NotRecorded => limited(&|outcome| without_error(outcome, &self.facts.host)),
            Standing::NotApplicable(why) => vec![(String::new(), Outcome::not_applicable(why))],
        }
    }

    fn standing(&self, case: &Case<'_>) -> Standing<'a> {
        let host = &self.facts.host;
        match self.server {
            Some(server) if server.is_standby() => {
                Standing::NotApplicable("the server is on standby")
            }
            Some(server) if self.is_translated(server) && self.facts.answer.known().is_none() => {
                Standing::NotApplicable(
                    "it is a translated address; the server is judged at its own",
                )
            }
            Some(server) => Standing::Server(server),
            None => match mail_host_at(case.farm, self.facts) {
                Some(host) if is_balancer(host) => Standing::Balancer,
                Some(_) => Standing::NotApplicable("it is a recorded mail host, not a server"),
                None if is_named(case, host) => Standing::NotRecorded,
                None => Standing::NotApplicable("neither the farm file nor DNS names it any more"),
            },
        }
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
                Greeting::Strange => Outcome::because("smtp-not-smtp", "it does not talk SMTP"),
            },
        })
    }

    /// Returns the servers that mail gets to from the address: the server itself, or those behind a
    /// load balancer.
    pub(super) fn servers(&self, case: &Case<'a>, routes: &Routes<'a>) -> Vec<&'a Server> {
        if let Some(server) = self.server {
            return vec![server];
        }
        let Some(balancer) = mail_host_at(case.farm, self.facts) else {
            return Vec::new();
        };
        let is_behind = |server: &&Server| {
            let hosts = routes.mail_hosts_to(server);
            hosts.iter().any(|host| std::ptr::eq(*host, balancer))
        };
        case.farm.servers.iter().filter(is_behind).collect()
    }

    /// Returns the domains that mail has in its addresses when it gets there. Where that is not
    /// known, it is the display address.
    fn served_domains(
        &self,
        case: &Case<'a>,
        routes: &Routes<'a>,
        display: &'a DomainName,
    ) -> Vec<&'a DomainName> {
        let mut domains: Vec<&DomainName> = Vec::new();
        for server in self.servers(case, routes) {
            for served in routes.served_domains(server) {
                if !domains
                    .iter()
                    .any(|known| known.ascii() == served.domain.ascii())
                {
                    domains.push(served.domain);
                }
            }
        }
        if domains.is_empty() {
            domains.push(display);
        }
        domains
    }

    /// Returns the server if the address is its own: it was asked by its name, DNS gives it the
    /// address, and no other recorded host has it.
    pub(super) fn own_server(&self, case: &Case<'a>) -> Option<&'a Server> {
        let server = recorded_server(case.farm, &self.facts.host)?;
        let ip = self.facts.address.ip();
        let has_it = |server: &Server| caller::addresses(case, server).contains(&ip);
        let is_shared = case
            .farm
            .servers
            .iter()
            .any(|other| other.name() != server.name() && has_it(other))
            || mail_host_at(case.farm, self.facts).is_some();
        (has_it(server) && !self.is_translated(server) && !is_shared).then_some(server)
    }

    /// Returns whether the address is one of those that lead to a server from outside.
    fn is_translated(&self, server: &Server) -> bool {
        let ip = self.facts.address.ip();
        server.public_addresses().any(|own| own == ip)
    }

    /// Makes sure that a caller is as good as a sender: the server itself, a mail host, or anyone if
    /// mail comes straight to the address.
    ///
    /// # Errors
    /// Only mail hosts may be let in, or how mail comes is not known.
    pub(super) fn has_sender_as_caller(&self, case: &Case<'a>) -> Result<(), String> {
        let routes = case.routes();
        let callers = Caller::all(self);
        let servers = self.servers(case, &routes);
        let hosts: Vec<&MailHost> = servers
            .iter()
            .flat_map(|server| routes.mail_hosts_to(server))
            .collect();
        let is_sender = |caller: &Caller<'_>| {
            caller.is_server(case, self)
                || hosts.iter().any(|host| {
                    caller
                        .address
                        .is_some_and(|address| host.sends_from(address) == Some(true))
                })
        };
        if callers.iter().any(is_sender) {
            return Ok(());
        }
        match self.server.map(|server| routes.is_direct(server)) {
            Some(Ternary::Yes) => Ok(()),
            Some(Ternary::No) => Err("only mail hosts pass mail to it".to_owned()),
            Some(Ternary::Unknown(why)) => Err(why),
            // Senders find a load balancer by its MX record.
            None => match exchangers(case) {
                Some(known) if known.contains(&self.facts.host.to_ascii_lowercase()) => Ok(()),
                _ => Err("no MX record is known that leads to it".to_owned()),
            },
        }
    }

    /// Returns whether mail comes from mail hosts alone, and all of them log on.
    pub(super) fn all_senders_log_on(&self, case: &Case<'a>) -> bool {
        let routes = case.routes();
        let servers = self.servers(case, &routes);
        !servers.is_empty() && servers.iter().all(|server| logs_on_always(&routes, server))
    }

    /// Returns the mail hosts that pass mail to the address and that demand encryption.
    pub(super) fn mail_hosts_with_tls(&self, case: &Case<'a>) -> Vec<&'a MailHost> {
        let routes = case.routes();
        let servers = self.servers(case, &routes);
        let hosts = servers
            .iter()
            .flat_map(|server| routes.mail_hosts_to(server));
        hosts
            .filter(|host| host.tls == Some(Tls::Required))
            .collect()
    }

    /// Returns the machines that asked, as a sentence names them.
    pub(super) fn callers(&self) -> String {
        let callers: Vec<String> = Caller::all(self).iter().map(Caller::in_words).collect();
        callers.join(", ")
    }

    /// Returns whether another address of the same host takes connections.
    pub(super) fn is_open_elsewhere(&self, case: &Case<'_>) -> bool {
        let smtp = case.facts.smtp.iter();
        smtp.flat_map(|smtp| &smtp.targets).any(|other| {
            other.host == self.facts.host
                && other.address != self.facts.address
                && other.answer.known().is_some()
        })
    }

    /// Returns whether the machine that asked has no way to addresses of this kind at all.
    pub(super) fn has_no_route(&self) -> bool {
        let is_unreachable = matches!(
            &self.facts.answer,
            Answer::Failed(why) if why.kind == FailureKind::Unreachable
        );
        let observed_by = &self.facts.observed_by;
        is_unreachable
            && !observed_by.is_empty()
            && observed_by.iter().all(|caller| caller.address.is_none())
    }

    /// Returns whether the SMTP service of Windows answers there.
    pub(super) fn is_windows(&self) -> bool {
        self.facts.answer.known().is_some_and(is_windows)
    }

    /// Returns host and address, with the port unless it is 25.
    pub(super) fn name(&self) -> String {
        let address = self.facts.address;
        match address.port() {
            25 => format!("{} {}", self.facts.host, address.ip()),
            _ => format!("{} {address}", self.facts.host),
        }
    }

    /// Returns the subject of a verdict about it.
    pub(super) fn subject(&self) -> String {
        self.with_origin(self.name())
    }

    /// Adds the machines that asked, if that matters.
    pub(super) fn with_origin(&self, what: String) -> String {
        with_origin(what, self.from.as_deref())
    }
}

/// Returns a step and its reply as evidence.
pub(super) fn step_evidence(
    target: &TargetView<'_>,
    step: Option<&SmtpStep>,
    expected: &str,
) -> Evidence {
    let command = match step.map(|step| step.command.as_str()) {
        Some("") | None => "the greeting",
        Some(command) => command,
    };
    Evidence::new(
        format!("{command} of {}", target.subject()),
        expected,
        reply_text(step),
    )
}

fn with_origin(what: String, from: Option<&str>) -> String {
    match from {
        Some(from) => format!("{what} from {from}"),
        None => what,
    }
}

/// Judges every address that was talked to. Hosts without an address are undecided or do not
/// apply.
pub(super) fn judge_targets<'a>(
    case: &Case<'a>,
    judge: impl Fn(&TargetView<'a>) -> Outcome,
) -> Vec<RuleResult> {
    judge_parts(case, |target, _| vec![(String::new(), judge(target))])
}

/// Judges every address that was talked to, and there several things, each with what names it after
/// the address.
fn judge_parts<'a>(
    case: &Case<'a>,
    judge: impl Fn(&TargetView<'a>, &Routes<'a>) -> Vec<(String, Outcome)>,
) -> Vec<RuleResult> {
    let Some(smtp) = &case.facts.smtp else {
        let what = "SMTP was not asked; `spinmail verify smtp` or `spinmail gather smtp` asks it";
        return RuleResult::only("smtp", Outcome::undecided(what));
    };
    let routes = case.routes();
    let mut results = Vec::new();
    for facts in &smtp.targets {
        let target = TargetView::new(case, smtp, facts);
        for (part, outcome) in target.judge(case, &routes, &judge) {
            let subject = target.subject() + &part;
            results.push(RuleResult::new(subject, outcome).about(key(target.server)));
        }
    }
    for host in &smtp.unresolved {
        let server = recorded_server(case.farm, &host.host);
        let outcome = judge_unresolved(case, host);
        // Mail that is sent to a host without an address does not get anywhere.
        let is_exchanger = exchangers(case).is_some_and(|known| known.contains(&host.host));
        let outcome = match server {
            Some(server) if !is_exchanger => routes.reach(server).limit(outcome),
            _ => outcome,
        };
        let subject = unresolved_subject(case, smtp, host);
        results.push(RuleResult::new(subject, outcome).about(key(server)));
    }
    for server in unasked_servers(case, smtp) {
        // What is known of its route may be as old as the facts that lack it.
        results.push(RuleResult::new(server.name(), not_asked()).about(key(Some(server))));
    }
    if results.is_empty() {
        return RuleResult::only("smtp", without_targets(case));
    }
    results
}

/// Makes a finding undecided: the host may not be one of the farm's servers.
fn without_error(outcome: Outcome, host: &str) -> Outcome {
    match outcome {
        Outcome::Fail(finding) => Outcome::undecided(format!(
            "{}; `{host}` is not a recorded server, so what it does is not this farm's to say. If              it is one, `spinmail server add {host} --smtp-service yes` records it",
            finding.message
        )),
        outcome => outcome,
    }
}

/// Returns the recorded servers that take mail and that the facts do not name. A short name is not
/// looked up.
fn unasked_servers<'a>(
    case: &Case<'a>,
    smtp: &'a SmtpFacts,
) -> impl Iterator<Item = &'a Server> + use<'a> {
    let exchangers = exchangers(case).unwrap_or_default();
    case.farm.servers.iter().filter(move |server| {
        let Some(host) = server.name.as_ref().map(|name| name.ascii()) else {
            return false;
        };
        let takes_mail = match server.smtp_service {
            _ if server.is_standby() => false,
            Some(runs) => runs,
            None => exchangers.contains(host),
        };
        let targets = smtp.targets.iter().map(|target| &target.host);
        let mut known = targets.chain(smtp.unresolved.iter().map(|other| &other.host));
        takes_mail && host.contains('.') && !known.any(|other| other.eq_ignore_ascii_case(host))
    })
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
            Err(instead) => return vec![(String::new(), instead)],
        };
        let domains = target.served_domains(case, routes, display);
        let part = |domain: &DomainName| {
            if domain.ascii() == display.ascii() {
                String::new()
            } else {
                format!("{FOR_DOMAIN}{}", domain.as_str())
            }
        };
        domains
            .into_iter()
            .map(|domain| (part(domain), judge(target, talk, domain)))
            .collect()
    })
}

/// Returns the outcome for a server that was not asked.
pub(super) fn not_asked() -> Outcome {
    Outcome::undecided("it was not asked; `spinmail gather smtp` asks it")
}

pub(super) fn no_connection(why: &Failure) -> Outcome {
    Outcome::undecided(format!("no connection came about: {why}"))
}

pub(super) fn no_greeting(why: &str) -> Outcome {
    Outcome::undecided(format!("no greeting came: {why}"))
}

/// Returns the outcome for a host without an address to talk to.
fn judge_unresolved(case: &Case<'_>, host: &SmtpHost) -> Outcome {
    match &host.answer {
        Answer::Absent(_) => match dns::rule_about_missing_address(case, &host.host) {
            Some(rule) => Outcome::because(rule, "it has no address"),
            None => Outcome::undecided("it has no address, so it could not be asked"),
        },
        Answer::Failed(why) => Outcome::undecided(format!("its addresses are not known: {why}")),
        Answer::Known(()) | Answer::NotAsked => not_asked(),
    }
}

/// Returns the outcome if the facts name no mail host.
fn without_targets(case: &Case<'_>) -> Judged<Outcome> {
    if case.farm.mail_servers().next().is_none() {
        let (_, domain) = wanted::display_address(case.farm)?;
        dns::takes_mail(case, domain)?;
    }
    Err(Outcome::undecided(
        "no SMTP server was asked; `spinmail verify smtp` or `spinmail gather smtp` asks them",
    ))
}

/// Returns the subject of a host without an address: its name, and who says so if another machine
/// found an address.
fn unresolved_subject(case: &Case<'_>, smtp: &SmtpFacts, host: &SmtpHost) -> String {
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

/// Returns the server of the farm at an address: that of the host's name, else one that has the
/// address by DNS.
fn server_at<'a>(case: &Case<'a>, target: &SmtpTarget) -> Option<&'a Server> {
    recorded_server(case.farm, &target.host).or_else(|| {
        let ip = target.address.ip();
        let mut servers = case.farm.servers.iter();
        servers.find(|server| {
            caller::addresses(case, server).contains(&ip)
                || server.public_addresses().any(|own| own == ip)
        })
    })
}

/// Returns whether mail comes to a server from mail hosts alone that log on.
fn logs_on_always(routes: &Routes<'_>, server: &Server) -> bool {
    let Reach::On(ways) = routes.reach(server) else {
        return false;
    };
    ways.iter().all(|way| match way {
        Way::MailHost(host) => host.logs_on == Some(true),
        Way::Direct { .. } | Way::Server(_) | Way::Automatic => false,
    })
}

/// Returns whether a mail host's port is that of the servers behind it.
fn is_balancer(host: &MailHost) -> bool {
    host.kind == Some(MailHostKind::LoadBalancer)
}

/// Returns the recorded mail host at an address, by its name or by the address.
fn mail_host_at<'a>(farm: &'a Farm, target: &SmtpTarget) -> Option<&'a MailHost> {
    let ip = target.address.ip();
    farm.mail_hosts
        .iter()
        .find(|host| host.is_named(&target.host) || host.addresses().any(|own| own == ip))
}

/// Returns the hosts that the newest answers name as exchangers of the display address, or `None` if
/// no answer is known.
fn exchangers(case: &Case<'_>) -> Option<BTreeSet<String>> {
    let (_, domain) = wanted::display_address(case.farm).ok()?;
    let dns = case.facts.dns.as_ref()?;
    let mut known = None;
    for lookup in &dns.lookups {
        if lookup.kind != RecordKind::Mx || !lookup.name.eq_ignore_ascii_case(domain.ascii()) {
            continue;
        }
        let hosts: &mut BTreeSet<String> = match &lookup.answer {
            Answer::Known(_) | Answer::Absent(_) => known.get_or_insert_default(),
            Answer::Failed(_) | Answer::NotAsked => continue,
        };
        let records = lookup.answer.known().into_iter().flatten();
        hosts.extend(records.filter_map(|record| match &record.data {
            RecordData::Mx { exchange, .. } => Some(exchange.to_ascii_lowercase()),
            _ => None,
        }));
        // Without MX the domain itself takes its mail (RFC 5321 5.1).
        if matches!(lookup.answer, Answer::Absent(_)) {
            hosts.insert(domain.ascii().to_owned());
        }
    }
    known
}

/// Returns whether the farm file or the newest answers name a host; without an answer it may be
/// named.
fn is_named(case: &Case<'_>, host: &str) -> bool {
    let is_page_server = matches!(
        checked(&case.farm.directory.smtp_server).valid(),
        Some(MailServer::Host(name)) if case.farm.manages_directory()
            && name.ascii().eq_ignore_ascii_case(host)
    );
    is_page_server
        || exchangers(case).is_none_or(|hosts| hosts.contains(&host.to_ascii_lowercase()))
}

/// Returns the recorded server of this name.
pub(super) fn recorded_server<'a>(farm: &'a Farm, host: &str) -> Option<&'a Server> {
    farm.servers.iter().find(|server| {
        server
            .name
            .as_ref()
            .is_some_and(|name| name.ascii() == host)
    })
}
