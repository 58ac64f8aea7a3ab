//! Whether an SMTP server answers at the address.

use super::conversation::{Greeting, accepts_hello, reply_text};
use super::judging::{judge_targets, no_connection, no_greeting, not_asked, takes_no_connections};
use super::target::{TargetView, step_evidence};
use crate::facts::{Answer, SmtpTalk};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult, Severity};

pub(super) fn closed(case: &Case<'_>) -> Vec<RuleResult> {
    judge_targets(case, |target| match &target.facts.answer {
        Answer::NotAsked => not_asked(),
        _ if target.is_loopback_only(case) => judge_loopback(case, target),
        Answer::Failed(_) if target.has_no_route() => {
            Outcome::not_applicable("the machine that asked has no route to addresses of this kind")
        }
        Answer::Failed(why) => no_connection(why),
        Answer::Absent(how) => judge_refusal(case, target, how),
        Answer::Known(talk) => judge_greeting(talk),
    })
}

/// Judges what was seen at a loopback address that is not one of the server's in DNS.
fn judge_loopback<'a>(case: &Case<'a>, target: &TargetView<'a>) -> Outcome {
    if target.is_asked_at_own_address(case) {
        return Outcome::not_applicable("the server is judged at its own address");
    }
    Outcome::undecided(
        "it was asked on the loopback address, which says nothing about the addresses to which \
         mail goes; run `spinmail verify smtp` on another machine",
    )
}

/// Judges a refused connection. A firewall may refuse only this machine.
fn judge_refusal<'a>(case: &Case<'a>, target: &TargetView<'a>, how: &str) -> Outcome {
    if target.is_open_elsewhere(case) {
        if target.facts.address.is_ipv6() {
            return Outcome::because("dns-ipv6-silent", "another address accepts connections");
        }
        let finding = closed_finding(target, how).with_severity(Severity::Warning);
        return Outcome::Fail(finding);
    }
    match target.has_sender_as_caller(case) {
        // The file says so: mail must not go there.
        Ok(())
            if target
                .server
                .is_some_and(|server| server.smtp_service == Some(false)) =>
        {
            Outcome::because("dns-mx-without-service", "it is recorded without SMTP")
        }
        Ok(()) => Outcome::Fail(closed_finding(target, how)),
        Err(why) => Outcome::undecided(format!(
            "it refuses connections from {}, but perhaps not from where its mail comes ({why}); \
             run `spinmail verify smtp` there, or on the server itself",
            target.callers()
        )),
    }
}

/// Judges a connection that was accepted.
fn judge_greeting(talk: &SmtpTalk) -> Outcome {
    let only_here = "perhaps only for this machine; try from where the mail comes from";
    match Greeting::from_talk(talk) {
        Greeting::Welcome | Greeting::Strange => Outcome::pass(),
        Greeting::Closed => {
            Outcome::undecided(format!("it closes connections at once, {only_here}"))
        }
        Greeting::Refusal(code) => {
            Outcome::undecided(format!("it rejects connections with {code}, {only_here}"))
        }
        Greeting::Later(code) => Outcome::undecided(format!(
            "it answers {code}, a temporary refusal; ask again later"
        )),
        Greeting::None(why) => no_greeting(&why),
    }
}

fn closed_finding(target: &TargetView<'_>, observed: &str) -> Finding {
    let remedy = "Make sure that the SMTP service runs and listens on this address, and that no \
                  firewall blocks connections";
    let message = format!("`{}` refuses connections", target.shown());
    Finding::for_role(AdminRole::Server, message, remedy).observed(
        target.with_origin(format!("a connection to {}", target.facts.address)),
        "a greeting (220)",
        observed,
    )
}

pub(super) fn not_smtp(case: &Case<'_>) -> Vec<RuleResult> {
    judge_targets(case, |target| match &target.facts.answer {
        Answer::Known(talk) => match Greeting::from_talk(talk) {
            Greeting::Strange => Outcome::Fail(not_smtp_finding(target, talk)),
            Greeting::Welcome => judge_protocol(talk),
            Greeting::Later(_) | Greeting::Refusal(_) => Outcome::pass(),
            Greeting::Closed => takes_no_connections(),
            Greeting::None(why) => no_greeting(&why),
        },
        Answer::Absent(_) => takes_no_connections(),
        Answer::Failed(why) => no_connection(why),
        Answer::NotAsked => not_asked(),
    })
}

/// Judges a greeting with 220. FTP greets so, too: a greeting that does not name SMTP proves
/// nothing by itself.
fn judge_protocol(talk: &SmtpTalk) -> Outcome {
    let greeting = reply_text(talk.step(""));
    if greeting.to_ascii_uppercase().contains("SMTP") || accepts_hello(talk) {
        return Outcome::pass();
    }
    Outcome::undecided(format!(
        "it greets with `{greeting}`, but then accepts neither EHLO nor HELO"
    ))
}

fn not_smtp_finding(target: &TargetView<'_>, talk: &SmtpTalk) -> Finding {
    let message = format!(
        "the program that answers at `{}` is not an SMTP server",
        target.shown()
    );
    let remedy = "Find out which program listens on this port, and free the port for the SMTP \
                  service";
    let greeting = step_evidence(target, talk.step(""), "a greeting that begins with 220");
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([greeting])
}
