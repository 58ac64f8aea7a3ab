//! Whether the SMTP server accepts the farm's mail: sender, recipient, size, and nothing else.

use super::conversation::{SenderReply, is_foreign_recipient, reply_text, without_extension};
use super::target::{TargetView, judge_conversations, step_evidence};
use crate::facts::{SmtpStep, SmtpTalk};
use crate::farm::values::Size;
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Judged, Outcome, RuleResult, wanted};

const DISPLAY: &str = "incoming-email.display-address";
const ACCEPTED: &str = "250: the recipient is taken";
const RELAYING_REFUSED: &str = "550: relaying is refused";

pub(super) fn anonymous_refused(case: &Case<'_>) -> Vec<RuleResult> {
    judge_conversations(case, |target, talk| match SenderReply::from_talk(talk) {
        SenderReply::Accepted => Outcome::pass(),
        SenderReply::Other(why) => Outcome::undecided(why),
        SenderReply::MustLogOn(step) => {
            let message = format!("`{}` takes no mail without a logon", target.subject());
            let remedy = "Tick Anonymous access in the SMTP virtual server's properties, Access, \
                          Authentication";
            let expected = "250: mail is taken without a logon";
            Outcome::Fail(
                Finding::for_role(AdminRole::Server, message, remedy)
                    .with_evidence([step_evidence(target, Some(step), expected)]),
            )
        }
    })
}

/// Judges the reply to the probe at the display address, if the sender was accepted.
fn judge_recipient(
    case: &Case<'_>,
    judge: impl Fn(&TargetView<'_>, &SmtpStep, u16) -> Outcome,
) -> Vec<RuleResult> {
    let domain = match wanted::display_address(case.farm) {
        Ok((_, domain)) => domain,
        Err(instead) => return RuleResult::only(DISPLAY, instead),
    };
    let probe = format!("RCPT TO:<spinmail-probe@{}>", domain.ascii());
    judge_conversations(case, |target, talk| {
        if let Err(instead) = accepted_sender(talk) {
            return instead;
        }
        let Some(step) = talk.step(&probe) else {
            return Outcome::undecided("the recipient was not asked about");
        };
        match step.code() {
            Some(code) => judge(target, step, code),
            None => Outcome::undecided(format!(
                "the recipient got no answer: {}",
                reply_text(Some(step))
            )),
        }
    })
}

/// Makes sure that the sender was accepted, or returns the outcome of rules about recipients.
fn accepted_sender(talk: &SmtpTalk) -> Judged<()> {
    match SenderReply::from_talk(talk) {
        SenderReply::Accepted => Ok(()),
        SenderReply::MustLogOn(_) => Err(Outcome::because(
            "smtp-anonymous-refused",
            "it wants senders to log on",
        )),
        SenderReply::Other(why) => Err(Outcome::undecided(why)),
    }
}

pub(super) fn refuses_recipient(case: &Case<'_>) -> Vec<RuleResult> {
    judge_recipient(case, |target, step, code| match code {
        200..=299 => Outcome::Pass(vec![step_evidence(target, Some(step), "250")]),
        400..=499 => Outcome::because("smtp-defers-recipient", "it puts the recipient off"),
        500..=599 => Outcome::Fail(refusal_finding(target, step)),
        _ => unusual_reply(step),
    })
}

fn refusal_finding(target: &TargetView<'_>, step: &SmtpStep) -> Finding {
    let message = format!(
        "`{}` refuses mail for the display address",
        target.subject()
    );
    let remedy = "Either the display address is no alias domain of this SMTP server, so that \
                  taking the mail would be relaying: add it as a domain of the kind Alias; or a \
                  relay or filter rule keeps this sender out";
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([step_evidence(
        target,
        Some(step),
        ACCEPTED,
    )])
}

pub(super) fn defers_recipient(case: &Case<'_>) -> Vec<RuleResult> {
    judge_recipient(case, |target, step, code| match code {
        200..=299 => Outcome::pass(),
        400..=499 => Outcome::Fail(deferral_finding(target, step)),
        500..=599 => Outcome::because("smtp-refuses-recipient", "it refuses the recipient"),
        _ => unusual_reply(step),
    })
}

fn deferral_finding(target: &TargetView<'_>, step: &SmtpStep) -> Finding {
    let message = format!(
        "`{}` puts off mail for the display address",
        target.subject()
    );
    let remedy = "With greylisting nothing is wrong: the sender tries again; otherwise look for a \
                  full disk or a stopped service behind it";
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([step_evidence(
        target,
        Some(step),
        ACCEPTED,
    )])
}

/// Returns the outcome for a code that neither accepts, defers nor refuses.
fn unusual_reply(step: &SmtpStep) -> Outcome {
    Outcome::undecided(format!(
        "the recipient was answered: {}",
        reply_text(Some(step))
    ))
}

pub(super) fn open_relay(case: &Case<'_>) -> Vec<RuleResult> {
    judge_conversations(case, |target, talk| {
        if let Err(instead) = accepted_sender(talk) {
            return instead;
        }
        let mut steps = talk.steps.iter().rev();
        let step = steps.find(|step| is_foreign_recipient(step));
        match step.and_then(SmtpStep::code) {
            Some(200..=299) => Outcome::Fail(open_relay_finding(target, step)),
            Some(500..=599) => Outcome::Pass(vec![step_evidence(target, step, RELAYING_REFUSED)]),
            Some(code) => {
                Outcome::undecided(format!("the foreign recipient was put off with {code}"))
            }
            None => Outcome::undecided(format!(
                "the foreign recipient got no answer: {}",
                reply_text(step)
            )),
        }
    })
}

fn open_relay_finding(target: &TargetView<'_>, step: Option<&SmtpStep>) -> Finding {
    let message = format!(
        "`{}` takes mail for a domain that nobody owns, from {}'s address",
        target.name(),
        target.asker()
    );
    let remedy = "Choose Only the list below in the relay restrictions, and list who may relay; if \
                  only this machine may, nothing is open to others";
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([step_evidence(
        target,
        step,
        RELAYING_REFUSED,
    )])
}

pub(super) fn size_small(case: &Case<'_>) -> Vec<RuleResult> {
    let largest = match wanted::largest_message(case.farm) {
        Ok(largest) => largest,
        Err(instead) => return RuleResult::only("web-application", instead),
    };
    judge_conversations(case, |target, talk| {
        let Some(parameter) = talk.extension("SIZE") else {
            return without_extension(talk, "it announces no size");
        };
        match parameter.trim().parse::<u64>() {
            // Zero, or no number, means that there is no limit (RFC 1870 4).
            Ok(0) => Outcome::pass(),
            Ok(size) if size >= largest.bytes() => Outcome::pass(),
            Ok(size) => Outcome::Fail(size_finding(target, size, largest)),
            Err(_) if parameter.trim().is_empty() => Outcome::pass(),
            Err(_) => Outcome::undecided(format!(
                "it announces a size that is no number: {parameter}"
            )),
        }
    })
}

fn size_finding(target: &TargetView<'_>, size: u64, largest: &Size) -> Finding {
    let message = format!(
        "`{}` takes messages up to {}, a web application up to {}",
        target.subject(),
        Size::in_words(size),
        largest.as_str()
    );
    let remedy = "Raise Limit message size in the SMTP virtual server's properties, Messages; \
                  encoding makes attachments a third larger";
    Finding::for_role(AdminRole::Server, message, remedy).observed(
        format!("SIZE of {}", target.subject()),
        format!("{} or more", largest.bytes()),
        size.to_string(),
    )
}
