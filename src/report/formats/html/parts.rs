//! The parts of the page about one farm.

use super::words::{address, code, counts, escaped, prose};
use crate::farm::{FarmFileError, without_bom};
use crate::report::since::{BaselineItem, Since};
use crate::report::trace::{HopState, Trace, TracedRoute};
use crate::report::wording::{facts_lines, judged_areas, since_summary};
use crate::report::{Body, Report, RunInfo, Status, details};
use crate::rules::{EvidenceSource, Hop, Verdict};
use crate::term::diagnosis::first_mistakes;
use crate::term::page;
use crate::text::{clipped, without_password};
use std::fmt::Write;

/// The position of a farm's parts in the document.
pub(super) struct Outline {
    /// The level of their headings.
    pub level: usize,
    /// The prefix of their ids, so that the ids of several farms differ.
    pub prefix: String,
    /// The id of the farm's name if there are several farms; it distinguishes sections with the
    /// same heading.
    pub name: Option<String>,
}

impl Outline {
    /// Returns a section with its heading.
    fn section(&self, id: &str, title: &str, body: &str) -> String {
        let (level, id) = (self.level, format!("{}{id}", self.prefix));
        let of = self
            .name
            .as_ref()
            .map(|name| format!(" {name}"))
            .unwrap_or_default();
        format!(
            "<section aria-labelledby=\"{id}{of}\">\n<h{level} \
             id=\"{id}\">{title}</h{level}>\n{body}</section>\n"
        )
    }
}

/// Returns the whole report about a farm.
pub(super) fn report(report: &Report, outline: &Outline, run: &RunInfo) -> String {
    let verdicts = match &report.body {
        Body::Verdicts(verdicts) => verdicts,
        Body::Unreadable(error) => {
            let body = format!("<p>{}</p>\n", prose_lines(&details::error(error)));
            return outline.section("unreadable", "The file cannot be read", &body);
        }
        Body::NotJudged(why) => {
            let body = format!("<p>{}</p>\n", prose_lines(&details::error(&why.error)));
            return outline.section("not-judged", "The farm was not judged", &body);
        }
        Body::Malformed { text, mistakes } => {
            return outline.section(
                "unreadable",
                "The file cannot be read",
                &list_mistakes(text, mistakes),
            );
        }
    };
    let mut open = with_status(verdicts, |status| matches!(status, Status::Open(_)));
    // The worst first; among equals, the order of the rules.
    open.sort_by_key(|(_, verdict)| std::cmp::Reverse(verdict.severity));
    let mut out = message_path(report, outline);
    out.push_str(&outline.section("coverage", "What was looked at", &coverage(report, run)));
    out.push_str(&outline.section(
        "findings",
        "Findings",
        &findings(&open, report, outline, "Nothing was found."),
    ));
    let undecided = with_status(verdicts, |status| status == Status::Undecided);
    if !undecided.is_empty() {
        let lead = "<p>These rules are undecided. Each says what would decide it.</p>\n";
        let body = format!("{lead}{}", findings(&undecided, report, outline, ""));
        out.push_str(&outline.section("undecided", "Undecided", &body));
    }
    if let Some(since) = &report.since {
        out.push_str(&outline.section("since", "Since the earlier report", &since_items(since)));
    }
    let accepted = with_status(verdicts, |status| status == Status::Accepted);
    if !accepted.is_empty() {
        out.push_str(&outline.section(
            "accepted",
            "Accepted",
            &findings(&accepted, report, outline, ""),
        ));
    }
    out.push_str(&outline.section("page", "The page as configured", &the_page(report)));
    let quiet = with_status(verdicts, |status| {
        matches!(status, Status::Pass | Status::NotApplicable)
    });
    out.push_str(&outline.section("passed", "Passed and not applicable", &fold(&quiet)));
    out
}

/// Returns the verdicts with a wanted status, each with its index.
fn with_status(verdicts: &[Verdict], is_wanted: fn(Status) -> bool) -> Vec<(usize, &Verdict)> {
    verdicts
        .iter()
        .enumerate()
        .filter(|(_, verdict)| is_wanted(Status::of(verdict)))
        .collect()
}

/// Returns a text of several lines.
fn prose_lines(text: &str) -> String {
    text.lines().map(prose).collect::<Vec<_>>().join("<br />")
}

/// Returns the id of the element that shows a verdict in full.
fn anchor(outline: &Outline, index: usize) -> String {
    format!("{}v{index}", outline.prefix)
}

/// Returns the coverage: the checked areas, the others with reasons, and the facts.
fn coverage(report: &Report, run: &RunInfo) -> String {
    let coverage = &report.coverage;
    let mut items = vec![format!("judged: {}", judged_areas(coverage))];
    for left_out in &coverage.left_out {
        let required = if left_out.is_required {
            " (required)"
        } else {
            ""
        };
        items.push(format!(
            "not looked at: {}{required}: {}",
            left_out.area.name(),
            left_out.sentence()
        ));
    }
    items.extend(facts_lines(coverage, run));
    let items: String = items
        .iter()
        .map(|item| format!("<li>{}</li>\n", prose(item)))
        .collect();
    let class = match coverage.left_out.is_empty() {
        true => "coverage",
        false => "coverage partial",
    };
    format!("<ul class=\"{class}\">\n{items}</ul>\n")
}

// --- The path of a message

/// Returns the class that colours a state.
fn class_of(state: HopState) -> &'static str {
    match state {
        HopState::Passes | HopState::Recorded => "passes",
        HopState::NotLookedAt | HopState::NotOnRoute => "not-looked-at",
        HopState::NotKnown => "not-known",
        HopState::MayStop => "may-stop",
        HopState::Stops => "stops",
    }
}

/// Returns an icon for a state; the word next to it has the same meaning.
fn sign(state: HopState) -> String {
    let path = match state {
        HopState::Passes | HopState::Recorded => "M5 12.5l4.5 4.5L19 7.5",
        HopState::NotLookedAt | HopState::NotOnRoute => "M7 12h10",
        HopState::NotKnown => "M8.5 9a3.5 3.5 0 1 1 5.3 3c-1.2.7-1.8 1.3-1.8 2.6M12 19v.1",
        HopState::MayStop => "M12 5v9M12 19v.1",
        HopState::Stops => "M6.5 6.5l11 11M17.5 6.5l-11 11",
    };
    format!(
        "<svg class=\"sign\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"{path}\"/></svg>"
    )
}

/// Returns the hops of a message to a list of the farm, and where it would stop.
fn message_path(report: &Report, outline: &Outline) -> String {
    let address = address(report);
    let trace = Trace::new(&address, report, Hop::LAST);
    let end = trace.end();
    let stopped = end
        .filter(|end| end.state == HopState::Stops)
        .map(|end| end.hop);
    let rows = trace.worst().into_iter().flat_map(TracedRoute::rows);
    let hops: String = rows
        .map(|row| hop_item(row.hop, row.state, stopped))
        .collect();
    let (class, sentence) = match end {
        _ if !report.wanted.is_enabled() => (
            "not-looked-at",
            "Incoming e-mail is not recorded as enabled, so no message is expected to arrive."
                .to_owned(),
        ),
        Some(end) => (class_of(end.state), trace.sentence()),
        None if trace.exit() == crate::report::Exit::Clean => ("passes", trace.sentence()),
        None => ("not-looked-at", trace.sentence()),
    };
    let body = format!(
        "<p>How far a message to {} comes, by what was looked at:</p>\n<ol class=\"way\" \
         role=\"list\">\n{hops}</ol>\n<p class=\"sentence {class}\"><span>{}</span></p>\n{}",
        prose(&address),
        prose(&sentence),
        counts(&report.counts()),
    );
    outline.section("way", "The route of a message", &body)
}

/// Returns a hop as an item of the list. Hops after the one that stops the message are greyed out.
fn hop_item(hop: Hop, state: HopState, stopped: Option<Hop>) -> String {
    let is_beyond = stopped.is_some_and(|stopped| hop > stopped);
    let beyond = if is_beyond { " beyond" } else { "" };
    format!(
        "<li class=\"{}{beyond}\">{}<span class=\"hop\">{}</span><span \
         class=\"state\">{}</span></li>\n",
        class_of(state),
        sign(state),
        hop.name(),
        state.name()
    )
}

// --- Findings

/// Returns verdicts in full, or the sentence `if_empty`.
fn findings(
    verdicts: &[(usize, &Verdict)],
    report: &Report,
    outline: &Outline,
    if_empty: &str,
) -> String {
    if verdicts.is_empty() {
        return format!("<p>{if_empty}</p>\n");
    }
    details::grouped(report, verdicts.iter().copied())
        .iter()
        .map(|group| finding(group, report, outline))
        .collect()
}

/// Returns the first verdict of a group in full, with the rules of the others.
fn finding(group: &[(usize, &Verdict)], report: &Report, outline: &Outline) -> String {
    let Some((&(index, verdict), others)) = group.split_first() else {
        return String::new();
    };
    let status = Status::of(verdict);
    let class = match status {
        Status::Open(severity) => severity.name(),
        Status::Undecided => "undecided",
        _ => "quiet",
    };
    let (level, id) = (outline.level + 1, anchor(outline, index));
    let mut tags = format!(
        "<span class=\"tag\">{}</span> {}",
        status.name(),
        code(verdict.rule.id)
    );
    for (other_index, other) in others {
        let _ = write!(
            tags,
            " <code id=\"{}\">{}</code>",
            anchor(outline, *other_index),
            other.rule.id
        );
    }
    if report.since.is_some() && status.needs_attention() {
        let word = if report.is_new(verdict) {
            "new"
        } else {
            "stayed"
        };
        let _ = write!(tags, " <span class=\"tag plain\">{word}</span>");
    }
    if let Some(hop) = verdict.rule.hop {
        let _ = write!(tags, " <span class=\"tag plain\">{}</span>", hop.name());
    }
    let headline = match status {
        Status::Undecided => format!(
            "{}: {}",
            code(&verdict.subject),
            prose(&clipped(&verdict.message))
        ),
        _ => prose(&clipped(&verdict.message)),
    };
    format!(
        "<article class=\"finding {class}\" id=\"{id}\" aria-labelledby=\"{id}-what\">\n<p \
         class=\"tags\">{tags}</p>\n<h{level} \
         id=\"{id}-what\">{headline}</h{level}>\n<dl>\n{}</dl>\n</article>\n",
        described(verdict, &report.file),
    )
}

/// A list of terms and descriptions.
struct Terms(String);

impl Terms {
    /// Adds a term and its description. A question is separated from the answer before it.
    fn add(&mut self, term: &str, html: &str) {
        let class = if term == "Asked" {
            " class=\"apart\""
        } else {
            ""
        };
        let _ = writeln!(self.0, "<dt{class}>{term}</dt><dd{class}>{html}</dd>");
    }
}

/// Returns a verdict's subject, evidence and remedy, as terms and descriptions.
fn described(verdict: &Verdict, file: &str) -> String {
    let mut terms = Terms(String::new());
    terms.add("Subject", &code(&verdict.subject));
    if let Some(about) = &verdict.about {
        let line = about
            .line
            .map(|line| format!("{}: ", code(&format!("{file}:{line}"))))
            .unwrap_or_default();
        let setting = code(&clipped(about.text.as_deref().unwrap_or(&about.setting)));
        terms.add("Setting", &format!("{line}{setting}"));
    }
    for evidence in &verdict.evidence {
        let label = match evidence.source {
            EvidenceSource::FarmFile => "Setting",
            EvidenceSource::Facts => "Asked",
        };
        terms.add(label, &prose(&clipped(&evidence.asked)));
        terms.add("Expected", &prose(&clipped(&evidence.expected)));
        terms.add("Observed", &prose(&clipped(&evidence.observed)));
    }
    if let Some(remedy) = &verdict.remedy {
        let commands: Vec<String> = details::commands(verdict, file)
            .map(|command| escaped(&command))
            .collect();
        let commands = match commands.is_empty() {
            true => String::new(),
            false => format!("<pre><code>{}</code></pre>", commands.join("\n")),
        };
        let text = format!("<p>{}</p>{commands}", prose(&clipped(&remedy.text)));
        terms.add("Remedy", &text);
        terms.add("By", &escaped(&remedy.role.to_string()));
    }
    if let Some(reason) = details::acceptance(verdict) {
        terms.add("Accepted", &escaped(&reason));
    }
    terms.0
}

/// Returns the changes since the earlier report: resolved findings, and rules that were not
/// checked.
fn since_items(since: &Since) -> String {
    let mut out = format!("<p>{}</p>\n", prose(&since_summary(since)));
    for (word, items) in [("Gone", &since.gone), ("Not judged now", &since.not_judged)] {
        if items.is_empty() {
            continue;
        }
        let items: String = items.iter().map(since_item).collect();
        let _ = write!(
            out,
            "<p><strong>{word}</strong></p>\n<ul class=\"plain-list\" \
             role=\"list\">\n{items}</ul>\n"
        );
    }
    out
}

fn since_item(item: &BaselineItem) -> String {
    format!(
        "<li><span class=\"rule\">{} {} {}</span>{}</li>\n",
        escaped(&item.was),
        code(&item.rule),
        code(&item.subject),
        prose(&item.message_now())
    )
}

// --- The page, and the rest

/// Returns the page's sections as tables.
fn the_page(report: &Report) -> String {
    let mut out = String::new();
    let mail_hosts = page::mail_hosts(&report.wanted);
    for section in page::sections(&report.wanted).into_iter().chain(mail_hosts) {
        let _ = writeln!(
            out,
            "<table>\n<caption>{}{}</caption>\n<tbody>",
            escaped(&section.title),
            inactive_note(section.inactive)
        );
        for field in section.fields {
            let why = inactive_note(field.inactive.filter(|_| section.inactive.is_none()));
            let value = match &field.value {
                None => "<span class=\"quiet\">not set</span>".to_owned(),
                Some(_) => escaped(&field.words()),
            };
            let _ = writeln!(
                out,
                "<tr><th scope=\"row\">{}</th><td>{value}{why}</td></tr>",
                escaped(field.setting.label)
            );
        }
        out.push_str("</tbody>\n</table>\n");
    }
    out
}

/// Returns the note that a field is inactive, or an empty text.
fn inactive_note(why: Option<&str>) -> String {
    why.map(|why| format!(" <span class=\"quiet\">(inactive: {})</span>", prose(why)))
        .unwrap_or_default()
}

/// Returns verdicts that need no attention, collapsed.
fn fold(verdicts: &[(usize, &Verdict)]) -> String {
    format!(
        "<details>\n<summary>{} verdicts</summary>\n<ul class=\"plain-list\" \
         role=\"list\">\n{}</ul>\n</details>\n",
        verdicts.len(),
        verdicts.iter().map(quiet_item).collect::<String>()
    )
}

fn quiet_item((_, verdict): &(usize, &Verdict)) -> String {
    let status = Status::of(verdict);
    let class = if status == Status::Pass {
        "passes"
    } else {
        "quiet"
    };
    format!(
        "<li><span class=\"rule\"><span class=\"{class}\">{}</span> {} {}</span>{}</li>\n",
        status.name(),
        code(verdict.rule.id),
        code(&verdict.subject),
        prose(&clipped(&verdict.message)),
    )
}

/// Returns the mistakes of a farm file, each with its line.
fn list_mistakes(text: &str, mistakes: &[FarmFileError]) -> String {
    let text = without_password(without_bom(text));
    let lines: Vec<&str> = text.lines().collect();
    let (mistakes, more) = first_mistakes(mistakes);
    let more = more
        .map(|more| format!("<p>{more}</p>\n"))
        .unwrap_or_default();
    let mistakes: String = mistakes
        .iter()
        .map(|mistake| mistake_item(mistake, &lines))
        .collect();
    format!("<ul class=\"plain-list\" role=\"list\">\n{mistakes}</ul>\n{more}")
}

fn mistake_item(mistake: &FarmFileError, lines: &[&str]) -> String {
    let line = mistake
        .line
        .checked_sub(1)
        .and_then(|at| lines.get(at))
        .copied()
        .unwrap_or_default();
    format!(
        "<li>Line {}, column {}: {}<pre>{}</pre></li>\n",
        mistake.line,
        mistake.column,
        prose_lines(&details::mistake(mistake)),
        code(line)
    )
}
