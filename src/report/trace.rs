//! The way of a message, hop by hop: a view of the verdicts, and no second judgement.

use super::wording::sentence;
use crate::rules::{Hop, OutcomeKind, Severity, Verdict};
use crate::term::Screen;
use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};
use std::fmt::Write;

/// The version of the JSON form.
const VERSION: u32 = 1;

/// What becomes of a message at a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    NotLookedAt,
    Passes,
    NotKnown,
    /// At one of several servers or addresses it would stop, at another not.
    MayStop,
    Stops,
}

impl State {
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

/// The way of a message to one address.
#[derive(Debug)]
pub(crate) struct Trace<'a> {
    address: &'a str,
    verdicts: &'a [Verdict],
}

impl<'a> Trace<'a> {
    pub(crate) fn new(address: &'a str, verdicts: &'a [Verdict]) -> Self {
        Self { address, verdicts }
    }

    fn at(&self, hop: Hop) -> impl Iterator<Item = &'a Verdict> {
        self.verdicts
            .iter()
            .filter(move |verdict| verdict.rule.hop == Some(hop))
    }

    /// The worst that the rules of a hop say. An accepted finding stops a message all the same.
    pub(crate) fn state(&self, hop: Hop) -> State {
        let mut verdicts: Vec<&Verdict> = self.at(hop).collect();
        verdicts.sort_by_key(|verdict| verdict.rule.id);
        let of_rules = verdicts
            .chunk_by(|one, two| one.rule.id == two.rule.id)
            .map(of_rule);
        of_rules.max().unwrap_or(State::NotLookedAt)
    }

    /// The first hop that does not let the message through for certain, and the verdict that says
    /// so.
    pub(crate) fn end(&self) -> Option<(Hop, State, &'a Verdict)> {
        let worst = Hop::ALL.into_iter().map(|hop| (hop, self.state(hop)));
        let found = |least: State| worst.clone().find(|(_, state)| *state >= least);
        let (hop, state) = found(State::Stops)
            .or_else(|| found(State::MayStop))
            .or_else(|| found(State::NotKnown))?;
        let says_so = |verdict: &&Verdict| match state {
            State::NotKnown => verdict.outcome == OutcomeKind::Undecided,
            _ => stops(verdict),
        };
        Some((hop, state, self.at(hop).find(says_so)?))
    }

    /// Where it would stop and why, and what to do.
    pub(crate) fn sentence(&self) -> String {
        match self.end() {
            Some((hop, State::NotKnown, verdict)) => {
                format!(
                    "Whether the message passes the {} is not known: {}.",
                    hop.name(),
                    verdict.message
                )
            }
            Some((hop, state, verdict)) => {
                let may = if state == State::Stops {
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

    /// The way as a picture for reading; with what passed, too, where it is wanted.
    pub(crate) fn text(&self, screen: &Screen, verbose: bool) -> String {
        let mut out = format!("{}\n", screen.plain(self.address));
        for (at, hop) in Hop::ALL.into_iter().enumerate() {
            let state = self.state(hop);
            let style = colour_of(state);
            let (branch, rail) = if at + 1 == Hop::ALL.len() {
                ("└─", "  ")
            } else {
                ("├─", "│ ")
            };
            let _ = writeln!(
                out,
                "{} {:15} {style}{}{style:#}",
                screen.plain(branch),
                hop.name(),
                state.name()
            );
            let rail = screen.plain(rail);
            let is_told = |verdict: &&Verdict| match verdict.outcome {
                OutcomeKind::Undecided => true,
                OutcomeKind::Pass => verbose,
                OutcomeKind::Fail => verbose || stops(verdict),
                OutcomeKind::NotApplicable => false,
            };
            // Several rules may say the same: what was not looked at decides none of them.
            let mut told: Vec<(String, Vec<&str>)> = Vec::new();
            for verdict in self.at(hop).filter(is_told) {
                let (said, rule) = (sentence(verdict), verdict.rule.id);
                match told.iter_mut().find(|(known, _)| *known == said) {
                    Some((_, rules)) => rules.push(rule),
                    None => told.push((said, vec![rule])),
                }
            }
            for (said, rules) in told {
                let text = format!("{said} [{}]", rules.join(", "));
                let lines = screen.lines(&text, &format!("{rail}   "), &format!("{rail}     "));
                lines
                    .iter()
                    .for_each(|line| out.push_str(&format!("{line}\n")));
            }
        }
        out.push('\n');
        screen
            .lines(&self.sentence(), "", "")
            .iter()
            .for_each(|line| out.push_str(&format!("{line}\n")));
        out
    }

    /// The way for programs.
    pub(crate) fn json(&self) -> Value {
        let hops = Hop::ALL.map(|hop| {
            let verdicts = self.at(hop).filter(|verdict| verdict.outcome != OutcomeKind::NotApplicable);
            let verdicts = verdicts.map(|verdict| {
                json!({
                    "rule": verdict.rule.id,
                    "severity": verdict.severity.name(),
                    "outcome": verdict.outcome.name(),
                    "subject": verdict.subject,
                    "message": verdict.message,
                })
            });
            json!({"hop": hop.name(), "state": self.state(hop).name(), "verdicts": verdicts.collect::<Vec<_>>()})
        });
        let end = self.end().map(|(hop, state, verdict)| {
            json!({"hop": hop.name(), "state": state.name(), "rule": verdict.rule.id, "message": verdict.message})
        });
        json!({"trace": VERSION, "address": self.address, "hops": hops, "end": end, "sentence": self.sentence()})
    }
}

/// Whether a verdict says that mail does not get through there.
fn stops(verdict: &Verdict) -> bool {
    verdict.outcome == OutcomeKind::Fail && verdict.severity == Severity::Error
}

/// What one rule's verdicts, one for each server or address, come to.
fn of_rule(verdicts: &[&Verdict]) -> State {
    let any = |is_it: fn(&Verdict) -> bool| verdicts.iter().any(|verdict| is_it(verdict));
    let passes = any(|verdict| verdict.outcome == OutcomeKind::Pass);
    match (any(stops), passes) {
        (true, true) => State::MayStop,
        (true, false) => State::Stops,
        _ if any(|verdict| verdict.outcome == OutcomeKind::Undecided) => State::NotKnown,
        _ if passes || any(|verdict| verdict.outcome == OutcomeKind::Fail) => State::Passes,
        _ => State::NotLookedAt,
    }
}

fn colour_of(state: State) -> Style {
    match state {
        State::Passes => AnsiColor::Green.on_default(),
        State::NotLookedAt => Style::new().dimmed(),
        State::NotKnown => AnsiColor::Magenta.on_default().bold(),
        State::MayStop => AnsiColor::Yellow.on_default().bold(),
        State::Stops => AnsiColor::Red.on_default().bold(),
    }
}
