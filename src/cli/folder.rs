//! What the commands that look at drop folders share: where one can be seen, and which lists there are.

use super::looking::WHERE;
use crate::error::{Error, shown};
use crate::facts::{Facts, ListAliases};
use crate::farm::file::read_bytes;
use crate::probe::folder::FolderRequest;
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::path::{Path, PathBuf};

/// Adds the options about the drop folder.
pub fn with_options(command: Command) -> Command {
    command
        .arg(
            Arg::new("folder")
                .long("folder")
                .value_name("PATH")
                .value_hint(ValueHint::DirPath)
                .value_parser(clap::value_parser!(PathBuf))
                .help_heading(WHERE)
                .help("Where the drop folder can be seen from here, such as a mounted share"),
        )
        .arg(aliases_argument().help_heading(WHERE))
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
/// The aliases cannot be read.
pub fn request(matches: &ArgMatches) -> Result<FolderRequest, Error> {
    Ok(FolderRequest {
        at: matches.get_one::<PathBuf>("folder").cloned(),
        server: matches.get_one::<String>("server").cloned(),
        aliases: aliases(matches)?,
    })
}

/// Recorded facts with the aliases that are known now.
pub fn with_aliases(mut facts: Facts, aliases: Option<ListAliases>) -> Facts {
    if let (Some(folder), Some(_)) = (&mut facts.folder, &aliases) {
        folder.aliases = aliases;
    }
    facts
}

/// The aliases that `--aliases` names.
///
/// # Errors
/// The file cannot be read, or a line of it is no alias.
pub fn aliases(matches: &ArgMatches) -> Result<Option<ListAliases>, Error> {
    matches.get_one::<PathBuf>("aliases").map(|path| read_aliases(path)).transpose()
}

fn read_aliases(path: &Path) -> Result<ListAliases, Error> {
    let name = path.to_string_lossy();
    // PowerShell writes UTF-16 with its mark.
    let bytes = read_bytes(path)?;
    let (text, _, has_errors) = encoding_rs::UTF_8.decode(&bytes);
    if has_errors {
        return Err(Error::usage(format!("`{}` is no text in UTF-8 or UTF-16", shown(&name))));
    }
    let aliases = ListAliases::read(&text, &name).map_err(|(line, why)| {
        Error::usage(format!("`{}`, line {line}: {why}", shown(&name)))
            .hint("a line holds one alias or address of a list; lines that begin with `#` do not count")
    })?;
    match aliases.names.is_empty() {
        true => Err(Error::usage(format!("`{}` names no alias", shown(&name)))),
        false => Ok(aliases),
    }
}
