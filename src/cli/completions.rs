//! `completions`: scripts for the shells.

use super::console::Console;
use crate::error::Error;
use crate::report::Exit;
use clap::builder::EnumValueParser;
use clap::{Arg, ArgMatches, Command};
use clap_complete::Shell;

pub fn command() -> Command {
    Command::new("completions")
        .about("Print a shell's completion script")
        .after_help(
            "Examples:\n  spinmail completions bash > /etc/bash_completion.d/spinmail\n  \
             spinmail completions powershell | Out-String | Invoke-Expression",
        )
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(EnumValueParser::<Shell>::new())
                .help("The shell"),
        )
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let Some(shell) = matches.get_one::<Shell>("shell") else { return Err(Error::usage("name a shell")) };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut super::command(), "spinmail", &mut script);
    console.raw(&script);
    Ok(Exit::Clean)
}
