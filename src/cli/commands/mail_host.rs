//! `mail-host`.

use crate::cli::args::{EditArgs, SettingArgs, SettingGroup};
use crate::cli::console::Console;
use crate::cli::rows::{self, ListRowsArgs, NewRow, unnamed_settings};
use crate::error::Error;
use crate::farm::key::{Key, Owner};
use crate::farm::values::{MailHostKind, Words};
use crate::farm::{Setting, SettingValue, Table};
use crate::remedy;
use crate::report::Exit;

#[derive(Debug, clap::Args)]
#[group(skip)]
#[command(
    about = "The hosts that pass mail on to the farm",
    after_help = "Examples:\n  spinmail mail-host add mail.fabrikam.com --kind gateway --passes-to \
                  sp1.fabrikam.com\n  spinmail mail-host list\n\nA mail host is a gateway, a load \
                  balancer or an Exchange that passes mail on to the farm; a server of the farm is \
                  recorded with `spinmail server add`."
)]
pub(crate) struct MailHostArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Add a mail host
    #[command(
        after_help = "Examples:\n  spinmail mail-host add mail.fabrikam.com --kind gateway \
                      --passes-to sp1.fabrikam.com\n  spinmail mail-host add \
                      .mail.protection.outlook.com --kind exchange-online --dry-run\n\nWhat is not \
                      given stays unrecorded; of a name that tells it, the kind is recorded."
    )]
    Add(EntryArgs),
    /// Set settings of a mail host
    #[command(
        after_help = "Examples:\n  spinmail mail-host set gateway.fabrikam.com --passes-to \
                      sp1.fabrikam.com,sp2.fabrikam.com\n  spinmail mail-host set \
                      gateway.fabrikam.com --by smart-host --dry-run\n\n`spinmail unset \
                      mail-host.NAME.SETTING` takes one away."
    )]
    Set(EntryArgs),
    /// Remove a mail host and its settings
    #[command(
        after_help = "Examples:\n  spinmail mail-host remove gateway.fabrikam.com\n  spinmail \
                      mail-host remove gateway.fabrikam.com --dry-run"
    )]
    Remove(RemoveArgs),
    /// List the mail hosts
    #[command(
        after_help = "Examples:\n  spinmail mail-host list\n  spinmail mail-host list --format \
                      json"
    )]
    List(ListRowsArgs),
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct EntryArgs {
    /// The mail host's name; a dot in front stands for all names below it
    #[arg(value_name = "NAME")]
    entry: String,
    #[command(flatten)]
    settings: SettingArgs<MailHostSettings>,
    #[command(flatten)]
    edit: EditArgs,
}

#[derive(Debug, clap::Args)]
#[group(skip)]
struct RemoveArgs {
    /// The mail host's name
    #[arg(value_name = "NAME")]
    entry: String,
    #[command(flatten)]
    edit: EditArgs,
}

#[derive(Debug, Clone)]
struct MailHostSettings;

impl SettingGroup for MailHostSettings {
    fn options() -> Vec<&'static Setting> {
        unnamed_settings(Table::MailHost)
    }
}

pub(crate) fn run(args: &MailHostArgs, console: &Console) -> Result<Exit, Error> {
    let table = Table::MailHost;
    match &args.action {
        Action::Add(args) => add(args, console),
        Action::Set(args) => {
            let row = NewRow {
                table,
                name: &args.entry,
                values: args.settings.values()?,
            };
            rows::set(&row, &args.edit, console)
        }
        Action::Remove(args) => rows::remove(table, &args.entry, &args.edit, console),
        Action::List(args) => rows::list(table, args, console),
    }
}

/// Adds a mail host. What is not known of it stays open: a line that was pasted from a remedy must
/// not silence the finding.
fn add(args: &EntryArgs, console: &Console) -> Result<Exit, Error> {
    let name = &args.entry;
    let mut values = args.settings.values()?;
    if let (false, Some(kind)) = (is_given(&values, "kind"), kind_of_name(name)) {
        values.extend(kind_value(name, kind));
    }
    let has_target = is_given(&values, "passes-to");
    let row = NewRow {
        table: Table::MailHost,
        name,
        values,
    };
    let exit = rows::add(&row, &args.edit, console)?;
    if !has_target {
        console.status(&format!(
            "right only if {name} passes mail on to the farm; until it is recorded where to, the \
             route is not known: `{command}`",
            command = remedy::spinmail("mail-host set {NAME} --passes-to SERVER", &[&name]),
        ));
    }
    Ok(exit)
}

fn is_given(values: &[(&Setting, SettingValue)], key: &str) -> bool {
    values.iter().any(|(setting, _)| setting.name == key)
}

/// The names of Exchange Online's exchangers. The second is that of domains with DNSSEC, the others
/// are those of national clouds.
const EXCHANGE_ONLINE: [&str; 4] = [
    ".mail.protection.outlook.com",
    ".mx.microsoft",
    ".mail.protection.office365.us",
    ".mail.protection.partner.outlook.cn",
];

/// Returns the kind of mail host that a name tells, or `None` if it tells none.
fn kind_of_name(name: &str) -> Option<MailHostKind> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_online = EXCHANGE_ONLINE.iter().any(|zone| name.ends_with(zone));
    is_online.then_some(MailHostKind::ExchangeOnline)
}

fn kind_value(name: &str, kind: MailHostKind) -> Option<(&'static Setting, SettingValue)> {
    let key = Key::from_text(&format!("mail-host.{name}.kind")).ok()?;
    matches!(key.owner, Owner::Entry(_))
        .then(|| (key.setting, SettingValue::Text(kind.word().to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_of_exchange_online_tells_its_kind() {
        for name in [
            "fabrikam-com.mail.protection.outlook.com",
            ".MAIL.protection.outlook.com",
            "*.mail.protection.outlook.com",
            "fabrikam-com.o-v1.mx.microsoft.",
        ] {
            assert_eq!(
                kind_of_name(name),
                Some(MailHostKind::ExchangeOnline),
                "{name}"
            );
        }
        for name in [
            "mail.fabrikam.com",
            "mail.protection.outlook.com.fabrikam.com",
        ] {
            assert_eq!(kind_of_name(name), None, "{name}");
        }
    }
}
