//! `safe-servers`.

use super::setting;
use crate::cli::args::{EditArgs, Edited, edit_help, page_setting};
use crate::cli::change;
use crate::cli::console::Console;
use crate::cli::setting_errors::key_error;
use crate::cli::{edit, page_edit};
use crate::error::Error;
use crate::farm::SettingValue;
use crate::farm::key::{Key, Owner};
use crate::report::Exit;
use crate::text::nearest;
use std::collections::BTreeSet;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "Record in the farm file which servers mail is accepted from (automatic mode)",
    long_about = long_about(),
    after_help = edit_help(
        "Examples:\n  spinmail safe-servers all\n  spinmail safe-servers only 192.0.2.5 \
         198.51.100.0/24\n  spinmail safe-servers add relay.fabrikam.com",
        Edited::Page
    )
)]
pub(crate) struct SafeServersArgs {
    #[command(subcommand)]
    action: Action,
}

fn long_about() -> String {
    let help = page_setting("safe-servers").map_or("", |row| row.help);
    format!(
        "Record in the farm file which servers mail is accepted from.\n\n{help} SharePoint enforces it \
         in automatic mode only."
    )
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Record in the farm file that mail is accepted from all servers
    #[command(after_help = edit_help(
        "Examples:\n  spinmail safe-servers all\n  spinmail safe-servers all --dry-run",
        Edited::Page
    ))]
    All(AllArgs),
    /// Record in the farm file that mail is accepted from these servers only
    #[command(after_help = edit_help(
        "Examples:\n  spinmail safe-servers only 192.0.2.5 198.51.100.0/24\n  spinmail \
         safe-servers only relay.fabrikam.com --dry-run",
        Edited::Page
    ))]
    Only(ServersArgs),
    /// Add servers to the farm file's safe servers
    #[command(after_help = edit_help(
        "Examples:\n  spinmail safe-servers add relay.fabrikam.com\n  spinmail safe-servers add \
         198.51.100.0/24 --dry-run",
        Edited::Page
    ))]
    Add(ServersArgs),
    /// Remove servers from the farm file's safe servers
    #[command(after_help = edit_help(
        "Examples:\n  spinmail safe-servers remove 192.0.2.5\n  spinmail safe-servers remove \
         192.0.2.5 192.0.2.6 --dry-run",
        Edited::Page
    ))]
    Remove(ServersArgs),
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct AllArgs {
    #[command(flatten)]
    edit: EditArgs,
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct ServersArgs {
    /// An address, a subnet (198.51.100.0/24) or a host name
    #[arg(value_name = "ENTRY", required = true)]
    entry: Vec<String>,
    #[command(flatten)]
    edit: EditArgs,
}

pub(crate) fn run(args: &SafeServersArgs, console: &Console) -> Result<Exit, Error> {
    match &args.action {
        Action::All(args) => edit_list(&args.edit, console, |_| {
            Ok(SettingValue::Text(ALL_SERVERS.to_owned()))
        }),
        Action::Only(args) => edit_list(&args.edit, console, |_| only(&args.entry)),
        Action::Add(args) => edit_list(&args.edit, console, |old| added(old, &args.entry)),
        Action::Remove(args) => edit_list(&args.edit, console, |old| removed(old, &args.entry)),
    }
}

/// The value that accepts mail from all servers.
const ALL_SERVERS: &str = "all";

/// Replaces the value of the setting by what `new` makes of the old one.
fn edit_list(
    args: &EditArgs,
    console: &Console,
    new: impl Fn(Option<&SettingValue>) -> Result<SettingValue, Error>,
) -> Result<Exit, Error> {
    let setting = setting("safe-servers")?;
    edit::edit_file(args, console, |text, document| {
        let key = Key {
            setting,
            owner: Owner::Farm,
        };
        let old = key.read(&document.farm).map_err(key_error)?;
        let change = page_edit::change_to(setting, new(old.as_ref())?);
        change::apply(text, document, &[change])
    })
}

fn only(servers: &[String]) -> Result<SettingValue, Error> {
    refuse_all(servers)?;
    Ok(SettingValue::List(servers.to_vec()))
}

fn added(old: Option<&SettingValue>, servers: &[String]) -> Result<SettingValue, Error> {
    refuse_all(servers)?;
    let mut list = match old {
        Some(SettingValue::Text(_)) => return Err(no_list()),
        Some(SettingValue::List(list)) => list.clone(),
        _ => Vec::new(),
    };
    let mut known = folded(&list);
    for server in servers {
        if known.insert(server.to_ascii_lowercase()) {
            list.push(server.clone());
        }
    }
    Ok(SettingValue::List(list))
}

fn removed(old: Option<&SettingValue>, servers: &[String]) -> Result<SettingValue, Error> {
    refuse_all(servers)?;
    let list = match old {
        Some(SettingValue::Text(_)) => return Err(no_list()),
        Some(SettingValue::List(list)) => list,
        _ => return Err(Error::usage("no safe servers are listed")),
    };
    let (known, removed) = (folded(list), folded(servers));
    let is_in = |set: &BTreeSet<String>, server: &str| set.contains(&server.to_ascii_lowercase());
    if let Some(unknown) = servers.iter().find(|server| !is_in(&known, server)) {
        return Err(Error::usage(format!("`{unknown}` is not on the list"))
            .did_you_mean(nearest(unknown, list).as_deref())
            .hint("nothing was changed"));
    }
    let kept = list.iter().filter(|server| !is_in(&removed, server));
    Ok(SettingValue::List(kept.cloned().collect()))
}

/// Returns the servers of a list for lookups; names are case-insensitive.
fn folded(list: &[String]) -> BTreeSet<String> {
    list.iter().map(|name| name.to_ascii_lowercase()).collect()
}

fn refuse_all(servers: &[String]) -> Result<(), Error> {
    if !servers
        .iter()
        .any(|server| server.eq_ignore_ascii_case(ALL_SERVERS))
    {
        return Ok(());
    }
    Err(Error::usage("`all` cannot be an entry of a list")
        .hint("`spinmail safe-servers all` accepts mail from all servers"))
}

fn no_list() -> Error {
    Error::usage("mail is accepted from all servers, so there is no list to change")
        .hint("`spinmail safe-servers only ENTRY…` starts one")
}
