//! Whether the SMTP server relays for anyone.

use super::caller::Caller;
use super::conversation::{is_windows, reply_text};
use super::delivery::logon_demanded;
use super::judging::judge_conversations;
use super::recipient::takes_own_mailbox;
use super::replies::Meaning;
use super::target::{TargetView, step_evidence};
use crate::facts::{IisServer, SmtpPurpose, SmtpQuestion, SmtpTalk};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult, Severity};
use iis_metabase::relay_list::{Network, Reach, RelayKind, RelayList};
use std::net::{IpAddr, Ipv4Addr};

const RELAYING_REFUSED: &str = "550: relaying is refused";

pub(super) fn open_relay(case: &Case<'_>) -> Vec<RuleResult> {
    judge_conversations(case, |target, talk| {
        let questions: Vec<SmtpQuestion<'_>> = talk
            .questions()
            .into_iter()
            .filter(|question| *question.purpose == SmtpPurpose::ForeignRecipient)
            .collect();
        let find = |meanings: &[Meaning]| {
            questions.iter().copied().find(|question| {
                question
                    .rcpt
                    .is_some_and(|step| meanings.contains(&Meaning::of(step)))
            })
        };
        if let Some(accepted) = find(&[Meaning::Accepted]) {
            return judge_relaying(case, target, &accepted);
        }
        // To demand a logon of a foreign recipient alone is to refuse relaying.
        let refusals: &[Meaning] = if takes_own_mailbox(talk) {
            &[Meaning::RelayingDenied, Meaning::AuthenticationRequired]
        } else {
            &[Meaning::RelayingDenied]
        };
        if let Some(refused) = find(refusals) {
            return Outcome::Pass(vec![step_evidence(target, refused.rcpt, RELAYING_REFUSED)]);
        }
        undecided_by(case, target, talk, &questions)
    })
}

/// Returns the outcome if no reply shows whether it relays.
fn undecided_by<'a>(
    case: &Case<'a>,
    target: &TargetView<'a>,
    talk: &SmtpTalk,
    questions: &[SmtpQuestion<'_>],
) -> Outcome {
    let last = questions.last().copied().or_else(|| talk.questions().pop());
    let Some(last) = last else {
        return Outcome::undecided("the foreign recipient was not asked about");
    };
    let step = last.last_step();
    match Meaning::of(step) {
        Meaning::AuthenticationRequired if is_windows(talk) => logon_demanded(case, target),
        _ if questions.is_empty() => Outcome::undecided(format!(
            "the foreign recipient was not asked about; the conversation ended earlier, with: {}",
            reply_text(Some(step))
        )),
        meaning => Outcome::undecided(format!(
            "{}, which says nothing about relaying ({}: {}); run `spinmail gather iis` on the \
             server, which reads its relay list",
            meaning.in_words(),
            step.verb(),
            reply_text(Some(step))
        )),
    }
}

/// Whether a server's relay list holds a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listed {
    Yes,
    No,
    /// It holds every machine, or all but some.
    Everyone,
    NotKnown,
}

/// Judges a server that took a foreign recipient, for each machine that it took it from.
fn judge_relaying(
    case: &Case<'_>,
    target: &TargetView<'_>,
    accepted: &SmtpQuestion<'_>,
) -> Outcome {
    let mut worst: Option<Outcome> = None;
    for caller in target.all_callers() {
        let outcome = judge_caller(case, target, accepted, &caller);
        if worst
            .as_ref()
            .is_none_or(|other| rank(&outcome) > rank(other))
        {
            worst = Some(outcome);
        }
    }
    worst.unwrap_or_else(|| Outcome::undecided("it is not known which machine asked"))
}

/// Returns how much an outcome says against the server.
fn rank(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Fail(finding) if finding.severity.is_none() => 3,
        Outcome::Fail(_) => 2,
        Outcome::Undecided(_) => 1,
        Outcome::Pass(_) | Outcome::NotApplicable { .. } => 0,
    }
}

fn judge_caller(
    case: &Case<'_>,
    target: &TargetView<'_>,
    accepted: &SmtpQuestion<'_>,
    caller: &Caller<'_>,
) -> Outcome {
    let finding = relay_finding(target, accepted, caller);
    match listed(case, target, caller) {
        Listed::Yes => Outcome::not_applicable(format!(
            "{} is on the relay list, so it may relay",
            caller.in_words()
        )),
        _ if caller.is_server(case, target.facts, target.server) => Outcome::undecided(
            "the server itself asked, and may be allowed to relay on purpose; ask from another \
             machine",
        ),
        Listed::No | Listed::Everyone => Outcome::Fail(finding),
        Listed::NotKnown if caller.is_outside() => Outcome::Fail(finding),
        Listed::NotKnown => Outcome::Fail(finding.with_severity(Severity::Warning)),
    }
}

fn relay_finding(
    target: &TargetView<'_>,
    accepted: &SmtpQuestion<'_>,
    caller: &Caller<'_>,
) -> Finding {
    let message = format!("`{}` relays for {}", target.name(), caller.in_words());
    let remedy = format!(
        "Choose Only the list below in the relay restrictions, and list the computers that must \
         send through this server. If {} may relay on purpose, run `spinmail \
         verify smtp` on a machine that may not",
        caller.in_words()
    );
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([step_evidence(
        target,
        accepted.rcpt,
        RELAYING_REFUSED,
    )])
}

/// Returns whether the server's recorded relay lists hold the caller. Of several virtual servers
/// that listen for mail, all must say the same.
fn listed(case: &Case<'_>, target: &TargetView<'_>, caller: &Caller<'_>) -> Listed {
    let facts: Option<&IisServer> = target.server.and_then(|server| {
        let iis = case.facts.iis.as_ref()?;
        iis.server(server.name())
    });
    let metabase = facts.and_then(|facts| facts.metabase.known());
    let (Some(metabase), Some(address)) = (metabase, caller.address) else {
        return Listed::NotKnown;
    };
    let port = target.facts.address.port();
    let answers = metabase
        .keys()
        .virtual_servers()
        .filter(|server| {
            let bindings = server.bindings().unwrap_or_default();
            bindings.is_empty() || bindings.iter().any(|binding| binding.port == port)
        })
        .map(|server| match server.relay_list() {
            Ok(list) => holds(&list, address),
            Err(_) => Listed::NotKnown,
        });
    let mut answers: Vec<Listed> = answers.collect();
    answers.dedup();
    match answers.as_slice() {
        [only] => *only,
        _ => Listed::NotKnown,
    }
}

fn holds(list: &RelayList, address: IpAddr) -> Listed {
    let is_complete = list.unread_names == 0 && list.names.is_empty();
    let named = |four: Ipv4Addr| list.entries.iter().any(|entry| includes(entry, four));
    match (list.reach(), address.to_canonical()) {
        (Reach::Everyone, _) => Listed::Everyone,
        (Reach::NoClient, _) => Listed::No,
        // The list holds IPv4 addresses alone.
        (Reach::Some, IpAddr::V6(_)) | (Reach::Unknown, _) => Listed::NotKnown,
        (Reach::Some, IpAddr::V4(four)) => match (list.kind, named(four)) {
            (RelayKind::Only, true) => Listed::Yes,
            (RelayKind::AllExcept, true) => Listed::No,
            (RelayKind::Only, false) if is_complete => Listed::No,
            (RelayKind::AllExcept, false) if is_complete => Listed::Everyone,
            _ => Listed::NotKnown,
        },
    }
}

fn includes(network: &Network, address: Ipv4Addr) -> bool {
    network.address & network.mask == address & network.mask
}
