//! Splits arrays and inline tables at their commas.

use super::lines::*;
use std::ops::Range;
use toml_edit::{Array, InlineTable, Value};

/// An array or inline table, split at its commas. Joined without a change, it gives the same bytes.
pub(super) struct Cells {
    span: Range<usize>,
    cells: Vec<Cell>,
    tail: String,
}

/// One element or pair.
#[derive(Default)]
struct Cell {
    /// Spaces, newlines and comments before the body.
    before: String,
    body: String,
    /// The text between the body and its comma.
    gap: String,
    comma: bool,
    /// The rest of the line, if only a comment follows.
    note: String,
    /// Where the body ended in the source.
    end: usize,
}

impl Cells {
    /// Returns the body of the last cell; a new cell takes its style.
    pub(super) fn style(&self) -> &str {
        self.cells.last().map_or("", |cell| &cell.body)
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

    /// Splits `span` of the source. `ends` are the byte positions where the bodies end.
    pub(super) fn from_span(
        source: &str,
        span: Option<Range<usize>>,
        mut ends: Vec<usize>,
    ) -> Self {
        ends.sort_unstable();
        let span = span.unwrap_or_default();
        let mut at = span.start + 1;
        let mut cells = Vec::new();
        for end in ends {
            let cell = Cell::read(source, at, end);
            at = end + cell.gap.len() + usize::from(cell.comma) + cell.note.len();
            cells.push(cell);
        }
        Self {
            tail: part(source, at..span.end.saturating_sub(1)).to_owned(),
            span,
            cells,
        }
    }

    /// Returns the whole source with the cells instead of the old ones.
    pub(super) fn spliced_into(&self, source: &str) -> String {
        let close = self.span.end.saturating_sub(1);
        let mut text = part(source, self.span.start..self.span.start + 1).to_owned();
        for cell in &self.cells {
            let comma = if cell.comma { "," } else { "" };
            for piece in [&cell.before, &cell.body, &cell.gap, comma, &cell.note] {
                text.push_str(piece);
            }
        }
        text.push_str(&self.tail);
        text.push_str(part(source, close..self.span.end));
        splice(source, self.span.clone(), &text)
    }

    pub(super) fn add(mut self, source: &str, body: String, padding: &str) -> String {
        self.insert(self.cells.len(), body, padding);
        self.spliced_into(source)
    }

    /// Returns the whole source without the cell whose body ends at byte `end`.
    pub(super) fn without_cell_ending_at(mut self, source: &str, end: usize) -> String {
        if let Some(index) = self.cells.iter().position(|cell| cell.end == end) {
            self.remove(index);
        }
        self.spliced_into(source)
    }

    /// Inserts a cell before `index`. `padding` goes inside brackets that were empty.
    pub(super) fn insert(&mut self, index: usize, body: String, padding: &str) {
        let has_several = self.cells.len() > 1;
        let mut cell = Cell {
            body,
            comma: true,
            ..Cell::default()
        };
        if let Some(next) = self.cells.get_mut(index) {
            cell.before = next.make_room(index);
        } else if let Some(last) = self.cells.last_mut() {
            cell.comma = std::mem::replace(&mut last.comma, true);
            match last_line_break(&last.before) {
                Some(line) => cell.before = line.to_owned(),
                None => {
                    cell.note = std::mem::take(&mut last.note);
                    cell.before = if has_several {
                        last.before.clone()
                    } else {
                        " ".to_owned()
                    };
                }
            }
        } else {
            self.first_cell(&mut cell, padding);
        }
        self.cells.insert(index.min(self.cells.len()), cell);
    }

    fn first_cell(&mut self, cell: &mut Cell, padding: &str) {
        if let Some(line) = last_line_break(&self.tail).map(str::to_owned) {
            let above = self.tail.len() - line.len();
            cell.before = [part(&self.tail, 0..above), &line, STEP].concat();
            self.tail = line;
        } else {
            let padding = if self.tail.is_empty() { padding } else { " " };
            cell.comma = false;
            cell.before = padding.to_owned();
            self.tail = padding.to_owned();
        }
    }

    /// Removes a cell. Comments above its body stay; the comment after it is removed too.
    pub(super) fn remove(&mut self, index: usize) {
        let trailing = match self.cells.last() {
            Some(last) if index < self.cells.len() => last.comma,
            _ => return,
        };
        let removed = self.cells.remove(index);
        let above = match last_line_break(&removed.before) {
            Some(line) if removed.before.contains('#') => {
                part(&removed.before, 0..removed.before.len() - line.len())
            }
            _ => "",
        };
        let comment_before = !above.is_empty()
            || index
                .checked_sub(1)
                .and_then(|index| self.cells.get(index))
                .is_some_and(|cell| is_comment(&cell.note));
        match self.cells.get_mut(index) {
            Some(next) if !next.before.contains('\n') => next.before = removed.before,
            Some(next) => next.before.insert_str(0, above),
            None if self.tail.contains('\n') => self.tail.insert_str(0, above),
            None if comment_before => self.tail = removed.before,
            None => {}
        }
        match self.cells.last_mut() {
            Some(last) => last.comma &= trailing,
            None if !self.tail.contains('#') => self.tail.clear(),
            None => {}
        }
    }
}

impl Cell {
    pub(super) fn read(source: &str, at: usize, end: usize) -> Self {
        let comma_at = skip_blanks_and_comments(source, end);
        let comma = part(source, comma_at..source.len()).starts_with(',');
        let gap_end = if comma { comma_at } else { end };
        let start = skip_blanks_and_comments(source, at);
        Self {
            before: part(source, at..start).to_owned(),
            body: part(source, start..end).to_owned(),
            gap: part(source, end..gap_end).to_owned(),
            comma,
            note: rest_of_line(source, gap_end + usize::from(comma)).to_owned(),
            end,
        }
    }

    /// Returns the text that goes before a new cell in front of this one, so that this cell keeps
    /// the comments above it.
    pub(super) fn make_room(&mut self, index: usize) -> String {
        let Some(line) = last_line_break(&self.before).map(str::to_owned) else {
            return match index {
                0 => std::mem::replace(&mut self.before, " ".to_owned()),
                _ => self.before.clone(),
            };
        };
        let opener = self.before.lines().next().unwrap_or_default().to_owned();
        self.before.replace_range(0..opener.len(), "");
        opener + &line
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
