//! Annotations of a GitHub Actions run: workflow commands, one per line.

use crate::report::issues::{Issue, forward, issues, write_coverage};
use crate::report::wording::fleet_summary;
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{RenderOptions, Report};
use crate::rules::Severity;
use crate::text::shown;
use std::io::{self, Write};

pub(crate) struct Github<'a> {
    options: &'a RenderOptions,
}

impl<'a> Github<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self { options }
    }
}

impl ReportWriter for Github<'_> {
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        for issue in issues(report, self.options) {
            write_command(&issue, out)?;
        }
        write_coverage(report, &self.options.run, out)
    }

    /// Writes a line of the log, which contains nothing from outside.
    fn finish(&mut self, all: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "spinmail: {}", fleet_summary(all))
    }
}

/// Writes the workflow command. Delimiters in its parts are escaped for GitHub.
fn write_command(issue: &Issue<'_>, out: &mut dyn Write) -> io::Result<()> {
    let command = match issue.kind.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let file = property(&shown(&forward(issue.file)));
    write!(out, "::{command} file={file}")?;
    if let Some(line) = issue.line {
        write!(out, ",line={line}")?;
    }
    if let Some(column) = issue.column {
        write!(out, ",col={column}")?;
    }
    let title = match issue.subject {
        Some(subject) => property(&format!("{}: {}", issue.rule, shown(subject))),
        None => issue.rule.to_owned(),
    };
    let prefix = issue.kind.prefix();
    write!(out, ",title={title}::{prefix}{}", data(&issue.message))?;
    if !issue.details.is_empty() {
        write!(out, "%0A{}", data(&issue.details))?;
    }
    writeln!(out)
}

/// Returns an escaped text as the data of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Returns an escaped text as the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
