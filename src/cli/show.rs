//! `show`: the page, in page order.

use super::console::Console;
use super::files;
use super::list::{json_argument, json_value, wants_json};
use crate::error::Error;
use crate::report::Exit;
use crate::term::page::{self, PageSection};
use clap::{ArgMatches, Command};
use serde_json::json;

pub fn command() -> Command {
    Command::new("show")
        .about("Show the page Configure Incoming E-Mail Settings as the farm file has it")
        .after_help("Examples:\n  spinmail show\n  spinmail show --format json")
        .arg(json_argument())
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let farm = files::load(matches, console)?.document.farm;
    if wants_json(matches) {
        let rows = page::sections(&farm)
            .iter()
            .flat_map(json_section)
            .collect();
        console.data(&format!("{:#}\n", serde_json::Value::Array(rows)));
        return Ok(Exit::Clean);
    }
    console.data(&page::text(&farm, &console.screen()));
    Ok(Exit::Clean)
}

fn json_section(section: &PageSection) -> impl Iterator<Item = serde_json::Value> {
    section.fields.iter().map(|field| {
        json!({
            "section": section.title,
            "label": field.setting.label,
            "key": field.setting.key(),
            "value": json_value(field.value.as_ref()),
            "inactive": field.inactive,
        })
    })
}
