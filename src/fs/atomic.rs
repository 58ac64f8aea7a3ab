//! Writes a file in one step: readers see the old or the new content, never a part.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

use super::errors::{already_there, cannot_write, dangling_link};
use super::links::{Target, follow};
use super::temporary::{self, Access};
use crate::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that is written piece by piece and appears as a whole when it is finished. If it is
/// dropped before that, nothing changes.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    /// The file as the user named it, for errors.
    shown: PathBuf,
    destination: Destination,
    /// Notes on the file for the user.
    notes: Vec<String>,
}

#[derive(Debug)]
enum Destination {
    /// A temporary file, to be renamed to a name that must still be free.
    New {
        temporary: NamedTempFile,
        target: PathBuf,
    },
    /// A temporary file in the folder of the target, to be renamed to it.
    Renamed {
        temporary: NamedTempFile,
        target: PathBuf,
    },
    /// A device or a pipe such as `/dev/stdout`, which is written to and never replaced.
    Stream(File),
}

/// A finished file.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Notes on the file for the user.
    pub notes: Vec<String>,
    /// The path of the file if it is new, or `None` if it replaced another.
    made: Option<PathBuf>,
}

impl Finished {
    /// Removes the file if it is new. A file that replaced another stays, because the old one
    /// cannot be restored.
    ///
    /// # Errors
    /// Fails if the file replaced another, or cannot be removed.
    pub(crate) fn remove_if_new(&self) -> io::Result<()> {
        match &self.made {
            Some(path) => fs::remove_file(path),
            None => Err(io::Error::other("it has replaced another")),
        }
    }
}

impl AtomicFile {
    /// Begins a file, whether or not it exists.
    ///
    /// # Errors
    /// Fails if the file cannot be written.
    pub(crate) fn begin(path: &Path) -> Result<Self, Error> {
        match follow(path)? {
            Target::New => {
                let temporary = created(path, path, Access::Usual)?;
                let target = path.to_owned();
                Ok(Self::of(path, Destination::Renamed { temporary, target }))
            }
            Target::File(target) => Self::replacing(target, path),
            Target::Stream => Self::stream(path),
        }
    }

    /// Begins a file that must not exist yet.
    ///
    /// # Errors
    /// Fails if the file exists, or cannot be written.
    pub(crate) fn begin_new(path: &Path) -> Result<Self, Error> {
        if path.symlink_metadata().is_ok() {
            return Err(match path.metadata() {
                Err(error) if error.kind() == io::ErrorKind::NotFound => dangling_link(path),
                _ => already_there(path),
            });
        }
        let temporary = created(path, path, Access::Usual)?;
        let target = path.to_owned();
        Ok(Self::of(path, Destination::New { temporary, target }))
    }

    /// Begins a replacement for the existing file `target`. Errors name it as `shown`.
    pub(super) fn replacing(target: PathBuf, shown: &Path) -> Result<Self, Error> {
        let temporary = created(&target, shown, Access::Owner)?;
        let notes = copy_permissions(&target, temporary.as_file(), shown)
            .map_err(|error| cannot_write(shown, &error))?;
        let replaced = Destination::Renamed { temporary, target };
        Ok(Self {
            notes,
            ..Self::of(shown, replaced)
        })
    }

    /// Begins writing to a device, a pipe or an open file, to which output is appended.
    fn stream(path: &Path) -> Result<Self, Error> {
        // Windows has no console to append to.
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .append(cfg!(unix))
            .open(path)
            .map_err(|error| cannot_write(path, &error))?;
        Ok(Self::of(path, Destination::Stream(file)))
    }

    fn of(shown: &Path, destination: Destination) -> Self {
        Self {
            shown: shown.to_owned(),
            destination,
            notes: Vec::new(),
        }
    }

    /// Returns whether the file is written in place and never replaced.
    pub(crate) fn is_stream(&self) -> bool {
        matches!(self.destination, Destination::Stream(_))
    }

    /// Writes the next piece.
    ///
    /// # Errors
    /// Fails if the bytes cannot be written; an old file is then unchanged.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let file = match &mut self.destination {
            // The temporary file's own `Write` would name the temporary file in its errors.
            Destination::New { temporary, .. } | Destination::Renamed { temporary, .. } => {
                temporary.as_file_mut()
            }
            Destination::Stream(file) => file,
        };
        file.write_all(bytes)
            .map_err(|error| cannot_write(&self.shown, &error))
    }

    /// Moves the file to its final path.
    ///
    /// # Errors
    /// Fails if the file cannot be moved; an old file is then unchanged.
    pub(crate) fn finish(self) -> Result<Finished, Error> {
        let notes = self.notes;
        let is_new = matches!(self.destination, Destination::New { .. });
        let (temporary, target, put): (_, _, fn(_, &Path) -> io::Result<()>) =
            match self.destination {
                Destination::New { temporary, target } => (temporary, target, persist_new),
                Destination::Renamed { temporary, target } => (temporary, target, system::persist),
                Destination::Stream(_) => return Ok(Finished { notes, made: None }),
            };
        temporary
            .as_file()
            .sync_all()
            .and_then(|()| put(temporary, &target))
            .map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => already_there(&self.shown),
                _ => cannot_write(&self.shown, &error),
            })?;
        system::sync_folder(&target);
        Ok(Finished {
            notes,
            made: is_new.then_some(target),
        })
    }
}

/// Returns whether a path names something that is neither a file nor a folder.
pub(super) fn is_special(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Creates an empty file next to `target`. Errors name it as `shown`.
fn created(target: &Path, shown: &Path, access: Access) -> Result<NamedTempFile, Error> {
    temporary::create(target, access).map_err(|error| cannot_write(shown, &error))
}

/// Renames a file to a name that must not exist.
fn persist_new(temporary: NamedTempFile, target: &Path) -> io::Result<()> {
    temporary
        .persist_noclobber(target)
        .map(|_| ())
        .map_err(|error| error.error)
}

/// Gives the new file the old one's permissions and, if the user is allowed to, its owner and
/// group. Returns notes for the user.
fn copy_permissions(old: &Path, new: &File, shown: &Path) -> io::Result<Vec<String>> {
    if fs::metadata(old)?.permissions().readonly() {
        return Err(io::Error::other("the file is write-protected"));
    }
    system::keep_ownership(old, new, &shown.display().to_string())
}
