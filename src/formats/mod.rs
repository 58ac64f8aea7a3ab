//! Pure parsers of foreign formats: they turn bytes into values, or into an error with its
//! position.

pub(crate) mod dn;
pub(crate) mod mail;
