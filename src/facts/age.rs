//! The sources of facts, and their age.

use super::source::{self, FactsSource};
use super::{Area, Facts, Unknown, VERSION, merge};
use std::time::Duration;

/// The age of the newest facts about an area from one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FactsAge<'a> {
    pub area: Area,
    /// The machine, if it is a server of the farm.
    pub server: Option<&'a str>,
    /// When they were gathered, as recorded.
    pub gathered: &'a str,
    pub age: Duration,
}

impl Facts {
    /// Returns whether there are facts about an area, or it needs none.
    pub fn holds(&self, area: Area) -> bool {
        match area {
            Area::Page | Area::Farm => true,
            Area::Dns => self.dns.is_some(),
            Area::Smtp => self.smtp.is_some(),
            Area::Iis => self.iis.is_some(),
            Area::Folder => self.folder.is_some(),
            Area::Directory => self.directory.is_some(),
        }
    }

    /// Returns the source of facts that were not merged.
    pub(crate) fn own_source(&self, file: Option<&str>, version: u32) -> FactsSource {
        let areas = Area::ALL.into_iter();
        let held = areas.filter(|area| !area.is_offline() && self.holds(*area));
        FactsSource {
            file: file.map(str::to_owned),
            server: self.server.clone(),
            gathered: self.gathered.clone(),
            version,
            areas: held.map(|area| area.name().to_owned()).collect(),
            unknown: Unknown::new(),
        }
    }

    /// Notes the file from which the facts were read, and its version.
    pub(super) fn note_file(&mut self, path: &str, version: u32) {
        if self.sources.is_empty() {
            let mut sources = vec![self.own_source(Some(path), version)];
            if version == 1 {
                sources.append(&mut self.sources_of_records());
            }
            self.sources = source::united(sources);
        }
        for source in &mut self.sources {
            source.file = Some(path.to_owned());
        }
    }

    /// Returns the sources that the facts themselves record. Merged facts of version 1 do not
    /// record the areas of each machine, so its facts may be about any.
    fn sources_of_records(&mut self) -> Vec<FactsSource> {
        let own = self.observation();
        let mut others = Vec::new();
        self.for_each_observation(&mut |seen| {
            let other = seen.iter().filter(|observation| **observation != own);
            others.extend(other.map(|observation| FactsSource {
                server: observation.server.clone(),
                gathered: observation.gathered.clone(),
                version: 1,
                ..FactsSource::default()
            }));
        });
        others
    }

    /// Returns the facts as they are saved, without a source that only repeats what the file says.
    pub(super) fn as_saved(&self) -> Self {
        let mut saved = self.clone();
        for source in &mut saved.sources {
            source.file = None;
        }
        saved.sources.dedup();
        if saved.sources == [saved.own_source(None, VERSION)] {
            saved.sources.clear();
        }
        saved
    }

    /// Returns the sources of the facts about an area, the oldest first. Sources without a time
    /// come first.
    pub(crate) fn sources_about(&self, area: Area) -> Vec<&FactsSource> {
        let sources = self.sources.iter();
        let mut about: Vec<&FactsSource> = sources.filter(|source| source.is_about(area)).collect();
        about.sort_by_key(|source| source.gathered.as_deref().and_then(merge::time));
        about
    }

    /// Returns the age of the newest facts of each machine about each area at the time `now` (RFC
    /// 3339), if recorded. Older facts of the machine are ignored, because the newer ones replaced
    /// them.
    pub(crate) fn ages<'a>(&'a self, now: &str) -> Vec<FactsAge<'a>> {
        let mut ages: Vec<FactsAge<'a>> = Vec::new();
        let areas = Area::ALL.into_iter();
        for area in areas.filter(|area| !area.is_offline() && self.holds(*area)) {
            for source in self.sources_about(area) {
                let (Some(age), Some(gathered)) = (source.age(now), source.gathered.as_deref())
                else {
                    continue;
                };
                let server = source.server.as_deref();
                let facts = FactsAge {
                    area,
                    server,
                    gathered,
                    age,
                };
                match ages
                    .iter_mut()
                    .find(|known| (known.area, known.server) == (area, server))
                {
                    Some(known) if age < known.age => *known = facts,
                    Some(_) => {}
                    None => ages.push(facts),
                }
            }
        }
        ages
    }

    /// Returns the areas with facts that are dated in the future at the time `now` (RFC 3339), and
    /// how far at most, or `None` if there are none.
    pub(crate) fn dated_ahead(&self, now: &str) -> Option<(Vec<&'static str>, String)> {
        let areas = Area::ALL.into_iter();
        let mut names = Vec::new();
        let mut furthest = Duration::ZERO;
        for area in areas.filter(|area| !area.is_offline() && self.holds(*area)) {
            let sources = self.sources_about(area).into_iter();
            if let Some(lead) = sources.filter_map(|source| source.lead(now)).max() {
                names.push(area.name());
                furthest = furthest.max(lead);
            }
        }
        (!names.is_empty()).then(|| (names, rough(furthest)))
    }

    /// Returns the areas with facts that do not record their time. Facts of version 1 may lack it.
    pub(crate) fn undated(&self) -> Vec<&'static str> {
        let areas = Area::ALL.into_iter();
        let is_undated = |source: &&FactsSource| {
            source.version > 1 && source.gathered.as_deref().and_then(merge::time).is_none()
        };
        let held = areas.filter(|area| !area.is_offline() && self.holds(*area));
        held.filter(|area| self.sources_about(*area).iter().any(is_undated))
            .map(Area::name)
            .collect()
    }

    /// Notes which answers are dated in the future at the time `now` (RFC 3339). Their time counts
    /// as unknown, so the date does not make them newer than others.
    pub(crate) fn note_future(&mut self, now: &str) {
        let is_ahead = |gathered: Option<&str>| {
            let source = FactsSource {
                gathered: gathered.map(str::to_owned),
                ..FactsSource::default()
            };
            source.lead(now).is_some()
        };
        self.is_ahead = is_ahead(self.gathered.as_deref());
        self.for_each_observation(&mut |seen| {
            for observation in seen {
                observation.is_ahead = is_ahead(observation.gathered.as_deref());
            }
        });
    }

    /// Returns whether there are any facts.
    pub(crate) fn holds_any(&self) -> bool {
        let mut areas = Area::ALL.into_iter();
        areas.any(|area| !area.is_offline() && self.holds(area))
    }

    /// Returns when the oldest facts about an area were gathered, or `None` if any of them lacks a
    /// time.
    pub fn oldest_gathered(&self, area: Area) -> Option<&str> {
        let oldest = *self.sources_about(area).first()?;
        let gathered = oldest.gathered.as_deref()?;
        merge::time(gathered).map(|_| gathered)
    }
}

/// The units of an age in seconds, with the unit's name, the largest first.
const UNITS: [(u64, &str); 4] = [
    (86_400, "day"),
    (3_600, "hour"),
    (60, "minute"),
    (1, "second"),
];

/// Returns an age in the largest unit of which it has at least two, rounded down.
pub(super) fn rough(age: Duration) -> String {
    let seconds = age.as_secs();
    in_unit(seconds, |unit| seconds >= 2 * unit)
}

/// Returns a limit in the largest unit of which it is a multiple.
pub(super) fn exact(limit: Duration) -> String {
    if limit.subsec_nanos() > 0 {
        return humantime::format_duration(limit).to_string();
    }
    let seconds = limit.as_secs();
    in_unit(seconds, |unit| seconds > 0 && seconds.is_multiple_of(unit))
}

fn in_unit(seconds: u64, fits: impl Fn(u64) -> bool) -> String {
    let unit = UNITS.into_iter().find(|(unit, _)| fits(*unit));
    let (size, name) = unit.unwrap_or((1, "second"));
    let count = seconds / size;
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {name}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn ages_are_rounded_down_and_limits_are_not() {
        for (seconds, age, limit) in [
            (0, "0 seconds", "0 seconds"),
            (1, "1 second", "1 second"),
            (90, "90 seconds", "90 seconds"),
            (5_400, "90 minutes", "90 minutes"),
            (43_200, "12 hours", "12 hours"),
            (86_400, "24 hours", "1 day"),
            (90_000, "25 hours", "25 hours"),
            (781_000, "9 days", "781000 seconds"),
        ] {
            let duration = Duration::from_secs(seconds);
            assert_eq!(rough(duration), age);
            assert_eq!(exact(duration), limit);
        }
        assert_eq!(exact(Duration::from_millis(1_500)), "1s 500ms");
    }
}
