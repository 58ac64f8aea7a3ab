//! The coverage of a report: the checked areas, and why others were not checked.

use super::areas::is_used;
use crate::facts::{Facts, FolderFacts};
use crate::farm::values::ServerName;
use crate::farm::{Farm, Server};
use crate::report::LeftOutReason::{self, CannotProbe, NoFacts, NotSelected, TooOld};
use crate::report::{CheckedBy, Coverage, LeftOut};
use crate::rules::{Area, Selection};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Where the facts of a report come from.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// The farm file alone is judged (`validate`).
    FarmFile,
    /// Recorded facts.
    Recorded,
    /// The real world, now; and why this machine cannot probe an area.
    Probed(&'a dyn Fn(Area) -> Option<String>),
}

/// What is checked, and from which facts.
pub(crate) struct Scope<'a> {
    pub(crate) farm: &'a Farm,
    pub(crate) facts: &'a Facts,
    pub(crate) selection: &'a Selection,
    /// The areas that were named; without any, all for which there are or can be facts.
    pub(crate) named: &'a [Area],
    /// The areas that must be judged.
    pub(crate) required: &'a [Area],
    pub(crate) origin: Origin<'a>,
}

/// Why an area is not checked: the kind of reason, its text, and what would check it.
type Why = (LeftOutReason, Cow<'static, str>, Option<CheckedBy>);

impl Scope<'_> {
    /// Returns which areas are checked and which are not.
    pub(crate) fn coverage(&self) -> Coverage {
        let mut coverage = Coverage {
            sources: self.facts.sources.clone(),
            servers_without_facts: self.servers_without_facts(),
            unmatched_names: self.unmatched_names(),
            ..Coverage::default()
        };
        for area in Area::ALL {
            let has_rules = self.selection.names_area(area) && self.selection.includes_area(area);
            if has_rules && self.facts.holds(area) {
                coverage.judged.push(area);
                if !self.selection.includes_whole_area(area) {
                    coverage.in_part.push(area);
                }
            } else if !is_used(area, self.farm) {
                coverage.unused.push(area);
            } else {
                let (reason, why, checked_by) = self.why_not(area);
                coverage.left_out.push(LeftOut {
                    area,
                    reason,
                    why,
                    checked_by,
                    is_required: self.required.contains(&area),
                });
            }
        }
        coverage
    }

    /// Returns why an area is not checked.
    fn why_not(&self, area: Area) -> Why {
        if !self.named.is_empty() && !self.named.contains(&area) {
            return (
                NotSelected,
                "it was not asked for".into(),
                Some(CheckedBy::Judge),
            );
        }
        if self.selection.names_area(area) && !self.selection.includes_area(area) {
            return by_options();
        }
        if let Some(why) = self.facts.stale(area) {
            return (TooOld, why.to_owned().into(), None);
        }
        match self.origin {
            Origin::FarmFile => {
                let why = "`validate` checks the farm file alone".into();
                (NotSelected, why, Some(CheckedBy::Verify))
            }
            Origin::Recorded => {
                let why = "the facts contain nothing about it".into();
                (NoFacts, why, Some(CheckedBy::Gather))
            }
            Origin::Probed(obstacle) => {
                let why = obstacle(area).map(Cow::from);
                let why = why.unwrap_or_else(|| "it could not be asked".into());
                (CannotProbe, why, None)
            }
        }
    }

    /// Returns the farm's servers that are missing in facts about servers.
    fn servers_without_facts(&self) -> Vec<String> {
        let mut lacking: Vec<&str> = Vec::new();
        if let Some(iis) = &self.facts.iis {
            let servers = self.farm.mail_servers().map(Server::name);
            lacking.extend(servers.filter(|name| iis.server(name).is_none()));
        }
        if let Some(facts) = &self.facts.folder {
            let polled = self.farm.polled_folders();
            let servers = polled.iter().filter_map(|folder| folder.server);
            let servers = servers.map(Server::name);
            lacking.extend(servers.filter(|name| !holds_folder(facts, name)));
        }
        // There are facts of those, but too old ones.
        let areas = [Area::Iis, Area::Folder].into_iter();
        let stale: Vec<(&str, &str)> = areas
            .flat_map(|area| self.facts.stale_names(area))
            .collect();
        lacking.retain(|name| {
            let mut stale = stale.iter();
            !stale.any(|(other, _)| ServerName::same(other, name))
        });
        let running = self
            .farm
            .servers
            .iter()
            .filter(|server| !server.is_standby());
        let all = running.map(Server::name);
        all.filter(|name| lacking.contains(name))
            .map(str::to_owned)
            .collect()
    }

    /// Returns the names in facts about servers that match no recorded server. A short name that
    /// matches one was already replaced by its full name when the facts were read.
    fn unmatched_names(&self) -> Vec<String> {
        let iis = self.facts.iis.iter().flat_map(|iis| &iis.servers);
        let folders = self.facts.folder.iter().flat_map(|folder| &folder.folders);
        let names = iis.map(|seen| seen.server.as_str());
        let names: BTreeSet<&str> = names
            .chain(folders.filter_map(|folder| folder.server.as_deref()))
            .collect();
        let is_recorded = |name: &str| {
            let mut servers = self.farm.servers.iter();
            servers.any(|server| ServerName::same(server.name(), name))
        };
        let unmatched = names.into_iter().filter(|name| !is_recorded(name));
        unmatched.map(str::to_owned).collect()
    }
}

/// Returns whether facts hold a folder of a server, or one on a share.
fn holds_folder(facts: &FolderFacts, name: &str) -> bool {
    let mut servers = facts.folders.iter().map(|folder| &folder.server);
    servers.any(|server| {
        let server = server.as_deref();
        server.is_none_or(|server| ServerName::same(server, name))
    })
}

/// Returns the reason for an area whose rules are all deselected.
fn by_options() -> Why {
    let why = "`--only` or `--skip` leaves its rules out".into();
    (NotSelected, why, None)
}
