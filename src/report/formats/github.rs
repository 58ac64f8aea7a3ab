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
            Body::Unreadable(error) => command(
                &mut out,
                "error",
                &report.file,
                None,
                "unreadable",
                &details::error(error),
            ),
            Body::Malformed { mistakes, .. } => {
                let (mistakes, more) = first_mistakes(mistakes);
                for mistake in mistakes {
                    let place = Some((mistake.line, Some(mistake.column)));
                    command(
                        &mut out,
                        "error",
                        &report.file,
                        place,
                        "unreadable",
                        &details::mistake(mistake),
                    );
                }
                more.iter().for_each(|more| {
                    command(&mut out, "error", &report.file, None, "unreadable", more)
                });
            }
            Body::Verdicts(verdicts) => {
                let is_shown = |verdict: &&Verdict| match Status::of(verdict) {
                    Status::Accepted => options.verbose,
                    status => status.needs_attention() && report.is_new(verdict),
                };
                verdicts
                    .iter()
                    .filter(is_shown)
                    .for_each(|verdict| annotate(&mut out, verdict, report));
            }
        }
        out.into()
    }

    /// A line of the log, made of nothing from outside.
    fn closing(&self, totals: &Totals<'_>, _: &RenderOptions) -> String {
        format!("spinmail: {}\n", fleet_summary(totals))
    }
}

fn annotate(out: &mut String, verdict: &Verdict, report: &Report) {
    let kind = match Status::of(verdict) {
        Status::Open(Severity::Error) => "error",
        Status::Open(Severity::Warning) | Status::Undecided => "warning",
        _ => "notice",
    };
    let place = verdict
        .about
        .as_ref()
        .and_then(|about| about.line)
        .map(|line| (line, None));
    let title = format!("{}: {}", verdict.rule.id, verdict.subject);
    let prefix = match Status::of(verdict) {
        Status::Undecided => "undecided: ",
        Status::Accepted => "accepted: ",
        _ => "",
    };
    let said = format!(
        "{prefix}{}\n{}",
        sentence(verdict),
        details::text(verdict, &report.file)
    );
    command(out, kind, &report.file, place, &title, &said);
}

/// Writes a workflow command. What would end a part of it is written as GitHub reads it back.
fn command(
    out: &mut String,
    kind: &str,
    file: &str,
    place: Option<(usize, Option<usize>)>,
    title: &str,
    message: &str,
) {
    let mut where_to = format!("file={}", property(&forward(file)));
    if let Some((line, column)) = place {
        let _ = write!(where_to, ",line={line}");
        if let Some(column) = column {
            let _ = write!(where_to, ",col={column}");
        }
    }
    let _ = writeln!(
        out,
        "::{kind} {where_to},title={}::{}",
        property(title),
        data(message)
    );
}

/// A path with the slashes that a repository's names have.
fn forward(file: &str) -> String {
    if cfg!(windows) {
        file.replace('\\', "/")
    } else {
        file.to_owned()
    }
}

fn data(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(shown).collect();
    lines
        .join("\n")
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&shown(text)).replace(':', "%3A").replace(',', "%2C")
}
