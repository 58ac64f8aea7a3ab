//! References to the tables of a farm file.

/// The table that a key is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableRef<'a> {
    /// A table at the top of the file, however it is written.
    Table(&'a str),
    /// One entry of an array of tables, counted from 0.
    Entry {
        /// The array's name.
        array: &'a str,
        /// The entry's index in the array.
        index: usize,
    },
}
