//! Acceptances, judged from the verdicts of all other rules.

use crate::facts::Area;
use crate::farm::Acceptance;
use crate::rules::rule::{JudgedResult, OtherResults};
use crate::rules::verdict::is_about;
use crate::rules::{Case, Finding, Judge, Outcome, OutcomeKind, Rule, RuleResult};
use crate::text::nearest;
use std::collections::BTreeMap;

/// Areas that later versions judge: an acceptance of one of their rules is not a mistake.
const LATER_AREAS: [&str; 4] = ["folder", "directory", "sharepoint", "exchange"];

/// Judges every acceptance. The results point at a setting of the acceptance.
fn judge_acceptances(
    case: &Case<'_>,
    setting: &str,
    judge: impl Fn(&Acceptance) -> Outcome,
) -> Vec<RuleResult> {
    if case.farm.acceptances.is_empty() {
        let outcome = Outcome::not_applicable("nothing is accepted");
        return RuleResult::only("accept", outcome);
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    case.farm
        .acceptances
        .iter()
        .map(|acceptance| {
            let count = counts.entry(acceptance.name()).or_default();
            *count += 1;
            let name = Acceptance::numbered(acceptance.name(), *count);
            let key = format!("accept.{name}.{setting}");
            RuleResult::new(name, judge(acceptance)).about(key)
        })
        .collect()
}

pub(super) fn unused(case: &Case<'_>, judged: &OtherResults<'_>) -> Vec<RuleResult> {
    judge_acceptances(case, "rule", |acceptance| {
        let id = acceptance.rule();
        let Some(rule) = judged.rules.iter().find(|rule| rule.id == id) else {
            return judge_unknown_rule(id, judged.rules);
        };
        if acceptance.until.is_some_and(|until| until < case.today) {
            return Outcome::because("farm-accept-expired", "it has expired");
        }
        if matches!(rule.judge, Judge::Verdicts(_)) {
            return Outcome::not_applicable("it accepts a finding about acceptances");
        }
        let of_rule: Vec<&JudgedResult<'_>> = judged
            .results
            .iter()
            .filter(|result| result.rule == id)
            .collect();
        judge_use(acceptance, &of_rule)
    })
}

/// Judges an acceptance by the results of its rule.
fn judge_use(acceptance: &Acceptance, of_rule: &[&JudgedResult<'_>]) -> Outcome {
    let id = acceptance.rule();
    let of_subject: Vec<&JudgedResult<'_>> = of_rule
        .iter()
        .copied()
        .filter(|result| is_about(acceptance, id, result.subject))
        .collect();
    if has_kind(&of_subject, OutcomeKind::Fail) {
        return Outcome::pass();
    }
    // A subject that did not come up at all may be hidden by an undecided question.
    let results = if of_subject.is_empty() {
        of_rule
    } else {
        &of_subject
    };
    if has_kind(results, OutcomeKind::Undecided) {
        return Outcome::not_applicable(format!("`{id}` could not be decided this time"));
    }
    if !has_kind(results, OutcomeKind::Pass) && !has_kind(results, OutcomeKind::Fail) {
        return Outcome::not_applicable(format!("`{id}` was not judged this time"));
    }
    let accepted = match &acceptance.subject {
        Some(subject) => format!("`{id}` for `{subject}`"),
        None => format!("`{id}`"),
    };
    Outcome::Fail(
        Finding::new(
            format!("the acceptance of {accepted} matches no finding"),
            "Remove it from the file",
        )
        .recorded(
            format!("accept.{id}.rule"),
            "a finding that it accepts",
            "none",
        ),
    )
}

fn has_kind(results: &[&JudgedResult<'_>], kind: OutcomeKind) -> bool {
    results.iter().any(|result| result.outcome == kind)
}

fn judge_unknown_rule(id: &str, rules: &[&Rule]) -> Outcome {
    let area = id.split('-').next().unwrap_or(id);
    if LATER_AREAS.contains(&area) {
        return Outcome::not_applicable(format!("this spinmail has no rules of the area {area}"));
    }
    let remedy = match nearest(id, rules.iter().map(|rule| rule.id)) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!(
            "Areas are {}; `spinmail explain` lists the rules",
            Area::ALL.map(Area::name).join(", ")
        ),
    };
    Outcome::Fail(
        Finding::new(
            format!("the acceptance names `{id}`, which is not a rule"),
            remedy,
        )
        .recorded(
            format!("accept.{id}.rule"),
            "a rule's id",
            format!("`{id}`"),
        ),
    )
}

pub(super) fn expired(case: &Case<'_>, _: &OtherResults<'_>) -> Vec<RuleResult> {
    judge_acceptances(case, "until", |acceptance| match acceptance.until {
        None => Outcome::not_applicable("it has no last day"),
        Some(until) if case.today <= until => Outcome::pass(),
        Some(until) => {
            let message = format!(
                "the acceptance of `{}` expired on {until} and no longer has an effect",
                acceptance.rule()
            );
            let remedy = "Fix the accepted finding, or give the acceptance a new last day and a \
                          reason that still holds";
            Outcome::Fail(Finding::new(message, remedy).recorded(
                format!("accept.{}.until", acceptance.name()),
                format!("{} or later", case.today),
                until.to_string(),
            ))
        }
    })
}
