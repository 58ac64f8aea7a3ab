//! Shows the mistakes of a farm file in their lines, and errors with their hints.

use super::Screen;
use crate::error::Error;
use crate::farm::FarmFileError;
use crate::text::{shown, without_agent_commands, without_password};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use std::fmt::Write;

/// The columns before a line of the file: its number and the rail.
const RAIL_WIDTH: usize = 8;
/// The columns before a title: `error: `.
const TITLE_INDENT: usize = 7;
/// The columns before a note or a hint.
const NOTE_INDENT: usize = 16;

/// The maximum number of mistakes that are shown. A file with more is not a farm file.
const MAX_MISTAKES: usize = 50;

/// A farm file that cannot be read, and the screen on which its mistakes are shown.
#[derive(Debug)]
pub struct Diagnosis<'a> {
    /// The file's path, as the user wrote it.
    pub path: &'a str,
    /// The file's text.
    pub text: &'a str,
    /// Whether the drawing is coloured.
    pub colour: bool,
    /// The screen that lines are fitted to.
    pub screen: &'a Screen,
}

impl Diagnosis<'_> {
    /// Draws mistakes in their lines, the faulty parts underlined.
    pub fn draw(&self, mistakes: &[FarmFileError]) -> String {
        let renderer = if self.colour {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let mut out = String::new();
        let text = without_password(crate::farm::without_bom(self.text));
        // Each drawing costs a pass over the text.
        let (mistakes, more) = first_mistakes(mistakes);
        for mistake in mistakes {
            let group = self.group(&text, mistake);
            // The line of the file is shown unchanged, so its content is escaped here. The drawing
            // library also escapes terminal controls.
            let drawing = renderer.render(&[group]);
            let _ = writeln!(out, "{}\n", without_agent_commands(&drawing));
        }
        if let Some(more) = more {
            let _ = writeln!(out, "{more} in `{}`\n", shown(self.path));
        }
        out
    }

    /// Returns a mistake with its line in `text`. The expected value is written after the underline
    /// if it fits there, otherwise below the line.
    fn group<'t>(&self, text: &'t str, mistake: &FarmFileError) -> Group<'t> {
        let Window { part, start, line } = Window::around(text, mistake);
        let span = mistake.span.start - start..mistake.span.end - start;
        let mut underline = AnnotationKind::Primary.span(span);
        let mut notes = Vec::new();
        if let Some(expected) = &mistake.expected {
            let label = format!("expected {expected}");
            if self.fits_behind(text, mistake, &label) {
                underline = underline.label(label);
            } else {
                notes.push(Level::NOTE.message(wrapped(&label, NOTE_INDENT, self.screen)));
            }
        }
        for hint in &mistake.hints {
            notes.push(Level::HELP.message(wrapped(hint, NOTE_INDENT, self.screen)));
        }
        let snippet = Snippet::source(part)
            .line_start(line)
            .path(shown(self.path).into_owned())
            .annotation(underline);
        Level::ERROR
            .primary_title(wrapped(&mistake.message, TITLE_INDENT, self.screen))
            .element(snippet)
            .elements(notes)
    }

    /// Returns whether a label fits on the screen after the faulty part of the line.
    fn fits_behind(&self, text: &str, mistake: &FarmFileError, label: &str) -> bool {
        let before = text
            .get(..mistake.span.end)
            .and_then(|before| before.rsplit('\n').next())
            .unwrap_or_default();
        let end = RAIL_WIDTH + before.chars().count() + label.chars().count();
        self.screen.width.is_none_or(|width| end <= width)
    }
}

/// The part of a text for a drawing.
struct Window<'t> {
    part: &'t str,
    /// Its start in the text.
    start: usize,
    /// The number of its first line.
    line: usize,
}

impl<'t> Window<'t> {
    /// Returns the lines of a mistake, or the whole text if it is short: a drawing processes all
    /// text that it gets.
    fn around(text: &'t str, mistake: &FarmFileError) -> Self {
        const SHORT: usize = 64 << 10;
        let span = &mistake.span;
        let before = text.get(..span.start).filter(|_| text.len() > SHORT);
        let lines = before
            .zip(text.get(span.end..))
            .and_then(|(before, after)| {
                let start = before.rfind('\n').map_or(0, |newline| newline + 1);
                let end = span.end + after.find('\n').unwrap_or(after.len());
                Some((start, text.get(start..end).filter(|part| !part.is_empty())?))
            });
        match lines {
            Some((start, part)) => Self {
                part,
                start,
                line: mistake.line,
            },
            None => Self {
                part: text,
                start: 0,
                line: 1,
            },
        }
    }
}

/// Returns the shown mistakes of a file, and a sentence about the others if there are any.
pub fn first_mistakes(mistakes: &[FarmFileError]) -> (&[FarmFileError], Option<String>) {
    match mistakes.split_at_checked(MAX_MISTAKES) {
        Some((first, rest)) if !rest.is_empty() => {
            (first, Some(format!("… and {} more mistakes", rest.len())))
        }
        _ => (mistakes, None),
    }
}

/// Returns a text in lines of the width that an indent leaves.
fn wrapped(text: &str, indent: usize, screen: &Screen) -> String {
    let width = screen
        .width
        .map(|width| width.saturating_sub(indent).max(1));
    let inner = Screen { width, ..*screen };
    inner.lines(text, "", "").join("\n")
}

/// Returns an error with its hints.
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
        shown(&without_password(&error.message))
    );
    for hint in &error.hints {
        let _ = writeln!(out, "  hint: {}", shown(&without_password(hint)));
    }
    out
}
