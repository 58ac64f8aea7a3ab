//! Section 5: the farm file, from `SETTINGS`.

use super::page::{BULLET, INDENT, Writer};
use super::roff::{Text, bold, italic, roman};
use crate::farm::edit::literal;
use crate::farm::{SETTINGS, Section, Setting, SettingKind, Table};
use crate::rules;

const ABOUT: &str = "a SharePoint farm's incoming e-mail settings, as spinmail keeps them";

pub(super) fn page() -> String {
    let mut writer = Writer::new("farm.toml", "5", ABOUT);
    writer.section("DESCRIPTION");
    for text in [
        "A farm file says what is wanted: the page Configure Incoming E-Mail Settings of Central \
         Administration, what spinmail must know of the farm beside it, and how to look at the \
         world. It is TOML. Edits by spinmail keep comments and order.",
        "A setting that is not in the file is left as it is; it never means off. A broken file, \
         an unknown or doubled key, a wrong type or a word outside a closed list make the file \
         unreadable, and every mistake is shown with its line. A text that is no valid domain, \
         folder, container, URL or safe server is kept as typed, and a rule says what is wrong \
         with it.",
        "On the command line a setting goes by its dotted name, such as incoming-email.mode or \
         server.NAME.role; the last part alone works where it is unique. Paths and accounts are \
         those of Windows, times are UTC. Secrets are never in the file.",
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
     who is told a password. A controller of probe.directory is told that of the directory's \
     account only if --directory or SPINMAIL_DIRECTORY names it, or if the person at the terminal \
     agrees; the server of a drop folder's share only if --smb-server, SPINMAIL_SMB_SERVER, or a \
     share in --folder or --path names it.",
    "An authority of probe.ca-file does not vouch for a controller that is told a password. One of \
     --ca-file does, and those of the system do.",
    "A Kerberos ticket needs no option: what is sent is of use to no other host. On Windows a \
     share is opened as the user who runs spinmail, which tells its server a proof of that user's \
     password; with --farms only those of the servers that SPINMAIL_SMB_SERVER names are.",
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

/// Writes the section of a table: what it is, and its settings.
fn write_table(writer: &mut Writer, table: Table) {
    let (open, close) = if table.is_repeated() {
        ("[[", "]]")
    } else {
        ("[", "]")
    };
    writer.section(&format!("{open}{}{close}", table.name()));
    let count = if table.is_repeated() {
        "; as often as there are such"
    } else {
        ""
    };
    writer.text([roman(&format!("{}{count}.", about(table)))]);
    for setting in SETTINGS.iter().filter(|setting| setting.table == table) {
        write_setting(writer, setting);
    }
}

/// Returns what a table is about, without the full stop.
fn about(table: Table) -> &'static str {
    match table {
        Table::Farm => "The farm as a whole",
        Table::IncomingEmail => "The page's sections about receiving mail",
        Table::DirectoryManagement => "The page's section Directory Management Service",
        Table::Server => "A server of the farm",
        Table::WebApplication => "A web application of the farm",
        Table::MailHost => {
            "A host on the way of mail that is not a server of the farm: a gateway, a load \
             balancer, Exchange; it has name or names"
        }
        Table::Probe => "How to look at the world; never what is wanted",
        Table::Accept => "A known finding that is accepted",
    }
}

/// Writes a setting: its label and help, then indented what is expected, an example and its rules.
fn write_setting(writer: &mut Writer, setting: &Setting) {
    let needed = if setting.required { " (needed)" } else { "" };
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
                BULLET,
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

/// Returns what kind of value a setting has; the words of a closed list follow as items.
fn expected(setting: &Setting) -> Text {
    let text = match setting.kind {
        SettingKind::Word(_) => "Expected: one of".to_owned(),
        SettingKind::Words(_) => "Expected: a list of".to_owned(),
        kind => format!("Expected: {}.", kind.to_string().replace('`', "\"")),
    };
    roman(&text)
}
