//! The files that a command processes: named files, and those in named folders.

use crate::error::Error;
use crate::farm::file::{self, LoadError, Loaded};
use crate::fs::{InputFile, note_input};
use crate::report::Body;
use glob::{MatchOptions, Pattern};
use std::fs::DirEntry;
use std::io;
use std::path::{Path, PathBuf};

/// A file, or why there is none.
pub(crate) type Target = (InputFile, Option<Error>);

/// Replaces folders by the files with that ending in them, in the order of their names. On Windows
/// wildcards are replaced too, as its shells leave that to programs.
pub(crate) fn expand(named: &[PathBuf], ending: &str) -> Vec<Target> {
    let mut targets = Vec::new();
    for path in named {
        if let (true, Some(pattern)) = (cfg!(windows), wildcards(path)) {
            targets.extend(matching(path, &pattern));
        } else if path.is_dir() {
            targets.extend(files_in(path, ending));
        } else {
            targets.push((InputFile::named(path), None));
        }
    }
    // Some are read only after the output has begun.
    targets.iter().for_each(|(file, _)| note_input(file.path()));
    targets
}

/// Returns whether a path means several files.
pub(crate) fn means_several(path: &Path) -> bool {
    path.is_dir() || (cfg!(windows) && wildcards(path).is_some())
}

/// Returns the pattern in the last part of a path, or `None` if there is none. Names of files on
/// Windows have neither of the two characters.
fn wildcards(path: &Path) -> Option<Pattern> {
    let name = path.file_name()?.to_str()?;
    // A bracket is a part of the name there.
    let pattern = Pattern::escape(name)
        .replace("[*]", "*")
        .replace("[?]", "?");
    name.contains(['*', '?'])
        .then(|| Pattern::new(&pattern).ok())?
}

/// Returns the files that a pattern matches, in the order of their names.
fn matching(path: &Path, pattern: &Pattern) -> Vec<Target> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let shown = path.display();
    let refused = |message: String| vec![(InputFile::named(path), Some(Error::usage(message)))];
    let listed = match std::fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(listed) => listed,
        Err(error) => return refused(format!("cannot list the files for `{shown}`: {error}")),
    };
    let ignoring_case = MatchOptions {
        case_sensitive: false,
        ..MatchOptions::new()
    };
    let mut names: Vec<_> = listed
        .iter()
        .map(DirEntry::file_name)
        .filter(|name| pattern.matches_with(&name.to_string_lossy(), ignoring_case))
        .map(|name| path.with_file_name(name))
        .filter(|path| path.is_file())
        .collect();
    names.sort();
    if names.is_empty() {
        return refused(format!("no file matches `{shown}`"));
    }
    let targets = names.iter().map(|path| (InputFile::found(path), None));
    targets.collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_name_the_files_that_match() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["b.toml", "A.TOML", "a[1].toml", "c.json"] {
            std::fs::write(folder.path().join(name), "").expect("a file");
        }
        std::fs::create_dir(folder.path().join("d.toml")).expect("a folder in it");
        for (typed, names) in [
            ("*.toml", &["A.TOML", "a[1].toml", "b.toml"][..]),
            ("?.toml", &["A.TOML", "b.toml"]),
            ("a[1]*", &["a[1].toml"]),
            ("x*.toml", &[]),
        ] {
            let path = folder.path().join(typed);
            let found = matching(&path, &wildcards(&path).expect("a pattern"));
            let found: Vec<_> = found
                .iter()
                .filter(|(_, error)| error.is_none())
                .filter_map(|(file, _)| file.path().file_name()?.to_str())
                .collect();
            assert_eq!(found, names, "{typed}");
        }
        assert!(wildcards(Path::new("a[1].toml")).is_none());
    }
}
