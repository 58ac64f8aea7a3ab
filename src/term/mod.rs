//! Output for people, fitted to their screen: text, tables, mistakes shown in their lines, and the
//! page as configured.

pub mod diagnosis;
pub(crate) mod page;
mod screen;
mod table;

pub use screen::Screen;
pub(crate) use screen::{in_ascii, not_command, wrap_status};
pub(crate) use table::{MIN_WIDE_WIDTH, PlainTable};
