//! The path of a message, hop by hop: a view of the verdicts. Nothing is judged again.

use super::wording::sentence;
use crate::rules::{Hop, OutcomeKind, Severity, Verdict};
use crate::term::Screen;
use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The version of the JSON form.
const VERSION: u32 = 1;

/// The name of the one route: the way by what the servers of this network see.
const ROUTE: &str = "inside";

/// What becomes of a message at a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HopState {
    NotLookedAt,
    Passes,
    NotKnown,
    /// It would stop at one of several servers or addresses, but not at all of them.
    MayStop,
    Stops,
}

impl HopState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NotLookedAt => "not looked at",
            Self::Passes => "ok",
            Self::NotKnown => "not known",
            Self::MayStop => "may stop",
            Self::Stops => "stopped",
        }
    }
}

/// The path of a message to one address.
#[derive(Debug)]
pub(crate) struct Trace<'a> {
    address: &'a str,
    verdicts: &'a [Verdict],
}

impl<'a> Trace<'a> {
    pub(crate) fn new(address: &'a str, verdicts: &'a [Verdict]) -> Self {
        Self { address, verdicts }
    }

    /// Returns the verdicts of the rules about a hop.
    fn at(&self, hop: Hop) -> impl Iterator<Item = &'a Verdict> {
        self.verdicts
            .iter()
            .filter(move |verdict| verdict.rule.hop == Some(hop))
    }

    /// Returns the worst that the rules of a hop say. An accepted finding stops a message too.
    pub(crate) fn state(&self, hop: Hop) -> HopState {
        let mut verdicts: Vec<&Verdict> = self.at(hop).collect();
        verdicts.sort_by_key(|verdict| verdict.rule.id);
        let states = verdicts
            .chunk_by(|one, two| one.rule.id == two.rule.id)
            .map(state_by_rule);
        states.max().unwrap_or(HopState::NotLookedAt)
    }

    /// Returns the first hop that may not let the message through, and the verdict that says so. A
    /// hop that stops it comes before one that may, and that before one that is not known.
    pub(crate) fn end(&self) -> Option<(Hop, HopState, &'a Verdict)> {
        let hops = Hop::ALL.map(|hop| (hop, self.state(hop)));
        let (hop, state) = [HopState::Stops, HopState::MayStop, HopState::NotKnown]
            .into_iter()
            .find_map(|least| hops.into_iter().find(|(_, state)| *state >= least))?;
        let verdict = self.at(hop).find(|verdict| match state {
            HopState::NotKnown => verdict.outcome == OutcomeKind::Undecided,
            _ => stops(verdict),
        })?;
        Some((hop, state, verdict))
    }

    /// Returns where the message would stop and why, and what to do.
    pub(crate) fn sentence(&self) -> String {
        match self.end() {
            Some((hop, HopState::NotKnown, verdict)) => {
                format!(
                    "Whether the message passes the {} is not known: {}.",
                    hop.name(),
                    verdict.message
                )
            }
            Some((hop, state, verdict)) => {
                let may = if state == HopState::Stops {
                    "stops"
                } else {
                    "may stop"
                };
                let remedy = verdict
                    .remedy
                    .as_ref()
                    .map(|remedy| format!(" {}.", remedy.text))
                    .unwrap_or_default();
                format!(
                    "The message {may} at the {}: {}.{remedy}",
                    hop.name(),
                    verdict.message
                )
            }
            None => "Nothing that was looked at stops the message.".to_owned(),
        }
    }

    /// Draws the path for reading, with what passed if `verbose`.
    pub(crate) fn text(&self, screen: &Screen, verbose: bool) -> String {
        let mut out = format!("{}\n", screen.plain(self.address));
        for (index, hop) in Hop::ALL.into_iter().enumerate() {
            let (branch, rail) = if index + 1 == Hop::ALL.len() {
                ("└─", "  ")
            } else {
                ("├─", "│ ")
            };
            let (branch, rail) = (screen.plain(branch), screen.plain(rail));
            let state = self.state(hop);
            let style = style_of(state);
            let _ = writeln!(
                out,
                "{branch} {:15} {style}{}{style:#}",
                hop.name(),
                state.name()
            );
            for (said, rules) in self.sentences(hop, verbose) {
                let text = format!("{said} [{}]", rules.join(", "));
                let (first, rest) = (format!("{rail}   "), format!("{rail}     "));
                write_lines(&mut out, &screen.lines(&text, &first, &rest));
            }
        }
        out.push('\n');
        write_lines(&mut out, &screen.lines(&self.sentence(), "", ""));
        out
    }

    /// Returns what the rules of a hop say, each sentence with its rules: several rules say the same
    /// if they are undecided for the same reason.
    fn sentences(&self, hop: Hop, verbose: bool) -> Vec<(String, Vec<&'static str>)> {
        let mut sentences: Vec<(String, Vec<&str>)> = Vec::new();
        for verdict in self.at(hop) {
            let is_shown = match verdict.outcome {
                OutcomeKind::Undecided => true,
                OutcomeKind::Pass => verbose,
                OutcomeKind::Fail => verbose || stops(verdict),
                OutcomeKind::NotApplicable => false,
            };
            if !is_shown {
                continue;
            }
            let (said, rule) = (sentence(verdict), verdict.rule.id);
            match sentences.iter_mut().find(|(known, _)| *known == said) {
                Some((_, rules)) => rules.push(rule),
                None => sentences.push((said, vec![rule])),
            }
        }
        sentences
    }

    /// Returns the path for programs: a row for each route and hop. There is one route today.
    pub(crate) fn json(&self) -> Value {
        let end = self.end().map(|(hop, state, verdict)| {
            json!({
                "route": ROUTE,
                "hop": hop.name(),
                "state": state.name(),
                "rule": verdict.rule.id,
                "message": verdict.message,
            })
        });
        json!({
            "trace": VERSION,
            "address": self.address,
            "hops": Hop::ALL.map(|hop| self.hop_json(hop)),
            "end": end,
            "sentence": self.sentence(),
        })
    }

    fn hop_json(&self, hop: Hop) -> Value {
        let verdicts: Vec<Value> = self
            .at(hop)
            .filter(|verdict| verdict.outcome != OutcomeKind::NotApplicable)
            .map(verdict_json)
            .collect();
        json!({
            "route": ROUTE,
            "hop": hop.name(),
            "state": self.state(hop).name(),
            "stations": self.stations_json(hop),
            "verdicts": verdicts,
        })
    }

    /// Returns the servers, names and folders of a hop, each with the worst that is said of it.
    fn stations_json(&self, hop: Hop) -> Vec<Value> {
        let mut stations: BTreeMap<&str, Vec<&Verdict>> = BTreeMap::new();
        for verdict in self.at(hop) {
            if verdict.outcome != OutcomeKind::NotApplicable {
                stations.entry(&verdict.subject).or_default().push(verdict);
            }
        }
        stations
            .into_iter()
            .map(|(name, verdicts)| {
                let states = verdicts.chunks(1).map(state_by_rule);
                let state = states.max().unwrap_or(HopState::NotLookedAt);
                json!({"station": name, "state": state.name()})
            })
            .collect()
    }
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

/// Writes lines, each ended.
fn write_lines(out: &mut String, lines: &[String]) {
    for line in lines {
        out.push_str(line);
        out.push('\n');
    }
}

/// Whether a verdict says that mail does not get through there.
fn stops(verdict: &Verdict) -> bool {
    verdict.outcome == OutcomeKind::Fail && verdict.severity == Severity::Error
}

/// Returns what the verdicts of one rule, one for each server or address, say of its hop.
fn state_by_rule(verdicts: &[&Verdict]) -> HopState {
    let outcomes: Vec<OutcomeKind> = verdicts.iter().map(|verdict| verdict.outcome).collect();
    let is_stopped = verdicts.iter().any(|verdict| stops(verdict));
    if is_stopped && outcomes.contains(&OutcomeKind::Pass) {
        HopState::MayStop
    } else if is_stopped {
        HopState::Stops
    } else if outcomes.contains(&OutcomeKind::Undecided) {
        HopState::NotKnown
    } else if outcomes.contains(&OutcomeKind::Pass) || outcomes.contains(&OutcomeKind::Fail) {
        HopState::Passes
    } else {
        HopState::NotLookedAt
    }
}

fn style_of(state: HopState) -> Style {
    match state {
        HopState::Passes => AnsiColor::Green.on_default(),
        HopState::NotLookedAt => Style::new().dimmed(),
        HopState::NotKnown => AnsiColor::Magenta.on_default().bold(),
        HopState::MayStop => AnsiColor::Yellow.on_default().bold(),
        HopState::Stops => AnsiColor::Red.on_default().bold(),
    }
}
