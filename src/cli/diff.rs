//! `diff`.

use super::console::Console;
use super::list::{json_argument, json_value, wants_json};
use super::{change, files};
use crate::error::Error;
use crate::farm::SettingValue;
use crate::farm::key::every_key;
use crate::report::Exit;
use crate::text::shown;
use clap::{Arg, ArgMatches, Command, ValueHint};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

pub fn command() -> Command {
    Command::new("diff")
        .about("Compare with another farm file, setting by setting; fail (1) where they differ")
        .after_help(
            "Examples:\n  spinmail diff staging.toml\n  spinmail diff --file production.toml \
             staging.toml --format json",
        )
        .arg(
            Arg::new("other")
                .value_name("OTHER")
                .required(true)
                .value_hint(ValueHint::FilePath)
                .value_parser(clap::value_parser!(PathBuf))
                .help("The other farm file"),
        )
        .arg(json_argument())
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let ours = files::load(matches, console)?;
    let path = matches
        .get_one::<PathBuf>("other")
        .cloned()
        .unwrap_or_default();
    let theirs = files::load_path(&path, console)?;
    // A rule may be accepted several times, for several subjects: each time counts by its place.
    let mut keys: Vec<(String, usize)> = Vec::new();
    let mut values: BTreeMap<(String, usize), [Option<SettingValue>; 2]> = BTreeMap::new();
    for (side, farm) in [&ours.document.farm, &theirs.document.farm]
        .into_iter()
        .enumerate()
    {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for (name, _, value) in every_key(farm) {
            let time = times.entry(name.clone()).or_default();
            let key = (name, *time);
            *time += 1;
            if !values.contains_key(&key) {
                keys.push(key.clone());
            }
            if let Some(slot) = values.entry(key).or_default().get_mut(side) {
                *slot = value;
            }
        }
    }
    let differing: Vec<(&String, &[Option<SettingValue>; 2])> = keys
        .iter()
        .filter_map(|key| Some((&key.0, values.get(key)?)))
        .filter(|(_, [one, two])| one != two)
        .collect();
    if wants_json(matches) {
        let rows = differing.iter().map(|(name, [one, two])| {
            json!({"key": name, "ours": json_value(one.as_ref()), "theirs": json_value(two.as_ref())})
        });
        console.data(&format!("{:#}\n", serde_json::Value::Array(rows.collect())));
    } else {
        for (name, [one, two]) in &differing {
            let line = format!(
                "{name}: {} → {}",
                change::show(one.as_ref()),
                change::show(two.as_ref())
            );
            console.data(&format!("{}\n", shown(&line)));
        }
    }
    if differing.is_empty() {
        console.say("no setting differs");
    }
    Ok(if differing.is_empty() {
        Exit::Clean
    } else {
        Exit::Findings
    })
}
