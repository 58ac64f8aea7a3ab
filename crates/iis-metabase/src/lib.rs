//! The SMTP service's part of the IIS 6 metabase, and the relay lists in it.

pub mod error;
mod metabase;
pub mod relay_list;

pub use error::{MetabaseError, RelayListError, ValueError};
pub use metabase::*;
