//! Whether the SMTP server accepts senders without a logon, and how large a message may be.

use super::conversation::{SenderReply, without_extension};
use super::target::{TargetView, judge_conversations, step_evidence};
use crate::farm::values::Size;
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult, wanted};

pub(super) fn anonymous_refused(case: &Case<'_>) -> Vec<RuleResult> {
    judge_conversations(case, |target, talk| match SenderReply::from_talk(talk) {
        SenderReply::Accepted(_) => Outcome::pass(),
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
