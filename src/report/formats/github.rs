//! Annotations of a GitHub Actions run: workflow commands, one a line.

use crate::report::wording::{fleet_summary, sentence};
use crate::report::writer::{Chunk, ReportWriter, Totals};
use crate::report::{Body, RenderOptions, Report, Status, details};
use crate::rules::{Severity, Verdict};
use crate::term::diagnosis::first_mistakes;
use crate::text::shown;
use std::fmt::Write;

pub(crate) struct Github;

impl ReportWriter for Github {
    fn chunk(&self, report: &Report, options: &RenderOptions, _: usize) -> Chunk {
        let mut out = String::new();
        match &report.body {
            Body::Unreadable(error) => {
                let message = details::error(error);
                Annotation::unreadable(&report.file, message).write(&mut out);
            }
            Body::Malformed { mistakes, .. } => {
                let (mistakes, more) = first_mistakes(mistakes);
                for mistake in mistakes {
                    let message = details::mistake(mistake);
                    Annotation {
                        line: Some(mistake.line),
                        column: Some(mistake.column),
                        ..Annotation::unreadable(&report.file, message)
                    }
                    .write(&mut out);
                }
                if let Some(more) = more {
                    Annotation::unreadable(&report.file, more).write(&mut out);
                }
            }
            Body::Verdicts(verdicts) => verdicts
                .iter()
                .filter(|verdict| match Status::of(verdict) {
                    Status::Accepted => options.verbose,
                    status => status.needs_attention() && report.is_new(verdict),
                })
                .for_each(|verdict| Annotation::new(verdict, &report.file).write(&mut out)),
        }
        out.into()
    }

    /// Returns a line of the log, which contains nothing from outside.
    fn closing(&self, totals: &Totals<'_>, _: &RenderOptions) -> String {
        format!("spinmail: {}\n", fleet_summary(totals))
    }
}

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

    /// Creates the annotation of a file that cannot be read.
    fn unreadable(file: &'a str, message: String) -> Self {
        Self {
            kind: "error",
            file,
            line: None,
            column: None,
            title: "unreadable".to_owned(),
            message,
        }
    }

    /// Writes the workflow command. What would end a part of it is written as GitHub reads it back.
    fn write(&self, out: &mut String) {
        let _ = write!(
            out,
            "::{} file={}",
            self.kind,
            property(&forward(self.file))
        );
        if let Some(line) = self.line {
            let _ = write!(out, ",line={line}");
        }
        if let Some(column) = self.column {
            let _ = write!(out, ",col={column}");
        }
        let _ = writeln!(
            out,
            ",title={}::{}",
            property(&self.title),
            data(&self.message)
        );
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
