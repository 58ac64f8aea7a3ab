//! `--file`: the farm file, and reading it.

use super::EVERYWHERE;
use crate::cli::console::Console;
use crate::error::Error;
use crate::farm::file::{self, LoadError, Loaded};
use crate::fs::InputFile;
use crate::remedy::DEFAULT_FARM_FILE;
use crate::term::diagnosis::Diagnosis;
use clap::ValueHint;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const VARIABLE: &str = "SPINMAIL_FILE";

/// The farm file of a command.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct FarmFileArgs {
    /// The farm file [env: SPINMAIL_FILE] [default: farm.toml]
    // The option has this position in the help of the program and of its commands.
    #[arg(
        long,
        short,
        global = true,
        display_order = 0,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        help_heading = EVERYWHERE
    )]
    file: Option<PathBuf>,
}

/// How the farm file was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedBy {
    Option,
    Variable,
    Default,
}

impl fmt::Display for NamedBy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Option => "--file",
            Self::Variable => VARIABLE,
            Self::Default => "the default",
        })
    }
}

impl FarmFileArgs {
    /// Returns the farm file and how it was named.
    pub(crate) fn chosen(&self) -> (PathBuf, NamedBy) {
        match &self.file {
            Some(path) => (path.clone(), NamedBy::Option),
            None => from_environment(),
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.chosen().0
    }

    /// Returns the farm file to be read.
    pub(crate) fn input(&self) -> InputFile {
        input_of(self.chosen())
    }

    /// Returns whether a farm file was named, or the default one exists.
    pub(crate) fn is_present(&self) -> bool {
        let (path, named_by) = self.chosen();
        named_by != NamedBy::Default || !is_missing(&path)
    }

    /// Reads the farm file.
    ///
    /// # Errors
    /// The file cannot be read, or is not a farm file.
    pub(crate) fn load(&self, console: &Console) -> Result<Loaded, Error> {
        let file = self.input();
        load_path(&file, console).map_err(|error| with_hint(error, file.path()))
    }

    /// Reads the farm file for a command that works without one: `None` if none is named and the
    /// default one does not exist.
    ///
    /// # Errors
    /// The file cannot be read, or is not a farm file.
    pub(crate) fn load_if_present(&self, console: &Console) -> Result<Option<Loaded>, Error> {
        self.is_present().then(|| self.load(console)).transpose()
    }
}

/// Returns the farm file of a command line without `--file`.
pub(crate) fn unnamed_file() -> InputFile {
    input_of(from_environment())
}

fn input_of((path, named_by): (PathBuf, NamedBy)) -> InputFile {
    match named_by {
        NamedBy::Option | NamedBy::Variable => InputFile::named(path),
        // Reading a pipe in the folder would block.
        NamedBy::Default => InputFile::found(path),
    }
}

fn from_environment() -> (PathBuf, NamedBy) {
    match std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        Some(path) => (path.into(), NamedBy::Variable),
        None => (DEFAULT_FARM_FILE.into(), NamedBy::Default),
    }
}

fn is_missing(path: &Path) -> bool {
    path.symlink_metadata()
        .is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

/// Adds a hint on how to create the farm file, or name another, if it does not exist.
pub(crate) fn with_hint(error: Error, path: &Path) -> Error {
    if !is_missing(path) {
        return error;
    }
    error.hint(
        "`spinmail init` or `spinmail wizard` writes one; `--file` or SPINMAIL_FILE names another",
    )
}

/// Reads a farm file.
///
/// # Errors
/// The file cannot be read, or is not a farm file.
pub(crate) fn load_path(file: &InputFile, console: &Console) -> Result<Loaded, Error> {
    file::load(file).map_err(|error| into_error(error, console))
}

/// Turns the mistakes of a farm file into one error that shows each in its line.
pub(crate) fn into_error(error: LoadError, console: &Console) -> Error {
    match error {
        LoadError::File(error) => error,
        LoadError::Mistakes {
            path,
            text,
            mistakes,
        } => {
            let name = path.display().to_string();
            let count = match mistakes.len() {
                1 => "a mistake".to_owned(),
                count => format!("{count} mistakes"),
            };
            let diagnosis = Diagnosis {
                path: &name,
                text: &text,
                colour: console.has_colour(),
                screen: &console.stderr_screen(),
            };
            Error {
                picture: Some(diagnosis.draw(&mistakes)),
                ..Error::usage(format!("`{name}` has {count}; nothing was done"))
            }
        }
    }
}
