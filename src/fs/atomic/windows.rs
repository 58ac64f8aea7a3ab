//! Replacing files on Windows, where a file has more than its contents: attributes, the time when
//! it was created, further streams.

use crate::fs::windows::replace;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::NamedTempFile;
use windows_sys::Win32::Foundation::{ERROR_LOCK_VIOLATION, ERROR_SHARING_VIOLATION};

/// How long another process may hold the old file open.
const TIMEOUT: Duration = Duration::from_secs(2);

/// How long to wait before the next try.
const RETRY_INTERVAL: Duration = Duration::from_millis(20);

/// Puts the new file in the place of the old one, whose attributes, time of creation and streams
/// stay. Where the file system cannot do that, the new file is renamed. The new file is closed
/// first: others could not open it.
///
/// # Errors
/// Fails if another process holds the old file open, or if it cannot be replaced.
pub(super) fn persist(temporary: NamedTempFile, target: &Path) -> io::Result<()> {
    let deadline = Instant::now() + TIMEOUT;
    let mut closed = temporary.into_temp_path();
    loop {
        let error = match replace(target, &closed) {
            Ok(()) => return Ok(()),
            Err(error) if is_held(&error) => error,
            Err(_) => match closed.persist(target) {
                Ok(()) => return Ok(()),
                Err(failed) => {
                    closed = failed.path;
                    failed.error
                }
            },
        };
        if Instant::now() >= deadline {
            return Err(explained(error));
        }
        std::thread::sleep(RETRY_INTERVAL);
    }
}

/// Returns whether another process holds the file open, so that a later try may succeed.
fn is_held(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(i32::cast_unsigned);
    matches!(code, Some(ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION))
        || error.kind() == ErrorKind::PermissionDenied
}

/// Returns an error that names the likely cause.
fn explained(error: io::Error) -> io::Error {
    let code = error.raw_os_error().map(i32::cast_unsigned);
    match code {
        Some(ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION) => {
            io::Error::new(ErrorKind::ResourceBusy, "another program has it open")
        }
        _ => error,
    }
}

/// Gives the new file the DACL of the old one.
///
/// # Errors
/// Fails if the DACL cannot be kept.
pub(super) fn keep_ownership(old: &Path, new: &File, name: &str) -> io::Result<Vec<String>> {
    let lost = crate::fs::windows::keep(old, new).map_err(|error| {
        io::Error::new(
            error.kind(),
            format!("its permissions cannot be kept: {error}"),
        )
    })?;
    let mut notes = Vec::new();
    if lost.owner {
        notes.push(format!(
            "note: `{name}` is yours now: its owner cannot be kept"
        ));
    }
    if lost.grants {
        notes.push(format!(
            "note: `{name}` has only the permissions that its folder passes on: you may not set \
             those that it had (a share grants that by Full control only)"
        ));
    }
    Ok(notes)
}

/// Does nothing: Windows has no such call and needs none.
pub(super) fn sync_folder(_file: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, OpenOptions};
    use std::io::Write;
    use std::os::windows::fs::OpenOptionsExt;

    fn new_file(folder: &Path) -> NamedTempFile {
        let mut file = NamedTempFile::new_in(folder).expect("a file");
        file.write_all(b"new").expect("its text");
        file
    }

    #[test]
    fn an_old_file_is_replaced_and_a_missing_one_is_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("farm.toml");
        persist(new_file(folder.path()), &target).expect("a new file");
        fs::write(&target, "old").expect("an old file");
        persist(new_file(folder.path()), &target).expect("it is replaced");
        assert_eq!(fs::read_to_string(&target).expect("the file"), "new");
        let left = fs::read_dir(folder.path()).expect("the folder").count();
        assert_eq!(left, 1, "nothing else is left");
    }

    #[test]
    fn a_file_that_another_program_has_open_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("farm.toml");
        fs::write(&target, "old").expect("an old file");
        let mut alone = OpenOptions::new();
        let held = alone.read(true).share_mode(0).open(&target).expect("it");
        let error = persist(new_file(folder.path()), &target).expect_err("it is open");
        assert!(
            matches!(
                error.kind(),
                ErrorKind::ResourceBusy | ErrorKind::PermissionDenied
            ),
            "{error:?}"
        );
        drop(held);
        assert_eq!(fs::read_to_string(&target).expect("the file"), "old");
    }
}
