//! The page's sections as commands, made from `SETTINGS`.

use super::change::{self, Change};
use super::console::Console;
use crate::error::Error;
use crate::farm::key::{Key, Owner};
use crate::farm::{Farm, Relevance, SETTINGS, Section, Setting, SettingKind, SettingValue};
use crate::report::Exit;
use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// A command for one section, or a part of one.
struct PageCommand {
    name: &'static str,
    about: &'static str,
    examples: [&'static str; 2],
    /// The setting that the command gives its one argument.
    argument: Option<&'static str>,
    /// The setting that the command gives this value.
    fixed: Option<(&'static str, bool)>,
    /// Settings that options of the same name give values.
    options: &'static [&'static str],
}

const PAGE: &[PageCommand] = &[
    PageCommand {
        name: "enable",
        about: "Enable sites on this server to receive e-mail",
        examples: ["spinmail enable", "spinmail enable --dry-run"],
        argument: None,
        fixed: Some(("enabled", true)),
        options: &[],
    },
    PageCommand {
        name: "disable",
        about: "Stop receiving e-mail; everything else stays as it is",
        examples: ["spinmail disable", "spinmail disable --check"],
        argument: None,
        fixed: Some(("enabled", false)),
        options: &[],
    },
    PageCommand {
        name: "mode",
        about: "Choose the settings mode",
        examples: [
            r"spinmail mode advanced --drop-folder 'C:\inetpub\mailroot\drop'",
            "spinmail mode automatic --dry-run",
        ],
        argument: Some("mode"),
        fixed: None,
        options: &["drop-folder"],
    },
    PageCommand {
        name: "display-address",
        about: "Set the domain of the addresses that lists show",
        examples: [
            "spinmail display-address sharepoint.fabrikam.com",
            "spinmail display-address lists.fabrikam.com --dry-run",
        ],
        argument: Some("display-address"),
        fixed: None,
        options: &[],
    },
    PageCommand {
        name: "drop-folder",
        about: "Set the folder that mail is taken from",
        examples: [
            r"spinmail drop-folder 'C:\inetpub\mailroot\drop'",
            r"spinmail drop-folder '\\fs1.fabrikam.com\drop' --dry-run",
        ],
        argument: Some("drop-folder"),
        fixed: None,
        options: &[],
    },
    PageCommand {
        name: "dms",
        about: "Set up the Directory Management Service",
        examples: [
            "spinmail dms yes --container OU=SharePoint,DC=fabrikam,DC=com --smtp-server \
             sp1.fabrikam.com",
            "spinmail dms yes --approve create,delete --authenticated-users-only no",
        ],
        argument: Some("service"),
        fixed: None,
        options: &[
            "container",
            "url",
            "smtp-server",
            "authenticated-users-only",
            "distribution-groups",
            "approve",
        ],
    },
];

/// A row of the page by its key's last part.
fn row(name: &str) -> Option<&'static Setting> {
    SETTINGS
        .iter()
        .find(|row| row.section != Section::OffPage && row.name == name)
}

/// The command of that name, if it is one of the page's.
pub fn command(name: &str) -> Option<Command> {
    let safe_servers = || (name == "safe-servers").then(safe_servers_command);
    PAGE.iter()
        .find(|page| page.name == name)
        .map(section_command)
        .or_else(safe_servers)
}

fn section_command(page: &PageCommand) -> Command {
    let mut command = Command::new(page.name)
        .about(page.about)
        .after_help(format!(
            "Examples:\n  {}\n\nWhat is not given keeps its value.",
            page.examples.join("\n  ")
        ));
    if let Some(setting) = page.argument.and_then(row) {
        let argument = value_argument(setting).required(true);
        command = command
            .long_about(format!(
                "{}.\n\n{}: {}",
                page.about, setting.label, setting.help
            ))
            .arg(argument);
    }
    command = command.next_help_heading("Settings");
    for setting in page.options.iter().filter_map(|name| row(name)) {
        command = command.arg(value_argument(setting).long(setting.name));
    }
    change::with_options(command)
}

/// An argument for a setting's value, with the page's label and help.
pub fn value_argument(setting: &'static Setting) -> Arg {
    let argument =
        Arg::new(setting.name).help(format!("{} {}", sentence(setting.label), setting.help));
    let words = |words: &'static [crate::farm::values::Word]| {
        words
            .iter()
            .map(|word| PossibleValue::new(word.word).help(word.meaning))
            .collect::<Vec<_>>()
    };
    match setting.kind {
        SettingKind::Flag => argument
            .value_name("YES|NO")
            .value_parser(["yes", "no"])
            .hide_possible_values(true),
        SettingKind::Word(list) => {
            let name = list
                .iter()
                .map(|word| word.word.to_uppercase())
                .collect::<Vec<_>>()
                .join("|");
            let name = if list.len() > 3 {
                "WORD".to_owned()
            } else {
                name
            };
            argument
                .value_name(name)
                .value_parser(words(list))
                .hide_possible_values(list.len() <= 3)
        }
        SettingKind::Words(list) => {
            let mut all = words(list);
            all.push(PossibleValue::new("none").help("nothing needs approval"));
            argument
                .value_name("LIST")
                .value_delimiter(',')
                .action(ArgAction::Append)
                .value_parser(all)
        }
        _ => argument.value_name(
            setting
                .name
                .rsplit('-')
                .next()
                .unwrap_or("VALUE")
                .to_uppercase(),
        ),
    }
}

fn sentence(label: &str) -> String {
    if label.ends_with(['?', '.']) {
        label.to_owned()
    } else {
        format!("{label}.")
    }
}

/// The value that an argument gives its setting.
pub fn given_value(
    setting: &'static Setting,
    matches: &ArgMatches,
) -> Result<Option<SettingValue>, Error> {
    let Some(words) = matches.get_many::<String>(setting.name) else {
        return Ok(None);
    };
    let words: Vec<String> = words.cloned().collect();
    let key = Key {
        setting,
        owner: Owner::Farm,
    };
    let value = setting
        .kind
        .value_of_words(&words)
        .map_err(|fault| change::value_error(&key, &fault))?;
    Ok(Some(value))
}

pub fn run(name: &str, matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    if name == "safe-servers" {
        return run_safe_servers(matches, console);
    }
    let Some(page) = PAGE.iter().find(|page| page.name == name) else {
        return Err(Error::usage(format!("there is no command `{name}`")));
    };
    let mut changes: Vec<Change> = Vec::new();
    let key = |setting| Key {
        setting,
        owner: Owner::Farm,
    };
    if let Some((setting, value)) = page
        .fixed
        .and_then(|(name, value)| Some((row(name)?, value)))
    {
        changes.push((key(setting), Some(SettingValue::Flag(value))));
    }
    let rows = page
        .argument
        .iter()
        .chain(page.options)
        .filter_map(|name| row(name));
    for setting in rows {
        if let Some(value) = given_value(setting, matches)? {
            changes.push((key(setting), Some(value)));
        }
    }
    change::edit_file(matches, console, |text, document| {
        refuse_hidden(page, &changes, &document.farm)?;
        change::apply(text, document, &changes)
    })
}

/// Refuses an option that the page would not show beside the choice made.
fn refuse_hidden(page: &PageCommand, changes: &[Change], farm: &Farm) -> Result<(), Error> {
    let mut farm = farm.clone();
    for (key, value) in changes {
        // What is wrong with a value is said when it is applied.
        let _ = key.write(&mut farm, value.as_ref());
    }
    // An option may be set up before incoming e-mail is enabled.
    farm.incoming.enabled = Some(true);
    for (key, _) in changes
        .iter()
        .filter(|(key, _)| page.options.contains(&key.setting.name))
    {
        if let Relevance::Inactive(why) = (key.setting.relevance)(&farm) {
            return Err(Error::usage(format!(
                "`--{}` does not go with this: {why}",
                key.setting.name
            ))
            .hint(format!(
                "`spinmail set {} VALUE` records it all the same",
                key.setting.key()
            ))
            .hint("nothing was changed"));
        }
    }
    Ok(())
}

// --- Safe E-Mail Servers

fn safe_servers_command() -> Command {
    let entries = || {
        Arg::new("entry")
            .value_name("ENTRY")
            .required(true)
            .num_args(1..)
            .help("An address, a subnet (198.51.100.0/24) or a host name")
    };
    let part = |name: &'static str, about: &'static str, examples: [&str; 2]| {
        let examples = examples
            .map(|words| format!("\n  spinmail safe-servers {name}{words}"))
            .concat();
        Command::new(name)
            .about(about)
            .after_help(format!("Examples:{examples}"))
    };
    let label = row("safe-servers").map_or("", |row| row.help);
    Command::new("safe-servers")
        .about("Choose the servers that mail is accepted from (automatic mode)")
        .long_about(format!(
            "Choose the servers that mail is accepted from.\n\n{label} Enforced in automatic mode \
             only."
        ))
        .after_help(
            "Examples:\n  spinmail safe-servers all\n  spinmail safe-servers only 192.0.2.5 \
             198.51.100.0/24\n  spinmail safe-servers add relay.fabrikam.com",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(
            [
                part(
                    "all",
                    "Accept mail from all e-mail servers",
                    ["", " --dry-run"],
                ),
                part(
                    "only",
                    "Accept mail from these servers only",
                    [
                        " 192.0.2.5 198.51.100.0/24",
                        " relay.fabrikam.com --dry-run",
                    ],
                )
                .arg(entries()),
                part(
                    "add",
                    "Add servers to the list",
                    [" relay.fabrikam.com", " 198.51.100.0/24 --dry-run"],
                )
                .arg(entries()),
                part(
                    "remove",
                    "Take servers off the list",
                    [" 192.0.2.5", " 192.0.2.5 192.0.2.6 --dry-run"],
                )
                .arg(entries()),
            ]
            .map(change::with_options),
        )
}

fn run_safe_servers(matches: &ArgMatches, console: &Console) -> Result<Exit, Error> {
    let Some((action, arguments)) = matches.subcommand() else {
        return Err(Error::usage("say `all`, `only`, `add` or `remove`"));
    };
    let Some(setting) = row("safe-servers") else {
        return Err(Error::usage("there is no such setting"));
    };
    let given: Vec<String> = match action {
        "all" => Vec::new(),
        _ => arguments
            .get_many::<String>("entry")
            .into_iter()
            .flatten()
            .cloned()
            .collect(),
    };
    change::edit_file(arguments, console, |text, document| {
        let key = Key {
            setting,
            owner: Owner::Farm,
        };
        let old = key.read(&document.farm).map_err(change::key_error)?;
        let value = new_list(action, old.as_ref(), &given)?;
        change::apply(text, document, &[(key, Some(value))])
    })
}

fn new_list(
    action: &str,
    old: Option<&SettingValue>,
    given: &[String],
) -> Result<SettingValue, Error> {
    let same = |one: &str, two: &str| one.eq_ignore_ascii_case(two);
    match (action, old) {
        ("all", _) => Ok(SettingValue::Text("all".to_owned())),
        (_, _) if given.iter().any(|entry| same(entry, "all")) => {
            Err(Error::usage("`all` is no entry of a list")
                .hint("`spinmail safe-servers all` accepts mail from all servers"))
        }
        ("only", _) => Ok(SettingValue::List(given.to_vec())),
        (_, Some(SettingValue::Text(_))) => Err(Error::usage(
            "mail is accepted from all servers, so there is no list to change",
        )
        .hint("`spinmail safe-servers only ENTRY…` starts one")),
        ("add", old) => {
            let mut list = match old {
                Some(SettingValue::List(list)) => list.clone(),
                _ => Vec::new(),
            };
            for entry in given {
                if !list.iter().any(|known| same(known, entry)) {
                    list.push(entry.clone());
                }
            }
            Ok(SettingValue::List(list))
        }
        (_, Some(SettingValue::List(list))) => {
            if let Some(unknown) = given
                .iter()
                .find(|entry| !list.iter().any(|known| same(known, entry)))
            {
                return Err(Error::usage(format!("`{unknown}` is not on the list"))
                    .did_you_mean(crate::text::nearest(unknown, list).as_deref())
                    .hint("nothing was changed"));
            }
            let kept = list
                .iter()
                .filter(|known| !given.iter().any(|entry| same(known, entry)));
            Ok(SettingValue::List(kept.cloned().collect()))
        }
        _ => Err(Error::usage("no safe servers are listed")),
    }
}
