//! SARIF 2.1.0 (OASIS): one run for any number of farm files, each result with its line.
//!
//! A finding has its level; an accepted one is a suppressed result, an undecided verdict an open
//! one. Passed and not applicable rules are written only with `--verbose`, because many viewers
//! show every result as a problem. An unreadable file is a notification of the run, which then did
//! not succeed.

mod form;
mod uri;

use super::json;
use crate::fs::Spill;
use crate::report::issues::{NOT_JUDGED, UNREADABLE};
use crate::report::wording::{facts_line, servers_line};
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{Body, RenderOptions, Report, RunInfo, Status, details};
use crate::rules::Verdict;
use crate::term::diagnosis::first_mistakes;
use form::{FACTS, Notification, Region, SERVERS, SarifResult, Tool};
use std::io::{self, Write};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub(crate) struct Sarif<'a> {
    options: &'a RenderOptions,
    has_results: bool,
    has_notifications: bool,
    /// They are written after the results.
    notifications: Spill,
}

impl<'a> Sarif<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self {
            options,
            has_results: false,
            has_notifications: false,
            notifications: Spill::default(),
        }
    }

    fn notify(&mut self, notification: &Notification<'_>) -> io::Result<()> {
        let separator = if self.has_notifications { "," } else { "" };
        self.has_notifications = true;
        let notification = json::line(notification);
        write!(self.notifications, "{separator}\n{notification}")
    }
}

impl ReportWriter for Sarif<'_> {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let tool = json::line(&Tool::this_program());
        write!(
            out,
            "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{tool},\n\
             \"columnKind\":\"unicodeCodePoints\",\"results\":["
        )
    }

    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        for verdict in report.verdicts() {
            if is_shown(verdict, self.options) {
                let separator = if self.has_results { "," } else { "" };
                self.has_results = true;
                let result = json::line(&SarifResult::new(verdict, report));
                write!(out, "{separator}\n{result}")?;
            }
        }
        for notification in notifications(report, &self.options.run) {
            self.notify(&notification)?;
        }
        Ok(())
    }

    fn finish(&mut self, all: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        let is_whole = all.unreadable + all.not_judged == 0;
        write!(
            out,
            "\n],\"invocations\":[{{\"executionSuccessful\":{is_whole},\
             \"toolExecutionNotifications\":["
        )?;
        self.notifications.copy_to(out)?;
        writeln!(out, "]}}]}}]}}")
    }
}

/// Whether a verdict becomes a result.
fn is_shown(verdict: &Verdict, options: &RenderOptions) -> bool {
    options.verbose || !matches!(Status::of(verdict), Status::Pass | Status::NotApplicable)
}

/// Returns why a report has no verdicts, and its coverage.
fn notifications(report: &Report, run: &RunInfo) -> Vec<Notification<'static>> {
    let file = &report.file;
    let mut all: Vec<Notification<'_>> = match &report.body {
        Body::Verdicts(_) => Vec::new(),
        Body::NotJudged(why) => {
            let text = details::error(&why.error);
            vec![Notification::new(NOT_JUDGED, file, &text, Region::line(1))]
        }
        Body::Unreadable(error) => {
            let text = details::error(error);
            vec![Notification::new(UNREADABLE, file, &text, Region::line(1))]
        }
        Body::Malformed { mistakes, .. } => {
            let (mistakes, more) = first_mistakes(mistakes);
            mistakes
                .iter()
                .map(|mistake| {
                    let region = Region {
                        start_line: mistake.line,
                        start_column: Some(mistake.column),
                    };
                    Notification::new(UNREADABLE, file, &details::mistake(mistake), region)
                })
                .chain(more.map(|more| Notification::new(UNREADABLE, file, &more, Region::line(1))))
                .collect()
        }
    };
    let coverage = &report.coverage;
    all.extend(
        coverage
            .left_out
            .iter()
            .map(|left_out| Notification::left_out(file, left_out)),
    );
    all.extend(coverage.sources.iter().map(|source| {
        let text = facts_line(source, run);
        Notification::new(FACTS, file, &text, Region::line(1))
    }));
    if let Some(text) = servers_line(coverage) {
        all.push(Notification::new(SERVERS, file, &text, Region::line(1)));
    }
    all
}
