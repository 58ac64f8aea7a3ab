//! The route of a message, hop by hop: a view of the verdicts. Nothing is checked again.

mod about;
mod effect;
mod follower;
mod hop_state;
mod index;
pub(crate) mod json;
mod passing;
mod route;
mod text;
mod ways;

pub(crate) use effect::HopState;
pub(crate) use route::{HopRow, TracedRoute};
pub(crate) use text::TraceOptions;

use super::{Exit, Report};
use crate::rules::{Hop, OutcomeKind, Severity, Verdict};
use crate::text::clipped;

/// The routes of a message to one address.
#[derive(Debug)]
pub(crate) struct Trace<'a> {
    address: &'a str,
    report: &'a Report,
    routes: Vec<TracedRoute<'a>>,
}

/// Where a message ends on its worst route, and the verdict that says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TraceEnd<'t, 'a> {
    pub route: &'t TracedRoute<'a>,
    pub hop: Hop,
    pub state: HopState,
    pub verdict: &'a Verdict,
}

impl<'a> Trace<'a> {
    /// Follows a message up to a hop, by each route.
    pub(crate) fn new(address: &'a str, report: &'a Report, last: Hop) -> Self {
        let routes = TracedRoute::all(report, address, last);
        Self {
            address,
            report,
            routes,
        }
    }

    /// Returns the worst route, the first of equals, or `None` if there is none.
    pub(crate) fn worst(&self) -> Option<&TracedRoute<'a>> {
        let mut worst: Option<&TracedRoute<'a>> = None;
        for route in &self.routes {
            if worst.is_none_or(|other| route.worst() > other.worst()) {
                worst = Some(route);
            }
        }
        worst
    }

    /// Returns the first hop of the worst route that may not let the message through, and the
    /// verdict that says so.
    pub(crate) fn end(&self) -> Option<TraceEnd<'_, 'a>> {
        let route = self.worst()?;
        let (row, verdict) = route.end()?;
        Some(TraceEnd {
            route,
            hop: row.hop,
            state: row.state,
            verdict,
        })
    }

    /// Returns the exit status: 1 if the message stops or may stop on a route, 3 if that is not
    /// known or was not checked, else 0.
    pub(crate) fn exit(&self) -> Exit {
        match self.worst().map(TracedRoute::worst) {
            Some(HopState::Stops | HopState::MayStop) => Exit::Findings,
            Some(HopState::NotKnown | HopState::NotLookedAt) | None => Exit::Undecided,
            Some(HopState::Passes | HopState::Recorded | HopState::NotOnRoute) => Exit::Clean,
        }
    }

    /// Returns where the message would stop, why, and the remedy.
    pub(crate) fn sentence(&self) -> String {
        if let Some(end) = self.end() {
            return end.sentence(self.routes.len() > 1);
        }
        let missing = self.not_looked_at();
        match missing.is_empty() {
            true => "Nothing stops the message.".to_owned(),
            false => format!(
                "Nothing that was looked at stops the message; not looked at: {}.",
                missing.join(", ")
            ),
        }
    }

    /// Returns the hops that were not checked on some route.
    fn not_looked_at(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for row in self.routes.iter().flat_map(TracedRoute::rows) {
            if row.state == HopState::NotLookedAt && !names.contains(&row.hop.name()) {
                names.push(row.hop.name());
            }
        }
        names
    }

    /// Returns the findings that belong to no hop. They do not stop a message.
    fn elsewhere(&self) -> impl Iterator<Item = &'a Verdict> {
        self.report.verdicts().iter().filter(|verdict| {
            (verdict.rule.hop.is_none() || about::is_harmless_null_dacl(verdict, self.report))
                && verdict.outcome == OutcomeKind::Fail
                && verdict.accepted.is_none()
                && verdict.severity > Severity::Note
        })
    }
}

impl TraceEnd<'_, '_> {
    fn sentence(&self, several: bool) -> String {
        let from = match several {
            true => format!(" from {}", self.route.side()),
            false => String::new(),
        };
        let (hop, message) = (
            self.hop.name(),
            with_full_stop(&clipped(&self.verdict.message)),
        );
        let verb = match self.state {
            HopState::NotKnown => {
                return format!(
                    "Whether the message{from} passes the {hop} is not known: {message}"
                );
            }
            HopState::Stops => "stops",
            _ => "may stop",
        };
        let remedy = self.verdict.remedy.as_ref();
        let remedy = remedy.map(|remedy| format!(" {}", with_full_stop(&remedy.text)));
        format!(
            "The message{from} {verb} at the {hop}: {message}{}",
            remedy.unwrap_or_default()
        )
    }
}

/// Returns a text as a sentence.
fn with_full_stop(text: &str) -> String {
    match text.ends_with(['.', '!', '?']) {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}
