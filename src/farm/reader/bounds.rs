//! Bounds on the mistakes and the text that are read: a hostile file could contain millions of
//! mistakes, each of which takes time and memory.

use std::cell::Cell;
use toml_parser::parser::{RecursionGuard, ValidateWhitespace, parse_document};
use toml_parser::{ParseError, Source};

/// The most mistakes that are kept. A file with more is not a farm file.
pub(super) const MAX_MISTAKES: usize = 200;
/// The longest text of a mistake, in bytes: it quotes what is in the file.
const MAX_TEXT: usize = 2000;
/// The most words, signs and spaces that are read. A farm file of a hundred thousand servers with a
/// few settings each has half as many.
const MAX_TOKENS: usize = 4_000_000;
/// The size in bytes up to which a text cannot have enough mistakes to do harm, and is not checked.
const SHORT: usize = 256 << 10;
/// The maximum nesting of values, as in the parser.
const MAX_DEPTH: u32 = 80;

/// The part of a text that is read.
pub(super) struct Readable<'a> {
    pub text: &'a str,
    /// Why the rest is not read, or `None` if all is.
    pub cut: Option<&'static str>,
}

/// Returns the part of a text with no more mistakes than are kept, and no more words than are read.
pub(super) fn readable(text: &str) -> Readable<'_> {
    if text.len() <= SHORT {
        return Readable { text, cut: None };
    }
    let source = Source::new(text);
    let tokens: Vec<_> = source.lex().take(MAX_TOKENS + 1).collect();
    let mut end = text.len();
    let mut cut = None;
    if let Some(beyond) = tokens.get(MAX_TOKENS) {
        end = beyond.span().start();
        cut = Some("the file is too large: it has more than four million words");
    }
    let (mistakes, last) = (Cell::new(0_usize), Cell::new(None));
    let mut count = |error: ParseError| {
        mistakes.set(mistakes.get() + 1);
        if mistakes.get() == MAX_MISTAKES + 1 {
            last.set(error.unexpected().or(error.context()));
        }
    };
    let mut ignored = ();
    let mut receiver = ValidateWhitespace::new(&mut ignored, source);
    let mut receiver = RecursionGuard::new(&mut receiver, MAX_DEPTH);
    parse_document(&tokens, &mut receiver, &mut count);
    if mistakes.get() > MAX_MISTAKES {
        cut = Some(TOO_MANY);
        end = last.get().map_or(end, |span| span.end().min(end));
    }
    Readable {
        text: text.get(..end).unwrap_or(text),
        cut,
    }
}

/// The last mistake of a text with too many.
pub(super) const TOO_MANY: &str = "there are more mistakes, which are not shown";

/// Shortens the text of a mistake if it is too long to read.
pub(super) fn shorten(text: &mut String) {
    if text.len() <= MAX_TEXT {
        return;
    }
    let end = (0..=MAX_TEXT)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    text.truncate(end);
    text.push('…');
    text.shrink_to_fit();
}
