//! Files: read completely, replaced in one step, edited under a lock.
//!
//! The rest of the program accesses files only through these functions, so that a file is never
//! written in part, and every error names the file and a fix.

mod atomic;
#[cfg(unix)]
mod attributes;
mod encoding;
mod errors;
#[cfg(unix)]
mod holder;
mod inputs;
mod links;
mod lock;
#[cfg(any(windows, test))]
mod narrower;
mod open;
#[cfg(unix)]
mod ownership;
mod read;
mod spill;
mod temporary;
#[cfg(windows)]
mod windows;

pub(crate) use atomic::{AtomicFile, Finished};
pub(crate) use inputs::{is_input, note_input, note_input_folder};
pub(crate) use lock::rewrite;
pub(crate) use open::{Mode, is_not_ordinary, open_ordinary};
pub(crate) use read::{
    InputFile, may_be_read_by_all, read_bytes, read_ordinary_up_to, read_text, read_text_up_to,
    read_text_with_bom,
};
pub(crate) use spill::Spill;
