//! Lines and headers that messages show as examples.

use crate::farm::settings::{Access, Lens, SETTINGS, Setting, Table};
use crate::farm::value::SettingValue;

/// Returns the headers of the tables that have a setting of that name, or `None` if no table has.
pub(super) fn tables_with_setting(name: &str) -> Option<String> {
    let tables: Vec<String> = SETTINGS
        .iter()
        .filter(|row| row.name == name)
        .map(|row| format!("`{}`", header(row.table)))
        .collect();
    (!tables.is_empty()).then(|| tables.join(" or "))
}

pub(super) fn header(table: Table) -> String {
    if table.is_repeated() {
        format!("[[{}]]", table.name())
    } else {
        format!("[{}]", table.name())
    }
}

pub(super) fn one_of_tables() -> String {
    format!(
        "one of {}",
        Table::ALL
            .map(|table| format!("`{}`", header(table)))
            .join(", ")
    )
}

/// Returns the example of a setting as a line of the file.
pub(in crate::farm) fn example_line(setting: &Setting) -> String {
    setting.example_value().map_or_else(
        |_| setting.name.to_owned(),
        |value| setting_line(setting, &value),
    )
}

pub(super) fn setting_line(setting: &Setting, value: &SettingValue) -> String {
    format!("{} = {}", setting.name, crate::farm::edit::literal(value))
}

/// Returns the setting's line with the likely correction of a text, or `None` if that is not
/// certain or not valid.
pub(super) fn repaired(setting: &Setting, text: &str) -> Option<String> {
    let value = setting.kind.value_of_words(&[text.to_owned()]).ok()?;
    is_accepted(setting, &value).then(|| setting_line(setting, &value))
}

/// Returns whether the setting's parser accepts a value.
fn is_accepted(setting: &Setting, value: &SettingValue) -> bool {
    fn accepts<T: Default>(lens: &Lens<T>, value: &SettingValue) -> bool {
        let mut target = T::default();
        (lens.write)(&mut target, Some(value)).is_ok() && (lens.fault)(&target).is_none()
    }
    match &setting.access {
        Access::Farm(lens) => accepts(lens, value),
        Access::Server(lens) => accepts(lens, value),
        Access::WebApplication(lens) => accepts(lens, value),
        Access::MailHost(lens) => accepts(lens, value),
        Access::Accept(lens) => accepts(lens, value),
    }
}
