//! What the SMTP servers answered, line by line.

mod merging;
mod questions;

pub(crate) use questions::SmtpQuestion;

use super::merge::Observation;
#[cfg(test)]
use super::schema::socket_address;
use super::{Answer, Unknown};
use crate::farm::values::ServerName;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// What the SMTP servers answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "what the SMTP servers answered, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SmtpFacts {
    pub targets: Vec<SmtpTarget>,
    /// The hosts whose addresses are not all known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unresolved: Vec<SmtpHost>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A host that could not be asked, because its addresses are not known. Absent means that it has
/// none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "a host without an address, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SmtpHost {
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub host: String,
    pub answer: Answer<()>,
    /// Which machine tried and when, if facts of several machines were merged.
    #[serde(rename = "seen", default, skip_serializing_if = "Vec::is_empty")]
    pub observed_by: Vec<Observation>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// One address of one host, and the conversation with it. Absent means that the connection was
/// refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "an address and the conversation with it, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SmtpTarget {
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub host: String,
    #[cfg_attr(test, schemars(schema_with = "socket_address"))]
    pub address: SocketAddr,
    pub answer: Answer<SmtpTalk>,
    /// Which machine asked and when, if facts of several machines were merged.
    #[serde(rename = "seen", default, skip_serializing_if = "Vec::is_empty")]
    pub observed_by: Vec<Observation>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The record of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "a conversation, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SmtpTalk {
    /// Greeting, EHLO, STARTTLS and QUIT. In version 1 also the only transaction, with two
    /// recipients.
    pub steps: Vec<SmtpStep>,
    /// The transactions in order, each with one question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transactions: Vec<SmtpTransaction>,
    /// The result of STARTTLS, if it was offered.
    #[serde(default)]
    pub tls: Answer<TlsFacts>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A transaction that never sends a message (RFC 5321 3.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "a transaction, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SmtpTransaction {
    /// Its purpose.
    pub purpose: SmtpPurpose,
    /// The recipient that it asks about, even if the sender was refused.
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub recipient: String,
    /// MAIL, RCPT and RSET.
    pub steps: Vec<SmtpStep>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The purpose of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "the purpose of a transaction, a word"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum SmtpPurpose {
    /// Whether a domain is accepted, with a mailbox that does not exist.
    MadeUpMailbox,
    /// Whether an existing mailbox is accepted.
    RealMailbox,
    /// Whether the server relays for the machine that asks.
    ForeignRecipient,
    /// A purpose from a later version of this program. It is kept, and no rule depends on it.
    #[serde(untagged)]
    Later(String),
}

/// A command and the raw lines of its reply. The banner has no command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "what was said and the reply, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SmtpStep {
    #[serde(rename = "said")]
    pub command: String,
    #[cfg_attr(test, schemars(extend("holds" = "reply")))]
    pub reply: Answer<Vec<String>>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// An encrypted connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "an encrypted connection, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TlsFacts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "plain")))]
    pub version: Option<String>,
    /// Whether the handshake succeeded.
    pub handshake: Answer<()>,
    /// Whether the certificate is trusted for the host's name. Absent means that it is not, with
    /// the reason.
    #[serde(default)]
    pub certificate: Answer<()>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl SmtpFacts {
    /// Gives every spelling of a host's name the form in which names are compared: lowercase, and
    /// without a final dot.
    pub(super) fn unify_hosts(&mut self) {
        let targets = self.targets.iter_mut().map(|target| &mut target.host);
        let unresolved = self.unresolved.iter_mut().map(|other| &mut other.host);
        for host in targets.chain(unresolved) {
            *host = ServerName::canonical(host);
        }
    }
}

impl SmtpStep {
    /// Returns the reply's code, if all its lines are of one reply (RFC 5321 4.2.1).
    pub fn code(&self) -> Option<u16> {
        let Answer::Known(lines) = &self.reply else {
            return None;
        };
        let first = lines.first()?.get(..3)?;
        let is_one_reply = lines.iter().all(|line| {
            line.get(..3) == Some(first)
                && matches!(line.as_bytes().get(3), None | Some(b' ' | b'-'))
        });
        let is_code = first.bytes().all(|byte| byte.is_ascii_digit());
        (is_code && is_one_reply).then(|| first.parse().ok())?
    }
}

impl SmtpTalk {
    /// Returns the last step with this command; the banner's is empty.
    pub fn step(&self, command: &str) -> Option<&SmtpStep> {
        self.steps.iter().rev().find(|step| match command {
            "" => step.command.is_empty(),
            command => step.command.starts_with(command),
        })
    }

    /// Returns an extension's parameters from the last EHLO (RFC 5321 4.1.1.1).
    pub fn extension(&self, keyword: &str) -> Option<&str> {
        let step = self.step("EHLO").filter(|step| step.code() == Some(250))?;
        let Answer::Known(lines) = &step.reply else {
            return None;
        };
        lines
            .iter()
            .skip(1)
            .filter_map(|line| line.get(4..))
            .find_map(|line| {
                let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
                name.eq_ignore_ascii_case(keyword).then_some(rest)
            })
    }
}

/// The part of a made-up mailbox's address before the `@`.
pub(crate) const MADE_UP_MAILBOX: &str = "spinmail-probe";

/// A recipient in a domain that cannot be registered (RFC 2606 2).
pub(crate) const FOREIGN_RECIPIENT: &str = "spinmail-probe@spinmail-check.invalid";

impl SmtpTransaction {
    pub fn new(purpose: SmtpPurpose, recipient: impl Into<String>, steps: Vec<SmtpStep>) -> Self {
        Self {
            purpose,
            recipient: recipient.into(),
            steps,
            unknown: Unknown::new(),
        }
    }
}

impl SmtpHost {
    pub fn new(host: impl Into<String>, answer: Answer<()>) -> Self {
        Self {
            host: host.into(),
            answer,
            observed_by: Vec::new(),
            unknown: Unknown::new(),
        }
    }
}

impl SmtpTarget {
    pub fn new(host: impl Into<String>, address: SocketAddr, answer: Answer<SmtpTalk>) -> Self {
        Self {
            host: host.into(),
            address,
            answer,
            observed_by: Vec::new(),
            unknown: Unknown::new(),
        }
    }
}

impl SmtpStep {
    pub fn new(command: impl Into<String>, reply: Answer<Vec<String>>) -> Self {
        Self {
            command: command.into(),
            reply,
            unknown: Unknown::new(),
        }
    }

    /// Returns the command's first word.
    pub(crate) fn verb(&self) -> &str {
        self.command.split(' ').next().unwrap_or_default()
    }

    /// Returns the address between `<` and `>`, which is empty for the null sender.
    pub(crate) fn address(&self) -> Option<&str> {
        let (_, rest) = self.command.split_once('<')?;
        Some(rest.rsplit_once('>')?.0)
    }
}
