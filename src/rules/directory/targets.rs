//! Where the contacts lead.

use super::contacts::{AttributeCheck, CONTACTS, judge_members};
use super::settings::{DISPLAY, SERVER, SERVES};
use crate::facts::directory::{CountedObjects, Members};
use crate::farm::Farm;
use crate::farm::values::{Checked, FromText, Lenient, MailServer, checked};
use crate::remedy;
use crate::rules::{Case, Finding, Outcome, RuleResult, Severity};

/// How many domains a remedy names.
const MAX_DOMAINS: usize = 5;

pub(super) fn target(case: &Case<'_>) -> Vec<RuleResult> {
    judge_members(case, |members| {
        let outcome = judge_targets(case.farm, members);
        match (outcome, unknown_domain(case.farm)) {
            (Outcome::Fail(finding), Some(unknown)) => {
                Outcome::undecided(format!("{}; but {unknown}", finding.message))
            }
            (outcome, _) => outcome,
        }
    })
}

/// Returns which of the farm's domains is not known, or `None` if all are.
fn unknown_domain(farm: &Farm) -> Option<String> {
    let display = why_unknown(&farm.incoming.display_address).map(|why| (DISPLAY, why));
    let server = || why_unknown(&farm.directory.smtp_server).map(|why| (SERVER, why));
    let (key, why) = display.or_else(server)?;
    Some(format!(
        "`{key}` {why}, and mail may be for that domain; `{command}` records it",
        command = remedy::spinmail("set {SETTING} DOMAIN", &[&key]),
    ))
}

fn why_unknown<T>(setting: &Option<Lenient<T>>) -> Option<&'static str>
where
    T: FromText,
{
    match checked(setting) {
        Checked::Valid(..) => None,
        Checked::Missing => Some("is not recorded"),
        Checked::Invalid(..) => Some("is not valid"),
    }
}

fn judge_targets(farm: &Farm, members: &Members) -> Outcome {
    let domains = farm.contact_domains();
    let (mut astray, mut foreign) = (Vec::new(), Vec::new());
    for target in &members.targets {
        if is_one_of(target.value.as_deref(), &domains) {
            continue;
        }
        // A contact whose own address is not of this farm either was not made for this farm.
        if target.own_domain.is_some() && !is_one_of(target.own_domain.as_deref(), &domains) {
            foreign.push(target);
        } else {
            astray.push(target);
        }
    }
    let shown = shown_domains(&domains);
    if !foreign.is_empty() && astray.is_empty() {
        return match foreign_check(members, &shown, &foreign).judge(members, &foreign) {
            Outcome::Fail(finding) => Outcome::Fail(finding.with_severity(Severity::Warning)),
            other => other,
        };
    }
    match astray_check(members, &shown).judge(members, &astray) {
        Outcome::Fail(finding) => Outcome::Fail(with_foreign(finding, &foreign)),
        other => other,
    }
}

/// Returns the farm's domains as a part of a sentence.
fn shown_domains(domains: &[String]) -> String {
    if domains.is_empty() {
        "a recorded domain of this farm".to_owned()
    } else {
        domains.join(" or ")
    }
}

fn astray_check<'a>(members: &Members, domains: &'a str) -> AttributeCheck<'a> {
    AttributeCheck {
        attribute: "targetAddress",
        reads: &["targetAddress"],
        expected: format!("an address in {domains}"),
        objects: CONTACTS,
        total: members.contacts,
        verb: ["leads", "lead"],
        fault: format!("to an address outside {domains}, so mail does not reach this farm"),
        remedy: "Correct their targetAddress, or move them out of this container. If the domain \
                 is a web application's own, record it as the `incoming-address`. If Exchange \
                 passes mail on under this domain, record it as `delivers-as` of the mail host"
            .to_owned(),
    }
}

fn foreign_check<'a>(
    members: &Members,
    domains: &'a str,
    foreign: &[&CountedObjects],
) -> AttributeCheck<'a> {
    let mut led_to: Vec<&str> = foreign
        .iter()
        .filter_map(|target| target.value.as_deref())
        .filter(|domain| MailServer::from_text(domain).is_ok())
        .collect();
    led_to.dedup();
    led_to.truncate(MAX_DOMAINS);
    let command = match led_to.as_slice() {
        [] => format!("record its domains as `{SERVES}`"),
        led_to => {
            let template = format!("set {SERVES} {{DOMAIN}}");
            format!(
                "record them: `{}`",
                remedy::spinmail_list(&template, led_to)
            )
        }
    };
    AttributeCheck {
        attribute: "targetAddress",
        reads: &["targetAddress"],
        expected: format!("an address in {domains}"),
        objects: CONTACTS,
        total: members.contacts,
        verb: ["belongs", "belong"],
        fault: format!(
            "to another farm: neither their address nor their targetAddress is in \
                        {domains}"
        ),
        remedy: format!(
            "Give that farm a container of its own. If this farm's service creates contacts for \
             that farm on purpose, {command}"
        ),
    }
}

/// Adds to a finding how many contacts of another farm lie in the container too.
fn with_foreign(mut finding: Finding, foreign: &[&CountedObjects]) -> Finding {
    let count: u64 = foreign.iter().map(|target| target.count).sum();
    let verb = match count {
        0 => return finding,
        1 => "belongs",
        _ => "belong",
    };
    finding.message += &format!("; {count} more {verb} to another farm");
    finding
}

/// Returns whether a domain is one of these, which are in ASCII and lowercase.
fn is_one_of(domain: Option<&str>, domains: &[String]) -> bool {
    let Some(domain) = domain else {
        return false;
    };
    let domain = match MailServer::from_text(domain) {
        Ok(server) => server.ascii(),
        Err(_) => domain.to_lowercase(),
    };
    domains.contains(&domain)
}
