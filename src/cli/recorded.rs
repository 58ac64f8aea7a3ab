//! `--facts`: recorded facts, merged where they are several files'.

use super::targets;
use crate::error::Error;
use crate::facts::Facts;
use crate::fs::read_text;
use clap::{Arg, ArgAction, ArgMatches, ValueHint};
use std::path::{Path, PathBuf};

/// `--facts FILE…`, with what it is for.
pub fn argument(help: &'static str) -> Arg {
    Arg::new("facts")
        .long("facts")
        .value_name("PATH")
        .num_args(1..)
        .action(ArgAction::Append)
        .value_hint(ValueHint::FilePath)
        .value_parser(clap::value_parser!(PathBuf))
        .help(help)
        .long_help(format!(
            "{help}. A folder means its *.json.\nOf several files the newest answer to each \
             question counts; where machines were told different things, each is judged and says \
             from where"
        ))
}

/// What stood behind an option with a list of files: the files, and the words that belong to the
/// command (an area, an address), since the list takes all that follows it. The first of a list is
/// always a file.
pub fn files_and_words(
    matches: &ArgMatches,
    option: &str,
    is_word: impl Fn(&str) -> bool,
) -> (Vec<PathBuf>, Vec<String>) {
    let (mut files, mut words) = (Vec::new(), Vec::new());
    let lists = matches
        .try_get_occurrences::<PathBuf>(option)
        .ok()
        .flatten();
    for list in lists.into_iter().flatten() {
        for (at, path) in list.enumerate() {
            match path.to_str().filter(|text| at > 0 && is_word(text)) {
                Some(word) => words.push(word.to_owned()),
                None => files.push(path.clone()),
            }
        }
    }
    (files, words)
}

/// The files that are meant by these, some of which may be folders.
pub fn paths(named: &[PathBuf]) -> Vec<PathBuf> {
    targets::expand(named, "json")
        .into_iter()
        .map(|(path, _)| path)
        .collect()
}

/// Reads the files and makes one of them; nothing where none is named. They must be of the farm of
/// this name.
pub fn load(named: &[PathBuf], farm: Option<&str>) -> Result<Option<Facts>, Error> {
    let name = |path: &Path| path.to_string_lossy().into_owned();
    let mut all = Vec::new();
    for (path, error) in targets::expand(named, "json") {
        error.map_or(Ok(()), Err)?;
        all.push((
            name(&path),
            Facts::from_json(&read_text(&path)?, &name(&path))?,
        ));
    }
    if all.is_empty() {
        return Ok(None);
    }
    let of_farm = all
        .iter()
        .find(|(_, facts)| facts.farm.is_some())
        .map(|(path, _)| path.clone())
        .unwrap_or_default();
    let facts = Facts::merge(all)?;
    match (&facts.farm, farm) {
        (Some(theirs), Some(ours)) if theirs != ours => Err(Error::usage(format!(
            "`{of_farm}` is of the farm `{theirs}`, the farm file of `{ours}`"
        ))),
        _ => Ok(Some(facts)),
    }
}
