//! `verify`: the farm file against what was seen, now or earlier.

use super::console::Console;
use super::{files, gather, judging, metabase};
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::file::{Loaded, read_text};
use crate::probe::{self, Request};
use crate::report::{Body, Exit, Report};
use crate::rules::{self, Area, Case, Selection};
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::path::PathBuf;

pub fn command() -> Command {
    let command = Command::new("verify")
        .about("Check the farm file against the real world, or against recorded facts")
        .after_help(
            "Examples:\n  spinmail verify\n  spinmail verify dns --format table\n  \
             spinmail verify --facts facts.json\n  \
             spinmail verify alias-domains --metabase MetaBase.xml --server sp1.fabrikam.com\n\nWithout an AREA everything is checked, the file itself too.",
        )
        .arg(gather::area_argument(&Area::ALL))
        .arg(facts_argument());
    let command = metabase::with_options(command).mut_arg("metabase", |file| file.conflicts_with("facts"));
    judging::with_options(command)
}

/// `--facts`.
pub fn facts_argument() -> Arg {
    Arg::new("facts")
        .long("facts")
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .value_parser(clap::value_parser!(PathBuf))
        .help("Judge these facts, which `spinmail gather` recorded, and look at nothing")
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let loaded = files::load(matches, console)?;
    let select = |areas: &[Area]| judging::selection(matches, areas);
    let (report, exit) = judge(loaded, matches, &gather::areas(matches), select, console)?;
    let look = judging::look(matches, console, false);
    let mut printer = judging::Printer::new(console, look);
    printer.print(&judging::write(&report, &look, judging::fail_on(matches), true));
    Ok(exit.worse(printer.close()))
}

/// Judges a farm by recorded facts, else by what can be seen now; of the named areas, else of all. Says how looking went.
pub fn judge(
    loaded: Loaded,
    matches: &ArgMatches,
    named: &[Area],
    select: impl Fn(&[Area]) -> Result<Selection, Error>,
    console: &Console,
) -> Result<(Report, Exit), Error> {
    let farm = &loaded.document.farm;
    let recorded = matches.get_one::<PathBuf>("facts").map(|path| recorded(path, farm.name.as_deref())).transpose()?;
    let areas = match &recorded {
        Some(facts) if named.is_empty() => of_facts(facts, console),
        _ => named.to_vec(),
    };
    let selection = select(&areas)?;
    let wanted: Vec<Area> =
        Area::ALL.into_iter().filter(|area| !area.is_offline() && selection.reaches(*area)).collect();
    let mut exit = Exit::Clean;
    let iis = metabase::request(matches, farm, &wanted)?;
    let facts = match recorded {
        Some(facts) => facts,
        None if wanted.is_empty() => Facts::default(),
        // What could not be looked at is undecided; the rest is judged all the same.
        None => {
            let (facts, errors) = probe::gather(&Request { farm, areas: &wanted, iis: &iis });
            errors.iter().for_each(|error| console.error(error));
            exit = if errors.is_empty() { exit } else { Exit::Unfinished };
            facts
        }
    };
    let verdicts = rules::judge(&Case::new(&loaded.document, &facts, files::today()), &selection);
    let file = loaded.path.to_string_lossy().into_owned();
    let report = Report { farm: farm.name.clone(), file, body: Body::Verdicts(verdicts) };
    Ok((report, exit))
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

fn recorded(path: &std::path::Path, farm: Option<&str>) -> Result<Facts, Error> {
    let facts = Facts::from_json(&read_text(path)?, &path.to_string_lossy())?;
    match (&facts.farm, farm) {
        (Some(theirs), Some(ours)) if theirs != ours => {
            Err(Error::usage(format!("`{}` is of the farm `{theirs}`, the farm file of `{ours}`", path.display())))
        }
        _ => Ok(facts),
    }
}
