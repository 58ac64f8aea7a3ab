//! The report for reading.

use crate::report::details::Detail;
use crate::report::since::{NotInRun, Since};
use crate::report::wording::{fleet_summary, sentence, since_summary, summary};
use crate::report::writer::{Chunk, ReportWriter, Totals};
use crate::report::{Body, RenderOptions, Report, Status, details, fleet};
use crate::rules::{Severity, Verdict};
use crate::term::diagnosis::Diagnosis;
use crate::term::{Screen, diagnosis};
use anstyle::{AnsiColor, Style};
use std::fmt::Write;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
/// The width of a label in columns, unless the file's name is longer.
const LABEL_WIDTH: usize = 16;
/// The widest that the file's name makes the labels. A longer one sticks out of its column.
const MAX_LABEL_WIDTH: usize = 32;

pub(crate) struct Text;

impl ReportWriter for Text {
    fn chunk(&self, report: &Report, options: &RenderOptions, _: usize) -> Chunk {
        with_blank_line(one(report, options), options).into()
    }

    fn closing(&self, totals: &Totals<'_>, options: &RenderOptions) -> String {
        closing(totals, options)
    }
}

/// Ends a report of a fleet with one blank line, unless it is empty.
pub(crate) fn with_blank_line(report: String, options: &RenderOptions) -> String {
    if options.several && !report.is_empty() {
        report.trim_end_matches('\n').to_owned() + "\n\n"
    } else {
        report
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

/// Renders one report.
fn one(report: &Report, options: &RenderOptions) -> String {
    let mut text = Lines::new(&options.screen);
    match &report.body {
        Body::Unreadable(error) => {
            text.file_name(report, options);
            text.out.push_str(&diagnosis::error(error));
            text.baseline_items(report.since.as_ref());
        }
        Body::Malformed {
            text: file,
            mistakes,
        } => {
            text.file_name(report, options);
            let diagnosis = Diagnosis {
                path: &report.file,
                text: file,
                colour: options.colour,
                screen: &options.screen,
            };
            text.out.push_str(&diagnosis.draw(mistakes));
            text.baseline_items(report.since.as_ref());
        }
        Body::Verdicts(verdicts) => {
            let shown = verdicts
                .iter()
                .filter(|verdict| is_shown(report, verdict, options));
            text.judged(report, &shown.collect::<Vec<_>>(), options);
        }
    }
    text.out
}

/// Writes a text in lines of the screen.
pub(crate) fn write_lines(out: &mut String, text: &str, screen: &Screen) {
    for line in screen.lines(text, "", "  ") {
        let _ = writeln!(out, "{line}");
    }
}

/// Whether a verdict is shown in full: what is open only if it is new, the rest if asked for.
pub(crate) fn is_shown(report: &Report, verdict: &Verdict, options: &RenderOptions) -> bool {
    match Status::of(verdict) {
        Status::Open(_) | Status::Undecided => report.is_new(verdict),
        Status::Accepted | Status::Pass | Status::NotApplicable => options.verbose,
    }
}

/// A text that is written in lines of a screen.
struct Lines<'a> {
    out: String,
    screen: &'a Screen,
}

impl<'a> Lines<'a> {
    fn new(screen: &'a Screen) -> Self {
        Self {
            out: String::new(),
            screen,
        }
    }

    /// Writes the file's name over a report of a fleet.
    fn file_name(&mut self, report: &Report, options: &RenderOptions) {
        if options.several {
            let name = self.screen.plain(&report.file);
            let _ = writeln!(self.out, "{BOLD}{name}{BOLD:#}");
        }
    }

    /// Writes a report with verdicts, of which some are shown. In a fleet, only the farms with
    /// something to say are named.
    fn judged(&mut self, report: &Report, shown: &[&Verdict], options: &RenderOptions) {
        let is_silent = shown.is_empty() && report.since.as_ref().is_none_or(is_without_items);
        if !is_silent {
            self.file_name(report, options);
        }
        for group in details::grouped(report, shown.iter().copied().enumerate()) {
            self.verdict(&group, &report.file);
        }
        self.baseline_items(report.since.as_ref());
        if let Some(since) = &report.since
            && !(options.several && is_silent)
        {
            write_lines(&mut self.out, &since_summary(since), self.screen);
        }
        if !options.several {
            write_lines(&mut self.out, &summary(&report.counts()), self.screen);
        }
    }

    /// Writes a verdict, with the others of its group in one line.
    fn verdict(&mut self, group: &[(usize, &Verdict)], file: &str) {
        let Some(((_, verdict), others)) = group.split_first() else {
            return;
        };
        let status = Status::of(verdict);
        let head = format!("{}[{}]", status.name(), verdict.rule.id);
        self.headline(&head, style_of(status), &sentence(verdict));
        if matches!(status, Status::Pass | Status::NotApplicable) {
            return;
        }
        let line = verdict
            .about
            .as_ref()
            .and_then(|about| Some((about.line?, about.text.as_ref()?)))
            .map(|(line, text)| (format!("{}:{line}", self.screen.plain(file)), text));
        let width = line
            .as_ref()
            .map_or(0, |(label, _)| label.chars().count())
            .clamp(LABEL_WIDTH, MAX_LABEL_WIDTH);
        if let Some((label, text)) = &line {
            self.labelled(width, label, text);
        }
        let also: Vec<&str> = others.iter().map(|(_, other)| other.rule.id).collect();
        if !also.is_empty() {
            self.labelled(width, "also undecided", &also.join(", "));
        }
        for detail in details::lines(verdict, file) {
            self.detail(width, &detail);
        }
        self.out.push('\n');
    }

    /// Writes a head in its style and a bold text behind it.
    fn headline(&mut self, head: &str, style: Style, text: &str) {
        let head = self.screen.plain(head);
        let lines = self.screen.lines(&format!("{head}: {text}"), "", "  ");
        for (index, line) in lines.iter().enumerate() {
            let rest = line
                .strip_prefix(head.as_ref())
                .and_then(|rest| rest.strip_prefix(':'));
            let _ = match rest {
                Some(rest) if index == 0 => {
                    writeln!(self.out, "{style}{head}{style:#}:{BOLD}{rest}{BOLD:#}")
                }
                _ => writeln!(self.out, "{BOLD}{line}{BOLD:#}"),
            };
        }
    }

    /// Writes a detail; a command in one line, whatever the width.
    fn detail(&mut self, width: usize, detail: &Detail) {
        let indent = if detail.label.is_empty() { "  " } else { "" };
        let text = format!("{indent}{}", detail.text);
        if !detail.is_command {
            self.labelled(width, detail.label, &text);
            return;
        }
        let screen = Screen {
            width: None,
            ..*self.screen
        };
        let mut line = Lines::new(&screen);
        line.labelled(width, detail.label, &text);
        self.out.push_str(&line.out);
    }

    /// Writes a text behind a label that is `width` columns wide.
    fn labelled(&mut self, width: usize, label: &str, text: &str) {
        let label = format!("  {label:width$} ");
        let lines = self.screen.lines(text, &label, &" ".repeat(width + 3));
        for (index, line) in lines.iter().enumerate() {
            let _ = match line.strip_prefix(&label) {
                Some(rest) if index == 0 => writeln!(self.out, "{DIM}{label}{DIM:#}{rest}"),
                _ => writeln!(self.out, "{line}"),
            };
        }
    }

    /// Writes what stayed, what is gone and what was not judged, a line each.
    fn baseline_items(&mut self, since: Option<&Since>) {
        let Some(since) = since.filter(|since| !is_without_items(since)) else {
            return;
        };
        let groups = [
            ("stayed", &since.stayed),
            ("gone", &since.gone),
            ("not judged now", &since.not_judged),
        ];
        for (word, items) in groups {
            for item in items {
                let head = format!("{word}: {}[{}]", item.was, item.rule);
                self.headline(&head, DIM, &item.sentence());
            }
        }
        self.out.push('\n');
    }
}

/// Whether an earlier report said nothing that stayed, is gone or was not judged.
fn is_without_items(since: &Since) -> bool {
    since.stayed.is_empty() && since.gone.is_empty() && since.not_judged.is_empty()
}

/// Returns the last lines about a fleet.
pub(crate) fn closing(totals: &Totals<'_>, options: &RenderOptions) -> String {
    let mut out = String::new();
    for NotInRun { name, open } in &totals.not_in_run {
        write_lines(
            &mut out,
            &format!("not judged now: {name} ({open} open then)"),
            &options.screen,
        );
    }
    if options.several {
        let _ = writeln!(out, "{}", fleet::table(&totals.rows, &options.screen));
        write_lines(&mut out, &fleet_summary(totals), &options.screen);
    }
    out
}
