//! Reads a metabase, and lists its virtual servers.

use super::{Metabase, VirtualServer, decode, tree};
use crate::error::MetabaseError;

/// Reads the SMTP keys of a `MetaBase.xml`. Keys of other services and unknown values are skipped:
/// they may hold passwords.
///
/// # Errors
/// Fails if the bytes are not a metabase, or if reading them would take too long.
pub fn read(bytes: &[u8]) -> Result<Metabase, MetabaseError> {
    let (text, encoding) = decode::decode(bytes)?;
    let metabase = tree::read(&text)?;
    Ok(Metabase {
        encoding: encoding.to_owned(),
        ..metabase
    })
}

impl Metabase {
    /// Returns the virtual servers with their inherited values, sorted by number.
    pub fn virtual_servers(&self) -> impl Iterator<Item = VirtualServer<'_>> {
        self.servers
            .iter()
            .map(|server| VirtualServer::new(server, self.service.as_ref()))
    }
}
