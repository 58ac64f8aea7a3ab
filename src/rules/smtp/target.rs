//! The addresses of mail hosts that were talked to, and loops over them.

use super::conversation::{Greeting, reply_text};
use crate::facts::{
    Answer, Failure, Observation, SmtpFacts, SmtpHost, SmtpStep, SmtpTalk, SmtpTarget,
    observer_names,
};
use crate::farm::{Farm, Server};
use crate::rules::{Case, Evidence, Judged, Outcome, RuleResult, dns, wanted};
use std::collections::BTreeSet;

const DISPLAY: &str = "incoming-email.display-address";

/// Returns the outcome of rules about a conversation if there was no connection.
pub(super) fn takes_no_connections() -> Outcome {
    Outcome::because("smtp-closed", "it takes no connections")
}

/// An address of a mail host, as it is judged.
pub(super) struct TargetView<'a> {
    pub facts: &'a SmtpTarget,
    /// The machines that talked to it, if others were told something else.
    from: Option<String>,
}

impl<'a> TargetView<'a> {
    pub(super) fn new(smtp: &SmtpFacts, facts: &'a SmtpTarget) -> Self {
        let same_target = smtp
            .targets
            .iter()
            .filter(|other| other.host == facts.host && other.address == facts.address);
        let is_disputed = same_target.count() > 1;
        Self {
            facts,
            from: is_disputed.then(|| observer_names(&facts.observed_by)),
        }
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

    /// Returns who talked to it, as a sentence names it.
    pub(super) fn asker(&self) -> &str {
        self.from.as_deref().unwrap_or("this machine")
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
pub(super) fn judge_targets(
    case: &Case<'_>,
    judge: impl Fn(&TargetView<'_>) -> Outcome,
) -> Vec<RuleResult> {
    let Some(smtp) = &case.facts.smtp else {
        let what = "SMTP was not asked; `spinmail verify smtp` or `spinmail gather smtp` asks it";
        return RuleResult::only("smtp", Outcome::undecided(what));
    };
    if smtp.targets.is_empty() && smtp.unresolved.is_empty() {
        return RuleResult::only("smtp", without_targets(case));
    }
    let mut results = Vec::new();
    for facts in &smtp.targets {
        let target = TargetView::new(smtp, facts);
        results.push(
            RuleResult::new(target.subject(), judge(&target)).about(key(case.farm, &facts.host)),
        );
    }
    for host in &smtp.unresolved {
        results.push(
            RuleResult::new(unresolved_subject(smtp, host), judge_unresolved(case, host))
                .about(key(case.farm, &host.host)),
        );
    }
    for server in unasked_servers(case.farm, smtp) {
        results.push(
            RuleResult::new(server.name(), not_asked())
                .about(format!("server.{}.smtp-service", server.name())),
        );
    }
    results
}

/// Returns the recorded mail servers that the facts do not name. A short name is not looked up.
fn unasked_servers<'a>(
    farm: &'a Farm,
    smtp: &'a SmtpFacts,
) -> impl Iterator<Item = &'a Server> + use<'a> {
    farm.mail_servers().filter(|server| {
        let host = server.name.as_ref().map(|name| name.ascii());
        let targets = smtp.targets.iter().map(|target| &target.host);
        let mut known = targets.chain(smtp.unresolved.iter().map(|other| &other.host));
        host.is_some_and(|host| host.contains('.') && !known.any(|other| *other == host))
    })
}

/// Judges the conversations that began with a greeting of an SMTP server.
pub(super) fn judge_conversations(
    case: &Case<'_>,
    judge: impl Fn(&TargetView<'_>, &SmtpTalk) -> Outcome,
) -> Vec<RuleResult> {
    judge_targets(case, |target| match &target.facts.answer {
        Answer::NotAsked => not_asked(),
        Answer::Failed(why) => no_connection(why),
        Answer::Absent(_) => takes_no_connections(),
        Answer::Known(talk) => match Greeting::from_talk(talk) {
            Greeting::Welcome => judge(target, talk),
            Greeting::None(why) => no_greeting(&why),
            Greeting::Closed | Greeting::Refusal(_) => takes_no_connections(),
            Greeting::Later(_) => Outcome::undecided("it was busy; ask again later"),
            Greeting::Strange => Outcome::because("smtp-not-smtp", "it does not talk SMTP"),
        },
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
fn unresolved_subject(smtp: &SmtpFacts, host: &SmtpHost) -> String {
    let targets = smtp
        .targets
        .iter()
        .map(|other| (&other.host, &other.observed_by));
    let hosts = smtp
        .unresolved
        .iter()
        .map(|other| (&other.host, &other.observed_by));
    let own = machines(&host.observed_by);
    let is_disputed = targets
        .chain(hosts)
        .any(|(name, seen)| *name == host.host && !machines(seen).is_subset(&own));
    let from = is_disputed.then(|| observer_names(&host.observed_by));
    with_origin(host.host.clone(), from.as_deref())
}

fn machines(seen: &[Observation]) -> BTreeSet<Option<&str>> {
    seen.iter()
        .map(|observation| observation.server.as_deref())
        .collect()
}

/// Returns the setting that a verdict about a host points at.
fn key(farm: &Farm, host: &str) -> String {
    match recorded_server(farm, host) {
        Some(server) => format!("server.{}.smtp-service", server.name()),
        None => DISPLAY.to_owned(),
    }
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
