//! The door to the outside: everything that looks at the world, and nothing that judges it.

mod deadline;
pub mod directory;
mod dns;
pub mod folder;
mod here;
pub mod iis;
mod port;
mod progress;
pub mod rights;
mod smtp;
mod trust;

pub use here::{Here, here};

pub use progress::{Progress, Unseen};

use crate::error::Error;
use crate::facts::{self, Area, Facts};
use crate::farm::Farm;
use std::time::{Duration, SystemTime};

/// How long one question may take where the farm file does not say.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where and as whom to look, where the farm file does not say it.
#[derive(Debug, Clone, Default)]
pub struct Looks {
    pub iis: iis::IisLook,
    pub folder: folder::FolderRequest,
    pub directory: directory::Look,
}

/// What to look at.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub farm: &'a Farm,
    pub areas: &'a [Area],
    pub looks: &'a Looks,
    /// The server that the facts are of, where that is not the machine that looks.
    pub server: Option<&'a str>,
    /// Told how far it is; every probe reports to it.
    pub progress: &'a dyn Progress,
}

/// Looks at the world as far as the areas need it. A question that fails is an answer and lies in
/// the facts; beside them is what could not even be asked, and why.
pub fn gather(request: &Request<'_>) -> (Facts, Vec<Error>) {
    let Request {
        farm,
        areas,
        looks,
        server,
        progress,
    } = *request;
    let mut facts = Facts {
        facts: facts::VERSION,
        farm: farm.name.clone(),
        server: server.map(str::to_owned).or_else(own_name),
        gathered: Some(humantime::format_rfc3339_seconds(SystemTime::now()).to_string()),
        ..Facts::default()
    };
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return (
                facts,
                vec![Error::unfinished(format!("cannot start looking: {error}"))],
            );
        }
    };
    let limit = farm
        .probe
        .timeout
        .as_ref()
        .map_or(PATIENCE, |patience| patience.limit);
    let mut errors = Vec::new();
    // The SMTP servers are found through DNS.
    if areas.contains(&Area::Dns) || areas.contains(&Area::Smtp) {
        facts.dns = runtime
            .block_on(dns::gather(farm, limit, progress))
            .map_err(|error| errors.push(error))
            .ok();
    }
    if let (true, Some(dns)) = (areas.contains(&Area::Smtp), &facts.dns) {
        facts.smtp = runtime
            .block_on(smtp::gather(farm, dns, limit, progress))
            .map_err(|error| errors.push(error))
            .ok();
    }
    if areas.contains(&Area::Iis) {
        facts.iis = iis::gather(farm, &looks.iis, limit)
            .map_err(|error| errors.push(error))
            .ok();
    }
    if areas.contains(&Area::Folder) {
        facts.folder = folder::gather(farm, &looks.folder, limit, progress)
            .map_err(|error| errors.push(error))
            .ok();
        if let Some(seen) = &mut facts.folder {
            runtime.block_on(rights::add(farm, seen, &looks.folder.rights, limit));
        }
    }
    if areas.contains(&Area::Directory) {
        let asked = runtime.block_on(directory::gather(farm, &looks.directory, limit, progress));
        facts.directory = asked.map_err(|error| errors.push(error)).ok();
    }
    // A name server that never answers must not hold the program up on its way out.
    runtime.shutdown_background();
    (facts, errors)
}

/// Why this machine cannot look at an area at all, and what to do instead; nothing where it can
/// try.
pub fn out_of_reach(area: Area, request: &Request<'_>) -> Option<String> {
    match area {
        Area::Iis => iis::out_of_reach(request.farm, &request.looks.iis),
        Area::Folder => folder::out_of_reach(request.farm, &request.looks.folder),
        Area::Directory => directory::out_of_reach(request.farm),
        Area::Page | Area::Farm | Area::Dns | Area::Smtp => None,
    }
}

/// What this machine calls itself.
fn own_name() -> Option<String> {
    gethostname::gethostname()
        .into_string()
        .ok()
        .filter(|name| !name.is_empty())
}
