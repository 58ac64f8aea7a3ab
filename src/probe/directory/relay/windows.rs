//! A pair of connected sockets of Windows, which knows them for TCP only.

pub(crate) use super::tcp::tcp_pair as pair;

/// The URL with which ldap3 takes its end.
pub(crate) const LOCAL_URL: &str = "ldap://localhost/";
