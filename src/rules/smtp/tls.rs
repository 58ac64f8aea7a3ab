//! The encryption that the SMTP server offers.

use super::conversation::without_extension;
use super::judging::judge_conversations;
use super::target::{TargetView, step_evidence};
use crate::facts::{Answer, FailureKind, SmtpTalk, TlsFacts};
use crate::farm::MailHost;
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult, Severity};

pub(super) fn broken(case: &Case<'_>) -> Vec<RuleResult> {
    judge_conversations(case, |target, talk| {
        let demanding = target.mail_hosts_with_tls(case);
        let outcome = match &talk.tls {
            Answer::NotAsked if talk.extension("STARTTLS").is_some() => Outcome::undecided(
                "it offers STARTTLS, but the handshake was not tried; `spinmail gather smtp` \
                 tries it",
            ),
            Answer::NotAsked => judge_no_offer(target, talk, &demanding),
            Answer::Absent(_) | Answer::Failed(_) => Outcome::undecided(talk.tls.why_not()),
            Answer::Known(tls) => judge_tls(case, target, tls),
        };
        match outcome {
            Outcome::Fail(finding) if !demanding.is_empty() => {
                Outcome::Fail(finding.with_severity(Severity::Error))
            }
            outcome => outcome,
        }
    })
}

/// Judges a server that does not offer encryption. Without a mail host that demands it, mail
/// arrives in plain text.
fn judge_no_offer(target: &TargetView<'_>, talk: &SmtpTalk, demanding: &[&MailHost]) -> Outcome {
    let outcome = without_extension(talk, "it offers no STARTTLS");
    match (outcome, demanding.first()) {
        (Outcome::NotApplicable { .. }, Some(host)) => {
            let message = format!(
                "`{}` offers no STARTTLS, but `{}` requires encryption",
                target.shown(),
                host.name()
            );
            let remedy = "Install a certificate for the machine's name that senders trust, and \
                          restart the SMTP service: it then offers STARTTLS";
            Outcome::Fail(
                Finding::for_role(AdminRole::Server, message, remedy).with_evidence([
                    step_evidence(target, talk.step("EHLO"), "STARTTLS among the extensions"),
                ]),
            )
        }
        (outcome, _) => outcome,
    }
}

fn judge_tls(case: &Case<'_>, target: &TargetView<'_>, tls: &TlsFacts) -> Outcome {
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
        // Senders that come under another name look for that one.
        Answer::Absent(_) if is_trusted_under_other_name(case, target) => Outcome::pass(),
        Answer::Absent(why) => Outcome::Fail(broken_finding(
            target,
            "its certificate is not trusted, or has none of the names under which senders connect",
            why,
        )),
        Answer::Failed(failure) => Outcome::undecided(failure.to_string()),
        Answer::NotAsked => Outcome::undecided("the certificate was not looked at"),
    }
}

/// Returns whether the certificate at the same address was trusted for another name. Version 1
/// checks one name in each conversation.
fn is_trusted_under_other_name(case: &Case<'_>, target: &TargetView<'_>) -> bool {
    let targets = case.facts.smtp.iter().flat_map(|smtp| &smtp.targets);
    let mut same_address = targets.filter(|other| other.address == target.facts.address);
    same_address.any(|other| {
        let tls = other.answer.known().and_then(|talk| talk.tls.known());
        tls.is_some_and(|tls| tls.certificate == Answer::Known(()))
    })
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
    let message = format!("`{}` offers STARTTLS, but {what}", target.shown());
    let remedy = "Install a certificate for the SMTP virtual server's name that senders trust, \
                  and restart the SMTP service. If you remove the old certificate, first make \
                  sure that no IIS web site uses it. If your own CA issued the certificate, name the CA's file with \
                  `spinmail set ca-file FILE`";
    Finding::for_role(AdminRole::Server, message, remedy).observed(
        format!("STARTTLS at {}", target.shown()),
        "a handshake with a trusted certificate for the name",
        why,
    )
}
