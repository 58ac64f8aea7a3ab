//! Printed commands with words to fill in: pasted unchanged, they change nothing.

use crate::support::{Folder, root};
use std::fs;
use std::path::Path;

const FARM: &str = "[farm]\nname = \"contoso\"\n\
    [incoming-email]\nenabled = true\ndisplay-address = \"sp.contoso.com\"\n\
    [[server]]\nname = \"sp1.contoso.com\"\nsmtp-service = true\n\
    [[mail-host]]\nname = \"gw.contoso.com\"\n";

/// The starts of the commands that change a farm file.
const WRITERS: &[&str] = &[
    "mail-host add ",
    "mail-host set ",
    "server add ",
    "set ",
    "display-address ",
];

/// Returns the text of all source files below a folder, with the line breaks of literals removed.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            let source = fs::read_to_string(&path).expect("a source file");
            for line in source.lines() {
                match line.trim_start().strip_suffix('\\') {
                    Some(begin) => text.push_str(begin),
                    None => {
                        text.push_str(line.trim_start());
                        text.push('\n');
                    }
                }
            }
        }
    }
}

/// Returns the printed commands that contain words to fill in.
fn templates() -> Vec<String> {
    let mut text = String::new();
    for folder in ["src/rules", "src/remedy", "src/report", "src/probe"] {
        sources(&root().join(folder), &mut text);
    }
    let mut found: Vec<String> = text
        .split(['"', '`', '\n'])
        .map(|part| part.strip_prefix("spinmail ").unwrap_or(part))
        .filter(|part| WRITERS.iter().any(|start| part.starts_with(start)))
        .filter(|part| part.split([' ', '.', '\'']).any(is_capital))
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    found
}

fn is_capital(word: &str) -> bool {
    word.len() > 2 && word.chars().all(|letter| letter.is_ascii_uppercase())
}

/// Returns the arguments of a command after its formatted values were filled in.
fn arguments(template: &str) -> Vec<String> {
    let host = match template.starts_with("mail-host set") {
        true => "gw.contoso.com",
        false => "sp1.contoso.com",
    };
    let words = template.split_whitespace().map(|word| {
        let word = word
            .replace("{NAME}", host)
            .replace("{SERVER}", "sp1.contoso.com");
        let word = word.replace("{ADDRESS}", "192.0.2.1");
        word.trim_matches('\'').replace("\\\\", "\\")
    });
    words.collect()
}

#[test]
fn a_template_pasted_unchanged_changes_nothing() {
    let templates = templates();
    assert!(templates.len() > 8, "{templates:?}");
    let mut wrong = Vec::new();
    for template in templates {
        let folder = Folder::with_farm(FARM);
        let arguments = arguments(&template);
        let run = folder.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        if run.code == 0 || folder.read("farm.toml") != FARM {
            wrong.push(format!("{template}: {}{}", run.out, run.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn placeholders_are_rejected_only_in_capitals() {
    let folder = Folder::with_farm(FARM);
    for name in ["NAME", "NAME.contoso.com", "SERVER"] {
        let run = folder.run(&["mail-host", "add", name]);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains("is a placeholder"), "{}", run.err);
    }
    assert_eq!(folder.read("farm.toml"), FARM);
    assert_eq!(
        folder.run(&["mail-host", "add", "name.contoso.com"]).code,
        0
    );
}
