//! Test results, for CI systems: a suite for each farm file, a test for each verdict.
//!
//! A finding that is not accepted is a failure whatever its severity, an undecided verdict is an
//! error, one that does not apply is skipped, and an accepted finding passes and says so.

use crate::farm::FarmFileError;
use crate::report::writer::{Chunk, ReportWriter, Totals};
use crate::report::{Body, RenderOptions, Report, Status, details};
use crate::rules::Verdict;
use crate::term::diagnosis::first_mistakes;
use crate::text::shown;
use quick_junit::{
    NonSuccessKind, Property, Report as Suites, TestCase, TestCaseStatus, TestSuite,
};

const START: &str = "<testsuite ";
const END: &str = "</testsuites>";

pub(crate) struct Junit;

impl ReportWriter for Junit {
    /// Opens the document of a fleet, without totals: they are known only after its last file. The
    /// document of one report is a single chunk, which has them.
    fn opening(&self, options: &RenderOptions) -> String {
        match options.several {
            true => "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"spinmail\">\n"
                .to_owned(),
            false => String::new(),
        }
    }

    fn chunk(&self, report: &Report, options: &RenderOptions, _: usize) -> Chunk {
        let mut suites = Suites::new("spinmail");
        suites.add_test_suite(suite(report));
        // Writing can fail, but not into a string.
        let document = suites.to_string().unwrap_or_default();
        if !options.several {
            return document.into();
        }
        // Angle brackets in attributes and texts are escaped, so these are the suite's own.
        let suite = document
            .find(START)
            .zip(document.rfind(END))
            .and_then(|(start, end)| document.get(start..end));
        format!("    {}\n", suite.unwrap_or_default().trim_end()).into()
    }

    fn closing(&self, _: &Totals<'_>, options: &RenderOptions) -> String {
        if options.several {
            format!("{END}\n")
        } else {
            String::new()
        }
    }
}

/// Returns a text in which characters that XML cannot hold, or that steer a terminal, are escaped.
fn xml(text: &str) -> String {
    let shown = shown(text);
    match shown.contains(['\u{fffe}', '\u{ffff}']) {
        true => shown
            .replace('\u{fffe}', "\\u{fffe}")
            .replace('\u{ffff}', "\\u{ffff}"),
        false => shown.into_owned(),
    }
}

/// Does the same line by line.
fn xml_lines(text: &str) -> String {
    text.lines().map(xml).collect::<Vec<_>>().join("\n")
}

/// Returns the suite of a report.
fn suite(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new(xml(&report.file));
    if let Some(farm) = &report.farm {
        suite.add_property(Property::new("farm", xml(farm)));
    }
    match &report.body {
        Body::Verdicts(verdicts) => {
            suite.add_test_cases(verdicts.iter().map(|verdict| test(report, verdict)));
        }
        Body::Unreadable(error) => {
            suite.add_test_case(unreadable(
                &report.file,
                &error.message,
                &details::error(error),
                None,
            ));
        }
        Body::Malformed { mistakes, .. } => {
            let message = mistakes.first().map_or("", |mistake| &mistake.message);
            suite.add_test_case(unreadable(
                &report.file,
                message,
                &mistake_lines(mistakes),
                mistakes.first(),
            ));
        }
    }
    suite
}

/// Returns the mistakes of a farm file, one in a line.
fn mistake_lines(mistakes: &[FarmFileError]) -> String {
    let (mistakes, more) = first_mistakes(mistakes);
    mistakes
        .iter()
        .map(mistake_line)
        .chain(more)
        .collect::<Vec<_>>()
        .join("\n")
}

fn mistake_line(mistake: &FarmFileError) -> String {
    format!(
        "line {}, column {}: {}",
        mistake.line,
        mistake.column,
        details::mistake(mistake)
    )
}

/// Returns the failed test of a file that cannot be read: it takes the place of all others.
fn unreadable(file: &str, message: &str, text: &str, mistake: Option<&FarmFileError>) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status
        .set_type("unreadable")
        .set_message(xml(message))
        .set_description(xml_lines(text));
    placed(
        TestCase::new("the file can be read", status),
        "file",
        file,
        mistake.map(|mistake| mistake.line),
    )
}

/// Adds the area, the file and the line to a test.
fn placed(mut test: TestCase, area: &str, file: &str, line: Option<usize>) -> TestCase {
    test.set_classname(format!("spinmail.{area}"));
    test.extra.insert("file".into(), xml(file).into());
    if let Some(line) = line {
        test.extra.insert("line".into(), line.to_string().into());
    }
    test
}

/// Returns a verdict as a test.
fn test(report: &Report, verdict: &Verdict) -> TestCase {
    let status = Status::of(verdict);
    let is_known = status.needs_attention() && !report.is_new(verdict);
    let mut test_status = match status {
        // An earlier report has it already.
        _ if is_known => TestCaseStatus::skipped(),
        Status::Open(_) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Status::Undecided => TestCaseStatus::non_success(NonSuccessKind::Error),
        Status::NotApplicable => TestCaseStatus::skipped(),
        Status::Accepted | Status::Pass => TestCaseStatus::success(),
    };
    let message = if is_known {
        format!("stayed: {}", verdict.message)
    } else {
        verdict.message.clone()
    };
    test_status
        .set_message(xml(&message))
        .set_type(status.name());
    if status.needs_attention() {
        test_status.set_description(xml_lines(&details::text(verdict, &report.file)));
    }
    let line = verdict.about.as_ref().and_then(|about| about.line);
    let name = xml(&format!("{}: {}", verdict.rule.id, verdict.subject));
    let mut test = placed(
        TestCase::new(name, test_status),
        verdict.rule.area.name(),
        &report.file,
        line,
    );
    if let Some(reason) = details::acceptance(verdict) {
        test.add_property(Property::new("accepted", xml(&reason)));
        test.set_system_out(xml_lines(&format!(
            "accepted: {reason}\n{}",
            verdict.message
        )));
    }
    test
}
