//! Reads a list, and replaces the addresses in one.

use super::layout::{Header, LayoutReader};
use super::{Network, RelayKind, RelayList, Stored, absent};
use crate::error::RelayListError;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use std::net::Ipv4Addr;

/// Reads a list from bytes. An empty value is "all except the list below" with an empty list
/// (salt's `get_relay_ip_list`).
pub fn read(bytes: &[u8]) -> Result<RelayList, RelayListError> {
    if bytes.is_empty() {
        return Ok(RelayList::empty(RelayKind::AllExcept));
    }
    let reader = LayoutReader { bytes };
    let header = Header::read(&reader)?;
    // Reject overlapping pieces: many groups that share the same values would take too long to
    // read.
    let slack = reader.slack(header.pieces())?;
    let (mut list, denied) = header.list(&reader)?;
    list.odd = header.oddities(slack);
    list.note_odd_entries(&denied);
    Ok(list)
}

/// Reads a list from hexadecimal digits of either case, the form in `MetaBase.xml`.
pub fn read_hex(text: &str) -> Result<RelayList, RelayListError> {
    read(&bytes_of(text.trim())?)
}

fn bytes_of(text: &str) -> Result<Vec<u8>, RelayListError> {
    let odd_one = text
        .chars()
        .enumerate()
        .find(|(_, letter)| !letter.is_ascii_hexdigit());
    if let Some((index, letter)) = odd_one {
        return Err(RelayListError::new(
            index / 2,
            format!("{letter:?} is not a hexadecimal digit"),
        ));
    }
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| {
        RelayListError::new(
            text.len() / 2,
            "the number of digits is odd: half of the last byte is missing",
        )
    })
}

/// Returns the same list with other addresses, or `None` if the text is not hexadecimal digits.
///
/// `other` receives an address and the length of its mask, or `None` if the mask has gaps. The
/// returned list has the same oddities and the same reach. A mask with gaps becomes another mask
/// with gaps. Bytes that are neither address nor layout become zeros; so do all bytes of a list
/// that cannot be read.
pub fn renamed(
    text: &str,
    other: &mut dyn FnMut(Ipv4Addr, Option<u32>) -> Ipv4Addr,
) -> Option<String> {
    let bytes = bytes_of(text.trim()).ok()?;
    let reader = LayoutReader { bytes: &bytes };
    let mut renamed = vec![0; bytes.len()];
    let (Ok(_), Ok(header)) = (read(&bytes), Header::read(&reader)) else {
        return Some(HEXLOWER.encode(&renamed));
    };
    for (start, length) in header.layout() {
        let unchanged = bytes.get(start..start.saturating_add(length));
        put(&mut renamed, start, unchanged.unwrap_or_default());
    }
    for (at, mask) in header.masks() {
        let network = Network {
            address: mask,
            mask,
        };
        let other_mask = match network.prefix() {
            Some(_) => mask.octets(),
            None => [255, 0, 255, 0],
        };
        put(&mut renamed, at, &other_mask);
    }
    for (at, entry) in header.places(&reader) {
        put(&mut renamed, at, &entry.renamed(other).octets());
    }
    Some(HEXLOWER.encode(&renamed))
}

/// Overwrites the bytes at offset `at`, unless `new` does not fit there.
fn put(bytes: &mut [u8], at: usize, new: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at.saturating_add(new.len())) {
        place.copy_from_slice(new);
    }
}

impl Stored<'_> {
    /// Reads the value as a relay list.
    pub fn read(self) -> Result<RelayList, RelayListError> {
        match self {
            Self::Absent => Ok(absent()),
            Self::Hex(text) => read_hex(text),
        }
    }
}
