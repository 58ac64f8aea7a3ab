//! Tables for people.

use super::screen::not_command;
use comfy_table::{
    Cell, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
};

/// The minimum width of a table in columns: narrower ones cannot be read.
const MIN_WIDTH: usize = 40;
/// The least width, in columns of the screen, at which ids and sentences have columns of their own.
pub(crate) const MIN_WIDE_WIDTH: usize = 90;

/// A table whose only line is below its header.
pub(crate) struct PlainTable {
    table: Table,
}

impl PlainTable {
    /// Creates a table of at most `width` columns of the screen.
    pub(crate) fn new<'a>(width: usize, header: impl IntoIterator<Item = &'a str>) -> Self {
        let mut table = Table::new();
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width.max(MIN_WIDTH)).unwrap_or(u16::MAX));
        table.set_header(header);
        table.column_iter_mut().take(1).for_each(|column| {
            column.set_padding((0, 1));
        });
        let mut table = Self { table };
        table.underline('─');
        table
    }

    /// Draws the line under the header with a character.
    fn underline(&mut self, with: char) {
        self.table.load_style(
            TableStyle::new().header_separator(LineStyle::none().fill(with).junction(with)),
        );
    }

    /// Draws the table in ASCII.
    pub(crate) fn in_ascii(&mut self) {
        self.underline('-');
    }

    /// Never breaks the text of these columns, whatever the width.
    pub(crate) fn keep_whole(&mut self, columns: impl IntoIterator<Item = usize>) {
        for index in columns {
            if let Some(column) = self.table.column_mut(index) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
    }

    /// Makes a column at least `width` wide, for words in it that must not be broken.
    pub(crate) fn at_least(&mut self, column: usize, width: usize) {
        if let Some(column) = self.table.column_mut(column) {
            let width = u16::try_from(width).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
        }
    }

    /// Adds a row.
    pub(crate) fn add<Text: Into<String>>(&mut self, row: impl IntoIterator<Item = Text>) {
        self.table
            .add_row(row.into_iter().map(|text| Cell::new(text.into())));
    }

    /// Returns the lines, without spaces at their ends.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for line in self.table.lines() {
            text.push_str(&not_command(line.trim_end().into()));
            text.push('\n');
        }
        text
    }
}
