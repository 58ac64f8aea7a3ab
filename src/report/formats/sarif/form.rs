//! The form of SARIF 2.1.0: types that are only written as JSON.

use super::uri::{PathSyntax, uri};
use crate::remedy;
use crate::report::issues::{LEFT_OUT, NOT_JUDGED, UNREADABLE};
use crate::report::wording::sentence;
use crate::report::{LeftOut, Report, Status, details};
use crate::rules::{self, Rule, Severity, Verdict};
use serde::Serialize;

/// The address of the rules' pages.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/src/rules/explain");

/// The notifications of a run: id, meaning, level.
const NOTICES: [(&str, &str, &str); 5] = [
    (UNREADABLE, "A farm file cannot be read.", "error"),
    (NOT_JUDGED, "A farm was not judged.", "error"),
    (LEFT_OUT, "An area was not judged.", "note"),
    (FACTS, "Facts were judged.", "note"),
    (
        SERVERS,
        "Servers of the farm are missing in the facts.",
        "note",
    ),
];
pub(super) const FACTS: &str = "facts-judged";
pub(super) const SERVERS: &str = "servers-without-facts";

#[derive(Serialize)]
pub(super) struct Tool {
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
    pub(super) fn this_program() -> Self {
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
                rules: rules::all().map(Descriptor::new).collect(),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                notifications: notices.into(),
            },
        }
    }
}

impl Descriptor {
    fn new(rule: &Rule) -> Self {
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

/// Returns what the rule's page explains, where its commands run, and where the examples are.
fn help(rule: &Rule) -> String {
    let explanation = rule.explanation().trim();
    let notes = rule.command_notes();
    let notes = notes.map_or_else(String::new, |notes| format!("\n\n{}", notes.trim_end()));
    format!(
        "{explanation}{notes}\n\nMore: `{command}`\n",
        command = remedy::spinmail("explain {RULE}", &[&rule.id]),
    )
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult<'a> {
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
pub(super) struct Region {
    pub start_line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_column: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    fully_qualified_name: &'a str,
    kind: &'static str,
}

/// What identifies a result in later runs: its rule and subject.
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

impl<'a> SarifResult<'a> {
    pub(super) fn new(verdict: &'a Verdict, report: &'a Report) -> Self {
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
            locations: [Location::new(verdict, report)],
            partial_fingerprints: Fingerprints {
                rule_and_subject: format!("{}/{}", verdict.rule.id, verdict.subject),
            },
            baseline_state,
            suppressions: suppression.into_iter().collect(),
            properties: Properties::new(verdict, report),
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
    fn new(verdict: &'a Verdict, report: &Report) -> Self {
        // Code scanning requires a line for every result: without one, the file's first.
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
    pub(super) fn line(start_line: usize) -> Self {
        Self {
            start_line,
            start_column: None,
        }
    }
}

impl<'a> Properties<'a> {
    fn new(verdict: &'a Verdict, report: &'a Report) -> Self {
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
pub(super) struct Notification<'a> {
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
    pub(super) fn new(id: &'static str, file: &str, text: &str, region: Region) -> Self {
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

    pub(super) fn left_out(file: &str, left_out: &LeftOut) -> Self {
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
