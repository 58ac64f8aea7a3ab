//! What a reply proves: one table of codes and texts of mail servers.
//!
//! A refusal proves what it says and nothing else. What fits no row proves nothing.
//!
//! Sources of the rows:
//!
//! - RFC 5321 4.2, RFC 3463, RFC 4954 6, RFC 3207 4, RFC 7372 (authentication of senders), and
//!   IANA's registry of enhanced status codes;
//! - the SMTP service of Windows: replies of live servers, and the help of its snap-in (quota);
//! - Exchange 2010 to 2019 and Exchange Online: "Email non-delivery reports and SMTP errors in
//!   Exchange Online" (learn.microsoft.com) and non-delivery reports that people published;
//! - Postfix: `smtpd_check.c`, `postscreen_smtpd.c`, postconf(5);
//! - Exim: `src/configure.default`, and the texts of its access control lists in the manual;
//! - Sendmail: `cf/m4/proto.m4`, `cf/README`;
//! - qmail: `qmail-smtpd.c`.

use crate::facts::{Answer, SmtpStep};

/// What a reply says about the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Yes.
    Accepted,
    /// The recipient's domain is not one of the server's, and the server does not relay for the
    /// caller.
    RelayingDenied,
    /// The recipient does not exist, or may not be written to.
    UnknownMailbox,
    /// The recipient's domain does not exist.
    UnknownDomain,
    /// The sender is refused.
    SenderRefused,
    /// The caller is refused: a blocklist, its name, its address, a policy about senders.
    CallerRefused,
    /// A null sender may name one recipient only, and this is the second.
    SecondRecipient,
    /// The caller must log on first.
    AuthenticationRequired,
    /// The caller must encrypt first.
    TlsRequired,
    /// The mailbox or the drop directory is full.
    Quota,
    /// Not now: the server does not know this caller yet.
    Greylisted,
    /// The server asks to try again later.
    TemporaryFailure,
    /// The message would be too large.
    TooLarge,
    /// The server detected a mail loop.
    MailLoop,
    /// No, and it does not say why.
    Refused,
    /// Neither yes nor no.
    Unusual,
    /// There is no reply that can be read.
    None,
}

impl Meaning {
    /// Returns what a step's reply says.
    pub(super) fn of(step: &SmtpStep) -> Self {
        let (Some(code), Answer::Known(lines)) = (step.code(), &step.reply) else {
            return Self::None;
        };
        Reply::new(code, lines).meaning()
    }

    /// Returns what the reply says instead of what was asked, as the end of a sentence.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Accepted => "it accepts the recipient",
            Self::RelayingDenied => "it does not relay",
            Self::UnknownMailbox => "it says that there is no such mailbox",
            Self::UnknownDomain => "it says that there is no such domain",
            Self::SenderRefused => "it refuses the sender",
            Self::CallerRefused => "it refuses the machine that asked",
            Self::SecondRecipient => "it refuses a second recipient of a null sender",
            Self::AuthenticationRequired => "it requires senders to authenticate",
            Self::TlsRequired => "it requires encryption first",
            Self::Quota => "it says that a quota is exceeded",
            Self::Greylisted => "it greylists, and accepts a later attempt",
            Self::TemporaryFailure => "it asks to try again later",
            Self::TooLarge => "it refuses because of a size",
            Self::MailLoop => "it reports a mail loop",
            Self::Refused => "it refuses without a reason",
            Self::Unusual => "it neither accepts nor refuses",
            Self::None => "it sent no usable reply",
        }
    }
}

/// The codes of a row.
#[derive(Debug, Clone, Copy)]
enum Codes {
    /// Every code of 400 and more.
    Any,
    /// From 400 to 499.
    Later,
    /// From 500 to 599.
    Never,
    Only(&'static [u16]),
}

impl Codes {
    fn include(self, code: u16) -> bool {
        match self {
            Self::Any => code >= 400,
            Self::Later => (400..500).contains(&code),
            Self::Never => (500..600).contains(&code),
            Self::Only(codes) => codes.contains(&code),
        }
    }
}

/// A row: a reply with this code, one of these enhanced codes and one of these phrases has this
/// meaning. No enhanced codes, or no phrases, mean any.
struct Row {
    codes: Codes,
    /// The second and third number of enhanced codes: `7.1` is 4.7.1 and 5.7.1.
    enhanced: &'static [&'static str],
    /// Whole words in lowercase, letters and digits only. For `*`, see [`FILLERS`].
    phrases: &'static [&'static str],
    meaning: Meaning,
}

const fn row(
    codes: Codes,
    enhanced: &'static [&'static str],
    phrases: &'static [&'static str],
    meaning: Meaning,
) -> Row {
    Row {
        codes,
        enhanced,
        phrases,
        meaning,
    }
}

use Codes::{Any, Later, Never, Only};

/// The first row that fits counts.
static ROWS: &[Row] = &[
    // RFC 3207 4; Postfix `smtpd_tls_security_level = encrypt`; Exchange `RequireTLS`.
    row(
        Any,
        &[],
        &["issue a starttls", "issue starttls", "starttls is required"],
        Meaning::TlsRequired,
    ),
    row(
        Only(&[451, 530, 538]),
        &[],
        &["starttls", "encryption required"],
        Meaning::TlsRequired,
    ),
    // Mailboxes first: "User unknown in relay recipient table" (Postfix) is not about relaying.
    row(
        Any,
        &["1.1", "1.3", "1.6", "1.10", "2.1"],
        &[],
        Meaning::UnknownMailbox,
    ),
    // Exchange Online, of a recipient that its directory does not hold.
    row(Never, &["4.1"], &[], Meaning::UnknownMailbox),
    row(
        Any,
        &[],
        &[
            "user unknown",
            "unknown user",
            "no such user",
            "no such recipient",
            "recipient unknown",
            "unknown recipient",
            "mailbox unavailable",
            "recipientnotfound",
            "recipnotfound",
            "undeliverable address",
            "unverified address",
            "unrouteable address",
            "unroutable address",
        ],
        Meaning::UnknownMailbox,
    ),
    row(Any, &["1.7", "1.8"], &[], Meaning::SenderRefused),
    // Postfix `reject_multi_recipient_bounce`; Exim and cPanel refuse it in words.
    row(
        Any,
        &[],
        &[
            "multi recipient bounce",
            "one recipient at a time",
            "bounces must have only one recipient",
            "only one recipient",
        ],
        Meaning::SecondRecipient,
    ),
    row(
        Any,
        &[],
        &[
            "sender address rejected",
            "sender rejected",
            "sender denied",
            "sender verify failed",
            "sender not allowed",
            "null sender",
            "empty sender",
            "send as this sender",
            "domain of sender address",
            "domain name required for sender address",
        ],
        Meaning::SenderRefused,
    ),
    row(Any, &["7.60"], &[], Meaning::SenderRefused),
    row(Any, &["1.2"], &[], Meaning::UnknownDomain),
    row(
        Any,
        &[],
        &["recipient address rejected domain not found"],
        Meaning::UnknownDomain,
    ),
    // Exchange 2013 and later.
    row(Any, &["7.54", "7.64"], &[], Meaning::RelayingDenied),
    // Before the callers: a reply that greylists may name a blocklist too.
    row(
        Later,
        &[],
        &["greylisted", "greylist", "greylisting"],
        Meaning::Greylisted,
    ),
    // About the caller, even if they speak of relays: RFC 7372; those of Exchange Online are in
    // [`Reply::meaning`].
    row(
        Any,
        &[
            "7.20", "7.21", "7.22", "7.23", "7.24", "7.25", "7.26", "7.27", "7.28",
        ],
        &[],
        Meaning::CallerRefused,
    ),
    row(
        Any,
        &[],
        &[
            "blocked",
            "block list",
            "blocklist",
            "blocklisted",
            "black list",
            "blacklist",
            "blacklisted",
            "rbl",
            "rbls",
            "dnsbl",
            "banned",
            "spam",
            "spammer",
            "spammers",
            "spamhaus",
            "spamcop",
            "open relay",
            "open relays",
            "open mail relay",
            "open mail relays",
            "open smtp relay",
            "open proxy",
            "reputation",
            "listed",
            "client host rejected",
            "helo command rejected",
            "cannot find your hostname",
            "access denied banned sending ip",
            "dmarc",
            "dkim",
            "spf",
            "sender policy framework",
        ],
        Meaning::CallerRefused,
    ),
    row(
        Any,
        &[],
        &[
            "your relay is",
            "your relay has",
            "your relay was",
            "your mail relay",
            "relay host",
            "relay hosts",
            "relay ip",
            "is relay",
            "is a relay",
            "as relay",
            "as a relay",
        ],
        Meaning::CallerRefused,
    ),
    // Refusals to relay, including those by a policy. The word alone proves nothing: a
    // caller may be called a relay.
    row(
        Any,
        &[],
        &[
            "unable to relay",
            "relay * denied",
            "relay * refused",
            "relay * rejected",
            "relay * prohibited",
            "relay * forbidden",
            "relay * not permitted",
            "relay * not allowed",
            "relay * not authorized",
            "relaying * denied",
            "relaying * refused",
            "relaying * rejected",
            "relaying * prohibited",
            "relaying * forbidden",
            "relaying * disabled",
            "relaying * not permitted",
            "relaying * not allowed",
            "relaying * not authorized",
            "not permitted to relay",
            "not allowed to relay",
            "cannot relay",
            "do not relay",
            "does not relay",
            "don t relay",
            "will not relay",
            "won t relay",
            "may not relay",
            "not authorized to relay",
            "no relaying",
            "no relay",
            // qmail, without the word.
            "allowed rcpthosts",
        ],
        Meaning::RelayingDenied,
    ),
    // A reply that mentions only a policy does not say what it refuses.
    row(
        Only(&[550, 551, 553, 554]),
        &[],
        &["policy", "policies"],
        Meaning::Refused,
    ),
    // Microsoft's SMTP service with anonymous access off; Exchange without anonymous users.
    row(Any, &["7.3", "7.57"], &[], Meaning::AuthenticationRequired),
    row(Only(&[530, 535]), &[], &[], Meaning::AuthenticationRequired),
    row(
        Never,
        &[],
        &[
            "authentication required",
            "authentication is required",
            "requires authentication",
            "authrequired",
            "must authenticate",
            "not authenticated",
        ],
        Meaning::AuthenticationRequired,
    ),
    row(Any, &["2.2"], &[], Meaning::Quota),
    row(
        Any,
        &[],
        &["quota", "mailbox full", "mailbox is full"],
        Meaning::Quota,
    ),
    row(Any, &["3.4", "2.3"], &[], Meaning::TooLarge),
    row(Any, &["4.6", "4.14"], &[], Meaning::MailLoop),
    row(
        Any,
        &[],
        &["hop count exceeded", "too many hops"],
        Meaning::MailLoop,
    ),
    row(Later, &[], &[], Meaning::TemporaryFailure),
    row(Never, &[], &[], Meaning::Refused),
];

/// A reply, in the form in which it is compared.
struct Reply {
    code: u16,
    /// The second and third number of the enhanced code, empty without one.
    enhanced: String,
    /// The words in lowercase, each surrounded by spaces, without addresses and host names.
    words: String,
}

impl Reply {
    fn new(code: u16, lines: &[String]) -> Self {
        let texts = lines.iter().filter_map(|line| line.get(4..));
        let mut enhanced = String::new();
        let mut words = " ".to_owned();
        for text in texts {
            for (at, token) in text.split_whitespace().enumerate() {
                match enhanced_code(token).filter(|_| at == 0) {
                    Some(found) => found.clone_into(&mut enhanced),
                    None => add_words(token, &mut words),
                }
            }
        }
        Self {
            code,
            enhanced,
            words,
        }
    }

    fn meaning(&self) -> Meaning {
        match self.code {
            200..=299 => return Meaning::Accepted,
            400..=599 => {}
            _ => return Meaning::Unusual,
        }
        // Exchange Online has a hundred codes for callers that it does not like, 5.7.500 to
        // 5.7.750.
        let is_policy_of_exchange_online = self
            .enhanced
            .strip_prefix("7.")
            .is_some_and(|detail| detail.len() == 3);
        if is_policy_of_exchange_online {
            return Meaning::CallerRefused;
        }
        ROWS.iter()
            .find(|row| self.fits(row))
            .map_or(Meaning::Unusual, |row| row.meaning)
    }

    fn fits(&self, row: &Row) -> bool {
        let enhanced = row.enhanced.is_empty() || row.enhanced.contains(&self.enhanced.as_str());
        let mut phrases = row.phrases.iter();
        let phrase = row.phrases.is_empty() || phrases.any(|phrase| self.has(phrase));
        row.codes.include(self.code) && enhanced && phrase
    }

    /// Returns whether the words have a phrase. A `*` matches any number of [`FILLERS`].
    fn has(&self, phrase: &str) -> bool {
        let Some((subject, end)) = phrase.split_once(" * ") else {
            return self.words.contains(&format!(" {phrase} "));
        };
        let subject = format!(" {subject} ");
        let end = format!("{end} ");
        self.words.match_indices(&subject).any(|(at, found)| {
            let mut rest = self.words.get(at + found.len()..).unwrap_or_default();
            loop {
                if rest.starts_with(&end) {
                    return true;
                }
                match rest.split_once(' ') {
                    Some((word, behind)) if FILLERS.contains(&word) => rest = behind,
                    _ => return false,
                }
            }
        })
    }
}

/// The words that a `*` in a phrase stands for: what is relayed, from where and to where.
const FILLERS: &[&str] = &[
    "access",
    "are",
    "attempt",
    "attempts",
    "by",
    "domain",
    "email",
    "for",
    "from",
    "here",
    "host",
    "in",
    "is",
    "mail",
    "message",
    "messages",
    "of",
    "on",
    "operation",
    "recipient",
    "request",
    "requests",
    "server",
    "system",
    "temporarily",
    "that",
    "the",
    "this",
    "through",
    "to",
    "via",
    "was",
];

/// Returns the second and third number of an enhanced code (RFC 3463 2).
fn enhanced_code(token: &str) -> Option<&str> {
    let (class, rest) = token.split_once('.')?;
    let (subject, detail) = rest.split_once('.')?;
    let is_number = |text: &str| {
        (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_code = matches!(class, "2" | "4" | "5") && is_number(subject) && is_number(detail);
    is_code.then_some(rest)
}

/// Adds the words of a token. What names a mailbox, a host or an address says nothing: a domain may
/// be `relay.fabrikam.com`.
fn add_words(token: &str, words: &mut String) {
    let is_code_of_exchange = token.starts_with("RESOLVER.");
    if !is_code_of_exchange && (token.contains(['@', '<']) || is_host(token)) {
        return;
    }
    let parts = token.split(|letter: char| !letter.is_alphanumeric());
    for part in parts.filter(|part| !part.is_empty()) {
        words.push_str(&part.to_lowercase());
        words.push(' ');
    }
}

/// Returns whether a token has a dot or a colon between letters or digits.
fn is_host(token: &str) -> bool {
    let trimmed = token.trim_matches(|letter: char| !letter.is_alphanumeric());
    trimmed.contains(['.', ':'])
}

#[cfg(test)]
mod tests;
