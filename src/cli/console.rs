//! The only place that prints.

use crate::error::Error;
use crate::report::diagnosis;
use indicatif::ProgressDrawTarget;
use std::cell::Cell;
use std::io::{self, IsTerminal, Write};

/// Widths where the terminal does not tell its own.
const USUAL_WIDTH: usize = 100;

/// Standard output for data, standard error for talk.
#[derive(Debug, Default)]
pub struct Console {
    quiet: bool,
    verbose: bool,
    /// Whoever read the output has gone; or it could not be written.
    closed: Cell<bool>,
    failed: Cell<bool>,
}

/// Prints what the parser of the command line has to say, help, the version or a usage error, and tells whether that went
/// well. Nobody to read it is no fault.
pub fn print_usage(error: &clap::Error) -> bool {
    error.print().map_or_else(|failure| failure.kind() == io::ErrorKind::BrokenPipe, |()| true)
}

impl Console {
    pub fn new(quiet: bool, verbose: bool) -> Self {
        Self { quiet, verbose, ..Self::default() }
    }

    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Data, on standard output. Colours are taken out where nobody could see them.
    pub fn data(&self, text: &str) {
        if self.closed.get() {
            return;
        }
        let mut out = anstream::stdout().lock();
        if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            self.closed.set(true);
            self.failed.set(error.kind() != io::ErrorKind::BrokenPipe);
        }
    }

    /// Bytes for a program, on standard output, just as they are.
    pub fn raw(&self, bytes: &[u8]) {
        let mut out = io::stdout().lock();
        let failed = out
            .write_all(bytes)
            .and_then(|()| out.flush())
            .is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe);
        self.failed.set(self.failed.get() || failed);
    }

    /// Talk, on standard error; `--quiet` keeps it.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(anstream::stderr().lock(), "{text}");
        }
    }

    /// An error, on standard error, whatever was asked.
    pub fn error(&self, error: &Error) {
        let _ = write!(anstream::stderr().lock(), "{}", diagnosis::error(error));
    }

    /// Whether the output could not be written for another reason than that nobody reads it.
    pub fn has_failed(&self) -> bool {
        self.failed.get()
    }

    /// The width of standard output.
    pub fn width(&self) -> usize {
        match terminal_size::terminal_size() {
            Some((width, _)) => usize::from(width.0),
            None => USUAL_WIDTH,
        }
    }

    /// Whether colours can be seen on standard output.
    pub fn has_colour(&self) -> bool {
        anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
    }

    /// Whether someone watches standard error and wants to see how far the work is.
    pub fn has_watcher(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Where progress is drawn.
    pub fn watched(&self) -> ProgressDrawTarget {
        if self.has_watcher() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() }
    }

    /// Whether a person sits there to answer.
    pub fn has_person(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }
}

/// Shows the cursor that a prompt has hidden, on a line of its own.
pub fn show_cursor() {
    // Written past the filter for colours, which would take it out.
    let _ = io::stderr().write_all(b"\x1b[?25h\n");
}
