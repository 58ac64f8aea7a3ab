//! `server`.

use crate::cli::args::{EditArgs, SettingArgs, SettingGroup};
use crate::cli::console::Console;
use crate::cli::rows::{self, ListRowsArgs, NewRow, unnamed_settings};
use crate::error::Error;
use crate::farm::{Setting, Table};
use crate::report::Exit;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "The servers of the farm",
    after_help = "Examples:\n  spinmail server add sp3.fabrikam.com --role application \
                  --incoming-email-service yes\n  spinmail server list\n\n`spinmail set \
                  server.NAME.SETTING VALUE` changes one."
)]
pub(crate) struct ServerArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Add a server
    #[command(
        after_help = "Examples:\n  spinmail server add sp3.fabrikam.com --role application \
                      --incoming-email-service yes\n  spinmail server add wfe2.fabrikam.com \
                      --role front-end --smtp-service no --dry-run\n\nWhat is not given stays \
                      unrecorded."
    )]
    Add(AddArgs),
    /// Remove a server and its settings
    #[command(
        after_help = "Examples:\n  spinmail server remove sp2.fabrikam.com\n  spinmail server \
                      remove sp2.fabrikam.com --dry-run"
    )]
    Remove(RemoveArgs),
    /// List the servers
    #[command(
        after_help = "Examples:\n  spinmail server list\n  spinmail server list --format json"
    )]
    List(ListRowsArgs),
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct AddArgs {
    /// The server's name
    #[arg(value_name = "NAME")]
    entry: String,
    #[command(flatten)]
    settings: SettingArgs<ServerSettings>,
    #[command(flatten)]
    edit: EditArgs,
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct RemoveArgs {
    /// The server's name
    #[arg(value_name = "NAME")]
    entry: String,
    #[command(flatten)]
    edit: EditArgs,
}

#[derive(Debug, Clone)]
struct ServerSettings;

impl SettingGroup for ServerSettings {
    fn options() -> Vec<&'static Setting> {
        unnamed_settings(Table::Server)
    }
}

pub(crate) fn run(args: &ServerArgs, console: &Console) -> Result<Exit, Error> {
    let table = Table::Server;
    match &args.action {
        Action::Add(args) => {
            let row = NewRow {
                table,
                name: &args.entry,
                values: args.settings.values()?,
            };
            rows::add(&row, &args.edit, console)
        }
        Action::Remove(args) => rows::remove(table, &args.entry, &args.edit, console),
        Action::List(args) => rows::list(table, args, console),
    }
}
