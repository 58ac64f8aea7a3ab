//! READ: pure readers of foreign formats, bytes in, values or a positioned fault out.

pub mod dn;
pub mod mail;
pub mod metabase;
pub mod relay_list;
pub mod security;
