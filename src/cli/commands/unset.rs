//! `unset`.

use crate::cli::args::{EditArgs, Edited, KeyArgs, edit_help};
use crate::cli::console::Console;
use crate::cli::edit::change_settings;
use crate::cli::rows;
use crate::error::Error;
use crate::farm::Table;
use crate::farm::key::Key;
use crate::report::Exit;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Remove a setting from the farm file: it is then not recorded, which does not mean \"off\"",
    after_help = edit_help(
        "Examples:\n  spinmail unset safe-servers\n  spinmail unset \
         accept.page-alias-domain-needed   # the whole entry",
        Edited::Page
    )
)]
pub(crate) struct UnsetArgs {
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    edit: EditArgs,
}

pub(crate) fn run(args: &UnsetArgs, console: &Console) -> Result<Exit, Error> {
    match acceptance(&args.key.key) {
        Some(name) => rows::remove(Table::Accept, name, &args.edit, console),
        None => change_settings(&args.edit, console, &[(args.key.key()?, None)]),
    }
}

/// Returns the name of the acceptance if the key means a whole one, or `None` if the key is a
/// setting. `set` adds acceptances, so `unset` removes them; other rows have commands of their own.
fn acceptance(key: &str) -> Option<&str> {
    let name = key.strip_prefix("accept.")?;
    (!name.is_empty() && Key::from_text(key).is_err()).then_some(name)
}
