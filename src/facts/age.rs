//! The sources of facts, and their age.

use super::source::{self, FactsSource, StaleArea};
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

    /// Returns the facts without the areas whose oldest facts are older than `limit`, or of unknown
    /// age at the time `now` (RFC 3339), and notes these areas. The age of facts that are dated in
    /// the future is unknown. No rule gets old facts.
    #[must_use]
    pub fn without_older_than(mut self, limit: Duration, now: &str) -> Self {
        let areas = Area::ALL.into_iter();
        let stale = areas.filter(|area| !area.is_offline() && self.holds(*area));
        self.stale = stale
            .filter_map(|area| {
                let why = self.why_stale(area, limit, now)?;
                Some(StaleArea { area, why })
            })
            .collect();
        for StaleArea { area, .. } in self.stale.clone() {
            self.forget(area);
        }
        self
    }

    fn why_stale(&self, area: Area, limit: Duration, now: &str) -> Option<String> {
        let sources = self.sources_about(area);
        let age = sources.first().and_then(|source| source.age(now));
        // A date in the future does not show the age.
        let lead = sources.iter().filter_map(|source| source.lead(now)).max();
        let name = area.name();
        let how_old = match (age, lead) {
            (Some(age), _) if age > limit => {
                format!("the facts about {name} are {} old", rough(age))
            }
            (_, Some(lead)) => format!(
                "the facts about {name} are dated {} in the future, so their age is not known",
                rough(lead)
            ),
            (Some(_), None) => return None,
            (None, _) => format!("the facts about {name} do not say how old they are"),
        };
        let allowed = exact(limit);
        Some(format!(
            "{how_old}, and `--max-age` allows {allowed}; gather them again"
        ))
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

    /// Returns why facts about an area are dropped as too old, or `None` if they are not.
    pub(crate) fn stale(&self, area: Area) -> Option<&str> {
        let stale = self.stale.iter().find(|stale| stale.area == area)?;
        Some(&stale.why)
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
fn rough(age: Duration) -> String {
    let seconds = age.as_secs();
    in_unit(seconds, |unit| seconds >= 2 * unit)
}

/// Returns a limit in the largest unit of which it is a multiple.
fn exact(limit: Duration) -> String {
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
    use crate::facts::{DnsFacts, SmtpFacts};

    const NOW: &str = "2026-11-30T08:00:00Z";
    const DAY: Duration = Duration::from_secs(86_400);

    fn source(gathered: Option<&str>, areas: &[&str]) -> FactsSource {
        FactsSource {
            gathered: gathered.map(str::to_owned),
            version: VERSION,
            areas: areas.iter().map(|area| (*area).to_owned()).collect(),
            ..FactsSource::default()
        }
    }

    /// Returns facts about DNS and SMTP from these sources.
    fn facts(sources: Vec<FactsSource>) -> Facts {
        Facts {
            dns: Some(DnsFacts::default()),
            smtp: Some(SmtpFacts::default()),
            sources,
            ..Facts::default()
        }
    }

    fn stale(sources: Vec<FactsSource>) -> Vec<(Area, String)> {
        let left = facts(sources).without_older_than(DAY, NOW);
        assert_eq!(left.dns.is_none(), left.stale(Area::Dns).is_some());
        assert_eq!(left.smtp.is_none(), left.stale(Area::Smtp).is_some());
        let stale = left.stale.into_iter();
        stale.map(|stale| (stale.area, stale.why)).collect()
    }

    #[test]
    fn the_oldest_source_of_an_area_decides() {
        let fresh = || source(Some("2026-11-30T07:00:00Z"), &["dns"]);
        let old = || source(Some("2026-11-21T07:00:00Z"), &["smtp"]);
        assert_eq!(
            stale(vec![fresh(), old()]),
            [(
                Area::Smtp,
                "the facts about smtp are 9 days old, and `--max-age` allows 1 day; gather them again"
                    .to_owned()
            )]
        );
        let both = source(Some("2026-11-30T06:00:00Z"), &["dns", "smtp"]);
        assert_eq!(stale(vec![both.clone(), fresh()]), []);
        assert_eq!(stale(vec![both.clone(), old()]).len(), 1);
        let mixed = facts(vec![both, old(), fresh()]);
        assert_eq!(
            mixed.oldest_gathered(Area::Smtp),
            Some("2026-11-21T07:00:00Z")
        );
        assert_eq!(
            mixed.oldest_gathered(Area::Dns),
            Some("2026-11-30T06:00:00Z")
        );
    }

    #[test]
    fn facts_of_unknown_age_are_too_old() {
        for gathered in [None, Some("yesterday")] {
            let unknown = facts(vec![
                source(Some(NOW), &["dns"]),
                source(gathered, &["dns"]),
            ]);
            assert_eq!(unknown.oldest_gathered(Area::Dns), None);
            let stale = stale(unknown.sources);
            assert_eq!(stale.len(), 2, "no source is about smtp: {stale:?}");
            assert!(stale.iter().all(|(area, why)| {
                why.starts_with(&format!(
                    "the facts about {} do not say how old they are,",
                    area.name()
                ))
            }));
        }
    }

    #[test]
    fn a_source_that_does_not_say_its_areas_may_be_about_any() {
        let stale = stale(vec![source(Some("2026-11-01T00:00:00Z"), &[])]);
        assert_eq!(stale.len(), 2);
    }

    #[test]
    fn the_limit_itself_and_a_small_lead_are_new_enough() {
        for gathered in ["2026-11-29T08:00:00Z", "2026-11-30T08:05:00Z"] {
            assert_eq!(stale(vec![source(Some(gathered), &[])]), [], "{gathered}");
        }
        let ahead = source(Some("2026-12-24T08:00:00Z"), &["dns"]);
        let fresh = source(Some(NOW), &["dns", "smtp"]);
        assert_eq!(
            stale(vec![ahead, fresh]),
            [(
                Area::Dns,
                "the facts about dns are dated 24 days in the future, so their age is not known, \
                 and `--max-age` allows 1 day; gather them again"
                    .to_owned()
            )]
        );
        assert_eq!(
            stale(vec![source(Some("2026-11-29T07:59:59Z"), &[])]).len(),
            2
        );
    }

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
