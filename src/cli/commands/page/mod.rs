//! The page's sections as commands: one file for each section, or a part of one.

pub(crate) mod disable;
pub(crate) mod display_address;
pub(crate) mod dms;
pub(crate) mod drop_folder;
pub(crate) mod enable;
pub(crate) mod mode;
pub(crate) mod safe_servers;

use crate::cli::args::page_setting;
use crate::error::Error;
use crate::farm::Setting;

/// Returns the long help of a command: its purpose, then the page's text about the setting.
fn long_about(about: &str, name: &str) -> String {
    let (label, help) = page_setting(name).map_or(("", ""), |row| (row.label, row.help));
    format!("{about}.\n\nOn the page: \"{label}\". {help}")
}

/// Returns the setting of the page that a command changes.
fn setting(name: &str) -> Result<&'static Setting, Error> {
    page_setting(name).ok_or_else(|| Error::usage(format!("there is no setting `{name}`")))
}
