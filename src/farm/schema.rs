//! The JSON Schema of the farm file, made from `SETTINGS`: for editors, and for pipelines that
//! store it as JSON.

use super::settings::{Setting, Table};
use super::value::{SettingKind, SettingValue};
use super::values::Word;
use serde_json::{Map, Value as Json, json};

/// The version of the farm file.
const VERSION: u32 = 1;

/// Returns the JSON Schema of a farm file.
pub(crate) fn schema() -> Json {
    let tables: Map<String, Json> = Table::ALL
        .into_iter()
        .map(|table| (table.name().to_owned(), table_schema(table)))
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:spinmail:farm:{VERSION}"),
        "title": "Farm",
        "description": "The wanted incoming e-mail settings of a SharePoint farm, in TOML. A \
            setting that is missing is left as it is.",
        "type": "object",
        "properties": tables,
        "additionalProperties": false,
    })
}

fn table_schema(table: Table) -> Json {
    let rows: Map<String, Json> = table
        .rows()
        .map(|row| (row.name.to_owned(), setting_schema(row)))
        .collect();
    // If an entry has two keys for names, one is enough: see below.
    let has_two_naming_keys = table.several_names_key().is_some();
    let required: Vec<&str> = table
        .rows()
        .filter(|row| row.required && !has_two_naming_keys)
        .map(|row| row.name)
        .collect();
    let mut entry = json!({
        "type": "object",
        "properties": rows,
        "required": required,
        "additionalProperties": false,
    });
    if let (Some(one), Some(several), Some(fields)) = (
        table.naming_key(),
        table.several_names_key(),
        entry.as_object_mut(),
    ) {
        let either = json!([{"required": [one]}, {"required": [several]}]);
        fields.insert("anyOf".to_owned(), either);
    }
    if table.is_repeated() {
        json!({"type": "array", "items": entry})
    } else {
        entry
    }
}

fn setting_schema(row: &Setting) -> Json {
    let mut schema = kind_schema(&row.kind);
    let example = row.example_value().ok().map(|value| match value {
        SettingValue::Flag(flag) => json!(flag),
        SettingValue::Number(number) => json!(number),
        SettingValue::Text(text) => json!(text),
        SettingValue::List(list) => json!(list),
        SettingValue::Date(day) => json!(day.to_string()),
    });
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("title".to_owned(), json!(row.label));
        schema.insert("description".to_owned(), json!(row.help));
        schema.extend(example.map(|example| ("examples".to_owned(), json!([example]))));
    }
    schema
}

/// Returns the schema of one of these words.
fn words_schema(words: &[Word]) -> Json {
    let each: Vec<Json> = words
        .iter()
        .map(|word| json!({"const": word.word, "description": word.meaning}))
        .collect();
    json!({"oneOf": each})
}

/// Returns the schema of a value. The schema accepts any text; rules check its form.
fn kind_schema(kind: &SettingKind) -> Json {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    match kind {
        SettingKind::Flag => json!({"type": "boolean"}),
        SettingKind::Number { least, most } => {
            json!({"type": "integer", "minimum": least, "maximum": most})
        }
        SettingKind::Word(list) => words_schema(list),
        SettingKind::Words(list) => json!({"type": "array", "items": words_schema(list)}),
        SettingKind::Text(_) => json!({"type": "string"}),
        SettingKind::List(_) => texts,
        SettingKind::AllOrList(_) => json!({"anyOf": [{"const": "all"}, texts]}),
        SettingKind::Date => json!({"type": "string", "format": "date"}),
    }
}
