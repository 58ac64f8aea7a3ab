//! What the SMTP servers said, line by line.

use super::merge::{Merge, MergeRecord, Observation, merged};
#[cfg(test)]
use super::schema::socket_address;
use super::{Answer, FailureKind, Unknown};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

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
    /// Greeting, EHLO, STARTTLS and QUIT. In version 1 also the only transaction, with two
    /// recipients.
    pub steps: Vec<SmtpStep>,
    /// The transactions in their order, each with one question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transactions: Vec<SmtpTransaction>,
    /// What came of STARTTLS, where it was offered.
    #[serde(default)]
    pub tls: Answer<TlsFacts>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// A transaction of its own, which never comes to a message (RFC 5321 3.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "a transaction, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SmtpTransaction {
    /// What it asks.
    pub purpose: SmtpPurpose,
    /// The recipient that it asks about, also if the sender was not taken.
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub recipient: String,
    /// MAIL, RCPT and RSET.
    pub steps: Vec<SmtpStep>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// What a transaction asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    expecting = "the purpose of a transaction, a word"
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum SmtpPurpose {
    /// Whether a domain is taken, by a mailbox in it that does not exist.
    MadeUpMailbox,
    /// Whether a mailbox that exists is taken.
    RealMailbox,
    /// Whether the server relays for the machine that asks.
    ForeignRecipient,
    /// A purpose that a later version of this program knows. It is kept, and decides nothing.
    #[serde(untagged)]
    Later(String),
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

/// The part of a made-up mailbox's address before the `@`.
pub(crate) const MADE_UP_MAILBOX: &str = "spinmail-probe";

/// A recipient in a domain that cannot be registered (RFC 2606 2).
pub(crate) const FOREIGN_RECIPIENT: &str = "spinmail-probe@spinmail-check.invalid";

/// One recipient that a server was asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SmtpQuestion<'a> {
    pub purpose: &'a SmtpPurpose,
    /// The recipient's address, or `None` in version 1 if the conversation did not get that far.
    pub recipient: Option<&'a str>,
    pub mail: &'a SmtpStep,
    /// The recipient's step, or `None` if the conversation did not get that far.
    pub rcpt: Option<&'a SmtpStep>,
}

impl<'a> SmtpQuestion<'a> {
    /// Returns the sender, which is empty for the null sender.
    pub(crate) fn sender(&self) -> &'a str {
        self.mail.address().unwrap_or_default()
    }

    /// Returns the domain of the recipient.
    pub(crate) fn domain(&self) -> Option<&'a str> {
        Some(self.recipient?.rsplit_once('@')?.1)
    }

    /// Returns the step that decided: RCPT, or MAIL if the sender was not taken.
    pub(crate) fn last_step(&self) -> &'a SmtpStep {
        self.rcpt.unwrap_or(self.mail)
    }
}

/// Returns the recipients that a transaction asks about. Without a transaction of its own, as in
/// version 1, the recipient tells the purpose.
fn questions_of<'a>(
    steps: &'a [SmtpStep],
    transaction: Option<&'a SmtpTransaction>,
) -> Vec<SmtpQuestion<'a>> {
    let mut questions: Vec<SmtpQuestion<'a>> = Vec::new();
    let mut mail: Option<&SmtpStep> = None;
    for step in steps {
        match (step.verb(), mail) {
            ("MAIL", _) => mail = Some(step),
            ("RCPT", Some(mail)) => {
                questions.push(SmtpQuestion {
                    purpose: purpose_of(step.address(), transaction),
                    recipient: step.address(),
                    mail,
                    rcpt: Some(step),
                });
            }
            _ => {}
        }
    }
    if let (Some(mail), true) = (mail, questions.is_empty()) {
        let recipient = transaction.map(|transaction| transaction.recipient.as_str());
        questions.push(SmtpQuestion {
            purpose: purpose_of(recipient, transaction),
            recipient,
            mail,
            rcpt: None,
        });
    }
    questions
}

fn purpose_of<'a>(
    recipient: Option<&str>,
    transaction: Option<&'a SmtpTransaction>,
) -> &'a SmtpPurpose {
    match transaction {
        Some(transaction) => &transaction.purpose,
        None if recipient == Some(FOREIGN_RECIPIENT) => &SmtpPurpose::ForeignRecipient,
        None => &SmtpPurpose::MadeUpMailbox,
    }
}

impl SmtpTalk {
    /// Returns every recipient that was asked about, in the order of the conversation. A
    /// transaction whose sender was not taken counts as one without a recipient.
    pub(crate) fn questions(&self) -> Vec<SmtpQuestion<'_>> {
        let mut questions = questions_of(&self.steps, None);
        for transaction in &self.transactions {
            questions.extend(questions_of(&transaction.steps, Some(transaction)));
        }
        questions
    }

    /// Returns the address from which it was asked, as EHLO named it (RFC 5321 4.1.3).
    pub(crate) fn caller(&self) -> Option<IpAddr> {
        let literal = self.step("EHLO").or_else(|| self.step("HELO"))?;
        let (_, literal) = literal.command.split_once('[')?;
        let literal = literal.strip_suffix(']')?;
        literal
            .strip_prefix("IPv6:")
            .unwrap_or(literal)
            .parse()
            .ok()
    }
}

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

    /// Returns what a later conversation with the same server would repeat: all but the greeting's
    /// time and this end's address.
    fn gist(&self) -> Vec<String> {
        let verb = self.verb();
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
    fn all_steps(&self) -> impl Iterator<Item = &SmtpStep> {
        let of_transactions = self.transactions.iter().flat_map(|each| &each.steps);
        self.steps.iter().chain(of_transactions)
    }

    fn agrees(&self, other: &Self) -> bool {
        let own = self.all_steps().map(SmtpStep::gist);
        own.eq(other.all_steps().map(SmtpStep::gist))
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

impl SmtpTarget {
    /// Notes from which address it was asked, where only EHLO says so: of equal answers, that of one
    /// caller stays.
    fn note_caller(&mut self, from: &Observation) {
        let caller = self.answer.known().and_then(SmtpTalk::caller);
        if self.observed_by.is_empty() && caller.is_some() {
            self.observed_by = vec![Observation {
                address: caller,
                ..from.clone()
            }];
        }
    }
}

/// What machines asked before, by machine, host and address.
#[derive(Default)]
struct EarlierQuestions(BTreeMap<(Option<String>, String, SocketAddr), Vec<SmtpTransaction>>);

impl EarlierQuestions {
    /// Adds the questions that the same machine asked before and did not ask again. A newer
    /// conversation without an answer leaves nothing of older ones.
    fn complete(&mut self, target: &mut SmtpTarget) {
        let [caller] = target.observed_by.as_slice() else {
            return;
        };
        let host = target.host.to_ascii_lowercase();
        let key = (caller.server.clone(), host, target.address);
        match &mut target.answer {
            Answer::NotAsked => {}
            Answer::Known(talk) => {
                let older = self.0.remove(&key).unwrap_or_default();
                for transaction in older {
                    if !talk
                        .transactions
                        .iter()
                        .any(|own| own.asks_like(&transaction))
                    {
                        talk.transactions.push(transaction);
                    }
                }
                self.0.insert(key, talk.transactions.clone());
            }
            Answer::Absent(_) | Answer::Failed(_) => {
                self.0.remove(&key);
            }
        }
    }
}

impl SmtpTransaction {
    /// Returns whether both ask the same: of the same recipient, with the same sender.
    fn asks_like(&self, other: &Self) -> bool {
        let sender = |transaction: &Self| {
            let first = transaction.steps.first();
            first.map(|step| step.command.clone())
        };
        self.recipient == other.recipient && sender(self) == sender(other)
    }
}

impl Merge for SmtpFacts {
    fn merge(parts: Vec<(Observation, Self)>) -> Self {
        let mut whole = Self::default();
        let mut hosts = Vec::new();
        let mut earlier = EarlierQuestions::default();
        for (from, mut part) in parts {
            whole.unknown.extend(part.unknown);
            for target in &mut part.targets {
                target.note_caller(&from);
                earlier.complete(target);
            }
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
