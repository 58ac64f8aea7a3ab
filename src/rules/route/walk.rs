//! Following mail from host to host, as the farm file and DNS say it.

use super::entry::{Entry, Exchanger, LeadsTo};
use super::way::Way;
use crate::facts::NetworkView;
use crate::farm::values::{DomainName, PassTarget, PassedTo, Size, checked};
use crate::farm::{Farm, MailHost, Server};
use crate::remedy;
use crate::rules::dns_view::{DnsView, NameOwners, is_host_named, is_server_named};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The ways between all hosts.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    farm: &'a Farm,
    views: Vec<DnsView<'a>>,
    /// Addresses of the farm's servers, as any DNS server gives them.
    server_addresses: Vec<Vec<IpAddr>>,
    /// What the entries of `passes-to` mean, as far as it was looked up.
    targets: RefCell<BTreeMap<String, Target<'a>>>,
    /// Every arrival of mail at a server.
    arrivals: Vec<ServerArrival<'a>>,
    /// Why mail may come by ways that are not known.
    unknown: Vec<String>,
    /// Why exchangers, and what they pass mail on to, are not known.
    unknown_entries: Vec<String>,
    /// Why it is not known which hosts the exchangers are.
    unknown_exchangers: Vec<String>,
    /// The servers to which contacts may lead, if there are contacts.
    uncertain: Vec<&'a Server>,
}

/// Mail that gets to a server by one way.
#[derive(Debug, Clone)]
pub(super) struct ServerArrival<'a> {
    server: &'a Server,
    way: Way<'a>,
    /// The mail hosts that it came through.
    pub through: Vec<&'a MailHost>,
    /// The last of them that gives addresses other domains.
    pub host_with_domains: Option<&'a MailHost>,
    /// The domain that it was sent to, or `None` if a mail host had it from elsewhere.
    pub domain: Option<&'a DomainName>,
}

/// What mail from one place gets to.
#[derive(Debug, Default)]
pub(super) struct Arrival<'a> {
    pub mail_hosts: Vec<&'a MailHost>,
    pub servers: Vec<&'a Server>,
    pub reaches_drop_folder: bool,
    pub unknown: Vec<String>,
    ways: Vec<ServerArrival<'a>>,
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

/// The mail hosts and servers that a message came through.
#[derive(Debug, Clone, Default)]
pub(super) struct Trail<'a> {
    /// The domain whose exchanger got it first, or `None` if it starts at a mail host.
    domain: Option<&'a DomainName>,
    mail_hosts: Vec<&'a MailHost>,
    servers: Vec<&'a Server>,
}

impl<'a> Trail<'a> {
    /// Returns the last mail host that gives addresses other domains, or `None` if none does.
    fn host_with_domains(&self) -> Option<&'a MailHost> {
        let mut hosts = self.mail_hosts.iter().rev().copied();
        hosts.find(|host| host.delivers_as.is_some())
    }

    /// Returns the size of the largest message that its mail hosts pass on, or `None` if none
    /// records a limit.
    fn smallest_limit(&self) -> Option<u64> {
        let hosts = self.mail_hosts.iter();
        let limits = hosts.filter_map(|host| host.maximum_message_size.as_ref());
        limits.map(Size::bytes).min()
    }
}

impl<'a> Arrival<'a> {
    /// Returns whether to follow mail that got to a host by a trail.
    fn enters<T>(&mut self, host: &T, trail: &Trail<'a>) -> bool {
        self.steps += 1;
        let is_new = self.followed.insert(Followed {
            host: std::ptr::from_ref(host).cast(),
            from: trail
                .servers
                .last()
                .map(|server| std::ptr::from_ref(*server)),
            domain: trail.domain.map(std::ptr::from_ref),
            host_with_domains: trail.host_with_domains().map(std::ptr::from_ref),
            smallest_limit: trail.smallest_limit(),
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
    pub(super) fn new(farm: &'a Farm, views: &[DnsView<'a>], entries: &[Entry<'a>]) -> Self {
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
            server_addresses: farm.servers.iter().map(addresses_of).collect(),
            targets: RefCell::default(),
            arrivals: Vec::new(),
            unknown: Vec::new(),
            unknown_entries: Vec::new(),
            unknown_exchangers: Vec::new(),
            uncertain: Vec::new(),
        };
        walk.enter(entries);
        walk.start_at_mail_hosts();
        walk
    }

    /// Follows mail from the exchangers of all domains.
    fn enter(&mut self, entries: &[Entry<'a>]) {
        let display = checked(&self.farm.incoming.display_address).valid();
        if !entries.iter().any(|entry| display == Some(entry.domain)) {
            let why = "DNS was not asked for the display address; `spinmail gather dns` asks it";
            self.unknown_exchangers.push(why.to_owned());
        }
        let is_exchange_recorded = self.farm.mail_hosts.iter().any(MailHost::is_exchange);
        for entry in entries {
            let mut arrival = Arrival::default();
            for exchanger in &entry.exchangers {
                self.follow_exchanger(exchanger, entry, &mut arrival);
            }
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
            self.arrivals.append(&mut arrival.ways);
        }
    }

    /// Follows mail from the mail hosts that get it without an MX record, as from a connector with
    /// a smart host.
    fn start_at_mail_hosts(&mut self) {
        let mut arrival = Arrival::default();
        for host in self.first_mail_hosts() {
            self.follow_mail_host(host, &mut arrival);
        }
        // Those of a circle have no first one.
        for host in &self.farm.mail_hosts {
            if !has(&arrival.mail_hosts, host) {
                self.follow_mail_host(host, &mut arrival);
            }
        }
        self.unknown.append(&mut arrival.unknown);
        self.arrivals.append(&mut arrival.ways);
    }

    /// Returns the mail hosts to which no other passes mail.
    pub(super) fn first_mail_hosts(&self) -> Vec<&'a MailHost> {
        let hosts = &self.farm.mail_hosts;
        let mut passed_to: Vec<&MailHost> = Vec::new();
        for target in hosts
            .iter()
            .flat_map(|host| host.passes_to.iter().flatten())
        {
            if let Target::MailHosts(next) = self.target(target) {
                passed_to.extend(next);
            }
        }
        hosts.iter().filter(|host| !has(&passed_to, host)).collect()
    }

    /// Returns whether a mail host passes mail to another one.
    pub(super) fn passes_to_mail_hosts(&self, host: &MailHost) -> bool {
        let mut targets = host.passes_to.iter().flatten();
        targets.any(|target| matches!(self.target(target), Target::MailHosts(_)))
    }

    /// Returns, for each mail host, the places in the file of those that it passes mail to.
    pub(super) fn next_mail_hosts(&self) -> Vec<Vec<usize>> {
        let hosts = self.farm.mail_hosts.iter();
        let places: BTreeMap<*const MailHost, usize> = hosts
            .clone()
            .enumerate()
            .map(|(place, host)| (std::ptr::from_ref(host), place))
            .collect();
        let place_of = |host: &MailHost| places.get(&std::ptr::from_ref(host)).copied();
        let next_of = |host: &MailHost| {
            let mut next = BTreeSet::new();
            for target in host.passes_to.iter().flatten() {
                if let Target::MailHosts(found) = self.target(target) {
                    next.extend(found.into_iter().filter_map(place_of));
                }
            }
            next.into_iter().collect()
        };
        hosts.map(next_of).collect()
    }

    /// Follows mail from an exchanger.
    pub(super) fn follow_exchanger(
        &self,
        exchanger: &Exchanger<'a>,
        entry: &Entry<'a>,
        arrival: &mut Arrival<'a>,
    ) {
        let trail = Trail {
            domain: Some(entry.domain),
            ..Trail::default()
        };
        match &exchanger.leads_to {
            LeadsTo::Servers(servers) => {
                for server in servers {
                    self.arrive(server, entry.direct(), &trail, arrival);
                }
            }
            LeadsTo::MailHosts(hosts) => {
                for host in hosts {
                    self.pass_on(host, trail.clone(), arrival);
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
        self.pass_on(host, Trail::default(), arrival);
    }

    fn pass_on(&self, host: &'a MailHost, mut trail: Trail<'a>, arrival: &mut Arrival<'a>) {
        if has(&trail.mail_hosts, host) || !arrival.enters(host, &trail) {
            return;
        }
        trail.mail_hosts.push(host);
        if !has(&arrival.mail_hosts, host) {
            arrival.mail_hosts.push(host);
        }
        let Some(targets) = &host.passes_to else {
            arrival.unknown.push(format!(
                "it is not recorded to which hosts `{}` passes mail on; record it: `{command}`",
                host.name(),
                command =
                    remedy::spinmail("mail-host set {NAME} --passes-to SERVER", &[&host.name()]),
            ));
            return;
        };
        for target in targets {
            match self.target(target) {
                Target::Servers(servers) => {
                    for server in servers {
                        self.arrive(server, Way::MailHost(host), &trail, arrival);
                    }
                }
                Target::MailHosts(hosts) => {
                    for next in hosts {
                        self.pass_on(next, trail.clone(), arrival);
                    }
                }
                Target::DropFolder => arrival.reaches_drop_folder = true,
                Target::NotKnown(why) => arrival.unknown.push(why),
                Target::Unrecorded => arrival.unknown.push(not_recorded(target)),
                // A rule of its own says that it leads nowhere.
                Target::Elsewhere => {}
            }
        }
    }

    /// Takes mail in at a server, and follows it from there.
    fn arrive(
        &self,
        server: &'a Server,
        way: Way<'a>,
        trail: &Trail<'a>,
        arrival: &mut Arrival<'a>,
    ) {
        if server.is_standby() || has(&trail.servers, server) {
            return;
        }
        if !has(&arrival.servers, server) {
            arrival.servers.push(server);
        }
        arrival.ways.push(ServerArrival {
            server,
            way,
            through: trail.mail_hosts.clone(),
            domain: trail.domain,
            host_with_domains: trail.host_with_domains(),
        });
        if !arrival.enters(server, trail) {
            return;
        }
        let mut trail = trail.clone();
        trail.servers.push(server);
        for target in server.passes_to.iter().flatten() {
            match self.target(target) {
                Target::Servers(servers) => {
                    for next in servers {
                        self.arrive(next, Way::Server(server), &trail, arrival);
                    }
                }
                Target::MailHosts(hosts) => {
                    for next in hosts {
                        self.pass_on(next, trail.clone(), arrival);
                    }
                }
                Target::NotKnown(why) => arrival.unknown.push(why),
                Target::Unrecorded => arrival.unknown.push(not_recorded(target)),
                Target::DropFolder | Target::Elsewhere => {}
            }
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

    fn host_of_address(&self, address: IpAddr) -> Target<'a> {
        let servers: Vec<&Server> = self
            .farm
            .servers
            .iter()
            .zip(&self.server_addresses)
            .filter(|(_, own)| own.contains(&address))
            .map(|(server, _)| server)
            .collect();
        let hosts = self.farm.mail_hosts.iter();
        let hosts: Vec<&MailHost> = hosts
            .filter(|host| host.addresses().any(|own| own == address))
            .collect();
        if !servers.is_empty() {
            Target::Servers(servers)
        } else if !hosts.is_empty() {
            Target::MailHosts(hosts)
        } else if self.views.is_empty() {
            Target::NotKnown(format!(
                "it is not known which host has the address {address}; `spinmail gather dns` asks \
                 for the servers' addresses"
            ))
        } else {
            Target::Elsewhere
        }
    }

    fn host_of_name(&self, name: &str) -> Target<'a> {
        let servers = self.farm.servers.iter();
        let servers: Vec<&Server> = servers
            .filter(|server| is_server_named(server, name))
            .collect();
        if !servers.is_empty() {
            return Target::Servers(servers);
        }
        let hosts = self.farm.mail_hosts.iter();
        let hosts: Vec<&MailHost> = hosts.filter(|host| is_host_named(host, name)).collect();
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
    pub(super) fn ways(&self, server: &Server) -> Vec<Way<'a>> {
        let mut ways = Vec::new();
        for arrival in self.arrivals_at(server) {
            if !ways.contains(&arrival.way) {
                ways.push(arrival.way.clone());
            }
        }
        ways
    }

    pub(super) fn arrivals_at(&self, server: &Server) -> Vec<&ServerArrival<'a>> {
        let arrivals = self.arrivals.iter();
        arrivals
            .filter(|arrival| std::ptr::eq(arrival.server, server))
            .collect()
    }

    /// Returns the mail hosts that mail to a server comes through.
    pub(super) fn mail_hosts_to(&self, server: &Server) -> Vec<&'a MailHost> {
        let mut hosts: Vec<&MailHost> = Vec::new();
        for host in self
            .arrivals_at(server)
            .iter()
            .flat_map(|arrival| &arrival.through)
        {
            if !has(&hosts, host) {
                hosts.push(*host);
            }
        }
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

/// Returns why it is not known what a name is that no entry has.
fn not_recorded(target: &PassTarget) -> String {
    format!(
        "`{}` is not recorded, and its addresses are not known; `spinmail gather dns` asks for them",
        target.as_str()
    )
}

fn has<T>(list: &[&T], one: &T) -> bool {
    list.iter().any(|other| std::ptr::eq(*other, one))
}
