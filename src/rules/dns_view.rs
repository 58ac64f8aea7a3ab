//! The answers of one DNS server, as one view of the network.

mod answers;
mod owners;

pub(super) use answers::Addresses;
pub(super) use owners::{NameOwners, is_recorded_name, is_server_named};

use super::{Evidence, Judged, Outcome, Ternary};
use crate::facts::merge::{MergeRecord, NAMELESS};
use crate::facts::{
    Answer, DnsFacts, Facts, Failure, Lookup, NetworkView, Observation, Record, RecordData,
    RecordKind, canonical_name, is_address,
};
use crate::farm::Farm;
use crate::farm::values::DomainName;
use answers::Answers;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

const ADDRESS_KINDS: [RecordKind; 2] = [RecordKind::A, RecordKind::Aaaa];
const NOT_ASKED: &Answer<Vec<Record>> = &Answer::NotAsked;

/// What one DNS server answers.
#[derive(Debug, Clone)]
pub(super) struct DnsView<'a> {
    pub farm: &'a Farm,
    pub facts: &'a DnsFacts,
    server: SocketAddr,
    /// From where its answers are seen.
    pub side: NetworkView,
    /// The machine that asked, if the server did not answer all machines alike.
    from: Option<&'a str>,
    /// Why the server did not answer the first of several questions, if it answered none.
    silence: Option<&'a Failure>,
    answers: Rc<Answers<'a>>,
    /// The addresses that any DNS server gives a name.
    seen: Rc<Addresses>,
}

/// A DNS server, from where its answers are seen, and the machine that asked, if that matters.
pub(super) type ViewIdentity<'a> = (SocketAddr, NetworkView, Option<&'a str>);

/// A mail exchanger as an MX record names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exchanger {
    pub preference: u16,
    pub host: String,
}

impl Exchanger {
    fn from_record(record: &Record) -> Option<Self> {
        let RecordData::Mx { preference, .. } = &record.data else {
            return None;
        };
        Some(Self {
            preference: *preference,
            host: record.data.exchanger()?,
        })
    }

    /// Returns whether it is a null MX: the domain takes no mail (RFC 7505 3).
    pub(super) fn is_null(&self) -> bool {
        self.is_root() && self.preference == 0
    }

    /// Returns whether it is an address instead of a name.
    pub(super) fn is_literal(&self) -> bool {
        is_address(&self.host)
    }

    /// Returns whether it is the root, which is not a host. Not only a null MX names it.
    pub(super) fn is_root(&self) -> bool {
        self.host == "."
    }
}

/// Returns each host once, with its lowest preference, without null MX records.
pub(super) fn by_host(exchangers: &[Exchanger]) -> Vec<&Exchanger> {
    let mut hosts = BTreeSet::new();
    exchangers
        .iter()
        .filter(|exchanger| !exchanger.is_null() && hosts.insert(&exchanger.host))
        .collect()
}

impl<'a> DnsView<'a> {
    /// Returns a view for each DNS server that was asked, inside and outside apart. A server that
    /// did not answer all machines alike has a view for each of them.
    pub(super) fn all(farm: &'a Farm, facts: &'a Facts) -> Vec<Self> {
        let Some(facts) = &facts.dns else {
            return Vec::new();
        };
        let seen = Rc::new(Addresses::new(facts));
        let mut views = Vec::new();
        for (server, side, asked) in asked(farm, facts) {
            let by_question = by_question(&asked);
            let askers = asked.iter().flat_map(|lookup| &lookup.observed_by);
            let mut machines: BTreeSet<Option<&str>> = askers.map(machine).map(Some).collect();
            // It is one answer, no matter who asked.
            if machines.is_empty() || by_question.len() == asked.len() {
                machines = [None].into();
            }
            for from in machines {
                let own = by_question.values().map(|lookups| own_of(from, lookups));
                let own: Vec<Option<&Lookup>> = own.collect();
                views.push(Self {
                    farm,
                    facts,
                    server,
                    side,
                    from,
                    silence: first_failure_of_all(&own),
                    answers: Rc::new(Answers::new(own.into_iter().flatten())),
                    seen: Rc::clone(&seen),
                });
            }
        }
        views
    }

    /// Returns the same view for another farm with the same DNS servers.
    pub(super) fn with_farm<'f>(&self, farm: &'f Farm) -> DnsView<'f>
    where
        'a: 'f,
    {
        DnsView {
            farm,
            ..self.clone()
        }
    }

    /// Returns what tells it from all other views.
    pub(super) fn identity(&self) -> ViewIdentity<'a> {
        (self.server, self.side, self.from)
    }

    /// Returns the addresses that any DNS server gives a name.
    pub(super) fn seen_addresses(&self, name: &str) -> &[IpAddr] {
        self.seen.of(name)
    }

    fn lookup(&self, name: &str, kind: RecordKind) -> Option<&'a Lookup> {
        self.answers.get(name, kind)
    }

    /// Returns the DNS server's name in sentences, with the machine that asked if that matters.
    pub(super) fn name(&self) -> String {
        let server = match self.server.port() {
            53 => self.server.ip().to_string(),
            _ => self.server.to_string(),
        };
        match self.from {
            Some(from) => format!("{server} (from {from})"),
            None => server,
        }
    }

    /// Returns the answer as gathered.
    pub(super) fn answer(&self, name: &str, kind: RecordKind) -> &'a Answer<Vec<Record>> {
        match self.lookup(name, kind) {
            Some(lookup) => &lookup.answer,
            None => NOT_ASKED,
        }
    }

    /// Returns the zone that denied the record.
    pub(super) fn zone(&self, name: &str, kind: RecordKind) -> Option<&'a str> {
        self.lookup(name, kind)?.zone.as_deref()
    }

    /// Returns whether the DNS server was asked for the mail exchangers of a domain.
    pub(super) fn was_asked(&self, domain: &DomainName) -> bool {
        self.lookup(domain.ascii(), RecordKind::Mx).is_some()
    }

    /// Returns whether the question has an answer. A facts file may hold an answer without the
    /// record that was asked for.
    fn is_answered(&self, name: &str, kind: RecordKind) -> bool {
        match self.answer(name, kind) {
            Answer::Known(records) => records.iter().any(|record| record.data.kind() == kind),
            Answer::Absent(_) => true,
            Answer::Failed(_) | Answer::NotAsked => false,
        }
    }

    /// Returns whether the name itself has such a record, and not the target of its alias.
    pub(super) fn has(&self, name: &str, kind: RecordKind) -> Ternary {
        match self.answer(name, kind) {
            Answer::Known(records) if self.is_answered(name, kind) => records
                .iter()
                .any(|record| record.data.kind() == kind && record.owner == canonical_name(name))
                .into(),
            Answer::Absent(_) => Ternary::No,
            _ => Ternary::Unknown(self.why_unknown(name, kind)),
        }
    }

    /// Returns the records of an answer as a set to compare, or `None` if there is no answer.
    pub(super) fn comparable_answer(
        &self,
        name: &str,
        kind: RecordKind,
    ) -> Option<BTreeSet<String>> {
        if !self.is_answered(name, kind) {
            return None;
        }
        let records = self.answer(name, kind).known();
        Some(
            records
                .into_iter()
                .flatten()
                .map(|record| record.data.comparable_text())
                .collect(),
        )
    }

    /// Returns whether a machine's answers are those of this view.
    fn is_of(&self, observation: &Observation) -> bool {
        self.from.is_none_or(|from| machine(observation) == from)
    }

    fn question(&self, name: &str, kind: RecordKind) -> String {
        format!("{kind} {name} from {}", self.name())
    }

    /// Says why a question has no answer, and what would answer it.
    pub(super) fn why_unknown(&self, name: &str, kind: RecordKind) -> String {
        let question = self.question(name, kind);
        match self.answer(name, kind) {
            Answer::Failed(why) => self
                .why_silent()
                .unwrap_or_else(|| format!("{question} gave no usable answer: {why}")),
            Answer::Known(_) | Answer::Absent(_) => {
                format!("{question} is recorded without such a record")
            }
            Answer::NotAsked => format!("{question} was not asked; `spinmail gather dns` asks it"),
        }
    }

    /// Says that a DNS server answered none of several questions, and why not the first: one cause
    /// of whatever hangs on it. Returns `None` if it answered one.
    pub(super) fn why_silent(&self) -> Option<String> {
        let (name, why) = (self.name(), self.silence?);
        Some(format!(
            "{name} gave no usable answer to any question: {why}"
        ))
    }

    /// Returns the answer as evidence.
    pub(super) fn evidence(&self, name: &str, kind: RecordKind, expected: &str) -> Evidence {
        let observed = match self.answer(name, kind) {
            Answer::Known(records) => {
                let records: Vec<String> = records
                    .iter()
                    .map(|record| record_of_name(record, name))
                    .collect();
                records.join(", ")
            }
            answer => answer.why_not(),
        };
        Evidence::new(self.question(name, kind), expected, observed)
    }

    /// Returns the answers about a name's addresses as evidence: those that know some, or all.
    pub(super) fn address_evidence(&self, name: &str, expected: &str) -> Vec<Evidence> {
        let known = self.known_address_evidence(name, expected);
        if !known.is_empty() {
            return known;
        }
        ADDRESS_KINDS
            .into_iter()
            .map(|kind| self.evidence(name, kind, expected))
            .collect()
    }

    /// Returns the answers that know addresses of a name as evidence.
    pub(super) fn known_address_evidence(&self, name: &str, expected: &str) -> Vec<Evidence> {
        ADDRESS_KINDS
            .into_iter()
            .filter(|kind| self.answer(name, *kind).known().is_some())
            .map(|kind| self.evidence(name, kind, expected))
            .collect()
    }

    /// Returns the mail exchangers of a domain, the preferred ones first, or `None` if it has none.
    pub(super) fn exchangers(&self, domain: &DomainName) -> Judged<Option<Vec<Exchanger>>> {
        let name = domain.ascii();
        match self.answer(name, RecordKind::Mx) {
            Answer::Absent(_) => Ok(None),
            Answer::Known(records) if self.is_answered(name, RecordKind::Mx) => {
                let sorted: BTreeSet<Exchanger> =
                    records.iter().filter_map(Exchanger::from_record).collect();
                Ok(Some(sorted.into_iter().collect()))
            }
            _ => Err(Outcome::undecided(self.why_unknown(name, RecordKind::Mx))),
        }
    }

    /// Returns whether any DNS server, inside or outside, ever named mail exchangers of a domain.
    pub(super) fn has_exchangers_anywhere(&self, domain: &DomainName) -> bool {
        let mut lookups = self.facts.lookups.iter();
        lookups.any(|lookup| {
            lookup.kind == RecordKind::Mx
                && lookup.name == domain.ascii()
                && matches!(&lookup.answer, Answer::Known(records) if !records.is_empty())
        })
    }

    /// Returns the addresses of both kinds that are known, and why there may be more.
    pub(super) fn known_addresses(&self, name: &str) -> (Vec<IpAddr>, Option<String>) {
        // The root has no addresses and is never asked for any.
        if name == "." {
            return (Vec::new(), None);
        }
        let mut addresses = Vec::new();
        let mut unknown = None;
        for kind in ADDRESS_KINDS {
            let records = self.answer(name, kind).known().into_iter().flatten();
            addresses.extend(records.filter_map(|record| record.data.address()));
            if unknown.is_none() && !self.is_answered(name, kind) {
                unknown = Some(self.why_unknown(name, kind));
            }
        }
        (addresses, unknown)
    }

    /// Returns the addresses of both kinds, or `None` if there are none. The answer of one kind is
    /// enough to find some; both are needed to find that there are none.
    pub(super) fn addresses(&self, name: &str) -> Judged<Option<Vec<IpAddr>>> {
        match self.known_addresses(name) {
            (addresses, _) if !addresses.is_empty() => Ok(Some(addresses)),
            (_, Some(why)) => Err(Outcome::undecided(why)),
            (_, None) => Ok(None),
        }
    }
}

/// Returns the DNS servers, each with a side from which it is seen and what it was asked there.
fn asked<'a>(farm: &Farm, facts: &'a DnsFacts) -> Vec<(SocketAddr, NetworkView, Vec<&'a Lookup>)> {
    let mut by_view: BTreeMap<(SocketAddr, NetworkView), Vec<&Lookup>> = BTreeMap::new();
    for lookup in &facts.lookups {
        let key = (lookup.server, side(farm, lookup));
        by_view.entry(key).or_default().push(lookup);
    }
    let mut asked = Vec::new();
    for server in facts.servers.iter().copied() {
        let of_server = asked.len();
        for side in [NetworkView::Inside, NetworkView::Outside] {
            if let Some(lookups) = by_view.get(&(server, side)) {
                asked.push((server, side, lookups.clone()));
            }
        }
        // One that was asked nothing counts as inside.
        if asked.len() == of_server {
            asked.push((server, NetworkView::Inside, Vec::new()));
        }
    }
    asked
}

type Question = <Lookup as MergeRecord>::MergeKey;

/// Returns the answers to each question: several where machines were told different things.
fn by_question<'a>(asked: &[&'a Lookup]) -> BTreeMap<Question, Vec<&'a Lookup>> {
    let mut by_question: BTreeMap<Question, Vec<&Lookup>> = BTreeMap::new();
    for lookup in asked {
        let lookups = by_question.entry(lookup.merge_key()).or_default();
        lookups.push(lookup);
    }
    by_question
}

/// Returns, of the answers of a DNS server to one question, the one that counts for a machine, or
/// for all.
fn own_of<'a>(from: Option<&str>, lookups: &[&'a Lookup]) -> Option<&'a Lookup> {
    let Some(from) = from else {
        return lookups.first().copied();
    };
    let own = lookups.iter().find(|lookup| {
        let mut observed_by = lookup.observed_by.iter();
        observed_by.any(|observation| machine(observation) == from)
    });
    // An answer that all other machines got is the one that this machine would have got.
    own.copied().or(match lookups {
        [only] => Some(only),
        _ => None,
    })
}

/// Returns the failure of the first question if all failed, and there are several.
fn first_failure_of_all<'a>(own: &[Option<&'a Lookup>]) -> Option<&'a Failure> {
    let mut failures = own.iter().map(|lookup| match &(*lookup)?.answer {
        Answer::Failed(why) => Some(why),
        _ => None,
    });
    let first = failures.next()??;
    let others = failures.collect::<Option<Vec<_>>>()?;
    (!others.is_empty()).then_some(first)
}

/// Returns from where an answer is seen: as it is recorded, or as the farm file says of the DNS
/// server.
fn side(farm: &Farm, lookup: &Lookup) -> NetworkView {
    let mut outside = farm.probe.outside_dns_servers.iter().flatten();
    if outside.any(|server| server.address == lookup.server) {
        NetworkView::Outside
    } else {
        lookup.view
    }
}

/// Returns a record's data, with its owner if that is another name.
fn record_of_name(record: &Record, name: &str) -> String {
    if record.owner == canonical_name(name) {
        record.data.to_string()
    } else {
        format!("{} {}", record.owner, record.data)
    }
}

fn machine(observation: &Observation) -> &str {
    observation.server.as_deref().unwrap_or(NAMELESS)
}

/// Returns the views whose answer about a domain's mail exchangers counts: of each machine that
/// asked, inside and outside apart, its newest. What an older answer names may have changed since.
pub(super) fn with_newest_exchangers<'a>(
    views: &[DnsView<'a>],
    domain: &DomainName,
) -> Vec<DnsView<'a>> {
    let answers = |view: &DnsView<'a>| {
        let lookup = view.lookup(domain.ascii(), RecordKind::Mx);
        lookup
            .map(|lookup| &lookup.observed_by[..])
            .unwrap_or_default()
    };
    let mut newest = BTreeMap::new();
    for view in views {
        for observation in answers(view).iter().filter(|each| view.is_of(each)) {
            let best = newest
                .entry((machine(observation), view.side))
                .or_insert(None);
            *best = observation.time().max(best.take());
        }
    }
    let mut current = Vec::new();
    for view in views {
        let seen = answers(view);
        let is_newest = |observation: &Observation| {
            newest.get(&(machine(observation), view.side)) == Some(&observation.time())
        };
        if seen.is_empty() || seen.iter().any(|each| view.is_of(each) && is_newest(each)) {
            current.push(view.clone());
        }
    }
    current
}

/// Returns whether any DNS server answers which mail exchangers the domain has. Then a server that
/// does not answer leaves nothing undecided.
pub(super) fn is_mx_answered(views: &[DnsView<'_>], domain: &DomainName) -> bool {
    views.iter().any(|view| view.exchangers(domain).is_ok())
}
