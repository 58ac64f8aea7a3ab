//! Every rule's page: its shape, and its examples run.

use spinmail::testing::facts::Facts;
use spinmail::testing::farm;
use spinmail::testing::farm::values::Date;
use spinmail::testing::rules::{self, Case, OutcomeKind, Rule, Selection, Verdict};

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};

/// The part of a page below one of its headings.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = format!("\n## {heading}\n");
    let (_, rest) = page
        .split_once(&start)
        .unwrap_or_else(|| panic!("no section {heading}:\n{page}"));
    rest.split("\n## ").next().unwrap_or(rest)
}

/// The fenced text of a language in a part of a page.
pub fn fenced<'a>(part: &'a str, language: &str) -> Option<&'a str> {
    let (_, rest) = part.split_once(&format!("```{language}\n"))?;
    Some(rest.split("\n```").next().unwrap_or(rest))
}

/// The farm file and the facts of an example.
pub fn example(rule: &Rule, heading: &str) -> (&'static str, Facts) {
    let part = section(rule.explain, heading);
    let toml =
        fenced(part, "toml").unwrap_or_else(|| panic!("{}: no farm below {heading}", rule.id));
    let facts = match fenced(part, "json") {
        Some(json) => {
            Facts::from_json(json, rule.id).unwrap_or_else(|error| panic!("{}: {error}", rule.id))
        }
        None => Facts::default(),
    };
    (toml, facts)
}

/// What a rule says of an example.
fn verdicts(rule: &'static Rule, heading: &str) -> Vec<Verdict> {
    let (toml, facts) = example(rule, heading);
    let document = farm::read(toml).unwrap_or_else(|mistakes| panic!("{}: {mistakes:#?}", rule.id));
    // Rules about acceptances need what the others say.
    let all = rules::judge(&Case::new(&document, &facts, TODAY), &Selection::default());
    all.into_iter()
        .filter(|verdict| verdict.rule.id == rule.id)
        .collect()
}

#[test]
fn every_page_has_its_sections() {
    for rule in rules::all() {
        assert!(
            rule.explain.starts_with(&format!("# {}\n\n", rule.id)),
            "{}",
            rule.id
        );
        for heading in ["Why", "Fix", "Fails", "Passes"] {
            assert!(
                !section(rule.explain, heading).trim().is_empty(),
                "{}: {heading}",
                rule.id
            );
        }
        // Only the bytes of a metabase cannot be broken: they are one string of JSON.
        let are_bytes = |line: &str| {
            let value = line
                .trim()
                .strip_prefix("\"raw\": \"")
                .and_then(|rest| rest.strip_suffix("\","));
            value.is_some_and(|value| value.bytes().all(|digit| digit.is_ascii_hexdigit()))
        };
        let lines = rule.explain.lines().filter(|line| !are_bytes(line));
        let widest = lines.map(|line| line.chars().count()).max();
        assert!(widest <= Some(120), "{} is wider than a terminal", rule.id);
    }
}

#[test]
fn every_example_that_should_fail_fails() {
    for rule in rules::all() {
        let verdicts = verdicts(rule, "Fails");
        let failed = verdicts
            .iter()
            .any(|verdict| verdict.outcome == OutcomeKind::Fail);
        assert!(failed, "{}: {verdicts:#?}", rule.id);
    }
}

#[test]
fn every_example_that_should_pass_passes() {
    for rule in rules::all() {
        let verdicts = verdicts(rule, "Passes");
        let passed = verdicts
            .iter()
            .any(|verdict| verdict.outcome == OutcomeKind::Pass);
        let sound = verdicts.iter().all(|verdict| {
            matches!(
                verdict.outcome,
                OutcomeKind::Pass | OutcomeKind::NotApplicable
            )
        });
        assert!(passed && sound, "{}: {verdicts:#?}", rule.id);
    }
}

#[test]
fn every_page_has_its_rule() {
    let folder = crate::support::root().join("src/rules/explain");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let id = name
            .strip_suffix(".md")
            .unwrap_or_else(|| panic!("{name} is no page"));
        assert!(rules::find(id).is_some(), "{name} explains no rule");
    }
}
