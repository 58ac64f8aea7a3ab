//! The state of a hop, from the verdicts about it.

use super::effect::{HopState, effect, is_skipped};
use super::follower::Follower;
use super::index::station_key;
use super::passing::{combined, passed, states_behind};
use super::ways::{DecidingWay, HostEntry, Stations};
use crate::rules::{Hop, OutcomeKind, OutlinedHost, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// The states of stations at one hop.
struct StationStates<'a> {
    /// The verdicts about each station, by its key.
    own: BTreeMap<String, Vec<&'a Verdict>>,
    /// The state from the verdicts about no single station.
    common: HopState,
}

impl StationStates<'_> {
    /// Returns the state of a station from the verdicts about it alone.
    fn own(&self, name: &str) -> HopState {
        let own = self.own.get(&station_key(name));
        own.map_or(HopState::NotLookedAt, |own| worst(own))
    }

    fn of(&self, name: &str) -> HopState {
        with_common(self.own(name), self.common)
    }

    /// Returns the state of alternative stations.
    fn of_all(&self, names: &[&str]) -> HopState {
        let states: Vec<HopState> = names.iter().map(|name| self.of(name)).collect();
        combined(&states)
    }
}

impl<'a, 'r> Follower<'a, 'r> {
    /// Returns the state of a message at a hop.
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
        let station_states = StationStates {
            own: self.by_station(verdicts),
            common,
        };
        match hop {
            Hop::Host => self.host_state(verdicts),
            Hop::Job => self.job_state(stations, &station_states),
            _ if stations.deciding.is_empty() => common,
            Hop::Port | Hop::Recipient => self.connection_state(&station_states),
            _ => station_states.of_all(&stations.deciding),
        }
    }

    /// Returns the state at the job that takes messages from the folder.
    fn job_state(&self, stations: &Stations<'_>, states: &StationStates<'_>) -> HopState {
        let takers = states.of_all(&self.deciding_takers());
        match takers {
            HopState::NotKnown | HopState::MayStop | HopState::Stops => {
                takers.max(states.of_all(&stations.deciding))
            }
            _ if stations.deciding.is_empty() => states.common,
            _ => states.of_all(&stations.deciding),
        }
    }

    /// Returns the state at the servers to which senders connect, and at the mail hosts before them.
    fn connection_state(&self, states: &StationStates<'_>) -> HopState {
        let of_host = |host: &OutlinedHost| {
            let names = host.names.iter();
            names.fold(HopState::NotLookedAt, |state, name| {
                passed(state, states.own(name))
            })
        };
        let behind = states_behind(&self.outline.passing, of_host, |name| states.of(name));
        let by_way = |way: DecidingWay<'_>| {
            let hosts = way.hosts.iter();
            let of_hosts: Vec<HopState> =
                hosts.filter_map(|name| behind.get(name).copied()).collect();
            let next = match of_hosts.is_empty() {
                true => states.of_all(&way.takers),
                false => combined(&of_hosts),
            };
            let entry = way
                .entry
                .map_or(HopState::NotLookedAt, |name| states.own(name));
            passed(entry, next)
        };
        let ways: Vec<HopState> = self.deciding_ways().into_iter().map(by_way).collect();
        combined(&ways)
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
