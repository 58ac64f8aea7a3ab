//! `gather`: look, and record what is seen.

use super::console::Console;
use super::{files, folder, logon};
use crate::error::{Error, shown};
use crate::facts::Facts;
use crate::farm::file;
use crate::probe::{self, Request};
use crate::report::{self, Exit};
use crate::rules::{Area, Part, Selection, area_of_word, part_of_word};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::path::PathBuf;

pub fn command() -> Command {
    let areas: Vec<Area> = Area::ALL.into_iter().filter(|area| !area.is_offline()).collect();
    let command = Command::new("gather")
        .about("Look at the real world and record what is seen, to be judged here or elsewhere")
        .after_help(
            "Examples:\n  spinmail gather dns --out facts.json\n  spinmail gather | ssh judge spinmail verify --facts /dev/stdin",
        )
        .arg(area_argument(&areas))
        .arg(
            Arg::new("out")
                .long("out")
                .short('o')
                .value_name("FILE")
                .value_hint(ValueHint::FilePath)
                .value_parser(clap::value_parser!(PathBuf))
                .help("Write the facts there instead of to standard output"),
        );
    folder::with_options(logon::with_options(command))
}

/// `[AREA…]`.
pub fn area_argument(areas: &[Area]) -> Arg {
    let names = areas.iter().map(|area| PossibleValue::new(area.name()).aliases(area.aliases()));
    let parts = Part::ALL.iter().filter(|part| areas.contains(&part.area)).map(|part| PossibleValue::new(part.word));
    Arg::new("areas")
        .value_name("AREA")
        .num_args(0..)
        .value_parser(PossibleValuesParser::new(names.chain(parts).collect::<Vec<_>>()))
        .help("What to look at; else everything")
}

/// The areas that were named.
pub fn areas(matches: &ArgMatches) -> Vec<Area> {
    let words = matches.get_many::<String>("areas").into_iter().flatten();
    words.filter_map(|word| area_of_word(word)).collect()
}

/// The parts of areas that were named, where their areas were not.
pub fn parts(matches: &ArgMatches) -> Vec<&'static Part> {
    let Ok(Some(words)) = matches.try_get_many::<String>("areas") else { return Vec::new() };
    let parts: Vec<&Part> = words.clone().filter_map(|word| part_of_word(word)).collect();
    let is_whole =
        |area: Area| words.clone().any(|word| part_of_word(word).is_none() && area_of_word(word) == Some(area));
    parts.into_iter().filter(|part| !is_whole(part.area)).collect()
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let loaded = files::load(matches, console)?;
    let named = areas(matches);
    let wanted: Vec<Area> =
        Area::ALL.into_iter().filter(|area| !area.is_offline() && (named.is_empty() || named.contains(area))).collect();
    let farm = &loaded.document.farm;
    let selection = Selection::new(&wanted, &[], &[])?.narrowed(parts(matches));
    let directory = logon::look(matches, farm, &selection, console)?;
    let folder = folder::request(matches, farm, wanted.contains(&Area::Folder), console)?;
    let (facts, errors) = probe::gather(&Request { farm, areas: &wanted, directory: &directory, folder: &folder });
    errors.iter().for_each(|error| console.error(error));
    if !wanted.iter().any(|area| holds(&facts, area)) {
        return Ok(Exit::Unfinished);
    }
    let facts = facts.to_json();
    match matches.get_one::<PathBuf>("out") {
        None => console.raw(report::harmless(&facts).as_bytes()),
        Some(path) => {
            file::write_whole(path, facts.as_bytes())?;
            console.say(&format!("{}: written", shown(&path.to_string_lossy())));
        }
    }
    Ok(if errors.is_empty() { Exit::Clean } else { Exit::Unfinished })
}

/// Whether the facts have a part about an area, or it needs none.
pub fn holds(facts: &Facts, area: &Area) -> bool {
    match area {
        Area::Page | Area::Farm => true,
        Area::Dns => facts.dns.is_some(),
        Area::Smtp => facts.smtp.is_some(),
        Area::Folder => facts.folder.is_some(),
        Area::Directory => facts.directory.is_some(),
    }
}
