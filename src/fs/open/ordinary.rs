//! The purposes of opening a file, and the check that it is an ordinary one.

use std::fmt;
use std::fs::Metadata;
use std::io;

/// The purpose of opening a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// To read, also through a link.
    Read,
    /// To read or lock, without following a link.
    ReadOwn,
    /// To lock and write, without following a link.
    WriteOwn,
}

/// Rejects folders, pipes and devices.
pub(super) fn require_file(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_dir() {
        Err(io::ErrorKind::IsADirectory.into())
    } else if metadata.is_file() {
        Ok(())
    } else {
        Err(io::Error::other(NotOrdinary))
    }
}

/// The error for an object that is neither a file nor a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotOrdinary;

impl NotOrdinary {
    /// Returns whether an I/O error contains this error.
    pub(crate) fn is(error: &io::Error) -> bool {
        error
            .get_ref()
            .is_some_and(|inner| inner.is::<NotOrdinary>())
    }
}

impl fmt::Display for NotOrdinary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("it is not an ordinary file")
    }
}

impl std::error::Error for NotOrdinary {}
