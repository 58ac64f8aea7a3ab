//! The encryption that the SMTP server offers.

use super::conversation::without_extension;
use super::target::{TargetView, judge_conversations};
use crate::facts::{Answer, TlsFacts};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};

pub fn broken(case: &Case<'_>) -> Vec<RuleResult> {
    judge_conversations(case, |target, talk| match &talk.tls {
        Answer::NotAsked => without_extension(talk, "it offers no STARTTLS"),
        Answer::Absent(why) | Answer::Failed(why) => Outcome::undecided(why.clone()),
        Answer::Known(tls) => judge_tls(target, tls),
    })
}

fn judge_tls(target: &TargetView<'_>, tls: &TlsFacts) -> Outcome {
    if let Answer::Failed(why) = &tls.handshake {
        // A timeout or an old server is not a fault. Any other failure of a handshake is.
        let is_no_fault =
            why.starts_with("timed out") || why.starts_with(TlsFacts::NOTHING_IN_COMMON);
        return if is_no_fault {
            Outcome::undecided(why.clone())
        } else {
            Outcome::Fail(broken_finding(target, "the handshake fails", why))
        };
    }
    match &tls.certificate {
        Answer::Known(()) => Outcome::pass(),
        Answer::Absent(why) => Outcome::Fail(broken_finding(
            target,
            "its certificate is not trusted for this name",
            why,
        )),
        Answer::Failed(why) => Outcome::undecided(why.clone()),
        Answer::NotAsked => Outcome::undecided("the certificate was not looked at"),
    }
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
