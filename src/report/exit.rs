//! How a command ends.

use crate::rules::Severity;

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Clean,
    /// Findings at or above the threshold.
    Findings,
    /// The command line is wrong, or a file is unreadable.
    Usage,
    Undecided,
    Unfinished,
}

impl Exit {
    /// The process's exit status.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Undecided => 3,
            Self::Unfinished => 4,
        }
    }

    /// The one that counts where both hold: 4 before 2 before 1 before 3.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let rank = |exit: Self| match exit {
            Self::Clean => 0,
            Self::Undecided => 1,
            Self::Findings => 2,
            Self::Usage => 3,
            Self::Unfinished => 4,
        };
        if rank(other) > rank(self) {
            other
        } else {
            self
        }
    }
}

/// From which severity on a finding makes the command fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    At(Severity),
    /// Whatever the verdicts say, undecided ones included.
    Never,
}
