//! Resolves a path for writing: links are followed as the kernel does.
//!
//! A folder that others can write to, such as /tmp, may contain a link or a pipe that another user
//! created to redirect reads or writes. Linux refuses to follow such links
//! (`fs.protected_symlinks`, `protected_fifos` and `protected_regular` in proc(5)), but only when a
//! file is opened: replacing a file by a rename must not bypass that. These rules apply here even
//! if the system does not enforce them.

use super::errors::{cannot_write, dangling_link};
use crate::error::Error;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// The target of a path to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A path that does not exist yet.
    New,
    /// A file, with the path after following all links.
    File(PathBuf),
    /// A device, a pipe, or an open file such as `/dev/stdout`: it is written to in place and never
    /// replaced.
    Stream,
}

/// The maximum number of links, as in Linux.
const MAX_LINKS: usize = 40;

/// Resolves a path to its target.
///
/// # Errors
/// Fails if the path cannot be followed, is a folder, is a link to a missing file, or crosses a
/// link or pipe of another user in a folder that others can write to.
pub(super) fn follow(path: &Path) -> Result<Target, Error> {
    // Refuse the links that the kernel refuses to follow.
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

/// Returns whether a folder's links are the descriptors of a process, not paths.
fn is_of_processes(folder: &Path) -> bool {
    cfg!(unix) && (folder.starts_with("/proc") || folder.starts_with("/dev/fd"))
}

/// Returns whether a file may be another user's trap: the folder takes files from everyone, and
/// neither this user nor the folder's owner owns the file.
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
        // A replaced file keeps its owner, who may read it. A trap could use that if files belong
        // to their creators.
        false => kind.is_file() && folder.mode() & STICKY != 0 && folder.mode() & SHARED != 0,
    };
    let own = rustix::process::geteuid().as_raw();
    takes_files && metadata.uid() != own && metadata.uid() != folder.uid()
}

/// Returns false: Windows lets only administrators and developers create links, and a file has no
/// comparable owner.
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

/// Returns the folder of a file; for a bare name, the current folder.
pub(super) fn folder_of(file: &Path) -> &Path {
    file.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}
