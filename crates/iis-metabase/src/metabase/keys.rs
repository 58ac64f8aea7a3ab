//! The values that are read.

use super::Property;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

/// The name of a value and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub name: &'static str,
    /// Of a `Custom` child whose name is not known. From Microsoft's property reference and, for
    /// those of every service, the `MD_…` constants of Windows' headers; none where no source was
    /// found.
    pub id: Option<u32>,
}

/// One constant for each value, and the table of them all.
macro_rules! keys {
    ($($(#[$about:meta])* $constant:ident = $name:literal $(, $id:literal)?;)*) => {
        $($(#[$about])* pub const $constant: Key = Key { name: $name, id: id!($($id)?) };)*
        /// Each value that is read.
        pub const KEYS: &[Key] = &[$($constant),*];
    };
}

macro_rules! id {
    () => {
        None
    };
    ($id:literal) => {
        Some($id)
    };
}

keys! {
    AUTH_FLAGS = "AuthFlags", 6000;
    BAD_MAIL_DIRECTORY = "BadMailDirectory", 36909;
    CONNECT_RESPONSE = "ConnectResponse";
    DEFAULT_DOMAIN = "DefaultDomain", 36908;
    DROP_DIRECTORY = "DropDirectory", 36882;
    FULLY_QUALIFIED_DOMAIN_NAME = "FullyQualifiedDomainName";
    IP_SECURITY = "IPSecurity", 6019;
    MAX_MESSAGE_SIZE = "MaxMessageSize", 36891;
    PICKUP_DIRECTORY = "PickupDirectory", 36880;
    QUEUE_DIRECTORY = "QueueDirectory", 36875;
    RELAY_FOR_AUTH = "RelayForAuth", 36973;
    RELAY_IP_LIST = "RelayIpList", 36970;
    ROUTE_ACTION = "RouteAction", 36946;
    /// "Reserved for Exchange" in the reference; the smart host of a remote domain, from memory.
    ROUTE_ACTION_STRING = "RouteActionString", 36947;
    SERVER_AUTO_START = "ServerAutoStart", 1017;
    SERVER_BINDINGS = "ServerBindings", 1023;
    SERVER_COMMENT = "ServerComment", 1015;
    SERVER_STATE = "ServerState", 1016;
    SMART_HOST = "SmartHost";
    SMART_HOST_TYPE = "SmartHostType", 36905;
    /// Reversed: true forbids to relay (cc737483).
    SMTP_DISABLE_RELAY = "SmtpDisableRelay", 36974;
    /// Reserved; 1 was seen on a real server.
    SMTP_IP_RESTRICTION_FLAG = "SmtpIpRestrictionFlag", 37031;
}

/// The schema of a key's values, with what each holds for whoever takes names out.
pub(super) fn schema(generator: &mut SchemaGenerator) -> Schema {
    let property = generator.subschema_for::<Property>();
    let holds = |key: &Key| match *key {
        RELAY_IP_LIST | IP_SECURITY => "relay-list",
        AUTH_FLAGS
        | MAX_MESSAGE_SIZE
        | RELAY_FOR_AUTH
        | ROUTE_ACTION
        | SERVER_AUTO_START
        | SERVER_STATE
        | SMART_HOST_TYPE
        | SMTP_DISABLE_RELAY
        | SMTP_IP_RESTRICTION_FLAG => "flags",
        CONNECT_RESPONSE => "text",
        _ => "name",
    };
    let of_key = |key: &Key| {
        (
            key.name.to_owned(),
            json!({"allOf": [property], "holds": holds(key)}),
        )
    };
    let known: Map<String, Value> = KEYS.iter().map(of_key).collect();
    json_schema!({"type": "object", "properties": known, "additionalProperties": property})
}
