//! The encryption that the SMTP server offers.

use super::conversation::without_extension;
use super::target::{TargetView, judge_conversations};
use crate::facts::{Answer, FailureKind, TlsFacts};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};

pub(super) fn broken(case: &Case<'_>) -> Vec<RuleResult> {
    judge_conversations(case, |target, talk| match &talk.tls {
        Answer::NotAsked if talk.extension("STARTTLS").is_some() => Outcome::undecided(
            "it offers STARTTLS, and encryption was not tried; `spinmail gather smtp` tries it",
        ),
        Answer::NotAsked => without_extension(talk, "it offers no STARTTLS"),
        Answer::Absent(_) | Answer::Failed(_) => Outcome::undecided(talk.tls.why_not()),
        Answer::Known(tls) => judge_tls(target, tls),
    })
}

fn judge_tls(target: &TargetView<'_>, tls: &TlsFacts) -> Outcome {
    if let Answer::Failed(failure) = &tls.handshake {
        return if is_fault_of_server(&failure.kind) {
            let observed = failure.to_string();
            Outcome::Fail(broken_finding(target, "the handshake fails", &observed))
        } else {
            Outcome::undecided(failure.to_string())
        };
    }
    match &tls.certificate {
        Answer::Known(()) => Outcome::pass(),
        Answer::Absent(why) => Outcome::Fail(broken_finding(
            target,
            "its certificate is not trusted for this name",
            why,
        )),
        Answer::Failed(failure) => Outcome::undecided(failure.to_string()),
        Answer::NotAsked => Outcome::undecided("the certificate was not looked at"),
    }
}

/// Returns whether a handshake that failed in this way shows a fault of the server. A timeout does
/// not, and neither does an old server whose encryption this program does not speak any more.
fn is_fault_of_server(kind: &FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::Closed
            | FailureKind::Malformed
            | FailureKind::Rejected
            | FailureKind::TlsFailed
            | FailureKind::Untrusted
    )
}

fn broken_finding(target: &TargetView<'_>, what: &str, why: &str) -> Finding {
    let message = format!("`{}` offers STARTTLS, and {what}", target.subject());
    let remedy = "Give the SMTP virtual server a certificate for its name that senders trust, or \
                  take the broken one away; for an authority of your own, name its file with \
                  `spinmail set ca-file FILE`";
    Finding::for_role(AdminRole::Server, message, remedy).observed(
        format!("STARTTLS of {}", target.subject()),
        "a handshake with a trusted certificate for the name",
        why,
    )
}
