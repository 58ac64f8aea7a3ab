//! The SMTP service's part of the IIS 6 metabase, `%SystemRoot%\System32\Inetsrv\MetaBase.xml`.
//!
//! ```text
//! /LM/SmtpSvc                      the service: what is missing below is taken from here
//! /LM/SmtpSvc/1                    a virtual server
//! /LM/SmtpSvc/1/Domain/contoso.com a domain of it, local or remote
//! ```
//!
//! Keys are siblings in the file; the tree is in their `Location` alone. A value is an attribute,
//! or a child `<Custom>` where it is not as the schema has it. [`Metabase`] holds the values as
//! they are in the file; [`Metabase::virtual_servers`] and [`Domain`] interpret them. Values that a
//! server inherits from the service are looked up and never copied: a long value of the service must
//! not take memory for each of many servers.
//!
//! The file lags behind what the running service holds in memory.

mod decode;
mod keys;
mod read;
mod tree;
mod value;
mod virtual_server;

use crate::error::ValueError;
pub use keys::*;
pub use read::read;
use std::collections::BTreeMap;
pub use value::{AuthFlags, Binding, DomainKind, RouteAction, ServerState};
pub use virtual_server::{EffectiveValue, Level, VirtualServer};

/// The most virtual servers that are read, more than any machine has: each may inherit a long value.
pub const MAX_SERVERS: usize = 256;

/// The SMTP keys of a metabase, as they are in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metabase {
    /// The encoding it was read in, such as `UTF-8`.
    pub encoding: String,
    /// The key `/LM/SmtpSvc`, or `None` if the SMTP service is not installed.
    pub service: Option<Properties>,
    /// By number.
    pub servers: Vec<Server>,
    /// What is unusual about the file, a sentence each.
    pub odd: Vec<String>,
}

/// A key's own values, by their names in [`KEYS`]; others are left out.
pub type Properties = BTreeMap<String, Property>;

/// A value as it is in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The attribute's text. XML has made its line breaks blanks, unless they were written as
    /// `&#xA;`.
    pub raw: String,
    /// The line it begins in, from 1.
    pub line: u32,
    /// It says that keys below do not inherit it (a `Custom` whose `Attributes` lack `INHERIT`).
    pub private: bool,
}

/// The key of a virtual server, `/LM/SmtpSvc/<number>`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// Its number in the metabase, from 1.
    pub number: u32,
    /// Only its own, see [`VirtualServer::get`].
    pub properties: Properties,
    /// In the file's order.
    pub domains: Vec<Domain>,
}

/// The key of a domain, `/LM/SmtpSvc/<number>/Domain/<name>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// As in the `Location`, in any case.
    pub name: String,
    /// The line its key begins in, from 1.
    pub line: u32,
    /// Only its own, see [`VirtualServer::route_action`].
    pub properties: Properties,
}

impl Property {
    fn interpret<T>(
        &self,
        key: Key,
        interpret: fn(&str) -> Result<T, String>,
    ) -> Result<T, ValueError> {
        interpret(&self.raw).map_err(|wrong| ValueError {
            message: brief(&format!("{} is `{}`: {wrong}", key.name, self.raw)),
            line: self.line,
        })
    }
}

/// Returns at most 400 characters of a text of the file, which may be of any length and inherited by
/// many.
pub fn brief(text: &str) -> String {
    const MAX_LENGTH: usize = 400;
    match text.char_indices().nth(MAX_LENGTH) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// Returns whether a text is a number, a truth value or flags, as are the values that are not texts.
pub fn is_flags(text: &str) -> bool {
    value::is_flags(text)
}

#[cfg(test)]
mod tests;
