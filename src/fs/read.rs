//! Reading a whole file, as bytes or as text.

use super::encoding::{BadByte, TextEncoding};
use super::inputs::note_input;
use crate::error::Error;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The largest file that is read, in bytes, unless the caller says otherwise. A farm file of ten
/// thousand servers takes about 2 MB.
const MAX_FILE_SIZE: u64 = 16 << 20;

/// Reads a text file of a sane size, in UTF-8 or UTF-16, without a BOM.
///
/// # Errors
/// The file does not exist, is a folder, cannot be read, is too large, or is not text.
pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    read_text_up_to(path, MAX_FILE_SIZE)
}

/// Reads a text file of a sane size, in UTF-8 or UTF-16, as an edit needs it: a BOM is the first
/// character.
///
/// # Errors
/// The file does not exist, is a folder, cannot be read, is too large, or is not text.
pub(crate) fn read_text_with_bom(path: &Path) -> Result<String, Error> {
    Ok(read_encoded(path, MAX_FILE_SIZE)?.0)
}

/// Reads the bytes of a file of a sane size.
///
/// # Errors
/// The file does not exist, is a folder, cannot be read, or is too large.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    read_bytes_up_to(path, MAX_FILE_SIZE)
}

/// Reads a text file of at most `max_size` bytes, in UTF-8 or UTF-16, without a BOM.
///
/// # Errors
/// The file does not exist, is a folder, cannot be read, is too large, or is not text.
pub(crate) fn read_text_up_to(path: &Path, max_size: u64) -> Result<String, Error> {
    let (text, _) = read_encoded(path, max_size)?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Reads a text file to be edited: with its BOM, and how it is to be written back.
///
/// # Errors
/// The file does not exist, is a folder, cannot be read, is too large, or is not text.
pub(super) fn read_to_edit(path: &Path) -> Result<(String, TextEncoding), Error> {
    read_encoded(path, MAX_FILE_SIZE)
}

fn read_encoded(path: &Path, max_size: u64) -> Result<(String, TextEncoding), Error> {
    let bytes = read_bytes_up_to(path, max_size)?;
    let encoding = TextEncoding::detect(&bytes);
    match encoding.decode(bytes) {
        Ok(text) => Ok((text, encoding)),
        Err(bad) => Err(not_text(path, encoding, bad)),
    }
}

fn read_bytes_up_to(path: &Path, max_size: u64) -> Result<Vec<u8>, Error> {
    let shown = path.display();
    note_input(path);
    let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Error::usage(format!("`{shown}` is a folder, not a file"))
            .hint("name the file in it, such as `farm.toml`"));
    }
    let mut bytes = Vec::new();
    file.take(max_size + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| cannot_read(path, &error))?;
    if bytes.len() as u64 > max_size {
        return Err(Error::usage(format!(
            "`{shown}` is larger than {} MiB, and no such file is",
            max_size >> 20
        )));
    }
    Ok(bytes)
}

/// Returns the error for a file that stops being text.
fn not_text(path: &Path, encoding: TextEncoding, bad: BadByte) -> Error {
    let BadByte { at, line } = bad;
    Error::usage(format!(
        "`{}` is no {} text: line {line} (byte {at}) holds other bytes",
        path.display(),
        encoding.name()
    ))
    .hint("save it as UTF-8")
}

pub(super) fn cannot_read(path: &Path, error: &io::Error) -> Error {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => Error::usage(format!("there is no file `{shown}`")),
        io::ErrorKind::IsADirectory => Error::usage(format!("`{shown}` is a folder, not a file")),
        _ => Error::usage(format!("cannot read `{shown}`: {error}")),
    }
}
