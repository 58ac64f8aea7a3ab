//! The report for programs that read line by line: one object per line, with a `type`.
//!
//! For each farm, a `farm` line comes first, then its `verdict` lines or an `error`, then its
//! `coverage`; an `end` line with the run ends the document. The objects have the keys of the JSON
//! report.

use super::json::form::{
    JsonCoverage, JsonError, JsonFarm, JsonNotInRun, JsonRun, JsonSince, JsonVerdict,
};
use super::json::{self, VERSION, convert};
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{Counts, RenderOptions, Report};
use serde::Serialize;
use std::io::{self, Write};

pub(crate) struct JsonLines<'a> {
    options: &'a RenderOptions,
    oldest_facts: Option<u64>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Line<'a> {
    Farm {
        report: u32,
        #[serde(flatten)]
        farm: JsonFarm<'a>,
        counts: Counts,
        #[serde(skip_serializing_if = "Option::is_none")]
        since: Option<JsonSince<'a>>,
    },
    Verdict {
        file: &'a str,
        #[serde(flatten)]
        verdict: JsonVerdict<'a>,
    },
    Error {
        file: &'a str,
        #[serde(flatten)]
        error: JsonError<'a>,
    },
    Coverage {
        file: &'a str,
        #[serde(flatten)]
        coverage: JsonCoverage<'a>,
    },
    NotJudged {
        #[serde(flatten)]
        farm: JsonNotInRun<'a>,
    },
    End {
        files: usize,
        counts: Counts,
        run: JsonRun<'a>,
    },
}

impl<'a> JsonLines<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self {
            options,
            oldest_facts: None,
        }
    }
}

impl Line<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", json::line(self))
    }
}

impl ReportWriter for JsonLines<'_> {
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let age = report.coverage.age(&self.options.run.now);
        self.oldest_facts = self.oldest_facts.max(age);
        let head = Line::Farm {
            report: VERSION,
            farm: convert::farm(report),
            counts: report.counts(),
            since: convert::since(report),
        };
        head.write(out)?;
        let file = &report.file;
        if let Some(error) = convert::error(report) {
            Line::Error { file, error }.write(out)?;
        }
        for verdict in report.verdicts().iter().map(convert::verdict) {
            Line::Verdict { file, verdict }.write(out)?;
        }
        let coverage = convert::coverage(&report.coverage);
        Line::Coverage { file, coverage }.write(out)
    }

    fn finish(&mut self, all: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        for farm in convert::not_in_run(all) {
            Line::NotJudged { farm }.write(out)?;
        }
        let end = Line::End {
            files: all.files,
            counts: all.counts,
            run: convert::run(&self.options.run, &all.end, self.oldest_facts),
        };
        end.write(out)
    }
}
