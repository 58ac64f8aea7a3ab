//! The domains of the forest, as the configuration partition names them (MS-ADTS 6.1.1.2.1.1).

use super::connect::Controller;
use super::query::{LdapEntry, LdapQuery};
use crate::facts::{Failure, FailureKind};
use crate::formats::dn::Name;

/// Returns the entries of all domains of the forest, including the controller's own.
///
/// # Errors
/// Fails if they cannot be read, or are hidden.
pub(super) async fn of_domains(controller: &mut Controller) -> Result<Vec<LdapEntry>, Failure> {
    let base = format!("CN=Partitions,{}", controller.configuration);
    let filter = "(&(objectClass=crossRef)(nETBIOSName=*))";
    let query = LdapQuery::below(base, filter, &["nETBIOSName", "dnsRoot", "nCName"]);
    let entries = controller.client.search(&query).await.map_err(|error| {
        let detail = format!("the forest's domains are not known: {error}");
        error.failure().with_detail(detail)
    })?;
    let own = &controller.connection.domain;
    if entries.iter().any(|entry| is_partition_of(entry, own)) {
        return Ok(entries);
    }
    let detail = "it does not show the domains of its forest";
    Err(Failure::new(FailureKind::Hidden, detail))
}

/// Returns whether an entry of the forest's partitions is that of a domain.
pub(super) fn is_partition_of(entry: &LdapEntry, domain: &str) -> bool {
    let name = entry
        .text("nCName")
        .and_then(|name| Name::parse(&name).ok());
    match (name, Name::parse(domain)) {
        (Some(name), Ok(domain)) => name.is_same(&domain),
        _ => false,
    }
}
