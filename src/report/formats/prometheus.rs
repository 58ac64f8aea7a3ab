//! Metrics in Prometheus' text format, for node_exporter's textfile collector.
//!
//! What has nothing wrong gives a few series a file, whatever the number of rules; each finding
//! adds one.

use crate::report::writer::{Chunk, ReportWriter, Totals};
use crate::report::{RenderOptions, Report, Status};
use crate::rules::Verdict;
use crate::text::shown;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Findings of one file that get a series of their own.
const MOST: usize = 1000;

/// A metric: its name, what it means, and its samples.
struct Metric<'a> {
    name: &'static str,
    help: &'static str,
    samples: &'a str,
}

const READABLE: &str = "spinmail_file_readable";
const VERDICTS: &str = "spinmail_verdicts";
const FINDING: &str = "spinmail_finding";
const LEFT_OUT: &str = "spinmail_findings_left_out";
const LAST_RUN: &str = "spinmail_last_run_timestamp_seconds";

pub(crate) struct Prometheus;

impl ReportWriter for Prometheus {
    /// All samples of a metric must stand together, so everything waits for the end.
    fn chunk(&self, report: &Report, _: &RenderOptions, _: usize) -> Chunk {
        Chunk {
            later: [totals(report), findings(report)],
            text: String::new(),
        }
    }

    fn closing(&self, totals: &Totals<'_>, options: &RenderOptions) -> String {
        let [totals, findings] = &totals.later;
        let last_run = format!("{LAST_RUN} {}\n", options.now.seconds);
        let metrics = [
            Metric {
                name: READABLE,
                help: "Whether a farm file could be read.",
                samples: totals,
            },
            Metric {
                name: VERDICTS,
                help: "Verdicts about a farm by what they come to.",
                samples: totals,
            },
            Metric {
                name: FINDING,
                help: "Something found or undecided, by rule and subject.",
                samples: findings,
            },
            Metric {
                name: LEFT_OUT,
                help: "Findings without a series of their own.",
                samples: totals,
            },
            Metric {
                name: LAST_RUN,
                help: "When this was written, Unix time.",
                samples: &last_run,
            },
        ];
        metrics.iter().map(Metric::text).collect()
    }
}

impl Metric<'_> {
    /// The metric with its samples in order. A file that was named twice has them once, as they
    /// were at last.
    fn text(&self) -> String {
        let is_own = |line: &&str| {
            line.strip_prefix(self.name)
                .is_some_and(|rest| rest.starts_with(['{', ' ']))
        };
        let samples = self
            .samples
            .lines()
            .filter(is_own)
            .filter_map(|line| line.rsplit_once(' '));
        let samples: BTreeMap<&str, &str> = samples.collect();
        let mut text = format!("# HELP {0} {1}\n# TYPE {0} gauge\n", self.name, self.help);
        for (series, value) in samples {
            let _ = writeln!(text, "{series} {value}");
        }
        text
    }
}

/// Labels, sorted as they are given; their values escaped.
fn labels(labels: &[(&str, &str)]) -> String {
    let label = |(name, value): &(&str, &str)| {
        let value = shown(value)
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        format!("{name}=\"{value}\"")
    };
    format!(
        "{{{}}}",
        labels.iter().map(label).collect::<Vec<_>>().join(",")
    )
}

fn totals(report: &Report) -> String {
    let (farm, file) = (report.farm.as_deref().unwrap_or(""), report.file.as_str());
    let of_file = [("farm", farm), ("file", file)];
    let mut out = format!(
        "{READABLE}{} {}\n",
        labels(&of_file),
        u8::from(report.is_readable())
    );
    if !report.is_readable() {
        return out;
    }
    let counts = report.counts();
    for (status, count) in [
        ("accepted", counts.accepted),
        ("error", counts.error),
        ("not_applicable", counts.not_applicable),
        ("note", counts.note),
        ("pass", counts.pass),
        ("undecided", counts.undecided),
        ("warning", counts.warning),
    ] {
        let labels = labels(&[("farm", farm), ("file", file), ("outcome", status)]);
        let _ = writeln!(out, "{VERDICTS}{labels} {count}");
    }
    let not_in_run = series(report).len().saturating_sub(MOST);
    let _ = writeln!(out, "{LEFT_OUT}{} {not_in_run}", labels(&of_file));
    out
}

/// One series for each finding, accepted or not, and each undecided verdict; the number says how
/// many there are of it.
fn series(report: &Report) -> BTreeMap<String, usize> {
    let mut series = BTreeMap::new();
    let is_said =
        |verdict: &&Verdict| !matches!(Status::of(verdict), Status::Pass | Status::NotApplicable);
    for verdict in report.verdicts().iter().filter(is_said) {
        let status = Status::of(verdict);
        let outcome = match status {
            Status::Open(_) => "fail",
            other => other.name(),
        };
        let mut of_verdict = vec![
            ("farm", report.farm.as_deref().unwrap_or("")),
            ("file", &report.file),
            ("area", verdict.rule.area.name()),
            ("rule", verdict.rule.id),
            ("subject", &verdict.subject),
            ("severity", verdict.severity.name()),
            ("outcome", outcome),
        ];
        if report.since.is_some() && status.needs_attention() {
            of_verdict.push((
                "since",
                if report.is_new(verdict) {
                    "new"
                } else {
                    "stayed"
                },
            ));
        }
        *series.entry(labels(&of_verdict)).or_default() += 1;
    }
    series
}

fn findings(report: &Report) -> String {
    let series = series(report).into_iter().take(MOST);
    series
        .map(|(labels, count)| format!("{FINDING}{labels} {count}\n"))
        .collect()
}
