//! `init`.

use super::console::Console;
use super::files;
use crate::error::Error;
use crate::farm::template::{Scenario, text};
use crate::fs;
use crate::report::Exit;
use crate::text::shown;
use clap::{Arg, ArgAction, ArgMatches, Command};

pub fn command() -> Command {
    let command = Command::new("init")
        .about("Write a new, commented farm file")
        .after_help(
            "Examples:\n  spinmail init\n  spinmail init --advanced --file farms/fabrikam.toml",
        )
        .arg(
            Arg::new("basic")
                .long("basic")
                .action(ArgAction::SetTrue)
                .help(
                    "Follow Microsoft's basic scenario: a single server, automatic mode, defaults",
                ),
        )
        .arg(
            Arg::new("advanced")
                .long("advanced")
                .action(ArgAction::SetTrue)
                .conflicts_with("basic")
                .help(
                    "Follow Microsoft's advanced scenario: drop folder and Directory Management \
                     Service",
                ),
        );
    super::change::with_options(command)
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let scenario = match (matches.get_flag("basic"), matches.get_flag("advanced")) {
        (true, _) => Scenario::Basic,
        (_, true) => Scenario::Advanced,
        _ => Scenario::Blank,
    };
    let (path, _) = files::chosen(matches);
    let text = text(scenario);
    if matches.get_flag("dry-run") {
        console.data(&text);
        return Ok(Exit::Clean);
    }
    let shown_path = path.to_string_lossy();
    if matches.get_flag("check") {
        let is_there = path.symlink_metadata().is_ok();
        console.say(&format!(
            "`{}` {}",
            shown(&shown_path),
            if is_there {
                "is there"
            } else {
                "would be written"
            }
        ));
        return Ok(if is_there {
            Exit::Clean
        } else {
            Exit::Findings
        });
    }
    fs::create_new(&path, &text)?;
    console.data(&format!("{}: written\n", shown(&shown_path)));
    console.say("put your farm's names in, then `spinmail validate`");
    Ok(Exit::Clean)
}
