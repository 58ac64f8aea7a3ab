//! `completions`: scripts for the shells.

use super::complete;
use super::console::Console;
use crate::error::Error;
use crate::report::Exit;
use clap::builder::EnumValueParser;
use clap::{Arg, ArgAction, ArgMatches, Command};
use clap_complete::Shell;

/// How each shell comes to use its script.
const INSTALL: [(Shell, &str); 5] = [
    (
        Shell::Bash,
        "echo 'source <(spinmail completions bash)' >> ~/.bashrc",
    ),
    (
        Shell::Zsh,
        "echo 'source <(spinmail completions zsh)' >> ~/.zshrc       (behind compinit)",
    ),
    (
        Shell::Fish,
        "spinmail completions fish > ~/.config/fish/completions/spinmail.fish",
    ),
    (
        Shell::PowerShell,
        "Add-Content $PROFILE 'spinmail completions powershell | Out-String | iex'",
    ),
    (
        Shell::Elvish,
        "echo 'eval (spinmail completions elvish | slurp)' >> ~/.config/elvish/rc.elv",
    ),
];

pub fn command() -> Command {
    let install = INSTALL
        .map(|(shell, how)| format!("  {shell:<11} {how}\n"))
        .concat();
    Command::new("completions")
        .about(
            "Print the script that lets a shell complete commands, settings, values, rules and \
             names",
        )
        .after_help(format!(
            "Examples:\n  spinmail completions bash\n  spinmail completions zsh --static > \
             _spinmail\n\nTo have it in every shell:\n{install}"
        ))
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(EnumValueParser::<Shell>::new())
                .help("The shell"),
        )
        .arg(
            Arg::new("static")
                .long("static")
                .action(ArgAction::SetTrue)
                .help("A script that knows commands and options alone, and never runs spinmail"),
        )
}

pub fn run(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let Some(shell) = matches.get_one::<Shell>("shell") else {
        return Err(Error::usage("name a shell"));
    };
    if matches.get_flag("static") {
        let mut script = Vec::new();
        clap_complete::generate(*shell, &mut super::command(), "spinmail", &mut script);
        console.raw(&script);
        return Ok(Exit::Clean);
    }
    let script = complete::script(&shell.to_string())
        .map_err(|error| Error::unfinished(format!("cannot make the script: {error}")))?;
    console.raw(script.as_bytes());
    let how = INSTALL
        .iter()
        .find(|(known, _)| known == shell)
        .map_or("", |(_, how)| how);
    // A shell that starts reads the script every time, and is not to be told.
    if console.is_seen() {
        console.say(&format!("\n# to have it in every shell:\n#   {how}"));
    }
    Ok(Exit::Clean)
}
