//! Finds IP addresses in a text, and replaces each by another of its kind. Two addresses with a
//! common prefix get replacements with a common prefix of the same length.

use super::words::is_word_char;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A keyed hash. Without the key, replacements cannot be traced back by trying addresses.
pub(crate) type Key<'a> = &'a dyn Fn(&[u8]) -> u64;

/// An address in a text, with its suffix.
pub(super) struct AddressInText {
    pub address: IpAddr,
    /// The offset in the text after the address and its suffix.
    pub end: usize,
    /// The prefix length, if one follows.
    pub prefix: Option<u32>,
    /// The port or the prefix length, as written.
    suffix: String,
    /// In the text form of a domain name, colons are escaped.
    is_escaped: bool,
}

impl AddressInText {
    /// Returns the same piece of text with another address.
    pub(super) fn with_address(&self, address: IpAddr) -> String {
        let plain = address.to_string();
        let written = if self.is_escaped {
            plain.replace(':', r"\:")
        } else {
            plain
        };
        written + &self.suffix
    }
}

/// Returns the address that begins at an offset of a text, or `None` if there is none.
pub(super) fn address_at(text: &str, at: usize) -> Option<AddressInText> {
    let before = text.get(..at)?.chars().next_back();
    let rest = text.get(at..)?;
    if before.is_some_and(|letter| is_word_char(letter) || letter == '.') {
        return None;
    }
    let run_end = rest
        .find(|letter| !is_address_char(letter))
        .unwrap_or(rest.len());
    let run = rest.get(..run_end)?;
    if !run.contains(['.', ':']) {
        return None;
    }
    let length = address_length(run)?;
    let (raw, after) = rest.split_at_checked(length)?;
    if is_name_continued(after) {
        return None;
    }
    let address = unescaped(raw).parse().ok()?;
    let suffix = address_suffix(after, address);
    Some(AddressInText {
        address,
        end: at + length + suffix.len(),
        prefix: suffix.strip_prefix('/').and_then(|bits| bits.parse().ok()),
        suffix: suffix.to_owned(),
        is_escaped: raw.contains('\\'),
    })
}

/// Returns whether a character can be part of an address, or of one with escaped colons.
fn is_address_char(letter: char) -> bool {
    letter.is_ascii_hexdigit() || ".:\\".contains(letter)
}

/// Returns whether the text after an address shows that the address is the beginning of a longer
/// name.
fn is_name_continued(after: &str) -> bool {
    let next = after.strip_prefix(['.', '-']).unwrap_or(after);
    next.chars().next().is_some_and(is_word_char) && !after.starts_with('\\')
}

fn unescaped(text: &str) -> String {
    text.replace(r"\:", ":")
}

/// Returns the length in bytes of the address at the beginning of a run: the whole run, or the run
/// without final punctuation, or the part before a port.
fn address_length(run: &str) -> Option<usize> {
    let trimmed = run.trim_end_matches(['.', '\\']);
    let without_colon = trimmed.trim_end_matches([':', '.', '\\']);
    let before_port = run.split(':').next().unwrap_or(run);
    [run, trimmed, without_colon, before_port]
        .into_iter()
        .find(|text| unescaped(text).parse::<IpAddr>().is_ok())
        .map(str::len)
}

/// Returns the suffix of an address in the text after it: `/24`, `:25`, and after a bracket `]:25`.
fn address_suffix(after: &str, address: IpAddr) -> &str {
    let start = if after.starts_with('/') || (after.starts_with(':') && address.is_ipv4()) {
        1
    } else if after.starts_with("]:") && address.is_ipv6() {
        2
    } else {
        return "";
    };
    let digits = after
        .bytes()
        .skip(start)
        .take_while(u8::is_ascii_digit)
        .count();
    let end = start + digits;
    // The mask in `10.0.0.0/255.0.0.0` is an address of its own.
    let is_mask = after.get(end..).is_some_and(|rest| rest.starts_with('.'));
    after
        .get(..end)
        .filter(|_| (1..=5).contains(&digits) && !is_mask)
        .unwrap_or_default()
}

/// Networks of special purpose (RFC 6890, RFC 4291 2.4). Their prefix is kept, so that a
/// replacement has the same purpose.
const NETS: [(Ipv4Addr, u32); 9] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];
const NETS_6: [(Ipv6Addr, u32); 6] = [
    (Ipv6Addr::UNSPECIFIED, 8),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96),
    (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
];

/// Returns another address of the same kind. A subnet address, with `bits` in its prefix and zeros
/// after them, becomes another subnet address.
pub(super) fn replaced(address: IpAddr, bits: Option<u32>, key: Key<'_>) -> IpAddr {
    if is_common(&address) {
        return address;
    }
    match address {
        IpAddr::V4(four) => {
            let nets = NETS.map(|(net, length)| (u128::from(net.to_bits()), length));
            let other = with_flipped_bits(four.to_bits().into(), 32, &nets, key);
            Ipv4Addr::from_bits(in_net(four.to_bits().into(), other, 32, bits) as u32).into()
        }
        IpAddr::V6(six) => match six.to_ipv4_mapped() {
            Some(four) => match replaced(four.into(), None, key) {
                IpAddr::V4(other) => other.to_ipv6_mapped().into(),
                other => other,
            },
            None => {
                let nets = NETS_6.map(|(net, length)| (net.to_bits(), length));
                let other = with_flipped_bits(six.to_bits(), 128, &nets, key);
                Ipv6Addr::from_bits(in_net(six.to_bits(), other, 128, bits)).into()
            }
        },
    }
}

/// Returns whether every machine has the same address: loopback, unspecified, multicast, and masks.
pub(super) fn is_common(address: &IpAddr) -> bool {
    let plain = address.to_canonical();
    let is_reserved =
        matches!(plain, IpAddr::V4(four) if four.octets()[0] == 0 || four.octets()[0] >= 224);
    plain.is_loopback() || plain.is_unspecified() || plain.is_multicast() || is_reserved
}

/// Flips each bit or not, depending on the bits before it. Prefixes of `nets` are kept.
fn with_flipped_bits(address: u128, length: u32, nets: &[(u128, u32)], key: Key<'_>) -> u128 {
    let mut other = 0;
    for at in 0..length {
        let before = address.checked_shr(length - at).unwrap_or(0);
        let is_fixed = nets
            .iter()
            .any(|(net, bits)| at < *bits && net.checked_shr(length - at).unwrap_or(0) == before);
        let flip_bit = if is_fixed {
            0
        } else {
            flip(before, at, length, key)
        };
        other = (other << 1) | (((address >> (length - 1 - at)) & 1) ^ flip_bit);
    }
    other
}

fn flip(before: u128, at: u32, length: u32, key: Key<'_>) -> u128 {
    let mut bytes = [0; 18];
    bytes[..16].copy_from_slice(&before.to_be_bytes());
    // Neither is over 128.
    bytes[16] = at as u8;
    bytes[17] = length as u8;
    u128::from(key(&bytes) & 1)
}

/// Returns `other` as the address of a subnet if `address` is one, else unchanged.
fn in_net(address: u128, other: u128, length: u32, bits: Option<u32>) -> u128 {
    let Some(behind) = bits.and_then(|bits| length.checked_sub(bits)) else {
        return other;
    };
    let is_net = address.trailing_zeros() >= behind;
    match u128::MAX.checked_shl(behind) {
        Some(mask) if is_net => other & mask,
        None if is_net => 0,
        _ => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

    fn key(bytes: &[u8]) -> u64 {
        BuildHasherDefault::<DefaultHasher>::default().hash_one(bytes)
    }

    fn kind(address: Ipv4Addr) -> Option<u32> {
        let net = NETS
            .iter()
            .position(|(net, length)| common_bits([*net, address]) >= *length);
        net.map(|at| at as u32)
    }

    /// Returns the number of equal bits at the beginning of two addresses.
    fn common_bits([one, two]: [Ipv4Addr; 2]) -> u32 {
        (one.to_bits() ^ two.to_bits()).leading_zeros()
    }

    proptest! {
        #[test]
        fn kinds_and_nets_stay(one: u32, two: u32, common in 0_u32..33) {
            let mask = u32::MAX.checked_shl(32 - common).unwrap_or(0);
            let pair = [one, (one & mask) | (two & !mask)].map(Ipv4Addr::from_bits);
            let other = pair.map(|address| match replaced(address.into(), None, &key) {
                IpAddr::V4(four) => four,
                IpAddr::V6(six) => panic!("{address} became {six}"),
            });
            prop_assert_eq!(common_bits(pair), common_bits(other));
            prop_assert_eq!(pair.map(kind), other.map(kind));
        }

        #[test]
        fn nets_of_version_6_stay(one: u128, two: u128, common in 0_u32..129) {
            let mask = u128::MAX.checked_shl(128 - common).unwrap_or(0);
            let pair = [one, (one & mask) | (two & !mask)].map(Ipv6Addr::from_bits);
            prop_assume!(!pair.iter().any(|six| six.to_ipv4_mapped().is_some()));
            let other = pair.map(|address| replaced(address.into(), None, &key));
            let bits = other.map(|address| match address {
                IpAddr::V6(six) => six.to_bits(),
                IpAddr::V4(four) => panic!("it became {four}"),
            });
            // Multicast addresses do not change, so they may break the prefix property for other
            // addresses.
            prop_assume!(!pair.iter().any(|six| is_common(&(*six).into())));
            prop_assert_eq!((pair[0].to_bits() ^ pair[1].to_bits()).leading_zeros(), (bits[0] ^ bits[1]).leading_zeros());
        }
    }

    fn other_subnet(text: &str, bits: u32) -> String {
        replaced(text.parse().unwrap(), Some(bits), &key).to_string()
    }

    #[test]
    fn subnets_stay_subnets_and_common_addresses_stay() {
        assert_eq!(other_subnet("10.0.0.0", 8), "10.0.0.0");
        assert!(
            other_subnet("10.1.2.0", 24).ends_with(".0")
                && other_subnet("10.1.2.0", 24) != "10.1.2.0"
        );
        assert!(other_subnet("2001:db8::", 32).ends_with("::"));
        for text in [
            "127.0.0.1",
            "0.0.0.0",
            "255.255.255.0",
            "::1",
            "::",
            "224.0.0.1",
            "ff02::1",
            "::ffff:127.0.0.1",
        ] {
            assert_eq!(other_subnet(text, 32), text);
        }
        assert!(other_subnet("::ffff:10.1.2.3", 128).starts_with("::ffff:10."));
    }
}
