//! The SMTP service's part of the IIS 6 metabase, and the relay lists in it.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::string_slice))]
pub mod error;
mod metabase;
pub mod relay_list;

pub use error::{MetabaseError, RelayListError, ValueError};
pub use metabase::*;
