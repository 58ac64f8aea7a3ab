//! Golden copies: what the program prints for a fixed set of command lines, byte for byte, with its
//! exit status. They hold through a change of structure. `SPINMAIL_UPDATE=1 cargo test --test it
//! golden` writes them again.

use crate::support::{Folder, root, timeless};
use std::collections::BTreeMap;
use std::fs;

const UPDATE: &str = "SPINMAIL_UPDATE";

/// Every format of a report.
const FORMATS: [&str; 8] = [
    "text",
    "table",
    "json",
    "junit",
    "sarif",
    "github",
    "prometheus",
    "html",
];

/// A golden file's name, and the command lines whose output it holds.
type Golden = BTreeMap<String, Vec<Vec<String>>>;

/// Splits a command line at its spaces.
fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// A folder with the example, its facts, a broken farm, a fleet and one file of every foreign
/// format.
fn world() -> Folder {
    let folder = Folder::new();
    for (from, to) in [
        ("examples/farm.toml", "farm.toml"),
        ("examples/facts.json", "facts.json"),
        ("tests/cli/malformed.in/farm.toml", "broken.toml"),
        (
            "crates/iis-metabase/tests/samples/several-servers.xml",
            "several.xml",
        ),
        (
            "crates/iis-metabase/tests/samples/server-2022.xml",
            "MetaBase.xml",
        ),
        ("crates/iis-metabase/tests/samples/utf-16.xml", "utf-16.xml"),
        ("tests/descriptors/icacls-save-tree.txt", "icacls.txt"),
        ("tests/descriptors/ntfs.bin", "ntfs.bin"),
        ("tests/descriptors/samba-ntacl.bin", "ntacl.bin"),
        ("tests/descriptors/organizational-unit.sddl", "unit.sddl"),
        ("tests/mail/alert.eml", "alert.eml"),
        ("tests/mail/copied.eml", "copied.eml"),
        ("tests/mail/routable.eml", "routable.eml"),
        ("tests/mail/wrapped.eml", "wrapped.eml"),
        ("tests/mail/aliases.txt", "aliases.txt"),
    ] {
        copy(from, &folder, to);
    }
    for fleet in ["fleet", "fleet/sub"] {
        fs::create_dir(folder.path(fleet)).expect("a folder");
    }
    for name in ["a-good.toml", "broken.toml", "sub/warned.toml"] {
        copy(
            &format!("tests/cli/validate.in/fleet/{name}"),
            &folder,
            &format!("fleet/{name}"),
        );
    }
    copy("examples/farm.toml", &folder, "fleet/fabrikam.toml");
    folder
}

/// Copies a file of the repository into a test's folder.
fn copy(from: &str, folder: &Folder, to: &str) {
    fs::copy(root().join(from), folder.path(to)).unwrap_or_else(|error| panic!("{from}: {error}"));
}

/// Adds a golden file, whose name must be new.
fn add(golden: &mut Golden, name: &str, lines: Vec<Vec<String>>) {
    let former = golden.insert(name.to_owned(), lines);
    assert!(former.is_none(), "{name} twice");
}

/// All command lines, by the golden file that holds what they print.
fn golden() -> Golden {
    let mut golden = Golden::new();
    for format in FORMATS {
        let lines = [
            "validate",
            "verify --facts facts.json",
            "verify dns --facts facts.json --verbose",
            "validate broken.toml",
            "validate nowhere.toml",
            "validate fleet farm.toml",
            "verify --farms fleet --facts facts.json",
        ];
        // Each run of SARIF holds all rules' texts, so one is enough.
        let lines = if format == "sarif" {
            &lines[1..2]
        } else {
            &lines[..]
        };
        let lines = lines
            .iter()
            .map(|line| words(&format!("{line} --format {format}")));
        add(&mut golden, &format!("report-{format}"), lines.collect());
    }
    let lines = [
        "trace docs@sharepoint.fabrikam.com --facts facts.json",
        "trace docs@sharepoint.fabrikam.com --facts facts.json --verbose",
        "trace docs@sharepoint.fabrikam.com --facts facts.json --format json",
        "trace docs@elsewhere.example --facts facts.json",
        "gather --facts facts.json",
    ];
    add(&mut golden, "recorded", lines.map(words).into());
    let lines = [
        "show",
        "show --format json",
        "list",
        "list --format json",
        "list server",
        "get display-address",
        "get farm.nothing",
        "path",
        "diff fleet/a-good.toml",
        "server list",
        "web-application list",
        "set display-address lists@fabrikam.com",
        "set display-address lists.fabrikam.com --check",
        "unset safe-servers --dry-run",
        "mode automatic --dry-run",
        "dms no --dry-run",
        "schema farm",
        "schema facts",
        "schema report",
        "validate --only nothing",
        "verify --since nowhere.json --facts facts.json",
        "verfy",
    ];
    add(&mut golden, "farm-file", lines.map(words).into());
    let inspected = [
        "metabase several.xml",
        "metabase MetaBase.xml",
        "metabase utf-16.xml",
        "metabase alert.eml",
        "descriptor icacls.txt",
        "descriptor ntfs.bin",
        "descriptor ntacl.bin",
        "descriptor unit.sddl",
        "descriptor ntfs.bin --account S-1-5-18",
        "mail alert.eml",
        "mail copied.eml",
        "mail routable.eml",
        "mail wrapped.eml",
        "mail routable.eml --aliases aliases.txt",
        "container OU=SharePointContacts,DC=fabrikam,DC=com",
        "container OU=,DC",
        "relay-list 00",
    ];
    let lines = inspected
        .iter()
        .flat_map(|line| ["text", "json"].map(|form| format!("inspect {line} --format {form}")));
    add(
        &mut golden,
        "inspect",
        lines.map(|line| words(&line)).collect(),
    );
    add(
        &mut golden,
        "explain",
        std::iter::once("explain".to_owned())
            .chain(explained())
            .map(|line| words(&line))
            .collect(),
    );
    add(
        &mut golden,
        "help",
        helps(&spinmail::testing::command(), &[]),
    );
    golden
}

/// A page for every rule and every setting.
fn explained() -> Vec<String> {
    let rules = spinmail::testing::rules::all().map(|rule| rule.id.to_owned());
    let settings = spinmail::testing::farm::SETTINGS
        .iter()
        .map(|setting| setting.key());
    rules
        .chain(settings)
        .map(|name| format!("explain {name}"))
        .collect()
}

/// `--help` of a command and of those below it.
fn helps(command: &clap::Command, path: &[&str]) -> Vec<Vec<String>> {
    let own = path
        .iter()
        .copied()
        .chain(["--help"])
        .map(str::to_owned)
        .collect();
    let below = command
        .get_subcommands()
        .flat_map(|sub| helps(sub, &[path, &[sub.get_name()]].concat()));
    std::iter::once(own).chain(below).collect()
}

#[test]
fn golden_copies_hold() {
    let folder = world();
    let version = folder.run(&["--version"]).out;
    let version = version.trim().trim_start_matches("spinmail ");
    let mut stale = Vec::new();
    for (name, lines) in golden() {
        let mut text = String::new();
        for line in &lines {
            let run = folder.run(&line.iter().map(String::as_str).collect::<Vec<_>>());
            text += &format!("$ spinmail {}\n{}", line.join(" "), run.out);
            text += &format!("{}? {}\n\n", run.err, run.code);
        }
        let text = timeless(&text).replace(version, "VERSION");
        let path = root().join("tests/golden").join(format!("{name}.txt"));
        if std::env::var_os(UPDATE).is_some() {
            fs::create_dir_all(root().join("tests/golden")).expect("the folder");
            fs::write(&path, &text).expect("a golden copy");
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        if let Some((at, (old, new))) = golden
            .lines()
            .zip(text.lines())
            .enumerate()
            .find(|(_, (old, new))| old != new)
        {
            stale.push(format!(
                "{name}.txt:{}\n  golden: {old}\n  now:    {new}",
                at + 1
            ));
        } else if golden != text {
            stale.push(format!("{name}.txt: one is longer than the other"));
        }
    }
    assert!(
        stale.is_empty(),
        "{}\nread the difference, then: {UPDATE}=1 cargo test --test it golden",
        stale.join("\n")
    );
}
