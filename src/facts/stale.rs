//! Facts that are too old to be judged (`--max-age`), which are forgotten record by record.

use super::age::{exact, rough};
use super::source::{FactsSource, StaleFacts, StaleRecord};
use super::{Area, DropFolder, Facts, Observation};
use crate::farm::values::ServerName;
use std::time::Duration;

/// How old facts may be at a time.
#[derive(Clone, Copy)]
struct AgeLimit<'a> {
    limit: Duration,
    /// RFC 3339.
    now: &'a str,
}

impl AgeLimit<'_> {
    /// Returns why facts of these sources, the oldest of which comes first, are too old, or `None`
    /// if they are not. A date in the future says nothing about the age.
    fn why_stale(self, what: &str, sources: &[&FactsSource]) -> Option<String> {
        let age = sources.first().and_then(|source| source.age(self.now));
        let leads = sources.iter().filter_map(|source| source.lead(self.now));
        let how_old = match (age, leads.max()) {
            (Some(age), _) if age > self.limit => {
                format!("{what} are {} old", rough(age))
            }
            (_, Some(lead)) => format!(
                "{what} are dated {} in the future, which does not show their age",
                rough(lead)
            ),
            (Some(_), None) => return None,
            (None, _) => format!("{what} do not say how old they are"),
        };
        let allowed = exact(self.limit);
        Some(format!(
            "{how_old}, and `--max-age` allows {allowed}; gather them again"
        ))
    }

    fn is_stale(self, source: &FactsSource) -> bool {
        self.why_stale("", &[source]).is_some()
    }
}

/// What the list aliases are called in sentences, and the name of their record.
const ALIASES: &str = "the aliases of the farm's lists";

fn source_of(observation: &Observation) -> FactsSource {
    FactsSource {
        server: observation.server.clone(),
        gathered: observation.gathered.clone(),
        ..FactsSource::default()
    }
}

impl Facts {
    /// Returns the facts without what is older than `limit`, or of unknown age, at the time `now`
    /// (RFC 3339), and notes it. The age of facts that are dated in the future is unknown. Nothing
    /// may be judged by old facts, so no rule gets them. Where an area has newer ones too, only the
    /// records that are old go.
    #[must_use]
    pub fn without_older_than(mut self, limit: Duration, now: &str) -> Self {
        let limit = AgeLimit { limit, now };
        let areas = Area::ALL.into_iter();
        let held: Vec<Area> = areas
            .filter(|area| !area.is_offline() && self.holds(*area))
            .collect();
        for area in held {
            let sources: Vec<FactsSource> = self.sources_about(area).into_iter().cloned().collect();
            let all: Vec<&FactsSource> = sources.iter().collect();
            let what = format!("the facts about {}", area.name());
            let Some(why) = limit.why_stale(&what, &all) else {
                continue;
            };
            self.forget_records(area, &all, limit);
            let is_any_new = all.iter().any(|source| !limit.is_stale(source));
            if !is_any_new || self.records(area).is_empty() {
                self.forget(area);
            }
            self.stale.push(StaleFacts {
                area,
                record: None,
                why,
            });
        }
        self
    }

    /// Forgets the records of an area that are too old, and notes each.
    fn forget_records(&mut self, area: Area, sources: &[&FactsSource], limit: AgeLimit<'_>) {
        let mut stale_records = StaleRecords {
            area,
            limit,
            own: self.observation(),
            stale: Vec::new(),
        };
        match area {
            Area::Page | Area::Farm | Area::Directory => {}
            Area::Dns => {
                if let Some(dns) = &mut self.dns {
                    dns.lookups.retain_mut(|each| {
                        let record = StaleRecord::lookup(each);
                        stale_records.keep_recent(record, &mut each.observed_by)
                    });
                    dns.ports.retain_mut(|each| {
                        let record = StaleRecord::named(&each.address.to_string());
                        stale_records.keep_recent(record, &mut each.observed_by)
                    });
                }
            }
            Area::Smtp => {
                if let Some(smtp) = &mut self.smtp {
                    smtp.targets.retain_mut(|each| {
                        let record = StaleRecord::named(&each.host);
                        stale_records.keep_recent(record, &mut each.observed_by)
                    });
                    smtp.unresolved.retain_mut(|each| {
                        let record = StaleRecord::named(&each.host);
                        stale_records.keep_recent(record, &mut each.observed_by)
                    });
                }
            }
            Area::Iis => {
                if let Some(iis) = &mut self.iis {
                    iis.servers.retain(|each| {
                        let own = sources_of(Some(&each.server), each.looked.as_deref(), sources);
                        stale_records.is_of_new(StaleRecord::named(&each.server), &own)
                    });
                }
            }
            Area::Folder => {
                if let Some(folder) = &mut self.folder {
                    folder.folders.retain(|each| {
                        let own = sources_of(each.server.as_deref(), None, sources);
                        stale_records.is_of_new(StaleRecord::named(folder_name(each)), &own)
                    });
                    // Their machine is not recorded.
                    if folder.aliases.take().is_some()
                        && let Some(why) = limit.why_stale(ALIASES, sources)
                    {
                        stale_records.stale.push(StaleFacts {
                            area,
                            record: Some(StaleRecord::named(ALIASES)),
                            why,
                        });
                    }
                }
            }
        }
        self.stale.append(&mut stale_records.stale);
    }

    /// Returns what the records of an area are about.
    fn records(&self, area: Area) -> Vec<StaleRecord> {
        match area {
            // Their machine is not recorded.
            Area::Page | Area::Farm | Area::Directory => Vec::new(),
            Area::Dns => {
                let lookups = self.dns.iter().flat_map(|dns| &dns.lookups);
                let records = lookups.map(StaleRecord::lookup);
                records.collect()
            }
            Area::Smtp => {
                let targets = self.smtp.iter().flat_map(|smtp| &smtp.targets);
                let unresolved = self.smtp.iter().flat_map(|smtp| &smtp.unresolved);
                let hosts = targets.map(|each| &each.host);
                let hosts = hosts.chain(unresolved.map(|each| &each.host));
                hosts.map(|host| StaleRecord::named(host)).collect()
            }
            Area::Iis => {
                let servers = self.iis.iter().flat_map(|iis| &iis.servers);
                let records = servers.map(|each| StaleRecord::named(&each.server));
                records.collect()
            }
            Area::Folder => {
                let folders = self.folder.iter().flat_map(|folder| &folder.folders);
                let records = folders.map(|each| StaleRecord::named(folder_name(each)));
                records.collect()
            }
        }
    }

    fn forget(&mut self, area: Area) {
        match area {
            Area::Page | Area::Farm => {}
            Area::Dns => self.dns = None,
            Area::Smtp => self.smtp = None,
            Area::Iis => self.iis = None,
            Area::Folder => self.folder = None,
            Area::Directory => self.directory = None,
        }
    }

    /// Returns why all facts about an area are left out as too old, or `None` if they are not.
    pub(crate) fn stale(&self, area: Area) -> Option<&str> {
        if self.holds(area) {
            return None;
        }
        let mut stale = self.stale.iter();
        let whole = stale.find(|stale| stale.area == area && stale.record.is_none());
        whole.map(|found| found.why.as_str())
    }

    /// Returns why there are no facts about an area: they are left out as too old, or `otherwise`.
    pub(crate) fn why_missing(&self, area: Area, otherwise: &str) -> String {
        self.stale(area).unwrap_or(otherwise).to_owned()
    }

    /// Returns why the aliases of the farm's lists are left out as too old, or `None` if they are
    /// not.
    pub(crate) fn stale_aliases(&self) -> Option<&str> {
        let mut stale = self.stale.iter();
        let aliases = stale.find(|stale| {
            let mut record = stale.record.iter();
            record.any(|record| record.name == ALIASES)
        });
        aliases.map(|found| found.why.as_str())
    }

    /// Returns the names about which an area has no facts but some that are left out as too old,
    /// and why they are.
    pub(crate) fn stale_names(&self, area: Area) -> Vec<(&str, &str)> {
        let of_area = self.stale.iter().filter(|stale| stale.area == area);
        let stale = of_area.filter_map(|stale| Some((stale.record.as_ref()?, stale.why.as_str())));
        let stale: Vec<(&StaleRecord, &str)> = stale.collect();
        if stale.is_empty() {
            return Vec::new();
        }
        let held = self.records(area);
        let is_gone = |record: &StaleRecord| {
            let mut held = held.iter();
            !held.any(|other| {
                other.question == record.question && ServerName::same(&other.name, &record.name)
            })
        };
        let gone = stale.into_iter().filter(|(record, _)| is_gone(record));
        gone.map(|(record, why)| (record.name.as_str(), why))
            .collect()
    }
}

/// Collects the stale records of an area.
struct StaleRecords<'a> {
    area: Area,
    limit: AgeLimit<'a>,
    /// The observation that applies to records that name no observer.
    own: Observation,
    stale: Vec<StaleFacts>,
}

impl StaleRecords<'_> {
    /// Removes stale observations. Returns whether any are left, or, for a record that names no
    /// observer, whether `own` is recent; if not, notes the record as stale.
    fn keep_recent(&mut self, record: StaleRecord, seen: &mut Vec<Observation>) -> bool {
        let limit = self.limit;
        if seen.is_empty() {
            let own = source_of(&self.own);
            return self.is_of_new(record, &[own]);
        }
        let sources: Vec<FactsSource> = seen.iter().map(source_of).collect();
        if sources.iter().all(|source| limit.is_stale(source)) {
            return self.is_of_new(record, &sources);
        }
        seen.retain(|observation| !limit.is_stale(&source_of(observation)));
        true
    }

    /// Returns whether all sources of a record are new enough.
    fn is_of_new(&mut self, record: StaleRecord, sources: &[FactsSource]) -> bool {
        let what = format!("the facts about {} of `{}`", self.area.name(), record.name);
        let mut reasons = sources
            .iter()
            .map(|source| self.limit.why_stale(&what, &[source]));
        let Some(why) = reasons.find_map(|why| why) else {
            return true;
        };
        self.stale.push(StaleFacts {
            area: self.area,
            record: Some(record),
            why,
        });
        false
    }
}

/// Returns the sources of the facts about a server: its own, else one dated when the server was
/// probed, else all.
fn sources_of(
    server: Option<&str>,
    probed_at: Option<&str>,
    sources: &[&FactsSource],
) -> Vec<FactsSource> {
    let is_own = |source: &FactsSource| {
        let names = source.server.as_deref().zip(server);
        names.is_some_and(|(one, two)| ServerName::same(one, two))
    };
    let all = sources.iter().copied().cloned();
    let own: Vec<FactsSource> = all.clone().filter(is_own).collect();
    match probed_at {
        _ if !own.is_empty() => own,
        Some(probed_at) => vec![FactsSource {
            gathered: Some(probed_at.to_owned()),
            ..FactsSource::default()
        }],
        None => all.collect(),
    }
}

/// Returns what tells a drop folder from others in a sentence: its server, or the path of a share.
fn folder_name(folder: &DropFolder) -> &str {
    folder.server.as_deref().unwrap_or(&folder.path)
}

#[cfg(test)]
mod tests;
