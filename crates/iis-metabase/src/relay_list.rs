//! Reads the SMTP service's relay and access lists: the values `RelayIpList` and `IPSecurity` of
//! the IIS 6 metabase.
//!
//! The layout is inferred from the bytes that the snap-in writes for one granted address (salt's
//! `win_smtp_server`, audit scripts). All numbers are little-endian, addresses and masks are in
//! network order, and a number with its highest bit set is a position from the first byte:
//!
//! ```text
//!  +0 denied addresses    +4 granted addresses    +8 denied names    +12 granted names
//! +16 flags, 1 in every sample                   +20 where the addresses' data begin
//!     a list of addresses: groups, addresses in all, then for each group
//!         family (2), values (1 mask + n addresses), 4, 0, position of the values
//!     a list of names: two zeros when empty; otherwise unknown
//! ```
//!
//! The samples prove the layout of one group; the layout of several groups follows from it.
//! Unexpected bytes are an error if reading them would need a guess. Otherwise they are noted in
//! [`RelayList::odd`].

mod layout;
mod read;

pub use read::{read, read_hex, renamed};

use std::fmt;
use std::net::Ipv4Addr;

/// A decoded relay or access list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayList {
    /// The choice in the snap-in's dialogue.
    pub kind: RelayKind,
    /// The networks and addresses of the list that applies, in stored order, as stored.
    pub entries: Vec<Network>,
    /// The domain names of the list. Always empty so far: the format of names is not known, see
    /// `unread_names`.
    pub names: Vec<String>,
    /// The masks without an address in the list that applies. Published scripts write such a list
    /// (one mask, 80 bytes); whether it means everyone or no one is not known.
    pub bare_masks: Vec<Ipv4Addr>,
    /// What is unusual about the list, one sentence each.
    pub odd: Vec<String>,
    /// The number of names that the list claims to hold besides its entries.
    pub unread_names: u32,
    /// The number of networks and addresses in the other list, which is ignored.
    pub ignored: usize,
}

/// The two choices of the snap-in's dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayKind {
    /// "Only the list below": at least one address is granted.
    Only,
    /// "All except the list below": nothing is granted, and the denied addresses are the list.
    AllExcept,
}

/// Which computers a list admits, as far as it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// No computer.
    NoClient,
    /// Every computer.
    Everyone,
    /// Some computers, and not others.
    Some,
    /// Not known: the list has a mask without an address, see [`RelayList::bare_masks`].
    Unknown,
}

/// An address and its mask, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    /// The address, possibly with bits beyond the mask.
    pub address: Ipv4Addr,
    /// The mask, possibly with gaps.
    pub mask: Ipv4Addr,
}

/// The value as the metabase has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored<'a> {
    /// The metabase does not have the value.
    Absent,
    /// The value's bytes in hexadecimal digits, possibly none.
    Hex(&'a str),
}

/// Returns the meaning of an absent relay list: "only the list below" with an empty list (salt's
/// `get_relay_ip_list`). For an absent access list see [`VirtualServer::access_list`].
///
/// [`VirtualServer::access_list`]: crate::VirtualServer::access_list
pub fn absent() -> RelayList {
    RelayList::empty(RelayKind::Only)
}

impl RelayList {
    /// Returns an empty list of this kind.
    pub fn empty(kind: RelayKind) -> Self {
        Self {
            kind,
            entries: Vec::new(),
            names: Vec::new(),
            bare_masks: Vec::new(),
            odd: Vec::new(),
            unread_names: 0,
            ignored: 0,
        }
    }

    /// Returns which computers the list admits. Names that cannot be read count as some computers.
    pub fn reach(&self) -> Reach {
        let (none, all) = match self.kind {
            RelayKind::Only => (Reach::NoClient, Reach::Everyone),
            RelayKind::AllExcept => (Reach::Everyone, Reach::NoClient),
        };
        if self.entries.iter().any(Network::is_everything) {
            all
        } else if !self.bare_masks.is_empty() {
            Reach::Unknown
        } else if self.entries.is_empty() && self.unread_names == 0 {
            none
        } else {
            Reach::Some
        }
    }

    /// Notes what is odd about the entries, and removes the placeholder entry 0.0.0.0.
    fn note_odd_entries(&mut self, denied: &[Network]) {
        self.ignored = denied.len();
        let before = self.entries.len();
        if self.kind == RelayKind::Only {
            self.entries.retain(|entry| !entry.is_nobody());
        }
        // The snap-in stores an empty "only the list below" as a grant of 0.0.0.0 (as audit scripts
        // read it).
        match (before - self.entries.len(), self.reach()) {
            (0, _) => {}
            (_, Reach::NoClient) => self.odd.push(
                "lets no computer relay: it grants only 0.0.0.0 with mask 255.255.255.255".into(),
            ),
            _ => self.odd.push(
                "also grants 0.0.0.0 with mask 255.255.255.255, which is not a computer".into(),
            ),
        }
        if let Some(entry) = self.entries.iter().find(|entry| entry.is_everything()) {
            let verb = if self.kind == RelayKind::Only {
                "grants"
            } else {
                "denies"
            };
            self.odd.push(format!("{verb} every computer, by {entry}"));
        }
        if let Some(first) = denied.first() {
            let count = denied.len();
            self.odd.push(format!(
                "both kinds are filled: as something is granted, what is denied does not \
                 count ({count}, first {first})"
            ));
        }
        let mut beyond = self
            .entries
            .iter()
            .filter(|entry| entry.has_bits_beyond_mask());
        if let Some(first) = beyond.next() {
            let count = beyond.count() + 1;
            self.odd.push(format!(
                "addresses with bits beyond their mask: {count}, first {first}"
            ));
        }
    }
}

impl Network {
    /// Returns the prefix length of the mask, or `None` if the mask has gaps.
    pub fn prefix(&self) -> Option<u32> {
        let mask = self.mask.to_bits();
        (mask.leading_ones() == mask.count_ones()).then_some(mask.count_ones())
    }

    /// Returns the replacement address, with the bits beyond the mask that this address has.
    fn renamed(&self, other: &mut dyn FnMut(Ipv4Addr, Option<u32>) -> Ipv4Addr) -> Ipv4Addr {
        let plain = other(self.address, self.prefix());
        let beyond = !self.mask;
        match (plain & beyond, self.has_bits_beyond_mask()) {
            (Ipv4Addr::UNSPECIFIED, true) => plain | (self.address & beyond),
            (_, false) => plain & self.mask,
            _ => plain,
        }
    }

    /// Returns whether the mask is 0.0.0.0, so that every address matches.
    fn is_everything(&self) -> bool {
        self.mask == Ipv4Addr::UNSPECIFIED
    }

    /// Returns whether this is the placeholder 0.0.0.0 of an empty list.
    fn is_nobody(&self) -> bool {
        self.address == Ipv4Addr::UNSPECIFIED && self.mask == Ipv4Addr::BROADCAST
    }

    fn has_bits_beyond_mask(&self) -> bool {
        self.address & !self.mask != Ipv4Addr::UNSPECIFIED
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prefix() {
            Some(prefix) => write!(out, "{}/{prefix}", self.address),
            None => write!(out, "{}/{}", self.address, self.mask),
        }
    }
}

#[cfg(test)]
mod tests;
