//! Writing a file in one step: readers see the old file or the new one, never a part.

use crate::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::NamedTempFile;

/// How long Windows may refuse to rename over a file that another process holds open.
const RENAME_TIMEOUT: Duration = Duration::from_secs(2);

/// How long to wait before the rename is tried again.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// Writes a file that must not exist yet.
///
/// # Errors
/// The file exists already, or cannot be written.
pub(crate) fn create_new(path: &Path, text: &str) -> Result<(), Error> {
    if path.symlink_metadata().is_ok() {
        return Err(match path.metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => dangling_link(path),
            _ => already_there(path),
        });
    }
    let temporary = temporary_file(path, None)
        .and_then(|mut temporary| {
            temporary.as_file_mut().write_all(text.as_bytes())?;
            temporary.as_file().sync_all()?;
            Ok(temporary)
        })
        .map_err(|error| cannot_write(path, &error))?;
    match temporary.persist_noclobber(path) {
        Ok(_) => {
            sync_folder(path);
            Ok(())
        }
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(already_there(path))
        }
        Err(error) => Err(cannot_write(path, &error.error)),
    }
}

/// Writes a file in one step, whether or not it exists.
///
/// # Errors
/// The file cannot be written; an old one is then unchanged.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = AtomicFile::begin(path)?;
    file.write(bytes)?;
    file.finish()
}

/// A file that is written in pieces and appears as a whole when it is finished. If it is dropped
/// before, nothing has changed.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    /// The file as the user named it, for errors.
    shown: PathBuf,
    destination: Destination,
}

#[derive(Debug)]
enum Destination {
    /// A temporary file in the folder of the target, to be renamed to it.
    Renamed {
        temporary: NamedTempFile,
        target: PathBuf,
    },
    /// A device or a pipe such as `/dev/stdout`, which is written into and never replaced.
    Stream(File),
}

impl AtomicFile {
    /// Begins a file, whether or not it exists.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn begin(path: &Path) -> Result<Self, Error> {
        if is_special(path) {
            let file = OpenOptions::new().write(true).open(path);
            return Ok(Self {
                shown: path.to_owned(),
                destination: Destination::Stream(file.map_err(|error| cannot_write(path, &error))?),
            });
        }
        match fs::canonicalize(path) {
            Ok(target) => Self::replacing(target, path),
            Err(_) => Self::renamed(temporary_file(path, None), path.to_owned(), path),
        }
    }

    /// Begins a replacement for the file `target`, which exists and which errors call `shown`.
    pub(super) fn replacing(target: PathBuf, shown: &Path) -> Result<Self, Error> {
        Self::renamed(temporary_file(&target, Some(&target)), target, shown)
    }

    fn renamed(
        temporary: io::Result<NamedTempFile>,
        target: PathBuf,
        shown: &Path,
    ) -> Result<Self, Error> {
        let temporary = temporary.map_err(|error| cannot_write(shown, &error))?;
        Ok(Self {
            shown: shown.to_owned(),
            destination: Destination::Renamed { temporary, target },
        })
    }

    /// Writes the next piece.
    ///
    /// # Errors
    /// It cannot be written; an old file is then unchanged.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let file = match &mut self.destination {
            // Not through the temporary file's own `Write`, whose errors name the temporary file.
            Destination::Renamed { temporary, .. } => temporary.as_file_mut(),
            Destination::Stream(file) => file,
        };
        file.write_all(bytes)
            .map_err(|error| cannot_write(&self.shown, &error))
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// It cannot be put there; an old file is then unchanged.
    pub(crate) fn finish(self) -> Result<(), Error> {
        let Destination::Renamed { temporary, target } = self.destination else {
            return Ok(());
        };
        temporary
            .as_file()
            .sync_all()
            .and_then(|()| persist(temporary, &target))
            .map_err(|error| cannot_write(&self.shown, &error))?;
        sync_folder(&target);
        Ok(())
    }
}

/// Returns whether a path names something that is neither a file nor a folder.
pub(super) fn is_special(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Creates an empty file next to `target`, with the permissions of the file `old`, or else the
/// usual ones.
fn temporary_file(target: &Path, old: Option<&Path>) -> io::Result<NamedTempFile> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    if old.is_some() {
        restrict_to_owner(&mut options);
    }
    let temporary = tempfile::Builder::new()
        .prefix(".spinmail-")
        .suffix(".tmp")
        .make_in(folder_of(target), |path| options.open(path))?;
    if let Some(old) = old {
        copy_permissions(old, temporary.as_file())?;
    }
    Ok(temporary)
}

/// Keeps other users out of a file that does not have its final permissions yet.
#[cfg(unix)]
fn restrict_to_owner(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;

    options.mode(0o600);
}

/// Does nothing: on Windows a new file inherits its permissions from the folder.
#[cfg(not(unix))]
fn restrict_to_owner(_options: &mut OpenOptions) {}

/// Returns the folder that a file is in; for a bare name, the current one.
fn folder_of(file: &Path) -> &Path {
    file.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Renames over the old file. Windows refuses while another process holds it open, so the rename is
/// tried again for a while.
fn persist(mut temporary: NamedTempFile, target: &Path) -> io::Result<()> {
    let deadline = Instant::now() + RENAME_TIMEOUT;
    loop {
        match temporary.persist(target) {
            Ok(_) => return Ok(()),
            Err(error) if cfg!(windows) && Instant::now() < deadline => temporary = error.file,
            Err(error) => return Err(error.error),
        }
        std::thread::sleep(RETRY_INTERVAL);
    }
}

/// Gives the new file the old one's permissions and, if this user may, its owner.
fn copy_permissions(old: &Path, new: &File) -> io::Result<()> {
    let metadata = fs::metadata(old)?;
    if metadata.permissions().readonly() {
        return Err(io::Error::other("the file is write-protected"));
    }
    copy_owner_and_mode(&metadata, new)
}

#[cfg(unix)]
fn copy_owner_and_mode(old: &fs::Metadata, new: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let present = new.metadata()?;
    if (present.uid(), present.gid()) != (old.uid(), old.gid()) {
        match fchown(new, Some(old.uid()), Some(old.gid())) {
            // Only root may give a file away. Every other user keeps what they wrote, as with any
            // editor.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
            result => result?,
        }
    }
    new.set_permissions(old.permissions())
}

/// Does nothing: on Windows a new file inherits its permissions from the folder.
#[cfg(not(unix))]
fn copy_owner_and_mode(_old: &fs::Metadata, _new: &File) -> io::Result<()> {
    Ok(())
}

/// Makes the rename of `file` durable.
#[cfg(unix)]
fn sync_folder(file: &Path) {
    // The file is in place; a folder that cannot be flushed must not make the work look undone.
    let _ = File::open(folder_of(file)).and_then(|folder| folder.sync_all());
}

/// Does nothing: Windows has no such call and needs none.
#[cfg(not(unix))]
fn sync_folder(_file: &Path) {}

fn already_there(path: &Path) -> Error {
    Error::usage(format!("`{}` is there already", path.display())).hint(
        "edit it with `spinmail set`, `spinmail wizard` or the page commands, or name another \
         with `--file`",
    )
}

fn dangling_link(path: &Path) -> Error {
    Error::usage(format!(
        "`{}` is a symbolic link to what is not there",
        path.display()
    ))
    .hint("remove the link, or name the file itself with `--file`")
}

pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Error {
    let unfinished = Error::unfinished(format!("cannot write `{}`: {error}", path.display()));
    let explained = match error.kind() {
        io::ErrorKind::NotFound => unfinished.hint("its folder must be there already"),
        io::ErrorKind::StorageFull => unfinished.hint("make room on the disk"),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            unfinished.hint("its folder must be writable: the file is replaced in one step")
        }
        _ => unfinished,
    };
    explained.hint("nothing was changed")
}
