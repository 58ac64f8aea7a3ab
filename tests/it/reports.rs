//! The formats of the report: each is valid, all agree, and texts from outside are escaped in all.

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
    Body, Coverage, FailOn, Format, LeftOut, LeftOutReason, Now, RenderOptions, Report, RunInfo,
    RunOptions, Summary,
};
use spinmail::testing::rules::{self, Area, Case, Selection};
use std::collections::BTreeMap;

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 25,
};

const FAIL_ON: FailOn = FailOn::At(rules::Severity::Error);

const MACHINE: [Format; 10] = [
    Format::Json,
    Format::Jsonl,
    Format::Gitlab,
    Format::Azure,
    Format::Markdown,
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
        fail_on: FAIL_ON,
        run: RunInfo::new(now, RunOptions::default()),
    }
}

/// Returns the printed form of these reports.
fn document(reports: &[Report], format: Format, several: bool, verbose: bool) -> String {
    written(reports, &look(format, several, verbose))
}

/// Returns the printed form of these reports with these options.
fn written(reports: &[Report], options: &RenderOptions) -> String {
    let (mut writer, mut all) = (options.writer(), Summary::default());
    let mut text = Vec::new();
    writer.begin(&mut text).expect("memory");
    for report in reports {
        all.add(report);
        writer.report(report, &mut text).expect("memory");
    }
    writer.finish(&all, &mut text).expect("memory");
    String::from_utf8(text).expect("UTF-8")
}

/// Returns the report on a farm's text, as the program makes it.
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
            let mut report = Report::judged(file.to_owned(), document.farm, verdicts);
            report.coverage = coverage(facts);
            report.end = report.end_by(FAIL_ON);
            report
        }
    }
}

/// Returns the coverage of these facts: areas without facts are left out, and one of them is
/// required.
fn coverage(facts: &Facts) -> Coverage {
    let mut coverage = Coverage {
        sources: facts.sources.clone(),
        servers_without_facts: vec!["sp9.x.com".to_owned()],
        ..Coverage::default()
    };
    for area in Area::ALL {
        if facts.holds(area) {
            coverage.judged.push(area);
        } else {
            coverage.left_out.push(LeftOut {
                area,
                reason: LeftOutReason::NoFacts,
                why: "the facts contain nothing about it".into(),
                checked_by: None,
                is_required: area == Area::Iis,
            });
        }
    }
    coverage
}

/// Returns the fenced block of a language under a heading of a rule's page.
fn fenced<'a>(page: &'a str, heading: &str, language: &str) -> Option<&'a str> {
    let (_, part) = page.split_once(&format!("\n## {heading}\n"))?;
    let part = part.split("\n## ").next()?;
    let (_, rest) = part.split_once(&format!("```{language}\n"))?;
    rest.split("\n```").next()
}

/// Returns the examples of every rule's page, each as a farm of a fleet, so that each rule fails
/// and passes at least once.
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

/// Asserts that every format agrees with the JSON report, as far as it contains passes at all.
#[track_caller]
fn assert_agree(reports: &[Report], several: bool) {
    let expected = parse::json(&document(reports, Format::Json, several, false));
    let open = |all: &Saying| -> Saying {
        all.iter()
            .filter(|said| {
                ["fail", "undecided", "unreadable", "left-out"].contains(&said.outcome.as_str())
            })
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
    assert_eq!(parse::jsonl(&of(Format::Jsonl, false)), expected, "JSONL");
    assert_eq!(parse::junit(&of(Format::Junit, false)), expected, "JUnit");
    for (verbose, said) in [(false, open(&expected)), (true, loud(&expected))] {
        assert_eq!(parse::azure(&of(Format::Azure, verbose)), said, "Azure");
        assert_eq!(parse::gitlab(&of(Format::Gitlab, verbose)), said, "GitLab");
    }
    let markdown = |verbose| parse::markdown(&of(Format::Markdown, verbose));
    assert_eq!(markdown(false), open(&expected), "Markdown");
    assert_eq!(markdown(true), expected, "Markdown, all of it");
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
fn every_format_agrees_on_every_rule() {
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

/// A text of 100 KB is cut with a mark in formats for people, and complete in formats for programs.
#[test]
fn long_texts_are_cut_for_people_only() {
    const LONG: usize = 100_000;
    let long = "d".repeat(LONG);
    let lookup = |kind: &str, answer: serde_json::Value| {
        serde_json::json!({"server": "192.0.2.1:53", "name": "sp.example.com", "type": kind,
            "answer": answer})
    };
    let facts = serde_json::json!({"facts": 2, "dns": {"servers": ["192.0.2.1:53"], "ports": [],
    "lookups": [
        lookup("MX", serde_json::json!({"failed": {"kind": "other", "detail": long}})),
        lookup("A", serde_json::json!({"absent": long})),
        lookup("AAAA", serde_json::json!({"absent": long})),
        lookup("CNAME", serde_json::json!({"failed": {"kind": "other", "detail": long}})),
    ]}});
    let facts = Facts::from_json(&facts.to_string(), "facts.json").expect("facts");
    let farm = "[farm]\nmail-from-outside = true\n[incoming-email]\nenabled = true\n\
                mode = \"advanced\"\ndisplay-address = \"sp.example.com\"\n";
    let reports = [report("farm.toml", farm, &facts)];
    for format in [
        Format::Text,
        Format::Table,
        Format::Markdown,
        Format::Html,
        Format::Github,
        Format::Azure,
        Format::Gitlab,
        Format::Junit,
    ] {
        for verbose in [false, true] {
            let text = document(&reports, format, false, verbose);
            let shown = text.matches('d').count();
            assert!(shown < LONG, "{format:?} shows {shown} letters");
            let words: Vec<&str> = text.split_whitespace().collect();
            assert!(words.join(" ").contains("more characters"), "{format:?}");
        }
    }
    for format in [Format::Json, Format::Jsonl] {
        let text = document(&reports, format, false, false);
        assert!(text.contains(&"d".repeat(LONG)), "{format:?}");
    }
}

/// The comparison of the formats covers every outcome only if the test data contain them all.
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
    // Prove that the check can fail.
    let broken =
        document(&reports, Format::Sarif, true, true).replace("\"startLine\":", "\"startLine\":-");
    assert!(parse::sarif_faults(&broken).is_some());
}

#[test]
fn a_sarif_result_has_its_line() {
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
    // Code scanning requires a line for every result.
    assert_eq!(
        missing["locations"][0]["physicalLocation"]["region"],
        serde_json::json!({"startLine": 1}),
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

/// A farm with findings of each severity, one of which is accepted.
const MIXED: &str = "[incoming-email]\nenabled = true\nmode = \"automatic\"\ndisplay-address = \"x.com\"\n\
                     drop-folder = 'C:\\drop'\nsafe-servers = []\n\
                     [[accept]]\nrule = \"page-safe-servers-empty\"\nreason = \"<moving>\"\nuntil = 2099-01-31\n";

/// Returns the kind of the JUnit element for each rule.
fn junit_kinds(fail_on: FailOn) -> BTreeMap<String, String> {
    let options = RenderOptions {
        fail_on,
        ..look(Format::Junit, false, false)
    };
    let junit = written(&[report("a.toml", MIXED, &Facts::default())], &options);
    let tree = roxmltree::Document::parse(&junit).expect("XML");
    let tests = tree
        .descendants()
        .filter(|node| node.has_tag_name("testcase"));
    tests
        .map(|test| {
            let name = test.attribute("name").expect("a name");
            let rule = name.split(": ").next().expect("a rule").to_owned();
            let kind = test.first_element_child();
            (
                rule,
                kind.map_or("", |kind| kind.tag_name().name()).to_owned(),
            )
        })
        .collect()
}

#[test]
fn junit_tests_fail_exactly_for_findings_that_fail_on_counts() {
    let note = "page-drop-folder-inactive";
    let accepted = "page-safe-servers-empty";
    let undecided = "dns-no-mx";
    for (fail_on, note_kind, undecided_kind) in [
        (FailOn::At(rules::Severity::Error), "system-out", "error"),
        (FailOn::At(rules::Severity::Note), "failure", "error"),
        (FailOn::Never, "system-out", "system-out"),
    ] {
        let kinds = junit_kinds(fail_on);
        assert_eq!(kinds[note], note_kind, "{fail_on:?}");
        assert_eq!(kinds[accepted], "system-out", "{fail_on:?}");
        assert_eq!(kinds[undecided], undecided_kind, "{fail_on:?}");
        // Areas without facts, required and not required.
        assert_eq!(kinds["iis is judged"], "error", "{fail_on:?}");
        assert_eq!(kinds["dns is judged"], "skipped", "{fail_on:?}");
    }
}

#[test]
fn junit_output_of_an_accepted_finding_states_the_reason() {
    let reports = [report("a.toml", MIXED, &Facts::default())];
    let junit = document(&reports, Format::Junit, false, false);
    let tree = roxmltree::Document::parse(&junit).expect("XML");
    let of = |rule: &str| {
        let name = format!("{rule}: ");
        let mut tests = tree.descendants();
        let test = tests.find(|node| {
            node.attribute("name")
                .is_some_and(|known| known.starts_with(&name))
        });
        let kind = test
            .and_then(|test| test.first_element_child())
            .expect("a kind");
        kind.text().unwrap_or_default().to_owned()
    };
    let accepted = of("page-safe-servers-empty");
    assert!(accepted.starts_with("accepted: "), "{accepted}");
    assert!(
        accepted.contains("\naccepted: <moving> (until 2099-01-31)"),
        "{accepted}"
    );
    let note = of("page-drop-folder-inactive");
    assert!(
        note.starts_with("note: ") && note.contains("\nobserved: "),
        "{note}"
    );
    assert!(note.contains("\nat: a.toml:5\n"), "{note}");
}

/// The schema of Jenkins' xUnit plugin, which is stricter than most readers.
#[test]
#[ignore = "needs xmllint"]
fn junit_document_is_valid_by_the_schema_of_jenkins() {
    let mut reports = examples();
    reports.push(report(
        "<c>.toml",
        "[farm]\n  nmae = 1\n",
        &Facts::default(),
    ));
    reports.push(report("d.toml", MIXED, &Facts::default()));
    let folder = crate::support::Folder::new();
    let schema = crate::support::root().join("tests/junit/junit-10.xsd");
    let is_valid = |text: &str| {
        let path = folder.write("junit.xml", text);
        let lint = std::process::Command::new("xmllint")
            .args(["--noout", "--nonet", "--schema"])
            .args([&schema, &path])
            .output()
            .expect("xmllint");
        (
            lint.status.success(),
            String::from_utf8_lossy(&lint.stderr).into_owned(),
        )
    };
    for several in [true, false] {
        let reports = if several { &reports[..] } else { &reports[..1] };
        let (valid, said) = is_valid(&document(reports, Format::Junit, several, true));
        assert!(valid, "{said}");
    }
    // Prove that the check can fail.
    let broken = document(&reports, Format::Junit, true, true).replace("classname=", "class=");
    assert!(!is_valid(&broken).0);
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

/// The number of a file's series is bounded for any number of findings, and omitted ones are
/// counted.
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
        .filter(|said| !["pass", "not-applicable", "left-out"].contains(&said.outcome.as_str()))
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

/// Texts that begin a command of GitHub's runner at the start of a line, or of Azure's agent
/// anywhere.
#[test]
fn no_line_of_text_or_table_is_a_command_of_a_ci_system() {
    let banner = "220 x ::error::forged ##vso[task.complete result=Failed]done ::warning::forged \
                  ##[error]forged ::stop-commands::p";
    let facts = serde_json::json!({"facts": 1, "dns": {"servers": ["192.0.2.1:53"], "lookups": [
        {"server": "192.0.2.1:53", "name": "x.com", "type": "MX", "answer": {"failed": banner}}], "ports": []}});
    let facts = Facts::from_json(&facts.to_string(), "facts").expect("facts");
    let farm = format!(
        "[farm]\nname = {}\n[incoming-email]\nenabled = true\nmode = \"advanced\"\ndisplay-address = \"x.com\"\n\
         drop-folder = {}\n",
        text("::error::farm of ::error::forged"),
        text(banner)
    );
    let reports = ["::error::a.toml", "b ::error::c.toml"].map(|file| report(file, &farm, &facts));
    for format in [Format::Text, Format::Table, Format::Markdown] {
        for width in [None, Some(60), Some(80), Some(120)] {
            let options = RenderOptions {
                screen: Screen {
                    width,
                    unicode: true,
                },
                ..look(format, true, true)
            };
            let text = written(&reports, &options);
            for line in text.lines() {
                assert!(
                    !line.trim_start().starts_with("::"),
                    "{format:?} {width:?}: {line}"
                );
                assert!(!line.contains("##vso["), "{format:?} {width:?}: {line}");
                assert!(!line.contains("##["), "{format:?} {width:?}: {line}");
            }
        }
    }
    for format in MACHINE {
        let text = document(&reports, format, true, true);
        let own = if format == Format::Azure {
            "##vso[task.logissue "
        } else {
            ""
        };
        for line in text.lines() {
            let line = line.strip_prefix(own).unwrap_or(line);
            assert!(
                !line.contains("##vso[") && !line.contains("##["),
                "{format:?}: {line}"
            );
        }
    }
}

/// A line break in a text from outside never begins a line.
#[test]
fn line_breaks_from_outside_begin_no_line() {
    let forged = "a\r\nFORGED remedy: run this\r\n\u{2028}FORGED";
    let facts = serde_json::json!({"facts": 1, "dns": {"servers": ["192.0.2.1:53"], "lookups": [
        {"server": "192.0.2.1:53", "name": "x.com", "type": "MX", "answer": {"failed": forged}}], "ports": []}});
    let facts = Facts::from_json(&facts.to_string(), "facts").expect("facts");
    let mistaken = format!(
        "[farm]\nversion = {}\nnmae = {}\n",
        text(forged),
        text(forged)
    );
    let farm = hostile_farm(&vec!["x".to_owned(); 4], &vec![forged.to_owned(); 6]);
    let reports = [
        report(forged, &farm, &facts),
        report(
            forged,
            &farm.replacen(&text(forged), "\"x.com\"", 1),
            &facts,
        ),
        report(forged, &mistaken, &facts),
    ];
    for format in MACHINE.into_iter().chain([Format::Text, Format::Table]) {
        let text = document(&reports, format, true, true);
        for line in text.lines() {
            assert!(
                !line.trim_start().starts_with("FORGED"),
                "{format:?}: {line}"
            );
        }
    }
}

/// Tokens with a meaning in one of the formats, or in a terminal.
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

/// Generates a text of one line that is valid as a name in the farm file.
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
