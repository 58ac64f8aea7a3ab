//! Opens files on Unix without blocking.

use super::ordinary::{Mode, require_file};
use rustix::fs::OFlags;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Opens an ordinary file without blocking, as opening a pipe would.
///
/// # Errors
/// Fails if it cannot be opened, or is a folder, a pipe or a device ([`super::NotOrdinary`]).
pub(crate) fn open_ordinary(path: &Path, mode: Mode) -> io::Result<File> {
    // Opening a device can have effects, so the file is checked first.
    require_file(&match mode {
        Mode::Read => fs::metadata(path)?,
        Mode::ReadOwn | Mode::WriteOwn => fs::symlink_metadata(path)?,
    })?;
    let no_link = match mode {
        Mode::Read => OFlags::empty(),
        Mode::ReadOwn | Mode::WriteOwn => OFlags::NOFOLLOW,
    };
    let flags = (no_link | OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    let file = OpenOptions::new()
        .read(true)
        .write(mode == Mode::WriteOwn)
        .custom_flags(flags.cast_signed())
        .open(path)?;
    // The file may have been replaced since it was checked.
    require_file(&file.metadata()?)?;
    Ok(file)
}

/// Opens a file that the user named, which may be a pipe or a device.
///
/// # Errors
/// Fails if it cannot be opened, or is a folder.
pub(in crate::fs) fn open_named(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    match file.metadata()?.is_dir() {
        true => Err(io::ErrorKind::IsADirectory.into()),
        false => Ok(file),
    }
}

/// Returns whether an open file still has this name.
pub(in crate::fs) fn is_named(file: &File, path: &Path) -> bool {
    let of = |metadata: Metadata| (metadata.dev(), metadata.ino());
    let named = path.symlink_metadata().map(of).ok();
    named.is_some() && file.metadata().map(of).ok() == named
}
