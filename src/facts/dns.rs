//! What DNS reports: records, from each name server separately, and whether ports are open.

use super::merge::{Merge, MergeRecord, Observation, merged};
#[cfg(test)]
use super::schema::{socket_address, socket_addresses};
use super::{Answer, Failure, NetworkView, Unknown};
use crate::farm::values::ServerName;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// What DNS reports, from each name server separately.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[serde(expecting = "what DNS says, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DnsFacts {
    /// The name servers that were asked.
    #[cfg_attr(test, schemars(schema_with = "socket_addresses"))]
    pub servers: Vec<SocketAddr>,
    /// Where the list of name servers came from.
    #[serde(default)]
    pub servers_from: ServersFrom,
    pub lookups: Vec<Lookup>,
    /// Whether ports accept connections.
    #[serde(default)]
    pub ports: Vec<PortCheck>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Where the list of name servers came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ServersFrom {
    #[default]
    FarmFile,
    System,
}

/// One question to one name server, and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[serde(expecting = "a question to a DNS server and its answer, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Lookup {
    /// The name server.
    #[cfg_attr(test, schemars(schema_with = "socket_address"))]
    pub server: SocketAddr,
    /// The name asked for, in ASCII, no final dot; `.` is the root.
    #[serde(deserialize_with = "read_name")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub name: String,
    #[serde(rename = "type")]
    pub kind: RecordKind,
    pub answer: Answer<Vec<Record>>,
    /// The network view of the answer.
    #[serde(default, skip_serializing_if = "NetworkView::is_inside")]
    pub view: NetworkView,
    /// The zone that denied the record (its SOA; RFC 2308).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub zone: Option<String>,
    /// Which machine got this answer and when, if facts of several machines were merged.
    #[serde(rename = "seen", default, skip_serializing_if = "Vec::is_empty")]
    pub observed_by: Vec<Observation>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The record types that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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

/// A record as in the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "a record, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Record {
    /// The owner of the record: behind a CNAME, not the name that was asked for.
    #[serde(deserialize_with = "read_name")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub owner: String,
    #[serde(flatten)]
    pub data: RecordData,
    #[serde(flatten, deserialize_with = "unknown_of_record")]
    pub unknown: Unknown,
}

/// Reads a name in the form that all its spellings share. Facts that a person or another program
/// wrote have capitals, final dots and Unicode.
fn read_name<'de, D: Deserializer<'de>>(name: D) -> Result<String, D::Error> {
    String::deserialize(name).map(|name| canonical_name(&name))
}

/// Returns a form that all spellings of a DNS name share: ASCII, lowercase, no final dot; `.` is
/// the root.
pub(crate) fn canonical_name(name: &str) -> String {
    match name.strip_suffix('.') {
        Some("") => ".".to_owned(),
        Some(without_dot) => ServerName::canonical(without_dot),
        None => ServerName::canonical(name),
    }
}

/// Reads the fields of a record that this version does not know. With two flattened fields, the
/// second also gets the keys that the first one took.
fn unknown_of_record<'de, D: Deserializer<'de>>(fields: D) -> Result<Unknown, D::Error> {
    let mut unknown = Unknown::deserialize(fields)?;
    unknown.retain(|name, _| {
        !["type", "address", "preference", "exchange", "target"].contains(&name.as_str())
    });
    Ok(unknown)
}

/// The data of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
        #[cfg_attr(test, schemars(extend("holds" = "name")))]
        exchange: String,
    },
    #[serde(rename = "CNAME")]
    Cname {
        #[cfg_attr(test, schemars(extend("holds" = "name")))]
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

    /// Returns the host that an MX record names, in lowercase ASCII and without final dot; `.` is
    /// the root.
    pub fn exchanger(&self) -> Option<String> {
        match self {
            Self::Mx { exchange, .. } => Some(canonical_name(exchange)),
            _ => None,
        }
    }

    /// Returns a text that all spellings of the data share.
    pub(crate) fn comparable_text(&self) -> String {
        match self {
            Self::Mx {
                preference,
                exchange,
            } => format!("MX {preference} {}", canonical_name(exchange)),
            Self::Cname { target } => format!("CNAME {}", canonical_name(target)),
            Self::A { .. } | Self::Aaaa { .. } => self.to_string(),
        }
    }
}

impl fmt::Display for RecordData {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A { address } => write!(out, "A {address}"),
            Self::Aaaa { address } => write!(out, "AAAA {address}"),
            Self::Mx {
                preference,
                exchange,
            } => write!(out, "MX {preference} {exchange}"),
            Self::Cname { target } => write!(out, "CNAME {target}"),
        }
    }
}

/// Returns whether a text instead of a host name is an address, bare or in brackets. Characters
/// that host names do not have are escaped in the text form of names.
pub(crate) fn is_address(host: &str) -> bool {
    let plain = host.replace('\\', "");
    let inner = plain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(&plain);
    let inner = inner
        .get(..5)
        .filter(|tag| tag.eq_ignore_ascii_case("ipv6:"))
        .and_then(|tag| inner.get(tag.len()..))
        .unwrap_or(inner);
    inner.parse::<IpAddr>().is_ok()
}

/// Returns whether a name equals a zone or is below it. Both are in ASCII without a final dot.
pub(crate) fn is_below(name: &str, zone: &str) -> bool {
    zone == "."
        || name
            .strip_suffix(zone)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a port accepts connections: known means open, absent means refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "a port and whether it accepts connections, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PortCheck {
    #[cfg_attr(test, schemars(schema_with = "socket_address"))]
    pub address: SocketAddr,
    pub answer: Answer<()>,
    /// Which machine tried it and when, if facts of several machines were merged.
    #[serde(rename = "seen", default, skip_serializing_if = "Vec::is_empty")]
    pub observed_by: Vec<Observation>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Lookup {
    /// A question without an answer yet.
    pub fn new(
        server: SocketAddr,
        name: impl Into<String>,
        kind: RecordKind,
        answer: Answer<Vec<Record>>,
    ) -> Self {
        Self {
            server,
            name: name.into(),
            kind,
            answer,
            view: NetworkView::Inside,
            zone: None,
            observed_by: Vec::new(),
            unknown: Unknown::new(),
        }
    }
}

impl Record {
    pub fn new(owner: impl Into<String>, data: RecordData) -> Self {
        Self {
            owner: owner.into(),
            data,
            unknown: Unknown::new(),
        }
    }
}

impl PortCheck {
    pub fn new(address: SocketAddr, answer: Answer<()>) -> Self {
        Self {
            address,
            answer,
            observed_by: Vec::new(),
            unknown: Unknown::new(),
        }
    }
}

impl MergeRecord for Lookup {
    type MergeKey = (SocketAddr, NetworkView, String, RecordKind);

    fn merge_key(&self) -> Self::MergeKey {
        let name = canonical_name(&self.name);
        (self.server, self.view, name, self.kind)
    }

    fn is_answered(&self) -> bool {
        self.answer != Answer::NotAsked
    }

    /// Compares the records, ignoring order and case.
    fn agrees(&self, other: &Self) -> bool {
        self.answer.agrees(&other.answer, |one, two| {
            distinct_records(one) == distinct_records(two)
        })
    }

    fn observed_by(&mut self) -> &mut Vec<Observation> {
        &mut self.observed_by
    }
}

/// Returns records sorted and in the form that all spellings share, without duplicates.
fn distinct_records(records: &[Record]) -> BTreeSet<String> {
    records
        .iter()
        .map(|record| {
            let owner = canonical_name(&record.owner);
            format!("{owner} {}", record.data.comparable_text())
        })
        .collect()
}

impl MergeRecord for PortCheck {
    type MergeKey = SocketAddr;

    fn merge_key(&self) -> SocketAddr {
        self.address
    }

    fn is_answered(&self) -> bool {
        self.answer != Answer::NotAsked
    }

    fn agrees(&self, other: &Self) -> bool {
        self.answer.agrees(&other.answer, |(), ()| true)
    }

    fn observed_by(&mut self) -> &mut Vec<Observation> {
        &mut self.observed_by
    }
}

impl Merge for DnsFacts {
    fn merge(parts: Vec<(Observation, Self)>) -> Self {
        let mut whole = Self {
            servers_from: ServersFrom::FarmFile,
            ..Self::default()
        };
        let (mut lookups, mut ports) = (Vec::new(), Vec::new());
        for (from, part) in parts {
            let fresh: Vec<_> = part
                .servers
                .into_iter()
                .filter(|server| !whole.servers.contains(server))
                .collect();
            whole.servers.extend(fresh);
            if part.servers_from == ServersFrom::System {
                whole.servers_from = ServersFrom::System;
            }
            whole.unknown.extend(part.unknown);
            lookups.push((from.clone(), part.lookups));
            ports.push((from, part.ports));
        }
        Self {
            lookups: merged(lookups),
            ports: merged(ports),
            ..whole
        }
    }

    fn for_each_observation(&mut self, each: &mut dyn FnMut(&mut Vec<Observation>)) {
        self.lookups
            .iter_mut()
            .for_each(|lookup| each(&mut lookup.observed_by));
        self.ports
            .iter_mut()
            .for_each(|check| each(&mut check.observed_by));
    }
}

impl DnsFacts {
    /// Returns the addresses that any name server reports for a name.
    pub fn addresses(&self, name: &str) -> impl Iterator<Item = IpAddr> {
        let of_name = self
            .lookups
            .iter()
            .filter(move |lookup| lookup.name == name);
        let records = of_name.filter_map(|lookup| match (&lookup.answer, lookup.kind) {
            (Answer::Known(records), RecordKind::A | RecordKind::Aaaa) => Some(records),
            _ => None,
        });
        records.flatten().filter_map(|record| record.data.address())
    }

    /// Returns the hosts that receive a domain's mail according to any name server, or `None` if
    /// none answered. Without an MX record the domain itself does (RFC 5321 5.1).
    pub fn exchangers(&self, domain: &str) -> Option<BTreeSet<String>> {
        let mut known: Option<BTreeSet<String>> = None;
        let lookups = self.lookups.iter().filter(|lookup| {
            lookup.kind == RecordKind::Mx && lookup.name == canonical_name(domain)
        });
        for lookup in lookups {
            match &lookup.answer {
                Answer::Known(records) => {
                    let hosts = records.iter().filter_map(|record| record.data.exchanger());
                    let hosts = hosts.filter(|host| host != ".");
                    known.get_or_insert_default().extend(hosts);
                }
                Answer::Absent(_) => {
                    known.get_or_insert_default().insert(domain.to_owned());
                }
                Answer::Failed(_) | Answer::NotAsked => {}
            }
        }
        known
    }

    /// Returns why no name server reported whether there are such records, or `None` if one did.
    pub fn unanswered(&self, name: &str, kind: RecordKind) -> Option<Failure> {
        let mut reason = None;
        for lookup in self
            .lookups
            .iter()
            .filter(|lookup| lookup.name == name && lookup.kind == kind)
        {
            match &lookup.answer {
                Answer::Known(_) | Answer::Absent(_) => return None,
                Answer::Failed(failure) => {
                    let detail = format!("{kind} {name}: {failure}");
                    reason = Some(failure.clone().with_detail(detail));
                }
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
    fn address_as_host_name_is_recognized() {
        for text in [
            "192.0.2.21",
            "2001:db8::21",
            r"2001\:db8\:\:21",
            r"\[192.0.2.21\]",
            "[IPv6:::1]",
            r"\[ipv6\:\:\:1\]",
        ] {
            assert!(is_address(text), "{text}");
        }
        for text in [
            "192.0.2.21.fabrikam.com",
            "sp1",
            "1.2.3",
            ".",
            "",
            "[]",
            "[sp1]",
            "ipv6",
            "[äöü:::1]",
        ] {
            assert!(!is_address(text), "{text}");
        }
    }

    #[test]
    fn name_is_below_its_zone_only() {
        for (name, zone) in [
            ("a.b.test", "b.test"),
            ("b.test", "b.test"),
            ("a", "."),
            (".", "."),
        ] {
            assert!(is_below(name, zone), "{name} {zone}");
        }
        for (name, zone) in [
            ("ab.test", "b.test"),
            ("test", "b.test"),
            ("b.test", "a.b.test"),
        ] {
            assert!(!is_below(name, zone), "{name} {zone}");
        }
    }
}
