//! One document for any number of reports, each written as soon as it is there.

use super::baseline::Baseline;
use super::fleet::Line;
use super::options::Look;
use super::writer::{Ending, Piece};
use super::{Counts, Exit, Report};
use std::collections::BTreeSet;

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
