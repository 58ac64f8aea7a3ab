//! One module for each command: its arguments, and what it does. Commands do not call each other;
//! shared code is in modules next to this one.

pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod gather;
pub(crate) mod get;
pub(crate) mod help;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod page;
pub(crate) mod path;
pub(crate) mod schema;
pub(crate) mod set;
pub(crate) mod show;
pub(crate) mod table;
pub(crate) mod trace;
pub(crate) mod unset;
pub(crate) mod validate;
pub(crate) mod verify;
pub(crate) mod wizard;
