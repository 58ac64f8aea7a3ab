//! Distinguished names as typed into SharePoint's "Active Directory container" box: the string form
//! of RFC 4514, with the spaces around `,`, `+` and `=` and the quoted values of RFC 2253 section
//! 4, which Active Directory still accepts.

mod domain;
mod error;
mod parse;
mod reader;
mod repair;
#[cfg(test)]
mod tests;
mod unusual;

pub(crate) use domain::DomainFault;
pub(crate) use error::DnError;

use std::fmt::{self, Write};
use unusual::{is_odd_space, steers, visible};

/// A distinguished name, leaf first (RFC 4514 2.1), with at least one part. Equality compares the
/// texts: only the directory knows its own comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(Vec<Vec<Part>>);

/// One attribute type with its value (RFC 4514 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The type as typed: a descriptor or a dotted OID.
    pub attribute: String,
    /// The value with its escapes and quotes undone, never empty.
    pub value: String,
}

/// An unusual space in a value, which is easily overlooked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OddSpace {
    /// White space other than U+0020, such as the NO-BREAK SPACE from a web page: it makes the name
    /// a different one.
    NotBlank(char),
    /// Two spaces in a row, which a directory may treat as one.
    Doubled,
}

impl Name {
    /// Returns the parts of the first RDN: the container itself.
    pub fn leaf(&self) -> &[Part] {
        self.0.first().map_or(&[], Vec::as_slice)
    }

    /// Returns every RDN, leaf first. An RDN of several parts was joined with `+`.
    pub fn rdns(&self) -> &[Vec<Part>] {
        &self.0
    }

    /// Returns whether the container's name is that of an organizational unit.
    pub fn is_unit(&self) -> bool {
        self.leaf().iter().all(|part| part.is("OU", "2.5.4.11"))
    }

    /// Returns the `DC` values in the order typed, joined with dots (RFC 2247), or `None` if there
    /// are none.
    pub fn domain(&self) -> Option<String> {
        let labels: Vec<&str> = self.labels().collect();
        (!labels.is_empty()).then(|| labels.join("."))
    }

    /// Returns the first value with an unusual space, as `attribute=value` with the space made
    /// visible.
    pub fn odd_space(&self) -> Option<(String, OddSpace)> {
        self.0.iter().flatten().find_map(|part| {
            let space = part.odd_space()?;
            let text = format!("{}={}", part.attribute, part.value);
            Some((visible(&text), space))
        })
    }

    /// Returns whether the directory treats both names as equal. Case, runs of spaces and the
    /// spelling of types are ignored.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.ends_like(other)
    }

    /// Returns whether the name equals the other, or is below it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.len() >= other.0.len() && self.ends_like(other)
    }

    /// Returns the name of its parent, or `None` if there is none.
    pub fn parent(&self) -> Option<Self> {
        match self.0.split_first() {
            Some((_, rest)) if !rest.is_empty() => Some(Self(rest.to_vec())),
            _ => None,
        }
    }

    fn ends_like(&self, other: &Self) -> bool {
        let mut pairs = self.0.iter().rev().zip(other.0.iter().rev());
        pairs.all(|(one, two)| comparison_keys(one) == comparison_keys(two))
    }

    /// Returns the `DC` values in the order typed.
    fn labels(&self) -> impl Iterator<Item = &str> {
        let parts = self.0.iter().flatten();
        parts
            .filter(|part| part.is("DC", "0.9.2342.19200300.100.1.25"))
            .map(|part| part.value.as_str())
    }
}

/// Attribute types with more than one name (RFC 4519, RFC 4524).
const TYPES: [(&str, &str); 5] = [
    ("cn", "2.5.4.3"),
    ("ou", "2.5.4.11"),
    ("o", "2.5.4.10"),
    ("dc", "0.9.2342.19200300.100.1.25"),
    ("uid", "0.9.2342.19200300.100.1.1"),
];

impl Part {
    /// Returns the attribute type in lowercase; an OID is replaced by its name.
    fn normalized_type(&self) -> String {
        let typed = without_oid_prefix(&self.attribute).to_ascii_lowercase();
        match TYPES.iter().find(|(_, oid)| *oid == typed) {
            Some((name, _)) => (*name).to_owned(),
            None => typed,
        }
    }

    /// Returns the value in lowercase, with single spaces between its words.
    fn normalized_value(&self) -> String {
        let words = self.value.split(' ').filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ").to_lowercase()
    }

    fn is(&self, short: &str, oid: &str) -> bool {
        self.attribute.eq_ignore_ascii_case(short) || without_oid_prefix(&self.attribute) == oid
    }

    fn odd_space(&self) -> Option<OddSpace> {
        match self.value.chars().find(|letter| is_odd_space(*letter)) {
            Some(letter) => Some(OddSpace::NotBlank(letter)),
            None => self.value.contains("  ").then_some(OddSpace::Doubled),
        }
    }
}

/// Returns the form of an RDN for comparison, with its parts in any order (RFC 4517 4.2.15, for
/// texts RFC 4518).
fn comparison_keys(rdn: &[Part]) -> Vec<(String, String)> {
    let mut keys: Vec<_> = rdn
        .iter()
        .map(|part| (part.normalized_type(), part.normalized_value()))
        .collect();
    keys.sort();
    keys
}

/// Writes the name normalized: no spaces around separators, values escaped by RFC 4514 2.4, and
/// characters that could move the cursor or change the reading direction in hexadecimal digits.
impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, rdn) in self.0.iter().enumerate() {
            out.write_str(if index > 0 { "," } else { "" })?;
            for (part_index, part) in rdn.iter().enumerate() {
                out.write_str(if part_index > 0 { "+" } else { "" })?;
                write!(out, "{part}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}=", self.attribute)?;
        for (at, letter) in self.value.char_indices() {
            let is_first = at == 0;
            let is_last = at + letter.len_utf8() == self.value.len();
            match letter {
                ',' | '+' | '"' | '\\' | '<' | '>' | ';' => write!(out, "\\{letter}")?,
                '#' if is_first => out.write_str("\\#")?,
                ' ' if is_first || is_last => out.write_str("\\ ")?,
                _ if steers(letter) => {
                    for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                        write!(out, "\\{byte:02X}")?;
                    }
                }
                _ => out.write_char(letter)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for OddSpace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBlank('\u{a0}') => out.write_str("a non-breaking space (U+00A0)"),
            Self::NotBlank('\n' | '\r') => out.write_str("a line break"),
            Self::NotBlank('\t') => out.write_str("a tab"),
            Self::NotBlank(letter) => {
                write!(
                    out,
                    "a space character other than the usual one (U+{:04X})",
                    u32::from(*letter)
                )
            }
            Self::Doubled => out.write_str("two spaces in a row"),
        }
    }
}

/// Returns whether a text is a short name (`descr` in RFC 4512 1.4) or a numeric OID, the latter
/// with or without the `OID.` of RFC 2253 section 4.
fn is_attribute_type(text: &str) -> bool {
    let oid = without_oid_prefix(text);
    is_short_name(text) || (oid.contains('.') && oid.split('.').all(is_oid_number))
}

fn is_short_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == b'-')
}

/// Returns whether a text is only digits, without a leading zero.
fn is_oid_number(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|digit| digit.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
}

fn without_oid_prefix(text: &str) -> &str {
    match text.split_at_checked(4) {
        Some((prefix, oid)) if prefix.eq_ignore_ascii_case("OID.") => oid,
        _ => text,
    }
}
