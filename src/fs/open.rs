//! Opens a file that may not be an ordinary one, and checks whether a file still has its name.

use std::fmt;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// The purpose of opening a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// To read, also through a link.
    Read,
    /// To lock, without following a link.
    #[cfg_attr(
        not(unix),
        expect(
            dead_code,
            reason = "what dead writers left is looked for on Unix alone"
        )
    )]
    ReadOwn,
    /// To lock and write, without following a link.
    WriteOwn,
}

/// Opens an ordinary file without blocking, as opening a pipe would.
///
/// # Errors
/// Fails if it cannot be opened, or is a folder, a pipe or a device ([`NotOrdinary`]).
pub(super) fn open_ordinary(path: &Path, mode: Mode) -> io::Result<File> {
    // Opening a device can have effects, so the file is checked first.
    require_ordinary(&match mode {
        Mode::Read => fs::metadata(path)?,
        Mode::ReadOwn | Mode::WriteOwn => fs::symlink_metadata(path)?,
    })?;
    let mut options = OpenOptions::new();
    options.read(true).write(mode == Mode::WriteOwn);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;

        let no_link = match mode {
            Mode::Read => OFlags::empty(),
            Mode::ReadOwn | Mode::WriteOwn => OFlags::NOFOLLOW,
        };
        let flags = (no_link | OFlags::NONBLOCK | OFlags::NOCTTY).bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.cast_signed());
    }
    let file = options.open(path)?;
    // The file may have been replaced since the check.
    require_ordinary(&file.metadata()?)?;
    Ok(file)
}

fn require_ordinary(metadata: &Metadata) -> io::Result<()> {
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
pub(super) struct NotOrdinary;

impl NotOrdinary {
    /// Returns whether an I/O error contains this error.
    pub(super) fn is(error: &io::Error) -> bool {
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
