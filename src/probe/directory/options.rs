//! The options of the directory's probe.

use super::logon::Logon;

/// How to ask the directory, and for what.
#[derive(Debug, Clone, Default)]
pub(crate) struct DirectoryOptions {
    pub logon: Logon,
    /// Send the password unencrypted if a URL begins with `ldap://`.
    pub insecure_bind: bool,
    /// Ask for the schema, the accounts and the rights too, not only for the contacts and groups.
    pub with_rights: bool,
    /// Keep the names of everything that is found, not only the first ones.
    pub all_names: bool,
    /// The address of the one message whose route is asked for, or `None`.
    pub address: Option<String>,
}
