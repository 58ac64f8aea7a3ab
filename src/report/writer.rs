//! How a format writes.

use super::fleet::Line;
use super::options::Look;
use super::since::LeftOut;
use super::{Counts, Report};

/// How a format writes: one document for any number of reports, each of them written as soon as it
/// is there.
pub trait Form: Sync {
    /// What stands before the first report.
    fn opening(&self, _: &Look) -> String {
        String::new()
    }
    /// What stands between two pieces of text that are not empty.
    fn separator(&self) -> &'static str {
        ""
    }
    fn piece(&self, report: &Report, look: &Look, place: usize) -> Piece;
    /// What stands behind the last report.
    fn closing(&self, _: &Ending<'_>, _: &Look) -> String {
        String::new()
    }
}

/// What one report adds to the document.
#[derive(Debug, Default)]
pub struct Piece {
    /// Written at once.
    pub text: String,
    /// Kept for the end, part by part.
    pub later: [String; 2],
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Self {
            text,
            later: Default::default(),
        }
    }
}

/// What is known when the last report is written.
#[derive(Debug, Default)]
pub struct Ending<'a> {
    pub files: usize,
    pub unreadable: usize,
    pub counts: Counts,
    /// What the pieces kept for the end.
    pub later: [String; 2],
    /// The farms of the earlier report that no report was about.
    pub left_out: Vec<LeftOut<'a>>,
    /// Of a fleet, what its summary says of each farm.
    pub lines: Vec<Line>,
}
