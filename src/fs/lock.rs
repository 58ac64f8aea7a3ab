//! Editing a file under a lock, so that two writers never lose each other's changes.

use super::atomic::{AtomicFile, cannot_write, is_special};
use super::read::{cannot_read, read_text};
use crate::error::Error;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a writer waits for one holder of the lock. The wait starts again with every new holder,
/// so that many writers can take turns.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a writer waits before it tries the lock again.
const RETRY_INTERVAL: Duration = Duration::from_millis(5);

/// Rewrites a file under its lock. `edit` gets the text as it is at that moment, and returns the
/// new text and the outcome.
///
/// # Errors
/// Those of `edit`, a lock that stays taken, or a file that cannot be replaced; the old file is
/// then unchanged.
pub(crate) fn rewrite<T>(
    path: &Path,
    edit: impl Fn(&str) -> Result<(String, T), Error>,
) -> Result<T, Error> {
    if is_special(path) {
        return Err(Error::usage(format!(
            "`{}` is no ordinary file, and cannot be edited",
            path.display()
        )));
    }
    // An edit that changes nothing needs neither a lock nor the right to write.
    {
        let before = read_text(path)?;
        let (after, outcome) = edit(&before)?;
        if after == before {
            return Ok(outcome);
        }
    }
    let target = fs::canonicalize(path).map_err(|error| cannot_read(path, &error))?;
    let _lock = Lock::take(&target, path)?;
    let before = read_text(&target)?;
    let (after, outcome) = edit(&before)?;
    if after != before {
        let mut file = AtomicFile::replacing(target, path)?;
        file.write(after.as_bytes())?;
        file.finish()?;
    }
    Ok(outcome)
}

/// The lock of a file. It is a second file next to it: the file itself is replaced, and a Windows
/// lock on it would keep readers out.
struct Lock {
    path: PathBuf,
    /// Holds the operating system's lock until it is closed.
    _file: File,
}

impl Lock {
    /// Waits for the lock of `target`, which errors call `shown`.
    fn take(target: &Path, shown: &Path) -> Result<Self, Error> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.lock"));
        let mut end = Instant::now() + LOCK_TIMEOUT;
        let mut holder = None;
        loop {
            if let Some(file) = Self::attempt(&path).map_err(|error| cannot_write(shown, &error))? {
                return Ok(Self { path, _file: file });
            }
            // Every holder creates the lock file and removes it, so its time tells holders apart.
            let present = fs::metadata(&path)
                .and_then(|metadata| metadata.modified())
                .ok();
            if present != holder {
                holder = present;
                end = Instant::now() + LOCK_TIMEOUT;
            }
            if Instant::now() >= end {
                return Err(still_locked(shown, &path));
            }
            std::thread::sleep(RETRY_INTERVAL);
        }
    }

    /// Tries the lock once; returns `None` if another process holds it.
    ///
    /// The lock counts only while its file still has its name, because the previous holder removes
    /// the file when it leaves.
    fn attempt(path: &Path) -> io::Result<Option<File>> {
        let opened = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let file = match opened {
            Ok(file) => file,
            // Windows: the previous holder is just removing it.
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
        // Removed while it is still locked: otherwise another process could lock a file that has
        // just lost its name, and a third one a new file of that name.
        let _ = fs::remove_file(&self.path);
    }
}

fn still_locked(shown: &Path, lock: &Path) -> Error {
    Error::unfinished(format!(
        "`{}` has been locked by another spinmail for more than {} s",
        shown.display(),
        LOCK_TIMEOUT.as_secs()
    ))
    .hint(format!("if none is running, remove `{}`", lock.display()))
    .hint("nothing was changed")
}
