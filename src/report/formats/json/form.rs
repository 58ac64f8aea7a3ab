//! The shape of the report for programs: types that are written as JSON and nothing else.

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
    /// Only where an earlier report was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<JsonSince<'a>>,
    /// Not in the report of a farm of several: it stands once behind them.
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

/// What was judged, what was not, and from which facts.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Coverage")
)]
pub(crate) struct JsonCoverage<'a> {
    pub judged: Vec<&'static str>,
    /// The judged areas of which options left rules out.
    pub in_part: Vec<&'static str>,
    pub left_out: Vec<JsonLeftOut<'a>>,
    /// The areas in which the farm file asks for nothing.
    pub unused: Vec<&'static str>,
    pub facts: Vec<JsonSource<'a>>,
    /// The farm's servers that the facts hold nothing of.
    pub servers_without_facts: &'a [String],
    /// The names in facts about servers that fit none of the farm's servers, or several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmatched_names: Option<&'a [String]>,
}

/// An area that was not judged.
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
    /// What would look at it.
    pub how: Option<String>,
    /// Whether `--require` names it.
    pub required: bool,
}

/// Facts that were judged.
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
    /// The areas that they are about; empty if that is not known.
    pub areas: &'a [String],
    /// What a file of this version cannot hold.
    pub missing: &'static [&'static str],
}

/// What depends on the run alone.
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
    /// How old the oldest facts are, in seconds; null without facts, or if they do not say it.
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
    /// How old facts may be.
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

/// How the verdicts stand to those of an earlier report.
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
    /// Whether it says anything of this farm.
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
    /// The severity of a finding, or `undecided`; nothing of what is new.
    pub was: Option<&'a str>,
    /// The same now, or what has become of it; nothing of what was not judged.
    pub now: Option<String>,
    /// Of what is new or stayed, what is said now; of the rest, what was said then.
    pub message: &'a str,
}

/// A farm of the earlier report that no report was about.
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
    /// What should stand there.
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
    /// The rule that judges what keeps this one from applying.
    pub because: Option<&'static str>,
    /// Whether the rule was not selected: it is reported because a selected one defers to it.
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
