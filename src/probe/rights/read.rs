//! Reads the rights on every folder with the means of this platform.

#[cfg(unix)]
use super::unix::FolderSecurity;
#[cfg(windows)]
use super::windows::FolderSecurity;
use super::{AclOptions, Location, add_known_accounts};
use crate::facts::FolderFacts;
use crate::farm::Farm;
use std::time::Duration;

/// Adds the rights on each folder to the facts.
pub(crate) async fn add_rights(
    farm: &Farm,
    facts: &mut FolderFacts,
    options: &AclOptions,
    limit: Duration,
) {
    add_known_accounts(farm, facts, options);
    let mut security = FolderSecurity::new(options, limit);
    for folder in &mut facts.folders {
        let location = Location::new(folder);
        security.read(folder, &location).await;
    }
}
