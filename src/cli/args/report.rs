//! The options of the report: format, destination and baseline.

use crate::cli::clock;
use crate::cli::console::Console;
use crate::error::Error;
use crate::fs::{InputFile, read_text_up_to};
use crate::report::{Baseline, Format, RenderOptions, RunInfo, RunOptions};
use crate::term::Screen;
use clap::ValueHint;
use std::path::{Path, PathBuf};

/// Where output goes.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct OutArgs {
    /// Write to this file instead of standard output, in one step when the output is complete
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    out: Option<PathBuf>,
}

impl OutArgs {
    pub(crate) fn path(&self) -> Option<&Path> {
        self.out.as_deref()
    }

    /// Returns which characters and line lengths the destination can show. A file takes all.
    pub(crate) fn screen(&self, console: &Console) -> Screen {
        match self.out {
            Some(_) => Screen::UNKNOWN,
            None => console.screen(),
        }
    }
}

/// Options for writing a report.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportArgs {
    /// The format of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    #[command(flatten)]
    pub(crate) out: OutArgs,
    /// Compare with an earlier JSON report: only new findings are shown in full and count for the
    /// exit status. A finding is new if the earlier report did not have it, or had it as less
    /// severe or undecided. Findings are matched by rule and subject
    #[arg(long, value_name = "REPORT", value_hint = ValueHint::FilePath)]
    since: Option<PathBuf>,
}

impl Default for ReportArgs {
    fn default() -> Self {
        Self {
            format: Format::Text,
            out: OutArgs::default(),
            since: None,
        }
    }
}

/// The largest earlier report that is read, in bytes: more than that of ten thousand farms.
const MAX_BASELINE: u64 = 1 << 30;

impl ReportArgs {
    /// Returns the report to compare with, or `None` if none is named.
    ///
    /// # Errors
    /// It cannot be read, is not a report, or is of a newer version.
    pub(crate) fn baseline(&self) -> Result<Option<Baseline>, Error> {
        let Some(path) = &self.since else {
            return Ok(None);
        };
        let text = read_text_up_to(&InputFile::named(path), MAX_BASELINE)?;
        Baseline::from_json(&text, &path.to_string_lossy()).map(Some)
    }

    /// Returns how the report of one farm is written.
    pub(crate) fn options(&self, console: &Console, run: RunOptions) -> RenderOptions {
        RenderOptions {
            format: self.format,
            screen: self.out.screen(console),
            verbose: console.is_verbose(),
            colour: console.has_colour(),
            several: false,
            fail_on: run.fail_on,
            run: RunInfo::new(clock::now(), self.run_options(run)),
        }
    }

    /// Returns how the reports of several farms are written as one.
    pub(crate) fn fleet_options(&self, console: &Console, run: RunOptions) -> RenderOptions {
        RenderOptions {
            several: true,
            ..self.options(console, run)
        }
    }

    /// Adds the options of the report.
    fn run_options(&self, run: RunOptions) -> RunOptions {
        let since = self.since.as_ref();
        RunOptions {
            since: since.map(|path| path.to_string_lossy().into_owned()),
            ..run
        }
    }
}
