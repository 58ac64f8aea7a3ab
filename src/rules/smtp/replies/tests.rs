//! Replies as servers write them, and what they prove.

use super::{FILLERS, Meaning, ROWS};
use crate::facts::{Answer, SmtpStep};

fn meaning(reply: &str) -> Meaning {
    let lines = reply.split('|').map(str::to_owned).collect();
    let step = SmtpStep::new("RCPT TO:<spinmail-probe@a.test>", Answer::Known(lines));
    Meaning::of(&step)
}

const REPLIES: &[(&str, Meaning)] = &[
    // The SMTP service of Windows.
    ("250 2.1.5 spinmail-probe@a.test ", Meaning::Accepted),
    (
        "550 5.7.1 Unable to relay for spinmail-probe@a.test",
        Meaning::RelayingDenied,
    ),
    (
        "454 5.7.3 Client does not have permission to submit mail to this server.",
        Meaning::AuthenticationRequired,
    ),
    ("452 4.2.2 Mailbox full", Meaning::Quota),
    (
        "552 5.3.4 Message size exceeds fixed maximum message size",
        Meaning::TooLarge,
    ),
    // Exchange 2010 to Exchange Online.
    ("550 5.7.1 Unable to relay", Meaning::RelayingDenied),
    (
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
        Meaning::RelayingDenied,
    ),
    (
        "550 5.7.64 TenantAttribution; Relay Access Denied",
        Meaning::RelayingDenied,
    ),
    (
        "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM",
        Meaning::AuthenticationRequired,
    ),
    (
        "530 5.7.1 Client was not authenticated",
        Meaning::AuthenticationRequired,
    ),
    (
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient x@a.test not found by SMTP address \
         lookup",
        Meaning::UnknownMailbox,
    ),
    (
        "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",
        Meaning::AuthenticationRequired,
    ),
    (
        "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) \
         [x.eop-EUR02.prod.protection.outlook.com]",
        Meaning::UnknownMailbox,
    ),
    (
        "550 5.7.606 Access denied, banned sending IP [192.0.2.9].",
        Meaning::CallerRefused,
    ),
    (
        "451 4.7.500 Server busy. Please try again later from [192.0.2.9].",
        Meaning::CallerRefused,
    ),
    (
        "550 5.7.23 The message was rejected because of Sender Policy Framework violation",
        Meaning::CallerRefused,
    ),
    (
        "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
        Meaning::SenderRefused,
    ),
    (
        "554 5.4.14 Hop count exceeded - possible mail loop",
        Meaning::MailLoop,
    ),
    (
        "452 4.3.1 Insufficient system resources",
        Meaning::TemporaryFailure,
    ),
    (
        "451 5.7.3 STARTTLS is required to send mail",
        Meaning::TlsRequired,
    ),
    // Postfix.
    (
        "554 5.7.1 <x@a.test>: Relay access denied",
        Meaning::RelayingDenied,
    ),
    (
        "454 4.7.1 <x@a.test>: Relay access denied",
        Meaning::RelayingDenied,
    ),
    (
        "550 5.1.1 <x@a.test>: Recipient address rejected: User unknown in relay recipient table",
        Meaning::UnknownMailbox,
    ),
    (
        "550 <x@a.test>: Recipient address rejected: User unknown in relay recipient table",
        Meaning::UnknownMailbox,
    ),
    (
        "550 5.5.3 <x@a.test>: Recipient address rejected: Multi-recipient bounce",
        Meaning::SecondRecipient,
    ),
    (
        "450 4.1.2 <x@a.test>: Recipient address rejected: Domain not found",
        Meaning::UnknownDomain,
    ),
    (
        "550 5.7.1 <>: Sender address rejected: Access denied",
        Meaning::SenderRefused,
    ),
    (
        "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org",
        Meaning::CallerRefused,
    ),
    (
        "450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.9]",
        Meaning::CallerRefused,
    ),
    (
        "450 4.2.0 <x@a.test>: Recipient address rejected: Greylisted",
        Meaning::Greylisted,
    ),
    (
        "530 5.7.0 Must issue a STARTTLS command first",
        Meaning::TlsRequired,
    ),
    ("452 4.2.2 <x@a.test>: user is over quota", Meaning::Quota),
    // Exim, which has no enhanced codes of its own.
    ("550 relay not permitted", Meaning::RelayingDenied),
    ("550 5.1.1 Unrouteable address", Meaning::UnknownMailbox),
    ("550 Unrouteable address", Meaning::UnknownMailbox),
    ("550 Sender verify failed", Meaning::SenderRefused),
    (
        "550 authentication required",
        Meaning::AuthenticationRequired,
    ),
    ("550 Administrative prohibition", Meaning::Refused),
    (
        "550-192.0.2.9 is not permitted to relay through this server|550 without authentication",
        Meaning::RelayingDenied,
    ),
    // Sendmail.
    (
        "550 5.7.1 <x@a.test>... Relaying denied. Proper authentication required.",
        Meaning::RelayingDenied,
    ),
    (
        "550 5.7.1 <x@a.test>... Relaying denied. IP name lookup failed [192.0.2.9]",
        Meaning::RelayingDenied,
    ),
    (
        "550 5.1.1 <x@a.test>... User unknown",
        Meaning::UnknownMailbox,
    ),
    (
        "553 5.1.8 <x@a.test>... Domain of sender address x@a.test does not exist",
        Meaning::SenderRefused,
    ),
    ("550 5.7.1 <x@a.test>... Access denied", Meaning::Refused),
    // qmail.
    (
        "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
        Meaning::RelayingDenied,
    ),
    // Words in names and addresses say nothing, and neither do codes in the text.
    ("550 5.7.1 relay.fabrikam.com says no", Meaning::Refused),
    ("550 5.7.1 <docs@relay.test>: no", Meaning::Refused),
    (
        "554 5.7.1 Your address is on the list of open relay hosts",
        Meaning::CallerRefused,
    ),
    ("550 5.7.1 no, see 15.7.3.1", Meaning::Refused),
    // About the caller, who is called a relay.
    (
        "550 5.7.1 Rejected: your mail server is an open mail relay",
        Meaning::CallerRefused,
    ),
    (
        "550 5.7.1 Open spam relay - see http://x.test/",
        Meaning::CallerRefused,
    ),
    (
        "554 5.7.1 Mail relay [192.0.2.1] is on our RBL",
        Meaning::CallerRefused,
    ),
    (
        "550 5.7.1 Mail from 192.0.2.9 refused: open mail relay",
        Meaning::CallerRefused,
    ),
    (
        "550 5.7.1 Your relay is in our DNSBL",
        Meaning::CallerRefused,
    ),
    (
        "550 5.7.1 SPF fail, relay 192.0.2.9 not permitted by domain",
        Meaning::CallerRefused,
    ),
    ("550 5.7.1 Your relay violates our policy", Meaning::Refused),
    ("550 5.7.1 The relay has no name", Meaning::Refused),
    // Refusals to relay, in other words.
    (
        "550 5.7.1 routed address relaying denied",
        Meaning::RelayingDenied,
    ),
    (
        "554 Relay rejected for policy reasons.",
        Meaning::RelayingDenied,
    ),
    (
        "550 5.7.1 Relaying denied by local policy",
        Meaning::RelayingDenied,
    ),
    (
        "554 5.7.1 <x@a.test>: Recipient address rejected: Relay access denied by policy",
        Meaning::RelayingDenied,
    ),
    (
        "550 5.7.1 Relaying to <x@a.test> denied (authentication required)",
        Meaning::RelayingDenied,
    ),
    (
        "550 5.7.1 relaying mail to a.test is not allowed",
        Meaning::RelayingDenied,
    ),
    (
        "550 Rejected: relaying through this server is prohibited",
        Meaning::RelayingDenied,
    ),
    (
        "550 5.7.1 Relay for this domain denied",
        Meaning::RelayingDenied,
    ),
    (
        "554 5.7.1 Relay operation rejected",
        Meaning::RelayingDenied,
    ),
    (
        "550 5.7.1 relay access not permitted",
        Meaning::RelayingDenied,
    ),
    // The machine that asked is the relay.
    (
        "550 5.7.1 You are listed as relay, mail denied",
        Meaning::CallerRefused,
    ),
    (
        "550 5.7.1 Your relay is denied by policy",
        Meaning::CallerRefused,
    ),
    (
        "550 5.7.1 Relay host [192.0.2.9] rejected",
        Meaning::CallerRefused,
    ),
    (
        "554 5.7.1 Open relay, access denied by policy",
        Meaning::CallerRefused,
    ),
    (
        "550 5.7.1 Mail relay with a poor reputation rejected",
        Meaning::CallerRefused,
    ),
    (
        "550 5.7.1 The relay you use was rejected by policy",
        Meaning::Refused,
    ),
    ("550 we do not relay", Meaning::RelayingDenied),
    ("550 5.7.1 We don't relay", Meaning::RelayingDenied),
    (
        "551 5.7.1 Relaying is not allowed here",
        Meaning::RelayingDenied,
    ),
    ("354 Start mail input", Meaning::Unusual),
    ("250-yes|550 no", Meaning::None),
    ("no code at all", Meaning::None),
];

#[test]
fn replies_prove_what_they_say() {
    let wrong: Vec<String> = REPLIES
        .iter()
        .filter(|(reply, expected)| meaning(reply) != *expected)
        .map(|(reply, expected)| format!("{reply}: {:?}, not {expected:?}", meaning(reply)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn phrases_are_whole_words_in_lowercase() {
    for phrase in ROWS.iter().flat_map(|row| row.phrases) {
        let words: Vec<&str> = phrase.split(' ').collect();
        let is_plain = |word: &&str| {
            let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
            *word == "*" || (!word.is_empty() && word.chars().all(is_letter))
        };
        assert!(words.iter().all(is_plain), "{phrase}");
    }
}

/// Redacted facts get the same verdicts as the original.
#[test]
fn redaction_keeps_words_of_phrases() {
    let known = include_str!("../../../facts/redact/words.txt");
    let phrases = ROWS.iter().flat_map(|row| row.phrases);
    for phrase in phrases.chain(FILLERS) {
        for word in phrase.split(' ').filter(|word| word.len() > 1) {
            assert!(known.lines().any(|line| line == word), "{phrase}: {word}");
        }
    }
}
