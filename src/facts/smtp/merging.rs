//! Merges SMTP conversations of several machines and times.

use super::{SmtpFacts, SmtpHost, SmtpStep, SmtpTalk, SmtpTarget, SmtpTransaction, TlsFacts};
use crate::facts::merge::{Merge, MergeRecord, Observation, merged};
use crate::facts::{Answer, FailureKind};
use std::collections::BTreeMap;
use std::net::SocketAddr;

impl SmtpStep {
    /// Returns the parts of a conversation that a later one with the same server would repeat: all
    /// except the greeting's time and this end's address.
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

/// Returns the words of a reply that do not depend on time and client.
fn lasting_words(text: &str) -> String {
    text.split_whitespace()
        .filter(|word| is_lasting(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns whether a word is not part of a date and not a number; an enhanced code (RFC 3463)
/// counts as a word.
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

/// A machine's facts about a mail host: a conversation with one address, or that it has no address.
#[derive(Clone)]
enum HostRecord {
    Target(Box<SmtpTarget>),
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

    /// Old facts of a host must not count if it has another address now.
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
    /// Notes the client's address if only EHLO names it: of equal answers, that of one client
    /// stays.
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

/// The earlier questions of machines, by machine, host and address.
#[derive(Default)]
struct EarlierQuestions(BTreeMap<(Option<String>, String, SocketAddr), Vec<SmtpTransaction>>);

impl EarlierQuestions {
    /// Adds the questions that the same machine asked earlier and not again. A newer conversation
    /// without an answer drops all older ones.
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
    /// Returns whether both ask about the same recipient, with the same sender.
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
            let targets = part
                .targets
                .into_iter()
                .map(|target| HostRecord::Target(Box::new(target)));
            hosts.push((
                from,
                targets
                    .chain(part.unresolved.into_iter().map(HostRecord::Unresolved))
                    .collect(),
            ));
        }
        for known in merged(hosts) {
            match known {
                HostRecord::Target(target) => whole.targets.push(*target),
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
