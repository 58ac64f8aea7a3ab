//! How the commands that look are told where and as whom.

use super::console::Console;
use super::{folder, iis, logon};
use crate::error::Error;
use crate::farm::Farm;
use crate::probe::{self, ProbeOptions};
use crate::rules::{Area, Selection};
use clap::{Arg, ArgMatches, Command};

/// Adds the options.
pub fn with_options(command: Command) -> Command {
    let server = Arg::new("server")
        .long("server")
        .value_name("NAME")
        .help("The recorded server that is looked at; else this machine");
    let command = iis::with_options(command.next_help_heading("Where to look")).arg(server);
    folder::with_options(command).next_help_heading(None)
}

/// What the options say of places. As whom the directory or a share's server is asked is another
/// matter, which may need a password: [`log_on`].
///
/// # Errors
/// They name a server or a folder that is not the farm's, or not clearly.
pub fn looks(matches: &ArgMatches, farm: &Farm, named: &[Area]) -> Result<ProbeOptions, Error> {
    let mut looks = ProbeOptions {
        iis: iis::look(matches, farm)?,
        folder: folder::request(matches, farm)?,
        ..ProbeOptions::default()
    };
    let checked = probe::folder::check(farm, &looks.folder);
    if named.contains(&Area::Folder)
        || looks.folder.mounted_at.is_some()
        || looks.folder.descriptor.is_some()
    {
        checked?;
    } else if checked.is_err() {
        // The server is named for something else.
        looks.folder.server = None;
    }
    Ok(looks)
}

/// Adds as whom to look at what the selection reaches.
///
/// # Errors
/// An account cannot be used, or its password cannot be had.
pub fn log_on(
    looks: &mut ProbeOptions,
    matches: &ArgMatches,
    farm: &Farm,
    selection: &Selection,
    console: &Console,
) -> Result<(), Error> {
    if selection.reaches(Area::Directory) {
        looks.directory = logon::look(matches, farm, selection, Some(console))?;
    }
    if selection.reaches(Area::Folder) {
        folder::log_on(&mut looks.folder, matches, farm, console)?;
    }
    Ok(())
}
