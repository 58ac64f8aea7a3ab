//! Reads the binary layout of a list. The parent module documents the layout.

use super::{Network, RelayKind, RelayList};
use crate::error::RelayListError;
use std::net::Ipv4Addr;

/// The size of the header's fixed part, in bytes.
pub(super) const HEADER: usize = 24;
/// The size of a list's head, in bytes. An empty list of names has no more.
pub(super) const LIST: usize = 8;
/// The size of a group's description, in bytes.
pub(super) const GROUP: usize = 20;
/// The size of a number, a mask or an address, in bytes.
pub(super) const WORD: usize = 4;
/// The bit that marks a number as a position.
pub(super) const POSITION: u32 = 0x8000_0000;
/// The address family AF_INET of Windows.
pub(super) const IPV4: u32 = 2;
/// The address family AF_INET6 of Windows.
const IPV6: u32 = 23;

/// Reads numbers and positions from the bytes. Every position may be wrong.
pub(super) struct LayoutReader<'a> {
    pub(super) bytes: &'a [u8],
}

/// A range of the bytes, and what it holds.
pub(super) struct ByteRange {
    start: usize,
    length: usize,
    what: &'static str,
}

impl LayoutReader<'_> {
    /// Returns the four bytes at offset `at`.
    fn word_at(&self, at: usize, what: &str) -> Result<[u8; WORD], RelayListError> {
        let word_at = self
            .bytes
            .get(at..)
            .and_then(<[u8]>::first_chunk::<WORD>)
            .copied();
        let size = self.bytes.len();
        word_at.ok_or_else(|| {
            RelayListError::new(
                at.min(size),
                format!("the value ends after {size} bytes, before {what}"),
            )
        })
    }

    fn number(&self, at: usize, what: &str) -> Result<u32, RelayListError> {
        Ok(u32::from_le_bytes(self.word_at(at, what)?))
    }

    /// Returns the position that is stored at offset `at`.
    fn position(&self, at: usize, what: &str) -> Result<usize, RelayListError> {
        let number = self.number(at, what)?;
        if number & POSITION == 0 {
            return Err(RelayListError::new(
                at,
                format!("where {what} begin must have its highest bit set, but is {number:#010x}"),
            ));
        }
        let size = self.bytes.len();
        match usize::try_from(number & !POSITION) {
            Ok(position) if position < size => Ok(position),
            _ => Err(RelayListError::new(
                at,
                format!(
                    "{what} begin at byte {}, but the value has {size} bytes",
                    number & !POSITION
                ),
            )),
        }
    }

    /// Returns the count stored at `at`, of items of `item_size` bytes that start at `begin`.
    fn count(
        &self,
        at: usize,
        what: &str,
        start: usize,
        item_size: usize,
    ) -> Result<usize, RelayListError> {
        let number = self.number(at, what)?;
        let capacity = self.bytes.len().saturating_sub(start) / item_size;
        match usize::try_from(number) {
            Ok(count) if count <= capacity => Ok(count),
            _ => Err(RelayListError::new(
                at,
                format!("{number} {what} are claimed, but there are bytes for {capacity}"),
            )),
        }
    }

    /// Returns how many bytes belong to no piece, and the offset of the first of them, or `None` if
    /// every byte belongs to a piece.
    ///
    /// # Errors
    /// Fails if two pieces overlap.
    pub(super) fn slack(
        &self,
        mut pieces: Vec<ByteRange>,
    ) -> Result<Option<(usize, usize)>, RelayListError> {
        pieces.sort_by_key(|piece| piece.start);
        pieces.push(ByteRange {
            start: self.bytes.len(),
            length: 0,
            what: "the end",
        });
        let (mut end, mut before) = (0, "");
        let (mut count, mut first) = (0, None);
        for ByteRange {
            start,
            length,
            what,
        } in pieces
        {
            if start < end {
                return Err(RelayListError::new(
                    start,
                    format!("{what} begin at byte {start}, inside {before}"),
                ));
            }
            if start > end {
                count += start - end;
                first.get_or_insert(end);
            }
            (end, before) = (start + length, what);
        }
        Ok(first.map(|first| (count, first)))
    }
}

/// The layout of a list, without its addresses.
pub(super) struct Header {
    denied: Addresses,
    granted: Addresses,
    denied_names: Names,
    granted_names: Names,
    flags: u32,
    /// The offset at which the addresses' data begin, as the header states it.
    size: usize,
}

/// A list of addresses.
struct Addresses {
    at: usize,
    what: &'static str,
    /// The number of addresses in all groups, as the list states it.
    total: usize,
    groups: Vec<Group>,
}

/// Addresses under one mask.
struct Group {
    what: &'static str,
    /// The offset of the mask, which the addresses follow.
    start: usize,
    /// The number of values: one mask and the addresses.
    values: usize,
    mask: Ipv4Addr,
    /// The third and fourth numbers: 4 and 0 in every sample.
    shape: (u32, u32),
}

/// A list of names. Only an empty one can be read.
struct Names {
    at: usize,
    what: &'static str,
    count: u32,
    second: u32,
}

impl Header {
    pub(super) fn read(reader: &LayoutReader<'_>) -> Result<Self, RelayListError> {
        // The size comes first: the error for a value that ends within the header then names the
        // header.
        let size = reader.number(20, "the header's size")?;
        let header = Self {
            denied: Addresses::read(reader, 0, "the denied addresses")?,
            granted: Addresses::read(reader, 4, "the granted addresses")?,
            denied_names: Names::read(reader, 8, "the denied names")?,
            granted_names: Names::read(reader, 12, "the granted names")?,
            flags: reader.number(16, "the flags")?,
            size: usize::try_from(size).unwrap_or(usize::MAX),
        };
        if header.size < HEADER || header.size > reader.bytes.len() {
            let length = reader.bytes.len();
            return Err(RelayListError::new(
                20,
                format!("a header of {size} bytes is claimed in a value of {length} bytes"),
            ));
        }
        Ok(header)
    }

    fn groups(&self) -> impl Iterator<Item = &Group> {
        self.denied.groups.iter().chain(&self.granted.groups)
    }

    fn names(&self) -> [&Names; 2] {
        [&self.denied_names, &self.granted_names]
    }

    /// Returns all ranges of the value whose content is known.
    pub(super) fn pieces(&self) -> Vec<ByteRange> {
        let mut pieces = vec![ByteRange {
            start: 0,
            length: HEADER,
            what: "the header",
        }];
        for Addresses {
            at, what, groups, ..
        } in [&self.denied, &self.granted]
        {
            pieces.push(ByteRange {
                start: *at,
                length: LIST + GROUP * groups.len(),
                what,
            });
        }
        for Names { at, what, .. } in self.names() {
            pieces.push(ByteRange {
                start: *at,
                length: LIST,
                what,
            });
        }
        pieces.extend(self.groups().map(|group| ByteRange {
            start: group.start,
            length: WORD * group.values,
            what: group.what,
        }));
        pieces
    }

    /// Returns the ranges that hold neither masks nor addresses.
    pub(super) fn layout(&self) -> Vec<(usize, usize)> {
        let lists =
            [&self.denied, &self.granted].map(|list| (list.at, LIST + GROUP * list.groups.len()));
        let names = self.names().map(|names| (names.at, LIST));
        [(0, HEADER)]
            .into_iter()
            .chain(lists)
            .chain(names)
            .collect()
    }

    /// Returns the masks with their offsets.
    pub(super) fn masks(&self) -> impl Iterator<Item = (usize, Ipv4Addr)> {
        self.groups().map(|group| (group.start, group.mask))
    }

    /// Returns the addresses with their offsets.
    pub(super) fn places(&self, reader: &LayoutReader<'_>) -> Vec<(usize, Network)> {
        let mut places = Vec::new();
        for group in self.groups() {
            for index in 1..group.values {
                let at = group.start + WORD * index;
                if let Ok(octets) = reader.word_at(at, "an address") {
                    let network = Network {
                        address: octets.into(),
                        mask: group.mask,
                    };
                    places.push((at, network));
                }
            }
        }
        places
    }

    /// Returns the list that applies, and the denied addresses if they do not apply. ADSI does the
    /// same: IPDeny applies only if the default is to grant, IPGrant only if it is to deny
    /// (Microsoft's reference of IIsIPSecuritySetting).
    pub(super) fn list(
        &self,
        reader: &LayoutReader<'_>,
    ) -> Result<(RelayList, Vec<Network>), RelayListError> {
        let denied = self.denied.entries(reader)?;
        let granted = self.granted.entries(reader)?;
        // Count groups, not addresses: a granted mask without an address also makes a granting
        // list.
        let grants_nothing = self.granted.groups.is_empty() && self.granted_names.is_empty();
        let (kind, list, entries, names, denied) = if grants_nothing {
            let names = &self.denied_names;
            (
                RelayKind::AllExcept,
                &self.denied,
                denied,
                names,
                Vec::new(),
            )
        } else {
            let names = &self.granted_names;
            (RelayKind::Only, &self.granted, granted, names, denied)
        };
        // A list of names with a nonzero second number is not empty, whatever it holds.
        let unread_names = if names.is_empty() {
            0
        } else {
            names.count.max(1)
        };
        Ok((
            RelayList {
                entries,
                unread_names,
                bare_masks: list.bare_masks(),
                ..RelayList::empty(kind)
            },
            denied,
        ))
    }

    /// Returns the oddities of the layout, without those of the entries.
    pub(super) fn oddities(&self, slack: Option<(usize, usize)>) -> Vec<String> {
        let mut odd = Vec::new();
        for Names {
            what,
            count,
            second,
            ..
        } in self.names().into_iter().filter(|names| !names.is_empty())
        {
            odd.push(format!(
                "{what} cannot be read, as their layout is not known: it claims {count} \
                 ({second:#x})"
            ));
        }
        for Addresses {
            what,
            total,
            groups,
            ..
        } in [&self.denied, &self.granted]
        {
            let held: usize = groups.iter().map(|group| group.values - 1).sum();
            if *total != held {
                odd.push(format!("{what} are said to be {total}, but are {held}"));
            }
        }
        for group in self.groups() {
            odd.extend(group.oddity());
            if group.values == 1 {
                let Group { what, mask, .. } = group;
                odd.push(format!("{what} are the mask {mask} and no address"));
            }
        }
        if self.flags != 1 {
            odd.push(format!("the flags are {:#x}, not 1", self.flags));
        }
        match self.groups().map(|group| group.start).min() {
            Some(start) if start != self.size => {
                odd.push(format!(
                    "the header says that addresses begin at byte {}, but they begin at {start}",
                    self.size
                ));
            }
            _ => {}
        }
        if let Some((count, first)) = slack {
            odd.push(format!(
                "bytes that belong to no list: {count}, first at byte {first}"
            ));
        }
        odd
    }
}

impl Addresses {
    fn read(
        reader: &LayoutReader<'_>,
        header: usize,
        what: &'static str,
    ) -> Result<Self, RelayListError> {
        let at = reader.position(header, what)?;
        let start = at.saturating_add(LIST);
        let groups = reader.count(at, "groups of addresses", start, GROUP)?;
        // Reading does not need the total, but an impossible total shows that the bytes are not
        // such a list.
        let total = reader.count(at.saturating_add(WORD), "addresses", start, WORD)?;
        let groups = (0..groups)
            .map(|index| Group::read(reader, start + GROUP * index, what))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            at,
            what,
            total,
            groups,
        })
    }

    /// Returns the masks without an address.
    fn bare_masks(&self) -> Vec<Ipv4Addr> {
        let bare = self.groups.iter().filter(|group| group.values == 1);
        bare.map(|group| group.mask).collect()
    }

    /// Returns the addresses with their masks.
    fn entries(&self, reader: &LayoutReader<'_>) -> Result<Vec<Network>, RelayListError> {
        let mut entries = Vec::new();
        for group in &self.groups {
            for index in 1..group.values {
                let address =
                    Ipv4Addr::from(reader.word_at(group.start + WORD * index, "an address")?);
                entries.push(Network {
                    address,
                    mask: group.mask,
                });
            }
        }
        Ok(entries)
    }
}

impl Group {
    fn read(
        reader: &LayoutReader<'_>,
        at: usize,
        what: &'static str,
    ) -> Result<Self, RelayListError> {
        let family = reader.number(at, "an address family")?;
        if family != IPV4 {
            let name = if family == IPV6 { " (IPv6)" } else { "" };
            return Err(RelayListError::new(
                at,
                format!("how addresses of family {family}{name} are stored is not known"),
            ));
        }
        let shape = (
            reader.number(at + 8, "an address size")?,
            reader.number(at + 12, "a group")?,
        );
        if usize::try_from(shape.0).is_ok_and(|size| size > WORD) {
            return Err(RelayListError::new(
                at + 8,
                format!("IPv4 addresses of {} bytes are claimed", shape.0),
            ));
        }
        let start = reader.position(at + 16, what)?;
        let values = reader.count(
            at + 4,
            "values of a group (its mask and addresses)",
            start,
            WORD,
        )?;
        if values == 0 {
            return Err(RelayListError::new(
                at + 4,
                "a group is a mask and addresses, but has no value",
            ));
        }
        let mask = Ipv4Addr::from(reader.word_at(start, "a mask")?);
        Ok(Self {
            what,
            start,
            values,
            mask,
            shape,
        })
    }

    fn oddity(&self) -> Option<String> {
        let Self {
            mask,
            shape: (size, rest),
            ..
        } = self;
        if (Network {
            address: *mask,
            mask: *mask,
        })
        .prefix()
        .is_none()
        {
            return Some(format!("the mask {mask} has gaps"));
        }
        // The two numbers, 4 and 0 in every sample, may be an address's size and zero, or the count
        // of the mask's full bytes and the value of its next byte: every sample has the mask
        // 255.255.255.255, for which both agree. Both readings are accepted.
        let full = mask.to_bits().leading_ones() / 8;
        let next = mask
            .octets()
            .into_iter()
            .find(|byte| *byte != 0xff)
            .map_or(0, u32::from);
        let usual = [(4, 0), (full, next)].contains(&(*size, *rest));
        (!usual).then(|| {
            format!("the group of mask {mask} has the unexpected numbers {size} and {rest}")
        })
    }
}

impl Names {
    fn read(
        reader: &LayoutReader<'_>,
        header: usize,
        what: &'static str,
    ) -> Result<Self, RelayListError> {
        let at = reader.position(header, what)?;
        // A name takes at least one byte.
        reader.count(at, "names", at.saturating_add(LIST), 1)?;
        let count = reader.number(at, "a count of names")?;
        Ok(Self {
            at,
            what,
            count,
            second: reader.number(at.saturating_add(WORD), "a list of names")?,
        })
    }

    fn is_empty(&self) -> bool {
        self.count == 0 && self.second == 0
    }
}
