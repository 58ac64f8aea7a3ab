//! Placeholders in commands that this program prints.

use crate::farm::{SettingValue, Table};

/// Every placeholder. They are in capitals, and no value of a farm file equals one.
const PLACEHOLDERS: &[&str] = &[
    "ACCOUNT",
    "ADDRESS",
    "ALIAS",
    "COMMENT",
    "CONTAINER",
    "DN",
    "DOMAIN",
    "FILE",
    "FOLDER",
    "HOST",
    "KEY",
    "NAME",
    "NETWORK",
    "PATH",
    "PORT",
    "REASON",
    "RULE",
    "SERVER",
    "SUBJECT",
    "URL",
    "USER",
    "VALUE",
];

/// Returns the placeholder in a value, or in a part of a name or path. A command that is pasted
/// without editing then changes nothing.
pub(super) fn placeholder(table: &str, value: &SettingValue) -> Option<&'static str> {
    let texts = match value {
        SettingValue::Text(text) => std::slice::from_ref(text),
        SettingValue::List(list) => list.as_slice(),
        SettingValue::Flag(_) | SettingValue::Number(_) | SettingValue::Date(_) => &[],
    };
    // An acceptance has the subject as shown in a report.
    if table == Table::Accept.name() {
        return None;
    }
    texts.iter().find_map(|text| placeholder_in(text))
}

/// Returns the placeholder in a value, or `None` if it has none.
fn placeholder_in(text: &str) -> Option<&'static str> {
    if text.contains(' ') {
        return None;
    }
    let mut parts = text.split(['.', '\\', '/', '@', ':', '=', ',']);
    parts.find_map(|part| {
        let part = part.trim_end_matches(['$', '…']);
        PLACEHOLDERS.iter().copied().find(|word| *word == part)
    })
}
