//! READ: pure readers of foreign formats, bytes in, values or a positioned fault out.

pub mod dn;
pub mod mail;
pub mod metabase;
pub mod relay_list;
pub mod security;

use serde::Serialize;
use std::fmt;

/// Why bytes or a text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub message: String,
    /// Where, in bytes from the start of what was read.
    pub offset: usize,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "byte {}: {}", self.offset, self.message)
    }
}

impl std::error::Error for Fault {}

fn fault(offset: usize, message: impl Into<String>) -> Fault {
    Fault {
        message: message.into(),
        offset,
    }
}
