//! SEE: observations as plain data, which can be gathered here and checked anywhere.

mod age;
mod answer;
mod area;
mod contents;
mod descriptor;
pub(crate) mod directory;
mod dns;
mod failure;
mod file;
mod folder;
mod iis;
pub(crate) mod merge;
mod network_view;
pub(crate) mod redact;
pub(crate) mod schema;
mod smtp;
mod source;
mod stale;
mod unknown;
mod version1;

pub(crate) use age::FactsAge;
pub use answer::Answer;
pub use area::Area;
pub(crate) use contents::{Ages, Contents, Count, Message, NamedFile, Sample, Space, Tally};
pub(crate) use contents::{MAX_COUNTED, MAX_NAMED};
pub(crate) use descriptor::{
    DescriptorSource, ObservedAccount, ObservedDescriptor, SidKind, SidName,
};
pub(crate) use directory::DirectoryFacts;
pub(crate) use dns::{DnsFacts, Lookup, PortCheck, Record, RecordData, RecordKind, ServersFrom};
pub(crate) use dns::{canonical_name, is_address, is_below};
pub use failure::{Failure, FailureKind};
pub(crate) use folder::{DropFolder, FolderFacts, ListAliases};
pub use iis::RecordedMetabase;
pub(crate) use iis::{
    FolderFiles, FolderRole, IisFacts, IisServer, MailFolder, ServiceStart, ServiceState,
    ServiceStatus,
};
pub(crate) use merge::Observation;
pub(crate) use merge::observer_names;
pub(crate) use network_view::NetworkView;
pub(crate) use smtp::{FOREIGN_RECIPIENT, MADE_UP_MAILBOX};
pub(crate) use smtp::{SmtpFacts, SmtpHost, SmtpStep, SmtpTalk, SmtpTarget, TlsFacts};
pub(crate) use smtp::{SmtpPurpose, SmtpQuestion, SmtpTransaction};
pub(crate) use source::StaleFacts;
pub use source::{FactsSource, missing_in_version};
pub(crate) use unknown::Unknown;

use crate::error::Error;
use crate::farm::values::{ServerName, is_same_host};
use merge::Merge;
use serde::{Deserialize, Serialize};

/// The version of the facts file that this program writes. It reads the older ones too.
pub(crate) const VERSION: u32 = 2;

/// Everything that was observed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "facts, an object")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Facts {
    /// The version of this format.
    #[cfg_attr(test, schemars(extend("const" = VERSION)))]
    pub facts: u32,
    /// The farm that they are about, as its file names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub farm: Option<String>,
    /// The server that they are about: the machine that gathered them, or the one given on its
    /// command line. Missing if several servers' facts were merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("holds" = "name")))]
    pub server: Option<String>,
    /// When they were gathered, RFC 3339, UTC; for merged facts, the newest time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("format" = "date-time", "holds" = "plain")))]
    pub gathered: Option<String>,
    /// What name servers answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<DnsFacts>,
    /// What SMTP servers answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<SmtpFacts>,
    /// The configuration and state of the servers' SMTP services.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iis: Option<IisFacts>,
    /// What the directory answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<DirectoryFacts>,
    /// The drop folders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<FolderFacts>,
    /// Their sources, one for each merged file. Missing if they come from one machine at one time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<FactsSource>,
    /// What was too old, and is not among these.
    #[serde(skip)]
    pub(crate) stale: Vec<StaleFacts>,
    /// Whether they are dated in the future, which says nothing of their age.
    #[serde(skip)]
    pub(crate) is_ahead: bool,
    /// Fields of a later version of this program.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Facts {
    /// Merges the facts of several files, each with the file's name. Of the answers to one question
    /// the newest stays, and those of other machines that differ from it. For equal times the later
    /// file's is the newest; a file without a time counts as the oldest.
    ///
    /// # Errors
    /// They are about different farms, or a time cannot be read.
    pub fn merge(files: Vec<(String, Self)>) -> Result<Self, Error> {
        let farm = merge::one_farm(
            files
                .iter()
                .map(|(path, facts)| (path.as_str(), facts.farm.as_deref())),
        )?;
        for (path, facts) in &files {
            if let Some(odd) = facts
                .gathered
                .as_deref()
                .filter(|text| files.len() > 1 && merge::time(text).is_none())
            {
                let message = format!(
                    "`{path}` was gathered at `{odd}`, which is not a time, so its age is not known"
                );
                return Err(
                    Error::usage(message).hint("write a time like this: 2026-11-20T08:00:00Z")
                );
            }
        }
        let mut files: Vec<(Observation, Self)> = files
            .into_iter()
            .map(|(_, facts)| (facts.observation(), facts))
            .collect();
        if files.len() == 1 {
            return Ok(files.remove(0).1);
        }
        files.sort_by_key(|(observation, _)| observation.time());
        let sources = files.iter().flat_map(|(_, facts)| facts.sources.clone());
        let sources = source::united(sources.collect());
        Ok(Self {
            sources,
            ..Self::merge_sorted(farm, files)
        })
    }

    fn merge_sorted(farm: Option<String>, mut files: Vec<(Observation, Self)>) -> Self {
        let mut servers = files
            .iter()
            .map(|(observation, _)| observation.server.clone());
        let first = servers.next().flatten();
        let stale = files.iter().flat_map(|(_, facts)| facts.stale.clone());
        let stale = stale.collect();
        let mut whole = Self {
            facts: VERSION,
            farm,
            server: first.filter(|first| servers.all(|other| other.as_ref() == Some(first))),
            gathered: files
                .last()
                .and_then(|(observation, _)| observation.gathered.clone()),
            dns: part(&mut files, |facts| facts.dns.take()),
            smtp: part(&mut files, |facts| facts.smtp.take()),
            iis: part(&mut files, |facts| facts.iis.take()),
            folder: part(&mut files, |facts| facts.folder.take()),
            directory: part(&mut files, |facts| facts.directory.take()),
            sources: Vec::new(),
            stale,
            is_ahead: false,
            unknown: files
                .into_iter()
                .flat_map(|(_, facts)| facts.unknown)
                .collect(),
        };
        let own = [whole.observation()];
        whole.for_each_observation(&mut |seen| {
            if *seen == own {
                seen.clear();
            }
        });
        whole
    }

    /// Replaces the server names in facts about SMTP services and drop folders by those in the farm
    /// file, so that facts under a short name count. A short name becomes that of the one server
    /// that it matches; if it matches several, it stays. This must precede a merge, which
    /// identifies servers by name.
    pub(crate) fn name_servers(&mut self, names: &[&str]) {
        let folders = self
            .folder
            .iter_mut()
            .flat_map(|folder| &mut folder.folders);
        let of_folders = folders.filter_map(|folder| folder.server.as_mut());
        let of_iis = self.iis.iter_mut().flat_map(IisFacts::server_names);
        for seen in of_iis.chain(of_folders) {
            if names.iter().any(|name| ServerName::same(seen, name)) {
                continue;
            }
            let mut fitting = names.iter().filter(|name| is_same_host(seen, name));
            if let (Some(name), None) = (fitting.next(), fitting.next()) {
                *seen = (*name).to_owned();
            }
        }
    }

    fn for_each_observation(&mut self, each: &mut dyn FnMut(&mut Vec<Observation>)) {
        self.dns
            .iter_mut()
            .for_each(|part| part.for_each_observation(each));
        self.smtp
            .iter_mut()
            .for_each(|part| part.for_each_observation(each));
    }

    /// Returns the machine that gathered them, and the time.
    fn observation(&self) -> Observation {
        Observation {
            is_ahead: self.is_ahead,
            ..Observation::new(self.server.clone(), self.gathered.clone())
        }
    }
}

/// Merges one part of all files that have it, or returns `None` if none has.
fn part<P: Merge>(
    files: &mut [(Observation, Facts)],
    take: impl Fn(&mut Facts) -> Option<P>,
) -> Option<P> {
    let parts = files
        .iter_mut()
        .filter_map(|(observation, facts)| Some((observation.clone(), take(facts)?)));
    let parts: Vec<(Observation, P)> = parts.collect();
    if parts.is_empty() {
        None
    } else {
        Some(P::merge(parts))
    }
}
