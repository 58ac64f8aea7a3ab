//! Where a report goes: to standard output, or into a file that appears when it is whole.

use super::console::Console;
use crate::error::Error;
use crate::fs::AtomicFile;
use crate::text::shown;
use std::path::{Path, PathBuf};

/// Where output is written to.
pub(crate) enum Output<'a> {
    Console(&'a Console),
    File {
        file: AtomicFile,
        path: PathBuf,
        console: &'a Console,
    },
}

impl<'a> Output<'a> {
    /// Begins the output to a file, or to standard output if none is named. The file must not be
    /// one of those that are read for it.
    ///
    /// # Errors
    /// The file cannot be written, or is one of those.
    pub(crate) fn begin<'b>(
        out: Option<&Path>,
        console: &'a Console,
        read: impl IntoIterator<Item = &'b PathBuf>,
    ) -> Result<Self, Error> {
        let Some(path) = out else {
            return Ok(Self::Console(console));
        };
        if path.is_file() && read.into_iter().any(|read| is_same(read, path)) {
            return Err(Error::usage(format!(
                "`{}` is read for the report, so it cannot hold it",
                path.display()
            ))
            .hint("name another file with `--out`"));
        }
        Ok(Self::File {
            file: AtomicFile::begin(path)?,
            path: path.to_owned(),
            console,
        })
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

    /// Ends the output; a file is put in its place now.
    ///
    /// # Errors
    /// The file cannot be put there.
    pub(crate) fn finish(self) -> Result<(), Error> {
        if let Self::File {
            file,
            path,
            console,
        } = self
        {
            file.finish()?;
            console.status(&format!("{}: written", shown(&path.to_string_lossy())));
        }
        Ok(())
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    same_file::is_same_file(one, other).unwrap_or(false)
}
