//! The facts by name. Many rules ask for them for each host, so they are sorted once.

use super::dns_view::Addresses;
use super::wanted;
use crate::facts::{Facts, SmtpTarget};
use crate::farm::Farm;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// What was seen of each host.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    addresses: Addresses,
    targets: BTreeMap<&'a str, Vec<&'a SmtpTarget>>,
    exchangers: Option<BTreeSet<String>>,
}

impl<'a> Seen<'a> {
    pub(super) fn new(farm: &Farm, facts: &'a Facts) -> Self {
        let mut targets: BTreeMap<&str, Vec<&SmtpTarget>> = BTreeMap::new();
        for target in facts.smtp.iter().flat_map(|smtp| &smtp.targets) {
            targets.entry(&target.host).or_default().push(target);
        }
        let display = wanted::display_address(farm).ok();
        let exchangers = display
            .zip(facts.dns.as_ref())
            .and_then(|((_, domain), dns)| dns.exchangers(domain.ascii()));
        Self {
            addresses: facts.dns.as_ref().map(Addresses::new).unwrap_or_default(),
            targets,
            exchangers,
        }
    }

    /// Returns the addresses that any DNS server gives a name.
    pub(super) fn addresses(&self, name: &str) -> &[IpAddr] {
        self.addresses.of(name)
    }

    /// Returns the addresses of a host that were talked to, in the order of the facts.
    pub(super) fn smtp_targets(&self, host: &str) -> &[&'a SmtpTarget] {
        self.targets.get(host).map_or(&[], Vec::as_slice)
    }

    /// Returns the hosts that the newest answers name as exchangers of the display address, or
    /// `None` if no answer is known.
    pub(super) fn exchangers(&self) -> Option<&BTreeSet<String>> {
        self.exchangers.as_ref()
    }
}
