//! The issues in a report, for formats that annotate lines of a file.

use super::details;
use super::wording::{facts_lines, reach, sentence};
use super::{Body, LeftOut, RenderOptions, Report, RunInfo, Status};
use crate::farm::FarmFileError;
use crate::rules::{Severity, Verdict};
use crate::term::diagnosis::first_mistakes;
use crate::text::shown;
use std::borrow::Cow;
use std::io::{self, Write};

/// An issue. Its texts are escaped field by field, so that all line breaks in them are the
/// program's own.
#[derive(Debug)]
pub(super) struct Issue<'a> {
    pub kind: IssueKind,
    pub file: &'a str,
    pub line: Option<usize>,
    pub column: Option<usize>,
    /// The rule, or another word if it is not about a rule.
    pub rule: &'a str,
    /// The subject of the rule.
    pub subject: Option<&'a str>,
    /// One sentence.
    pub message: Cow<'a, str>,
    /// Further lines.
    pub details: String,
}

/// What kind of issue it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IssueKind {
    Finding(Severity),
    Undecided,
    Accepted,
    /// The farm file cannot be read, or the farm was not judged.
    WithoutVerdicts,
    /// An area was not checked.
    LeftOut {
        is_required: bool,
    },
    /// The coverage, if nothing is wrong.
    Coverage,
}

/// The words for issues that are not about a rule.
pub(super) const UNREADABLE: &str = "file-unreadable";
pub(super) const NOT_JUDGED: &str = "farm-not-judged";
pub(super) const LEFT_OUT: &str = "area-left-out";
const COVERAGE: &str = "farm-coverage";

impl IssueKind {
    /// Returns the severity that is shown for it.
    pub(super) fn severity(self) -> Severity {
        match self {
            Self::Finding(severity) => severity,
            Self::Undecided => Severity::Warning,
            Self::Accepted | Self::Coverage | Self::LeftOut { is_required: false } => {
                Severity::Note
            }
            Self::WithoutVerdicts | Self::LeftOut { is_required: true } => Severity::Error,
        }
    }

    /// Returns the prefix of the message, if the severity does not say it.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Undecided => "undecided: ",
            Self::Accepted => "accepted: ",
            _ => "",
        }
    }
}

/// Returns the open verdicts, and accepted ones if requested.
pub(super) fn issues<'a>(report: &'a Report, options: &RenderOptions) -> Vec<Issue<'a>> {
    let mut issues = match &report.body {
        Body::Verdicts(verdicts) => verdicts
            .iter()
            .filter(|verdict| match Status::of(verdict) {
                Status::Accepted => options.verbose,
                status => status.needs_attention() && report.is_new(verdict),
            })
            .filter_map(|verdict| verdict_issue(verdict, report))
            .collect(),
        Body::NotJudged(why) => {
            vec![without_verdicts(
                report,
                NOT_JUDGED,
                details::error(&why.error),
            )]
        }
        Body::Unreadable(error) => {
            vec![without_verdicts(report, UNREADABLE, details::error(error))]
        }
        Body::Malformed { mistakes, .. } => mistake_issues(report, mistakes),
    };
    let left_out = report.coverage.left_out.iter();
    issues.extend(
        left_out
            .filter(|left_out| left_out.is_told())
            .map(|left_out| left_out_issue(report, left_out)),
    );
    issues
}

fn verdict_issue<'a>(verdict: &'a Verdict, report: &'a Report) -> Option<Issue<'a>> {
    let kind = match Status::of(verdict) {
        Status::Open(severity) => IssueKind::Finding(severity),
        Status::Undecided => IssueKind::Undecided,
        Status::Accepted => IssueKind::Accepted,
        Status::Pass | Status::NotApplicable => return None,
    };
    let message = sentence(verdict);
    Some(Issue {
        kind,
        file: &report.file,
        line: verdict.about.as_ref().and_then(|about| about.line),
        column: None,
        rule: verdict.rule.id,
        subject: Some(&verdict.subject),
        message: shown(&message).into_owned().into(),
        details: details::text(verdict, &report.file),
    })
}

/// Returns the issue of a report without verdicts. The text's first line is the message.
fn without_verdicts<'a>(report: &'a Report, rule: &'static str, text: String) -> Issue<'a> {
    let (message, details) = text.split_once('\n').unwrap_or((&text, ""));
    Issue {
        kind: IssueKind::WithoutVerdicts,
        file: &report.file,
        line: None,
        column: None,
        rule,
        subject: None,
        message: message.to_owned().into(),
        details: details.to_owned(),
    }
}

fn mistake_issues<'a>(report: &'a Report, mistakes: &[FarmFileError]) -> Vec<Issue<'a>> {
    let (mistakes, more) = first_mistakes(mistakes);
    let of_mistakes = mistakes.iter().map(|mistake| Issue {
        line: Some(mistake.line),
        column: Some(mistake.column),
        ..without_verdicts(report, UNREADABLE, details::mistake(mistake))
    });
    let more = more.map(|more| without_verdicts(report, UNREADABLE, more));
    of_mistakes.chain(more).collect()
}

fn left_out_issue<'a>(report: &'a Report, left_out: &LeftOut) -> Issue<'a> {
    let message = format!(
        "{} was not looked at: {}",
        left_out.area.name(),
        shown(&left_out.sentence())
    );
    Issue {
        kind: IssueKind::LeftOut {
            is_required: left_out.is_required,
        },
        file: &report.file,
        line: None,
        column: None,
        rule: LEFT_OUT,
        subject: None,
        message: message.into(),
        details: String::new(),
    }
}

/// Returns the issue with the coverage and the facts, or `None` if nothing was checked. Its message
/// does not depend on the time.
pub(super) fn coverage_issue<'a>(report: &'a Report, run: &RunInfo) -> Option<Issue<'a>> {
    let facts = facts_lines(&report.coverage, run);
    let facts: Vec<_> = facts.iter().map(|line| shown(line)).collect();
    report.is_judged().then(|| Issue {
        kind: IssueKind::Coverage,
        file: &report.file,
        line: None,
        column: None,
        rule: COVERAGE,
        subject: None,
        message: reach(&report.coverage).into(),
        details: facts.join("\n"),
    })
}

/// Writes the coverage and the facts for a log: no line is a command, or begins with a text from
/// outside.
pub(super) fn write_coverage(
    report: &Report,
    run: &RunInfo,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(issue) = coverage_issue(report, run) else {
        return Ok(());
    };
    let file = shown(&report.file);
    writeln!(out, "spinmail: {file}: {}", issue.message)?;
    for line in issue.details.lines() {
        writeln!(out, "spinmail: {file}: {line}")?;
    }
    Ok(())
}

/// Returns a path with slashes, as in repositories.
pub(super) fn forward(file: &str) -> Cow<'_, str> {
    if cfg!(windows) {
        file.replace('\\', "/").into()
    } else {
        file.into()
    }
}
