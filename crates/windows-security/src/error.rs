//! The errors of reading and writing.

mod write;

pub use write::{AcePlace, WriteError};

use std::fmt;

/// An error in bytes or text that were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// States what was found and what was expected.
    pub message: String,
    /// The offset in bytes from the start of the input.
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
