//! Properties of a run: the program, the time, the options, and how it ended.

use super::{Exit, FailOn};

/// The run that makes a report.
#[derive(Debug, Clone)]
pub struct RunInfo {
    /// The program's version.
    pub version: &'static str,
    /// The system that the program is built for.
    pub target: &'static str,
    /// When the report is made.
    pub now: Now,
    /// The options that affect verdicts and exit status.
    pub options: RunOptions,
}

impl RunInfo {
    /// Creates the description of this program's run at a time.
    pub fn new(now: Now, options: RunOptions) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            target: env!("SPINMAIL_TARGET"),
            now,
            options,
        }
    }
}

/// When the report is made.
#[derive(Debug, Clone)]
pub struct Now {
    /// Seconds since 1970, UTC.
    pub seconds: u64,
    /// The same time, RFC 3339.
    pub text: String,
}

/// The options that affect verdicts and exit status, as typed.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The areas that were named.
    pub areas: Vec<&'static str>,
    /// The rules of `--only`.
    pub only: Vec<String>,
    /// The rules of `--skip`.
    pub skip: Vec<String>,
    /// Which findings make the command fail.
    pub fail_on: FailOn,
    /// The maximum age of facts.
    pub max_age: Option<String>,
    /// The areas that must be checked.
    pub require: Vec<&'static str>,
    /// The earlier report.
    pub since: Option<String>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            areas: Vec::new(),
            only: Vec::new(),
            skip: Vec::new(),
            fail_on: FailOn::At(crate::rules::Severity::Error),
            max_age: None,
            require: Vec::new(),
            since: None,
        }
    }
}

/// How a command ends, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunEnd {
    /// The exit status.
    pub exit: Exit,
    /// The reason, as a sentence without a final stop.
    pub reason: String,
}

impl RunEnd {
    /// Creates an end with a reason.
    pub fn new(exit: Exit, reason: impl Into<String>) -> Self {
        Self {
            exit,
            reason: reason.into(),
        }
    }

    /// Creates the end of a run that found nothing.
    pub fn clean() -> Self {
        Self::new(Exit::Clean, "nothing found that counts")
    }

    /// Returns the more important of two ends.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        if self.exit.worse(other.exit) == self.exit {
            self
        } else {
            other
        }
    }
}
