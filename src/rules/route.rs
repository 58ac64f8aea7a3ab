//! How mail reaches the farm: from mail exchangers over mail hosts to the farm's servers.
//!
//! A **way** leads to a server: an MX record or an address of a served domain, a mail host or
//! another server that passes mail to it. A **route** is what a message from one side goes through,
//! in order. A **served domain** of a server is a domain that mail has in its addresses when it
//! gets there.

mod destination;
mod entry;
mod hosts;
mod nowhere;
mod outline;
mod trails;
mod walk;
mod way;

#[cfg(test)]
mod tests;

pub(crate) use destination::{Dead, Destination};
pub(crate) use entry::{Exchanger, LeadsTo};
pub(crate) use hosts::RecordedHosts;
pub(crate) use outline::{OutlinedExchanger, OutlinedHost, RouteOutline};
pub(crate) use way::Way;

use super::dns_view::{DnsView, is_recorded_name};
use super::{Outcome, Severity, Ternary};
use crate::facts::{NetworkView, is_below};
use crate::farm::values::{
    Checked, DomainName, FromText, HostPattern, MailServer, SMTP_PORT, Service, checked,
};
use crate::farm::{Delivery, Farm, MailHost, Server};
use crate::remedy;
use destination::Destinations;
use entry::Entry;
use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use trails::Trail;
use walk::{Arrival, Walk, identity};

/// The routes of mail to the farm, according to the farm file and DNS.
#[derive(Debug)]
pub(crate) struct Routes<'a> {
    farm: &'a Farm,
    entries: Vec<Entry<'a>>,
    walk: Walk<'a>,
    destinations: OnceCell<Destinations>,
}

/// Whether mail goes to a server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reach<'a> {
    /// It does, by these ways.
    On(Vec<Way<'a>>),
    /// No mail goes there.
    Off,
    /// Not known, with the reason.
    NotKnown(String),
}

/// A domain that mail has in its addresses when it gets to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServedDomain<'a> {
    pub domain: &'a DomainName,
    /// The KEY that it comes from.
    pub key: String,
    pub origin: DomainOrigin,
}

/// Why mail for a domain gets to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DomainOrigin {
    /// It is the farm's display address.
    DisplayAddress,
    /// A mail host passes mail on for it.
    DeliversAs,
    /// Contacts lead to the SMTP mail server.
    SmtpServer,
    /// Contacts lead to a web application's own address.
    IncomingAddress,
}

/// Whether there are contacts that give mail another domain on its way.
#[derive(Clone, Copy)]
enum Contacts {
    Exist,
    NotRecorded,
}

/// What a message from one side goes through.
#[derive(Debug)]
pub(crate) struct Route<'a> {
    pub side: NetworkView,
    /// The mail exchangers of the display address as this side sees them, the preferred ones first.
    /// Empty if the route starts at mail hosts, or if they are not known.
    pub exchangers: Vec<Exchanger<'a>>,
    /// The mail hosts at which it starts, if it does so at mail hosts.
    pub starts: Vec<&'a MailHost>,
    /// The mail hosts on it, in the order in which a message gets to them.
    pub mail_hosts: Vec<&'a MailHost>,
    /// The servers of the farm that receive mail, in the order in which a message gets to them.
    pub takers: Vec<&'a Server>,
    /// Whether a mail host writes files to the drop folder itself.
    pub is_written_by_mail_host: bool,
    /// Why the route may be incomplete, one sentence each.
    pub unknown: Vec<String>,
}

impl<'a> Routes<'a> {
    /// Works out the routes of a farm. `stale_dns` says why DNS has no views, if what it answered is
    /// too old.
    pub(super) fn new(farm: &'a Farm, views: &[DnsView<'a>], stale_dns: Option<&'a str>) -> Self {
        let entries = entry::all(farm, views);
        let walk = Walk::new(farm, views, &entries, stale_dns);
        Self {
            farm,
            entries,
            walk,
            destinations: OnceCell::new(),
        }
    }

    /// Returns whether mail goes to a server.
    pub(crate) fn reach(&self, server: &Server) -> Reach<'a> {
        if server.is_standby() {
            return Reach::Off;
        }
        let mut ways = self.walk.ways(server).to_vec();
        let is_receiver = server.incoming_email_service == Some(true);
        // SharePoint counts on the service there, by whatever way mail comes.
        if ways.is_empty() && is_receiver && matches!(self.farm.delivery(), Delivery::Automatic) {
            ways.push(Way::Automatic);
        }
        if !ways.is_empty() {
            return Reach::On(ways);
        }
        match self.walk.unknown_for(server) {
            Some(why) => Reach::NotKnown(why),
            None => Reach::Off,
        }
    }

    /// Returns whether an MX record or an address of a served domain leads to the server itself.
    pub(super) fn is_direct(&self, server: &Server) -> Ternary {
        if server.is_standby() {
            return Ternary::No;
        }
        let ways = self.walk.ways(server);
        if ways.iter().any(|way| matches!(way, Way::Direct { .. })) {
            return Ternary::Yes;
        }
        match self.walk.unknown_exchanger() {
            Some(why) => Ternary::Unknown(why),
            None => Ternary::No,
        }
    }

    /// Returns whether an MX record or an address of a served domain leads senders of one side to
    /// the server itself.
    pub(super) fn is_direct_from(&self, server: &Server, side: NetworkView) -> Ternary {
        let is_direct =
            |way: &Way<'_>| matches!(way, Way::Direct { side: own, .. } if *own == side);
        match self.walk.unknown_exchanger() {
            _ if server.is_standby() => Ternary::No,
            _ if self.walk.ways(server).iter().any(is_direct) => Ternary::Yes,
            Some(why) => Ternary::Unknown(why),
            None => Ternary::No,
        }
    }

    /// Returns the mail hosts that pass mail to a server, also over others.
    pub(crate) fn mail_hosts_to(&self, server: &Server) -> Vec<&'a MailHost> {
        if server.is_standby() {
            return Vec::new();
        }
        self.walk.mail_hosts_to(server)
    }

    /// Returns the mail hosts of the longest way to a server that counts, or `None` if none does.
    pub(super) fn longest_way_to(
        &self,
        server: &Server,
        counts: impl Fn(&[&MailHost]) -> bool,
    ) -> Option<Vec<&'a MailHost>> {
        let mut trails: Vec<&Trail<'a>> = self.walk.trails_to(server).iter().rev().collect();
        trails.sort_by_key(|trail| Reverse(trail.length));
        let mut ways = trails.into_iter().map(|trail| self.walk.hosts_of(trail));
        ways.find(|hosts| counts(hosts))
    }

    /// Returns the sizes of the largest messages that get to a server, for each of its ways;
    /// `None` if no mail host on it records one.
    pub(super) fn limits_to(&self, server: &Server) -> impl Iterator<Item = Option<u64>> {
        let trails = self.walk.trails_to(server).iter();
        trails.map(|trail| trail.smallest_limit)
    }

    /// Returns the ports of a server that mail is sent to, by all ways that are known.
    pub(super) fn ports_to(&self, server: &Server) -> BTreeSet<u16> {
        let ways = self.walk.ways(server).iter().copied();
        let ports = ways.flat_map(|way| match way {
            Way::Direct { .. } | Way::Automatic => vec![SMTP_PORT],
            Way::MailHost(host) => self.walk.ports_between(host.passes_to.as_deref(), server),
            Way::Server(other) => self.walk.ports_between(other.passes_to.as_deref(), server),
        });
        let mut ports: BTreeSet<u16> = ports.collect();
        if ports.is_empty() {
            ports.insert(SMTP_PORT);
        }
        ports
    }

    /// Returns where mail through a mail host ends.
    pub(super) fn destination(&self, host: &'a MailHost) -> Destination {
        self.destinations().of(host)
    }

    /// Returns where mail ends that a server passes on.
    pub(super) fn destination_of_server(&self, server: &'a Server) -> Destination {
        self.destinations().of(server)
    }

    /// Returns how all ways end of mail through a mail host that leads nowhere.
    pub(super) fn ends(&self, host: &'a MailHost) -> Vec<Dead> {
        destination::ends_of_host(self.farm, &self.walk, host)
    }

    /// Returns how all ways end of mail that a server passes on to nowhere.
    pub(super) fn ends_of_server(&self, server: &'a Server) -> Vec<Dead> {
        destination::ends_of_server(self.farm, &self.walk, server)
    }

    /// Returns the other mail host that causes `host` to lead nowhere, or `None` if there is none.
    /// It is the nearest one behind `host` where mail ends, or the first of a loop.
    pub(super) fn explains_nowhere(&self, host: &'a MailHost) -> Option<&'a MailHost> {
        let place = self.destinations().explaining(host)?;
        self.farm.mail_hosts.get(place)
    }

    fn destinations(&self) -> &Destinations {
        let destinations = &self.destinations;
        destinations.get_or_init(|| Destinations::new(self.farm, &self.walk))
    }

    /// Returns each standby server whose domain has only standby servers as exchangers in some DNS
    /// view, with that domain. Empty if every server of the farm is on standby: then that is
    /// intended.
    pub(super) fn only_standby(&self) -> Vec<(&'a Server, &'a DomainName)> {
        let mut found: Vec<(&Server, &DomainName)> = Vec::new();
        if self.farm.servers.iter().all(Server::is_standby) {
            return found;
        }
        for entry in &self.entries {
            let Some(servers) = entry.servers_on_standby() else {
                continue;
            };
            for server in servers {
                if !found.iter().any(|(known, _)| std::ptr::eq(*known, server)) {
                    found.push((server, entry.domain));
                }
            }
        }
        found
    }

    /// Returns the mail hosts to which no other passes mail.
    pub(super) fn first_mail_hosts(&self) -> Vec<&'a MailHost> {
        self.walk.first_mail_hosts()
    }

    /// Returns the mail hosts that connect to a server themselves.
    pub(crate) fn last_mail_hosts_to(&self, server: &Server) -> Vec<&'a MailHost> {
        let ways = match self.reach(server) {
            Reach::On(ways) => ways,
            Reach::Off | Reach::NotKnown(_) => Vec::new(),
        };
        let hosts = ways.into_iter().filter_map(|way| match way {
            Way::MailHost(host) => Some(host),
            Way::Direct { .. } | Way::Server(_) | Way::Automatic => None,
        });
        hosts.collect()
    }

    /// Returns why a server that does not know a domain may be right, or `None` if it must know it.
    /// No remedy may make a domain an alias domain whose mail goes elsewhere, or that may be the
    /// company's.
    pub(super) fn why_not_alias(&self, server: &Server, domain: &DomainName) -> Option<String> {
        if let Some(why) = self.why_elsewhere(domain) {
            return Some(why);
        }
        if checked(&self.farm.incoming.display_address).valid() != Some(domain) {
            return None;
        }
        let contacts = match self.farm.directory.service {
            Some(Service::Yes | Service::Remote) => Contacts::Exist,
            Some(Service::No) => return None,
            None => Contacts::NotRecorded,
        };
        let is_direct = self.walk.ways(server).iter().any(
            |way| matches!(way, Way::Direct { domain: other, .. } if *other == domain.ascii()),
        );
        let hosts = match is_direct {
            // What one view leads to the server, another leads to Exchange.
            true => self.exchanges_of(domain),
            false => self.mail_hosts_to(server),
        };
        let is_company = |host: &MailHost| match contacts {
            Contacts::Exist => true,
            Contacts::NotRecorded => is_direct || is_host_below(host, domain),
        };
        let without = hosts
            .into_iter()
            .find(|host| host.delivers_as.is_none() && is_company(host))?;
        Some(format!(
            "it may be the company's own mail domain. Then `{}` passes the farm's mail on under \
             another domain, through contacts; `{command}` records which",
            without.name(),
            command = remedy::spinmail(
                "mail-host set {NAME} --delivers-as DOMAIN",
                &[&without.name()]
            ),
        ))
    }

    /// Returns why mail for a domain also goes elsewhere, or may do so: by an exchanger that is not known
    /// to be a recorded host, or because the exchangers are not known to one side.
    fn why_elsewhere<'s>(&'s self, domain: &DomainName) -> Option<String> {
        let entries = || self.entries.iter().filter(|entry| entry.domain == domain);
        let mut exchangers = entries().flat_map(|entry| &entry.exchangers);
        if let Some(exchanger) = exchangers.find(|exchanger| self.is_unrecorded(exchanger)) {
            return Some(if exchanger.host == domain.ascii() {
                "its mail also goes to its own address, which no recorded host has".to_owned()
            } else {
                format!(
                    "its mail also goes to `{}`, which is not recorded",
                    exchanger.host
                )
            });
        }
        // What another name server of the same side knows of the host is known.
        let is_shown = |side, host: &str| {
            let of_side = entries().filter(|entry| entry.side == side);
            let mut others = of_side.flat_map(|entry| &entry.exchangers);
            is_recorded_name(self.farm, host)
                || others.any(|other| {
                    other.host == host
                        && matches!(other.leads_to, LeadsTo::Servers(_) | LeadsTo::MailHosts(_))
                })
        };
        let with_side = |entry: &'s Entry<'a>| {
            let side = entry.side;
            entry.exchangers.iter().map(move |each| (side, each))
        };
        let mut not_known = entries().flat_map(with_side);
        let of_exchanger = not_known.find_map(|(side, exchanger)| match &exchanger.leads_to {
            LeadsTo::NotKnown(why) if !is_shown(side, &exchanger.host) => Some(format!(
                "its mail also goes to `{}`, and whether that is a recorded host is not \
                     known: {why}",
                exchanger.host
            )),
            _ => None,
        });
        of_exchanger.or_else(|| {
            let is_answered =
                |side| entries().any(|each| each.side == side && each.unknown.is_none());
            let unanswered = entries().find(|entry| !is_answered(entry.side))?;
            let why = unanswered.unknown.as_ref()?;
            Some(format!("where its mail goes is not known: {why}"))
        })
    }

    /// Returns whether an exchanger is known not to be a recorded host.
    fn is_unrecorded(&self, exchanger: &Exchanger<'a>) -> bool {
        match &exchanger.leads_to {
            LeadsTo::Elsewhere => true,
            LeadsTo::NoAddress => !is_recorded_name(self.farm, &exchanger.host),
            LeadsTo::Literal => {
                let address = exchanger.host.parse();
                !address.is_ok_and(|address| self.walk.is_recorded_address(address))
            }
            LeadsTo::Servers(_) | LeadsTo::MailHosts(_) | LeadsTo::NotKnown(_) => false,
        }
    }

    /// Returns the Exchange mail hosts that are exchangers of a domain in some view.
    fn exchanges_of(&self, domain: &DomainName) -> Vec<&'a MailHost> {
        let entries = self.entries.iter().filter(|entry| entry.domain == domain);
        let exchangers = entries.flat_map(|entry| &entry.exchangers);
        let hosts = exchangers.filter_map(|exchanger| match &exchanger.leads_to {
            LeadsTo::MailHosts(hosts) => Some(hosts),
            _ => None,
        });
        let hosts = hosts.flatten().copied();
        hosts.filter(|host| host.is_exchange()).collect()
    }

    /// Returns the mail hosts whose connections alone decide about a server: mail does not come
    /// straight to it, or only where none of these can be reached. None if any machine that
    /// connects is as good as a sender, or if no mail host is known.
    pub(super) fn deciding_mail_hosts(&self, server: &Server) -> Vec<&'a MailHost> {
        match self.is_direct(server) {
            Ternary::Yes if !self.is_reserve(server) => Vec::new(),
            Ternary::Yes | Ternary::No | Ternary::Unknown(_) => self.last_mail_hosts_to(server),
        }
    }

    /// Returns whether a server takes mail straight only in reserve: wherever it is an exchanger, a
    /// mail host that passes mail to it is preferred.
    fn is_reserve(&self, server: &Server) -> bool {
        let hosts = self.mail_hosts_to(server).into_iter();
        let hosts: BTreeSet<*const ()> = hosts.map(identity).collect();
        let is_before = |exchanger: &Exchanger<'a>| match &exchanger.leads_to {
            LeadsTo::MailHosts(others) => {
                let mut others = others.iter();
                others.any(|other| hosts.contains(&identity(*other)))
            }
            _ => false,
        };
        let is_server = |exchanger: &Exchanger<'a>| match &exchanger.leads_to {
            LeadsTo::Servers(servers) => servers.iter().any(|other| std::ptr::eq(*other, server)),
            _ => false,
        };
        let lowest = |entry: &Entry<'a>, is_one: &dyn Fn(&Exchanger<'a>) -> bool| {
            let exchangers = entry.exchangers.iter();
            let preferences = exchangers.filter(|exchanger| is_one(exchanger));
            preferences.map(|exchanger| exchanger.preference).min()
        };
        let mut straight = self
            .entries
            .iter()
            .filter_map(|entry| Some((entry, lowest(entry, &is_server)?)));
        straight.all(|(entry, own)| lowest(entry, &is_before).is_some_and(|before| before < own))
    }

    /// Returns the domains that mail has in its addresses when it gets to a server. Where the way
    /// is not known, the display address is one.
    pub(crate) fn served_domains(&self, server: &Server) -> Vec<ServedDomain<'a>> {
        let mut domains: Vec<ServedDomain<'a>> = Vec::new();
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let mut add = |served: ServedDomain<'a>| {
            if known.insert(served.domain.ascii()) {
                domains.push(served);
            }
        };
        let reach = self.reach(server);
        if reach == Reach::Off {
            return domains;
        }
        let display = checked(&self.farm.incoming.display_address).valid();
        let trails = self.walk.trails_to(server);
        if trails.is_empty() {
            display.map(display_domain).into_iter().for_each(&mut add);
        }
        for trail in trails {
            match (trail.host_with_domains, trail.domain) {
                (Some(host), _) => passed_on_domains(host).for_each(&mut add),
                (None, Some(domain)) if display != Some(domain) => {
                    let of_contacts = contact_domains(self.farm).into_iter();
                    of_contacts
                        .filter(|served| served.domain == domain)
                        .for_each(&mut add);
                }
                (None, _) => display.map(display_domain).into_iter().for_each(&mut add),
            }
        }
        let comes_from_exchange = self
            .mail_hosts_to(server)
            .iter()
            .any(|host| host.is_exchange());
        if comes_from_exchange && self.farm.manages_directory() {
            contact_domains(self.farm).into_iter().for_each(add);
        }
        domains
    }

    /// Returns every mail exchanger of the farm's domains, in every view.
    pub(super) fn exchangers(&self) -> impl Iterator<Item = &Exchanger<'a>> {
        self.entries.iter().flat_map(|entry| &entry.exchangers)
    }

    /// Returns the domain whose exchangers a message to an address meets: that of the web
    /// application whose own domain it is, else the display address.
    fn domain_of(&self, address: Option<&str>) -> Option<&'a DomainName> {
        let domain = address.and_then(|address| address.rsplit_once('@'));
        let domain = domain.and_then(|(_, domain)| DomainName::from_text(domain).ok());
        let mut web_applications = self.farm.web_applications.iter();
        let own_domain = web_applications.find_map(|web| {
            let own = web.incoming_address.as_ref()?;
            domain
                .as_ref()
                .is_some_and(|domain| domain.ascii() == own.ascii())
                .then_some(own)
        });
        own_domain.or(checked(&self.farm.incoming.display_address).valid())
    }

    /// Returns the routes of messages to an address, or to the display address: from outside, if
    /// mail from outside is wanted or that is not recorded and the outside was asked, and from
    /// inside.
    pub(crate) fn all(&self, address: Option<&str>) -> Vec<Route<'a>> {
        let domain = self.domain_of(address);
        let has_outside = self
            .entries
            .iter()
            .any(|entry| entry.side == NetworkView::Outside);
        let is_outside_wanted = match self.farm.mail_from_outside {
            Some(is_wanted) => is_wanted,
            None => has_outside,
        };
        let mut routes = Vec::new();
        if is_outside_wanted {
            routes.push(self.outside(domain, has_outside));
        }
        routes.push(self.inside(domain));
        routes
    }

    fn outside(&self, domain: Option<&DomainName>, has_outside: bool) -> Route<'a> {
        let mut route = self.by_exchangers(domain, NetworkView::Outside);
        if !has_outside {
            route.unknown = vec![
                "it is not known which mail exchangers senders outside see: name a public \
                 DNS server with `spinmail set outside-dns-servers ADDRESS`"
                    .to_owned(),
            ];
        }
        route
    }

    /// Returns the route of mail from inside: by Exchange if any is recorded, else as the inside
    /// view says. Without DNS it starts at the mail hosts to which no other passes mail.
    fn inside(&self, domain: Option<&DomainName>) -> Route<'a> {
        let is_exchange = |host: &&MailHost| host.is_exchange();
        let exchanges: Vec<&MailHost> = self.farm.mail_hosts.iter().filter(is_exchange).collect();
        if !exchanges.is_empty() {
            return self.starting_at(&exchanges);
        }
        let starts = self.walk.first_mail_hosts();
        let route = self.by_exchangers(domain, NetworkView::Inside);
        if route.leads_anywhere() || starts.is_empty() {
            return route;
        }
        self.starting_at(&starts)
    }

    fn starting_at(&self, starts: &[&'a MailHost]) -> Route<'a> {
        let mut arrival = Arrival::default();
        for host in starts {
            self.walk.follow_mail_host(host, &mut arrival);
        }
        Route {
            starts: starts.to_vec(),
            ..Route::new(NetworkView::Inside, Vec::new(), arrival)
        }
    }

    fn by_exchangers(&self, domain: Option<&DomainName>, side: NetworkView) -> Route<'a> {
        let mut exchangers: Vec<Exchanger<'a>> = Vec::new();
        let mut arrival = Arrival::default();
        let mut has_entry = false;
        let entries = self.entries.iter().filter(|entry| {
            entry.side == side && domain.is_some_and(|domain| domain == entry.domain)
        });
        for entry in entries {
            has_entry = true;
            arrival.unknown.extend(entry.unknown.clone());
            for exchanger in &entry.exchangers {
                self.walk.follow_exchanger(exchanger, entry, &mut arrival);
                if !exchangers.contains(exchanger) {
                    exchangers.push(exchanger.clone());
                }
            }
        }
        if !has_entry {
            arrival.unknown.push(format!(
                "it is not known which mail exchangers {} sees; {}",
                match side {
                    NetworkView::Inside => "a sender inside",
                    NetworkView::Outside => "a sender outside",
                },
                self.walk.how_to_ask("`spinmail gather dns` asks")
            ));
        }
        exchangers.sort_by_key(|exchanger| exchanger.preference);
        Route::new(side, exchangers, arrival)
    }
}

impl<'a> Route<'a> {
    fn new(side: NetworkView, exchangers: Vec<Exchanger<'a>>, arrival: Arrival<'a>) -> Self {
        let mut unknown = arrival.unknown;
        let mut known = BTreeSet::new();
        unknown.retain(|why| known.insert(why.clone()));
        Self {
            side,
            exchangers,
            starts: Vec::new(),
            mail_hosts: arrival.mail_hosts,
            takers: arrival.servers,
            is_written_by_mail_host: arrival.reaches_drop_folder,
            unknown,
        }
    }

    /// Returns whether it leads to the farm, as far as it is known.
    pub(crate) fn leads_anywhere(&self) -> bool {
        !self.exchangers.is_empty()
            || !self.mail_hosts.is_empty()
            || !self.takers.is_empty()
            || self.is_written_by_mail_host
    }
}

impl Reach<'_> {
    /// Returns the outcome of a rule about taking mail, by whether mail goes to the server: off a
    /// known route the rule does not apply; where the route is not known, a finding is undecided.
    pub(super) fn limit(&self, outcome: Outcome) -> Outcome {
        match (self, outcome) {
            (Self::On(_), outcome) => outcome,
            (Self::Off, _) => Outcome::not_applicable("no mail goes there"),
            // A note says nothing against the server.
            (Self::NotKnown(why), Outcome::Fail(finding))
                if finding.severity != Some(Severity::Note) =>
            {
                Outcome::undecided(format!(
                    "{}; it is not known whether mail goes there: {why}",
                    finding.message
                ))
            }
            (Self::NotKnown(_), outcome) => outcome,
        }
    }
}

fn display_domain(domain: &DomainName) -> ServedDomain<'_> {
    ServedDomain {
        domain,
        key: "incoming-email.display-address".to_owned(),
        origin: DomainOrigin::DisplayAddress,
    }
}

/// Returns whether a mail host's own name is below a domain, as that of a company's Exchange is
/// below the company's domain.
fn is_host_below(host: &MailHost, domain: &DomainName) -> bool {
    let mut names = host.names();
    names.any(|name| {
        let name = HostPattern::canonical(name.as_str());
        is_below(&name, domain.ascii()) && name != domain.ascii()
    })
}

/// Returns the domains that a mail host gives to addresses.
fn passed_on_domains(host: &MailHost) -> impl Iterator<Item = ServedDomain<'_>> {
    let domains = host.delivers_as.iter().flatten();
    domains.map(|domain| ServedDomain {
        domain,
        key: format!("mail-host.{}.delivers-as", host.name()),
        origin: DomainOrigin::DeliversAs,
    })
}

/// Returns the domains, except the display address, in the addresses that contacts lead to.
fn contact_domains(farm: &Farm) -> Vec<ServedDomain<'_>> {
    let mut domains = Vec::new();
    if let Checked::Valid(_, MailServer::Host(domain)) = checked(&farm.directory.smtp_server) {
        domains.push(ServedDomain {
            domain,
            key: "directory-management.smtp-server".to_owned(),
            origin: DomainOrigin::SmtpServer,
        });
    }
    for web in &farm.web_applications {
        domains.extend(web.incoming_address.as_ref().map(|domain| ServedDomain {
            domain,
            key: format!("web-application.{}.incoming-address", web.name()),
            origin: DomainOrigin::IncomingAddress,
        }));
    }
    domains
}
