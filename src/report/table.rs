//! The report as a table.

use super::{Body, Look, Report, diagnosis, text};
use crate::error::shown;
use crate::rules::{OutcomeKind, Verdict};
use comfy_table::{Cell, ContentArrangement, Table};

/// Narrower columns cannot be read.
const NARROWEST: usize = 40;

pub fn one(report: &Report, look: &Look, first: bool) -> String {
    let head = match (look.several, first) {
        (false, _) => String::new(),
        (true, true) => format!("{}\n", shown(&report.file)),
        (true, false) => format!("\n{}\n", shown(&report.file)),
    };
    match &report.body {
        Body::Unreadable(error) => head + &diagnosis::error(error),
        Body::Malformed { text, mistakes } => head + &diagnosis::mistakes(&report.file, text, mistakes, look.colour),
        Body::Verdicts(verdicts) => {
            let rows = verdicts.iter().filter(|verdict| look.verbose || is_finding(verdict));
            let mut table = plain(look.width);
            table.set_header(["verdict", "rule", "line", "subject", "message"]);
            table.add_rows(rows.map(row));
            let summary = text::summary(&report.counts());
            if table.row_count() == 0 { format!("{head}{summary}\n") } else { format!("{head}{table}\n{summary}\n") }
        }
    }
}

/// An empty table in the house's style.
pub fn plain(width: usize) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width.max(NARROWEST)).unwrap_or(u16::MAX));
    table
}

fn is_finding(verdict: &Verdict) -> bool {
    matches!(verdict.outcome, OutcomeKind::Fail | OutcomeKind::Undecided)
}

fn row(verdict: &Verdict) -> Vec<Cell> {
    let word = match (verdict.outcome, &verdict.accepted) {
        (OutcomeKind::Fail, None) => verdict.severity.name(),
        (OutcomeKind::Fail, Some(_)) => "accepted",
        (OutcomeKind::Pass, _) => "pass",
        (OutcomeKind::Undecided, _) => "undecided",
        (OutcomeKind::NotApplicable, _) => "not applicable",
    };
    let line = verdict.about.as_ref().and_then(|about| about.line).map(|line| line.to_string()).unwrap_or_default();
    let texts = [word, verdict.rule.id, &line, &verdict.subject, &verdict.message];
    texts.iter().map(|text| Cell::new(shown(text))).collect()
}
