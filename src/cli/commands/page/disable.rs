//! `disable`.

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
    about = "Record in the farm file that no site receives e-mail; the other settings stay",
    long_about = long_about("Record in the farm file that no site receives e-mail; the other settings stay", "enabled"),
    after_help = edit_help("Examples:\n  spinmail disable\n  spinmail disable --check", Edited::Page)
)]
pub(crate) struct DisableArgs {
    #[command(flatten)]
    edit: EditArgs,
}

pub(crate) fn run(args: &DisableArgs, console: &Console) -> Result<Exit, Error> {
    let change = page_edit::change_to(setting("enabled")?, SettingValue::Flag(false));
    edit::change_settings(&args.edit, console, &[change])
}
