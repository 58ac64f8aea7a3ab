//! Bytes and lines of a text.

use std::ops::Range;

/// The byte order mark that Windows programs put before a text.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";
/// One level of indentation.
pub(super) const STEP: &str = "  ";

pub(super) fn part(source: &str, range: Range<usize>) -> &str {
    source.get(range).unwrap_or_default()
}

pub(super) fn splice(source: &str, range: Range<usize>, text: &str) -> String {
    let before = part(source, 0..range.start);
    let after = part(source, range.end..source.len());
    [before, text, after].concat()
}

/// Returns the start of the text after the byte order mark, if there is one.
pub(super) fn body_start(source: &str) -> usize {
    if source.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    }
}

pub(super) fn line_start(source: &str, at: usize) -> usize {
    part(source, 0..at)
        .rfind('\n')
        .map_or(body_start(source), |newline| newline + 1)
}

/// Returns the position after the line's newline, or the end of the text.
pub(super) fn line_end(source: &str, at: usize) -> usize {
    part(source, at..source.len())
        .find('\n')
        .map_or(source.len(), |newline| at + newline + 1)
}

pub(super) fn line_before(source: &str, line: usize, floor: usize) -> Option<Range<usize>> {
    (line > floor).then(|| line_start(source, line - 1).max(floor)..line)
}

pub(super) fn indentation(source: &str, at: usize) -> &str {
    let line = part(source, line_start(source, at)..at);
    let width = line.len() - line.trim_start_matches([' ', '\t']).len();
    part(line, 0..width)
}

/// Returns the line ending of most lines.
pub(super) fn newline(source: &str) -> &'static str {
    let windows = source.matches("\r\n").count();
    if windows * 2 > source.matches('\n').count() {
        "\r\n"
    } else {
        "\n"
    }
}

/// Inserts whole lines before the line that starts at `at`.
pub(super) fn insert_lines(source: &str, at: usize, lines: &[String]) -> String {
    let newline = newline(source);
    let text = lines.join(newline);
    let before = part(source, body_start(source)..at);
    let text = if before.is_empty() || before.ends_with('\n') {
        text + newline
    } else {
        newline.to_owned() + &text
    };
    splice(source, at..at, &text)
}

pub(super) fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}
