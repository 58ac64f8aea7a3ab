//! Whether an SMTP server answers at the address.

use super::conversation::{Greeting, accepts_hello, reply_text};
use super::target::{
    TargetView, judge_targets, no_connection, no_greeting, not_asked, step_evidence,
    takes_no_connections,
};
use crate::facts::{Answer, SmtpTalk};
use crate::remedy::AdminRole;
use crate::rules::{Case, Finding, Outcome, RuleResult};

pub(super) fn closed(case: &Case<'_>) -> Vec<RuleResult> {
    judge_targets(case, |target| match &target.facts.answer {
        Answer::NotAsked => not_asked(),
        Answer::Failed(why) => Outcome::undecided(format!(
            "no connection came about ({why}); try from where the mail comes from"
        )),
        Answer::Absent(how) => {
            Outcome::Fail(closed_finding(target, "refuses connections", how.clone()))
        }
        Answer::Known(talk) => judge_greeting(target, talk),
    })
}

fn judge_greeting(target: &TargetView<'_>, talk: &SmtpTalk) -> Outcome {
    let what = match Greeting::from_talk(talk) {
        Greeting::Welcome | Greeting::Strange => return Outcome::pass(),
        Greeting::Closed => "closes connections at once".to_owned(),
        Greeting::Refusal(code) => format!("sends this machine away with {code}"),
        Greeting::Later(code) => {
            return Outcome::undecided(format!("it puts callers off with {code}; ask again later"));
        }
        Greeting::None(why) => return no_greeting(&why),
    };
    Outcome::Fail(closed_finding(target, &what, reply_text(talk.step(""))))
}

fn closed_finding(target: &TargetView<'_>, what: &str, observed: String) -> Finding {
    let remedy = "See to it that the SMTP service runs, listens on this address, and that no \
                  firewall or connection list keeps callers out";
    let message = format!("`{}` {what}", target.subject());
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
        "it greets with `{greeting}`, and then takes neither EHLO nor HELO"
    ))
}

fn not_smtp_finding(target: &TargetView<'_>, talk: &SmtpTalk) -> Finding {
    let message = format!("what answers at `{}` is no SMTP server", target.subject());
    let remedy = "Find out what listens on this port, and give the port back to the SMTP service";
    let greeting = step_evidence(target, talk.step(""), "a greeting that begins with 220");
    Finding::for_role(AdminRole::Server, message, remedy).with_evidence([greeting])
}
