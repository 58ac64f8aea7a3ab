//! The summary of a fleet: one row for each farm.

use super::wording::{ago, names};
use super::{Counts, Exit, Report, RunInfo};
use crate::term::{MIN_WIDE_WIDTH, PlainTable, Screen};

/// The summary of one farm.
#[derive(Debug, Clone)]
pub(crate) struct FleetRow {
    farm: String,
    file: String,
    /// `None` if the farm was not checked.
    counts: Option<Counts>,
    /// The areas that were not checked for lack of facts.
    left_out: String,
    /// The age of the oldest recorded facts in seconds, or `None` if it is not known or there are
    /// none.
    facts_age: Option<u64>,
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
            facts_age: recorded_age(report, run),
            exit: report.end.exit,
        }
    }
}

/// Returns the age of the oldest recorded facts in seconds, or `None` if it is not known or there
/// are none. New facts need no age.
fn recorded_age(report: &Report, run: &RunInfo) -> Option<u64> {
    let coverage = &report.coverage;
    coverage.is_recorded().then(|| coverage.age(&run.now))?
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
    let has_left_out = rows.iter().any(|row| !row.left_out.is_empty());
    let last_title = has_left_out.then_some("not looked at");
    let mut table = PlainTable::new(width, header.iter().copied().chain(last_title));
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
        let left_out = has_left_out.then(|| row.left_out.clone());
        table.add(
            titles
                .into_iter()
                .chain(counts)
                .chain([result])
                .chain(left_out),
        );
    }
    table.text()
}

/// Returns the farm with the oldest facts and their age, or `None` if no age is known.
pub(super) fn oldest_facts(rows: &[FleetRow]) -> Option<String> {
    let oldest = rows.iter().max_by_key(|row| row.facts_age)?;
    let age = ago(oldest.facts_age?);
    let farm = match oldest.farm.is_empty() {
        true => &oldest.file,
        false => &oldest.farm,
    };
    Some(format!("oldest facts: `{farm}`, {age} ago"))
}

/// Returns the word for a farm's exit status.
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
                facts_age: None,
                exit: Exit::Findings,
            },
            FleetRow {
                farm: String::new(),
                file: "broken.toml".to_owned(),
                counts: None,
                left_out: String::new(),
                facts_age: None,
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
