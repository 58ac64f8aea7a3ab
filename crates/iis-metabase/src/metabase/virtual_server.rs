//! A virtual server with the values that it inherits from the service.

use super::keys::*;
use super::value::{self, AuthFlags, Binding, RouteAction, ServerState};
use super::{Domain, Properties, Property, Server};
use crate::error::{RelayListError, ValueError};
use crate::relay_list::{self, RelayKind, RelayList, Stored};

/// The key that holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The key of the virtual server itself.
    Server,
    /// `/LM/SmtpSvc`: the value is inherited.
    Service,
}

/// The value that applies to a virtual server, and the key that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EffectiveValue<'a> {
    /// The name and number of the value.
    pub key: Key,
    /// The value as it is in the file.
    pub property: &'a Property,
    /// The key that holds it.
    pub at: Level,
}

/// A virtual server with the values that it inherits.
#[derive(Debug, Clone, Copy)]
pub struct VirtualServer<'a> {
    /// The server's own values.
    pub server: &'a Server,
    service: Option<&'a Properties>,
}

impl<'a> VirtualServer<'a> {
    pub(super) fn new(server: &'a Server, service: Option<&'a Properties>) -> Self {
        Self { server, service }
    }

    /// Returns the value that applies to the server: its own, otherwise the service's.
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

    /// Returns a text without surrounding spaces, or `None` if it is empty. Use it for folders,
    /// names and other plain texts.
    pub fn text(self, key: Key) -> Option<&'a str> {
        self.get(key)
            .map(|seen| seen.property.raw.trim())
            .filter(|text| !text.is_empty())
    }

    /// Returns the name that the snap-in shows for the server.
    pub fn comment(self) -> Option<&'a str> {
        self.text(SERVER_COMMENT)
    }

    /// Returns the default local domain. Mail for it is delivered here, even if the domain has no
    /// key.
    pub fn default_domain(self) -> Option<&'a str> {
        self.text(DEFAULT_DOMAIN)
    }

    /// Returns the name in the server's SMTP greeting.
    pub fn fully_qualified_domain_name(self) -> Option<&'a str> {
        self.text(FULLY_QUALIFIED_DOMAIN_NAME)
    }

    /// Returns the folder for mail to all local domains. The schema has no default (KB Q247958).
    pub fn drop_directory(self) -> Option<&'a str> {
        self.text(DROP_DIRECTORY)
    }

    /// Returns the folder of mail that waits for delivery.
    pub fn queue_directory(self) -> Option<&'a str> {
        self.text(QUEUE_DIRECTORY)
    }

    /// Returns the folder for mail that cannot be delivered.
    pub fn bad_mail_directory(self) -> Option<&'a str> {
        self.text(BAD_MAIL_DIRECTORY)
    }

    /// Returns the addresses and ports that the server listens on; port 25 of all addresses by
    /// default (KB 321757).
    pub fn bindings(self) -> Result<Vec<Binding>, ValueError> {
        let bindings = self.interpret(SERVER_BINDINGS, value::bindings)?;
        Ok(bindings.unwrap_or_else(|| vec![Binding::every_address(25)]))
    }

    /// Returns the maximum message size in bytes, 0 for no limit. Setup writes 2 MB; the schema's
    /// default is 32 MB (cc781828).
    pub fn max_message_size(self) -> Result<Option<u32>, ValueError> {
        self.interpret(MAX_MESSAGE_SIZE, value::number)
    }

    /// Returns the maximum size of one session in bytes, 0 for no limit (cc785987). Setup writes 10
    /// MB.
    pub fn max_session_size(self) -> Result<Option<u32>, ValueError> {
        self.interpret(MAX_SESSION_SIZE, value::number)
    }

    /// Returns the maximum number of servers that a message may have passed.
    pub fn hop_count(self) -> Result<Option<u32>, ValueError> {
        self.interpret(HOP_COUNT, value::number)
    }

    /// Returns the longest interval between delivery attempts, in minutes. Without the value it is
    /// 240, the last of 15, 30, 60 and 240.
    pub fn longest_retry(self) -> Result<u32, ValueError> {
        let longest = self.interpret(REMOTE_RETRIES, value::longest)?;
        Ok(longest.unwrap_or(240))
    }

    /// Returns how clients may authenticate; by default only anonymous access is allowed
    /// (aa695076).
    pub fn auth_flags(self) -> Result<AuthFlags, ValueError> {
        Ok(self
            .interpret(AUTH_FLAGS, value::auth_flags)?
            .unwrap_or(AuthFlags::ANONYMOUS))
    }

    /// Returns whether the server starts with the service: true by default, and never inherited
    /// (cc782812). Stopping and starting a virtual server also sets the value, so `false` may mean
    /// that an administrator has stopped it.
    pub fn auto_start(self) -> Result<bool, ValueError> {
        let own = self.server.properties.get(SERVER_AUTO_START.name);
        Ok(own
            .map(|property| property.interpret(SERVER_AUTO_START, value::boolean))
            .transpose()?
            .unwrap_or(true))
    }

    /// Returns the server's state when the file was written, or `None` if the file has none. It is
    /// a run-time value that is not normally saved.
    pub fn state(self) -> Result<Option<ServerState>, ValueError> {
        self.interpret(SERVER_STATE, value::state)
    }

    /// Returns which computers may relay. An absent and an empty value differ in meaning, see
    /// [`Stored`].
    pub fn relay_list(self) -> Result<RelayList, RelayListError> {
        self.get(RELAY_IP_LIST)
            .map_or(Stored::Absent, |seen| Stored::Hex(&seen.property.raw))
            .read()
    }

    /// Returns which computers may connect. Unlike an absent relay list, an absent access list
    /// admits everyone: the snap-in's default is "all except the list below" with an empty list
    /// (inferred: a server that no client may reach could not be the default).
    pub fn access_list(self) -> Result<RelayList, RelayListError> {
        self.get(IP_SECURITY)
            .map_or(Ok(RelayList::empty(RelayKind::AllExcept)), |seen| {
                relay_list::read_hex(&seen.property.raw)
            })
    }

    /// Returns how mail for `domain` is routed: by the domain's own value, otherwise the server's,
    /// otherwise the service's (INHERIT in cc757175), otherwise 0, the schema's default.
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
