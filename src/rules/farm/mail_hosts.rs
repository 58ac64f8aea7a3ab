//! Whether the recorded mail hosts lead to the farm.

use crate::farm::MailHost;
use crate::remedy;
use crate::rules::route::{Dead, Destination};
use crate::rules::{Case, Finding, Outcome, RuleResult};

pub(super) fn leads_nowhere(case: &Case<'_>) -> Vec<RuleResult> {
    if case.farm.mail_hosts.is_empty() {
        let outcome = Outcome::not_applicable("no mail host is recorded");
        return RuleResult::only("mail-host", outcome);
    }
    let hosts = case.farm.mail_hosts.iter();
    hosts
        .map(|host| {
            let key = format!("mail-host.{}.passes-to", host.name());
            RuleResult::new(host, judge_host(case, host)).about(key)
        })
        .collect()
}

fn judge_host<'a>(case: &Case<'a>, host: &'a MailHost) -> Outcome {
    match case.routes().destination(host) {
        Destination::Farm => Outcome::pass(),
        Destination::NotKnown(why) => Outcome::undecided(why),
        Destination::Nowhere => match case.routes().explains_nowhere(host) {
            Some(other) => Outcome::not_applicable(format!(
                "it passes mail to `{0}`, which does not lead to the farm",
                other.name()
            )),
            None => Outcome::Fail(nowhere_finding(host, &case.routes().ends(host))),
        },
    }
}

fn nowhere_finding(host: &MailHost, ends: &[Dead]) -> Finding {
    let name = host.name();
    let reasons: Vec<String> = ends.iter().map(Dead::in_words).collect();
    let message = if reasons.is_empty() {
        format!("`{name}` passes mail on to nothing")
    } else {
        format!(
            "mail through `{name}` does not reach the farm: {}",
            reasons.join("; ")
        )
    };
    let remedy = format!(
        "Record the server of the farm to which it passes mail on: `{command}`; or, if it passes \
         no mail on, remove it: `{second}`",
        command = remedy::spinmail("mail-host set {NAME} --passes-to SERVER", &[&name]),
        second = remedy::spinmail("mail-host remove {NAME}", &[&name]),
    );
    let targets: Vec<&str> = host
        .passes_to
        .iter()
        .flatten()
        .map(|target| target.as_str())
        .collect();
    Finding::new(message, remedy).recorded(
        format!("mail-host.{name}.passes-to"),
        "a server or the drop folder of the farm",
        format!("`{}`", targets.join("`, `")),
    )
}
