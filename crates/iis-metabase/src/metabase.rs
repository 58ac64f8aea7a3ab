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
//! they are in the file; [`Metabase::virtual_servers`] and [`Domain`] say what they mean. What a
//! server takes from the service is looked up and never copied: many servers below one long value
//! must not multiply it.
//!
//! The file lags behind what the running service holds in memory.

mod decode;
mod keys;
mod tree;
mod value;

use crate::relay_list::{self, Kind, RelayList, Stored};
pub use keys::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
pub use value::{AuthFlags, Binding, DomainKind, RouteAction, ServerState};

/// More virtual servers than any machine has; all are judged by what may be a long inherited value.
pub const MOST_SERVERS: usize = 256;

/// The SMTP keys of a metabase, as they are in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    rename_all = "kebab-case",
    expecting = "the SMTP keys of a metabase, an object"
)]
pub struct Metabase {
    /// The encoding it was read in, such as `UTF-8`.
    #[schemars(extend("holds" = "plain"))]
    pub encoding: String,
    /// The key `/LM/SmtpSvc`; none where the SMTP service is not installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "keys::schema")]
    pub service: Option<Properties>,
    /// By number.
    pub servers: Vec<Server>,
    /// What is unusual about the file, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub odd: Vec<String>,
    /// What a later program of the same form says beside it, here and below.
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Fields that are not known.
type Unknown = BTreeMap<String, serde_json::Value>;

/// A key's own values, by their names in [`KEYS`]; others are left out.
pub type Properties = BTreeMap<String, Property>;

/// A value as it is in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    rename_all = "kebab-case",
    expecting = "a value of a metabase, an object"
)]
pub struct Property {
    /// The attribute's text. XML has made its line breaks blanks, unless they were written as
    /// `&#xA;`.
    pub raw: String,
    /// The line it begins in, from 1.
    pub line: u32,
    /// It says that keys below do not inherit it (a `Custom` whose `Attributes` lack `INHERIT`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The key of a virtual server, `/LM/SmtpSvc/<number>`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", expecting = "a virtual server, an object")]
pub struct Server {
    pub number: u32,
    /// Only its own, see [`VirtualServer::get`].
    #[schemars(schema_with = "keys::schema")]
    pub properties: Properties,
    /// In the file's order.
    pub domains: Vec<Domain>,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// The key of a domain, `/LM/SmtpSvc/<number>/Domain/<name>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", expecting = "a domain, an object")]
pub struct Domain {
    /// As in the `Location`, in any case.
    #[schemars(extend("holds" = "name"))]
    pub name: String,
    /// The line its key begins in, from 1.
    pub line: u32,
    #[schemars(schema_with = "keys::schema")]
    pub properties: Properties,
    #[serde(flatten)]
    pub unknown: Unknown,
}

/// Why the bytes are no metabase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub message: String,
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
}

/// A value that does not say what its name promises: what it means is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// The value's name, its text and what is wrong with it.
    pub message: String,
    /// The line of the file.
    pub line: u32,
}

/// The key that a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Server,
    /// Inherited from `/LM/SmtpSvc`.
    Service,
}

/// A value that a virtual server has, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen<'a> {
    pub key: Key,
    pub property: &'a Property,
    pub at: Level,
}

/// A virtual server with what it inherits.
#[derive(Debug, Clone, Copy)]
pub struct VirtualServer<'a> {
    pub server: &'a Server,
    service: Option<&'a Properties>,
}

/// Reads the SMTP keys of a `MetaBase.xml`. Keys of other services and unknown values are left out;
/// they may hold passwords.
pub fn read(bytes: &[u8]) -> Result<Metabase, Fault> {
    let (text, encoding) = decode::decode(bytes)?;
    let metabase = tree::read(&text)?;
    Ok(Metabase {
        encoding: encoding.to_owned(),
        ..metabase
    })
}

impl Metabase {
    pub fn virtual_servers(&self) -> impl Iterator<Item = VirtualServer<'_>> {
        self.servers.iter().map(|server| VirtualServer {
            server,
            service: self.service.as_ref(),
        })
    }
}

impl<'a> VirtualServer<'a> {
    /// A value of the server, or else the one it inherits.
    pub fn get(self, key: Key) -> Option<Seen<'a>> {
        let own = self.server.properties.get(key.name).map(|property| Seen {
            key,
            property,
            at: Level::Server,
        });
        own.or_else(|| {
            let property = self
                .service?
                .get(key.name)
                .filter(|property| !property.private)?;
            Some(Seen {
                key,
                property,
                at: Level::Service,
            })
        })
    }

    /// A text without the blanks round it; none where it is empty. For folders, names and other
    /// plain texts.
    pub fn text(self, key: Key) -> Option<&'a str> {
        self.get(key)
            .map(|seen| seen.property.raw.trim())
            .filter(|text| !text.is_empty())
    }

    /// The name that the snap-in shows.
    pub fn comment(self) -> Option<&'a str> {
        self.text(SERVER_COMMENT)
    }

    /// The default local domain: mail for it is delivered here, whether it has a key of its own or
    /// not.
    pub fn default_domain(self) -> Option<&'a str> {
        self.text(DEFAULT_DOMAIN)
    }

    /// The name in the greeting.
    pub fn fully_qualified_domain_name(self) -> Option<&'a str> {
        self.text(FULLY_QUALIFIED_DOMAIN_NAME)
    }

    /// The text that replaces the greeting.
    pub fn connect_response(self) -> Option<&'a str> {
        self.text(CONNECT_RESPONSE)
    }

    /// Where mail for all local domains is put. The schema has no default (KB Q247958).
    pub fn drop_directory(self) -> Option<&'a str> {
        self.text(DROP_DIRECTORY)
    }

    pub fn queue_directory(self) -> Option<&'a str> {
        self.text(QUEUE_DIRECTORY)
    }

    pub fn bad_mail_directory(self) -> Option<&'a str> {
        self.text(BAD_MAIL_DIRECTORY)
    }

    pub fn pickup_directory(self) -> Option<&'a str> {
        self.text(PICKUP_DIRECTORY)
    }

    /// The host that takes mail for domains that are not local.
    pub fn smart_host(self) -> Option<&'a str> {
        self.text(SMART_HOST)
    }

    /// Where it listens; port 25 of every address by default (KB 321757).
    pub fn bindings(self) -> Result<Vec<Binding>, Unclear> {
        let every = || {
            vec![Binding {
                address: None,
                port: 25,
                host: String::new(),
            }]
        };
        Ok(self
            .meaning(SERVER_BINDINGS, value::bindings)?
            .unwrap_or_else(every))
    }

    /// The largest message in bytes, 0 for no limit. Setup writes 2 MB; where nothing is written,
    /// the schema's default is 32 MB (cc781828).
    pub fn max_message_size(self) -> Result<Option<u32>, Unclear> {
        self.meaning(MAX_MESSAGE_SIZE, value::number)
    }

    /// Who may connect; anonymous clients alone by default (aa695076).
    pub fn auth_flags(self) -> Result<AuthFlags, Unclear> {
        Ok(self
            .meaning(AUTH_FLAGS, value::auth_flags)?
            .unwrap_or(AuthFlags::ANONYMOUS))
    }

    /// Whether it starts with the service: true by default, and never inherited (cc782812).
    /// Stopping and starting a virtual server sets it, so that `false` is one that was stopped,
    /// too.
    pub fn auto_start(self) -> Result<bool, Unclear> {
        let own = self.server.properties.get(SERVER_AUTO_START.name);
        Ok(own
            .map(|property| property.meaning(SERVER_AUTO_START, value::boolean))
            .transpose()?
            .unwrap_or(true))
    }

    /// Its state when the file was written, should that ever be written: it is a run-time value.
    pub fn state(self) -> Result<Option<ServerState>, Unclear> {
        self.meaning(SERVER_STATE, value::state)
    }

    /// Whether clients that authenticate may relay. Ticked is 1 or -1, by two of Microsoft's pages
    /// (ms525280, cc778501).
    pub fn relay_for_authenticated(self) -> Result<bool, Unclear> {
        Ok(self
            .meaning(RELAY_FOR_AUTH, value::number)?
            .is_some_and(|number| number != 0))
    }

    /// Who may relay. An absent value and an empty one say different things, see [`Stored`].
    pub fn relay_list(self) -> Result<RelayList, relay_list::Fault> {
        self.get(RELAY_IP_LIST)
            .map_or(Stored::Absent, |seen| Stored::Hex(&seen.property.raw))
            .read()
    }

    /// Who may connect. Absent means everyone, unlike an absent relay list: the snap-in's default
    /// is "all except the list below" with nothing in it (inferred; a server that nobody may
    /// reach could not be the default).
    pub fn access_list(self) -> Result<RelayList, relay_list::Fault> {
        self.get(IP_SECURITY)
            .map_or(Ok(RelayList::empty(Kind::AllExcept)), |seen| {
                relay_list::read_hex(&seen.property.raw)
            })
    }

    /// What is done with mail for a domain of it: the domain's own value, or else the server's or
    /// the service's (INHERIT in cc757175); nothing special where nobody says (the schema's
    /// default is 0).
    pub fn route_action(self, domain: &Domain) -> Result<RouteAction, Unclear> {
        match domain.properties.get(ROUTE_ACTION.name) {
            Some(own) => own.meaning(ROUTE_ACTION, value::route_action),
            None => Ok(self
                .meaning(ROUTE_ACTION, value::route_action)?
                .unwrap_or_default()),
        }
    }

    /// The domain of this name.
    pub fn domain(self, name: &str) -> Option<&'a Domain> {
        self.server
            .domains
            .iter()
            .find(|domain| same_name(&domain.name, name))
    }

    /// Whether this is the default local domain's name.
    pub fn is_default_domain(self, name: &str) -> bool {
        self.default_domain()
            .is_some_and(|default| same_name(default, name))
    }

    fn meaning<T>(
        self,
        key: Key,
        meaning: fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Unclear> {
        self.get(key)
            .map(|Seen { property, .. }| property.meaning(key, meaning))
            .transpose()
    }
}

impl Property {
    fn meaning<T>(&self, key: Key, meaning: fn(&str) -> Result<T, String>) -> Result<T, Unclear> {
        meaning(&self.raw).map_err(|wrong| Unclear {
            message: brief(&format!("{} is `{}`: {wrong}", key.name, self.raw)),
            line: self.line,
        })
    }
}

/// A text of the file, which may be of any length and inherited by many, in a length for reading.
pub fn brief(text: &str) -> String {
    const LONGEST: usize = 400;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// Whether a text is nothing but a number, a truth or flags, as the values that are no texts are.
pub fn is_flags(text: &str) -> bool {
    value::is_flags(text)
}

/// Whether two names are one to DNS.
fn same_name(one: &str, other: &str) -> bool {
    let bare = |name| str::strip_suffix(name, ".").unwrap_or(name);
    bare(one).eq_ignore_ascii_case(bare(other))
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "line {}, column {}: {}",
            self.line, self.column, self.message
        )
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests;
