//! `enable`.

use super::setting;
use crate::cli::args::EditArgs;
use crate::cli::console::Console;
use crate::cli::{edit, page_edit};
use crate::error::Error;
use crate::farm::SettingValue;
use crate::report::Exit;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Enable sites on this server to receive e-mail",
    after_help = "Examples:\n  spinmail enable\n  spinmail enable --dry-run\n\nWhat is not given keeps its value."
)]
pub(crate) struct EnableArgs {
    #[command(flatten)]
    edit: EditArgs,
}

pub(crate) fn run(args: &EnableArgs, console: &Console) -> Result<Exit, Error> {
    let change = page_edit::change_to(setting("enabled")?, SettingValue::Flag(true));
    edit::change_settings(&args.edit, console, &[change])
}
