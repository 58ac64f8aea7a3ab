//! Errors about a setting's name or value, with hints for the command line.

use crate::error::Error;
use crate::farm::key::{Key, KeyError, Owner, entry_setting};
use crate::farm::{SettingKind, ValueError};
use crate::remedy;

/// Returns the error for a name that no setting has.
pub(crate) fn key_error(fault: KeyError) -> Error {
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
                "`{command}` accepts one",
                command = remedy::spinmail("set accept.{NAME}.reason REASON", &[&name]),
            )),
            table => error.did_you_mean(nearest.as_deref()).hint(format!(
                "`{command}` shows what exists, `{second}` adds it",
                command = remedy::spinmail("{TABLE} list", &[&table]),
                second = remedy::spinmail("{TABLE} add {NAME}", &[&table, &name]),
            )),
        },
        KeyError::SeveralEntries {
            table: "accept",
            name,
        } => error.hint(format!("name the subject too: `accept.{name}/SUBJECT`")),
        KeyError::SeveralEntries { .. } => error.hint("edit the file by hand"),
    }
}

/// Returns the error for a value that a setting cannot have.
pub(crate) fn value_error(key: &Key, fault: &ValueError) -> Error {
    let setting = key.setting;
    let name = match &key.owner {
        // A new row may not have its name yet.
        Owner::Entry(name) if !name.is_empty() => full_name(key),
        _ => setting.key(),
    };
    let expected = match setting.kind {
        // The file has true and false, the command line the page's words.
        SettingKind::Flag => "`yes` or `no`".to_owned(),
        kind => kind.to_string(),
    };
    let error = Error::usage(format!(
        "`{name}` cannot be `{}`: {}",
        fault.value, fault.what
    ))
    .did_you_mean(fault.instead.as_deref())
    .hint(format!("expected {expected}"));
    if setting.example.iter().all(|word| expected.contains(word)) {
        return error;
    }
    error.hint(format!("for example: {}", setting.example.join(" ")))
}

/// Returns the dotted name of a setting, with the name of its row.
pub(crate) fn full_name(key: &Key) -> String {
    match &key.owner {
        Owner::Farm => key.setting.key(),
        Owner::Entry(name) => entry_setting(key.setting.table, name, key.setting.name),
    }
}
