//! `web-application`.

use crate::cli::args::{EditArgs, SettingArgs, SettingGroup};
use crate::cli::console::Console;
use crate::cli::rows::{self, ListRowsArgs, NewRow, unnamed_settings};
use crate::error::Error;
use crate::farm::{Setting, Table};
use crate::report::Exit;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "The web applications of the farm",
    after_help = "Examples:\n  spinmail web-application add Extranet --account \
                  'FABRIKAM\\sp_web'\n  spinmail web-application list\n\n`spinmail set \
                  web-application.NAME.SETTING VALUE` changes one."
)]
pub(crate) struct WebApplicationArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Add a web application
    #[command(
        after_help = "Examples:\n  spinmail web-application add Extranet --account \
                      'FABRIKAM\\sp_web'\n  spinmail web-application add 'Human Resources' \
                      --account 'FABRIKAM\\sp_hr' --maximum-message-size '50 MB' \
                      --dry-run\n\nWhat is not given stays unrecorded."
    )]
    Add(AddArgs),
    /// Remove a web application and its settings
    #[command(
        after_help = "Examples:\n  spinmail web-application remove Suppliers\n  spinmail \
                      web-application remove Suppliers --dry-run"
    )]
    Remove(RemoveArgs),
    /// List the web applications
    #[command(
        after_help = "Examples:\n  spinmail web-application list\n  spinmail web-application \
                      list --format json"
    )]
    List(ListRowsArgs),
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct AddArgs {
    /// The web application's name
    #[arg(value_name = "NAME")]
    entry: String,
    #[command(flatten)]
    settings: SettingArgs<WebApplicationSettings>,
    #[command(flatten)]
    edit: EditArgs,
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct RemoveArgs {
    /// The web application's name
    #[arg(value_name = "NAME")]
    entry: String,
    #[command(flatten)]
    edit: EditArgs,
}

#[derive(Debug, Clone)]
struct WebApplicationSettings;

impl SettingGroup for WebApplicationSettings {
    fn options() -> Vec<&'static Setting> {
        unnamed_settings(Table::WebApplication)
    }
}

pub(crate) fn run(args: &WebApplicationArgs, console: &Console) -> Result<Exit, Error> {
    let table = Table::WebApplication;
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
