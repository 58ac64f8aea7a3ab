//! Editing a file under a lock, so that two writers never lose each other's changes.

use super::atomic::{AtomicFile, cannot_write, is_special};
use super::read::{cannot_read, read_to_edit};
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
/// new text and the outcome. The file keeps its encoding, and its BOM is part of the text.
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
        let (before, _) = read_to_edit(path)?;
        let (after, outcome) = edit(&before)?;
        if after == before {
            return Ok(outcome);
        }
    }
    let target = fs::canonicalize(path).map_err(|error| cannot_read(path, &error))?;
    let _lock = Lock::take(&target, path, LOCK_TIMEOUT)?;
    let (before, encoding) = read_to_edit(&target)?;
    let (after, outcome) = edit(&before)?;
    if after != before {
        let mut file = AtomicFile::replacing(target, path)?;
        file.write(&encoding.encode(&after))?;
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
    /// Waits for the lock of `target`, which errors call `shown`, at most `limit` for each holder.
    ///
    /// # Errors
    /// One holder keeps the lock for longer, or the lock file cannot be written.
    fn take(target: &Path, shown: &Path, limit: Duration) -> Result<Self, Error> {
        let path = lock_path(target);
        let mut end = Instant::now() + limit;
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
                end = Instant::now() + limit;
            }
            if Instant::now() >= end {
                return Err(still_locked(shown, &path, limit));
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

/// Returns the path of the lock file of a file.
fn lock_path(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.lock"))
}

/// Returns the error for a lock that one holder keeps.
fn still_locked(shown: &Path, lock: &Path, limit: Duration) -> Error {
    Error::unfinished(format!(
        "`{}` has been locked by another spinmail for more than {} s",
        shown.display(),
        limit.as_secs()
    ))
    .hint(format!("if none is running, remove `{}`", lock.display()))
    .hint("nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorClass;

    const LONG: Duration = Duration::from_secs(60);

    /// A folder with a file, the path of the file, and the lock that another program holds.
    fn locked_file() -> (tempfile::TempDir, PathBuf, File) {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("farm.toml");
        fs::write(&target, "old").expect("a file");
        let holder = File::create(lock_path(&target)).expect("a lock file");
        holder.lock().expect("the lock");
        (folder, target, holder)
    }

    #[test]
    fn lock_held_for_longer_than_the_limit_is_an_error() {
        let (_folder, target, _holder) = locked_file();
        let limit = RETRY_INTERVAL * 4;
        let begin = Instant::now();
        let error = Lock::take(&target, Path::new("farm.toml"), limit).err();
        assert!(begin.elapsed() >= limit);
        let wanted = still_locked(Path::new("farm.toml"), &lock_path(&target), limit);
        assert_eq!(error, Some(wanted));
    }

    #[test]
    fn error_of_a_held_lock_says_how_long_and_what_to_remove() {
        let error = still_locked(
            Path::new("farm.toml"),
            Path::new(".farm.toml.lock"),
            LOCK_TIMEOUT,
        );
        assert_eq!(error.class, ErrorClass::Unfinished);
        assert_eq!(
            error.message,
            "`farm.toml` has been locked by another spinmail for more than 10 s"
        );
        assert_eq!(
            error.hints,
            [
                "if none is running, remove `.farm.toml.lock`",
                "nothing was changed"
            ]
        );
    }

    #[test]
    fn lock_released_within_the_limit_is_taken() {
        let (_folder, target, holder) = locked_file();
        let waiting = target.clone();
        let waiter = std::thread::spawn(move || Lock::take(&waiting, &waiting, LONG).is_ok());
        std::thread::sleep(RETRY_INTERVAL * 4);
        assert!(!waiter.is_finished(), "it did not wait");
        drop(holder);
        assert!(waiter.join().expect("the waiter"));
        assert!(!lock_path(&target).exists(), "the lock file is left behind");
    }

    #[test]
    fn lock_file_without_a_holder_is_taken_at_once() {
        let (_folder, target, holder) = locked_file();
        drop(holder);
        assert!(Lock::take(&target, &target, Duration::ZERO).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn rewrite_through_a_link_locks_the_file_itself() {
        let (folder, target, holder) = locked_file();
        drop(holder);
        fs::remove_file(lock_path(&target)).expect("no lock file");
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink("farm.toml", &link).expect("a link");
        let was_locked = std::cell::Cell::new(false);
        rewrite(&link, |_| {
            was_locked.set(lock_path(&target).exists());
            Ok(("new".to_owned(), ()))
        })
        .expect("an edit");
        assert!(was_locked.get());
        assert_eq!(fs::read_to_string(&target).expect("the file"), "new");
    }
}
