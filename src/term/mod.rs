//! What people read, fitted to where they read it: the screen, tables, mistakes shown in their
//! lines, and the page as configured.

pub mod diagnosis;
pub mod page;
mod screen;
mod table;

pub use screen::{Screen, in_ascii, talk};
pub use table::{PlainTable, ROOMY};
