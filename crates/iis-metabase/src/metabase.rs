//! The SMTP service's part of the IIS 6 metabase, `%SystemRoot%\System32\Inetsrv\MetaBase.xml`.
//!
//! ```text
//! /LM/SmtpSvc                      the service: what is missing below is taken from here
//! /LM/SmtpSvc/1                    a virtual server
//! /LM/SmtpSvc/1/Domain/contoso.com a domain of it, local or remote
//! ```
//!
//! Keys are siblings in the file: only their `Location` describes the tree. A value is an
//! attribute, or a child `<Custom>` if its type differs from the schema. [`Metabase`] holds the
//! values as they are in the file; [`Metabase::virtual_servers`] and [`Domain`] interpret them. A
//! value that a server inherits from the service is looked up and never copied: one long value of
//! the service must not take memory for each of many servers.
//!
//! The running service writes its changes to the file with a delay, so the file may be out of date.

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

/// The most virtual servers that are read. No machine has as many; each may inherit a long value.
pub const MAX_SERVERS: usize = 256;

/// The SMTP keys of a metabase, as they are in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metabase {
    /// The encoding of the file, such as `UTF-8`.
    pub encoding: String,
    /// The key `/LM/SmtpSvc`, or `None` if the SMTP service is not installed.
    pub service: Option<Properties>,
    /// The virtual servers, sorted by number.
    pub servers: Vec<Server>,
    /// What is unusual about the file, one sentence each.
    pub odd: Vec<String>,
}

/// A key's own values, by their names in [`KEYS`]. Other values are not read.
pub type Properties = BTreeMap<String, Property>;

/// A value as it is in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The attribute's text. The XML parser has turned line breaks into spaces, unless they were
    /// written as `&#xA;`.
    pub raw: String,
    /// The line where it begins, from 1.
    pub line: u32,
    /// Whether keys below do not inherit the value (a `Custom` whose `Attributes` lack `INHERIT`).
    pub private: bool,
}

/// The key of a virtual server, `/LM/SmtpSvc/<number>`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// Its number in the metabase, from 1.
    pub number: u32,
    /// The server's own values, without inherited ones, see [`VirtualServer::get`].
    pub properties: Properties,
    /// The domains in the order of the file.
    pub domains: Vec<Domain>,
}

/// The key of a domain, `/LM/SmtpSvc/<number>/Domain/<name>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// The name as written in the `Location`, in any case.
    pub name: String,
    /// The line where its key begins, from 1.
    pub line: u32,
    /// The domain's own values, without inherited ones, see [`VirtualServer::route_action`].
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

/// Returns at most 400 characters of `text`. A text of the file may have any length, and many
/// servers may inherit it.
pub fn brief(text: &str) -> String {
    const MAX_LENGTH: usize = 400;
    match text.char_indices().nth(MAX_LENGTH) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// Returns whether `text` is a number, a truth value or flags: every value that is not plain text.
pub fn is_flags(text: &str) -> bool {
    value::is_flags(text)
}

#[cfg(test)]
mod tests;
