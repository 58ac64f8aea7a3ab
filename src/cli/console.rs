//! The only place that prints.

use crate::error::Error;
use crate::term::{Screen, diagnosis, in_ascii, talk};
use indicatif::ProgressDrawTarget;
use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, IsTerminal, Write};

/// Standard output for data, standard error for talk.
#[derive(Debug, Default)]
pub struct Console {
    quiet: bool,
    verbose: bool,
    /// Whoever read the output has gone; or it could not be written.
    closed: Cell<bool>,
    failed: Cell<bool>,
}

/// Prints what the parser of the command line has to say, help, the version or a usage error, and
/// tells whether that went well. Nobody to read it is no fault.
pub fn print_usage(error: &clap::Error) -> bool {
    error.print().map_or_else(
        |failure| failure.kind() == io::ErrorKind::BrokenPipe,
        |()| true,
    )
}

impl Console {
    pub fn new(quiet: bool, verbose: bool) -> Self {
        Self {
            quiet,
            verbose,
            ..Self::default()
        }
    }

    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Data, on standard output. Colours are taken out where nobody could see them, and on a
    /// terminal what it cannot draw is drawn in ASCII.
    pub fn data(&self, text: &str) {
        if self.closed.get() {
            return;
        }
        let text = match io::stdout().is_terminal() && !shows_unicode() && !text.is_ascii() {
            true => in_ascii(text).into(),
            false => Cow::Borrowed(text),
        };
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
            let _ = write!(anstream::stderr().lock(), "{}", for_stderr(&as_talk(text)));
        }
    }

    /// A question to the person at the terminal, on standard error, whatever was asked for; no line
    /// end is added.
    pub fn ask(&self, text: &str) {
        let mut err = anstream::stderr().lock();
        let _ = err
            .write_all(for_stderr(text).as_bytes())
            .and_then(|()| err.flush());
    }

    /// The next line that the person types.
    ///
    /// # Errors
    /// The input has ended or cannot be read.
    pub fn read_line(&self) -> io::Result<String> {
        let mut line = String::new();
        match io::stdin().read_line(&mut line)? {
            0 => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the input has ended",
            )),
            _ => Ok(line),
        }
    }

    /// An error, on standard error, whatever was asked.
    pub fn error(&self, error: &Error) {
        let words = diagnosis::error(&Error {
            picture: None,
            ..error.clone()
        });
        // The picture of a place is laid out already.
        let picture = error.picture.as_deref().unwrap_or_default();
        let _ = write!(
            anstream::stderr().lock(),
            "{}",
            for_stderr(&format!("{picture}{}", as_talk(&words)))
        );
    }

    /// Whether the output could not be written for another reason than that nobody reads it.
    pub fn has_failed(&self) -> bool {
        self.failed.get()
    }

    /// What can be shown where standard output goes.
    pub fn screen(&self) -> Screen {
        Screen {
            width: width(),
            unicode: shows_unicode(),
        }
    }

    /// What can be shown where standard error goes.
    pub fn screen_for_talk(&self) -> Screen {
        Screen {
            width: talk_width(),
            unicode: shows_unicode(),
        }
    }

    /// The width of a table on standard output.
    pub fn width(&self) -> usize {
        self.screen().table_width()
    }

    /// A text for a file: coloured only where that is asked for whatever it goes to.
    pub fn for_file<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let is_plain = !text.contains('\x1b');
        match anstream::AutoStream::choice(&Vec::<u8>::new()) {
            anstream::ColorChoice::Never | anstream::ColorChoice::Auto if !is_plain => {
                anstream::adapter::strip_str(text).to_string().into()
            }
            _ => text.into(),
        }
    }

    /// Whether colours can be seen on standard output.
    pub fn has_colour(&self) -> bool {
        anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
    }

    /// Whether colours can be seen on standard error.
    pub fn has_colour_for_talk(&self) -> bool {
        anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
    }

    /// Whether standard output goes to a terminal.
    pub fn is_seen(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether someone watches standard error and wants to see how far the work is.
    pub fn has_watcher(&self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }

    /// Where progress is drawn.
    pub fn watched(&self) -> ProgressDrawTarget {
        if self.has_watcher() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        }
    }

    /// Whether a person sits there to answer.
    pub fn has_person(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }
}

/// Talk in lines that fit the terminal, where it goes to one.
fn as_talk(text: &str) -> String {
    match talk_width() {
        Some(width) => talk(text, width),
        None => format!("{}\n", text.strip_suffix('\n').unwrap_or(text)),
    }
}

/// The width of the terminal that standard error goes to, where it goes to one.
fn talk_width() -> Option<usize> {
    let width =
        terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    width.filter(|width| *width > 0)
}

/// Talk as the terminal can draw it.
fn for_stderr(text: &str) -> Cow<'_, str> {
    if io::stderr().is_terminal() && !shows_unicode() {
        in_ascii(text).into()
    } else {
        text.into()
    }
}

/// The width of the terminal, else what COLUMNS says; nothing where lines may be as long as they
/// are.
fn width() -> Option<usize> {
    let of_terminal =
        terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    let said = || std::env::var("COLUMNS").ok()?.parse().ok();
    of_terminal.or_else(said).filter(|width| *width > 0)
}

/// Whether whoever shows the output shows characters beyond ASCII: as the locale says (POSIX XBD
/// 8.2), which the shells that came to Windows set too, else as the console does.
fn shows_unicode() -> bool {
    let said = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|value| !value.is_empty());
    match said.map(|value| value.to_string_lossy().to_lowercase()) {
        Some(locale) => locale.contains("utf-8") || locale.contains("utf8"),
        None => console_shows_unicode(),
    }
}

/// Without a locale, it is POSIX'.
#[cfg(not(windows))]
fn console_shows_unicode() -> bool {
    false
}

/// Whether the console's code page is UTF-8's.
#[cfg(windows)]
fn console_shows_unicode() -> bool {
    const UTF_8: u32 = 65001;
    // SAFETY: it takes nothing and only gives a number.
    unsafe { windows_sys::Win32::System::Console::GetConsoleOutputCP() == UTF_8 }
}

/// Shows the cursor that a prompt has hidden, on a line of its own.
pub fn show_cursor() {
    // Written past the filter for colours, which would take it out.
    let _ = io::stderr().write_all(b"\x1b[?25h\n");
}

/// Clears the rows above the one where the cursor stands, and puts it there.
pub fn clear_rows(rows: usize) {
    let _ = io::stderr().write_all("\x1b[1A\x1b[2K".repeat(rows).as_bytes());
}
