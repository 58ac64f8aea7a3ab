//! What the answers change in a farm file.

use crate::cli::change::{self, Change, Edited, edit_error};
use crate::cli::setting_values::value_text;
use crate::error::Error;
use crate::farm::key::{Key, Owner, entry_value};
use crate::farm::values::ServerName;
use crate::farm::{Access, Document, Farm, SETTINGS, Setting, SettingValue, Table, edit, read};

/// Servers to add, and settings to give other values.
pub(super) struct Changes {
    /// The recorded settings of each new server, its name first.
    added: Vec<Vec<(&'static str, SettingValue)>>,
    settings: Vec<Change>,
}

impl Changes {
    /// Returns the differences between two farms in the settings that the wizard asks for.
    pub(super) fn between(before: &Farm, after: &Farm) -> Self {
        let mut changes = Self {
            added: Vec::new(),
            settings: SETTINGS
                .iter()
                .filter_map(|setting| farm_change(setting, before, after))
                .collect(),
        };
        for (at, server) in after.servers.iter().enumerate() {
            let known = before
                .servers
                .iter()
                .position(|old| ServerName::same(old.name(), server.name()));
            let rows = Table::Server.rows();
            match known {
                None => changes.added.push(
                    rows.filter_map(|row| Some((row.name, entry_value(after, row, at)?)))
                        .collect(),
                ),
                Some(old) => changes.settings.extend(rows.filter_map(|setting| {
                    let new = entry_value(after, setting, at);
                    let owner = Owner::Entry(server.name().to_owned());
                    (entry_value(before, setting, old) != new)
                        .then_some((Key { setting, owner }, new))
                })),
            }
        }
        changes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.settings.is_empty()
    }

    /// Makes the changes in the text of a farm file.
    ///
    /// # Errors
    /// The changes do not fit the file, such as a server that another program has added in the
    /// meantime.
    pub(super) fn apply(&self, text: &str, document: &Document) -> Result<Edited, Error> {
        let mut edited = change::apply(text, document, &self.settings)?;
        for fields in &self.added {
            edited.text =
                edit::add_entry(&edited.text, Table::Server.name(), fields).map_err(edit_error)?;
            edited.lines.push(added_line(fields));
        }
        match read(&edited.text) {
            Ok(_) => Ok(edited),
            Err(_) => Err(Error::usage(
                "the file has changed in the meantime, and the new servers no longer fit it",
            )
            .hint("nothing was changed; run the wizard again")),
        }
    }
}

/// Returns the change of a setting of the farm itself, or `None` if it did not change.
fn farm_change(setting: &'static Setting, before: &Farm, after: &Farm) -> Option<Change> {
    let Access::Farm(lens) = setting.access else {
        return None;
    };
    let (old, new) = ((lens.read)(before), (lens.read)(after));
    let owner = Owner::Farm;
    (old != new).then_some((Key { setting, owner }, new))
}

fn added_line(fields: &[(&'static str, SettingValue)]) -> String {
    let name = fields
        .first()
        .map_or_else(String::new, |(_, name)| name.to_string());
    let rest: Vec<String> = fields
        .iter()
        .skip(1)
        .map(|(key, value)| format!(", {key} {value}"))
        .collect();
    format!(
        "{}.{name}: {} → name {name}{}",
        Table::Server.name(),
        value_text(None),
        rest.concat()
    )
}
