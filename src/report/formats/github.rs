//! Annotations of a GitHub Actions run: workflow commands, one a line.

use crate::error::shown;
use crate::report::wording::{fleet_summary, sentence};
use crate::report::writer::{Ending, Form, Piece};
use crate::report::{Body, Look, Report, Standing, details};
use crate::rules::{Severity, Verdict};
use crate::term::diagnosis::first_mistakes;
use std::fmt::Write;

pub struct Github;

impl Form for Github {
    fn piece(&self, report: &Report, look: &Look, _: usize) -> Piece {
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
                let is_shown = |verdict: &&Verdict| match Standing::of(verdict) {
                    Standing::Accepted => look.verbose,
                    standing => standing.needs_a_look() && report.is_new(verdict),
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
    fn closing(&self, ending: &Ending<'_>, _: &Look) -> String {
        format!("spinmail: {}\n", fleet_summary(ending))
    }
}

fn annotate(out: &mut String, verdict: &Verdict, report: &Report) {
    let kind = match Standing::of(verdict) {
        Standing::Open(Severity::Error) => "error",
        Standing::Open(Severity::Warning) | Standing::Undecided => "warning",
        _ => "notice",
    };
    let place = verdict
        .about
        .as_ref()
        .and_then(|about| about.line)
        .map(|line| (line, None));
    let title = format!("{}: {}", verdict.rule.id, verdict.subject);
    let prefix = match Standing::of(verdict) {
        Standing::Undecided => "undecided: ",
        Standing::Accepted => "accepted: ",
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
