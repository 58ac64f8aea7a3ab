//! The form of a trace for programs: types that are only written as JSON.

#[cfg(test)]
use crate::facts::NetworkView;
#[cfg(test)]
use crate::report::trace::HopState;
#[cfg(test)]
use crate::rules::{Hop, OutcomeKind, Severity};
use serde::Serialize;

/// The version of the trace.
pub(crate) const VERSION: u32 = 1;

/// The result for a message to one address.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Trace")
)]
pub(crate) struct JsonTrace<'a> {
    #[cfg_attr(test, schemars(extend("const" = VERSION)))]
    pub trace: u32,
    /// The address as typed.
    pub address: &'a str,
    pub routes: Vec<JsonRoute<'a>>,
    /// The hops of all routes, each route's in the order of a message.
    pub hops: Vec<JsonHop<'a>>,
    /// Where the message stops or may stop, or what is not known, on the worst route.
    pub end: Option<JsonEnd<'a>>,
    /// The same in a sentence for people. Its wording is not a contract.
    pub sentence: String,
    /// Findings that belong to no hop. They do not stop the message.
    pub elsewhere: Vec<JsonTracedVerdict<'a>>,
    pub facts: Vec<JsonFacts<'a>>,
    /// Servers of the farm that are missing in the facts.
    pub servers_without_facts: &'a [String],
    /// The names in facts about servers that match none or several of the farm's servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmatched_names: Option<&'a [String]>,
}

/// One possible route of the message.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Route")
)]
pub(crate) struct JsonRoute<'a> {
    #[cfg_attr(test, schemars(extend("enum" = [NetworkView::Outside, NetworkView::Inside].map(NetworkView::name))))]
    pub route: &'static str,
    /// The worst state of its hops.
    #[cfg_attr(test, schemars(extend("enum" = HopState::ALL.map(HopState::name))))]
    pub state: &'static str,
    /// Servers of the farm that are not on the route.
    pub not_on_the_route: &'a [String],
    /// Unknown parts of the route, in sentences.
    pub unknown: &'a [String],
}

/// A place that the message passes.
#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Hop")
)]
pub(crate) struct JsonHop<'a> {
    #[cfg_attr(test, schemars(extend("enum" = [NetworkView::Outside, NetworkView::Inside].map(NetworkView::name))))]
    pub route: &'static str,
    #[cfg_attr(test, schemars(extend("enum" = Hop::ALL.map(Hop::name))))]
    pub hop: &'static str,
    #[cfg_attr(test, schemars(extend("enum" = HopState::ALL.map(HopState::name))))]
    pub state: &'static str,
    /// The servers, names and folders at the hop.
    pub stations: Vec<JsonStation<'a>>,
    /// The verdicts of the hop's rules about the route.
    pub verdicts: Vec<JsonTracedVerdict<'a>>,
}

/// A server, name or folder at a hop, with its worst state.
#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Station")
)]
pub(crate) struct JsonStation<'a> {
    pub station: &'a str,
    #[cfg_attr(test, schemars(extend("enum" = HopState::ALL.map(HopState::name))))]
    pub state: &'static str,
}

/// Where the message ends, and the rule that says so.
#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "End")
)]
pub(crate) struct JsonEnd<'a> {
    #[cfg_attr(test, schemars(extend("enum" = [NetworkView::Outside, NetworkView::Inside].map(NetworkView::name))))]
    pub route: &'static str,
    #[cfg_attr(test, schemars(extend("enum" = Hop::ALL.map(Hop::name))))]
    pub hop: &'static str,
    #[cfg_attr(test, schemars(extend("enum" = [HopState::Stops, HopState::MayStop, HopState::NotKnown].map(HopState::name))))]
    pub state: &'static str,
    #[cfg_attr(test, schemars(extend("pattern" = "^[a-z0-9]+(-[a-z0-9]+)+$")))]
    pub rule: &'static str,
    pub message: &'a str,
    pub remedy: Option<&'a str>,
}

/// A rule's verdict.
#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Verdict")
)]
pub(crate) struct JsonTracedVerdict<'a> {
    #[cfg_attr(test, schemars(extend("pattern" = "^[a-z0-9]+(-[a-z0-9]+)+$")))]
    pub rule: &'static str,
    #[cfg_attr(test, schemars(extend("enum" = [Severity::Note, Severity::Warning, Severity::Error].map(Severity::name))))]
    pub severity: &'static str,
    #[cfg_attr(test, schemars(extend("enum" = OutcomeKind::ALL.map(OutcomeKind::name))))]
    pub outcome: &'static str,
    pub subject: &'a str,
    pub message: &'a str,
}

/// A file of recorded facts, or the one run of probes.
#[derive(Serialize)]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields, rename = "Facts")
)]
pub(crate) struct JsonFacts<'a> {
    pub file: Option<&'a str>,
    pub server: Option<&'a str>,
    /// When they were gathered, UTC.
    pub gathered: Option<&'a str>,
}
