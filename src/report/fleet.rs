//! The summary of a fleet: one row a farm.

use super::{Counts, Exit, Report};
use crate::term::{PlainTable, Screen};

/// What the summary says of one farm.
#[derive(Debug, Clone)]
pub struct FleetRow {
    farm: String,
    file: String,
    /// Nothing where there was nothing to count.
    counts: Option<Counts>,
    exit: Exit,
}

impl FleetRow {
    /// `exit` is how the command would end for this farm alone.
    pub fn new(report: &Report, exit: Exit) -> Self {
        Self {
            farm: report.farm.clone().unwrap_or_default(),
            file: report.file.clone(),
            counts: report.is_readable().then(|| report.counts()),
            exit,
        }
    }
}

/// Narrower, farm and file share a column, and the counts have short names.
const WIDE: usize = 90;

/// The table, with a line under its header.
pub(super) fn table(lines: &[FleetRow], screen: &Screen) -> String {
    let width = screen.table_width();
    let is_wide = width >= WIDE;
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
    let mut table = PlainTable::new(width, header.iter().copied());
    table.keep_whole(header.len() - 5..header.len());
    if !screen.unicode {
        table.in_ascii();
    }
    for line in lines {
        let [farm, file] = [&line.farm, &line.file].map(|name| screen.plain(name).into_owned());
        let names = match (is_wide, farm.is_empty()) {
            (true, _) => vec![farm, file],
            (false, true) => vec![file],
            (false, false) => vec![format!("{farm}\n{file}")],
        };
        let counts = [
            |it: &Counts| it.error,
            |it: &Counts| it.warning,
            |it: &Counts| it.note,
            |it: &Counts| it.undecided,
        ];
        let counts = counts.map(|of| {
            line.counts
                .as_ref()
                .map(|counts| of(counts).to_string())
                .unwrap_or_default()
        });
        table.add(
            names
                .into_iter()
                .chain(counts)
                .chain([result(line.exit).to_owned()]),
        );
    }
    table.text()
}

fn result(exit: Exit) -> &'static str {
    match exit {
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
    fn the_table_wraps_names_and_keeps_numbers() {
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
                exit: Exit::Findings,
            },
            FleetRow {
                farm: String::new(),
                file: "broken.toml".to_owned(),
                counts: None,
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
