//! Issues of an Azure Pipelines run: logging commands, one per line.
//!
//! The agent only supports errors and warnings, so a note is a warning that says so.

use crate::report::issues::{Issue, IssueKind, forward, issues, write_coverage};
use crate::report::wording::fleet_summary;
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{RenderOptions, Report};
use crate::rules::Severity;
use crate::text::shown;
use std::io::{self, Write};

pub(crate) struct Azure<'a> {
    options: &'a RenderOptions,
}

impl<'a> Azure<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self { options }
    }
}

impl ReportWriter for Azure<'_> {
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

/// Writes the logging command. Delimiters in its parts are escaped for the agent.
fn write_command(issue: &Issue<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (command, note) = match (issue.kind.severity(), issue.kind) {
        (Severity::Error, _) => ("error", ""),
        (Severity::Note, IssueKind::Finding(_) | IssueKind::LeftOut { .. }) => {
            ("warning", "note: ")
        }
        _ => ("warning", ""),
    };
    let file = property(&shown(&forward(issue.file)));
    write!(out, "##vso[task.logissue type={command};sourcepath={file};")?;
    if let Some(line) = issue.line {
        write!(out, "linenumber={line};")?;
    }
    if let Some(column) = issue.column {
        write!(out, "columnnumber={column};")?;
    }
    write!(out, "code={}]{note}{}", issue.rule, issue.kind.prefix())?;
    write!(out, "{}", data(&issue.message))?;
    if let Some(subject) = issue.subject {
        write!(out, "%0Asubject: {}", data(&shown(subject)))?;
    }
    if !issue.details.is_empty() {
        write!(out, "%0A{}", data(&issue.details))?;
    }
    writeln!(out)
}

/// Returns an escaped text as the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Returns an escaped text as the value of a property.
fn property(text: &str) -> String {
    data(text).replace(']', "%5D").replace(';', "%3B")
}
