//! Changes of settings in the text of a farm file.

use super::setting_errors::{full_name, key_error, value_error};
use super::setting_values::value_text;
use crate::error::Error;
use crate::farm::key::{Key, KeyError, Owner, entry_value, find_entry};
use crate::farm::{Document, Farm, FarmFileError, Setting, SettingValue, Table, edit, read};
use crate::remedy;
use crate::rules;
use crate::text::nearest;

/// A setting with its new value, or `None` to unset it.
pub(crate) type Change = (Key, Option<SettingValue>);

/// The text of a farm file after an edit.
pub(crate) struct Edited {
    pub(crate) text: String,
    /// What changed, line by line: old → new.
    pub(crate) lines: Vec<String>,
}

/// Makes changes of settings, all or none.
///
/// # Errors
/// A setting cannot have the value, or the text cannot be edited there.
pub(crate) fn apply(text: &str, document: &Document, changes: &[Change]) -> Result<Edited, Error> {
    let mut draft = EditedFarm {
        document,
        text: text.to_owned(),
        farm: document.farm.clone(),
        lines: Vec::new(),
    };
    for (key, value) in changes {
        draft.change(key, value.as_ref())?;
    }
    match read(&draft.text) {
        Ok(after) if after.farm == draft.farm => Ok(Edited {
            text: draft.text,
            lines: draft.lines,
        }),
        // Each value is valid, but not together with the rest of the file.
        Err(mistakes) => Err(refused(&mistakes)),
        _ => Err(damaged("the farm file")),
    }
}

/// Returns the error for an edit after which the file could not be read.
fn refused(mistakes: &[FarmFileError]) -> Error {
    let Some(first) = mistakes.first() else {
        return damaged("the farm file");
    };
    let error = Error::usage(first.message.clone());
    let hints = first.hints.iter();
    hints
        .fold(error, |error, hint| error.hint(hint.clone()))
        .hint("nothing was changed")
}

/// A text during an edit, and the farm that it must describe in the end.
struct EditedFarm<'a> {
    /// The text's document before the first edit.
    document: &'a Document,
    text: String,
    farm: Farm,
    lines: Vec<String>,
}

impl EditedFarm<'_> {
    fn change(&mut self, key: &Key, value: Option<&SettingValue>) -> Result<(), Error> {
        if let Some(reason) = value.filter(|_| self.is_new_acceptance(key)) {
            return self.accept(key, reason);
        }
        let name = full_name(key);
        let old = key.read(&self.farm).map_err(key_error)?;
        if old.as_ref() == value {
            let line = format!("{name}: {} (unchanged)", value_text(old.as_ref()));
            self.lines.push(line);
            return Ok(());
        }
        if value.is_none() && key.setting.required && !self.has_other_name(key) {
            return Err(required(key, &name));
        }
        refuse_taken_name(key, value, &self.farm)?;
        key.write(&mut self.farm, value)
            .map_err(key_error)?
            .map_err(|fault| value_error(key, &fault))?;
        let index = index_in(self.document, key)?;
        self.text = edit_setting(&self.text, key, index, value)?;
        self.lines.push(format!(
            "{name}: {} → {}",
            value_text(old.as_ref()),
            value_text(value)
        ));
        Ok(())
    }

    /// Returns whether a setting names its row, and the row has another name in a list of names.
    fn has_other_name(&self, key: &Key) -> bool {
        let table = key.setting.table;
        let Some(several) = table
            .rows()
            .find(|row| Some(row.name) == table.several_names_key())
        else {
            return false;
        };
        let names = Key {
            setting: several,
            owner: key.owner.clone(),
        };
        table.naming_key() == Some(key.setting.name)
            && matches!(names.read(&self.farm), Ok(Some(SettingValue::List(list))) if !list.is_empty())
    }

    /// Returns whether a change gives a reason to an acceptance that does not exist yet.
    fn is_new_acceptance(&self, key: &Key) -> bool {
        key.setting.table == Table::Accept
            && key.setting.name == "reason"
            && matches!(key.index(&self.farm), Err(KeyError::NoEntry { .. }))
    }

    /// Adds an acceptance, which is created by giving it a reason.
    fn accept(&mut self, key: &Key, reason: &SettingValue) -> Result<(), Error> {
        let name = full_name(key);
        self.text = add_acceptance(&self.text, key, reason)?;
        self.farm = read(&self.text)
            .map_err(|mistakes| refused(&mistakes))?
            .farm;
        self.lines.push(format!("{name}: not set → {reason}"));
        Ok(())
    }
}

/// Refuses to give a row the name of another: the file would be unreadable.
fn refuse_taken_name(key: &Key, value: Option<&SettingValue>, farm: &Farm) -> Result<(), Error> {
    let table = key.setting.table;
    let (Some(SettingValue::Text(name)), true) =
        (value, table.naming_key() == Some(key.setting.name))
    else {
        return Ok(());
    };
    match find_entry(farm, table, name) {
        Ok(at) if table != Table::Accept && key.index(farm) != Ok(at) => Err(Error::usage(
            format!("the farm file already has a {} `{name}`", table.name()),
        )
        .hint("nothing was changed")),
        _ => Ok(()),
    }
}

/// Returns the position of a setting's row in its table.
fn index_in(document: &Document, key: &Key) -> Result<usize, Error> {
    match key.owner {
        Owner::Farm => Ok(0),
        Owner::Entry(_) => key.index(&document.farm).map_err(key_error),
    }
}

/// Returns the error for unsetting a required setting of a row.
fn required(key: &Key, name: &str) -> Error {
    let error = Error::usage(format!("`{name}` cannot be removed: its entry needs it"));
    match (&key.owner, key.setting.table) {
        (Owner::Entry(rule), Table::Accept) => error.hint(format!(
            "`{command}` removes the entry",
            command = remedy::spinmail("unset accept.{RULE}", &[&rule]),
        )),
        (Owner::Entry(entry), table) => error.hint(format!(
            "`{command}` removes the entry",
            command = remedy::spinmail("{TABLE} remove {NAME}", &[&table.name(), &entry]),
        )),
        _ => error,
    }
}

fn add_acceptance(text: &str, key: &Key, reason: &SettingValue) -> Result<String, Error> {
    let Owner::Entry(name) = &key.owner else {
        return Err(damaged("accept"));
    };
    let (rule, subject) = match name.split_once('/') {
        Some((rule, subject)) => (rule, Some(subject)),
        None => (name.as_str(), None),
    };
    if rules::find(rule).is_none() {
        let near = nearest(rule, rules::all().map(|known| known.id));
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

fn edit_setting(
    text: &str,
    key: &Key,
    index: usize,
    value: Option<&SettingValue>,
) -> Result<String, Error> {
    let table = key.setting.table.name();
    let place = match key.owner {
        Owner::Farm => edit::TableRef::Table(table),
        Owner::Entry(_) => edit::TableRef::Entry {
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

/// Removes a row of a repeated table.
///
/// # Errors
/// There is no such row, or the text cannot be edited there.
pub(crate) fn remove_row(
    text: &str,
    document: &Document,
    table: Table,
    name: &str,
) -> Result<Edited, Error> {
    let at = find_entry(&document.farm, table, name).map_err(key_error)?;
    let values = table
        .rows()
        .filter_map(|setting| Some((setting, entry_value(&document.farm, setting, at)?)));
    let line = format!(
        "{}.{name}: {} → not set",
        table.name(),
        row_text(&values.collect::<Vec<_>>())
    );
    Ok(Edited {
        text: edit::remove_entry(text, table.name(), at).map_err(edit_error)?,
        lines: vec![line],
    })
}

/// Returns the settings of a row in one line.
pub(crate) fn row_text(fields: &[(&'static Setting, SettingValue)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(setting, value)| format!("{} {value}", setting.name))
        .collect();
    fields.join(", ")
}

/// Returns the error for a text that cannot be edited at this place.
pub(crate) fn edit_error(error: edit::EditError) -> Error {
    let message = match error {
        edit::EditError::Placeholder { .. } => error.to_string(),
        _ => format!("the file cannot be edited at this place: {error}"),
    };
    Error::usage(message).hint("nothing was changed")
}

fn damaged(what: &str) -> Error {
    Error::unfinished(format!(
        "{what} could not be edited safely; nothing was changed"
    ))
    .hint("edit the file by hand")
}
