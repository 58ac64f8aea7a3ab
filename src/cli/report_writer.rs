//! Writing the reports of a run, one after the other, and its exit status.

use super::output::Output;
use crate::error::Error;
use crate::report::{Baseline, Document, Exit, FailOn, RenderOptions, RenderedReport, Report};

/// What all reports of a run have in common.
pub(crate) struct ReportContext {
    pub(crate) options: RenderOptions,
    /// The earlier report that they are compared with.
    pub(crate) baseline: Option<Baseline>,
    pub(crate) fail_on: FailOn,
}

impl ReportContext {
    /// Compares a report with the earlier one, if there is one, and formats it. `place` is its
    /// place among all, from 0, and `probed` how probing went.
    pub(crate) fn format(&self, mut report: Report, place: usize, probed: Exit) -> RenderedReport {
        let baseline = self.baseline.as_ref();
        report.since = baseline.map(|baseline| baseline.compare(&report, &self.options));
        let exit = report.exit(self.fail_on).worse(probed);
        RenderedReport::new(&report, &self.options, place, exit)
    }
}

/// Writes formatted reports as they come.
pub(crate) struct ReportWriter<'a> {
    output: Output<'a>,
    document: Document<'a>,
    exit: Exit,
}

impl<'a> ReportWriter<'a> {
    /// # Errors
    /// The output cannot be written.
    pub(crate) fn begin(mut output: Output<'a>, context: &'a ReportContext) -> Result<Self, Error> {
        let document = Document::new(context.options.clone(), context.baseline.as_ref());
        output.write(&document.opening())?;
        Ok(Self {
            output,
            document,
            exit: Exit::Clean,
        })
    }

    /// # Errors
    /// The output cannot be written.
    pub(crate) fn write(&mut self, report: RenderedReport) -> Result<(), Error> {
        self.exit = self.exit.worse(report.exit());
        self.output.write(&self.document.add(report))
    }

    /// Ends the output and returns the exit status of all reports.
    ///
    /// # Errors
    /// The output cannot be written.
    pub(crate) fn finish(mut self) -> Result<Exit, Error> {
        self.output.write(&self.document.closing())?;
        self.output.finish()?;
        Ok(self.exit)
    }
}
