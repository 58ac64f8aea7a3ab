//! `set` and `unset`.

use super::console::Console;
use super::{change, entries};
use crate::error::Error;
use crate::farm::Table;
use crate::farm::key::Key;
use crate::report::Exit;
use clap::{Arg, ArgMatches, Command};

/// The KEY argument, whose values completion knows.
pub fn key_argument() -> Arg {
    Arg::new("key").value_name("KEY").required(true).help(
        "A setting's dotted name, such as incoming-email.mode; its last part alone where that is \
         unique",
    )
}

pub fn command() -> Command {
    let command = Command::new("set")
        .about("Give a setting a value")
        .after_help(
            "Examples:\n  spinmail set display-address sharepoint.fabrikam.com\n  spinmail set \
             server.sp1.fabrikam.com.role application\n  spinmail set safe-servers 192.0.2.5 \
             198.51.100.0/24\n  spinmail set accept.page-drop-folder-remote.reason 'rights are \
             granted by name'\n  spinmail set accept.dns-ipv6-silent/sp1.fabrikam.com.reason 'not \
             before spring'",
        )
        .arg(key_argument())
        .arg(
            Arg::new("value")
                .value_name("VALUE")
                .required(true)
                .num_args(1..)
                .help("Its value; several for a list"),
        );
    change::with_options(command)
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let key = key_of(matches)?;
    let words: Vec<String> = matches
        .get_many("value")
        .into_iter()
        .flatten()
        .cloned()
        .collect();
    let value = key
        .setting
        .kind
        .value_of_words(&words)
        .map_err(|fault| change::value_error(&key, &fault))?;
    change::settings(matches, console, &[(key, Some(value))])
}

pub fn unset_command() -> Command {
    let command = Command::new("unset")
        .about("Take a setting out of the farm file, which means: leave it as it is")
        .after_help(
            "Examples:\n  spinmail unset safe-servers\n  spinmail unset \
             accept.page-alias-domain-needed   # the whole entry",
        )
        .arg(key_argument());
    change::with_options(command)
}

pub fn run_unset(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let text = matches.get_one::<String>("key").map_or("", String::as_str);
    // Acceptances come with `set`, so they go with `unset`; the other entries have commands of
    // their own.
    let is_entry = |name: &&str| !name.is_empty() && Key::from_text(text).is_err();
    if let Some(name) = text.strip_prefix("accept.").filter(is_entry) {
        return entries::remove(Table::Accept, name, matches, console);
    }
    change::settings(matches, console, &[(key_of(matches)?, None)])
}

/// The setting that the KEY argument names.
pub fn key_of(matches: &ArgMatches) -> Result<Key, Error> {
    let text = matches.get_one::<String>("key").map_or("", String::as_str);
    Key::from_text(text).map_err(change::key_error)
}
