//! Edits a file under a lock, so that two writers never lose each other's changes.

use super::atomic::{AtomicFile, is_special};
use super::errors::cannot_write;
use super::links::{Target, follow};
use super::open::{Mode, is_named, open_ordinary};
use super::read::read_to_edit;
use crate::error::Error;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a writer waits for one holder of the lock. The wait starts again with each new holder,
/// so that many writers can take turns.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a writer waits for all holders of the lock together.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(120);

/// How long a writer waits before it tries the lock again.
const RETRY_INTERVAL: Duration = Duration::from_millis(5);

/// Rewrites a file under its lock. `edit` gets the current text, and returns the new text and the
/// outcome. The file keeps its encoding; its BOM is part of the text. Returns the outcome, and
/// notes on the new file for the user.
///
/// # Errors
/// Returns the errors of `edit`, and fails if the lock stays taken or the file cannot be replaced;
/// the old file is then unchanged.
pub(crate) fn rewrite<T>(
    path: &Path,
    edit: impl Fn(&str) -> Result<(String, T), Error>,
) -> Result<(T, Vec<String>), Error> {
    if is_special(path) {
        return Err(not_ordinary(path));
    }
    // An edit that changes nothing needs neither a lock nor the right to write.
    {
        let (before, _) = read_to_edit(path)?;
        let (after, outcome) = edit(&before)?;
        if after == before {
            return Ok((outcome, Vec::new()));
        }
    }
    let Target::File(target) = follow(path)? else {
        return Err(not_ordinary(path));
    };
    let _lock = Lock::take(&target, path, LOCK_TIMEOUT)?;
    let (before, encoding) = read_to_edit(&target)?;
    let (after, outcome) = edit(&before)?;
    if after == before {
        return Ok((outcome, Vec::new()));
    }
    let mut file = AtomicFile::replacing(target, path)?;
    file.write(&encoding.encode(&after))?;
    Ok((outcome, file.finish()?.notes))
}

fn not_ordinary(path: &Path) -> Error {
    Error::usage(format!(
        "`{}` is not an ordinary file, and cannot be edited",
        path.display()
    ))
}

/// The lock of a file. It is a second file next to it: the file itself is replaced, and a Windows
/// lock on it would keep readers out. Only its owner can open it, so no other user can hold it.
struct Lock {
    path: PathBuf,
    /// Holds the operating system's lock until it is closed.
    _file: File,
}

/// The result of one attempt to take the lock.
enum Attempt {
    Taken(File),
    /// Another process holds it.
    Held,
    /// The lock file has disappeared.
    Again,
}

impl Lock {
    /// Waits for the lock of `target`, at most `limit` for each holder. Errors name the file as
    /// `shown`.
    ///
    /// # Errors
    /// Fails if one holder keeps the lock for longer, or if the lock file cannot be written.
    fn take(target: &Path, shown: &Path, limit: Duration) -> Result<Self, Error> {
        let path = lock_path(target);
        let begin = Instant::now();
        let mut end = begin + limit;
        let mut holder = None;
        loop {
            match attempt(&path) {
                Ok(Attempt::Taken(file)) => return Ok(Self { path, _file: file }),
                // This is not a wait for a holder: the next attempt finds another file.
                Ok(Attempt::Again) if begin.elapsed() < TOTAL_TIMEOUT => {
                    std::thread::sleep(RETRY_INTERVAL);
                    continue;
                }
                Ok(Attempt::Held | Attempt::Again) => {}
                Err(error) if is_no_lock(&path) => return Err(not_lock(shown, &path, &error)),
                Err(error) => return Err(cannot_write(shown, &error)),
            }
            // Every holder creates and removes the lock file, so its time identifies the holder.
            let present = fs::symlink_metadata(&path)
                .and_then(|metadata| metadata.modified())
                .ok();
            if present != holder {
                holder = present;
                end = (Instant::now() + limit).min(begin + limit.max(TOTAL_TIMEOUT));
            }
            if Instant::now() >= end {
                return Err(still_locked(shown, &path, limit, other_user(&path)));
            }
            std::thread::sleep(RETRY_INTERVAL);
        }
    }
}

/// Tries the lock once.
///
/// The lock counts only while its file still has its name, because the previous holder removes
/// the file when it leaves.
fn attempt(path: &Path) -> io::Result<Attempt> {
    let Some((file, origin)) = open_lock(path)? else {
        return Ok(Attempt::Held);
    };
    let is_new = origin == Origin::New;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Attempt::Held),
        Err(TryLockError::Error(error)) => {
            if is_new {
                let _ = fs::remove_file(path);
            }
            return Err(error);
        }
    }
    if !is_named(&file, path) {
        return Ok(Attempt::Again);
    }
    if !is_new && !is_private(&file) {
        // Other users could hold a lock file that they can open. Its writer is gone, so a new file
        // replaces it.
        fs::remove_file(path)?;
        return Ok(Attempt::Again);
    }
    Ok(Attempt::Taken(file))
}

/// When an open lock file was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    New,
    Earlier,
}

/// Creates or opens the lock file; returns `None` if it belongs to another user or is being
/// removed.
fn open_lock(path: &Path) -> io::Result<Option<(File, Origin)>> {
    match create_lock(path) {
        Ok(file) => return Ok(Some((file, Origin::New))),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) if cfg!(windows) && is_refused(&error) && path.exists() => return Ok(None),
        Err(error) => return Err(error),
    }
    match open_ordinary(path, Mode::WriteOwn) {
        Ok(file) => Ok(Some((file, Origin::Earlier))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if is_refused(&error) && !is_no_lock(path) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_refused(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied
}

/// Creates the lock file, which only its owner can open.
fn create_lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Returns whether only this user can open a file, and no other name leads to it.
#[cfg(unix)]
fn is_private(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;

    let own = rustix::process::geteuid().as_raw();
    file.metadata().is_ok_and(|metadata| {
        metadata.uid() == own && metadata.mode() & 0o077 == 0 && metadata.nlink() == 1
    })
}

/// Returns true: on Windows the folder decides.
#[cfg(not(unix))]
fn is_private(_file: &File) -> bool {
    true
}

/// Returns whether something other than a file is at the path of the lock file.
fn is_no_lock(path: &Path) -> bool {
    path.symlink_metadata()
        .is_ok_and(|metadata| !metadata.is_file())
}

/// Returns the error for a lock file that is not a file.
fn not_lock(shown: &Path, lock: &Path, error: &io::Error) -> Error {
    Error::unfinished(format!(
        "cannot lock `{}`: `{}` is not a lock file of spinmail: {error}",
        shown.display(),
        lock.display()
    ))
    .hint("remove it if it is not needed")
    .hint("nothing was changed")
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is still locked: otherwise another process could lock a file that has
        // just lost its name, and a third process a new file with that name.
        let _ = fs::remove_file(&self.path);
    }
}

/// Returns the path of the lock file of a file.
fn lock_path(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.lock"))
}

/// Returns the owner of the lock file, if that is another user, and what to do.
#[cfg(unix)]
fn other_user(lock: &Path) -> Option<(u32, String)> {
    let other = super::holder::OtherUsersLock::at(lock)?;
    Some((other.user(), other.hint(lock)))
}

/// Returns `None`: on Windows the folder decides.
#[cfg(not(unix))]
fn other_user(_lock: &Path) -> Option<(u32, String)> {
    None
}

/// Returns the error for a lock that one holder keeps, or for another user's lock file, which may
/// or may not be locked.
fn still_locked(shown: &Path, lock: &Path, limit: Duration, other: Option<(u32, String)>) -> Error {
    let (shown, limit) = (shown.display(), limit.as_secs());
    let error = match other {
        None => Error::unfinished(format!(
            "`{shown}` has been locked by another spinmail for more than {limit} s"
        ))
        .hint(format!("if none is running, remove `{}`", lock.display())),
        Some((user, hint)) => Error::unfinished(format!(
            "`{shown}` has been locked by the user {user} for more than {limit} s"
        ))
        .hint(hint),
    };
    error.hint("nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorClass;

    const LONG: Duration = Duration::from_secs(60);

    /// Returns a folder with a file, the path of the file, and a lock held by another program.
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
        let wanted = still_locked(Path::new("farm.toml"), &lock_path(&target), limit, None);
        assert_eq!(error, Some(wanted));
    }

    #[test]
    fn error_of_a_held_lock_states_the_wait_and_the_fix() {
        let error = still_locked(
            Path::new("farm.toml"),
            Path::new(".farm.toml.lock"),
            LOCK_TIMEOUT,
            None,
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
