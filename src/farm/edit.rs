//! Edits of a farm file's text that change only the bytes of one key.
//!
//! The text is parsed for its spans, and new bytes are spliced in; nothing is printed from a tree.
//! So comments, order, spelling, line endings and the BOM stay. Each result is parsed again and
//! compared with the intended content.

mod cells;
mod lines;
mod literal;
mod table_ref;
mod tables;
mod template;
#[cfg(test)]
mod tests;
mod tree;

pub use literal::literal;
pub use table_ref::TableRef;

use crate::farm::SettingValue;
use cells::Cells;
use lines::{line_end, line_start, part, splice};
use literal::{replace_value, written_key};
use std::collections::BTreeMap;
use std::fmt;
use tables::{append_block, cut_sections, insert_block, insert_line, pair};
use template::placeholder;
use toml_edit::{Array, ArrayOfTables, Document, InlineTable, Item, Table, Value};
use tree::Tree;

/// Why a text was not edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditError {
    /// The text is not TOML.
    Syntax {
        /// The line of the error, from 1.
        line: usize,
        /// What the TOML parser reports.
        reason: String,
    },
    /// The key, or a table on the path to it, has another type.
    WrongType {
        /// That key or name.
        name: String,
        /// The type that the edit needs.
        wanted: &'static str,
        /// The type in the file.
        found: &'static str,
    },
    /// The array has no such entry.
    NoEntry {
        /// The array's name.
        array: String,
        /// The requested index, from 0.
        index: usize,
        /// How many entries the array has.
        entries: usize,
    },
    /// The value is a placeholder of a printed command.
    Placeholder {
        /// The placeholder.
        word: &'static str,
    },
    /// The edited text would not have the intended content.
    Damaged {
        /// The key, or the array.
        name: String,
    },
}

impl fmt::Display for EditError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { line, reason } => write!(out, "line {line} is not valid TOML: {reason}"),
            Self::WrongType {
                name,
                wanted,
                found,
            } => {
                write!(
                    out,
                    "`{name}` should be {wanted}, but the file says {found}"
                )
            }
            Self::NoEntry {
                array,
                index,
                entries,
            } => {
                let number = index.saturating_add(1);
                write!(out, "`{array}` has no entry {number}; it has {entries}")
            }
            Self::Placeholder { word } => write!(
                out,
                "`{word}` is a placeholder: write your own name instead"
            ),
            Self::Damaged { name } => {
                write!(
                    out,
                    "`{name}` cannot be edited at this place without damage to the file"
                )
            }
        }
    }
}

impl std::error::Error for EditError {}

/// Refuses a value that is a placeholder.
fn refuse_placeholder(table: &str, value: &SettingValue) -> Result<(), EditError> {
    match placeholder(table, value) {
        Some(word) => Err(EditError::Placeholder { word }),
        None => Ok(()),
    }
}

/// Sets `key` to a value. Returns the text unchanged if the key already has it.
pub fn set(
    source: &str,
    place: TableRef,
    key: &str,
    value: &SettingValue,
) -> Result<String, EditError> {
    let document = parse(source)?;
    let root = document.as_table();
    let wanted = Tree::from_setting(value);
    let (TableRef::Table(name) | TableRef::Entry { array: name, .. }) = place;
    refuse_placeholder(name, value)?;
    let target = Target::find(root, place)?;
    let edited = match target.value(key)? {
        Some(old) if Tree::from_value(old) == wanted => return Ok(source.to_owned()),
        Some(old) => replace_value(source, old, value),
        None => {
            let pair = pair(key, value);
            match target {
                Target::Missing => {
                    append_block(source, &format!("[{}]", place.written_name()), &[pair])
                }
                Target::Lines(table) => insert_line(source, table, place, &pair),
                Target::Braces(table) => Cells::from_table(source, table).add(source, pair, " "),
            }
        }
    };
    let mut expected = Tree::from_table(root);
    if let Some(table) = expected.table_at(place) {
        table.insert(key.to_owned(), wanted);
    }
    verified(edited, &expected, key)
}

/// Removes `key`. Returns the text unchanged if there is no such key.
pub fn unset(source: &str, place: TableRef, key: &str) -> Result<String, EditError> {
    let document = parse(source)?;
    let root = document.as_table();
    let target = Target::find(root, place)?;
    let Some(span) = target.value(key)?.and_then(Value::span) else {
        return Ok(source.to_owned());
    };
    let edited = match target {
        Target::Braces(table) => {
            Cells::from_table(source, table).without_cell_ending_at(source, span.end)
        }
        _ => splice(
            source,
            line_start(source, span.start)..line_end(source, span.end),
            "",
        ),
    };
    let mut expected = Tree::from_table(root);
    if let Some(table) = expected.table_at(place) {
        table.remove(key);
    }
    if let (TableRef::Table(name), Target::Lines(table)) = (place, target)
        && table.is_dotted()
    {
        expected.forget_if_empty(name);
    }
    verified(edited, &expected, key)
}

/// Adds an entry after the last one of `array`.
pub fn add_entry(
    source: &str,
    array: &str,
    fields: &[(&str, SettingValue)],
) -> Result<String, EditError> {
    let document = parse(source)?;
    let root = document.as_table();
    let mut entry = BTreeMap::new();
    for (key, value) in fields {
        refuse_placeholder(array, value)?;
        entry.insert((*key).to_owned(), Tree::from_setting(value));
    }
    let pairs: Vec<String> = fields.iter().map(|(key, value)| pair(key, value)).collect();
    let header = format!("[[{}]]", written_key(array));
    let edited = match Entries::find(root, array)? {
        Entries::Missing => append_block(source, &header, &pairs),
        Entries::Headed(tables) => insert_block(source, root, tables, array, &header, &pairs),
        Entries::Inline(list) => {
            let braces = if pairs.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {} }}", pairs.join(", "))
            };
            Cells::from_array(source, list).add(source, braces, "")
        }
    };
    let mut expected = Tree::from_table(root);
    if let Some(list) = expected.list_at(array) {
        list.push(Tree::Table(entry));
    }
    verified(edited, &expected, array)
}

/// Removes one entry of `array`, with its sub-tables and the comment lines directly above it.
pub fn remove_entry(source: &str, array: &str, index: usize) -> Result<String, EditError> {
    let document = parse(source)?;
    let root = document.as_table();
    let entries = Entries::find(root, array)?;
    entries.check(array, index)?;
    let edited = match entries {
        Entries::Inline(list) => {
            let end = list
                .get(index)
                .and_then(Value::span)
                .map_or(0, |span| span.end);
            Cells::from_array(source, list).without_cell_ending_at(source, end)
        }
        _ => cut_sections(source, root, array, index),
    };
    let mut expected = Tree::from_table(root);
    if let Some(list) = expected.list_at(array).filter(|list| index < list.len()) {
        list.remove(index);
    }
    if matches!(entries, Entries::Headed(_)) {
        expected.forget_if_empty(array);
    }
    verified(edited, &expected, array)
}

fn parse(source: &str) -> Result<Document<&str>, EditError> {
    Document::parse(source).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        EditError::Syntax {
            line: part(source, 0..at).matches('\n').count() + 1,
            reason: error.message().replace('\n', ", "),
        }
    })
}

fn verified(edited: String, expected: &Tree, name: &str) -> Result<String, EditError> {
    let holds =
        parse(&edited).is_ok_and(|document| Tree::from_table(document.as_table()) == *expected);
    if holds {
        Ok(edited)
    } else {
        Err(EditError::Damaged {
            name: name.to_owned(),
        })
    }
}

impl TableRef<'_> {
    fn written_name(self) -> String {
        match self {
            Self::Table(name) => written_key(name),
            Self::Entry { array, .. } => written_key(array),
        }
    }
}

/// The form of a table in the file.
#[derive(Clone, Copy)]
enum Target<'d> {
    /// The table does not exist yet.
    Missing,
    /// A table with a header or dotted keys: a line for each key.
    Lines(&'d Table),
    /// An inline table.
    Braces(&'d InlineTable),
}

impl<'d> Target<'d> {
    fn find(root: &'d Table, place: TableRef) -> Result<Self, EditError> {
        match place {
            TableRef::Table(name) => match root.get(name) {
                None => Ok(Self::Missing),
                Some(Item::Table(table)) => Ok(Self::Lines(table)),
                Some(Item::Value(Value::InlineTable(table))) => Ok(Self::Braces(table)),
                Some(other) => Err(wrong_type(name, "a table", other.type_name())),
            },
            TableRef::Entry { array, index } => {
                let entries = Entries::find(root, array)?;
                entries.check(array, index)?;
                Ok(entries.get(index))
            }
        }
    }

    fn value(self, key: &str) -> Result<Option<&'d Value>, EditError> {
        let found = match self {
            Self::Missing => None,
            Self::Lines(table) => match table.get(key) {
                Some(Item::Value(value)) => Some(value),
                Some(other) => return Err(wrong_type(key, "a value", other.type_name())),
                None => None,
            },
            Self::Braces(table) => table.get(key),
        };
        match found {
            Some(Value::InlineTable(_)) => Err(wrong_type(key, "a value", "inline table")),
            found => Ok(found),
        }
    }
}

/// The form of an array of tables in the file.
#[derive(Clone, Copy)]
enum Entries<'d> {
    /// The array does not exist yet.
    Missing,
    /// Tables under `[[…]]` headers.
    Headed(&'d ArrayOfTables),
    /// An array of inline tables.
    Inline(&'d Array),
}

impl<'d> Entries<'d> {
    fn find(root: &'d Table, array: &str) -> Result<Self, EditError> {
        const WANTED: &str = "an array of tables";
        match root.get(array) {
            None => Ok(Self::Missing),
            Some(Item::ArrayOfTables(tables)) => Ok(Self::Headed(tables)),
            Some(Item::Value(Value::Array(list))) => {
                match list.iter().find(|value| !value.is_inline_table()) {
                    None => Ok(Self::Inline(list)),
                    Some(other) => Err(wrong_type(array, WANTED, other.type_name())),
                }
            }
            Some(other) => Err(wrong_type(array, WANTED, other.type_name())),
        }
    }

    fn get(self, index: usize) -> Target<'d> {
        let target = match self {
            Self::Missing => None,
            Self::Headed(tables) => tables.get(index).map(Target::Lines),
            Self::Inline(list) => list
                .get(index)
                .and_then(Value::as_inline_table)
                .map(Target::Braces),
        };
        target.unwrap_or(Target::Missing)
    }

    /// Refuses an index beyond the end.
    fn check(self, array: &str, index: usize) -> Result<(), EditError> {
        let entries = match self {
            Self::Missing => 0,
            Self::Headed(tables) => tables.len(),
            Self::Inline(list) => list.len(),
        };
        if index < entries {
            Ok(())
        } else {
            Err(EditError::NoEntry {
                array: array.to_owned(),
                index,
                entries,
            })
        }
    }
}

fn wrong_type(name: &str, wanted: &'static str, found: &'static str) -> EditError {
    EditError::WrongType {
        name: name.to_owned(),
        wanted,
        found,
    }
}
