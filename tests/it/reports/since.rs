//! `--since`: findings that are new, that remain, that are gone, and that were not judged now.

use crate::support::{Folder, Run};
use serde_json::{Value, json};

const OLD: &str = "[farm]\nname = \"f\"\nversion = \"2016\"\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
                   display-address = \"sp1.x.com\"\ndrop-folder = 'C:drop'\nsafe-servers = [\"192.0.2.5\"]\n\
                   [[server]]\nname = \"sp1.x.com\"\nrole = \"application\"\nincoming-email-service = true\n";

fn folder() -> Folder {
    let folder = Folder::with_farm(OLD);
    folder.write("other.toml", OLD.replace("\"f\"", "\"g\""));
    assert_eq!(
        folder
            .run(&["validate", "--format", "json", "--out", "old.json"])
            .code,
        1
    );
    folder
}

/// Returns the ids in one of the lists of a JSON report.
fn rules(report: &Value, list: &str) -> Vec<String> {
    let items = report["since"][list]
        .as_array()
        .unwrap_or_else(|| panic!("no {list}: {}", report["since"]));
    items
        .iter()
        .map(|item| item["rule"].as_str().expect("a rule").to_owned())
        .collect()
}

fn since(folder: &Folder, arguments: &[&str]) -> Run {
    folder.run(&[&["validate", "--since", "old.json"], arguments].concat())
}

#[test]
fn without_new_findings_the_status_is_0() {
    let folder = folder();
    let run = since(&folder, &[]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(
        run.out.contains("since `old.json`: ") && run.out.contains(" stayed\n"),
        "{}",
        run.out
    );
    assert!(
        !run.out.contains("\n  asked "),
        "remaining findings are shown without details: {}",
        run.out
    );
    let report = since(&folder, &["--format", "json"]).json();
    assert_eq!(rules(&report, "new"), [""; 0]);
    assert_eq!(rules(&report, "gone"), [""; 0]);
    assert!(rules(&report, "stayed").contains(&"page-drop-folder-not-absolute".to_owned()));
    assert_eq!(report["since"]["known"], true);
    // The rest of the report is unchanged, so that it can be compared with again.
    let plain = folder.run(&["validate", "--format", "json"]).json();
    assert_eq!(
        (&report["verdicts"], &report["counts"]),
        (&plain["verdicts"], &plain["counts"])
    );
    assert_eq!(plain.get("since"), None);
}

#[test]
fn findings_are_compared_by_rule_and_subject() {
    let folder = folder();
    // Another value with the same rule and subject; one finding fixed, one new.
    let farm = OLD
        .replace("'C:drop'", "'D:drop'")
        .replace("safe-servers = [\"192.0.2.5\"]\n", "");
    folder.write(
        "farm.toml",
        farm.replace("role = \"application\"", "role = \"front-end\""),
    );
    let run = since(&folder, &["--format", "json"]);
    let report = run.json();
    assert_eq!(run.code, 1);
    assert_eq!(rules(&report, "new"), ["farm-role-not-allowed"]);
    assert_eq!(rules(&report, "gone"), ["page-safe-servers-in-advanced"]);
    assert!(rules(&report, "stayed").contains(&"page-drop-folder-not-absolute".to_owned()));
    let gone = &report["since"]["gone"][0];
    let expected = json!({"rule": "page-safe-servers-in-advanced", "subject": "incoming-email.safe-servers", "was": "warning",
        "now": "not-applicable", "message": gone["message"]});
    assert_eq!(*gone, expected);
    let new = &report["since"]["new"][0];
    assert_eq!(
        (&new["was"], &new["now"], &new["subject"]),
        (&Value::Null, &"error".into(), &"sp1.x.com".into())
    );
    let stayed = &report["since"]["stayed"][0];
    assert_eq!(stayed["was"], stayed["now"]);
    let text = since(&folder, &[]).out;
    assert!(text.contains("error[farm-role-not-allowed]: "), "{text}");
    assert!(
        text.contains(
            "\ngone: warning[page-safe-servers-in-advanced]: incoming-email.safe-servers: "
        ),
        "{text}"
    );
    assert!(text.contains("\nsince `old.json`: 1 new, "), "{text}");
    assert!(
        text.contains("D:drop") && !text.contains("C:drop"),
        "remaining findings are shown as they are now: {text}"
    );
    let table = since(&folder, &["--format", "table"]).out;
    for word in ["gone: warning", "stayed: error", "error "] {
        assert!(
            table.lines().any(|line| line.starts_with(word)),
            "no {word}: {table}"
        );
    }
    assert_eq!(since(&folder, &["--fail-on", "never"]).code, 0);
    assert_eq!(since(&folder, &["--skip", "farm-role-not-allowed"]).code, 0);
}

/// A rule that was not judged does not show whether its earlier findings are gone.
#[test]
fn unjudged_findings_are_not_gone() {
    let folder = folder();
    folder.write(
        "farm.toml",
        OLD.replace("safe-servers = [\"192.0.2.5\"]\n", "")
            .replace("'C:drop'", r"'C:\drop'"),
    );
    let report = since(
        &folder,
        &["--format", "json", "--only", "page-safe-servers"],
    )
    .json();
    assert_eq!(rules(&report, "gone"), ["page-safe-servers-in-advanced"]);
    let left = rules(&report, "not-judged");
    assert!(
        left.contains(&"page-drop-folder-not-absolute".to_owned()),
        "{left:?}"
    );
    assert_eq!(report["since"]["not-judged"][0]["now"], Value::Null);
}

/// Findings on missing subjects are gone only if the rule was judged.
#[test]
fn a_missing_subject_is_gone_only_if_the_rule_was_judged() {
    let folder = Folder::with_farm(
        "[incoming-email]\nenabled = true\nmode = \"advanced\"\ndisplay-address = \"x.com\"\n",
    );
    let lookup = |name: &str, kind: &str, answer: Value| json!({"server": "192.0.2.1:53", "name": name, "type": kind, "answer": answer});
    let facts = |lookups: Vec<Value>| {
        json!({"facts": 1, "dns": {"servers": ["192.0.2.1:53"], "lookups": lookups, "ports": []}})
            .to_string()
    };
    let mx = |host: &str| json!({"known": [{"owner": "x.com", "type": "MX", "preference": 1, "exchange": host}]});
    let none = |name: &str| {
        [
            lookup(name, "A", json!({"absent": "NODATA"})),
            lookup(name, "AAAA", json!({"absent": "NODATA"})),
        ]
    };
    let with = |answer: Value, host: &str| {
        facts([vec![lookup("x.com", "MX", answer)], none(host).to_vec()].concat())
    };
    folder.write("then.json", with(mx("m.x.com"), "m.x.com"));
    folder.write("moved.json", with(mx("n.x.com"), "n.x.com"));
    folder.write(
        "silent.json",
        with(json!({"failed": "timed out"}), "m.x.com"),
    );
    let verify = |facts: &str, more: &[&str]| {
        let arguments = [
            "verify",
            "dns",
            "--only",
            "dns-mx-no-address",
            "--format",
            "json",
            "--facts",
            facts,
        ];
        folder.run(&[&arguments[..], more].concat())
    };
    folder.write("old.json", verify("then.json", &[]).out);
    let moved = verify("moved.json", &["--since", "old.json"]).json();
    assert_eq!(rules(&moved, "new"), ["dns-mx-no-address"], "{moved:#}");
    assert_eq!(
        moved["since"]["gone"][0]["now"], "no-longer-there",
        "{moved:#}"
    );
    let silent = verify("silent.json", &["--since", "old.json"]).json();
    assert_eq!(rules(&silent, "gone"), [""; 0], "{silent:#}");
    assert_eq!(
        rules(&silent, "not-judged"),
        ["dns-mx-no-address"],
        "{silent:#}"
    );
}

/// A finding is new if it was undecided, accepted or less severe before.
#[test]
fn worse_finding_is_new() {
    let folder = folder();
    let old = folder.run(&["validate", "--format", "json"]).json();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut then = old.clone();
        let verdicts = then["verdicts"].as_array_mut().expect("verdicts");
        let of = |verdict: &&mut Value| {
            verdict["rule"] == "page-drop-folder-not-absolute" && verdict["outcome"] == "fail"
        };
        change(verdicts.iter_mut().find(of).expect("the finding"));
        folder.write("old.json", then.to_string());
        let run = since(&folder, &["--format", "json"]);
        (run.code, rules(&run.json(), "new").len())
    };
    assert_eq!(changed(&|_| {}), (0, 0));
    assert_eq!(
        changed(&|verdict| verdict["message"] = "other words".into()),
        (0, 0)
    );
    assert_eq!(
        changed(&|verdict| verdict["severity"] = "warning".into()),
        (1, 1)
    );
    assert_eq!(
        changed(&|verdict| verdict["outcome"] = "undecided".into()),
        (1, 1)
    );
    assert_eq!(
        changed(&|verdict| verdict["outcome"] = "pass".into()),
        (1, 1)
    );
    assert_eq!(
        changed(&|verdict| verdict["accepted"] = json!({"reason": "x", "until": null})),
        (1, 1)
    );
    assert_eq!(
        changed(&|verdict| verdict["subject"] = "another".into()),
        (1, 1)
    );
}

#[test]
fn accepted_finding_is_gone() {
    let folder = folder();
    let accept = "[[accept]]\nrule = \"page-safe-servers-in-advanced\"\nreason = \"moving\"\n";
    folder.write("farm.toml", format!("{OLD}{accept}"));
    let report = since(&folder, &["--format", "json"]).json();
    assert_eq!(report["since"]["gone"][0]["now"], "accepted");
}

#[test]
fn other_formats_distinguish_new_from_remaining_findings() {
    let folder = folder();
    folder.write(
        "farm.toml",
        OLD.replace("role = \"application\"", "role = \"front-end\""),
    );
    let junit = since(&folder, &["--format", "junit"]).out;
    assert_eq!(junit.matches("<failure ").count(), 1, "{junit}");
    assert!(junit.contains("<skipped message=\"stayed: "), "{junit}");
    let sarif = since(&folder, &["--format", "sarif"]).json();
    let states: Vec<(&str, &str)> = sarif["runs"][0]["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|result| {
            (
                result["ruleId"].as_str().unwrap(),
                result["baselineState"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(
        states.contains(&("farm-role-not-allowed", "new")),
        "{states:?}"
    );
    assert_eq!(
        states.iter().filter(|(_, state)| *state == "new").count(),
        1,
        "{states:?}"
    );
    super::parse::assert_sarif_schema(&sarif.to_string());
    let github = since(&folder, &["--format", "github"]).out;
    assert_eq!(
        github.lines().filter(|line| line.starts_with("::")).count(),
        1,
        "{github}"
    );
    let metrics = since(&folder, &["--format", "prometheus"]).out;
    assert_eq!(metrics.matches(",since=\"new\"}").count(), 1, "{metrics}");
    assert!(metrics.contains(",since=\"stayed\"}"), "{metrics}");
    let html = since(&folder, &["--format", "html"]).out;
    assert!(html.contains(">Since the earlier report</h2>"), "{html}");
    assert!(
        html.contains("<span class=\"tag plain\">new</span>")
            && html.contains("<span class=\"tag plain\">stayed</span>")
    );
}

#[test]
fn farms_of_a_fleet_are_compared_by_name() {
    let folder = folder();
    folder.run(&[
        "validate",
        "farm.toml",
        "other.toml",
        "--format",
        "json",
        "--out",
        "old.json",
    ]);
    folder.write(
        "other.toml",
        OLD.replace("\"f\"", "\"g\"")
            .replace("role = \"application\"", "role = \"front-end\""),
    );
    folder.write("third.toml", OLD.replace("\"f\"", "\"h\""));
    let run = since(&folder, &["farm.toml", "other.toml", "--format", "json"]);
    let files = run.json()["files"].clone();
    assert_eq!(
        (rules(&files[0], "new").len(), rules(&files[1], "new")),
        (0, vec!["farm-role-not-allowed".to_owned()])
    );
    // A moved farm is identified by its name; all findings of a new farm are new; a farm that is
    // left out is reported.
    std::fs::rename(folder.path("farm.toml"), folder.path("moved.toml")).expect("renamed");
    let run = since(&folder, &["moved.toml", "third.toml", "--format", "json"]);
    let report = run.json();
    assert_eq!(rules(&report["files"][0], "new"), [""; 0]);
    assert_eq!(report["files"][1]["since"]["known"], false);
    assert!(
        rules(&report["files"][1], "new").contains(&"page-drop-folder-not-absolute".to_owned())
    );
    let left_out = report["not-judged"].as_array().expect("a list");
    assert_eq!(
        (left_out.len(), &left_out[0]["file"]),
        (1, &"other.toml".into())
    );
    assert!(left_out[0]["open"].as_u64() > Some(0), "{left_out:?}");
    let text = since(&folder, &["moved.toml", "third.toml"]).out;
    assert!(text.contains("\nnot judged now: other.toml ("), "{text}");
    assert!(
        text.contains("since `old.json`: it printed nothing of this farm, so everything is new\n"),
        "{text}"
    );
    // Only one farm of that fleet.
    assert_eq!(since(&folder, &["moved.toml"]).code, 0);
}

#[test]
fn a_farm_of_another_name_is_another_farm() {
    let folder = folder();
    let run = since(&folder, &["other.toml", "--format", "json"]);
    assert_eq!(
        (run.code, &run.json()["since"]["known"]),
        (1, &false.into())
    );
}

#[test]
fn unreadable_files_then_and_now_are_compared() {
    let folder = folder();
    folder.write("broken.toml", "[farm]\nnmae = 1\n");
    let run = since(&folder, &["broken.toml", "--format", "json"]);
    assert_eq!(run.code, 2);
    assert!(!rules(&run.json(), "not-judged").is_empty());
    folder.run(&[
        "validate",
        "broken.toml",
        "--format",
        "json",
        "--out",
        "old.json",
    ]);
    let run = since(&folder, &["--format", "json"]);
    assert_eq!(run.code, 1);
    assert!(!rules(&run.json(), "new").is_empty());
}

#[test]
fn only_a_report_of_a_known_version_is_accepted() {
    let folder = folder();
    for (text, said) in [
        (
            "{\"report\": 3, \"farm\": null, \"file\": \"x\", \"verdicts\": []}",
            "has report version 3; this spinmail reads 2",
        ),
        ("{\"trace\": 1}", "is not a report: missing field `report`"),
        (
            "{\"report\": 1, \"file\": 3, \"farm\": null}",
            "is not a report: ",
        ),
        (
            "{\"report\": 1, \"files\": [{\"farm\": null}]}",
            "is not a report: missing field `file`",
        ),
        ("no json", "is not a report: "),
    ] {
        folder.write("old.json", text);
        let run = since(&folder, &[]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{text}");
        assert!(run.err.contains(said), "{}", run.err);
    }
    assert_eq!(folder.run(&["validate", "--since", "nowhere.json"]).code, 2);
}

/// The earlier report comes from outside, too.
#[test]
fn hostile_baseline_is_escaped() {
    let folder = folder();
    let mut old: Value = serde_json::from_str(&folder.read("old.json")).expect("JSON");
    let nasty = "\u{1b}[31m</ul><script>alert(1)</script>]]>\n::error::x\u{202e}\"";
    let verdict = json!({"rule": nasty, "area": "x", "severity": nasty, "outcome": "fail", "subject": nasty,
        "message": nasty, "evidence": [], "remedy": null, "about": null, "accepted": null});
    old["verdicts"]
        .as_array_mut()
        .expect("verdicts")
        .push(verdict);
    folder.write("old.json", old.to_string());
    for format in [
        "text",
        "table",
        "json",
        "junit",
        "sarif",
        "github",
        "prometheus",
        "html",
    ] {
        let run = since(&folder, &["--format", format]);
        let steers = |letter: char| letter != '\n' && spinmail::testing::text::is_unsafe(letter);
        assert!(!run.out.contains(steers), "{format}: {:?}", run.out);
        assert!(!run.out.contains("\n::error::x"), "{format}: {}", run.out);
        match format {
            "html" => assert!(run.out.contains("&lt;script&gt;") && !run.out.contains("<script")),
            "text" => assert!(run.out.contains("not judged now: ") && run.out.contains("<script>")),
            _ => {}
        }
    }
}
