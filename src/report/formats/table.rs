//! The report as a table.

use super::text::{self, is_shown, write_lines, write_reach};
use crate::report::fleet::FleetRow;
use crate::report::since::BaselineItem;
use crate::report::wording::{recorded_facts_lines, report_summary, since_summary};
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{Body, RenderOptions, Report, Status};
use crate::rules::Verdict;
use crate::term::{MIN_WIDE_WIDTH, PlainTable, Screen};
use crate::text::clipped;
use std::io::{self, Write};

pub(crate) struct TableForm<'a> {
    options: &'a RenderOptions,
    rows: Vec<FleetRow>,
}

impl<'a> TableForm<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self {
            options,
            rows: Vec::new(),
        }
    }

    /// Writes the shown verdicts of a report, and the summary.
    fn judged(&self, report: &Report, verdicts: &[Verdict], out: &mut dyn Write) -> io::Result<()> {
        let screen = &self.options.screen;
        let rows = verdicts
            .iter()
            .filter(|verdict| is_shown(report, verdict, self.options))
            .map(row);
        let rows: Vec<Row> = rows.chain(baseline_rows(report)).collect();
        if !rows.is_empty() {
            writeln!(out, "{}", draw(rows, screen))?;
        }
        if let Some(since) = &report.since {
            write_lines(out, &since_summary(since), screen)?;
        }
        match self.options.several {
            true => {
                for line in recorded_facts_lines(&report.coverage, &self.options.run) {
                    write_lines(out, &line, screen)?;
                }
                write_lines(out, &report_summary(report), screen)
            }
            false => write_reach(report, self.options, out),
        }
    }
}

impl ReportWriter for TableForm<'_> {
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        if self.options.several {
            let name = self.options.screen.line_start(&report.file);
            writeln!(out, "{name}")?;
        }
        match &report.body {
            Body::Verdicts(verdicts) => self.judged(report, verdicts, out)?,
            other => text::without_verdicts(report, other, self.options, out)?,
        }
        if self.options.several {
            self.rows.push(FleetRow::new(report, &self.options.run));
            writeln!(out)?;
        }
        Ok(())
    }

    fn finish(&mut self, all: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        text::finish(all, &self.rows, self.options, out)
    }
}

/// Verdict, rule, line, subject, message.
type Row = [String; 5];

fn row(verdict: &Verdict) -> Row {
    let line = verdict
        .about
        .as_ref()
        .and_then(|about| about.line)
        .map(|line| line.to_string())
        .unwrap_or_default();
    let word = Status::of(verdict).name().to_owned();
    [
        word,
        verdict.rule.id.to_owned(),
        line,
        verdict.subject.to_string(),
        clipped(&verdict.message).into_owned(),
    ]
}

/// Returns a row for each verdict of an earlier report that is not new in this one.
fn baseline_rows(report: &Report) -> Vec<Row> {
    let Some(since) = &report.since else {
        return Vec::new();
    };
    let groups = [
        ("stayed", &since.stayed),
        ("gone", &since.gone),
        ("not judged", &since.not_judged),
    ];
    groups
        .into_iter()
        .flat_map(|(word, items)| items.iter().map(move |item| baseline_row(word, item)))
        .collect()
}

fn baseline_row(word: &str, item: &BaselineItem) -> Row {
    [
        format!("{word}: {}", item.was),
        item.rule.clone(),
        String::new(),
        item.subject.clone(),
        item.message_now(),
    ]
}

fn draw(rows: Vec<Row>, screen: &Screen) -> String {
    let width = screen.table_width();
    let is_wide = width >= MIN_WIDE_WIDTH;
    let header: &[&str] = match is_wide {
        true => &["verdict", "rule", "line", "subject", "message"],
        false => &["verdict", "line", "rule, subject, message"],
    };
    let mut table = PlainTable::new(width, header.iter().copied());
    // Ids are meant for copying.
    table.keep_whole(if is_wide { 0..3 } else { 0..2 });
    if !screen.unicode {
        table.in_ascii();
    }
    for row in rows {
        let [verdict, rule, line, subject, message] =
            row.map(|text| screen.plain(&text).into_owned());
        match is_wide {
            true => table.add([verdict, rule, line, subject, message]),
            false => table.add([verdict, line, format!("{rule}\n{subject}\n{message}")]),
        }
    }
    table.text()
}
