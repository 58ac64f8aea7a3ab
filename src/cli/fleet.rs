//! Checking many farms: their files, the facts of each, and one report on all.

use super::areas;
use super::args::{CredentialArgs, ReportArgs, RuleFilter, keep_new, named_servers};
use super::check::{probed_areas, report};
use super::clock;
use super::console::Console;
use super::coverage::{Origin, Scope};
use super::exit::exit_of;
use super::output::Output;
use super::paths::{Target, expand, load_farm};
use super::progress::Bar;
use super::report_writer::{ReportContext, ReportWriter};
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::file::Loaded;
use crate::farm::{Farm, Server};
use crate::fs::{InputFile, read_text};
use crate::probe::folder::{FolderOptions, OpenedShares};
use crate::probe::{self, NoProgress, ProbeOptions, ProbeRequest, Progress};
use crate::remedy;
use crate::report::{Body, Exit, NotJudged, Report, RunOptions};
use crate::rules::Area;
use crate::text::shown;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many farms are probed at the same time: most of the time is waiting.
const MAX_AT_ONCE: usize = 16;

/// What to check of a fleet, and how.
#[derive(Clone, Copy)]
pub(crate) struct FleetCheck<'a> {
    /// Farm files, and folders of them.
    pub(crate) farms: &'a [PathBuf],
    /// Recorded facts; without any, the world is probed.
    pub(crate) facts: &'a [PathBuf],
    pub(crate) scope: FleetScope<'a>,
    pub(crate) console: &'a Console,
}

/// What to check of every farm, and how to ask its directory. Used by many threads at once.
#[derive(Clone, Copy)]
pub(crate) struct FleetScope<'a> {
    /// The areas that were named; without any, all for which there are or can be facts.
    pub(crate) areas: &'a [Area],
    pub(crate) filter: &'a RuleFilter,
    /// The areas that must be judged.
    pub(crate) required: &'a [Area],
    /// How old facts may be.
    pub(crate) max_age: Option<Duration>,
    /// Whether recorded facts are judged.
    pub(crate) has_recorded_facts: bool,
    pub(crate) credentials: &'a CredentialArgs,
}

/// The facts of one farm and the errors of areas that could not be probed, or why there are no
/// facts.
type FarmFacts = Result<(Facts, Vec<Error>), NotJudged>;

/// A farm file's path and content, and the farm's facts, or `None` if none are needed.
type FleetFarm<'a> = (&'a Path, Result<Loaded, Body>, Option<FarmFacts>);

impl FleetCheck<'_> {
    /// Judges the farms and writes one report.
    ///
    /// # Errors
    /// An option cannot be used, or the report cannot be written. Faults of a farm are in its
    /// report.
    pub(crate) fn run(&self, args: &ReportArgs, run: RunOptions) -> Result<Exit, Error> {
        // A wrong selection is wrong for every farm.
        self.scope.filter.selection(self.scope.areas)?;
        let (mut recorded, exit) = self.read_facts();
        let context = ReportContext {
            options: args.fleet_options(self.console, run),
            baseline: args.baseline()?,
        };
        let targets = expand(self.farms, "toml");
        let output = Output::begin(args.out.path(), self.console)?;
        let mut writer = ReportWriter::begin(output, &context)?;
        let bar = Bar::new(self.console);
        for (batch, first) in targets.chunks(MAX_AT_ONCE).zip((0..).step_by(MAX_AT_ONCE)) {
            if recorded.is_none() {
                bar.resume("checking farms", first, targets.len());
            }
            let farms = self.read_batch(batch, recorded.as_mut(), &bar);
            // Messages must not be printed into the progress bar.
            bar.end();
            for judged in self.scope.judge_all(farms, &context) {
                self.print_errors(&judged);
                writer.write(&judged.report)?;
            }
            writer.flush()?;
        }
        for unused in recorded.iter().flat_map(RecordedFacts::unused) {
            self.console.status(&unused);
        }
        writer.finish(exit)
    }

    /// Prints what could not be probed of a farm.
    fn print_errors(&self, judged: &CheckedFarm) {
        let name = shown(judged.report.name());
        for error in &judged.errors {
            self.console.error(&Error {
                message: format!("{name}: {}", error.message),
                ..error.clone()
            });
        }
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
            Some(recorded) => {
                recorded.mark_used(&loaded);
                let recorded = &*recorded;
                let max_age = self.scope.max_age;
                loaded
                    .par_iter()
                    .map(|loaded| Some(recorded.of(loaded.as_ref().ok()?, max_age)))
                    .collect()
            }
            None => self.scope.probe_all(&loaded, &bar.counter()),
        };
        let paths = batch.iter().map(|(file, _)| file.path());
        paths
            .zip(loaded)
            .zip(facts)
            .map(|((path, loaded), facts)| (path, loaded, facts))
            .collect()
    }
}

/// The report on a farm, and what could not be probed for it.
struct CheckedFarm {
    report: Report,
    errors: Vec<Error>,
}

impl FleetScope<'_> {
    /// Judges farms on all processors.
    fn judge_all(&self, farms: Vec<FleetFarm<'_>>, context: &ReportContext) -> Vec<CheckedFarm> {
        farms
            .into_par_iter()
            .map(|farm| {
                let (report, errors) = self.judge(farm);
                let report = context.complete(report, exit_of(&errors));
                CheckedFarm { report, errors }
            })
            .collect()
    }

    /// Returns the report on one farm, and what could not be probed for it.
    fn judge(&self, (path, loaded, facts): FleetFarm<'_>) -> (Report, Vec<Error>) {
        let file = path.to_string_lossy().into_owned();
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(body) => return (Report::unreadable(file, body), Vec::new()),
        };
        let name = loaded.document.farm.name.clone();
        self.judge_loaded(loaded, facts).unwrap_or_else(|why| {
            let report = Report {
                farm: name,
                ..Report::unreadable(file, Body::NotJudged(why))
            };
            (report, Vec::new())
        })
    }

    fn judge_loaded(
        &self,
        loaded: Loaded,
        facts: Option<FarmFacts>,
    ) -> Result<(Report, Vec<Error>), NotJudged> {
        let has_recorded = facts.is_some() && self.has_recorded_facts;
        let (facts, errors) = facts.unwrap_or_else(|| Ok(Default::default()))?;
        let farm = &loaded.document.farm;
        let areas = if has_recorded && self.areas.is_empty() && !self.filter.names_rules() {
            areas::recorded(&facts)
        } else {
            self.reachable_areas(farm)
        };
        let selection = self.filter.selection(&areas).map_err(unusable)?;
        let options = unattended_options();
        let obstacle = |area| probe::obstacle(area, &self.request(farm, &options));
        let scope = Scope {
            farm,
            facts: &facts,
            selection: &selection,
            named: self.areas,
            required: self.required,
            origin: match self.has_recorded_facts {
                true => Origin::Recorded,
                false => Origin::Probed(&obstacle),
            },
        };
        let coverage = scope.coverage();
        let report = Report {
            coverage,
            ..report(loaded, facts, &selection, None)
        };
        Ok((report, errors))
    }

    /// Returns the probe request for the areas and rules to check.
    fn request<'r>(&'r self, farm: &'r Farm, options: &'r ProbeOptions) -> ProbeRequest<'r> {
        ProbeRequest {
            farm,
            areas: self.areas,
            options,
            server: None,
            progress: &NoProgress,
        }
    }

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

    /// Probes one farm; `None` if nothing has to be probed.
    fn probe(&self, farm: &Farm) -> Option<FarmFacts> {
        let selection = self.filter.selection(&self.reachable_areas(farm)).ok()?;
        let areas = probed_areas(&selection);
        // A fleet never asks for a password.
        let directory = match self.credentials.directory_options(farm, &selection, None) {
            Ok(options) => options,
            Err(error) => return Some(Err(unusable(error))),
        };
        let options = ProbeOptions {
            directory,
            ..unattended_options()
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

    /// Returns the areas to check of a probed farm: the named ones, else all that this machine can
    /// probe.
    fn reachable_areas(&self, farm: &Farm) -> Vec<Area> {
        if !self.areas.is_empty() || self.filter.names_rules() {
            return self.areas.to_vec();
        }
        areas::reachable(&self.request(farm, &unattended_options()))
    }
}

/// Returns how to probe the farms of a fleet, whose files may come from others.
fn unattended_options() -> ProbeOptions {
    ProbeOptions {
        folder: FolderOptions {
            shares: OpenedShares::Of(named_servers()),
            ..FolderOptions::default()
        },
        ..ProbeOptions::default()
    }
}

/// Recorded facts by farm name.
struct RecordedFacts {
    by_farm: BTreeMap<String, Vec<RecordedFile>>,
    used: BTreeSet<String>,
}

/// A file of facts.
struct RecordedFile {
    file: InputFile,
    /// The facts, or `None` if the file can be read again when its farm is checked: all facts
    /// together would fill the memory.
    kept: Option<Facts>,
}

impl RecordedFile {
    fn facts(&self) -> Result<Facts, Error> {
        match &self.kept {
            Some(facts) => Ok(facts.clone()),
            None => read_facts(&self.file).map(|(_, facts)| facts),
        }
    }
}

impl RecordedFacts {
    /// Reads the facts of a fleet. A file that is not a facts file, or has no farm name, is
    /// reported and does not affect the others.
    fn read(named: &[PathBuf], console: &Console) -> (Self, Exit) {
        let read: Vec<Result<(String, RecordedFile), Error>> = expand(named, "json")
            .into_par_iter()
            .map(|(file, path_error)| {
                path_error.map_or(Ok(()), Err)?;
                read_recorded(file)
            })
            .collect();
        let mut by_farm: BTreeMap<String, Vec<RecordedFile>> = BTreeMap::new();
        let mut exit = Exit::Clean;
        for each in read {
            match each {
                Ok((farm, file)) => by_farm.entry(farm).or_default().push(file),
                Err(error) => {
                    console.error(&error);
                    exit = exit.worse(Exit::Usage);
                }
            }
        }
        let used = BTreeSet::new();
        (Self { by_farm, used }, exit)
    }

    /// Marks the facts of some farms as used.
    fn mark_used(&mut self, farms: &[Result<Loaded, Body>]) {
        let readable = farms.iter().filter_map(|loaded| loaded.as_ref().ok());
        let names = readable.filter_map(|loaded| loaded.document.farm.name.clone());
        self.used.extend(names);
    }

    /// Returns the facts of a farm that are new enough.
    fn of(&self, loaded: &Loaded, max_age: Option<Duration>) -> FarmFacts {
        let Some(name) = &loaded.document.farm.name else {
            let error = Error::usage("the farm has no name, so no facts can be matched to it");
            return Err(without_facts(error.hint(format!(
                "`{command}` gives it one",
                command = remedy::spinmail(
                    "set farm.name NAME --file {FILE}",
                    &[&loaded.path.display()]
                ),
            ))));
        };
        let Some(files) = self.by_farm.get(name) else {
            let error = Error::usage(format!("there are no facts about the farm `{name}`"));
            return Err(without_facts(
                error.hint("`spinmail gather` records them under the farm's name"),
            ));
        };
        let names: Vec<&str> = loaded
            .document
            .farm
            .servers
            .iter()
            .map(Server::name)
            .collect();
        let mut named = files
            .iter()
            .map(|each| {
                Ok((
                    each.file.path().to_string_lossy().into_owned(),
                    each.facts()?,
                ))
            })
            .collect::<Result<Vec<_>, Error>>()
            .map_err(unusable)?;
        for (_, facts) in &mut named {
            facts.name_servers(&names);
        }
        keep_new(&mut named, max_age);
        let facts = Facts::merge(named).map_err(unusable)?;
        Ok((facts, Vec::new()))
    }

    /// Returns a note on each file of facts without a matching farm file.
    fn unused(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for (farm, files) in &self.by_farm {
            if self.used.contains(farm) {
                continue;
            }
            notes.extend(files.iter().map(|RecordedFile { file, .. }| {
                format!(
                    "`{}` is about the farm `{}`, for which there is no farm file",
                    shown(&file.path().to_string_lossy()),
                    shown(farm)
                )
            }));
        }
        notes
    }
}

/// Returns the reason for a farm that was not checked because of an error.
fn unusable(error: Error) -> NotJudged {
    NotJudged {
        error,
        exit: Exit::Usage,
    }
}

/// Returns the reason for a farm that was not checked because it has no facts.
fn without_facts(error: Error) -> NotJudged {
    NotJudged {
        error,
        exit: Exit::Undecided,
    }
}

/// Reads a file of facts for the first time, and the name of the farm that it is about.
fn read_recorded(file: InputFile) -> Result<(String, RecordedFile), Error> {
    let (farm, facts) = read_facts(&file)?;
    // A pipe can be read only once.
    let kept = (!file.path().is_file()).then_some(facts);
    Ok((farm, RecordedFile { file, kept }))
}

/// Reads facts, and the name of the farm that they are about.
fn read_facts(file: &InputFile) -> Result<(String, Facts), Error> {
    let path = file.path();
    let mut facts = Facts::from_json(&read_text(file)?, &path.to_string_lossy())?;
    facts.note_future(&clock::now().text);
    match &facts.farm {
        Some(farm) => Ok((farm.clone(), facts)),
        None => Err(
            Error::usage(format!("`{}` does not name its farm", path.display()))
                .hint("`spinmail gather` records the name if the farm file has one"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The facts of thousands of farms would fill the memory.
    #[test]
    fn facts_in_a_file_are_not_kept() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/facts.json");
        let (farm, file) = read_recorded(InputFile::named(path)).unwrap();
        assert_eq!(farm, "fabrikam");
        assert!(file.kept.is_none());
        assert_eq!(file.facts().unwrap().farm.as_deref(), Some("fabrikam"));
    }
}
