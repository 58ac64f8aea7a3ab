//! Golden copies: the output of a fixed set of command lines, byte for byte, with the exit status.
//! A change of structure must not change them. `SPINMAIL_UPDATE=1 cargo test --test it golden`
//! writes them again.

use crate::support::{Folder, root, timeless};
use std::fs;

const UPDATE: &str = "SPINMAIL_UPDATE";

/// Every format of a report.
const FORMATS: [&str; 12] = [
    "text",
    "table",
    "json",
    "jsonl",
    "gitlab",
    "azure",
    "markdown",
    "junit",
    "sarif",
    "github",
    "prometheus",
    "html",
];

/// The name of a golden file, and the command lines whose output it contains.
type Golden = (String, Vec<String>);

/// Returns a folder with the example, its facts, a broken farm, a fleet and one file of every
/// foreign format. The folder's name is always the same.
fn world() -> Folder {
    let folder = Folder::named("world");
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

/// The command lines that are run with every format.
const REPORTS: [&str; 7] = [
    "validate",
    "verify --facts facts.json",
    "verify dns --facts facts.json --verbose",
    "validate broken.toml",
    "validate nowhere.toml",
    "validate fleet farm.toml",
    "verify --farms fleet --facts facts.json",
];
/// Each SARIF run contains the texts of all rules, so one is enough.
const SARIF_REPORT: &str = "verify --facts facts.json";

const RECORDED: &[&str] = &[
    "trace docs@sharepoint.fabrikam.com --facts facts.json",
    "trace docs@sharepoint.fabrikam.com --facts facts.json --verbose",
    "trace docs@sharepoint.fabrikam.com --facts facts.json --format json",
    "trace docs@elsewhere.example --facts facts.json",
    "gather --facts facts.json",
];

const FARM_FILE: &[&str] = &[
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

/// These commands are run with text and with JSON output.
const INSPECTED: &[&str] = &[
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

/// Returns all command lines, by the golden file that contains their output.
fn golden() -> Vec<Golden> {
    let reports = FORMATS.map(|format| {
        let lines = match format {
            "sarif" => &[SARIF_REPORT],
            _ => &REPORTS[..],
        };
        let lines = lines.iter().map(|line| format!("{line} --format {format}"));
        (format!("report-{format}"), lines.collect())
    });
    let inspected = INSPECTED
        .iter()
        .flat_map(|line| ["text", "json"].map(|form| format!("inspect {line} --format {form}")));
    let others = [
        ("recorded", owned(RECORDED)),
        ("farm-file", owned(FARM_FILE)),
        ("inspect", inspected.collect()),
        ("explain", explained()),
        ("help", helps(&spinmail::testing::command(), "")),
    ];
    let others = others.map(|(name, lines)| (name.to_owned(), lines));
    reports.into_iter().chain(others).collect()
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

/// Returns the list of rules, and the page of every rule and every setting.
fn explained() -> Vec<String> {
    let rules = spinmail::testing::rules::all().map(|rule| rule.id.to_owned());
    let settings = spinmail::testing::farm::SETTINGS
        .iter()
        .map(|setting| setting.key());
    let pages = rules.chain(settings).map(|name| format!("explain {name}"));
    std::iter::once("explain".to_owned()).chain(pages).collect()
}

/// Returns `--help` of a command and of its subcommands. `path` is the command, with a trailing
/// space.
fn helps(command: &clap::Command, path: &str) -> Vec<String> {
    let below = command
        .get_subcommands()
        .flat_map(|sub| helps(sub, &format!("{path}{} ", sub.get_name())));
    std::iter::once(format!("{path}--help"))
        .chain(below)
        .collect()
}

/// Returns the output and exit status of command lines.
fn printed(folder: &Folder, lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        let run = folder.run(&line.split_whitespace().collect::<Vec<_>>());
        text += &format!(
            "$ spinmail {line}\n{}{}? {}\n\n",
            run.out, run.err, run.code
        );
    }
    timeless(&text).replace(&version(folder), "VERSION")
}

fn version(folder: &Folder) -> String {
    let out = folder.run(&["--version"]).out;
    out.trim().trim_start_matches("spinmail ").to_owned()
}

/// Returns where a text differs from its golden copy, or `None` if it does not.
fn difference(name: &str, golden: &str, text: &str) -> Option<String> {
    for (at, (old, new)) in golden.lines().zip(text.lines()).enumerate() {
        if old != new {
            let line = at + 1;
            return Some(format!("{name}:{line}\n  golden: {old}\n  now:    {new}"));
        }
    }
    (golden != text).then(|| format!("{name}: one is longer than the other"))
}

#[test]
fn golden_copies_match() {
    let folder = world();
    let mut stale = Vec::new();
    for (name, lines) in golden() {
        let name = format!("{name}.txt");
        let text = printed(&folder, &lines);
        let path = root().join("tests/golden").join(&name);
        if std::env::var_os(UPDATE).is_some() {
            fs::write(&path, &text).expect("a golden copy");
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        stale.extend(difference(&name, &golden, &text));
    }
    assert!(
        stale.is_empty(),
        "{}\nread the difference, then: {UPDATE}=1 cargo test --test it golden",
        stale.join("\n")
    );
}
