//! Opens a file that may not be an ordinary one, and checks whether it still has its name.

#[cfg(any(windows, test))]
mod device_names;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix::open;
#[cfg(unix)]
pub(super) use unix::open_named;
#[cfg(windows)]
use windows::open;
#[cfg(windows)]
pub(super) use windows::open_named;

use std::fmt;
use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

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

/// Opens an ordinary file without blocking, as opening a pipe would.
///
/// # Errors
/// It cannot be opened, or is a folder, a pipe or a device ([`NotOrdinary`]).
pub(crate) fn open_ordinary(path: &Path, mode: Mode) -> io::Result<File> {
    let file = open(path, mode)?;
    // The file may have been replaced since its name was checked.
    require_file(&file.metadata()?)?;
    Ok(file)
}

fn require_file(metadata: &Metadata) -> io::Result<()> {
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
pub(super) struct NotOrdinary;

impl NotOrdinary {
    /// Returns whether an error is this one.
    pub(super) fn is(error: &io::Error) -> bool {
        error
            .get_ref()
            .is_some_and(|inner| inner.is::<NotOrdinary>())
    }
}

/// Returns whether a file was not opened because it is a folder, a pipe or a device.
pub(crate) fn is_not_ordinary(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::IsADirectory || NotOrdinary::is(error)
}

impl fmt::Display for NotOrdinary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("it is not an ordinary file")
    }
}

impl std::error::Error for NotOrdinary {}

/// Returns whether an open file still has this name.
pub(super) fn is_named(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;

        let of = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
        let named = path.symlink_metadata().map(of).ok();
        named.is_some() && file.metadata().map(of).ok() == named
    }
    #[cfg(not(unix))]
    {
        let held = file.try_clone().and_then(same_file::Handle::from_file);
        held.is_ok_and(|held| super::inputs::identity(path).is_some_and(|named| named == held))
    }
}
