//! Reads folders by Unix system calls. Files are opened relative to their folder, so that the
//! system does not resolve the whole path for each of them.

use super::{BATCH, DiskSpace, FileFacts, FileKind};
use rustix::fs::{AtFlags, Dir, DirEntry, FileType, Mode, OFlags, Stat};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

#[derive(Debug)]
pub(crate) struct FolderList {
    folder: OwnedFd,
    names: Mutex<Dir>,
}

#[derive(Debug)]
pub(crate) struct ListEntry(DirEntry);

impl FolderList {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(path, flags, Mode::empty())?;
        let names = Mutex::new(Dir::read_from(&folder)?);
        Ok(Self { folder, names })
    }

    /// Adds the next entries to a batch, or none at the end.
    pub(crate) fn take_batch(&self, batch: &mut Vec<ListEntry>) -> io::Result<()> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        while batch.len() < BATCH {
            let Some(entry) = names.next() else { break };
            let entry = entry?;
            if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
                batch.push(ListEntry(entry));
            }
        }
        Ok(())
    }

    pub(crate) fn kind(&self, entry: &ListEntry) -> io::Result<FileKind> {
        let kind = match entry.0.file_type() {
            // Some file systems do not return the kind with the name.
            FileType::Unknown => FileType::from_raw_mode(self.stat(entry)?.st_mode),
            kind => kind,
        };
        Ok(match kind {
            FileType::RegularFile => FileKind::File,
            FileType::Directory => FileKind::Folder,
            FileType::Symlink => FileKind::Link,
            _ => FileKind::Special,
        })
    }

    pub(crate) fn open_file(&self, entry: &ListEntry) -> io::Result<(File, FileFacts)> {
        let flags =
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.folder, entry.0.file_name(), flags, Mode::empty())?;
        let facts = facts(&rustix::fs::fstat(&file)?);
        Ok((file.into(), facts))
    }

    /// Returns the metadata of a file that cannot be opened.
    pub(crate) fn facts(&self, entry: &ListEntry) -> io::Result<FileFacts> {
        Ok(facts(&self.stat(entry)?))
    }

    fn stat(&self, entry: &ListEntry) -> io::Result<Stat> {
        Ok(rustix::fs::statat(
            &self.folder,
            entry.0.file_name(),
            AtFlags::SYMLINK_NOFOLLOW,
        )?)
    }
}

impl ListEntry {
    pub(crate) fn name(&self) -> &[u8] {
        self.0.file_name().to_bytes()
    }
}

fn facts(stat: &Stat) -> FileFacts {
    let seconds = Duration::from_secs(stat.st_mtime.unsigned_abs());
    let written = match stat.st_mtime {
        0.. => SystemTime::UNIX_EPOCH.checked_add(seconds),
        _ => SystemTime::UNIX_EPOCH.checked_sub(seconds),
    };
    FileFacts {
        size: u64::try_from(stat.st_size).unwrap_or_default(),
        written: written.unwrap_or(SystemTime::UNIX_EPOCH),
        is_file: FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile,
    }
}

/// Returns the space on a folder's disk.
pub(crate) fn disk_space(folder: &Path) -> io::Result<DiskSpace> {
    let stat = rustix::fs::statvfs(folder)?;
    Ok(DiskSpace {
        free: stat.f_bavail.saturating_mul(stat.f_frsize),
        total: stat.f_blocks.saturating_mul(stat.f_frsize),
    })
}

/// Returns whether another program prevents reading a file, which occurs on mounted Windows shares.
pub(crate) fn is_in_use(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ResourceBusy | io::ErrorKind::ExecutableFileBusy
    )
}

/// Returns whether an error means that the folder does not exist.
pub(crate) fn is_not_found(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound
}
