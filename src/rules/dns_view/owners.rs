//! The recorded hosts behind a name.

use super::DnsView;
use crate::farm::values::{HostPattern, ServerName, is_same_host};
use crate::farm::{Farm, MailHost, Server};
use crate::rules::Ternary;
use std::net::IpAddr;

/// The recorded hosts behind a name.
#[derive(Debug, Clone)]
pub(in crate::rules) enum NameOwners<'a> {
    /// Hosts that are known to share the name or an address with it.
    Hosts(OwningHosts<'a>),
    /// The name has no address.
    NoAddress,
}

/// The recorded hosts behind a name.
#[derive(Debug, Clone, Default)]
pub(in crate::rules) struct OwningHosts<'a> {
    /// Servers of the farm.
    pub servers: Vec<&'a Server>,
    /// Hosts that pass mail on to the farm.
    pub mail_hosts: Vec<&'a MailHost>,
    /// Why there may be more.
    pub unknown: Option<String>,
}

impl OwningHosts<'_> {
    /// Returns whether any recorded host is known to be behind the name.
    pub(in crate::rules) fn is_recorded(&self) -> bool {
        !self.servers.is_empty() || !self.mail_hosts.is_empty()
    }
}

impl<'a> DnsView<'a> {
    /// Returns the recorded hosts behind a name: those of this name, and those that share an
    /// address with it. Addresses of servers inside are taken from any view.
    pub(in crate::rules) fn owners(&self, name: &str) -> NameOwners<'a> {
        let (addresses, unknown) = self.known_addresses(name);
        if addresses.is_empty() && unknown.is_none() {
            return NameOwners::NoAddress;
        }
        let mail_hosts = self.mail_hosts_behind(name, &addresses);
        if mail_hosts.iter().any(|host| host.is_named(name)) {
            return NameOwners::Hosts(OwningHosts {
                mail_hosts,
                ..OwningHosts::default()
            });
        }
        let mut hosts = OwningHosts {
            mail_hosts,
            unknown,
            ..OwningHosts::default()
        };
        for server in &self.farm.servers {
            match self.is_behind(server, name, &addresses) {
                Ternary::Yes => hosts.servers.push(server),
                Ternary::No => {}
                Ternary::Unknown(why) => hosts.unknown = hosts.unknown.or(Some(why)),
            }
        }
        NameOwners::Hosts(hosts)
    }

    /// Returns whether a server has a name, or an address of it.
    fn is_behind(&self, server: &Server, name: &str, addresses: &[IpAddr]) -> Ternary {
        let Some(host) = server.name.as_ref().map(|host| host.ascii()) else {
            return Ternary::No;
        };
        if host == name {
            return Ternary::Yes;
        }
        let seen = self.seen_addresses(host).iter().copied();
        let mut own = server.public_addresses().chain(seen);
        if own.any(|address| addresses.contains(&address)) {
            return Ternary::Yes;
        }
        if !host.contains('.') {
            return Ternary::Unknown(format!(
                "the server `{}` is recorded by a short name; record its full name",
                server.name()
            ));
        }
        let (_, unknown) = self.known_addresses(host);
        unknown.map_or(Ternary::No, Ternary::Unknown)
    }

    /// Returns the mail hosts of a name, or else those with one of its addresses.
    fn mail_hosts_behind(&self, name: &str, addresses: &[IpAddr]) -> Vec<&'a MailHost> {
        let hosts = &self.farm.mail_hosts;
        let named: Vec<&MailHost> = hosts.iter().filter(|host| host.is_named(name)).collect();
        if !named.is_empty() {
            return named;
        }
        hosts
            .iter()
            .filter(|host| host.addresses().any(|own| addresses.contains(&own)))
            .collect()
    }
}

/// Returns whether a server has this name. One of the two may be short.
pub(in crate::rules) fn is_server_named(server: &Server, name: &str) -> bool {
    let own = ServerName::canonical(server.name());
    own == name || is_same_host(&own, name)
}

/// Returns whether a mail host has this name, or with a dot in front is recorded so.
fn is_host_named(host: &MailHost, name: &str) -> bool {
    let mut names = host.names();
    host.is_named(name) || names.any(|own| HostPattern::canonical(own.as_str()) == name)
}

/// Returns whether the farm file records a host by this name, whatever its address is.
pub(in crate::rules) fn is_recorded_name(farm: &Farm, name: &str) -> bool {
    let mut servers = farm.servers.iter();
    let mut hosts = farm.mail_hosts.iter();
    servers.any(|server| is_server_named(server, name))
        || hosts.any(|host| is_host_named(host, name))
}
