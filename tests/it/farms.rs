//! Whole farm files: those that must read, and those that must not, each with its diagnosis.

use crate::support::{Folder, root};
use spinmail::testing::farm::edit::{self, TableRef};
use spinmail::testing::farm::key::every_key;
use spinmail::testing::farm::{self, Access, Key, Owner, SettingValue};
use std::fs;
use std::path::PathBuf;

const UPDATE: &str = "SPINMAIL_UPDATE";

/// The farm files of a folder below `tests/farms/`, by name.
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
fn valid_farms_read_without_mistakes() {
    for (name, path) in farms("valid") {
        farm::read(&text_of(&path)).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"));
    }
}

/// What a file looks like from outside is part of what it tests: line endings and the mark must not
/// be repaired away.
#[test]
fn odd_farms_have_their_oddities() {
    let text = |name: &str| text_of(&root().join(format!("tests/farms/valid/{name}.toml")));
    assert!(text("windows").contains("\r\n") && text("windows").starts_with('\u{feff}'));
    assert!(text("empty").is_empty());
}

/// Every setting written to the value it has: through the editor, byte for byte the same.
#[test]
fn valid_farms_survive_being_set_to_what_they_say() {
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

/// Which entry of its table a KEY means; acceptances of one rule are told apart by no KEY, so the
/// first stands for all.
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
fn valid_farms_survive_the_program() {
    for (name, path) in farms("valid") {
        let text = text_of(&path);
        let folder = Folder::with_farm(&text);
        let farm = farm::read(&text).expect("no mistakes").farm;
        let scalar = |value: SettingValue| match value {
            SettingValue::List(list) => list,
            value => vec![value.to_string()],
        };
        // One process for each setting would take long: the first of each table stands for it.
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

/// The believable farms among the valid ones have nothing wrong with them.
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

/// What `validate` prints for a file that cannot be read.
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

/// Each diagnosis names file, line, column and value, underlines the place, and says what is
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
