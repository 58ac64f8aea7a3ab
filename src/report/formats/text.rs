//! The report for reading.

use crate::report::since::{NotInRun, Since};
use crate::report::wording::{fleet_summary, sentence, since_summary, summary};
use crate::report::writer::{Chunk, ReportWriter, Totals};
use crate::report::{Body, RenderOptions, Report, Status, details, fleet};
use crate::rules::{Severity, Verdict};
use crate::term::{Screen, diagnosis};
use anstyle::{AnsiColor, Style};
use std::fmt::Write;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const LABEL_WIDTH: usize = 16;
/// A file's name that is longer stands out of its column.
const WIDEST_LABEL: usize = 32;

pub(crate) struct Text;

impl ReportWriter for Text {
    fn chunk(&self, report: &Report, options: &RenderOptions, _: usize) -> Chunk {
        apart(one(report, options), options).into()
    }

    fn closing(&self, totals: &Totals<'_>, options: &RenderOptions) -> String {
        closing(totals, options)
    }
}

/// Of several, one blank line behind every report that says anything, whatever it ends with.
pub(crate) fn apart(report: String, options: &RenderOptions) -> String {
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

fn one(report: &Report, options: &RenderOptions) -> String {
    let mut out = String::new();
    let verdicts: Vec<&Verdict> = report
        .verdicts()
        .iter()
        .filter(|verdict| is_shown(report, verdict, options))
        .collect();
    let past = report
        .since
        .as_ref()
        .map(|since| past(since, &options.screen))
        .unwrap_or_default();
    // Of a fleet, only the farms with something to say are named.
    let is_silent = report.is_readable() && verdicts.is_empty() && past.is_empty();
    if options.several && !is_silent {
        let _ = writeln!(out, "{BOLD}{}{BOLD:#}", options.screen.plain(&report.file));
    }
    match &report.body {
        Body::Unreadable(error) => out.push_str(&diagnosis::error(error)),
        Body::Malformed { text, mistakes } => out.push_str(&diagnosis::mistakes(
            &report.file,
            text,
            mistakes,
            options.colour,
            &options.screen,
        )),
        Body::Verdicts(_) => {
            for group in details::together(report, verdicts.into_iter().enumerate()) {
                write_verdict(&mut out, &group, &report.file, &options.screen);
            }
        }
    }
    out.push_str(&past);
    if let (Some(since), true) = (
        &report.since,
        report.is_readable() && !(options.several && is_silent),
    ) {
        write_lines(&mut out, &since_summary(since), &options.screen);
    }
    if report.is_readable() && !options.several {
        write_lines(&mut out, &summary(&report.counts()), &options.screen);
    }
    out
}

/// A text in lines of the screen.
pub(crate) fn write_lines(out: &mut String, text: &str, screen: &Screen) {
    screen.lines(text, "", "  ").iter().for_each(|line| {
        let _ = writeln!(out, "{line}");
    });
}

/// Whether a verdict is shown in full: of what is open only the new, and the rest when asked for.
pub(crate) fn is_shown(report: &Report, verdict: &Verdict, options: &RenderOptions) -> bool {
    match Status::of(verdict) {
        Status::Open(_) | Status::Undecided => report.is_new(verdict),
        Status::Accepted | Status::Pass | Status::NotApplicable => options.verbose,
    }
}

/// A head in its style and a bold text behind it, in lines of the screen.
fn write_headline(out: &mut String, head: &str, style: Style, text: &str, screen: &Screen) {
    let head = screen.plain(head);
    for (at, line) in screen
        .lines(&format!("{head}: {text}"), "", "  ")
        .iter()
        .enumerate()
    {
        let _ = match line
            .strip_prefix(head.as_ref())
            .and_then(|rest| rest.strip_prefix(':'))
        {
            Some(text) if at == 0 => writeln!(out, "{style}{head}{style:#}:{BOLD}{text}{BOLD:#}"),
            _ => writeln!(out, "{BOLD}{line}{BOLD:#}"),
        };
    }
}

/// A verdict, and behind the first those that are told with it.
fn write_verdict(out: &mut String, group: &[(usize, &Verdict)], file: &str, screen: &Screen) {
    let Some(((_, verdict), others)) = group.split_first() else {
        return;
    };
    let status = Status::of(verdict);
    let head = format!("{}[{}]", status.name(), verdict.rule.id);
    write_headline(out, &head, style_of(status), &sentence(verdict), screen);
    if matches!(status, Status::Pass | Status::NotApplicable) {
        return;
    }
    let place = verdict
        .about
        .as_ref()
        .and_then(|about| Some((about.line?, about.text.as_ref()?)));
    let place = place.map(|(line, text)| (format!("{}:{line}", screen.plain(file)), text));
    let width = place
        .as_ref()
        .map_or(0, |(label, _)| label.chars().count())
        .clamp(LABEL_WIDTH, WIDEST_LABEL);
    if let Some((label, text)) = &place {
        write_line(out, width, label, text, screen);
    }
    let also: Vec<&str> = others.iter().map(|(_, verdict)| verdict.rule.id).collect();
    if !also.is_empty() {
        write_line(out, width, "also undecided", &also.join(", "), screen);
    }
    for detail in details::of(verdict, file) {
        let whole = Screen {
            width: None,
            ..*screen
        };
        let indent = if detail.label.is_empty() { "  " } else { "" };
        let text = format!("{indent}{}", detail.text);
        write_line(
            out,
            width,
            detail.label,
            &text,
            if detail.is_command { &whole } else { screen },
        );
    }
    out.push('\n');
}

fn write_line(out: &mut String, width: usize, label: &str, text: &str, screen: &Screen) {
    let label = format!("  {label:width$} ");
    for (at, line) in screen
        .lines(text, &label, &" ".repeat(width + 3))
        .iter()
        .enumerate()
    {
        let _ = match line.strip_prefix(&label) {
            Some(text) if at == 0 => writeln!(out, "{DIM}{label}{DIM:#}{text}"),
            _ => writeln!(out, "{line}"),
        };
    }
}

/// What stayed, what went away, and what was not judged, a line each.
fn past(since: &Since, screen: &Screen) -> String {
    let mut out = String::new();
    let groups = [
        ("stayed", &since.stayed),
        ("gone", &since.gone),
        ("not judged now", &since.not_judged),
    ];
    for (word, items) in groups {
        for item in items {
            let head = format!("{word}: {}[{}]", item.was, item.rule);
            write_headline(&mut out, &head, DIM, &item.sentence(), screen);
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// The last lines about a fleet.
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
