//! The SMTP service's part of the IIS 6 metabase, and the relay lists in it.

mod metabase;
pub mod relay_list;

pub use metabase::*;
