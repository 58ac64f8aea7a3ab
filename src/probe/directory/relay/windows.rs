//! A pair of connected sockets. Windows has such pairs only for TCP.

pub(crate) use super::tcp::tcp_pair as pair;

/// The URL that makes ldap3 use its end.
pub(crate) const LOCAL_URL: &str = "ldap://localhost/";
