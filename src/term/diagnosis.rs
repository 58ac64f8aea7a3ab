//! Mistakes in a file, shown in their lines; and errors, with what to do.

use super::Screen;
use crate::error::Error;
use crate::farm::FarmFileError;
use crate::text::{shown, without_password};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use std::fmt::Write;

/// What stands before a line of the file: its number and the rail.
const RAIL: usize = 8;
/// What stands before a title: `error: `.
const TITLE: usize = 7;
/// What stands before a note or a hint.
const INDENT: usize = 16;

/// The mistakes of a farm file with their lines, the faulty parts underlined. What is said of them
/// fits the screen.
pub fn mistakes(
    path: &str,
    text: &str,
    mistakes: &[FarmFileError],
    colour: bool,
    screen: &Screen,
) -> String {
    let renderer = if colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut out = String::new();
    let text = without_password(crate::farm::without_bom(text));
    // Each drawing costs a pass over the text.
    let (mistakes, more) = first_mistakes(mistakes);
    for mistake in mistakes {
        let _ = writeln!(
            out,
            "{}\n",
            renderer.render(&[group(path, &text, mistake, screen)])
        );
    }
    if let Some(more) = more {
        let _ = writeln!(out, "{more} in `{}`\n", shown(path));
    }
    out
}

/// The mistakes of a file that are told, and a sentence about the rest. A file with more is no farm
/// file.
pub fn first_mistakes(mistakes: &[FarmFileError]) -> (&[FarmFileError], Option<String>) {
    const MOST: usize = 50;
    match mistakes.split_at_checked(MOST) {
        Some((first, rest)) if !rest.is_empty() => {
            (first, Some(format!("… and {} more mistakes", rest.len())))
        }
        _ => (mistakes, None),
    }
}

fn group<'a>(
    path: &'a str,
    text: &'a str,
    mistake: &'a FarmFileError,
    screen: &Screen,
) -> Group<'a> {
    let mut underline = AnnotationKind::Primary.span(mistake.span.clone());
    let expected = mistake
        .expected
        .as_ref()
        .map(|expected| format!("expected {expected}"));
    let before = text
        .get(..mistake.span.end)
        .and_then(|before| before.lines().last())
        .unwrap_or_default();
    let column = RAIL + before.chars().count();
    let fits = |label: &String| {
        screen
            .width
            .is_none_or(|width| column + label.chars().count() <= width)
    };
    if let Some(label) = expected.clone().filter(fits) {
        underline = underline.label(label);
    }
    let title = Level::ERROR.primary_title(wrapped(&mistake.message, TITLE, screen));
    let mut group = title.element(
        Snippet::source(text)
            .path(shown(path))
            .annotation(underline),
    );
    if let Some(expected) = expected.filter(|label| !fits(label)) {
        group = group.element(Level::NOTE.message(wrapped(&expected, INDENT, screen)));
    }
    for hint in &mistake.hints {
        group = group.element(Level::HELP.message(wrapped(hint, INDENT, screen)));
    }
    group
}

/// A text in lines of what is left of the width behind an indent.
fn wrapped(text: &str, indent: usize, screen: &Screen) -> String {
    let left = screen
        .width
        .map(|width| width.saturating_sub(indent).max(1));
    Screen {
        width: left,
        ..*screen
    }
    .lines(text, "", "")
    .join("\n")
}

/// An error as people read it.
pub fn error(error: &Error) -> String {
    let red = AnsiColor::Red.on_default().bold();
    let bold = Style::new().bold();
    let mut out = String::new();
    if let Some(picture) = &error.picture {
        out.push_str(picture);
    }
    let _ = writeln!(
        out,
        "{red}error{red:#}: {bold}{}{bold:#}",
        shown(&error.message)
    );
    for hint in &error.hints {
        let _ = writeln!(out, "  hint: {}", shown(hint));
    }
    out
}
