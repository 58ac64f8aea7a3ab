//! `diff`.

use crate::cli::args::{FarmFileArgs, FormatArgs, load_path};
use crate::cli::console::Console;
use crate::cli::setting_values::{value_json, value_text};
use crate::error::Error;
use crate::farm::key::every_key;
use crate::farm::{Farm, SettingValue};
use crate::fs::InputFile;
use crate::report::Exit;
use crate::text::shown;
use clap::ValueHint;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Compare the farm file with another, setting by setting; exit with 1 if they differ",
    after_help = "Examples:\n  spinmail diff staging.toml\n  spinmail diff --file production.toml \
                  staging.toml --format json"
)]
pub(crate) struct DiffArgs {
    /// The other farm file
    #[arg(value_name = "OTHER", value_hint = ValueHint::FilePath)]
    other: PathBuf,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    farm_file: FarmFileArgs,
}

pub(crate) fn run(args: &DiffArgs, console: &Console) -> Result<Exit, Error> {
    let ours = args.farm_file.load(console)?;
    let theirs = load_path(&InputFile::named(&args.other), console)?;
    let differences = differences(&ours.document.farm, &theirs.document.farm);
    if args.format.is_json() {
        let rows = differences.iter().map(Difference::json).collect();
        console.write_stdout(&format!("{:#}\n", serde_json::Value::Array(rows)));
    } else {
        for difference in &differences {
            console.write_stdout(&format!("{}\n", shown(&difference.text())));
        }
    }
    if differences.is_empty() {
        console.status("no setting differs");
        return Ok(Exit::Clean);
    }
    Ok(Exit::Findings)
}

/// A setting with two values.
struct Difference {
    name: String,
    ours: Option<SettingValue>,
    theirs: Option<SettingValue>,
}

impl Difference {
    fn json(&self) -> serde_json::Value {
        json!({
            "key": self.name,
            "ours": value_json(self.ours.as_ref()),
            "theirs": value_json(self.theirs.as_ref()),
        })
    }

    fn text(&self) -> String {
        format!(
            "{}: {} → {}",
            self.name,
            value_text(self.ours.as_ref()),
            value_text(self.theirs.as_ref())
        )
    }
}

/// A setting's dotted name, and how many settings with the same name precede it: a rule may be
/// accepted for several subjects.
type SettingKey = (String, usize);

/// Returns the differences, in the order of our settings, with settings that only the other file
/// has at the end.
fn differences(ours: &Farm, theirs: &Farm) -> Vec<Difference> {
    let mut their_values: BTreeMap<SettingKey, Option<SettingValue>> = BTreeMap::new();
    let mut their_order = Vec::new();
    for (place, value) in values_by_place(theirs) {
        their_order.push(place.clone());
        their_values.insert(place, value);
    }
    let mut all = Vec::new();
    for (place, value) in values_by_place(ours) {
        let their_value = their_values.remove(&place).flatten();
        all.push(Difference {
            name: place.0,
            ours: value,
            theirs: their_value,
        });
    }
    for place in their_order {
        if let Some(their_value) = their_values.remove(&place) {
            all.push(Difference {
                name: place.0,
                ours: None,
                theirs: their_value,
            });
        }
    }
    all.retain(|difference| difference.ours != difference.theirs);
    all
}

fn values_by_place(farm: &Farm) -> Vec<(SettingKey, Option<SettingValue>)> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut values = Vec::new();
    for (name, _, value) in every_key(farm) {
        let time = times.entry(name.clone()).or_default();
        values.push(((name, *time), value));
        *time += 1;
    }
    values
}
