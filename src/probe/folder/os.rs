//! A folder's list of files, taken from by several at once, and opening them. What is no ordinary
//! file is never opened, and what has become something else in the meantime is neither followed nor
//! waited for.

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// How many names one takes from the list at a time.
const BATCH: usize = 128;

/// What a name in the list stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    Link,
    /// A pipe, a device or the like.
    Special,
}

/// What is known of a file beside its content.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// In bytes.
    pub size: u64,
    pub written: SystemTime,
    pub is_file: bool,
}

#[cfg(not(unix))]
pub use with_std::{Entry, List};
#[cfg(unix)]
pub use with_unix::{Entry, List};

/// Files are opened from their folder, which saves the system going the whole path for each.
#[cfg(unix)]
mod with_unix {
    use super::{BATCH, Facts, Kind, Mutex, Path, PoisonError, SystemTime, io};
    use rustix::fs::{AtFlags, Dir, DirEntry, FileType, Mode, OFlags, Stat};
    use std::fs::File;
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    #[derive(Debug)]
    pub struct List {
        folder: OwnedFd,
        names: Mutex<Dir>,
    }

    #[derive(Debug)]
    pub struct Entry(DirEntry);

    impl List {
        pub fn open(path: &Path) -> io::Result<Self> {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let folder = rustix::fs::open(path, flags, Mode::empty())?;
            let names = Mutex::new(Dir::read_from(&folder)?);
            Ok(Self { folder, names })
        }

        /// The next entries; none at the end.
        pub fn take(&self, batch: &mut Vec<Entry>) -> io::Result<()> {
            let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            while batch.len() < BATCH {
                let Some(entry) = names.next() else { break };
                let entry = entry?;
                if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
                    batch.push(Entry(entry));
                }
            }
            Ok(())
        }

        pub fn kind(&self, entry: &Entry) -> io::Result<Kind> {
            let kind = match entry.0.file_type() {
                // Some file systems do not tell it in the list.
                FileType::Unknown => FileType::from_raw_mode(self.stat(entry)?.st_mode),
                kind => kind,
            };
            Ok(match kind {
                FileType::RegularFile => Kind::File,
                FileType::Directory => Kind::Folder,
                FileType::Symlink => Kind::Link,
                _ => Kind::Special,
            })
        }

        pub fn open_file(&self, entry: &Entry) -> io::Result<(File, Facts)> {
            let flags = OFlags::RDONLY
                | OFlags::NOFOLLOW
                | OFlags::NONBLOCK
                | OFlags::NOCTTY
                | OFlags::CLOEXEC;
            let file = rustix::fs::openat(&self.folder, entry.0.file_name(), flags, Mode::empty())?;
            let facts = facts(&rustix::fs::fstat(&file)?);
            Ok((file.into(), facts))
        }

        /// What is known of a file that cannot be opened.
        pub fn facts(&self, entry: &Entry) -> io::Result<Facts> {
            Ok(facts(&self.stat(entry)?))
        }

        fn stat(&self, entry: &Entry) -> io::Result<Stat> {
            Ok(rustix::fs::statat(
                &self.folder,
                entry.0.file_name(),
                AtFlags::SYMLINK_NOFOLLOW,
            )?)
        }
    }

    impl Entry {
        pub fn name(&self) -> &[u8] {
            self.0.file_name().to_bytes()
        }
    }

    fn facts(stat: &Stat) -> Facts {
        let seconds = Duration::from_secs(stat.st_mtime.unsigned_abs());
        let written = match stat.st_mtime {
            0.. => SystemTime::UNIX_EPOCH.checked_add(seconds),
            _ => SystemTime::UNIX_EPOCH.checked_sub(seconds),
        };
        Facts {
            size: u64::try_from(stat.st_size).unwrap_or_default(),
            written: written.unwrap_or(SystemTime::UNIX_EPOCH),
            is_file: FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile,
        }
    }
}

#[cfg(not(unix))]
mod with_std {
    use super::{BATCH, Facts, Kind, Mutex, Path, PoisonError, io};
    use std::ffi::OsString;
    use std::fs::{DirEntry, File, Metadata, ReadDir};

    #[derive(Debug)]
    pub struct List {
        names: Mutex<ReadDir>,
    }

    #[derive(Debug)]
    pub struct Entry {
        entry: DirEntry,
        name: OsString,
    }

    impl List {
        pub fn open(path: &Path) -> io::Result<Self> {
            Ok(Self {
                names: Mutex::new(std::fs::read_dir(path)?),
            })
        }

        /// The next entries; none at the end.
        pub fn take(&self, batch: &mut Vec<Entry>) -> io::Result<()> {
            let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            for entry in names.by_ref().take(BATCH) {
                let entry = entry?;
                batch.push(Entry {
                    name: entry.file_name(),
                    entry,
                });
            }
            Ok(())
        }

        pub fn kind(&self, entry: &Entry) -> io::Result<Kind> {
            let kind = entry.entry.file_type()?;
            Ok(match kind {
                _ if kind.is_symlink() => Kind::Link,
                _ if kind.is_dir() => Kind::Folder,
                _ if kind.is_file() => Kind::File,
                _ => Kind::Special,
            })
        }

        pub fn open_file(&self, entry: &Entry) -> io::Result<(File, Facts)> {
            let file = File::open(entry.entry.path())?;
            let facts = facts(&file.metadata()?)?;
            Ok((file, facts))
        }

        /// What is known of a file that cannot be opened.
        pub fn facts(&self, entry: &Entry) -> io::Result<Facts> {
            facts(&entry.entry.metadata()?)
        }
    }

    impl Entry {
        pub fn name(&self) -> &[u8] {
            self.name.as_encoded_bytes()
        }
    }

    fn facts(metadata: &Metadata) -> io::Result<Facts> {
        Ok(Facts {
            size: metadata.len(),
            written: metadata.modified()?,
            is_file: metadata.is_file(),
        })
    }
}
