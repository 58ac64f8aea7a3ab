//! Fitting text to where it is read: its width, and the characters it can show.

use crate::text::shown;
use std::borrow::Cow;
use textwrap::{Options, WordSeparator, WordSplitter};

/// The width of a table where the place does not tell its own.
const USUAL_WIDTH: usize = 100;

/// What the place can show where a text is read.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Its width in columns, where it is known: longer lines are wrapped.
    pub width: Option<usize>,
    /// Whether it shows characters beyond ASCII.
    pub unicode: bool,
}

impl Screen {
    /// A place of which nothing is known: lines stay as long as they are.
    pub const UNKNOWN: Self = Self {
        width: None,
        unicode: true,
    };

    /// The width of a table.
    pub fn table_width(&self) -> usize {
        self.width.unwrap_or(USUAL_WIDTH)
    }

    /// A text that steers no terminal, with only such drawing as can be seen.
    pub fn plain<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let shown = shown(text);
        if self.unicode || shown.is_ascii() {
            shown
        } else {
            in_ascii(&shown).into()
        }
    }

    /// A text in lines of the known width, the first behind some `indent`, the others behind
    /// another. What has no blank is not broken, so that names and commands can be copied.
    pub fn lines(&self, text: &str, first: &str, rest: &str) -> Vec<String> {
        let text = self.plain(text);
        let Some(width) = self.width else {
            return vec![format!("{first}{text}")];
        };
        let options = Options::new(width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        textwrap::wrap(&text, options)
            .into_iter()
            .map(Cow::into_owned)
            .collect()
    }
}

/// Stands for a blank that must not become the end of a line; no text from outside holds it, being
/// a control character.
const WHOLE: &str = "\u{1}";

/// Talk in lines of a width, those that go on standing further in. What stands in backticks is
/// there to be copied, and stays in one line.
pub(crate) fn talk(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let pieces = line.split('`').enumerate();
        let whole: Vec<String> = pieces
            .map(|(at, piece)| {
                if at % 2 == 1 {
                    piece.replace(' ', WHOLE)
                } else {
                    piece.to_owned()
                }
            })
            .collect();
        let indent = " ".repeat(line.len() - line.trim_start().len() + 2);
        let options = Options::new(width)
            .subsequent_indent(&indent)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        out.push_str(&textwrap::fill(&whole.join("`"), options).replace(WHOLE, " "));
        out.push('\n');
    }
    out
}

/// A text with the characters that this program draws with put into ASCII. Names in other letters
/// stay.
pub(crate) fn in_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '─' => out.push('-'),
            '│' => out.push('|'),
            '├' => out.push('|'),
            '└' => out.push('`'),
            '→' => out.push_str("->"),
            '…' => out.push_str("..."),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_and_nothing_is_lost() {
        let text = "a name that-is-long-and-has-no-blank-at-all stays whole, and  nothing is cut";
        for width in 1..90 {
            let lines = Screen {
                width: Some(width),
                unicode: true,
            }
            .lines(text, "- ", "  ");
            let words: Vec<&str> = lines
                .iter()
                .flat_map(|line| line[2..].split_whitespace())
                .collect();
            assert_eq!(
                words,
                text.split_whitespace().collect::<Vec<_>>(),
                "{width}"
            );
            let too_wide = |line: &&String| line.chars().count() > width && line[2..].contains(' ');
            assert_eq!(lines.iter().find(too_wide), None, "{width}");
        }
        assert_eq!(
            Screen::UNKNOWN.lines(text, "- ", "  "),
            [format!("- {text}")]
        );
    }

    #[test]
    fn talk_is_wrapped_and_commands_stay_whole() {
        let text = "error: this is not what was expected here\n  hint: type `spinmail set \
                    display-address X` to mend it\n";
        let expected = "error: this is not what was\n  expected here\n  hint: type\n    `spinmail \
                        set display-address X`\n    to mend it\n";
        assert_eq!(talk(text, 30), expected);
        assert_eq!(talk(text, 100), text);
    }

    #[test]
    fn only_drawing_is_put_into_ascii() {
        let screen = Screen {
            unicode: false,
            width: None,
        };
        assert_eq!(
            screen.plain("├─ München → \u{1b}[m…"),
            "|- München -> \\u{1b}[m..."
        );
        assert_eq!(Screen::UNKNOWN.plain("├─ → …"), "├─ → …");
    }
}
