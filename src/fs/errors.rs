//! Creates errors about files that cannot be written.

use crate::error::Error;
use std::io;
use std::path::Path;

pub(super) fn already_there(path: &Path) -> Error {
    Error::usage(format!("`{}` already exists", path.display()))
}

pub(super) fn cannot_write(path: &Path, error: &io::Error) -> Error {
    let unfinished = Error::unfinished(format!("cannot write `{}`: {error}", path.display()));
    let explained = match error.kind() {
        io::ErrorKind::NotFound => unfinished.hint("its folder must exist"),
        io::ErrorKind::StorageFull => unfinished.hint("free some disk space"),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            unfinished.hint("its folder must be writable: the file is replaced in one step")
        }
        io::ErrorKind::ResourceBusy => unfinished.hint("close it there, and try again"),
        _ => unfinished,
    };
    explained.hint("nothing was changed")
}

pub(super) fn dangling_link(path: &Path) -> Error {
    Error::usage(format!(
        "`{}` is a symbolic link whose target does not exist",
        path.display()
    ))
    .hint("remove the link, or name the file itself")
}
