//! The report for reading.

use super::{Body, Counts, Look, Report, diagnosis};
use crate::error::shown;
use crate::plan;
use crate::rules::{OutcomeKind, Severity, Verdict};
use anstyle::{AnsiColor, Style};
use std::fmt::Write;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const LABEL_WIDTH: usize = 16;
/// A file's name that is longer stands out of its column.
const WIDEST_LABEL: usize = 32;

fn colour_of(severity: Severity) -> Style {
    let colour = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Note => AnsiColor::Cyan,
    };
    colour.on_default().bold()
}

pub fn one(report: &Report, look: &Look) -> String {
    let mut out = String::new();
    let is_silent = matches!(report.body, Body::Verdicts(_)) && is_silent(report, look);
    if look.several && !is_silent {
        let _ = writeln!(out, "{BOLD}{}{BOLD:#}", shown(&report.file));
    }
    match &report.body {
        Body::Unreadable(error) => out.push_str(&diagnosis::error(error)),
        Body::Malformed { text, mistakes } => {
            out.push_str(&diagnosis::mistakes(&report.file, text, mistakes, look.colour))
        }
        Body::Verdicts(verdicts) => {
            for verdict in verdicts {
                if is_shown(verdict, look) {
                    write_verdict(&mut out, verdict, &report.file);
                }
            }
            if !look.several {
                let _ = writeln!(out, "{}", summary(&report.counts()));
            }
        }
    }
    out
}

/// Of a fleet, only the farms with something to say are named.
fn is_silent(report: &Report, look: &Look) -> bool {
    !report.verdicts().iter().any(|verdict| is_shown(verdict, look))
}

pub fn is_shown(verdict: &Verdict, look: &Look) -> bool {
    match verdict.outcome {
        OutcomeKind::Undecided => true,
        OutcomeKind::Fail => verdict.accepted.is_none() || look.verbose,
        OutcomeKind::Pass | OutcomeKind::NotApplicable => look.verbose,
    }
}

fn write_verdict(out: &mut String, verdict: &Verdict, file: &str) {
    let (word, style) = match (verdict.outcome, &verdict.accepted) {
        (OutcomeKind::Fail, None) => (verdict.severity.name(), colour_of(verdict.severity)),
        (OutcomeKind::Fail, Some(_)) => ("accepted", DIM),
        (OutcomeKind::Undecided, _) => ("undecided", AnsiColor::Magenta.on_default().bold()),
        (OutcomeKind::Pass, _) => ("pass", AnsiColor::Green.on_default()),
        (OutcomeKind::NotApplicable, _) => ("not applicable", DIM),
    };
    let message = match verdict.outcome {
        OutcomeKind::Fail => shown(&verdict.message).into_owned(),
        _ => format!("{}: {}", shown(&verdict.subject), shown(&verdict.message)),
    };
    let _ = writeln!(out, "{style}{word}[{}]{style:#}: {BOLD}{message}{BOLD:#}", verdict.rule.id);
    if matches!(verdict.outcome, OutcomeKind::Pass | OutcomeKind::NotApplicable) {
        return;
    }
    let place = verdict.about.as_ref().and_then(|about| Some((about.line?, about.text.as_ref()?)));
    let place = place.map(|(line, text)| (format!("{}:{line}", shown(file)), text));
    let width = place.as_ref().map_or(0, |(label, _)| label.chars().count()).clamp(LABEL_WIDTH, WIDEST_LABEL);
    let mut write_line = |label: &str, text: &str| write_line(out, width, label, text);
    if let Some((label, text)) = &place {
        write_line(label, text);
    }
    for evidence in &verdict.evidence {
        write_line("asked", &evidence.asked);
        write_line("expected", &evidence.expected);
        write_line("observed", &evidence.observed);
    }
    if let Some(remedy) = &verdict.remedy {
        write_line("remedy", &format!("{}   [{}]", remedy.text, remedy.hand));
        for command in remedy.actions.iter().filter_map(|action| plan::command(action, file)) {
            write_line("", &format!("  {command}"));
        }
    }
    if let Some(accepted) = &verdict.accepted {
        let end = accepted.until.map(|until| format!(" (until {until})")).unwrap_or_default();
        write_line("accepted", &format!("{}{end}", accepted.reason));
    }
    write_line("explain", &format!("spinmail explain {}", verdict.rule.id));
    out.push('\n');
}

fn write_line(out: &mut String, width: usize, label: &str, text: &str) {
    let _ = writeln!(out, "  {DIM}{label:width$}{DIM:#} {}", shown(text));
}

/// "2 errors, 1 warning; 12 passed, 3 not applicable".
pub fn summary(counts: &Counts) -> String {
    let several = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {many}")),
    };
    let found: Vec<String> = [
        several(counts.error, "error", "errors"),
        several(counts.warning, "warning", "warnings"),
        several(counts.note, "note", "notes"),
        several(counts.undecided, "undecided", "undecided"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let rest: Vec<String> = [
        several(counts.pass, "passed", "passed"),
        several(counts.not_applicable, "not applicable", "not applicable"),
        several(counts.accepted, "accepted", "accepted"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let found = if found.is_empty() { "nothing found".to_owned() } else { found.join(", ") };
    if rest.is_empty() { found } else { format!("{found}; {}", rest.join(", ")) }
}

/// The last line about a fleet.
pub fn closing(files: usize, unreadable: usize, counts: &Counts) -> String {
    let unreadable = match unreadable {
        0 => String::new(),
        count => format!(" ({count} unreadable)"),
    };
    let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
    format!("{files}{unreadable}: {}\n", summary(counts))
}
