//! Opens a file that may not be an ordinary one, and checks whether it still has its name.

#[cfg(any(windows, test))]
mod device_names;
mod ordinary;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub(crate) use ordinary::Mode;
pub(super) use ordinary::NotOrdinary;
use ordinary::require_file;
#[cfg(unix)]
use unix::open;
#[cfg(unix)]
pub(super) use unix::open_named;
#[cfg(windows)]
use windows::open;
#[cfg(windows)]
pub(super) use windows::open_named;

use std::fs::File;
use std::io;
use std::path::Path;

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

/// Returns whether a file was not opened because it is a folder, a pipe or a device.
pub(crate) fn is_not_ordinary(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::IsADirectory || NotOrdinary::is(error)
}

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
