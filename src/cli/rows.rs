//! Rows of the farm file's repeated tables: add one, remove one, list all.

use super::args::{EditArgs, FarmFileArgs, FormatArgs};
use super::change::{self, Change, Edited, edit_error, row_text};
use super::console::Console;
use super::edit::{change_settings, edit_file};
use super::setting_errors::{key_error, value_error};
use super::setting_values::value_json;
use crate::error::Error;
use crate::farm::key::{Key, Owner, entry_names, entry_value, find_entry};
use crate::farm::{Farm, Setting, SettingValue, Table, edit};
use crate::remedy;
use crate::report::Exit;
use crate::term::PlainTable;
use crate::text::shown;
use serde_json::json;

/// Settings of a row, and their values.
type Fields = Vec<(&'static Setting, SettingValue)>;

/// A row to add, or to change.
pub(crate) struct NewRow<'a> {
    pub(crate) table: Table,
    pub(crate) name: &'a str,
    /// Its settings, except the name.
    pub(crate) values: Fields,
}

/// Returns the settings of a row, except its name.
pub(crate) fn unnamed_settings(table: Table) -> Vec<&'static Setting> {
    table
        .rows()
        .filter(|row| Some(row.name) != table.naming_key())
        .collect()
}

/// Adds a row.
///
/// # Errors
/// A value is not one of its setting's, there is a row of this name, or the file cannot be edited.
pub(crate) fn add(row: &NewRow<'_>, args: &EditArgs, console: &Console) -> Result<Exit, Error> {
    let (table, name) = (row.table.name(), row.name);
    let fields = row.fields();
    row.check(&fields)?;
    edit_file(args, console, |text, document| {
        if find_entry(&document.farm, row.table, name).is_ok() {
            return Err(
                Error::usage(format!("the farm file already has a {table} `{name}`")).hint(
                    format!(
                        "`{command}` changes it",
                        command =
                            remedy::spinmail("set {TABLE}.{NAME}.SETTING VALUE", &[&table, &name]),
                    ),
                ),
            );
        }
        let written: Vec<(&str, SettingValue)> = fields
            .iter()
            .map(|(setting, value)| (setting.name, value.clone()))
            .collect();
        Ok(Edited {
            text: edit::add_entry(text, table, &written).map_err(edit_error)?,
            lines: vec![format!("{table}.{name}: not set → {}", row_text(&fields))],
        })
    })
}

impl NewRow<'_> {
    /// Returns all settings of the row in the table's order, its name among them.
    fn fields(&self) -> Fields {
        let settings = self.table.rows();
        settings
            .filter_map(|setting| Some((setting, self.value(setting)?)))
            .collect()
    }

    fn value(&self, setting: &Setting) -> Option<SettingValue> {
        if Some(setting.name) == self.table.naming_key() {
            return Some(SettingValue::Text(self.name.to_owned()));
        }
        let mut values = self.values.iter();
        let given = values.find(|(given, _)| given.name == setting.name)?;
        Some(given.1.clone())
    }

    /// Checks the row's values with the settings' parsers before it is written.
    fn check(&self, fields: &Fields) -> Result<(), Error> {
        let mut farm = Farm::default();
        match self.table {
            Table::Server => farm.servers.push(Default::default()),
            Table::MailHost => farm.mail_hosts.push(Default::default()),
            _ => farm.web_applications.push(Default::default()),
        }
        // The name comes first, because the other settings find their row by it.
        let mut known = String::new();
        for (setting, value) in fields {
            let key = Key {
                setting,
                owner: Owner::Entry(known.clone()),
            };
            key.write(&mut farm, Some(value))
                .map_err(key_error)?
                .map_err(|fault| value_error(&key, &fault))?;
            self.name.clone_into(&mut known);
        }
        Ok(())
    }
}

/// Sets settings of a row that exists.
///
/// # Errors
/// There is no such row, no setting is given, a value is not one of its setting's, or the file
/// cannot be edited.
pub(crate) fn set(row: &NewRow<'_>, args: &EditArgs, console: &Console) -> Result<Exit, Error> {
    let (table, name) = (row.table.name(), row.name);
    if row.values.is_empty() {
        return Err(
            Error::usage(format!("no setting of `{name}` is given")).hint(format!(
                "`{command}` lists the options",
                command = remedy::spinmail("{TABLE} set --help", &[&table]),
            )),
        );
    }
    // Other settings find their row by its names, so these change last.
    let is_naming = |setting: &Setting| Some(setting.name) == row.table.several_names_key();
    let (naming, others): (Fields, Fields) = row
        .values
        .iter()
        .cloned()
        .partition(|(setting, _)| is_naming(setting));
    let changes: Vec<Change> = others
        .into_iter()
        .chain(naming)
        .map(|(setting, value)| {
            let key = Key {
                setting,
                owner: Owner::Entry(name.to_owned()),
            };
            (key, Some(value))
        })
        .collect();
    change_settings(args, console, &changes)
}

/// Removes a row.
///
/// # Errors
/// There is no such row, or the file cannot be edited.
pub(crate) fn remove(
    table: Table,
    name: &str,
    args: &EditArgs,
    console: &Console,
) -> Result<Exit, Error> {
    edit_file(args, console, |text, document| {
        change::remove_row(text, document, table, name)
    })
}

/// The arguments of a table's `list`.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct ListRowsArgs {
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    farm_file: FarmFileArgs,
}

/// Lists the rows of a table.
///
/// # Errors
/// The farm file cannot be read.
pub(crate) fn list(table: Table, args: &ListRowsArgs, console: &Console) -> Result<Exit, Error> {
    let farm = args.farm_file.load(console)?.document.farm;
    let count = entry_names(&farm, table).len();
    if args.format.is_json() {
        let rows: Vec<_> = (0..count).map(|at| row_json(&farm, table, at)).collect();
        console.write_stdout(&format!("{:#}\n", json!(rows)));
    } else if count == 0 {
        let table = table.name();
        console.status(&format!(
            "no {table} is recorded; `{command}` adds one",
            command = remedy::spinmail("{TABLE} add NAME", &[&table]),
        ));
    } else {
        console.write_stdout(&table_text(&farm, table, count, console.width()));
    }
    Ok(Exit::Clean)
}

fn row_json(farm: &Farm, table: Table, at: usize) -> serde_json::Value {
    let values = table.rows().map(|setting| {
        let value = entry_value(farm, setting, at);
        (setting.name.to_owned(), value_json(value.as_ref()))
    });
    serde_json::Value::Object(values.collect())
}

fn table_text(farm: &Farm, table: Table, count: usize, width: usize) -> String {
    // A column that is empty in every row would only waste width.
    let columns: Vec<&Setting> = table
        .rows()
        .filter(|setting| (0..count).any(|at| cell(farm, setting, at).is_some()))
        .collect();
    // With spaces instead of hyphens, the table can wrap long names of settings.
    let heads: Vec<String> = columns
        .iter()
        .map(|setting| setting.name.replace('-', " "))
        .collect();
    let mut rows = PlainTable::new(width, heads.iter().map(String::as_str));
    // Names, roles and accounts.
    rows.keep_whole([0, 1]);
    for at in 0..count {
        let cells = columns.iter().map(|setting| cell(farm, setting, at));
        rows.add(cells.map(Option::unwrap_or_default));
    }
    rows.text()
}

fn cell(farm: &Farm, setting: &Setting, at: usize) -> Option<String> {
    entry_value(farm, setting, at).map(|value| shown(&value.to_string()).into_owned())
}
