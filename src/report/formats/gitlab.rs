//! GitLab's code quality report: a list of issues, each with its line.

use super::json;
use crate::report::issues::{Issue, IssueKind, coverage_issue, forward, issues};
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{RenderOptions, Report};
use crate::rules::Severity;
use crate::text::shown;
use serde::Serialize;
use std::collections::HashMap;
use std::io::{self, Write};

pub(crate) struct Gitlab<'a> {
    options: &'a RenderOptions,
    has_issues: bool,
}

/// An issue in GitLab's form; GitLab ignores unknown keys.
#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
    content: Content<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    outcome: &'static str,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

#[derive(Serialize)]
struct Content<'a> {
    body: &'a str,
}

impl<'a> Gitlab<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self {
            options,
            has_issues: false,
        }
    }
}

impl ReportWriter for Gitlab<'_> {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "[")
    }

    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let mut seen = HashMap::new();
        let coverage = coverage_issue(report, &self.options.run);
        for issue in issues(report, self.options).into_iter().chain(coverage) {
            let identity = identity(&issue);
            let repeated: &mut usize = seen.entry(identity.clone()).or_default();
            let fingerprint = fingerprint(&identity, *repeated);
            *repeated += 1;
            let separator = if self.has_issues { "," } else { "" };
            self.has_issues = true;
            let entry = json::line(&Entry::new(&issue, fingerprint));
            write!(out, "{separator}\n{entry}")?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "\n]")
    }
}

impl<'a> Entry<'a> {
    fn new(issue: &'a Issue<'_>, fingerprint: String) -> Self {
        let outcome = match issue.kind {
            IssueKind::Finding(_) => "fail",
            IssueKind::Undecided => "undecided",
            IssueKind::Accepted => "accepted",
            IssueKind::WithoutVerdicts => "not-judged",
            IssueKind::LeftOut { .. } => "left-out",
            IssueKind::Coverage => "coverage",
        };
        Self {
            description: format!("{}{}", issue.kind.prefix(), issue.message),
            check_name: issue.rule,
            fingerprint,
            severity: severity(issue.kind),
            location: Location {
                path: shown(&forward(issue.file)).into_owned(),
                lines: Lines {
                    begin: issue.line.unwrap_or(1),
                },
            },
            content: Content {
                body: &issue.details,
            },
            subject: issue.subject,
            outcome,
        }
    }
}

/// Returns GitLab's word for an issue's severity.
fn severity(kind: IssueKind) -> &'static str {
    match (kind, kind.severity()) {
        (IssueKind::WithoutVerdicts, _) => "blocker",
        (IssueKind::Undecided, _) => "minor",
        (_, Severity::Error) => "critical",
        (_, Severity::Warning) => "major",
        (_, Severity::Note) => "info",
    }
}

/// Returns what identifies an issue in later runs: its location and its subject.
fn identity(issue: &Issue<'_>) -> Vec<String> {
    let about = issue.subject.unwrap_or(&issue.message);
    [issue.file, issue.rule, about].map(str::to_owned).to_vec()
}

/// Returns the fingerprint of an identity; `repeated` distinguishes issues with the same identity.
fn fingerprint(identity: &[String], repeated: usize) -> String {
    let text = json::line(&(identity, repeated));
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    data_encoding::HEXLOWER.encode(digest.as_ref())
}
