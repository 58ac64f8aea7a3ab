//! Tables for reading.

use comfy_table::{
    Cell, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
};

/// Narrower columns cannot be read.
const NARROWEST: usize = 40;
/// Where columns of ids and of sentences stand beside each other; on less, they stand in one.
pub(crate) const ROOMY: usize = 90;

/// A table in the house's style: a line under the header, and no more.
pub(crate) struct PlainTable {
    table: Table,
}

impl PlainTable {
    pub(crate) fn new<'a>(width: usize, header: impl IntoIterator<Item = &'a str>) -> Self {
        let mut table = Table::new();
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width.max(NARROWEST)).unwrap_or(u16::MAX));
        table.set_header(header);
        table.column_iter_mut().take(1).for_each(|column| {
            column.set_padding((0, 1));
        });
        let mut table = Self { table };
        table.underline('─');
        table
    }

    fn underline(&mut self, with: char) {
        self.table.load_style(
            TableStyle::new().header_separator(LineStyle::none().fill(with).junction(with)),
        );
    }

    /// Drawn without characters beyond ASCII.
    pub(crate) fn in_ascii(&mut self) {
        self.underline('-');
    }

    /// Columns that must not be broken, whatever the width.
    pub(crate) fn keep_whole(&mut self, columns: impl IntoIterator<Item = usize>) {
        for at in columns {
            if let Some(column) = self.table.column_mut(at) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
    }

    /// How wide a column is at least, for words in it that must not be broken.
    pub(crate) fn at_least(&mut self, column: usize, width: usize) {
        if let Some(column) = self.table.column_mut(column) {
            let width = u16::try_from(width).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
        }
    }

    pub(crate) fn add<Text: Into<String>>(&mut self, row: impl IntoIterator<Item = Text>) {
        self.table
            .add_row(row.into_iter().map(|text| Cell::new(text.into())));
    }

    /// The lines, none with blanks at its end.
    pub(crate) fn text(&self) -> String {
        self.table.trim_fmt() + "\n"
    }
}
