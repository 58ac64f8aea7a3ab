//! What the SMTP servers said, line by line.

use super::merge::{Merge, MergeRecord, Observation, merged};
#[cfg(test)]
use super::schema::socket_address;
use super::{Answer, FailureKind, Unknown};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// What the SMTP servers said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "what the SMTP servers said, an object"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SmtpFacts {
    pub targets: Vec<SmtpTarget>,
    /// The hosts whose addresses are not known, or not all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unresolved: Vec<SmtpHost>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A host that nobody could be talked to for want of an address: absent is that it has none.
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
    /// Who looked and when, where facts of several machines were merged.
    #[serde(rename = "seen", default, skip_serializing_if = "Vec::is_empty")]
    pub observed_by: Vec<Observation>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// One address of one host, and the conversation with it: absent is refused.
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
    /// Who talked to it and when, where facts of several machines were merged.
    #[serde(rename = "seen", default, skip_serializing_if = "Vec::is_empty")]
    pub observed_by: Vec<Observation>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A conversation as it went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "a conversation, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SmtpTalk {
    pub steps: Vec<SmtpStep>,
    /// What came of STARTTLS, where it was offered.
    #[serde(default)]
    pub tls: Answer<TlsFacts>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// What was said, and the raw lines of the reply. The banner answers nothing.
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
    /// Whether the handshake came to an end.
    pub handshake: Answer<()>,
    /// Whether the certificate is trusted for the host's name: absent is not, and why.
    #[serde(default)]
    pub certificate: Answer<()>,
    #[serde(flatten)]
    pub unknown: Unknown,
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
    /// Returns the last step that began with a command; that of the banner is empty.
    pub fn step(&self, command: &str) -> Option<&SmtpStep> {
        self.steps.iter().rev().find(|step| match command {
            "" => step.command.is_empty(),
            command => step.command.starts_with(command),
        })
    }

    /// Returns an extension's parameters, from the last EHLO (RFC 5321 4.1.1.1).
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

    /// Returns what a later conversation with the same server would repeat: all but the greeting's
    /// time and this end's address.
    fn gist(&self) -> Vec<String> {
        let verb = self.command.split(' ').next().unwrap_or_default();
        let is_hello = verb == "EHLO" || verb == "HELO";
        let mut gist = vec![if is_hello { verb } else { &self.command }.to_owned()];
        match &self.reply {
            Answer::Known(lines) => {
                gist.extend(self.code().map(|code| code.to_string()));
                let greeting = usize::from(is_hello && self.code().is_some());
                for line in lines.iter().skip(greeting) {
                    gist.push(if is_hello {
                        line.clone()
                    } else {
                        lasting_words(line)
                    });
                }
            }
            Answer::Absent(how) => gist.push(lasting_words(how)),
            Answer::Failed(failure) => gist.push(format!("{:?}", failure.kind)),
            Answer::NotAsked => {}
        }
        gist
    }
}

/// The words of dates as mail writes them (RFC 5322 3.3).
const DATE_WORDS: [&str; 19] = [
    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Returns the words of a reply that do not change with time and caller.
fn lasting_words(text: &str) -> String {
    text.split_whitespace()
        .filter(|word| is_lasting(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns whether a word is neither of a date nor a number; an enhanced code (RFC 3463) stays.
fn is_lasting(word: &str) -> bool {
    let is_enhanced_code = word.len() == 5 && word.matches('.').count() == 2;
    let plain = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    !DATE_WORDS.contains(&plain)
        && (is_enhanced_code || !word.contains(|letter: char| letter.is_ascii_digit()))
}

impl SmtpTalk {
    fn agrees(&self, other: &Self) -> bool {
        let steps = self.steps.iter().map(SmtpStep::gist);
        steps.eq(other.steps.iter().map(SmtpStep::gist))
            && self.tls.agrees(&other.tls, TlsFacts::agrees)
    }
}

impl TlsFacts {
    fn agrees(&self, other: &Self) -> bool {
        self.handshake.agrees(&other.handshake, |(), ()| true)
            && self.failure_kind() == other.failure_kind()
            && self.certificate.agrees(&other.certificate, |(), ()| true)
    }

    /// Returns the kind of the handshake's failure, or `None` if it did not fail.
    fn failure_kind(&self) -> Option<&FailureKind> {
        match &self.handshake {
            Answer::Failed(failure) => Some(&failure.kind),
            _ => None,
        }
    }
}

/// What a machine knows of a mail host: a conversation with one address, or that it has none to
/// talk to.
#[derive(Clone)]
enum HostRecord {
    Target(SmtpTarget),
    Unresolved(SmtpHost),
}

impl MergeRecord for HostRecord {
    type MergeKey = (String, Option<SocketAddr>);

    fn merge_key(&self) -> Self::MergeKey {
        match self {
            Self::Target(target) => (target.host.to_ascii_lowercase(), Some(target.address)),
            Self::Unresolved(host) => (host.host.to_ascii_lowercase(), None),
        }
    }

    /// A host that got another address must not be judged by the old one.
    fn topic(&self) -> Self::MergeKey {
        (self.merge_key().0, None)
    }

    fn is_answered(&self) -> bool {
        match self {
            Self::Target(target) => target.answer != Answer::NotAsked,
            Self::Unresolved(host) => host.answer != Answer::NotAsked,
        }
    }

    fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Target(one), Self::Target(two)) => {
                one.answer.agrees(&two.answer, SmtpTalk::agrees)
            }
            (Self::Unresolved(one), Self::Unresolved(two)) => {
                one.answer.agrees(&two.answer, |(), ()| true)
            }
            _ => false,
        }
    }

    fn observed_by(&mut self) -> &mut Vec<Observation> {
        match self {
            Self::Target(target) => &mut target.observed_by,
            Self::Unresolved(host) => &mut host.observed_by,
        }
    }
}

impl Merge for SmtpFacts {
    fn merge(parts: Vec<(Observation, Self)>) -> Self {
        let mut whole = Self::default();
        let mut hosts = Vec::new();
        for (from, part) in parts {
            whole.unknown.extend(part.unknown);
            let targets = part.targets.into_iter().map(HostRecord::Target);
            hosts.push((
                from,
                targets
                    .chain(part.unresolved.into_iter().map(HostRecord::Unresolved))
                    .collect(),
            ));
        }
        for known in merged(hosts) {
            match known {
                HostRecord::Target(target) => whole.targets.push(target),
                HostRecord::Unresolved(host) => whole.unresolved.push(host),
            }
        }
        whole
    }

    fn for_each_observation(&mut self, each: &mut dyn FnMut(&mut Vec<Observation>)) {
        self.targets
            .iter_mut()
            .for_each(|target| each(&mut target.observed_by));
        self.unresolved
            .iter_mut()
            .for_each(|host| each(&mut host.observed_by));
    }
}
