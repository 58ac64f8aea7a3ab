//! The report for tickets, comments and CI summaries: GitHub's Markdown, which most trackers
//! support.
//!
//! No text from outside begins a line, and its Markdown characters are escaped.

mod words;

use crate::report::since::Since;
use crate::report::wording::{
    coverage_lines, fleet_summary, report_summary, sentence, since_summary,
};
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{Body, RenderOptions, Report, Status, details};
use crate::rules::Verdict;
use crate::term::diagnosis::first_mistakes;
use crate::text::shown;
use std::io::{self, Write};
use words::{code, fence, prose};

pub(crate) struct Markdown<'a> {
    options: &'a RenderOptions,
}

impl<'a> Markdown<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self { options }
    }

    /// Returns whether a verdict is written in full.
    fn is_shown(&self, report: &Report, verdict: &Verdict) -> bool {
        match Status::of(verdict) {
            Status::Open(_) | Status::Undecided => report.is_new(verdict),
            Status::Accepted | Status::Pass | Status::NotApplicable => self.options.verbose,
        }
    }
}

impl ReportWriter for Markdown<'_> {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "# Incoming e-mail")
    }

    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "\n## Farm {}\n", code(report.name()))?;
        writeln!(out, "- file: {}", code(&report.file))?;
        for line in coverage_lines(report, &self.options.run) {
            writeln!(out, "- {}", prose(&line))?;
        }
        match &report.body {
            Body::Verdicts(verdicts) => {
                writeln!(out, "\n**{}**", prose(&report_summary(report)))?;
                for verdict in verdicts {
                    if self.is_shown(report, verdict) {
                        write_verdict(verdict, &report.file, out)?;
                    }
                }
            }
            Body::NotJudged(why) => {
                write_mistake("not judged", &details::error(&why.error), out)?;
            }
            Body::Unreadable(error) => write_mistake("unreadable", &details::error(error), out)?,
            Body::Malformed { mistakes, .. } => {
                let (mistakes, more) = first_mistakes(mistakes);
                for mistake in mistakes {
                    let place = format!("unreadable, line {}", mistake.line);
                    write_mistake(&place, &details::mistake(mistake), out)?;
                }
                if let Some(more) = more {
                    write_mistake("unreadable", &more, out)?;
                }
            }
        }
        match &report.since {
            Some(since) => write_since(since, out),
            None => Ok(()),
        }
    }

    fn finish(&mut self, all: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        if !all.not_in_run.is_empty() {
            writeln!(out, "\n## Not judged now\n")?;
            for farm in &all.not_in_run {
                writeln!(out, "- {}: {} open then", code(farm.name), farm.open)?;
            }
        }
        writeln!(out, "\n---\n\n{}", prose(&fleet_summary(all)))?;
        let run = &self.options.run;
        writeln!(
            out,
            "\nspinmail {}, {}; exit status {}: {}",
            run.version,
            prose(&run.now.text),
            all.end.exit.code(),
            prose(&all.end.reason)
        )
    }
}

/// Writes a verdict in full.
fn write_verdict(verdict: &Verdict, file: &str, out: &mut dyn Write) -> io::Result<()> {
    let status = Status::of(verdict);
    writeln!(
        out,
        "\n### {}: {}\n\n- rule: {}\n- subject: {}",
        status.name(),
        prose(&sentence(verdict)),
        code(verdict.rule.id),
        code(&verdict.subject)
    )?;
    if let Some(line) = verdict.about.as_ref().and_then(|about| about.line) {
        writeln!(out, "- at: {}", code(&format!("{file}:{line}")))?;
    }
    if matches!(status, Status::Pass | Status::NotApplicable) {
        return Ok(());
    }
    let mut commands = Vec::new();
    for detail in details::lines(verdict, file) {
        match (detail.is_command, detail.label) {
            (true, "") => commands.push(shown(&detail.text).into_owned()),
            (true, label) => writeln!(out, "- {label}: {}", code(&detail.text))?,
            (false, label) => writeln!(out, "- {label}: {}", prose(&detail.text))?,
        }
    }
    if commands.is_empty() {
        return Ok(());
    }
    let commands = commands.join("\n");
    let fence = fence(&commands);
    writeln!(out, "\n{fence}text\n{commands}\n{fence}")
}

/// Writes why there are no verdicts; the text has a line for the fault and one for each hint.
fn write_mistake(word: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = text.lines();
    let message = lines.next().unwrap_or_default();
    writeln!(out, "\n### {word}: {}", prose(message))?;
    for hint in lines {
        writeln!(out, "\n- {}", prose(hint))?;
    }
    Ok(())
}

/// Writes the findings of an earlier report that remained, disappeared or were not checked.
fn write_since(since: &Since, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", prose(&since_summary(since)))?;
    for (word, items) in [
        ("stayed", &since.stayed),
        ("gone", &since.gone),
        ("not judged now", &since.not_judged),
    ] {
        for item in items {
            writeln!(
                out,
                "\n- {word}: {} {} {}",
                prose(&item.was),
                code(&item.rule),
                prose(&item.sentence())
            )?;
        }
    }
    Ok(())
}
