//! What people read, fitted to where they read it: the screen, tables, mistakes shown in their
//! lines, and the page as configured.

pub mod diagnosis;
pub(crate) mod page;
mod screen;
mod table;

pub use screen::Screen;
pub(crate) use screen::{in_ascii, talk};
pub(crate) use table::{PlainTable, ROOMY};
