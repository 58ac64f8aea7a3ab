//! How a command ends: its exit status.

use crate::rules::Severity;

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// No findings at or above the threshold, and nothing undecided.
    Clean,
    /// Findings at or above the threshold.
    Findings,
    /// The command line is wrong, or a file is unreadable.
    Usage,
    /// Some rules are undecided.
    Undecided,
    /// The work could not be finished.
    Unfinished,
}

impl Exit {
    /// Returns the process's exit status.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Undecided => 3,
            Self::Unfinished => 4,
        }
    }

    /// Returns the more important of two ends: 4 before 2 before 1 before 3.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        if other.rank() > self.rank() {
            other
        } else {
            self
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Undecided => 1,
            Self::Findings => 2,
            Self::Usage => 3,
            Self::Unfinished => 4,
        }
    }
}

/// Which findings make the command fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// Those of at least this severity.
    At(Severity),
    /// None; undecided verdicts do not count either.
    Never,
}

impl FailOn {
    /// Returns the word for it on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::At(severity) => severity.name(),
            Self::Never => "never",
        }
    }
}
