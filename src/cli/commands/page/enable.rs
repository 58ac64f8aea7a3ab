//! `enable`.

use super::{long_about, setting};
use crate::cli::args::{EditArgs, Edited, edit_help};
use crate::cli::console::Console;
use crate::cli::{edit, page_edit};
use crate::error::Error;
use crate::farm::SettingValue;
use crate::report::Exit;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Record in the farm file that sites on this server receive e-mail",
    long_about = long_about("Record in the farm file that sites on this server receive e-mail", "enabled"),
    after_help = edit_help("Examples:\n  spinmail enable\n  spinmail enable --dry-run", Edited::Page)
)]
pub(crate) struct EnableArgs {
    #[command(flatten)]
    edit: EditArgs,
}

pub(crate) fn run(args: &EnableArgs, console: &Console) -> Result<Exit, Error> {
    let change = page_edit::change_to(setting("enabled")?, SettingValue::Flag(true));
    edit::change_settings(&args.edit, console, &[change])
}
