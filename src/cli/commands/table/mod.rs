//! `server`, `web-application` and `mail-host`: one command for each repeated table of the farm
//! file.

mod mail_host;
mod server;
mod web_application;

pub(crate) use mail_host::MailHosts;
pub(crate) use server::Servers;
pub(crate) use web_application::WebApplications;

use crate::cli::args::{EditArgs, Edited, SettingArgs, SettingGroup, edit_help};
use crate::cli::console::Console;
use crate::cli::rows::{self, ListRowsArgs, NewRow, unnamed_settings};
use crate::error::Error;
use crate::farm::{Setting, SettingValue, Table};
use crate::report::Exit;
use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};
use std::fmt::Debug;
use std::marker::PhantomData;

/// Settings of a row, and their values.
type Values = Vec<(&'static Setting, SettingValue)>;

/// A repeated table that has a command.
pub(crate) trait RowCommand: Debug + Clone + Send + Sync + 'static {
    const TABLE: Table;
    const TEXTS: Texts;

    /// Adds settings that the name of a new row implies.
    fn add_implied(_name: &str, _values: &mut Values) {}

    /// Returns a note about a new row, or `None`.
    fn note(_name: &str, _values: &Values) -> Option<String> {
        None
    }
}

/// The help of a table's command.
pub(crate) struct Texts {
    about: &'static str,
    after_help: &'static str,
    /// The help of the argument of `add` and `set`.
    name: &'static str,
    /// The help of the argument of `remove`.
    removed_name: &'static str,
    add: ActionTexts,
    /// `None` if the table has no such action: `spinmail set` changes its rows.
    set: Option<ActionTexts>,
    remove: ActionTexts,
    list: ActionTexts,
}

/// The help of an action.
struct ActionTexts {
    about: &'static str,
    after_help: &'static str,
}

impl ActionTexts {
    /// Declares the action.
    fn declare<A: Args>(&self, name: &'static str) -> Command {
        A::augment_args(Command::new(name))
            .about(self.about)
            .after_help(self.after_help)
    }

    /// Declares an action that changes the farm file.
    fn declare_edit<A: Args>(&self, name: &'static str) -> Command {
        self.declare::<A>(name)
            .after_help(edit_help(self.after_help, Edited::Record))
    }
}

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = T::TEXTS.about,
    after_help = edit_help(T::TEXTS.after_help, Edited::Record)
)]
pub(crate) struct TableArgs<T: RowCommand> {
    #[command(subcommand)]
    action: Action<T>,
}

/// The action on the rows.
#[derive(Debug)]
enum Action<T: RowCommand> {
    Add(RowArgs<T>),
    Set(RowArgs<T>),
    Remove(RemoveArgs<T>),
    List(ListRowsArgs),
}

/// Not derived: the texts are the table's, and not every table has all actions.
impl<T: RowCommand> Subcommand for Action<T> {
    fn augment_subcommands(command: Command) -> Command {
        let texts = T::TEXTS;
        let set = texts.set.map(|set| set.declare_edit::<RowArgs<T>>("set"));
        command
            .subcommand(texts.add.declare_edit::<RowArgs<T>>("add"))
            .subcommands(set)
            .subcommand(texts.remove.declare_edit::<RemoveArgs<T>>("remove"))
            .subcommand(texts.list.declare::<ListRowsArgs>("list"))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        match name {
            "add" | "remove" | "list" => true,
            "set" => T::TEXTS.set.is_some(),
            _ => false,
        }
    }
}

impl<T: RowCommand> FromArgMatches for Action<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        match matches.subcommand() {
            Some(("add", given)) => RowArgs::from_arg_matches(given).map(Self::Add),
            Some(("set", given)) => RowArgs::from_arg_matches(given).map(Self::Set),
            Some(("remove", given)) => RemoveArgs::from_arg_matches(given).map(Self::Remove),
            Some(("list", given)) => ListRowsArgs::from_arg_matches(given).map(Self::List),
            _ => Err(clap::Error::new(clap::error::ErrorKind::MissingSubcommand)),
        }
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct RowArgs<T: RowCommand> {
    #[arg(value_name = "NAME", help = T::TEXTS.name)]
    entry: String,
    #[command(flatten)]
    settings: SettingArgs<RowSettings<T>>,
    #[command(flatten)]
    edit: EditArgs,
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct RemoveArgs<T: RowCommand> {
    #[arg(value_name = "NAME", help = T::TEXTS.removed_name)]
    entry: String,
    #[command(flatten)]
    edit: EditArgs,
    #[arg(skip)]
    table: PhantomData<T>,
}

/// The settings of a row, except its name.
#[derive(Debug, Clone)]
struct RowSettings<T>(PhantomData<T>);

impl<T: RowCommand> SettingGroup for RowSettings<T> {
    fn options() -> Vec<&'static Setting> {
        unnamed_settings(T::TABLE)
    }
}

pub(crate) fn run<T: RowCommand>(args: &TableArgs<T>, console: &Console) -> Result<Exit, Error> {
    match &args.action {
        Action::Add(args) => add(args, console),
        Action::Set(args) => {
            let row = NewRow {
                table: T::TABLE,
                name: &args.entry,
                values: args.settings.values()?,
            };
            rows::set(&row, &args.edit, console)
        }
        Action::Remove(args) => rows::remove(T::TABLE, &args.entry, &args.edit, console),
        Action::List(args) => rows::list(T::TABLE, args, console),
    }
}

fn add<T: RowCommand>(args: &RowArgs<T>, console: &Console) -> Result<Exit, Error> {
    let name = &args.entry;
    let mut values = args.settings.values()?;
    T::add_implied(name, &mut values);
    let note = T::note(name, &values);
    let row = NewRow {
        table: T::TABLE,
        name,
        values,
    };
    let exit = rows::add(&row, &args.edit, console)?;
    if let Some(note) = note {
        console.status(&note);
    }
    Ok(exit)
}
