//! SEE: what was seen, as plain data; a file that is gathered here and judged anywhere.

use crate::error::Error;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// The version of the facts file that this program writes and reads.
pub const VERSION: u32 = 1;

/// The answer to a question asked of the outside. An error at the door is an answer too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer<T> {
    Known(T),
    /// It was answered that there is none; how.
    Absent(String),
    /// No usable answer came; why.
    Failed(String),
    #[default]
    NotAsked,
}

/// Everything that was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Facts {
    /// The version of this format.
    pub facts: u32,
    /// The farm they are of, as its file names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub farm: Option<String>,
    /// When they were gathered, RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gathered: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<DnsFacts>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<SmtpFacts>,
}

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

/// What the SMTP servers said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SmtpFacts {
    pub targets: Vec<SmtpTarget>,
    /// The hosts whose addresses are not known, or not all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unresolved: Vec<SmtpHost>,
}

/// A host that nobody could be talked to for want of an address: absent is that it has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SmtpHost {
    pub host: String,
    pub answer: Answer<()>,
}

/// One address of one host, and the conversation with it: absent is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SmtpTarget {
    pub host: String,
    pub address: SocketAddr,
    pub answer: Answer<SmtpTalk>,
}

/// A conversation as it went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SmtpTalk {
    pub steps: Vec<SmtpStep>,
    /// What came of STARTTLS, where it was offered.
    #[serde(default)]
    pub tls: Answer<TlsFacts>,
}

/// What was said, and the raw lines of the reply. The banner answers nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SmtpStep {
    pub said: String,
    pub reply: Answer<Vec<String>>,
}

/// An encrypted connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TlsFacts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether the handshake came to an end.
    pub handshake: Answer<()>,
    /// Whether the certificate is trusted for the host's name: absent is not, and why.
    #[serde(default)]
    pub certificate: Answer<()>,
}

impl TlsFacts {
    /// How a failure begins that shows only that the server is older than this program's encryption.
    pub const NOTHING_IN_COMMON: &str = "no version of TLS or cipher in common";
}

impl SmtpStep {
    /// The reply's code, when all its lines are of one reply (RFC 5321 4.2.1).
    pub fn code(&self) -> Option<u16> {
        let Answer::Known(lines) = &self.reply else { return None };
        let first = lines.first()?.get(..3)?;
        let digits = first.bytes().all(|byte| byte.is_ascii_digit());
        let of_one =
            |line: &String| line.get(..3) == Some(first) && matches!(line.as_bytes().get(3), None | Some(b' ' | b'-'));
        if digits && lines.iter().all(of_one) { first.parse().ok() } else { None }
    }
}

impl SmtpTalk {
    /// The last step that began with a command; the banner's is empty.
    pub fn step(&self, command: &str) -> Option<&SmtpStep> {
        let is_it = |step: &&SmtpStep| match command {
            "" => step.said.is_empty(),
            command => step.said.starts_with(command),
        };
        self.steps.iter().rev().find(is_it)
    }

    /// An extension's parameters, from the last EHLO (RFC 5321 4.1.1.1).
    pub fn extension(&self, keyword: &str) -> Option<&str> {
        let step = self.step("EHLO").filter(|step| step.code() == Some(250))?;
        let Answer::Known(lines) = &step.reply else { return None };
        lines.iter().skip(1).filter_map(|line| line.get(4..)).find_map(|line| {
            let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
            name.eq_ignore_ascii_case(keyword).then_some(rest)
        })
    }
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

impl Facts {
    /// Reads a facts file.
    ///
    /// # Errors
    /// It is no such file, or of a newer version than this program knows.
    pub fn from_json(text: &str, path: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Versioned {
            facts: u32,
        }
        let no_facts = |error: serde_json::Error| {
            Error::usage(format!("`{path}` is no facts file: {error}")).hint("`spinmail gather` writes one")
        };
        let Versioned { facts } = serde_json::from_str(text).map_err(no_facts)?;
        if facts > VERSION {
            return Err(Error::usage(format!("`{path}` is of facts version {facts}, this spinmail knows {VERSION}"))
                .hint("judge it with a newer spinmail"));
        }
        serde_json::from_str(text).map_err(no_facts)
    }

    /// The facts as a file.
    pub fn to_json(&self) -> String {
        // Plain data of strings and numbers always has a JSON form.
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
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
