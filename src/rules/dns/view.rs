//! The facts about DNS as one name server has them, and how the name servers' verdicts become one.

use super::super::{Case, Evidence, Judged, Outcome};
use crate::facts::{Answer, DnsFacts, Lookup, Record, RecordData, RecordKind};
use crate::farm::{Farm, Server};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

/// What one name server says.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    pub farm: &'a Farm,
    pub facts: &'a DnsFacts,
    pub server: SocketAddr,
}

/// The result of looking something up.
#[derive(Debug)]
pub enum Looked<T> {
    Known(T),
    /// It was answered that there is none.
    Absent,
    /// No usable answer; what would be needed.
    Unknown(String),
}

impl<T> Looked<T> {
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(found) => Some(found),
            _ => None,
        }
    }
}

/// A mail exchanger as an MX record names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchanger {
    pub preference: u16,
    pub host: String,
}

impl Exchanger {
    /// A null MX: the domain takes no mail (RFC 7505 3).
    pub fn is_null(&self) -> bool {
        self.host == "." && self.preference == 0
    }

    pub fn is_literal(&self) -> bool {
        self.host.parse::<IpAddr>().is_ok()
    }
}

/// The recorded servers behind a name.
#[derive(Debug)]
pub enum Owners<'a> {
    /// All that share its name or an address with it; perhaps none. Where a question stayed open there may be more.
    Servers(Vec<&'a Server>, Option<String>),
    NoAddress,
    Unknown(String),
}

/// A name server as a person writes it.
pub fn show_server(server: SocketAddr) -> String {
    if server.port() == 53 { server.ip().to_string() } else { server.to_string() }
}

/// Whether a name is a zone's own or lies below it.
pub fn is_below(name: &str, zone: &str) -> bool {
    name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

const NONE: &Answer<Vec<Record>> = &Answer::NotAsked;

impl<'a> View<'a> {
    fn lookup(&self, name: &str, kind: RecordKind) -> Option<&'a Lookup> {
        let is_it = |lookup: &&Lookup| {
            lookup.server == self.server && lookup.kind == kind && lookup.name.eq_ignore_ascii_case(name)
        };
        self.facts.lookups.iter().find(is_it)
    }

    /// The answer as gathered. One that holds no record of the type, as only a file made by hand can have it, says
    /// neither that there is one nor that there is none.
    pub fn answer(&self, name: &str, kind: RecordKind) -> &'a Answer<Vec<Record>> {
        match self.lookup(name, kind).map(|lookup| &lookup.answer) {
            Some(Answer::Known(records)) if !records.iter().any(|record| record.data.kind() == kind) => NONE,
            Some(answer) => answer,
            None => NONE,
        }
    }

    /// The zone that denied the record.
    pub fn zone(&self, name: &str, kind: RecordKind) -> Option<&'a str> {
        self.lookup(name, kind)?.zone.as_deref()
    }

    pub fn was_asked(&self, name: &str, kind: RecordKind) -> bool {
        !matches!(self.answer(name, kind), Answer::NotAsked)
    }

    /// What the server said, as a set to compare; nothing where it said nothing.
    pub fn said(&self, name: &str, kind: RecordKind) -> Option<BTreeSet<String>> {
        match self.answer(name, kind) {
            Answer::Known(records) => Some(records.iter().map(|record| record.data.to_string()).collect()),
            Answer::Absent(_) => Some(BTreeSet::new()),
            Answer::Failed(_) | Answer::NotAsked => None,
        }
    }

    fn asked(&self, name: &str, kind: RecordKind) -> String {
        format!("{kind} {name} of {}", show_server(self.server))
    }

    /// Why a question is open, and what would decide it.
    pub fn unknown(&self, name: &str, kind: RecordKind) -> String {
        let asked = self.asked(name, kind);
        match self.answer(name, kind) {
            Answer::Failed(why) => format!("{asked} gave no usable answer: {why}"),
            _ => format!("{asked} was not asked; `spinmail gather dns` asks it"),
        }
    }

    pub fn evidence(&self, name: &str, kind: RecordKind, expected: &str) -> Evidence {
        let observed = match self.answer(name, kind) {
            Answer::Known(records) => {
                let show = |record: &Record| match record.owner.eq_ignore_ascii_case(name) {
                    true => record.data.to_string(),
                    false => format!("{} {}", record.owner, record.data),
                };
                records.iter().map(show).collect::<Vec<_>>().join(", ")
            }
            Answer::Absent(how) => how.clone(),
            Answer::Failed(why) => why.clone(),
            Answer::NotAsked => "not asked".to_owned(),
        };
        Evidence { asked: self.asked(name, kind), expected: expected.to_owned(), observed }
    }

    /// What was seen of a name's addresses; of two denials one is enough.
    pub fn address_evidence(&self, name: &str, expected: &str) -> Vec<Evidence> {
        let known = |kind: &RecordKind| matches!(self.answer(name, *kind), Answer::Known(_));
        let kinds: Vec<RecordKind> = [RecordKind::A, RecordKind::Aaaa].into_iter().filter(known).collect();
        let kinds = if kinds.is_empty() { vec![RecordKind::A, RecordKind::Aaaa] } else { kinds };
        kinds.into_iter().map(|kind| self.evidence(name, kind, expected)).collect()
    }

    /// What was seen of the display address's exchangers.
    pub fn mx_evidence(&self, expected: &str) -> Option<Evidence> {
        let domain = super::display(self.farm).ok()?;
        Some(self.evidence(domain.ascii(), RecordKind::Mx, expected))
    }

    pub fn exchangers(&self, name: &str) -> Looked<Vec<Exchanger>> {
        match self.answer(name, RecordKind::Mx) {
            Answer::Known(records) => {
                let exchanger = |record: &Record| match &record.data {
                    RecordData::Mx { preference, exchange } => {
                        Some(Exchanger { preference: *preference, host: exchange.to_ascii_lowercase() })
                    }
                    _ => None,
                };
                Looked::Known(records.iter().filter_map(exchanger).collect())
            }
            Answer::Absent(_) => Looked::Absent,
            _ => Looked::Unknown(self.unknown(name, RecordKind::Mx)),
        }
    }

    /// The addresses of both kinds. One kind's answer is enough to show some; both are needed to show none.
    pub fn addresses(&self, name: &str) -> Looked<Vec<IpAddr>> {
        // The root has no addresses, and nobody asks it for any.
        if name == "." {
            return Looked::Absent;
        }
        let kinds = [RecordKind::A, RecordKind::Aaaa];
        let records = kinds.iter().filter_map(|kind| match self.answer(name, *kind) {
            Answer::Known(records) => Some(records),
            _ => None,
        });
        let found: Vec<IpAddr> = records.flatten().filter_map(|record| record.data.address()).collect();
        if !found.is_empty() {
            return Looked::Known(found);
        }
        match kinds.into_iter().find(|kind| !matches!(self.answer(name, *kind), Answer::Absent(_))) {
            Some(kind) => Looked::Unknown(self.unknown(name, kind)),
            None => Looked::Absent,
        }
    }

    /// The recorded servers that a name means: by the name itself, or by a common address.
    pub fn owners(&self, name: &str) -> Owners<'a> {
        let named = |server: &&Server| server.name.as_ref().is_some_and(|own| own.ascii() == name);
        let by_name: Vec<&Server> = self.farm.servers.iter().filter(named).collect();
        let addresses = match self.addresses(name) {
            Looked::Known(addresses) => addresses,
            Looked::Absent => return Owners::NoAddress,
            Looked::Unknown(why) if !by_name.is_empty() => return Owners::Servers(by_name, Some(why)),
            Looked::Unknown(why) => return Owners::Unknown(why),
        };
        let mut servers = by_name;
        let mut open = self.open_address(name);
        for server in &self.farm.servers {
            let own = server.name.as_ref().map(|own| own.ascii()).unwrap_or_default();
            if own == name {
                continue;
            }
            if !own.contains('.') {
                open = Some(format!("the server `{}` is recorded by a short name; record its full one", server.name()));
                continue;
            }
            match self.addresses(&own) {
                Looked::Known(own) if own.iter().any(|address| addresses.contains(address)) => servers.push(server),
                Looked::Known(_) => open = open.or_else(|| self.open_address(&own)),
                Looked::Absent => {}
                Looked::Unknown(why) => open = Some(why),
            }
        }
        match open {
            Some(why) if servers.is_empty() => Owners::Unknown(why),
            open => Owners::Servers(servers, open),
        }
    }

    /// Why not all addresses of a name may be known, where they may not.
    pub fn open_address(&self, name: &str) -> Option<String> {
        let is_open = |kind: &RecordKind| !matches!(self.answer(name, *kind), Answer::Known(_) | Answer::Absent(_));
        [RecordKind::A, RecordKind::Aaaa].into_iter().find(is_open).map(|kind| self.unknown(name, kind))
    }
}

pub fn not_asked(subject: &str) -> Vec<Judged> {
    let what = "DNS was not asked; `spinmail verify dns` or `spinmail gather dns` asks it";
    vec![Judged::new(subject, Outcome::undecided(what))]
}

/// Judges by each name server, and makes one verdict of what they lead to for each subject: a fault at one of them is a
/// fault; what one of them shows to be right is right, though another kept silent (dns-servers-disagree tells of that).
pub fn per_server(case: &Case<'_>, subject: &str, judge: impl Fn(&View<'_>) -> Vec<Judged>) -> Vec<Judged> {
    let servers = case.facts.dns.as_ref().filter(|dns| !dns.servers.is_empty());
    let Some(dns) = servers else { return not_asked(subject) };
    let mut merged: Vec<Judged> = Vec::new();
    for server in &dns.servers {
        for judged in judge(&View { farm: case.farm, facts: dns, server: *server }) {
            match merged.iter_mut().find(|known| known.subject == judged.subject) {
                Some(known) => merge(known, judged, *server),
                None => merged.push(judged),
            }
        }
    }
    merged
}

fn merge(known: &mut Judged, new: Judged, server: SocketAddr) {
    let rank = |outcome: &Outcome| match outcome {
        Outcome::Fail(_) => 3,
        Outcome::Pass(_) => 2,
        Outcome::NotApplicable(_) => 1,
        Outcome::Undecided(_) => 0,
    };
    match (&mut known.outcome, new.outcome) {
        (Outcome::Fail(finding), Outcome::Fail(also)) => {
            let fresh = also.evidence.into_iter().filter(|evidence| !finding.evidence.contains(evidence));
            let fresh: Vec<Evidence> = fresh.collect();
            finding.evidence.extend(fresh);
            finding.severity = finding.severity.max(also.severity);
        }
        (_, Outcome::Fail(mut finding)) => {
            finding.message = format!("{} (so says {})", finding.message, show_server(server));
            known.outcome = Outcome::Fail(finding);
        }
        (old, outcome) if rank(&outcome) > rank(old) => *old = outcome,
        _ => {}
    }
}
