//! The report for people.

use crate::report::blocks::blocks;
use crate::report::brief::{self, Depth};
use crate::report::details::Detail;
use crate::report::fleet::{self, FleetRow};
use crate::report::since::{NotInRun, Since};
use crate::report::wording::{
    brief_coverage_lines, fleet_summary, recorded_facts_lines, report_summary, sentence,
    since_summary,
};
use crate::report::writer::{ReportWriter, Summary};
use crate::report::{Body, RenderOptions, Report, Status, details};
use crate::rules::{Severity, Verdict};
use crate::term::diagnosis::Diagnosis;
use crate::term::{Screen, diagnosis};
use crate::text::clipped;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
/// The width of a label in columns, unless the file's name is longer.
const LABEL_WIDTH: usize = 16;
/// The maximum width of a label because of the file's name. A longer name exceeds its column.
const MAX_LABEL_WIDTH: usize = 32;
/// The width of a label in a brief report.
const BRIEF_LABEL_WIDTH: usize = 9;
/// The hint on getting more details in a brief report.
const EXPLAIN: &str =
    "`spinmail explain RULE` says why a finding matters; `--verbose` shows all evidence";

pub(crate) struct Text<'a> {
    options: &'a RenderOptions,
    rows: Vec<FleetRow>,
    /// Whether a report showed something that needs attention.
    has_findings: bool,
}

impl<'a> Text<'a> {
    pub(crate) fn new(options: &'a RenderOptions) -> Self {
        Self {
            options,
            rows: Vec::new(),
            has_findings: false,
        }
    }
}

impl ReportWriter for Text<'_> {
    fn report(&mut self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let mut lines = Lines::new(self.options, out);
        match &report.body {
            Body::Verdicts(verdicts) => {
                let shown = verdicts
                    .iter()
                    .filter(|verdict| is_shown(report, verdict, self.options));
                let shown: Vec<&Verdict> = shown.collect();
                self.has_findings |= !shown.is_empty();
                lines.judged(report, &shown, self.options)?;
            }
            other => {
                lines.file_name(report, self.options)?;
                without_verdicts(report, other, self.options, lines.out)?;
                lines.baseline_items(report.since.as_ref())?;
            }
        }
        if self.options.several {
            lines.end_with_blank()?;
            self.rows.push(FleetRow::new(report, &self.options.run));
        }
        Ok(())
    }

    fn finish(&mut self, all: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.options.several && self.has_findings && depth(self.options) == Depth::Brief {
            write_lines(out, EXPLAIN, &self.options.screen)?;
            writeln!(out)?;
        }
        finish(all, &self.rows, self.options, out)
    }
}

fn style_of(status: Status) -> Style {
    match status {
        Status::Open(Severity::Error) => AnsiColor::Red.on_default().bold(),
        Status::Open(Severity::Warning) => AnsiColor::Yellow.on_default().bold(),
        Status::Open(Severity::Note) => AnsiColor::Cyan.on_default().bold(),
        Status::Undecided => AnsiColor::Magenta.on_default().bold(),
        Status::Pass => AnsiColor::Green.on_default(),
        Status::Accepted | Status::NotApplicable => DIM,
    }
}

/// Writes why a report has no verdicts.
pub(crate) fn without_verdicts(
    report: &Report,
    body: &Body,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match body {
        Body::Verdicts(_) => Ok(()),
        Body::NotJudged(why) => write!(out, "{}", diagnosis::error(&why.error)),
        Body::Unreadable(error) => write!(out, "{}", diagnosis::error(error)),
        Body::Malformed { text, mistakes } => {
            let diagnosis = Diagnosis {
                path: &report.file,
                text,
                colour: options.colour,
                screen: &options.screen,
            };
            let drawn = diagnosis.draw(mistakes);
            match options.several {
                // A blank line follows each report of a fleet.
                true => writeln!(out, "{}", drawn.trim_end_matches('\n')),
                false => write!(out, "{drawn}"),
            }
        }
    }
}

/// Writes the areas that were not checked, the facts, and the summary.
pub(crate) fn write_reach(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    for line in brief_coverage_lines(report, &options.run) {
        write_lines(out, &line, &options.screen)?;
    }
    write_lines(out, &report_summary(report), &options.screen)
}

/// Writes a text in lines of the screen.
pub(crate) fn write_lines(out: &mut dyn Write, text: &str, screen: &Screen) -> io::Result<()> {
    for line in screen.lines(text, "", "  ") {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Returns how much to show of each verdict.
fn depth(options: &RenderOptions) -> Depth {
    match options.verbose {
        true => Depth::Full,
        false => Depth::Brief,
    }
}

/// Returns whether a verdict is shown in full: open ones only if new, the others only with
/// `--verbose`.
pub(crate) fn is_shown(report: &Report, verdict: &Verdict, options: &RenderOptions) -> bool {
    match Status::of(verdict) {
        Status::Open(_) | Status::Undecided => report.is_new(verdict),
        Status::Accepted | Status::Pass | Status::NotApplicable => options.verbose,
    }
}

/// A text that is written in lines of a screen.
struct Lines<'a> {
    out: &'a mut dyn Write,
    screen: &'a Screen,
    /// Whether styles are written: removing them later costs more than the text.
    colour: bool,
    depth: Depth,
    /// Whether a blank line is due.
    is_open: bool,
}

impl<'a> Lines<'a> {
    fn new(options: &'a RenderOptions, out: &'a mut dyn Write) -> Self {
        Self {
            out,
            screen: &options.screen,
            colour: options.colour,
            depth: depth(options),
            is_open: false,
        }
    }

    /// Writes texts one after the other.
    fn texts(&mut self, texts: &[&str]) -> io::Result<()> {
        texts
            .iter()
            .try_for_each(|text| self.out.write_all(text.as_bytes()))
    }

    /// Writes texts in a style, if styles are written.
    fn styled(&mut self, style: Style, texts: &[&str]) -> io::Result<()> {
        if !self.colour {
            return self.texts(texts);
        }
        write!(self.out, "{style}")?;
        self.texts(texts)?;
        write!(self.out, "{style:#}")
    }

    /// Writes a blank line, unless there is one.
    fn end_with_blank(&mut self) -> io::Result<()> {
        if self.is_open {
            self.is_open = false;
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// Writes the file's name over a report of a fleet.
    fn file_name(&mut self, report: &Report, options: &RenderOptions) -> io::Result<()> {
        if options.several {
            self.is_open = true;
            let name = self.screen.line_start(&report.file);
            self.styled(BOLD, &[&name])?;
            self.texts(&["\n"])?;
        }
        Ok(())
    }

    /// Writes a report with verdicts, of which some are shown. In a fleet, farms without anything
    /// to show are not named.
    fn judged(
        &mut self,
        report: &Report,
        shown: &[&Verdict],
        options: &RenderOptions,
    ) -> io::Result<()> {
        let is_silent = shown.is_empty() && report.since.as_ref().is_none_or(is_without_items);
        if !is_silent {
            self.file_name(report, options)?;
        }
        for block in blocks(report, shown.iter().copied(), self.depth) {
            match self.depth {
                Depth::Brief => self.brief_block(&block, &report.file)?,
                Depth::Full => self.block(&block, &report.file)?,
            }
        }
        self.end_with_blank()?;
        self.baseline_items(report.since.as_ref())?;
        if let Some(since) = &report.since
            && !(options.several && is_silent)
        {
            self.is_open = true;
            write_lines(self.out, &since_summary(since), self.screen)?;
        }
        match options.several {
            true if is_silent => Ok(()),
            true => self.facts(report, options),
            false => {
                if self.depth == Depth::Brief && !shown.is_empty() {
                    write_lines(self.out, EXPLAIN, self.screen)?;
                }
                write_reach(report, options, self.out)
            }
        }
    }

    /// Writes from which facts a farm of a fleet was judged.
    fn facts(&mut self, report: &Report, options: &RenderOptions) -> io::Result<()> {
        for line in recorded_facts_lines(&report.coverage, &options.run) {
            self.is_open = true;
            write_lines(self.out, &line, self.screen)?;
        }
        Ok(())
    }

    /// Writes verdicts that belong together: each finding with its evidence, and the remedy once.
    /// For one undecided reason, only the rules differ.
    fn block(&mut self, block: &[&Verdict], file: &str) -> io::Result<()> {
        let Some((first, others)) = block.split_first() else {
            return Ok(());
        };
        let status = Status::of(first);
        let mut width = self.finding(first, file)?;
        match status {
            Status::Pass | Status::NotApplicable => return Ok(()),
            Status::Undecided => {
                let also: Vec<&str> = others.iter().map(|other| other.rule.id).collect();
                if !also.is_empty() {
                    self.labelled(width, "also undecided", &also.join(", "))?;
                }
                self.details(width, &details::evidence(first))?;
            }
            Status::Open(_) | Status::Accepted => {
                self.details(width, &details::evidence(first))?;
                for other in others {
                    width = self.finding(other, file)?;
                    self.details(width, &details::evidence(other))?;
                }
            }
        }
        self.details(width, &details::remedy_lines(block, file))?;
        self.details(width, details::acceptance_line(first).as_slice())?;
        self.details(width, &[details::explain_line(first)])?;
        self.end_with_blank()
    }

    /// Writes verdicts that belong together without repetition: the findings, and the remedy once.
    /// For one undecided reason, one line.
    fn brief_block(&mut self, block: &[&Verdict], file: &str) -> io::Result<()> {
        let Some(first) = block.first() else {
            return Ok(());
        };
        let width = BRIEF_LABEL_WIDTH;
        let status = Status::of(first);
        if status == Status::Undecided {
            let head = format!("{}[{}]", status.name(), first.rule.id);
            self.headline(&head, style_of(status), &brief::undecided_sentence(block))?;
            return self.details(width, brief::other_rules(block).as_slice());
        }
        let mut setting = None;
        for verdict in block {
            let head = format!("{}[{}]", status.name(), verdict.rule.id);
            self.headline(&head, style_of(status), &sentence(verdict))?;
            let line = brief::setting_line(verdict, file);
            if line != setting {
                self.details(width, line.as_slice())?;
                setting = line;
            }
            self.details(width, &brief::evidence(verdict))?;
        }
        self.details(width, &details::remedy_lines(block, file))?;
        self.end_with_blank()
    }

    /// Writes what a verdict says and the line of the file that it is about. Returns how wide the
    /// labels below it are.
    fn finding(&mut self, verdict: &Verdict, file: &str) -> io::Result<usize> {
        let status = Status::of(verdict);
        let head = format!("{}[{}]", status.name(), verdict.rule.id);
        self.headline(&head, style_of(status), &sentence(verdict))?;
        if matches!(status, Status::Pass | Status::NotApplicable) {
            return Ok(LABEL_WIDTH);
        }
        let line = verdict
            .about
            .as_ref()
            .and_then(|about| Some((about.line?, about.text.as_ref()?)))
            .map(|(line, text)| (format!("{file}:{line}"), text));
        let width = line
            .as_ref()
            .map_or(0, |(label, _)| {
                self.screen.line_start(label).chars().count()
            })
            .clamp(LABEL_WIDTH, MAX_LABEL_WIDTH);
        if let Some((label, text)) = &line {
            self.labelled(width, label, &clipped(text))?;
        }
        Ok(width)
    }

    /// Writes details, each behind its label.
    fn details(&mut self, width: usize, details: &[Detail]) -> io::Result<()> {
        details
            .iter()
            .try_for_each(|detail| self.detail(width, detail))
    }

    /// Writes a heading in its style and a bold text after it.
    fn headline(&mut self, head: &str, style: Style, text: &str) -> io::Result<()> {
        self.is_open = true;
        let head = self.screen.line_start(head);
        let mut rows = self
            .screen
            .rows(text, head.chars().count() + 2, 2)
            .into_iter();
        let first = rows.next().unwrap_or_default();
        self.styled(style, &[&head])?;
        self.texts(&[":"])?;
        if !first.is_empty() {
            self.styled(BOLD, &[" ", &first])?;
        }
        for row in rows {
            self.texts(&["\n"])?;
            self.styled(BOLD, &["  ", &row])?;
        }
        self.texts(&["\n"])
    }

    /// Writes a detail; a command stays in one line, whatever the width.
    fn detail(&mut self, width: usize, detail: &Detail) -> io::Result<()> {
        if !detail.is_command {
            return self.labelled(width, detail.label, &detail.text);
        }
        self.label(width, detail.label)?;
        let indent = if detail.label.is_empty() { "  " } else { "" };
        let command = self.screen.plain(&detail.text);
        self.texts(&[" ", indent, &command, "\n"])
    }

    /// Writes a text after a label that is `width` columns wide.
    fn labelled(&mut self, width: usize, label: &str, text: &str) -> io::Result<()> {
        let columns = self.label(width, label)?;
        let mut rows = self.screen.rows(text, columns, width + 3).into_iter();
        let first = rows.next().unwrap_or_default();
        if !first.is_empty() {
            self.texts(&[" ", &first])?;
        }
        for row in rows {
            write!(self.out, "\n{:1$}{row}", "", width + 3)?;
        }
        self.texts(&["\n"])
    }

    /// Writes a label, and returns its number of columns.
    fn label(&mut self, width: usize, label: &str) -> io::Result<usize> {
        self.is_open = true;
        let label = self.screen.line_start(label);
        let columns = label.chars().count();
        let padding = " ".repeat(width.saturating_sub(columns));
        self.styled(DIM, &["  ", &label, &padding])?;
        Ok(columns.max(width) + 3)
    }

    /// Writes the findings of an earlier report that remained, disappeared or were not checked, one
    /// per line.
    fn baseline_items(&mut self, since: Option<&Since>) -> io::Result<()> {
        let Some(since) = since.filter(|since| !is_without_items(since)) else {
            return Ok(());
        };
        let groups = [
            ("stayed", &since.stayed),
            ("gone", &since.gone),
            ("not judged now", &since.not_judged),
        ];
        for (word, items) in groups {
            for item in items {
                let head = format!("{word}: {}[{}]", item.was, item.rule);
                self.headline(&head, DIM, &item.sentence())?;
            }
        }
        self.end_with_blank()
    }
}

/// Whether an earlier report said nothing that stayed, is gone or was not judged.
fn is_without_items(since: &Since) -> bool {
    since.stayed.is_empty() && since.gone.is_empty() && since.not_judged.is_empty()
}

/// Writes the last lines about a fleet.
pub(crate) fn finish(
    all: &Summary<'_>,
    rows: &[FleetRow],
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    for NotInRun { name, open } in &all.not_in_run {
        let line = format!("not judged now: {name} ({open} open then)");
        write_lines(out, &line, &options.screen)?;
    }
    if options.several {
        writeln!(out, "{}", fleet::table(rows, &options.screen))?;
        if let Some(line) = fleet::oldest_facts(rows) {
            write_lines(out, &line, &options.screen)?;
        }
        write_lines(out, &fleet_summary(all), &options.screen)?;
    }
    Ok(())
}
