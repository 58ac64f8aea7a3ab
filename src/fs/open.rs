//! Opening a file that may be something else, and telling whether it still has its name.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// How a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    #[cfg_attr(
        not(unix),
        expect(
            dead_code,
            reason = "what dead writers left is looked for on Unix alone"
        )
    )]
    Read,
    ReadWrite,
}

/// Opens a file that exists. A link is not followed, a pipe not waited for.
///
/// # Errors
/// It cannot be opened, or is not a file.
pub(super) fn open_existing(path: &Path, mode: Mode) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(mode == Mode::ReadWrite);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;

        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits() as i32);
    }
    let file = options.open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("it is not a file")),
    }
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
