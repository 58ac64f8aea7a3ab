//! The commented farm file that `init` writes, made from `SETTINGS`.

use super::edit::literal;
use super::settings::{Section, Setting, Table};
use super::value::SettingValue;

/// Which of the article's scenarios a new file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scenario {
    /// All settings explained, none set.
    Blank,
    /// Automatic mode and defaults, on a single server.
    Basic,
    /// Advanced mode with a drop folder and the Directory Management Service.
    Advanced,
}

/// The settings of a scenario; all others are comments.
const BASIC: &[(Table, &str, &[&str])] = &[
    (Table::Farm, "name", &["fabrikam"]),
    (Table::Farm, "version", &["2016"]),
    (
        Table::Farm,
        "central-administration-account",
        &["FABRIKAM\\sp_farm"],
    ),
    (Table::Farm, "timer-account", &["FABRIKAM\\sp_farm"]),
    (Table::IncomingEmail, "enabled", &["yes"]),
    (Table::IncomingEmail, "mode", &["automatic"]),
    (
        Table::IncomingEmail,
        "display-address",
        &["mail.fabrikam.com"],
    ),
    (Table::IncomingEmail, "safe-servers", &["all"]),
    (Table::DirectoryManagement, "service", &["no"]),
    (Table::Server, "name", &["mail.fabrikam.com"]),
    (Table::Server, "role", &["single-server"]),
    (Table::Server, "os", &["2016"]),
    (Table::Server, "incoming-email-service", &["yes"]),
    (Table::Server, "foundation-web-application", &["yes"]),
    (Table::Server, "smtp-service", &["yes"]),
];

const ADVANCED: &[(Table, &str, &[&str])] = &[
    (Table::Farm, "name", &["fabrikam"]),
    (Table::Farm, "version", &["2016"]),
    (
        Table::Farm,
        "central-administration-account",
        &["FABRIKAM\\sp_farm"],
    ),
    (Table::Farm, "timer-account", &["FABRIKAM\\sp_farm"]),
    (Table::Farm, "mail-from-outside", &["yes"]),
    (Table::IncomingEmail, "enabled", &["yes"]),
    (Table::IncomingEmail, "mode", &["advanced"]),
    (
        Table::IncomingEmail,
        "display-address",
        &["sharepoint.fabrikam.com"],
    ),
    (
        Table::IncomingEmail,
        "drop-folder",
        &["C:\\inetpub\\mailroot\\drop"],
    ),
    (Table::DirectoryManagement, "service", &["yes"]),
    (
        Table::DirectoryManagement,
        "container",
        &["OU=SharePointContacts,DC=fabrikam,DC=com"],
    ),
    (
        Table::DirectoryManagement,
        "smtp-server",
        &["sp1.fabrikam.com"],
    ),
    (
        Table::DirectoryManagement,
        "authenticated-users-only",
        &["yes"],
    ),
    (Table::DirectoryManagement, "distribution-groups", &["yes"]),
    (
        Table::DirectoryManagement,
        "approve",
        &["create", "address", "title", "delete"],
    ),
    (Table::Server, "name", &["sp1.fabrikam.com"]),
    (Table::Server, "role", &["application"]),
    (Table::Server, "os", &["2016"]),
    (Table::Server, "incoming-email-service", &["yes"]),
    (Table::Server, "smtp-service", &["yes"]),
    (Table::WebApplication, "name", &["Intranet"]),
    (Table::WebApplication, "account", &["FABRIKAM\\sp_web"]),
];

/// Returns the text of a new farm file.
pub(crate) fn text(scenario: Scenario) -> String {
    let set: &[_] = match scenario {
        Scenario::Blank => &[],
        Scenario::Basic => BASIC,
        Scenario::Advanced => ADVANCED,
    };
    let mut text = String::from(
        "# The incoming e-mail settings of a SharePoint farm, for spinmail.\n# A setting that is \
         not set is left as it is. `spinmail explain KEY` explains a setting.\n",
    );
    for table in Table::ALL {
        let in_table: Vec<_> = set.iter().filter(|(of, ..)| *of == table).collect();
        // An entry without its name would be a mistake, so an unused repeated table is commented
        // out as a whole.
        let commented = table.is_repeated() && in_table.is_empty();
        let (open, close) = if table.is_repeated() {
            ("[[", "]]")
        } else {
            ("[", "]")
        };
        let mark = if commented { "# " } else { "" };
        text.push_str(&format!("\n{mark}{open}{}{close}\n", table.name()));
        for setting in table.rows() {
            let chosen = in_table.iter().find(|(_, name, _)| *name == setting.name);
            text.push_str(&lines(setting, chosen.map(|(.., words)| *words)));
        }
    }
    text
}

fn lines(setting: &Setting, chosen: Option<&[&str]>) -> String {
    let place = match setting.section {
        Section::OffPage => String::new(),
        section => format!(" (page: {})", section.title()),
    };
    let mut lines = String::new();
    for line in wrap(&format!(
        "{}{place}. {}",
        setting.label.trim_end_matches(['?', '.']),
        setting.help
    )) {
        lines.push_str(&format!("# {line}\n"));
    }
    lines.push_str(&format!(
        "#   {}: {}\n",
        "expected",
        plain(&setting.kind.to_string())
    ));
    let words = chosen.unwrap_or(setting.example);
    let owned: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let value = setting
        .kind
        .value_of_words(&owned)
        .unwrap_or(SettingValue::List(owned));
    let mark = if chosen.is_some() { "" } else { "# " };
    lines.push_str(&format!("{mark}{} = {}\n", setting.name, literal(&value)));
    lines
}

/// Returns a text without backticks, which comment lines do not need.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

fn wrap(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let full = lines.last().is_some_and(|line| {
            !line.is_empty() && line.chars().count() + word.chars().count() > 110
        });
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
