//! What the commands that look at drop folders share: where one can be seen, and which lists there
//! are.

use super::console::Console;
use super::rights;
use crate::error::Error;
use crate::facts::{Facts, ListAliases};
use crate::farm::Farm;
use crate::fs::read_bytes;
use crate::probe::folder::{self, FolderOptions};
use crate::probe::rights::{add_known_accounts, unknown_accounts};
use crate::text::shown;
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::path::{Path, PathBuf};

/// Adds the options about the drop folder.
pub fn with_options(command: Command) -> Command {
    let command = command
        .arg(
            Arg::new("folder")
                .long("folder")
                .value_name("PATH")
                .value_hint(ValueHint::DirPath)
                .value_parser(clap::value_parser!(PathBuf))
                .help("Where the drop folder can be seen from here, such as a mounted share"),
        )
        .arg(aliases_argument());
    rights::with_options(command)
}

/// `--aliases`.
pub fn aliases_argument() -> Arg {
    Arg::new("aliases")
        .long("aliases")
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .value_parser(clap::value_parser!(PathBuf))
        .help("The aliases of all lists that take mail: an alias or an address in a line")
}

/// What the options say.
///
/// # Errors
/// The aliases, or what is known of rights, cannot be read.
pub fn request(matches: &ArgMatches, farm: &Farm) -> Result<FolderOptions, Error> {
    let path = matches.get_one::<String>("path").cloned();
    let polled = farm.polled_folders();
    let only = match polled.as_slice() {
        [only] => Some(only.text),
        _ => None,
    };
    Ok(FolderOptions {
        descriptor: rights::saved(matches, path.as_deref().or(only))?,
        acl: rights::ask(matches)?,
        mounted_at: matches.get_one::<PathBuf>("folder").cloned(),
        path,
        server: matches.get_one::<String>("server").cloned(),
        aliases: aliases(matches)?,
    })
}

/// Adds who asks the servers of shares, which may need a password, where one is to be asked.
///
/// # Errors
/// The account or its password cannot be had.
pub fn log_on(
    request: &mut FolderOptions,
    matches: &ArgMatches,
    farm: &Farm,
    console: &Console,
) -> Result<(), Error> {
    if folder::is_on_share(farm, request) {
        request.acl.logon = rights::smb_logon(matches, console)?;
    }
    Ok(())
}

/// Says which tokens are for nobody, such as those with a name that was mistyped.
pub fn note_strangers(request: &FolderOptions, farm: &Farm, console: &Console) {
    for name in unknown_accounts(farm, &request.acl) {
        let name = shown(name);
        console.say(&format!(
            "note: `--token` names `{name}`, which is no account of the farm file's as it is \
             written there"
        ));
    }
}

/// Recorded facts with the aliases and accounts that are known now.
pub fn with_known(mut facts: Facts, farm: &Farm, request: &FolderOptions) -> Facts {
    if let Some(folder) = &mut facts.folder {
        folder.aliases = request.aliases.clone().or(folder.aliases.take());
        add_known_accounts(farm, folder, &request.acl);
    }
    facts
}

/// The aliases that `--aliases` names.
///
/// # Errors
/// The file cannot be read, or a line of it is no alias.
pub fn aliases(matches: &ArgMatches) -> Result<Option<ListAliases>, Error> {
    matches
        .get_one::<PathBuf>("aliases")
        .map(|path| read_aliases(path))
        .transpose()
}

fn read_aliases(path: &Path) -> Result<ListAliases, Error> {
    let name = path.to_string_lossy();
    // PowerShell writes UTF-16 with its mark.
    let bytes = read_bytes(path)?;
    let (text, _, has_errors) = encoding_rs::UTF_8.decode(&bytes);
    if has_errors {
        return Err(Error::usage(format!(
            "`{}` is no text in UTF-8 or UTF-16",
            shown(&name)
        )));
    }
    let aliases = ListAliases::read(&text, &name).map_err(|(line, why)| {
        Error::usage(format!("`{}`, line {line}: {why}", shown(&name))).hint(
            "a line holds one alias or address of a list; lines that begin with `#` do not count",
        )
    })?;
    match aliases.names.is_empty() {
        true => Err(Error::usage(format!("`{}` names no alias", shown(&name)))),
        false => Ok(aliases),
    }
}
