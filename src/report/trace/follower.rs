//! A message on a route, and what is known about the stations.

use super::effect::is_skipped;
use super::index::{Index, station_key};
use crate::farm::values::ServerName;
use crate::report::Report;
use crate::rules::{Hop, RouteOutline, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Follows a message along a route.
pub(super) struct Follower<'a, 'r> {
    pub(super) report: &'a Report,
    /// The domain of the message's address in ASCII, or `None` if it is the display address.
    pub(super) domain: Option<&'r str>,
    pub(super) outline: &'r RouteOutline,
    pub(super) index: &'r Index<'a>,
    /// The stations that senders cannot connect to.
    pub(super) unreachable: BTreeSet<String>,
}

impl<'a, 'r> Follower<'a, 'r> {
    pub(super) fn new(
        report: &'a Report,
        index: &'r Index<'a>,
        outline: &'r RouteOutline,
        domain: Option<&'r str>,
    ) -> Self {
        let mut follower = Self {
            report,
            domain,
            outline,
            index,
            unreachable: BTreeSet::new(),
        };
        let skipped = report
            .verdicts()
            .iter()
            .filter(|verdict| is_skipped(verdict) && !follower.is_of_other_side(verdict))
            .filter_map(|verdict| follower.station_of(verdict));
        follower.unreachable = skipped.map(station_key).collect();
        follower
    }

    /// Returns whether a verdict is about the other network view.
    pub(super) fn is_of_other_side(&self, verdict: &Verdict) -> bool {
        self.index.is_of_other_side(verdict, self.outline.side)
    }

    /// Returns whether a mail host only writes the message as a file to the drop folder.
    pub(super) fn is_by_files(&self) -> bool {
        self.outline.is_written_by_mail_host && self.outline.takers.is_empty()
    }

    pub(super) fn at(&self, hop: Hop) -> impl Iterator<Item = &'a Verdict> {
        let verdicts = self.report.verdicts().iter();
        verdicts.filter(move |verdict| verdict.rule.hop == Some(hop))
    }

    /// Returns whether a server is switched off on purpose.
    pub(super) fn is_standby(&self, server: &str) -> bool {
        let mut servers = self.report.wanted.servers.iter();
        servers.any(|other| other.is_standby() && ServerName::same(other.name(), server))
    }

    pub(super) fn is_exchanger(&self, server: &str) -> bool {
        let mut exchangers = self.outline.exchangers.iter();
        exchangers.any(|exchanger| exchanger.servers.iter().any(|name| name == server))
    }

    /// Returns whether senders cannot connect to a server, so that they turn to the next one.
    pub(super) fn is_unreachable(&self, server: &str) -> bool {
        self.unreachable.contains(&station_key(server))
    }

    /// Returns the name of the server, mail host or mail exchanger that a verdict is about, or
    /// `None` if it is about a setting or a domain.
    pub(super) fn station_of<'v>(&self, verdict: &'v Verdict) -> Option<&'v str> {
        let host = verdict.scope.host.as_deref()?;
        self.index.is_station(host).then_some(host)
    }

    /// Returns the verdicts about stations, by the key of each.
    pub(super) fn by_station(
        &self,
        verdicts: &[&'a Verdict],
    ) -> BTreeMap<String, Vec<&'a Verdict>> {
        let mut by_station: BTreeMap<String, Vec<&Verdict>> = BTreeMap::new();
        for verdict in verdicts {
            if let Some(station) = self.station_of(verdict) {
                let of_station = by_station.entry(station_key(station)).or_default();
                of_station.push(verdict);
            }
        }
        by_station
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.report.wanted.incoming.enabled != Some(false)
    }
}
