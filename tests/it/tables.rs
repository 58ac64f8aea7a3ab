//! Checks the tables of settings and rules row by row: every setting can be set and read, every
//! rule is well formed.

use crate::support::{Folder, Run};
use spinmail::testing::farm::edit::{add_entry, literal};
use spinmail::testing::farm::{self, Farm, SETTINGS, Section, Setting, SettingValue, Table};
use spinmail::testing::rules;
use std::collections::BTreeSet;

/// Returns the name of the entry that the tests create in a repeated table.
fn entry_of(table: Table) -> &'static str {
    match table {
        Table::Server => "sp9.fabrikam.com",
        Table::WebApplication => "Extranet 2",
        Table::MailHost => "mail9.fabrikam.com",
        _ => "farm-network-service",
    }
}

/// Returns a setting's KEY, with an entry's name if it needs one.
fn key_of(setting: &Setting) -> String {
    setting.key().replace("NAME", entry_of(setting.table))
}

/// Returns what `get` prints for a setting's example: one value per line, `true` for yes.
fn printed(setting: &Setting) -> String {
    match setting.example_value().expect("the example is a value") {
        SettingValue::List(list) => list.iter().map(|entry| format!("{entry}\n")).collect(),
        value => format!("{value}\n"),
    }
}

#[track_caller]
fn succeeds(folder: &Folder, arguments: &[&str]) -> Run {
    let run = folder.run(arguments);
    assert_eq!(run.code, 0, "{arguments:?}: {run:#?}");
    run
}

fn set(folder: &Folder, key: &str, words: &[&str]) {
    succeeds(folder, &[&["set", key], words].concat());
}

/// Creates the entry that a row belongs to.
fn make_entry(folder: &Folder, table: Table) {
    match table {
        Table::Server | Table::WebApplication | Table::MailHost => {
            succeeds(folder, &[table.name(), "add", entry_of(table)]);
        }
        Table::Accept => set(
            folder,
            &format!("accept.{}.reason", entry_of(table)),
            &["it is known"],
        ),
        _ => {}
    }
}

fn is_named_by(setting: &Setting) -> bool {
    setting.table.naming_key() == Some(setting.name)
}

#[test]
fn every_row_can_be_set_and_read_back() {
    let folder = Folder::with_farm("");
    Table::ALL
        .into_iter()
        .for_each(|table| make_entry(&folder, table));
    for setting in SETTINGS.iter().filter(|setting| !is_named_by(setting)) {
        set(&folder, &key_of(setting), setting.example);
    }
    let text = folder.read("farm.toml");
    for setting in SETTINGS.iter().filter(|setting| !is_named_by(setting)) {
        let line = format!(
            "{} = {}\n",
            setting.name,
            literal(&setting.example_value().unwrap())
        );
        assert!(text.contains(&line), "{line}{text}");
        assert_eq!(
            succeeds(&folder, &["get", &key_of(setting)]).out,
            printed(setting),
            "{}",
            setting.key()
        );
    }
    let list = succeeds(&folder, &["list"]).out;
    // An acceptance that has a subject by now is listed under both.
    let subject = SETTINGS
        .iter()
        .find(|row| row.key() == "accept.NAME.subject")
        .unwrap()
        .example[0];
    let accepted = format!("accept.{}", entry_of(Table::Accept));
    for setting in SETTINGS {
        let key = key_of(setting).replace(&accepted, &format!("{accepted}/{subject}"));
        assert!(!list.contains("not set"), "{list}");
        assert!(
            list.lines()
                .any(|line| line.starts_with(&format!("{key} "))),
            "{key}\n{list}"
        );
    }
}

/// The name of an entry is changed under its KEY, and is part of the KEY from then on.
#[test]
fn every_naming_row_can_be_set_and_read_back() {
    for setting in SETTINGS.iter().filter(|setting| is_named_by(setting)) {
        let folder = Folder::with_farm("");
        make_entry(&folder, setting.table);
        set(&folder, &key_of(setting), setting.example);
        let key = setting.key().replace("NAME", setting.example[0]);
        assert_eq!(succeeds(&folder, &["get", &key]).out, printed(setting));
    }
}

#[test]
fn every_row_can_be_unset_unless_its_entry_needs_it() {
    for setting in SETTINGS {
        let folder = Folder::with_farm("");
        make_entry(&folder, setting.table);
        let before = folder.read("farm.toml");
        let run = folder.run(&["unset", &key_of(setting)]);
        assert_eq!(run.code, if setting.required { 2 } else { 0 }, "{run:#?}");
        if !setting.required {
            set(&folder, &key_of(setting), setting.example);
            succeeds(&folder, &["unset", &key_of(setting)]);
            assert_eq!(folder.run(&["get", &key_of(setting)]).code, 1);
        }
        if setting.table.is_repeated() {
            assert_eq!(folder.read("farm.toml"), before, "{}", setting.key());
        }
    }
}

/// Returns whether a name is in kebab case.
fn is_kebab(name: &str, digits: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_lowercase() || digits.contains(letter);
    name.split('-')
        .all(|word| !word.is_empty() && word.chars().all(fits))
}

#[test]
fn every_row_is_well_formed() {
    let keys: BTreeSet<String> = SETTINGS.iter().map(Setting::key).collect();
    assert_eq!(keys.len(), SETTINGS.len(), "two rows have one key");
    for setting in SETTINGS {
        let key = setting.key();
        assert!(is_kebab(setting.name, ""), "{key}");
        assert!(
            !setting.label.is_empty() && setting.label.trim() == setting.label,
            "{key}: {}",
            setting.label
        );
        assert!(
            setting.help.ends_with('.') && !setting.help.contains("  "),
            "{key}: {}",
            setting.help
        );
        assert_eq!(
            setting.section != Section::OffPage,
            is_page(setting.table) && key != "directory-management.serves-domains",
            "{key}"
        );
    }
}

fn is_page(table: Table) -> bool {
    matches!(table, Table::IncomingEmail | Table::DirectoryManagement)
}

#[test]
fn every_example_is_accepted_by_its_own_parser() {
    for setting in SETTINGS {
        let value = setting
            .example_value()
            .unwrap_or_else(|fault| panic!("{}: {fault:?}", setting.key()));
        let (mut farm, key) = farm_with_entry(setting);
        assert_eq!(
            key.write(&mut farm, Some(&value)),
            Ok(Ok(())),
            "{}",
            setting.key()
        );
        let written = match &value {
            SettingValue::Text(name) if is_named_by(setting) => setting.key().replace("NAME", name),
            _ => key_of(setting),
        };
        assert_eq!(
            farm::Key::from_text(&written).unwrap().read(&farm),
            Ok(Some(value)),
            "{}",
            setting.key()
        );
    }
}

/// Returns a farm with only the entry that a row belongs to, and the row's key in it.
fn farm_with_entry(setting: &'static Setting) -> (Farm, farm::Key) {
    let mut text = String::new();
    if setting.table.is_repeated() {
        let naming = setting.table.naming_key().unwrap();
        let mut fields = vec![(
            naming,
            SettingValue::Text(entry_of(setting.table).to_owned()),
        )];
        if setting.table == Table::Accept {
            fields.push(("reason", SettingValue::Text("it is known".to_owned())));
        }
        text = add_entry(&text, setting.table.name(), &fields).unwrap();
    }
    (
        farm::read(&text).unwrap().farm,
        farm::Key::from_text(&key_of(setting)).unwrap(),
    )
}

#[test]
fn explain_list_and_init_include_every_row() {
    let folder = Folder::new();
    let scenarios = [
        &["init", "-n"][..],
        &["init", "-n", "--basic"],
        &["init", "-n", "--advanced"],
    ]
    .map(|arguments| succeeds(&folder, arguments).out);
    folder.write("farm.toml", &scenarios[2]);
    let list = succeeds(&folder, &["list"]).out;
    for setting in SETTINGS {
        let page = succeeds(&folder, &["explain", &setting.key()]).out;
        let parts = [
            setting.key(),
            setting.label.to_owned(),
            setting.help.to_owned(),
            setting.example[0].to_owned(),
        ];
        for part in parts {
            assert!(page.contains(&part), "{part} is not in\n{page}");
        }
        for text in &scenarios {
            let line = format!("{} = ", setting.name);
            let below = section(text, setting.table);
            let has_line = below
                .lines()
                .any(|each| each.trim_start_matches("# ").starts_with(&line));
            assert!(has_line, "{} is not in\n{below}", setting.key());
        }
        if !setting.table.is_repeated() {
            assert!(
                list.lines().any(|line| line.starts_with(&setting.key())),
                "{}\n{list}",
                setting.key()
            );
        }
    }
}

/// Returns the part of a new file below a table's header, commented or not.
fn section(text: &str, table: Table) -> &str {
    let header = if table.is_repeated() {
        format!("[[{}]]\n", table.name())
    } else {
        format!("[{}]\n", table.name())
    };
    let (_, rest) = text
        .split_once(&header)
        .unwrap_or_else(|| panic!("no {header}{text}"));
    rest.split("\n\n").next().unwrap_or(rest)
}

/// KEYs with the output of `get` for each.
type Expected = &'static [(&'static str, &'static str)];

/// Command lines about the page, and the output of `get` after each.
const PAGE: &[(&[&str], Expected)] = &[
    (&["enable"], &[("incoming-email.enabled", "true")]),
    (
        &["mode", "advanced", "--drop-folder", r"D:\drop"],
        &[
            ("incoming-email.mode", "advanced"),
            ("incoming-email.drop-folder", r"D:\drop"),
        ],
    ),
    (
        &["display-address", "lists.fabrikam.com"],
        &[("incoming-email.display-address", "lists.fabrikam.com")],
    ),
    (
        &["drop-folder", r"\\fs1\drop"],
        &[("incoming-email.drop-folder", r"\\fs1\drop")],
    ),
    (
        &["mode", "automatic"],
        &[("incoming-email.mode", "automatic")],
    ),
    (
        &["safe-servers", "only", "192.0.2.5", "relay.fabrikam.com"],
        &[(
            "incoming-email.safe-servers",
            "192.0.2.5\nrelay.fabrikam.com",
        )],
    ),
    (
        &["safe-servers", "add", "10.1.0.0/16"],
        &[("safe-servers", "192.0.2.5\nrelay.fabrikam.com\n10.1.0.0/16")],
    ),
    (
        &["safe-servers", "remove", "RELAY.fabrikam.com"],
        &[("safe-servers", "192.0.2.5\n10.1.0.0/16")],
    ),
    (&["safe-servers", "all"], &[("safe-servers", "all")]),
    (
        &[
            "dms",
            "yes",
            "--container",
            "OU=Lists,DC=fabrikam,DC=com",
            "--smtp-server",
            "sp2.fabrikam.com",
            "--authenticated-users-only",
            "no",
            "--distribution-groups",
            "yes",
            "--approve",
            "create,delete",
        ],
        &[
            ("directory-management.service", "yes"),
            (
                "directory-management.container",
                "OU=Lists,DC=fabrikam,DC=com",
            ),
            ("directory-management.smtp-server", "sp2.fabrikam.com"),
            ("directory-management.authenticated-users-only", "false"),
            ("directory-management.distribution-groups", "true"),
            ("directory-management.approve", "create\ndelete"),
        ],
    ),
    (
        &["dms", "yes", "--approve", "none"],
        &[("directory-management.approve", "")],
    ),
    (
        &[
            "dms",
            "remote",
            "--url",
            "https://ca.fabrikam.com/_vti_bin/SharePointEmailWS.asmx",
        ],
        &[
            ("directory-management.service", "remote"),
            (
                "directory-management.url",
                "https://ca.fabrikam.com/_vti_bin/SharePointEmailWS.asmx",
            ),
            (
                "directory-management.container",
                "OU=Lists,DC=fabrikam,DC=com",
            ),
        ],
    ),
    (&["dms", "no"], &[("directory-management.service", "no")]),
    (
        &["disable"],
        &[
            ("incoming-email.enabled", "false"),
            ("incoming-email.mode", "automatic"),
        ],
    ),
];

#[test]
fn the_page_commands_reach_every_row_of_the_page() {
    let folder = Folder::with_farm("[farm]\nversion = \"2016\"\n");
    let mut unreached: BTreeSet<String> = SETTINGS
        .iter()
        .filter(|row| row.section != Section::OffPage)
        .map(Setting::key)
        .collect();
    for (arguments, expected) in PAGE {
        succeeds(&folder, arguments);
        for (key, value) in *expected {
            let got = succeeds(&folder, &["get", key]).out;
            assert_eq!(got.trim_end_matches('\n'), *value, "{arguments:?}: {key}");
            unreached.remove(*key);
        }
    }
    assert_eq!(unreached, BTreeSet::new());
}

#[test]
fn entries_take_all_their_settings_when_added() {
    for table in [Table::Server, Table::WebApplication, Table::MailHost] {
        let folder = Folder::with_farm("");
        let mut arguments = vec![
            table.name().to_owned(),
            "add".to_owned(),
            entry_of(table).to_owned(),
        ];
        let rows = || table.rows().filter(|row| !is_named_by(row));
        for setting in rows() {
            arguments.push(format!("--{}", setting.name));
            arguments.push(setting.example.join(","));
        }
        succeeds(
            &folder,
            &arguments.iter().map(String::as_str).collect::<Vec<_>>(),
        );
        for setting in rows() {
            assert_eq!(
                succeeds(&folder, &["get", &key_of(setting)]).out,
                printed(setting)
            );
        }
    }
}

/// Microsoft's two scenarios, with the settings of the page in their new files.
const SCENARIOS: [(&str, Expected); 2] = [
    (
        "--basic",
        &[
            ("incoming-email.enabled", "true"),
            ("incoming-email.mode", "automatic"),
            ("incoming-email.safe-servers", "all"),
            ("directory-management.service", "no"),
            ("server.mail.fabrikam.com.smtp-service", "true"),
            ("server.mail.fabrikam.com.incoming-email-service", "true"),
        ],
    ),
    (
        "--advanced",
        &[
            ("incoming-email.enabled", "true"),
            ("incoming-email.mode", "advanced"),
            ("incoming-email.display-address", "sharepoint.fabrikam.com"),
            ("incoming-email.drop-folder", r"C:\inetpub\mailroot\drop"),
            ("directory-management.service", "yes"),
            (
                "directory-management.container",
                "OU=SharePointContacts,DC=fabrikam,DC=com",
            ),
            ("directory-management.smtp-server", "sp1.fabrikam.com"),
            ("directory-management.authenticated-users-only", "true"),
            ("directory-management.distribution-groups", "true"),
            (
                "directory-management.approve",
                "create\naddress\ntitle\ndelete",
            ),
        ],
    ),
];

#[test]
fn new_files_follow_the_scenarios() {
    for (scenario, expected) in SCENARIOS {
        let folder = Folder::new();
        succeeds(&folder, &["init", scenario]);
        for (key, value) in expected {
            assert_eq!(
                succeeds(&folder, &["get", key]).out.trim_end(),
                *value,
                "{scenario}: {key}"
            );
        }
        let run = folder.run(&["validate", "--fail-on", "warning", "--format", "json"]);
        let counts = &run.json()["counts"];
        assert_eq!(
            (run.code, &counts["error"], &counts["warning"]),
            (0, &0.into(), &0.into()),
            "{}",
            run.out
        );
        assert!(counts["pass"].as_u64() > Some(10), "{counts}");
    }
}

#[test]
fn new_file_is_valid_and_sets_nothing() {
    let folder = Folder::new();
    succeeds(&folder, &["init"]);
    let text = folder.read("farm.toml");
    assert_eq!(
        farm::read(&text).expect("no mistakes").farm,
        Farm::default()
    );
    // The new file does not record whether incoming e-mail is enabled.
    assert_eq!(folder.run(&["validate"]).code, 3);
    // Each example becomes a setting when its comment mark is removed.
    let live: String = text
        .lines()
        .map(|line| format!("{}\n", uncommented(line)))
        .collect();
    let farm = farm::read(&live)
        .unwrap_or_else(|mistakes| panic!("{mistakes:#?}\n{live}"))
        .farm;
    assert!(
        farm::key::every_key(&farm)
            .iter()
            .all(|(_, _, value)| value.is_some()),
        "{live}"
    );
    assert_eq!(literal_of(&live, "mode"), "\"advanced\"");
}

/// Returns a line of a new file with its comment mark removed from the example or header.
fn uncommented(line: &str) -> &str {
    match line.strip_prefix("# ") {
        Some(rest) if rest.starts_with("[[") => rest,
        Some(rest)
            if SETTINGS
                .iter()
                .any(|row| rest.starts_with(&format!("{} = ", row.name))) =>
        {
            rest
        }
        _ => line,
    }
}

fn literal_of<'a>(text: &'a str, name: &str) -> &'a str {
    let start = format!("{name} = ");
    text.lines()
        .find_map(|line| line.strip_prefix(&start))
        .expect("the setting's line")
}

#[test]
fn every_rule_is_well_formed() {
    let keys: BTreeSet<String> = SETTINGS.iter().map(Setting::key).collect();
    for rule in rules::all() {
        assert_eq!(
            rule.id.split('-').next(),
            Some(rule.area.name()),
            "{}",
            rule.id
        );
        let words = rule.id.replace("ipv6", "ipv").replace("port-25", "port");
        assert!(is_kebab(&words, ""), "{}", rule.id);
        for sentence in [rule.summary, rule.pass_message] {
            assert!(
                sentence.ends_with('.') && sentence.starts_with(char::is_uppercase),
                "{}: {sentence}",
                rule.id
            );
        }
        // The facts' age is not a setting.
        let is_by_setting = rule.id != "farm-facts-old";
        assert_eq!(!rule.about.is_empty(), is_by_setting, "{}", rule.id);
        rule.about
            .iter()
            .for_each(|key| assert!(keys.contains(*key), "{} is about `{key}`", rule.id));
    }
}

#[test]
fn ids_of_rules_are_unique() {
    let mut ids = BTreeSet::new();
    for rule in rules::all() {
        assert!(ids.insert(rule.id), "two rules are called {}", rule.id);
    }
}
