//! Values as TOML writes them.

use super::cells::Cells;
use super::lines::{part, splice};
use crate::farm::SettingValue;
use std::collections::BTreeMap;
use toml_edit::{Array, Value};

/// Returns whether a key may have this character without quotes (TOML 1.0, "Keys").
fn is_bare(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_".contains(letter)
}

/// Returns a key as TOML writes it, in quotes if it needs them.
pub(super) fn written_key(key: &str) -> String {
    if !key.is_empty() && key.chars().all(is_bare) {
        key.to_owned()
    } else {
        quoted(key, "\"")
    }
}

/// Returns a value as a farm file holds it.
pub fn literal(value: &SettingValue) -> String {
    written(value, "")
}

/// Writes a value in the quoting style of `old`, the bytes of another value, if any.
fn written(value: &SettingValue, old: &str) -> String {
    match value {
        SettingValue::Flag(value) => value.to_string(),
        SettingValue::Number(value) => value.to_string(),
        SettingValue::Text(text) => quoted(text, old),
        SettingValue::Date(day) => day.to_string(),
        SettingValue::List(list) => {
            let texts: Vec<String> = list.iter().map(|text| quoted(text, "")).collect();
            format!("[{}]", texts.join(", "))
        }
    }
}

pub(super) fn quoted(text: &str, old: &str) -> String {
    let literal = match old.chars().next() {
        Some('\'') => true,
        Some('"') => false,
        _ => text.contains('\\'),
    };
    if literal && !text.contains('\'') && !text.contains(char::is_control) {
        return format!("'{text}'");
    }
    let mut written = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => written.extend(['\\', letter]),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            control if control.is_control() => {
                written.push_str(&format!("\\u{:04X}", u32::from(control)));
            }
            other => written.push(other),
        }
    }
    written.push('"');
    written
}

pub(super) fn replace_value(source: &str, old: &Value, new: &SettingValue) -> String {
    let span = old.span().unwrap_or_default();
    match (old, new) {
        (Value::Array(array), SettingValue::List(list)) => change_list(source, array, list),
        _ => splice(source, span.clone(), &written(new, part(source, span))),
    }
}

pub(super) fn change_list(source: &str, array: &Array, wanted: &[String]) -> String {
    let present: Vec<Option<&str>> = kept_elements(array, wanted);
    let order: Vec<&str> = present.iter().copied().flatten().collect();
    let mut rest = wanted.iter();
    if !order.iter().all(|kept| rest.any(|text| text == kept)) {
        let span = array.span().unwrap_or_default();
        return splice(source, span, &literal(&SettingValue::List(wanted.to_vec())));
    }
    let mut cells = Cells::from_array(source, array);
    let is_wanted = insert_missing(&mut cells, &present, wanted);
    for is_wanted in is_wanted.into_iter().rev() {
        if is_wanted {
            cells.back();
        } else {
            cells.remove_previous();
        }
    }
    cells.spliced_into(source)
}

/// Inserts the wanted texts that are not there yet, and returns of each cell whether it stays. The
/// cursor is then after the last cell.
fn insert_missing(cells: &mut Cells, present: &[Option<&str>], wanted: &[String]) -> Vec<bool> {
    let style = cells.style().to_owned();
    let mut present = present.iter().peekable();
    let mut is_wanted = Vec::new();
    for text in wanted {
        while present.next_if(|next| next.is_none()).is_some() {
            cells.forward();
            is_wanted.push(false);
        }
        match present.next_if(|next| **next == Some(text)) {
            Some(_) => cells.forward(),
            None => cells.insert(quoted(text, &style), ""),
        }
        is_wanted.push(true);
    }
    for next in present {
        cells.forward();
        is_wanted.push(next.is_some());
    }
    is_wanted
}

/// Returns the text of each element, or `None` for an element to remove.
pub(super) fn kept_elements<'d>(array: &'d Array, wanted: &[String]) -> Vec<Option<&'d str>> {
    let mut rest: BTreeMap<&str, usize> = BTreeMap::new();
    for text in wanted {
        *rest.entry(text).or_default() += 1;
    }
    let texts = array.iter().map(|value| {
        let text = value.as_str()?;
        let count = rest.get_mut(text).filter(|count| **count > 0)?;
        *count -= 1;
        Some(text)
    });
    texts.collect()
}
