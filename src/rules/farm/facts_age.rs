//! How old the facts are.

use crate::facts::FactsAge;
use crate::rules::{Case, Finding, Outcome, RuleResult, Severity};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

pub(super) fn old(case: &Case<'_>) -> Vec<RuleResult> {
    RuleResult::only("facts", judge(case))
}

fn judge(case: &Case<'_>) -> Outcome {
    if !case.facts.holds_any() {
        return Outcome::not_applicable("there are no facts");
    }
    let now = case.now();
    let ages = case.facts.ages(&now);
    let doubts = doubts(case, &now);
    if ages.is_empty() && doubts.is_empty() {
        return Outcome::not_applicable("the facts do not say when they were gathered");
    }
    let old: Vec<&FactsAge<'_>> = ages.iter().filter(|facts| facts.age > DAY).collect();
    match old.iter().map(|facts| facts.age).max() {
        None if doubts.is_empty() => Outcome::pass(),
        None => Outcome::undecided(doubts.join(". ")),
        Some(oldest) if oldest > WEEK => {
            let of_weeks: Vec<&FactsAge<'_>> =
                old.into_iter().filter(|facts| facts.age > WEEK).collect();
            Outcome::Fail(finding(&of_weeks, "a week", &doubts).with_severity(Severity::Warning))
        }
        Some(_) => Outcome::Fail(finding(&old, "a day", &doubts)),
    }
}

/// Says of which facts it is not known how old they are, and why.
fn doubts(case: &Case<'_>, now: &str) -> Vec<String> {
    let ahead = case.facts.dated_ahead(now).map(|(areas, lead)| {
        format!(
            "the facts about {} are dated {lead} in the future, so their age is not known; check \
             the clock of the machine that gathered them, and gather them again",
            areas.join(", ")
        )
    });
    let undated = case.facts.undated();
    let undated = (!undated.is_empty()).then(|| {
        format!(
            "the facts about {} do not say when they were gathered, so their age is not known; \
             gather them again with `spinmail gather`",
            undated.join(", ")
        )
    });
    ahead.into_iter().chain(undated).collect()
}

fn finding(old: &[&FactsAge<'_>], limit: &str, doubts: &[String]) -> Finding {
    let mut areas: Vec<&str> = Vec::new();
    for facts in old {
        if !areas.contains(&facts.area.name()) {
            areas.push(facts.area.name());
        }
    }
    let areas = areas.join(", ");
    let mut message = format!("the facts about {areas} were gathered more than {limit} ago");
    for doubt in doubts {
        message = format!("{message}. And {doubt}");
    }
    let finding = Finding::new(
        message,
        "Gather them again with `spinmail gather`. With `--max-age 1d`, older facts are not used",
    );
    // Facts of one run have one time.
    let mut runs: Vec<(&str, Option<&str>, Vec<&str>)> = Vec::new();
    for facts in old {
        match runs
            .iter_mut()
            .find(|(time, server, _)| (*time, *server) == (facts.gathered, facts.server))
        {
            Some((.., known)) => known.push(facts.area.name()),
            None => runs.push((facts.gathered, facts.server, vec![facts.area.name()])),
        }
    }
    runs.into_iter()
        .fold(finding, |finding, (time, server, of_run)| {
            let of_server = server.map(|server| format!(" of {server}"));
            finding.observed(
                format!(
                    "when the facts about {}{} were gathered",
                    of_run.join(", "),
                    of_server.unwrap_or_default()
                ),
                format!("within {limit}"),
                time,
            )
        })
}
