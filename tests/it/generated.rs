//! Checks that the committed completions and manual pages are those that the program generates.

use crate::support::{Folder, root};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const UPDATE: &str = "SPINMAIL_UPDATE";
const SCRIPTS: [(&str, &str); 5] = [
    ("bash", "spinmail.bash"),
    ("zsh", "_spinmail"),
    ("fish", "spinmail.fish"),
    ("powershell", "_spinmail.ps1"),
    ("elvish", "spinmail.elv"),
];

/// Files by name, with their content.
type Files = BTreeMap<String, String>;

fn files_of(folder: &Path) -> Files {
    let Ok(entries) = fs::read_dir(folder) else {
        return Files::new();
    };
    let is_file = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_file());
    let file = |entry: fs::DirEntry| {
        let text = fs::read_to_string(entry.path()).expect("a text file");
        (
            entry.file_name().into_string().expect("a name in UTF-8"),
            text.replace("\r\n", "\n"),
        )
    };
    entries
        .map(|entry| entry.expect("an entry of the folder"))
        .filter(is_file)
        .map(file)
        .collect()
}

fn is_update() -> bool {
    std::env::var_os(UPDATE).is_some()
}

/// Compares a committed folder with the expected files, or writes them.
fn compare(folder: &str, wanted: &Files) {
    let path = root().join(folder);
    if is_update() {
        fs::create_dir_all(&path).expect("the folder");
        for (name, text) in wanted {
            fs::write(path.join(name), text).expect("a generated file");
        }
        for name in files_of(&path)
            .keys()
            .filter(|name| !wanted.contains_key(*name))
        {
            fs::remove_file(path.join(name)).expect("a superfluous file");
        }
    }
    let faults = differences(&files_of(&path), wanted);
    assert!(
        faults.is_empty(),
        "{folder}/: {}\nmend it: {UPDATE}=1 cargo test --test it generated",
        faults.join("; ")
    );
}

fn differences(present: &Files, wanted: &Files) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, text) in wanted {
        match present.get(name) {
            None => faults.push(format!("{name} is missing")),
            Some(old) if old != text => faults.push(format!("{name} is stale")),
            Some(_) => {}
        }
    }
    let superfluous = present.keys().filter(|name| !wanted.contains_key(*name));
    faults.extend(superfluous.map(|name| format!("{name} is superfluous")));
    faults
}

/// Returns the script that `completions` prints for a shell.
fn completion_script(folder: &Folder, shell: &str, options: &[&str]) -> String {
    let run = folder.run(&[&["completions", shell], options].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    run.out
}

/// The committed scripts are the dynamic ones, which packages contain.
#[test]
fn completions_are_current() {
    let folder = Folder::new();
    let scripts = SCRIPTS
        .into_iter()
        .map(|(shell, name)| (name.to_owned(), completion_script(&folder, shell, &[])))
        .collect();
    compare("completions", &scripts);
}

#[test]
fn static_completions_know_every_command() {
    let folder = Folder::new();
    for (shell, _) in SCRIPTS {
        let script = completion_script(&folder, shell, &["--static"]);
        for command in ["verify", "explain", "completions"] {
            assert!(script.contains(command), "{shell} lacks {command}");
        }
    }
}

/// Ids and severities are a contract: a change of them shows in the diff of this file.
#[test]
fn catalogue_of_rules_is_current() {
    let mut rows: Vec<String> = spinmail::testing::rules::all()
        .map(|rule| {
            format!(
                "{:<36} {:<8} {}\n",
                rule.id,
                rule.severity.name(),
                rule.area.name()
            )
        })
        .collect();
    rows.sort();
    let wanted = rows.concat();
    let path = root().join("tests/catalogue.txt");
    if is_update() {
        fs::write(&path, &wanted).expect("a generated file");
    }
    let present = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        present.replace("\r\n", "\n") == wanted,
        "tests/catalogue.txt is stale\nupdate it: {UPDATE}=1 cargo test --test it generated"
    );
}

#[test]
fn manual_pages_are_current() {
    let folder = Folder::new();
    let pages = folder.path("man");
    fs::create_dir(&pages).expect("a folder");
    let run = folder.run(&["man", "man"]);
    assert_eq!(run.code, 0, "{}", run.err);
    compare("man", &files_of(&pages));
}

#[test]
fn manual_pages_hold_no_markdown_and_every_row() {
    let pages = files_of(&root().join("man"));
    for (name, text) in &pages {
        for mark in ["```", "\n## ", "\n# ", "\n- "] {
            assert!(!text.contains(mark), "{name} holds {mark:?}");
        }
    }
    let roff = |text: &str| text.replace('-', "\\-");
    let rules = &pages["spinmail-rules.7"];
    for rule in spinmail::testing::rules::all() {
        assert!(
            rules.contains(&format!("\n.SS {}\n", rule.id)),
            "{}",
            rule.id
        );
    }
    assert!(!rules.contains("Passes"), "the examples are for `explain`");
    let settings = &pages["farm.toml.5"];
    for setting in spinmail::testing::farm::SETTINGS {
        assert!(
            settings.contains(&format!("\n.TP\n\\fB{}\\fR", roff(setting.name))),
            "{}",
            setting.key()
        );
    }
}

/// The linter reports nothing, not even about style.
#[test]
#[ignore = "needs mandoc"]
fn manual_pages_pass_the_linter() {
    let folder = root().join("man");
    let run = std::process::Command::new("mandoc")
        .args(["-T", "lint"])
        .args(files_of(&folder).into_keys())
        .current_dir(&folder)
        .output()
        .expect("mandoc runs");
    let said = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && said.is_empty(), "{said}");
}

#[test]
fn a_changed_file_is_noticed() {
    let files = |list: &[(&str, &str)]| -> Files {
        list.iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    };
    let wanted = files(&[("a.1", "new"), ("b.1", "new"), ("c.1", "same")]);
    let present = files(&[("a.1", "old"), ("c.1", "same"), ("d.1", "left over")]);
    assert_eq!(
        differences(&present, &wanted),
        ["a.1 is stale", "b.1 is missing", "d.1 is superfluous"]
    );
}
