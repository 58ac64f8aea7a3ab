//! Verdicts that are easy to get wrong: a farm, its DNS answers, and the outcome of one rule.
//! `tests/verdicts.md` contains the cases and describes their form.

use crate::explain::fenced;
use serde_json::{Value, json};
use spinmail::testing::facts::Facts;
use spinmail::testing::farm;
use spinmail::testing::farm::values::Date;
use spinmail::testing::rules::{self, Case, OutcomeKind, Selection, Verdict};

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};

const CASES: &str = include_str!("../verdicts.md");

/// A case of the file.
struct TrickyCase {
    title: &'static str,
    rule: &'static str,
    /// The outcomes of the rule, in the order of its verdicts.
    outcomes: &'static str,
    farm: String,
    facts: Facts,
}

impl TrickyCase {
    /// Reads the text of a case, which begins with its title.
    fn new(text: &'static str) -> Self {
        let (title, rest) = text.split_once("\n\n`").expect("a title, then a rule");
        let (rule, rest) = rest.split_once("`: ").expect("a rule, then its outcomes");
        let farm = fenced(rest, "toml").unwrap_or_else(|| panic!("{title}: no farm"));
        Self {
            title,
            rule,
            outcomes: rest.lines().next().unwrap_or_default(),
            farm: format!("incoming-email.enabled = true\n{farm}\n"),
            facts: fenced(rest, "dns").map_or_else(Facts::default, facts),
        }
    }

    fn verdicts(&self) -> Vec<Verdict> {
        let document = farm::read(&self.farm)
            .unwrap_or_else(|mistakes| panic!("{}: {mistakes:#?}", self.title));
        rules::judge(
            &Case::new(&document, &self.facts, TODAY),
            &Selection::default(),
        )
    }
}

fn cases() -> impl Iterator<Item = TrickyCase> {
    CASES.split("\n## ").skip(1).map(TrickyCase::new)
}

/// Returns every case as a farm file with its facts.
pub fn all() -> impl Iterator<Item = (String, Facts)> {
    cases().map(|case| (case.farm, case.facts))
}

/// Returns the facts of DNS answers. Lines of the same question follow each other.
fn facts(lines: &str) -> Facts {
    let (mut servers, mut lookups, mut ports) = (Vec::new(), Vec::<Value>::new(), Vec::new());
    for line in lines.lines() {
        let (server, said) = match line.strip_prefix('[') {
            Some(rest) => rest.split_once("] ").expect("] behind the name server"),
            None => ("192.0.2.1", line),
        };
        let mut words = said.splitn(3, ' ');
        let [Some(name), Some(kind), Some(data)] = [(); 3].map(|()| words.next()) else {
            panic!("{line}: no name, type and data");
        };
        let server = format!("{server}:53");
        if !servers.contains(&server) {
            servers.push(server.clone());
        }
        if kind == "PORT" {
            let answer = match data {
                "open" => json!({"known": null}),
                _ => json!({"absent": "refused"}),
            };
            ports.push(json!({"address": format!("[{name}]:25"), "answer": answer}));
            continue;
        }
        let question = json!({"server": server, "name": name, "type": kind});
        let answer = match data {
            "-" => json!({"absent": "NODATA"}),
            "?" => json!({"failed": "timed out"}),
            "nothing" => json!({"known": []}),
            data => json!({"known": [record(name, kind, data)]}),
        };
        add_answer(&mut lookups, question, answer);
    }
    let dns = json!({"servers": servers, "lookups": lookups, "ports": ports});
    Facts::from_json(&json!({"facts": 1, "dns": dns}).to_string(), lines).expect("facts")
}

/// Adds an answer, or adds a record to the previous answer if the question is the same.
fn add_answer(lookups: &mut Vec<Value>, mut question: Value, answer: Value) {
    let is_same = |last: &&mut Value| {
        ["server", "name", "type"].map(|key| &last[key])
            == ["server", "name", "type"].map(|key| &question[key])
    };
    match lookups.last_mut().filter(is_same) {
        Some(last) => {
            let records = last["answer"]["known"].as_array_mut().expect("records");
            records.extend(answer["known"].as_array().expect("a record").clone());
        }
        None => {
            question["answer"] = answer;
            lookups.push(question);
        }
    }
}

fn record(name: &str, kind: &str, data: &str) -> Value {
    match (kind, data.split_once(' ')) {
        // A server may spell the owner in any case.
        ("MX", Some((preference, exchange))) => json!({
            "owner": name.to_uppercase(), "type": "MX",
            "preference": preference.parse::<u16>().unwrap(), "exchange": exchange}),
        ("CNAME", None) => json!({"owner": name, "type": "CNAME", "target": data}),
        ("A" | "AAAA", None) => json!({"owner": name, "type": kind, "address": data}),
        _ => panic!("{name} {kind} {data} is not a record"),
    }
}

#[test]
fn tricky_cases_have_their_outcomes() {
    // The count makes the test fail if a case is not found.
    assert_eq!(cases().count(), 139);
    for case in cases() {
        let found: Vec<Verdict> = case
            .verdicts()
            .into_iter()
            .filter(|verdict| verdict.rule.id == case.rule)
            .collect();
        let outcomes: Vec<&str> = found.iter().map(|verdict| verdict.outcome.name()).collect();
        assert_eq!(
            outcomes.join(" "),
            case.outcomes,
            "{}: {found:#?}",
            case.title
        );
    }
}

#[test]
fn tricky_cases_have_a_verdict_of_every_rule() {
    for case in cases() {
        let verdicts = case.verdicts();
        for rule in rules::all() {
            assert!(
                verdicts.iter().any(|verdict| verdict.rule.id == rule.id),
                "{}: {} is silent",
                case.title,
                rule.id
            );
        }
    }
}

#[test]
fn remedy_of_a_relative_folder_changes_that_setting() {
    let case = cases()
        .find(|case| case.title == "the corrected folder is the server's own")
        .expect("the case");
    let verdicts = case.verdicts();
    let fault = verdicts
        .iter()
        .find(|verdict| {
            verdict.rule.id == "page-drop-folder-not-absolute"
                && verdict.outcome == OutcomeKind::Fail
        })
        .expect("the finding");
    let wanted = json!([{
        "action": "set-setting", "key": "server.sp1.x.com.drop-folder", "values": [r"D:\drop"],
    }]);
    let actions = &fault.remedy.as_ref().unwrap().actions;
    assert_eq!(serde_json::to_value(actions).unwrap(), wanted);
    assert_eq!(fault.evidence[0].asked, "server.sp1.x.com.drop-folder");
}
