//! `dms`.

use super::long_about;
use crate::cli::args::{EditArgs, Edited, SettingArgs, SettingGroup, edit_help, page_setting};
use crate::cli::console::Console;
use crate::cli::page_edit::edit_page;
use crate::error::Error;
use crate::farm::Setting;
use crate::report::Exit;

const ABOUT: &str = "Record the settings of the Directory Management Service in the farm file";

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = ABOUT,
    long_about = long_about(ABOUT, "service"),
    after_help = edit_help(
        "Examples:\n  spinmail dms yes --container \"OU=SharePoint,DC=fabrikam,DC=com\" \
         --smtp-server sp1.fabrikam.com\n  spinmail dms yes --approve \"create,delete\" \
         --authenticated-users-only no\n\nA setting that is not given keeps its value.",
        Edited::Page
    )
)]
pub(crate) struct DmsArgs {
    #[command(flatten)]
    settings: SettingArgs<DmsSettings>,
    #[command(flatten)]
    edit: EditArgs,
}

#[derive(Debug, Clone)]
struct DmsSettings;

impl SettingGroup for DmsSettings {
    fn argument() -> Option<&'static Setting> {
        page_setting("service")
    }

    fn options() -> Vec<&'static Setting> {
        [
            "container",
            "url",
            "smtp-server",
            "authenticated-users-only",
            "distribution-groups",
            "approve",
        ]
        .into_iter()
        .filter_map(page_setting)
        .collect()
    }
}

pub(crate) fn run(args: &DmsArgs, console: &Console) -> Result<Exit, Error> {
    edit_page(&args.settings, &args.edit, console)
}
