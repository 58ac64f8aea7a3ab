//! Invalid TOML: what the administrator most likely did, and what to write instead.

use super::bounds::MAX_MISTAKES;
use super::examples::{example_line, one_of_tables, repaired, setting_line};
use super::{Reader, SettingSpans};
use crate::farm::settings::{SETTINGS, Setting};
use crate::farm::value::{SettingKind, SettingValue};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml::de::{DeTable, Error};

/// Quotes from word processors and mail programs.
const TYPOGRAPHIC: &[char] = &['“', '”', '„', '‘', '’', '‚', '«', '»', '`', '´'];

/// The conflict markers of version control systems.
const CONFLICT: [&str; 3] = ["<<<<<<<", "=======", ">>>>>>>"];

/// The maximum number of parser errors that are read. The parser may report several for one
/// mistake.
const MAX_ERRORS: usize = 2 * MAX_MISTAKES;

/// A part of the text that is not valid TOML.
enum BrokenPart {
    /// A setting's right side, by its index among those that were read.
    Value(usize),
    /// A line, from its first to its last character.
    Line(Range<usize>),
}

/// The fault of a quoted text.
struct TextFault<'a> {
    /// Whether a `\` begins no valid escape sequence.
    is_escape: bool,
    /// The parser's message.
    message: &'a str,
}

impl Reader<'_> {
    /// Adds the parser's errors to the mistakes: one for each broken place. Mistakes that were
    /// already found in such a place are removed, because they rest on the parser's guess.
    pub(super) fn broken(&mut self, mut errors: Vec<Error>) {
        if errors.is_empty() {
            return;
        }
        self.written.sort_by_key(|written| written.key.start);
        errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
        self.has_more |= errors.len() > MAX_ERRORS;
        errors.truncate(MAX_ERRORS);
        let errors: Vec<(Range<usize>, &str)> = errors
            .iter()
            .map(|error| (error.span().unwrap_or(0..0), error.message()))
            .collect();
        let duplicate_keys = duplicate_keys(self.text, errors.iter().map(|(span, _)| span.clone()));
        let (duplicates, broken): (Vec<_>, Vec<_>) = errors
            .into_iter()
            .partition(|(span, _)| duplicate_keys.contains(&span.start));
        let judged = std::mem::take(&mut self.mistakes);
        let mut guesses: Vec<Range<usize>> = Vec::new();
        for (span, message) in broken {
            let place = self.place(span.start);
            let extent = self.extent(&place);
            let is_known = guesses
                .last()
                .is_some_and(|last| last.contains(&span.start));
            match place {
                BrokenPart::Value(at) if !is_known || self.is_further_entry(at, &span) => {
                    self.broken_value(at, span, message)
                }
                BrokenPart::Line(line) if !is_known => self.broken_line(line, span, message),
                _ => {}
            }
            if let Some(mistake) = self.mistakes.last_mut() {
                mistake.shorten();
            }
            if !is_known {
                guesses.push(extent);
            }
        }
        duplicates
            .into_iter()
            .for_each(|(span, _)| self.duplicate(span));
        let certain = judged
            .into_iter()
            .filter(|mistake| !is_within(&guesses, mistake.span.start));
        self.mistakes.extend(certain);
    }

    /// Returns whether a mistake is a further unquoted word in a list: each is a separate mistake.
    fn is_further_entry(&self, at: usize, span: &Range<usize>) -> bool {
        let Some(SettingSpans { value, .. }) = self.written.get(at) else {
            return false;
        };
        self.is_bare_word(span)
            && self.part(value.clone()).starts_with('[')
            && !self.part(value.start..span.end).contains('\n')
    }

    /// Returns whether a mistake is a complete unquoted word.
    fn is_bare_word(&self, span: &Range<usize>) -> bool {
        let word = self.part(span.clone());
        let is_bare =
            !word.contains(['"', '\'']) && !word.starts_with(ends_word) && !word.is_empty();
        is_bare
            && self.part(0..span.start).ends_with(ends_word)
            && self.part(span.end..self.text.len()).starts_with(ends_word)
    }

    /// Returns whether at `at` there is something other than a comment, with only spaces between it
    /// and `end` on the same line.
    fn follows_on_line(&self, end: usize, at: usize) -> bool {
        let rest = self.part(at.max(end)..self.line_end(end).max(at));
        at >= end
            && self.part(end..at).trim_matches([' ', '\t']).is_empty()
            && !rest.trim().is_empty()
            && !rest.starts_with('#')
    }

    /// Returns whether a setting is between the braces of its table.
    fn is_inline(&self, written: &SettingSpans) -> bool {
        self.part(self.line_start(written.key.start)..written.key.start)
            .contains(['{', ','])
    }

    fn place(&self, at: usize) -> BrokenPart {
        let before = self
            .written
            .partition_point(|written| written.key.start <= at);
        let written = before
            .checked_sub(1)
            .and_then(|number| Some((number, self.written.get(number)?)));
        match written {
            Some((number, written)) if at <= self.line_end(written.value.end) => {
                BrokenPart::Value(number)
            }
            _ => {
                let start = self.line_start(at);
                let line = self.part(start..self.line_end(start));
                let indent = line.len() - line.trim_start().len();
                BrokenPart::Line(start + indent..start + line.trim_end().len().max(indent))
            }
        }
    }

    /// The first character of the line.
    fn line_start(&self, at: usize) -> usize {
        let line = self.line(at).saturating_sub(1);
        self.line_starts.get(line).copied().unwrap_or_default()
    }

    /// The end of the line, without its newline.
    fn line_end(&self, at: usize) -> usize {
        let next = self.line_starts.get(self.line(at));
        next.map_or(self.text.len(), |start| start - 1)
    }

    /// Returns the range that a broken place makes unreadable: to the end of its line, or if
    /// brackets are open to the next header.
    fn extent(&self, place: &BrokenPart) -> Range<usize> {
        let (start, end, open) = match place {
            BrokenPart::Line(line) => (
                line.start,
                line.end,
                self.part(line.clone()).starts_with('['),
            ),
            BrokenPart::Value(at) => {
                let Some(written) = self.written.get(*at) else {
                    return 0..0;
                };
                let raw = self.part(written.value.clone());
                if self.is_inline(written) {
                    return written.key.start..written.value.end + 1;
                }
                (
                    written.key.start,
                    self.line_end(written.value.end),
                    raw.contains('\n') || raw.starts_with('{'),
                )
            }
        };
        let end = if open {
            self.part(end..self.text.len())
                .find("\n[")
                .map_or(self.text.len(), |at| end + at)
        } else {
            end
        };
        start..end + 1
    }

    fn duplicate(&mut self, span: Range<usize>) {
        let name = self.part(span.clone()).to_owned();
        let header = self.part(0..span.start).ends_with('[');
        let what = if header {
            format!("the table `[{name}]`")
        } else {
            format!("`{name}`")
        };
        let first = self.first_of(&name, header, span.start);
        let mistake = self.mistake(span, format!("duplicate {what}"));
        mistake.hints.push(match first {
            Some(line) => format!("the first is in line {line}: keep one of them"),
            None => "keep one of them".to_owned(),
        });
    }

    /// Returns the line of the first of two duplicate keys or headers, or `None` if it is not
    /// found.
    fn first_of(&self, name: &str, header: bool, before: usize) -> Option<usize> {
        let earlier = self
            .written
            .partition_point(|written| written.key.start < before);
        let mut keys = self.written.iter().take(earlier).rev();
        if let Some(key) = keys.find(|written| !header && self.part(written.key.clone()) == name) {
            return Some(self.line(key.key.start));
        }
        self.part(0..before)
            .lines()
            .position(|line| {
                line.trim_start_matches(['[', ' '])
                    .strip_prefix(name)
                    .is_some_and(|rest| !rest.starts_with(is_name))
            })
            .map(|at| at + 1)
            .filter(|line| *line < self.line(before))
    }

    fn broken_value(&mut self, at: usize, span: Range<usize>, message: &str) {
        let Some(written) = self.written.get(at).cloned() else {
            return;
        };
        let SettingSpans { setting, value, .. } = written.clone();
        let line = self.part(value.start..self.line_end(value.start));
        let raw = self
            .part(value.clone())
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        if !is_bare(&raw) && self.follows_on_line(value.end, span.start) {
            return self.left_over(setting, value.end);
        }
        match raw.chars().next() {
            Some(open @ ('[' | '{'))
                if self.is_bare_word(&span) && span.end <= value.start + raw.len() =>
            {
                self.bare_entry(setting, open, span);
            }
            Some(open @ ('[' | '{')) => {
                self.broken_list(setting, open, value.start..value.start + raw.len());
            }
            Some('"' | '\'') => {
                let text = value.start..value.start + raw.len();
                let fault = TextFault {
                    is_escape: span.start < text.end && self.part(0..span.start).ends_with('\\'),
                    message,
                };
                self.broken_text(setting, text, &fault)
            }
            _ => {
                let line = if self.is_inline(&written) {
                    raw.as_str()
                } else {
                    line
                };
                let uncommented = line.split('#').next().unwrap_or_default().trim_end();
                self.bare(setting, value.start..value.start + uncommented.len());
            }
        }
    }

    /// Reports a list entry without quotes. `open` is the list's bracket.
    fn bare_entry(&mut self, setting: &'static Setting, open: char, span: Range<usize>) {
        let name = setting.name;
        let entry = self.part(span.clone()).to_owned();
        let message = format!("an entry of `{name}` lacks its quotes: `{entry}`");
        let mistake = self.mistake(span, message);
        mistake.expected = Some(format!("`\"{entry}\"`"));
        if open == '[' {
            let example = example_line(setting);
            mistake.hints.push(format!("for example: {example}"));
        }
    }

    /// Reports a list that is not closed.
    fn broken_list(&mut self, setting: &'static Setting, open: char, span: Range<usize>) {
        let close = if open == '[' { ']' } else { '}' };
        let name = setting.name;
        let message =
            format!("the `{open}` of `{name}` is not closed, or what follows it is not a list");
        let mistake = self.mistake(span, message);
        mistake.expected = Some(format!("entries with commas between them, then `{close}`"));
        let example = example_line(setting);
        mistake.hints.push(format!("for example: {example}"));
    }

    /// Reports a value that follows another value.
    fn left_over(&mut self, setting: &'static Setting, end: usize) {
        let rest = self.part(end..self.line_end(end));
        let start = end + rest.len() - rest.trim_start().len();
        let rest = rest.trim().to_owned();
        let message = format!("`{rest}` cannot follow the value of `{}`", setting.name);
        let mistake = self.mistake(start..start + rest.len(), message);
        mistake.expected = Some("the end of the line, or a comment (`#`)".to_owned());
        let hint = match setting.kind {
            _ if rest.contains('=') => "each setting has a line of its own".to_owned(),
            SettingKind::List(_) | SettingKind::AllOrList(_) | SettingKind::Words(_) => {
                format!("for example: {}", example_line(setting))
            }
            _ => format!("`{}` has one value", setting.name),
        };
        mistake.hints.push(hint);
    }

    fn broken_text(
        &mut self,
        setting: &'static Setting,
        span: Range<usize>,
        fault: &TextFault<'_>,
    ) {
        let raw = self.part(span.clone());
        let quote = raw.get(..1).unwrap_or_default();
        let inner = raw.trim_matches(['"', '\'']);
        let quoted = setting_line(setting, &SettingValue::Text(inner.to_owned()));
        let (what, hint) = if fault.is_escape {
            let what = format!(
                "a `\\` in the double quotes of `{}` begins an escape sequence",
                setting.name
            );
            (
                what,
                format!("in single quotes it is just itself: {quoted}"),
            )
        } else if raw.len() == 1 || !raw.ends_with(quote) {
            (
                format!("the quotes of `{}` are not closed", setting.name),
                format!("did you mean `{quoted}`?"),
            )
        } else {
            (
                format!("the text of `{}` cannot be read", setting.name),
                format!("TOML says: {}", fault.message),
            )
        };
        let mistake = self.mistake(span, what);
        mistake.expected = Some(setting.kind.to_string());
        mistake.hints.push(hint);
    }

    /// Reports an unquoted value that is not valid TOML.
    fn bare(&mut self, setting: &'static Setting, span: Range<usize>) {
        let name = setting.name;
        let raw = self.part(span.clone()).to_owned();
        let two = raw
            .split_once('=')
            .is_some_and(|(before, _)| before.trim_end().contains(' '));
        let message = match setting.kind {
            _ if raw.is_empty() => format!("`{name}` has no value"),
            _ if two => format!("`{name}` is followed by another setting on its line"),
            _ if raw.starts_with(TYPOGRAPHIC) => {
                format!("`{name}` is in quotes that TOML does not allow: `{raw}`")
            }
            SettingKind::Flag => {
                format!("`{name}` cannot be `{raw}`: it is neither `true` nor `false`")
            }
            SettingKind::Number { .. } => format!("`{name}` cannot be `{raw}`: it is not a number"),
            SettingKind::Date => format!("`{name}` cannot be `{raw}`: this date does not exist"),
            _ => format!("`{name}` cannot be `{raw}` without quotes"),
        };
        let repaired = repaired(
            setting,
            raw.trim_end_matches([',', ';']).trim_matches(TYPOGRAPHIC),
        );
        let mistake = self.mistake(span, message);
        mistake.expected = Some(setting.kind.to_string());
        mistake.hints.push(match repaired {
            _ if two => "each setting has a line of its own".to_owned(),
            Some(line) => format!("did you mean `{line}`?"),
            None => format!("for example: {}", example_line(setting)),
        });
    }

    fn broken_line(&mut self, line: Range<usize>, span: Range<usize>, message: &str) {
        let text = self.part(line.clone()).to_owned();
        let odd = self
            .part(span.clone())
            .chars()
            .next()
            .filter(|letter| letter.is_whitespace() || crate::text::is_unsafe(*letter));
        let word = text.split([' ', '\t', ':', '=']).next().unwrap_or_default();
        let setting = SETTINGS.iter().find(|row| row.name == word);
        if let Some(odd) = odd {
            let odd = odd.escape_unicode();
            let mistake = self.mistake(
                span,
                format!("the line contains `{odd}`, a space character that TOML does not allow"),
            );
            mistake.expected = Some("an ordinary space, or none".to_owned());
            mistake.hints.push("delete it and type it again".to_owned());
        } else if text.starts_with('[') {
            let name = text.trim_matches(['[', ']', ' ']).to_owned();
            let mistake = self.mistake(line, format!("`{text}` is not a table header"));
            mistake.expected = Some(one_of_tables());
            mistake.hints.push(format!(
                "for example: [{}]",
                if name.is_empty() { "farm" } else { &name }
            ));
        } else if let Some(setting) = setting {
            let rest = text
                .strip_prefix(word)
                .unwrap_or_default()
                .trim_start_matches([' ', '\t', ':', '='])
                .trim_matches(['"', '\'']);
            let hint = repaired(setting, rest).unwrap_or_else(|| example_line(setting));
            let mistake = self.mistake(line, format!("`{word}` lacks its `=`"));
            mistake.expected = Some(format!("`{word} = `, then {}", setting.kind));
            mistake.hints.push(format!("for example: {hint}"));
        } else {
            let mistake = self.mistake(line, "this is not a line of a farm file".to_owned());
            mistake.expected = Some("a setting, a table such as `[farm]`, or a comment".to_owned());
            mistake.hints.push(match text.chars().next() {
                Some(';' | '/' | '-' | '!' | '\'') => "a comment begins with `#`".to_owned(),
                _ if CONFLICT.iter().any(|mark| text.starts_with(mark)) => {
                    "two versions of the file were merged: keep one".to_owned()
                }
                _ => format!("TOML says: {message}"),
            });
        }
    }
}

/// Returns whether a position is in one of the ranges, which are sorted and do not overlap.
fn is_within(ranges: &[Range<usize>], at: usize) -> bool {
    let before = ranges.partition_point(|range| range.start <= at);
    before
        .checked_sub(1)
        .and_then(|last| ranges.get(last))
        .is_some_and(|range| range.contains(&at))
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-' || letter == '_'
}

/// Returns whether a character cannot be part of an unquoted word.
fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || "[]{},=#".contains(letter)
}

fn is_bare(raw: &str) -> bool {
    !raw.starts_with(['"', '\'', '[', '{'])
}

/// Returns the positions of errors about duplicate keys. These errors disappear if the keys are
/// renamed; others stay.
fn duplicate_keys(text: &str, errors: impl Iterator<Item = Range<usize>>) -> BTreeSet<usize> {
    let mut renamed = String::with_capacity(text.len());
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    let mut copied = 0;
    for (number, span) in errors.enumerate() {
        if span.start < copied || !is_key(text, &span) {
            continue;
        }
        renamed.push_str(text.get(copied..span.start).unwrap_or_default());
        places.insert(renamed.len(), span.start);
        // No setting has this name.
        renamed.push_str(&format!("_duplicate_{number}_"));
        copied = span.end;
    }
    if places.is_empty() {
        return BTreeSet::new();
    }
    renamed.push_str(text.get(copied..).unwrap_or_default());
    let (_, left) = DeTable::parse_recoverable(&renamed);
    for error in left {
        places.remove(&error.span().unwrap_or(0..0).start);
    }
    places.into_values().collect()
}

/// Returns whether a part of a text is a whole key, not part of a longer word.
fn is_key(text: &str, span: &Range<usize>) -> bool {
    let key = text.get(span.clone()).unwrap_or_default();
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    let is_bare = !key.is_empty() && key.chars().all(is_key_letter);
    (is_bare || is_quoted(key, '"') || is_quoted(key, '\''))
        && !before.ends_with(is_word_letter)
        && !after.starts_with(is_word_letter)
}

fn is_key_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'
}

fn is_word_letter(letter: char) -> bool {
    is_key_letter(letter) || letter == '"' || letter == '\''
}

/// Returns whether a text is between single quote characters, not between triple ones.
fn is_quoted(text: &str, quote: char) -> bool {
    let rest = text.strip_prefix(quote);
    let inner = rest.and_then(|rest| rest.strip_suffix(quote));
    inner.is_some_and(|inner| !inner.starts_with(quote))
}
