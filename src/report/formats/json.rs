//! The report for programs: a numbered contract, not a dump.

use crate::farm::FarmFileError;
use crate::remedy::Action;
use crate::report::since::{BaselineItem, Since};
use crate::report::writer::{Chunk, ReportWriter, Totals};
use crate::report::{Body, Counts, RenderOptions, Report, Status};
#[cfg(test)]
use crate::rules::{Area, Severity};
use crate::rules::{OutcomeKind, Verdict};
use crate::text::is_unsafe;
use serde::Serialize;

/// The version of the report.
pub(crate) const VERSION: u32 = 1;

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Report")
)]
pub(crate) struct JsonReport<'a> {
    #[cfg_attr(test, schemars(extend("const" = VERSION)))]
    report: u32,
    farm: Option<&'a str>,
    file: &'a str,
    #[serde(flatten)]
    body: JsonBody<'a>,
    counts: Counts,
    /// Only where an earlier report was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<JsonSince<'a>>,
}

/// How the verdicts stand to those of an earlier report.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Since")
)]
struct JsonSince<'a> {
    /// The earlier report.
    file: &'a str,
    /// Whether it says anything of this farm.
    known: bool,
    new: Vec<JsonBaselineItem<'a>>,
    stayed: Vec<JsonBaselineItem<'a>>,
    gone: Vec<JsonBaselineItem<'a>>,
    not_judged: Vec<JsonBaselineItem<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Past")
)]
struct JsonBaselineItem<'a> {
    rule: &'a str,
    subject: &'a str,
    /// The severity of a finding, or `undecided`; nothing of what is new.
    was: Option<&'a str>,
    /// The same now, or what has become of it; nothing of what was not judged.
    now: Option<String>,
    /// Of what is new or stayed, what is said now; of the rest, what was said then.
    message: &'a str,
}

/// A farm of the earlier report that no report was about.
#[derive(Serialize)]
struct JsonNotInRun<'a> {
    file: &'a str,
    open: usize,
}

#[derive(Serialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum JsonBody<'a> {
    Judged { verdicts: Vec<JsonVerdict<'a>> },
    Unreadable { error: JsonError<'a> },
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Error")
)]
struct JsonError<'a> {
    message: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    /// The mistakes after the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    more: Vec<JsonError<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Verdict")
)]
struct JsonVerdict<'a> {
    #[cfg_attr(test, schemars(extend("pattern" = "^[a-z0-9]+(-[a-z0-9]+)+$")))]
    rule: &'a str,
    #[cfg_attr(test, schemars(extend("enum" = Area::ALL.map(Area::name))))]
    area: &'a str,
    #[cfg_attr(test, schemars(extend("enum" = [Severity::Note, Severity::Warning, Severity::Error].map(Severity::name))))]
    severity: &'a str,
    #[cfg_attr(test, schemars(extend("enum" = OutcomeKind::ALL.map(OutcomeKind::name))))]
    outcome: &'a str,
    subject: &'a str,
    message: &'a str,
    evidence: Vec<JsonEvidence<'a>>,
    remedy: Option<JsonRemedy<'a>>,
    about: Option<JsonAbout<'a>>,
    accepted: Option<JsonAccepted<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Evidence")
)]
struct JsonEvidence<'a> {
    asked: &'a str,
    expected: &'a str,
    observed: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Remedy")
)]
struct JsonRemedy<'a> {
    text: &'a str,
    hand: String,
    actions: &'a [Action],
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "About")
)]
struct JsonAbout<'a> {
    setting: &'a str,
    line: Option<usize>,
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Accepted")
)]
struct JsonAccepted<'a> {
    reason: &'a str,
    #[cfg_attr(test, schemars(extend("format" = "date")))]
    until: Option<String>,
}

pub(crate) struct Json;

impl ReportWriter for Json {
    fn opening(&self, options: &RenderOptions) -> String {
        if options.several {
            format!("{{\"report\":{VERSION},\"files\":[")
        } else {
            String::new()
        }
    }

    fn separator(&self) -> &'static str {
        ","
    }

    fn chunk(&self, report: &Report, options: &RenderOptions, _: usize) -> Chunk {
        let body = match &report.body {
            Body::Verdicts(verdicts) => JsonBody::Judged {
                verdicts: verdicts.iter().map(verdict).collect(),
            },
            Body::Unreadable(error) => JsonBody::Unreadable {
                error: JsonError {
                    message: &error.message,
                    line: None,
                    column: None,
                    more: Vec::new(),
                },
            },
            Body::Malformed { mistakes, .. } => JsonBody::Unreadable {
                error: mistakes_error(mistakes),
            },
        };
        let form = JsonReport {
            report: VERSION,
            farm: report.farm.as_deref(),
            file: &report.file,
            body,
            counts: report.counts(),
            since: report.since.as_ref().map(|since| json_since(since, report)),
        };
        let text = if options.several {
            format!("\n{}", line(&form))
        } else {
            lines(&form)
        };
        text.into()
    }

    fn closing(&self, totals: &Totals<'_>, options: &RenderOptions) -> String {
        if !options.several {
            return String::new();
        }
        let not_in_run: Vec<JsonNotInRun<'_>> = totals
            .not_in_run
            .iter()
            .map(|farm| JsonNotInRun {
                file: farm.name,
                open: farm.open,
            })
            .collect();
        match not_in_run.is_empty() {
            true => "\n]}\n".to_owned(),
            false => format!("\n],\"not-judged\":{}}}\n", line(&not_in_run)),
        }
    }
}

/// Returns a value as JSON in one line, harmless to a terminal. Strings, numbers and lists of them,
/// as all values here are, can always be written.
pub(crate) fn line(value: &impl Serialize) -> String {
    harmless(&serde_json::to_string(value).unwrap_or_default())
}

/// Returns a value as indented JSON, its last line ended.
pub(crate) fn lines(value: &impl Serialize) -> String {
    harmless(&serde_json::to_string_pretty(value).unwrap_or_default()) + "\n"
}

/// Escapes what could steer a terminal. Except for the line ends, such characters are only within
/// strings, where JSON has escapes of 16 bits for them; no such character has more.
pub(crate) fn harmless(json: &str) -> String {
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

fn json_since<'a>(since: &'a Since, report: &'a Report) -> JsonSince<'a> {
    JsonSince {
        file: &since.report,
        known: since.is_known,
        new: report.needing_attention().map(new_item).collect(),
        stayed: baseline_items(&since.stayed),
        gone: baseline_items(&since.gone),
        not_judged: baseline_items(&since.not_judged),
    }
}

fn new_item(verdict: &Verdict) -> JsonBaselineItem<'_> {
    JsonBaselineItem {
        rule: verdict.rule.id,
        subject: &verdict.subject,
        was: None,
        now: Some(Status::of(verdict).name().to_owned()),
        message: &verdict.message,
    }
}

fn baseline_items(items: &[BaselineItem]) -> Vec<JsonBaselineItem<'_>> {
    items.iter().map(baseline_item).collect()
}

fn baseline_item(item: &BaselineItem) -> JsonBaselineItem<'_> {
    let now = item.now.map(|words| words.replace(' ', "-"));
    JsonBaselineItem {
        rule: &item.rule,
        subject: &item.subject,
        was: Some(&item.was),
        now,
        message: &item.message,
    }
}

fn mistakes_error(mistakes: &[FarmFileError]) -> JsonError<'_> {
    let mut errors = mistakes.iter().map(|mistake| JsonError {
        message: &mistake.message,
        line: Some(mistake.line),
        column: Some(mistake.column),
        more: Vec::new(),
    });
    let first = errors.next().unwrap_or(JsonError {
        message: "",
        line: None,
        column: None,
        more: Vec::new(),
    });
    JsonError {
        more: errors.collect(),
        ..first
    }
}

fn verdict(verdict: &Verdict) -> JsonVerdict<'_> {
    debug_assert_eq!(
        verdict.remedy.is_some(),
        verdict.outcome == OutcomeKind::Fail
    );
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
            hand: remedy.role.to_string(),
            actions: &remedy.actions,
        }),
        about: verdict.about.as_ref().map(|about| JsonAbout {
            setting: &about.setting,
            line: about.line,
        }),
        accepted: verdict.accepted.as_ref().map(|accepted| JsonAccepted {
            reason: &accepted.reason,
            until: accepted.until.map(|until| until.to_string()),
        }),
    }
}
