//! Names that a shell would run or split: every printed command has the intended words and runs
//! nothing else.

use crate::support::Folder;
use std::path::Path;
use std::process::Command;

/// Hostile names in someone else's farm file. `P` is the file that they would create.
const NAMES: [&str; 9] = [
    "Team Sites",
    "x$(touch)P",
    "a`touch`b",
    "R&D",
    "a;touch P&",
    "a|touch P>P",
    "*",
    "~",
    "a\\$(touch)P",
];

/// Names that cannot be quoted the same way for PowerShell, a POSIX shell and `cmd.exe`.
const NOT_QUOTABLE: [&str; 6] = [
    "x'\";$(touch P)`touch P`",
    "x$(touch P)",
    "a`touch P`b",
    "a\"; touch P; \"b",
    "R&D$",
    "%PATH%",
];

fn farm_with(name: &str) -> Folder {
    // A TOML basic string has the syntax of a JSON string.
    let quoted = serde_json::to_string(name).expect("a string");
    Folder::with_farm(&format!(
        "[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
         display-address = \"sharepoint.contoso.com\"\ndrop-folder = 'C:\\drop'\n\n\
         [[web-application]]\nname = {quoted}\n\n\
         [[accept]]\nrule = \"page-mode-missing\"\nsubject = {quoted}\nreason = \"known\"\n"
    ))
}

/// Returns the program's commands in a text, each up to its closing backtick.
fn commands(text: &str) -> Vec<String> {
    text.match_indices("`spinmail ")
        .map(|(at, _)| {
            let mut is_quoted = false;
            text[at + 1..]
                .chars()
                .take_while(|&character| {
                    is_quoted ^= character == '\'';
                    is_quoted || character != '`'
                })
                .collect()
        })
        .collect()
}

/// Returns the arguments that `sh` parses from a command.
fn words(command: &str, folder: &Folder) -> Vec<String> {
    let script = format!("spinmail() {{ printf '%s\\0' \"$@\"; }}\n{command}\n");
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path(""))
        .output()
        .expect("sh runs");
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{command}"
    );
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.split_terminator('\0').map(str::to_owned).collect()
}

/// Runs the program, and checks that one of its printed commands has these words.
#[track_caller]
fn assert_printed(folder: &Folder, arguments: &[&str], expected: &[&str]) {
    let mut program = folder.command(arguments);
    let output = program.env("COLUMNS", "1000").output().expect("it runs");
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8(printed).expect("UTF-8");
    let all: Vec<Vec<String>> = commands(&printed)
        .iter()
        .map(|command| words(command, folder))
        .collect();
    assert!(
        all.iter().any(|words| words == expected),
        "{arguments:?}: {expected:?} is not among {all:?}\n{printed}"
    );
    assert!(!Path::new(&folder.path("P")).exists(), "{printed}");
}

/// Runs commands that print a name. The printed commands must have it as `shown`, and the setting
/// of its account as `account`.
fn check(name: &str, shown: &str, account: &str) {
    let folder = farm_with(name);
    let key = |setting: &str| format!("web-application.{shown}.{setting}");
    assert_printed(
        &folder,
        &["validate", "-v"],
        &["set", account, r"DOMAIN\account"],
    );
    assert_printed(
        &folder,
        &["web-application", "add", name],
        &["set", &key("SETTING"), "VALUE"],
    );
    assert_printed(
        &folder,
        &["unset", &format!("web-application.{name}.name")],
        &["web-application", "remove", shown],
    );
}

#[test]
fn names_of_a_farm_file_are_one_word_in_every_command() {
    for name in NAMES {
        check(name, name, &format!("web-application.{name}.account"));
    }
}

#[test]
fn names_that_cannot_be_quoted_leave_a_placeholder() {
    for name in NOT_QUOTABLE {
        check(name, "NAME", "SETTING");
    }
}

#[test]
fn subject_of_an_acceptance_is_one_word() {
    assert_printed(
        &farm_with("a b"),
        &["unset", "accept.page-mode-missing/a b.reason"],
        &["unset", "accept.page-mode-missing/a b"],
    );
}

#[test]
fn farm_file_in_a_folder_with_a_space_is_one_word() {
    let folder = farm_with("a");
    for (name, is_quoted) in [
        ("my farms", true),
        ("R&D {1}", true),
        ("$(touch)P", true),
        ("a`touch`P", true),
        // cmd.exe would split this name.
        ("$(touch P)", false),
        ("a`touch P`", false),
    ] {
        std::fs::create_dir(folder.path(name)).expect("a folder");
        folder.write(&format!("{name}/a.toml"), folder.read("farm.toml"));
        folder.write("facts.json", crate::support::example("facts.json"));
        let file = match is_quoted {
            true => format!("{name}/a.toml"),
            false => "FILE".to_owned(),
        };
        assert_printed(
            &folder,
            &["verify", "--farms", name, "--facts", "facts.json"],
            &["set", "farm.name", "NAME", "--file", &file],
        );
    }
}
