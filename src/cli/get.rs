//! `get`.

use super::console::Console;
use super::{change, files, set};
use crate::error::Error;
use crate::farm::SettingValue;
use crate::report::Exit;
use crate::text::shown;
use clap::{ArgMatches, Command};

pub fn command() -> Command {
    Command::new("get")
        .about(
            "Print a setting's bare value, a list's entries line by line; fail (1) where it is \
             not set",
        )
        .after_help(
            "Examples:\n  spinmail get display-address\n  spinmail get \
             server.sp1.fabrikam.com.role",
        )
        .arg(set::key_argument())
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let key = set::key_of(matches)?;
    let loaded = files::load(matches, console)?;
    match key.read(&loaded.document.farm).map_err(change::key_error)? {
        None => {
            console.say(&format!("`{}` is not set", shown(&change::full_name(&key))));
            Ok(Exit::Findings)
        }
        Some(SettingValue::List(list)) => {
            list.iter()
                .for_each(|entry| console.data(&format!("{}\n", shown(entry))));
            Ok(Exit::Clean)
        }
        Some(value) => {
            console.data(&format!("{}\n", shown(&value.to_string())));
            Ok(Exit::Clean)
        }
    }
}
