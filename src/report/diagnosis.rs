//! Mistakes in a file, shown in their lines; and errors, with what to do.

use super::details;
use crate::error::{Error, shown, without_password};
use crate::farm::Mistake;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use std::fmt::Write;

/// The mistakes of a farm file with their lines, the faulty parts underlined.
pub fn mistakes(path: &str, text: &str, mistakes: &[Mistake], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    let text = without_password(crate::farm::without_mark(text));
    // Each drawing costs a pass over the text.
    let (mistakes, more) = details::first_mistakes(mistakes);
    for mistake in mistakes {
        let _ = writeln!(out, "{}\n", renderer.render(&[group(path, &text, mistake)]));
    }
    if let Some(more) = more {
        let _ = writeln!(out, "{more} in `{}`\n", shown(path));
    }
    out
}

fn group<'a>(path: &'a str, text: &'a str, mistake: &'a Mistake) -> Group<'a> {
    let mut underline = AnnotationKind::Primary.span(mistake.span.clone());
    if let Some(expected) = &mistake.expected {
        underline = underline.label(format!("expected {expected}"));
    }
    let title = Level::ERROR.primary_title(shown(&mistake.message));
    let mut group = title.element(Snippet::source(text).path(shown(path)).annotation(underline));
    for hint in &mistake.hints {
        group = group.element(Level::HELP.message(shown(hint)));
    }
    group
}

/// An error as people read it.
pub fn error(error: &Error) -> String {
    let red = AnsiColor::Red.on_default().bold();
    let bold = Style::new().bold();
    let mut out = String::new();
    if let Some(picture) = &error.picture {
        out.push_str(picture);
    }
    let _ = writeln!(out, "{red}error{red:#}: {bold}{}{bold:#}", shown(&error.message));
    for hint in &error.hints {
        let _ = writeln!(out, "  hint: {}", shown(hint));
    }
    out
}
