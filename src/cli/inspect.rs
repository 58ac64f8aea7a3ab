//! `inspect`: reads one foreign thing and says what it means. One file a thing, one table of them.

mod container;
mod descriptor;
mod mail;
mod metabase;
mod relay_list;

use super::console::Console;
use crate::error::Error;
use crate::report::Exit;
use clap::{ArgMatches, Command};

/// Something that can be inspected: how its arguments look, and what is done.
struct Thing {
    build: fn() -> Command,
    run: fn(&ArgMatches, &Console) -> Result<Exit, Error>,
}

macro_rules! things {
    ($($module:ident),+ $(,)?) => { &[$(Thing { build: $module::command, run: $module::run }),+] };
}

/// In the order of the help.
const THINGS: &[Thing] = things![metabase, relay_list, descriptor, mail, container];

pub fn command() -> Command {
    Command::new("inspect")
        .about("Read one foreign thing and say what it means")
        .after_help(
            "Examples:\n  spinmail inspect metabase MetaBase.xml\n  spinmail inspect relay-list \
             --absent",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(THINGS.iter().map(|thing| (thing.build)()))
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let Some((name, arguments)) = matches.subcommand() else {
        return Err(
            Error::usage("say what to inspect").hint("`spinmail inspect --help` lists what can be")
        );
    };
    match THINGS
        .iter()
        .find(|thing| (thing.build)().get_name() == name)
    {
        Some(thing) => (thing.run)(arguments, console),
        None => Err(Error::usage(format!("`{name}` cannot be inspected"))),
    }
}
