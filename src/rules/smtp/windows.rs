//! The SMTP service of Windows, recognized by what it says.

use super::conversation::{
    Greeting, SenderReply, has_windows_extensions, is_windows_greeting, reply_text,
};
use super::hosts::recorded_server;
use super::judging::judge_conversations;
use super::replies::Meaning;
use super::target::{TargetView, step_evidence};
use crate::facts::{Answer, SmtpTalk};
use crate::farm::Server;
use crate::remedy::AdminRole;
use crate::rules::{Case, Evidence, Finding, Outcome, RuleResult, Ternary};

const EXPECTED: &str = "the SMTP service of Windows";

pub(super) fn other_product(case: &Case<'_>) -> Vec<RuleResult> {
    judge_conversations(case, |target, talk| {
        let server = recorded_server(case.farm, &target.facts.host);
        if server.and_then(|server| server.smtp_service) != Some(true) {
            return Outcome::not_applicable("no SMTP service of Windows is expected there");
        }
        let greeting = reply_text(talk.step(""));
        if is_windows_greeting(&greeting) {
            return Outcome::Pass(vec![step_evidence(target, talk.step(""), EXPECTED)]);
        }
        if has_windows_extensions(talk) {
            return Outcome::undecided(format!(
                "its extensions are those of the SMTP service of Windows, but its greeting is \
                 not: {greeting}"
            ));
        }
        Outcome::Fail(other_product_finding(target, talk))
    })
}

fn other_product_finding(target: &TargetView<'_>, talk: &SmtpTalk) -> Finding {
    let message = format!(
        "`{}` greets as a product other than the SMTP service of Windows",
        target.shown()
    );
    let remedy = "If a filter or Exchange is in front of the SMTP service on purpose, accept this \
                  finding, and make sure that it passes mail on. If not, free port 25 for the \
                  SMTP service";
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([step_evidence(
        target,
        talk.step(""),
        "`Microsoft ESMTP MAIL Service, Version: …`",
    )])
}

pub(super) fn other_machine(case: &Case<'_>) -> Vec<RuleResult> {
    judge_conversations(case, |target, talk| {
        let greeting = reply_text(talk.step(""));
        let is_named = |server: &Server| names_host(&greeting, server.name());
        let own = target.server.filter(|server| is_named(server));
        let mut others = case.farm.servers.iter();
        let other = others.find(|other| own.is_none() && is_named(other));
        match (target.is_own_address(case), other) {
            (Ternary::No, _) => {
                Outcome::not_applicable("it is not the address of exactly one recorded server")
            }
            (_, None) => Outcome::Pass(vec![step_evidence(target, talk.step(""), "its own name")]),
            (Ternary::Unknown(why), Some(_)) => Outcome::undecided(why),
            (Ternary::Yes, Some(other)) => {
                Outcome::Fail(other_machine_finding(target, talk, other))
            }
        }
    })
}

fn other_machine_finding(target: &TargetView<'_>, talk: &SmtpTalk, other: &Server) -> Finding {
    let message = format!(
        "`{}` greets as `{}`, another server of the farm",
        target.shown(),
        other.name()
    );
    let remedy = format!(
        "Find out which machine has the address {}, and correct its DNS record, or the name in \
         the SMTP virtual server's properties (Delivery, Advanced)",
        target.facts.address.ip()
    );
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([step_evidence(
        target,
        talk.step(""),
        "its own name",
    )])
}

/// Returns the greeting of the SMTP service of Windows on a recorded server.
pub(crate) fn greeting_of_windows(case: &Case<'_>, server: &Server) -> Option<Evidence> {
    first_evidence(case, server, |target, talk| {
        Some(step_evidence(target, talk.step(""), EXPECTED))
    })
}

/// Returns the reply by which the SMTP service of Windows on a recorded server accepted a sender
/// without a logon.
pub(crate) fn no_logon_needed(case: &Case<'_>, server: &Server) -> Option<Evidence> {
    first_evidence(case, server, |target, talk| {
        match SenderReply::from_talk(talk) {
            SenderReply::Accepted(step) => Some(step_evidence(
                target,
                Some(step),
                "250: the sender is accepted without authentication",
            )),
            SenderReply::MustLogOn(_) | SenderReply::Other(_) => None,
        }
    })
}

/// Returns the reply by which a recorded server says that a mailbox or its drop directory is full.
pub(crate) fn says_full(case: &Case<'_>, server: &Server) -> Option<Evidence> {
    first_evidence(case, server, |target, talk| {
        let of_transactions = talk.transactions.iter().flat_map(|each| &each.steps);
        let mut steps = talk.steps.iter().chain(of_transactions);
        let full = steps.find(|step| Meaning::of(step) == Meaning::Quota)?;
        Some(step_evidence(
            target,
            Some(full),
            "250: the recipient is accepted",
        ))
    })
}

/// Returns the first evidence from a recorded server's conversations. Another machine may answer at
/// its address: only a greeting that names the server is its own.
fn first_evidence(
    case: &Case<'_>,
    server: &Server,
    find: impl Fn(&TargetView<'_>, &SmtpTalk) -> Option<Evidence>,
) -> Option<Evidence> {
    let smtp = case.facts.smtp.as_ref()?;
    let host = server.name.as_ref()?.ascii();
    for facts in &smtp.targets {
        if let Answer::Known(talk) = &facts.answer
            && facts.host == host
            && is_greeting_of(talk, host)
            && let Some(evidence) = find(&TargetView::new(case, facts), talk)
        {
            return Some(evidence);
        }
    }
    None
}

/// Returns whether the SMTP service of Windows greeted by this host's name.
fn is_greeting_of(talk: &SmtpTalk, host: &str) -> bool {
    let greeting = reply_text(talk.step(""));
    matches!(Greeting::from_talk(talk), Greeting::Welcome)
        && is_windows_greeting(&greeting)
        && names_host(&greeting, host)
}

/// Returns whether a greeting names the host, in full or by its first label.
fn names_host(greeting: &str, host: &str) -> bool {
    let name = greeting
        .get(4..)
        .and_then(|rest| rest.split(' ').next())
        .unwrap_or_default();
    if name.contains('.') || name.is_empty() {
        return name.eq_ignore_ascii_case(host);
    }
    let first_label = host.split('.').next().unwrap_or_default();
    name.eq_ignore_ascii_case(first_label)
}
