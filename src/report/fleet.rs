//! The summary of a fleet: one row for each farm.

use super::wording::{ago, names};
use super::{Counts, Exit, Report, RunInfo};
use crate::term::{MIN_WIDE_WIDTH, PlainTable, Screen};

/// What the summary says of one farm.
#[derive(Debug, Clone)]
pub(crate) struct FleetRow {
    farm: String,
    file: String,
    /// `None` if the farm was not judged.
    counts: Option<Counts>,
    /// The areas that were not judged for lack of facts.
    left_out: String,
    /// How old the oldest facts are, empty if there are none or none says it.
    facts_age: String,
    exit: Exit,
}

impl FleetRow {
    /// Creates the row of a report.
    pub(crate) fn new(report: &Report, run: &RunInfo) -> Self {
        Self {
            farm: report.farm.clone().unwrap_or_default(),
            file: report.file.clone(),
            counts: report.is_judged().then(|| report.counts()),
            left_out: names(report.coverage.lacking().map(|each| each.area)),
            facts_age: report.coverage.age(&run.now).map(ago).unwrap_or_default(),
            exit: report.end.exit,
        }
    }
}

/// Returns the table. In a narrow one, farm and file share a column, and counts have short names.
pub(super) fn table(rows: &[FleetRow], screen: &Screen) -> String {
    let width = screen.table_width();
    let is_wide = width >= MIN_WIDE_WIDTH;
    let header: &[&str] = match is_wide {
        true => &[
            "farm",
            "file",
            "errors",
            "warnings",
            "notes",
            "undecided",
            "result",
        ],
        false => &["farm", "err", "warn", "note", "undec", "result"],
    };
    let more = further_columns(rows);
    let titles = more.iter().map(|column| column.title);
    let mut table = PlainTable::new(width, header.iter().copied().chain(titles));
    table.keep_whole(header.len() - 5..header.len());
    if !screen.unicode {
        table.in_ascii();
    }
    for row in rows {
        let [farm, file] = [&row.farm, &row.file].map(|name| screen.line_start(name).into_owned());
        let titles = match (is_wide, farm.is_empty()) {
            (true, _) => vec![farm, file],
            (false, true) => vec![file],
            (false, false) => vec![format!("{farm}\n{file}")],
        };
        let counts = match &row.counts {
            Some(it) => {
                [it.error, it.warning, it.note, it.undecided].map(|count| count.to_string())
            }
            None => Default::default(),
        };
        let result = result(row).to_owned();
        let further = more.iter().map(|column| (column.text)(row).to_owned());
        table.add(
            titles
                .into_iter()
                .chain(counts)
                .chain([result])
                .chain(further),
        );
    }
    table.text()
}

/// A column of words behind the result.
struct Column {
    title: &'static str,
    text: fn(&FleetRow) -> &str,
}

/// Returns the columns in which a row has something to say.
fn further_columns(rows: &[FleetRow]) -> Vec<Column> {
    let columns = [
        Column {
            title: "facts' age",
            text: |row| &row.facts_age,
        },
        Column {
            title: "not looked at",
            text: |row| &row.left_out,
        },
    ];
    columns
        .into_iter()
        .filter(|column| rows.iter().any(|row| !(column.text)(row).is_empty()))
        .collect()
}

/// Returns the word for how the command would end for a farm.
fn result(row: &FleetRow) -> &'static str {
    match row.exit {
        _ if row.counts.is_none() => "not judged",
        Exit::Clean => "passed",
        Exit::Findings => "failed",
        Exit::Usage => "not judged",
        Exit::Undecided => "undecided",
        Exit::Unfinished => "unfinished",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_wraps_names_and_keeps_numbers() {
        let counts = Counts {
            error: 12,
            warning: 3,
            undecided: 104,
            ..Counts::default()
        };
        let file = "farms/a-folder-with-a-long-name/fabrikam-production.toml".to_owned();
        let lines = [
            FleetRow {
                farm: "fabrikam".to_owned(),
                file,
                counts: Some(counts),
                left_out: String::new(),
                facts_age: String::new(),
                exit: Exit::Findings,
            },
            FleetRow {
                farm: String::new(),
                file: "broken.toml".to_owned(),
                counts: None,
                left_out: String::new(),
                facts_age: String::new(),
                exit: Exit::Usage,
            },
        ];
        for width in [60, 80, 200] {
            let text = table(
                &lines,
                &Screen {
                    width: Some(width),
                    unicode: true,
                },
            );
            let widest = text
                .lines()
                .map(|line| line.chars().count())
                .max()
                .unwrap_or_default();
            assert!(widest <= width, "{width}:\n{text}");
            let letters: String = text
                .chars()
                .filter(|letter| !letter.is_whitespace())
                .collect();
            for whole in ["12", "104", "failed", "notjudged"] {
                assert!(letters.contains(whole), "{whole} at {width}:\n{text}");
            }
        }
        assert!(
            table(
                &lines,
                &Screen {
                    width: Some(60),
                    unicode: true
                }
            )
            .contains("104")
        );
    }
}
