//! Checking many farms: their files, the facts of each, and one report on all.

use super::areas::RecordedAreas;
use super::args::{CredentialArgs, ReportArgs, RuleFilter};
use super::check::{probed_areas, report};
use super::console::Console;
use super::exit::exit_of;
use super::output::Output;
use super::paths::{Target, expand, load_farm};
use super::progress::Bar;
use super::report_writer::{ReportContext, ReportWriter};
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::Farm;
use crate::farm::file::Loaded;
use crate::fs::read_text;
use crate::probe::{self, NoProgress, ProbeOptions, ProbeRequest, Progress};
use crate::report::{Body, Exit, FailOn, Report};
use crate::rules::Area;
use crate::text::shown;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// How many farms are probed together: probing is waiting, for the most part.
const MAX_AT_ONCE: usize = 16;

/// What is checked of a fleet, and how.
#[derive(Clone, Copy)]
pub(crate) struct FleetCheck<'a> {
    /// Farm files, and folders of them.
    pub(crate) farms: &'a [PathBuf],
    /// Recorded facts; without any, the world is probed.
    pub(crate) facts: &'a [PathBuf],
    pub(crate) scope: FleetScope<'a>,
    pub(crate) console: &'a Console,
}

/// What is checked of every farm, and as whom its directory is asked. Used by many threads at once.
#[derive(Clone, Copy)]
pub(crate) struct FleetScope<'a> {
    /// The areas that were named; without any, all for which there are or can be facts.
    pub(crate) areas: &'a [Area],
    pub(crate) filter: &'a RuleFilter,
    pub(crate) credentials: &'a CredentialArgs,
}

/// The facts of one farm and the errors of areas that could not be probed, or why there are no
/// facts.
type FarmFacts = Result<(Facts, Vec<Error>), Error>;

/// A farm file's path and content, and the farm's facts, or `None` if none are needed.
type FleetFarm<'a> = (&'a Path, Result<Loaded, Body>, Option<FarmFacts>);

impl FleetCheck<'_> {
    /// Judges the farms and writes one report.
    ///
    /// # Errors
    /// An option cannot be used, or the report cannot be written. What is wrong with a farm is in
    /// its report.
    pub(crate) fn run(&self, args: &ReportArgs, fail_on: FailOn) -> Result<Exit, Error> {
        // A wrong selection is wrong for every farm.
        self.scope.filter.selection(self.scope.areas)?;
        let (mut recorded, exit) = self.read_facts();
        let context = ReportContext {
            options: args.fleet_options(self.console),
            baseline: args.baseline()?,
            fail_on,
        };
        let targets = expand(self.farms, "toml");
        let mut read = args.files_read(self.facts);
        read.extend(targets.iter().map(|(path, _)| path.clone()));
        let output = Output::begin(args.out.path(), self.console, &read)?;
        let mut writer = ReportWriter::begin(output, &context)?;
        let bar = Bar::new(self.console);
        for (batch, first) in targets.chunks(MAX_AT_ONCE).zip((0..).step_by(MAX_AT_ONCE)) {
            if recorded.is_none() {
                bar.resume("looking at farms", first, targets.len());
            }
            let farms = self.read_batch(batch, recorded.as_mut(), &bar);
            // What is printed must not run into the bar.
            bar.end();
            for (farm, place) in farms.into_iter().zip(first..) {
                let (report, probed) = self.judge(farm);
                writer.write(context.format(report, place, probed))?;
            }
        }
        for unused in recorded.iter().flat_map(RecordedFacts::unused) {
            self.console.status(&unused);
        }
        Ok(exit.worse(writer.finish()?))
    }

    /// Reads the recorded facts, if any are named.
    fn read_facts(&self) -> (Option<RecordedFacts>, Exit) {
        if self.facts.is_empty() {
            return (None, Exit::Clean);
        }
        let (recorded, exit) = RecordedFacts::read(self.facts, self.console);
        (Some(recorded), exit)
    }

    /// Reads the files of some farms, and takes or gathers their facts.
    fn read_batch<'t>(
        &self,
        batch: &'t [Target],
        recorded: Option<&mut RecordedFacts>,
        bar: &Bar<'_>,
    ) -> Vec<FleetFarm<'t>> {
        let loaded: Vec<Result<Loaded, Body>> = batch.par_iter().map(load_farm).collect();
        let facts: Vec<Option<FarmFacts>> = match recorded {
            Some(recorded) => loaded
                .iter()
                .map(|loaded| Some(recorded.take(loaded.as_ref().ok()?)))
                .collect(),
            None => self.scope.probe_all(&loaded, &bar.counter()),
        };
        let paths = batch.iter().map(|(path, _)| path.as_path());
        paths
            .zip(loaded)
            .zip(facts)
            .map(|((path, loaded), facts)| (path, loaded, facts))
            .collect()
    }

    /// Returns the report on one farm, and how probing it went.
    fn judge(&self, (path, loaded, facts): FleetFarm<'_>) -> (Report, Exit) {
        let file = path.to_string_lossy().into_owned();
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(body) => return (Report::unreadable(file, body), Exit::Clean),
        };
        let name = loaded.document.farm.name.clone();
        match self.judge_loaded(loaded, facts) {
            Ok(judged) => judged,
            Err(error) => {
                let report = Report {
                    farm: name,
                    ..Report::unreadable(file, Body::Unreadable(error))
                };
                (report, Exit::Clean)
            }
        }
    }

    fn judge_loaded(
        &self,
        loaded: Loaded,
        facts: Option<FarmFacts>,
    ) -> Result<(Report, Exit), Error> {
        let (facts, errors) = facts.unwrap_or_else(|| Ok(Default::default()))?;
        let farm = &loaded.document.farm;
        let file = loaded.path.to_string_lossy();
        let name = shown(farm.name.as_deref().unwrap_or(&file)).into_owned();
        for error in &errors {
            self.console.error(&Error {
                message: format!("{name}: {}", error.message),
                ..error.clone()
            });
        }
        let areas = if !self.facts.is_empty() && self.scope.areas.is_empty() {
            self.recorded_areas(&facts, farm, &name)
        } else {
            self.scope.reachable_areas(farm)
        };
        let selection = self.scope.filter.selection(&areas)?;
        Ok((report(loaded, facts, &selection, None), exit_of(&errors)))
    }

    /// Returns the areas that recorded facts are about, and says which ones are missing.
    fn recorded_areas(&self, facts: &Facts, farm: &Farm, name: &str) -> Vec<Area> {
        let areas = RecordedAreas::new(facts, farm);
        if !areas.missing.is_empty() {
            let missing: Vec<&str> = areas.missing.iter().map(|area| area.name()).collect();
            self.console.status(&format!(
                "{name}: the facts hold nothing about {}, so that is left out",
                missing.join(", ")
            ));
        }
        areas.recorded
    }
}

impl FleetScope<'_> {
    /// Probes the farms whose files could be read, all at once, and calls `count` after each.
    fn probe_all(
        &self,
        loaded: &[Result<Loaded, Body>],
        count: &(impl Fn() + Sync),
    ) -> Vec<Option<FarmFacts>> {
        // Each thread waits for its own farm.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(loaded.len());
        match pool.build() {
            Ok(pool) => pool.install(|| {
                let farms = loaded.par_iter();
                farms.map(|one| self.probe_counted(one, count)).collect()
            }),
            Err(_) => {
                let farms = loaded.iter();
                farms.map(|one| self.probe_counted(one, count)).collect()
            }
        }
    }

    /// Probes a farm if its file could be read, and counts it.
    fn probe_counted(
        &self,
        loaded: &Result<Loaded, Body>,
        count: &(impl Fn() + Sync),
    ) -> Option<FarmFacts> {
        let loaded = loaded.as_ref().ok();
        let facts = loaded.and_then(|readable| self.probe(&readable.document.farm));
        count();
        facts
    }

    /// Probes one farm; `None` if nothing has to be asked.
    fn probe(&self, farm: &Farm) -> Option<FarmFacts> {
        let selection = self.filter.selection(&self.reachable_areas(farm)).ok()?;
        let areas = probed_areas(&selection);
        // No one is asked for a password in the middle of a fleet.
        let directory = match self.credentials.directory_options(farm, &selection, None) {
            Ok(options) => options,
            Err(error) => return Some(Err(error)),
        };
        let options = ProbeOptions {
            directory,
            ..ProbeOptions::default()
        };
        let request = ProbeRequest {
            farm,
            areas: &areas,
            options: &options,
            server: None,
            progress: &NoProgress,
        };
        (!areas.is_empty()).then(|| Ok(probe::gather(&request)))
    }

    /// Returns what is judged of a farm that is probed: the named areas, else all that this machine
    /// can probe.
    fn reachable_areas(&self, farm: &Farm) -> Vec<Area> {
        if !self.areas.is_empty() || self.filter.names_rules() {
            return self.areas.to_vec();
        }
        let request = ProbeRequest {
            farm,
            areas: self.areas,
            options: &ProbeOptions::default(),
            server: None,
            progress: &NoProgress,
        };
        let all = Area::ALL.into_iter();
        all.filter(|area| probe::obstacle(*area, &request).is_none())
            .collect()
    }
}

/// Recorded facts by the names of their farms.
struct RecordedFacts {
    by_farm: BTreeMap<String, Vec<(PathBuf, Facts)>>,
    used: BTreeSet<String>,
}

impl RecordedFacts {
    /// Reads the facts of a fleet. A file that is not one of facts, or names no farm, is reported
    /// and spoils no other.
    fn read(named: &[PathBuf], console: &Console) -> (Self, Exit) {
        let mut by_farm: BTreeMap<String, Vec<(PathBuf, Facts)>> = BTreeMap::new();
        let mut exit = Exit::Clean;
        for (path, path_error) in expand(named, "json") {
            let read = path_error
                .map_or(Ok(()), Err)
                .and_then(|()| read_facts(&path));
            match read {
                Ok((farm, facts)) => by_farm.entry(farm).or_default().push((path, facts)),
                Err(error) => {
                    console.error(&error);
                    exit = exit.worse(Exit::Usage);
                }
            }
        }
        let used = BTreeSet::new();
        (Self { by_farm, used }, exit)
    }

    /// Returns the facts of a farm, and marks them as used.
    fn take(&mut self, loaded: &Loaded) -> FarmFacts {
        let Some(name) = &loaded.document.farm.name else {
            return Err(
                Error::usage("the farm has no name, so no facts can be matched to it").hint(
                    format!(
                        "`spinmail set farm.name NAME --file {}` gives it one",
                        loaded.path.display()
                    ),
                ),
            );
        };
        self.used.insert(name.clone());
        let Some(files) = self.by_farm.get(name) else {
            return Err(
                Error::usage(format!("there are no facts of the farm `{name}`"))
                    .hint("`spinmail gather` records them under the farm's name"),
            );
        };
        let named = files
            .iter()
            .map(|(path, facts)| (path.to_string_lossy().into_owned(), facts.clone()));
        Ok((Facts::merge(named.collect())?, Vec::new()))
    }

    /// Returns a note on each file of facts about a farm that no farm file is about.
    fn unused(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for (farm, files) in &self.by_farm {
            if self.used.contains(farm) {
                continue;
            }
            notes.extend(files.iter().map(|(path, _)| {
                format!(
                    "`{}` is of the farm `{}`, which no farm file is about",
                    shown(&path.to_string_lossy()),
                    shown(farm)
                )
            }));
        }
        notes
    }
}

/// Reads facts, and the name of the farm that they are about.
fn read_facts(path: &Path) -> Result<(String, Facts), Error> {
    let facts = Facts::from_json(&read_text(path)?, &path.to_string_lossy())?;
    match &facts.farm {
        Some(farm) => Ok((farm.clone(), facts)),
        None => Err(Error::usage(format!(
            "`{}` does not say which farm it is of",
            path.display()
        ))
        .hint("`spinmail gather` says so where the farm file has a name")),
    }
}
