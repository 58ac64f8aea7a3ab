//! How mail comes to an address that was asked.

use super::caller::Caller;
use super::hosts::mail_host_at;
use super::target::TargetView;
use crate::facts::{Answer, NetworkView};
use crate::farm::values::{DomainName, Tls};
use crate::farm::{MailHost, Server};
use crate::rules::route::{Reach, Routes, Way};
use crate::rules::{Case, Ternary};

impl<'a> TargetView<'a> {
    /// Returns the servers that mail gets to from the address: the server itself, or those behind a
    /// load balancer.
    pub(super) fn servers(&self, case: &Case<'a>, routes: &Routes<'a>) -> Vec<&'a Server> {
        if let Some(server) = self.server {
            return vec![server];
        }
        let Some(balancer) = mail_host_at(case.farm, self.facts) else {
            return Vec::new();
        };
        let is_behind = |server: &&Server| {
            let hosts = routes.mail_hosts_to(server);
            hosts.iter().any(|host| std::ptr::eq(*host, balancer))
        };
        case.farm.servers.iter().filter(is_behind).collect()
    }

    /// Returns the domains that mail has in its addresses when it gets there. Where that is not
    /// known, it is the display address.
    pub(super) fn served_domains(
        &self,
        case: &Case<'a>,
        routes: &Routes<'a>,
        display: &'a DomainName,
    ) -> Vec<&'a DomainName> {
        let mut domains: Vec<&DomainName> = Vec::new();
        for server in self.servers(case, routes) {
            for served in routes.served_domains(server) {
                if !domains
                    .iter()
                    .any(|known| known.ascii() == served.domain.ascii())
                {
                    domains.push(served.domain);
                }
            }
        }
        if domains.is_empty() {
            domains.push(display);
        }
        domains
    }

    /// Makes sure that a caller is as good as a sender: the server itself, a mail host, or anyone
    /// if mail comes straight to the address.
    ///
    /// # Errors
    /// Only mail hosts may be let in, or how mail comes is not known.
    pub(super) fn has_sender_as_caller(&self, case: &Case<'a>) -> Result<(), String> {
        let routes = case.routes();
        if self.is_translated_address() {
            return match self.is_direct_from_outside(case) {
                Ternary::Yes => Ok(()),
                Ternary::No => Err("no mail from outside goes there directly".to_owned()),
                Ternary::Unknown(why) => Err(why),
            };
        }
        let callers = self.all_callers();
        let servers = self.servers(case, routes);
        let hosts: Vec<&MailHost> = servers
            .iter()
            .flat_map(|server| routes.last_mail_hosts_to(server))
            .collect();
        let is_sender = |caller: &Caller<'_>| {
            caller.is_server(case, self.facts, self.server)
                || hosts.iter().any(|host| {
                    caller
                        .address
                        .is_some_and(|address| host.sends_from(address) == Some(true))
                })
        };
        if callers.iter().any(is_sender) {
            return Ok(());
        }
        let deciding = self.server.map(|server| routes.deciding_mail_hosts(server));
        let first = deciding.and_then(|senders| senders.first().copied());
        match self.server.map(|server| routes.is_direct(server)) {
            Some(Ternary::Yes) => match first {
                Some(host) => Err(format!("mail comes through `{}` first", host.name())),
                None => Ok(()),
            },
            Some(Ternary::No) if hosts.is_empty() => Err(
                "no MX record and no mail host leads to it, but in automatic mode SharePoint uses \
                 its SMTP service"
                    .to_owned(),
            ),
            Some(Ternary::No) => Err("only mail hosts pass mail to it".to_owned()),
            Some(Ternary::Unknown(why)) => Err(why),
            // Senders find a load balancer by its MX record.
            None => match case.seen().exchangers() {
                Some(known) if known.contains(&self.facts.host.to_ascii_lowercase()) => Ok(()),
                _ => Err("no known MX record leads to it".to_owned()),
            },
        }
    }

    /// Returns whether mail from outside is sent to the server without a mail host between.
    pub(super) fn is_direct_from_outside(&self, case: &Case<'_>) -> Ternary {
        match self.server {
            Some(server) => case.routes().is_direct_from(server, NetworkView::Outside),
            None => Ternary::No,
        }
    }

    /// Returns whether a machine outside asked.
    pub(super) fn is_seen_from_outside(&self) -> bool {
        self.all_callers().iter().any(Caller::is_outside)
    }

    /// Returns whether the caller was kept out where only mail hosts pass mail on, and another one,
    /// as good as a sender, had a conversation: then a firewall knows who may come in.
    pub(super) fn is_answered_for_senders(&self, case: &Case<'a>) -> bool {
        let is_kept_out = matches!(self.facts.answer, Answer::Failed(_) | Answer::Absent(_));
        is_kept_out
            && self.has_sender_as_caller(case).is_err()
            && self.at_same_host(case).any(|other| {
                other.address == self.facts.address
                    && other.answer.known().is_some()
                    && Self::new(case, other).has_sender_as_caller(case).is_ok()
            })
    }

    /// Returns whether mail comes from mail hosts alone, and all of them log on.
    pub(super) fn all_senders_log_on(&self, case: &Case<'a>) -> bool {
        let routes = case.routes();
        let servers = self.servers(case, routes);
        !servers.is_empty() && servers.iter().all(|server| logs_on_always(routes, server))
    }

    /// Returns the mail hosts that pass mail to the address and that demand encryption.
    pub(super) fn mail_hosts_with_tls(&self, case: &Case<'a>) -> Vec<&'a MailHost> {
        let routes = case.routes();
        let servers = self.servers(case, routes);
        let hosts = servers
            .iter()
            .flat_map(|server| routes.last_mail_hosts_to(server));
        hosts
            .filter(|host| host.tls == Some(Tls::Required))
            .collect()
    }
}

/// Returns whether mail comes to a server from mail hosts that authenticate only.
pub(crate) fn logs_on_always(routes: &Routes<'_>, server: &Server) -> bool {
    let Reach::On(ways) = routes.reach(server) else {
        return false;
    };
    ways.iter().all(|way| match way {
        Way::MailHost(host) => host.logs_on == Some(true),
        Way::Direct { .. } | Way::Server(_) | Way::Automatic => false,
    })
}
