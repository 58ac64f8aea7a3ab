//! READ: pure readers of foreign formats, bytes in, values or a positioned fault out.

pub(crate) mod dn;
pub(crate) mod mail;
