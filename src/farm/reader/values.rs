//! Values of the file, as the settings take them.

use crate::farm::settings::{Lens, Setting};
use crate::farm::value::{SettingValue, ValueError};
use crate::farm::values::Date;
use toml::de::DeValue;

/// Stores a value in its field and returns everything that is wrong with it, entry by entry if it
/// is a list.
pub(super) fn store<T>(target: &mut T, lens: &Lens<T>, value: &DeValue<'_>) -> Vec<ValueError> {
    let DeValue::Array(array) = value else {
        return value_of(value)
            .and_then(|whole| (lens.write)(target, Some(&whole)))
            .err()
            .into_iter()
            .collect();
    };
    if let Err(fault) = (lens.write)(target, Some(&SettingValue::List(Vec::new()))) {
        return vec![ValueError {
            value: "[…]".to_owned(),
            ..fault
        }];
    }
    let items = array.iter().map(|item| item.get_ref().as_str());
    let whole: Option<Vec<String>> = items.map(|text| text.map(str::to_owned)).collect();
    if let Some(whole) = whole
        && (lens.write)(target, Some(&SettingValue::List(whole))).is_ok()
    {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for (at, item) in array.iter().enumerate() {
        let stored = match item.get_ref() {
            DeValue::String(text) => {
                let entry = SettingValue::List(vec![text.clone().into_owned()]);
                (lens.write)(target, Some(&entry))
            }
            other => Err(ValueError::new(
                value_text(other),
                "an entry must be a text in quotes",
            )),
        };
        faults.extend(stored.err().map(|fault| ValueError {
            entry: Some(at),
            ..fault
        }));
    }
    if faults.is_empty() {
        let texts = array
            .iter()
            .map(|item| value_text(item.get_ref()))
            .collect();
        faults.extend((lens.write)(target, Some(&SettingValue::List(texts))).err());
    }
    faults
}

fn value_of(value: &DeValue<'_>) -> Result<SettingValue, ValueError> {
    let read = match value {
        DeValue::Boolean(flag) => Ok(SettingValue::Flag(*flag)),
        DeValue::String(text) => Ok(SettingValue::Text(text.clone().into_owned())),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map(SettingValue::Number)
            .map_err(|_| "the number is too large"),
        DeValue::Float(_) => Err("it is not a whole number"),
        DeValue::Datetime(time) => Date::from_toml(time)
            .map(SettingValue::Date)
            .ok_or("it is not just a date"),
        DeValue::Table(_) => Err("it is a table"),
        DeValue::Array(_) => Err("it is a list"),
    };
    read.map_err(|what| ValueError::new(value_text(value), what))
}

/// Returns a value as messages show it.
fn value_text(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) => "[…]".to_owned(),
        DeValue::Table(_) => "{…}".to_owned(),
        DeValue::String(text) => text.clone().into_owned(),
    }
}

/// Returns the message about a value that its setting does not take.
pub(super) fn wrong_value_message(setting: &Setting, fault: &ValueError) -> String {
    if fault.value.trim().is_empty() {
        return format!("`{}` is empty", setting.name);
    }
    format!(
        "`{}` cannot be {}: {}",
        setting.name,
        crate::text::without_password(&format!("`{}`", fault.value)),
        fault.what
    )
}
