//! The routes as reports keep them: by names, without the farm and the facts.

use super::{LeadsTo, Reach, Route, Routes};
use crate::facts::NetworkView;
use crate::farm::values::checked;
use crate::farm::{MailHost, Server};

/// What a message from one side goes through, by names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RouteOutline {
    /// From where the message comes.
    pub side: NetworkView,
    /// The mail exchangers, the preferred ones first. Empty if the route starts at mail hosts, or
    /// if they are not known.
    pub exchangers: Vec<OutlinedExchanger>,
    /// The mail hosts on the route.
    pub mail_hosts: Vec<String>,
    /// To whom each of them passes mail on.
    pub passing: Vec<OutlinedHost>,
    /// For each mail host at which it starts, that one and those behind it. Empty if it starts at
    /// mail exchangers.
    pub starts: Vec<Vec<String>>,
    /// The servers of the farm that take the mail. If the route is not known, those that may.
    pub takers: Vec<String>,
    /// The servers whose delivery job takes the messages from the drop folder.
    pub pollers: Vec<String>,
    /// Whether a mail host writes files to the drop folder itself.
    pub is_written_by_mail_host: bool,
    /// Why there may be more to it, one sentence each.
    pub unknown: Vec<String>,
}

/// A mail host, and to whom it passes mail on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OutlinedHost {
    /// Its main name.
    pub name: String,
    /// All its names.
    pub names: Vec<String>,
    /// The mail hosts and servers of the farm that get mail from it next. A server's place is also
    /// taken by those to which it passes mail on.
    pub next: Vec<String>,
}

/// A mail exchanger, and what it leads to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OutlinedExchanger {
    /// The MX record's preference.
    pub preference: u16,
    /// The host as the MX record names it, in lowercase.
    pub host: String,
    /// The servers of the farm that it is.
    pub servers: Vec<String>,
    /// The mail hosts that it is.
    pub own_hosts: Vec<String>,
    /// The mail hosts that it is, and those behind them.
    pub mail_hosts: Vec<String>,
    /// The servers of the farm to which the mail hosts that it is pass mail on.
    pub behind: Vec<String>,
}

impl<'a> Routes<'a> {
    /// Returns the routes of messages to an address, or to the display address, by names.
    pub(crate) fn outlines(&self, address: Option<&str>) -> Vec<RouteOutline> {
        self.all(address)
            .iter()
            .map(|route| self.outline(route))
            .collect()
    }

    fn outline(&self, route: &Route<'a>) -> RouteOutline {
        let mut takers: Vec<&Server> = route.takers.clone();
        if takers.is_empty() && !route.is_written_by_mail_host {
            let servers = self.farm.mail_servers();
            takers.extend(servers.filter(|server| !matches!(self.reach(server), Reach::Off)));
        }
        RouteOutline {
            side: route.side,
            exchangers: route
                .exchangers
                .iter()
                .map(|exchanger| self.outlined(exchanger))
                .collect(),
            mail_hosts: host_names(&route.mail_hosts),
            passing: self.passing(&route.mail_hosts),
            starts: route
                .starts
                .iter()
                .map(|host| {
                    let mut arrival = super::Arrival::default();
                    self.walk.follow_mail_host(host, &mut arrival);
                    host_names(&arrival.mail_hosts)
                })
                .collect(),
            pollers: self.pollers(&takers),
            takers: names(takers),
            is_written_by_mail_host: route.is_written_by_mail_host,
            unknown: route.unknown.clone(),
        }
    }

    fn passing(&self, hosts: &[&'a MailHost]) -> Vec<OutlinedHost> {
        let outlined = |host: &&'a MailHost| OutlinedHost {
            name: host.name().to_owned(),
            names: host.names().map(|name| name.as_str().to_owned()).collect(),
            next: self.walk.next_names(host),
        };
        hosts.iter().map(outlined).collect()
    }

    fn outlined(&self, exchanger: &super::Exchanger<'_>) -> OutlinedExchanger {
        let mut servers = Vec::new();
        let mut behind = Vec::new();
        let mut mail_hosts = Vec::new();
        let mut own_hosts = Vec::new();
        match &exchanger.leads_to {
            LeadsTo::Servers(own) => servers = names(own.clone()),
            LeadsTo::MailHosts(hosts) => {
                let mut arrival = super::Arrival::default();
                for recorded in &self.farm.mail_hosts {
                    if hosts.iter().any(|host| std::ptr::eq(*host, recorded)) {
                        self.walk.follow_mail_host(recorded, &mut arrival);
                    }
                }
                own_hosts = host_names(hosts);
                mail_hosts = host_names(&arrival.mail_hosts);
                behind = names(arrival.servers);
            }
            _ => {}
        }
        OutlinedExchanger {
            preference: exchanger.preference,
            host: exchanger.host.clone(),
            servers,
            own_hosts,
            mail_hosts,
            behind,
        }
    }

    /// Returns the servers that take the messages of these from where they drop them: themselves if
    /// they run the service and drop on their own disk, else all that run it.
    fn pollers(&self, takers: &[&Server]) -> Vec<String> {
        let receivers: Vec<&Server> = self
            .farm
            .receivers()
            .filter(|server| !server.is_standby())
            .collect();
        let on_own_disk = |server: &&&Server| {
            let folder = self.farm.polled_folder(server);
            let is_share = checked(&server.drop_folder)
                .valid()
                .or_else(|| folder.valid())
                .is_some_and(|path| path.is_share());
            !is_share
                && receivers
                    .iter()
                    .any(|receiver| std::ptr::eq(*receiver, **server))
        };
        let own: Vec<&Server> = takers.iter().filter(on_own_disk).copied().collect();
        match own.len() == takers.len() && !own.is_empty() {
            true => names(own),
            false => names(receivers),
        }
    }
}

fn host_names(hosts: &[&MailHost]) -> Vec<String> {
    hosts.iter().map(|host| host.name().to_owned()).collect()
}

fn names(servers: Vec<&Server>) -> Vec<String> {
    servers
        .into_iter()
        .map(|server| server.name().to_owned())
        .collect()
}
