//! `server` and `web-application`: add, remove, list.

use super::console::Console;
use super::list::{json_argument, json_value, wants_json};
use super::{change, files, page};
use crate::error::Error;
use crate::farm::key::{Key, Owner, entry_names, entry_value, find_entry};
use crate::farm::{Farm, Setting, SettingValue, Table, edit};
use crate::report::{Exit, PlainTable};
use crate::text::shown;
use clap::{Arg, ArgMatches, Command};
use serde_json::json;

/// A table's name, what it is, and for its examples two new entries and one that is there.
const TABLES: [(Table, &str, [&str; 2], &str); 2] = [
    (
        Table::Server,
        "The servers of the farm",
        [
            "sp3.fabrikam.com --role application --incoming-email-service yes",
            "wfe2.fabrikam.com --role front-end --smtp-service no --dry-run",
        ],
        "sp2.fabrikam.com",
    ),
    (
        Table::WebApplication,
        "The web applications of the farm",
        [
            r"Extranet --account 'FABRIKAM\sp_web'",
            r"'Human Resources' --account 'FABRIKAM\sp_hr' --maximum-message-size '50 MB' --dry-run",
        ],
        "Suppliers",
    ),
];

/// The settings of an entry beside its name.
fn options(table: Table) -> impl Iterator<Item = &'static Setting> {
    table
        .rows()
        .filter(move |row| Some(row.name) != table.naming_key())
}

/// The command of that name, if it is one of a table's.
pub fn command(name: &str) -> Option<Command> {
    let known = TABLES.iter().find(|(table, ..)| table.name() == name);
    known.map(|(table, about, new, present)| of_table(*table, about, new, present))
}

fn of_table(table: Table, about: &'static str, new: &[&str; 2], present: &str) -> Command {
    let call = |words: &str| format!("\n  spinmail {} {words}", table.name());
    let [first, second] = new.map(|words| call(&format!("add {words}")));
    let what = table.name().replace('-', " ");
    let name = || {
        Arg::new("entry")
            .value_name("NAME")
            .required(true)
            .help(format!("The {what}'s name"))
    };
    let mut add = Command::new("add")
        .about(format!("Add a {what}"))
        .after_help(format!(
            "Examples:{first}{second}\n\nWhat is not given stays unrecorded."
        ))
        .arg(name())
        .next_help_heading("Settings");
    for setting in options(table) {
        add = add.arg(page::value_argument(setting).long(setting.name));
    }
    let (remove, try_remove) = (
        call(&format!("remove {present}")),
        call(&format!("remove {present} --dry-run")),
    );
    let remove = Command::new("remove")
        .about(format!("Remove a {what} and its settings"))
        .after_help(format!("Examples:{remove}{try_remove}"))
        .arg(name());
    let list = Command::new("list")
        .about(format!("List the {what}s"))
        .after_help(format!(
            "Examples:{}{}",
            call("list"),
            call("list --format json")
        ))
        .arg(json_argument());
    Command::new(table.name())
        .about(about)
        .after_help(format!(
            "Examples:{first}{}\n\n`spinmail set {}.NAME.SETTING VALUE` changes one.",
            call("list"),
            table.name()
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(change::with_options(add))
        .subcommand(change::with_options(remove))
        .subcommand(list)
}

pub fn run(name: &str, matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let Some((table, ..)) = TABLES.iter().find(|(table, ..)| table.name() == name) else {
        return Err(Error::usage(format!("there is no command `{name}`")));
    };
    match matches.subcommand() {
        Some(("add", arguments)) => add(*table, arguments, console),
        Some(("remove", arguments)) => remove(*table, &entry_name(arguments), arguments, console),
        Some(("list", arguments)) => list(*table, arguments, console),
        _ => Err(Error::usage("say `add`, `remove` or `list`")),
    }
}

fn entry_name(matches: &ArgMatches) -> String {
    matches
        .get_one::<String>("entry")
        .cloned()
        .unwrap_or_default()
}

fn add(table: Table, matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let name = entry_name(matches);
    let mut fields: Vec<(&'static Setting, SettingValue)> = Vec::new();
    for setting in table.rows() {
        if Some(setting.name) == table.naming_key() {
            fields.push((setting, SettingValue::Text(name.clone())));
        } else if let Some(value) = page::given_value(setting, matches)? {
            fields.push((setting, value));
        }
    }
    check(table, &name, &fields)?;
    change::edit_file(matches, console, |text, document| {
        if find_entry(&document.farm, table, &name).is_ok() {
            return Err(
                Error::usage(format!("there is a {} `{name}` already", table.name())).hint(
                    format!(
                        "`spinmail set {}.{name}.SETTING VALUE` changes it",
                        table.name()
                    ),
                ),
            );
        }
        let written: Vec<(&str, SettingValue)> = fields
            .iter()
            .map(|(setting, value)| (setting.name, value.clone()))
            .collect();
        let edited = edit::add_entry(text, table.name(), &written).map_err(change::edit_error)?;
        Ok((
            edited,
            vec![format!(
                "{}.{name}: not set → {}",
                table.name(),
                summary(&fields)
            )],
        ))
    })
}

/// Lets the settings' parsers look at an entry before it is written.
fn check(
    table: Table,
    name: &str,
    fields: &[(&'static Setting, SettingValue)],
) -> Result<(), Error> {
    let mut farm = Farm::default();
    match table {
        Table::Server => farm.servers.push(Default::default()),
        _ => farm.web_applications.push(Default::default()),
    }
    // The name comes first, so the others find their entry by it.
    let mut known = String::new();
    for (setting, value) in fields {
        let key = Key {
            setting,
            owner: Owner::Entry(known.clone()),
        };
        key.write(&mut farm, Some(value))
            .map_err(change::key_error)?
            .map_err(|fault| change::value_error(&key, &fault))?;
        name.clone_into(&mut known);
    }
    Ok(())
}

fn summary(fields: &[(&'static Setting, SettingValue)]) -> String {
    fields
        .iter()
        .map(|(setting, value)| format!("{} {value}", setting.name))
        .collect::<Vec<_>>()
        .join(", ")
}

pub fn remove(
    table: Table,
    name: &str,
    matches: &ArgMatches,
    console: &Console,
) -> Result<Exit, Error> {
    change::edit_file(matches, console, |text, document| {
        let at = find_entry(&document.farm, table, name).map_err(change::key_error)?;
        let edited = edit::remove_entry(text, table.name(), at).map_err(change::edit_error)?;
        let values = table
            .rows()
            .filter_map(|setting| Some((setting, entry_value(&document.farm, setting, at)?)));
        Ok((
            edited,
            vec![format!(
                "{}.{name}: {} → not set",
                table.name(),
                summary(&values.collect::<Vec<_>>())
            )],
        ))
    })
}

fn list(table: Table, matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let farm = files::load(matches, console)?.document.farm;
    let names = entry_names(&farm, table);
    if wants_json(matches) {
        let entry = |at: usize| {
            let values = table.rows().map(|row| {
                (
                    row.name.to_owned(),
                    json_value(entry_value(&farm, row, at).as_ref()),
                )
            });
            serde_json::Value::Object(values.collect())
        };
        let entries: Vec<serde_json::Value> = (0..names.len()).map(entry).collect();
        console.data(&format!("{:#}\n", json!(entries)));
        return Ok(Exit::Clean);
    }
    if names.is_empty() {
        console.say(&format!(
            "no {} is recorded; `spinmail {} add NAME` adds one",
            table.name(),
            table.name()
        ));
        return Ok(Exit::Clean);
    }
    // What no entry records would only make the table wide.
    let is_used = |row: &&Setting| (0..names.len()).any(|at| entry_value(&farm, row, at).is_some());
    let columns: Vec<&Setting> = table.rows().filter(is_used).collect();
    // Written apart, long names of settings can be broken.
    let heads: Vec<String> = columns
        .iter()
        .map(|row| row.name.replace('-', " "))
        .collect();
    let mut rows = PlainTable::new(console.width(), heads.iter().map(String::as_str));
    // Names, roles and accounts.
    rows.keep_whole([0, 1]);
    for at in 0..names.len() {
        let value = |row: &&Setting| {
            entry_value(&farm, row, at).map(|value| shown(&value.to_string()).into_owned())
        };
        rows.add(columns.iter().map(|row| value(row).unwrap_or_default()));
    }
    console.data(&rows.text());
    Ok(Exit::Clean)
}
