//! Indexes of all verdicts for the routes of a trace.

use crate::facts::NetworkView;
use crate::farm::values::ServerName;
use crate::report::Report;
use crate::rules::{OutcomeKind, RecordedHosts, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// A rule, and the domain and server that it judged.
type JudgedSubject<'a> = (&'static str, Option<&'a str>, Option<&'a str>);

/// The verdicts of a report, indexed by the names in them.
#[derive(Debug)]
pub(super) struct Index<'a> {
    /// The subjects that were checked in the outside view.
    outside: BTreeSet<JudgedSubject<'a>>,
    /// The hosts in verdicts, and whether each is a server, mail host or mail exchanger.
    hosts: BTreeMap<&'a str, bool>,
}

impl<'a> Index<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let mut index = Self {
            outside: BTreeSet::new(),
            hosts: BTreeMap::new(),
        };
        let stations = KnownStations::new(report);
        for verdict in report.verdicts() {
            let is_outside = verdict.scope.side == Some(NetworkView::Outside);
            if is_outside && verdict.outcome != OutcomeKind::NotApplicable {
                index.outside.insert(judged(verdict));
            }
            if let Some(host) = verdict.scope.host.as_deref() {
                let is_known = || stations.contains(host);
                index.hosts.entry(host).or_insert_with(is_known);
            }
        }
        index
    }

    /// Returns whether a host in a verdict is a server, mail host or mail exchanger.
    pub(super) fn is_station(&self, host: &str) -> bool {
        self.hosts.get(host).copied().unwrap_or_default()
    }

    /// Returns whether a verdict is about the other network view.
    pub(super) fn is_of_other_side(&self, verdict: &Verdict, side: NetworkView) -> bool {
        match (verdict.scope.side, side) {
            (Some(own), side) => own != side,
            (None, NetworkView::Inside) => false,
            // Without a verdict about the outside view, the one about all views counts.
            (None, NetworkView::Outside) => self.outside.contains(&judged(verdict)),
        }
    }
}

/// Returns a form that all spellings of a station's name share.
pub(super) fn station_key(name: &str) -> String {
    ServerName::canonical(name.strip_suffix('.').unwrap_or(name))
}

fn judged(verdict: &Verdict) -> JudgedSubject<'_> {
    let scope = &verdict.scope;
    (
        verdict.rule.id,
        scope.domain.as_deref(),
        scope.server.as_deref(),
    )
}

/// The servers, mail hosts and mail exchangers of a report, by name.
struct KnownStations<'a> {
    mail_hosts: RecordedHosts<'a>,
    /// The servers and mail exchangers by their keys.
    others: BTreeSet<String>,
    /// The key of the display address, which is a domain and not a station.
    domain: Option<String>,
}

impl<'a> KnownStations<'a> {
    fn new(report: &'a Report) -> Self {
        let farm = &report.wanted;
        let servers = farm.servers.iter().map(|server| server.name());
        let exchangers = report.routes.iter().flat_map(|route| &route.exchangers);
        let exchangers = exchangers.map(|exchanger| exchanger.host.as_str());
        let domain = farm.incoming.display_address.as_ref();
        Self {
            mail_hosts: RecordedHosts::new(farm, |_| Vec::new()),
            others: servers.chain(exchangers).map(station_key).collect(),
            domain: domain.map(|domain| station_key(&domain.text)),
        }
    }

    fn contains(&self, host: &str) -> bool {
        let key = station_key(host);
        let is_station =
            self.others.contains(&key) || !self.mail_hosts.mail_hosts_named(host).is_empty();
        is_station && self.domain != Some(key)
    }
}
