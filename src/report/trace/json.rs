//! The path for programs.

use super::{Trace, TracedRoute};
use crate::report::trace::HopRow;
use crate::rules::Verdict;
use serde_json::{Value, json};

/// The version of the form.
const VERSION: u32 = 1;

impl Trace<'_> {
    /// Returns the path: a row for each route and hop.
    pub(crate) fn json(&self) -> Value {
        let end = self.end().map(|end| {
            json!({
                "route": end.route.side(),
                "hop": end.hop.name(),
                "state": end.state.name(),
                "rule": end.verdict.rule.id,
                "message": end.verdict.message,
                "remedy": end.verdict.remedy.as_ref().map(|remedy| &remedy.text),
            })
        });
        let coverage = &self.report.coverage;
        let facts: Vec<Value> = coverage
            .sources
            .iter()
            .map(|source| {
                json!({"file": source.file, "server": source.server, "gathered": source.gathered})
            })
            .collect();
        json!({
            "trace": VERSION,
            "address": self.address,
            "routes": self.routes.iter().map(route_json).collect::<Vec<_>>(),
            "hops": self.routes.iter().flat_map(rows_json).collect::<Vec<_>>(),
            "end": end,
            "sentence": self.sentence(),
            "elsewhere": self.elsewhere().map(verdict_json).collect::<Vec<_>>(),
            "facts": facts,
            "servers-without-facts": coverage.servers_without_facts,
        })
    }
}

fn route_json(route: &TracedRoute<'_>) -> Value {
    json!({
        "route": route.side(),
        "state": route.worst().name(),
        "not-on-the-route": route.off_route,
        "unknown": route.unknown(),
    })
}

fn rows_json(route: &TracedRoute<'_>) -> Vec<Value> {
    route
        .rows()
        .map(|row| row_json(route.side(), row))
        .collect()
}

fn row_json(side: &str, row: &HopRow<'_>) -> Value {
    let stations: Vec<Value> = row
        .stations
        .iter()
        .map(|(name, state)| json!({"station": name, "state": state.name()}))
        .collect();
    json!({
        "route": side,
        "hop": row.hop.name(),
        "state": row.state.name(),
        "stations": stations,
        "verdicts": row.verdicts.iter().copied().map(verdict_json).collect::<Vec<_>>(),
    })
}

fn verdict_json(verdict: &Verdict) -> Value {
    json!({
        "rule": verdict.rule.id,
        "severity": verdict.severity.name(),
        "outcome": verdict.outcome.name(),
        "subject": verdict.subject,
        "message": verdict.message,
    })
}
