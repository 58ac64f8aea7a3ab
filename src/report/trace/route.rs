//! One route of a message: the state of each hop, from the verdicts about the stations on the
//! route.

use super::effect::{HopState, effect};
use super::follower::Follower;
use super::hop_state::worst;
use super::index::Index;
use crate::facts::NetworkView;
use crate::farm::values::{DomainName, FromText, checked};
use crate::report::Report;
use crate::rules::{Hop, OutcomeKind, RouteOutline, Verdict};
use std::collections::BTreeMap;

/// A hop of a route.
#[derive(Debug)]
pub(crate) struct HopRow<'a> {
    pub hop: Hop,
    pub state: HopState,
    /// The stations (servers, names and folders) at the hop, each with its worst state.
    pub stations: Vec<(String, HopState)>,
    /// What the rules of the hop say about the route.
    pub verdicts: Vec<&'a Verdict>,
}

/// A route, hop by hop.
#[derive(Debug)]
pub(crate) struct TracedRoute<'a> {
    outline: RouteOutline,
    rows: Vec<HopRow<'a>>,
    /// Names of the farm's servers that are not on the route.
    pub off_route: Vec<String>,
}

impl<'a> TracedRoute<'a> {
    /// Follows a message to an address by every route of a report's farm up to a hop.
    pub(super) fn all(report: &'a Report, address: &str, last: Hop) -> Vec<Self> {
        let mut outlines = report.routes.clone();
        if outlines.is_empty() {
            outlines.push(unknown_route(report));
        }
        let index = Index::new(report);
        let domain = other_domain(report, address);
        outlines
            .into_iter()
            .map(|outline| {
                let follower = Follower::new(report, &index, &outline, domain.as_deref());
                let rows = follower.rows(last);
                let off_route = follower.off_route();
                Self {
                    outline,
                    rows,
                    off_route,
                }
            })
            .collect()
    }

    /// Returns the network view of the message's sender, as a word.
    pub(crate) fn side(&self) -> &'static str {
        self.outline.side.name()
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &HopRow<'a>> {
        self.rows.iter()
    }

    /// Returns why there may be more to the route.
    pub(crate) fn unknown(&self) -> &[String] {
        &self.outline.unknown
    }

    /// Returns the worst state of its hops.
    pub(crate) fn worst(&self) -> HopState {
        let states = self.rows.iter().map(|row| row.state);
        states.max().unwrap_or(HopState::NotLookedAt)
    }

    /// Returns the first hop that may not let the message through, and the verdict that says so. If
    /// several hops qualify, the order is: stops, may stop, not known.
    pub(crate) fn end(&self) -> Option<(&HopRow<'a>, &'a Verdict)> {
        let worst = self.worst();
        if worst < HopState::NotKnown {
            return None;
        }
        let row = self.rows.iter().find(|row| row.state == worst)?;
        let wanted = match worst {
            HopState::NotKnown => HopState::NotKnown,
            _ => HopState::Stops,
        };
        let mut verdicts = row.verdicts.iter();
        let says_so = verdicts.find(|verdict| effect(verdict) == Some(wanted));
        // If no host is known, a warning is enough.
        let verdict = says_so.or_else(|| {
            let mut findings = row.verdicts.iter();
            findings.find(|verdict| verdict.outcome == OutcomeKind::Fail)
        });
        Some((row, verdict?))
    }
}

/// Returns the route for a report without mail exchangers: every recorded server may be on it.
fn unknown_route(report: &Report) -> RouteOutline {
    let servers = |names: Vec<&crate::farm::Server>| -> Vec<String> {
        names
            .into_iter()
            .map(|server| server.name().to_owned())
            .collect()
    };
    RouteOutline {
        side: NetworkView::Inside,
        exchangers: Vec::new(),
        mail_hosts: Vec::new(),
        passing: Vec::new(),
        starts: Vec::new(),
        takers: servers(report.wanted.mail_servers().collect()),
        pollers: servers(report.wanted.receivers().collect()),
        is_written_by_mail_host: false,
        unknown: vec!["the way of mail was not looked at".to_owned()],
    }
}

impl<'a, 'r> Follower<'a, 'r> {
    pub(super) fn rows(&self, last: Hop) -> Vec<HopRow<'a>> {
        let hops = Hop::ALL.into_iter().filter(|hop| *hop <= last);
        hops.map(|hop| self.row(hop)).collect()
    }

    pub(super) fn row(&self, hop: Hop) -> HopRow<'a> {
        if !self.has(hop) {
            return HopRow {
                hop,
                state: HopState::NotOnRoute,
                stations: Vec::new(),
                verdicts: Vec::new(),
            };
        }
        let stations = self.stations(hop);
        let verdicts: Vec<&Verdict> = self
            .at(hop)
            .filter(|verdict| {
                verdict.outcome != OutcomeKind::NotApplicable || effect(verdict).is_some()
            })
            .filter(|verdict| self.is_about(verdict, &stations))
            .filter(|verdict| self.counts(verdict))
            .collect();
        let state = match self.state(hop, &stations, &verdicts) {
            HopState::Passes => self.without_entry(hop).unwrap_or(HopState::Passes),
            // The mail exchangers are known, so they were asked for.
            HopState::NotLookedAt
                if hop == Hop::Mx && !self.outline.exchangers.is_empty() && self.is_enabled() =>
            {
                HopState::Passes
            }
            state => state,
        };
        HopRow {
            hop,
            state,
            stations: self.station_states(&verdicts),
            verdicts,
        }
    }

    /// Returns whether the route has such a hop.
    pub(super) fn has(&self, hop: Hop) -> bool {
        let starts_at_mail_host =
            self.outline.exchangers.is_empty() && !self.outline.mail_hosts.is_empty();
        match hop {
            Hop::Mx => !starts_at_mail_host,
            Hop::Port | Hop::Recipient | Hop::AliasDomain => !self.is_by_files(),
            Hop::Host | Hop::DropDirectory | Hop::Rights | Hop::Job | Hop::List => true,
        }
    }

    /// Returns the state of a hop if no first host of the message is known, else `None`.
    pub(super) fn without_entry(&self, hop: Hop) -> Option<HopState> {
        let outline = self.outline;
        let has_entry = !outline.exchangers.is_empty() || !outline.mail_hosts.is_empty();
        match hop {
            Hop::Mx | Hop::Host if has_entry => None,
            Hop::Mx if outline.unknown.is_empty() => Some(HopState::NotKnown),
            Hop::Mx | Hop::Host => Some(HopState::NotLookedAt),
            _ => None,
        }
    }

    pub(super) fn station_states(&self, verdicts: &[&'a Verdict]) -> Vec<(String, HopState)> {
        let mut by_name: BTreeMap<&str, Vec<&Verdict>> = BTreeMap::new();
        for verdict in verdicts {
            let of_name = by_name.entry(&verdict.subject).or_default();
            of_name.push(verdict);
        }
        let states = by_name.into_iter();
        states
            .map(|(name, own)| (name.to_owned(), worst(&own)))
            .collect()
    }

    /// Returns the farm's servers that no hop of the route has.
    pub(super) fn off_route(&self) -> Vec<String> {
        let outline = self.outline;
        let on = |name: &str| {
            let mut names = outline.takers.iter().chain(&outline.pollers);
            names.any(|other| other == name) || self.is_exchanger(name)
        };
        let servers = self.report.wanted.servers.iter();
        servers
            .filter(|server| !on(server.name()))
            .map(|server| server.name().to_owned())
            .collect()
    }
}

/// Returns the domain of an address in ASCII, or `None` if it is the display address or no address.
fn other_domain(report: &Report, address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    let domain = DomainName::from_text(domain).ok()?;
    let display = checked(&report.wanted.incoming.display_address).valid()?;
    (domain.ascii() != display.ascii()).then(|| domain.ascii().to_owned())
}
