//! Who asked: a refusal concerns the caller only.

use super::hosts::addresses;
use crate::facts::{NetworkView, Observation, SmtpTarget};
use crate::farm::Server;
use crate::farm::values::is_same_host;
use crate::rules::Case;
use std::net::{IpAddr, Ipv4Addr};

/// A machine that talked to a server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller<'a> {
    machine: Option<&'a str>,
    /// Its own address, or `None` if it is not recorded.
    pub address: Option<IpAddr>,
    view: Option<NetworkView>,
}

impl<'a> Caller<'a> {
    /// Returns the machines that had a conversation, at least one: the one that the facts are of, where
    /// the record names none. In version 1 only EHLO says from which address.
    pub(super) fn all(target: &'a SmtpTarget, own: Option<&'a str>) -> Vec<Self> {
        let by_greeting = target.answer.known().and_then(|talk| talk.caller());
        let from = |observation: &'a Observation| Self {
            machine: observation.server.as_deref(),
            address: observation.address.or(by_greeting),
            view: observation.view,
        };
        let mut callers: Vec<Self> = target.observed_by.iter().map(from).collect();
        if callers.is_empty() {
            callers.push(Self {
                machine: own,
                address: by_greeting,
                view: None,
            });
        }
        callers
    }

    /// Returns whether the caller is the server that it asked.
    pub(super) fn is_server(
        &self,
        case: &Case<'_>,
        target: &SmtpTarget,
        server: Option<&Server>,
    ) -> bool {
        let is_named = |own: &Server| {
            let mut machine = self.machine.iter();
            machine.any(|machine| is_same_host(machine, own.name()))
        };
        let is_own = |address: IpAddr| {
            address.is_loopback()
                || address == target.address.ip().to_canonical()
                || server.is_some_and(|own| addresses(case, own).contains(&address))
        };
        self.address.is_some_and(is_own) || server.is_some_and(is_named)
    }

    /// Returns whether the caller comes from the internet: by its address, or because it was told
    /// to look from outside.
    pub(super) fn is_outside(&self) -> bool {
        self.view == Some(NetworkView::Outside) || self.address.is_some_and(is_public)
    }

    /// Returns the caller as a sentence names it.
    pub(super) fn in_words(&self) -> String {
        match (self.address, self.machine) {
            (Some(address), _) => address.to_string(),
            (None, Some(machine)) => machine.to_owned(),
            (None, None) => "the machine that asked".to_owned(),
        }
    }
}

/// Returns whether an address may be one of the internet: none that is private (RFC 1918, RFC
/// 4193), shared (RFC 6598), link-local or on loopback.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(four) => is_public_ipv4(four),
        // What is assigned to the internet (RFC 4291 2.4, IANA).
        IpAddr::V6(six) => six.segments().first().is_some_and(|first| first >> 13 == 1),
    }
}

fn is_public_ipv4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_broadcast()
        || is_shared)
}
