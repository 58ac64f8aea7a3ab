//! Many farms at once: their files, the facts of each, and one report of all.

use super::console::Console;
use super::output::Output;
use super::progress::Bar;
use super::targets::{self, expand};
use super::{areas, judging, logon, recorded};
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::Farm;
use crate::farm::file::Loaded;
use crate::fs::read_text;
use crate::probe::{self, NoProgress, ProbeOptions, ProbeRequest, Progress};
use crate::report::{Body, Exit, Report};
use crate::rules::Area;
use crate::text::shown;
use clap::{Arg, ArgAction, ArgMatches, ValueHint};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Farms that are looked at together: looking is waiting, for the most part.
const AT_ONCE: usize = 16;

/// `--farms`.
pub fn argument() -> Arg {
    Arg::new("farms")
        .long("farms")
        .value_name("PATH")
        .num_args(1..)
        .action(ArgAction::Append)
        .conflicts_with("file")
        .value_hint(ValueHint::AnyPath)
        .value_parser(clap::value_parser!(PathBuf))
        .help(
            "Check many farms: their files, and folders, which mean their *.toml; --facts are \
             matched by the farms' names",
        )
}

/// `verify --farms`.
pub fn verify(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let (named, _) = recorded::files_and_words(matches, "farms", areas::is_area);
    let (areas, facts) = areas::named_and_facts(matches);
    // A wrong selection is wrong for every farm.
    judging::selection(matches, &areas)?;
    let (mut recorded, mut exit) = match facts.is_empty() {
        true => (None, Exit::Clean),
        false => {
            let (recorded, exit) = Recorded::read(&facts, console);
            (Some(recorded), exit)
        }
    };
    let look = judging::look(matches, console, true);
    let targets = expand(&named, "toml");
    let besides = judging::read_besides(matches);
    let read = targets.iter().map(|(path, _)| path).chain(&besides);
    let baseline = judging::baseline(matches)?;
    let output = Output::begin(matches, console, read.map(PathBuf::as_path))?;
    let mut printer = judging::Printer::new(output, look.clone(), baseline.as_ref())?;
    let mut place = 0;
    let bar = Bar::new(console);
    for batch in targets.chunks(AT_ONCE) {
        let loaded: Vec<Result<Loaded, Body>> = batch.par_iter().map(targets::load).collect();
        let facts = match &mut recorded {
            Some(recorded) => loaded
                .iter()
                .map(|loaded| recorded.of(loaded.as_ref().ok()?))
                .collect(),
            None => {
                bar.go_on("looking at farms", place, targets.len());
                look_at(&loaded, matches, &areas, &bar.counter())
            }
        };
        // What is printed must not run into it.
        bar.end();
        for (((path, _), loaded), facts) in batch.iter().zip(loaded).zip(facts) {
            let (report, own) = one(path, loaded, facts, matches, &areas, console);
            let fail_on = judging::fail_on(matches);
            printer.print(&judging::write(
                report,
                baseline.as_ref(),
                &look,
                fail_on,
                place,
                own,
            ))?;
            place += 1;
        }
    }
    recorded
        .iter()
        .flat_map(Recorded::left_over)
        .for_each(|left| console.say(&left));
    exit = exit.worse(printer.close()?);
    Ok(exit)
}

/// What is known of one farm: its facts, with what could not even be asked; or why there are none.
type Seen = Result<(Facts, Vec<Error>), Error>;

/// The report on one farm, and how looking at it went.
fn one(
    path: &Path,
    loaded: Result<Loaded, Body>,
    facts: Option<Seen>,
    matches: &ArgMatches,
    areas: &[Area],
    console: &Console,
) -> (Report, Exit) {
    let file = path.to_string_lossy().into_owned();
    let unread = |farm, body| {
        (
            Report {
                farm,
                ..Report::unread(file.clone(), body)
            },
            Exit::Clean,
        )
    };
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(body) => return unread(None, body),
    };
    let farm = loaded.document.farm.name.clone();
    let (facts, errors) = match facts {
        Some(Ok(seen)) => seen,
        Some(Err(error)) => return unread(farm, Body::Unreadable(error)),
        None => (Facts::default(), Vec::new()),
    };
    let name = shown(farm.as_deref().unwrap_or(&file)).into_owned();
    for error in &errors {
        console.error(&Error {
            message: format!("{name}: {}", error.message),
            ..error.clone()
        });
    }
    let is_recorded = matches.contains_id("facts");
    let held = match is_recorded && areas.is_empty() {
        true => held(&facts, &loaded.document.farm, &name, console),
        false => within_reach(&loaded.document.farm, matches, areas),
    };
    match judging::selection(matches, &held) {
        Ok(selection) => (
            judging::report(loaded, facts, &selection, None),
            super::exit_of(&errors),
        ),
        Err(error) => unread(farm, Body::Unreadable(error)),
    }
}

/// What recorded facts can be judged for; the rest is said to be left out.
fn held(facts: &Facts, farm: &Farm, name: &str, console: &Console) -> Vec<Area> {
    let (held, missed) = areas::held_and_missed(facts, farm);
    if !missed.is_empty() {
        let names = missed
            .iter()
            .map(|area| area.name())
            .collect::<Vec<_>>()
            .join(", ");
        console.say(&format!(
            "{name}: the facts hold nothing about {names}, so that is left out"
        ));
    }
    held
}

/// What is judged of a farm that is looked at: the named areas, else all that this machine can look
/// at.
fn within_reach(farm: &Farm, matches: &ArgMatches, named: &[Area]) -> Vec<Area> {
    if !named.is_empty() || matches.contains_id("only") {
        return named.to_vec();
    }
    let request = ProbeRequest {
        farm,
        areas: named,
        options: &ProbeOptions::default(),
        server: None,
        progress: &NoProgress,
    };
    Area::ALL
        .into_iter()
        .filter(|area| probe::obstacle(*area, &request).is_none())
        .collect()
}

/// Looks at a farm; nothing where there is nothing to look at.
fn look(farm: &Farm, matches: &ArgMatches, named: &[Area]) -> Option<Seen> {
    let selection = judging::selection(matches, &within_reach(farm, matches, named)).ok()?;
    let wanted: Vec<Area> = Area::ALL
        .into_iter()
        .filter(|area| !area.is_offline() && selection.reaches(*area))
        .collect();
    // Nobody is asked for a password in the middle of a fleet.
    let looks = match logon::look(matches, farm, &selection, None) {
        Ok(directory) => ProbeOptions {
            directory,
            ..ProbeOptions::default()
        },
        Err(error) => return Some(Err(error)),
    };
    let request = ProbeRequest {
        farm,
        areas: &wanted,
        options: &looks,
        server: None,
        progress: &NoProgress,
    };
    (!wanted.is_empty()).then(|| Ok(probe::gather(&request)))
}

/// Looks at the farms whose files could be read, all of them at once; each that is done is counted.
fn look_at(
    loaded: &[Result<Loaded, Body>],
    matches: &ArgMatches,
    named: &[Area],
    count: &(impl Fn() + Sync),
) -> Vec<Option<Seen>> {
    let look = |loaded: &Result<Loaded, Body>| {
        let seen = loaded
            .as_ref()
            .ok()
            .and_then(|loaded| look(&loaded.document.farm, matches, named));
        count();
        seen
    };
    // Each thread waits for its own farm.
    match rayon::ThreadPoolBuilder::new()
        .num_threads(loaded.len())
        .build()
    {
        Ok(pool) => pool.install(|| loaded.par_iter().map(look).collect()),
        Err(_) => loaded.iter().map(look).collect(),
    }
}

/// Recorded facts by the farms they are of.
struct Recorded {
    by_farm: BTreeMap<String, Vec<(PathBuf, Facts)>>,
    used: BTreeSet<String>,
}

impl Recorded {
    /// Reads the facts of a fleet. A file that is none, or that names no farm, is said to be so and
    /// spoils no other.
    fn read(named: &[PathBuf], console: &Console) -> (Self, Exit) {
        let mut recorded = Self {
            by_farm: BTreeMap::new(),
            used: BTreeSet::new(),
        };
        let mut exit = Exit::Clean;
        for (path, error) in expand(named, "json") {
            let read = error.map_or(Ok(()), Err).and_then(|()| read_facts(&path));
            match read {
                Ok((farm, facts)) => recorded
                    .by_farm
                    .entry(farm)
                    .or_default()
                    .push((path, facts)),
                Err(error) => {
                    console.error(&error);
                    exit = exit.worse(Exit::Usage);
                }
            }
        }
        (recorded, exit)
    }

    /// The facts of a farm.
    fn of(&mut self, loaded: &Loaded) -> Option<Seen> {
        let Some(name) = &loaded.document.farm.name else {
            return Some(Err(Error::usage(
                "the farm has no name, so no facts can be matched to it",
            )
            .hint(format!(
                "`spinmail set farm.name NAME --file {}` gives it one",
                loaded.path.display()
            ))));
        };
        self.used.insert(name.clone());
        Some(match self.by_farm.get(name).map(Vec::as_slice) {
            None | Some([]) => Err(Error::usage(format!(
                "there are no facts of the farm `{name}`"
            ))
            .hint("`spinmail gather` records them under the farm's name")),
            Some(several) => {
                let named = several
                    .iter()
                    .map(|(path, facts)| (path.to_string_lossy().into_owned(), facts.clone()));
                Facts::merge(named.collect()).map(|facts| (facts, Vec::new()))
            }
        })
    }

    /// What was recorded of farms that no file is about.
    fn left_over(&self) -> Vec<String> {
        let unused = self
            .by_farm
            .iter()
            .filter(|(farm, _)| !self.used.contains(*farm));
        let files =
            unused.flat_map(|(farm, files)| files.iter().map(move |(path, _)| (farm, path)));
        files
            .map(|(farm, path)| {
                format!(
                    "`{}` is of the farm `{}`, which no farm file is about",
                    shown(&path.to_string_lossy()),
                    shown(farm)
                )
            })
            .collect()
    }
}

/// Facts, and the farm that they are of.
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
