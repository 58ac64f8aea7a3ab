//! `set`.

use crate::cli::args::{EditArgs, Edited, KeyArgs, edit_help};
use crate::cli::console::Console;
use crate::cli::edit::change_settings;
use crate::cli::setting_errors::value_error;
use crate::error::Error;
use crate::report::Exit;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Set a setting in the farm file",
    after_help = edit_help(
        "Examples:\n  spinmail set display-address sharepoint.fabrikam.com\n  spinmail set \
         server.sp1.fabrikam.com.role application\n  spinmail set safe-servers 192.0.2.5 \
         198.51.100.0/24\n  spinmail set accept.page-drop-folder-remote.reason \"rights \
         are granted by name\"\n  spinmail set \
         accept.dns-ipv6-silent/sp1.fabrikam.com.reason \"not before spring\"",
        Edited::Page
    )
)]
pub(crate) struct SetArgs {
    #[command(flatten)]
    key: KeyArgs,
    /// The value, or several for a list
    #[arg(value_name = "VALUE", required = true)]
    value: Vec<String>,
    #[command(flatten)]
    edit: EditArgs,
}

pub(crate) fn run(args: &SetArgs, console: &Console) -> Result<Exit, Error> {
    let key = args.key.key()?;
    let value = key
        .setting
        .kind
        .value_of_words(&args.value)
        .map_err(|fault| value_error(&key, &fault))?;
    change_settings(&args.edit, console, &[(key, Some(value))])
}
