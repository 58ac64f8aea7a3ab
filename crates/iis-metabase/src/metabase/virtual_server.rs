//! A virtual server with what it inherits from the service.

use super::keys::*;
use super::value::{self, AuthFlags, Binding, RouteAction, ServerState};
use super::{Domain, Properties, Property, Server};
use crate::error::{RelayListError, ValueError};
use crate::relay_list::{self, RelayKind, RelayList, Stored};

/// The key that a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// That of the virtual server itself.
    Server,
    /// Inherited from `/LM/SmtpSvc`.
    Service,
}

/// A value that a virtual server has, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EffectiveValue<'a> {
    /// Which value it is.
    pub key: Key,
    /// As it is in the file.
    pub property: &'a Property,
    /// The key that it comes from.
    pub at: Level,
}

/// A virtual server with what it inherits.
#[derive(Debug, Clone, Copy)]
pub struct VirtualServer<'a> {
    /// What is its own.
    pub server: &'a Server,
    service: Option<&'a Properties>,
}

impl<'a> VirtualServer<'a> {
    pub(super) fn new(server: &'a Server, service: Option<&'a Properties>) -> Self {
        Self { server, service }
    }

    /// Returns a value of the server, or else the one it inherits.
    pub fn get(self, key: Key) -> Option<EffectiveValue<'a>> {
        let own = self
            .server
            .properties
            .get(key.name)
            .map(|property| EffectiveValue {
                key,
                property,
                at: Level::Server,
            });
        own.or_else(|| {
            let property = self
                .service?
                .get(key.name)
                .filter(|property| !property.private)?;
            Some(EffectiveValue {
                key,
                property,
                at: Level::Service,
            })
        })
    }

    /// Returns a text without the spaces around it, or `None` if it is empty. For folders, names and
    /// other plain texts.
    pub fn text(self, key: Key) -> Option<&'a str> {
        self.get(key)
            .map(|seen| seen.property.raw.trim())
            .filter(|text| !text.is_empty())
    }

    /// Returns the name that the snap-in shows.
    pub fn comment(self) -> Option<&'a str> {
        self.text(SERVER_COMMENT)
    }

    /// Returns the default local domain: mail for it is delivered here, whether it has a key of its own or
    /// not.
    pub fn default_domain(self) -> Option<&'a str> {
        self.text(DEFAULT_DOMAIN)
    }

    /// Returns the name in the greeting.
    pub fn fully_qualified_domain_name(self) -> Option<&'a str> {
        self.text(FULLY_QUALIFIED_DOMAIN_NAME)
    }

    /// Returns the folder in which mail for all local domains is put. The schema has no default (KB Q247958).
    pub fn drop_directory(self) -> Option<&'a str> {
        self.text(DROP_DIRECTORY)
    }

    /// Returns the folder in which mail waits.
    pub fn queue_directory(self) -> Option<&'a str> {
        self.text(QUEUE_DIRECTORY)
    }

    /// Returns the folder in which mail that cannot be delivered is put.
    pub fn bad_mail_directory(self) -> Option<&'a str> {
        self.text(BAD_MAIL_DIRECTORY)
    }

    /// Returns where it listens; port 25 of every address by default (KB 321757).
    pub fn bindings(self) -> Result<Vec<Binding>, ValueError> {
        let bindings = self.interpret(SERVER_BINDINGS, value::bindings)?;
        Ok(bindings.unwrap_or_else(|| vec![Binding::every_address(25)]))
    }

    /// Returns the largest message in bytes, 0 for no limit. Setup writes 2 MB; where nothing is written,
    /// the schema's default is 32 MB (cc781828).
    pub fn max_message_size(self) -> Result<Option<u32>, ValueError> {
        self.interpret(MAX_MESSAGE_SIZE, value::number)
    }

    /// Returns how many bytes one session may carry, 0 for no limit (cc785987). Setup writes 10 MB.
    pub fn max_session_size(self) -> Result<Option<u32>, ValueError> {
        self.interpret(MAX_SESSION_SIZE, value::number)
    }

    /// Returns how many servers a message may have passed before it is refused.
    pub fn hop_count(self) -> Result<Option<u32>, ValueError> {
        self.interpret(HOP_COUNT, value::number)
    }

    /// Returns the longest wait between attempts to send a message on, in minutes. Without the value
    /// it is 240, the last of 15, 30, 60 and 240.
    pub fn longest_retry(self) -> Result<u32, ValueError> {
        let longest = self.interpret(REMOTE_RETRIES, value::longest)?;
        Ok(longest.unwrap_or(240))
    }

    /// Returns how clients may authenticate; anonymous clients alone by default (aa695076).
    pub fn auth_flags(self) -> Result<AuthFlags, ValueError> {
        Ok(self
            .interpret(AUTH_FLAGS, value::auth_flags)?
            .unwrap_or(AuthFlags::ANONYMOUS))
    }

    /// Returns whether it starts with the service: true by default, and never inherited (cc782812).
    /// Stopping and starting a virtual server sets it, so that `false` is one that was stopped,
    /// too.
    pub fn auto_start(self) -> Result<bool, ValueError> {
        let own = self.server.properties.get(SERVER_AUTO_START.name);
        Ok(own
            .map(|property| property.interpret(SERVER_AUTO_START, value::boolean))
            .transpose()?
            .unwrap_or(true))
    }

    /// Returns its state when the file was written, or `None` as usual: it is a run-time value that
    /// should not be in a file.
    pub fn state(self) -> Result<Option<ServerState>, ValueError> {
        self.interpret(SERVER_STATE, value::state)
    }

    /// Returns who may relay. An absent value and an empty one mean different things, see [`Stored`].
    pub fn relay_list(self) -> Result<RelayList, RelayListError> {
        self.get(RELAY_IP_LIST)
            .map_or(Stored::Absent, |seen| Stored::Hex(&seen.property.raw))
            .read()
    }

    /// Returns who may connect. Absent means everyone, unlike an absent relay list: the snap-in's default
    /// is "all except the list below" with nothing in it (inferred; a server that no client may
    /// reach could not be the default).
    pub fn access_list(self) -> Result<RelayList, RelayListError> {
        self.get(IP_SECURITY)
            .map_or(Ok(RelayList::empty(RelayKind::AllExcept)), |seen| {
                relay_list::read_hex(&seen.property.raw)
            })
    }

    /// Returns what is done with mail for a domain of it: the domain's own value, or else the server's or
    /// the service's (INHERIT in cc757175); nothing special where neither does (the schema's
    /// default is 0).
    pub fn route_action(self, domain: &Domain) -> Result<RouteAction, ValueError> {
        match domain.properties.get(ROUTE_ACTION.name) {
            Some(own) => own.interpret(ROUTE_ACTION, value::route_action),
            None => Ok(self
                .interpret(ROUTE_ACTION, value::route_action)?
                .unwrap_or_default()),
        }
    }

    fn interpret<T>(
        self,
        key: Key,
        interpret: fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ValueError> {
        self.get(key)
            .map(|EffectiveValue { property, .. }| property.interpret(key, interpret))
            .transpose()
    }
}
