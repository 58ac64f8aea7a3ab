//! SAY: verdicts as a report, in every format.

pub mod diagnosis;
mod json;
pub mod schema;
mod table;
mod text;
pub mod trace;

pub use table::PlainTable;

use crate::error::Error;
use crate::farm::Mistake;
use crate::rules::{OutcomeKind, Severity, Verdict};

/// What is said of one farm file.
#[derive(Debug)]
pub struct Report {
    /// The farm's name, where the file says it.
    pub farm: Option<String>,
    /// The file as it was named on the command line.
    pub file: String,
    pub body: Body,
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
        mistakes: Vec<Mistake>,
    },
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
        if rank(other) > rank(self) { other } else { self }
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
    pub fn verdicts(&self) -> &[Verdict] {
        match &self.body {
            Body::Verdicts(verdicts) => verdicts,
            _ => &[],
        }
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for verdict in self.verdicts() {
            let count = match (verdict.outcome, verdict.severity) {
                (OutcomeKind::Pass, _) => &mut counts.pass,
                (OutcomeKind::Undecided, _) => &mut counts.undecided,
                (OutcomeKind::NotApplicable, _) => &mut counts.not_applicable,
                (OutcomeKind::Fail, _) if verdict.accepted.is_some() => &mut counts.accepted,
                (OutcomeKind::Fail, Severity::Error) => &mut counts.error,
                (OutcomeKind::Fail, Severity::Warning) => &mut counts.warning,
                (OutcomeKind::Fail, Severity::Note) => &mut counts.note,
            };
            *count += 1;
        }
        counts
    }

    pub fn exit(&self, fail_on: FailOn) -> Exit {
        match (&self.body, fail_on) {
            (Body::Unreadable(_) | Body::Malformed { .. }, _) => Exit::Usage,
            (Body::Verdicts(_), FailOn::Never) => Exit::Clean,
            (Body::Verdicts(verdicts), FailOn::At(least)) => {
                if verdicts.iter().any(|verdict| verdict.is_open() && verdict.severity >= least) {
                    Exit::Findings
                } else if self.counts().undecided > 0 {
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

/// A report's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Findings in full, for reading
    Text,
    /// One row a verdict
    Table,
    /// For programs
    Json,
}

/// How a report is to look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub format: Format,
    /// The width of the terminal, in columns.
    pub width: usize,
    /// What passed and what did not apply, too.
    pub verbose: bool,
    /// Whether diagnoses are coloured; plain text passes through a filter anyway.
    pub colour: bool,
    /// Whether the reports are of a fleet: each is headed by its file, and a summary follows.
    pub several: bool,
}

/// What is written before the first report.
pub fn opening(look: &Look) -> &'static str {
    match (look.format, look.several) {
        (Format::Json, true) => "{\"report\":1,\"files\":[",
        _ => "",
    }
}

/// One report. `first` tells whether it is the first of several.
pub fn one(report: &Report, look: &Look, first: bool) -> String {
    match look.format {
        Format::Text => apart(text::one(report, look), look),
        Format::Table => apart(table::one(report, look), look),
        Format::Json => json::one(report, look, first),
    }
}

/// Of several, one blank line behind every report that says anything, whatever it ends with.
fn apart(report: String, look: &Look) -> String {
    if look.several && !report.is_empty() { report.trim_end_matches('\n').to_owned() + "\n\n" } else { report }
}

/// What is written after the last report.
pub fn closing(files: usize, unreadable: usize, counts: &Counts, look: &Look) -> String {
    match (look.format, look.several) {
        (Format::Json, true) => "\n]}\n".to_owned(),
        (Format::Json, false) | (_, false) => String::new(),
        (_, true) => text::closing(files, unreadable, counts),
    }
}
