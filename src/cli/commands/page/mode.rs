//! `mode`.

use super::long_about;
use crate::cli::args::{EditArgs, Edited, SettingArgs, SettingGroup, edit_help, page_setting};
use crate::cli::console::Console;
use crate::cli::page_edit::edit_page;
use crate::error::Error;
use crate::farm::Setting;
use crate::report::Exit;

const ABOUT: &str = "Record the settings mode in the farm file: automatic or advanced";

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = ABOUT,
    long_about = long_about(ABOUT, "mode"),
    after_help = edit_help(
        "Examples:\n  spinmail mode advanced --drop-folder \"C:\\inetpub\\mailroot\\drop\"\n  \
         spinmail mode automatic --dry-run\n\nA setting that is not given keeps its value.",
        Edited::Page
    )
)]
pub(crate) struct ModeArgs {
    #[command(flatten)]
    settings: SettingArgs<ModeSettings>,
    #[command(flatten)]
    edit: EditArgs,
}

#[derive(Debug, Clone)]
struct ModeSettings;

impl SettingGroup for ModeSettings {
    fn argument() -> Option<&'static Setting> {
        page_setting("mode")
    }

    fn options() -> Vec<&'static Setting> {
        page_setting("drop-folder").into_iter().collect()
    }
}

pub(crate) fn run(args: &ModeArgs, console: &Console) -> Result<Exit, Error> {
    edit_page(&args.settings, &args.edit, console)
}
