//! JUnit test results for CI systems: a suite for each farm file, a test for each verdict, and a
//! suite for each area that was not checked.
//!
//! Tests fail exactly if the exit status does: a finding that `--fail-on` counts is a failure; an
//! undecided verdict is an error, unless `--fail-on never`. All others pass, with the finding in
//! their output. Rules that do not apply are skipped. The document is valid by the schema of
//! Jenkins' xUnit plugin.

use crate::farm::FarmFileError;
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{Body, Coverage, FailOn, LeftOut, RenderOptions, Report, Status, details};
use crate::rules::Verdict;
use crate::term::diagnosis::first_mistakes;
use crate::text::{clipped, shown};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::borrow::Cow;
use std::io::{self, Write};

/// The time of a test, in seconds: judging takes no measurable time.
const TIME: &str = "0.000";

pub(crate) struct Junit<'a> {
    options: &'a RenderOptions,
}

/// The result of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TestStatus {
    Failure,
    Error,
    Skipped,
    Success,
}

/// A test, with its texts escaped field by field.
struct Test<'a> {
    name: String,
    area: &'a str,
    kind: TestStatus,
    /// The word of the failure, error or skip.
    word: &'a str,
    message: Cow<'a, str>,
    /// The text of the failure or error, or else of the output.
    text: String,
}

/// The suites of a document.
struct Suites<'a, 'w> {
    xml: Writer<&'w mut dyn Write>,
    options: &'a RenderOptions,
}

impl<'a> Junit<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self { options }
    }

    fn suites<'w>(&self, out: &'w mut dyn Write) -> Suites<'a, 'w> {
        Suites {
            xml: Writer::new(out),
            options: self.options,
        }
    }
}

impl ReportWriter for Junit<'_> {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut suites = self.suites(out);
        let declaration = BytesDecl::new("1.0", Some("UTF-8"), None);
        suites.xml.write_event(Event::Decl(declaration))?;
        suites.line(0)?;
        let root = BytesStart::new("testsuites").with_attributes([("name", "spinmail")]);
        suites.xml.write_event(Event::Start(root))
    }

    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let mut suites = self.suites(out);
        let tests = tests(report, self.options.fail_on);
        suites.suite(report, Suite::for_farm(report), &tests)?;
        for left_out in &report.coverage.left_out {
            let suite = Suite::for_left_out(report, left_out);
            suites.suite(report, suite, &[left_out_test(left_out, &report.coverage)])?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut suites = self.suites(out);
        suites.line(0)?;
        suites.end("testsuites")?;
        suites.line(0)
    }
}

/// The attributes of a suite.
struct Suite<'a> {
    name: String,
    properties: Vec<(&'static str, &'a str)>,
}

impl<'a> Suite<'a> {
    fn for_farm(report: &'a Report) -> Self {
        let farm = report.farm.as_deref().map(|farm| ("farm", farm));
        Self {
            name: report.file.clone(),
            properties: farm.into_iter().collect(),
        }
    }

    fn for_left_out(report: &Report, left_out: &LeftOut) -> Self {
        let area = left_out.area.name();
        Self {
            name: format!("{}: {area} is skipped", report.file),
            properties: vec![("left-out", area)],
        }
    }
}

impl Suites<'_, '_> {
    /// Begins a line that is `depth` levels deep.
    fn line(&mut self, depth: usize) -> io::Result<()> {
        write!(self.xml.get_mut(), "\n{:1$}", "", depth * 4)
    }

    fn end(&mut self, name: &str) -> io::Result<()> {
        self.xml.write_event(Event::End(BytesEnd::new(name)))
    }

    fn suite(&mut self, report: &Report, suite: Suite<'_>, tests: &[Test<'_>]) -> io::Result<()> {
        let mut start = BytesStart::new("testsuite");
        start.push_attribute(("name", &*xml(&suite.name)));
        start.push_attribute(("tests", &*tests.len().to_string()));
        start.push_attribute(("failures", &*count(tests, TestStatus::Failure)));
        start.push_attribute(("errors", &*count(tests, TestStatus::Error)));
        start.push_attribute(("skipped", &*count(tests, TestStatus::Skipped)));
        start.push_attribute(("time", TIME));
        start.push_attribute(("timestamp", &*self.options.run.now.text));
        start.push_attribute(("file", &*xml(&report.file)));
        self.line(1)?;
        self.xml.write_event(Event::Start(start))?;
        if !suite.properties.is_empty() {
            self.properties(&suite.properties)?;
        }
        for test in tests {
            self.test(test)?;
        }
        self.line(1)?;
        self.end("testsuite")
    }

    fn properties(&mut self, properties: &[(&str, &str)]) -> io::Result<()> {
        self.line(2)?;
        let start = BytesStart::new("properties");
        self.xml.write_event(Event::Start(start))?;
        for (name, value) in properties {
            let value = xml(value);
            let property = [("name", *name), ("value", &*value)];
            self.line(3)?;
            let property = BytesStart::new("property").with_attributes(property);
            self.xml.write_event(Event::Empty(property))?;
        }
        self.line(2)?;
        self.end("properties")
    }

    fn test(&mut self, test: &Test<'_>) -> io::Result<()> {
        let (name, class) = (xml(&test.name), format!("spinmail.{}", test.area));
        let attributes = [("name", &*name), ("classname", &*class), ("time", TIME)];
        let start = BytesStart::new("testcase").with_attributes(attributes);
        self.line(2)?;
        let element = match test.kind {
            TestStatus::Failure => "failure",
            TestStatus::Error => "error",
            TestStatus::Skipped => "skipped",
            TestStatus::Success if test.text.is_empty() => {
                return self.xml.write_event(Event::Empty(start));
            }
            TestStatus::Success => "system-out",
        };
        self.xml.write_event(Event::Start(start))?;
        self.line(3)?;
        let mut inner = BytesStart::new(element);
        let message = xml(&test.message);
        if test.kind != TestStatus::Success {
            inner.push_attribute(("message", &*message));
            inner.push_attribute(("type", test.word));
        }
        if test.text.is_empty() {
            self.xml.write_event(Event::Empty(inner))?;
        } else {
            self.xml.write_event(Event::Start(inner))?;
            let text = xml_lines(&test.text);
            self.xml.write_event(Event::Text(BytesText::new(&text)))?;
            self.end(element)?;
        }
        self.line(2)?;
        self.end("testcase")
    }
}

/// Returns how many tests are of a kind, as the value of an attribute.
fn count(tests: &[Test<'_>], kind: TestStatus) -> String {
    let count = tests.iter().filter(|test| test.kind == kind).count();
    count.to_string()
}

/// Returns a text in which characters that XML does not allow, or that control a terminal, are
/// escaped.
fn xml(text: &str) -> Cow<'_, str> {
    let shown = shown(text);
    match shown.contains(['\u{fffe}', '\u{ffff}']) {
        true => shown
            .replace('\u{fffe}', "\\u{fffe}")
            .replace('\u{ffff}', "\\u{ffff}")
            .into(),
        false => shown,
    }
}

/// Escapes lines that are already escaped for a terminal.
fn xml_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(xml).collect();
    lines.join("\n")
}

/// Returns the tests of a report.
fn tests(report: &Report, fail_on: FailOn) -> Vec<Test<'_>> {
    match &report.body {
        Body::Verdicts(verdicts) => verdicts
            .iter()
            .map(|verdict| Test::new(verdict, report, fail_on))
            .collect(),
        Body::NotJudged(why) => {
            let text = details::error(&why.error);
            vec![Test {
                name: "the farm can be judged".to_owned(),
                word: "not judged",
                ..unreadable(&why.error.message, text)
            }]
        }
        Body::Unreadable(error) => vec![unreadable(&error.message, details::error(error))],
        Body::Malformed { mistakes, .. } => {
            let message = mistakes.first().map_or("", |mistake| &mistake.message);
            vec![unreadable(message, mistake_lines(mistakes))]
        }
    }
}

/// Returns the mistakes of a farm file, one in a line.
fn mistake_lines(mistakes: &[FarmFileError]) -> String {
    let (mistakes, more) = first_mistakes(mistakes);
    let lines: Vec<String> = mistakes.iter().map(mistake_line).chain(more).collect();
    lines.join("\n")
}

fn mistake_line(mistake: &FarmFileError) -> String {
    format!(
        "line {}, column {}: {}",
        mistake.line,
        mistake.column,
        details::mistake(mistake)
    )
}

/// Returns the failed test of an unreadable file: it replaces all others.
fn unreadable(message: &str, text: String) -> Test<'_> {
    Test {
        name: "the file can be read".to_owned(),
        area: "file",
        kind: TestStatus::Error,
        word: "unreadable",
        message: message.into(),
        text,
    }
}

/// Returns the test of an area that was not checked. If it decides the exit status, it is an error.
fn left_out_test<'a>(left_out: &'a LeftOut, coverage: &Coverage) -> Test<'a> {
    let kind = match coverage.decides(left_out) {
        true => TestStatus::Error,
        false => TestStatus::Skipped,
    };
    Test {
        name: format!("{} is judged", left_out.area.name()),
        area: left_out.area.name(),
        kind,
        word: "left out",
        message: left_out.sentence().into(),
        text: String::new(),
    }
}

impl<'a> Test<'a> {
    fn new(verdict: &'a Verdict, report: &Report, fail_on: FailOn) -> Self {
        let status = Status::of(verdict);
        let is_known = status.needs_attention() && !report.is_new(verdict);
        let kind = match (status, fail_on) {
            // It was already in an earlier report.
            _ if is_known => TestStatus::Skipped,
            (Status::Open(severity), FailOn::At(least)) if severity >= least => TestStatus::Failure,
            (Status::Undecided, FailOn::At(_)) => TestStatus::Error,
            (Status::NotApplicable, _) => TestStatus::Skipped,
            _ => TestStatus::Success,
        };
        let message = match is_known {
            true => format!("stayed: {}", clipped(&verdict.message)).into(),
            false => clipped(&verdict.message),
        };
        Self {
            name: format!("{}: {}", verdict.rule.id, verdict.subject),
            area: verdict.rule.area.name(),
            kind,
            word: status.name(),
            message,
            text: text(verdict, kind, &report.file),
        }
    }
}

/// Returns the text in a test: empty if it passes or does not apply, else the verdict. A passing
/// test with a finding says which in its first line.
fn text(verdict: &Verdict, kind: TestStatus, file: &str) -> String {
    let status = Status::of(verdict);
    if matches!(status, Status::Pass | Status::NotApplicable) {
        return String::new();
    }
    let mut text = String::new();
    if kind == TestStatus::Success {
        let message = clipped(&verdict.message);
        let message = shown(&message);
        text = format!("{}: {message}\n", status.name());
    }
    if let Some(line) = verdict.about.as_ref().and_then(|about| about.line) {
        text.push_str(&format!("at: {}:{line}\n", shown(file)));
    }
    text + &details::text(verdict, file)
}
