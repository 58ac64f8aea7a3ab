//! One document for any number of reports, each written as soon as it is there.

use super::fleet::Line;
use super::since::LeftOut;
use super::{
    Baseline, Counts, Exit, Report, Screen, github, html, json, junit, prometheus, sarif, table,
    text,
};
use std::collections::BTreeSet;

/// A report's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Findings in full, for reading
    Text,
    /// One row a verdict
    Table,
    /// For programs: the versioned contract
    Json,
    /// Test results, for CI systems
    Junit,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a GitHub Actions run
    Github,
    /// Metrics, for node_exporter's textfile collector
    Prometheus,
    /// One page to attach to a change ticket
    Html,
}

impl Format {
    fn form(self) -> &'static dyn Form {
        match self {
            Self::Text => &text::Text,
            Self::Table => &table::TableForm,
            Self::Json => &json::Json,
            Self::Junit => &junit::Junit,
            Self::Sarif => &sarif::Sarif,
            Self::Github => &github::Github,
            Self::Prometheus => &prometheus::Prometheus,
            Self::Html => &html::Html,
        }
    }

    /// Whether people read it as it stands, so that it is fitted to where they read.
    pub fn is_for_reading(self) -> bool {
        matches!(self, Self::Text | Self::Table)
    }
}

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

/// How a report is to look.
#[derive(Debug, Clone)]
pub struct Look {
    pub format: Format,
    pub screen: Screen,
    /// What passed and what did not apply, too.
    pub verbose: bool,
    /// Whether diagnoses are coloured; plain text passes through a filter anyway.
    pub colour: bool,
    /// Whether the reports are of a fleet: each is headed by its file, and a summary follows.
    pub several: bool,
    pub now: Now,
}

/// When the report is made.
#[derive(Debug, Clone)]
pub struct Now {
    /// Since 1970, UTC.
    pub seconds: u64,
    /// The same, RFC 3339.
    pub text: String,
}

/// A report as it is written, with what the end of the document needs to know of it.
#[derive(Debug)]
pub struct Part {
    piece: Piece,
    counts: Counts,
    is_readable: bool,
    /// Which farm of the earlier report it is about.
    place_then: Option<usize>,
    line: Option<Line>,
}

impl Part {
    /// Writes a report; its place among all is counted from 0. `exit` is how the command would end
    /// for it alone.
    pub fn new(report: &Report, look: &Look, place: usize, exit: Exit) -> Self {
        Self {
            piece: look.format.form().piece(report, look, place),
            counts: report.counts(),
            is_readable: report.is_readable(),
            place_then: report.since.as_ref().and_then(|since| since.place),
            line: (look.several && look.format.is_for_reading()).then(|| Line::new(report, exit)),
        }
    }
}

/// A document that grows: each step gives the text that comes next.
#[derive(Debug)]
pub struct Document<'a> {
    look: Look,
    baseline: Option<&'a Baseline>,
    ending: Ending<'a>,
    /// The farms of the earlier report that were met.
    met: BTreeSet<usize>,
    /// Whether the next text needs something between it and the last.
    is_within: bool,
}

impl<'a> Document<'a> {
    pub fn new(look: Look, baseline: Option<&'a Baseline>) -> Self {
        Self {
            look,
            baseline,
            ending: Ending::default(),
            met: BTreeSet::new(),
            is_within: false,
        }
    }

    pub fn opening(&self) -> String {
        self.look.format.form().opening(&self.look)
    }

    pub fn add(&mut self, part: &Part) -> String {
        for (all, one) in self.ending.later.iter_mut().zip(&part.piece.later) {
            all.push_str(one);
        }
        self.ending.files += 1;
        self.ending.unreadable += usize::from(!part.is_readable);
        self.ending.counts = self.ending.counts.plus(part.counts);
        self.met.extend(part.place_then);
        self.ending.lines.extend(part.line.clone());
        if part.piece.text.is_empty() {
            return String::new();
        }
        let separator = if self.is_within {
            self.look.format.form().separator()
        } else {
            ""
        };
        self.is_within = true;
        format!("{separator}{}", part.piece.text)
    }

    pub fn closing(mut self) -> String {
        self.ending.left_out = self
            .baseline
            .map(|baseline| baseline.left_out(&self.met))
            .unwrap_or_default();
        self.look.format.form().closing(&self.ending, &self.look)
    }
}
