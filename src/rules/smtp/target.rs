//! An address of a mail host that was talked to.

use super::caller::Caller;
use super::conversation::{is_windows, reply_text};
use super::hosts::{addresses, is_without, mail_host_at, recorded_server, server_at};
use crate::facts::{Answer, FailureKind, SmtpStep, SmtpTarget, observer_names};
use crate::farm::Server;
use crate::rules::subject::{Part, Subject};
use crate::rules::{Case, Evidence, Ternary};

/// An address of a mail host, as it is judged.
pub(super) struct TargetView<'a> {
    pub facts: &'a SmtpTarget,
    /// The server of the farm that it is, by its name or by its address.
    pub server: Option<&'a Server>,
    /// The machine that the facts are of.
    own: Option<&'a str>,
    /// The machines that talked to it, if others were told something else.
    from: Option<String>,
}

impl<'a> TargetView<'a> {
    pub(super) fn new(case: &Case<'a>, facts: &'a SmtpTarget) -> Self {
        let same_host = case.seen().smtp_targets(&facts.host).iter();
        let same_target = same_host.filter(|other| other.address == facts.address);
        let is_disputed = same_target.count() > 1;
        Self {
            facts,
            server: server_at(case, facts),
            own: case.facts.server.as_deref(),
            from: is_disputed.then(|| observer_names(&facts.observed_by)),
        }
    }

    /// Returns whether the address is the server's own: it was asked by its name, DNS gives it the
    /// address, and no other recorded host has it.
    pub(super) fn is_own_address(&self, case: &Case<'_>) -> Ternary {
        let Some(server) = recorded_server(case.farm, &self.facts.host) else {
            return Ternary::No;
        };
        let ip = self.facts.address.ip();
        let has_it = |each: &Server| addresses(case, each).contains(&ip);
        let mut servers = case.farm.servers.iter();
        let is_shared = servers.any(|other| other.name() != server.name() && has_it(other))
            || mail_host_at(case.farm, self.facts).is_some();
        if is_shared || self.is_translated(server) {
            Ternary::No
        } else if has_it(server) {
            Ternary::Yes
        } else {
            is_without(case, &self.facts.host, ip)
        }
    }

    /// Returns whether the address is one of those that lead to a server from outside.
    pub(super) fn is_translated(&self, server: &Server) -> bool {
        let ip = self.facts.address.ip();
        server.public_addresses().any(|own| own == ip)
    }

    /// Returns whether the address is a translated one of the server that it leads to.
    pub(super) fn is_translated_address(&self) -> bool {
        self.server.is_some_and(|server| self.is_translated(server))
    }

    /// Returns the machines that asked.
    pub(super) fn all_callers(&self) -> Vec<Caller<'a>> {
        Caller::all(self.facts, self.own)
    }

    /// Returns the machines that asked, as a sentence names them.
    pub(super) fn callers(&self) -> String {
        let callers: Vec<String> = self.all_callers().iter().map(Caller::in_words).collect();
        callers.join(", ")
    }

    /// Returns whether another address of the same host takes connections, to which the same
    /// senders may turn: inside, and through a translated address, they are others.
    pub(super) fn is_open_elsewhere(&self, case: &Case<'a>) -> bool {
        self.at_same_host(case).any(|other| {
            let is_translated = self.server.is_some_and(|server| {
                let mut own = server.public_addresses();
                own.any(|address| address == other.address.ip())
            });
            other.address != self.facts.address
                && other.answer.known().is_some()
                && is_translated == self.is_translated_address()
        })
    }

    /// Returns what was seen of all addresses of the same host, by every machine that asked.
    pub(super) fn at_same_host(&self, case: &Case<'a>) -> impl Iterator<Item = &'a SmtpTarget> {
        let targets = case.seen().smtp_targets(&self.facts.host);
        targets.iter().copied()
    }

    /// Returns whether the address is a loopback one that DNS does not give the host. What listens
    /// there need not listen on the addresses that mail goes to.
    pub(super) fn is_loopback_only(&self, case: &Case<'_>) -> bool {
        let ip = self.facts.address.ip().to_canonical();
        let mut seen = case.seen().addresses(&self.facts.host).iter();
        ip.is_loopback() && !seen.any(|own| own.to_canonical() == ip)
    }

    /// Returns whether the same server was also asked at an address that is not a loopback one.
    pub(super) fn is_asked_at_own_address(&self, case: &Case<'a>) -> bool {
        let targets = case.facts.smtp.iter().flat_map(|smtp| &smtp.targets);
        let mut others = targets.filter(|other| !other.address.ip().to_canonical().is_loopback());
        others.any(|other| {
            let same = server_at(case, other).zip(self.server);
            other.host == self.facts.host || same.is_some_and(|(one, two)| std::ptr::eq(one, two))
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

    /// Returns its name as sentences have it.
    pub(super) fn shown(&self) -> String {
        self.with_origin(self.name())
    }

    /// Returns the subject of a verdict about it.
    pub(super) fn subject(&self) -> Subject {
        let part = Part::Address(self.facts.address, self.from.clone());
        let subject = Subject::host_of(&self.facts.host, self.server)
            .with_text(self.shown())
            .of_part(part);
        // Senders inside do not come to a translated address.
        match self.is_translated_address() {
            true => subject.for_outside(),
            false => subject,
        }
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
        format!("{command} at {}", target.shown()),
        expected,
        reply_text(step),
    )
}

pub(super) fn with_origin(what: String, from: Option<&str>) -> String {
    match from {
        Some(from) => format!("{what} from {from}"),
        None => what,
    }
}
