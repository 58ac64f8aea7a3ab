//! The errors of reading a metabase, a value and a relay list.

use std::fmt;

/// An error in the bytes of a metabase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetabaseError {
    /// States what was found and what was expected.
    pub message: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for MetabaseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            message,
            line,
            column,
        } = self;
        write!(out, "line {line}, column {column}: {message}")
    }
}

impl std::error::Error for MetabaseError {}

/// An error in the text of a value: the text does not have the form that the value's name requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// States the value's name, its text and the fault.
    pub message: String,
    /// The line of the file, from 1.
    pub line: u32,
}

impl fmt::Display for ValueError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ValueError {}

/// An error in the bytes or hexadecimal digits of a relay list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayListError {
    /// States what was found and what was expected.
    pub message: String,
    /// The offset of the fault in bytes from the start of the value. If the value was read from
    /// hexadecimal digits, it counts the decoded bytes.
    pub offset: usize,
}

impl RelayListError {
    pub(crate) fn new(offset: usize, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            offset,
        }
    }
}

impl fmt::Display for RelayListError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "byte {}: {}", self.offset, self.message)
    }
}

impl std::error::Error for RelayListError {}
