//! `verify`: the farm file against what was seen, now or earlier.

use super::console::Console;
use super::output::Output;
use super::progress::Bar;
use super::{files, fleet, gather, judging, recorded};
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::Document;
use crate::farm::file::Loaded;
use crate::probe::{self, Request};
use crate::report::{Exit, Report};
use crate::rules::{self, Area, Case, Selection};
use clap::{Arg, ArgMatches, Command};
use std::path::PathBuf;

pub fn command() -> Command {
    let command = Command::new("verify")
        .about("Check the farm file against the real world, or against recorded facts")
        .after_help(
            "Examples:\n  spinmail verify\n  spinmail verify dns --format table\n  \
             spinmail verify --facts sp1.json sp2.json\n  spinmail verify --farms farms/ --facts facts/\n  \
             spinmail verify --format html --out report.html\n  \
             spinmail verify --since last-week.json\n\nWithout an AREA everything is checked, the file itself too.",
        )
        .arg(gather::area_argument(&Area::ALL))
        .arg(facts_argument())
        .arg(fleet::argument());
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
    let (areas, facts) = gather::areas_and_facts(matches);
    let (report, exit) = judge(loaded, &facts, &areas, select, console)?;
    let look = judging::look(matches, console, false);
    let read = judging::read_besides(matches).chain([&path]);
    let output = Output::begin(matches, console, read.map(PathBuf::as_path))?;
    let mut printer = judging::Printer::new(output, look.clone(), baseline.as_ref())?;
    printer.print(&judging::write(report, baseline.as_ref(), &look, judging::fail_on(matches), 0))?;
    Ok(exit.worse(printer.close()?))
}

/// Judges a farm by recorded facts, else by what can be seen now; of the named areas, else of all. Says how looking went.
pub fn judge(
    loaded: Loaded,
    facts: &[PathBuf],
    named: &[Area],
    select: impl Fn(&[Area]) -> Result<Selection, Error>,
    console: &Console,
) -> Result<(Report, Exit), Error> {
    let Loaded { path, document, .. } = loaded;
    let farm = &document.farm;
    let recorded = recorded::load(facts, farm.name.as_deref())?;
    let areas = match &recorded {
        Some(facts) if named.is_empty() => of_facts(facts, console),
        _ => named.to_vec(),
    };
    let selection = select(&areas)?;
    let wanted: Vec<Area> =
        Area::ALL.into_iter().filter(|area| !area.is_offline() && selection.reaches(*area)).collect();
    let mut exit = Exit::Clean;
    let facts = match recorded {
        Some(facts) => facts,
        None if wanted.is_empty() => Facts::default(),
        // What could not be looked at is undecided; the rest is judged all the same.
        None => {
            let (facts, errors) =
                probe::gather(&Request { farm, areas: &wanted, server: None, progress: &Bar::new(console) });
            errors.iter().for_each(|error| console.error(error));
            exit = if errors.is_empty() { exit } else { Exit::Unfinished };
            facts
        }
    };
    Ok((report(path, document, facts, &selection), exit))
}

/// The verdicts on a farm by its facts.
pub fn report(path: PathBuf, document: Document, facts: Facts, selection: &Selection) -> Report {
    let verdicts = rules::judge(&Case::new(&document, &facts, files::today()), selection);
    let mut report = Report::judged(path.to_string_lossy().into_owned(), document.farm, verdicts);
    report.seen = facts.gathered;
    report
}

/// What recorded facts can be judged for when nothing is named: all that they were gathered about.
fn of_facts(facts: &Facts, console: &Console) -> Vec<Area> {
    let (held, other): (Vec<Area>, Vec<Area>) = Area::ALL.into_iter().partition(|area| gather::holds(facts, area));
    for area in other {
        let name = area.name();
        console
            .say(&format!("the facts hold nothing about {name}, so it is left out; `spinmail gather {name}` asks it"));
    }
    held
}
