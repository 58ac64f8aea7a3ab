//! Opens files on Windows, where pipes and devices have names that look like those of files.
#![allow(unsafe_code)]

use super::device_names;
use super::ordinary::{Mode, NotOrdinary, require_file};
use crate::fs::inputs::identity;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::AsRawHandle;
use std::path::Path;
use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT, FILE_TYPE_DISK, GetFileType,
    SECURITY_IDENTIFICATION,
};

/// Opens an ordinary file without blocking, as opening a pipe would.
///
/// # Errors
/// Fails if it cannot be opened, or is a folder, a pipe or a device ([`NotOrdinary`]).
pub(crate) fn open_ordinary(path: &Path, mode: Mode) -> io::Result<File> {
    // Opening a pipe or a device can have effects, so the name is checked first.
    if device_names::is_device(&path.to_string_lossy()) {
        return Err(io::Error::other(NotOrdinary));
    }
    let no_link = match mode {
        Mode::Read => 0,
        Mode::ReadOwn | Mode::WriteOwn => FILE_FLAG_OPEN_REPARSE_POINT,
    };
    let file = OpenOptions::new()
        .read(true)
        .write(mode == Mode::WriteOwn)
        // A folder is opened, too, to distinguish it from a file that may not be read.
        .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | no_link)
        // If a link leads to a pipe, its server may identify this user, but not impersonate it.
        .security_qos_flags(SECURITY_IDENTIFICATION)
        .open(path)?;
    require_disk(&file)?;
    require_file(&file.metadata()?)?;
    Ok(file)
}

/// Opens a file that the user named. No Windows shell passes a pipe's name in place of a file, so
/// the file must be an ordinary one.
///
/// # Errors
/// Fails if it cannot be opened, or is not an ordinary file ([`NotOrdinary`]).
pub(in crate::fs) fn open_named(path: &Path) -> io::Result<File> {
    open_ordinary(path, Mode::Read)
}

/// Returns whether an open file still has this name.
pub(in crate::fs) fn is_named(file: &File, path: &Path) -> bool {
    let held = file.try_clone().and_then(same_file::Handle::from_file);
    held.is_ok_and(|held| identity(path).is_some_and(|named| named == held))
}

/// Rejects everything that is not on a disk: pipes, consoles, NUL and other devices.
fn require_disk(file: &File) -> io::Result<()> {
    // SAFETY: the handle belongs to the open file.
    match unsafe { GetFileType(file.as_raw_handle()) } {
        FILE_TYPE_DISK => Ok(()),
        _ => Err(io::Error::other(NotOrdinary)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_not_on_a_disk() {
        let nul = File::open("NUL").expect("the device");
        let error = require_disk(&nul).expect_err("a device");
        assert!(NotOrdinary::is(&error), "{error}");
        for name in [
            "NUL",
            "CON",
            r"\\.\pipe\spinmail-test",
            r"\\?\pipe\x",
            r"\\.\NUL",
        ] {
            for mode in [Mode::Read, Mode::ReadOwn, Mode::WriteOwn] {
                let error = open_ordinary(Path::new(name), mode).expect_err(name);
                assert!(NotOrdinary::is(&error), "{name}: {error}");
            }
            let error = open_named(Path::new(name)).expect_err(name);
            assert!(NotOrdinary::is(&error), "{name}: {error}");
        }
    }

    #[test]
    fn files_are_opened_and_folders_are_distinguished() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("farm.toml");
        std::fs::write(&path, "").expect("a file");
        for path in [path.clone(), path.canonicalize().expect("its full name")] {
            assert!(open_named(&path).is_ok(), "{}", path.display());
            assert!(open_ordinary(&path, Mode::WriteOwn).is_ok());
        }
        let error = open_named(folder.path()).expect_err("a folder");
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
        let missing = open_named(&folder.path().join("none")).expect_err("nothing");
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }
}
