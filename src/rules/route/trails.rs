//! The mail hosts that messages came through. What several ways have in common is kept once: a
//! chain of mail hosts that each also pass mail to a server has as many ways as hosts, and the ways
//! together are as long as the square of that.

use crate::farm::values::{DomainName, Size};
use crate::farm::{MailHost, Server};
use std::collections::BTreeSet;

/// The mail hosts of all ways, each with the one before it.
#[derive(Debug, Default)]
pub(super) struct Trails<'a> {
    passed: Vec<Passed<'a>>,
}

/// A mail host that a message passed.
#[derive(Debug)]
struct Passed<'a> {
    host: &'a MailHost,
    before: Option<TrailEnd>,
}

/// The place of the last mail host of a trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TrailEnd(usize);

/// The mail hosts and servers that a message came through, by what decides about it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trail<'a> {
    /// The domain whose exchanger got it first, or `None` if it starts at a mail host.
    pub domain: Option<&'a DomainName>,
    /// The last mail host, or `None` if it came through none.
    end: Option<TrailEnd>,
    /// How many mail hosts it came through.
    pub length: usize,
    /// The last of them that gives addresses other domains.
    pub host_with_domains: Option<&'a MailHost>,
    /// The size of the largest message that all of them pass on, or `None` if none records a limit.
    pub smallest_limit: Option<u64>,
    /// The last server that passed it on.
    pub server: Option<&'a Server>,
}

impl<'a> Trail<'a> {
    /// Returns the trail of a message that an exchanger of a domain gets.
    pub(super) fn of_domain(domain: &'a DomainName) -> Self {
        Self {
            domain: Some(domain),
            ..Self::default()
        }
    }

    /// Returns the trail of a message that a server passes on.
    pub(super) fn over(self, server: &'a Server) -> Self {
        Self {
            server: Some(server),
            ..self
        }
    }
}

impl<'a> Trails<'a> {
    /// Returns the trail of a message that a mail host passes on.
    pub(super) fn through(&mut self, trail: Trail<'a>, host: &'a MailHost) -> Trail<'a> {
        let end = TrailEnd(self.passed.len());
        self.passed.push(Passed {
            host,
            before: trail.end,
        });
        let own_limit = host.maximum_message_size.as_ref().map(Size::bytes);
        let limits = [trail.smallest_limit, own_limit];
        Trail {
            end: Some(end),
            length: trail.length + 1,
            host_with_domains: match host.delivers_as {
                Some(_) => Some(host),
                None => trail.host_with_domains,
            },
            smallest_limit: limits.into_iter().flatten().min(),
            ..trail
        }
    }

    /// Returns the mail hosts of a trail, in the order in which the message came through them.
    pub(super) fn hosts(&self, trail: &Trail<'a>) -> Vec<&'a MailHost> {
        self.new_hosts(trail, &mut BTreeSet::new())
    }

    /// Returns the mail hosts of a trail from the first one on that `known` does not hold, and adds
    /// them to it.
    pub(super) fn new_hosts(
        &self,
        trail: &Trail<'a>,
        known: &mut BTreeSet<TrailEnd>,
    ) -> Vec<&'a MailHost> {
        let mut hosts = Vec::new();
        let mut end = trail.end;
        while let Some(at) = end {
            // What is before a known one is known.
            let Some(passed) = self.passed.get(at.0).filter(|_| known.insert(at)) else {
                break;
            };
            hosts.push(passed.host);
            end = passed.before;
        }
        hosts.reverse();
        hosts
    }

    /// Returns how many mail hosts are kept.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.passed.len()
    }
}
