//! The facts about DNS as one name server has them, and how the name servers' verdicts become one.

use super::super::{Case, Evidence, Outcome, RuleResult};
use crate::facts::merge::{MergeRecord as _, NAMELESS};
use crate::facts::{
    Answer, DnsFacts, Lookup, Observation, Record, RecordData, RecordKind, is_address,
};
use crate::farm::{Farm, Server};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

/// What one name server says.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    pub farm: &'a Farm,
    pub facts: &'a DnsFacts,
    pub server: SocketAddr,
    /// The machine that asked, where the server did not tell all machines the same.
    pub from: Option<&'a str>,
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

/// A mail exchanger as an MX record names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exchanger {
    pub preference: u16,
    pub host: String,
}

impl Exchanger {
    /// A null MX: the domain takes no mail (RFC 7505 3).
    pub fn is_null(&self) -> bool {
        self.is_root() && self.preference == 0
    }

    pub fn is_literal(&self) -> bool {
        is_address(&self.host)
    }

    /// The root, which is no host; a null MX names it, and so may others.
    pub fn is_root(&self) -> bool {
        self.host == "."
    }
}

/// The exchangers by host, null MX aside: each once, as it is preferred.
pub fn by_host(exchangers: &[Exchanger]) -> Vec<&Exchanger> {
    let mut seen = BTreeSet::new();
    exchangers
        .iter()
        .filter(|exchanger| !exchanger.is_null() && seen.insert(&exchanger.host))
        .collect()
}

/// The recorded servers behind a name.
#[derive(Debug)]
pub enum Owners<'a> {
    /// All that are known to share its name or an address with it, and why there may be more.
    Servers(Vec<&'a Server>, Option<String>),
    NoAddress,
}

/// A name server as a person writes it.
pub fn show_server(server: SocketAddr) -> String {
    if server.port() == 53 {
        server.ip().to_string()
    } else {
        server.to_string()
    }
}

const ADDRESS_KINDS: [RecordKind; 2] = [RecordKind::A, RecordKind::Aaaa];
const NONE: &Answer<Vec<Record>> = &Answer::NotAsked;

impl<'a> View<'a> {
    fn lookup(&self, name: &str, kind: RecordKind) -> Option<&'a Lookup> {
        let is_it = |lookup: &&Lookup| {
            lookup.server == self.server
                && lookup.kind == kind
                && lookup.name.eq_ignore_ascii_case(name)
        };
        let mut found = self.facts.lookups.iter().filter(is_it);
        let Some(from) = self.from else {
            return found.next();
        };
        let all: Vec<&Lookup> = found.collect();
        let own = |lookup: &&&Lookup| {
            lookup
                .observed_by
                .iter()
                .any(|observation| machine(observation) == from)
        };
        match (all.iter().find(own), all.as_slice()) {
            (Some(own), _) => Some(own),
            // What others were told alike, this machine would have been told too.
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    /// The name server as a person writes it, and from where it was asked where that matters.
    pub fn shown(&self) -> String {
        let server = show_server(self.server);
        self.from
            .map_or_else(|| server.clone(), |from| format!("{server} (from {from})"))
    }

    /// The answer as gathered.
    pub fn answer(&self, name: &str, kind: RecordKind) -> &'a Answer<Vec<Record>> {
        self.lookup(name, kind)
            .map_or(NONE, |lookup| &lookup.answer)
    }

    /// The zone that denied the record.
    pub fn zone(&self, name: &str, kind: RecordKind) -> Option<&'a str> {
        self.lookup(name, kind)?.zone.as_deref()
    }

    /// Whether the question is settled. A file may hold an answer without the record that it should
    /// be about.
    fn is_answered(&self, name: &str, kind: RecordKind) -> bool {
        match self.answer(name, kind) {
            Answer::Known(records) => records.iter().any(|record| record.data.kind() == kind),
            Answer::Absent(_) => true,
            Answer::Failed(_) | Answer::NotAsked => false,
        }
    }

    /// Whether such a record stands at the name itself and not behind an alias; nothing where that
    /// is not known.
    pub fn has(&self, name: &str, kind: RecordKind) -> Option<bool> {
        let own =
            |record: &Record| record.data.kind() == kind && record.owner.eq_ignore_ascii_case(name);
        match self.answer(name, kind) {
            Answer::Known(records) if self.is_answered(name, kind) => Some(records.iter().any(own)),
            Answer::Absent(_) => Some(false),
            _ => None,
        }
    }

    /// What the server said, as a set to compare; nothing where it said nothing.
    pub fn said(&self, name: &str, kind: RecordKind) -> Option<BTreeSet<String>> {
        let data = |record: &Record| record.data.to_string().to_ascii_lowercase();
        match self.answer(name, kind) {
            _ if !self.is_answered(name, kind) => None,
            Answer::Known(records) => Some(records.iter().map(data).collect()),
            _ => Some(BTreeSet::new()),
        }
    }

    fn asked(&self, name: &str, kind: RecordKind) -> String {
        format!("{kind} {name} of {}", self.shown())
    }

    /// Why a question is open, and what would decide it.
    pub fn unknown(&self, name: &str, kind: RecordKind) -> String {
        let asked = self.asked(name, kind);
        match self.answer(name, kind) {
            Answer::Failed(why) => format!("{asked} gave no usable answer: {why}"),
            Answer::Known(_) | Answer::Absent(_) => {
                format!("{asked} is recorded without such a record")
            }
            Answer::NotAsked => format!("{asked} was not asked; `spinmail gather dns` asks it"),
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
        Evidence {
            asked: self.asked(name, kind),
            expected: expected.to_owned(),
            observed,
        }
    }

    /// What was seen of a name's addresses; of two denials one is enough.
    pub fn address_evidence(&self, name: &str, expected: &str) -> Vec<Evidence> {
        match self.known_address_evidence(name, expected) {
            none if none.is_empty() => ADDRESS_KINDS
                .map(|kind| self.evidence(name, kind, expected))
                .to_vec(),
            known => known,
        }
    }

    /// The addresses of a name, where any are known.
    pub fn known_address_evidence(&self, name: &str, expected: &str) -> Vec<Evidence> {
        let known = ADDRESS_KINDS
            .into_iter()
            .filter(|kind| matches!(self.answer(name, *kind), Answer::Known(_)));
        known
            .map(|kind| self.evidence(name, kind, expected))
            .collect()
    }

    /// What was seen of the display address's exchangers.
    pub fn mx_evidence(&self, expected: &str) -> Option<Evidence> {
        let domain = super::display(self.farm).ok()?;
        Some(self.evidence(domain.ascii(), RecordKind::Mx, expected))
    }

    /// The mail exchangers, those preferred first.
    pub fn exchangers(&self, name: &str) -> Looked<Vec<Exchanger>> {
        match self.answer(name, RecordKind::Mx) {
            Answer::Absent(_) => Looked::Absent,
            Answer::Known(records) if self.is_answered(name, RecordKind::Mx) => {
                let exchanger = |record: &Record| match &record.data {
                    RecordData::Mx {
                        preference,
                        exchange,
                    } => Some(Exchanger {
                        preference: *preference,
                        host: exchange.to_ascii_lowercase(),
                    }),
                    _ => None,
                };
                let all: BTreeSet<Exchanger> = records.iter().filter_map(exchanger).collect();
                Looked::Known(all.into_iter().collect())
            }
            _ => Looked::Unknown(self.unknown(name, RecordKind::Mx)),
        }
    }

    /// The addresses of both kinds that are known, and why there may be more.
    pub fn addresses_so_far(&self, name: &str) -> (Vec<IpAddr>, Option<String>) {
        // The root has no addresses, and nobody asks it for any.
        if name == "." {
            return (Vec::new(), None);
        }
        let records = ADDRESS_KINDS
            .iter()
            .filter_map(|kind| match self.answer(name, *kind) {
                Answer::Known(records) => Some(records),
                _ => None,
            });
        let found = records
            .flatten()
            .filter_map(|record| record.data.address())
            .collect();
        let open = ADDRESS_KINDS
            .into_iter()
            .find(|kind| !self.is_answered(name, *kind));
        (found, open.map(|kind| self.unknown(name, kind)))
    }

    /// The addresses of both kinds. One kind's answer is enough to show some; both are needed to
    /// show none.
    pub fn addresses(&self, name: &str) -> Looked<Vec<IpAddr>> {
        match self.addresses_so_far(name) {
            (found, _) if !found.is_empty() => Looked::Known(found),
            (_, Some(why)) => Looked::Unknown(why),
            (_, None) => Looked::Absent,
        }
    }

    /// The recorded servers that a name means: by the name itself, or by a common address.
    pub fn owners(&self, name: &str) -> Owners<'a> {
        let (addresses, mut open) = self.addresses_so_far(name);
        if addresses.is_empty() && open.is_none() {
            return Owners::NoAddress;
        }
        let mut servers = Vec::new();
        for server in &self.farm.servers {
            let own = server
                .name
                .as_ref()
                .map(|own| own.ascii())
                .unwrap_or_default();
            if own == name {
                servers.push(server);
            } else if !own.contains('.') {
                open = Some(format!(
                    "the server `{}` is recorded by a short name; record its full one",
                    server.name()
                ));
            } else {
                match self.addresses_so_far(&own) {
                    (theirs, _) if theirs.iter().any(|address| addresses.contains(address)) => {
                        servers.push(server)
                    }
                    (_, why) => open = open.or(why),
                }
            }
        }
        Owners::Servers(servers, open)
    }
}

/// What each name server says; nothing where none was asked. One that did not tell all machines the
/// same is looked at from each of them.
pub fn views<'a>(case: &Case<'a>) -> Vec<View<'a>> {
    let Some(facts) = &case.facts.dns else {
        return Vec::new();
    };
    let mut views = Vec::new();
    for server in facts.servers.iter().copied() {
        let view = View {
            farm: case.farm,
            facts,
            server,
            from: None,
        };
        match askers(facts, server) {
            none if none.is_empty() => views.push(view),
            machines => views.extend(machines.into_iter().map(|from| View {
                from: Some(from),
                ..view
            })),
        }
    }
    views
}

/// The machines that asked a name server, where any two were told differently.
fn askers(facts: &DnsFacts, server: SocketAddr) -> BTreeSet<&str> {
    let of_server = facts
        .lookups
        .iter()
        .filter(|lookup| lookup.server == server);
    let mut questions = BTreeSet::new();
    let is_split = of_server
        .clone()
        .filter(|lookup| !questions.insert(lookup.merge_key()))
        .count()
        > 0;
    let machines = of_server
        .filter(|_| is_split)
        .flat_map(|lookup| &lookup.observed_by)
        .map(machine);
    machines.collect()
}

fn machine(observation: &Observation) -> &str {
    observation.server.as_deref().unwrap_or(NAMELESS)
}

pub fn not_asked(subject: &str) -> Vec<RuleResult> {
    let what = "DNS was not asked; `spinmail verify dns` or `spinmail gather dns` asks it";
    vec![RuleResult::new(subject, Outcome::undecided(what))]
}

/// Judges by each name server, and makes one verdict of what they lead to for each subject: a fault
/// at one of them is a fault; what one of them shows to be right is right, though another kept
/// silent (dns-servers-disagree tells of that).
pub fn per_server(
    case: &Case<'_>,
    subject: &str,
    judge: impl Fn(&View<'_>) -> Vec<RuleResult>,
) -> Vec<RuleResult> {
    let views = views(case);
    if views.is_empty() {
        return not_asked(subject);
    }
    let mut merged: Vec<RuleResult> = Vec::new();
    for view in &views {
        for judged in judge(view) {
            match merged
                .iter_mut()
                .find(|known| known.subject == judged.subject)
            {
                Some(known) => merge(known, judged, view),
                None => merged.push(judged),
            }
        }
    }
    merged
}

fn merge(known: &mut RuleResult, new: RuleResult, view: &View<'_>) {
    let rank = |outcome: &Outcome| match outcome {
        Outcome::Fail(_) => 3,
        Outcome::Pass(_) => 2,
        Outcome::NotApplicable(_) => 1,
        Outcome::Undecided(_) => 0,
    };
    match (&mut known.outcome, new.outcome) {
        (Outcome::Fail(finding), Outcome::Fail(mut also)) => {
            // The message goes with its severity.
            if also.severity > finding.severity {
                std::mem::swap(finding, &mut also);
            }
            let fresh = also
                .evidence
                .into_iter()
                .filter(|evidence| !finding.evidence.contains(evidence));
            let fresh: Vec<Evidence> = fresh.collect();
            finding.evidence.extend(fresh);
        }
        (_, Outcome::Fail(mut finding)) => {
            finding.message = format!("{} (so says {})", finding.message, view.shown());
            known.outcome = Outcome::Fail(finding);
        }
        (old, outcome) if rank(&outcome) > rank(old) => *old = outcome,
        _ => {}
    }
}
