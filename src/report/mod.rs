//! SAY: verdicts as a report, in every format.

mod details;
pub mod diagnosis;
mod document;
pub mod fleet;
mod github;
mod html;
mod json;
mod junit;
pub mod page;
mod prometheus;
mod sarif;
pub mod schema;
pub mod screen;
mod since;
mod table;
mod text;
pub mod trace;

pub use document::{Document, Format, Look, Now, Part};
pub use json::harmless;
pub use screen::Screen;
pub use since::{Baseline, Since};
pub use table::{PlainTable, ROOMY};

use crate::error::Error;
use crate::farm::{Farm, FarmFileError};
use crate::rules::{OutcomeKind, Severity, Verdict};

/// What is said of one farm file.
#[derive(Debug)]
pub struct Report {
    /// The farm's name, where the file says it.
    pub farm: Option<String>,
    /// The file as it was named on the command line.
    pub file: String,
    pub body: Body,
    /// What the file wants; nothing of a file that could not be read.
    pub wanted: Farm,
    /// When the facts were gathered (RFC 3339, UTC), where there are any that say so.
    pub seen: Option<String>,
    /// How the verdicts stand to those of an earlier report, where one was named.
    pub since: Option<Since>,
}

/// The verdicts, or why there are none.
#[derive(Debug)]
pub enum Body {
    Verdicts(Vec<Verdict>),
    /// The file could not be had.
    Unreadable(Error),
    /// The file could not be understood.
    Malformed {
        text: String,
        mistakes: Vec<FarmFileError>,
    },
}

/// What a verdict comes to: the outcome, with the severity of what is found and not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Open(Severity),
    Undecided,
    Accepted,
    Pass,
    NotApplicable,
}

impl Standing {
    pub fn of(verdict: &Verdict) -> Self {
        match verdict.outcome {
            OutcomeKind::Fail if verdict.accepted.is_some() => Self::Accepted,
            OutcomeKind::Fail => Self::Open(verdict.severity),
            OutcomeKind::Undecided => Self::Undecided,
            OutcomeKind::Pass => Self::Pass,
            OutcomeKind::NotApplicable => Self::NotApplicable,
        }
    }

    /// In words for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open(severity) => severity.name(),
            Self::Undecided => "undecided",
            Self::Accepted => "accepted",
            Self::Pass => "pass",
            Self::NotApplicable => "not applicable",
        }
    }

    /// Whether somebody has to look at it: found and not accepted, or not known.
    pub fn needs_a_look(self) -> bool {
        matches!(self, Self::Open(_) | Self::Undecided)
    }
}

/// How many verdicts of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct Counts {
    pub pass: usize,
    pub error: usize,
    pub warning: usize,
    pub note: usize,
    pub undecided: usize,
    pub not_applicable: usize,
    pub accepted: usize,
}

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

impl Report {
    /// The report on a file that could be read.
    pub fn judged(file: String, wanted: Farm, verdicts: Vec<Verdict>) -> Self {
        let body = Body::Verdicts(verdicts);
        Self {
            farm: wanted.name.clone(),
            file,
            body,
            wanted,
            seen: None,
            since: None,
        }
    }

    /// The report on a file that could not be read.
    pub fn unread(file: String, body: Body) -> Self {
        Self {
            farm: None,
            file,
            body,
            wanted: Farm::default(),
            seen: None,
            since: None,
        }
    }

    pub fn verdicts(&self) -> &[Verdict] {
        match &self.body {
            Body::Verdicts(verdicts) => verdicts,
            _ => &[],
        }
    }

    /// The farm by its name, else by its file.
    pub fn name(&self) -> &str {
        self.farm.as_deref().unwrap_or(&self.file)
    }

    pub fn is_readable(&self) -> bool {
        matches!(self.body, Body::Verdicts(_))
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for verdict in self.verdicts() {
            *match Standing::of(verdict) {
                Standing::Pass => &mut counts.pass,
                Standing::Undecided => &mut counts.undecided,
                Standing::NotApplicable => &mut counts.not_applicable,
                Standing::Accepted => &mut counts.accepted,
                Standing::Open(Severity::Error) => &mut counts.error,
                Standing::Open(Severity::Warning) => &mut counts.warning,
                Standing::Open(Severity::Note) => &mut counts.note,
            } += 1;
        }
        counts
    }

    /// What somebody has to look at; where an earlier report was named, only what it did not say
    /// already.
    pub fn news(&self) -> impl Iterator<Item = &Verdict> {
        let is_news =
            |verdict: &&Verdict| Standing::of(verdict).needs_a_look() && self.is_new(verdict);
        self.verdicts().iter().filter(is_news)
    }

    /// Whether an earlier report, where one was named, does not say it.
    pub fn is_new(&self, verdict: &Verdict) -> bool {
        self.since
            .as_ref()
            .is_none_or(|since| since.is_new(verdict))
    }

    /// How the command ends: by what is open, and with an earlier report by what of it is new.
    pub fn exit(&self, fail_on: FailOn) -> Exit {
        match (self.is_readable(), fail_on) {
            (false, _) => Exit::Usage,
            (true, FailOn::Never) => Exit::Clean,
            (true, FailOn::At(least)) => {
                let standings: Vec<Standing> = self.news().map(Standing::of).collect();
                let counts = |standing: &Standing| matches!(standing, Standing::Open(severity) if *severity >= least);
                if standings.iter().any(counts) {
                    Exit::Findings
                } else if standings.contains(&Standing::Undecided) {
                    Exit::Undecided
                } else {
                    Exit::Clean
                }
            }
        }
    }
}

impl Counts {
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            pass: self.pass + other.pass,
            error: self.error + other.error,
            warning: self.warning + other.warning,
            note: self.note + other.note,
            undecided: self.undecided + other.undecided,
            not_applicable: self.not_applicable + other.not_applicable,
            accepted: self.accepted + other.accepted,
        }
    }
}
