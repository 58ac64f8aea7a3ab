//! The destination of output: standard output, or a file that appears when it is complete.
//!
//! [`open`] decides for every command whether a file may be written: not if the run reads it, and
//! not through another user's link. [`note_named`] registers the files that the command line names.

use super::console::Console;
use crate::error::{Error, ErrorClass};
use crate::fs::{self, AtomicFile, Finished};
use crate::report;
use crate::text::shown;
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::path::{Path, PathBuf};

/// The argument that names the file that a command writes.
const OUT: &str = "out";

/// Whether a file that exists may be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// The user named it as output.
    Replace,
    /// It may be the only copy of something. A device or a pipe is written to.
    Keep,
    /// Nothing may have this name, not even a device or a pipe.
    Refuse,
}

/// The destination of output.
pub(crate) enum Output<'a> {
    Console(&'a Console),
    File {
        file: AtomicFile,
        path: PathBuf,
        console: &'a Console,
    },
}

impl<'a> Output<'a> {
    /// Begins the output to a file, or to standard output if none is named.
    ///
    /// # Errors
    /// The file cannot be written, or is read in this run.
    pub(crate) fn begin(out: Option<&Path>, console: &'a Console) -> Result<Self, Error> {
        Self::begin_at(out, Existing::Replace, console)
    }

    /// Begins the output to a file, or to standard output if none is named.
    ///
    /// # Errors
    /// The file cannot be written, is read in this run, or exists and has to stay.
    pub(crate) fn begin_at(
        out: Option<&Path>,
        existing: Existing,
        console: &'a Console,
    ) -> Result<Self, Error> {
        let Some(path) = out else {
            return Ok(Self::Console(console));
        };
        require_not_input(path)?;
        // The file behind standard output is not replaced: the shell may append to it.
        if is_stdout(path) {
            return Ok(Self::Console(console));
        }
        Ok(Self::File {
            file: open(path, existing)?,
            path: path.to_owned(),
            console,
        })
    }

    /// Returns whether it goes to a file that appears when it is complete.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Self::File { file, .. } if !file.is_stream())
    }

    /// Writes a part of the output.
    ///
    /// # Errors
    /// The file cannot be written. Failures of standard output are reported by the console.
    pub(crate) fn write(&mut self, text: &str) -> Result<(), Error> {
        match self {
            Self::Console(console) => console.write_stdout(text),
            Self::File { file, console, .. } => file.write(console.for_file(text).as_bytes())?,
        }
        Ok(())
    }

    /// Writes data for a program: unchanged to a file, escaped on a terminal.
    ///
    /// # Errors
    /// The file cannot be written. Failures of standard output are reported by the console.
    pub(crate) fn write_data(&mut self, text: &str) -> Result<(), Error> {
        match self {
            Self::Console(console) => console.write_raw(report::harmless(text).as_bytes()),
            Self::File { file, .. } => file.write(text.as_bytes())?,
        }
        Ok(())
    }

    /// Ends the output; a file now appears under its name.
    ///
    /// # Errors
    /// The file cannot be put in its place, or was read in the meantime.
    pub(crate) fn finish(self) -> Result<(), Error> {
        if let Some(placed) = self.place()? {
            placed.tell();
        }
        Ok(())
    }

    /// Ends two outputs, both or none: if the second cannot be put in its place, a file that the
    /// first created is removed.
    ///
    /// # Errors
    /// Those of [`finish`](Self::finish).
    pub(crate) fn finish_both(self, second: Self) -> Result<(), Error> {
        let first = self.place()?;
        let second = match second.place() {
            Ok(second) => second,
            Err(error) => {
                return Err(match &first {
                    Some(made) if !made.is_stream => made.remove_if_new(error),
                    _ => error,
                });
            }
        };
        // The user asked for the second.
        second.iter().chain(&first).for_each(Placed::tell);
        Ok(())
    }

    fn place(self) -> Result<Option<Placed<'a>>, Error> {
        let Self::File {
            file,
            path,
            console,
        } = self
        else {
            return Ok(None);
        };
        require_not_input(&path)?;
        let is_stream = file.is_stream();
        let finished = file.finish()?;
        Ok(Some(Placed {
            path,
            finished,
            is_stream,
            console,
        }))
    }
}

/// A file that was put in its place.
struct Placed<'a> {
    path: PathBuf,
    finished: Finished,
    is_stream: bool,
    console: &'a Console,
}

impl Placed<'_> {
    fn tell(&self) {
        let console = self.console;
        console.note_written(&self.path);
        console.status(&format!("{}: written", shown(&self.path.to_string_lossy())));
        self.finished
            .notes
            .iter()
            .for_each(|note| console.status(&shown(note)));
    }

    /// Removes the file because of an error, or says why it stays.
    fn remove_if_new(&self, error: Error) -> Error {
        match self.finished.remove_if_new() {
            Ok(()) => error,
            Err(why) => {
                let path = self.path.display();
                error.hint(format!("`{path}` is written already and stays: {why}"))
            }
        }
    }
}

/// The line end of the system's editors. Notepad before Windows Server 2019 shows a text with other
/// line ends as one line.
const NEWLINE: &str = if cfg!(windows) { "\r\n" } else { "\n" };

/// Writes a farm file that must not exist yet, with the line ends of this system.
///
/// # Errors
/// The file exists already, or cannot be written.
pub(crate) fn create(path: &Path, text: &str) -> Result<(), Error> {
    let own_ends = text.replace("\r\n", "\n").replace('\n', NEWLINE);
    let written = open(path, Existing::Refuse).and_then(|mut file| {
        file.write(own_ends.as_bytes())?;
        file.finish()
    });
    written.map(|_| ()).map_err(|error| match error.class {
        ErrorClass::Usage if path.exists() => error.hint(
            "edit it with `spinmail set`, `spinmail wizard` or the page commands, or name another \
             with `--file`",
        ),
        _ => error,
    })
}

/// Begins a file that a command writes.
///
/// # Errors
/// The file cannot be written, is read in this run, or exists and has to stay.
pub(crate) fn open(path: &Path, existing: Existing) -> Result<AtomicFile, Error> {
    match existing {
        Existing::Refuse => AtomicFile::begin_new(path),
        Existing::Keep if !is_special(path) => AtomicFile::begin_new(path),
        Existing::Keep | Existing::Replace => {
            require_not_input(path)?;
            AtomicFile::begin(path)
        }
    }
}

/// Returns whether a path leads to the file behind standard output.
fn is_stdout(path: &Path) -> bool {
    path.is_file()
        && same_file::Handle::stdout()
            .is_ok_and(|stdout| same_file::Handle::from_path(path).is_ok_and(|file| file == stdout))
}

/// Returns whether a path leads to a device or a pipe, which are not replaced.
fn is_special(path: &Path) -> bool {
    path.exists() && !path.is_file() && !path.is_dir()
}

/// Refuses a file that is read in this run.
fn require_not_input(path: &Path) -> Result<(), Error> {
    if !fs::is_input(path) {
        return Ok(());
    }
    Err(Error::usage(format!(
        "the output cannot replace `{}`, which this command reads",
        path.display()
    ))
    .hint("name another file with `--out`"))
}

/// Registers every file and folder that the command line names as input, and refuses to write to
/// one of them before anything is probed.
///
/// # Errors
/// The parser also reports the file of `--out` as named.
pub(crate) fn note_named(command: &Command, matches: &ArgMatches) -> Result<(), Error> {
    let mut out = None;
    let (mut at, mut given) = (Some(command), Some(matches));
    while let (Some(level), Some(of_level)) = (at, given) {
        for argument in level.get_arguments() {
            let id = argument.get_id().as_str();
            let Ok(Some(words)) = of_level.try_get_raw(id) else {
                continue;
            };
            let mut paths = words.map(Path::new);
            match id {
                OUT => out = paths.next_back(),
                _ => paths.for_each(|path| note(argument, path)),
            }
        }
        let below = of_level.subcommand();
        at = below.and_then(|(name, _)| level.find_subcommand(name));
        given = below.map(|(_, of_below)| of_below);
    }
    out.map_or(Ok(()), require_not_input)
}

/// Registers the path in a value of an argument, if the argument takes a path.
fn note(argument: &Arg, path: &Path) {
    match argument.get_value_hint() {
        ValueHint::DirPath => fs::note_input_folder(path),
        ValueHint::FilePath | ValueHint::AnyPath => fs::note_input(path),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_farm_file_has_the_line_ends_of_the_system() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in [
            ("lf.toml", "[farm]\na = 1\n"),
            ("crlf.toml", "[farm]\r\na = 1\r\n"),
        ] {
            let path = folder.path().join(name);
            create(&path, text).expect("a file");
            let written = std::fs::read_to_string(&path).expect("the file");
            assert_eq!(written, ["[farm]", "a = 1", ""].join(NEWLINE));
        }
    }

    #[test]
    fn of_two_files_both_are_written_or_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let console = Console::default();
        let begin = |name| {
            let path = folder.path().join(name);
            let output = Output::begin_at(Some(&path), Existing::Keep, &console);
            (path, output.expect("an output"))
        };
        let ((farm_path, farm), (facts_path, facts)) = (begin("x.farm.toml"), begin("x.json"));
        // Another program is faster.
        std::fs::write(&facts_path, "of great value").expect("a file");
        let error = farm.finish_both(facts).expect_err("it is there already");
        assert!(error.message.contains("already exists"), "{error:?}");
        assert!(!farm_path.exists(), "half of it was written");
        let kept = std::fs::read_to_string(&facts_path).expect("the file");
        assert_eq!(kept, "of great value");
        std::fs::remove_file(&facts_path).expect("the file goes");
        let ((_, farm), (_, facts)) = (begin("x.farm.toml"), begin("x.json"));
        farm.finish_both(facts).expect("both");
        assert!(farm_path.exists() && facts_path.exists());
    }

    #[test]
    fn file_that_replaced_another_is_never_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let console = Console::default();
        let [old, new] = ["old.json", "new.json"].map(|name| folder.path().join(name));
        std::fs::write(&old, "old").expect("a file");
        let mut first = Output::begin(Some(&old), &console).expect("an output");
        first.write_data("replaced").expect("a text");
        let second = Output::begin_at(Some(&new), Existing::Keep, &console).expect("an output");
        std::fs::write(&new, "another program's").expect("a file");
        let error = first.finish_both(second).expect_err("the second fails");
        assert_eq!(
            std::fs::read_to_string(&old).expect("the file stays"),
            "replaced"
        );
        assert!(
            error.hints.iter().any(|hint| hint.contains("stays")),
            "{error:?}"
        );
    }
}
