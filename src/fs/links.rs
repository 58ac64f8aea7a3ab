//! Where a path leads that is to be written: the links are followed as the kernel follows them.
//!
//! A folder that others can write to, such as /tmp, may hold a link or a pipe that another user
//! made to have a file written or read elsewhere. Linux refuses to follow such links
//! (`fs.protected_symlinks`, `protected_fifos` and `protected_regular` in proc(5)), but only where
//! they are opened: a file that is replaced by a rename must not go around that. The rules hold
//! here even where the system does not apply them.

use super::errors::{cannot_write, dangling_link};
use crate::error::Error;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// What a path to be written leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Nothing yet.
    New,
    /// A file, under the name that is not a link.
    File(PathBuf),
    /// A device, a pipe, or a file that is open already, such as `/dev/stdout`: it is written into
    /// and never replaced.
    Stream,
}

/// As many links as Linux follows.
const MAX_LINKS: usize = 40;

/// Returns where a path leads.
///
/// # Errors
/// It cannot be followed, is a folder, leads to what does not exist, or crosses what another user
/// put into a folder that others can write to.
pub(super) fn follow(path: &Path) -> Result<Target, Error> {
    // What the kernel refuses to follow is refused.
    let reached = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return match path.symlink_metadata() {
                Ok(_) => Err(dangling_link(path)),
                Err(_) => Ok(Target::New),
            };
        }
        Err(error) => return Err(cannot_follow(path, &error)),
    };
    if reached.is_dir() {
        return Err(Error::usage(format!(
            "`{}` is a folder, not a file",
            path.display()
        )));
    }
    let mut at = path.to_owned();
    for _ in 0..MAX_LINKS {
        let metadata = at
            .symlink_metadata()
            .map_err(|error| cannot_follow(path, &error))?;
        if is_planted(&at, &metadata) {
            return Err(planted(path));
        }
        if !metadata.is_symlink() {
            return Ok(match metadata.is_file() {
                true => Target::File(at),
                false => Target::Stream,
            });
        }
        let folder =
            fs::canonicalize(folder_of(&at)).map_err(|error| cannot_follow(path, &error))?;
        if is_of_processes(&folder) {
            return Ok(Target::Stream);
        }
        let next = fs::read_link(&at).map_err(|error| cannot_follow(path, &error))?;
        at = folder.join(next);
    }
    Err(cannot_follow(path, &io::Error::other("too many links")))
}

/// Returns whether links in a folder are the descriptors of processes, not paths.
fn is_of_processes(folder: &Path) -> bool {
    cfg!(unix) && (folder.starts_with("/proc") || folder.starts_with("/dev/fd"))
}

/// Returns whether another user may have put a file there for this one to fall into: neither this
/// user nor the folder's owner owns it, and the folder takes files from everyone.
#[cfg(unix)]
pub(super) fn is_planted(path: &Path, metadata: &Metadata) -> bool {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};

    const STICKY: u32 = 0o1000;
    const SHARED: u32 = 0o022;
    const FOR_ALL: u32 = 0o002;
    let Ok(folder) = folder_of(path).metadata() else {
        return false;
    };
    let kind = metadata.file_type();
    let takes_files = match kind.is_symlink() || kind.is_fifo() {
        true => folder.mode() & FOR_ALL != 0,
        // A file is replaced and keeps its owner, who may read it: where files belong to those who
        // make them, that is not meant.
        false => kind.is_file() && folder.mode() & STICKY != 0 && folder.mode() & SHARED != 0,
    };
    let own = rustix::process::geteuid().as_raw();
    takes_files && metadata.uid() != own && metadata.uid() != folder.uid()
}

/// Returns false: Windows makes links only for administrators and developers, and a file has no such
/// owner to compare with.
#[cfg(not(unix))]
pub(super) fn is_planted(_path: &Path, _metadata: &Metadata) -> bool {
    false
}

fn cannot_follow(path: &Path, error: &io::Error) -> Error {
    cannot_write(path, error)
}

fn planted(path: &Path) -> Error {
    Error::unfinished(format!(
        "cannot write `{}`: another user put it into a folder that others can write to",
        path.display()
    ))
    .hint("name a file in a folder of your own")
    .hint("nothing was changed")
}

/// Returns the folder that a file is in; for a bare name, the current one.
pub(super) fn folder_of(file: &Path) -> &Path {
    file.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}
