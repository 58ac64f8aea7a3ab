//! GUIDs, which name object classes, attributes and property sets in Active Directory.

use std::fmt;
use std::str::FromStr;

/// A GUID, in the byte order of its text form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(u128);

impl Guid {
    /// Returns the GUID with these digits, in the order of the text form.
    pub const fn new(digits: u128) -> Self {
        Self(digits)
    }

    /// Reads the wire format: the first three groups are little-endian (MS-DTYP 2.3.4.2).
    pub fn from_wire(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(swapped(bytes)))
    }

    /// Returns the wire format (MS-DTYP 2.3.4.2).
    pub fn to_wire(self) -> [u8; 16] {
        swapped(self.0.to_be_bytes())
    }
}

/// Converts between the two byte orders; the conversion is its own inverse.
fn swapped(bytes: [u8; 16]) -> [u8; 16] {
    let [a, b, c, d, e, f, g, h, rest @ ..] = bytes;
    let [i, j, k, l, m, n, o, p] = rest;
    [d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p]
}

impl fmt::Display for Guid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = [(96, 8), (80, 4), (64, 4), (48, 4), (0, 12)];
        for (at, (shift, digits)) in groups.into_iter().enumerate() {
            let group = (self.0 >> shift) & ((1 << (4 * digits)) - 1);
            write!(out, "{}{group:0digits$x}", if at == 0 { "" } else { "-" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

/// The error of a text that is not a GUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoGuid;

impl FromStr for Guid {
    type Err = NoGuid;

    /// Parses `bf967aba-0de6-11d0-a285-00aa003049e2`, case-insensitive, with or without braces.
    fn from_str(text: &str) -> Result<Self, NoGuid> {
        let inner = text
            .strip_prefix('{')
            .and_then(|text| text.strip_suffix('}'))
            .unwrap_or(text);
        let groups: Vec<&str> = inner.split('-').collect();
        let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        let digits = groups.concat();
        if lengths != [8, 4, 4, 4, 12] || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NoGuid);
        }
        u128::from_str_radix(&digits, 16)
            .map(Self)
            .map_err(|_| NoGuid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;

    #[test]
    fn text_and_wire_format_convert_into_each_other() {
        let contact = Guid::new(0x5cb41ed0_0e4c_11d0_a286_00aa003049e2);
        assert_eq!(contact.to_string(), "5cb41ed0-0e4c-11d0-a286-00aa003049e2");
        let wire = HEXLOWER.encode(&contact.to_wire());
        assert_eq!(wire, "d01eb45c4c0ed011a28600aa003049e2");
        assert_eq!(Guid::from_wire(contact.to_wire()), contact);
        assert_eq!(
            "{5CB41ED0-0E4C-11D0-A286-00AA003049E2}".parse(),
            Ok(contact)
        );
        for wrong in [
            "",
            "5cb41ed0",
            "5cb41ed0-0e4c-11d0-a286-00aa003049e",
            "+cb41ed0-0e4c-11d0-a286-00aa003049e2",
        ] {
            assert_eq!(wrong.parse::<Guid>(), Err(NoGuid), "{wrong}");
        }
    }
}
