//! The report as a table.

use super::text::{closing, is_shown, with_blank_line, write_lines};
use crate::report::since::BaselineItem;
use crate::report::wording::{since_summary, summary};
use crate::report::writer::{Chunk, ReportWriter, Totals};
use crate::report::{Body, RenderOptions, Report, Status};
use crate::rules::Verdict;
use crate::term::diagnosis::Diagnosis;
use crate::term::{MIN_WIDE_WIDTH, PlainTable, Screen, diagnosis};

pub(crate) struct TableForm;

impl ReportWriter for TableForm {
    fn chunk(&self, report: &Report, options: &RenderOptions, _: usize) -> Chunk {
        with_blank_line(one(report, options), options).into()
    }

    fn closing(&self, totals: &Totals<'_>, options: &RenderOptions) -> String {
        closing(totals, options)
    }
}

/// Renders one report.
fn one(report: &Report, options: &RenderOptions) -> String {
    let head = if options.several {
        format!("{}\n", options.screen.plain(&report.file))
    } else {
        String::new()
    };
    match &report.body {
        Body::Unreadable(error) => head + &diagnosis::error(error),
        Body::Malformed { text, mistakes } => {
            let diagnosis = Diagnosis {
                path: &report.file,
                text,
                colour: options.colour,
                screen: &options.screen,
            };
            head + &diagnosis.draw(mistakes)
        }
        Body::Verdicts(verdicts) => {
            let rows = verdicts
                .iter()
                .filter(|verdict| is_shown(report, verdict, options))
                .map(row);
            let rows: Vec<Row> = rows.chain(baseline_rows(report)).collect();
            let table = if rows.is_empty() {
                String::new()
            } else {
                draw(rows, &options.screen) + "\n"
            };
            let mut out = head + &table;
            if let Some(since) = &report.since {
                write_lines(&mut out, &since_summary(since), &options.screen);
            }
            write_lines(&mut out, &summary(&report.counts()), &options.screen);
            out
        }
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
        verdict.subject.clone(),
        verdict.message.clone(),
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
    // Ids are there to be copied.
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
