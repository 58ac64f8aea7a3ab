//! The state of a hop behind mail hosts. Only a load balancer among them is asked: its port is that
//! of the servers behind it.

use super::effect::HopState;
use crate::rules::OutlinedHost;
use std::collections::{BTreeMap, BTreeSet};

/// Returns the state of a message that each mail host gets, by the host's name. It passes the host,
/// and then one of those to which the host passes mail on. Hosts that lead to no server have none.
///
/// `own` returns the state at a mail host itself, and `at_server` that at a server of the farm.
pub(super) fn states_behind(
    hosts: &[OutlinedHost],
    own: impl Fn(&OutlinedHost) -> HopState,
    at_server: impl Fn(&str) -> HopState,
) -> BTreeMap<&str, HopState> {
    let by_name: BTreeMap<&str, &OutlinedHost> = hosts
        .iter()
        .map(|host| (host.name.as_str(), host))
        .collect();
    let mut states: BTreeMap<&str, HopState> = BTreeMap::new();
    let mut found: BTreeSet<&str> = BTreeSet::new();
    for first in hosts {
        let mut waiting = vec![Visit::Before(first)];
        while let Some(visit) = waiting.pop() {
            match visit {
                Visit::Before(host) => {
                    if found.insert(&host.name) {
                        waiting.push(Visit::After(host));
                        let next = host.next.iter();
                        let next = next.filter_map(|name| by_name.get(name.as_str()));
                        waiting.extend(next.map(|other| Visit::Before(other)));
                    }
                }
                Visit::After(host) => {
                    let next = host.next.iter().map(String::as_str);
                    let behind: Vec<HopState> = next
                        .filter_map(|name| match by_name.contains_key(name) {
                            true => states.get(name).copied(),
                            false => Some(at_server(name)),
                        })
                        .collect();
                    if !behind.is_empty() {
                        states.insert(&host.name, passed(own(host), combined(&behind)));
                    }
                }
            }
        }
    }
    states
}

/// What is done with a host: all behind it come between.
enum Visit<'r> {
    Before(&'r OutlinedHost),
    After(&'r OutlinedHost),
}

/// Returns the state of a message that must pass a host and what is behind it. The last of them that
/// was asked decides where the other was not.
pub(super) fn passed(host: HopState, behind: HopState) -> HopState {
    match (host, behind) {
        (HopState::NotLookedAt, behind) => behind,
        (host, HopState::NotLookedAt) => host,
        (host, behind) => host.max(behind),
    }
}

/// Returns the state of a hop with alternative stations.
pub(super) fn combined(states: &[HopState]) -> HopState {
    let stopped = states
        .iter()
        .filter(|state| **state == HopState::Stops)
        .count();
    match stopped {
        0 => states
            .iter()
            .copied()
            .max()
            .unwrap_or(HopState::NotLookedAt),
        all if all == states.len() => HopState::Stops,
        _ => HopState::MayStop,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use HopState::{MayStop, NotLookedAt, Passes, Stops};

    fn host(name: &str, next: &[&str]) -> OutlinedHost {
        OutlinedHost {
            name: name.to_owned(),
            names: vec![name.to_owned()],
            next: next.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// The state of `gw`, which passes mail to balancers and servers.
    fn state_of(hosts: &[OutlinedHost], known: &[(&str, HopState)]) -> Option<HopState> {
        let state = |name: &str| {
            let mut known = known.iter();
            known
                .find(|(other, _)| *other == name)
                .map_or(NotLookedAt, |(_, state)| *state)
        };
        let states = states_behind(hosts, |host| state(&host.name), state);
        states.get("gw").copied()
    }

    #[test]
    fn last_asked_host_decides() {
        let one = [host("gw", &["lb"]), host("lb", &["sp1", "sp2"])];
        for (known, expected) in [
            (&[][..], NotLookedAt),
            (&[("sp1", Passes), ("sp2", Passes)], Passes),
            (&[("lb", Stops), ("sp1", Passes), ("sp2", Passes)], Stops),
            (&[("lb", Passes), ("sp1", Stops), ("sp2", Passes)], MayStop),
            (&[("lb", Passes)], Passes),
            (&[("lb", Stops)], Stops),
        ] {
            assert_eq!(state_of(&one, known), Some(expected), "{known:?}");
        }
        let two = [
            host("gw", &["lb1", "lb2"]),
            host("lb1", &["sp1"]),
            host("lb2", &["sp2", "gw"]),
        ];
        let known = [("lb1", Stops), ("sp1", Passes), ("sp2", Passes)];
        assert_eq!(state_of(&two, &known), Some(MayStop));
        assert_eq!(state_of(&[host("gw", &["gw"])], &[]), None);
    }
}
