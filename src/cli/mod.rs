//! The command line: one file a command, one table of them.

mod areas;
mod change;
mod complete;
mod completions;
mod console;
mod diff;
mod entries;
mod explain;
mod files;
mod fleet;
mod folder;
mod gather;
mod get;
mod iis;
mod init;
mod inspect;
mod judging;
mod list;
mod logon;
mod looking;
mod man;
mod output;
mod page;
mod path;
mod progress;
mod recorded;
mod rights;
mod schema;
mod set;
mod show;
mod targets;
mod trace;
mod validate;
mod verify;
mod wizard;

use crate::error::{Error, ErrorClass};
use crate::report::Exit;
use crate::text::nearest;
use clap::error::{ContextKind, ContextValue, ErrorKind};
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

/// Every command that is not one of the page's or a table's.
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
    schema,
    completions,
    man
];

/// The version, the commit it was made of, and the target it was made for.
const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (",
    env!("SPINMAIL_COMMIT"),
    ", ",
    env!("SPINMAIL_TARGET"),
    ")"
);

/// The whole command line.
pub fn command() -> Command {
    with_commands(|_| true)
}

/// The command line; the commands that are not wanted have only their names.
fn with_commands(is_wanted: impl Fn(&str) -> bool) -> Command {
    let names = GROUPS
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
        .enumerate();
    let commands = names.map(|(at, name)| {
        let whole = if is_wanted(name) { build(name) } else { None };
        whole
            .unwrap_or_else(|| Command::new(name))
            .display_order(at)
    });
    Command::new("spinmail")
        .version(VERSION)
        .about(
            "SharePoint Server's incoming e-mail settings: kept in a file, validated, and \
             verified against the real world",
        )
        .long_about(
            "The page Configure Incoming E-Mail Settings of SharePoint's Central Administration \
             as a command line: it keeps a farm's settings in a file, says whether they can work, \
             and looks at the real DNS, mail servers, drop folders and directory to say whether \
             they do.",
        )
        .after_help(
            "Examples:\n  spinmail init --advanced                          # a commented \
             farm.toml\n  spinmail display-address sharepoint.fabrikam.com  # one field of the \
             page\n  spinmail validate                                 # the file alone\n  \
             spinmail verify dns                               # the file against DNS\n  spinmail \
             explain dns-no-mx                        # what a rule means\n\nExit status: 0 \
             clean, 1 findings, 2 usage or unreadable file, 3 undecided, 4 could not finish.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .max_term_width(WIDEST_HELP)
        .args(global_arguments())
        .subcommands(commands)
}

fn build(name: &str) -> Option<Command> {
    match COMMANDS.iter().find(|entry| entry.name == name) {
        Some(entry) => Some((entry.build)()),
        None if name == "unset" => Some(set::unset_command()),
        None => entries::command(name).or_else(|| page::command(name)),
    }
}

/// The commands as the help shows them: what they are about, and in which order.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "Page",
        &[
            "show",
            "enable",
            "disable",
            "mode",
            "display-address",
            "drop-folder",
            "safe-servers",
            "dms",
        ],
    ),
    (
        "Farm file",
        &[
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
        ],
    ),
    (
        "Checking",
        &[
            "validate", "verify", "trace", "gather", "explain", "inspect",
        ],
    ),
    ("Tools", &["schema", "completions", "man"]),
];

/// The help of the program itself: what clap would write, with the commands in their groups.
fn template(root: &Command) -> String {
    let commands: Vec<&Command> = root.get_subcommands().collect();
    let column = commands
        .iter()
        .map(|command| command.get_name().len())
        .max()
        .unwrap_or_default()
        + 4;
    let indent = " ".repeat(column);
    let line = |name: &&str| {
        let command = commands
            .iter()
            .find(|command| command.get_name() == *name)?;
        let about = command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default();
        let first = format!("  {name:<width$}", width = column - 2);
        let options = textwrap::Options::new(help_width().max(2 * column))
            .initial_indent(&first)
            .subsequent_indent(&indent)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        Some(textwrap::fill(&about, options) + "\n")
    };
    let groups = GROUPS.iter().map(|(title, names)| {
        format!(
            "{title}:\n{}\n",
            names.iter().filter_map(line).collect::<String>()
        )
    });
    let groups: String = groups.collect();
    format!(
        "{{about-with-newline}}\n{{usage-heading}} \
         {{usage}}\n\n{groups}Options:\n{{options}}{{after-help}}"
    )
}

/// The widest that help may be.
const WIDEST_HELP: usize = 110;

/// The width that clap writes help in.
fn help_width() -> usize {
    let said = || std::env::var("COLUMNS").ok()?.parse().ok();
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    terminal.or_else(said).unwrap_or(100).min(WIDEST_HELP)
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
    arguments
        .into_iter()
        .map(|argument| argument.help_heading("Everywhere"))
}

/// Runs the program with its arguments and gives its exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(exit) = complete::answer(&arguments) {
        return exit.code();
    }
    choose_colour(&arguments);
    let matches = match parsed(&arguments) {
        Ok(matches) => matches,
        Err(error) => return usage(&with_suggestion(error)),
    };
    let console = Console::new(matches.get_flag("quiet"), matches.get_flag("verbose"));
    let exit = dispatch(&matches, &console).unwrap_or_else(|error| {
        console.error(&error);
        exit_of(&[error])
    });
    if console.has_failed() {
        console.error(&Error::unfinished("the output could not be written"));
        return Exit::Unfinished.code();
    }
    exit.code()
}

/// What errors come to.
fn exit_of(errors: &[Error]) -> Exit {
    let exits = errors.iter().map(|error| match error.class {
        ErrorClass::Usage => Exit::Usage,
        ErrorClass::Unfinished => Exit::Unfinished,
    });
    exits.fold(Exit::Clean, Exit::worse)
}

/// Reads the arguments. To build every command takes longer than most commands do, so it is done
/// only where one is wrong or help is wanted: both speak of all commands.
fn parsed(arguments: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let is_named = |name: &str| arguments.iter().any(|word| word == name);
    match with_commands(is_named).try_get_matches_from(arguments) {
        Ok(matches) => return Ok(matches),
        Err(error) if error.kind() == ErrorKind::DisplayVersion => return Err(error),
        Err(_) => {}
    }
    let mut whole = command();
    // Whoever names a command does not get the program's own help.
    if !whole
        .get_subcommands()
        .any(|known| is_named(known.get_name()))
    {
        let template = template(&whole);
        whole = whole.help_template(template);
    }
    whole.try_get_matches_from(arguments)
}

/// A wrong word of a closed list with the right one, where the parser itself has none.
fn with_suggestion(mut error: clap::Error) -> clap::Error {
    if let (None, Some(ContextValue::String(typed)), Some(ContextValue::Strings(valid))) = (
        error.get(ContextKind::SuggestedValue),
        error.get(ContextKind::InvalidValue),
        error.get(ContextKind::ValidValue),
    ) && let Some(near) = nearest(typed, valid)
    {
        error.insert(ContextKind::SuggestedValue, ContextValue::String(near));
    }
    error
}

/// Does what `--color` says, before anything else is understood: it holds for what is said of a
/// wrong command line too.
fn choose_colour(arguments: &[OsString]) {
    let words = arguments
        .iter()
        .map(|word| word.to_string_lossy())
        .take_while(|word| word != "--");
    let words: Vec<_> = words.collect();
    let behind = words
        .iter()
        .zip(words.iter().skip(1))
        .filter(|(word, _)| *word == "--color")
        .map(|(_, next)| next.as_ref());
    let within = words
        .iter()
        .filter_map(|word| word.strip_prefix("--color="));
    match behind.chain(within).next() {
        Some("always") => anstream::ColorChoice::Always.write_global(),
        Some("never") => anstream::ColorChoice::Never.write_global(),
        _ => {}
    }
}

fn usage(error: &clap::Error) -> u8 {
    // Help and version are asked for; whatever else clap says is a usage error.
    if !console::print_usage(error) {
        return Exit::Unfinished.code();
    }
    if error.use_stderr() {
        Exit::Usage.code()
    } else {
        Exit::Clean.code()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_stands_in_one_group_and_can_be_built() {
        let grouped: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| names.iter().copied())
            .collect();
        for name in &grouped {
            assert_eq!(
                build(name)
                    .map(|command| command.get_name().to_owned())
                    .as_deref(),
                Some(*name)
            );
            assert_eq!(
                grouped.iter().filter(|other| *other == name).count(),
                1,
                "{name}"
            );
        }
        assert!(COMMANDS.iter().all(|entry| grouped.contains(&entry.name)));
    }
}
