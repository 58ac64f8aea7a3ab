//! The files that a command is about: those that are named, and those in folders that are.

use crate::error::Error;
use crate::farm::file::{self, LoadError, Loaded};
use crate::report::Body;
use std::path::{Path, PathBuf};

/// A file, or why there is none.
pub type Target = (PathBuf, Option<Error>);

/// The named files, folders replaced by the files with that ending in them, in the order of their
/// names.
pub fn expand(named: &[PathBuf], ending: &str) -> Vec<Target> {
    let expand = |path: &PathBuf| {
        if path.is_dir() {
            in_folder(path, ending)
        } else {
            vec![(path.clone(), None)]
        }
    };
    named.iter().flat_map(expand).collect()
}

fn in_folder(folder: &Path, ending: &str) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for entry in walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .follow_links(true)
    {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let fits = entry
                    .path()
                    .extension()
                    .is_some_and(|end| end.eq_ignore_ascii_case(ending));
                if fits {
                    targets.push((entry.into_path(), None));
                }
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                targets.push((
                    path,
                    Some(Error::usage(format!(
                        "cannot look into the folder: {error}"
                    ))),
                ));
            }
        }
    }
    if targets.is_empty() {
        let error = Error::usage(format!(
            "there is no *.{ending} file in `{}`",
            folder.display()
        ));
        targets.push((folder.to_owned(), Some(error)));
    }
    targets
}

/// Reads a farm file of a fleet; what is wrong with it is said in its own report.
pub fn load((path, error): &Target) -> Result<Loaded, Body> {
    if let Some(error) = error {
        return Err(Body::Unreadable(error.clone()));
    }
    file::load(path).map_err(|error| match error {
        LoadError::File(error) => Body::Unreadable(error),
        LoadError::Mistakes { text, mistakes, .. } => Body::Malformed { text, mistakes },
    })
}
