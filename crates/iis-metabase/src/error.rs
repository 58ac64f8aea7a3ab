//! Why something cannot be read.

use std::fmt;

/// Why bytes are not a metabase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetabaseError {
    /// What was found, and what was expected.
    pub message: String,
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
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

/// Why it is not known what a value means: its text is not what its name promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// The value's name, its text and what is wrong with it.
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

/// Why bytes or digits are not a relay list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayListError {
    /// What was found, and what was expected.
    pub message: String,
    /// Where, in bytes from the start of the value; of hexadecimal digits, in the bytes that they
    /// stand for.
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
