//! Opening without blocking on Unix.

use super::ordinary::{Mode, require_file};
use rustix::fs::OFlags;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Opens an ordinary file.
pub(super) fn open(path: &Path, mode: Mode) -> io::Result<File> {
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
    OpenOptions::new()
        .read(true)
        .write(mode == Mode::WriteOwn)
        .custom_flags(flags.cast_signed())
        .open(path)
}

/// Opens a file that the user named, which may be a pipe or a device.
///
/// # Errors
/// It cannot be opened, or is a folder.
pub(in crate::fs) fn open_named(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    match file.metadata()?.is_dir() {
        true => Err(io::ErrorKind::IsADirectory.into()),
        false => Ok(file),
    }
}
