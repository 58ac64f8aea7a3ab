//! The parts of the page about one farm.

use super::words::{address, counts, escaped, passes_everywhere, prose};
use crate::farm::{FarmFileError, without_bom};
use crate::report::since::{BaselineItem, Since};
use crate::report::trace::{HopState, Trace};
use crate::report::wording::since_summary;
use crate::report::{Body, Report, Status, details};
use crate::rules::{Hop, Verdict};
use crate::term::diagnosis::first_mistakes;
use crate::term::page;
use crate::text::without_password;
use std::fmt::Write;

/// Where the parts stand in the document.
pub(super) struct Place {
    /// Of the headings.
    pub level: usize,
    /// Of the ids, so that they are unique.
    pub prefix: String,
    /// The id of the farm's name, where there are several: what is called alike is told apart by
    /// it.
    pub name: Option<String>,
}

impl Place {
    /// A part with its heading.
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

/// Everything that is said of a farm.
pub(super) fn report(report: &Report, place: &Place) -> String {
    let verdicts = match &report.body {
        Body::Verdicts(verdicts) => verdicts,
        Body::Unreadable(error) => {
            let body = format!("<p>{}</p>\n", prose_lines(&details::error(error)));
            return place.section("unreadable", "The file cannot be read", &body);
        }
        Body::Malformed { text, mistakes } => {
            return place.section(
                "unreadable",
                "The file cannot be read",
                &list_mistakes(text, mistakes),
            );
        }
    };
    let of = |wanted: fn(Status) -> bool| -> Vec<(usize, &Verdict)> {
        verdicts
            .iter()
            .enumerate()
            .filter(|(_, verdict)| wanted(Status::of(verdict)))
            .collect()
    };
    let mut open = of(|status| matches!(status, Status::Open(_)));
    // The worst first; among equals, the order of the rules.
    open.sort_by_key(|(_, verdict)| std::cmp::Reverse(verdict.severity));
    let mut out = way(report, place);
    out.push_str(&place.section(
        "findings",
        "Findings",
        &findings(&open, report, place, "Nothing was found."),
    ));
    let undecided = of(|status| status == Status::Undecided);
    if !undecided.is_empty() {
        let lead = "<p>These could not be decided. Each says what would decide it.</p>\n";
        let body = format!("{lead}{}", findings(&undecided, report, place, ""));
        out.push_str(&place.section("undecided", "Undecided", &body));
    }
    if let Some(since) = &report.since {
        out.push_str(&place.section("since", "Since the earlier report", &past(since)));
    }
    let accepted = of(|status| status == Status::Accepted);
    if !accepted.is_empty() {
        out.push_str(&place.section(
            "accepted",
            "Accepted",
            &findings(&accepted, report, place, ""),
        ));
    }
    out.push_str(&place.section("page", "The page as configured", &the_page(report)));
    let quiet = of(|status| matches!(status, Status::Pass | Status::NotApplicable));
    out.push_str(&place.section("passed", "Passed and not applicable", &fold(&quiet)));
    out
}

/// A text of several lines.
fn prose_lines(text: &str) -> String {
    text.lines().map(prose).collect::<Vec<_>>().join("<br />")
}

/// The id of the place where a verdict is said in full.
fn anchor(place: &Place, at: usize) -> String {
    format!("{}v{at}", place.prefix)
}

// --- The way of a message

fn class_of(state: HopState) -> &'static str {
    match state {
        HopState::Passes => "passes",
        HopState::NotLookedAt => "not-looked-at",
        HopState::NotKnown => "not-known",
        HopState::MayStop => "may-stop",
        HopState::Stops => "stops",
    }
}

/// A sign for a state; the word beside it says the same.
fn sign(state: HopState) -> String {
    let path = match state {
        HopState::Passes => "M5 12.5l4.5 4.5L19 7.5",
        HopState::NotLookedAt => "M7 12h10",
        HopState::NotKnown => "M8.5 9a3.5 3.5 0 1 1 5.3 3c-1.2.7-1.8 1.3-1.8 2.6M12 19v.1",
        HopState::MayStop => "M12 5v9M12 19v.1",
        HopState::Stops => "M6.5 6.5l11 11M17.5 6.5l-11 11",
    };
    format!(
        "<svg class=\"sign\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"{path}\"/></svg>"
    )
}

fn way(report: &Report, place: &Place) -> String {
    let address = address(report);
    let trace = Trace::new(&address, report.verdicts());
    let end = trace.end();
    let stopped = end
        .filter(|(_, state, _)| *state == HopState::Stops)
        .map(|(hop, ..)| hop);
    let hops = Hop::ALL.into_iter().map(|hop| {
        let state = trace.state(hop);
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
    });
    let hops: String = hops.collect();
    let (class, sentence) = match end {
        _ if !report.wanted.is_enabled() => (
            "not-looked-at",
            "Incoming e-mail is not recorded as enabled, so no message is expected to arrive."
                .to_owned(),
        ),
        Some((_, state, _)) => (class_of(state), trace.sentence()),
        None if passes_everywhere(&trace) => ("passes", trace.sentence()),
        None => ("not-looked-at", trace.sentence()),
    };
    let body = format!(
        "<p>How far a message to {} comes, by what was looked at:</p>\n<ol class=\"way\" \
         role=\"list\">\n{hops}</ol>\n<p class=\"sentence {class}\"><span>{}</span></p>\n{}",
        prose(&address),
        prose(&sentence),
        counts(&report.counts()),
    );
    place.section("way", "The way of a message", &body)
}

// --- Findings

fn findings(
    verdicts: &[(usize, &Verdict)],
    report: &Report,
    place: &Place,
    nothing: &str,
) -> String {
    match verdicts.is_empty() {
        true => format!("<p>{nothing}</p>\n"),
        false => {
            let groups = details::grouped(report, verdicts.iter().copied());
            groups
                .iter()
                .map(|group| finding(group, report, place))
                .collect()
        }
    }
}

/// A finding, and behind the first those that are told with it.
fn finding(group: &[(usize, &Verdict)], report: &Report, place: &Place) -> String {
    let Some((&(at, verdict), others)) = group.split_first() else {
        return String::new();
    };
    let status = Status::of(verdict);
    let class = match status {
        Status::Open(severity) => severity.name(),
        Status::Undecided => "undecided",
        _ => "quiet",
    };
    let (level, id) = (place.level + 1, anchor(place, at));
    let mut tags = format!(
        "<span class=\"tag\">{}</span> <code>{}</code>",
        status.name(),
        verdict.rule.id
    );
    for (at, other) in others {
        let _ = write!(
            tags,
            " <code id=\"{}\">{}</code>",
            anchor(place, *at),
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
            "<code>{}</code>: {}",
            escaped(&verdict.subject),
            prose(&verdict.message)
        ),
        _ => prose(&verdict.message),
    };
    format!(
        "<article class=\"finding {class}\" id=\"{id}\" aria-labelledby=\"{id}-what\">\n<p \
         class=\"tags\">{tags}</p>\n<h{level} \
         id=\"{id}-what\">{headline}</h{level}>\n<dl>\n{}</dl>\n</article>\n",
        described(verdict, &report.file),
    )
}

/// Where it is, what shows it, and what to do, as terms and descriptions.
fn described(verdict: &Verdict, file: &str) -> String {
    let mut out = String::new();
    let mut term = |name: &str, html: &str| {
        // Each question begins apart from what was answered to the one before.
        let class = if name == "Asked" {
            " class=\"apart\""
        } else {
            ""
        };
        let _ = writeln!(out, "<dt{class}>{name}</dt><dd{class}>{html}</dd>");
    };
    let code = |text: &str| format!("<code>{}</code>", escaped(text));
    term("Subject", &code(&verdict.subject));
    if let Some(about) = &verdict.about {
        let line = about
            .line
            .map(|line| format!("{}: ", code(&format!("{file}:{line}"))))
            .unwrap_or_default();
        term(
            "Setting",
            &format!(
                "{line}{}",
                code(about.text.as_deref().unwrap_or(&about.setting))
            ),
        );
    }
    for evidence in &verdict.evidence {
        term("Asked", &prose(&evidence.asked));
        term("Expected", &prose(&evidence.expected));
        term("Observed", &prose(&evidence.observed));
    }
    if let Some(remedy) = &verdict.remedy {
        let commands: Vec<String> = details::commands(verdict, file)
            .map(|command| escaped(&command))
            .collect();
        let commands = match commands.is_empty() {
            true => String::new(),
            false => format!("<pre><code>{}</code></pre>", commands.join("\n")),
        };
        term(
            "Remedy",
            &format!("<p>{}</p>{commands}", prose(&remedy.text)),
        );
        term("By", &escaped(&remedy.role.to_string()));
    }
    if let Some(reason) = details::acceptance(verdict) {
        term("Accepted", &escaped(&reason));
    }
    out
}

fn past(since: &Since) -> String {
    let mut out = format!("<p>{}</p>\n", prose(&since_summary(since)));
    for (word, items) in [("Gone", &since.gone), ("Not judged now", &since.not_judged)] {
        if items.is_empty() {
            continue;
        }
        let item = |item: &BaselineItem| {
            let (was, rule, subject) = (
                escaped(&item.was),
                escaped(&item.rule),
                escaped(&item.subject),
            );
            format!(
                "<li><span class=\"rule\">{was} <code>{rule}</code> \
                 <code>{subject}</code></span>{}</li>\n",
                prose(&item.message_now())
            )
        };
        let items: String = items.iter().map(item).collect();
        let _ = write!(
            out,
            "<p><strong>{word}</strong></p>\n<ul class=\"plain-list\" \
             role=\"list\">\n{items}</ul>\n"
        );
    }
    out
}

// --- The page, and the rest

fn the_page(report: &Report) -> String {
    let note = |why: Option<&str>| {
        why.map(|why| format!(" <span class=\"quiet\">(inactive: {})</span>", prose(why)))
            .unwrap_or_default()
    };
    let mut out = String::new();
    for section in page::sections(&report.wanted) {
        let _ = writeln!(
            out,
            "<table>\n<caption>{}{}</caption>\n<tbody>",
            section.title,
            note(section.inactive)
        );
        for field in section.fields {
            let why = note(field.inactive.filter(|_| section.inactive.is_none()));
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

/// What nobody has to look at, folded.
fn fold(verdicts: &[(usize, &Verdict)]) -> String {
    let item = |(_, verdict): &(usize, &Verdict)| {
        format!(
            "<li><span class=\"rule\"><span class=\"{}\">{}</span> <code>{}</code> \
             <code>{}</code></span>{}</li>\n",
            if Status::of(verdict) == Status::Pass {
                "passes"
            } else {
                "quiet"
            },
            Status::of(verdict).name(),
            verdict.rule.id,
            escaped(&verdict.subject),
            prose(&verdict.message),
        )
    };
    format!(
        "<details>\n<summary>{} verdicts</summary>\n<ul class=\"plain-list\" \
         role=\"list\">\n{}</ul>\n</details>\n",
        verdicts.len(),
        verdicts.iter().map(item).collect::<String>()
    )
}

fn list_mistakes(text: &str, mistakes: &[FarmFileError]) -> String {
    let text = without_password(without_bom(text));
    let lines: Vec<&str> = text.lines().collect();
    let item = |mistake: &FarmFileError| {
        let line = mistake
            .line
            .checked_sub(1)
            .and_then(|at| lines.get(at))
            .copied()
            .unwrap_or_default();
        format!(
            "<li>Line {}, column {}: {}<pre><code>{}</code></pre></li>\n",
            mistake.line,
            mistake.column,
            prose_lines(&details::mistake(mistake)),
            escaped(line)
        )
    };
    let (mistakes, more) = first_mistakes(mistakes);
    let more = more
        .map(|more| format!("<p>{more}</p>\n"))
        .unwrap_or_default();
    let mistakes: String = mistakes.iter().map(item).collect();
    format!("<ul class=\"plain-list\" role=\"list\">\n{mistakes}</ul>\n{more}")
}
