//! The only file that prints: data to standard output, status and prompts to standard error.

#![expect(
    clippy::disallowed_methods,
    reason = "this module prints, and reads what is typed"
)]

#[cfg(not(windows))]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(not(windows))]
use unix as system;
#[cfg(windows)]
use windows as system;

use crate::error::Error;
use crate::term::{Screen, diagnosis, in_ascii, not_command, wrap_status};
use indicatif::ProgressDrawTarget;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Standard output and standard error, whether or not they are a terminal.
#[derive(Debug, Default)]
pub(crate) struct Console {
    quiet: bool,
    verbose: bool,
    /// The reader of the output is gone, or it could not be written.
    closed: Cell<bool>,
    failed: Cell<bool>,
    /// The files that were written, as the user named them.
    written: RefCell<Vec<PathBuf>>,
}

/// Prints help, the version or a usage error, and returns whether that worked. A reader that is
/// gone is not a failure.
pub(crate) fn print_usage(error: &clap::Error) -> bool {
    if !error.use_stderr() && system::stdout_was_closed() {
        return false;
    }
    error.print().map_or_else(
        |failure| failure.kind() == io::ErrorKind::BrokenPipe,
        |()| true,
    )
}

impl Console {
    pub(crate) fn new(quiet: bool, verbose: bool) -> Self {
        Self {
            quiet,
            verbose,
            ..Self::default()
        }
    }

    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Writes data to standard output. Colours are removed if the destination cannot show them, and
    /// characters that the terminal cannot draw become ASCII.
    pub(crate) fn write_stdout(&self, text: &str) {
        if self.closed.get() || self.is_lost(text.as_bytes()) {
            return;
        }
        let text = match io::stdout().is_terminal() && !shows_unicode() && !text.is_ascii() {
            true => in_ascii(text).into(),
            false => Cow::Borrowed(text),
        };
        // Most data has no styles, and searching for them letter by letter is slow.
        let written = if text.contains('\x1b') {
            let mut out = anstream::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())
        } else {
            let mut out = io::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())
        };
        if let Err(error) = written {
            self.closed.set(true);
            self.failed.set(error.kind() != io::ErrorKind::BrokenPipe);
        }
    }

    /// Returns whether output is lost because standard output was closed when the program started,
    /// and notes that.
    fn is_lost(&self, bytes: &[u8]) -> bool {
        let is_lost = !bytes.is_empty() && system::stdout_was_closed();
        self.failed.set(self.failed.get() || is_lost);
        is_lost
    }

    /// Writes bytes unchanged to standard output, for a program.
    pub(crate) fn write_raw(&self, bytes: &[u8]) {
        if self.is_lost(bytes) {
            return;
        }
        let mut out = io::stdout().lock();
        let failed = out
            .write_all(bytes)
            .and_then(|()| out.flush())
            .is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe);
        self.failed.set(self.failed.get() || failed);
    }

    /// Writes a message about the run to standard error; `--quiet` suppresses it.
    pub(crate) fn status(&self, text: &str) {
        if !self.quiet {
            let _ = write!(anstream::stderr().lock(), "{}", for_stderr(&wrapped(text)));
        }
    }

    /// Writes a question to the person at the terminal to standard error, in spite of `--quiet`; no
    /// line end is added.
    pub(crate) fn prompt(&self, text: &str) {
        let mut err = anstream::stderr().lock();
        let _ = err
            .write_all(for_stderr(text).as_bytes())
            .and_then(|()| err.flush());
    }

    /// Reads the next line that the person types.
    ///
    /// # Errors
    /// The input has ended or cannot be read.
    pub(crate) fn read_line(&self) -> io::Result<String> {
        let mut line = String::new();
        match io::stdin().read_line(&mut line)? {
            0 => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the input has ended",
            )),
            _ => Ok(line),
        }
    }

    /// Writes an error to standard error, in spite of `--quiet`.
    pub(crate) fn error(&self, error: &Error) {
        let words = diagnosis::error(&Error {
            picture: None,
            ..error.clone()
        });
        // The picture of a place already has its layout.
        let picture = error.picture.as_deref().unwrap_or_default();
        let _ = write!(
            anstream::stderr().lock(),
            "{}",
            for_stderr(&format!("{picture}{}", wrapped(&words)))
        );
    }

    /// Notes that a file was written, even if the output about it is lost.
    pub(crate) fn note_written(&self, path: &Path) {
        self.written.borrow_mut().push(path.to_owned());
    }

    /// Returns the error for output that could not be written, unless its reader is gone.
    pub(crate) fn failure(&self) -> Option<Error> {
        if !self.failed.get() {
            return None;
        }
        let error = Error::unfinished(match system::stdout_was_closed() {
            true => "the output could not be written: standard output is closed",
            false => "the output could not be written",
        });
        let written = self.written.borrow();
        Some(written.iter().fold(error, |error, path| {
            let path = path.display();
            error.hint(format!(
                "`{path}` is written; only the printed output is lost"
            ))
        }))
    }

    /// Returns what the destination of standard output can show.
    pub(crate) fn screen(&self) -> Screen {
        Screen {
            width: width(),
            unicode: shows_unicode(),
        }
    }

    /// Returns what the destination of standard error can show.
    pub(crate) fn stderr_screen(&self) -> Screen {
        Screen {
            width: stderr_width(),
            unicode: shows_unicode(),
        }
    }

    /// Returns the width of a table on standard output.
    pub(crate) fn width(&self) -> usize {
        self.screen().table_width()
    }

    /// Returns a text for a file: coloured only if `--color` or the environment forces colours.
    pub(crate) fn for_file<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let is_plain = !text.contains('\x1b');
        match anstream::AutoStream::choice(&Vec::<u8>::new()) {
            anstream::ColorChoice::Never | anstream::ColorChoice::Auto if !is_plain => {
                anstream::adapter::strip_str(text).to_string().into()
            }
            _ => text.into(),
        }
    }

    /// Returns whether standard output shows colours.
    pub(crate) fn has_colour(&self) -> bool {
        anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
    }

    /// Returns whether standard error shows colours.
    pub(crate) fn has_stderr_colour(&self) -> bool {
        anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
    }

    /// Returns whether standard output goes to a terminal.
    pub(crate) fn is_stdout_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Returns whether a person watches standard error and wants to see progress.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Returns the draw target of progress bars.
    pub(crate) fn progress_target(&self) -> ProgressDrawTarget {
        if self.shows_progress() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        }
    }

    /// Returns whether a person can answer.
    pub(crate) fn is_interactive(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }
}

/// Returns a message wrapped for the terminal, if standard error is one. A line that a CI runner
/// would take for a command is escaped.
fn wrapped(text: &str) -> String {
    let fitted = match stderr_width() {
        Some(width) => wrap_status(text, width),
        None => format!("{}\n", text.strip_suffix('\n').unwrap_or(text)),
    };
    let mut lines = String::with_capacity(fitted.len());
    for line in fitted.lines() {
        lines.push_str(&not_command(line.into()));
        lines.push('\n');
    }
    lines
}

/// Returns the width of the terminal that standard error goes to, or `None` if it goes to none.
fn stderr_width() -> Option<usize> {
    let width =
        terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    width.filter(|width| *width > 0)
}

/// Returns a message in the characters that the terminal can draw.
fn for_stderr(text: &str) -> Cow<'_, str> {
    if io::stderr().is_terminal() && !shows_unicode() {
        in_ascii(text).into()
    } else {
        text.into()
    }
}

/// Returns the width of the terminal, else what COLUMNS says, or `None` if lines may have any
/// length.
fn width() -> Option<usize> {
    let of_terminal =
        terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    of_terminal
        .or_else(width_by_environment)
        .filter(|width| *width > 0)
}

/// Returns the number in COLUMNS, or `None` if it has none.
fn width_by_environment() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}

/// Returns whether characters beyond ASCII can be shown. The locale decides (POSIX XBD 8.2), which
/// shells ported to Windows set too, else the console.
fn shows_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|value| !value.is_empty());
    match locale.map(|value| value.to_string_lossy().to_lowercase()) {
        Some(locale) => locale.contains("utf-8") || locale.contains("utf8"),
        None => system::console_shows_unicode(),
    }
}

/// Shows the cursor that a prompt has hidden, on a new line.
pub(crate) fn show_cursor() {
    // Written around the colour filter, which would remove it.
    let _ = io::stderr().write_all(b"\x1b[?25h\n");
}

/// Clears the rows above the cursor's, and moves the cursor to the first of them.
pub(crate) fn clear_rows(rows: usize) {
    let _ = io::stderr().write_all("\x1b[1A\x1b[2K".repeat(rows).as_bytes());
}
