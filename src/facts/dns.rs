//! What DNS says: records, each name server's for itself, and whether ports are open.

use super::Answer;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// What DNS says, each name server for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DnsFacts {
    /// The name servers that were asked.
    pub servers: Vec<SocketAddr>,
    /// Where the list of name servers came from.
    #[serde(default)]
    pub servers_from: ServersFrom,
    pub lookups: Vec<Lookup>,
    /// Whether anything accepts connections.
    #[serde(default)]
    pub ports: Vec<PortCheck>,
}

/// Where the list of name servers came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServersFrom {
    #[default]
    FarmFile,
    System,
}

/// One question to one name server, and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Lookup {
    pub server: SocketAddr,
    /// In ASCII, no final dot; `.` is the root.
    pub name: String,
    #[serde(rename = "type")]
    pub kind: RecordKind,
    pub answer: Answer<Vec<Record>>,
    /// The zone that the server named as the one without the record (its SOA; RFC 2308).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// The record types that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RecordKind {
    A,
    #[serde(rename = "AAAA")]
    Aaaa,
    #[serde(rename = "MX")]
    Mx,
    #[serde(rename = "CNAME")]
    Cname,
}

impl fmt::Display for RecordKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Mx => "MX",
            Self::Cname => "CNAME",
        })
    }
}

/// A record as it stood in the answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Record {
    /// Whose record it is: behind an alias, another name than was asked.
    pub owner: String,
    #[serde(flatten)]
    pub data: RecordData,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum RecordData {
    A {
        address: std::net::Ipv4Addr,
    },
    #[serde(rename = "AAAA")]
    Aaaa {
        address: std::net::Ipv6Addr,
    },
    #[serde(rename = "MX")]
    Mx {
        preference: u16,
        exchange: String,
    },
    #[serde(rename = "CNAME")]
    Cname {
        target: String,
    },
}

impl RecordData {
    pub fn kind(&self) -> RecordKind {
        match self {
            Self::A { .. } => RecordKind::A,
            Self::Aaaa { .. } => RecordKind::Aaaa,
            Self::Mx { .. } => RecordKind::Mx,
            Self::Cname { .. } => RecordKind::Cname,
        }
    }

    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::A { address } => Some((*address).into()),
            Self::Aaaa { address } => Some((*address).into()),
            _ => None,
        }
    }
}

impl fmt::Display for RecordData {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A { address } => write!(out, "A {address}"),
            Self::Aaaa { address } => write!(out, "AAAA {address}"),
            Self::Mx { preference, exchange } => write!(out, "MX {preference} {exchange}"),
            Self::Cname { target } => write!(out, "CNAME {target}"),
        }
    }
}

/// Whether what should be a host's name is an address, bare or in brackets. In a name's text form, the characters that
/// no host name has are escaped.
pub fn is_address(host: &str) -> bool {
    let plain = host.replace('\\', "");
    let inner = plain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&plain);
    let inner = inner.get(..5).filter(|tag| tag.eq_ignore_ascii_case("ipv6:")).map_or(inner, |tag| &inner[tag.len()..]);
    inner.parse::<IpAddr>().is_ok()
}

/// Whether a name is a zone's own or lies below it; both in ASCII, no final dot.
pub fn is_below(name: &str, zone: &str) -> bool {
    zone == "." || name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a port accepts connections: known is open, absent is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortCheck {
    pub address: SocketAddr,
    pub answer: Answer<()>,
}

impl DnsFacts {
    /// The addresses that any name server gives for a name.
    pub fn addresses(&self, name: &str) -> impl Iterator<Item = IpAddr> {
        let of_name = self.lookups.iter().filter(move |lookup| lookup.name == name);
        let records = of_name.filter_map(|lookup| match (&lookup.answer, lookup.kind) {
            (Answer::Known(records), RecordKind::A | RecordKind::Aaaa) => Some(records),
            _ => None,
        });
        records.flatten().filter_map(|record| record.data.address())
    }

    /// Why no name server that was asked said whether there are such records.
    pub fn unanswered(&self, name: &str, kind: RecordKind) -> Option<String> {
        let mut reason = None;
        for lookup in self.lookups.iter().filter(|lookup| lookup.name == name && lookup.kind == kind) {
            match &lookup.answer {
                Answer::Known(_) | Answer::Absent(_) => return None,
                Answer::Failed(why) => reason = Some(format!("{kind} {name}: {why}")),
                Answer::NotAsked => {}
            }
        }
        reason
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_place_of_names() {
        for text in
            ["10.0.0.21", "2001:db8::21", r"2001\:db8\:\:21", r"\[10.0.0.21\]", "[IPv6:::1]", r"\[ipv6\:\:\:1\]"]
        {
            assert!(is_address(text), "{text}");
        }
        for text in ["10.0.0.21.fabrikam.com", "sp1", "1.2.3", ".", "", "[]", "[sp1]", "ipv6", "[äöü:::1]"] {
            assert!(!is_address(text), "{text}");
        }
    }

    #[test]
    fn names_below_zones() {
        for (name, zone) in [("a.b.test", "b.test"), ("b.test", "b.test"), ("a", "."), (".", ".")] {
            assert!(is_below(name, zone), "{name} {zone}");
        }
        for (name, zone) in [("ab.test", "b.test"), ("test", "b.test"), ("b.test", "a.b.test")] {
            assert!(!is_below(name, zone), "{name} {zone}");
        }
    }
}
