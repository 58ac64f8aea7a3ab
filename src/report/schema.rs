//! The contract of the JSON report as a JSON Schema.

use super::formats::json::{JsonReport, VERSION};
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// The JSON Schema of a report: of one farm file, or of several.
pub(crate) fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let mut one = generator
        .into_root_schema_for::<JsonReport<'_>>()
        .to_value();
    let mut definitions = one["$defs"].take();
    if let (Some(one), Some(definitions)) = (one.as_object_mut(), definitions.as_object_mut()) {
        ["$schema", "$defs", "title"]
            .iter()
            .for_each(|word| drop(one.remove(*word)));
        definitions.insert("Report".to_owned(), json!(one));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:spinmail:report:{VERSION}"),
        "title": "Report",
        "description": "What spinmail says of a farm file, or of several.",
        "oneOf": [
            {"$ref": "#/$defs/Report"},
            {
                "type": "object",
                "properties": {
                    "report": {"const": VERSION},
                    "files": {"type": "array", "items": {"$ref": "#/$defs/Report"}},
                    "not-judged": {
                        "description": "The farms of the earlier report that no report was about.",
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"file": {"type": "string"}, "open": {"type": "integer", "minimum": 0}},
                            "required": ["file", "open"],
                            "additionalProperties": false,
                        },
                    },
                },
                "required": ["report", "files"],
                "additionalProperties": false,
            },
        ],
        "$defs": definitions,
    })
}
