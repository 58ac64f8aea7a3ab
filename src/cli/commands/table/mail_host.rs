//! `mail-host`.

use super::{ActionTexts, RowCommand, Texts, Values};
use crate::farm::key::{Key, Owner};
use crate::farm::values::{MailHostKind, Words};
use crate::farm::{Setting, SettingValue, Table};
use crate::remedy;

/// The table.
#[derive(Debug, Clone)]
pub(crate) struct MailHosts;

impl RowCommand for MailHosts {
    const TABLE: Table = Table::MailHost;
    const TEXTS: Texts = Texts {
        about: "Add, change, remove or list the hosts that pass mail on to the farm, in the farm file",
        after_help: "Examples:\n  spinmail mail-host add mail.fabrikam.com --kind gateway --passes-to \
                  sp1.fabrikam.com\n  spinmail mail-host list\n\nA mail host is a gateway, a load \
                  balancer or an Exchange server that passes mail on to the farm. The farm's own servers \
                  are recorded with `spinmail server add`.",
        name: "The mail host's name; a dot in front stands for all names below it",
        removed_name: "The mail host's name",
        add: ActionTexts {
            about: "Add a mail host to the farm file",
            after_help: "Examples:\n  spinmail mail-host add mail.fabrikam.com --kind gateway \
                      --passes-to sp1.fabrikam.com\n  spinmail mail-host add \
                      .mail.protection.outlook.com --kind exchange-online --dry-run\n\nA setting \
                      that is not given is not recorded, except a kind that the name shows.",
        },
        set: Some(ActionTexts {
            about: "Change settings of a mail host in the farm file",
            after_help: "Examples:\n  spinmail mail-host set gateway.fabrikam.com --passes-to \
                      sp1.fabrikam.com,sp2.fabrikam.com\n  spinmail mail-host set \
                      gateway.fabrikam.com --by smart-host --dry-run\n\n`spinmail unset \
                      mail-host.NAME.SETTING` removes a setting.",
        }),
        remove: ActionTexts {
            about: "Remove a mail host and its settings from the farm file",
            after_help: "Examples:\n  spinmail mail-host remove gateway.fabrikam.com\n  spinmail \
                      mail-host remove gateway.fabrikam.com --dry-run",
        },
        list: ActionTexts {
            about: "List the mail hosts of the farm file",
            after_help: "Examples:\n  spinmail mail-host list\n  spinmail mail-host list --format \
                      json",
        },
    };

    fn add_implied(name: &str, values: &mut Values) {
        if let (false, Some(kind)) = (is_given(values, "kind"), kind_of_name(name)) {
            values.extend(kind_value(name, kind));
        }
    }

    /// Unknown settings stay unset: a command pasted from a remedy must not silence the finding.
    fn note(name: &str, values: &Values) -> Option<String> {
        (!is_given(values, "passes-to")).then(|| {
            let command = remedy::spinmail("mail-host set {NAME} --passes-to SERVER", &[&name]);
            format!(
                "this is right only if {name} passes mail on to the farm. Record where it passes mail \
                 on to; until then the route is not known: `{command}`"
            )
        })
    }
}

fn is_given(values: &Values, key: &str) -> bool {
    values.iter().any(|(setting, _)| setting.name == key)
}

/// The names of Exchange Online's mail exchangers. The second is for domains with DNSSEC, the
/// others are for national clouds.
const EXCHANGE_ONLINE: [&str; 4] = [
    ".mail.protection.outlook.com",
    ".mx.microsoft",
    ".mail.protection.office365.us",
    ".mail.protection.partner.outlook.cn",
];

/// Returns the kind of mail host that a name implies, or `None` if it implies none.
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
