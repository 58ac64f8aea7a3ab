//! `disable`.

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
    about = "Stop receiving e-mail; everything else stays as it is",
    after_help = "Examples:\n  spinmail disable\n  spinmail disable --check\n\nWhat is not given keeps its value."
)]
pub(crate) struct DisableArgs {
    #[command(flatten)]
    edit: EditArgs,
}

pub(crate) fn run(args: &DisableArgs, console: &Console) -> Result<Exit, Error> {
    let change = page_edit::change_to(setting("enabled")?, SettingValue::Flag(false));
    edit::change_settings(&args.edit, console, &[change])
}
