//! The list of what does not compile for Windows is complete, and each row has its reason.

use crate::support::root;
use std::collections::BTreeSet;
use std::path::Path;
use walkdir::WalkDir;

const LIST: &str = "tests/windows/not-compiled";

/// Returns whether a line is an attribute that leaves what follows out on Windows.
fn leaves_out(line: &str) -> bool {
    let line = line.trim();
    let inner = line.strip_prefix("#[cfg(").or(line.strip_prefix("#![cfg("));
    inner.is_some_and(|inner| {
        [
            "unix)",
            "not(windows)",
            "target_os = \"linux\"",
            "all(target_os = \"linux\"",
        ]
        .iter()
        .any(|start| inner.starts_with(start))
    })
}

/// Returns the module or the test that begins below an attribute, or `None` if it is something that
/// tests use.
fn item<'a>(above: &str, below: &[&'a str]) -> Option<&'a str> {
    let mut is_test = above.trim() == "#[test]";
    for line in below.iter().map(|line| line.trim()) {
        if line.starts_with("#[") || line.starts_with("///") {
            is_test |= line == "#[test]";
            continue;
        }
        let line = line.strip_prefix("pub ").unwrap_or(line);
        let name = match line.strip_prefix("mod ") {
            Some(name) => name,
            None => line.strip_prefix("fn ").filter(|_| is_test)?,
        };
        return name.split(['(', ' ', ';']).next();
    }
    None
}

/// Returns the rows that a source needs: its path, and what of it is left out.
fn left_out(path: &Path) -> Vec<String> {
    let tests = root().join("tests/it");
    let name = path.strip_prefix(tests).expect("a test").to_string_lossy();
    let name = name.replace('\\', "/");
    let text = std::fs::read_to_string(path).expect("a source");
    let lines: Vec<&str> = text.lines().collect();
    let places = (0..lines.len()).filter(|at| leaves_out(lines[*at]));
    places
        .filter_map(|at| {
            if lines[at].starts_with("#!") {
                return Some(name.clone());
            }
            let found = item(lines[at - 1], &lines[at + 1..])?;
            Some(format!("{name} {found}"))
        })
        .collect()
}

#[test]
fn every_test_that_windows_lacks_is_listed_with_its_reason() {
    let sources = WalkDir::new(root().join("tests/it")).into_iter();
    let sources = sources.map(|entry| entry.expect("an entry").into_path());
    let found: BTreeSet<String> = sources
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .flat_map(|path| left_out(&path))
        .collect();
    let list = std::fs::read_to_string(root().join(LIST)).expect("the list");
    let mut listed = BTreeSet::new();
    for row in list.lines().filter(|row| !row.starts_with('#')) {
        let known = found.iter().filter(|one| {
            row.strip_prefix(one.as_str())
                .is_some_and(|rest| rest.starts_with(' '))
        });
        let longest = known.max_by_key(|one| one.len());
        let longest = longest.unwrap_or_else(|| panic!("{LIST}: nothing is left out: {row}"));
        let reason = row
            .strip_prefix(longest.as_str())
            .unwrap_or_default()
            .trim();
        assert!(!reason.is_empty(), "{row}");
        listed.insert(longest.clone());
    }
    let missing: Vec<&String> = found.difference(&listed).collect();
    assert!(missing.is_empty(), "{LIST} lacks {missing:?}");
}
