//! Why something cannot be read or written.

mod write;

pub use write::{AcePlace, WriteError};

use std::fmt;

/// Why bytes or a text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What was found, and what was expected.
    pub message: String,
    /// Where, in bytes from the start of what was read.
    pub offset: usize,
}

impl ParseError {
    pub(crate) fn new(offset: usize, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            offset,
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "byte {}: {}", self.offset, self.message)
    }
}

impl std::error::Error for ParseError {}
