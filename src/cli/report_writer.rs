//! Writes the reports of a run one after the other, and returns its exit status.

use super::output::Output;
use crate::error::Error;
use crate::report::{
    Baseline, Exit, RenderOptions, Report, ReportWriter as FormatWriter, RunEnd, Summary,
};
use std::io::{self, Write};

/// The parts that all reports of a run share.
pub(crate) struct ReportContext {
    pub(crate) options: RenderOptions,
    /// The earlier report that they are compared with.
    pub(crate) baseline: Option<Baseline>,
}

impl ReportContext {
    /// Returns a report compared with the baseline, if there is one, and with its exit status.
    /// `probed` is the result of probing.
    pub(crate) fn complete(&self, mut report: Report, probed: Exit) -> Report {
        let baseline = self.baseline.as_ref();
        report.since = baseline.map(|baseline| baseline.compare(&report, &self.options));
        let end = report.end_by(self.options.fail_on);
        report.end = end.worse(RunEnd::new(probed, "something could not be probed"));
        report
    }
}

/// Writes reports as they are made.
pub(crate) struct ReportWriter<'a> {
    out: Buffer<'a>,
    format: Box<dyn FormatWriter + 'a>,
    summary: Summary<'a>,
    baseline: Option<&'a Baseline>,
}

impl<'a> ReportWriter<'a> {
    /// # Errors
    /// The output cannot be written.
    pub(crate) fn begin(output: Output<'a>, context: &'a ReportContext) -> Result<Self, Error> {
        let mut writer = Self {
            out: Buffer::new(output),
            format: context.options.writer(),
            summary: Summary::default(),
            baseline: context.baseline.as_ref(),
        };
        let written = writer.format.begin(&mut writer.out);
        writer.out.check(written)?;
        Ok(writer)
    }

    /// Writes a complete report.
    ///
    /// # Errors
    /// The output cannot be written.
    pub(crate) fn write(&mut self, report: &Report) -> Result<(), Error> {
        self.summary.add(report);
        let written = self.format.report(report, &mut self.out);
        self.out.check(written)
    }

    /// Flushes the output, for a reader who waits for it.
    ///
    /// # Errors
    /// The output cannot be written.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        let written = self.out.flush();
        self.out.check(written)
    }

    /// Ends the output and returns the exit status of all reports. `others` is the exit status of
    /// other work.
    ///
    /// # Errors
    /// The output cannot be written.
    pub(crate) fn finish(mut self, others: Exit) -> Result<Exit, Error> {
        self.summary
            .end_with(others, "a file of facts cannot be used");
        self.summary.compare(self.baseline);
        let written = self
            .format
            .finish(&self.summary, &mut self.out)
            .and_then(|()| self.out.flush());
        self.out.check(written)?;
        self.out.output.finish()?;
        Ok(self.summary.end.exit)
    }
}

/// Collects small pieces of output, and passes on whole lines.
struct Buffer<'a> {
    output: Output<'a>,
    pending: Vec<u8>,
    /// Why the output could not be written.
    error: Option<Error>,
}

impl<'a> Buffer<'a> {
    /// The size of the buffer.
    const SIZE: usize = 1 << 16;

    fn new(output: Output<'a>) -> Self {
        Self {
            output,
            pending: Vec::with_capacity(Self::SIZE),
            error: None,
        }
    }

    /// Returns the error with its hints for an error of writing.
    fn check(&mut self, written: io::Result<()>) -> Result<(), Error> {
        written.map_err(|error| {
            self.error.take().unwrap_or_else(|| {
                Error::unfinished(format!("the report cannot be written: {error}"))
            })
        })
    }

    /// Passes on the first bytes, which end with a line or with the output.
    fn hand_on(&mut self, length: usize) -> io::Result<()> {
        let bytes = self.pending.get(..length).unwrap_or_default();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => String::from_utf8_lossy(bytes),
        };
        if let Err(error) = self.output.write(&text) {
            let words = io::Error::other(error.message.clone());
            self.error = Some(error);
            return Err(words);
        }
        self.pending.drain(..length);
        Ok(())
    }
}

impl Write for Buffer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= Self::SIZE
            && let Some(end) = memchr::memrchr(b'\n', &self.pending)
        {
            self.hand_on(end + 1)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.pending.len() {
            0 => Ok(()),
            length => self.hand_on(length),
        }
    }
}
