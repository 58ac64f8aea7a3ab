//! How much of a text is read: a hostile one could hold millions of mistakes, each of which takes
//! time and memory.

use std::cell::Cell;
use toml_parser::parser::{RecursionGuard, ValidateWhitespace, parse_document};
use toml_parser::{ParseError, Source};

/// The most mistakes that are kept. A file with more is not a farm file.
pub(super) const MAX_MISTAKES: usize = 200;
/// The longest text of a mistake, in bytes: it quotes what is in the file.
const MAX_TEXT: usize = 2000;
/// The most words, signs and spaces that are read. A farm file of a hundred thousand servers with a few
/// settings each has half as many.
const MAX_TOKENS: usize = 4_000_000;
/// A text that is shorter, in bytes, cannot hold enough mistakes to do harm, and is not looked at
/// beforehand.
const SHORT: usize = 256 << 10;
/// How deep values may be nested, as in the parser.
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
        cut = Some("this is more than a farm file can be: it goes on beyond four million words");
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

/// The last mistake of a text that has more.
pub(super) const TOO_MANY: &str = "there are more mistakes than these, and no more are looked for";

/// Cuts the text of a mistake where it is longer than anyone reads.
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
