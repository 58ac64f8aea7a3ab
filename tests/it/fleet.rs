//! Many farms at once: a failure affects one farm only, and a table summarizes all.

use crate::support::{CONTOSO, Folder, Run, example, example_facts_of, repeated};
use std::fs;

const QUIET: &str = "[incoming-email]\nenabled = false\n";

/// Returns farms of every kind, and facts of some.
fn fleet() -> Folder {
    let folder = Folder::new();
    for name in ["farms", "farms/deeper", "facts"] {
        fs::create_dir(folder.path(name)).expect("a folder");
    }
    folder.write("farms/1-fabrikam.toml", example("farm.toml"));
    folder.write("farms/2-contoso.toml", CONTOSO);
    folder.write("farms/3-broken.toml", "[farm]\nnmae = 1\n");
    folder.write(
        "farms/deeper/4-idle.toml",
        format!("[farm]\nname = \"idle\"\n{QUIET}"),
    );
    folder.write("farms/nameless.toml", QUIET);
    folder.write("facts/a.json", example("facts.json"));
    folder.write("facts/b.json", example_facts_of("idle").to_string());
    folder.write("facts/c.json", example_facts_of("gone").to_string());
    folder
}

/// Returns the words of the final table's rows, without spaces.
fn rows(run: &Run) -> Vec<Vec<String>> {
    let table = run.out.split("\nfarm ").last().expect("a table");
    let rows = table.lines().skip(2);
    let rows = rows.take_while(|line| !line.is_empty() && !line.starts_with("oldest facts: "));
    rows.map(|row| {
        row.split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .map(str::to_owned)
            .collect()
    })
    .collect()
}

#[test]
fn facts_find_their_farms_by_name() {
    let folder = fleet();
    let run = folder.run(&[
        "verify",
        "--farms",
        "farms",
        "--facts",
        "facts",
        "--only",
        "dns-no-mx",
    ]);
    assert_eq!(run.code, 2, "{}", run.out);
    let expected = [
        vec![
            "fabrikam",
            "farms/1-fabrikam.toml",
            "0",
            "1",
            "0",
            "0",
            "passed",
        ],
        vec!["contoso", "farms/2-contoso.toml", "not judged"],
        vec!["farms/3-broken.toml", "not judged"],
        vec![
            "idle",
            "farms/deeper/4-idle.toml",
            "0",
            "0",
            "1",
            "0",
            "passed",
        ],
        vec!["farms/nameless.toml", "not judged"],
    ];
    assert_eq!(rows(&run), expected, "{}", run.out);
    for said in [
        "facts: `facts/a.json` gathered 2026-11-20T08:00:00Z, ",
        "oldest facts: `idle`, ",
        "warning[dns-no-mx]: `sharepoint.fabrikam.com` has no MX record",
        "there are no facts about the farm `contoso`",
        "there is no setting `nmae` in `farm`",
        "the farm has no name, so no facts can be matched to it",
    ] {
        assert_eq!(run.out.matches(said).count(), 1, "{said}\n{}", run.out);
    }
    assert_eq!(
        run.err
            .matches("`facts/c.json` is about the farm `gone`, for which there is no farm file")
            .count(),
        1
    );
    assert!(
        run.out.contains(
            "5 files (1 unreadable, 2 not judged): 1 warning, 1 note; 1 not applicable; not looked \
             at: "
        ),
        "{}",
        run.out
    );
}

/// Facts of one farm from several machines are judged together. A folder of them is enough, too.
#[test]
fn facts_of_one_farm_are_merged() {
    let folder = fleet();
    let mut elsewhere = example_facts_of("fabrikam");
    elsewhere["server"] = "wfe1.fabrikam.com".into();
    elsewhere["gathered"] = "3026-11-23T08:00:00Z".into();
    let elsewhere = elsewhere.to_string();
    let farm = "farms/1-fabrikam.toml";
    folder.write("facts/a2.json", &elsewhere);
    fs::create_dir(folder.path("fabrikam")).expect("a folder");
    folder.write("fabrikam/a.json", example("facts.json"));
    folder.write("fabrikam/a2.json", &elsewhere);
    let run = |farms: &str, facts: &[&str]| {
        let form = [
            "--only",
            "dns-no-mx",
            "--fail-on",
            "warning",
            "--format",
            "json",
        ];
        let run = folder.run(
            &[
                &["verify", farms, farm],
                &*repeated("--facts", facts),
                &form,
            ]
            .concat(),
        );
        assert_eq!(run.code, 1, "{}", run.err);
        run.json()
    };
    let fleet = run("--farms", &["facts/a.json", "facts/a2.json"]);
    let alone = run("--file", &["facts/a.json", "facts/a2.json"]);
    assert_eq!(fleet["files"][0]["verdicts"], alone["verdicts"]);
    assert_eq!(run("--file", &["fabrikam"])["verdicts"], alone["verdicts"]);
    let mixed = folder.run(&["verify", "--file", farm, "--facts", "facts"]);
    assert_eq!(mixed.code, 2, "{}{}", mixed.out, mixed.err);
}

/// An area, or a part of an area, may follow either option.
#[test]
fn a_word_after_a_file_is_an_area() {
    let folder = fleet();
    let farm = "farms/1-fabrikam.toml";
    for (words, begins) in [
        (&["--farms", farm, "dns", "--facts", "facts"][..], "dns-"),
        (&["--facts", "facts", "smtp", "--farms", farm], "smtp-"),
        (
            &["--facts", "facts", "--farms", farm, "contacts"],
            "directory-",
        ),
        (
            &["--file", farm, "--facts", "facts/a.json", "contacts"],
            "directory-",
        ),
    ] {
        let report = folder
            .run(&[&["verify"], words, &["--format", "json"]].concat())
            .json();
        let report = report["files"].get(0).unwrap_or(&report);
        let verdicts: Vec<&serde_json::Value> = report["verdicts"]
            .as_array()
            .into_iter()
            .flatten()
            .collect();
        // Rules of other areas are shown if they are the reason why these do not apply.
        let is_cause = |rule: &str| verdicts.iter().any(|other| other["because"] == rule);
        let rules: Vec<&str> = verdicts
            .iter()
            .filter_map(|verdict| verdict["rule"].as_str())
            .filter(|rule| rule.starts_with(begins) || !is_cause(rule))
            .collect();
        assert!(
            rules.iter().any(|rule| rule.starts_with(begins))
                && rules
                    .iter()
                    .all(|rule| rule.starts_with(begins) || *rule == "farm-facts-old"),
            "{words:?} {rules:?}"
        );
        assert!(
            !rules.contains(&"directory-container-missing"),
            "{words:?} {rules:?}"
        );
    }
}

/// Options about one farm's servers do not apply to a fleet.
#[test]
fn servers_of_one_farm_are_rejected_for_a_fleet() {
    let folder = fleet();
    for option in [
        ["--server", "sp1.fabrikam.com"],
        ["--folder", "."],
        ["--metabase", "x.xml"],
        ["--aliases", "x"],
    ] {
        let run = folder.run(&[&["verify", "--farms", "farms"], &option[..]].concat());
        assert_eq!(run.code, 2, "{option:?}");
        assert!(run.err.contains("cannot be used with"), "{}", run.err);
    }
}

#[test]
fn a_farm_is_judged_the_same_alone_and_in_a_fleet() {
    let folder = fleet();
    let facts = ["--facts", "facts/a.json", "--format", "json"];
    let alone = folder
        .run(&[&["verify", "--file", "farms/1-fabrikam.toml"], &facts[..]].concat())
        .json();
    let fleet = folder
        .run(&[&["verify", "--farms", "farms/1-fabrikam.toml"], &facts[..]].concat())
        .json();
    let one = fleet["files"]
        .as_array()
        .and_then(|files| files.first())
        .expect("a file");
    assert_eq!(one["verdicts"], alone["verdicts"]);
    assert_eq!(one["summary"], alone["summary"]);
}

#[test]
fn exit_status_is_that_of_the_worst_farm() {
    let folder = fleet();
    let run = |farms: &[&str], options: &[&str]| {
        folder
            .run(
                &[
                    &["verify", "--facts", "facts", "--only", "dns-no-mx"],
                    options,
                    &repeated("--farms", farms),
                ]
                .concat(),
            )
            .code
    };
    let (fabrikam, idle, contoso) = (
        "farms/1-fabrikam.toml",
        "farms/deeper/4-idle.toml",
        "farms/2-contoso.toml",
    );
    assert_eq!(run(&[idle], &[]), 0);
    assert_eq!(run(&[idle, fabrikam], &["--fail-on", "warning"]), 1);
    assert_eq!(run(&[idle, fabrikam], &["--fail-on", "never"]), 0);
    // The farm has no facts, so nothing is judged.
    assert_eq!(run(&[contoso, fabrikam], &["--fail-on", "never"]), 3);
    assert_eq!(run(&[idle, "nowhere.toml"], &[]), 2);
}

#[test]
fn unmatched_facts_are_reported_and_skipped() {
    let folder = fleet();
    folder.write("facts/d.json", "{}");
    folder.write("facts/e.json", "{\"facts\": 1}");
    let run = folder.run(&[
        "verify",
        "--farms",
        "farms/deeper",
        "--facts",
        "facts",
        "--only",
        "dns-no-mx",
    ]);
    assert_eq!(run.code, 2);
    assert_eq!(
        rows(&run),
        [[
            "idle",
            "farms/deeper/4-idle.toml",
            "0",
            "0",
            "1",
            "0",
            "passed"
        ]]
    );
    assert!(
        run.err.contains("`facts/d.json` is not a facts file"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("`facts/e.json` does not name its farm"),
        "{}",
        run.err
    );
    let run = folder.run(&[
        "verify",
        "--farms",
        "farms/deeper",
        "--facts",
        "nowhere.json",
    ]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("nowhere.json"), "{}", run.err);
}

/// The farms are probed separately: only the one with the silent name server is undecided.
#[test]
fn farms_of_a_fleet_are_probed_independently() {
    let folder = Folder::new();
    let text = |name: &str, server: &str| {
        format!(
            "[farm]\nname = \"{name}\"\nversion = \"2019\"\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
             display-address = \"lists.example.test\"\n[probe]\ndns-servers = [\"{server}\"]\ntimeout = \"300ms\"\n"
        )
    };
    // One port has no listener; the other server accepts everything and never answers.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let silent_address = silent.local_addr().expect("an address").to_string();
    for number in 0..20 {
        let server = if number % 2 == 0 {
            "127.0.0.1:9"
        } else {
            &silent_address
        };
        folder.write(
            &format!("{number:02}.toml"),
            text(&format!("farm{number}"), server),
        );
    }
    let start = std::time::Instant::now();
    let run = folder.run(&["verify", "dns", "--farms", ".", "--only", "dns-no-mx"]);
    let (rows, took) = (rows(&run), start.elapsed());
    assert_eq!((run.code, rows.len()), (3, 20), "{}{}", run.out, run.err);
    for (number, row) in rows.iter().enumerate() {
        let farm = format!("farm{number}");
        assert_eq!(row[0], farm);
        assert_eq!(row[2..], ["0", "0", "0", "1", "undecided"], "{row:?}");
    }
    assert!(
        took.as_secs() < 20,
        "one after the other would take much longer: {took:?}"
    );
}

#[test]
fn conflicting_options_are_rejected() {
    let folder = fleet();
    let run = folder.run(&[
        "verify",
        "--farms",
        "farms",
        "--file",
        "farms/1-fabrikam.toml",
    ]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("cannot be used with"), "{}", run.err);
    let run = folder.run(&["verify", "--farms", "farms", "--only", "dns-no-xm"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("did you mean `dns-no-mx`?") && run.out.is_empty(),
        "{}{}",
        run.out,
        run.err
    );
}

/// Names from a farm file are escaped for the terminal.
#[test]
fn names_are_escaped() {
    let folder = Folder::new();
    folder.write(
        "evil\u{1b}[31m.toml",
        format!("[farm]\nname = \"a\\u202eb\"\n{QUIET}"),
    );
    let run = folder.run(&["validate", "."]);
    assert!(
        !run.out.contains('\u{1b}') && !run.out.contains('\u{202e}'),
        "{:?}",
        run.out
    );
}
