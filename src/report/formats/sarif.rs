//! SARIF 2.1.0 (OASIS): one run for any number of farm files, each result at its line.
//!
//! A finding has its level; an accepted one is a suppressed result, an undecided verdict an open
//! one. What passed or did not apply is written only with `--verbose`, because many viewers show
//! every result as a problem. A file that could not be read is a notification of the run, which then did
//! not succeed.

mod uri;

use super::json;
use crate::fs::Spill;
use crate::report::issues::{LEFT_OUT, NOT_JUDGED, UNREADABLE};
use crate::report::wording::{facts_line, sentence, servers_line};
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{Body, LeftOut, RenderOptions, Report, RunInfo, Status, details};
use crate::rules::{self, Rule, Severity, Verdict};
use crate::term::diagnosis::first_mistakes;
use serde::Serialize;
use std::io::{self, Write};
use uri::{PathSyntax, uri};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Where the rules' pages are.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/src/rules/explain");

/// The notifications of a run: id, what it means, level.
const NOTICES: [(&str, &str, &str); 5] = [
    (UNREADABLE, "A farm file cannot be read.", "error"),
    (NOT_JUDGED, "A farm was not judged.", "error"),
    (LEFT_OUT, "An area was not judged.", "note"),
    (FACTS, "Facts were judged.", "note"),
    (
        SERVERS,
        "The facts hold nothing of servers of the farm.",
        "note",
    ),
];
const FACTS: &str = "facts-judged";
const SERVERS: &str = "servers-without-facts";

pub(crate) struct Sarif<'a> {
    options: &'a RenderOptions,
    has_results: bool,
    has_notifications: bool,
    /// They stand behind the results.
    notifications: Spill,
}

impl<'a> Sarif<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self {
            options,
            has_results: false,
            has_notifications: false,
            notifications: Spill::default(),
        }
    }

    fn notify(&mut self, notification: &Notification<'_>) -> io::Result<()> {
        let separator = if self.has_notifications { "," } else { "" };
        self.has_notifications = true;
        let notification = json::line(notification);
        write!(self.notifications, "{separator}\n{notification}")
    }
}

impl ReportWriter for Sarif<'_> {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let tool = json::line(&Tool::of_this_program());
        write!(
            out,
            "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{tool},\n\
             \"columnKind\":\"unicodeCodePoints\",\"results\":["
        )
    }

    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        for verdict in report.verdicts() {
            if is_shown(verdict, self.options) {
                let separator = if self.has_results { "," } else { "" };
                self.has_results = true;
                let result = json::line(&Outcome::of(verdict, report));
                write!(out, "{separator}\n{result}")?;
            }
        }
        for notification in notifications(report, &self.options.run) {
            self.notify(&notification)?;
        }
        Ok(())
    }

    fn finish(&mut self, all: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        let is_whole = all.unreadable + all.not_judged == 0;
        write!(
            out,
            "\n],\"invocations\":[{{\"executionSuccessful\":{is_whole},\
             \"toolExecutionNotifications\":["
        )?;
        self.notifications.copy_to(out)?;
        writeln!(out, "]}}]}}]}}")
    }
}

/// Whether a verdict becomes a result.
fn is_shown(verdict: &Verdict, options: &RenderOptions) -> bool {
    options.verbose || !matches!(Status::of(verdict), Status::Pass | Status::NotApplicable)
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    short_description: Text,
    rules: Vec<Descriptor>,
    information_uri: &'static str,
    notifications: Vec<Notice>,
}

#[derive(Serialize)]
struct Text {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

impl Text {
    fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            markdown: None,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Text,
    full_description: Text,
    help: Text,
    help_uri: String,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notice {
    id: &'static str,
    short_description: Text,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    area: &'static str,
    since: &'static str,
    settings: &'static [&'static str],
    tags: [&'static str; 1],
}

impl Tool {
    fn of_this_program() -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let notices = NOTICES.map(|(id, meaning, level)| Notice {
            id,
            short_description: Text::new(meaning),
            default_configuration: Configuration { level },
        });
        Self {
            driver: Driver {
                name: "spinmail",
                version,
                semantic_version: version,
                short_description: Text::new(env!("CARGO_PKG_DESCRIPTION")),
                rules: rules::all().map(Descriptor::of).collect(),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                notifications: notices.into(),
            },
        }
    }
}

impl Descriptor {
    fn of(rule: &Rule) -> Self {
        let help = help(rule);
        Self {
            id: rule.id,
            short_description: Text::new(rule.summary),
            full_description: Text::new(format!(
                "{} Passes when: {}",
                rule.summary, rule.pass_message
            )),
            help: Text {
                text: help.clone(),
                markdown: Some(help),
            },
            help_uri: format!("{PAGES}/{}.md", rule.id),
            default_configuration: Configuration {
                level: rule.severity.name(),
            },
            properties: RuleProperties {
                area: rule.area.name(),
                since: rule.since,
                settings: rule.about,
                tags: [rule.area.name()],
            },
        }
    }
}

/// Returns what the rule's page explains, and where the examples are.
fn help(rule: &Rule) -> String {
    let explanation = rule.explanation().trim();
    format!("{explanation}\n\nMore: `spinmail explain {}`\n", rule.id)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: &'static str,
    message: Text,
    locations: [Location<'a>; 1],
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    fully_qualified_name: &'a str,
    kind: &'static str,
}

/// What a result is recognized by in later runs: its rule and subject.
#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "ruleAndSubject/v1")]
    rule_and_subject: String,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

#[derive(Serialize)]
struct Properties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    farm: Option<&'a str>,
    area: &'static str,
    subject: &'a str,
    outcome: &'static str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Evidence<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<Remedy<'a>>,
}

#[derive(Serialize)]
struct Evidence<'a> {
    asked: &'a str,
    expected: &'a str,
    observed: &'a str,
}

#[derive(Serialize)]
struct Remedy<'a> {
    text: &'a str,
    hand: String,
    commands: Vec<String>,
}

impl<'a> Outcome<'a> {
    fn of(verdict: &'a Verdict, report: &'a Report) -> Self {
        let status = Status::of(verdict);
        let kind = match status {
            Status::Open(_) | Status::Accepted => "fail",
            Status::Undecided => "open",
            Status::Pass => "pass",
            Status::NotApplicable => "notApplicable",
        };
        // 3.27.10: what is not a failure has no level.
        let level = if kind == "fail" {
            level(verdict.severity)
        } else {
            "none"
        };
        let baseline_state = report.since.as_ref().map(|_| {
            match status.needs_attention() && report.is_new(verdict) {
                true => "new",
                false => "unchanged",
            }
        });
        let suppression = details::acceptance(verdict).map(|justification| Suppression {
            kind: "inSource",
            status: "accepted",
            justification,
        });
        Self {
            rule_id: verdict.rule.id,
            rule_index: rules::all().position(|rule| rule.id == verdict.rule.id),
            kind,
            level,
            message: Text::new(message(&sentence(verdict))),
            locations: [Location::of(verdict, report)],
            partial_fingerprints: Fingerprints {
                rule_and_subject: format!("{}/{}", verdict.rule.id, verdict.subject),
            },
            baseline_state,
            suppressions: suppression.into_iter().collect(),
            properties: Properties::of(verdict, report),
        }
    }
}

/// Returns a text as a message (3.11.6): brackets that would be read as a link are escaped.
fn message(text: &str) -> String {
    if text.contains("](") {
        text.replace('[', "\\[").replace(']', "\\]")
    } else {
        text.to_owned()
    }
}

/// Returns a severity as a level: the words are the same (3.27.10).
fn level(severity: Severity) -> &'static str {
    severity.name()
}

impl<'a> Location<'a> {
    fn of(verdict: &'a Verdict, report: &Report) -> Self {
        // Code scanning wants a line of every result: without one, the file's first.
        let line = verdict.about.as_ref().and_then(|about| about.line);
        let region = Region::line(line.unwrap_or(1));
        Self {
            physical_location: PhysicalLocation::new(&report.file, region),
            logical_locations: verdict
                .about
                .iter()
                .map(|about| LogicalLocation {
                    fully_qualified_name: &about.setting,
                    kind: "member",
                })
                .collect(),
        }
    }
}

impl PhysicalLocation {
    fn new(file: &str, region: Region) -> Self {
        Self {
            artifact_location: ArtifactLocation {
                uri: uri(file, PathSyntax::native()),
            },
            region,
        }
    }
}

impl Region {
    fn line(start_line: usize) -> Self {
        Self {
            start_line,
            start_column: None,
        }
    }
}

impl<'a> Properties<'a> {
    fn of(verdict: &'a Verdict, report: &'a Report) -> Self {
        let evidence = verdict.evidence.iter();
        let remedy = verdict.remedy.as_ref();
        Self {
            farm: report.farm.as_deref(),
            area: verdict.rule.area.name(),
            subject: &verdict.subject,
            outcome: verdict.outcome.name(),
            severity: verdict.severity.name(),
            evidence: evidence
                .map(|each| Evidence {
                    asked: &each.asked,
                    expected: &each.expected,
                    observed: &each.observed,
                })
                .collect(),
            remedy: remedy.map(|remedy| Remedy {
                text: &remedy.text,
                hand: remedy.role.to_string(),
                commands: details::commands(verdict, &report.file).collect(),
            }),
        }
    }
}

#[derive(Serialize)]
struct Notification<'a> {
    descriptor: DescriptorReference,
    level: &'static str,
    message: Text,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<NotificationProperties>,
}

#[derive(Serialize)]
struct DescriptorReference {
    id: &'static str,
    index: usize,
}

#[derive(Serialize)]
struct NotificationProperties {
    area: &'static str,
    reason: &'static str,
    required: bool,
}

impl Notification<'_> {
    /// Creates a notification about a farm file, at a place in it.
    fn new(id: &'static str, file: &str, text: &str, region: Region) -> Self {
        let index = NOTICES.iter().position(|(known, ..)| *known == id);
        let index = index.unwrap_or_default();
        Self {
            descriptor: DescriptorReference { id, index },
            level: NOTICES.get(index).map_or("note", |(.., level)| level),
            message: Text::new(message(text)),
            locations: [Location {
                physical_location: PhysicalLocation::new(file, region),
                logical_locations: Vec::new(),
            }],
            properties: None,
        }
    }

    fn left_out(file: &str, left_out: &LeftOut) -> Self {
        let area = left_out.area.name();
        let text = format!("{area} was not looked at: {}", left_out.sentence());
        let unleveled = Self::new(LEFT_OUT, file, &text, Region::line(1));
        Self {
            level: if left_out.is_required {
                "error"
            } else {
                "note"
            },
            properties: Some(NotificationProperties {
                area,
                reason: left_out.reason.name(),
                required: left_out.is_required,
            }),
            ..unleveled
        }
    }
}

/// Returns why a report has no verdicts, and what was judged.
fn notifications(report: &Report, run: &RunInfo) -> Vec<Notification<'static>> {
    let file = &report.file;
    let mut all: Vec<Notification<'_>> = match &report.body {
        Body::Verdicts(_) => Vec::new(),
        Body::NotJudged(why) => {
            let text = details::error(&why.error);
            vec![Notification::new(NOT_JUDGED, file, &text, Region::line(1))]
        }
        Body::Unreadable(error) => {
            let text = details::error(error);
            vec![Notification::new(UNREADABLE, file, &text, Region::line(1))]
        }
        Body::Malformed { mistakes, .. } => {
            let (mistakes, more) = first_mistakes(mistakes);
            mistakes
                .iter()
                .map(|mistake| {
                    let region = Region {
                        start_line: mistake.line,
                        start_column: Some(mistake.column),
                    };
                    Notification::new(UNREADABLE, file, &details::mistake(mistake), region)
                })
                .chain(more.map(|more| Notification::new(UNREADABLE, file, &more, Region::line(1))))
                .collect()
        }
    };
    let coverage = &report.coverage;
    all.extend(
        coverage
            .left_out
            .iter()
            .map(|left_out| Notification::left_out(file, left_out)),
    );
    all.extend(coverage.sources.iter().map(|source| {
        let text = facts_line(source, run);
        Notification::new(FACTS, file, &text, Region::line(1))
    }));
    if let Some(text) = servers_line(coverage) {
        all.push(Notification::new(SERVERS, file, &text, Region::line(1)));
    }
    all
}
