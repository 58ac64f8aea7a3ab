//! Security identifiers (MS-DTYP 2.4.2).

mod names;
#[cfg(feature = "serde")]
mod serialize;
mod well_known;

pub use well_known::{DomainAlias, Domains};

use super::ParseError;
use std::fmt;
use std::str::FromStr;

/// A security identifier: a 48-bit authority and at most fifteen subauthorities.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sid {
    authority: u64,
    parts: Vec<u32>,
}

/// The maximum number of subauthorities.
const MAX_PARTS: usize = 15;
const MAX_AUTHORITY: u64 = 0xffff_ffff_ffff;
/// The authority `NT AUTHORITY`.
const NT: u64 = 5;
/// `S-1-5-21-…`: the SIDs that a domain or a machine issues.
const ISSUED: u32 = 21;
/// `S-1-5-32-…`: the built-in groups of every machine.
const BUILTIN: u32 = 32;

impl Sid {
    /// Returns the SID with this authority and these subauthorities, or `None` if they are out of
    /// range.
    pub fn new(authority: u64, parts: &[u32]) -> Option<Self> {
        let is_valid = authority <= MAX_AUTHORITY && parts.len() <= MAX_PARTS;
        is_valid.then(|| Self {
            authority,
            parts: parts.to_vec(),
        })
    }

    /// Returns `S-1-1-0`.
    pub fn everyone() -> Self {
        Self {
            authority: 1,
            parts: vec![0],
        }
    }

    /// Returns `S-1-2-0`, LOCAL: accounts that have logged on locally.
    pub fn local() -> Self {
        Self {
            authority: 2,
            parts: vec![0],
        }
    }

    /// Returns `S-1-3-0`, CREATOR OWNER: the owner of an object that inherits the ACE.
    pub fn creator_owner() -> Self {
        Self {
            authority: 3,
            parts: vec![0],
        }
    }

    /// Returns `S-1-3-1`, CREATOR GROUP: the group of an object that inherits the ACE.
    pub fn creator_group() -> Self {
        Self {
            authority: 3,
            parts: vec![1],
        }
    }

    /// Returns `S-1-3-4`, OWNER RIGHTS: replaces the owner's implicit rights.
    pub fn owner_rights() -> Self {
        Self {
            authority: 3,
            parts: vec![4],
        }
    }

    /// Returns `S-1-5-PART`: `SYSTEM` is 18, `Authenticated Users` 11.
    pub fn nt(part: u32) -> Self {
        Self {
            authority: NT,
            parts: vec![part],
        }
    }

    /// Returns `S-1-5-32-RID`: `BUILTIN\Administrators` is 544.
    pub fn builtin(rid: u32) -> Self {
        Self {
            authority: NT,
            parts: vec![BUILTIN, rid],
        }
    }

    /// Returns the SID of this domain or machine with a relative identifier added, or `None` if the
    /// SID is too long for one.
    pub fn below(&self, rid: u32) -> Option<Self> {
        Self::new(self.authority, &[&self.parts[..], &[rid]].concat())
    }

    /// Returns whether the other SID equals this one or starts with it.
    pub fn is_start_of(&self, other: &Sid) -> bool {
        self.authority == other.authority && other.parts.starts_with(&self.parts)
    }

    /// Returns the last subauthority, the relative identifier.
    pub fn rid(&self) -> Option<u32> {
        self.parts.last().copied()
    }

    /// Returns the domain or machine that issued this SID: `S-1-5-21-A-B-C` for
    /// `S-1-5-21-A-B-C-RID`.
    pub fn domain(&self) -> Option<Self> {
        match self.parts[..] {
            [ISSUED, _, _, _, _] if self.authority == NT => Self::new(NT, self.parts.get(..4)?),
            _ => None,
        }
    }

    /// Returns whether this is the SID of a domain or machine itself, `S-1-5-21-A-B-C`.
    pub fn is_domain(&self) -> bool {
        self.authority == NT && matches!(self.parts[..], [ISSUED, _, _, _])
    }

    /// Returns whether SIDs of a domain's accounts and groups may start with this SID.
    pub(super) fn may_start_domain(&self) -> bool {
        self.authority == NT
            && self.parts.len() < 5
            && self.parts.first().is_none_or(|first| *first == ISSUED)
    }

    /// Returns whether this is a built-in group, `S-1-5-32-…`.
    pub fn is_builtin(&self) -> bool {
        self.authority == NT && self.parts.first() == Some(&BUILTIN)
    }

    /// Returns whether the SID describes how or where an account has logged on, not which account
    /// it is. The token of another logon has other such SIDs.
    pub fn is_logon_specific(&self) -> bool {
        const WAYS: [u32; 7] = [1, 2, 3, 4, 6, 13, 14];
        // LOCAL, mandatory labels, and authentication authority asserted identities.
        const AUTHORITIES: [u64; 3] = [2, 16, 18];
        match self.parts[..] {
            [part] if self.authority == NT => WAYS.contains(&part),
            // SIDs of a logon session, and of the authentication package.
            [5 | 64, ..] if self.authority == NT => true,
            _ => AUTHORITIES.contains(&self.authority),
        }
    }

    /// Reads the SID at the start of the bytes, and returns it with its length in bytes (MS-DTYP
    /// 2.4.2.2).
    ///
    /// # Errors
    /// Fails if the bytes do not begin with a SID; offsets count from the first byte.
    pub fn from_bytes(bytes: &[u8]) -> Result<(Self, usize), ParseError> {
        let Some(([revision, count, high, low @ ..], rest)) = bytes.split_first_chunk::<8>() else {
            return Err(ParseError::new(
                bytes.len(),
                "a SID ends within its first 8 bytes",
            ));
        };
        if *revision != 1 {
            return Err(ParseError::new(
                0,
                format!("a SID of revision {revision}, and only revision 1 exists"),
            ));
        }
        let count = usize::from(*count);
        if count > MAX_PARTS {
            return Err(ParseError::new(
                1,
                format!("a SID of {count} numbers; at most {MAX_PARTS} are possible"),
            ));
        }
        let Some(body) = rest.get(..4 * count) else {
            return Err(ParseError::new(
                bytes.len(),
                format!("a SID of {count} numbers ends too early"),
            ));
        };
        let authority = low
            .iter()
            .fold(u64::from(*high), |all, byte| all << 8 | u64::from(*byte));
        let (words, _) = body.as_chunks::<4>();
        let parts = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
        Ok((Self { authority, parts }, 8 + 4 * count))
    }

    /// Returns the binary form of the SID (MS-DTYP 2.4.2.2).
    pub fn to_bytes(&self) -> Vec<u8> {
        let [_, _, authority @ ..] = self.authority.to_be_bytes();
        // There are at most fifteen subauthorities, so the count fits.
        let head = [1, u8::try_from(self.parts.len()).unwrap_or(u8::MAX)];
        head.into_iter()
            .chain(authority)
            .chain(self.parts.iter().flat_map(|part| part.to_le_bytes()))
            .collect()
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match u32::try_from(self.authority) {
            Ok(authority) => write!(out, "S-1-{authority}")?,
            Err(_) => write!(out, "S-1-{:#014x}", self.authority)?,
        }
        self.parts
            .iter()
            .try_for_each(|part| write!(out, "-{part}"))
    }
}

impl fmt::Debug for Sid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

impl FromStr for Sid {
    type Err = ParseError;

    /// Parses `S-1-5-18`; the authority may be hexadecimal, `S-1-0x5-18`.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut pieces = Pieces { text, at: Some(0) };
        match (pieces.next(), pieces.next()) {
            (Some((_, "S" | "s")), Some((_, "1"))) => {}
            _ => return Err(ParseError::new(0, "a SID begins with `S-1-`")),
        }
        let (first_at, first) = pieces.next().unwrap_or((text.len(), ""));
        let authority = authority(first_at, first)?;
        let mut parts = Vec::new();
        for (at, piece) in pieces {
            if parts.len() == MAX_PARTS {
                return Err(ParseError::new(
                    at,
                    format!("a SID has at most {MAX_PARTS} numbers after its authority"),
                ));
            }
            let part = number(piece).and_then(|part| u32::try_from(part).ok());
            parts.push(part.ok_or_else(|| {
                ParseError::new(at, format!("`{piece}` is not a number of up to 32 bits"))
            })?);
        }
        Ok(Self { authority, parts })
    }
}

/// The parts of a text between hyphens, with their offsets.
struct Pieces<'a> {
    text: &'a str,
    /// The offset of the next part.
    at: Option<usize>,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at?;
        let rest = self.text.get(start..)?;
        let length = rest.find('-');
        self.at = length.map(|length| start + length + 1);
        Some((start, rest.get(..length.unwrap_or(rest.len()))?))
    }
}

/// Parses an authority, in decimal digits or in hexadecimal ones after `0x`.
fn authority(at: usize, text: &str) -> Result<u64, ParseError> {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let authority = match hexadecimal {
        Some(digits) if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
            u64::from_str_radix(digits, 16).ok()
        }
        Some(_) => None,
        None => number(text),
    };
    let authority = authority.filter(|authority| *authority <= MAX_AUTHORITY);
    authority.ok_or_else(|| {
        ParseError::new(
            at,
            format!("`{text}` is not an authority of a SID: a number of up to 48 bits"),
        )
    })
}

/// Returns the form in which names are compared: lowercase, without spaces.
fn normalized_name(name: &str) -> String {
    name.replace(char::is_whitespace, "").to_lowercase()
}

/// Parses digits only: no sign, no space.
fn number(digits: &str) -> Option<u64> {
    digits
        .bytes()
        .all(|digit| digit.is_ascii_digit())
        .then(|| digits.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests;
