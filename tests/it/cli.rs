//! The command line: snapshots, exit statuses, streams, colours, and the schema of the JSON report.

use crate::support::{Folder, Run, example};
use serde_json::Value;
use spinmail::testing::report::Exit;

/// Compares typed commands with their output, standard output and standard error combined.
/// `TRYCMD=overwrite` writes the snapshots again. Backslashes of the output are slashes there.
#[test]
fn snapshots_match() {
    compare("tests/cli/*.trycmd", "", "C.UTF-8");
}

#[test]
fn snapshots_of_texts_for_people_match() {
    compare("tests/cli/60/*.trycmd", "60", "C.UTF-8");
    compare("tests/cli/80/*.trycmd", "80", "C.UTF-8");
    compare("tests/cli/ascii/*.trycmd", "100", "C");
}

fn compare(files: &str, columns: &str, locale: &str) {
    let cases = trycmd::TestCases::new();
    cases.register_bin(
        "spinmail",
        std::path::Path::new(env!("CARGO_BIN_EXE_spinmail")),
    );
    cases
        .env("NO_COLOR", "1")
        .env("SPINMAIL_FILE", "")
        .env("COLUMNS", columns)
        .env("LC_ALL", locale);
    cases.case(files);
}

/// At any width, only commands and names without a space are wider, and no word is lost.
#[test]
fn text_and_tables_fit_the_width_and_lose_nothing() {
    let folder = farms();
    let run = |arguments: &[&str], columns: Option<&str>| {
        let mut command = folder.command(arguments);
        columns.map(|columns| command.env("COLUMNS", columns));
        Run::of(command.output().expect("the program runs")).out
    };
    for arguments in [
        &["verify", "--facts", "facts.json", "--verbose"][..],
        &["verify", "--facts", "facts.json"],
        &[
            "verify",
            "--facts",
            "facts.json",
            "--verbose",
            "--format",
            "table",
        ],
        &[
            "trace",
            "docs@sharepoint.fabrikam.com",
            "--facts",
            "facts.json",
        ],
        &["show"],
        &["explain"],
        &["list"],
    ] {
        // The position of a line break in a name, and the layout of columns, may differ.
        let letters = |text: &str| {
            let mut letters: Vec<char> = text
                .chars()
                .filter(|letter| letter.is_alphanumeric())
                .collect();
            letters.sort_unstable();
            letters
        };
        let whole = run(arguments, None);
        for columns in ["60", "72", "80", "132"] {
            let fitted = run(arguments, Some(columns));
            assert_eq!(
                letters(&fitted),
                letters(&whole),
                "{arguments:?} in {columns}:\n{fitted}"
            );
            let width: usize = columns.parse().expect("a number");
            for line in fitted.lines().filter(|line| line.chars().count() > width) {
                let text = line.trim_start_matches("  explain").trim();
                let text = text.trim_start_matches("observed").trim();
                let is_command = ["spinmail ", "Set-Service "]
                    .iter()
                    .any(|start| text.starts_with(start));
                assert!(is_command || !text.contains(' '), "{columns}: {line}");
            }
        }
    }
}

/// A farm with a single error, in its safe servers.
const FINDING: &str = "[farm]\nname = \"finding\"\nversion = \"2016\"\n\n[incoming-email]\nenabled = true\n\
                       mode = \"advanced\"\ndisplay-address = \"sp1.fabrikam.com\"\ndrop-folder = 'C:drop'\n\
                       safe-servers = [\"192.0.2.5\"]\n";
const CLEAN: &str = "[farm]\nname = \"clean\"\n\n[incoming-email]\nenabled = false\n";
const MALFORMED: &str = "[farm]\nname = \"malformed\"\nnmae = 1\nversion = \"2017\"\n";

/// Returns a folder with the example and its facts, and farms of every kind.
fn farms() -> Folder {
    let folder = Folder::with_farm(&example("farm.toml"));
    folder.write("facts.json", example("facts.json"));
    folder.write("finding.toml", FINDING);
    folder.write("clean.toml", CLEAN);
    folder.write("malformed.toml", MALFORMED);
    folder.write("latin.toml", b"[farm]\nname = \"M\xfcnchen\"\n");
    folder
}

// --- Exit statuses

#[test]
fn exit_statuses_take_precedence() {
    let in_order = [
        Exit::Unfinished,
        Exit::Usage,
        Exit::Findings,
        Exit::Undecided,
        Exit::Clean,
    ];
    assert_eq!(in_order.map(Exit::code), [4, 2, 1, 3, 0]);
    for (at, strong) in in_order.iter().enumerate() {
        for weak in &in_order[at..] {
            assert_eq!(
                (strong.worse(*weak), weak.worse(*strong)),
                (*strong, *strong)
            );
        }
    }
}

#[test]
fn each_result_has_its_exit_status() {
    let folder = farms();
    let recorded = |arguments: &'static [&str]| {
        [&["verify", "dns", "--facts", "facts.json"], arguments].concat()
    };
    let disagree = ["--only", "dns-servers-disagree"];
    for (arguments, code) in [
        (vec!["validate", "clean.toml"], 0),
        (vec!["validate", "finding.toml"], 1),
        (vec!["validate", "clean.toml", "finding.toml"], 1),
        (vec!["validate", "finding.toml", "malformed.toml"], 2),
        (
            vec!["validate", "malformed.toml", "finding.toml", "clean.toml"],
            2,
        ),
        (vec!["validate", "finding.toml", "nowhere.toml"], 2),
        (vec!["validate", "malformed.toml", "--fail-on", "never"], 2),
        (vec!["validate", "finding.toml", "--fail-on", "never"], 0),
        // A finding and an undecided verdict: the finding decides if it is severe enough.
        (recorded(&["--fail-on", "warning"]), 1),
        (recorded(&["--only", "dns-servers-disagree"]), 3),
        (
            recorded(&["--only", "dns-servers-disagree", "--fail-on", "warning"]),
            1,
        ),
        (
            recorded(&["--only", "dns-servers-disagree", "--fail-on", "never"]),
            0,
        ),
        // The rule does not apply because of another rule, which has a finding.
        (
            recorded(&["--only", "dns-null-mx", "--fail-on", "warning"]),
            1,
        ),
        (
            recorded(&[
                "--only",
                "dns-null-mx",
                "--skip",
                "dns-no-mx",
                "--fail-on",
                "warning",
            ]),
            1,
        ),
        (vec!["get", "farm.name"], 0),
        (
            vec!["get", "incoming-email.mode", "--file", "clean.toml"],
            1,
        ),
        (vec!["diff", "clean.toml"], 1),
        (vec!["diff", "farm.toml"], 0),
        (
            vec![
                "gather",
                "dns",
                "--file",
                "clean.toml",
                "--out",
                "no/such/folder",
            ],
            4,
        ),
        (vec!["--help"], 0),
        (vec!["--version"], 0),
        (vec![], 2),
        (vec!["frobnicate"], 2),
    ] {
        let run = folder.run(&arguments);
        assert_eq!(run.code, code, "{arguments:?}\n{}{}", run.out, run.err);
    }
    let said = folder
        .run(&[&["verify", "dns", "--facts", "facts.json"], &disagree[..]].concat())
        .out;
    assert!(
        said.contains("warning[dns-servers-disagree]")
            && said.contains("undecided[dns-servers-disagree]"),
        "{said}"
    );
}

/// The exit status does not depend on the presentation.
#[test]
fn format_and_verbosity_do_not_change_the_exit_status() {
    let folder = farms();
    for arguments in [
        &["--format", "table"][..],
        &["--format", "json"],
        &["--quiet"],
        &["--verbose"],
        &["--color", "always"],
        &["--verbose", "--format", "table"],
        &["--format", "junit"],
        &["--format", "sarif"],
        &["--format", "github"],
        &["--format", "prometheus"],
        &["--format", "html"],
    ] {
        let run = folder.run(&[&["verify", "--facts", "facts.json"], arguments].concat());
        assert_eq!((run.code, run.err.as_str()), (3, ""), "{arguments:?}");
    }
}

// --- The schema of the JSON report

/// Asserts that an object has all needed fields, and no others than the allowed ones.
#[track_caller]
fn assert_fields(value: &Value, needed: &[&str], allowed: &[&str]) {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("no object: {value}"));
    for name in needed {
        assert!(object.contains_key(*name), "`{name}` is missing in {value}");
    }
    for name in object.keys() {
        assert!(
            needed.contains(&name.as_str()) || allowed.contains(&name.as_str()),
            "`{name}` is too much in {value}"
        );
    }
}

#[track_caller]
fn assert_one_of(value: &Value, words: &[&str]) {
    assert!(
        value.as_str().is_some_and(|word| words.contains(&word)),
        "{value} is none of {words:?}"
    );
}

#[track_caller]
fn assert_texts(value: &Value, names: &[&str]) {
    names
        .iter()
        .for_each(|name| assert!(value[name].is_string(), "`{name}` is not a text in {value}"));
}

#[track_caller]
fn assert_place(value: &Value) {
    assert!(
        value.is_null() || value.as_u64().is_some_and(|number| number > 0),
        "{value} is not a line"
    );
}

const COUNTS: [&str; 7] = [
    "pass",
    "error",
    "warning",
    "note",
    "undecided",
    "not-applicable",
    "accepted",
];

#[track_caller]
fn assert_report(report: &Value) {
    let body = if report.get("error").is_some() {
        "error"
    } else {
        "verdicts"
    };
    let names = [
        "report", "farm", "file", "state", body, "counts", "coverage",
    ];
    // For several farms, `run` is written once, after them.
    assert_fields(report, &names, &["run"]);
    assert_eq!(report["report"], 2);
    assert_one_of(&report["state"], &["judged", "not-judged", "unreadable"]);
    assert_eq!(report["state"] == "judged", body == "verdicts");
    assert_coverage(&report["coverage"]);
    if let Some(run) = report.get("run") {
        assert_run(run);
    }
    assert!(report["farm"].is_string() || report["farm"].is_null());
    assert_texts(report, &["file"]);
    assert_fields(&report["counts"], &COUNTS, &[]);
    match body {
        "error" => assert_error(&report["error"], &["more"]),
        _ => report["verdicts"]
            .as_array()
            .expect("a list")
            .iter()
            .for_each(assert_verdict),
    }
    assert_counts(report);
}

#[track_caller]
fn assert_coverage(coverage: &Value) {
    let names = [
        "judged",
        "in-part",
        "left-out",
        "unused",
        "facts",
        "servers-without-facts",
    ];
    assert_fields(coverage, &names, &[]);
    for left_out in coverage["left-out"].as_array().expect("a list") {
        let names = ["area", "reason", "why", "how", "required"];
        assert_fields(left_out, &names, &[]);
        assert_texts(left_out, &["area", "reason", "why"]);
    }
    for facts in coverage["facts"].as_array().expect("a list") {
        let names = ["file", "server", "gathered", "version", "areas", "missing"];
        assert_fields(facts, &names, &[]);
    }
}

#[track_caller]
fn assert_run(run: &Value) {
    let names = ["version", "target", "time", "facts-age", "options", "exit"];
    assert_fields(run, &names, &[]);
    assert_texts(run, &["version", "target", "time"]);
    let names = [
        "areas", "only", "skip", "fail-on", "require", "max-age", "since",
    ];
    assert_fields(&run["options"], &names, &[]);
    assert_fields(&run["exit"], &["status", "reason"], &[]);
    assert_texts(&run["exit"], &["reason"]);
}

#[track_caller]
fn assert_error(error: &Value, allowed: &[&str]) {
    let names = ["message", "line", "column", "expected", "hints"];
    assert_fields(error, &names, allowed);
    assert_texts(error, &["message"]);
    assert_place(&error["line"]);
    assert_place(&error["column"]);
    error
        .get("more")
        .into_iter()
        .flat_map(|more| more.as_array().expect("a list"))
        .for_each(|each| {
            assert_error(each, &[]);
        });
}

#[track_caller]
fn assert_verdict(verdict: &Value) {
    let names = [
        "rule", "area", "severity", "outcome", "subject", "message", "evidence", "remedy", "about",
        "because", "cause", "accepted",
    ];
    assert_fields(verdict, &names, &[]);
    assert!(verdict["cause"].is_boolean(), "{verdict}");
    assert_texts(verdict, &["rule", "area", "subject", "message"]);
    assert_one_of(&verdict["severity"], &["error", "warning", "note"]);
    assert_one_of(
        &verdict["outcome"],
        &["pass", "fail", "undecided", "not-applicable"],
    );
    for evidence in verdict["evidence"].as_array().expect("a list") {
        assert_fields(evidence, &["asked", "expected", "observed"], &[]);
        assert_texts(evidence, &["asked", "expected", "observed"]);
    }
    // Only a failed verdict has a remedy, and can be accepted.
    let has_failed = verdict["outcome"] == "fail";
    assert_eq!(verdict["remedy"].is_object(), has_failed, "{verdict}");
    if has_failed {
        assert_fields(&verdict["remedy"], &["text", "actions"], &["hand"]);
        assert_texts(&verdict["remedy"], &["text"]);
        assert!(
            verdict["remedy"]["actions"]
                .as_array()
                .expect("a list")
                .iter()
                .all(|action| action["action"].is_string())
        );
    }
    // A rule about several servers is not about a single setting.
    if !verdict["about"].is_null() {
        assert_fields(&verdict["about"], &["setting", "line"], &[]);
        assert_texts(&verdict["about"], &["setting"]);
        assert_place(&verdict["about"]["line"]);
        let setting = verdict["about"]["setting"].as_str().expect("a text");
        assert!(!setting.contains(".NAME."), "{verdict}");
    }
    if !verdict["accepted"].is_null() {
        assert!(has_failed, "{verdict}");
        assert_fields(&verdict["accepted"], &["reason", "until"], &[]);
        assert_texts(&verdict["accepted"], &["reason"]);
        assert!(verdict["accepted"]["until"].is_string() || verdict["accepted"]["until"].is_null());
    }
}

/// Asserts that the counts are those of the verdicts.
#[track_caller]
fn assert_counts(report: &Value) {
    let of = |verdict: &Value| match (verdict["outcome"].as_str(), verdict["accepted"].is_null()) {
        (Some("fail"), true) => verdict["severity"].as_str().expect("a severity").to_owned(),
        (Some("fail"), false) => "accepted".to_owned(),
        (outcome, _) => outcome.expect("an outcome").to_owned(),
    };
    let verdicts = report["verdicts"].as_array().cloned().unwrap_or_default();
    for name in COUNTS {
        let counted = verdicts
            .iter()
            .filter(|verdict| of(verdict) == name)
            .count();
        assert_eq!(report["counts"][name], counted, "{name}");
    }
}

#[test]
fn the_json_report_has_exactly_the_documented_fields() {
    let folder = farms();
    folder.write("accepted.toml", format!("{FINDING}{}", ACCEPTANCE));
    let mut outcomes = std::collections::BTreeSet::new();
    for arguments in [
        &["validate"][..],
        &["verify", "--facts", "facts.json"],
        &["verify", "dns", "--facts", "facts.json", "--verbose"],
        &["validate", "clean.toml"],
        &["validate", "accepted.toml", "--quiet"],
        &["validate", "malformed.toml"],
        &["validate", "latin.toml"],
        &["validate", "nowhere.toml"],
    ] {
        let report = folder
            .run(&[arguments, &["--format", "json"]].concat())
            .json();
        assert_report(&report);
        for verdict in report["verdicts"].as_array().into_iter().flatten() {
            outcomes.insert(format!(
                "{}{}",
                verdict["outcome"],
                if verdict["accepted"].is_null() {
                    ""
                } else {
                    "+"
                }
            ));
        }
    }
    let expected = [
        "\"fail\"",
        "\"fail\"+",
        "\"not-applicable\"",
        "\"pass\"",
        "\"undecided\"",
    ];
    assert_eq!(
        outcomes.iter().map(String::as_str).collect::<Vec<_>>(),
        expected,
        "not every kind was looked at"
    );
}

const ACCEPTANCE: &str = "\n[[accept]]\nrule = \"page-safe-servers-in-advanced\"\nreason = \"moving\"\nuntil = 2099-01-31\n";

#[test]
fn accepted_finding_shows_reason_and_expiry() {
    let folder = Folder::with_farm(&format!("{FINDING}{ACCEPTANCE}"));
    let run = folder.run(&[
        "validate",
        "--format",
        "json",
        "--only",
        "page-safe-servers-in-advanced",
    ]);
    let accepted = &run.json()["verdicts"][0]["accepted"];
    assert_eq!(
        (run.code, &accepted["reason"], &accepted["until"]),
        (0, &"moving".into(), &"2099-01-31".into())
    );
}

#[test]
fn errors_have_line_and_column_in_json() {
    let error = farms()
        .run(&["validate", "malformed.toml", "--format", "json"])
        .json()["error"]
        .clone();
    assert_eq!((&error["line"], &error["column"]), (&3.into(), &1.into()));
    let more = error["more"].as_array().expect("a list");
    assert_eq!(more.len(), 1);
    assert_eq!(
        (&more[0]["line"], &more[0]["column"]),
        (&4.into(), &11.into())
    );
}

#[test]
fn json_of_several_files_is_one_document_in_their_order() {
    let folder = farms();
    let names = [
        "malformed.toml",
        "finding.toml",
        "nowhere.toml",
        "clean.toml",
        "latin.toml",
    ];
    let run = folder.run(&[&["validate", "--format", "json"], &names[..]].concat());
    let report = run.json();
    assert_eq!((run.code, run.err.as_str()), (2, ""));
    assert_fields(&report, &["report", "files", "run"], &[]);
    assert_eq!(report["report"], 2);
    assert_run(&report["run"]);
    let files = report["files"].as_array().expect("a list");
    files.iter().for_each(assert_report);
    assert_eq!(
        files
            .iter()
            .map(|file| file["file"].as_str().unwrap_or(""))
            .collect::<Vec<_>>(),
        names
    );
    let farms: Vec<&Value> = files.iter().map(|file| &file["farm"]).collect();
    assert_eq!(
        farms,
        [
            &Value::Null,
            &"finding".into(),
            &Value::Null,
            &"clean".into(),
            &Value::Null
        ]
    );
}

#[test]
fn folder_with_one_farm_is_reported_as_several() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("farms")).expect("a folder");
    folder.write("farms/only.toml", CLEAN);
    let report = folder
        .run(&["validate", "farms", "--format", "json"])
        .json();
    assert_fields(&report, &["report", "files", "run"], &[]);
    assert_eq!(report["files"].as_array().map(Vec::len), Some(1));
}

// --- Streams

/// Data goes to standard output, messages go to standard error.
#[test]
fn data_goes_to_stdout_and_status_to_stderr() {
    let folder = Folder::new();
    let run = folder.run(&["init", "--advanced"]);
    assert_eq!(
        (run.out.as_str(), run.err.as_str()),
        (
            "farm.toml: written\n",
            "next: replace the example names with your farm's, then run `spinmail validate`\n"
        )
    );
    let run = folder.run(&["mode", "automatic"]);
    assert_eq!(run.out, "incoming-email.mode: advanced → automatic\n");
    assert!(
        run.err.starts_with("note[page-drop-folder-inactive]: "),
        "{}",
        run.err
    );
    let run = folder.run(&["mode", "advanced", "--quiet"]);
    assert_eq!(
        (run.out.as_str(), run.err.as_str()),
        ("incoming-email.mode: automatic → advanced\n", "")
    );
    let run = folder.run(&["path"]);
    assert_eq!(
        (run.out.as_str(), run.err.as_str()),
        ("farm.toml\n", "named by the default\n")
    );
    let run = folder.run(&["get", "farm.build"]);
    assert_eq!(
        (run.out.as_str(), run.err.as_str()),
        ("", "`farm.build` is not set\n")
    );
}

#[test]
fn the_option_overrides_the_variable_for_the_farm_file() {
    let folder = Folder::with_farm(CLEAN);
    folder.write("other.toml", FINDING);
    let with_variable = |arguments: &[&str], value: &str| {
        Run::of(
            folder
                .command(arguments)
                .env("SPINMAIL_FILE", value)
                .output()
                .expect("the program runs"),
        )
    };
    let run = with_variable(&["path"], "other.toml");
    assert_eq!(
        (run.out.as_str(), run.err.as_str()),
        ("other.toml\n", "named by SPINMAIL_FILE\n")
    );
    assert_eq!(
        with_variable(&["get", "farm.name"], "other.toml").out,
        "finding\n"
    );
    assert_eq!(
        with_variable(&["get", "farm.name", "--file", "farm.toml"], "other.toml").out,
        "clean\n"
    );
    assert_eq!(with_variable(&["get", "farm.name"], "").out, "clean\n");
}

/// `--color` overrides the environment, and the environment overrides the detection.
#[test]
fn colours_are_written_only_on_request() {
    let folder = farms();
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = folder.command(arguments);
        command
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("CLICOLOR");
        let run = Run::of(
            command
                .envs(variables.iter().copied())
                .output()
                .expect("the program runs"),
        );
        run.out + &run.err
    };
    for command in [
        &["validate", "farm.toml"][..],
        &["validate", "malformed.toml"],
        &["show"],
        &["get", "nothing"],
        &["verifi"],
    ] {
        let with = |option: &[&'static str]| [command, option].concat();
        let plain = run(command, &[]);
        assert!(!plain.contains('\x1b'), "colour in a pipe: {plain}");
        let coloured = run(&with(&["--color", "always"]), &[]);
        assert!(
            coloured.contains("\x1b["),
            "no colour, though asked for: {coloured}"
        );
        assert_eq!(
            anstream::adapter::strip_str(&coloured).to_string(),
            plain,
            "colour changes the text"
        );
        assert_eq!(
            run(&with(&["--color", "never"]), &[("CLICOLOR_FORCE", "1")]),
            plain
        );
        assert_eq!(run(command, &[("NO_COLOR", "1")]), plain);
        assert!(run(command, &[("CLICOLOR_FORCE", "1")]).contains("\x1b["));
        assert_eq!(
            run(&with(&["--color", "always"]), &[("NO_COLOR", "1")]),
            coloured,
            "an option beats the environment"
        );
    }
}

/// The content of a file cannot control the terminal.
#[test]
fn control_characters_of_a_file_are_escaped() {
    let name = "\\u001B[31mred\\u202E";
    let folder = Folder::with_farm(&format!(
        "{FINDING}\n[[web-application]]\nname = \"x\"\n{name} = 1\n"
    ));
    folder.write("display.toml", FINDING.replace("sp1.fabrikam.com", name));
    for arguments in [
        &["show", "--file", "display.toml"][..],
        &["list", "--file", "display.toml"],
        &["get", "display-address", "--file", "display.toml"],
        &["validate", "display.toml"],
        &["validate", "display.toml", "--format", "table", "--verbose"],
        &["diff", "farm.toml", "--file", "display.toml"],
        &["set", "farm.name", "\u{1b}[31mx"],
        &["get", "\u{1b}[31mx"],
        &["show", "--file", "\u{1b}[31mx"],
        &["validate"],
    ] {
        let run = folder.run(arguments);
        let said = run.out + &run.err;
        assert!(
            !said.contains(['\x1b', '\u{202e}']),
            "{arguments:?}: {said:?}"
        );
        assert!(!said.is_empty());
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use super::*;
    use std::process::Command;

    /// Runs a shell command line, in a folder with a fleet.
    fn shell(folder: &Folder, line: &str) -> Run {
        let mut command = Command::new("bash");
        command
            .args(["-c", line])
            .current_dir(folder.path(""))
            .env("SPINMAIL", env!("CARGO_BIN_EXE_spinmail"));
        command.env("NO_COLOR", "1").env_remove("SPINMAIL_FILE");
        Run::of(command.output().expect("bash runs"))
    }

    fn fleet() -> Folder {
        let folder = farms();
        std::fs::create_dir(folder.path("fleet")).expect("a folder");
        for at in 0..300 {
            folder.write(&format!("fleet/{at:03}.toml"), FINDING);
        }
        folder
    }

    #[test]
    fn closed_pipe_is_not_an_error() {
        let folder = fleet();
        for command in [
            "validate fleet --verbose",
            "validate fleet --format json",
            "completions bash",
            "explain",
        ] {
            let run = shell(
                &folder,
                &format!("\"$SPINMAIL\" {command} | head -1; echo ${{PIPESTATUS[0]}}"),
            );
            let expected = if command.starts_with("validate") {
                "1"
            } else {
                "0"
            };
            assert_eq!(run.out.lines().last(), Some(expected), "{command}: {run:?}");
            assert_eq!(
                (run.out.lines().count(), run.err.as_str()),
                (2, ""),
                "{command}: {run:?}"
            );
        }
    }

    #[test]
    fn an_output_that_cannot_be_written_is_an_error() {
        let folder = farms();
        for command in [
            "show",
            "validate",
            "validate finding.toml malformed.toml",
            "validate --format json",
            "verify --facts facts.json --format table",
            "list --format json",
            "completions zsh",
            "man",
            "explain dns-no-mx",
        ] {
            let run = shell(&folder, &format!("\"$SPINMAIL\" {command} >/dev/full"));
            assert_eq!(run.code, 4, "{command}: {run:?}");
            assert_eq!(
                run.err, "error: the output could not be written\n",
                "{command}"
            );
        }
        for command in ["--version", "--help", "verify --help"] {
            assert_eq!(
                shell(&folder, &format!("\"$SPINMAIL\" {command} >/dev/full")).code,
                4,
                "{command}"
            );
        }
    }

    /// Returns what a terminal of 60 columns shows, in a locale.
    fn on_a_terminal(folder: &Folder, locale: &str, command: &str) -> String {
        let line = format!(
            "LC_ALL={locale} script -qec 'stty rows 24 cols 60; \"$SPINMAIL\" {command}' /dev/null </dev/null"
        );
        let run = shell(folder, &line);
        assert!(run.out.contains("\r\n"), "no terminal: {run:?}");
        run.out.replace("\r\n", "\n")
    }

    #[test]
    fn terminal_width_and_charset_are_used() {
        let folder = farms();
        let trace = "trace docs@sharepoint.fabrikam.com --facts facts.json";
        let mut narrow = folder.command(&trace.split(' ').collect::<Vec<_>>());
        let narrow = Run::of(
            narrow
                .env("COLUMNS", "60")
                .output()
                .expect("the program runs"),
        )
        .out;
        assert_eq!(on_a_terminal(&folder, "C.UTF-8", trace), narrow);
        assert!(on_a_terminal(&folder, "C", trace).contains("|- MX record"));
        for (locale, arrow) in [
            ("C", "advanced -> automatic"),
            ("C.UTF-8", "advanced → automatic"),
            ("de_DE.utf8", "advanced → automatic"),
        ] {
            let said = on_a_terminal(&folder, locale, "mode automatic --dry-run");
            assert!(said.contains(arrow), "{locale}: {said}");
        }
        // A pipe gets all characters: its reader is not a console.
        let run = shell(&folder, "LC_ALL=C \"$SPINMAIL\" mode automatic --dry-run");
        assert!(run.out.contains("advanced → automatic"), "{run:?}");
    }

    /// An edit is complete even if its message cannot be printed.
    #[test]
    fn edit_is_complete_if_the_output_fails() {
        let folder = Folder::with_farm(CLEAN);
        let run = shell(&folder, "\"$SPINMAIL\" enable >/dev/full");
        assert_eq!(run.code, 4, "{run:?}");
        assert_eq!(folder.read("farm.toml"), CLEAN.replace("false", "true"));
    }

    #[test]
    fn facts_are_read_from_a_pipe() {
        let folder = farms();
        let run = shell(
            &folder,
            "\"$SPINMAIL\" verify --facts /dev/stdin <facts.json",
        );
        let of_file = folder.run(&["verify", "--facts", "facts.json"]).out;
        assert_eq!(run.out, of_file.replace("`facts.json`", "`/dev/stdin`"));
        let run = shell(
            &folder,
            "cat facts.json | \"$SPINMAIL\" verify --facts /dev/stdin",
        );
        assert_eq!(run.code, 3, "{run:?}");
    }
}

// --- Blocks of the text report

/// Returns the head of each finding in a text report: `error[dns-no-mx]`.
fn heads(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_once("]: ").map(|(head, _)| head))
        .collect()
}

#[test]
fn findings_of_one_rule_with_one_remedy_share_it_ordered_by_severity_and_hop() {
    let folder = Folder::new();
    folder.write("farm.toml", example("farm.toml"));
    folder.write("facts.json", example("facts.json"));
    let run = folder.run(&["verify", "--facts", "facts.json"]);
    let heads = heads(&run.out);
    let severities: Vec<&str> = heads
        .iter()
        .filter_map(|head| head.split('[').next())
        .collect();
    let order = ["error", "warning", "note", "undecided"];
    assert!(
        severities.is_sorted_by_key(|word| order.iter().position(|known| known == word)),
        "{severities:?}"
    );
    // The MX record comes first, and findings without a hop come last.
    let mut warnings = heads
        .iter()
        .filter_map(|head| head.strip_prefix("warning["));
    assert_eq!(warnings.next(), Some("dns-no-mx"), "{heads:?}");
    let blocks: Vec<&str> = run.out.split("\n\n").collect();
    let together = blocks
        .iter()
        .find(|block| block.contains("undecided[dns-servers-disagree]"))
        .expect("the block");
    assert_eq!(together.lines().count(), 1, "{together}");
}

/// The text report states each thing once: evidence on one line if it equals the expected value, a
/// remedy for all findings that share it, and the hint on how to learn more. `--verbose` shows
/// everything.
#[test]
fn text_report_says_each_thing_once() {
    let folder = Folder::new();
    folder.write("farm.toml", example("farm.toml"));
    folder.write("facts.json", example("facts.json"));
    let arguments = ["verify", "--facts", "facts.json"];
    let brief = folder.run(&arguments).out;
    assert!(brief.lines().count() <= 62, "{brief}");
    assert_eq!(brief.matches("spinmail explain").count(), 1, "{brief}");
    let placeholder: Vec<&str> = brief
        .lines()
        .skip_while(|line| !line.starts_with("note[farm-placeholder]"))
        .take_while(|line| !line.is_empty())
        .collect();
    let observed: Vec<&&str> = placeholder
        .iter()
        .filter(|line| line.starts_with("  observed"))
        .collect();
    assert_eq!(observed.len(), 1, "{placeholder:#?}");
    for key in [
        "farm.timer-account",
        "server.wfe1.fabrikam.com.name",
        "(expected: a name of",
    ] {
        assert!(observed[0].contains(key), "{key}: {observed:?}");
    }
    let full = folder.run(&[&arguments[..], &["--verbose"]].concat()).out;
    let json = folder
        .run(&[&arguments[..], &["--format", "json"]].concat())
        .json();
    for verdict in json["verdicts"].as_array().expect("verdicts") {
        if verdict["outcome"] != "fail" || !verdict["accepted"].is_null() {
            continue;
        }
        let rule = verdict["rule"].as_str().expect("a rule");
        for evidence in verdict["evidence"].as_array().expect("evidence") {
            for field in ["asked", "expected", "observed"] {
                let text = evidence[field].as_str().expect("a text");
                assert!(full.contains(text), "{rule}: {field}: {text}");
            }
        }
        for text in [&verdict["message"], &verdict["remedy"]["text"]] {
            let text = text.as_str().expect("a text");
            assert!(brief.contains(text), "{rule}: {text}");
        }
    }
}

/// Verdicts that are undecided for the same reason are one line, for any number of servers and
/// rules.
#[test]
fn verdicts_undecided_for_one_reason_are_reported_once() {
    let folder = Folder::new();
    folder.write("farm.toml", example("farm.toml"));
    let mut facts: serde_json::Value =
        serde_json::from_str(&example("facts.json")).expect("the example's facts");
    facts["smtp"]["targets"] = serde_json::json!([]);
    facts["smtp"]["unresolved"] = serde_json::json!([]);
    folder.write("facts.json", facts.to_string());
    let arguments = ["verify", "smtp", "--facts", "facts.json"];
    let run = folder.run(&arguments);
    let undecided: Vec<&str> = run
        .out
        .lines()
        .skip_while(|line| !line.starts_with("undecided["))
        .take_while(|line| !line.is_empty())
        .collect();
    let [head, also] = undecided.as_slice() else {
        panic!("{}", run.out);
    };
    assert!(
        head.contains("sp1.fabrikam.com, sp2.fabrikam.com: it was not asked; "),
        "{head}"
    );
    assert!(also.starts_with("  also"), "{also}");
    assert!(
        also.contains("smtp-open-relay") && also.ends_with(" verdicts)"),
        "{also}"
    );
}

/// Areas without facts are reported in one sentence, with one command.
#[test]
fn areas_without_facts_are_reported_once() {
    let folder = Folder::new();
    folder.write("farm.toml", example("farm.toml"));
    let facts: serde_json::Value =
        serde_json::from_str(&example("facts.json")).expect("the example's facts");
    let dns = serde_json::json!({"facts": facts["facts"], "gathered": facts["gathered"], "dns": facts["dns"]});
    folder.write("facts.json", dns.to_string());
    let run = folder.run(&["verify", "--facts", "facts.json"]);
    let line = "smtp, iis, folder, directory were not looked at: the facts contain nothing about \
        them; `spinmail gather smtp iis folder directory` asks them\n";
    assert!(run.out.contains(line), "{}", run.out);
    assert_eq!(
        run.out.matches("not looked at: the facts").count(),
        1,
        "{}",
        run.out
    );
}

/// Two findings of one rule share a block only if their remedies are equal.
#[test]
fn findings_share_a_block_only_with_the_same_remedy() {
    let one_remedy = "safe-servers = [\"one bad\", \"two bad\"]";
    for (list, severity, rule, blocks_of_rule) in [
        (one_remedy, "error", "page-safe-server-invalid", 1),
        (
            "[[server]]\nname = \"sp1.contoso.com\"\nos = \"2025\"\nsmtp-service = true\n\
             [[server]]\nname = \"sp2.contoso.com\"\nos = \"2025\"\nsmtp-service = true",
            "error",
            "farm-os-without-smtp",
            1,
        ),
        ("", "warning", "farm-account-unknown", 2),
    ] {
        let folder = Folder::with_farm(&format!(
            "[incoming-email]\nenabled = true\nmode = \"automatic\"\n\
             display-address = \"sp.contoso.com\"\n{list}\n"
        ));
        let run = folder.run(&["verify", "page", "farm", "--only", rule]);
        let head = format!("{severity}[{rule}]");
        assert_eq!(run.out.matches(&head).count(), 2, "{}", run.out);
        let blocks = run.out.split("\n\n").filter(|block| block.contains(&head));
        let blocks: Vec<&str> = blocks.collect();
        assert_eq!(blocks.len(), blocks_of_rule, "{}", run.out);
        for block in blocks {
            assert_eq!(block.matches("\n  remedy ").count(), 1, "{block}");
        }
    }
}
