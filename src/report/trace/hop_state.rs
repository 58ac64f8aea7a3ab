//! The state of a hop, from the verdicts about it.

use super::effect::{HopState, effect, is_skipped};
use super::follower::Follower;
use super::index::station_key;
use super::passing::{combined, passed, states_behind};
use super::ways::{DecidingWay, HostEntry, Stations};
use crate::rules::{Hop, OutcomeKind, OutlinedHost, Verdict};
use std::collections::BTreeSet;

impl<'a, 'r> Follower<'a, 'r> {
    pub(super) fn state(
        &self,
        hop: Hop,
        stations: &Stations<'_>,
        verdicts: &[&'a Verdict],
    ) -> HopState {
        let about_all = verdicts
            .iter()
            .filter(|verdict| self.station_of(verdict).is_none());
        let common = worst(&about_all.copied().collect::<Vec<_>>());
        let by_station = self.by_station(verdicts);
        let of_station = |name: &str| {
            let own = by_station.get(&station_key(name));
            with_common(own.map_or(HopState::NotLookedAt, |own| worst(own)), common)
        };
        let states: Vec<HopState> = match hop {
            Hop::Host => return self.host_state(verdicts),
            Hop::Job => {
                let of_all = |names: &[&str]| {
                    combined(
                        &names
                            .iter()
                            .map(|name| of_station(name))
                            .collect::<Vec<_>>(),
                    )
                };
                let takers = of_all(&self.deciding_takers());
                let pollers = of_all(&stations.deciding);
                return match takers {
                    HopState::NotKnown | HopState::MayStop | HopState::Stops => takers.max(pollers),
                    _ if stations.deciding.is_empty() => common,
                    _ => pollers,
                };
            }
            _ if stations.deciding.is_empty() => vec![common],
            Hop::Port | Hop::Recipient => {
                let own = |name: &str| {
                    let own = by_station.get(&station_key(name));
                    own.map_or(HopState::NotLookedAt, |own| worst(own))
                };
                let of_host = |host: &OutlinedHost| {
                    let own: Vec<HopState> = host.names.iter().map(|name| own(name)).collect();
                    own.into_iter().fold(HopState::NotLookedAt, passed)
                };
                let behind = states_behind(&self.outline.passing, of_host, of_station);
                let by_way = |way: DecidingWay<'_>| {
                    let hosts = way
                        .hosts
                        .iter()
                        .filter_map(|name| behind.get(name).copied());
                    let mut states: Vec<HopState> = hosts.collect();
                    if states.is_empty() {
                        states = way.takers.iter().map(|name| of_station(name)).collect();
                    }
                    let entry = way.entry.map_or(HopState::NotLookedAt, own);
                    passed(entry, combined(&states))
                };
                self.deciding_ways().into_iter().map(by_way).collect()
            }
            _ => stations
                .deciding
                .iter()
                .map(|name| of_station(name))
                .collect(),
        };
        combined(&states)
    }

    /// Returns the state at the mail hosts. Only the farm file says what a recorded host passes on.
    pub(super) fn host_state(&self, verdicts: &[&'a Verdict]) -> HopState {
        let entries = self.entries();
        let mut by_station = self.by_station(verdicts);
        let about = |names: &[&str]| -> Vec<&Verdict> {
            let keys: BTreeSet<String> = names.iter().copied().map(station_key).collect();
            let own = keys.iter().filter_map(|key| by_station.get(key));
            own.flatten().copied().collect()
        };
        let state_of = |entry: &HostEntry<'_>| match worst(&about(&entry.names)) {
            HopState::Passes | HopState::NotLookedAt if entry.is_mail_host => HopState::Recorded,
            HopState::NotLookedAt if entry.is_server && self.is_enabled() => HopState::Passes,
            state => state,
        };
        // Senders turn to the next mail exchanger if they cannot connect to one.
        let is_alive = |entry: &&HostEntry<'_>| {
            let first = entry.names.first().copied();
            let own = first.map_or(Vec::new(), |name| about(&[name]));
            !own.iter().any(|verdict| is_skipped(verdict))
        };
        let alive: Vec<&HostEntry<'_>> = entries.iter().filter(is_alive).collect();
        let of_entries = match alive.first() {
            _ if entries.is_empty() => HopState::NotLookedAt,
            None => HopState::Stops,
            Some(first) => {
                let (preferred, later): (Vec<&HostEntry<'_>>, Vec<&HostEntry<'_>>) = alive
                    .iter()
                    .partition(|entry| entry.preference == first.preference);
                let states: Vec<HopState> = preferred.into_iter().map(state_of).collect();
                // A less preferred exchanger only matters if its state is not known: mail may go
                // there.
                let mut later = later.into_iter().map(state_of);
                match later.any(|state| state == HopState::NotKnown) {
                    true => combined(&states).max(HopState::NotKnown),
                    false => combined(&states),
                }
            }
        };
        for name in entries.iter().flat_map(|entry| &entry.names) {
            by_station.remove(&station_key(name));
        }
        let without_station = verdicts
            .iter()
            .filter(|verdict| self.station_of(verdict).is_none());
        let mut others: Vec<&Verdict> = without_station.copied().collect();
        others.extend(by_station.into_values().flatten());
        with_common(of_entries, worst(&others))
    }
}

/// Returns the worst effect of verdicts on a message. If a rule stops it by one machine's facts and
/// lets it pass by another's, it may stop.
pub(super) fn worst(verdicts: &[&Verdict]) -> HopState {
    let passing = verdicts
        .iter()
        .filter(|verdict| verdict.outcome == OutcomeKind::Pass);
    let passing: BTreeSet<&str> = passing.map(|verdict| verdict.rule.id).collect();
    let effects = verdicts
        .iter()
        .filter_map(|verdict| match effect(verdict)? {
            HopState::Stops if passing.contains(verdict.rule.id) => Some(HopState::MayStop),
            state => Some(state),
        });
    effects
        .max_by_key(|state| match state {
            // A pass counts only if there is no other effect.
            HopState::Passes => HopState::NotLookedAt,
            state => *state,
        })
        .unwrap_or(HopState::NotLookedAt)
}

/// Returns the state of a station from its own verdicts and those without a station.
pub(super) fn with_common(own: HopState, common: HopState) -> HopState {
    match (own, common) {
        (own, HopState::NotLookedAt | HopState::NotOnRoute) => own,
        (HopState::NotLookedAt, HopState::Passes) => HopState::Passes,
        (own, HopState::Passes) => own,
        (own, common) => own.max(common),
    }
}
