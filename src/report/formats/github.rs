//! Annotations of a GitHub Actions run: workflow commands, one a line.

use crate::report::wording::{fleet_summary, sentence};
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{Body, RenderOptions, Report, Status, details};
use crate::rules::{Severity, Verdict};
use crate::term::diagnosis::first_mistakes;
use crate::text::shown;
use std::io::{self, Write};

pub(crate) struct Github<'a> {
    options: &'a RenderOptions,
}

impl<'a> Github<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self { options }
    }

    /// Whether a verdict becomes an annotation.
    fn is_shown(&self, report: &Report, verdict: &Verdict) -> bool {
        match Status::of(verdict) {
            Status::Accepted => self.options.verbose,
            status => status.needs_attention() && report.is_new(verdict),
        }
    }
}

impl ReportWriter for Github<'_> {
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        match &report.body {
            Body::NotJudged(why) => {
                let message = details::error(&why.error);
                Annotation::without_verdicts(report, "not judged", message).write(out)?;
            }
            Body::Unreadable(error) => {
                let message = details::error(error);
                Annotation::without_verdicts(report, UNREADABLE, message).write(out)?;
            }
            Body::Malformed { mistakes, .. } => {
                let (mistakes, more) = first_mistakes(mistakes);
                for mistake in mistakes {
                    let message = details::mistake(mistake);
                    Annotation {
                        line: Some(mistake.line),
                        column: Some(mistake.column),
                        ..Annotation::without_verdicts(report, UNREADABLE, message)
                    }
                    .write(out)?;
                }
                if let Some(more) = more {
                    Annotation::without_verdicts(report, UNREADABLE, more).write(out)?;
                }
            }
            Body::Verdicts(verdicts) => {
                for verdict in verdicts {
                    if self.is_shown(report, verdict) {
                        Annotation::new(verdict, &report.file).write(out)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Writes a line of the log, which contains nothing from outside.
    fn finish(&mut self, all: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "spinmail: {}", fleet_summary(all))
    }
}

/// The title of the annotation of a file that cannot be read.
const UNREADABLE: &str = "unreadable";

/// A message at a line of a file.
struct Annotation<'a> {
    kind: &'static str,
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    title: String,
    message: String,
}

impl<'a> Annotation<'a> {
    /// Creates the annotation of a verdict.
    fn new(verdict: &Verdict, file: &'a str) -> Self {
        let (kind, prefix) = match Status::of(verdict) {
            Status::Open(Severity::Error) => ("error", ""),
            Status::Open(Severity::Warning) => ("warning", ""),
            Status::Undecided => ("warning", "undecided: "),
            Status::Accepted => ("notice", "accepted: "),
            _ => ("notice", ""),
        };
        Self {
            kind,
            file,
            line: verdict.about.as_ref().and_then(|about| about.line),
            column: None,
            title: format!("{}: {}", verdict.rule.id, verdict.subject),
            message: format!(
                "{prefix}{}\n{}",
                sentence(verdict),
                details::text(verdict, file)
            ),
        }
    }

    /// Creates the annotation of a file that cannot be read, or whose farm was not judged.
    fn without_verdicts(report: &'a Report, title: &str, message: String) -> Self {
        Self {
            kind: "error",
            file: &report.file,
            line: None,
            column: None,
            title: title.to_owned(),
            message,
        }
    }

    /// Writes the workflow command. What would end a part of it is written as GitHub reads it back.
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(
            out,
            "::{} file={}",
            self.kind,
            property(&forward(self.file))
        )?;
        if let Some(line) = self.line {
            write!(out, ",line={line}")?;
        }
        if let Some(column) = self.column {
            write!(out, ",col={column}")?;
        }
        let (title, message) = (property(&self.title), data(&self.message));
        writeln!(out, ",title={title}::{message}")
    }
}

/// Returns a path with the slashes that a repository's names have.
fn forward(file: &str) -> String {
    if cfg!(windows) {
        file.replace('\\', "/")
    } else {
        file.to_owned()
    }
}

/// Returns a text as the data of a command.
fn data(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(shown).collect();
    lines
        .join("\n")
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Returns a text as the value of a property.
fn property(text: &str) -> String {
    data(&shown(text)).replace(':', "%3A").replace(',', "%2C")
}
