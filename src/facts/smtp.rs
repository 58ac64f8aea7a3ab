//! What the SMTP servers said, line by line.

use super::Answer;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

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
