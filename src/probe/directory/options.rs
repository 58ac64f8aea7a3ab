//! The options of the directory's probe.

use super::logon::Logon;
use crate::farm::Farm;
use std::path::{Path, PathBuf};

/// The options for asking the directory.
#[derive(Debug, Clone, Default)]
pub(crate) struct DirectoryOptions {
    pub logon: Logon,
    /// The certificate authorities that the command line names, besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Send the password unencrypted if a URL begins with `ldap://`.
    pub insecure_bind: bool,
    /// Also ask for the schema, the accounts and the rights, not only for the contacts and groups.
    pub with_rights: bool,
    /// Keep the names of all objects, not only the first ones.
    pub all_names: bool,
    /// The address of the message whose route is traced, or `None`.
    pub address: Option<String>,
}

impl DirectoryOptions {
    /// Returns the file of further certificate authorities. A file that only the farm file names is
    /// not used for a host that gets a password.
    pub(super) fn ca_file<'a>(&'a self, farm: &'a Farm) -> Option<&'a Path> {
        match (&self.ca_file, &self.logon) {
            (Some(named), _) => Some(named),
            (None, Logon::Password { .. }) => None,
            (None, _) => farm.probe.ca_file.as_deref().map(Path::new),
        }
    }
}
