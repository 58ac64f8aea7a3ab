//! `list`.

use crate::cli::args::{FarmFileArgs, FormatArgs};
use crate::cli::console::Console;
use crate::cli::setting_values::{value_json, value_text};
use crate::error::Error;
use crate::farm::file::Loaded;
use crate::farm::key::every_key;
use crate::report::Exit;
use crate::term::Screen;
use crate::text::shown;
use serde_json::json;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "List every setting with its value and its line in the farm file, or \"not set\"",
    after_help = "Examples:\n  spinmail list\n  spinmail list --format json"
)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    farm_file: FarmFileArgs,
}

pub(crate) fn run(args: &ListArgs, console: &Console) -> Result<Exit, Error> {
    let loaded = args.farm_file.load(console)?;
    if args.format.is_json() {
        console.write_stdout(&format!("{:#}\n", settings_json(&loaded)));
    } else {
        console.write_stdout(&settings_text(&loaded, &console.screen()));
    }
    Ok(Exit::Clean)
}

fn settings_json(loaded: &Loaded) -> serde_json::Value {
    let lines = &loaded.document.lines;
    let keys = every_key(&loaded.document.farm);
    let rows = keys.iter().map(|(name, _, value)| {
        json!({"key": name, "value": value_json(value.as_ref()), "line": lines.get(name)})
    });
    serde_json::Value::Array(rows.collect())
}

fn settings_text(loaded: &Loaded, screen: &Screen) -> String {
    let keys = every_key(&loaded.document.farm);
    let widths = keys.iter().map(|(name, ..)| name.chars().count());
    let width = widths.max().unwrap_or(0);
    let mut text = String::new();
    for (name, _, value) in &keys {
        let line = loaded.document.lines.get(name);
        let line = line.map_or_else(String::new, |line| format!("  (line {line})"));
        let value = value_text(value.as_ref());
        let value = format!("{}{line}", shown(&value));
        let name = shown(name);
        // If both do not fit next to each other, the value goes below.
        let fits = screen
            .width
            .is_none_or(|most| width + 2 + value.chars().count() <= most);
        if fits {
            text.push_str(&format!("{name:width$}  {value}\n"));
        } else {
            let below = screen.lines(&value, "    ", "    ").join("\n");
            text.push_str(&format!("{name}\n{below}\n"));
        }
    }
    text
}
