//! The words for areas, which areas can be looked at from here, and which recorded facts hold.

use super::console::Console;
use super::recorded;
use crate::facts::Facts;
use crate::farm::Farm;
use crate::probe::{self, ProbeRequest, directory};
use crate::rules::{Area, Part, area_of_word, part_of_word};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgMatches};
use std::path::PathBuf;

/// `[AREA…]`.
pub fn argument(areas: &[Area]) -> Arg {
    let names = areas
        .iter()
        .map(|area| PossibleValue::new(area.name()).aliases(area.aliases()));
    let parts = Part::ALL
        .iter()
        .filter(|part| areas.contains(&part.area))
        .map(|part| PossibleValue::new(part.word));
    Arg::new("areas")
        .value_name("AREA")
        .num_args(0..)
        .value_parser(PossibleValuesParser::new(
            names.chain(parts).collect::<Vec<_>>(),
        ))
        .help("What to look at; else everything")
}

/// The areas that were named, and the files of facts.
pub fn named_and_facts(matches: &ArgMatches) -> (Vec<Area>, Vec<PathBuf>) {
    let (facts, _) = recorded::files_and_words(matches, "facts", is_area);
    (
        area_words(matches)
            .iter()
            .filter_map(|word| area_of_word(word))
            .collect(),
        facts,
    )
}

/// Whether a word stands for an area or a part of one.
pub fn is_area(word: &str) -> bool {
    area_of_word(word).is_some()
}

/// The words for areas and their parts, wherever they stand.
fn area_words(matches: &ArgMatches) -> Vec<String> {
    let named = matches
        .try_get_many::<String>("areas")
        .ok()
        .flatten()
        .into_iter()
        .flatten()
        .cloned();
    let behind =
        ["facts", "farms"].map(|option| recorded::files_and_words(matches, option, is_area).1);
    named.chain(behind.into_iter().flatten()).collect()
}

/// The parts of areas that were named, where their areas were not.
pub fn parts(matches: &ArgMatches) -> Vec<&'static Part> {
    let words = area_words(matches);
    let is_whole = |area: Area| {
        words
            .iter()
            .any(|word| part_of_word(word).is_none() && area_of_word(word) == Some(area))
    };
    let parts = words.iter().filter_map(|word| part_of_word(word));
    parts.filter(|part| !is_whole(part.area)).collect()
}

/// What is looked at when nothing is named: all that this machine can look at. The rest is said.
pub fn within_reach(request: &ProbeRequest<'_>, console: &Console) -> Vec<Area> {
    let (near, far): (Vec<_>, Vec<_>) = Area::ALL
        .map(|area| (area, probe::obstacle(area, request)))
        .into_iter()
        .partition(|(_, why)| why.is_none());
    for (area, why) in far {
        console.say(&format!(
            "{} is left out: {}",
            area.name(),
            why.unwrap_or_default()
        ));
    }
    near.into_iter().map(|(area, _)| area).collect()
}

/// Whether the facts have a part about an area, or it needs none.
pub fn holds(facts: &Facts, area: &Area) -> bool {
    match area {
        Area::Page | Area::Farm => true,
        Area::Dns => facts.dns.is_some(),
        Area::Smtp => facts.smtp.is_some(),
        Area::Iis => facts.iis.is_some(),
        Area::Folder => facts.folder.is_some(),
        Area::Directory => facts.directory.is_some(),
    }
}

/// The areas that facts hold something about, and those of which something could be expected and is
/// not there.
pub fn held_and_missed(facts: &Facts, farm: &Farm) -> (Vec<Area>, Vec<Area>) {
    let (held, other): (Vec<Area>, Vec<Area>) =
        Area::ALL.into_iter().partition(|area| holds(facts, area));
    // That nothing is there of what the farm has not is nothing to say.
    let is_missed = |area: &Area| match area {
        Area::Iis => farm.mail_servers().next().is_some(),
        Area::Folder => !farm.polled_folders().is_empty(),
        Area::Directory => directory::is_used(farm),
        _ => true,
    };
    (held, other.into_iter().filter(is_missed).collect())
}
