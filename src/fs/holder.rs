//! Finds the process that holds a lock whose file only another user can open. Linux lists locks in
//! /proc/locks.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Another user's lock file, and what is known about its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OtherUsersLock {
    user: u32,
    holder: Holder,
    /// Whether only that user and root may remove the file.
    is_protected: bool,
}

/// What is known about the process that holds a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    Process(u32),
    /// No holder is visible. A process on another machine or in a container is never visible.
    NotSeen,
    Unknown,
}

impl OtherUsersLock {
    /// Returns what is known about the lock file, or `None` if it does not belong to another user.
    pub(super) fn at(lock: &Path) -> Option<Self> {
        const STICKY: u32 = 0o1000;

        let metadata = lock.symlink_metadata().ok()?;
        let own = rustix::process::geteuid().as_raw();
        let folder = super::links::folder_of(lock).metadata();
        (metadata.uid() != own).then(|| Self {
            user: metadata.uid(),
            holder: holder_of(metadata.dev(), metadata.ino()),
            is_protected: folder
                .is_ok_and(|folder| folder.mode() & STICKY != 0 && folder.uid() != own),
        })
    }

    pub(super) fn user(&self) -> u32 {
        self.user
    }

    /// Returns whether a living process is known to hold the lock, and the fix.
    pub(super) fn hint(&self, lock: &Path) -> String {
        let (user, lock) = (self.user, lock.display());
        let remove = match self.is_protected {
            true => format!("the user {user} or root can remove `{lock}`"),
            false => format!("remove `{lock}`"),
        };
        match self.holder {
            Holder::Process(id) => format!("process {id} holds `{lock}`: wait until it ends"),
            Holder::NotSeen => format!(
                "no process on this machine is seen to hold it; if no other machine or container \
                 writes here, its writer was killed: {remove}"
            ),
            Holder::Unknown => {
                format!("only that user's spinmail can open it; if that user runs none, {remove}")
            }
        }
    }
}

/// Finds the process that holds a lock on a file.
#[cfg(target_os = "linux")]
fn holder_of(device: u64, inode: u64) -> Holder {
    const MAX_SIZE: u64 = 16 << 20;
    let table = super::read::read_ordinary_up_to(Path::new("/proc/locks"), MAX_SIZE);
    let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
    match table {
        Ok(table) => process_in(&String::from_utf8_lossy(&table), [major, minor], inode)
            .map_or(Holder::NotSeen, Holder::Process),
        Err(_) => Holder::Unknown,
    }
}

#[cfg(not(target_os = "linux"))]
fn holder_of(_device: u64, _inode: u64) -> Holder {
    Holder::Unknown
}

/// Returns the process that holds a lock on a file, from the text of /proc/locks (see proc(5)).
/// Lines with `->` are of processes that wait.
#[cfg(any(target_os = "linux", test))]
fn process_in(table: &str, [major, minor]: [u32; 2], inode: u64) -> Option<u32> {
    let file = format!("{major:02x}:{minor:02x}:{inode}");
    table.lines().find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let words: [&str; 5] = std::array::from_fn(|_| words.next().unwrap_or_default());
        let [_, _, _, process, held] = words;
        (held == file).then(|| process.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "1: POSIX  ADVISORY  WRITE 812 fd:01:4 0 EOF\n\
                         2: FLOCK  ADVISORY  WRITE 1234 fd:01:131089 0 EOF\n\
                         2: -> FLOCK  ADVISORY  WRITE 99 fd:01:131090 0 EOF\n";

    #[test]
    fn holder_is_read_from_the_table_of_locks() {
        for (minor, inode, expected) in [
            (1, 131_089, Some(1234)),
            (2, 131_089, None),
            (1, 13, None),
            // A process that waits does not hold the lock.
            (1, 131_090, None),
        ] {
            assert_eq!(process_in(TABLE, [0xfd, minor], inode), expected, "{inode}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn own_lock_is_found() {
        let file = tempfile::tempfile().expect("a file");
        let metadata = file.metadata().expect("its metadata");
        let holder = || holder_of(metadata.dev(), metadata.ino());
        assert_eq!(holder(), Holder::NotSeen);
        file.lock().expect("the lock");
        // On some file systems, the numbers in the table differ from those in the metadata.
        let found = holder();
        assert!(
            found == Holder::Process(std::process::id()) || found == Holder::NotSeen,
            "{found:?}"
        );
    }

    #[test]
    fn hint_states_who_can_remove_the_file() {
        let lock = Path::new(".farm.toml.lock");
        let hint = |holder, is_protected| {
            OtherUsersLock {
                user: 1500,
                holder,
                is_protected,
            }
            .hint(lock)
        };
        let seen = hint(Holder::Process(7), true);
        assert_eq!(
            seen,
            "process 7 holds `.farm.toml.lock`: wait until it ends"
        );
        for (holder, is_protected, end) in [
            (
                Holder::NotSeen,
                false,
                "its writer was killed: remove `.farm.toml.lock`",
            ),
            (
                Holder::NotSeen,
                true,
                "its writer was killed: the user 1500 or root can remove `.farm.toml.lock`",
            ),
            (
                Holder::Unknown,
                false,
                "if that user runs none, remove `.farm.toml.lock`",
            ),
        ] {
            let hint = hint(holder, is_protected);
            assert!(hint.ends_with(end), "{hint}");
        }
    }
}
