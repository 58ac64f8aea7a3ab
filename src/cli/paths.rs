//! The files that a command processes: named files, and those in named folders.

use crate::error::Error;
use crate::farm::file::{self, LoadError, Loaded};
use crate::fs::{InputFile, note_input};
use crate::report::Body;
use std::path::{Path, PathBuf};

/// A file, or why there is none.
pub(crate) type Target = (InputFile, Option<Error>);

/// Replaces folders by the files with that ending in them, in the order of their names.
pub(crate) fn expand(named: &[PathBuf], ending: &str) -> Vec<Target> {
    let mut targets = Vec::new();
    for path in named {
        if path.is_dir() {
            targets.extend(files_in(path, ending));
        } else {
            targets.push((InputFile::named(path), None));
        }
    }
    // Some are read only after the output has begun.
    targets.iter().for_each(|(file, _)| note_input(file.path()));
    targets
}

fn files_in(folder: &Path, ending: &str) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for entry in walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .follow_links(true)
    {
        match entry {
            Ok(entry) if entry.file_type().is_file() && has_ending(entry.path(), ending) => {
                targets.push((InputFile::found(entry.path()), None));
            }
            Ok(_) => {}
            Err(error) => {
                let file = InputFile::found(error.path().unwrap_or(folder));
                let error = Error::usage(format!("cannot list the folder: {error}"));
                targets.push((file, Some(error)));
            }
        }
    }
    if targets.is_empty() {
        let error = Error::usage(format!(
            "`{}` contains no *.{ending} file",
            folder.display()
        ));
        targets.push((InputFile::found(folder), Some(error)));
    }
    targets
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension()
        .is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

/// Reads one of several farm files; its errors go into its own report.
///
/// # Errors
/// The file cannot be read, or is not a farm file.
pub(crate) fn load_farm((named, path_error): &Target) -> Result<Loaded, Body> {
    if let Some(error) = path_error {
        return Err(Body::Unreadable(error.clone()));
    }
    file::load(named).map_err(|error| match error {
        LoadError::File(error) => Body::Unreadable(error),
        LoadError::Mistakes { text, mistakes, .. } => Body::Malformed { text, mistakes },
    })
}
