//! Parses a distinguished name, and suggests a correction if the text is not one.

use super::error::DnError;
use super::{Name, reader, repair};

impl Name {
    /// Reads the whole text as one name (RFC 4514 section 3).
    ///
    /// # Errors
    /// The text is not a name.
    pub fn parse(text: &str) -> Result<Self, DnError> {
        reader::read(text).map_err(|(kind, offset)| DnError {
            suggestion: repair::repair(text, &kind, offset),
            character: text.get(..offset).unwrap_or_default().chars().count() + 1,
            kind,
            offset,
        })
    }
}
