//! `man`: the manual pages.

use super::console::Console;
use crate::error::{Error, shown};
use crate::farm::file;
use crate::report::Exit;
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::path::PathBuf;

pub fn command() -> Command {
    Command::new("man")
        .about("Print the manual page, or write every command's page into a folder")
        .after_help("Examples:\n  spinmail man | man -l -\n  spinmail man /usr/local/share/man/man1")
        .arg(
            Arg::new("folder")
                .value_name("FOLDER")
                .value_hint(ValueHint::DirPath)
                .value_parser(clap::value_parser!(PathBuf))
                .help("A folder that is there"),
        )
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let pages = pages().map_err(|error| Error::unfinished(format!("cannot make the manual: {error}")))?;
    match matches.get_one::<PathBuf>("folder") {
        None => pages.iter().take(1).for_each(|(_, page)| console.raw(page)),
        Some(folder) => {
            for (name, page) in &pages {
                file::write_whole(&folder.join(name), page)?;
            }
            console.say(&format!("{}: {} pages written", shown(&folder.to_string_lossy()), pages.len()));
        }
    }
    Ok(Exit::Clean)
}

/// A file's name and what is in it.
type Page = (String, Vec<u8>);

/// Every page, the program's own first.
fn pages() -> std::io::Result<Vec<Page>> {
    let mut root = super::command().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    collect(&root, "spinmail", &mut pages)?;
    Ok(pages)
}

fn collect(command: &Command, name: &str, pages: &mut Vec<Page>) -> std::io::Result<()> {
    let mut page = Vec::new();
    // No date and no version of the day: the page changes only with the command line.
    clap_mangen::Man::new(command.clone().name(name.to_owned())).date("").render(&mut page)?;
    pages.push((format!("{name}.1"), page));
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        collect(sub, &format!("{name}-{}", sub.get_name()), pages)?;
    }
    Ok(())
}
