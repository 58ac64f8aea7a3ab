//! The recorded hosts by name and by address, looked up without reading the whole file each time.

use crate::farm::values::{HostPattern, ServerName};
use crate::farm::{Farm, MailHost, Server};
use crate::rules::dns_view::is_server_named;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The recorded hosts by name and by address. Places are those of the farm file.
#[derive(Debug)]
pub(crate) struct RecordedHosts<'a> {
    farm: &'a Farm,
    /// Mail hosts by the canonical form of their names; those below a name have a dot in front.
    by_name: BTreeMap<String, Vec<usize>>,
    by_address: BTreeMap<IpAddr, Vec<usize>>,
    servers_by_address: BTreeMap<IpAddr, Vec<usize>>,
}

impl<'a> RecordedHosts<'a> {
    /// Sorts the hosts of a farm. `addresses_of` returns all known addresses of a server.
    pub(crate) fn new(farm: &'a Farm, addresses_of: impl Fn(&Server) -> Vec<IpAddr>) -> Self {
        let mut hosts = Self {
            farm,
            by_name: BTreeMap::new(),
            by_address: BTreeMap::new(),
            servers_by_address: BTreeMap::new(),
        };
        for (place, host) in farm.mail_hosts.iter().enumerate() {
            for name in host.names() {
                let canonical = HostPattern::canonical(name.as_str());
                hosts.by_name.entry(canonical).or_default().push(place);
            }
            for address in host.addresses() {
                hosts.by_address.entry(address).or_default().push(place);
            }
        }
        for (place, server) in farm.servers.iter().enumerate() {
            for address in addresses_of(server) {
                let places = hosts.servers_by_address.entry(address).or_default();
                places.push(place);
            }
        }
        hosts
    }

    /// Returns the servers of a name. One of the two may be short.
    pub(super) fn servers_named(&self, name: &str) -> Vec<&'a Server> {
        let servers = self.farm.servers.iter();
        servers
            .filter(|server| is_server_named(server, name))
            .collect()
    }

    /// Returns the mail hosts of a name, or with a dot in front those that are recorded so.
    pub(crate) fn mail_hosts_named(&self, name: &str) -> Vec<&'a MailHost> {
        let name = match name.starts_with('.') {
            true => name.to_owned(),
            false => ServerName::canonical(name),
        };
        let mut places: BTreeSet<usize> = BTreeSet::new();
        places.extend(self.by_name.get(&name).into_iter().flatten());
        let dots = name.match_indices('.').filter(|(at, _)| *at > 0);
        for below in dots.filter_map(|(at, _)| name.get(at..)) {
            places.extend(self.by_name.get(below).into_iter().flatten());
        }
        self.mail_hosts_at(places)
    }

    pub(super) fn servers_with(&self, address: IpAddr) -> Vec<&'a Server> {
        let places = self.servers_by_address.get(&address).into_iter().flatten();
        let places: BTreeSet<usize> = places.copied().collect();
        let servers = places.into_iter();
        servers
            .filter_map(|place| self.farm.servers.get(place))
            .collect()
    }

    pub(super) fn mail_hosts_with(&self, address: IpAddr) -> Vec<&'a MailHost> {
        let places = self.by_address.get(&address).into_iter().flatten();
        self.mail_hosts_at(places.copied().collect())
    }

    fn mail_hosts_at(&self, places: BTreeSet<usize>) -> Vec<&'a MailHost> {
        let hosts = places.into_iter();
        hosts
            .filter_map(|place| self.farm.mail_hosts.get(place))
            .collect()
    }
}
