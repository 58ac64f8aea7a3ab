//! Metrics in Prometheus' text format, for node_exporter's textfile collector.
//!
//! A file without findings has a few series, whatever the number of rules; each finding adds one.

use crate::fs::Spill;
use crate::report::coverage::age_in_seconds;
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{RenderOptions, Report, Status};
use crate::text::shown;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::io::{self, Write};

/// The maximum number of findings of one file with a series of their own.
const MAX_FINDINGS: usize = 1000;

const READABLE: &str = "spinmail_file_readable";
const JUDGED: &str = "spinmail_farm_judged";
const VERDICTS: &str = "spinmail_verdicts";
const FINDING: &str = "spinmail_finding";
const LEFT_OUT: &str = "spinmail_findings_left_out";
const AREA: &str = "spinmail_area_judged";
const GATHERED: &str = "spinmail_facts_gathered_timestamp_seconds";
const AGE: &str = "spinmail_facts_age_seconds";
const SERVER: &str = "spinmail_server_without_facts";
const BUILD: &str = "spinmail_build_info";
const LAST_RUN: &str = "spinmail_last_run_timestamp_seconds";

/// A metric: its name, its meaning, and its samples so far. All samples of a metric must be
/// together, so they are written at the end.
struct Metric {
    name: &'static str,
    help: &'static str,
    samples: Spill,
}

impl Metric {
    fn new(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            help,
            samples: Spill::default(),
        }
    }

    fn sample(&mut self, labels: &str, value: impl Display) -> io::Result<()> {
        writeln!(self.samples, "{}{labels} {value}", self.name)
    }

    fn copy_to(&mut self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "# HELP {0} {1}\n# TYPE {0} gauge",
            self.name, self.help
        )?;
        self.samples.copy_to(out)
    }
}

pub(crate) struct Prometheus<'a> {
    options: &'a RenderOptions,
    readable: Metric,
    judged: Metric,
    verdicts: Metric,
    findings: Metric,
    left_out: Metric,
    areas: Metric,
    gathered: Metric,
    ages: Metric,
    servers: Metric,
    /// The labels of the files that have samples: each series must be unique.
    files: BTreeSet<String>,
}

impl<'a> Prometheus<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self {
            options,
            readable: Metric::new(READABLE, "Whether a farm file could be read."),
            judged: Metric::new(JUDGED, "Whether a farm was judged."),
            verdicts: Metric::new(VERDICTS, "Verdicts about a farm, by outcome."),
            findings: Metric::new(
                FINDING,
                "Findings and undecided rules, by rule and subject.",
            ),
            left_out: Metric::new(LEFT_OUT, "Findings without a series of their own."),
            areas: Metric::new(AREA, "Whether an area that the farm uses was judged."),
            gathered: Metric::new(GATHERED, "When the facts were gathered, Unix time."),
            ages: Metric::new(AGE, "How old the facts were when they were judged."),
            servers: Metric::new(SERVER, "A server of the farm that is missing in the facts."),
            files: BTreeSet::new(),
        }
    }

    /// Adds the samples of a farm's verdicts.
    fn add_verdicts(&mut self, report: &Report, file_labels: &str) -> io::Result<()> {
        let (farm, file) = (report.farm.as_deref().unwrap_or(""), report.file.as_str());
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
            self.verdicts.sample(&labels, count)?;
        }
        let series = series(report);
        for (labels, count) in series.iter().take(MAX_FINDINGS) {
            self.findings.sample(labels, count)?;
        }
        let left_out = series.len().saturating_sub(MAX_FINDINGS);
        self.left_out.sample(file_labels, left_out)
    }
}

impl Prometheus<'_> {
    /// Adds the samples of the coverage.
    fn add_coverage(&mut self, report: &Report) -> io::Result<()> {
        let file = [
            ("farm", report.farm.as_deref().unwrap_or("")),
            ("file", &report.file),
        ];
        let coverage = &report.coverage;
        let judged = coverage.judged.iter().map(|area| (*area, 1));
        let left_out = coverage.left_out.iter().map(|each| (each.area, 0));
        for (area, value) in judged.chain(left_out) {
            let labels = labels(&[&file[..], &[("area", area.name())]].concat());
            self.areas.sample(&labels, value)?;
        }
        for (index, source) in coverage.sources.iter().enumerate() {
            let index = index.to_string();
            let source_labels = [
                ("facts", source.file.as_deref().unwrap_or("")),
                ("server", source.server.as_deref().unwrap_or("")),
                ("number", &index),
            ];
            let labels = labels(&[&file[..], &source_labels].concat());
            if let Some(age) = age_in_seconds(source, &self.options.run.now) {
                let now = self.options.run.now.seconds;
                self.gathered.sample(&labels, now.saturating_sub(age))?;
                self.ages.sample(&labels, age)?;
            }
        }
        for server in &coverage.servers_without_facts {
            let labels = labels(&[&file[..], &[("server", server)]].concat());
            self.servers.sample(&labels, 1)?;
        }
        Ok(())
    }
}

impl ReportWriter for Prometheus<'_> {
    fn report(&mut self, report: &Report, _: &mut dyn Write) -> io::Result<()> {
        let (farm, file) = (report.farm.as_deref().unwrap_or(""), report.file.as_str());
        let file_labels = labels(&[("farm", farm), ("file", file)]);
        // A file that was named twice already has its samples.
        if !self.files.insert(file_labels.clone()) {
            return Ok(());
        }
        self.readable
            .sample(&file_labels, u8::from(report.is_readable()))?;
        self.judged
            .sample(&file_labels, u8::from(report.is_judged()))?;
        if report.is_judged() {
            self.add_verdicts(report, &file_labels)?;
        }
        self.add_coverage(report)
    }

    fn finish(&mut self, _: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        let run = &self.options.run;
        let mut build = Metric::new(BUILD, "The program that wrote this.");
        let build_labels = labels(&[("version", run.version), ("target", run.target)]);
        build.sample(&build_labels, 1)?;
        let mut last_run = Metric::new(LAST_RUN, "When this was written, Unix time.");
        last_run.sample("", self.options.run.now.seconds)?;
        for metric in [
            &mut self.readable,
            &mut self.judged,
            &mut self.verdicts,
            &mut self.findings,
            &mut self.left_out,
            &mut self.areas,
            &mut self.gathered,
            &mut self.ages,
            &mut self.servers,
            &mut build,
            &mut last_run,
        ] {
            metric.copy_to(out)?;
        }
        Ok(())
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

/// Returns one series for each finding, accepted or not, and each undecided verdict, with the
/// number of verdicts that it represents.
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
