//! Texts from outside in Markdown (CommonMark 0.31 with GitHub's tables, mentions and math).

use crate::text::shown;

/// The special characters of Markdown within a line. Each may be escaped by a backslash (6.1).
const SPECIAL: &str = "\\`*_[]<>#|~&!$";

/// Returns a text without markup. A mention (`@name`) sends no notification. A web address does not
/// become a link, which GitHub would make of `https://` and `www.` anywhere.
pub(super) fn escaped(text: &str) -> String {
    let text = shown(text);
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        // An e-mail address is not a mention: a name precedes its `@`.
        let is_mention = character == '@' && !before.is_alphanumeric();
        let is_link = match character {
            ':' => text.get(at..).is_some_and(|rest| rest.starts_with("://")),
            '.' => before.eq_ignore_ascii_case(&'w'),
            _ => false,
        };
        if is_link || SPECIAL.contains(character) {
            out.push('\\');
        }
        out.push(character);
        if is_mention {
            out.push('\u{200b}');
        }
        before = character;
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

/// Returns a text as code. Its delimiters are longer than every run of backticks in it.
pub(super) fn code(text: &str) -> String {
    let text = shown(text);
    if text.trim().is_empty() {
        return format!("(\"{}\")", text);
    }
    let delimiter = "`".repeat(longest_run(&text) + 1);
    let is_padded = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let space = if is_padded { " " } else { "" };
    format!("{delimiter}{space}{text}{space}{delimiter}")
}

/// Returns a fence that is longer than every run of backticks in the text.
pub(super) fn fence(text: &str) -> String {
    "`".repeat(longest_run(text).max(2) + 1)
}

/// Returns the length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|character| character != '`').map(str::len);
    runs.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_of_the_web_is_not_a_link() {
        for (text, written) in [
            ("see https://evil.example/", "see https\\://evil.example/"),
            ("WWW.evil.example", "WWW\\.evil.example"),
            ("at 10:25, a.b: c", "at 10:25, a.b: c"),
        ] {
            assert_eq!(escaped(text), written);
        }
    }
}
