//! The report for programs: a numbered contract, not a dump.

use super::{Body, Counts, Look, Report};
use crate::error::is_unsafe;
use crate::farm::Mistake;
use crate::rules::{Action, Area, OutcomeKind, Severity, Verdict};
use schemars::JsonSchema;
use serde::Serialize;

/// The version of this form.
pub(super) const VERSION: u32 = 1;

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Report")]
pub(super) struct JsonReport<'a> {
    #[schemars(extend("const" = VERSION))]
    report: u32,
    farm: Option<&'a str>,
    file: &'a str,
    #[serde(flatten)]
    body: JsonBody<'a>,
    counts: Counts,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum JsonBody<'a> {
    Judged { verdicts: Vec<JsonVerdict<'a>> },
    Unreadable { error: JsonError<'a> },
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Error")]
struct JsonError<'a> {
    message: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    /// The mistakes after the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    more: Vec<JsonError<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Verdict")]
struct JsonVerdict<'a> {
    #[schemars(extend("pattern" = "^[a-z0-9]+(-[a-z0-9]+)+$"))]
    rule: &'a str,
    #[schemars(extend("enum" = Area::ALL.map(Area::name)))]
    area: &'a str,
    #[schemars(extend("enum" = [Severity::Note, Severity::Warning, Severity::Error].map(Severity::name)))]
    severity: &'a str,
    #[schemars(extend("enum" = OutcomeKind::ALL.map(OutcomeKind::name)))]
    outcome: &'a str,
    subject: &'a str,
    message: &'a str,
    evidence: Vec<JsonEvidence<'a>>,
    remedy: Option<JsonRemedy<'a>>,
    about: Option<JsonAbout<'a>>,
    accepted: Option<JsonAccepted<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Evidence")]
struct JsonEvidence<'a> {
    asked: &'a str,
    expected: &'a str,
    observed: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Remedy")]
struct JsonRemedy<'a> {
    text: &'a str,
    hand: String,
    actions: &'a [Action],
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "About")]
struct JsonAbout<'a> {
    setting: &'a str,
    line: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Accepted")]
struct JsonAccepted<'a> {
    reason: &'a str,
    #[schemars(extend("format" = "date"))]
    until: Option<String>,
}

pub fn one(report: &Report, look: &Look, first: bool) -> String {
    let body = match &report.body {
        Body::Verdicts(verdicts) => JsonBody::Judged { verdicts: verdicts.iter().map(verdict).collect() },
        Body::Unreadable(error) => JsonBody::Unreadable {
            error: JsonError { message: &error.message, line: None, column: None, more: Vec::new() },
        },
        Body::Malformed { mistakes, .. } => JsonBody::Unreadable { error: mistakes_error(mistakes) },
    };
    let form =
        JsonReport { report: VERSION, farm: report.farm.as_deref(), file: &report.file, body, counts: report.counts() };
    // Plain data of strings and numbers always has a JSON form.
    if look.several {
        let separator = if first { "\n" } else { ",\n" };
        separator.to_owned() + &harmless(&serde_json::to_string(&form).unwrap_or_default())
    } else {
        harmless(&serde_json::to_string_pretty(&form).unwrap_or_default()) + "\n"
    }
}

/// The same JSON with nothing in it that could steer a terminal. But for the line ends, such characters stand only in
/// strings, where they can be written as escapes; none lies beyond the sixteen bits of one.
fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\n' => out.push('\n'),
            _ if is_unsafe(character) => out.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out
}

fn mistakes_error(mistakes: &[Mistake]) -> JsonError<'_> {
    let mut errors = mistakes.iter().map(|mistake| JsonError {
        message: &mistake.message,
        line: Some(mistake.line),
        column: Some(mistake.column),
        more: Vec::new(),
    });
    let first = errors.next().unwrap_or(JsonError { message: "", line: None, column: None, more: Vec::new() });
    JsonError { more: errors.collect(), ..first }
}

fn verdict(verdict: &Verdict) -> JsonVerdict<'_> {
    debug_assert_eq!(verdict.remedy.is_some(), verdict.outcome == OutcomeKind::Fail);
    JsonVerdict {
        rule: verdict.rule.id,
        area: verdict.rule.area.name(),
        severity: verdict.severity.name(),
        outcome: verdict.outcome.name(),
        subject: &verdict.subject,
        message: &verdict.message,
        evidence: verdict
            .evidence
            .iter()
            .map(|evidence| JsonEvidence {
                asked: &evidence.asked,
                expected: &evidence.expected,
                observed: &evidence.observed,
            })
            .collect(),
        remedy: verdict.remedy.as_ref().map(|remedy| JsonRemedy {
            text: &remedy.text,
            hand: remedy.hand.to_string(),
            actions: &remedy.actions,
        }),
        about: verdict.about.as_ref().map(|about| JsonAbout { setting: &about.setting, line: about.line }),
        accepted: verdict.accepted.as_ref().map(|accepted| JsonAccepted {
            reason: &accepted.reason,
            until: accepted.until.map(|until| until.to_string()),
        }),
    }
}
