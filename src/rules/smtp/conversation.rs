//! A conversation with an SMTP server, read step by step.

use crate::facts::{Answer, FailureKind, SmtpStep, SmtpTalk};
use crate::rules::Outcome;

/// The recipient of the probe in a domain that cannot exist (RFC 2606).
const FOREIGN_RECIPIENT: &str = "RCPT TO:<spinmail-probe@spinmail-check.invalid>";

/// What a server says first.
pub(super) enum Greeting {
    Welcome,
    /// It asks callers to come back later.
    Later(u16),
    /// It sends callers away.
    Refusal(u16),
    Closed,
    /// There was none, or one that cannot be read, and why.
    None(String),
    /// It is not SMTP.
    Strange,
}

impl Greeting {
    pub(super) fn from_talk(talk: &SmtpTalk) -> Self {
        let Some(step) = talk.step("") else {
            return Self::None("not asked".to_owned());
        };
        match (&step.reply, step.code()) {
            (Answer::Failed(failure), _) if failure.kind == FailureKind::Closed => Self::Closed,
            (reply @ (Answer::Failed(_) | Answer::Absent(_) | Answer::NotAsked), _) => {
                Self::None(reply.why_not())
            }
            (_, Some(220)) => Self::Welcome,
            (_, Some(code @ 400..=499)) => Self::Later(code),
            (_, Some(code @ 500..=599)) => Self::Refusal(code),
            (Answer::Known(lines), None)
                if lines.first().is_some_and(|line| line.starts_with("220")) =>
            {
                Self::None(format!(
                    "the lines of one reply have different codes: {}",
                    lines.join(" | ")
                ))
            }
            _ => Self::Strange,
        }
    }
}

/// Whether the server accepts a sender without a logon.
pub(super) enum SenderReply<'a> {
    Accepted,
    /// The step whose reply asks for a logon.
    MustLogOn(&'a SmtpStep),
    /// Another reply, and why it decides nothing.
    Other(String),
}

impl<'a> SenderReply<'a> {
    /// Reads the reply to the sender. Some servers accept any sender and ask for the logon at the
    /// recipient. The reply to a foreign recipient does not count: it is right that only those who
    /// log on may relay.
    pub(super) fn from_talk(talk: &'a SmtpTalk) -> Self {
        let Some(sender) = talk.step("MAIL") else {
            return Self::Other("the conversation did not come to the sender".to_owned());
        };
        let recipient = talk
            .steps
            .iter()
            .find(|step| step.command.starts_with("RCPT") && !is_foreign_recipient(step));
        let demand = Self::demand(sender).or_else(|| recipient.and_then(Self::demand));
        match demand {
            // A server without EHLO may not be an SMTP server and mean another logon.
            Some(Self::MustLogOn(step)) if !accepts_hello(talk) => Self::Other(format!(
                "it takes no EHLO, and says: {}",
                reply_text(Some(step))
            )),
            Some(demand) => demand,
            None if matches!(sender.code(), Some(200..=299)) => Self::Accepted,
            None => Self::Other(format!(
                "the sender was answered: {}",
                reply_text(Some(sender))
            )),
        }
    }

    /// Returns what a reply demands before mail is accepted, or `None` if it demands nothing.
    /// Replies 530 and 535 are about logging on (RFC 4954 6); the Microsoft service replies 454
    /// 5.7.3 if anonymous access is off.
    fn demand(step: &'a SmtpStep) -> Option<Self> {
        let text = reply_text(Some(step));
        let enhanced_code = text
            .get(4..)
            .and_then(|rest| rest.split_whitespace().next());
        match (step.code()?, enhanced_code) {
            (530, _) if text.to_ascii_uppercase().contains("STARTTLS") => {
                Some(Self::Other(format!("it wants encryption first: {text}")))
            }
            (530 | 535 | 538, _) | (400..=599, Some("5.7.3")) => Some(Self::MustLogOn(step)),
            _ => None,
        }
    }
}

pub(super) fn is_foreign_recipient(step: &SmtpStep) -> bool {
    step.command == FOREIGN_RECIPIENT
}

/// Returns the code of the last reply to EHLO or HELO, or `None` if there was no reply.
pub(super) fn hello_code(talk: &SmtpTalk) -> Option<u16> {
    talk.steps
        .iter()
        .rev()
        .find(|step| step.command.starts_with("EHLO") || step.command.starts_with("HELO"))?
        .code()
}

pub(super) fn accepts_hello(talk: &SmtpTalk) -> bool {
    matches!(hello_code(talk), Some(200..=299))
}

/// Returns the outcome for an extension that the server does not announce. Without an announcement
/// nothing is known.
pub(super) fn without_extension(talk: &SmtpTalk, why: &str) -> Outcome {
    match hello_code(talk) {
        Some(200..=299 | 500..=599) => Outcome::not_applicable(why),
        _ => Outcome::undecided("its extensions are not known: EHLO got no usable answer"),
    }
}

/// Returns the reply to a step as it came, or why there is none.
pub(super) fn reply_text(step: Option<&SmtpStep>) -> String {
    match step.map(|step| &step.reply) {
        Some(Answer::Known(lines)) => lines.join(" | "),
        Some(reply) => reply.why_not(),
        None => Answer::<()>::NotAsked.why_not(),
    }
}
