//! `verify`: the farm file against what was seen, now or earlier.

use super::console::Console;
use super::output::Output;
use super::progress::Bar;
use super::{areas, files, fleet, folder, judging, logon, looking, recorded};
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::Farm;
use crate::farm::file::Loaded;
use crate::probe::{self, ProbeRequest};
use crate::report::{Exit, Report};
use crate::rules::{Area, Selection};
use clap::{Arg, ArgMatches, Command};
use std::path::PathBuf;

pub fn command() -> Command {
    let command = Command::new("verify")
        .about("Check the farm file against the real world, or against recorded facts")
        .after_help(
            "Examples:\n  spinmail verify\n  spinmail verify dns --format table\n  spinmail \
             verify --facts facts.json\n  spinmail verify --facts sp1.json sp2.json\n  spinmail \
             verify --farms farms/ --facts facts/\n  spinmail verify --format html --out \
             report.html\n  spinmail verify --since last-week.json\n\nWithout an AREA everything \
             is checked, the file itself too.",
        )
        .arg(areas::argument(&Area::ALL))
        .arg(facts_argument())
        .arg(fleet::argument());
    // These speak of one farm's servers.
    let mut command = looking::with_options(logon::with_options(command))
        .mut_arg("folder", |arg| arg.conflicts_with("facts"));
    for of_one in [
        "server", "metabase", "folder", "aliases", "sddl", "icacls", "path", "smb-user", "sid",
        "token",
    ] {
        command = command.mut_arg(of_one, |arg| arg.conflicts_with("farms"));
    }
    judging::with_options(command)
}

/// `--facts`.
pub fn facts_argument() -> Arg {
    recorded::argument("Judge these facts, which `spinmail gather` recorded, and look at nothing")
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    if matches.contains_id("farms") {
        return fleet::verify(matches, console);
    }
    let loaded = files::load(matches, console)?;
    let select = |areas: &[Area]| judging::selection(matches, areas);
    let (path, baseline) = (loaded.path.clone(), judging::baseline(matches)?);
    let (areas, facts) = areas::named_and_facts(matches);
    let (report, exit) = judge(loaded, matches, &facts, &areas, select, None, console)?;
    let look = judging::look(matches, console, false);
    let besides = judging::read_besides(matches);
    let read = besides.iter().chain([&path]);
    let output = Output::begin(matches, console, read.map(PathBuf::as_path))?;
    let mut printer = judging::Printer::new(output, look.clone(), baseline.as_ref())?;
    printer.print(&judging::write(
        report,
        baseline.as_ref(),
        &look,
        judging::fail_on(matches),
        0,
        exit,
    ))?;
    printer.close()
}

/// Judges a farm by recorded facts, else by what can be seen now; of the named areas, else of all;
/// where it is the way of one message that is judged, its address. Says how looking went.
pub fn judge(
    loaded: Loaded,
    matches: &ArgMatches,
    facts: &[PathBuf],
    named: &[Area],
    select: impl Fn(&[Area]) -> Result<Selection, Error>,
    address: Option<&str>,
    console: &Console,
) -> Result<(Report, Exit), Error> {
    let farm = &loaded.document.farm;
    let recorded = recorded::load(facts, farm.name.as_deref())?;
    let mut looks = looking::looks(matches, farm, named)?;
    folder::note_strangers(&looks.folder, farm, console);
    let progress = Bar::new(console);
    // Rules that are asked for by name are judged, whatever this machine can look at.
    let by_rule = matches
        .try_get_many::<String>("only")
        .ok()
        .flatten()
        .is_some();
    let areas = match &recorded {
        _ if !named.is_empty() => named.to_vec(),
        Some(facts) => of_facts(facts, farm, console),
        None if by_rule => Vec::new(),
        None => {
            let request = ProbeRequest {
                farm,
                areas: named,
                options: &looks,
                server: None,
                progress: &progress,
            };
            areas::within_reach(&request, console)
        }
    };
    let selection = select(&areas)?;
    let wanted: Vec<Area> = Area::ALL
        .into_iter()
        .filter(|area| !area.is_offline() && selection.reaches(*area))
        .collect();
    let mut exit = Exit::Clean;
    let facts = match recorded {
        Some(facts) => folder::with_known(facts, farm, &looks.folder),
        None if wanted.is_empty() => Facts::default(),
        // What could not be looked at is undecided; the rest is judged all the same.
        None => {
            looking::log_on(&mut looks, matches, farm, &selection, console)?;
            let server = looks.iis.server.as_deref();
            let request = ProbeRequest {
                farm,
                areas: &wanted,
                options: &looks,
                server,
                progress: &progress,
            };
            let (facts, errors) = probe::gather(&request);
            errors.iter().for_each(|error| console.error(error));
            exit = super::exit_of(&errors);
            facts
        }
    };
    Ok((judging::report(loaded, facts, &selection, address), exit))
}

/// What recorded facts can be judged for when nothing is named: all that they were gathered about.
fn of_facts(facts: &Facts, farm: &Farm, console: &Console) -> Vec<Area> {
    let (held, missed) = areas::held_and_missed(facts, farm);
    for area in missed {
        let name = area.name();
        console.say(&format!(
            "the facts hold nothing about {name}, so it is left out; `spinmail gather {name}` \
             asks it"
        ));
    }
    held
}
