//! Which farm file is meant, and reading it.

use super::console::Console;
use crate::error::Error;
use crate::farm::file::{self, LoadError, Loaded};
use crate::farm::values::{Date, FromText};
use crate::remedy::USUAL_FILE;
use crate::report::{Now, diagnosis};
use clap::{Arg, ArgMatches, ValueHint};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const VARIABLE: &str = "SPINMAIL_FILE";
const DEFAULT: &str = "the default";

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
    match matches.get_one::<PathBuf>("file") {
        Some(path) => (path.clone(), "--file"),
        None => unnamed(),
    }
}

/// The farm file that is meant where the command line names none, and what named it.
pub fn unnamed() -> (PathBuf, &'static str) {
    match std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        Some(path) => (path.into(), VARIABLE),
        None => (USUAL_FILE.into(), DEFAULT),
    }
}

/// Whether a farm file was named, or lies where nobody need name it.
pub fn is_there(matches: &ArgMatches) -> bool {
    let (path, named_by) = chosen(matches);
    named_by != DEFAULT
        || !path
            .symlink_metadata()
            .is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

/// Reads the farm file that is meant, for a command that can do without: nothing where none is
/// named and none lies there.
pub fn load_if_any(matches: &ArgMatches, console: &Console) -> Result<Option<Loaded>, Error> {
    is_there(matches)
        .then(|| load(matches, console))
        .transpose()
}

/// Reads the farm file that is meant.
pub fn load(matches: &ArgMatches, console: &Console) -> Result<Loaded, Error> {
    let (path, _) = chosen(matches);
    load_path(&path, console).map_err(|error| hinted(error, &path))
}

/// An error about the farm file that is meant, with how to come by one where there is none.
pub fn hinted(error: Error, path: &Path) -> Error {
    match path.symlink_metadata() {
        Err(missing) if missing.kind() == ErrorKind::NotFound => error.hint(
            "`spinmail init` writes one, `spinmail wizard` asks for it; `--file` or SPINMAIL_FILE \
             names another",
        ),
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
        LoadError::Mistakes {
            path,
            text,
            mistakes,
        } => {
            let shown = path.display().to_string();
            let count = match mistakes.len() {
                1 => "a mistake".to_owned(),
                count => format!("{count} mistakes"),
            };
            let picture = diagnosis::mistakes(
                &shown,
                &text,
                &mistakes,
                console.has_colour(),
                &console.screen_for_talk(),
            );
            Error {
                picture: Some(picture),
                ..Error::usage(format!("`{shown}` has {count}, and nothing was done"))
            }
        }
    }
}

/// This moment.
pub fn now() -> Now {
    let now = SystemTime::now();
    let since = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Now {
        seconds: since.as_secs(),
        text: humantime::format_rfc3339_seconds(now).to_string(),
    }
}

/// Today, UTC.
pub fn today() -> Date {
    let now = now().text;
    let day = now.get(..10).unwrap_or_default();
    Date::from_text(day).unwrap_or(Date {
        year: 1970,
        month: 1,
        day: 1,
    })
}
