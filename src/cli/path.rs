//! `path`.

use super::console::Console;
use super::files;
use crate::error::Error;
use crate::report::Exit;
use crate::text::shown;
use clap::{ArgMatches, Command};

pub fn command() -> Command {
    Command::new("path")
        .about("Print which farm file is meant")
        .after_help("Examples:\n  spinmail path\n  spinmail path --file farms/fabrikam.toml")
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let (path, by) = files::chosen(matches);
    console.data(&format!("{}\n", shown(&path.to_string_lossy())));
    let missing = if path.exists() {
        ""
    } else {
        "; it is not there yet"
    };
    console.say(&format!("named by {by}{missing}"));
    Ok(Exit::Clean)
}
