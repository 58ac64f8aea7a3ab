//! The farm file on disk: read whole, edited under a lock, replaced in one step.

use super::reader::{self, Document, Mistake};
use crate::error::Error;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Larger than any farm file: ten thousand servers take about 2 MB.
const LARGEST: u64 = 16 << 20;

/// How long a writer waits for the one that holds the lock. Where many write, each that comes to
/// its end starts it anew.
const PATIENCE: Duration = Duration::from_secs(10);

/// A farm file that was read, with the text it was read from.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub path: PathBuf,
    pub text: String,
    pub document: Document,
}

/// Why a farm file could not be read.
#[derive(Debug)]
pub enum LoadError {
    /// The text could not be had.
    File(Error),
    /// The text is wrong.
    Mistakes {
        path: PathBuf,
        text: String,
        mistakes: Vec<Mistake>,
    },
}

/// Reads a farm file.
///
/// # Errors
/// What is wrong with the file or with its text.
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    let text = read_text(path).map_err(LoadError::File)?;
    match reader::read(&text) {
        Ok(document) => Ok(Loaded {
            path: path.to_owned(),
            text,
            document,
        }),
        Err(mistakes) => Err(LoadError::Mistakes {
            path: path.to_owned(),
            text,
            mistakes,
        }),
    }
}

/// The text of a file: UTF-8, of a sane size.
///
/// # Errors
/// The file is not there, is a folder, cannot be read, is too large, or is no UTF-8.
pub fn read_text(path: &Path) -> Result<String, Error> {
    read_text_up_to(path, LARGEST)
}

/// The bytes of a file of a sane size.
///
/// # Errors
/// The file is not there, is a folder, cannot be read, or is too large.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    read_bytes_up_to(path, LARGEST)
}

/// The text of a file: UTF-8, of at most that many bytes.
///
/// # Errors
/// The file is not there, is a folder, cannot be read, is too large, or is no UTF-8.
pub fn read_text_up_to(path: &Path, largest: u64) -> Result<String, Error> {
    String::from_utf8(read_bytes_up_to(path, largest)?)
        .map_err(|error| not_text(path, error.as_bytes(), error.utf8_error().valid_up_to()))
}

fn read_bytes_up_to(path: &Path, largest: u64) -> Result<Vec<u8>, Error> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Error::usage(format!("`{shown}` is a folder, not a file"))
            .hint("name the file in it, such as `farm.toml`"));
    }
    let mut bytes = Vec::new();
    file.take(largest + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| cannot_read(path, &error))?;
    if bytes.len() as u64 > largest {
        return Err(Error::usage(format!(
            "`{shown}` is larger than {} MiB, and no such file is",
            largest >> 20
        )));
    }
    Ok(bytes)
}

fn not_text(path: &Path, bytes: &[u8], at: usize) -> Error {
    let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    let error = Error::usage(format!(
        "`{}` is no UTF-8 text: line {line} (byte {at}) holds other bytes",
        path.display()
    ));
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => error.hint("it is UTF-16: save it as UTF-8"),
        _ => error.hint("save it as UTF-8"),
    }
}

fn cannot_read(path: &Path, error: &io::Error) -> Error {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => Error::usage(format!("there is no file `{shown}`")),
        io::ErrorKind::IsADirectory => Error::usage(format!("`{shown}` is a folder, not a file")),
        _ => Error::usage(format!("cannot read `{shown}`: {error}")),
    }
}

/// Rewrites a farm file under its lock: `edit` gets the text as it is at that moment, and gives the
/// new one. Returns the text before, and whether anything was written.
///
/// # Errors
/// Those of `edit`, a lock that stays taken, or a file that cannot be replaced; the old file is
/// then as it was.
pub fn rewrite<T>(
    path: &Path,
    edit: impl Fn(&str) -> Result<(String, T), Error>,
) -> Result<T, Error> {
    if is_special(path) {
        return Err(Error::usage(format!(
            "`{}` is no ordinary file, and cannot be edited",
            path.display()
        )));
    }
    // Nothing to change needs neither a lock nor the right to write.
    let before = read_text(path)?;
    let (after, outcome) = edit(&before)?;
    if after == before {
        return Ok(outcome);
    }
    let target = fs::canonicalize(path).map_err(|error| cannot_read(path, &error))?;
    let _lock = Lock::take(&target, path)?;
    let before = read_text(&target)?;
    let (after, outcome) = edit(&before)?;
    if after != before {
        replace(&target, path, after.as_bytes())?;
    }
    Ok(outcome)
}

/// Writes a file that must not be there yet.
///
/// # Errors
/// The file is there already, or cannot be written.
pub fn create(path: &Path, text: &str) -> Result<(), Error> {
    let exists = || {
        Error::usage(format!("`{}` is there already", path.display())).hint(
            "edit it with `spinmail set`, `spinmail wizard` or the page commands, or name another \
             with `--file`",
        )
    };
    if path.symlink_metadata().is_ok() {
        return Err(match path.metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Error::usage(format!(
                "`{}` is a symbolic link to what is not there",
                path.display()
            ))
            .hint("remove the link, or name the file itself with `--file`"),
            _ => exists(),
        });
    }
    match temporary(path, path, text.as_bytes(), None)?.persist_noclobber(path) {
        Ok(_) => sync_folder(path),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Err(exists()),
        Err(error) => return Err(cannot_write(path, &error.error)),
    }
    Ok(())
}

/// Writes a file, whether or not it is there, in one step.
///
/// # Errors
/// The file cannot be written; an old one is then as it was.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if is_special(path) {
        // /dev/stdout, a pipe: to be written into, never to be replaced.
        let written = OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(bytes));
        return written.map_err(|error| cannot_write(path, &error));
    }
    match fs::canonicalize(path) {
        Ok(target) => replace(&target, path, bytes),
        Err(_) => place(temporary(path, path, bytes, None)?, path, path),
    }
}

/// A file that is written piece by piece and appears, whole, when it is finished; dropped before
/// that, it never was.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    /// Beside the file that it will be.
    Beside {
        temporary: tempfile::NamedTempFile,
        target: PathBuf,
    },
    /// A device or a pipe: to be written into, never to be replaced.
    Through(File),
}

impl Draft {
    /// Begins a file, whether or not it is there.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn begin(path: &Path) -> Result<Self, Error> {
        let sink = if is_special(path) {
            Sink::Through(
                OpenOptions::new()
                    .write(true)
                    .open(path)
                    .map_err(|error| cannot_write(path, &error))?,
            )
        } else {
            let old = fs::canonicalize(path).ok();
            let target = old.clone().unwrap_or_else(|| path.to_owned());
            Sink::Beside {
                temporary: empty_beside(&target, path, old.as_deref())?,
                target,
            }
        };
        Ok(Self {
            path: path.to_owned(),
            sink,
        })
    }

    /// Writes the next piece.
    ///
    /// # Errors
    /// It cannot be written; an old file is then as it was.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let written = match &mut self.sink {
            Sink::Beside { temporary, .. } => temporary.write_all(bytes),
            Sink::Through(file) => file.write_all(bytes),
        };
        written.map_err(|error| cannot_write(&self.path, &error))
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// It cannot be; an old file is then as it was.
    pub fn finish(self) -> Result<(), Error> {
        match self.sink {
            Sink::Beside { temporary, target } => {
                temporary
                    .as_file()
                    .sync_all()
                    .map_err(|error| cannot_write(&self.path, &error))?;
                place(temporary, &target, &self.path)
            }
            Sink::Through(_) => Ok(()),
        }
    }
}

/// Whether there is something that is neither a file nor a folder.
fn is_special(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Replaces a file that exists: old or new, never half.
fn replace(target: &Path, shown: &Path, bytes: &[u8]) -> Result<(), Error> {
    place(
        temporary(target, shown, bytes, Some(target))?,
        target,
        shown,
    )
}

fn place(temporary: tempfile::NamedTempFile, target: &Path, shown: &Path) -> Result<(), Error> {
    persist(temporary, target).map_err(|error| cannot_write(shown, &error))?;
    sync_folder(target);
    Ok(())
}

/// The new bytes, safe on the disk beside the target, with the permissions of the file `like`, else
/// the usual ones.
fn temporary(
    target: &Path,
    shown: &Path,
    bytes: &[u8],
    like: Option<&Path>,
) -> Result<tempfile::NamedTempFile, Error> {
    let mut temporary = empty_beside(target, shown, like)?;
    let written = temporary
        .write_all(bytes)
        .and_then(|()| temporary.as_file().sync_all());
    written
        .map(|()| temporary)
        .map_err(|error| cannot_write(shown, &error))
}

fn empty_beside(
    target: &Path,
    shown: &Path,
    like: Option<&Path>,
) -> Result<tempfile::NamedTempFile, Error> {
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".spinmail-").suffix(".tmp");
    #[cfg(unix)]
    if like.is_none() {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666)); // less the umask
    }
    let begun = builder.tempfile_in(folder).and_then(|temporary| {
        like.map_or(Ok(()), |old| keep_mode(old, temporary.as_file()))?;
        Ok(temporary)
    });
    begun.map_err(|error| cannot_write(shown, &error))
}

/// Renames over the old file. Windows refuses while another process holds it open, so it is tried
/// again for a while.
fn persist(mut temporary: tempfile::NamedTempFile, target: &Path) -> io::Result<()> {
    let end = Instant::now() + Duration::from_secs(2);
    loop {
        match temporary.persist(target) {
            Ok(_) => return Ok(()),
            Err(error) if cfg!(windows) && Instant::now() < end => temporary = error.file,
            Err(error) => return Err(error.error),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Gives the new file the old one's permissions and, where this user may, its owner.
fn keep_mode(old: &Path, new: &File) -> io::Result<()> {
    let metadata = fs::metadata(old)?;
    if metadata.permissions().readonly() {
        return Err(io::Error::other("the file is write-protected"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let present = new.metadata()?;
        if (present.uid(), present.gid()) != (metadata.uid(), metadata.gid()) {
            // Only root may give a file away; anyone else keeps what he wrote, as every editor
            // does.
            fchown(new, Some(metadata.uid()), Some(metadata.gid())).or_else(|error| match error
                .kind()
            {
                io::ErrorKind::PermissionDenied => Ok(()),
                _ => Err(error),
            })?;
        }
        new.set_permissions(metadata.permissions())?;
    }
    #[cfg(not(unix))]
    let _ = new;
    Ok(())
}

/// Makes the rename durable. Windows has no such call and needs none.
fn sync_folder(file: &Path) {
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        // The file is in place; a folder that cannot be flushed must not make the work look undone.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    #[cfg(not(unix))]
    let _ = file;
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    // Errors about the temporary file name it, which says nothing to anybody.
    let reason = error.to_string();
    let reason = reason
        .split_once(" at path ")
        .map_or(reason.as_str(), |(reason, _)| reason);
    let message = format!("cannot write `{}`: {reason}", path.display());
    let error = match error.kind() {
        io::ErrorKind::NotFound => {
            Error::unfinished(message).hint("its folder must be there already")
        }
        io::ErrorKind::StorageFull => Error::unfinished(message).hint("make room on the disk"),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Error::unfinished(message)
                .hint("its folder must be writable: the file is replaced in one step")
        }
        _ => Error::unfinished(message),
    };
    error.hint("nothing was changed")
}

/// The lock of a farm file: a file beside it, since the farm file itself is replaced and Windows
/// locks keep readers out.
struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    fn take(target: &Path, shown: &Path) -> Result<Self, Error> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.lock"));
        let mut end = Instant::now() + PATIENCE;
        let mut holder = None;
        loop {
            if let Some(file) = Self::attempt(&path).map_err(|error| cannot_write(shown, &error))? {
                return Ok(Self { path, _file: file });
            }
            // Every holder makes the lock file anew, and takes it away.
            let present = fs::metadata(&path)
                .and_then(|metadata| metadata.modified())
                .ok();
            if present != holder {
                holder = present;
                end = Instant::now() + PATIENCE;
            }
            if Instant::now() >= end {
                return Err(Error::unfinished(format!(
                    "`{}` has been locked by another spinmail for more than {} s",
                    shown.display(),
                    PATIENCE.as_secs()
                ))
                .hint(format!("if none is running, remove `{}`", path.display()))
                .hint("nothing was changed"));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// One try: nothing when another holds it. The lock counts only while its file still has its
    /// name, since the one before removes it on leaving.
    fn attempt(path: &Path) -> io::Result<Option<File>> {
        let file = match OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
        {
            Ok(file) => file,
            // Windows: the one before is just removing it.
            Err(error)
                if cfg!(windows)
                    && error.kind() == io::ErrorKind::PermissionDenied
                    && path.exists() =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let held = same_file::Handle::from_file(file.try_clone()?)?;
        let named = same_file::Handle::from_path(path);
        Ok(named.is_ok_and(|named| named == held).then_some(file))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still held, so that nobody can hold a file without a name unnoticed.
        let _ = fs::remove_file(&self.path);
    }
}
