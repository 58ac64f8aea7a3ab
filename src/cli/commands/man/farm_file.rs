//! Section 5: the farm file, from `SETTINGS`.

use super::page::{INDENT, Mark, Page, Writer};
use super::text::{Text, bold, italic, roman};
use crate::farm::edit::literal;
use crate::farm::{SETTINGS, Section, Setting, SettingKind, Table};
use crate::rules;

const ABOUT: &str = "a SharePoint farm's incoming e-mail settings, as spinmail keeps them";

pub(super) fn page() -> Page {
    let mut writer = Writer::new("farm.toml", '5', ABOUT);
    writer.section("DESCRIPTION");
    for text in [
        "A farm file says what is wanted (the page Configure Incoming E-Mail Settings of Central \
         Administration), how the farm is, and which servers spinmail asks. It is TOML. Edits by \
         spinmail keep comments and order. SharePoint does not read the file: an administrator \
         enters its settings on the page.",
        "A setting that is not in the file is left as it is; it never means off. Broken TOML, \
         an unknown or duplicate key, a wrong type or a word outside a closed list make the file \
         unreadable, and mistakes are shown with their lines. A text that is not a valid domain, \
         folder, container, URL or safe server is kept as typed, and a rule says what is wrong \
         with it.",
        "On the command line a setting has a dotted name, such as incoming-email.mode or \
         server.NAME.role; the last part is enough if it is unique. Paths and accounts are \
         Windows paths and accounts, times are UTC. Passwords do not belong in the file, and no \
         setting takes one.",
    ] {
        writer.paragraph([roman(text)]);
    }
    for table in Table::ALL {
        write_table(&mut writer, table);
    }
    writer.section("TRUST");
    for text in TRUST {
        writer.paragraph([roman(text)]);
    }
    writer.section("EXAMPLES");
    writer.text([roman(
        "A farm in advanced mode, whose file spinmail init --advanced writes with comments:",
    )]);
    writer.lines(EXAMPLE.lines());
    writer.see_also(&["spinmail(1)", "spinmail-rules(7)"]);
    writer.finish()
}

const TRUST: [&str; 3] = [
    "A farm file says which hosts are asked, and it may come from someone else. It does not decide \
     which host is sent a password. A domain controller of probe.directory is sent the directory \
     account's password only if --directory or SPINMAIL_DIRECTORY names it, or if the person at \
     the terminal agrees; the server of a drop folder's share only if --smb-server, \
     SPINMAIL_SMB_SERVER, or a share in --folder or --path names it, or if that person agrees.",
    "The certificate of a domain controller that is sent a password is checked against the system's \
     authorities and those of --ca-file; probe.ca-file counts only without a password.",
    "A Kerberos ticket needs no option: what is sent cannot be used for another host. On Windows a \
     share is opened as the account that runs spinmail, which proves to the server that this \
     account knows its password; --farms opens only shares of the servers that \
     SPINMAIL_SMB_SERVER names.",
];

const EXAMPLE: &str = r#"[farm]
name = "fabrikam"
version = "2016"

[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.com"
drop-folder = 'C:\inetpub\mailroot\drop'

[[server]]
name = "sp1.fabrikam.com"
role = "application"
incoming-email-service = true"#;

/// Writes the section of a table: its purpose and its settings.
fn write_table(writer: &mut Writer, table: Table) {
    let (open, close) = if table.is_repeated() {
        ("[[", "]]")
    } else {
        ("[", "]")
    };
    writer.section(&format!("{open}{}{close}", table.name()));
    let count = if table.is_repeated() {
        "; repeat it for each"
    } else {
        ""
    };
    writer.text([roman(&format!("{}{count}.", about(table)))]);
    for setting in SETTINGS.iter().filter(|setting| setting.table == table) {
        write_setting(writer, setting);
    }
}

/// Returns a table's purpose, without the full stop.
fn about(table: Table) -> &'static str {
    match table {
        Table::Farm => "The farm as a whole",
        Table::IncomingEmail => "The page's sections about receiving mail",
        Table::DirectoryManagement => "The page's section Directory Management Service",
        Table::Server => "A server of the farm",
        Table::WebApplication => "A web application of the farm",
        Table::MailHost => {
            "A host on the mail route that is not a server of the farm: a gateway, a load \
             balancer, Exchange; it has name or names"
        }
        Table::Probe => "Which servers spinmail asks, and how",
        Table::Accept => "A known finding that is accepted",
    }
}

/// Writes a setting: its label and help, then indented the expected value, an example and its
/// rules.
fn write_setting(writer: &mut Writer, setting: &Setting) {
    let needed = if setting.required { " (required)" } else { "" };
    writer.term([bold(setting.name), roman(needed)]);
    let place = match setting.section {
        Section::OffPage => String::new(),
        section => format!(" On the page: {}.", section.title()),
    };
    let label = if setting.label.ends_with(['?', '.']) {
        setting.label.to_owned()
    } else {
        format!("{}.", setting.label)
    };
    writer.text([italic(&label), roman(&format!(" {}{place}", setting.help))]);
    writer.indent();
    writer.paragraph([expected(setting)]);
    if let SettingKind::Word(words) | SettingKind::Words(words) = setting.kind {
        for word in words {
            writer.item(
                Mark::Bullet,
                INDENT,
                [bold(word.word), roman(&format!(": {}", word.meaning))],
            );
        }
    }
    if let Ok(value) = setting.example_value() {
        writer.paragraph([
            roman("For example: "),
            bold(&format!("{} = {}", setting.name, literal(&value))),
        ]);
    }
    let key = setting.key();
    let rules: Vec<&str> = rules::all()
        .filter(|rule| rule.about.contains(&key.as_str()))
        .map(|rule| rule.id)
        .collect();
    if !rules.is_empty() {
        writer.paragraph([roman(&format!("Rules: {}.", rules.join(", ")))]);
    }
    writer.outdent();
}

/// Returns the kind of a setting's value; the words of a closed list follow as items.
fn expected(setting: &Setting) -> Text {
    let text = match setting.kind {
        SettingKind::Word(_) => "Expected: one of".to_owned(),
        SettingKind::Words(_) => "Expected: a list of".to_owned(),
        kind => format!("Expected: {}.", kind.to_string().replace('`', "\"")),
    };
    roman(&text)
}
