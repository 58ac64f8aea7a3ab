//! The command line: one file a command, one table of them.

mod change;
mod completions;
mod console;
mod diff;
mod entries;
mod explain;
mod files;
mod gather;
mod get;
mod init;
mod inspect;
mod judging;
mod list;
mod man;
mod metabase;
mod page;
mod path;
mod set;
mod show;
mod trace;
mod validate;
mod verify;
mod wizard;

use crate::error::{Error, Kind};
use crate::report::Exit;
use clap::{Arg, ArgAction, ArgMatches, Command};
use console::Console;
use std::ffi::OsString;

/// A command: how its arguments look, and what it does.
struct Entry {
    name: &'static str,
    build: fn() -> Command,
    run: fn(&ArgMatches, &Console) -> Result<Exit, Error>,
}

macro_rules! commands {
    ($($module:ident),+) => { &[$(Entry { name: stringify!($module), build: $module::command, run: $module::run }),+] };
}

/// Every command that is not one of the page's, in the order of the help.
const COMMANDS: &[Entry] = commands![
    show,
    init,
    wizard,
    get,
    set,
    list,
    diff,
    path,
    validate,
    verify,
    trace,
    gather,
    explain,
    inspect,
    completions,
    man
];

/// The whole command line.
pub fn command() -> Command {
    let commands = page::commands().into_iter().chain([set::unset_command()]).chain(entries::commands());
    let rest: Vec<Command> = COMMANDS.iter().map(|entry| (entry.build)()).collect();
    let order: Vec<Command> = in_order(commands.chain(rest).collect());
    Command::new("spinmail")
        .version(env!("CARGO_PKG_VERSION"))
        .about("SharePoint Server's incoming e-mail settings: kept in a file, validated, and verified against the real world")
        .long_about(
            "The page Configure Incoming E-Mail Settings of SharePoint's Central Administration as a command line: it keeps a \
             farm's settings in a file, says whether they can work, and looks at the real DNS to say whether they do.",
        )
        .after_help(
            "Examples:\n  \
             spinmail init --advanced                          write a commented farm.toml\n  \
             spinmail display-address sharepoint.fabrikam.com  change one field of the page\n  \
             spinmail validate                                 check the file alone\n  \
             spinmail verify dns                               check it against DNS\n  \
             spinmail explain dns-no-mx                        what a rule means, and how to mend it\n\n\
             Exit status: 0 clean, 1 findings, 2 usage or unreadable file, 3 undecided, 4 could not finish.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .max_term_width(110)
        .args(global_arguments())
        .subcommands(order)
}

/// The order of the help: the page, the farm file, checking, tools.
const ORDER: &[&str] = &[
    "show",
    "enable",
    "disable",
    "mode",
    "display-address",
    "drop-folder",
    "safe-servers",
    "dms",
    "init",
    "wizard",
    "get",
    "set",
    "unset",
    "list",
    "server",
    "web-application",
    "diff",
    "path",
    "validate",
    "verify",
    "trace",
    "gather",
    "explain",
    "inspect",
    "completions",
    "man",
];

fn in_order(mut commands: Vec<Command>) -> Vec<Command> {
    commands.sort_by_key(|command| ORDER.iter().position(|name| *name == command.get_name()));
    commands.into_iter().enumerate().map(|(at, command)| command.display_order(at)).collect()
}

fn global_arguments() -> impl Iterator<Item = Arg> {
    let arguments = [
        files::argument(),
        Arg::new("quiet")
            .long("quiet")
            .short('q')
            .global(true)
            .action(ArgAction::SetTrue)
            .help("Print only data and errors, no hints and other talk"),
        Arg::new("verbose")
            .long("verbose")
            .short('v')
            .global(true)
            .action(ArgAction::SetTrue)
            .conflicts_with("quiet")
            .help("Say more: what passed, what did not apply, what was accepted"),
        Arg::new("color")
            .long("color")
            .global(true)
            .value_name("WHEN")
            .value_parser(["auto", "always", "never"])
            .hide_possible_values(true)
            .help("Colour the output: auto (the default), always or never"),
    ];
    arguments.into_iter().map(|argument| argument.help_heading("Everywhere"))
}

/// Runs the program with its arguments and gives its exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return usage(&error),
    };
    match matches.get_one::<String>("color").map(String::as_str) {
        Some("always") => anstream::ColorChoice::Always.write_global(),
        Some("never") => anstream::ColorChoice::Never.write_global(),
        _ => {}
    }
    let console = Console::new(matches.get_flag("quiet"), matches.get_flag("verbose"));
    let exit = dispatch(&matches, &console).unwrap_or_else(|error| {
        console.error(&error);
        match error.kind {
            Kind::Usage => Exit::Usage,
            Kind::Unfinished => Exit::Unfinished,
        }
    });
    if console.has_failed() {
        console.error(&Error::unfinished("the output could not be written"));
        return Exit::Unfinished.code();
    }
    exit.code()
}

fn usage(error: &clap::Error) -> u8 {
    // Help and version are asked for; whatever else clap says is a usage error.
    if !console::print_usage(error) {
        return Exit::Unfinished.code();
    }
    if error.use_stderr() { Exit::Usage.code() } else { Exit::Clean.code() }
}

fn dispatch(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let Some((name, arguments)) = matches.subcommand() else {
        return Err(Error::usage("no command was given").hint("`spinmail --help` lists them"));
    };
    if let Some(entry) = COMMANDS.iter().find(|entry| entry.name == name) {
        return (entry.run)(arguments, console);
    }
    match name {
        "unset" => set::run_unset(arguments, console),
        "server" | "web-application" => entries::run(name, arguments, console),
        _ => page::run(name, arguments, console),
    }
}
