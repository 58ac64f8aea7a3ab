//! What the commands that look at the SMTP service share: a copy of its metabase, and whose it is.

use super::console::Console;
use crate::error::{Error, shown};
use crate::facts::Facts;
use crate::farm::Farm;
use crate::farm::values::ServerName;
use crate::probe::iis::IisRequest;
use crate::rules::Area;
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::path::PathBuf;

/// Adds `--metabase` and `--server`.
pub fn with_options(command: Command) -> Command {
    let metabase = Arg::new("metabase")
        .long("metabase")
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .value_parser(clap::value_parser!(PathBuf))
        .help("A copy of a server's MetaBase.xml, in which the SMTP service keeps its settings");
    let server = Arg::new("server")
        .long("server")
        .value_name("NAME")
        .help("The recorded server that the file is of; without a file, the one that this machine is");
    command.arg(metabase).arg(server)
}

/// What the options say, for looking at these areas.
///
/// # Errors
/// The file is no metabase, whose it is is not clear, or no area that is looked at needs it.
pub fn request(matches: &ArgMatches, farm: &Farm, areas: &[Area]) -> Result<IisRequest, Error> {
    let server = matches.get_one::<String>("server").map(String::as_str);
    let file = matches.get_one::<PathBuf>("metabase");
    if file.is_some() && !areas.contains(&Area::Iis) {
        let error = Error::usage("`--metabase` is about the area iis, which is not asked for");
        return Err(error.hint("name `iis` (or `alias-domains`) among the areas, or none for all"));
    }
    IisRequest::new(farm, server, file.map(PathBuf::as_path))
}

/// Says when nothing was seen, or of a server whose SMTP service the farm does not count on.
pub fn say_what_was_seen(facts: &Facts, farm: &Farm, console: &Console) {
    let Some(iis) = &facts.iis else { return };
    if iis.servers.is_empty() {
        console.say(
            "nothing was seen of the SMTP service: run this on its server (`--server NAME` says which one it is, where its own \
             name does not), or name a copy of the server's MetaBase.xml with `--metabase FILE --server NAME`",
        );
    }
    for seen in &iis.servers {
        if !farm.mail_servers().any(|server| ServerName::same(server.name(), &seen.server)) {
            let name = shown(&seen.server);
            console.say(&format!(
                "`{name}` is not recorded as running SMTP, so nothing is judged of it; `spinmail set \
                 server.{name}.smtp-service yes` records that it does"
            ));
        }
    }
}
