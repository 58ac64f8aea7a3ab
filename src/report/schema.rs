//! The JSON Schemas of the JSON report and of the JSON trace.
//!
//! A test generates the schemas from the types, so that the program need not contain the generator.

/// The JSON Schema of a report: of one farm file, or of several.
pub(crate) const SCHEMA: &str = include_str!("../../schemas/report.json");

/// The JSON Schema of a trace.
pub(crate) const TRACE_SCHEMA: &str = include_str!("../../schemas/trace.json");

#[cfg(test)]
pub(crate) use generated::{schema, trace_schema};

#[cfg(test)]
mod generated {
    use crate::report::formats::json::VERSION;
    use crate::report::formats::json::form::JsonReport;
    use crate::report::trace::json::form::{JsonTrace, VERSION as TRACE_VERSION};
    use schemars::generate::SchemaSettings;
    use serde_json::{Value, json};

    /// Generates the JSON Schema of a trace.
    pub(crate) fn trace_schema() -> Value {
        let generator = SchemaSettings::draft2020_12()
            .for_serialize()
            .into_generator();
        let mut schema = generator.into_root_schema_for::<JsonTrace<'_>>();
        schema.insert(
            "$id".to_owned(),
            json!(format!("urn:spinmail:trace:{TRACE_VERSION}")),
        );
        schema.to_value()
    }

    /// Generates the JSON Schema of a report: of one farm file, or of several.
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
            "description": "What spinmail found out about one or several farm files.",
            "oneOf": [
                {"$ref": "#/$defs/Report"},
                {
                    "type": "object",
                    "properties": {
                        "report": {"const": VERSION},
                        "files": {"type": "array", "items": {"$ref": "#/$defs/Report"}},
                        "not-judged": {
                            "description": "The farms of the earlier report that were not judged \
                                now.",
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {"file": {"type": "string"}, "open": {"type": "integer", "minimum": 0}},
                                "required": ["file", "open"],
                                "additionalProperties": false,
                            },
                        },
                        "run": {"$ref": "#/$defs/Run"},
                    },
                    "required": ["report", "files", "run"],
                    "additionalProperties": false,
                },
            ],
            "$defs": definitions,
        })
    }
}
