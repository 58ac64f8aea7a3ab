//! Loading a farm file from disk.

use super::reader::{self, Document, FarmFileError};
use crate::error::Error;
use crate::fs::{InputFile, note_input, read_text_with_bom};
use std::path::{Path, PathBuf};

/// A farm file that was read.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub path: PathBuf,
    pub document: Document,
}

/// Why a farm file could not be read.
#[derive(Debug)]
pub(crate) enum LoadError {
    /// The file could not be read.
    File(Error),
    /// The text has mistakes.
    Mistakes {
        path: PathBuf,
        text: String,
        mistakes: Vec<FarmFileError>,
    },
}

/// Reads a farm file.
///
/// # Errors
/// The file cannot be read, or its text has mistakes.
pub(crate) fn load(file: &InputFile) -> Result<Loaded, LoadError> {
    let path = file.path();
    let text = read_text_with_bom(file).map_err(LoadError::File)?;
    match reader::read(&text) {
        Ok(document) => {
            // The path of the CA file is relative to the farm file.
            if let Some(authorities) = &document.farm.probe.ca_file {
                note_input(Path::new(authorities));
            }
            Ok(Loaded {
                path: path.to_owned(),
                document,
            })
        }
        Err(mistakes) => Err(LoadError::Mistakes {
            path: path.to_owned(),
            text,
            mistakes,
        }),
    }
}
