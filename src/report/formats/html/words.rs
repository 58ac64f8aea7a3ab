//! Texts and small lists, escaped for HTML.

use crate::report::{Counts, Report};
use crate::text::shown;

/// Returns a text without markup and without characters that control a terminal.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in shown(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Returns a text, with the text between backticks as code.
pub(super) fn prose(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return escaped(text);
    }
    pieces
        .iter()
        .enumerate()
        .map(|(at, piece)| match at % 2 {
            0 => escaped(piece),
            _ => code(piece),
        })
        .collect()
}

/// Returns a text as code.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// Returns whom the message is for whose path the report shows.
pub(super) fn address(report: &Report) -> String {
    let domain = report.wanted.incoming.display_address.as_ref();
    domain.map_or_else(
        || "a list".to_owned(),
        |domain| format!("a list at `{}`", domain.text),
    )
}

/// Returns the number of verdicts of each kind, without zeros.
pub(super) fn counts(counts: &Counts) -> String {
    let said = [
        (
            counts.error,
            "error",
            if counts.error == 1 { "error" } else { "errors" },
        ),
        (
            counts.warning,
            "warning",
            if counts.warning == 1 {
                "warning"
            } else {
                "warnings"
            },
        ),
        (
            counts.note,
            "note",
            if counts.note == 1 { "note" } else { "notes" },
        ),
        (counts.undecided, "undecided", "undecided"),
        (counts.accepted, "quiet", "accepted"),
        (counts.pass, "passes", "passed"),
        (counts.not_applicable, "quiet", "not applicable"),
    ];
    let items = said.iter().filter(|(count, ..)| *count > 0);
    let items = items.map(|(count, class, word)| {
        format!("<li class=\"{class}\"><strong>{count}</strong> {word}</li>\n")
    });
    format!(
        "<ul class=\"counts\" role=\"list\">\n{}</ul>\n",
        items.collect::<String>()
    )
}
