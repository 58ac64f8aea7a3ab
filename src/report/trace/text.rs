//! The path for reading.

use super::effect::effect;
use super::{HopRow, HopState, Trace, TracedRoute};
use crate::report::RunInfo;
use crate::report::wording::{facts_lines, sentence};
use crate::rules::{OutcomeKind, Verdict};
use crate::term::Screen;
use crate::text::clipped;
use anstyle::{AnsiColor, Style};
use std::fmt::Write;

/// How a trace is drawn.
pub(crate) struct TraceOptions<'a> {
    pub screen: &'a Screen,
    /// Whether what passed is shown too.
    pub verbose: bool,
    /// The run that makes it.
    pub run: &'a RunInfo,
}

impl Trace<'_> {
    /// Draws the path for reading.
    pub(crate) fn text(&self, options: &TraceOptions<'_>) -> String {
        let screen = options.screen;
        let mut out = String::new();
        for route in &self.routes {
            let from = match self.routes.len() {
                1 => String::new(),
                _ => format!(", from {}", route.side()),
            };
            let _ = writeln!(out, "{}{from}", screen.plain(self.address));
            self.write_route(&mut out, route, options);
            out.push('\n');
        }
        write_lines(&mut out, &screen.lines(&self.sentence(), "", ""));
        let mut elsewhere = self.elsewhere().peekable();
        if elsewhere.peek().is_some() {
            out.push_str("\nAlso found; these do not stop the message:\n");
        }
        for verdict in elsewhere {
            let text = format!(
                "{}[{}]: {}",
                verdict.severity.name(),
                verdict.rule.id,
                clipped(&verdict.message)
            );
            write_lines(&mut out, &screen.lines(&text, "  ", "    "));
        }
        out.push('\n');
        for line in facts_lines(&self.report.coverage, options.run) {
            write_lines(&mut out, &screen.lines(&line, "", "  "));
        }
        out
    }

    fn write_route(&self, out: &mut String, route: &TracedRoute<'_>, options: &TraceOptions<'_>) {
        let screen = options.screen;
        let last = route.rows().count();
        for (at, row) in (1..).zip(route.rows()) {
            let (branch, rail) = match at == last {
                true => ("└─", "  "),
                false => ("├─", "│ "),
            };
            let (branch, rail) = (screen.plain(branch), screen.plain(rail));
            let style = style_of(row.state);
            let _ = writeln!(
                out,
                "{branch} {:15} {style}{}{style:#}",
                row.hop.name(),
                row.state.name()
            );
            for (said, rules) in sentences(row, options) {
                let text = format!("{said} [{}]", rules.join(", "));
                write_below(out, screen, &rail, &text);
            }
        }
        let mut below: Vec<String> = route.unknown().to_vec();
        if !route.off_route.is_empty() {
            below.push(format!("not on the route: {}", route.off_route.join(", ")));
        }
        for text in below {
            write_lines(out, &screen.lines(&text, "", "  "));
        }
    }
}

/// Returns what the rules of a hop say, each sentence with its rules: several rules say the same if
/// they are undecided for the same reason.
fn sentences(row: &HopRow<'_>, options: &TraceOptions<'_>) -> Vec<(String, Vec<&'static str>)> {
    let mut sentences: Vec<(String, Vec<&str>)> = Vec::new();
    for verdict in &row.verdicts {
        if !is_shown(verdict, options) {
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

fn is_shown(verdict: &Verdict, options: &TraceOptions<'_>) -> bool {
    match verdict.outcome {
        OutcomeKind::Pass => options.verbose,
        OutcomeKind::Fail | OutcomeKind::Undecided => {
            options.verbose || effect(verdict).is_some_and(|state| state > HopState::NotLookedAt)
        }
        OutcomeKind::NotApplicable => false,
    }
}

fn write_below(out: &mut String, screen: &Screen, rail: &str, text: &str) {
    let (first, rest) = (format!("{rail}   "), format!("{rail}     "));
    write_lines(out, &screen.lines(text, &first, &rest));
}

/// Writes lines, each ended.
fn write_lines(out: &mut String, lines: &[String]) {
    for line in lines {
        out.push_str(line);
        out.push('\n');
    }
}

fn style_of(state: HopState) -> Style {
    match state {
        HopState::Passes | HopState::Recorded => AnsiColor::Green.on_default(),
        HopState::NotLookedAt | HopState::NotOnRoute => Style::new().dimmed(),
        HopState::NotKnown => AnsiColor::Magenta.on_default().bold(),
        HopState::MayStop => AnsiColor::Yellow.on_default().bold(),
        HopState::Stops => AnsiColor::Red.on_default().bold(),
    }
}
