//! Reading a whole file, as bytes or as text.

use crate::error::Error;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The largest file that is read, in bytes, unless the caller says otherwise. A farm file of ten
/// thousand servers takes about 2 MB.
const MAX_FILE_SIZE: u64 = 16 << 20;

/// Reads a UTF-8 file of a sane size.
///
/// # Errors
/// The file does not exist, is a folder, cannot be read, is too large, or is not UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    read_text_up_to(path, MAX_FILE_SIZE)
}

/// Reads the bytes of a file of a sane size.
///
/// # Errors
/// The file does not exist, is a folder, cannot be read, or is too large.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    read_bytes_up_to(path, MAX_FILE_SIZE)
}

/// Reads a UTF-8 file of at most `max_size` bytes.
///
/// # Errors
/// The file does not exist, is a folder, cannot be read, is too large, or is not UTF-8.
pub(crate) fn read_text_up_to(path: &Path, max_size: u64) -> Result<String, Error> {
    String::from_utf8(read_bytes_up_to(path, max_size)?)
        .map_err(|error| not_text(path, error.as_bytes(), error.utf8_error().valid_up_to()))
}

fn read_bytes_up_to(path: &Path, max_size: u64) -> Result<Vec<u8>, Error> {
    let shown = path.display();
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

/// Returns the error for bytes that stop being UTF-8 at offset `at`.
fn not_text(path: &Path, bytes: &[u8], at: usize) -> Error {
    let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    let error = Error::usage(format!(
        "`{}` is no UTF-8 text: line {line} (byte {at}) holds other bytes",
        path.display()
    ));
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => error.hint("it is UTF-16: save it as UTF-8"),
        _ => error.hint("save it as UTF-8"),
    }
}

pub(super) fn cannot_read(path: &Path, error: &io::Error) -> Error {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => Error::usage(format!("there is no file `{shown}`")),
        io::ErrorKind::IsADirectory => Error::usage(format!("`{shown}` is a folder, not a file")),
        _ => Error::usage(format!("cannot read `{shown}`: {error}")),
    }
}
