//! Suggestions for answers: names of this machine, organizational units of the directory, and
//! recorded values.

use crate::farm::{Farm, Server, Setting, Table};
use crate::probe::{LocalHost, directory};
use crate::wizard::Suggestion;
use std::cell::OnceCell;
use std::time::Duration;

/// How long to wait for the directory's organizational units, since a person waits at the question.
const DIRECTORY_TIMEOUT: Duration = Duration::from_secs(3);
/// The most units that are suggested.
const MAX_UNITS: usize = 8;

/// The suggestions. Each kind is searched for when it is first needed.
pub(super) struct Found {
    local_host: OnceCell<LocalHost>,
    units: OnceCell<Vec<String>>,
    directory: directory::DirectoryOptions,
}

impl Found {
    /// Creates it without a search. `directory` says how the directory can be asked.
    pub(super) fn new(directory: directory::DirectoryOptions) -> Self {
        Self {
            local_host: OnceCell::new(),
            units: OnceCell::new(),
            directory,
        }
    }

    /// Returns suggestions for a setting. Each setting that can have some has an arm.
    pub(super) fn suggest(&self, setting: &Setting, farm: &Farm) -> Vec<Suggestion> {
        match (setting.table, setting.name) {
            (Table::IncomingEmail, "display-address") => self.this_machine().into_iter().collect(),
            // The person may name a domain controller later and come back to the question.
            (Table::DirectoryManagement, "container") if farm.probe.directory.is_some() => {
                let units = self.units.get_or_init(|| {
                    likely(directory::organizational_units(
                        farm,
                        &self.directory,
                        DIRECTORY_TIMEOUT,
                    ))
                });
                units
                    .iter()
                    .map(|name| suggestion(name, "a unit of the directory"))
                    .collect()
            }
            (Table::DirectoryManagement, "smtp-server") => {
                let recorded = farm.mail_servers().map(Server::name);
                recorded
                    .map(|name| suggestion(name, "recorded as an SMTP server"))
                    .chain(self.this_machine())
                    .collect()
            }
            (Table::Server, "name") => {
                let receiver = farm
                    .directory
                    .smtp_server
                    .as_ref()
                    .map(|typed| typed.text.as_str());
                let receiver =
                    receiver.map(|name| suggestion(name, "the SMTP mail server of the page"));
                receiver.into_iter().chain(self.this_machine()).collect()
            }
            (Table::Probe, "dns-servers") => self.name_servers().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn local_host(&self) -> &LocalHost {
        self.local_host.get_or_init(LocalHost::detect)
    }

    fn this_machine(&self) -> Option<Suggestion> {
        self.local_host()
            .name
            .as_deref()
            .map(|name| suggestion(name, "this machine's name"))
    }

    fn name_servers(&self) -> Option<Suggestion> {
        let servers: Vec<String> = self
            .local_host()
            .name_servers
            .iter()
            .map(ToString::to_string)
            .collect();
        (!servers.is_empty()).then(|| suggestion(&servers.join(" "), "this machine's DNS servers"))
    }
}

/// Returns the units that are most likely the container: those with a telling name, then those that
/// are highest in the tree.
fn likely(mut units: Vec<String>) -> Vec<String> {
    units.sort_by_cached_key(|unit| rank(unit));
    units.truncate(MAX_UNITS);
    units
}

/// Returns the sort key of units: first those with a telling name, then by depth.
fn rank(unit: &str) -> (bool, bool, usize, String) {
    let name = unit.to_lowercase();
    let own = name.split(',').next().unwrap_or_default();
    (
        !own.contains("sharepoint"),
        !own.contains("contact"),
        name.matches(',').count(),
        name,
    )
}

fn suggestion(value: &str, what: &'static str) -> Suggestion {
    Suggestion {
        value: value.to_owned(),
        what,
    }
}

#[cfg(test)]
mod tests {
    use super::likely;

    #[test]
    fn the_likeliest_units_come_first() {
        let units = [
            "OU=b,OU=a,DC=x",
            "OU=a,DC=x",
            "OU=Mail contacts,OU=a,DC=x",
            "OU=SharePoint,OU=b,OU=a,DC=x",
        ];
        let sorted = [
            "OU=SharePoint,OU=b,OU=a,DC=x",
            "OU=Mail contacts,OU=a,DC=x",
            "OU=a,DC=x",
            "OU=b,OU=a,DC=x",
        ];
        assert_eq!(likely(units.map(str::to_owned).to_vec()), sorted);
        assert_eq!(
            likely((0..100).map(|number| format!("OU={number},DC=x")).collect()).len(),
            super::MAX_UNITS
        );
    }
}
