//! SAY: verdicts as a report, in every format.

mod baseline;
mod blocks;
mod brief;
mod coverage;
mod details;
mod dispatch;
mod exit;
mod fleet;
mod formats;
mod issues;
mod options;
mod run;
pub(crate) mod schema;
mod since;
mod status;
pub(crate) mod trace;
mod wording;
mod writer;

pub(crate) use baseline::Baseline;
pub(crate) use coverage::CheckedBy;
pub use coverage::{Coverage, LeftOut, LeftOutReason};
pub use exit::Exit;
pub use exit::FailOn;
pub(crate) use formats::json::harmless;
pub use options::{Format, RenderOptions};
pub use run::{Now, RunEnd, RunInfo, RunOptions};
pub(crate) use since::Since;
pub(crate) use status::Counts;
pub(crate) use status::Status;
pub use writer::{ReportWriter, Summary};

use crate::error::Error;
use crate::farm::{Farm, FarmFileError};
use crate::rules::{RouteOutline, Severity, Verdict};

/// The verdicts on one farm file.
#[derive(Debug)]
pub struct Report {
    /// The farm's name, or `None` if the file does not say it.
    pub farm: Option<String>,
    /// The file as it was named on the command line.
    pub file: String,
    /// The verdicts, or why there are none.
    pub body: Body,
    /// The settings in the file, none if it could not be read.
    pub wanted: Farm,
    /// How mail enters the farm, none if the file could not be read.
    pub(crate) routes: Vec<RouteOutline>,
    /// The checked areas, the others, and the facts.
    pub coverage: Coverage,
    /// The comparison with an earlier report, if one was named.
    pub since: Option<Since>,
    /// The end of the command for this farm alone.
    pub end: RunEnd,
}

/// The verdicts, or why there are none.
#[derive(Debug)]
pub enum Body {
    /// The verdicts, sorted.
    Verdicts(Vec<Verdict>),
    /// The file is valid, but the farm was not checked, for example for lack of facts.
    NotJudged(NotJudged),
    /// The file could not be read.
    Unreadable(Error),
    /// The file is not a valid farm file.
    Malformed {
        /// The file's text.
        text: String,
        /// Every mistake in it, in its order.
        mistakes: Vec<FarmFileError>,
    },
}

/// Why a farm was not checked.
#[derive(Debug)]
pub struct NotJudged {
    /// Why.
    pub error: Error,
    /// The end of the command for it.
    pub exit: Exit,
}

impl Report {
    /// Creates the report on a file that could be read.
    pub fn judged(file: String, wanted: Farm, verdicts: Vec<Verdict>) -> Self {
        let body = Body::Verdicts(verdicts);
        Self {
            farm: wanted.name.clone(),
            file,
            body,
            wanted,
            routes: Vec::new(),
            coverage: Coverage::default(),
            since: None,
            end: RunEnd::clean(),
        }
    }

    /// Creates the report on a file that could not be read.
    pub fn unreadable(file: String, body: Body) -> Self {
        Self {
            farm: None,
            file,
            body,
            wanted: Farm::default(),
            routes: Vec::new(),
            coverage: Coverage::default(),
            since: None,
            end: RunEnd::clean(),
        }
    }

    /// Returns the verdicts, none if the file could not be read.
    pub fn verdicts(&self) -> &[Verdict] {
        match &self.body {
            Body::Verdicts(verdicts) => verdicts,
            _ => &[],
        }
    }

    /// Returns the farm's name, or its file's if it has none.
    pub fn name(&self) -> &str {
        self.farm.as_deref().unwrap_or(&self.file)
    }

    /// Returns whether there are verdicts.
    pub fn is_judged(&self) -> bool {
        matches!(self.body, Body::Verdicts(_))
    }

    /// Returns whether the farm file could be read, whether or not it was checked.
    pub fn is_readable(&self) -> bool {
        matches!(self.body, Body::Verdicts(_) | Body::NotJudged(_))
    }

    /// Counts the verdicts by status.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for verdict in self.verdicts() {
            *match Status::of(verdict) {
                Status::Pass => &mut counts.pass,
                Status::Undecided => &mut counts.undecided,
                Status::NotApplicable => &mut counts.not_applicable,
                Status::Accepted => &mut counts.accepted,
                Status::Open(Severity::Error) => &mut counts.error,
                Status::Open(Severity::Warning) => &mut counts.warning,
                Status::Open(Severity::Note) => &mut counts.note,
            } += 1;
        }
        counts
    }

    /// Returns the verdicts that need attention, except those in an earlier report.
    pub fn needing_attention(&self) -> impl Iterator<Item = &Verdict> {
        self.verdicts()
            .iter()
            .filter(|verdict| Status::of(verdict).needs_attention() && self.is_new(verdict))
    }

    /// Returns whether a verdict is new, or no earlier report was named.
    pub fn is_new(&self, verdict: &Verdict) -> bool {
        self.since
            .as_ref()
            .is_none_or(|since| since.is_new(verdict))
    }

    /// Returns the end of the command for this report, and the reason. Only new verdicts count.
    pub fn end_by(&self, fail_on: FailOn) -> RunEnd {
        let verdicts = match &self.body {
            Body::Verdicts(_) => end_of_verdicts(self, fail_on),
            Body::NotJudged(why) => RunEnd::new(why.exit, "a farm was not judged"),
            Body::Unreadable(_) | Body::Malformed { .. } => {
                RunEnd::new(Exit::Usage, "a farm file cannot be read")
            }
        };
        verdicts.worse(self.coverage.end())
    }
}

/// Returns the end of the command for the verdicts of a report.
fn end_of_verdicts(report: &Report, fail_on: FailOn) -> RunEnd {
    let FailOn::At(least) = fail_on else {
        return RunEnd::new(Exit::Clean, "no finding counts with `--fail-on never`");
    };
    let exit = report
        .needing_attention()
        .map(|verdict| match Status::of(verdict) {
            Status::Open(severity) if severity >= least => Exit::Findings,
            Status::Undecided => Exit::Undecided,
            _ => Exit::Clean,
        })
        .fold(Exit::Clean, Exit::worse);
    match exit {
        Exit::Findings => RunEnd::new(
            exit,
            format!("there are findings of severity {} or above", least.name()),
        ),
        Exit::Undecided => RunEnd::new(exit, "something is undecided"),
        _ => RunEnd::clean(),
    }
}
