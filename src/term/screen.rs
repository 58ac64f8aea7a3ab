//! Fits text to a screen: to its width and its characters.

use crate::text::shown;
use std::borrow::Cow;
use textwrap::core::Word;
use textwrap::wrap_algorithms::wrap_first_fit;
use textwrap::{Options, WordSeparator, WordSplitter};

/// The width of a table in columns, if the width of the screen is not known.
const USUAL_WIDTH: usize = 100;

/// The screen of the reader.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Its width in columns, or `None` if it is not known. Longer lines are wrapped.
    pub width: Option<usize>,
    /// Whether it shows characters beyond ASCII.
    pub unicode: bool,
}

impl Screen {
    /// An unknown screen: lines keep their length.
    pub const UNKNOWN: Self = Self {
        width: None,
        unicode: true,
    };

    /// Returns the width of a table in columns.
    pub fn table_width(&self) -> usize {
        self.width.unwrap_or(USUAL_WIDTH)
    }

    /// Returns a text with escaped terminal controls, drawn in ASCII if necessary.
    pub fn plain<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let shown = shown(text);
        if self.unicode || shown.is_ascii() {
            shown
        } else {
            in_ascii(&shown).into()
        }
    }

    /// Returns a text for the start of a line: a command of a CI runner is escaped.
    pub fn line_start<'a>(&self, text: &'a str) -> Cow<'a, str> {
        not_command(self.plain(text))
    }

    /// Returns a text in lines of the screen's width, with `first` before the first line and `rest`
    /// before the others. Lines are broken only at spaces, so that names can be copied.
    pub fn lines(&self, text: &str, first: &str, rest: &str) -> Vec<String> {
        let rows = self.rows(text, first.chars().count(), rest.chars().count());
        let indents = std::iter::once(first).chain(std::iter::repeat(rest));
        rows.into_iter()
            .zip(indents)
            .map(|(row, indent)| match row.is_empty() {
                true => indent.trim_end().to_owned(),
                false => not_command(format!("{indent}{row}").into()).into_owned(),
            })
            .collect()
    }

    /// Returns a text in rows that fit the screen after `first` columns, the later ones after
    /// `rest` columns. Lines are broken only at spaces, so that names can be copied.
    pub fn rows<'a>(&self, text: &'a str, first: usize, rest: usize) -> Vec<Cow<'a, str>> {
        let text = self.plain(text);
        let Some(width) = self.width else {
            return vec![text];
        };
        let words = WordSeparator::AsciiSpace.find_words(&text);
        // If the first word does not fit after a prefix that is longer than the indent, it begins a
        // row.
        let none = (first > rest).then(|| Word::from(""));
        let words: Vec<Word<'_>> = none.into_iter().chain(words).collect();
        let widths = [first, rest].map(|indent| width.saturating_sub(indent) as f64);
        let rows = wrap_first_fit(&words, &widths);
        rows.into_iter()
            .enumerate()
            .map(|(index, row_words)| {
                let row = joined(row_words);
                match index {
                    0 => row.into(),
                    _ => not_command(row.into()),
                }
            })
            .collect()
    }
}

/// Returns words with the spaces between them.
fn joined(words: &[Word<'_>]) -> String {
    let mut row = String::new();
    for (index, word) in words.iter().enumerate() {
        row.push_str(word.word);
        if index + 1 < words.len() {
            row.push_str(word.whitespace);
        }
    }
    row
}

/// Returns a line whose colon is escaped if it would make the line a command of GitHub's runner,
/// which ignores the spaces before it.
pub(crate) fn not_command(line: Cow<'_, str>) -> Cow<'_, str> {
    match line.trim_start().strip_prefix("::") {
        None => line,
        Some(rest) => {
            let indent = line.len() - line.trim_start().len();
            format!("{:indent$}\\u{{3a}}:{rest}", "").into()
        }
    }
}

/// Replaces a space at which a line must not be broken. No text from outside contains it, because
/// control characters are escaped.
const UNBROKEN_SPACE: &str = "\u{1}";

/// Wraps status lines, with indented continuations. Text in backticks is meant for copying, so it
/// stays in one line.
pub(crate) fn wrap_status(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let pieces: Vec<String> = line
            .split('`')
            .enumerate()
            .map(|(at, piece)| match at % 2 {
                0 => piece.to_owned(),
                _ => piece.replace(' ', UNBROKEN_SPACE),
            })
            .collect();
        let indent = " ".repeat(line.len() - line.trim_start().len() + 2);
        let options = Options::new(width)
            .subsequent_indent(&indent)
            .break_words(false)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        out.push_str(&textwrap::fill(&pieces.join("`"), options).replace(UNBROKEN_SPACE, " "));
        out.push('\n');
    }
    out
}

/// Replaces this program's own drawing characters by ASCII. Names in other scripts stay.
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
    fn text_is_wrapped_without_loss() {
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
            for line in &lines {
                let can_be_broken = line[2..].contains(' ');
                assert!(
                    !can_be_broken || line.chars().count() <= width,
                    "{width}: {line}"
                );
            }
        }
        assert_eq!(
            Screen::UNKNOWN.lines(text, "- ", "  "),
            [format!("- {text}")]
        );
    }

    #[test]
    fn status_is_wrapped_and_commands_stay_on_one_line() {
        let text = "error: this is not what was expected here\n  hint: type `spinmail set \
                    display-address X` to fix it\n";
        let expected = "error: this is not what was\n  expected here\n  hint: type\n    `spinmail \
                        set display-address X`\n    to fix it\n";
        assert_eq!(wrap_status(text, 30), expected);
        assert_eq!(wrap_status(text, 100), text);
    }

    #[test]
    fn only_drawing_characters_become_ascii() {
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
