//! SAY: verdicts as a report, in every format.

mod baseline;
mod details;
mod dispatch;
mod document;
mod exit;
mod fleet;
mod formats;
mod options;
pub(crate) mod schema;
mod since;
mod status;
pub(crate) mod trace;
mod wording;
mod writer;

pub use baseline::Baseline;
pub use document::{Document, RenderedReport};
pub use exit::{Exit, FailOn};
pub(crate) use formats::json::harmless;
pub use options::{Format, Now, RenderOptions};
pub use since::Since;
pub use status::Counts;
pub(crate) use status::Status;

use crate::error::Error;
use crate::farm::{Farm, FarmFileError};
use crate::rules::{Severity, Verdict};

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
    pub gathered: Option<String>,
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

impl Report {
    /// The report on a file that could be read.
    pub fn judged(file: String, wanted: Farm, verdicts: Vec<Verdict>) -> Self {
        let body = Body::Verdicts(verdicts);
        Self {
            farm: wanted.name.clone(),
            file,
            body,
            wanted,
            gathered: None,
            since: None,
        }
    }

    /// The report on a file that could not be read.
    pub fn unreadable(file: String, body: Body) -> Self {
        Self {
            farm: None,
            file,
            body,
            wanted: Farm::default(),
            gathered: None,
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

    /// What somebody has to look at; where an earlier report was named, only what it did not say
    /// already.
    pub fn needing_attention(&self) -> impl Iterator<Item = &Verdict> {
        let is_news =
            |verdict: &&Verdict| Status::of(verdict).needs_attention() && self.is_new(verdict);
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
                let statuses: Vec<Status> = self.needing_attention().map(Status::of).collect();
                let counts = |status: &Status| matches!(status, Status::Open(severity) if *severity >= least);
                if statuses.iter().any(counts) {
                    Exit::Findings
                } else if statuses.contains(&Status::Undecided) {
                    Exit::Undecided
                } else {
                    Exit::Clean
                }
            }
        }
    }
}
