//! What a report says of its own reach: the areas that were judged, and why others were not.

use super::areas::is_used;
use crate::facts::Facts;
use crate::farm::Farm;
use crate::farm::values::ServerName;
use crate::report::LeftOutReason::{self, CannotProbe, NoFacts, NotSelected, TooOld};
use crate::report::{Coverage, LeftOut};
use crate::rules::{self, Area, Selection};

/// Where the facts of a report come from.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// The farm file alone is judged (`validate`).
    FarmFile,
    /// Recorded facts.
    Recorded,
    /// The real world, now. It says why this machine cannot probe an area, if it cannot.
    Probed(&'a dyn Fn(Area) -> Option<String>),
}

/// What is judged, and from what.
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

/// Why an area is not judged: the kind of reason, its words, and what would look at it.
type Why = (LeftOutReason, String, Option<String>);

impl Scope<'_> {
    /// Returns what is judged and what is not.
    pub(crate) fn coverage(&self) -> Coverage {
        let mut coverage = Coverage {
            sources: self.facts.sources.clone(),
            servers_without_facts: self.servers_without_facts(),
            ..Coverage::default()
        };
        for area in Area::ALL {
            let has_rules = self.selection.names_area(area) && self.selection.includes_area(area);
            if has_rules && self.facts.holds(area) {
                coverage.judged.push(area);
                if self.leaves_rules_out(area) {
                    coverage.in_part.push(area);
                }
            } else if !is_used(area, self.farm) {
                coverage.unused.push(area);
            } else {
                let (reason, why, how) = self.why_not(area);
                coverage.left_out.push(LeftOut {
                    area,
                    reason,
                    why,
                    how,
                    is_required: self.required.contains(&area),
                });
            }
        }
        coverage
    }

    /// Returns whether options leave out rules of an area.
    fn leaves_rules_out(&self, area: Area) -> bool {
        rules::all().any(|rule| rule.area == area && !self.selection.includes(rule))
    }

    /// Returns why an area is not judged.
    fn why_not(&self, area: Area) -> Why {
        let name = area.name();
        if !self.named.is_empty() && !self.named.contains(&area) {
            let how = format!("`spinmail verify {name}` judges it");
            return (NotSelected, "it was not asked for".to_owned(), Some(how));
        }
        if self.selection.names_area(area) && !self.selection.includes_area(area) {
            return by_options();
        }
        if let Some(why) = self.facts.stale(area) {
            return (TooOld, why.to_owned(), None);
        }
        match self.origin {
            Origin::FarmFile => {
                let why = "`validate` judges the farm file alone".to_owned();
                let how = format!("`spinmail verify {name}` looks at it");
                (NotSelected, why, Some(how))
            }
            Origin::Recorded => {
                let how = format!("`spinmail gather {name}` asks it");
                let why = "the facts hold nothing about it".to_owned();
                (NoFacts, why, Some(how))
            }
            Origin::Probed(obstacle) => {
                let why = obstacle(area).unwrap_or_else(|| "it could not be asked".to_owned());
                (CannotProbe, why, None)
            }
        }
    }

    /// Returns the farm's servers that facts about servers should hold and do not.
    fn servers_without_facts(&self) -> Vec<String> {
        let servers = self.farm.servers.iter();
        servers
            .filter_map(|server| server.name.as_ref().map(|name| name.as_str()))
            .filter(|name| self.lacks_smtp_service_of(name) || self.lacks_folder_of(name))
            .map(str::to_owned)
            .collect()
    }

    fn lacks_smtp_service_of(&self, name: &str) -> bool {
        let is_mail_server = self
            .farm
            .mail_servers()
            .any(|server| server.name.as_ref().is_some_and(|own| own.as_str() == name));
        let facts = self.facts.iis.as_ref();
        is_mail_server && facts.is_some_and(|iis| iis.server(name).is_none())
    }

    fn lacks_folder_of(&self, name: &str) -> bool {
        let polled = self.farm.polled_folders();
        let has_local_folder = polled.iter().any(|folder| {
            let server = folder.server.and_then(|server| server.name.as_ref());
            server.is_some_and(|own| own.as_str() == name)
        });
        let facts = self.facts.folder.as_ref();
        has_local_folder
            && facts.is_some_and(|facts| {
                !facts.folders.iter().any(|folder| {
                    let server = folder.server.as_deref();
                    server.is_none_or(|server| ServerName::same(server, name))
                })
            })
    }
}

/// Returns that options left all rules of an area out.
fn by_options() -> Why {
    let why = "`--only` or `--skip` leaves its rules out".to_owned();
    (NotSelected, why, None)
}
