//! Edits of tables with headers, and of dotted keys.

use super::lines::*;
use super::literal::{literal, written_key};
use super::table_ref::TableRef;
use crate::farm::SettingValue;
use std::ops::Range;
use toml_edit::{ArrayOfTables, Item, Table};

pub(super) fn pair(key: &str, value: &SettingValue) -> String {
    format!("{} = {}", written_key(key), literal(value))
}

pub(super) fn last_value(table: &Table) -> Option<Range<usize>> {
    let values = table.get_values().into_iter();
    values
        .filter_map(|(_, value)| value.span())
        .max_by_key(|span| span.end)
}

pub(super) fn insert_line(source: &str, table: &Table, place: TableRef, pair: &str) -> String {
    let prefix = if table.is_dotted() {
        dotted_prefix(source, table).unwrap_or_else(|| place.written_name() + ".")
    } else {
        String::new()
    };
    let header = table.position().and(table.span());
    match last_value(table).or(header) {
        Some(span) => {
            let line = [indentation(source, span.start), &prefix, pair].concat();
            insert_lines(source, line_end(source, span.end), &[line])
        }
        None => append_block(
            source,
            &format!("[{}]", place.written_name()),
            &[pair.to_owned()],
        ),
    }
}

/// Returns the part of a dotted key before the last one: the table's name as spelled there, with
/// the dot. `None` if no key has a line of its own.
pub(super) fn dotted_prefix(source: &str, table: &Table) -> Option<String> {
    let values = table.get_values().into_iter();
    let last = values.filter_map(|(path, _)| match path.as_slice() {
        [key] => key.span(),
        _ => None,
    });
    let key = last.max_by_key(|span| span.start)?.start;
    let line = part(source, line_start(source, key)..key);
    Some(line.trim_start().to_owned())
}

/// Appends a header with its lines after an empty line.
pub(super) fn append_block(source: &str, header: &str, pairs: &[String]) -> String {
    let newline = newline(source);
    let body = part(source, body_start(source)..source.len());
    let mut text = source.to_owned();
    if !body.is_empty() && !body.ends_with('\n') {
        text.push_str(newline);
    }
    let blank = body.lines().next_back().is_none_or(is_blank);
    if !blank {
        text.push_str(newline);
    }
    for line in std::iter::once(header).chain(pairs.iter().map(String::as_str)) {
        text.push_str(line);
        text.push_str(newline);
    }
    text
}

/// A header with the lines up to its last value. The lines before the first header are a section
/// too.
pub(super) struct Section<'d> {
    name: &'d str,
    index: Option<usize>,
    start: usize,
    end: usize,
}

impl Section<'_> {
    pub(super) fn belongs_to(&self, array: &str, index: usize) -> bool {
        self.name == array && self.index == Some(index)
    }
}

pub(super) fn sections<'d>(source: &str, root: &'d Table) -> Vec<Section<'d>> {
    let start = body_start(source);
    let end = last_value(root).map_or(start, |span| line_end(source, span.end));
    let mut found = vec![Section {
        name: "",
        index: None,
        start,
        end,
    }];
    for (name, item) in root {
        match item {
            Item::Table(table) => collect_sections(source, (name, None), table, &mut found),
            Item::ArrayOfTables(tables) => {
                for (index, table) in tables.iter().enumerate() {
                    collect_sections(source, (name, Some(index)), table, &mut found);
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|section| section.start);
    found
}

pub(super) fn collect_sections<'d>(
    source: &str,
    owner: (&'d str, Option<usize>),
    table: &'d Table,
    found: &mut Vec<Section<'d>>,
) {
    if let Some(header) = table.position().and(table.span()) {
        let end = last_value(table).map_or(header.end, |span| span.end);
        found.push(Section {
            name: owner.0,
            index: owner.1,
            start: line_start(source, header.start),
            end: line_end(source, end),
        });
    }
    for (_, item) in table {
        match item {
            Item::Table(child) => collect_sections(source, owner, child, found),
            Item::ArrayOfTables(children) => {
                for child in children {
                    collect_sections(source, owner, child, found);
                }
            }
            _ => {}
        }
    }
}

/// Returns the start of the comment lines directly above `header`. Lines above `floor` are not
/// read: a multi-line string can have lines that look like comments.
pub(super) fn comment_start(source: &str, header: usize, floor: usize) -> usize {
    let mut start = header;
    while let Some(line) = line_before(source, start, floor)
        && is_comment(part(source, line.clone()))
    {
        start = line.start;
    }
    start
}

pub(super) fn lines_while(source: &str, mut at: usize, wanted: fn(&str) -> bool) -> usize {
    while at < source.len() {
        let end = line_end(source, at);
        if !wanted(part(source, at..end)) {
            break;
        }
        at = end;
    }
    at
}

/// Returns the end of the comment lines that follow `at` without an empty line, or `at` if they
/// belong to a header.
pub(super) fn own_comments_end(source: &str, at: usize) -> usize {
    let end = lines_while(source, at, is_comment);
    if is_blank(part(source, end..line_end(source, end))) {
        end
    } else {
        at
    }
}

pub(super) fn insert_block(
    source: &str,
    root: &Table,
    tables: &ArrayOfTables,
    array: &str,
    header: &str,
    pairs: &[String],
) -> String {
    let last = tables.len().saturating_sub(1);
    let sections = sections(source, root);
    let last_sections = sections
        .iter()
        .filter(|section| section.belongs_to(array, last));
    let end = last_sections
        .map(|section| section.end)
        .max()
        .unwrap_or(source.len());
    let at = own_comments_end(source, end);
    let header_at = tables
        .get(last)
        .and_then(Table::span)
        .map_or(0, |span| span.start);
    let value_at = tables
        .get(last)
        .and_then(last_value)
        .map_or(header_at, |span| span.start);
    let mut lines = vec![
        String::new(),
        format!("{}{header}", indentation(source, header_at)),
    ];
    let indent = indentation(source, value_at);
    lines.extend(pairs.iter().map(|pair| format!("{indent}{pair}")));
    insert_lines(source, at, &lines)
}

pub(super) fn cut_sections(source: &str, root: &Table, array: &str, index: usize) -> String {
    let sections = sections(source, root);
    let mut text = source.to_owned();
    let mut after: Option<&Section> = None;
    let mut end = None;
    for pair in sections.windows(2).rev() {
        let [before, section] = pair else { continue };
        if section.belongs_to(array, index) {
            let to = *end.get_or_insert_with(|| match after {
                Some(next) => comment_start(source, next.start, section.end),
                None => lines_while(source, own_comments_end(source, section.end), is_blank),
            });
            if !before.belongs_to(array, index) {
                let from = comment_start(source, section.start, before.end);
                text = cut_lines(&text, from..to, before.end);
                end = None;
            }
        }
        after = Some(section);
    }
    text
}

/// Removes lines, leaving one empty line between the lines before and after.
pub(super) fn cut_lines(source: &str, lines: Range<usize>, floor: usize) -> String {
    let mut start = lines.start;
    while let Some(line) = line_before(source, start, floor)
        && is_blank(part(source, line.clone()))
    {
        start = line.start;
    }
    let has_neighbours = start > body_start(source) && lines.end < source.len();
    splice(
        source,
        start..lines.end,
        if has_neighbours { newline(source) } else { "" },
    )
}
