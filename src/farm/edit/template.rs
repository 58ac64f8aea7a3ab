//! The words that stand for names of the reader's own in commands that this program prints.

use crate::farm::{SettingValue, Table};

/// Every such word. They stand in capitals in commands; in a farm file, none of them does.
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

/// Returns such a word if a value is one, or a name or path with such a part. A command that is pasted
/// as it stands then changes nothing.
pub(super) fn placeholder(table: &str, value: &SettingValue) -> Option<&'static str> {
    let texts = match value {
        SettingValue::Text(text) => std::slice::from_ref(text),
        SettingValue::List(list) => list.as_slice(),
        SettingValue::Flag(_) | SettingValue::Number(_) | SettingValue::Date(_) => &[],
    };
    // An acceptance is about a subject as a report shows it.
    if table == Table::Accept.name() {
        return None;
    }
    texts.iter().find_map(|text| placeholder_in(text))
}

/// Returns the word that stands for a name in a value, or `None` if it has none.
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
