//! Splits arrays and inline tables at their commas.

use super::lines::*;
use std::ops::Range;
use toml_edit::{Array, InlineTable, Value};

/// An array or inline table, split at its commas. Joined without a change, it gives the same bytes.
///
/// Changes are made at a cursor between two cells, so that many of them take no longer than a walk
/// over the cells.
pub(super) struct Cells {
    span: Range<usize>,
    /// The cells before the cursor.
    left: Vec<Cell>,
    /// The cells after the cursor, the last one first.
    right: Vec<Cell>,
    tail: Lead,
}

/// One element or pair.
#[derive(Default)]
struct Cell {
    /// Spaces, newlines and comments before the body.
    before: Lead,
    body: String,
    /// The text between the body and its comma.
    gap: String,
    comma: bool,
    /// The rest of the line, if only a comment follows.
    note: String,
    /// Where the body ended in the source.
    end: usize,
}

/// What precedes a body or the closing bracket.
#[derive(Default)]
struct Lead {
    /// Comments of removed cells, which stay above the text; the first one last.
    above: Vec<String>,
    text: String,
    /// Whether the text has a line break.
    breaks: bool,
}

impl Lead {
    fn new(text: String) -> Self {
        Self {
            above: Vec::new(),
            breaks: text.contains('\n'),
            text,
        }
    }

    fn put_above(&mut self, comments: &str) {
        if !comments.is_empty() {
            self.above.push(comments.to_owned());
        }
    }

    /// Returns the whole text.
    fn joined(&self) -> String {
        let above = self.above.iter().rev().map(String::as_str);
        above.chain([self.text.as_str()]).collect()
    }
}

impl Cells {
    /// Returns the body of the last cell; a new cell takes its style.
    pub(super) fn style(&self) -> &str {
        let last = self.right.first().or(self.left.last());
        last.map_or("", |cell| &cell.body)
    }

    pub(super) fn from_array(source: &str, array: &Array) -> Self {
        let ends = array.iter().filter_map(Value::span).map(|span| span.end);
        Self::from_span(source, array.span(), ends.collect())
    }

    pub(super) fn from_table(source: &str, table: &InlineTable) -> Self {
        let values = table.get_values().into_iter();
        let ends = values
            .filter_map(|(_, value)| value.span())
            .map(|span| span.end);
        Self::from_span(source, table.span(), ends.collect())
    }

    /// Splits `span` of the source; the cursor is before the first cell. `ends` are the byte
    /// positions where the bodies end.
    pub(super) fn from_span(
        source: &str,
        span: Option<Range<usize>>,
        mut ends: Vec<usize>,
    ) -> Self {
        ends.sort_unstable();
        let span = span.unwrap_or_default();
        let mut at = span.start + 1;
        let mut right = Vec::new();
        for end in ends {
            let cell = Cell::read(source, at, end);
            at = end + cell.gap.len() + usize::from(cell.comma) + cell.note.len();
            right.push(cell);
        }
        right.reverse();
        Self {
            tail: Lead::new(part(source, at..span.end.saturating_sub(1)).to_owned()),
            span,
            left: Vec::new(),
            right,
        }
    }

    /// Returns the whole source with the cells instead of the old ones.
    pub(super) fn spliced_into(&self, source: &str) -> String {
        let close = self.span.end.saturating_sub(1);
        let mut text = part(source, self.span.start..self.span.start + 1).to_owned();
        for cell in self.left.iter().chain(self.right.iter().rev()) {
            let comma = if cell.comma { "," } else { "" };
            text.push_str(&cell.before.joined());
            for piece in [&cell.body, &cell.gap, comma, &cell.note] {
                text.push_str(piece);
            }
        }
        text.push_str(&self.tail.joined());
        text.push_str(part(source, close..self.span.end));
        splice(source, self.span.clone(), &text)
    }

    /// Moves the cursor over the next cell.
    pub(super) fn forward(&mut self) {
        self.left.extend(self.right.pop());
    }

    /// Moves the cursor back over a cell.
    pub(super) fn back(&mut self) {
        self.right.extend(self.left.pop());
    }

    pub(super) fn add(mut self, source: &str, body: String, padding: &str) -> String {
        self.left.extend(self.right.drain(..).rev());
        self.insert(body, padding);
        self.spliced_into(source)
    }

    /// Returns the whole source without the cell whose body ends at byte `end`.
    pub(super) fn without_cell_ending_at(mut self, source: &str, end: usize) -> String {
        while let Some(next) = self.right.last() {
            let is_found = next.end == end;
            self.forward();
            if is_found {
                self.remove_previous();
                break;
            }
        }
        self.spliced_into(source)
    }

    /// Inserts a cell before the cursor. `padding` goes inside brackets that were empty.
    pub(super) fn insert(&mut self, body: String, padding: &str) {
        let has_several = self.left.len() > 1;
        let mut cell = Cell {
            body,
            comma: true,
            ..Cell::default()
        };
        if let Some(next) = self.right.last_mut() {
            cell.before = next.make_room(self.left.is_empty());
        } else if let Some(last) = self.left.last_mut() {
            cell.comma = std::mem::replace(&mut last.comma, true);
            let before = last.before.joined();
            match last_line_break(&before) {
                Some(line) => cell.before = Lead::new(line.to_owned()),
                None => {
                    cell.note = std::mem::take(&mut last.note);
                    cell.before = Lead::new(if has_several { before } else { " ".to_owned() });
                }
            }
        } else {
            self.first_cell(&mut cell, padding);
        }
        self.left.push(cell);
    }

    fn first_cell(&mut self, cell: &mut Cell, padding: &str) {
        let tail = self.tail.joined();
        if let Some(line) = last_line_break(&tail) {
            let above = part(&tail, 0..tail.len() - line.len());
            cell.before = Lead::new([above, line, STEP].concat());
            self.tail = Lead::new(line.to_owned());
        } else {
            let padding = if tail.is_empty() { padding } else { " " };
            cell.comma = false;
            cell.before = Lead::new(padding.to_owned());
            self.tail = Lead::new(padding.to_owned());
        }
    }

    /// Removes the cell before the cursor. Comments above its body stay; the comment after it is
    /// removed too.
    pub(super) fn remove_previous(&mut self) {
        let Some(removed) = self.left.pop() else {
            return;
        };
        let trailing = self.right.first().unwrap_or(&removed).comma;
        let before = removed.before.joined();
        let above = match last_line_break(&before) {
            Some(line) if before.contains('#') => part(&before, 0..before.len() - line.len()),
            _ => "",
        };
        let comment_before =
            !above.is_empty() || self.left.last().is_some_and(|cell| is_comment(&cell.note));
        match self.right.last_mut() {
            Some(next) if !next.before.breaks => next.before = Lead::new(before),
            Some(next) => next.before.put_above(above),
            None if self.tail.breaks => self.tail.put_above(above),
            None if comment_before => self.tail = Lead::new(before),
            None => {}
        }
        match self.right.first_mut().or(self.left.last_mut()) {
            Some(last) => last.comma &= trailing,
            None if !self.tail.joined().contains('#') => self.tail = Lead::default(),
            None => {}
        }
    }
}

impl Cell {
    fn read(source: &str, at: usize, end: usize) -> Self {
        let comma_at = skip_blanks_and_comments(source, end);
        let comma = part(source, comma_at..source.len()).starts_with(',');
        let gap_end = if comma { comma_at } else { end };
        let start = skip_blanks_and_comments(source, at);
        Self {
            before: Lead::new(part(source, at..start).to_owned()),
            body: part(source, start..end).to_owned(),
            gap: part(source, end..gap_end).to_owned(),
            comma,
            note: rest_of_line(source, gap_end + usize::from(comma)).to_owned(),
            end,
        }
    }

    /// Returns what goes before a new cell in front of this one, so that this cell keeps the
    /// comments above it. `is_first` says whether this cell is the first one.
    fn make_room(&mut self, is_first: bool) -> Lead {
        let before = self.before.joined();
        let Some(line) = last_line_break(&before) else {
            return match is_first {
                true => std::mem::replace(&mut self.before, Lead::new(" ".to_owned())),
                false => Lead::new(before),
            };
        };
        let opener = before.lines().next().unwrap_or_default();
        self.before = Lead::new(part(&before, opener.len()..before.len()).to_owned());
        Lead::new([opener, line].concat())
    }
}

/// Returns the last newline of a text with the indentation after it, or `None` if there is none.
pub(super) fn last_line_break(before: &str) -> Option<&str> {
    let newline = before.rfind('\n')?;
    let above = part(before, 0..newline);
    let line = above.strip_suffix('\r').map_or(newline, str::len);
    before.get(line..)
}

pub(super) fn rest_of_line(source: &str, at: usize) -> &str {
    let rest = part(source, at..line_end(source, at));
    let line = rest.trim_end_matches(['\r', '\n']);
    let ends_line = line.len() < rest.len() && (is_blank(line) || is_comment(line));
    if ends_line { line } else { "" }
}

pub(super) fn skip_blanks_and_comments(source: &str, mut at: usize) -> usize {
    loop {
        let rest = part(source, at..source.len());
        let text = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        at += rest.len() - text.len();
        if !text.starts_with('#') {
            return at;
        }
        at = line_end(source, at);
    }
}
