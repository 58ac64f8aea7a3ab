//! `drop-folder`.

use super::long_about;
use crate::cli::args::{EditArgs, Edited, SettingArgs, SettingGroup, edit_help, page_setting};
use crate::cli::console::Console;
use crate::cli::page_edit::edit_page;
use crate::error::Error;
use crate::farm::Setting;
use crate::report::Exit;

const ABOUT: &str =
    "Record the e-mail drop folder in the farm file: where SharePoint takes mail from";

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = ABOUT,
    long_about = long_about(ABOUT, "drop-folder"),
    after_help = edit_help(
        "Examples:\n  spinmail drop-folder \"C:\\inetpub\\mailroot\\drop\"\n  spinmail \
         drop-folder '\\\\fs1.fabrikam.com\\drop' --dry-run",
        Edited::Page
    )
)]
pub(crate) struct DropFolderArgs {
    #[command(flatten)]
    settings: SettingArgs<DropFolderSettings>,
    #[command(flatten)]
    edit: EditArgs,
}

#[derive(Debug, Clone)]
struct DropFolderSettings;

impl SettingGroup for DropFolderSettings {
    fn argument() -> Option<&'static Setting> {
        page_setting("drop-folder")
    }
}

pub(crate) fn run(args: &DropFolderArgs, console: &Console) -> Result<Exit, Error> {
    edit_page(&args.settings, &args.edit, console)
}
