//! Where a report goes: to standard output, or into a file that appears when it is whole.

use super::console::Console;
use crate::error::Error;
use crate::fs::AtomicFile;
use crate::term::Screen;
use crate::text::shown;
use clap::{Arg, ArgMatches, ValueHint};
use std::path::{Path, PathBuf};

/// `--out`.
pub fn argument() -> Arg {
    Arg::new("out")
        .long("out")
        .short('o')
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .value_parser(clap::value_parser!(PathBuf))
        .help("Write the report there instead of to standard output, in one step when it is whole")
}

/// What is to be written to.
pub enum Output<'a> {
    Console(&'a Console),
    File {
        file: AtomicFile,
        path: PathBuf,
        console: &'a Console,
    },
}

impl<'a> Output<'a> {
    /// Begins the output that the options ask for, which must be none of the files that are read
    /// for it.
    ///
    /// # Errors
    /// The file cannot be written, or is one of those.
    pub fn begin<'b>(
        matches: &ArgMatches,
        console: &'a Console,
        read: impl IntoIterator<Item = &'b Path>,
    ) -> Result<Self, Error> {
        let Some(path) = matches.get_one::<PathBuf>("out") else {
            return Ok(Self::Console(console));
        };
        let is_it =
            |read: &Path| path.is_file() && same_file::is_same_file(read, path).unwrap_or(false);
        if read.into_iter().any(is_it) {
            return Err(Error::usage(format!(
                "`{}` is read for the report, so it cannot hold it",
                path.display()
            ))
            .hint("name another file with `--out`"));
        }
        Ok(Self::File {
            file: AtomicFile::begin(path)?,
            path: path.clone(),
            console,
        })
    }

    /// # Errors
    /// The file cannot be written. That standard output cannot be is the console's to say.
    pub fn write(&mut self, text: &str) -> Result<(), Error> {
        match self {
            Self::Console(console) => console.data(text),
            Self::File { file, console, .. } => file.write(console.for_file(text).as_bytes())?,
        }
        Ok(())
    }

    /// Ends the output; a file is in its place then.
    ///
    /// # Errors
    /// The file cannot be put there.
    pub fn finish(self) -> Result<(), Error> {
        if let Self::File {
            file,
            path,
            console,
        } = self
        {
            file.finish()?;
            console.say(&format!("{}: written", shown(&path.to_string_lossy())));
        }
        Ok(())
    }
}

/// What can be shown where the output goes: a file takes lines of any length and every character.
pub fn screen(matches: &ArgMatches, console: &Console) -> Screen {
    match matches.get_one::<PathBuf>("out").is_some() {
        true => Screen::UNKNOWN,
        false => console.screen(),
    }
}
