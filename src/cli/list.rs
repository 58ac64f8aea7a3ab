//! `list`.

use super::console::Console;
use super::{change, files};
use crate::error::Error;
use crate::farm::SettingValue;
use crate::farm::key::every_key;
use crate::report::Exit;
use crate::text::shown;
use clap::{ArgMatches, Command};
use serde_json::json;

pub fn command() -> Command {
    Command::new("list")
        .about("List every setting with its value and its line in the farm file, or \"not set\"")
        .after_help("Examples:\n  spinmail list\n  spinmail list --format json")
        .arg(json_argument())
}

/// `--format text|json` of the commands that print settings.
pub fn json_argument() -> clap::Arg {
    clap::Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(["text", "json"])
        .default_value("text")
        .help("How to print it")
}

pub fn wants_json(matches: &ArgMatches) -> bool {
    matches
        .get_one::<String>("format")
        .is_some_and(|format| format == "json")
}

/// A value as JSON has it.
pub fn json_value(value: Option<&SettingValue>) -> serde_json::Value {
    match value {
        None => serde_json::Value::Null,
        Some(SettingValue::Flag(flag)) => json!(flag),
        Some(SettingValue::Number(number)) => json!(number),
        Some(SettingValue::Text(text)) => json!(text),
        Some(SettingValue::List(list)) => json!(list),
        Some(SettingValue::Date(date)) => json!(date.to_string()),
    }
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let loaded = files::load(matches, console)?;
    let lines = &loaded.document.lines;
    let keys = every_key(&loaded.document.farm);
    if wants_json(matches) {
        let rows = keys
            .iter()
            .map(|(name, _, value)| json!({"key": name, "value": json_value(value.as_ref()), "line": lines.get(name)}));
        let list: Vec<serde_json::Value> = rows.collect();
        console.data(&format!("{:#}\n", serde_json::Value::Array(list)));
        return Ok(Exit::Clean);
    }
    let width = keys
        .iter()
        .map(|(name, ..)| name.chars().count())
        .max()
        .unwrap_or(0);
    let screen = console.screen();
    for (name, _, value) in &keys {
        let place = lines
            .get(name)
            .map(|line| format!("  (line {line})"))
            .unwrap_or_default();
        let (name, value) = (
            shown(name),
            format!("{}{place}", shown(&change::show(value.as_ref()))),
        );
        // Where both do not fit beside each other, the value stands below.
        let fits = screen
            .width
            .is_none_or(|most| width + 2 + value.chars().count() <= most);
        let below = || screen.lines(&value, "    ", "    ").join("\n");
        console.data(&if fits {
            format!("{name:width$}  {value}\n")
        } else {
            format!("{name}\n{}\n", below())
        });
    }
    Ok(Exit::Clean)
}
