//! Which farm file is meant, and reading it.

use super::console::Console;
use crate::error::Error;
use crate::farm::file::{self, LoadError, Loaded};
use crate::farm::values::{Date, FromText};
use crate::plan::USUAL_FILE;
use crate::report::diagnosis;
use clap::{Arg, ArgMatches, ValueHint};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const VARIABLE: &str = "SPINMAIL_FILE";
const THE_DEFAULT: &str = "the default";

/// `--file`.
pub fn argument() -> Arg {
    Arg::new("file")
        .long("file")
        .short('f')
        .global(true)
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .value_parser(clap::value_parser!(PathBuf))
        .help("The farm file; else the one that SPINMAIL_FILE names, else ./farm.toml")
}

/// The farm file that is meant, and what named it.
pub fn chosen(matches: &ArgMatches) -> (PathBuf, &'static str) {
    if let Some(path) = matches.get_one::<PathBuf>("file") {
        return (path.clone(), "--file");
    }
    match std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        Some(path) => (path.into(), VARIABLE),
        None => (USUAL_FILE.into(), THE_DEFAULT),
    }
}

/// Whether a farm file was named, or lies where nobody need name it.
pub fn is_there(matches: &ArgMatches) -> bool {
    let (path, named_by) = chosen(matches);
    named_by != THE_DEFAULT || path.exists()
}

/// Reads the farm file that is meant.
pub fn load(matches: &ArgMatches, console: &Console) -> Result<Loaded, Error> {
    let (path, _) = chosen(matches);
    load_path(&path, console).map_err(|error| hinted(error, &path))
}

/// An error about the farm file that is meant, with how to come by one where there is none.
pub fn hinted(error: Error, path: &Path) -> Error {
    match path.symlink_metadata() {
        Err(missing) if missing.kind() == ErrorKind::NotFound => {
            error.hint("`spinmail init` writes one; `--file` or SPINMAIL_FILE names another")
        }
        _ => error,
    }
}

/// Reads a farm file.
pub fn load_path(path: &Path, console: &Console) -> Result<Loaded, Error> {
    file::load(path).map_err(|error| readable(error, console))
}

/// A farm file's mistakes as an error, each shown in its line.
pub fn readable(error: LoadError, console: &Console) -> Error {
    match error {
        LoadError::File(error) => error,
        LoadError::Mistakes { path, text, mistakes } => {
            let shown = path.display().to_string();
            let count = match mistakes.len() {
                1 => "a mistake".to_owned(),
                count => format!("{count} mistakes"),
            };
            let picture = diagnosis::mistakes(&shown, &text, &mistakes, console.has_colour());
            Error { picture: Some(picture), ..Error::usage(format!("`{shown}` has {count}, and nothing was done")) }
        }
    }
}

/// Today, UTC.
pub fn today() -> Date {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let day = now.get(..10).unwrap_or_default();
    Date::from_text(day).unwrap_or(Date { year: 1970, month: 1, day: 1 })
}
