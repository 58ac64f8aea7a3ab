//! Where mail for the farm's domains is sent first, as DNS says it.

use super::way::Way;
use crate::facts::NetworkView;
use crate::farm::values::{DomainName, MailServer, checked};
use crate::farm::{Farm, MailHost, Server};
use crate::rules::Outcome;
use crate::rules::dns_view::{self, DnsView, NameOwners, with_newest_exchangers};

/// What one view answers about one domain.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub side: NetworkView,
    pub domain: &'a DomainName,
    /// The hosts that mail for the domain is sent to.
    pub exchangers: Vec<Exchanger<'a>>,
    /// Why they are not known, or `None` if they are.
    pub unknown: Option<String>,
    /// Whether mail for the domain is surely the farm's. That of the SMTP mail server and of web
    /// applications is so only if contacts lead there.
    pub is_certain: bool,
}

impl<'a> Entry<'a> {
    /// Returns the way of mail to a server that an exchanger is.
    pub(super) fn direct(&self) -> Way<'a> {
        Way::Direct {
            domain: self.domain.ascii(),
            side: self.side,
        }
    }

    /// Returns the servers on standby if its exchangers lead to no other host, else `None`.
    pub(super) fn servers_on_standby(&self) -> Option<Vec<&'a Server>> {
        let mut found = Vec::new();
        for exchanger in &self.exchangers {
            match &exchanger.leads_to {
                LeadsTo::Servers(servers) if servers.iter().all(|each| each.is_standby()) => {
                    found.extend(servers);
                }
                LeadsTo::NoAddress | LeadsTo::Literal => {}
                _ => return None,
            }
        }
        (self.unknown.is_none() && !found.is_empty()).then_some(found)
    }

    /// Returns why it is not known which hosts its exchangers are, one sentence each.
    pub(super) fn why_unknown(&self) -> Vec<String> {
        let of_hosts = self
            .exchangers
            .iter()
            .filter_map(|exchanger| match &exchanger.leads_to {
                LeadsTo::NotKnown(why) => Some(why.clone()),
                _ => None,
            });
        self.unknown.iter().cloned().chain(of_hosts).collect()
    }
}

/// A host that mail for a domain is sent to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Exchanger<'a> {
    /// The MX record's preference; 0 if the domain's own address stands in for one.
    pub preference: u16,
    /// The host as the MX record names it, in lowercase.
    pub host: String,
    pub leads_to: LeadsTo<'a>,
}

/// The recorded hosts that an exchanger is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LeadsTo<'a> {
    /// Servers of the farm.
    Servers(Vec<&'a Server>),
    /// Hosts that pass mail on to the farm.
    MailHosts(Vec<&'a MailHost>),
    /// Nothing that is recorded. Whether it passes mail on to the farm is not known.
    Elsewhere,
    /// It has no address.
    NoAddress,
    /// It is an address instead of a name.
    Literal,
    /// That is not known, and what would tell.
    NotKnown(String),
}

/// Returns what the newest answers of all views say about the farm's domains.
pub(super) fn all<'a>(farm: &'a Farm, views: &[DnsView<'a>]) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for (domain, is_certain) in domains(farm) {
        for view in with_newest_exchangers(views, domain) {
            // What outsiders see does not matter to a farm that takes no mail from them.
            let is_inside_only = farm.mail_from_outside == Some(false);
            if view.side == NetworkView::Outside && is_inside_only {
                continue;
            }
            if let Some(entry) = entry_of(&view, domain, is_certain) {
                entries.push(entry);
            }
        }
    }
    entries
}

/// Returns the domains that mail may be sent to, and whether it surely is the farm's.
fn domains(farm: &Farm) -> Vec<(&DomainName, bool)> {
    let mut domains: Vec<(&DomainName, bool)> = Vec::new();
    let display = checked(&farm.incoming.display_address).valid();
    domains.extend(display.map(|domain| (domain, true)));
    if farm.manages_directory()
        && let Some(MailServer::Host(name)) = checked(&farm.directory.smtp_server).valid()
    {
        domains.push((name, false));
    }
    let own = farm.web_applications.iter();
    domains.extend(own.filter_map(|web| Some((web.incoming_address.as_ref()?, true))));
    domains.retain(|(domain, _)| domain.is_qualified());
    domains
}

/// Returns what a view answers about a domain, or `None` if it was not asked about an uncertain
/// one.
fn entry_of<'a>(view: &DnsView<'a>, domain: &'a DomainName, is_certain: bool) -> Option<Entry<'a>> {
    let mut entry = Entry {
        side: view.side,
        domain,
        exchangers: Vec::new(),
        unknown: None,
        is_certain,
    };
    match view.exchangers(domain) {
        Ok(Some(exchangers)) => {
            let hosts = dns_view::by_host(&exchangers);
            let hosts = hosts.into_iter().filter(|exchanger| !exchanger.is_root());
            entry.exchangers = hosts
                .map(|exchanger| from_record(view, exchanger))
                .collect();
        }
        Ok(None) => entry.exchangers = own_address(view, domain).into_iter().collect(),
        // Only the display address was always asked for its exchangers.
        Err(_) if !is_certain || !view.was_asked(domain) => {
            entry.exchangers = own_address(view, domain).into_iter().collect();
            if entry.exchangers.is_empty() {
                return None;
            }
        }
        Err(Outcome::Undecided(why)) => entry.unknown = Some(why),
        Err(_) => return None,
    }
    Some(entry)
}

fn from_record<'a>(view: &DnsView<'a>, exchanger: &dns_view::Exchanger) -> Exchanger<'a> {
    let leads_to = if exchanger.is_literal() {
        LeadsTo::Literal
    } else {
        leads_to(view, &exchanger.host)
    };
    Exchanger {
        preference: exchanger.preference,
        host: exchanger.host.clone(),
        leads_to,
    }
}

/// Returns the domain itself as its exchanger: without MX record, mail goes to its own address (RFC
/// 5321 5.1). `None` if it has none.
fn own_address<'a>(view: &DnsView<'a>, domain: &DomainName) -> Option<Exchanger<'a>> {
    let host = domain.ascii();
    match leads_to(view, host) {
        LeadsTo::NoAddress => None,
        leads_to => Some(Exchanger {
            preference: 0,
            host: host.to_owned(),
            leads_to,
        }),
    }
}

fn leads_to<'a>(view: &DnsView<'a>, host: &str) -> LeadsTo<'a> {
    match view.owners(host) {
        NameOwners::NoAddress => LeadsTo::NoAddress,
        NameOwners::Hosts(hosts) if !hosts.mail_hosts.is_empty() => {
            LeadsTo::MailHosts(hosts.mail_hosts)
        }
        NameOwners::Hosts(hosts) if !hosts.servers.is_empty() => LeadsTo::Servers(hosts.servers),
        NameOwners::Hosts(hosts) => match hosts.unknown {
            Some(why) => LeadsTo::NotKnown(why),
            None => LeadsTo::Elsewhere,
        },
    }
}
