//! Asks Active Directory about itself, the container, the farm's accounts, and the contacts and
//! groups.

mod accounts;
mod client;
mod connect;
mod container;
mod error;
mod forest;
mod hidden;
mod logon;
mod members;
mod message;
mod options;
mod partitions;
mod query;
mod read_access;
mod relay;
mod sample;
mod transport;
mod units;

pub(crate) use logon::{Logon, Secret, ToldHosts};
pub(crate) use options::DirectoryOptions;
pub(crate) use units::organizational_units;

use self::client::TimeLimits;
use self::connect::{ConnectOptions, LdapService};
use self::forest::ForestQuestion;
use self::members::MemberSearch;
use self::read_access::ReadAccess;
use super::Progress;
use super::deadline::Deadline;
use super::trust::Trust;
use crate::error::Error;
use crate::facts::directory::{CensusOptions, ConnectAttempt, OwnAddresses};
use crate::facts::{Answer, DirectoryFacts, Failure, FailureKind};
use crate::farm::Farm;
use crate::farm::values::{DirectoryAddress, Service, checked};
use std::time::Duration;

/// Returns whether the farm uses a directory and names a domain controller.
pub(crate) fn is_used(farm: &Farm) -> bool {
    farm.directory.service == Some(Service::Yes)
        && farm
            .probe
            .directory
            .as_ref()
            .is_some_and(|list| !list.is_empty())
}

/// Returns why the directory cannot be asked, and what to do, or `None` if it can or is not used.
pub(crate) fn obstacle(farm: &Farm) -> Option<String> {
    let is_wanted = farm.directory.service == Some(Service::Yes);
    (is_wanted && !is_used(farm)).then(|| {
        "no domain controller is recorded; name one with `spinmail set probe.directory \
         ldaps://NAME`"
            .to_owned()
    })
}

/// How many times longer than one question all questions together may take. The results until then
/// are kept as an incomplete answer.
const TOTAL_FACTOR: u32 = 60;

/// Asks the first usable domain controller.
///
/// # Errors
/// The farm file's certificate authorities cannot be read.
pub(crate) async fn gather(
    farm: &Farm,
    options: &DirectoryOptions,
    limit: Duration,
    progress: &dyn Progress,
) -> Result<DirectoryFacts, Error> {
    let mut facts = DirectoryFacts::default();
    if !is_used(farm) {
        return Ok(facts);
    }
    let trust = Trust::new(options.ca_file(farm))?;
    let container = checked(&farm.directory.container)
        .valid()
        .map(|container| &container.name);
    let addresses = farm.probe.directory.as_deref().unwrap_or_default();
    let connect_options = ConnectOptions {
        domain: container,
        directory: options,
        trust: &trust,
        limits: TimeLimits {
            question: limit,
            all: Deadline::after(limit.saturating_mul(TOTAL_FACTOR)),
        },
        service: LdapService::Domain,
    };
    progress.begin("asking the directory", 0);
    let (attempts, controller) = connect::connect(&controllers(addresses), &connect_options).await;
    facts.attempts = attempts;
    let Some(mut controller) = controller else {
        facts.connection = Answer::Failed(in_vain(&facts.attempts));
        progress.end();
        return Ok(facts);
    };
    facts.connection = Answer::Known(controller.connection.clone());
    facts.schema = container::schema(&mut controller).await;
    let access = ReadAccess::new(&controller.connection, &facts.schema);
    if let Some(name) = container {
        facts.asked = Some(name.to_string());
        facts.container = container::container(&mut controller, &access, name, options).await;
    }
    if options.with_rights {
        facts.accounts = accounts::gather(&mut controller, &access, farm).await;
    }
    let mut own_addresses = OwnAddresses::default();
    if let Answer::Known(found) = &facts.container {
        progress.begin("counting contacts and groups", 0);
        let wanted = CensusOptions {
            domains: farm.contact_domains(),
            all: options.all_names,
            others: options.with_rights,
        };
        let client = &mut controller.client;
        let mut search = MemberSearch::new(client, found, &wanted, progress);
        facts.members = search.run(&access).await;
        own_addresses = search.addresses;
    }
    let found = facts.container.known().map(|found| found.name.as_str());
    let question = ForestQuestion {
        recipients: recipients(farm, options),
        container: found.map(|name| (name, &own_addresses)),
        max_taken: if options.all_names {
            usize::MAX
        } else {
            MAX_TAKEN
        },
        urls: addresses,
        connect: &connect_options,
        access: &access,
        progress,
    };
    facts.forest = question.ask(&mut controller).await;
    progress.end();
    Ok(facts)
}

/// The maximum number of taken addresses that are shown, unless all names are wanted.
const MAX_TAKEN: usize = 20;

/// Returns the domain controllers in the farm file without its global catalogs; or all, if there
/// are only global catalogs.
fn controllers(addresses: &[DirectoryAddress]) -> Vec<DirectoryAddress> {
    let of_domain: Vec<DirectoryAddress> = addresses
        .iter()
        .filter(|address| !connect::is_catalog(address.as_str()))
        .cloned()
        .collect();
    if of_domain.is_empty() {
        addresses.to_vec()
    } else {
        of_domain
    }
}

/// Returns the addresses that an object of the forest should have: that of the traced message, and
/// one that is known to exist.
fn recipients(farm: &Farm, options: &DirectoryOptions) -> Vec<String> {
    let display = checked(&farm.incoming.display_address).valid();
    let known = farm
        .probe
        .recipient
        .as_ref()
        .zip(display)
        .map(|(recipient, domain)| format!("{}@{}", recipient.as_str(), domain.ascii()));
    let mut addresses: Vec<String> = options.address.iter().cloned().collect();
    addresses.extend(known.map(|address| address.to_lowercase()));
    addresses.dedup();
    addresses
}

/// Returns why no domain controller could be asked.
fn in_vain(attempts: &[ConnectAttempt]) -> Failure {
    let why: Vec<String> = attempts
        .iter()
        .map(|attempt| format!("{}: {}", attempt.url, attempt.why))
        .collect();
    let mut kinds = attempts.iter().map(|attempt| &attempt.kind);
    let first = kinds.next().cloned().unwrap_or_default();
    let kind = if kinds.all(|kind| *kind == first) {
        first
    } else {
        FailureKind::Other
    };
    Failure::new(kind, why.join("; "))
}
