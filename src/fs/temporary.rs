//! Temporary files that replace others by a rename, and cleaning up those of killed writers.
//!
//! A writer holds the lock of its temporary file as long as it runs. So an unlocked file of this
//! user has no writer.

use super::links::folder_of;
#[cfg(unix)]
use super::open::{Mode, is_named, open_ordinary};
#[cfg(unix)]
use std::fs::TryLockError;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};
use tempfile::NamedTempFile;

const PREFIX: &str = ".spinmail-";
const SUFFIX: &str = ".tmp";

/// How old a file without a writer must be to be removed.
const MIN_AGE: Duration = Duration::from_secs(60);

/// The maximum number of names in a folder to check.
const MAX_NAMES: usize = 10_000;

/// The permissions of a temporary file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// The permissions of a new file of this user, by the umask and the folder.
    Usual,
    /// Access only for this user, until the file gets the permissions of the one that it replaces.
    Owner,
}

/// Creates an empty file in the folder of `target`, and removes those of killed writers.
pub(super) fn create(target: &Path, access: Access) -> io::Result<NamedTempFile> {
    let folder = folder_of(target);
    remove_leftovers(folder);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(SUFFIX)
        .make_in(folder, |path| {
            let file = match access {
                Access::Usual => options.open(path)?,
                Access::Owner => open_for_owner(&mut options, path)?,
            };
            claim(&file, path)?;
            Ok(file)
        })
}

/// Creates a file that other users cannot open, because it does not have its final permissions yet.
#[cfg(unix)]
fn open_for_owner(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    options.mode(0o600).open(path)
}

#[cfg(windows)]
fn open_for_owner(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    super::windows::create_closed(options, path)
}

/// Locks a new file.
///
/// # Errors
/// Fails if another process has removed it in the meantime as a killed writer's: try another name.
#[cfg(unix)]
fn claim(file: &File, path: &Path) -> io::Result<()> {
    match file.try_lock() {
        Ok(()) if is_named(file, path) => Ok(()),
        Ok(()) | Err(TryLockError::WouldBlock) => Err(io::ErrorKind::AlreadyExists.into()),
        // On a file system without locks, no files are removed either.
        Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// Does nothing: an open file cannot be removed. A lock would block readers of the new file.
#[cfg(not(unix))]
fn claim(_file: &File, _path: &Path) -> io::Result<()> {
    Ok(())
}

/// Removes the temporary files of killed writers. Files that cannot be removed stay; they do not
/// affect other writers.
fn remove_leftovers(folder: &Path) {
    let Ok(entries) = folder.read_dir() else {
        return;
    };
    for entry in entries.take(MAX_NAMES).flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) && is_old(&entry.path()) {
            remove_if_unused(&entry.path());
        }
    }
}

/// Returns whether a file has not been written to for a while.
fn is_old(path: &Path) -> bool {
    let Ok(metadata) = path.symlink_metadata() else {
        return false;
    };
    let written = metadata.modified().ok();
    let age = written.and_then(|time| SystemTime::now().duration_since(time).ok());
    metadata.is_file() && is_own(&metadata) && age.is_some_and(|age| age >= MIN_AGE)
}

#[cfg(unix)]
fn is_own(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;

    metadata.uid() == rustix::process::geteuid().as_raw()
}

/// Returns true: Windows checks the right to delete.
#[cfg(not(unix))]
fn is_own(_metadata: &std::fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn remove_if_unused(path: &Path) {
    let Ok(file) = open_ordinary(path, Mode::ReadOwn) else {
        return;
    };
    if matches!(file.try_lock(), Ok(())) && is_named(&file, path) {
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(not(unix))]
fn remove_if_unused(path: &Path) {
    use std::os::windows::fs::OpenOptionsExt;

    // The file is opened without sharing, which fails while a writer has it open.
    if OpenOptions::new()
        .read(true)
        .share_mode(0)
        .open(path)
        .is_ok()
    {
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Creates a temporary file of this age.
    fn leftover(folder: &Path, name: &str, age: Duration) -> File {
        let file = File::create(folder.join(name)).expect("a file");
        file.set_modified(SystemTime::now() - age).expect("a time");
        file
    }

    #[test]
    fn leftovers_are_removed_only_if_old_and_without_a_writer() {
        let folder = tempfile::tempdir().expect("a folder");
        let old = MIN_AGE * 2;
        drop(leftover(folder.path(), ".spinmail-dead.tmp", old));
        drop(leftover(
            folder.path(),
            ".spinmail-young.tmp",
            Duration::ZERO,
        ));
        drop(leftover(folder.path(), ".other-dead.tmp", old));
        let writer = leftover(folder.path(), ".spinmail-alive.tmp", old);
        #[cfg(unix)]
        writer.lock().expect("the lock");
        remove_leftovers(folder.path());
        let entries = folder.path().read_dir().expect("a folder").flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
        names.sort();
        assert_eq!(
            names,
            [
                ".other-dead.tmp",
                ".spinmail-alive.tmp",
                ".spinmail-young.tmp"
            ]
        );
        drop(writer);
    }

    #[cfg(unix)]
    #[test]
    fn link_named_like_a_leftover_is_not_touched() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("target");
        drop(leftover(folder.path(), "target", MIN_AGE * 2));
        std::os::unix::fs::symlink(&target, folder.path().join(".spinmail-link.tmp"))
            .expect("a link");
        remove_leftovers(folder.path());
        assert_eq!(folder.path().read_dir().expect("a folder").count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn living_writer_holds_the_lock_of_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let temporary = create(&folder.path().join("target"), Access::Owner).expect("a file");
        let other = File::open(temporary.path()).expect("the file");
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
    }
}
