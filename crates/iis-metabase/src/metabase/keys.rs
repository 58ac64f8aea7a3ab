//! The values that are read: their names and numbers.

/// The name of a value and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The name as written in the file.
    pub name: &'static str,
    /// The number that identifies the value in a `Custom` child without a known name. From
    /// Microsoft's property reference and, for values that every service has, the `MD_…` constants
    /// of Windows' headers; `None` if no source was found.
    pub id: Option<u32>,
}

/// Defines one constant for each value, and the table of all values.
macro_rules! keys {
    ($($(#[$about:meta])* $constant:ident = $name:literal $(, $id:literal)?;)*) => {
        $(
            #[doc = concat!("`", $name, "`.")]
            $(#[$about])*
            pub const $constant: Key = Key { name: $name, id: id!($($id)?) };
        )*
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
    HOP_COUNT = "HopCount";
    IP_SECURITY = "IPSecurity", 6019;
    MAX_MESSAGE_SIZE = "MaxMessageSize", 36891;
    MAX_SESSION_SIZE = "MaxSessionSize";
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
    /// Inverted: true forbids relaying (cc737483).
    SMTP_DISABLE_RELAY = "SmtpDisableRelay", 36974;
    /// Reserved in the reference; a real server had the value 1.
    SMTP_IP_RESTRICTION_FLAG = "SmtpIpRestrictionFlag", 37031;
    /// The intervals between delivery attempts, in minutes.
    REMOTE_RETRIES = "SmtpRemoteProgressiveRetry";
}
