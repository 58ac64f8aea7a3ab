//! The system calls for a folder: a list of files that several threads share, opening files, and
//! the disk's space.
//!
//! Only ordinary files are opened. A file that has been replaced in the meantime, for example by a
//! link or a pipe, is neither followed nor waited for.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{FolderList, ListEntry, disk_space, is_in_use, is_not_found};
#[cfg(windows)]
pub(crate) use windows::{FolderList, ListEntry, disk_space, is_in_use, is_not_found};

use std::time::SystemTime;

/// The number of names that a thread takes from the list at a time.
const BATCH: usize = 128;

/// The kind of a name in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    File,
    Folder,
    Link,
    /// A pipe, a device or another special file.
    Special,
}

/// A file's metadata.
#[derive(Debug, Clone, Copy)]
pub(super) struct FileFacts {
    /// The size in bytes.
    pub size: u64,
    pub written: SystemTime,
    pub is_file: bool,
}

/// The space on a disk, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct DiskSpace {
    /// The space available to this user.
    pub free: u64,
    pub total: u64,
}
