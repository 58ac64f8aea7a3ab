//! Metrics in Prometheus' text format, for node_exporter's textfile collector.
//!
//! A file without findings has a few series, whatever the number of rules; each finding adds one.

use crate::report::writer::{Chunk, ReportWriter, Totals};
use crate::report::{RenderOptions, Report, Status};
use crate::text::shown;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How many findings of one file get a series of their own.
const MAX_FINDINGS: usize = 1000;

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
    /// Keeps everything for the end, because all samples of a metric must be together.
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
    /// Returns the metric with its samples in order. A file that was named twice has the last ones.
    fn text(&self) -> String {
        let samples: BTreeMap<&str, &str> = self
            .samples
            .lines()
            .filter(|line| self.has(line))
            .filter_map(|line| line.rsplit_once(' '))
            .collect();
        let mut text = format!("# HELP {0} {1}\n# TYPE {0} gauge\n", self.name, self.help);
        for (series, value) in samples {
            let _ = writeln!(text, "{series} {value}");
        }
        text
    }

    /// Whether a sample is this metric's.
    fn has(&self, sample: &str) -> bool {
        sample
            .strip_prefix(self.name)
            .is_some_and(|rest| rest.starts_with(['{', ' ']))
    }
}

/// Returns labels in their order, with escaped values.
fn labels(labels: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
        .collect();
    format!("{{{}}}", pairs.join(","))
}

fn escaped(value: &str) -> String {
    shown(value)
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

/// Returns the samples of a report except its findings.
fn totals(report: &Report) -> String {
    let (farm, file) = (report.farm.as_deref().unwrap_or(""), report.file.as_str());
    let file_labels = labels(&[("farm", farm), ("file", file)]);
    let mut out = format!(
        "{READABLE}{file_labels} {}\n",
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
        let verdict_labels = labels(&[("farm", farm), ("file", file), ("outcome", status)]);
        let _ = writeln!(out, "{VERDICTS}{verdict_labels} {count}");
    }
    let left_out = series(report).len().saturating_sub(MAX_FINDINGS);
    let _ = writeln!(out, "{LEFT_OUT}{file_labels} {left_out}");
    out
}

/// Returns one series for each finding, accepted or not, and each undecided verdict, with how many
/// verdicts it stands for.
fn series(report: &Report) -> BTreeMap<String, usize> {
    let mut series = BTreeMap::new();
    for verdict in report.verdicts() {
        let status = Status::of(verdict);
        let outcome = match status {
            Status::Pass | Status::NotApplicable => continue,
            Status::Open(_) => "fail",
            other => other.name(),
        };
        let mut verdict_labels = vec![
            ("farm", report.farm.as_deref().unwrap_or("")),
            ("file", &report.file),
            ("area", verdict.rule.area.name()),
            ("rule", verdict.rule.id),
            ("subject", &verdict.subject),
            ("severity", verdict.severity.name()),
            ("outcome", outcome),
        ];
        if report.since.is_some() && status.needs_attention() {
            let since = if report.is_new(verdict) {
                "new"
            } else {
                "stayed"
            };
            verdict_labels.push(("since", since));
        }
        *series.entry(labels(&verdict_labels)).or_default() += 1;
    }
    series
}

/// Returns the samples of a report's findings.
fn findings(report: &Report) -> String {
    let series = series(report).into_iter().take(MAX_FINDINGS);
    series
        .map(|(labels, count)| format!("{FINDING}{labels} {count}\n"))
        .collect()
}
