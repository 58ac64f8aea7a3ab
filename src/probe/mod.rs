//! The door to the outside: everything that looks at the world, and nothing that judges it.

mod dns;
pub mod iis;
mod port;
mod smtp;

use crate::error::Error;
use crate::facts::{self, Facts};
use crate::farm::Farm;
use crate::rules::Area;
use std::io;
use std::time::{Duration, SystemTime};

/// How long one question may take where the farm file does not say.
const PATIENCE: Duration = Duration::from_secs(5);

/// What to look at.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub farm: &'a Farm,
    pub areas: &'a [Area],
    pub iis: &'a iis::IisRequest,
}

/// Looks at the world as far as the areas need it. A question that fails is an answer and lies in the facts; beside them
/// is what could not even be asked, and why.
pub fn gather(request: &Request<'_>) -> (Facts, Vec<Error>) {
    let Request { farm, areas, iis } = *request;
    let mut facts = Facts {
        facts: facts::VERSION,
        farm: farm.name.clone(),
        gathered: Some(humantime::format_rfc3339_seconds(SystemTime::now()).to_string()),
        ..Facts::default()
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build() {
        Ok(runtime) => runtime,
        Err(error) => return (facts, vec![Error::unfinished(format!("cannot start looking: {error}"))]),
    };
    let limit = farm.probe.timeout.as_ref().map_or(PATIENCE, |patience| patience.limit);
    let mut errors = Vec::new();
    // The SMTP servers are found through DNS.
    if areas.contains(&Area::Dns) || areas.contains(&Area::Smtp) {
        facts.dns = runtime.block_on(dns::gather(farm, limit)).map_err(|error| errors.push(error)).ok();
    }
    if let (true, Some(dns)) = (areas.contains(&Area::Smtp), &facts.dns) {
        facts.smtp = runtime.block_on(smtp::gather(farm, dns, limit)).map_err(|error| errors.push(error)).ok();
    }
    if areas.contains(&Area::Iis) {
        facts.iis = Some(iis::gather(farm, iis, facts.gathered.as_deref(), limit));
    }
    // A name server that never answers must not hold the program up on its way out.
    runtime.shutdown_background();
    (facts, errors)
}

/// Runs a step of the network under a time limit, and says how long was waited.
async fn within<T>(limit: Duration, step: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    match tokio::time::timeout(limit, step).await {
        Ok(done) => done,
        Err(_) => {
            let waited = humantime::format_duration(Duration::from_millis(limit.as_millis() as u64));
            Err(io::Error::new(io::ErrorKind::TimedOut, format!("timed out after {waited}")))
        }
    }
}
