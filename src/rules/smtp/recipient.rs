//! Whether the SMTP server takes the farm's recipients.

use super::conversation::{is_own_mailbox, is_windows, reply_text};
use super::delivery::logon_demanded;
use super::judging::judge_domains;
use super::replies::Meaning;
use super::target::{TargetView, step_evidence};
use crate::facts::{SmtpPurpose, SmtpQuestion, SmtpStep, SmtpTalk};
use crate::farm::values::DomainName;
use crate::remedy::{self, AdminRole};
use crate::rules::{Case, Finding, Outcome, RuleResult};

const ACCEPTED: &str = "250: the recipient is accepted";

/// A question about a recipient of the farm, and what its reply says.
struct RecipientReply<'a> {
    question: SmtpQuestion<'a>,
    meaning: Meaning,
}

impl<'a> RecipientReply<'a> {
    /// Returns the replies about mailboxes of a domain. In version 1 a sender that was not taken
    /// counts for every domain.
    fn all(talk: &'a SmtpTalk, domain: &DomainName) -> Vec<Self> {
        let is_asked = |question: &SmtpQuestion<'_>| {
            is_own_mailbox(question)
                && question
                    .domain()
                    .is_none_or(|asked| asked.eq_ignore_ascii_case(domain.ascii()))
        };
        talk.questions()
            .into_iter()
            .filter(is_asked)
            .map(|question| Self {
                question,
                meaning: Meaning::of(question.last_step()),
            })
            .collect()
    }

    fn is_temporary(&self) -> bool {
        matches!(self.question.last_step().code(), Some(400..=499))
    }

    /// Returns whether it is about a mailbox that exists, and not about how many were named.
    fn is_of_real_mailbox(&self) -> bool {
        *self.question.purpose == SmtpPurpose::RealMailbox
            && self.meaning != Meaning::SecondRecipient
    }

    fn is_about(&self, address: &str) -> bool {
        let asked = self.question.recipient;
        asked.is_some_and(|asked| asked.eq_ignore_ascii_case(address))
    }

    /// Returns whether the recipient was taken. A sender that was taken is not enough.
    fn is_accepted(&self) -> bool {
        self.meaning == Meaning::Accepted && self.question.rcpt.is_some()
    }

    /// Returns whether the domain is refused.
    fn refuses_domain(&self) -> bool {
        self.meaning == Meaning::RelayingDenied && !self.is_temporary()
    }

    /// Returns whether a mailbox that exists is refused as unknown.
    fn refuses_real_mailbox(&self) -> bool {
        self.is_of_real_mailbox()
            && !self.is_temporary()
            && matches!(
                self.meaning,
                Meaning::UnknownMailbox | Meaning::UnknownDomain
            )
    }

    /// Returns whether the recipient is put off, and not the sender or the caller alone.
    fn is_deferred(&self) -> bool {
        self.question.rcpt.is_some()
            && self.is_temporary()
            && matches!(
                self.meaning,
                Meaning::TemporaryFailure
                    | Meaning::Greylisted
                    | Meaning::Quota
                    | Meaning::TooLarge
                    | Meaning::MailLoop
                    | Meaning::RelayingDenied
            )
    }

    /// Returns whether the recipient is refused for ever, for whatever reason.
    fn is_refused(&self) -> bool {
        matches!(self.question.rcpt.and_then(SmtpStep::code), Some(500..=599))
    }

    /// Returns whether the recipient, or what comes before it, is refused for ever.
    fn is_final(&self) -> bool {
        matches!(self.question.last_step().code(), Some(500..=599))
    }

    /// Returns what a refusal is about, as the end of a sentence.
    fn refusal_in_words(&self) -> &'static str {
        match self.meaning {
            Meaning::TlsRequired
            | Meaning::AuthenticationRequired
            | Meaning::CallerRefused
            | Meaning::SenderRefused
            | Meaning::SecondRecipient => self.meaning.in_words(),
            _ => "it refuses the recipient",
        }
    }
}

/// The replies that decide about the mail that is judged.
struct Deciding<'a> {
    replies: Vec<RecipientReply<'a>>,
    /// Whether a mailbox of the domain that does not decide was taken: then the domain is known.
    takes_others: bool,
    /// Why the replies say nothing of the address whose route is judged, or `None` if they do.
    not_asked: Option<String>,
}

impl<'a> Deciding<'a> {
    /// Chooses among the replies: those about the address whose route is judged, else those about a
    /// mailbox that exists, else those about the made-up one.
    fn new(case: &Case<'a>, talk: &'a SmtpTalk, domain: &DomainName) -> Self {
        let all = RecipientReply::all(talk, domain);
        match case.address.filter(|_| case.is_for_domain(domain)) {
            Some(address) => Self::of_address(address, all),
            None => Self::chosen(all, RecipientReply::is_of_real_mailbox),
        }
    }

    fn of_address(address: &str, all: Vec<RecipientReply<'a>>) -> Self {
        let is_own = |reply: &RecipientReply<'_>| {
            reply.is_about(address) && reply.meaning != Meaning::SecondRecipient
        };
        if all.iter().any(is_own) {
            return Self::chosen(all, is_own);
        }
        if all.iter().any(RecipientReply::is_accepted) && !takes_every(&all) {
            return Self {
                replies: all,
                takes_others: false,
                not_asked: Some(format!(
                    "it was not asked about `{address}`, and does not give the same answer for \
                     every mailbox; `{}` asks",
                    remedy::spinmail("trace {ADDRESS}", &[&address])
                )),
            };
        }
        // That another mailbox does not exist says nothing of this one.
        let replies = all
            .into_iter()
            .filter(|reply| !reply.refuses_real_mailbox());
        Self {
            replies: replies.collect(),
            takes_others: false,
            not_asked: None,
        }
    }

    /// Chooses some replies, or all if there is none of them.
    fn chosen(all: Vec<RecipientReply<'a>>, decides: impl Fn(&RecipientReply<'a>) -> bool) -> Self {
        let (chosen, others): (Vec<_>, Vec<_>) = all.into_iter().partition(decides);
        if chosen.is_empty() {
            return Self {
                replies: others,
                takes_others: false,
                not_asked: None,
            };
        }
        // One mailbox that was not taken outweighs those that were.
        let taken = taken_recipients(&chosen);
        let is_taken =
            |reply: &RecipientReply<'_>| taken.iter().any(|recipient| reply.is_about(recipient));
        let takes_others = others.iter().any(RecipientReply::is_accepted) || !taken.is_empty();
        let (taken_replies, failed): (Vec<_>, Vec<_>) = chosen.into_iter().partition(is_taken);
        Self {
            replies: if failed.is_empty() {
                taken_replies
            } else {
                failed
            },
            takes_others,
            not_asked: None,
        }
    }
}

/// Returns the recipients that were taken at one try at least.
fn taken_recipients<'a>(replies: &[RecipientReply<'a>]) -> Vec<&'a str> {
    let taken = replies.iter().filter(|reply| reply.is_accepted());
    taken.filter_map(|reply| reply.question.recipient).collect()
}

/// Returns whether a made-up mailbox and every one that exists was taken.
fn takes_every(all: &[RecipientReply<'_>]) -> bool {
    let is_made_up =
        |reply: &RecipientReply<'_>| *reply.question.purpose == SmtpPurpose::MadeUpMailbox;
    let taken = taken_recipients(all);
    let mut real = all.iter().filter(|reply| reply.is_of_real_mailbox());
    all.iter()
        .any(|reply| is_made_up(reply) && reply.is_accepted())
        && real.all(|reply| taken.iter().any(|recipient| reply.is_about(recipient)))
}

/// Returns whether the server took any mailbox of the farm.
pub(super) fn takes_own_mailbox(talk: &SmtpTalk) -> bool {
    talk.questions().iter().any(|question| {
        is_own_mailbox(question)
            && question
                .rcpt
                .is_some_and(|step| Meaning::of(step) == Meaning::Accepted)
    })
}

/// Whether a server relays for the caller, so that it takes any recipient from it.
enum Relaying {
    Yes,
    No,
    /// Its replies to the foreign recipient do not show it.
    NotKnown,
}

impl Relaying {
    fn from_talk(talk: &SmtpTalk) -> Self {
        let mut refuses = false;
        for question in talk.questions() {
            let foreign = question
                .rcpt
                .filter(|_| *question.purpose == SmtpPurpose::ForeignRecipient);
            match foreign.map(Meaning::of) {
                Some(Meaning::Accepted) => return Self::Yes,
                // To demand a logon of a foreign recipient is to refuse relaying.
                Some(Meaning::RelayingDenied | Meaning::AuthenticationRequired) => refuses = true,
                _ => {}
            }
        }
        if refuses { Self::No } else { Self::NotKnown }
    }
}

pub(super) fn refuses_recipient(case: &Case<'_>) -> Vec<RuleResult> {
    judge_domains(case, |target, talk, domain| {
        let Deciding {
            replies,
            takes_others,
            not_asked,
        } = Deciding::new(case, talk, domain);
        if let Some(why) = not_asked {
            return Outcome::undecided(why);
        }
        if let Some(accepted) = replies.iter().find(|reply| reply.is_accepted()) {
            return judge_accepted(target, talk, accepted);
        }
        let refused = replies.iter().find(|reply| reply.refuses_domain());
        if let Some(refused) = refused.filter(|_| takes_others) {
            return Outcome::Fail(refused_mailbox_finding(target, refused));
        }
        if let Some(refused) = refused {
            let finding = refused_domain_finding(target, refused, domain);
            let routes = case.routes();
            let why_not = target
                .server
                .and_then(|server| routes.why_not_alias(server, domain));
            return match why_not {
                Some(why) => Outcome::undecided(format!("{}; but {why}", finding.message)),
                None => Outcome::Fail(finding),
            };
        }
        if let Some(mailbox) = replies.iter().find(|reply| reply.refuses_real_mailbox()) {
            return Outcome::Fail(refused_mailbox_finding(target, mailbox));
        }
        if replies.iter().any(RecipientReply::is_deferred) {
            return Outcome::because("smtp-defers-recipient", "it defers the recipient");
        }
        if wants_logon(talk, &replies) {
            return match target.all_senders_log_on(case) {
                true => Outcome::undecided(
                    "it requires senders to authenticate, so the domain could not be tested; run \
                     `spinmail gather iis` on the server, which reads its domains",
                ),
                false => logon_demanded(case, target),
            };
        }
        undecided_by(&replies)
    })
}

/// Judges a recipient that was taken. A server that takes everything from the caller shows nothing.
fn judge_accepted(
    target: &TargetView<'_>,
    talk: &SmtpTalk,
    accepted: &RecipientReply<'_>,
) -> Outcome {
    match Relaying::from_talk(talk) {
        Relaying::No => Outcome::Pass(vec![step_evidence(target, accepted.question.rcpt, "250")]),
        Relaying::Yes => Outcome::undecided(format!(
            "it accepts every recipient from {}, so this says nothing about the domain; ask from \
             a machine that may not relay, or run `spinmail gather iis` on the server",
            target.callers()
        )),
        Relaying::NotKnown => Outcome::undecided(format!(
            "it accepts the recipient, but it is not known whether it accepts every recipient \
             from {}; run `spinmail gather iis` on the server, which reads its domains",
            target.callers()
        )),
    }
}

/// Returns whether the SMTP service of Windows wants senders to log on before anything else.
fn wants_logon(talk: &SmtpTalk, replies: &[RecipientReply<'_>]) -> bool {
    let is_demand = |reply: &RecipientReply<'_>| reply.meaning == Meaning::AuthenticationRequired;
    replies.last().is_some_and(is_demand) && is_windows(talk)
}

/// Returns the outcome if no reply decides.
fn undecided_by(replies: &[RecipientReply<'_>]) -> Outcome {
    let Some(last) = replies.last() else {
        return Outcome::undecided("the recipient was not asked about");
    };
    Outcome::undecided(format!(
        "{}, which says nothing about the domain ({}: {}){}",
        last.meaning.in_words(),
        last.question.last_step().verb(),
        reply_text(Some(last.question.last_step())),
        what_would_decide(replies, last)
    ))
}

/// Returns what would decide, as the end of a sentence.
fn what_would_decide(replies: &[RecipientReply<'_>], last: &RecipientReply<'_>) -> &'static str {
    let has_real = replies
        .iter()
        .any(|reply| *reply.question.purpose == SmtpPurpose::RealMailbox);
    let has_sender = replies
        .iter()
        .any(|reply| !reply.question.sender().is_empty());
    match last.meaning {
        Meaning::CallerRefused => "; ask from where the mail comes from",
        Meaning::SenderRefused if !has_sender => {
            "; name a sender to ask with: `spinmail set probe.sender ADDRESS`"
        }
        Meaning::UnknownMailbox | Meaning::Refused | Meaning::UnknownDomain if !has_real => {
            "; name an alias that exists, to ask about: `spinmail set probe.recipient ALIAS`"
        }
        Meaning::None => {
            "; `spinmail gather smtp` asks again, and `spinmail gather iis` on the server reads its \
             domains"
        }
        _ => "",
    }
}

fn refused_domain_finding(
    target: &TargetView<'_>,
    refused: &RecipientReply<'_>,
    domain: &DomainName,
) -> Finding {
    let message = format!(
        "`{}` does not accept mail for `{}`: it does not know the domain",
        target.shown(),
        domain.as_str()
    );
    let remedy = if target.is_windows() {
        format!(
            "Add `{}` as a domain of type Alias to the SMTP virtual server, and restart the SMTP \
             service",
            domain.as_str()
        )
    } else {
        format!(
            "Configure the server to accept mail for `{}` and to pass it on to the farm",
            domain.as_str()
        )
    };
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([step_evidence(
        target,
        Some(refused.question.last_step()),
        ACCEPTED,
    )])
}

fn refused_mailbox_finding(target: &TargetView<'_>, refused: &RecipientReply<'_>) -> Finding {
    let recipient = refused.question.recipient.unwrap_or_default();
    let message = format!(
        "`{}` does not accept mail for `{recipient}`: {}",
        target.shown(),
        refused.meaning.in_words()
    );
    let remedy = match refused.meaning {
        Meaning::RelayingDenied => {
            "It accepts another mailbox of the domain: look for a rule of the server about this \
             one"
        }
        _ => {
            "If the address is right, add it to the server's recipients: it accepts only \
             recipients that it knows"
        }
    };
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([step_evidence(
        target,
        Some(refused.question.last_step()),
        ACCEPTED,
    )])
}

pub(super) fn defers_recipient(case: &Case<'_>) -> Vec<RuleResult> {
    judge_domains(case, |target, talk, domain| {
        let Deciding {
            replies, not_asked, ..
        } = Deciding::new(case, talk, domain);
        if not_asked.is_some() {
            let why = "the address was not asked about";
            return Outcome::because("smtp-refuses-recipient", why);
        }
        if replies.iter().any(RecipientReply::is_accepted) {
            return Outcome::pass();
        }
        if let Some(deferred) = replies.iter().find(|reply| reply.is_deferred()) {
            return Outcome::Fail(deferral_finding(target, deferred, domain));
        }
        let refused = replies.iter().find(|reply| reply.is_refused());
        if refused.is_none() && wants_logon(talk, &replies) {
            return logon_demanded(case, target);
        }
        let refused = refused.or_else(|| replies.last().filter(|reply| reply.is_final()));
        if let Some(refused) = refused {
            return Outcome::because("smtp-refuses-recipient", refused.refusal_in_words());
        }
        undecided_by(&replies)
    })
}

fn deferral_finding(
    target: &TargetView<'_>,
    deferred: &RecipientReply<'_>,
    domain: &DomainName,
) -> Finding {
    let message = format!("`{}` defers mail for `{}`", target.shown(), domain.as_str());
    let remedy = match deferred.meaning {
        // The quota is ten times the limit of a message (the snap-in's help).
        Meaning::Quota if target.is_windows() => {
            "The drop directory has reached its quota, which is ten times the message limit. \
             Check why the delivery job does not empty it, or disable the quota in the properties \
             of the default domain"
        }
        Meaning::Greylisted => {
            "If this is greylisting, nothing is wrong: senders try again. Run `spinmail verify \
             smtp` again in 15 minutes"
        }
        _ if target.is_windows() => {
            "Check the server for a full disk and for a drop directory that has reached its \
             quota; this service does not greylist"
        }
        _ => {
            "If this is greylisting, nothing is wrong: senders try again. If not, check for a \
             full disk, or for a stopped service to which it passes mail"
        }
    };
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([step_evidence(
        target,
        deferred.question.rcpt,
        ACCEPTED,
    )])
}
