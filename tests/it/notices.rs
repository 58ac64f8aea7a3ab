//! The notices of the crates that the program consists of: their licences ask that copies carry
//! them. `SPINMAIL_UPDATE=1 cargo test --test it notices` writes the file, which packages hold.

use crate::support::root;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

const FILE: &str = "packaging/third-party-notices";

const HEAD: &str = "Third-party notices\n\nspinmail contains the crates below. The texts of their \
                    licences follow, each once, below the names of its crates.\n";

/// A crate of the program.
struct Crate {
    name: String,
    licence: String,
    /// The texts of its licences and notices.
    texts: BTreeSet<String>,
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("metadata")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Returns the ids of the packages that the program is linked from: no dependencies of tests and
/// none of build scripts.
fn linked(metadata: &Value) -> BTreeSet<&str> {
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"]["nodes"])
        .map(|node| (text(&node["id"]), node))
        .collect();
    let mut found = BTreeSet::new();
    let mut next = vec![text(&metadata["resolve"]["root"])];
    while let Some(id) = next.pop() {
        if found.insert(id) {
            let normal = list(&nodes[id]["deps"])
                .filter(|dep| list(&dep["dep_kinds"]).any(|kind| kind["kind"].is_null()));
            next.extend(normal.map(|dep| text(&dep["pkg"])));
        }
    }
    found
}

/// Returns the texts of licences in a package's folder.
fn licence_texts(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a package's folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = name.to_uppercase();
            path.is_file()
                && [
                    "LICENSE",
                    "LICENCE",
                    "COPYING",
                    "COPYRIGHT",
                    "NOTICE",
                    "UNLICENSE",
                ]
                .iter()
                .any(|start| name.starts_with(start))
        })
        .map(|path| {
            let bytes = fs::read(path).expect("a licence");
            let lines: Vec<String> = String::from_utf8_lossy(&bytes)
                .lines()
                .map(|line| line.trim_end().to_owned())
                .collect();
            lines.join("\n").trim_matches('\n').to_owned()
        })
        .collect()
}

fn crates(metadata: &Value) -> Vec<Crate> {
    let linked = linked(metadata);
    let mut crates: Vec<Crate> = list(&metadata["packages"])
        .filter(|package| linked.contains(text(&package["id"])) && !package["source"].is_null())
        .map(|package| {
            let manifest = Path::new(text(&package["manifest_path"]));
            Crate {
                name: format!("{} {}", text(&package["name"]), text(&package["version"])),
                licence: text(&package["license"]).to_owned(),
                texts: licence_texts(manifest.parent().expect("a folder")),
            }
        })
        .collect();
    crates.sort_by(|one, two| one.name.cmp(&two.name));
    crates
}

fn notices(crates: &[Crate]) -> String {
    let mut all = HEAD.to_owned();
    all.push('\n');
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in crates {
        let without = match one.texts.is_empty() {
            true => " (its package holds no text)",
            false => "",
        };
        writeln!(all, "{}: {}{without}", one.name, one.licence).expect("a text");
        for licence in &one.texts {
            users.entry(licence).or_default().push(&one.name);
        }
    }
    let mut texts: Vec<(&str, Vec<&str>)> = users.into_iter().collect();
    texts.sort_by(|one, two| one.1.cmp(&two.1));
    for (licence, names) in texts {
        let line = "-".repeat(72);
        writeln!(all, "\n{line}\n{}\n\n{licence}", names.join(", ")).expect("a text");
    }
    all
}

#[test]
fn notices_are_those_of_the_crates_in_the_program() {
    let written = notices(&crates(&metadata()));
    let path = root().join(FILE);
    if std::env::var_os("SPINMAIL_UPDATE").is_some() {
        fs::write(&path, &written).expect("the notices");
    }
    let kept = fs::read_to_string(&path).expect("the notices");
    assert!(
        kept == written,
        "SPINMAIL_UPDATE=1 cargo test --test it notices writes {FILE} again"
    );
    assert!(!kept.contains(&*root().to_string_lossy()));
}
