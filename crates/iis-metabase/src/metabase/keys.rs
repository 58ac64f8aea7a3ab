//! The values that are read.

/// The name of a value and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// As in the file.
    pub name: &'static str,
    /// Of a `Custom` child whose name is not known. From Microsoft's property reference and, for
    /// those of every service, the `MD_…` constants of Windows' headers; `None` if no source was
    /// found.
    pub id: Option<u32>,
}

/// One constant for each value, and the table of them all.
macro_rules! keys {
    ($($(#[$about:meta])* $constant:ident = $name:literal $(, $id:literal)?;)*) => {
        $(#[doc = concat!("`", $name, "`.")] $(#[$about])* pub const $constant: Key = Key { name: $name, id: id!($($id)?) };)*
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
    /// Reversed: true forbids to relay (cc737483).
    SMTP_DISABLE_RELAY = "SmtpDisableRelay", 36974;
    /// Reserved; 1 was seen on a real server.
    SMTP_IP_RESTRICTION_FLAG = "SmtpIpRestrictionFlag", 37031;
    /// The waiting times between attempts to send a message on, in minutes.
    REMOTE_RETRIES = "SmtpRemoteProgressiveRetry";
}
