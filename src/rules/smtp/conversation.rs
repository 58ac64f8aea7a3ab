//! A conversation with an SMTP server, read step by step.

use super::replies::Meaning;
use crate::facts::{Answer, FailureKind, SmtpPurpose, SmtpQuestion, SmtpStep, SmtpTalk};
use crate::rules::Outcome;

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
                    shortened(&lines.join(" | "))
                ))
            }
            _ => Self::Strange,
        }
    }
}

/// Whether the server accepts a sender without a logon.
pub(super) enum SenderReply<'a> {
    /// The step by which it does.
    Accepted(&'a SmtpStep),
    /// The step whose reply asks for a logon.
    MustLogOn(&'a SmtpStep),
    /// Another reply, and why it decides nothing.
    Other(String),
}

impl<'a> SenderReply<'a> {
    /// Reads the replies to senders. Some servers accept any sender and ask for the logon at the
    /// recipient. The replies to a foreign recipient do not count: it is right that only those who
    /// log on may relay.
    pub(super) fn from_talk(talk: &'a SmtpTalk) -> Self {
        let questions = talk.questions();
        let Some(first) = questions.first() else {
            return Self::Other("the conversation ended before the sender".to_owned());
        };
        let steps = questions.iter().flat_map(|question| {
            let recipient = question.rcpt.filter(|_| is_own_mailbox(question));
            [Some(question.mail), recipient]
        });
        let mut accepted = None;
        for step in steps.flatten() {
            match Meaning::of(step) {
                Meaning::AuthenticationRequired if demands_logon(step) => {
                    return Self::demand(talk, step);
                }
                Meaning::TlsRequired => {
                    let text = reply_text(Some(step));
                    return Self::Other(format!("it requires encryption first: {text}"));
                }
                Meaning::Accepted if step.verb() == "MAIL" => accepted = Some(step),
                _ => {}
            }
        }
        // A server may ask for the logon at the recipient, so silence there shows nothing.
        let answers = questions.iter().filter_map(|question| question.rcpt);
        let mut meanings = answers.map(Meaning::of);
        let is_answered = meanings
            .any(|meaning| !matches!(meaning, Meaning::None | Meaning::AuthenticationRequired));
        match accepted {
            Some(step) if is_answered => Self::Accepted(step),
            Some(_) => Self::Other(
                "it accepts the sender, but it did not answer any recipient, so it may still \
                 require a logon; `spinmail gather smtp` asks again"
                    .to_owned(),
            ),
            None => Self::Other(format!(
                "the reply to the sender was: {}",
                reply_text(Some(first.mail))
            )),
        }
    }

    /// Returns what a demand to authenticate proves. Another product than the SMTP service of
    /// Windows may ask strangers alone; without EHLO it may be another logon.
    fn demand(talk: &SmtpTalk, step: &'a SmtpStep) -> Self {
        let text = reply_text(Some(step));
        if !accepts_hello(talk) {
            Self::Other(format!("it refuses EHLO: {text}"))
        } else if is_windows(talk) {
            Self::MustLogOn(step)
        } else {
            Self::Other(format!(
                "it requires this machine to authenticate, but perhaps not the machines from \
                 which mail comes; ask from there ({text})"
            ))
        }
    }
}

/// Returns whether a reply is one of those that require authentication: 530 and 535 (RFC 4954 6),
/// and 454 5.7.3 of the SMTP service of Windows.
fn demands_logon(step: &SmtpStep) -> bool {
    matches!(step.code(), Some(454 | 530 | 535))
}

/// Returns whether a question is about a mailbox of the farm, made up or not.
pub(super) fn is_own_mailbox(question: &SmtpQuestion<'_>) -> bool {
    matches!(
        question.purpose,
        SmtpPurpose::MadeUpMailbox | SmtpPurpose::RealMailbox
    )
}

/// Returns whether the SMTP service of Windows answers: by its greeting, which names its version
/// (that of Exchange does not), or by its extensions.
pub(super) fn is_windows(talk: &SmtpTalk) -> bool {
    is_windows_greeting(&reply_text(talk.step(""))) || has_windows_extensions(talk)
}

/// Returns whether the greeting is that of the SMTP service of Windows.
pub(super) fn is_windows_greeting(greeting: &str) -> bool {
    greeting.contains("Microsoft ESMTP MAIL Service") && greeting.contains("Version:")
}

/// Returns whether the extensions are those of the SMTP service of Windows. Unlike its greeting
/// they cannot be changed: no other product writes `8bitmime` in lowercase and ends with a bare
/// `OK`.
pub(super) fn has_windows_extensions(talk: &SmtpTalk) -> bool {
    let Some(Answer::Known(lines)) = talk.step("EHLO").map(|step| &step.reply) else {
        return false;
    };
    lines.last().is_some_and(|line| line == "250 OK")
        && lines.iter().any(|line| line == "250-8bitmime")
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
pub(super) fn without_extension(talk: &SmtpTalk, why: &'static str) -> Outcome {
    match hello_code(talk) {
        Some(200..=299 | 500..=599) => Outcome::not_applicable(why),
        _ => Outcome::undecided("its extensions are not known: EHLO got no usable reply"),
    }
}

/// The most characters of a reply that are shown: a line may have 512 (RFC 5321 4.5.3.1.5).
const MAX_SHOWN: usize = 512;

/// Returns the beginning of a reply, and that it was cut, if it is longer than a reply has reason
/// to be.
fn shortened(reply: &str) -> String {
    match reply.char_indices().nth(MAX_SHOWN) {
        None => reply.to_owned(),
        Some((end, _)) => format!(
            "{}… (cut after {MAX_SHOWN} of {} characters)",
            reply.get(..end).unwrap_or_default(),
            reply.chars().count()
        ),
    }
}

/// Returns the reply to a step as it came, at most its beginning, or why there is none.
pub(super) fn reply_text(step: Option<&SmtpStep>) -> String {
    match step.map(|step| &step.reply) {
        Some(Answer::Known(lines)) => shortened(&lines.join(" | ")),
        Some(reply) => reply.why_not(),
        None => Answer::<()>::NotAsked.why_not(),
    }
}
