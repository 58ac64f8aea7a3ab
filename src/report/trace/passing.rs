//! The state of a hop behind mail hosts. Only a load balancer among them is asked: its port is that
//! of the servers behind it.

use super::effect::HopState;
use crate::rules::OutlinedHost;
use std::collections::BTreeMap;

/// Returns the state of a message that each mail host gets, by the host's name. It passes the host,
/// and then one of those to which the host passes mail on. Hosts that lead to no server have none.
///
/// `own` returns the state at a mail host itself, and `at_server` that at a server of the farm.
///
/// Each state behind a host is combined with what is known of the host, and a new result goes on to
/// the hosts before it. Combining only raises a state, up to [`HopState::MayStop`], so circles come
/// to an end, and the order does not matter.
pub(super) fn states_behind(
    hosts: &[OutlinedHost],
    own: impl Fn(&OutlinedHost) -> HopState,
    at_server: impl Fn(&str) -> HopState,
) -> BTreeMap<&str, HopState> {
    let own: BTreeMap<&str, HopState> = hosts
        .iter()
        .map(|host| (host.name.as_str(), own(host)))
        .collect();
    let mut before: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut waiting: Vec<(&str, HopState)> = Vec::new();
    for host in hosts {
        for next in host.next.iter().map(String::as_str) {
            match own.contains_key(next) {
                true => before.entry(next).or_default().push(&host.name),
                false => waiting.push((&host.name, at_server(next))),
            }
        }
    }
    let mut states: BTreeMap<&str, HopState> = BTreeMap::new();
    while let Some((name, behind)) = waiting.pop() {
        let at_host = own.get(name).copied().unwrap_or(HopState::NotLookedAt);
        let old = states.get(name).copied();
        let known: Vec<HopState> = old.into_iter().chain([passed(at_host, behind)]).collect();
        let new = combined(&known);
        if old != Some(new) {
            states.insert(name, new);
            let previous = before.get(name).into_iter().flatten();
            waiting.extend(previous.map(|previous| (*previous, new)));
        }
    }
    states
}

/// Returns the state of a message that must pass a host and what is behind it. The last of them
/// that was asked decides where the other was not.
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
    use HopState::{MayStop, NotKnown, NotLookedAt, Passes, Stops};

    fn host(name: &str, next: &[&str]) -> OutlinedHost {
        OutlinedHost {
            name: name.to_owned(),
            names: vec![name.to_owned()],
            next: next.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// The states of all hosts, by name.
    fn states_of<'h>(
        hosts: &'h [OutlinedHost],
        known: &[(&str, HopState)],
    ) -> BTreeMap<&'h str, HopState> {
        let state = |name: &str| {
            let found = known.iter().find(|(other, _)| *other == name);
            found.map_or(NotLookedAt, |(_, state)| *state)
        };
        states_behind(hosts, |host| state(&host.name), state)
    }

    /// The state of `gw`, which passes mail to balancers and servers.
    fn state_of(hosts: &[OutlinedHost], known: &[(&str, HopState)]) -> Option<HopState> {
        states_of(hosts, known).get("gw").copied()
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

    #[test]
    fn order_of_hosts_in_a_circle_does_not_matter() {
        let circle = [host("gw", &["relay", "sp1"]), host("relay", &["gw"])];
        let swapped = [host("relay", &["gw"]), host("gw", &["sp1", "relay"])];
        for (known, gw, relay) in [
            (&[("sp1", Passes)][..], Passes, Passes),
            (&[("sp1", Stops)], Stops, Stops),
            (&[("sp1", Passes), ("gw", Stops)], Stops, Stops),
            (&[("sp1", Passes), ("relay", Stops)], MayStop, Stops),
            (&[("sp1", Passes), ("relay", NotKnown)], NotKnown, NotKnown),
            (&[], NotLookedAt, NotLookedAt),
        ] {
            for hosts in [&circle, &swapped] {
                let expected = BTreeMap::from([("gw", gw), ("relay", relay)]);
                assert_eq!(states_of(hosts, known), expected, "{known:?}");
            }
        }
    }

    #[test]
    fn states_spread_over_long_chains_and_circles() {
        const COUNT: usize = 5000;
        let name = |at: usize| format!("h{at}");
        let mut hosts: Vec<OutlinedHost> = (0..COUNT)
            .map(|at| host(&name(at), &[&name((at + 1) % COUNT)]))
            .collect();
        assert_eq!(states_of(&hosts, &[]), BTreeMap::new());
        for host in &mut hosts {
            host.next.push("sp1".to_owned());
        }
        let known = [("sp1", Passes), ("h7", Stops)];
        let states = states_of(&hosts, &known);
        let may_stop = states.values().filter(|state| **state == MayStop).count();
        assert_eq!((may_stop, states.get("h7")), (COUNT - 1, Some(&Stops)));
    }
}
