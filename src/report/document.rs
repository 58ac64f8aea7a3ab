//! One document for any number of reports, each written as soon as it is judged.

use super::baseline::Baseline;
use super::fleet::FleetRow;
use super::options::RenderOptions;
use super::writer::{Chunk, Totals};
use super::{Counts, Exit, Report};
use std::collections::BTreeSet;

/// A report as text, with what the end of the document has to know of it.
#[derive(Debug)]
pub struct RenderedReport {
    chunk: Chunk,
    counts: Counts,
    is_readable: bool,
    /// Which farm of the earlier report it is about, counted from 0.
    baseline_index: Option<usize>,
    row: Option<FleetRow>,
    exit: Exit,
}

impl RenderedReport {
    /// Renders the report at `index` (from 0) of all. `exit` is how the command would end for it
    /// alone.
    pub fn new(report: &Report, options: &RenderOptions, index: usize, exit: Exit) -> Self {
        let is_in_table = options.several && options.format.is_for_reading();
        Self {
            chunk: options.format.writer().chunk(report, options, index),
            counts: report.counts(),
            is_readable: report.is_readable(),
            baseline_index: report.since.as_ref().and_then(|since| since.index),
            row: is_in_table.then(|| FleetRow::new(report, exit)),
            exit,
        }
    }

    /// Returns how the command would end for this report alone.
    pub fn exit(&self) -> Exit {
        self.exit
    }
}

/// A document that grows: each step returns the text that comes next.
#[derive(Debug)]
pub struct Document<'a> {
    options: RenderOptions,
    baseline: Option<&'a Baseline>,
    totals: Totals<'a>,
    /// The farms of the earlier report that are in this document.
    in_run: BTreeSet<usize>,
    /// Whether a separator belongs before the next text.
    has_text: bool,
}

impl<'a> Document<'a> {
    /// Creates a document without reports. With a baseline, it compares each farm with that earlier
    /// report.
    pub fn new(options: RenderOptions, baseline: Option<&'a Baseline>) -> Self {
        Self {
            options,
            baseline,
            totals: Totals::default(),
            in_run: BTreeSet::new(),
            has_text: false,
        }
    }

    /// Returns the text before the first report.
    pub fn opening(&self) -> String {
        self.options.format.writer().opening(&self.options)
    }

    /// Returns the text of the next report, with a separator before it if needed.
    pub fn add(&mut self, report: RenderedReport) -> String {
        for (all, one) in self.totals.later.iter_mut().zip(&report.chunk.later) {
            all.push_str(one);
        }
        self.totals.files += 1;
        self.totals.unreadable += usize::from(!report.is_readable);
        self.totals.counts = self.totals.counts.plus(report.counts);
        self.in_run.extend(report.baseline_index);
        self.totals.rows.extend(report.row);
        if report.chunk.text.is_empty() || !self.has_text {
            self.has_text |= !report.chunk.text.is_empty();
            return report.chunk.text;
        }
        format!(
            "{}{}",
            self.options.format.writer().separator(),
            report.chunk.text
        )
    }

    /// Returns the text behind the last report.
    pub fn closing(mut self) -> String {
        if let Some(baseline) = self.baseline {
            self.totals.not_in_run = baseline.not_in_run(&self.in_run);
        }
        self.options
            .format
            .writer()
            .closing(&self.totals, &self.options)
    }
}
