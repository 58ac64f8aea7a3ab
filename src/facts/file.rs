//! The facts file: JSON with a version number.

use super::{Facts, VERSION, version1};
use crate::error::Error;
use serde::Deserialize;
use serde_json::{Number, Value};

impl Facts {
    /// Reads a facts file.
    ///
    /// # Errors
    /// It is not a facts file, or its version is newer than this program knows.
    pub fn from_json(text: &str, path: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        #[serde(expecting = "facts, an object")]
        struct Versioned {
            #[serde(default)]
            facts: Value,
        }
        // A newer file may have any content, so its version is read before the rest.
        let Versioned { facts } = read(text, path)?;
        let number = match &facts {
            Value::Null => {
                return Err(no_facts(path, "`facts`, the format version, is missing"));
            }
            Value::Number(number) if is_version(number) => number,
            odd => {
                return Err(no_facts(
                    path,
                    &format!("`facts` must be the format version, 1 or more, not `{odd}`"),
                ));
            }
        };
        let version = number
            .as_u64()
            .and_then(|number| u32::try_from(number).ok());
        let Some(version) = version.filter(|version| *version <= VERSION) else {
            return Err(Error::usage(format!(
                "`{path}` has facts version {number}; this spinmail reads up to {VERSION}"
            ))
            .hint("use a newer spinmail"));
        };
        let mut read_facts: Self = read(text, path)?;
        if version == 1 {
            read_facts = upgraded(text, path)?;
        }
        if let Some(smtp) = &mut read_facts.smtp {
            smtp.unify_hosts();
        }
        read_facts.facts = VERSION;
        read_facts.note_file(path, version);
        Ok(read_facts)
    }

    /// Returns the facts as the text of a file.
    pub fn to_json(&self) -> String {
        // Plain strings and numbers can always be written as JSON.
        serde_json::to_string_pretty(&self.as_saved())
            .map(|text| text + "\n")
            .unwrap_or_default()
    }
}

/// Reads a valid file of version 1.
fn upgraded(text: &str, path: &str) -> Result<Facts, Error> {
    let mut json: Value = read(text, path)?;
    version1::upgrade(&mut json);
    serde_json::from_value(json).map_err(|error| no_facts(path, &error.to_string()))
}

/// Returns whether a number can be a format version: a whole number from 1.
fn is_version(number: &Number) -> bool {
    number.as_u64().is_some_and(|number| number > 0)
}

fn no_facts(path: &str, why: &str) -> Error {
    Error::usage(format!("`{path}` is not a facts file: {why}"))
        .hint("`spinmail gather` writes one")
}

/// Reads JSON. An error has its line, its column, the path of the field and the expected type.
fn read<'a, T: Deserialize<'a>>(text: &'a str, path: &str) -> Result<T, Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let place = Some(error.path().to_string()).filter(|place| place != ".");
        (place, error.into_inner())
    });
    let read = read.and_then(|value| json.end().map(|()| value).map_err(|error| (None, error)));
    read.map_err(|(place, error)| {
        let whole = error.to_string();
        let position = format!(" at line {} column {}", error.line(), error.column());
        let what = whole.strip_suffix(&position).unwrap_or(&whole);
        let place = place
            .map(|place| format!(", at `{place}`"))
            .unwrap_or_default();
        no_facts(
            path,
            &format!(
                "line {}, column {}{place}: {what}",
                error.line(),
                error.column()
            ),
        )
    })
}
