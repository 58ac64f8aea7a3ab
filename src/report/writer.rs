//! What every format's writer does.

use super::fleet::FleetRow;
use super::options::RenderOptions;
use super::since::NotInRun;
use super::{Counts, Report};

/// A format's writer: it makes one document of any number of reports, each written as soon as it is
/// judged.
pub trait ReportWriter: Sync {
    /// Returns the text before the first report.
    fn opening(&self, _: &RenderOptions) -> String {
        String::new()
    }

    /// Returns the text between two chunks that are not empty.
    fn separator(&self) -> &'static str {
        ""
    }

    /// Renders the report at `index` (from 0) of all.
    fn chunk(&self, report: &Report, options: &RenderOptions, index: usize) -> Chunk;

    /// Returns the text behind the last report.
    fn closing(&self, _: &Totals<'_>, _: &RenderOptions) -> String {
        String::new()
    }
}

/// What one report adds to the document.
#[derive(Debug, Default)]
pub struct Chunk {
    /// Written at once.
    pub text: String,
    /// Kept for the end: the first texts of all reports, then the second.
    pub later: [String; 2],
}

impl From<String> for Chunk {
    fn from(text: String) -> Self {
        Self {
            text,
            later: Default::default(),
        }
    }
}

/// What is known when the last report is written.
#[derive(Debug, Default)]
pub struct Totals<'a> {
    pub files: usize,
    pub unreadable: usize,
    pub counts: Counts,
    /// What the chunks kept for the end.
    pub later: [String; 2],
    pub not_in_run: Vec<NotInRun<'a>>,
    /// One for each farm of a fleet, in the formats that show them as a table.
    pub rows: Vec<FleetRow>,
}
