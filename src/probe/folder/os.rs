//! What a folder needs of the operating system: its list of files, from which several threads take
//! at once, opening the files, and the space on the disk.
//!
//! Only ordinary files are opened. A file that has become something else in the meantime, such as a
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

/// How many names one thread takes from the list at a time.
const BATCH: usize = 128;

/// What a name in the list stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    File,
    Folder,
    Link,
    /// A pipe, a device or the like.
    Special,
}

/// What is known of a file besides its content.
#[derive(Debug, Clone, Copy)]
pub(super) struct FileFacts {
    /// In bytes.
    pub size: u64,
    pub written: SystemTime,
    pub is_file: bool,
}

/// The space on a disk, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct DiskSpace {
    /// What is left for this user.
    pub free: u64,
    pub total: u64,
}
