//! Reads folders by the standard library and the Windows API.
#![allow(unsafe_code)]

use super::{BATCH, DiskSpace, FileFacts, FileKind};
use crate::fs::{Mode, open_ordinary};
use std::ffi::OsString;
use std::fs::{DirEntry, File, Metadata, ReadDir};
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::os::windows::fs::MetadataExt;
use std::path::Path;
use std::ptr::null_mut;
use std::sync::{Mutex, PoisonError};
use windows_sys::Win32::Foundation::{
    ERROR_FILE_NOT_FOUND, ERROR_LOCK_VIOLATION, ERROR_PATH_NOT_FOUND, ERROR_SHARING_VIOLATION,
};
use windows_sys::Win32::Storage::FileSystem::{FILE_ATTRIBUTE_REPARSE_POINT, GetDiskFreeSpaceExW};

#[derive(Debug)]
pub(crate) struct FolderList {
    names: Mutex<ReadDir>,
}

#[derive(Debug)]
pub(crate) struct ListEntry {
    entry: DirEntry,
    name: OsString,
}

impl FolderList {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            names: Mutex::new(std::fs::read_dir(path)?),
        })
    }

    /// Adds the next entries to a batch, or none at the end.
    pub(crate) fn take_batch(&self, batch: &mut Vec<ListEntry>) -> io::Result<()> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in names.by_ref().take(BATCH) {
            let entry = entry?;
            batch.push(ListEntry {
                name: entry.file_name(),
                entry,
            });
        }
        Ok(())
    }

    pub(crate) fn kind(&self, entry: &ListEntry) -> io::Result<FileKind> {
        let kind = entry.entry.file_type()?;
        Ok(match kind {
            _ if kind.is_symlink() => FileKind::Link,
            _ if kind.is_dir() => FileKind::Folder,
            _ if kind.is_file() => FileKind::File,
            _ => FileKind::Special,
        })
    }

    pub(crate) fn open_file(&self, entry: &ListEntry) -> io::Result<(File, FileFacts)> {
        let mode = mode_for(entry.entry.metadata()?.file_attributes());
        // A share can have a file with the name of a device.
        let file = open_ordinary(&entry.entry.path(), mode)?;
        let facts = facts(&file.metadata()?)?;
        Ok((file, facts))
    }

    /// Returns the metadata of a file that cannot be opened.
    pub(crate) fn facts(&self, entry: &ListEntry) -> io::Result<FileFacts> {
        facts(&entry.entry.metadata()?)
    }
}

impl ListEntry {
    pub(crate) fn name(&self) -> &[u8] {
        self.name.as_encoded_bytes()
    }
}

/// Returns how a file with these attributes is opened; links have been sorted out. A deduplicated
/// or archived file is a reparse point too, and only opening what it points to gives its content.
fn mode_for(attributes: u32) -> Mode {
    match attributes & FILE_ATTRIBUTE_REPARSE_POINT {
        0 => Mode::ReadOwn,
        _ => Mode::Read,
    }
}

fn facts(metadata: &Metadata) -> io::Result<FileFacts> {
    Ok(FileFacts {
        size: metadata.len(),
        written: metadata.modified()?,
        is_file: metadata.is_file(),
    })
}

/// Returns the space on a folder's disk: available to this user, and in total.
pub(crate) fn disk_space(folder: &Path) -> io::Result<DiskSpace> {
    let name: Vec<u16> = folder.as_os_str().encode_wide().chain([0]).collect();
    let (mut free, mut total) = (0, 0);
    // SAFETY: the name ends with a zero; both numbers outlive the call; the third may be null.
    let ok =
        unsafe { GetDiskFreeSpaceExW(name.as_ptr(), &raw mut free, &raw mut total, null_mut()) };
    if ok == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(DiskSpace { free, total })
}

/// Returns whether another program prevents reading a file.
pub(crate) fn is_in_use(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(i32::cast_unsigned);
    matches!(code, Some(ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION))
}

/// Returns whether an error means that the folder does not exist. The standard library has the same
/// kind for an unreachable server and for a missing share.
pub(crate) fn is_not_found(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(i32::cast_unsigned);
    matches!(code, Some(ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deduplicated_files_are_opened_through_their_reparse_point() {
        // 0x20 is FILE_ATTRIBUTE_ARCHIVE, 0x200 FILE_ATTRIBUTE_SPARSE_FILE.
        for (attributes, expected) in [(0x20, Mode::ReadOwn), (0x620, Mode::Read)] {
            assert_eq!(mode_for(attributes), expected, "{attributes:#x}");
        }
    }

    #[test]
    fn unreachable_servers_are_not_missing_folders() {
        for (code, is_missing) in [
            (2, true),
            (3, true),
            (15, false),
            (53, false),
            (67, false),
            (5, false),
        ] {
            let error = io::Error::from_raw_os_error(code);
            assert_eq!(is_not_found(&error), is_missing, "{code}");
        }
    }
}
