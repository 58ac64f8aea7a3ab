//! Which files are opened, and what for.

use std::fmt;
use std::fs::Metadata;
use std::io;

/// The purpose of opening a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// To be read, under the name of a link too.
    Read,
    /// To be read or locked: a link is not followed.
    ReadOwn,
    /// To be locked and written: a link is not followed.
    WriteOwn,
}

/// Refuses folders, pipes and devices.
pub(super) fn require_file(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_dir() {
        Err(io::ErrorKind::IsADirectory.into())
    } else if metadata.is_file() {
        Ok(())
    } else {
        Err(io::Error::other(NotOrdinary))
    }
}

/// The error for something that is neither a file nor a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotOrdinary;

impl NotOrdinary {
    /// Returns whether an error is this one.
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
