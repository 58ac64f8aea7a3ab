//! Changing settings: check, edit in place, old → new, write.

use super::console::Console;
use super::files;
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::file::LoadError;
use crate::farm::key::{Key, KeyError, Owner, find_entry};
use crate::farm::{Document, Farm, SettingKind, SettingValue, Table, ValueError, edit, read};
use crate::fs;
use crate::remedy;
use crate::report::Exit;
use crate::rules::{self, Area, Case, Selection, Verdict};
use crate::text::{nearest, shown};
use clap::{Arg, ArgAction, ArgMatches, Command};

/// One setting to give a value, or with no value to forget.
pub type Change = (Key, Option<SettingValue>);

/// Adds `--dry-run` and `--check` to a command that writes.
pub fn with_options(command: Command) -> Command {
    command
        .next_help_heading("Writing")
        .arg(
            Arg::new("dry-run")
                .long("dry-run")
                .short('n')
                .action(ArgAction::SetTrue)
                .help("Show what would change, and write nothing"),
        )
        .arg(
            Arg::new("check")
                .long("check")
                .action(ArgAction::SetTrue)
                .help("Write nothing, and fail (1) if anything would change"),
        )
}

/// What an edit did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What changed, line by line: old → new.
    pub lines: Vec<String>,
    pub changed: bool,
    /// Findings that were not there before.
    pub findings: Vec<Verdict>,
}

/// Reads the text, makes an edit of it, checks that the result says what was wanted, and writes it.
pub fn edit_file(
    matches: &ArgMatches,
    console: &Console,
    make: impl Fn(&str, &Document) -> Result<(String, Vec<String>), Error>,
) -> Result<Exit, Error> {
    let (path, _) = files::chosen(matches);
    let document = |text: &str| {
        read(text).map_err(|mistakes| {
            files::readable(
                LoadError::Mistakes {
                    path: path.clone(),
                    text: text.to_owned(),
                    mistakes,
                },
                console,
            )
        })
    };
    let edit = |text: &str| -> Result<(String, Outcome), Error> {
        let before = document(text)?;
        let (after_text, lines) = make(text, &before)?;
        let after = document(&after_text)?;
        let findings = new_findings(&before, &after);
        Ok((
            after_text.clone(),
            Outcome {
                lines,
                changed: after_text != text,
                findings,
            },
        ))
    };
    let only_look = matches.get_flag("dry-run") || matches.get_flag("check");
    let done = match only_look {
        true => fs::read_text(&path).and_then(|text| Ok(edit(&text)?.1)),
        false => fs::rewrite(&path, edit),
    };
    let outcome = done.map_err(|error| files::hinted(error, &path))?;
    tell(&outcome, only_look, &path.to_string_lossy(), console);
    Ok(if matches.get_flag("check") && outcome.changed {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

fn tell(outcome: &Outcome, only_look: bool, file: &str, console: &Console) {
    for line in &outcome.lines {
        console.data(&format!("{}\n", shown(line)));
    }
    if only_look && outcome.changed {
        console.say("nothing was written");
    }
    tell_findings(&outcome.findings, file, console);
}

fn tell_findings(findings: &[Verdict], file: &str, console: &Console) {
    for verdict in findings {
        console.say(&format!(
            "{}[{}]: {}",
            verdict.severity.name(),
            verdict.rule.id,
            shown(&verdict.message)
        ));
        if let Some(remedy) = &verdict.remedy {
            console.say(&format!("  hint: {}", shown(&remedy.text)));
            for command in remedy
                .actions
                .iter()
                .filter_map(|action| remedy::command(action, file))
            {
                console.say(&format!("  hint: {}", shown(&command)));
            }
        }
    }
}

/// Says what a new file's settings bring, as an edit of an old one does.
pub fn tell_new(text: &str, file: &str, console: &Console) {
    if let Ok(document) = read(text) {
        tell_findings(
            &new_findings(&Document::default(), &document),
            file,
            console,
        );
    }
}

/// The findings about the page that an edit brings.
fn new_findings(before: &Document, after: &Document) -> Vec<Verdict> {
    let (facts, today) = (Facts::default(), files::today());
    let Ok(page) = Selection::new(&[Area::Page], &[], &[]) else {
        return Vec::new();
    };
    // What would be wrong once it is enabled is worth a word before.
    let judged = |document: &Document| {
        let mut document = document.clone();
        document.farm.incoming.enabled = Some(true);
        rules::judge(&Case::new(&document, &facts, today), &page)
    };
    let old = judged(before);
    let is_old = |new: &Verdict| {
        old.iter()
            .any(|old| old.rule.id == new.rule.id && old.is_open() && old.subject == new.subject)
    };
    judged(after)
        .into_iter()
        .filter(|verdict| verdict.rule.area == Area::Page && verdict.is_open() && !is_old(verdict))
        .collect()
}

/// Makes changes of settings, all or none.
pub fn settings(
    matches: &ArgMatches,
    console: &Console,
    changes: &[Change],
) -> Result<Exit, Error> {
    edit_file(matches, console, |text, document| {
        apply(text, document, changes)
    })
}

/// The text with the changes made, and a line for each.
pub fn apply(
    text: &str,
    document: &Document,
    changes: &[Change],
) -> Result<(String, Vec<String>), Error> {
    let mut text = text.to_owned();
    let mut farm = document.farm.clone();
    let mut lines = Vec::new();
    for (key, value) in changes {
        let name = full_name(key);
        if let (Err(KeyError::NoEntry { .. }), Some(value), Table::Accept, "reason") =
            (key.index(&farm), value, key.setting.table, key.setting.name)
        {
            text = accept(&text, key, value)?;
            farm = read(&text).map_err(|_| damaged(&name))?.farm;
            lines.push(format!("{name}: not set → {value}"));
            continue;
        }
        let old = key.read(&farm).map_err(key_error)?;
        if old == *value {
            lines.push(format!("{name}: {} (unchanged)", show(old.as_ref())));
            continue;
        }
        if value.is_none() && key.setting.required {
            return Err(needed(key, &name));
        }
        refuse_taken_name(key, value.as_ref(), &farm)?;
        key.write(&mut farm, value.as_ref())
            .map_err(key_error)?
            .map_err(|fault| value_error(key, &fault))?;
        text = edit_one(&text, key, document_index(key, document)?, value.as_ref())?;
        lines.push(format!(
            "{name}: {} → {}",
            show(old.as_ref()),
            show(value.as_ref())
        ));
    }
    match read(&text) {
        Ok(after) if after.farm == farm => Ok((text, lines)),
        _ => Err(damaged("the farm file")),
    }
}

/// Refuses to give an entry another entry's name: the file could then not be read.
fn refuse_taken_name(key: &Key, value: Option<&SettingValue>, farm: &Farm) -> Result<(), Error> {
    let table = key.setting.table;
    let (Some(SettingValue::Text(name)), true) =
        (value, table.naming_key() == Some(key.setting.name))
    else {
        return Ok(());
    };
    match find_entry(farm, table, name) {
        Ok(at) if table != Table::Accept && key.index(farm) != Ok(at) => Err(Error::usage(
            format!("there is a {} `{name}` already", table.name()),
        )
        .hint("nothing was changed")),
        _ => Ok(()),
    }
}

fn document_index(key: &Key, document: &Document) -> Result<usize, Error> {
    match key.owner {
        Owner::Farm => Ok(0),
        Owner::Entry(_) => key.index(&document.farm).map_err(key_error),
    }
}

/// What an entry cannot do without goes only with the entry.
fn needed(key: &Key, name: &str) -> Error {
    let error = Error::usage(format!("`{name}` cannot be taken away: its entry needs it"));
    match (&key.owner, key.setting.table) {
        (Owner::Entry(rule), Table::Accept) => error.hint(format!(
            "`spinmail unset accept.{rule}` takes the entry away"
        )),
        (Owner::Entry(entry), table) => error.hint(format!(
            "`spinmail {} remove {entry}` takes the entry away",
            table.name()
        )),
        _ => error,
    }
}

/// An acceptance comes to be with its reason.
fn accept(text: &str, key: &Key, reason: &SettingValue) -> Result<String, Error> {
    let Owner::Entry(name) = &key.owner else {
        return Err(damaged("accept"));
    };
    let (rule, subject) = match name.split_once('/') {
        Some((rule, subject)) => (rule, Some(subject)),
        None => (name.as_str(), None),
    };
    if rules::find(rule).is_none() {
        let near = nearest(rule, rules::all().map(|rule| rule.id));
        return Err(Error::usage(format!("there is no rule `{rule}` to accept"))
            .did_you_mean(near.as_deref())
            .hint("`spinmail explain` lists the rules"));
    }
    let mut fields = vec![
        ("rule", SettingValue::Text(rule.to_owned())),
        ("reason", reason.clone()),
    ];
    fields.extend(subject.map(|subject| ("subject", SettingValue::Text(subject.to_owned()))));
    edit::add_entry(text, Table::Accept.name(), &fields).map_err(edit_error)
}

fn edit_one(
    text: &str,
    key: &Key,
    index: usize,
    value: Option<&SettingValue>,
) -> Result<String, Error> {
    let table = key.setting.table.name();
    let place = match key.owner {
        Owner::Farm => edit::Place::Table(table),
        Owner::Entry(_) => edit::Place::Entry {
            array: table,
            index,
        },
    };
    match value {
        Some(value) => edit::set(text, place, key.setting.name, value),
        None => edit::unset(text, place, key.setting.name),
    }
    .map_err(edit_error)
}

pub fn edit_error(error: edit::EditError) -> Error {
    Error::usage(format!("the file cannot be edited there: {error}")).hint("nothing was changed")
}

fn damaged(what: &str) -> Error {
    Error::unfinished(format!(
        "the edit of {what} would have gone wrong, so nothing was changed"
    ))
    .hint("edit the file by hand")
}

/// The dotted name with the entry's own.
pub fn full_name(key: &Key) -> String {
    match &key.owner {
        Owner::Farm => key.setting.key(),
        Owner::Entry(name) => {
            crate::farm::key::entry_setting(key.setting.table, name, key.setting.name)
        }
    }
}

/// A value, or that there is none.
pub fn show(value: Option<&SettingValue>) -> String {
    value.map_or_else(|| "not set".to_owned(), ToString::to_string)
}

pub fn key_error(fault: KeyError) -> Error {
    let error = Error::usage(fault.to_string());
    match &fault {
        KeyError::Unknown { nearest, .. } => error
            .did_you_mean(nearest.as_deref())
            .hint("`spinmail list` shows every setting"),
        KeyError::Nameless { .. } => error,
        KeyError::NoEntry {
            table,
            name,
            nearest,
        } => match *table {
            "accept" => error.hint(format!(
                "`spinmail set accept.{name}.reason REASON` accepts one"
            )),
            table => error.did_you_mean(nearest.as_deref()).hint(format!(
                "`spinmail {table} list` shows what is there, `spinmail {table} add {name}` adds it"
            )),
        },
        KeyError::SeveralEntries {
            table: "accept",
            name,
        } => error.hint(format!("name the subject too: `accept.{name}/SUBJECT`")),
        KeyError::SeveralEntries { .. } => error.hint("edit the file by hand"),
    }
}

pub fn value_error(key: &Key, fault: &ValueError) -> Error {
    let setting = key.setting;
    let name = match &key.owner {
        // An entry that is being added may not have its name yet.
        Owner::Entry(name) if !name.is_empty() => full_name(key),
        _ => setting.key(),
    };
    let expected = match setting.kind {
        // The file says true and false, the command line what the page says.
        SettingKind::Flag => "`yes` or `no`".to_owned(),
        kind => kind.to_string(),
    };
    let error = Error::usage(format!(
        "`{name}` cannot be `{}`: {}",
        fault.value, fault.what
    ))
    .did_you_mean(fault.instead.as_deref())
    .hint(format!("expected {expected}"));
    match setting.example.iter().all(|word| expected.contains(word)) {
        true => error,
        false => error.hint(format!("for example: {}", setting.example.join(" "))),
    }
}
