//! READ: pure readers of foreign formats, bytes in, values or a positioned fault out.

pub mod dn;
pub mod mail;
