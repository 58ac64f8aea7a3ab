//! The command line: the table of all commands, the help of the program itself, and parsing.

use super::args::{FarmFileArgs, GlobalArgs};
use super::commands::table::{self, TableArgs};
use super::commands::{
    completions, diff, explain, gather, get, help, init, inspect, list, man, page, path, schema,
    set, show, trace, unset, validate, verify, wizard,
};
use super::console::Console;
use super::output;
use crate::error::Error;
use crate::report::Exit;
use crate::text::nearest;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Args, Command, CommandFactory, FromArgMatches};
use std::ffi::OsString;

/// The version, the commit it was built from, and the target it was built for.
const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (",
    env!("SPINMAIL_COMMIT"),
    ", ",
    env!("SPINMAIL_TARGET"),
    ")"
);

/// The program itself.
#[derive(Debug, clap::Parser)]
#[command(
    name = "spinmail",
    version = VERSION,
    about = "Check a SharePoint farm's incoming e-mail: keep its settings in a file, and compare \
             them with the real servers",
    long_about = "Check a SharePoint farm's incoming e-mail. The settings of the page Configure \
                  Incoming E-Mail Settings are kept in a farm file. spinmail says whether they \
                  can work, asks DNS, mail servers, drop folders and Active Directory whether \
                  they do, and prints what to fix. It writes files only: it changes no setting \
                  of SharePoint or of another server, and sends no mail.",
    after_help = "Examples:\n  spinmail init --advanced                          # a new \
                  farm.toml\n  spinmail display-address sharepoint.fabrikam.com  # one field of \
                  the page\n  spinmail validate                                 # the file \
                  alone\n  spinmail verify dns                               # the file against \
                  DNS\n  spinmail explain dns-no-mx                        # what a rule \
                  means\n\nExit status: 0 clean, 1 findings, 2 usage or unreadable file, 3 \
                  undecided, 4 could not finish.",
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = MAX_HELP_WIDTH
)]
struct Program {
    #[command(flatten)]
    farm_file: FarmFileArgs,
    #[command(flatten)]
    global: GlobalArgs,
}

/// A command with its arguments, ready to run.
pub(crate) type Action = Box<dyn FnOnce(&Console) -> Result<Exit, Error>>;

/// A row of the table of commands.
struct CommandRow {
    name: &'static str,
    /// Adds its arguments and its help.
    declare: fn(Command) -> Command,
    /// Turns what clap has parsed into typed arguments, and binds them to the command.
    bind: fn(&ArgMatches) -> Result<Action, clap::Error>,
}

/// A row of the table: the command's name, its arguments, and the function that runs it. A command
/// whose row says so also gets the whole command line.
macro_rules! row {
    ($name:literal, $args:ty, $run:path $(, $root:path)?) => {
        CommandRow {
            name: $name,
            declare: <$args as Args>::augment_args,
            bind: |matches| {
                let args = <$args as FromArgMatches>::from_arg_matches(matches)?;
                Ok(Box::new(move |console| $run(&args, console $(, $root())?)))
            },
        }
    };
}

/// Commands under one title of the program's help.
struct Group {
    title: &'static str,
    rows: &'static [CommandRow],
}

/// Every command, in the groups and the order of the help.
const GROUPS: &[Group] = &[
    Group {
        title: "Page",
        rows: &[
            row!("show", show::ShowArgs, show::run),
            row!("enable", page::enable::EnableArgs, page::enable::run),
            row!("disable", page::disable::DisableArgs, page::disable::run),
            row!("mode", page::mode::ModeArgs, page::mode::run),
            row!(
                "display-address",
                page::display_address::DisplayAddressArgs,
                page::display_address::run
            ),
            row!(
                "drop-folder",
                page::drop_folder::DropFolderArgs,
                page::drop_folder::run
            ),
            row!(
                "safe-servers",
                page::safe_servers::SafeServersArgs,
                page::safe_servers::run
            ),
            row!("dms", page::dms::DmsArgs, page::dms::run),
        ],
    },
    Group {
        title: "Farm file",
        rows: &[
            row!("init", init::InitArgs, init::run),
            row!("wizard", wizard::WizardArgs, wizard::run),
            row!("get", get::GetArgs, get::run),
            row!("set", set::SetArgs, set::run),
            row!("unset", unset::UnsetArgs, unset::run),
            row!("list", list::ListArgs, list::run),
            row!("server", TableArgs<table::Servers>, table::run),
            row!(
                "web-application",
                TableArgs<table::WebApplications>,
                table::run
            ),
            row!("mail-host", TableArgs<table::MailHosts>, table::run),
            row!("diff", diff::DiffArgs, diff::run),
            row!("path", path::PathArgs, path::run),
        ],
    },
    Group {
        title: "Checking",
        rows: &[
            row!("validate", validate::ValidateArgs, validate::run),
            row!("verify", verify::VerifyArgs, verify::run),
            row!("trace", trace::TraceArgs, trace::run),
            row!("gather", gather::GatherArgs, gather::run),
            row!("explain", explain::ExplainArgs, explain::run),
            row!("inspect", inspect::InspectArgs, inspect::run),
        ],
    },
    Group {
        title: "Tools",
        rows: &[
            row!("schema", schema::SchemaArgs, schema::run),
            row!(
                "completions",
                completions::CompletionsArgs,
                completions::run,
                command
            ),
            row!("man", man::ManArgs, man::run, command),
            row!("help", help::HelpArgs, help::run, command),
        ],
    },
];

fn rows() -> impl Iterator<Item = &'static CommandRow> {
    GROUPS.iter().flat_map(|group| group.rows)
}

/// Returns the whole command line.
pub fn command() -> Command {
    let whole = declare(|_| true);
    let template = help_template(&whole);
    whole.help_template(template)
}

/// Returns the command line. Only the wanted commands have arguments and help.
fn declare(is_wanted: impl Fn(&str) -> bool) -> Command {
    let commands = rows().enumerate().map(|(at, row)| {
        let command = Command::new(row.name);
        let command = if is_wanted(row.name) {
            (row.declare)(command)
        } else {
            command
        };
        command.display_order(at)
    });
    Program::command().subcommands(commands)
}

/// Returns the template of the program's help: clap's own, with the commands in groups.
fn help_template(root: &Command) -> String {
    let widths = rows().map(|row| row.name.len());
    let indent = widths.max().unwrap_or_default() + 4;
    let mut groups = String::new();
    for group in GROUPS {
        groups.push_str(&format!("{}:\n", group.title));
        for row in group.rows {
            groups.push_str(&help_line(root, row.name, indent));
        }
        groups.push('\n');
    }
    format!(
        "{{about-with-newline}}\n{{usage-heading}} \
         {{usage}}\n\n{groups}Options:\n{{options}}{{after-help}}"
    )
}

/// Returns a command and its purpose as the program's help shows them.
fn help_line(root: &Command, name: &str, indent: usize) -> String {
    let about = root.find_subcommand(name).and_then(Command::get_about);
    let about = about.map(ToString::to_string).unwrap_or_default();
    let first = format!("  {name:<width$}", width = indent - 2);
    let rest = " ".repeat(indent);
    let options = textwrap::Options::new(help_width().max(2 * indent))
        .initial_indent(&first)
        .subsequent_indent(&rest)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(&about, options) + "\n"
}

/// The greatest width of help, in columns.
const MAX_HELP_WIDTH: usize = 110;

/// Returns the width in which clap writes help.
fn help_width() -> usize {
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    terminal
        .or_else(columns_variable)
        .unwrap_or(100)
        .min(MAX_HELP_WIDTH)
}

fn columns_variable() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}

/// A parsed command line.
pub(crate) struct Invocation {
    pub(crate) global: GlobalArgs,
    pub(crate) action: Action,
}

/// Parses the arguments, the program's own name first.
///
/// # Errors
/// They are wrong, or ask for help or for the version.
pub(crate) fn parse(arguments: &[OsString]) -> Result<Invocation, clap::Error> {
    let (declared, matches) = matches(arguments).map_err(with_suggestion)?;
    let Some((name, own)) = matches.subcommand() else {
        return Err(command().error(ErrorKind::MissingSubcommand, "no command was given"));
    };
    let Some(row) = rows().find(|row| row.name == name) else {
        return Err(command().error(ErrorKind::InvalidSubcommand, "there is no such command"));
    };
    let action = (row.bind)(own)?;
    let named = output::note_named(&declared, &matches);
    Ok(Invocation {
        global: Program::from_arg_matches(&matches)?.global,
        action: Box::new(move |console| {
            named?;
            action(console)
        }),
    })
}

/// Lets clap parse the arguments, and returns the declared command line. Declaring every command
/// takes longer than most commands run, so all are declared only if the arguments are wrong or ask
/// for help: both show all commands.
fn matches(arguments: &[OsString]) -> Result<(Command, ArgMatches), clap::Error> {
    let mut declared = declare(|name| arguments.iter().any(|word| word == name));
    let matches = match declared.try_get_matches_from_mut(arguments) {
        Err(error) if error.kind() != ErrorKind::DisplayVersion => {
            declared = command();
            declared.try_get_matches_from_mut(arguments)
        }
        parsed => parsed,
    };
    Ok((declared, matches?))
}

/// Adds the word of a closed list that was probably meant, if clap has no suggestion.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_name_of_its_own_and_a_purpose() {
        let root = command();
        for row in rows() {
            let same = rows().filter(|other| other.name == row.name);
            assert_eq!(same.count(), 1, "{}", row.name);
            let about = root.find_subcommand(row.name).and_then(Command::get_about);
            assert!(about.is_some(), "{}", row.name);
        }
    }

    #[test]
    fn the_whole_command_line_is_consistent() {
        command().debug_assert();
    }
}
