//! One route of a message: the state of each hop, from the verdicts about the stations on the
//! route.

use super::effect::{HopState, effect, is_skipped};
use super::index::{Index, station_key};
use crate::facts::NetworkView;
use crate::farm::values::{DomainName, FromText, ServerName, checked};
use crate::report::Report;
use crate::rules::{Hop, OutcomeKind, OutlinedExchanger, RouteOutline, Verdict};
use std::collections::{BTreeMap, BTreeSet};

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

/// The stations at a hop: verdicts about other stations do not count.
struct Stations<'r> {
    /// Keys of the names that are on the route at this hop.
    on: BTreeSet<String>,
    /// Those of them that decide: senders skip the others.
    deciding: Vec<&'r str>,
}

impl<'r> Stations<'r> {
    fn new(on: &[&str], deciding: Vec<&'r str>) -> Self {
        Self {
            on: on.iter().copied().map(station_key).collect(),
            deciding,
        }
    }
}

/// A way that ends at several servers, one of which receives the message.
struct DecidingWay<'r> {
    /// The host that every message goes to first, such as a load balancer, which answers for the
    /// servers behind it.
    entry: Option<&'r str>,
    takers: Vec<&'r str>,
}

impl<'r> DecidingWay<'r> {
    fn to(takers: Vec<&'r str>) -> Self {
        Self {
            entry: None,
            takers,
        }
    }
}

/// A host to which the message may go first.
struct HostEntry<'r> {
    /// Its name, and the names of its mail hosts and of the hosts behind it.
    names: Vec<&'r str>,
    /// The preference of its MX record; 0 if there is none.
    preference: u16,
    is_mail_host: bool,
    is_server: bool,
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
        starts: Vec::new(),
        takers: servers(report.wanted.mail_servers().collect()),
        pollers: servers(report.wanted.receivers().collect()),
        is_written_by_mail_host: false,
        unknown: vec!["the way of mail was not looked at".to_owned()],
    }
}

/// Follows a message along a route.
struct Follower<'a, 'r> {
    report: &'a Report,
    /// The domain of the message's address in ASCII, or `None` if it is the display address.
    domain: Option<&'r str>,
    outline: &'r RouteOutline,
    index: &'r Index<'a>,
    /// The stations that senders cannot connect to.
    unreachable: BTreeSet<String>,
}

impl<'a, 'r> Follower<'a, 'r> {
    fn new(
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

    fn rows(&self, last: Hop) -> Vec<HopRow<'a>> {
        let hops = Hop::ALL.into_iter().filter(|hop| *hop <= last);
        hops.map(|hop| self.row(hop)).collect()
    }

    /// Returns whether a verdict is about the other network view.
    fn is_of_other_side(&self, verdict: &Verdict) -> bool {
        self.index.is_of_other_side(verdict, self.outline.side)
    }

    fn row(&self, hop: Hop) -> HopRow<'a> {
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
    fn has(&self, hop: Hop) -> bool {
        let starts_at_mail_host =
            self.outline.exchangers.is_empty() && !self.outline.mail_hosts.is_empty();
        match hop {
            Hop::Mx => !starts_at_mail_host,
            Hop::Port | Hop::Recipient | Hop::AliasDomain => !self.is_by_files(),
            Hop::Host | Hop::DropDirectory | Hop::Rights | Hop::Job | Hop::List => true,
        }
    }

    /// Returns the state of a hop if no first host of the message is known, else `None`.
    fn without_entry(&self, hop: Hop) -> Option<HopState> {
        let outline = self.outline;
        let has_entry = !outline.exchangers.is_empty() || !outline.mail_hosts.is_empty();
        match hop {
            Hop::Mx | Hop::Host if has_entry => None,
            Hop::Mx if outline.unknown.is_empty() => Some(HopState::NotKnown),
            Hop::Mx | Hop::Host => Some(HopState::NotLookedAt),
            _ => None,
        }
    }

    /// Returns whether a mail host only writes the message as a file to the drop folder.
    fn is_by_files(&self) -> bool {
        self.outline.is_written_by_mail_host && self.outline.takers.is_empty()
    }

    /// Returns whether a verdict is about this route. The existence of the drop folder says nothing
    /// about where an SMTP service drops the message.
    fn counts(&self, verdict: &Verdict) -> bool {
        let is_folder_there =
            verdict.rule.id == "folder-missing" && verdict.outcome == OutcomeKind::Pass;
        let is_port_contradicted =
            verdict.rule.id == "iis-not-port-25" && self.is_answered(verdict);
        let is_harmless = is_harmless_null_dacl(verdict, self.report);
        !is_port_contradicted && !is_harmless && (!is_folder_there || self.is_by_files())
    }

    /// Returns whether something answers on port 25 of the server that a verdict is about.
    fn is_answered(&self, verdict: &Verdict) -> bool {
        let Some(server) = self.station_of(verdict) else {
            return false;
        };
        self.report.verdicts().iter().any(|other| {
            let station = self.station_of(other);
            other.rule.id == "smtp-closed"
                && other.outcome == OutcomeKind::Pass
                && !self.is_of_other_side(other)
                && station.is_some_and(|name| ServerName::same(name, server))
        })
    }

    fn at(&self, hop: Hop) -> impl Iterator<Item = &'a Verdict> {
        let verdicts = self.report.verdicts().iter();
        verdicts.filter(move |verdict| verdict.rule.hop == Some(hop))
    }

    fn stations(&self, hop: Hop) -> Stations<'r> {
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
    fn deciding_takers(&self) -> Vec<&'r str> {
        let ways = self.deciding_ways().into_iter();
        ways.flat_map(|way| way.takers).collect()
    }

    /// Returns the ways of the message: by the preferred mail exchangers to which senders can connect,
    /// else by all.
    fn deciding_ways(&self) -> Vec<DecidingWay<'r>> {
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

    fn way_by(&self, exchanger: &'r OutlinedExchanger) -> DecidingWay<'r> {
        let servers = exchanger.servers.iter().map(String::as_str);
        let is_alive = |name: &&str| !self.is_unreachable(name) && !self.is_standby(name);
        let behind = exchanger.behind.iter().map(String::as_str);
        DecidingWay {
            entry: Some(&exchanger.host),
            takers: behind.chain(servers.filter(is_alive)).collect(),
        }
    }

    /// Returns the way from the mail hosts at which the route starts to every server that takes mail.
    fn way_by_starts(&self) -> DecidingWay<'r> {
        let outline = self.outline;
        let only_start = match outline.starts.as_slice() {
            [only] => only.first().map(String::as_str),
            _ => None,
        };
        DecidingWay {
            entry: only_start,
            takers: outline.takers.iter().map(String::as_str).collect(),
        }
    }

    /// Returns whether a server is switched off on purpose.
    fn is_standby(&self, server: &str) -> bool {
        let mut servers = self.report.wanted.servers.iter();
        servers.any(|other| other.is_standby() && ServerName::same(other.name(), server))
    }

    fn is_exchanger(&self, server: &str) -> bool {
        let mut exchangers = self.outline.exchangers.iter();
        exchangers.any(|exchanger| exchanger.servers.iter().any(|name| name == server))
    }

    /// Returns whether senders cannot connect to a server, so that they turn to the next one.
    fn is_unreachable(&self, server: &str) -> bool {
        self.unreachable.contains(&station_key(server))
    }

    /// Returns whether a verdict is about a station of the hop, or about no station at all.
    fn is_about(&self, verdict: &Verdict, stations: &Stations<'_>) -> bool {
        if self.is_of_other_side(verdict) {
            return false;
        }
        if self.is_about_other_domain(verdict) {
            return false;
        }
        match self.station_of(verdict) {
            Some(name) => stations.on.contains(&station_key(name)),
            None => true,
        }
    }

    /// Returns whether a verdict is about a domain other than that of the message's address.
    fn is_about_other_domain(&self, verdict: &Verdict) -> bool {
        let farm = &self.report.wanted;
        let display = checked(&farm.incoming.display_address).valid();
        let display = display.map(|domain| domain.ascii());
        let Some(wanted) = self.domain.or(display) else {
            return false;
        };
        let about = verdict.scope.domain.as_deref().filter(|_| {
            // A looked-up name counts as a domain if it is not a station's name.
            verdict.scope.server.is_some() || self.station_of(verdict).is_none()
        });
        let is_of_web_application = |domain: &str| {
            let addresses = farm.web_applications.iter();
            let mut addresses = addresses.filter_map(|web| web.incoming_address.as_ref());
            addresses.any(|address| address.ascii() == domain)
        };
        let is_of_display = || {
            let key = verdict.about.as_ref().map(|place| place.setting.as_ref());
            key == Some("incoming-email.display-address") && self.domain.is_some()
        };
        match about {
            Some(about) if about.eq_ignore_ascii_case(wanted) => false,
            // Mail for the display address may have another domain when it reaches the server.
            Some(about) => self.domain.is_some() || is_of_web_application(about),
            None if self.station_of(verdict).is_some() => false,
            None => is_of_display() || self.is_about_other_web_application(verdict, wanted),
        }
    }

    /// Returns whether a verdict is about a web application's own address that is not the message's
    /// domain.
    fn is_about_other_web_application(&self, verdict: &Verdict, wanted: &str) -> bool {
        let key = verdict.about.as_ref().map(|place| place.setting.as_ref());
        let mut web_applications = self.report.wanted.web_applications.iter();
        web_applications.any(|web| {
            let of_web = format!("web-application.{}.incoming-address", web.name());
            let address = web.incoming_address.as_ref();
            key == Some(of_web.as_str()) && address.is_none_or(|domain| domain.ascii() != wanted)
        })
    }

    /// Returns the name of the server, mail host or mail exchanger that a verdict is about, or `None`
    /// if it is about a setting or a domain.
    fn station_of<'v>(&self, verdict: &'v Verdict) -> Option<&'v str> {
        let host = verdict.scope.host.as_deref()?;
        self.index.is_station(host).then_some(host)
    }

    /// Returns the verdicts about stations, by the key of each.
    fn by_station(&self, verdicts: &[&'a Verdict]) -> BTreeMap<String, Vec<&'a Verdict>> {
        let mut by_station: BTreeMap<String, Vec<&Verdict>> = BTreeMap::new();
        for verdict in verdicts {
            if let Some(station) = self.station_of(verdict) {
                let of_station = by_station.entry(station_key(station)).or_default();
                of_station.push(verdict);
            }
        }
        by_station
    }

    fn state(&self, hop: Hop, stations: &Stations<'_>, verdicts: &[&'a Verdict]) -> HopState {
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
                let by_way = |way: DecidingWay<'_>| {
                    let takers: Vec<HopState> =
                        way.takers.iter().map(|name| of_station(name)).collect();
                    let entry = way
                        .entry
                        .and_then(|name| by_station.get(&station_key(name)));
                    let entry = entry.map_or(HopState::NotLookedAt, |own| worst(own));
                    match entry {
                        // Where nothing was asked, the servers behind it decide.
                        HopState::NotLookedAt => combined(&takers),
                        entry => combined(&takers).max(entry),
                    }
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
    fn host_state(&self, verdicts: &[&'a Verdict]) -> HopState {
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

    /// Returns the possible first hosts of the message, the preferred ones first.
    fn entries(&self) -> Vec<HostEntry<'r>> {
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

    fn is_enabled(&self) -> bool {
        self.report.wanted.incoming.enabled != Some(false)
    }

    fn station_states(&self, verdicts: &[&'a Verdict]) -> Vec<(String, HopState)> {
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
    fn off_route(&self) -> Vec<String> {
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

/// Returns whether a verdict is about a NULL DACL, which does not stop the Timer service.
pub(super) fn is_harmless_null_dacl(verdict: &Verdict, report: &Report) -> bool {
    let keeps_out = |other: &Verdict| {
        let is_of_timer = matches!(
            other.rule.id,
            "folder-timer-cannot-read" | "folder-timer-cannot-delete"
        );
        is_of_timer
            && other.because == Some(verdict.rule.id)
            && other.scope.has_same_folder(&verdict.scope)
    };
    verdict.rule.id == "folder-no-list" && !report.verdicts().iter().any(keeps_out)
}

/// Returns the worst effect of verdicts on a message. If a rule stops it by one machine's facts and
/// lets it pass by another's, it may stop.
fn worst(verdicts: &[&Verdict]) -> HopState {
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
fn with_common(own: HopState, common: HopState) -> HopState {
    match (own, common) {
        (own, HopState::NotLookedAt | HopState::NotOnRoute) => own,
        (HopState::NotLookedAt, HopState::Passes) => HopState::Passes,
        (own, HopState::Passes) => own,
        (own, common) => own.max(common),
    }
}

/// Returns the state of a hop with alternative stations.
fn combined(states: &[HopState]) -> HopState {
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
