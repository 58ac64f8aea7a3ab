//! Probes: they ask the real world and do not judge it.

mod deadline;
pub(crate) mod directory;
pub(crate) mod dns;
mod elevation;
mod failure;
pub(crate) mod folder;
pub(crate) mod iis;
mod local_host;
mod port;
mod progress;
pub(crate) mod rights;
pub(crate) mod smtp;
mod stream;
mod tls;
mod trust;

pub(crate) use local_host::LocalHost;
pub(crate) use progress::{NoProgress, Progress};

use crate::error::Error;
use crate::facts::{self, Area, Facts};
use crate::farm::Farm;
use std::time::{Duration, SystemTime};

/// How long one question may take if the farm file does not say.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// How and with which accounts to probe, besides the farm file.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProbeOptions {
    pub dns: dns::DnsOptions,
    pub smtp: smtp::SmtpOptions,
    pub iis: iis::MetabaseSource,
    pub folder: folder::FolderOptions,
    pub directory: directory::DirectoryOptions,
}

/// What to gather.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProbeRequest<'a> {
    pub farm: &'a Farm,
    pub areas: &'a [Area],
    pub options: &'a ProbeOptions,
    /// The server that the facts are of, if that is not this machine.
    pub server: Option<&'a str>,
    /// Every probe reports its progress here.
    pub progress: &'a dyn Progress,
}

impl ProbeRequest<'_> {
    fn needs(&self, area: Area) -> bool {
        self.areas.contains(&area)
    }

    /// Returns how long one question may take.
    fn limit(&self) -> Duration {
        let timeout = self.farm.probe.timeout.as_ref();
        timeout.map_or(DEFAULT_TIMEOUT, |timeout| timeout.limit)
    }
}

/// Probes the areas. A question that fails is an answer and part of the facts; the errors are about
/// areas that could not be probed at all.
pub(crate) fn gather(request: &ProbeRequest<'_>) -> (Facts, Vec<Error>) {
    let mut facts = Facts {
        facts: facts::VERSION,
        farm: request.farm.name.clone(),
        server: request
            .server
            .map(str::to_owned)
            .or_else(LocalHost::host_name),
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
            let error = Error::unfinished(format!("cannot start the probes: {error}"));
            return (facts, vec![error]);
        }
    };
    let mut errors = Vec::new();
    runtime.block_on(gather_areas(request, &mut facts, &mut errors));
    // A name server that never answers must not delay the end of the program.
    runtime.shutdown_background();
    facts.sources = vec![facts.own_source(None, facts::VERSION)];
    (facts, errors)
}

async fn gather_areas(request: &ProbeRequest<'_>, facts: &mut Facts, errors: &mut Vec<Error>) {
    let ProbeRequest {
        farm,
        options,
        progress,
        ..
    } = *request;
    let limit = request.limit();
    // The SMTP servers are found through DNS.
    if request.needs(Area::Dns) || request.needs(Area::Smtp) {
        facts.dns = or_note(
            dns::gather(farm, options.dns, limit, progress).await,
            errors,
        );
    }
    if let (true, Some(dns)) = (request.needs(Area::Smtp), &facts.dns) {
        let smtp_request = smtp::SmtpRequest {
            farm,
            dns,
            options: &options.smtp,
            view: options.dns.view,
            time: facts.gathered.as_deref(),
        };
        facts.smtp = or_note(smtp::gather(&smtp_request, limit, progress).await, errors);
    }
    if request.needs(Area::Iis) {
        facts.iis = or_note(iis::gather(farm, &options.iis, limit), errors);
    }
    if request.needs(Area::Folder) {
        let gathered = folder::gather(farm, &options.folder, limit, progress);
        facts.folder = or_note(gathered, errors);
        if let Some(folder) = &mut facts.folder {
            rights::add_rights(farm, folder, &options.folder.acl, limit).await;
        }
    }
    if request.needs(Area::Directory) {
        let directory = directory::gather(farm, &options.directory, limit, progress).await;
        facts.directory = or_note(directory, errors);
    }
}

/// Returns a part of the facts, or notes why it is missing.
fn or_note<T>(part: Result<T, Error>, errors: &mut Vec<Error>) -> Option<T> {
    part.map_err(|error| errors.push(error)).ok()
}

/// Returns why this machine cannot probe an area, and what to do instead, or `None` if it can.
pub(crate) fn obstacle(area: Area, request: &ProbeRequest<'_>) -> Option<String> {
    match area {
        Area::Iis => iis::obstacle(request.farm, &request.options.iis),
        Area::Folder => folder::obstacle(request.farm, &request.options.folder),
        Area::Directory => directory::obstacle(request.farm),
        Area::Page | Area::Farm | Area::Dns | Area::Smtp => None,
    }
}
