//! What Active Directory says: of itself, of the container, of the farm's accounts, and of the
//! contacts and groups.

mod accounts;
mod client;
mod connect;
mod container;
mod hidden;
mod logon;
mod members;
mod reader;
mod reason;
mod units;

pub use logon::{Logon, Secret};
pub use units::units;

use self::reader::Reader;
use super::Progress;
use super::trust::Trust;
use crate::error::Error;
use crate::facts::{Answer, DirectoryFacts};
use crate::farm::Farm;
use crate::farm::values::{Service, checked};
use std::path::Path;
use std::time::Duration;

/// How to look at the directory, and at what.
#[derive(Debug, Clone, Default)]
pub struct Look {
    pub logon: Logon,
    /// Send the password unencrypted where a URL begins with `ldap://`.
    pub insecure: bool,
    /// Look at the schema, the accounts and the rights too, not only at the contacts and groups.
    pub rights: bool,
    /// Keep the names of everything that is found, not only the first ones.
    pub all: bool,
}

/// Whether the farm has anything to look at, and somewhere.
pub fn is_used(farm: &Farm) -> bool {
    farm.directory.service == Some(Service::Yes)
        && farm
            .probe
            .directory
            .as_ref()
            .is_some_and(|list| !list.is_empty())
}

/// Why the directory cannot be looked at, and what to do; nothing where it can be tried or is not
/// used.
pub fn out_of_reach(farm: &Farm) -> Option<String> {
    let is_wanted = farm.directory.service == Some(Service::Yes);
    (is_wanted && !is_used(farm)).then(|| {
        "no domain controller is named; `spinmail set probe.directory ldaps://NAME` names one"
            .to_owned()
    })
}

/// Asks the first controller that can be asked.
///
/// # Errors
/// The farm file's certificate authorities cannot be had.
pub async fn gather(
    farm: &Farm,
    look: &Look,
    limit: Duration,
    progress: &dyn Progress,
) -> Result<DirectoryFacts, Error> {
    let mut facts = DirectoryFacts::default();
    if !is_used(farm) {
        return Ok(facts);
    }
    let trust = Trust::new(farm.probe.ca_file.as_deref().map(Path::new))?;
    let container = checked(&farm.directory.container)
        .valid()
        .map(|container| &container.name);
    let addresses = farm.probe.directory.as_deref().unwrap_or_default();
    let (attempts, controller) = connect::connect(addresses, container, look, &trust, limit).await;
    facts.attempts = attempts;
    let Some(mut controller) = controller else {
        let why: Vec<String> = facts
            .attempts
            .iter()
            .map(|attempt| format!("{}: {}", attempt.url, attempt.why))
            .collect();
        facts.connection = Answer::Failed(why.join("; "));
        return Ok(facts);
    };
    facts.connection = Answer::Known(controller.connection.clone());
    facts.schema = container::schema(&mut controller).await;
    let reader = Reader::new(&controller.connection, &facts.schema);
    if let Some(name) = container {
        facts.asked = Some(name.to_string());
        facts.container = container::container(&mut controller, &reader, name, look.rights).await;
    }
    if look.rights {
        facts.accounts = accounts::gather(&mut controller, &reader, farm).await;
    }
    if let Answer::Known(container) = &facts.container {
        progress.begin("counting contacts and groups", 0);
        facts.members = members::gather(
            &mut controller.client,
            &reader,
            container,
            farm,
            look,
            progress,
        )
        .await;
        progress.end();
    }
    Ok(facts)
}
