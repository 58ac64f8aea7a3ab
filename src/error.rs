//! Errors that end a command: a kind, a message, and hints.

use std::fmt;

/// The class of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// The command line is wrong, or an input file is not valid.
    Usage,
    /// Something outside the program failed, so the work could not be finished.
    Unfinished,
}

/// An error with hints for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The class, which decides the exit status.
    pub class: ErrorClass,
    /// The fault, one sentence without a final stop.
    pub message: String,
    /// The fixes, one sentence each.
    pub hints: Vec<String>,
    /// The place in a file as text to print, or `None` if there is none.
    pub picture: Option<String>,
}

impl Error {
    /// Creates an error about the command line or an unreadable file.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            class: ErrorClass::Usage,
            message: message.into(),
            hints: Vec::new(),
            picture: None,
        }
    }

    /// Creates an error about something outside.
    pub fn unfinished(message: impl Into<String>) -> Self {
        Self {
            class: ErrorClass::Unfinished,
            ..Self::usage(message)
        }
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds the hint "did you mean" if there is a similar name.
    #[must_use]
    pub fn did_you_mean(self, nearest: Option<&str>) -> Self {
        match nearest {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.message)
    }
}

impl std::error::Error for Error {}
