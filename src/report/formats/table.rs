//! The report as a table.

use super::text::{apart, closing, is_shown, write_lines};
use crate::report::since::Past;
use crate::report::wording::{since_summary, summary};
use crate::report::writer::{Ending, Form, Piece};
use crate::report::{Body, Look, Report, Standing};
use crate::rules::Verdict;
use crate::term::{PlainTable, ROOMY, Screen, diagnosis};

pub struct TableForm;

impl Form for TableForm {
    fn piece(&self, report: &Report, look: &Look, _: usize) -> Piece {
        apart(one(report, look), look).into()
    }

    fn closing(&self, ending: &Ending<'_>, look: &Look) -> String {
        closing(ending, look)
    }
}

fn one(report: &Report, look: &Look) -> String {
    let head = if look.several {
        format!("{}\n", look.screen.plain(&report.file))
    } else {
        String::new()
    };
    match &report.body {
        Body::Unreadable(error) => head + &diagnosis::error(error),
        Body::Malformed { text, mistakes } => {
            head + &diagnosis::mistakes(&report.file, text, mistakes, look.colour, &look.screen)
        }
        Body::Verdicts(verdicts) => {
            let rows = verdicts
                .iter()
                .filter(|verdict| is_shown(report, verdict, look))
                .map(row);
            let rows: Vec<Row> = rows.chain(past_rows(report)).collect();
            let table = if rows.is_empty() {
                String::new()
            } else {
                draw(rows, &look.screen) + "\n"
            };
            let mut out = head + &table;
            report
                .since
                .iter()
                .for_each(|since| write_lines(&mut out, &since_summary(since), &look.screen));
            write_lines(&mut out, &summary(&report.counts()), &look.screen);
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
    let word = Standing::of(verdict).name().to_owned();
    [
        word,
        verdict.rule.id.to_owned(),
        line,
        verdict.subject.clone(),
        verdict.message.clone(),
    ]
}

/// What an earlier report said and this one does not say anew.
fn past_rows(report: &Report) -> Vec<Row> {
    let Some(since) = &report.since else {
        return Vec::new();
    };
    let groups = [
        ("stayed", &since.stayed),
        ("gone", &since.gone),
        ("not judged", &since.not_judged),
    ];
    let row = |word: &str, item: &Past| {
        [
            format!("{word}: {}", item.was),
            item.rule.clone(),
            String::new(),
            item.subject.clone(),
            item.said(),
        ]
    };
    groups
        .into_iter()
        .flat_map(|(word, items)| items.iter().map(move |item| row(word, item)))
        .collect()
}

fn draw(rows: Vec<Row>, screen: &Screen) -> String {
    let width = screen.table_width();
    let is_roomy = width >= ROOMY;
    let header: &[&str] = match is_roomy {
        true => &["verdict", "rule", "line", "subject", "message"],
        false => &["verdict", "line", "rule, subject, message"],
    };
    let mut table = PlainTable::new(width, header.iter().copied());
    // Ids are there to be copied.
    table.keep_whole(if is_roomy { 0..3 } else { 0..2 });
    if !screen.unicode {
        table.in_ascii();
    }
    for row in rows {
        let [verdict, rule, line, subject, message] =
            row.map(|text| screen.plain(&text).into_owned());
        match is_roomy {
            true => table.add([verdict, rule, line, subject, message]),
            false => table.add([verdict, line, format!("{rule}\n{subject}\n{message}")]),
        }
    }
    table.text()
}
