//! The ways of a message along a route: its stations, and those of them that decide.

use super::follower::Follower;
use super::index::station_key;
use crate::rules::{Hop, OutlinedExchanger};
use std::collections::BTreeSet;

/// The stations at a hop: verdicts about other stations do not count.
pub(super) struct Stations<'r> {
    /// Keys of the names that are on the route at this hop.
    pub(super) on: BTreeSet<String>,
    /// Those of them that decide: senders skip the others.
    pub(super) deciding: Vec<&'r str>,
}

/// A way that ends at several servers, one of which receives the message.
pub(super) struct DecidingWay<'r> {
    /// The host that every message goes to first, such as a load balancer, which answers for the
    /// servers behind it.
    pub(super) entry: Option<&'r str>,
    /// The mail hosts to which the message goes first, if it does so.
    pub(super) hosts: Vec<&'r str>,
    pub(super) takers: Vec<&'r str>,
}

/// A host to which the message may go first.
pub(super) struct HostEntry<'r> {
    /// Its name, and the names of its mail hosts and of the hosts behind it.
    pub(super) names: Vec<&'r str>,
    /// The preference of its MX record; 0 if there is none.
    pub(super) preference: u16,
    pub(super) is_mail_host: bool,
    pub(super) is_server: bool,
}

impl<'r> Stations<'r> {
    pub(super) fn new(on: &[&str], deciding: Vec<&'r str>) -> Self {
        Self {
            on: on.iter().copied().map(station_key).collect(),
            deciding,
        }
    }
}

impl<'r> DecidingWay<'r> {
    pub(super) fn to(takers: Vec<&'r str>) -> Self {
        Self {
            entry: None,
            hosts: Vec::new(),
            takers,
        }
    }
}

impl<'a, 'r> Follower<'a, 'r> {
    pub(super) fn stations(&self, hop: Hop) -> Stations<'r> {
        let outline = self.outline;
        let names = |names: &'r [String]| names.iter().map(String::as_str).collect::<Vec<_>>();
        match hop {
            Hop::Mx | Hop::List => Stations {
                on: BTreeSet::new(),
                deciding: Vec::new(),
            },
            Hop::Host => {
                let mut on = names(&outline.mail_hosts);
                for exchanger in &outline.exchangers {
                    on.push(&exchanger.host);
                    on.extend(names(&exchanger.servers));
                }
                Stations::new(&on, on.clone())
            }
            Hop::Port | Hop::Recipient | Hop::AliasDomain | Hop::DropDirectory => {
                let mut on = names(&outline.takers);
                on.extend(outline.exchangers.iter().map(|each| each.host.as_str()));
                let ways = self.deciding_ways().into_iter();
                on.extend(ways.filter_map(|way| way.entry));
                let hosts = outline.passing.iter().flat_map(|host| &host.names);
                on.extend(hosts.map(String::as_str));
                Stations::new(&on, self.deciding_takers())
            }
            Hop::Rights => Stations::new(&names(&outline.pollers), names(&outline.pollers)),
            // The Timer service must take the mail from the folder in which the SMTP service drops
            // it.
            Hop::Job => {
                let mut on = names(&outline.pollers);
                on.extend(self.deciding_takers());
                Stations::new(&on, names(&outline.pollers))
            }
        }
    }

    /// Returns the servers that the message goes to.
    pub(super) fn deciding_takers(&self) -> Vec<&'r str> {
        let ways = self.deciding_ways().into_iter();
        ways.flat_map(|way| way.takers).collect()
    }

    /// Returns the ways of the message: by the preferred mail exchangers to which senders can
    /// connect, else by all.
    pub(super) fn deciding_ways(&self) -> Vec<DecidingWay<'r>> {
        let exchangers = &self.outline.exchangers;
        let mut preferences: Vec<u16> = exchangers.iter().map(|each| each.preference).collect();
        preferences.dedup();
        for preference in preferences {
            let group = exchangers
                .iter()
                .filter(|each| each.preference == preference && !self.is_unreachable(&each.host));
            let ways = group.map(|exchanger| self.way_by(exchanger));
            let alive: Vec<DecidingWay<'r>> = ways.filter(|way| !way.takers.is_empty()).collect();
            if !alive.is_empty() {
                return alive;
            }
        }
        // What keeps senders out decides.
        let hosts = exchangers.iter().map(|each| each.host.as_str());
        let closed: Vec<&str> = hosts.filter(|host| self.is_unreachable(host)).collect();
        if !closed.is_empty() {
            return vec![DecidingWay::to(closed)];
        }
        let servers = exchangers.iter().flat_map(|each| &each.servers);
        let servers = servers.map(String::as_str);
        let standby: Vec<&str> = servers.filter(|name| self.is_standby(name)).collect();
        match standby.is_empty() {
            true => vec![self.way_by_starts()],
            false => vec![DecidingWay::to(standby)],
        }
    }

    pub(super) fn way_by(&self, exchanger: &'r OutlinedExchanger) -> DecidingWay<'r> {
        let servers = exchanger.servers.iter().map(String::as_str);
        let is_alive = |name: &&str| !self.is_unreachable(name) && !self.is_standby(name);
        let behind = exchanger.behind.iter().map(String::as_str);
        DecidingWay {
            entry: Some(&exchanger.host),
            hosts: exchanger.own_hosts.iter().map(String::as_str).collect(),
            takers: behind.chain(servers.filter(is_alive)).collect(),
        }
    }

    /// Returns the way from the mail hosts at which the route starts to every server that takes
    /// mail.
    pub(super) fn way_by_starts(&self) -> DecidingWay<'r> {
        let outline = self.outline;
        let only_start = match outline.starts.as_slice() {
            [only] => only.first().map(String::as_str),
            _ => None,
        };
        let starts = outline.starts.iter().filter_map(|names| names.first());
        DecidingWay {
            entry: only_start,
            hosts: starts.map(String::as_str).collect(),
            takers: outline.takers.iter().map(String::as_str).collect(),
        }
    }

    /// Returns the possible first hosts of the message, the preferred ones first.
    pub(super) fn entries(&self) -> Vec<HostEntry<'r>> {
        let outline = self.outline;
        let by_start = outline.starts.iter().map(|names| HostEntry {
            names: names.iter().map(String::as_str).collect(),
            preference: 0,
            is_mail_host: true,
            is_server: false,
        });
        let by_exchanger = outline.exchangers.iter().map(|exchanger| {
            let own = std::iter::once(exchanger.host.as_str());
            HostEntry {
                names: own
                    .chain(exchanger.mail_hosts.iter().map(String::as_str))
                    .collect(),
                preference: exchanger.preference,
                is_mail_host: !exchanger.mail_hosts.is_empty(),
                is_server: !exchanger.servers.is_empty(),
            }
        });
        by_start.chain(by_exchanger).collect()
    }
}
