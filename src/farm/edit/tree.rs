//! The content of a farm file without its formatting, to compare an edited text with the intended
//! content.

use super::table_ref::TableRef;
use crate::farm::SettingValue;
use std::collections::BTreeMap;
use toml_edit::{Item, Table, Value};

/// The content of a value or table, without its formatting.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    Leaf(&'static str, String),
    List(Vec<Tree>),
    Table(BTreeMap<String, Tree>),
}

impl Tree {
    pub(super) fn from_setting(wanted: &SettingValue) -> Self {
        match wanted {
            SettingValue::Flag(value) => Self::Leaf("boolean", value.to_string()),
            SettingValue::Number(value) => Self::Leaf("integer", value.to_string()),
            SettingValue::Text(text) => Self::Leaf("string", text.clone()),
            SettingValue::List(list) => Self::List(
                list.iter()
                    .map(|text| Self::Leaf("string", text.clone()))
                    .collect(),
            ),
            SettingValue::Date(day) => Self::Leaf("datetime", day.to_string()),
        }
    }

    pub(super) fn from_value(value: &Value) -> Self {
        let text = match value {
            Value::String(text) => text.value().clone(),
            Value::Integer(number) => number.value().to_string(),
            Value::Float(number) => number.value().to_string(),
            Value::Boolean(truth) => truth.value().to_string(),
            Value::Datetime(time) => time.value().to_string(),
            Value::Array(list) => return Self::List(list.iter().map(Self::from_value).collect()),
            Value::InlineTable(table) => {
                let pairs = table
                    .iter()
                    .map(|(key, item)| (key.to_owned(), Self::from_value(item)));
                return Self::Table(pairs.collect());
            }
        };
        Self::Leaf(value.type_name(), text)
    }

    pub(super) fn from_table(table: &Table) -> Self {
        let mut pairs = BTreeMap::new();
        for (key, item) in table {
            let tree = match item {
                Item::None => continue,
                Item::Value(value) => Self::from_value(value),
                Item::Table(child) => Self::from_table(child),
                Item::ArrayOfTables(tables) => {
                    Self::List(tables.iter().map(Self::from_table).collect())
                }
            };
            pairs.insert(key.to_owned(), tree);
        }
        Self::Table(pairs)
    }

    pub(super) fn pairs(&mut self) -> Option<&mut BTreeMap<String, Tree>> {
        match self {
            Self::Table(pairs) => Some(pairs),
            _ => None,
        }
    }

    pub(super) fn table_at(&mut self, place: TableRef) -> Option<&mut BTreeMap<String, Tree>> {
        let pairs = self.pairs()?;
        match place {
            TableRef::Table(name) => pairs
                .entry(name.to_owned())
                .or_insert_with(|| Self::Table(BTreeMap::new()))
                .pairs(),
            TableRef::Entry { array, index } => match pairs.get_mut(array)? {
                Self::List(list) => list.get_mut(index)?.pairs(),
                _ => None,
            },
        }
    }

    pub(super) fn list_at(&mut self, array: &str) -> Option<&mut Vec<Tree>> {
        let list = self.pairs()?.entry(array.to_owned());
        match list.or_insert_with(|| Self::List(Vec::new())) {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// Removes an empty table or array: without a header of its own it disappears with its last
    /// key.
    pub(super) fn forget_if_empty(&mut self, name: &str) {
        let Some(pairs) = self.pairs() else { return };
        let empty = match pairs.get(name) {
            Some(Self::Table(table)) => table.is_empty(),
            Some(Self::List(list)) => list.is_empty(),
            _ => false,
        };
        if empty {
            pairs.remove(name);
        }
    }
}
