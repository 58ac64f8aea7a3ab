//! What depends on the run alone: the program, the time, the options, and how it ended.

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
    /// The options that decide what is judged and how the command ends.
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

/// The options that decide what is judged and how the command ends, as they were typed.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The areas that were named.
    pub areas: Vec<&'static str>,
    /// The only rules to judge.
    pub only: Vec<String>,
    /// The rules to leave out.
    pub skip: Vec<String>,
    /// Which findings make the command fail.
    pub fail_on: FailOn,
    /// How old facts may be.
    pub max_age: Option<String>,
    /// The areas that must be judged.
    pub require: Vec<&'static str>,
    /// The earlier report that is compared with.
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
    /// How it ends.
    pub exit: Exit,
    /// Why, as a sentence without a final stop.
    pub reason: String,
}

impl RunEnd {
    /// Creates an end for a reason.
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

    /// Returns the one that counts if both hold.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        if self.exit.worse(other.exit) == self.exit {
            self
        } else {
            other
        }
    }
}
