//! Values of settings as they are printed.

use crate::farm::SettingValue;
use serde_json::json;

/// Returns a value as text, or a note that it is not set.
pub(crate) fn value_text(value: Option<&SettingValue>) -> String {
    value.map_or_else(|| "not set".to_owned(), ToString::to_string)
}

/// Returns a value as JSON.
pub(crate) fn value_json(value: Option<&SettingValue>) -> serde_json::Value {
    match value {
        None => serde_json::Value::Null,
        Some(SettingValue::Flag(flag)) => json!(flag),
        Some(SettingValue::Number(number)) => json!(number),
        Some(SettingValue::Text(text)) => json!(text),
        Some(SettingValue::List(list)) => json!(list),
        Some(SettingValue::Date(date)) => json!(date.to_string()),
    }
}
