//! The options about the SMTP service's settings.

use crate::error::Error;
use crate::farm::Farm;
use crate::farm::values::{FromText, ServerName};
use crate::probe::iis::MetabaseSource;
use crate::text::nearest;
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::path::PathBuf;

/// Adds them to a command that looks.
pub fn with_options(command: Command) -> Command {
    command.arg(
        Arg::new("metabase")
            .long("metabase")
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .value_parser(clap::value_parser!(PathBuf))
            .help("A copy of a server's MetaBase.xml; else this machine's own"),
    )
}

/// What they say.
///
/// # Errors
/// The server is none of the recorded ones.
pub fn look(matches: &ArgMatches, farm: &Farm) -> Result<MetabaseSource, Error> {
    let named = matches.get_one::<String>("server");
    let metabase = matches.get_one::<PathBuf>("metabase").cloned();
    // A copied file is of a server that the farm must know; what this machine is called is its own
    // matter.
    let server = match metabase {
        Some(_) => named.map(|named| recorded(named, farm)).transpose()?,
        None => named.map(|named| own_name(named)).transpose()?,
    };
    Ok(MetabaseSource { server, metabase })
}

/// A machine's name, recorded or not.
fn own_name(named: &str) -> Result<String, Error> {
    match ServerName::from_text(named) {
        Ok(_) => Ok(named.to_owned()),
        Err(fault) => Err(Error::usage(format!(
            "`{named}` is no server's name: {fault}"
        ))),
    }
}

/// The recorded server of that name.
fn recorded(named: &str, farm: &Farm) -> Result<String, Error> {
    let found = farm
        .servers
        .iter()
        .map(|server| server.name())
        .find(|name| name.eq_ignore_ascii_case(named));
    found.map(str::to_owned).ok_or_else(|| {
        let near = nearest(named, farm.servers.iter().map(|server| server.name()));
        Error::usage(format!("the farm file records no server `{named}`"))
            .did_you_mean(near.as_deref())
            .hint("`spinmail server list` lists them, `spinmail server add NAME` records one")
    })
}
