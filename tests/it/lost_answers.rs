//! Losing an answer never makes a farm look better, and never causes a finding: each answer in the
//! pages' examples is replaced by one without information.

use crate::causes::{enabled, judged};
use crate::explain::example;
use serde_json::{Value, json};
use spinmail::testing::facts::Facts;
use spinmail::testing::rules::{self, OutcomeKind, Verdict};
use std::collections::BTreeSet;

/// A rule's state over all its subjects, the most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RuleState {
    Fails,
    Undecided,
    Defers,
    NothingFound,
}

impl RuleState {
    fn of(verdicts: &[Verdict], id: &str) -> Self {
        let of_rule = || verdicts.iter().filter(|verdict| verdict.rule.id == id);
        if of_rule().any(|verdict| verdict.outcome == OutcomeKind::Fail) {
            Self::Fails
        } else if of_rule().any(|verdict| verdict.outcome == OutcomeKind::Undecided) {
            Self::Undecided
        } else if of_rule().any(|verdict| verdict.because.is_some()) {
            Self::Defers
        } else {
            Self::NothingFound
        }
    }
}

/// Returns the JSON pointers of all answers that contain information.
fn answers(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    add_answers(value, "", &mut found);
    found
}

fn add_answers(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if fields.len() == 1 && (fields.contains_key("known") || fields.contains_key("absent"))
            {
                found.push(pointer.to_owned());
            }
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                add_answers(field, &format!("{pointer}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                add_answers(item, &format!("{pointer}/{at}"), found);
            }
        }
        _ => {}
    }
}

fn example_cases() -> impl Iterator<Item = (String, Facts)> {
    rules::all().flat_map(|rule| {
        ["Fails", "Passes"].map(|heading| {
            let (farm, facts) = example(rule, heading);
            (enabled(farm), facts)
        })
    })
}

#[test]
fn losing_an_answer_causes_no_finding_and_no_pass() {
    let nothing = [
        json!("not-asked"),
        json!({"failed": {"kind": "timed-out", "detail": "timed out"}}),
        json!({"failed": {"kind": "a-later-kind", "detail": "?"}}),
    ];
    let mut seen = BTreeSet::new();
    let mut faults = BTreeSet::new();
    for (farm, facts) in example_cases() {
        let whole = serde_json::to_value(&facts).expect("facts");
        if !seen.insert((farm.clone(), whole.to_string())) {
            continue;
        }
        let before = judged(&farm, &facts, &[]);
        for pointer in answers(&whole) {
            for instead in &nothing {
                let mut changed = whole.clone();
                *changed.pointer_mut(&pointer).expect("an answer") = instead.clone();
                let changed = Facts::from_json(&changed.to_string(), &pointer)
                    .unwrap_or_else(|error| panic!("{pointer}: {error}"));
                let after = judged(&farm, &changed, &[]);
                faults.extend(after.iter().filter(|verdict| is_no_advice(verdict)).map(
                    |verdict| {
                        format!(
                            "{} does not say what asks: {}",
                            verdict.rule.id, verdict.message
                        )
                    },
                ));
                faults.extend(
                    turned(&before, &after)
                        .filter(|turn| !turn.is_by_account(&pointer, &whole, instead))
                        .map(|fault| format!("{pointer} is {instead}: {fault}\n{farm}")),
                );
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A rule that changes its state although less is known.
struct Turn {
    rule: &'static str,
    old: RuleState,
    new: RuleState,
}

impl std::fmt::Display for Turn {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rule, old, new } = self;
        write!(out, "{rule} turns from {old:?} to {new:?}")
    }
}

impl Turn {
    /// Returns whether the rule changes because an account is no longer known to be missing.
    ///
    /// An account that was not looked up counts as an existing one: it has the rights of Everyone,
    /// so that an undecided right may be granted. `folder-account-unknown` then has nothing to
    /// judge, because descriptors that are given by hand come without lookups. A failed lookup
    /// leaves the rule undecided, and is not an exception here. Without the folder's descriptor,
    /// the rules about rights are undecided for one common reason.
    fn is_by_account(&self, pointer: &str, whole: &Value, instead: &Value) -> bool {
        let lost = whole.pointer(pointer).expect("an answer");
        let is_name = pointer.contains("/accounts/") && pointer.ends_with("/sid");
        let is_unknown_name = is_name && lost.get("absent").is_some();
        match self.rule {
            "folder-account-unknown" => {
                (is_unknown_name && instead == "not-asked") || pointer.ends_with("/descriptor")
            }
            rule => {
                is_unknown_name && rule.starts_with("folder-") && self.old == RuleState::Undecided
            }
        }
    }
}

/// Returns the rules that change to a pass or a finding although less is known.
fn turned(before: &[Verdict], after: &[Verdict]) -> impl Iterator<Item = Turn> {
    // Rules about acceptances are judged by the verdicts of other rules.
    let by_facts = rules::all().filter(|rule| !rule.id.starts_with("farm-accept-"));
    // These rules state what the farm file lets expect, and do not apply if facts decide. Without
    // the facts they apply again.
    let by_file = ["page-alias-domain-needed", "farm-os-relay-list-fault"];
    by_facts.filter_map(move |rule| {
        let (old, new) = (
            RuleState::of(before, rule.id),
            RuleState::of(after, rule.id),
        );
        let is_wrong = match old {
            RuleState::Fails | RuleState::Undecided => new == RuleState::NothingFound,
            RuleState::NothingFound => new == RuleState::Fails && !by_file.contains(&rule.id),
            // The rule that it deferred to may no longer have a finding.
            RuleState::Defers => false,
        };
        is_wrong.then_some(Turn {
            rule: rule.id,
            old,
            new,
        })
    })
}

/// Returns whether an undecided verdict does not name what would decide it.
fn is_no_advice(verdict: &Verdict) -> bool {
    let endings = ["was not asked", "not asked for", "not looked for"];
    verdict.outcome == OutcomeKind::Undecided
        && endings
            .iter()
            .any(|ending| verdict.message.ends_with(ending))
}
