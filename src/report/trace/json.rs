//! The path for programs.

pub(crate) mod form;

use super::{HopRow, Trace, TraceEnd, TracedRoute};
use crate::report::formats::json::lines;
use crate::rules::Verdict;
use form::{
    JsonEnd, JsonFacts, JsonHop, JsonRoute, JsonStation, JsonTrace, JsonTracedVerdict, VERSION,
};

impl Trace<'_> {
    /// Returns the path as JSON in lines.
    pub(crate) fn json_text(&self) -> String {
        lines(&self.json())
    }

    /// Returns the path: a row for each route and hop.
    fn json(&self) -> JsonTrace<'_> {
        let coverage = &self.report.coverage;
        let facts = coverage.sources.iter().map(|source| JsonFacts {
            file: source.file.as_deref(),
            server: source.server.as_deref(),
            gathered: source.gathered.as_deref(),
        });
        JsonTrace {
            trace: VERSION,
            address: self.address,
            routes: self.routes.iter().map(route).collect(),
            hops: self.routes.iter().flat_map(hops).collect(),
            end: self.end().as_ref().map(end),
            sentence: self.sentence(),
            elsewhere: self.elsewhere().map(verdict).collect(),
            facts: facts.collect(),
            servers_without_facts: &coverage.servers_without_facts,
            unmatched_names: coverage.unmatched_names(),
        }
    }
}

fn end<'t>(end: &TraceEnd<'_, 't>) -> JsonEnd<'t> {
    JsonEnd {
        route: end.route.side(),
        hop: end.hop.name(),
        state: end.state.name(),
        rule: end.verdict.rule.id,
        message: &end.verdict.message,
        remedy: end.verdict.remedy.as_ref().map(|remedy| &*remedy.text),
    }
}

fn route<'t>(route: &'t TracedRoute<'_>) -> JsonRoute<'t> {
    JsonRoute {
        route: route.side(),
        state: route.worst().name(),
        not_on_the_route: &route.off_route,
        unknown: route.unknown(),
    }
}

fn hops<'t>(route: &'t TracedRoute<'_>) -> impl Iterator<Item = JsonHop<'t>> {
    route.rows().map(|row| hop(route.side(), row))
}

fn hop<'t>(side: &'static str, row: &'t HopRow<'_>) -> JsonHop<'t> {
    let stations = row.stations.iter().map(|(name, state)| JsonStation {
        station: name,
        state: state.name(),
    });
    JsonHop {
        route: side,
        hop: row.hop.name(),
        state: row.state.name(),
        stations: stations.collect(),
        verdicts: row.verdicts.iter().copied().map(verdict).collect(),
    }
}

fn verdict(verdict: &Verdict) -> JsonTracedVerdict<'_> {
    JsonTracedVerdict {
        rule: verdict.rule.id,
        severity: verdict.severity.name(),
        outcome: verdict.outcome.name(),
        subject: &verdict.subject,
        message: &verdict.message,
    }
}
