//! The form of the report for programs: types that are only written as JSON.

use crate::remedy::Action;
use crate::report::Counts;
#[cfg(test)]
use crate::rules::{Area, OutcomeKind, Severity};
use serde::Serialize;

/// The version of the report.
pub(crate) const VERSION: u32 = 2;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Report")
)]
pub(crate) struct JsonReport<'a> {
    #[cfg_attr(test, schemars(extend("const" = VERSION)))]
    pub report: u32,
    #[serde(flatten)]
    pub farm: JsonFarm<'a>,
    #[serde(flatten)]
    pub body: JsonBody<'a>,
    pub counts: Counts,
    pub coverage: JsonCoverage<'a>,
    /// Present only if an earlier report was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<JsonSince<'a>>,
    /// Missing in a fleet's reports on single farms: it is at the end of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<JsonRun<'a>>,
}

/// Which farm a report is about.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct JsonFarm<'a> {
    pub farm: Option<&'a str>,
    pub file: &'a str,
    /// Whether there are verdicts, and if not, whether the farm file could be read.
    pub state: JsonState,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "State"))]
pub(crate) enum JsonState {
    Judged,
    NotJudged,
    Unreadable,
}

/// The checked areas, the others, and the facts.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Coverage")
)]
pub(crate) struct JsonCoverage<'a> {
    pub judged: Vec<&'static str>,
    /// The checked areas without some of their rules, because of options.
    pub in_part: Vec<&'static str>,
    pub left_out: Vec<JsonLeftOut<'a>>,
    /// The areas that the farm does not use.
    pub unused: Vec<&'static str>,
    pub facts: Vec<JsonSource<'a>>,
    /// The farm's servers that are missing in the facts.
    pub servers_without_facts: &'a [String],
    /// The names in facts about servers that match none or several of the farm's servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmatched_names: Option<&'a [String]>,
}

/// An area that was not checked.
#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "LeftOut")
)]
pub(crate) struct JsonLeftOut<'a> {
    pub area: &'static str,
    #[cfg_attr(test, schemars(extend("enum" = ["not-selected", "no-facts", "too-old", "cannot-probe"])))]
    pub reason: &'static str,
    pub why: &'a str,
    /// What would check it.
    pub how: Option<String>,
    /// Whether `--require` names it.
    pub required: bool,
}

/// Facts that were used.
#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Facts")
)]
pub(crate) struct JsonSource<'a> {
    /// Null if they were gathered for this report.
    pub file: Option<&'a str>,
    pub server: Option<&'a str>,
    pub gathered: Option<&'a str>,
    pub version: u32,
    /// The areas that they are about; empty if not known.
    pub areas: &'a [String],
    /// The facts that a file of this version cannot contain.
    pub missing: &'static [&'static str],
}

/// Properties of the run.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Run")
)]
pub(crate) struct JsonRun<'a> {
    pub version: &'static str,
    /// The system that the program is built for.
    pub target: &'static str,
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub time: &'a str,
    /// The age of the oldest facts in seconds; null if there are none, or if it is not known.
    pub facts_age: Option<u64>,
    pub options: JsonOptions<'a>,
    pub exit: JsonExit<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Options")
)]
pub(crate) struct JsonOptions<'a> {
    pub areas: &'a [&'static str],
    pub only: &'a [String],
    pub skip: &'a [String],
    pub fail_on: &'static str,
    /// The maximum age of facts.
    pub max_age: Option<&'a str>,
    pub require: &'a [&'static str],
    pub since: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Exit")
)]
pub(crate) struct JsonExit<'a> {
    pub status: u8,
    pub reason: &'a str,
}

/// The comparison of the verdicts with an earlier report.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Since")
)]
pub(crate) struct JsonSince<'a> {
    /// The earlier report.
    pub file: &'a str,
    /// Whether it contains this farm.
    pub known: bool,
    pub new: Vec<JsonBaselineItem<'a>>,
    pub stayed: Vec<JsonBaselineItem<'a>>,
    pub gone: Vec<JsonBaselineItem<'a>>,
    pub not_judged: Vec<JsonBaselineItem<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Past")
)]
pub(crate) struct JsonBaselineItem<'a> {
    pub rule: &'a str,
    pub subject: &'a str,
    /// The severity of a finding, or `undecided`; missing for new findings.
    pub was: Option<&'a str>,
    /// The same now, or what it has become; missing if it was not checked.
    pub now: Option<String>,
    /// The present message for new and remaining findings, else the earlier one.
    pub message: &'a str,
}

/// A farm of the earlier report that was not checked in this run.
#[derive(Serialize)]
pub(crate) struct JsonNotInRun<'a> {
    pub file: &'a str,
    pub open: usize,
}

#[derive(Serialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum JsonBody<'a> {
    Judged { verdicts: Vec<JsonVerdict<'a>> },
    WithoutVerdicts { error: JsonError<'a> },
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Error")
)]
pub(crate) struct JsonError<'a> {
    pub message: &'a str,
    pub line: Option<usize>,
    pub column: Option<usize>,
    /// The expected text.
    pub expected: Option<&'a str>,
    pub hints: &'a [String],
    /// The mistakes after the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<JsonError<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Verdict")
)]
pub(crate) struct JsonVerdict<'a> {
    #[cfg_attr(test, schemars(extend("pattern" = "^[a-z0-9]+(-[a-z0-9]+)+$")))]
    pub rule: &'a str,
    #[cfg_attr(test, schemars(extend("enum" = Area::ALL.map(Area::name))))]
    pub area: &'a str,
    #[cfg_attr(test, schemars(extend("enum" = [Severity::Note, Severity::Warning, Severity::Error].map(Severity::name))))]
    pub severity: &'a str,
    #[cfg_attr(test, schemars(extend("enum" = OutcomeKind::ALL.map(OutcomeKind::name))))]
    pub outcome: &'a str,
    pub subject: &'a str,
    pub message: &'a str,
    pub evidence: Vec<JsonEvidence<'a>>,
    pub remedy: Option<JsonRemedy<'a>>,
    pub about: Option<JsonAbout<'a>>,
    /// The rule because of which this one does not apply.
    pub because: Option<&'static str>,
    /// Whether the rule was not selected, and is reported only because a selected rule refers to
    /// it.
    pub cause: bool,
    pub accepted: Option<JsonAccepted<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Evidence")
)]
pub(crate) struct JsonEvidence<'a> {
    pub asked: &'a str,
    pub expected: &'a str,
    pub observed: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Remedy")
)]
pub(crate) struct JsonRemedy<'a> {
    pub text: &'a str,
    pub hand: String,
    pub actions: &'a [Action],
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "About")
)]
pub(crate) struct JsonAbout<'a> {
    pub setting: &'a str,
    pub line: Option<usize>,
}

#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Accepted")
)]
pub(crate) struct JsonAccepted<'a> {
    pub reason: &'a str,
    #[cfg_attr(test, schemars(extend("format" = "date")))]
    pub until: Option<String>,
}
