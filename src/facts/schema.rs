//! The JSON Schema of the facts file.
//!
//! The schema also tells the redaction what each field holds (`holds`, see
//! [`redact`](super::redact)).
//!
//! A test generates the schema from the types, so that the program need not contain the generator.

/// The JSON Schema of a facts file.
pub(crate) const SCHEMA: &str = include_str!("../../schemas/facts.json");

#[cfg(test)]
pub(crate) use generated::schema;
#[cfg(test)]
pub(super) use generated::{SidSchema, socket_address, socket_addresses};

#[cfg(test)]
mod generated {
    use crate::facts::{Facts, VERSION};
    use schemars::generate::SchemaSettings;
    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
    use serde_json::{Value, json};

    /// Generates the JSON Schema of a facts file.
    pub(crate) fn schema() -> Value {
        let generator = SchemaSettings::draft2020_12().into_generator();
        let mut schema = generator.into_root_schema_for::<Facts>().to_value();
        schema["$id"] = json!(format!("urn:spinmail:facts:{VERSION}"));
        schema["title"] = json!("Facts");
        schema["description"] = json!(
            "What spinmail found out about a SharePoint farm's incoming \
            e-mail."
        );
        schema
    }

    /// Returns the schema of an address with a port: `192.0.2.10:53`, `[2001:db8::1]:25`.
    pub(crate) fn socket_address(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^([0-9]{1,3}(\.[0-9]{1,3}){3}|\[[0-9A-Fa-f:.%]+\]):[0-9]{1,5}$",
        })
    }

    pub(crate) fn socket_addresses(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "array", "items": socket_address(generator)})
    }

    /// The schema of a [`Sid`](windows_security::Sid), whose crate does not know schemas.
    pub(crate) struct SidSchema;

    impl JsonSchema for SidSchema {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Sid".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "type": "string",
                "pattern": "^S-1-[0-9A-Fa-fx]+(-[0-9]+)*$",
                "holds": "name",
            })
        }
    }
}
