//! Values of settings as they are printed.

use crate::farm::Value;
use serde_json::json;

/// Returns a value as text, or that there is none.
pub(crate) fn value_text(value: Option<&Value>) -> String {
    value.map_or_else(|| "not set".to_owned(), ToString::to_string)
}

/// Returns a value as JSON.
pub(crate) fn value_json(value: Option<&Value>) -> serde_json::Value {
    match value {
        None => serde_json::Value::Null,
        Some(Value::Flag(flag)) => json!(flag),
        Some(Value::Number(number)) => json!(number),
        Some(Value::Text(text)) => json!(text),
        Some(Value::List(list)) => json!(list),
        Some(Value::Date(date)) => json!(date.to_string()),
    }
}
