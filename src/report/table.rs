//! The report as a table.

use super::{Body, Look, Report, diagnosis, text};
use crate::error::shown;
use crate::rules::{OutcomeKind, Verdict};
use comfy_table::{Cell, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

/// Narrower columns cannot be read.
const NARROWEST: usize = 40;

pub fn one(report: &Report, look: &Look) -> String {
    let head = if look.several { format!("{}\n", shown(&report.file)) } else { String::new() };
    match &report.body {
        Body::Unreadable(error) => head + &diagnosis::error(error),
        Body::Malformed { text, mistakes } => head + &diagnosis::mistakes(&report.file, text, mistakes, look.colour),
        Body::Verdicts(verdicts) => {
            let mut table = PlainTable::new(look.width, ["verdict", "rule", "line", "subject", "message"]);
            // Ids are there to be copied.
            table.keep_whole([0, 1, 2]);
            verdicts.iter().filter(|verdict| text::is_shown(verdict, look)).for_each(|verdict| table.add(row(verdict)));
            let rows = if table.is_empty() { String::new() } else { table.text() + "\n" };
            format!("{head}{rows}{}\n", text::summary(&report.counts()))
        }
    }
}

/// A table in the house's style: a line under the header, and no more.
pub struct PlainTable {
    table: Table,
}

impl PlainTable {
    pub fn new<'a>(width: usize, header: impl IntoIterator<Item = &'a str>) -> Self {
        let mut table = Table::new();
        table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width.max(NARROWEST)).unwrap_or(u16::MAX));
        table.set_header(header);
        table.column_iter_mut().take(1).for_each(|column| {
            column.set_padding((0, 1));
        });
        Self { table }
    }

    /// Columns that must not be broken, whatever the width.
    pub fn keep_whole(&mut self, columns: impl IntoIterator<Item = usize>) {
        for at in columns {
            if let Some(column) = self.table.column_mut(at) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
    }

    /// How wide a column is at least, for words in it that must not be broken.
    pub fn at_least(&mut self, column: usize, width: usize) {
        if let Some(column) = self.table.column_mut(column) {
            let width = u16::try_from(width).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
        }
    }

    pub fn add<Text: Into<String>>(&mut self, row: impl IntoIterator<Item = Text>) {
        self.table.add_row(row.into_iter().map(|text| Cell::new(text.into())));
    }

    pub fn is_empty(&self) -> bool {
        self.table.row_count() == 0
    }

    /// The lines, none with blanks at its end.
    pub fn text(&self) -> String {
        self.table.trim_fmt() + "\n"
    }
}

fn row(verdict: &Verdict) -> Vec<String> {
    let word = match (verdict.outcome, &verdict.accepted) {
        (OutcomeKind::Fail, None) => verdict.severity.name(),
        (OutcomeKind::Fail, Some(_)) => "accepted",
        (OutcomeKind::Pass, _) => "pass",
        (OutcomeKind::Undecided, _) => "undecided",
        (OutcomeKind::NotApplicable, _) => "not applicable",
    };
    let line = verdict.about.as_ref().and_then(|about| about.line).map(|line| line.to_string()).unwrap_or_default();
    let texts = [word, verdict.rule.id, &line, &verdict.subject, &verdict.message];
    texts.iter().map(|text| shown(text).into_owned()).collect()
}
