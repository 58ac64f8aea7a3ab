//! `help`.

use crate::cli::console::{self, Console};
use crate::error::Error;
use crate::report::Exit;
use crate::text::{nearest, shown};
use std::ffi::OsString;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Print the help of the program, or of a command",
    after_help = "Examples:\n  spinmail help verify\n  spinmail help inspect mail"
)]
pub(crate) struct HelpArgs {
    /// The command, such as `verify` or `inspect mail`
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

pub(crate) fn run(args: &HelpArgs, _: &Console, root: clap::Command) -> Result<Exit, Error> {
    require(&root, &args.command)?;
    let program = std::env::args_os().next().unwrap_or_default();
    let command = args.command.iter().map(OsString::from);
    let words = std::iter::once(program)
        .chain(command)
        .chain([OsString::from("--help")]);
    match root.try_get_matches_from(words) {
        Err(help) if console::print_usage(&help) => Ok(Exit::Clean),
        Err(_) => Ok(Exit::Unfinished),
        Ok(_) => Err(Error::unfinished("there is no help")),
    }
}

/// Refuses words that do not name a command.
fn require(root: &clap::Command, words: &[String]) -> Result<(), Error> {
    let mut command = root;
    for (at, word) in words.iter().enumerate() {
        let Some(found) = command.find_subcommand(word) else {
            return Err(unknown(command, words.get(..=at).unwrap_or(words)));
        };
        command = found;
    }
    Ok(())
}

/// Returns the error for words of which the last is not a subcommand of the others.
fn unknown(parent: &clap::Command, words: &[String]) -> Error {
    let names = parent.get_subcommands().map(clap::Command::get_name);
    let last = words.last().map_or("", String::as_str);
    Error::usage(format!("there is no command `{}`", shown(&words.join(" "))))
        .did_you_mean(nearest(last, names).as_deref())
        .hint("`spinmail help` lists the commands")
}
