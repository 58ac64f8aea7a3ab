//! The options of the directory's probe.

use super::logon::Logon;
use crate::farm::Farm;
use std::path::{Path, PathBuf};

/// How to ask the directory, and for what.
#[derive(Debug, Clone, Default)]
pub(crate) struct DirectoryOptions {
    pub logon: Logon,
    /// The certificate authorities that the command line names, besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Send the password unencrypted if a URL begins with `ldap://`.
    pub insecure_bind: bool,
    /// Ask for the schema, the accounts and the rights too, not only for the contacts and groups.
    pub with_rights: bool,
    /// Keep the names of everything that is found, not only the first ones.
    pub all_names: bool,
    /// The address of the one message whose route is asked for, or `None`.
    pub address: Option<String>,
}

impl DirectoryOptions {
    /// Returns the file of further certificate authorities. One that only the farm file names does
    /// not vouch for a host that is told a password.
    pub(super) fn ca_file<'a>(&'a self, farm: &'a Farm) -> Option<&'a Path> {
        match (&self.ca_file, &self.logon) {
            (Some(named), _) => Some(named),
            (None, Logon::Password { .. }) => None,
            (None, _) => farm.probe.ca_file.as_deref().map(Path::new),
        }
    }
}
