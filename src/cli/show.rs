//! `show`: the page, in page order.

use super::console::Console;
use super::files;
use super::list::{json_argument, json_value, wants_json};
use crate::error::{Error, shown};
use crate::farm::{Access, Farm, Relevance, Section, Setting, Value};
use crate::report::Exit;
use anstyle::Style;
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
        let rows = Section::PAGE.into_iter().flat_map(Section::rows).map(|row| json_row(row, &farm));
        console.data(&format!("{:#}\n", serde_json::Value::Array(rows.collect())));
        return Ok(Exit::Clean);
    }
    let (bold, dim) = (Style::new().bold(), Style::new().dimmed());
    for section in Section::PAGE {
        let note = |why: Option<&str>| why.map(|why| format!("  {dim}(inactive: {why}){dim:#}")).unwrap_or_default();
        // A reason that all rows share is said once.
        let shared = shared_reason(section, &farm);
        console.data(&format!("{bold}{}{bold:#}{}\n", section.title(), note(shared)));
        for row in section.rows() {
            let value = page_value(row, &farm);
            let note = note(inactive(row, &farm).filter(|_| shared.is_none()));
            let ends_asking = row.label.ends_with(['?', ':']);
            let colon = if ends_asking { "" } else { ":" };
            console.data(&format!("  {}{colon} {}{note}\n", row.label, shown(&value)));
        }
    }
    Ok(Exit::Clean)
}

/// Why a row counts for nothing in the present mode, if it does.
fn inactive(row: &Setting, farm: &Farm) -> Option<&'static str> {
    match (row.relevance)(farm) {
        Relevance::Inactive(why) => Some(why),
        Relevance::Active => None,
    }
}

fn shared_reason(section: Section, farm: &Farm) -> Option<&'static str> {
    let mut reasons = section.rows().map(|row| inactive(row, farm));
    let first = reasons.next().flatten()?;
    reasons.all(|reason| reason == Some(first)).then_some(first)
}

fn json_row(row: &Setting, farm: &Farm) -> serde_json::Value {
    json!({
        "section": row.section.title(),
        "label": row.label,
        "key": row.key(),
        "value": json_value(read(row, farm).as_ref()),
        "inactive": inactive(row, farm),
    })
}

fn read(row: &Setting, farm: &Farm) -> Option<Value> {
    match row.access {
        Access::Farm(lens) => (lens.read)(farm),
        _ => None,
    }
}

/// A value in the page's words.
fn page_value(row: &Setting, farm: &Farm) -> String {
    match read(row, farm) {
        None => "not set".to_owned(),
        Some(Value::Flag(true)) => "Yes".to_owned(),
        Some(Value::Flag(false)) => "No".to_owned(),
        Some(Value::List(list)) if list.is_empty() => "none".to_owned(),
        Some(Value::List(list)) => list.join(", "),
        Some(value) => value.to_string(),
    }
}
