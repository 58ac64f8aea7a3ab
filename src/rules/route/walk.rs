//! Following mail from host to host, as the farm file and DNS say it.

use super::entry::{Entry, Exchanger, LeadsTo};
use super::hosts::RecordedHosts;
use super::trails::{Trail, Trails};
use super::way::{Way, WayIdentity};
use crate::facts::NetworkView;
use crate::farm::values::{DomainName, PassTarget, PassedTo, checked};
use crate::farm::{Farm, MailHost, Server};
use crate::remedy;
use crate::rules::dns_view::{DnsView, NameOwners};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The ways between all hosts.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    farm: &'a Farm,
    views: Vec<DnsView<'a>>,
    /// Why there are no facts about DNS, if they are left out as too old.
    stale_dns: Option<&'a str>,
    hosts: RecordedHosts<'a>,
    /// What the entries of `passes-to` mean, as far as it was looked up.
    targets: RefCell<BTreeMap<String, Target<'a>>>,
    /// The mail hosts of all arrivals.
    trails: Trails<'a>,
    /// Every arrival of mail at each server.
    arrivals: BTreeMap<*const Server, ServerArrivals<'a>>,
    /// Why mail may come by ways that are not known.
    unknown: Vec<String>,
    /// Why exchangers, and what they pass mail on to, are not known.
    unknown_entries: Vec<String>,
    /// Why it is not known which hosts the exchangers are.
    unknown_exchangers: Vec<String>,
    /// The servers to which contacts may lead, if there are contacts.
    uncertain: Vec<&'a Server>,
}

/// Mail that gets to one server.
#[derive(Debug, Default)]
struct ServerArrivals<'a> {
    trails: Vec<Trail<'a>>,
    /// By what it gets there, each once.
    ways: Vec<Way<'a>>,
    known_ways: BTreeSet<WayIdentity<'a>>,
}

/// Mail that gets to a server by one way.
#[derive(Debug)]
struct ServerArrival<'a> {
    server: &'a Server,
    way: Way<'a>,
    trail: Trail<'a>,
}

/// What mail from one place gets to.
#[derive(Debug, Default)]
pub(super) struct Arrival<'a> {
    pub mail_hosts: Vec<&'a MailHost>,
    pub servers: Vec<&'a Server>,
    pub reaches_drop_folder: bool,
    pub unknown: Vec<String>,
    ways: Vec<ServerArrival<'a>>,
    trails: Trails<'a>,
    /// The mail hosts and servers that it gets to.
    known: BTreeSet<*const ()>,
    /// The mail hosts and servers on the present way.
    on_way: BTreeSet<*const ()>,
    /// How many hosts were followed, each as often as mail gets there.
    steps: usize,
    followed: BTreeSet<Followed>,
}

/// How many steps are taken by every way. Mail hosts that all pass mail to each other have more
/// ways than can be told: from then on, a host is followed again only where that makes a
/// difference.
pub(super) const MAX_PLAIN_STEPS: usize = 300;

/// A host that was followed, and what of its trail decides about mail that gets to a server.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Followed {
    host: *const (),
    /// The server that passed mail to it, which is a way of its own.
    from: Option<*const Server>,
    domain: Option<*const DomainName>,
    host_with_domains: Option<*const MailHost>,
    smallest_limit: Option<u64>,
}

/// What is done next when mail is followed. Chains may be long, so this is not done by recursion.
enum Step<'a> {
    /// Look at what a host passes mail on to.
    Target {
        target: &'a PassTarget,
        way: Way<'a>,
        trail: Trail<'a>,
    },
    MailHost(&'a MailHost, Trail<'a>),
    Server(&'a Server, Way<'a>, Trail<'a>),
    /// All behind a host was followed.
    Leave(*const ()),
}

impl<'a> Arrival<'a> {
    /// Returns whether to follow mail that got to a host by a trail.
    fn enters(&mut self, host: *const (), trail: &Trail<'a>) -> bool {
        self.steps += 1;
        let is_new = self.followed.insert(Followed {
            host,
            from: trail.server.map(std::ptr::from_ref),
            domain: trail.domain.map(std::ptr::from_ref),
            host_with_domains: trail.host_with_domains.map(std::ptr::from_ref),
            smallest_limit: trail.smallest_limit,
        });
        is_new || self.steps <= MAX_PLAIN_STEPS
    }
}

/// What a host passes mail on to.
#[derive(Debug, Clone)]
pub(super) enum Target<'a> {
    Servers(Vec<&'a Server>),
    MailHosts(Vec<&'a MailHost>),
    DropFolder,
    /// No recorded host.
    Elsewhere,
    /// A name that no entry has, and DNS was not asked whose address it has.
    Unrecorded,
    /// That is not known, and what would tell.
    NotKnown(String),
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        farm: &'a Farm,
        views: &[DnsView<'a>],
        entries: &[Entry<'a>],
        stale_dns: Option<&'a str>,
    ) -> Self {
        let addresses_of = |server: &Server| {
            let host = server.name.as_ref().map_or("", |host| host.ascii());
            let seen = views
                .first()
                .map_or(&[][..], |view| view.seen_addresses(host));
            let seen = seen.iter().copied();
            server.public_addresses().chain(seen).collect()
        };
        let mut walk = Self {
            farm,
            views: views.to_vec(),
            stale_dns,
            hosts: RecordedHosts::new(farm, addresses_of),
            targets: RefCell::default(),
            trails: Trails::default(),
            arrivals: BTreeMap::new(),
            unknown: Vec::new(),
            unknown_entries: Vec::new(),
            unknown_exchangers: Vec::new(),
            uncertain: Vec::new(),
        };
        walk.enter(entries);
        walk.start_at_mail_hosts();
        walk
    }

    /// Says how to ask DNS, or that what it answered is too old.
    pub(super) fn how_to_ask(&self, command: &str) -> String {
        self.stale_dns.unwrap_or(command).to_owned()
    }

    /// Follows mail from the exchangers of all domains.
    fn enter(&mut self, entries: &[Entry<'a>]) {
        let display = checked(&self.farm.incoming.display_address).valid();
        if !entries.iter().any(|entry| display == Some(entry.domain)) {
            let why = "DNS was not asked for the display address; `spinmail gather dns` asks it";
            self.unknown_exchangers.push(self.how_to_ask(why));
        }
        let is_exchange_recorded = self.farm.mail_hosts.iter().any(MailHost::is_exchange);
        for entry in entries {
            let mut arrival = self.new_arrival();
            for exchanger in &entry.exchangers {
                self.follow_exchanger(exchanger, entry, &mut arrival);
            }
            self.trails = std::mem::take(&mut arrival.trails);
            if !entry.is_certain && !is_exchange_recorded {
                self.uncertain.append(&mut arrival.servers);
                continue;
            }
            // Inside, Exchange decides where mail goes, not DNS.
            let is_overruled = is_exchange_recorded && entry.side == NetworkView::Inside;
            if entry.is_certain && !is_overruled {
                self.unknown_exchangers.extend(entry.why_unknown());
                self.unknown_entries.append(&mut arrival.unknown);
            }
            self.keep(arrival.ways);
        }
    }

    /// Returns an arrival that shares the trails of those that were kept.
    fn new_arrival(&mut self) -> Arrival<'a> {
        Arrival {
            trails: std::mem::take(&mut self.trails),
            ..Arrival::default()
        }
    }

    /// Adds the ways to each server.
    fn keep(&mut self, ways: Vec<ServerArrival<'a>>) {
        for arrival in ways {
            let server = std::ptr::from_ref(arrival.server);
            let of_server = self.arrivals.entry(server).or_default();
            of_server.trails.push(arrival.trail);
            if of_server.known_ways.insert(arrival.way.identity()) {
                of_server.ways.push(arrival.way);
            }
        }
    }

    /// Follows mail from the mail hosts that get it without an MX record, as from a connector with
    /// a smart host.
    fn start_at_mail_hosts(&mut self) {
        let mut arrival = self.new_arrival();
        for host in self.first_mail_hosts() {
            self.follow_mail_host(host, &mut arrival);
        }
        // Those of a circle have no first one.
        for host in &self.farm.mail_hosts {
            if !arrival.known.contains(&identity(host)) {
                self.follow_mail_host(host, &mut arrival);
            }
        }
        self.trails = std::mem::take(&mut arrival.trails);
        self.unknown.append(&mut arrival.unknown);
        self.keep(arrival.ways);
    }

    /// Returns the mail hosts to which no other passes mail.
    pub(super) fn first_mail_hosts(&self) -> Vec<&'a MailHost> {
        let hosts = &self.farm.mail_hosts;
        let mut passed_to: BTreeSet<*const ()> = BTreeSet::new();
        for target in hosts
            .iter()
            .flat_map(|host| host.passes_to.iter().flatten())
        {
            if let Target::MailHosts(next) = self.target(target) {
                passed_to.extend(next.into_iter().map(identity));
            }
        }
        let hosts = hosts.iter();
        hosts
            .filter(|host| !passed_to.contains(&identity(*host)))
            .collect()
    }

    /// Returns the names of the mail hosts and servers that get mail next from a mail host, also
    /// over servers that pass it on.
    pub(super) fn next_names(&self, host: &MailHost) -> Vec<String> {
        let mut names = Vec::new();
        let mut known = BTreeSet::new();
        let mut targets: Vec<&PassTarget> = host.passes_to.iter().flatten().collect();
        targets.reverse();
        while let Some(target) = targets.pop() {
            match self.target(target) {
                Target::MailHosts(hosts) => {
                    let hosts = hosts.into_iter();
                    let new = hosts.filter(|next| known.insert(identity(*next)));
                    names.extend(new.map(|next| next.name().to_owned()));
                }
                Target::Servers(servers) => {
                    let taking = servers.into_iter().filter(|server| !server.is_standby());
                    for server in taking.filter(|server| known.insert(identity(*server))) {
                        names.push(server.name().to_owned());
                        targets.extend(server.passes_to.iter().flatten().rev());
                    }
                }
                _ => {}
            }
        }
        names
    }

    /// Follows mail from an exchanger.
    pub(super) fn follow_exchanger(
        &self,
        exchanger: &Exchanger<'a>,
        entry: &Entry<'a>,
        arrival: &mut Arrival<'a>,
    ) {
        let trail = Trail::of_domain(entry.domain);
        match &exchanger.leads_to {
            LeadsTo::Servers(servers) => {
                for server in servers {
                    self.follow(Step::Server(server, entry.direct(), trail), arrival);
                }
            }
            LeadsTo::MailHosts(hosts) => {
                for host in hosts {
                    self.follow(Step::MailHost(host, trail), arrival);
                }
            }
            LeadsTo::Elsewhere => {
                arrival
                    .unknown
                    .push(self.how_to_record_exchanger(exchanger, entry));
            }
            LeadsTo::NotKnown(why) => arrival.unknown.push(why.clone()),
            LeadsTo::NoAddress | LeadsTo::Literal => {}
        }
    }

    /// Says how to record an exchanger that may pass mail on. The domain's own name is not the name
    /// of a host.
    fn how_to_record_exchanger(&self, exchanger: &Exchanger<'a>, entry: &Entry<'a>) -> String {
        let (host, domain) = (exchanger.host.as_str(), entry.domain.ascii());
        let of_side = self.views.iter().filter(|view| view.side == entry.side);
        let mut addresses = of_side.flat_map(|view| view.known_addresses(host).0);
        let command = remedy::record_mail_host(host, domain, addresses.next());
        let host = match host == domain {
            true => format!("the host at the address of `{host}`"),
            false => format!("`{host}`"),
        };
        format!(
            "it is not known whether {host} passes mail on to the farm; if it does, record it: \
             `{command}`"
        )
    }

    /// Follows mail from a mail host.
    pub(super) fn follow_mail_host(&self, host: &'a MailHost, arrival: &mut Arrival<'a>) {
        self.follow(Step::MailHost(host, Trail::default()), arrival);
    }

    /// Takes a step, and all those to which it leads.
    fn follow(&self, first: Step<'a>, arrival: &mut Arrival<'a>) {
        let mut steps = vec![first];
        while let Some(step) = steps.pop() {
            let before = steps.len();
            match step {
                Step::Target { target, way, trail } => {
                    self.follow_target((target, &way, trail), arrival, &mut steps);
                }
                Step::MailHost(host, trail) => pass_on(host, trail, arrival, &mut steps),
                Step::Server(server, way, trail) => {
                    arrive(server, way, trail, (arrival, &mut steps));
                }
                Step::Leave(host) => {
                    arrival.on_way.remove(&host);
                }
            }
            // The first of the new steps is the next one.
            if let Some(new) = steps.get_mut(before..) {
                new.reverse();
            }
        }
    }

    /// Looks at what a host passes mail on to, and adds the steps to the hosts there.
    fn follow_target(
        &self,
        (target, way, trail): (&PassTarget, &Way<'a>, Trail<'a>),
        arrival: &mut Arrival<'a>,
        steps: &mut Vec<Step<'a>>,
    ) {
        match self.target(target) {
            Target::Servers(servers) => {
                let servers = servers.into_iter();
                steps.extend(servers.map(|server| Step::Server(server, *way, trail)));
            }
            Target::MailHosts(hosts) => {
                steps.extend(hosts.into_iter().map(|host| Step::MailHost(host, trail)));
            }
            Target::DropFolder => {
                // A server's own drop folder is where mail ends that gets to the server.
                arrival.reaches_drop_folder |= matches!(way, Way::MailHost(_));
            }
            Target::NotKnown(why) => arrival.unknown.push(why),
            Target::Unrecorded => arrival.unknown.push(self.not_recorded(target)),
            // A rule of its own says that it leads nowhere.
            Target::Elsewhere => {}
        }
    }

    /// Returns what an entry of `passes-to` means.
    pub(super) fn target(&self, target: &PassTarget) -> Target<'a> {
        if let Some(known) = self.targets.borrow().get(target.as_str()) {
            return known.clone();
        }
        let found = self.look_up(target);
        let mut targets = self.targets.borrow_mut();
        targets.insert(target.as_str().to_owned(), found.clone());
        found
    }

    fn look_up(&self, target: &PassTarget) -> Target<'a> {
        match &target.to {
            PassedTo::DropFolder => Target::DropFolder,
            PassedTo::Address(address) => self.host_of_address(address.ip()),
            PassedTo::Host { name, .. } => self.host_of_name(name),
        }
    }

    /// Returns whether an address is known to be a recorded host's.
    pub(super) fn is_recorded_address(&self, address: IpAddr) -> bool {
        let found = self.host_of_address(address);
        matches!(found, Target::Servers(_) | Target::MailHosts(_))
    }

    /// Returns why it is not known what a name is that no entry has.
    fn not_recorded(&self, target: &PassTarget) -> String {
        format!(
            "`{}` is not recorded, and its addresses are not known; {}",
            target.as_str(),
            self.how_to_ask("`spinmail gather dns` asks for them")
        )
    }

    fn host_of_address(&self, address: IpAddr) -> Target<'a> {
        let servers = self.hosts.servers_with(address);
        let hosts = self.hosts.mail_hosts_with(address);
        if !servers.is_empty() {
            Target::Servers(servers)
        } else if !hosts.is_empty() {
            Target::MailHosts(hosts)
        } else if self.views.is_empty() {
            let ask = "`spinmail gather dns` asks for the servers' addresses";
            Target::NotKnown(format!(
                "it is not known which host has the address {address}; {}",
                self.how_to_ask(ask)
            ))
        } else {
            Target::Elsewhere
        }
    }

    fn host_of_name(&self, name: &str) -> Target<'a> {
        let servers = self.hosts.servers_named(name);
        if !servers.is_empty() {
            return Target::Servers(servers);
        }
        let hosts = self.hosts.mail_hosts_named(name);
        if !hosts.is_empty() {
            return Target::MailHosts(hosts);
        }
        self.host_of_other_name(name)
    }

    /// Returns the recorded hosts that share an address with a name that no entry has.
    fn host_of_other_name(&self, name: &str) -> Target<'a> {
        let mut unknown = None;
        for view in &self.views {
            match view.owners(name) {
                NameOwners::Hosts(hosts) if !hosts.servers.is_empty() => {
                    return Target::Servers(hosts.servers);
                }
                NameOwners::Hosts(hosts) if !hosts.mail_hosts.is_empty() => {
                    return Target::MailHosts(hosts.mail_hosts);
                }
                NameOwners::Hosts(hosts) => unknown = unknown.or(hosts.unknown),
                NameOwners::NoAddress => {}
            }
        }
        match unknown {
            Some(why) => Target::NotKnown(why),
            None if self.views.is_empty() => Target::Unrecorded,
            None => Target::Elsewhere,
        }
    }

    /// Returns the ports by which entries of `passes-to` lead to a server.
    pub(super) fn ports_between(
        &self,
        passes_to: Option<&[PassTarget]>,
        server: &Server,
    ) -> Vec<u16> {
        let to_server = passes_to.into_iter().flatten().filter(|target| {
            matches!(self.target(target), Target::Servers(servers) if has(&servers, server))
        });
        to_server.filter_map(PassTarget::port).collect()
    }

    /// Returns the ways to a server, each once.
    pub(super) fn ways(&self, server: &Server) -> &[Way<'a>] {
        let arrivals = self.arrivals.get(&std::ptr::from_ref(server));
        arrivals.map_or(&[], |arrivals| &arrivals.ways)
    }

    /// Returns the trails of mail to a server.
    pub(super) fn trails_to(&self, server: &Server) -> &[Trail<'a>] {
        let arrivals = self.arrivals.get(&std::ptr::from_ref(server));
        arrivals.map_or(&[], |arrivals| &arrivals.trails)
    }

    /// Returns the mail hosts of a trail, in their order.
    pub(super) fn hosts_of(&self, trail: &Trail<'a>) -> Vec<&'a MailHost> {
        self.trails.hosts(trail)
    }

    /// Returns how many mail hosts are kept for all trails.
    #[cfg(test)]
    pub(super) fn kept_hosts(&self) -> usize {
        self.trails.len()
    }

    /// Returns the mail hosts that mail to a server comes through.
    pub(super) fn mail_hosts_to(&self, server: &Server) -> Vec<&'a MailHost> {
        let mut known = BTreeSet::new();
        let mut hosts: Vec<&MailHost> = Vec::new();
        for trail in self.trails_to(server) {
            hosts.extend(self.trails.new_hosts(trail, &mut known));
        }
        let mut listed = BTreeSet::new();
        hosts.retain(|host| listed.insert(identity(*host)));
        hosts
    }

    /// Returns why mail may go to a server by a way that is not known, or `None` if all are.
    pub(super) fn unknown_for(&self, server: &Server) -> Option<String> {
        if has(&self.uncertain, server) {
            return Some(
                "the contacts' SMTP mail server leads there, but no recorded Exchange sends to \
                 contacts; if there is one, record it: `spinmail mail-host add NAME --kind \
                 exchange`"
                    .to_owned(),
            );
        }
        let reasons = [
            &self.unknown_exchangers,
            &self.unknown_entries,
            &self.unknown,
        ];
        reasons.into_iter().flatten().next().cloned()
    }

    /// Returns why it is not known which hosts the exchangers of the farm's domains are, or `None`
    /// if it is.
    pub(super) fn unknown_exchanger(&self) -> Option<String> {
        self.unknown_exchangers.first().cloned()
    }
}

/// Takes mail in at a mail host, and adds the steps to where it passes it on.
fn pass_on<'a>(
    host: &'a MailHost,
    trail: Trail<'a>,
    arrival: &mut Arrival<'a>,
    steps: &mut Vec<Step<'a>>,
) {
    let own = identity(host);
    if arrival.on_way.contains(&own) || !arrival.enters(own, &trail) {
        return;
    }
    if arrival.known.insert(own) {
        arrival.mail_hosts.push(host);
    }
    let Some(targets) = &host.passes_to else {
        arrival.unknown.push(format!(
            "it is not recorded to which hosts `{}` passes mail on; record it: `{command}`",
            host.name(),
            command = remedy::spinmail("mail-host set {NAME} --passes-to SERVER", &[&host.name()]),
        ));
        return;
    };
    let trail = arrival.trails.through(trail, host);
    arrival.on_way.insert(own);
    steps.extend(targets.iter().map(|target| Step::Target {
        target,
        way: Way::MailHost(host),
        trail,
    }));
    steps.push(Step::Leave(own));
}

/// Takes mail in at a server, and adds the steps to where it passes it on.
fn arrive<'a>(
    server: &'a Server,
    way: Way<'a>,
    trail: Trail<'a>,
    (arrival, steps): (&mut Arrival<'a>, &mut Vec<Step<'a>>),
) {
    let own = identity(server);
    if server.is_standby() || arrival.on_way.contains(&own) {
        return;
    }
    if arrival.known.insert(own) {
        arrival.servers.push(server);
    }
    arrival.ways.push(ServerArrival { server, way, trail });
    if !arrival.enters(own, &trail) {
        return;
    }
    let trail = trail.over(server);
    arrival.on_way.insert(own);
    let targets = server.passes_to.iter().flatten();
    steps.extend(targets.map(|target| Step::Target {
        target,
        way: Way::Server(server),
        trail,
    }));
    steps.push(Step::Leave(own));
}

/// Returns what tells a host of the farm file from all others.
pub(super) fn identity<T>(host: &T) -> *const () {
    std::ptr::from_ref(host).cast()
}

fn has<T>(list: &[&T], one: &T) -> bool {
    list.iter().any(|other| std::ptr::eq(*other, one))
}
