//! Whether the SMTP server accepts senders without a logon, and how large a message may be.

use super::conversation::{SenderReply, without_extension};
use super::judging::judge_conversations;
use super::size::{WantedSize, wanted_size};
use super::target::{TargetView, step_evidence};
use crate::facts::SmtpTalk;
use crate::farm::values::Size;
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};

pub(super) fn anonymous_refused(case: &Case<'_>) -> Vec<RuleResult> {
    judge_conversations(case, |target, talk| match SenderReply::from_talk(talk) {
        SenderReply::MustLogOn(_) if target.all_senders_log_on(case) => {
            Outcome::not_applicable("every mail host that passes mail to it authenticates")
        }
        SenderReply::Accepted(_) => Outcome::pass(),
        SenderReply::Other(why) => Outcome::undecided(why),
        SenderReply::MustLogOn(step) => {
            let message = format!("`{}` requires senders to authenticate", target.shown());
            let remedy = "Tick Anonymous access in the SMTP virtual server's properties, Access, \
                          Authentication";
            let expected = "250: the sender is accepted without authentication";
            Outcome::Fail(
                Finding::for_role(AdminRole::Server, message, remedy)
                    .with_evidence([step_evidence(target, Some(step), expected)]),
            )
        }
    })
}

/// Returns the outcome of a rule whose question the SMTP service of Windows answered with a demand
/// to authenticate.
pub(super) fn logon_demanded<'a>(case: &Case<'a>, target: &TargetView<'a>) -> Outcome {
    if target.all_senders_log_on(case) {
        Outcome::not_applicable("it requires senders to authenticate, and every mail host does")
    } else {
        Outcome::because(
            "smtp-anonymous-refused",
            "it requires senders to authenticate",
        )
    }
}

pub(super) fn size_small(case: &Case<'_>) -> Vec<RuleResult> {
    judge_conversations(case, |target, talk| {
        let servers = target.servers(case, case.routes());
        match wanted_size(case, &servers) {
            Ok(wanted) => judge_size(target, talk, &wanted),
            Err(instead) => instead,
        }
    })
}

fn judge_size(target: &TargetView<'_>, talk: &SmtpTalk, wanted: &WantedSize) -> Outcome {
    let Some(parameter) = talk.extension("SIZE") else {
        return without_extension(talk, "it announces no size");
    };
    match parameter.trim().parse::<u64>() {
        // Zero, or no number, means that there is no limit (RFC 1870 4).
        Ok(0) => Outcome::pass(),
        Ok(size) if size >= wanted.bytes => Outcome::pass(),
        Ok(size) => Outcome::Fail(size_finding(target, size, wanted)),
        Err(_) if parameter.trim().is_empty() => Outcome::pass(),
        Err(_) => Outcome::undecided(format!(
            "it announces a size that is not a number: {parameter}"
        )),
    }
}

fn size_finding(target: &TargetView<'_>, size: u64, wanted: &WantedSize) -> Finding {
    let message = format!(
        "`{}` accepts messages up to {}, {}",
        target.shown(),
        Size::in_words(size),
        wanted.whose
    );
    let remedy = format!(
        "{} (the SMTP virtual server's properties, Messages)",
        wanted.how_to_raise_limits()
    );
    let finding = Finding::for_role(AdminRole::Server, message, remedy).observed(
        format!("SIZE at {}", target.shown()),
        format!("{} bytes or more", wanted.bytes),
        format!("{size} bytes"),
    );
    match wanted.severity {
        Some(severity) => finding.with_severity(severity),
        None => finding,
    }
}
