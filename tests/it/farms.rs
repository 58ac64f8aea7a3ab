//! Complete farm files: valid ones, and invalid ones with their diagnoses.

use crate::support::{Folder, root};
use spinmail::testing::farm::edit::{self, TableRef};
use spinmail::testing::farm::key::every_key;
use spinmail::testing::farm::{self, Access, Key, Owner, SettingValue};
use std::fs;
use std::path::PathBuf;

const UPDATE: &str = "SPINMAIL_UPDATE";

/// Returns the farm files of a folder below `tests/farms/`, by name.
fn farms(folder: &str) -> Vec<(String, PathBuf)> {
    let folder = root().join("tests/farms").join(folder);
    let entries = fs::read_dir(&folder)
        .expect("the folder of farms")
        .map(|entry| entry.expect("an entry").path());
    let mut farms: Vec<(String, PathBuf)> = entries
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| {
            (
                path.file_stem()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned(),
                path,
            )
        })
        .collect();
    farms.sort();
    assert!(
        farms.len() >= 12,
        "{} holds only {}",
        folder.display(),
        farms.len()
    );
    farms
}

fn text_of(path: &PathBuf) -> String {
    fs::read_to_string(path).expect("a farm file in UTF-8")
}

#[test]
fn valid_farms_have_no_errors() {
    for (name, path) in farms("valid") {
        farm::read(&text_of(&path)).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"));
    }
}

/// The bytes of a file are a part of the test: tools must not change its line endings or its BOM.
#[test]
fn odd_farms_keep_their_oddities() {
    let text = |name: &str| text_of(&root().join(format!("tests/farms/valid/{name}.toml")));
    assert!(text("windows").contains("\r\n") && text("windows").starts_with('\u{feff}'));
    assert!(text("empty").is_empty());
}

/// Setting every value to the present one through the editor keeps the file byte for byte.
#[test]
fn valid_farms_are_unchanged_when_set_to_their_values() {
    for (name, path) in farms("valid") {
        let text = text_of(&path);
        let farm = farm::read(&text).expect("no mistakes").farm;
        let keys = every_key(&farm)
            .into_iter()
            .filter_map(|(key, setting, value)| Some((key, setting, value?)));
        for (key, setting, value) in keys {
            let at = entry_index(&farm, &key, setting);
            let place = match at {
                Some(index) => TableRef::Entry {
                    array: setting.table.name(),
                    index,
                },
                None => TableRef::Table(setting.table.name()),
            };
            let same = edit::set(&text, place, setting.name, &value)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(same, text, "{name}: {key}");
        }
    }
}

/// Returns the index of the entry that a KEY refers to. A KEY cannot distinguish acceptances of one
/// rule, so the first one stands for all.
fn entry_index(farm: &farm::Farm, key: &str, setting: &'static farm::Setting) -> Option<usize> {
    if matches!(setting.access, Access::Farm(_)) {
        return None;
    }
    let name = key
        .strip_prefix(setting.table.name())?
        .strip_prefix('.')?
        .strip_suffix(setting.name)?
        .strip_suffix('.')?;
    let key = Key {
        setting,
        owner: Owner::Entry(name.to_owned()),
    };
    Some(key.index(farm).expect("the entry"))
}

#[test]
fn valid_farms_are_unchanged_when_set_by_the_program() {
    for (name, path) in farms("valid") {
        let text = text_of(&path);
        let folder = Folder::with_farm(&text);
        let farm = farm::read(&text).expect("no mistakes").farm;
        let scalar = |value: SettingValue| match value {
            SettingValue::List(list) => list,
            value => vec![value.to_string()],
        };
        // One process per setting would take too long: the first setting of each table stands for
        // the others.
        let mut seen = Vec::new();
        for (key, setting, value) in every_key(&farm) {
            let Some(value) = value.filter(|_| !seen.contains(&setting.table)) else {
                continue;
            };
            seen.push(setting.table);
            let words = scalar(value);
            let arguments = ["set", key.as_str()]
                .into_iter()
                .chain(words.iter().map(String::as_str));
            let run = folder.run(&arguments.collect::<Vec<_>>());
            assert!(
                run.code == 0 && run.out.contains("(unchanged)"),
                "{name}: {key}: {run:#?}"
            );
        }
        assert_eq!(folder.read("farm.toml"), text, "{name}");
    }
}

/// The realistic farms among the valid ones have no finding.
#[test]
fn sound_farms_validate_without_findings() {
    for (name, path) in farms("valid")
        .into_iter()
        .filter(|(name, _)| name.starts_with("sound-"))
    {
        let folder = Folder::with_farm(&text_of(&path));
        let run = folder.run(&["validate", "--fail-on", "warning"]);
        assert_eq!(run.code, 0, "{name}: {}{}", run.out, run.err);
    }
}

/// Returns the output of `validate` for a file that cannot be read.
fn diagnosis(name: &str, path: &PathBuf) -> String {
    let folder = Folder::new();
    let file = format!("{name}.toml");
    folder.write(&file, fs::read(path).expect("the farm file"));
    let run = folder.run(&["validate", &file]);
    assert_eq!(run.code, 2, "{name} is readable: {run:#?}");
    run.out + &run.err
}

#[test]
fn invalid_farms_are_diagnosed() {
    let mut stale = Vec::new();
    for (name, path) in farms("invalid") {
        let (said, snapshot) = (diagnosis(&name, &path), path.with_extension("txt"));
        if std::env::var_os(UPDATE).is_some() {
            fs::write(&snapshot, &said).expect("the snapshot");
        }
        let expected = fs::read_to_string(&snapshot)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        if expected != said {
            stale.push(format!(
                "--- {name}, expected:\n{expected}--- but it says:\n{said}"
            ));
        }
    }
    assert!(
        stale.is_empty(),
        "{}\nupdate: {UPDATE}=1 cargo test --test it farms",
        stale.join("\n")
    );
}

/// Each diagnosis names file, line, column and value, underlines the place, and states what is
/// expected.
#[test]
fn every_diagnosis_is_complete() {
    for (name, path) in farms("invalid") {
        let text = text_of(&path);
        let said = diagnosis(&name, &path);
        let mistakes = farm::read(&text).expect_err("mistakes");
        for mistake in &mistakes {
            let place = format!("{name}.toml:{}:{}", mistake.line, mistake.column);
            assert!(said.contains(&place), "{place} is not in\n{said}");
            assert!(said.contains("^"), "{said}");
            assert!(
                !mistake.hints.is_empty() || mistake.expected.is_some(),
                "{name} gives no advice: {said}"
            );
            let fits = farm::without_bom(&text).get(mistake.span.clone()).is_some();
            assert!(fits, "{name}: {:?} is not part of the text", mistake.span);
        }
        let places: Vec<_> = mistakes
            .iter()
            .map(|mistake| (mistake.span.start, &mistake.message))
            .collect();
        let mut once = places.clone();
        once.dedup();
        assert_eq!(places, once, "{name} says a thing twice");
        assert!(
            places.is_sorted_by_key(|(start, _)| *start),
            "{name}: {places:?}"
        );
    }
}

#[test]
fn every_snapshot_has_its_farm() {
    let names: Vec<String> = farms("invalid").into_iter().map(|(name, _)| name).collect();
    for entry in fs::read_dir(root().join("tests/farms/invalid")).expect("the folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        assert!(
            names.contains(&name),
            "{} belongs to no farm file",
            path.display()
        );
    }
}

#[test]
fn passwords_are_not_shown() {
    let (_, path) = farms("invalid")
        .into_iter()
        .find(|(name, _)| name == "directory-with-password")
        .expect("the file");
    assert!(text_of(&path).contains("s3cret"));
    assert!(!diagnosis("farm", &path).contains("s3cret"));
}
