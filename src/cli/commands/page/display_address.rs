//! `display-address`.

use super::long_about;
use crate::cli::args::{EditArgs, Edited, SettingArgs, SettingGroup, edit_help, page_setting};
use crate::cli::console::Console;
use crate::cli::page_edit::edit_page;
use crate::error::Error;
use crate::farm::Setting;
use crate::report::Exit;

const ABOUT: &str =
    "Record the e-mail server display address in the farm file: the domain of the lists' addresses";

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = ABOUT,
    long_about = long_about(ABOUT, "display-address"),
    after_help = edit_help(
        "Examples:\n  spinmail display-address sharepoint.fabrikam.com\n  spinmail \
         display-address lists.fabrikam.com --dry-run",
        Edited::Page
    )
)]
pub(crate) struct DisplayAddressArgs {
    #[command(flatten)]
    settings: SettingArgs<DisplayAddressSettings>,
    #[command(flatten)]
    edit: EditArgs,
}

#[derive(Debug, Clone)]
struct DisplayAddressSettings;

impl SettingGroup for DisplayAddressSettings {
    fn argument() -> Option<&'static Setting> {
        page_setting("display-address")
    }
}

pub(crate) fn run(args: &DisplayAddressArgs, console: &Console) -> Result<Exit, Error> {
    edit_page(&args.settings, &args.edit, console)
}
