//! Lists the organizational units of the domain, so that the user can choose one.

use super::client::TimeLimits;
use super::connect::{self, ConnectOptions, LdapService};
use super::options::DirectoryOptions;
use super::query::LdapQuery;
use crate::farm::Farm;
use crate::probe::deadline::Deadline;
use crate::probe::trust::Trust;
use std::time::Duration;

/// The maximum number of units to request: Active Directory's default size of a page (MS-ADTS
/// 3.1.1.3.4.6, MaxPageSize).
const MAX_UNITS: i32 = 1000;

/// Returns the names of the organizational units from the first controller, or none if it does not
/// answer in time.
pub(crate) fn organizational_units(
    farm: &Farm,
    options: &DirectoryOptions,
    limit: Duration,
) -> Vec<String> {
    let Ok(runtime) = crate::probe::runtime() else {
        return Vec::new();
    };
    let found =
        runtime.block_on(async { tokio::time::timeout(limit, ask(farm, options, limit)).await });
    // A name server that never answers must not delay the program.
    runtime.shutdown_background();
    found.ok().flatten().unwrap_or_default()
}

async fn ask(farm: &Farm, options: &DirectoryOptions, limit: Duration) -> Option<Vec<String>> {
    let addresses = farm.probe.directory.as_deref().unwrap_or_default();
    let trust = Trust::new(options.ca_file(farm)).ok()?;
    let options = ConnectOptions {
        domain: None,
        directory: options,
        trust: &trust,
        limits: TimeLimits {
            question: limit,
            all: Deadline::after(limit),
        },
        service: LdapService::Domain,
    };
    let (_, controller) = connect::connect(addresses, &options).await;
    let mut controller = controller?;
    // The organizational unit of the domain controllers is a critical object.
    let filter = "(&(objectClass=organizationalUnit)(!(isCriticalSystemObject=TRUE)))";
    let query = LdapQuery {
        max_entries: MAX_UNITS,
        ..LdapQuery::below(&controller.connection.domain, filter, &["ou"])
    };
    let page = controller.client.first_page(&query).await.ok()?;
    Some(page.entries.into_iter().map(|entry| entry.name).collect())
}
