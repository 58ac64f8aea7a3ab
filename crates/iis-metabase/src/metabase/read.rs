//! Reading a metabase, and the virtual servers in it.

use super::{Metabase, VirtualServer, decode, tree};
use crate::error::MetabaseError;

/// Reads the SMTP keys of a `MetaBase.xml`. Keys of other services and unknown values are left out:
/// they may hold passwords.
///
/// # Errors
/// The bytes are not a metabase, or one that would take too long to read.
pub fn read(bytes: &[u8]) -> Result<Metabase, MetabaseError> {
    let (text, encoding) = decode::decode(bytes)?;
    let metabase = tree::read(&text)?;
    Ok(Metabase {
        encoding: encoding.to_owned(),
        ..metabase
    })
}

impl Metabase {
    /// Returns the virtual servers with what they inherit, by number.
    pub fn virtual_servers(&self) -> impl Iterator<Item = VirtualServer<'_>> {
        self.servers
            .iter()
            .map(|server| VirtualServer::new(server, self.service.as_ref()))
    }
}
