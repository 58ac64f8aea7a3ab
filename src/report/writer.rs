//! The trait of all formats' writers, and the summary that they get at the end.

use super::since::NotInRun;
use super::{Baseline, Body, Counts, Exit, Report, RunEnd};
use crate::rules::Area;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// A format's writer: it writes one document with any number of reports, each as soon as it is
/// complete. The writer itself keeps what it needs for the end of the document.
pub trait ReportWriter {
    /// Writes the part before the first report.
    ///
    /// # Errors
    /// The output cannot be written.
    fn begin(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Writes the next report.
    ///
    /// # Errors
    /// The output cannot be written.
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()>;

    /// Writes the part after the last report.
    ///
    /// # Errors
    /// The output cannot be written.
    fn finish(&mut self, _: &Summary<'_>, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// The summary of all reports.
#[derive(Debug)]
pub struct Summary<'a> {
    /// How many reports there are.
    pub files: usize,
    /// How many farm files could not be read.
    pub unreadable: usize,
    /// The number of farms that were not checked although their files could be read.
    pub not_judged: usize,
    /// The verdicts of all reports.
    pub counts: Counts,
    /// For each area, the number of farms for which it was not checked.
    pub left_out: BTreeMap<Area, usize>,
    /// The exit status.
    pub end: RunEnd,
    /// The farms of the earlier report that were not checked in this run.
    pub not_in_run: Vec<NotInRun<'a>>,
    /// The farms of the earlier report that were checked.
    in_run: BTreeSet<usize>,
}

impl Default for Summary<'_> {
    fn default() -> Self {
        Self {
            files: 0,
            unreadable: 0,
            not_judged: 0,
            counts: Counts::default(),
            left_out: BTreeMap::new(),
            end: RunEnd::clean(),
            not_in_run: Vec::new(),
            in_run: BTreeSet::new(),
        }
    }
}

impl<'a> Summary<'a> {
    /// Counts a report.
    pub fn add(&mut self, report: &Report) {
        self.files += 1;
        match report.body {
            Body::Verdicts(_) => {}
            Body::NotJudged(_) => self.not_judged += 1,
            Body::Unreadable(_) | Body::Malformed { .. } => self.unreadable += 1,
        }
        self.counts = self.counts.plus(report.counts());
        for left_out in &report.coverage.left_out {
            *self.left_out.entry(left_out.area).or_default() += 1;
        }
        if report.end.exit.worse(self.end.exit) != self.end.exit {
            self.end = report.end.clone();
        }
        self.in_run
            .extend(report.since.as_ref().and_then(|since| since.index));
    }

    /// Adds the exit status of other work.
    pub fn end_with(&mut self, exit: Exit, reason: &str) {
        if exit.worse(self.end.exit) != self.end.exit {
            self.end = RunEnd::new(exit, reason);
        }
    }

    /// Compares the farms of the run with those of an earlier report.
    pub fn compare(&mut self, baseline: Option<&'a Baseline>) {
        if let Some(baseline) = baseline {
            self.not_in_run = baseline.not_in_run(&self.in_run);
        }
    }
}
