//! Indexes of all verdicts for the routes of a trace.

use crate::facts::NetworkView;
use crate::farm::values::ServerName;
use crate::report::Report;
use crate::rules::{OutcomeKind, Verdict};
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
        for verdict in report.verdicts() {
            let is_outside = verdict.scope.side == Some(NetworkView::Outside);
            if is_outside && verdict.outcome != OutcomeKind::NotApplicable {
                index.outside.insert(judged(verdict));
            }
            if let Some(host) = verdict.scope.host.as_deref() {
                let is_known = || is_station(report, host);
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

fn is_station(report: &Report, host: &str) -> bool {
    let farm = &report.wanted;
    let is_named = |name: &str| ServerName::same(name, host);
    let is_station = farm.servers.iter().any(|server| is_named(server.name()))
        || farm
            .mail_hosts
            .iter()
            .any(|known| known.is_named(host) || is_named(known.name()))
        || report.routes.iter().any(|route| {
            route
                .exchangers
                .iter()
                .any(|exchanger| is_named(&exchanger.host))
        });
    let domain = farm.incoming.display_address.as_ref();
    let is_domain = domain.is_some_and(|domain| is_named(&domain.text));
    is_station && !is_domain
}
