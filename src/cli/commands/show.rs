//! `show`.

use crate::cli::args::{FarmFileArgs, FormatArgs};
use crate::cli::console::Console;
use crate::cli::setting_values::value_json;
use crate::error::Error;
use crate::report::Exit;
use crate::term::page::{self, PageSection};
use serde_json::json;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Print the farm file's settings in the order of the page Configure Incoming E-Mail Settings",
    after_help = "Examples:\n  spinmail show\n  spinmail show --format json"
)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    farm_file: FarmFileArgs,
}

pub(crate) fn run(args: &ShowArgs, console: &Console) -> Result<Exit, Error> {
    let farm = args.farm_file.load(console)?.document.farm;
    if args.format.is_json() {
        let mail_hosts = page::mail_hosts(&farm);
        let sections = page::sections(&farm).into_iter().chain(mail_hosts);
        let rows = sections.flat_map(section_json).collect();
        console.write_stdout(&format!("{:#}\n", serde_json::Value::Array(rows)));
    } else {
        console.write_stdout(&page::text(&farm, &console.screen()));
    }
    Ok(Exit::Clean)
}

fn section_json(section: PageSection) -> impl Iterator<Item = serde_json::Value> {
    let title = section.title;
    section.fields.into_iter().map(move |field| {
        json!({
            "section": title,
            "label": field.setting.label,
            "key": field.key,
            "value": value_json(field.value.as_ref()),
            "inactive": field.inactive,
        })
    })
}
