//! Reads a whole file up to a maximum size, as bytes or as text.
//!
//! On Unix a file that the user names may be a pipe or a device, such as `/dev/stdin` or a shell's
//! `<(command)`: reading it may block, as in every program. On Windows it must be an ordinary file.
//! A file that another file names, or that was found in a folder, must be an ordinary one, so that
//! reading it never blocks. [`InputFile`] distinguishes the two.

use super::encoding::{BadByte, TextEncoding};
use super::inputs::note_input;
use super::open::{Mode, NotOrdinary, open_named, open_ordinary};
use crate::error::Error;
#[cfg(unix)]
use std::fs;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The largest file that is read, in bytes, unless the caller says otherwise. A farm file of ten
/// thousand servers takes about 2 MB.
const MAX_FILE_SIZE: u64 = 16 << 20;

/// A file to read, and the source of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InputFile {
    path: PathBuf,
    origin: Origin,
}

/// The source of a file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The user named it, on the command line or in the environment.
    User,
    /// It was found in a folder, or is the default.
    Found,
}

impl InputFile {
    /// Returns a file that the user named: on Unix it may be a pipe or a device, and reading it may
    /// block.
    pub(crate) fn named(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            origin: Origin::User,
        }
    }

    /// Returns a file that the user did not name: it must be an ordinary one.
    pub(crate) fn found(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            origin: Origin::Found,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn open(&self) -> io::Result<File> {
        match self.origin {
            Origin::Found => open_ordinary(&self.path, Mode::Read),
            Origin::User => open_named(&self.path),
        }
    }
}

/// Reads a text file of at most the default size, in UTF-8 or UTF-16, without a BOM.
///
/// # Errors
/// Fails if the file does not exist, is a folder, cannot be read, is too large, or is not text.
pub(crate) fn read_text(file: &InputFile) -> Result<String, Error> {
    read_text_up_to(file, MAX_FILE_SIZE)
}

/// Reads a text file of at most the default size, in UTF-8 or UTF-16, for an edit: a BOM is the
/// first character.
///
/// # Errors
/// Fails if the file does not exist, is a folder, cannot be read, is too large, or is not text.
pub(crate) fn read_text_with_bom(file: &InputFile) -> Result<String, Error> {
    Ok(read_encoded(file, MAX_FILE_SIZE)?.0)
}

/// Reads the bytes of a file of at most the default size.
///
/// # Errors
/// Fails if the file does not exist, is a folder, cannot be read, or is too large.
pub(crate) fn read_bytes(file: &InputFile) -> Result<Vec<u8>, Error> {
    read_bytes_up_to(file, MAX_FILE_SIZE)
}

/// Reads the bytes of an ordinary file of at most `max_size` bytes, for callers that handle the
/// failure.
///
/// # Errors
/// Fails if the file does not exist, is not an ordinary one, cannot be read, or is too large.
pub(crate) fn read_ordinary_up_to(path: &Path, max_size: u64) -> io::Result<Vec<u8>> {
    let file = open_ordinary(path, Mode::Read)?;
    note_input(path);
    let mut bytes = Vec::new();
    file.take(max_size + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > max_size {
        false => Ok(bytes),
        true => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {} MiB", max_size >> 20),
        )),
    }
}

/// Returns whether everyone may read a file. Pipes have no such permission.
#[cfg(unix)]
pub(crate) fn may_be_read_by_all(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    const READ_BY_OTHERS: u32 = 0o004;
    fs::metadata(path).is_ok_and(|metadata| {
        metadata.is_file() && metadata.permissions().mode() & READ_BY_OTHERS != 0
    })
}

/// Returns whether everyone may read a file. On Windows this depends on ACLs, which are not checked
/// here.
#[cfg(not(unix))]
pub(crate) fn may_be_read_by_all(_: &Path) -> bool {
    false
}

/// Reads a text file of at most `max_size` bytes, in UTF-8 or UTF-16, without a BOM.
///
/// # Errors
/// Fails if the file does not exist, is a folder, cannot be read, is too large, or is not text.
pub(crate) fn read_text_up_to(file: &InputFile, max_size: u64) -> Result<String, Error> {
    let (text, _) = read_encoded(file, max_size)?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Reads a text file to be edited, with its BOM and its encoding.
///
/// # Errors
/// Fails if the file does not exist, is not an ordinary one, cannot be read, is too large, or is
/// not text.
pub(super) fn read_to_edit(path: &Path) -> Result<(String, TextEncoding), Error> {
    read_encoded(&InputFile::found(path), MAX_FILE_SIZE)
}

fn read_encoded(file: &InputFile, max_size: u64) -> Result<(String, TextEncoding), Error> {
    let bytes = read_bytes_up_to(file, max_size)?;
    let encoding = TextEncoding::detect(&bytes);
    match encoding.decode(bytes) {
        Ok(text) => Ok((text, encoding)),
        Err(bad) => Err(not_text(file.path(), encoding, bad)),
    }
}

fn read_bytes_up_to(file: &InputFile, max_size: u64) -> Result<Vec<u8>, Error> {
    let path = file.path();
    let open = file.open().map_err(|error| cannot_read(path, &error))?;
    note_input(path);
    let mut bytes = Vec::with_capacity(usual_size(&open, max_size));
    open.take(max_size + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| cannot_read(path, &error))?;
    if bytes.len() as u64 > max_size {
        return Err(Error::usage(format!(
            "`{}` is larger than {} MiB",
            path.display(),
            max_size >> 20
        )));
    }
    Ok(bytes)
}

/// Returns the buffer size for reading a file in one step: one byte more than its reported size,
/// which is 0 for a pipe.
fn usual_size(file: &File, max_size: u64) -> usize {
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    usize::try_from(size.min(max_size)).map_or(0, |bytes| bytes + 1)
}

fn is_folder(path: &Path) -> Error {
    Error::usage(format!("`{}` is a folder, not a file", path.display()))
        .hint("name the file in it, such as `farm.toml`")
}

fn not_ordinary(path: &Path) -> Error {
    let what = format!(
        "`{}` is a pipe or a device, not an ordinary file",
        path.display()
    );
    Error::usage(what).hint(match cfg!(windows) {
        true => "only files on a disk are read",
        false => "a pipe or a device is read only if you name it",
    })
}

/// Returns the error for a file that is not valid text.
fn not_text(path: &Path, encoding: TextEncoding, bad: BadByte) -> Error {
    let BadByte { at, line } = bad;
    Error::usage(format!(
        "`{}` is not {} text: line {line} (byte {at}) contains invalid bytes",
        path.display(),
        encoding.name()
    ))
    .hint("save it as UTF-8")
}

pub(super) fn cannot_read(path: &Path, error: &io::Error) -> Error {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => Error::usage(format!("there is no file `{shown}`")),
        io::ErrorKind::IsADirectory => is_folder(path),
        _ if NotOrdinary::is(error) => not_ordinary(path),
        _ => Error::usage(format!("cannot read `{shown}`: {error}")),
    }
}
