//! `--out`: the report in a file, with the same bytes and exit status, and an empty standard
//! output.

use crate::support::{Folder, Run, root, timeless};
use std::fs;

const FORMATS: [&str; 12] = [
    "text",
    "table",
    "json",
    "jsonl",
    "gitlab",
    "azure",
    "markdown",
    "junit",
    "sarif",
    "github",
    "prometheus",
    "html",
];
const FINDING: &str =
    "[farm]\nname = \"finding\"\n[incoming-email]\nenabled = true\nmode = \"advanced\"\n";
const CLEAN: &str = "[farm]\nname = \"clean\"\n[incoming-email]\nenabled = false\n";

fn example(name: &str) -> String {
    fs::read_to_string(root().join("examples").join(name)).expect("the example")
}

fn farms() -> Folder {
    let folder = Folder::with_farm(&example("farm.toml"));
    folder.write("facts.json", example("facts.json"));
    folder.write("finding.toml", FINDING);
    folder.write("clean.toml", CLEAN);
    folder.write("malformed.toml", "[farm]\nnmae = 1\n");
    folder
}

#[test]
fn every_format_is_written_to_a_file() {
    let folder = farms();
    for command in [
        &["validate"][..],
        &[
            "validate",
            "finding.toml",
            "clean.toml",
            "malformed.toml",
            "nowhere.toml",
        ],
        &["validate", "clean.toml"],
        &["verify", "--facts", "facts.json"],
    ] {
        for format in FORMATS {
            let printed = folder.run(&[command, &["--format", format]].concat());
            let written = folder.run(&[command, &["--format", format, "--out", "report"]].concat());
            assert_eq!(written.code, printed.code, "{command:?} {format}");
            assert_eq!(
                (written.out.as_str(), written.err.as_str()),
                ("", "report: written\n"),
                "{command:?} {format}"
            );
            assert_eq!(
                timeless(&folder.read("report")),
                timeless(&printed.out),
                "{command:?} {format}"
            );
        }
    }
    let trace = [
        "trace",
        "docs@sharepoint.fabrikam.com",
        "--facts",
        "facts.json",
    ];
    for format in ["text", "json"] {
        let printed = folder.run(&[&trace[..], &["--format", format]].concat());
        let written =
            folder.run(&[&trace[..], &["--format", format, "-o", "report", "--quiet"]].concat());
        assert_eq!(
            (written.code, written.out.as_str(), written.err.as_str()),
            (3, "", "")
        );
        assert_eq!(folder.read("report"), printed.out);
    }
    assert!(
        !folder.path("").read_dir().unwrap().any(|entry| entry
            .unwrap()
            .file_name()
            .to_string_lossy()
            .contains("tmp"))
    );
}

#[test]
fn a_file_has_neither_colours_nor_a_width_unless_requested() {
    let folder = farms();
    let run = |arguments: &[&str]| {
        let mut command = folder.command(&[&["validate", "--out", "report"], arguments].concat());
        let run = Run::of(
            command
                .env_remove("NO_COLOR")
                .env("COLUMNS", "60")
                .output()
                .expect("the program runs"),
        );
        assert_eq!(run.code, 0, "{run:?}");
        folder.read("report")
    };
    assert_eq!(run(&[]), folder.run(&["validate"]).out);
    assert!(run(&["--color", "always"]).contains("\x1b["));
}

#[test]
fn input_files_are_not_overwritten() {
    let folder = farms();
    fs::create_dir(folder.path("fleet")).expect("a folder");
    folder.write("fleet/a.toml", FINDING);
    folder.run(&["validate", "--format", "json", "--out", "old.json"]);
    for (arguments, file) in [
        (&["validate", "--out", "farm.toml"][..], "farm.toml"),
        (
            &["validate", "fleet", "--out", "./fleet/../fleet/a.toml"],
            "fleet/a.toml",
        ),
        (
            &["verify", "--facts", "facts.json", "--out", "facts.json"],
            "facts.json",
        ),
        (
            &["verify", "--facts", "facts.json", "--out", "farm.toml"],
            "farm.toml",
        ),
        (
            &["validate", "--since", "old.json", "--out", "old.json"],
            "old.json",
        ),
        (
            &[
                "trace",
                "a@sharepoint.fabrikam.com",
                "--facts",
                "facts.json",
                "--out",
                "facts.json",
            ],
            "facts.json",
        ),
    ] {
        let before = folder.read(file);
        let run = folder.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.contains("which this command reads"), "{}", run.err);
        assert_eq!(folder.read(file), before, "{arguments:?}");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_an_error() {
    let folder = farms();
    for command in [&["validate"][..], &["verify", "--facts", "facts.json"]] {
        let run = folder.run(&[command, &["--out", "no/such/folder"]].concat());
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{run:?}");
        assert!(
            run.err.contains("cannot write `no/such/folder`"),
            "{}",
            run.err
        );
    }
}

/// An old report stays until the new one is complete, even if there is nothing to judge.
#[test]
fn failed_run_keeps_the_old_report() {
    let folder = farms();
    folder.write("report", "old");
    assert_eq!(
        folder
            .run(&["verify", "--facts", "nowhere.json", "--out", "report"])
            .code,
        2
    );
    assert_eq!(
        folder
            .run(&["validate", "--only", "nothing", "--out", "report"])
            .code,
        2
    );
    assert_eq!(folder.read("report"), "old");
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_written_to() {
    let folder = farms();
    let run = folder.run(&["validate", "clean.toml", "--out", "/dev/stdout"]);
    assert_eq!(
        (run.code, run.out.as_str()),
        (0, folder.run(&["validate", "clean.toml"]).out.as_str())
    );
    assert_eq!(
        folder
            .run(&["validate", "clean.toml", "--out", "/dev/full"])
            .code,
        4
    );
}
