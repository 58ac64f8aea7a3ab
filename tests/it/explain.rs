//! Checks every rule's page: its sections, and its examples.

use spinmail::testing::facts::Facts;
use spinmail::testing::farm;
use spinmail::testing::farm::values::Date;
use spinmail::testing::rules::{self, Case, OutcomeKind, Rule, Selection, Verdict};

/// The environment variable that makes the test write the findings into the pages.
const UPDATE: &str = "SPINMAIL_UPDATE";

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};

/// Returns the part of a page under a heading.
fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let start = format!("\n## {heading}\n");
    let (_, rest) = page
        .split_once(&start)
        .unwrap_or_else(|| panic!("no section {heading}:\n{page}"));
    rest.split("\n## ").next().unwrap_or(rest)
}

/// Returns the fenced block of a language in a part of a page.
pub fn fenced<'a>(part: &'a str, language: &str) -> Option<&'a str> {
    let (_, rest) = part.split_once(&format!("```{language}\n"))?;
    Some(rest.split("\n```").next().unwrap_or(rest))
}

/// Returns the farm file and the facts of an example.
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

/// Returns a rule's verdicts on an example.
fn verdicts(rule: &'static Rule, heading: &str) -> Vec<Verdict> {
    let (toml, facts) = example(rule, heading);
    let document = farm::read(toml).unwrap_or_else(|mistakes| panic!("{}: {mistakes:#?}", rule.id));
    // Rules about acceptances need the verdicts of the others.
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
        // Only the bytes of a metabase cannot be wrapped: they are one JSON string.
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

/// Returns a rule's findings in an example, in the form of its page: severity, rule, subject,
/// message.
fn findings(verdicts: &[Verdict]) -> String {
    verdicts
        .iter()
        .filter(|verdict| verdict.outcome == OutcomeKind::Fail)
        .map(|verdict| {
            let severity = verdict.severity.name();
            let (id, subject, message) = (verdict.rule.id, &verdict.subject, &verdict.message);
            let line = format!("{severity}[{id}] {subject}: {message}");
            let options = textwrap::Options::new(100)
                .subsequent_indent("  ")
                .break_words(false)
                .word_splitter(textwrap::WordSplitter::NoHyphenation);
            textwrap::fill(&line, options)
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn failing_examples_have_the_findings_that_their_page_states() {
    for rule in rules::all() {
        let found = findings(&verdicts(rule, "Fails"));
        assert!(!found.is_empty(), "{}: no finding", rule.id);
        let stated = fenced(section(rule.explain, "Fails"), "text");
        if stated == Some(&found) {
            continue;
        }
        assert!(
            std::env::var_os(UPDATE).is_some(),
            "{}: the page states {stated:?}, and what is found is {found:?}; write the pages with \
             {UPDATE}=1 cargo test --test it explain, and read the difference",
            rule.id
        );
        let block = format!("```text\n{found}\n```");
        let page = match stated {
            Some(text) => rule
                .explain
                .replacen(&format!("```text\n{text}\n```"), &block, 1),
            None => rule
                .explain
                .replacen("\n## Fails\n", &format!("\n## Fails\n\n{block}\n"), 1),
        };
        let path = crate::support::root().join(format!("src/rules/explain/{}.md", rule.id));
        std::fs::write(path, page).expect("the page can be written");
    }
}

#[test]
fn every_passing_example_passes() {
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
            .unwrap_or_else(|| panic!("{name} is not a page"));
        assert!(rules::find(id).is_some(), "{name} explains no rule");
    }
}
