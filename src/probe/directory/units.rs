//! The organizational units of the domain, for whoever is to choose one.

use super::client::Question;
use super::{Look, connect};
use crate::farm::Farm;
use crate::probe::trust::Trust;
use std::path::Path;
use std::time::Duration;

/// The names of the units that the first controller shows; none where it cannot be asked, or not in
/// time.
pub fn units(farm: &Farm, look: &Look, limit: Duration) -> Vec<String> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
    else {
        return Vec::new();
    };
    let found =
        runtime.block_on(async { tokio::time::timeout(limit, ask(farm, look, limit)).await });
    // A name server that never answers must not hold the program up.
    runtime.shutdown_background();
    found.ok().flatten().unwrap_or_default()
}

async fn ask(farm: &Farm, look: &Look, limit: Duration) -> Option<Vec<String>> {
    // As many as Active Directory puts into one page unless it is told otherwise (MS-ADTS
    // 3.1.1.3.4.6, MaxPageSize).
    const MOST: i32 = 1000;
    let addresses = farm.probe.directory.as_deref().unwrap_or_default();
    let trust = Trust::new(farm.probe.ca_file.as_deref().map(Path::new)).ok()?;
    let (_, controller) = connect::connect(addresses, None, look, &trust, limit).await;
    let mut controller = controller?;
    // The unit of the controllers themselves is one of those that the domain cannot be without.
    let filter = "(&(objectClass=organizationalUnit)(!(isCriticalSystemObject=TRUE)))";
    let question = Question::below(&controller.connection.domain, filter, &["ou"]);
    let page = controller
        .client
        .page(&Question {
            most: MOST,
            ..question
        })
        .await
        .ok()?;
    Some(page.entries.into_iter().map(|entry| entry.name).collect())
}
