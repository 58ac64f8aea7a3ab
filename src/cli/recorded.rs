//! `--facts`: recorded facts, merged where they are several files'.

use super::fleet;
use crate::error::Error;
use crate::facts::Facts;
use crate::farm::file::read_text;
use clap::{Arg, ArgAction, ArgMatches, ValueHint};
use std::path::{Path, PathBuf};

/// `--facts FILE…`, with what it is for.
pub fn argument(help: &'static str) -> Arg {
    Arg::new("facts")
        .long("facts")
        .value_name("FILE")
        .num_args(1..)
        .action(ArgAction::Append)
        .value_hint(ValueHint::FilePath)
        .value_parser(clap::value_parser!(PathBuf))
        .help(help)
        .long_help(format!(
            "{help}. A folder means its *.json.\nOf several files the newest answer to each question counts; where machines were told different things, \
             each is judged and says from where"
        ))
}

/// What stood behind `--facts`: the files, and the words that belong to the command (an area, an address).
pub fn files_and_words(matches: &ArgMatches, is_word: impl Fn(&str) -> bool) -> (Vec<PathBuf>, Vec<String>) {
    list_and_words(matches, "facts", is_word)
}

/// What stood behind an option that takes a list of files: it takes all that follows, also the words that belong to the
/// command. The first of a list is always a file.
pub fn list_and_words(
    matches: &ArgMatches,
    option: &str,
    is_word: impl Fn(&str) -> bool,
) -> (Vec<PathBuf>, Vec<String>) {
    let (mut files, mut words) = (Vec::new(), Vec::new());
    for list in matches.get_occurrences::<PathBuf>(option).into_iter().flatten() {
        for (at, path) in list.enumerate() {
            match path.to_str().filter(|text| at > 0 && is_word(text)) {
                Some(word) => words.push(word.to_owned()),
                None => files.push(path.clone()),
            }
        }
    }
    (files, words)
}

/// Reads the files and makes one of them; nothing where no file is named. They must be of the farm of this name.
pub fn load(files: &[PathBuf], farm: Option<&str>) -> Result<Option<Facts>, Error> {
    let name = |path: &Path| path.to_string_lossy().into_owned();
    let mut all = Vec::new();
    for (path, error) in fleet::expand(files, "json") {
        error.map_or(Ok(()), Err)?;
        all.push((name(&path), Facts::from_json(&read_text(&path)?, &name(&path))?));
    }
    if all.is_empty() {
        return Ok(None);
    }
    let of_farm = all.iter().find(|(_, facts)| facts.farm.is_some()).map(|(path, _)| path.clone()).unwrap_or_default();
    let facts = Facts::merge(all)?;
    match (&facts.farm, farm) {
        (Some(theirs), Some(ours)) if theirs != ours => {
            Err(Error::usage(format!("`{of_farm}` is of the farm `{theirs}`, the farm file of `{ours}`")))
        }
        _ => Ok(Some(facts)),
    }
}
