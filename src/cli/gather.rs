//! `gather`: look, and record what is seen.

use super::console::Console;
use super::{files, metabase};
use crate::error::{Error, shown};
use crate::facts::Facts;
use crate::farm::file;
use crate::probe::{self, Request};
use crate::report::Exit;
use crate::rules::{Area, area_of_word};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::path::PathBuf;

pub fn command() -> Command {
    let areas: Vec<Area> = Area::ALL.into_iter().filter(|area| !area.is_offline()).collect();
    let command = Command::new("gather")
        .about("Look at the real world and record what is seen, to be judged here or elsewhere")
        .after_help(
            "Examples:\n  spinmail gather dns --out facts.json\n  spinmail gather | ssh judge spinmail verify --facts /dev/stdin\n  \
             spinmail gather iis --out sp1.json\n  \
             spinmail gather iis --metabase MetaBase.xml --server sp1.fabrikam.com --out sp1.json\n\n\
             What the SMTP service is set to (iis) is seen on its own server: run it there. Elsewhere, copy the server's\n\
             %SystemRoot%\\System32\\inetsrv\\MetaBase.xml and name the copy with --metabase. A copy does not tell whether the\n\
             service runs, nor what lies in its folders.",
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
    metabase::with_options(command)
}

/// `[AREA…]`.
pub fn area_argument(areas: &[Area]) -> Arg {
    let names = areas.iter().map(|area| PossibleValue::new(area.name()).aliases(area.aliases()));
    Arg::new("areas")
        .value_name("AREA")
        .num_args(0..)
        .value_parser(PossibleValuesParser::new(names.collect::<Vec<_>>()))
        .help("What to look at; else everything")
}

/// The areas that were named.
pub fn areas(matches: &ArgMatches) -> Vec<Area> {
    let words = matches.get_many::<String>("areas").into_iter().flatten();
    words.filter_map(|word| area_of_word(word)).collect()
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let loaded = files::load(matches, console)?;
    let named = areas(matches);
    let wanted: Vec<Area> =
        Area::ALL.into_iter().filter(|area| !area.is_offline() && (named.is_empty() || named.contains(area))).collect();
    let farm = &loaded.document.farm;
    let iis = metabase::request(matches, farm, &wanted)?;
    let (mut facts, errors) = probe::gather(&Request { farm, areas: &wanted, iis: &iis });
    errors.iter().for_each(|error| console.error(error));
    metabase::say_what_was_seen(&facts, farm, console);
    // Asked for everything, what cannot be seen from here is left out.
    facts.iis = facts.iis.filter(|iis| !named.is_empty() || !iis.servers.is_empty());
    if !wanted.iter().any(|area| holds(&facts, area)) {
        return Ok(Exit::Unfinished);
    }
    let facts = facts.to_json();
    match matches.get_one::<PathBuf>("out") {
        None => console.raw(facts.as_bytes()),
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
        Area::Iis => facts.iis.is_some(),
    }
}
