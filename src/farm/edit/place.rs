//! The tables of a farm file.

/// Where a key lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// A table at the top of the file, however it is written.
    Table(&'a str),
    /// One entry of an array of tables, counted from 0.
    Entry { array: &'a str, index: usize },
}
