//! The report's formats: each is valid, all say the same, and nothing from outside means anything
//! to them.

mod files;
mod parse;
mod since;

use parse::Saying;
use proptest::prelude::*;
use proptest::sample::select;
use spinmail::testing::facts::Facts;
use spinmail::testing::farm;
use spinmail::testing::farm::edit::literal;
use spinmail::testing::farm::values::Date;
use spinmail::testing::report::Screen;
use spinmail::testing::report::{
    Body, Document, Format, Now, RenderOptions, RenderedReport, Report,
};
use spinmail::testing::rules::{self, Case, Selection};
use std::collections::BTreeMap;

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 25,
};

const MACHINE: [Format; 6] = [
    Format::Json,
    Format::Junit,
    Format::Sarif,
    Format::Github,
    Format::Prometheus,
    Format::Html,
];

fn look(format: Format, several: bool, verbose: bool) -> RenderOptions {
    let now = Now {
        seconds: 1_795_600_000,
        text: "2026-11-25T10:00:00Z".to_owned(),
    };
    RenderOptions {
        format,
        screen: Screen::UNKNOWN,
        verbose,
        colour: false,
        several,
        now,
    }
}

/// What the program prints of these reports.
fn document(reports: &[Report], format: Format, several: bool, verbose: bool) -> String {
    let look = look(format, several, verbose);
    let mut document = Document::new(look.clone(), None);
    let mut text = document.opening();
    for (place, report) in reports.iter().enumerate() {
        text.push_str(&document.add(RenderedReport::new(
            report,
            &look,
            place,
            spinmail::testing::report::Exit::Clean,
        )));
    }
    text + &document.closing()
}

/// A report on a farm's text, as the program makes it.
fn report(file: &str, text: &str, facts: &Facts) -> Report {
    match farm::read(text) {
        Err(mistakes) => Report::unreadable(
            file.to_owned(),
            Body::Malformed {
                text: text.to_owned(),
                mistakes,
            },
        ),
        Ok(document) => {
            let verdicts = rules::judge(&Case::new(&document, facts, TODAY), &Selection::default());
            Report::judged(file.to_owned(), document.farm, verdicts)
        }
    }
}

/// The fenced text of a language behind a heading of a rule's page.
fn fenced<'a>(page: &'a str, heading: &str, language: &str) -> Option<&'a str> {
    let (_, part) = page.split_once(&format!("\n## {heading}\n"))?;
    let part = part.split("\n## ").next()?;
    let (_, rest) = part.split_once(&format!("```{language}\n"))?;
    rest.split("\n```").next()
}

/// The examples of every rule's page, each as a farm of a fleet, so that each rule fails and passes
/// somewhere.
fn examples() -> Vec<Report> {
    let mut reports = Vec::new();
    for rule in rules::all() {
        for heading in ["Fails", "Passes"] {
            let text = fenced(rule.explain, heading, "toml").expect("a farm");
            let facts = fenced(rule.explain, heading, "json")
                .map(|json| Facts::from_json(json, rule.id).expect("facts"));
            reports.push(report(
                &format!("{}/{heading}.toml", rule.id),
                text,
                &facts.unwrap_or_default(),
            ));
        }
    }
    reports
}

/// Every format says what the JSON report says, as far as it says passes at all.
#[track_caller]
fn assert_agree(reports: &[Report], several: bool) {
    let expected = parse::json(&document(reports, Format::Json, several, false));
    let open = |all: &Saying| -> Saying {
        all.iter()
            .filter(|said| ["fail", "undecided", "unreadable"].contains(&said.outcome.as_str()))
            .cloned()
            .collect()
    };
    let loud = |all: &Saying| -> Saying {
        all.iter()
            .filter(|said| !["pass", "not-applicable"].contains(&said.outcome.as_str()))
            .cloned()
            .collect()
    };
    let of = |format, verbose| document(reports, format, several, verbose);
    assert_eq!(parse::junit(&of(Format::Junit, false)), expected, "JUnit");
    assert_eq!(
        parse::sarif(&of(Format::Sarif, true)),
        expected,
        "SARIF, all of it"
    );
    assert_eq!(
        parse::sarif(&of(Format::Sarif, false)),
        loud(&expected),
        "SARIF"
    );
    assert_eq!(
        parse::github(&of(Format::Github, false)),
        open(&expected),
        "GitHub"
    );
    assert_eq!(
        parse::github(&of(Format::Github, true)),
        loud(&expected),
        "GitHub, with what is accepted"
    );
    assert_eq!(
        parse::prometheus(&of(Format::Prometheus, false)),
        loud(&expected),
        "Prometheus"
    );
    assert_eq!(parse::html(&of(Format::Html, false)), expected, "HTML");
}

#[test]
fn every_format_says_the_same_of_every_rule() {
    let mut reports = examples();
    reports.push(report(
        "malformed.toml",
        "[farm]\nnmae = 1\nversion = \"2017\"\n",
        &Facts::default(),
    ));
    assert_agree(&reports, true);
    for report in reports.into_iter().step_by(7) {
        assert_agree(&[report], false);
    }
}

/// In each format, what was found and accepted is as it should be.
#[test]
fn test_data_has_every_outcome() {
    let all = parse::json(&document(&examples(), Format::Json, true, false));
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    all.iter()
        .for_each(|said| *outcomes.entry(said.outcome.as_str()).or_default() += 1);
    for outcome in ["pass", "fail", "undecided", "not-applicable", "accepted"] {
        assert!(outcomes.contains_key(outcome), "{outcomes:?}");
    }
}

#[test]
fn sarif_is_valid_by_its_schema() {
    let mut reports = examples();
    reports.push(report(
        "a b/mälformed?.toml",
        "[farm]\nnmae = 1\n",
        &Facts::default(),
    ));
    for several in [true, false] {
        parse::assert_sarif_schema(&document(&reports[..], Format::Sarif, several, true));
    }
    // The check can fail.
    let broken =
        document(&reports, Format::Sarif, true, true).replace("\"startLine\":", "\"startLine\":-");
    assert!(parse::sarif_faults(&broken).is_some());
}

#[test]
fn a_sarif_result_stands_at_its_line() {
    let farm = "[incoming-email]\nenabled = true\nmode = \"advanced\"\n\ndrop-folder = 'C:drop'\n";
    let sarif = document(
        &[report("my farms/a.toml", farm, &Facts::default())],
        Format::Sarif,
        false,
        false,
    );
    let sarif: serde_json::Value = serde_json::from_str(&sarif).expect("JSON");
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().expect("results");
    let result = results
        .iter()
        .find(|result| result["ruleId"] == "page-drop-folder-not-absolute")
        .expect("a finding");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "my%20farms/a.toml");
    assert_eq!(place["region"], serde_json::json!({"startLine": 5}));
    assert_eq!(
        (&result["kind"], &result["level"]),
        (&"fail".into(), &"error".into())
    );
    let at = result["ruleIndex"].as_u64().expect("an index") as usize;
    let rule = &run["tool"]["driver"]["rules"][at];
    assert_eq!(rule["id"], "page-drop-folder-not-absolute");
    assert_eq!(rule["defaultConfiguration"]["level"], "error");
    let help = rule["help"]["markdown"].as_str().expect("help");
    assert!(
        help.contains("## Why") && help.contains("## Fix") && !help.contains("## Fails"),
        "{help}"
    );
    assert_eq!(
        run["tool"]["driver"]["rules"].as_array().map(Vec::len),
        Some(rules::all().count())
    );
    let missing = results
        .iter()
        .find(|result| result["ruleId"] == "page-display-address-missing")
        .expect("a finding");
    assert!(
        missing["locations"][0]["physicalLocation"]["region"].is_null(),
        "{missing}"
    );
}

#[test]
fn a_broken_file_is_a_notification_of_sarif() {
    let reports = [report("c.toml", "[farm]\n  nmae = 1\n", &Facts::default())];
    let sarif: serde_json::Value =
        serde_json::from_str(&document(&reports, Format::Sarif, false, false)).expect("JSON");
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let place = &invocation["toolExecutionNotifications"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["region"],
        serde_json::json!({"startLine": 2, "startColumn": 3})
    );
}

#[test]
fn a_test_fails_whatever_the_severity_and_accepted_ones_pass() {
    let farm = "[incoming-email]\nenabled = true\nmode = \"automatic\"\ndisplay-address = \"x.com\"\n\
                drop-folder = 'C:\\drop'\nsafe-servers = []\n\
                [[accept]]\nrule = \"page-safe-servers-empty\"\nreason = \"<moving>\"\nuntil = 2099-01-31\n";
    let junit = document(
        &[report("a.toml", farm, &Facts::default())],
        Format::Junit,
        false,
        false,
    );
    let tree = roxmltree::Document::parse(&junit).expect("XML");
    let test = |rule: &str| {
        let is_it = |node: &roxmltree::Node<'_, '_>| {
            node.attribute("name")
                .is_some_and(|name| name.starts_with(&format!("{rule}: ")))
        };
        tree.descendants()
            .find(is_it)
            .unwrap_or_else(|| panic!("no {rule}"))
    };
    // A note.
    let note = test("page-drop-folder-inactive")
        .children()
        .find(|node| node.has_tag_name("failure"))
        .expect("a failure");
    assert_eq!(note.attribute("type"), Some("note"));
    assert!(
        note.text().unwrap_or_default().contains("\nobserved: "),
        "{note:?}"
    );
    let accepted = test("page-safe-servers-empty");
    assert!(
        !accepted
            .children()
            .any(|node| node.has_tag_name("failure") || node.has_tag_name("error"))
    );
    let said = accepted
        .descendants()
        .find(|node| node.has_tag_name("property"))
        .expect("a property");
    assert_eq!(said.attribute("value"), Some("<moving> (until 2099-01-31)"));
    assert_eq!(test("page-mode-missing").attribute("line"), Some("3"));
    let suite = tree
        .descendants()
        .find(|node| node.has_tag_name("testsuite"))
        .expect("a suite");
    let count = |name: &str| {
        suite
            .attribute(name)
            .expect("a count")
            .parse::<usize>()
            .expect("a number")
    };
    let having = |name: &str| {
        suite
            .descendants()
            .filter(|node| node.has_tag_name(name))
            .count()
    };
    assert_eq!(count("failures"), having("failure"));
    assert_eq!(
        (count("skipped"), count("errors")),
        (having("skipped"), having("error"))
    );
    assert_eq!(count("tests"), having("testcase"));
}

#[test]
fn metrics_have_their_own_time_and_totals_without_findings() {
    let reports = [report(
        "b.toml",
        "[farm]\nname = \"quiet\"\n",
        &Facts::default(),
    )];
    let text = document(&reports, Format::Prometheus, false, false);
    assert!(
        text.contains("\nspinmail_last_run_timestamp_seconds 1795600000\n"),
        "{text}"
    );
    assert!(
        text.contains("\nspinmail_verdicts{farm=\"quiet\",file=\"b.toml\",outcome=\"error\"} 0\n"),
        "{text}"
    );
    assert!(
        text.contains("\nspinmail_file_readable{farm=\"quiet\",file=\"b.toml\"} 1\n"),
        "{text}"
    );
}

/// However many findings a file has, its series are bounded, and what is left out is told.
#[test]
fn metrics_are_bounded() {
    let servers: String = (0..1500)
        .map(|at| {
            format!("[[server]]\nname = \"s{at}.x.com\"\nsmtp-service = true\nos = \"2025\"\n")
        })
        .collect();
    let farm = format!("incoming-email.enabled = true\n{servers}");
    let reports = [report("many.toml", &farm, &Facts::default())];
    let text = document(&reports, Format::Prometheus, false, false);
    let series = text
        .lines()
        .filter(|line| line.starts_with("spinmail_finding{"))
        .count();
    assert_eq!(series, 1000);
    let found = parse::json(&document(&reports, Format::Json, false, false));
    let loud = found
        .iter()
        .filter(|said| !["pass", "not-applicable"].contains(&said.outcome.as_str()))
        .count();
    let left_out = format!(
        "spinmail_findings_left_out{{farm=\"\",file=\"many.toml\"}} {}\n",
        loud - 1000
    );
    assert!(text.contains(&left_out), "no {left_out}");
}

#[test]
fn the_same_file_twice_is_one_set_of_metrics() {
    let text = || {
        report(
            "a.toml",
            "[incoming-email]\nenabled = true\n",
            &Facts::default(),
        )
    };
    let once = document(&[text()], Format::Prometheus, false, false);
    assert_eq!(
        document(&[text(), text()], Format::Prometheus, true, false),
        once
    );
}

// --- Hostile texts

/// Pieces that mean something to one of the formats, or to a terminal.
const NASTY: &[&str] = &[
    "]]>",
    "<script>alert(1)</script>",
    "</style>",
    "</title>",
    "<!--",
    "-->",
    "<img src=x onerror=alert(1)>",
    "&amp;",
    "&#0;",
    "&",
    "<",
    ">",
    "\"",
    "'",
    "`",
    "%0A",
    "%25",
    "%",
    "::error::x",
    "\n::error::x",
    "##[error]x",
    ",",
    ":",
    "\\",
    "\\n",
    "{0}",
    "{}",
    "[a](http://x)",
    "\u{202e}",
    "\u{2066}",
    "\u{200f}",
    "\u{1b}[31m",
    "\u{9b}31m",
    "\u{0}",
    "\r\n",
    "\n",
    "\t",
    "\u{7f}",
    "\u{2028}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{feff}",
    "é",
    "漢",
    "מ",
    "🦀",
    "a",
    " ",
    "/",
    "..",
    "$(x)",
    "javascript:x",
];

fn nasty() -> impl Strategy<Value = String> {
    proptest::collection::vec(select(NASTY), 0..8).prop_map(|pieces| pieces.concat())
}

/// A text of one line, as the file takes it for a name.
fn nasty_name() -> impl Strategy<Value = String> {
    nasty().prop_map(|text| {
        let text: String = text
            .chars()
            .filter(|letter| !letter.is_control() && !"\u{2028}\u{2029}".contains(*letter))
            .collect();
        format!("x{text}")
    })
}

fn text(value: &str) -> String {
    literal(&farm::SettingValue::Text(value.to_owned()))
}

fn hostile_farm(names: &[String], values: &[String]) -> String {
    format!(
        "[farm]\nname = {}\n[incoming-email]\nenabled = true\nmode = \"advanced\"\ndisplay-address = {}\n\
         drop-folder = {}\nsafe-servers = [{}]\n[directory-management]\nservice = \"yes\"\ncontainer = {}\n\
         smtp-server = {}\n[[server]]\nname = \"sp1.x.com\"\nincoming-email-service = true\ndrop-folder = {}\n\
         [[web-application]]\nname = {}\n[[accept]]\nrule = \"page-drop-folder-not-absolute\"\nreason = {}\nsubject = {}\n",
        text(&names[0]),
        text(&values[0]),
        text(&values[1]),
        text(&values[2]),
        text(&values[3]),
        text(&values[4]),
        text(&values[5]),
        text(&names[1]),
        text(&names[2]),
        text(&names[3]),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_texts_are_escaped_in_every_format(
        names in proptest::collection::vec(nasty_name(), 4),
        values in proptest::collection::vec(nasty(), 6),
        file in nasty(),
        place in nasty(),
    ) {
        let farm = hostile_farm(&names, &values);
        let facts = Facts::from_json(&serde_json::json!({"facts": 1, "dns": {"servers": ["192.0.2.1:53"], "lookups": [
            {"server": "192.0.2.1:53", "name": "x.com", "type": "MX", "answer": {"failed": place}}], "ports": []}}).to_string(), "facts");
        let facts = facts.expect("facts");
        let named = farm.replacen(&text(&values[0]), "\"x.com\"", 1);
        let reports = [
            report(&format!("a{file}"), &farm, &facts),
            report(&format!("b{place}"), &named, &facts),
            report(&format!("c{file}"), &format!("{farm}\n[{}]\n", text(&place)), &facts),
        ];
        assert_agree(&reports, true);
        parse::assert_sarif_schema(&document(&reports, Format::Sarif, true, true));
        assert_agree(&reports[..1], false);
        for format in MACHINE {
            let text = document(&reports, format, true, true);
            let steers = |letter: char| letter != '\n' && spinmail::testing::text::is_unsafe(letter);
            prop_assert!(!text.contains(steers), "{format:?}: {text:?}");
        }
    }
}
