//! The licence notices of the crates in the program: their licences require that copies contain
//! them. `SPINMAIL_UPDATE=1 cargo test --test it notices -- --include-ignored` writes the file,
//! which packages contain. It needs the sources of the crates of all platforms (`cargo fetch`), but
//! no network.

use crate::support::root;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use toml_edit::DocumentMut;

const FILE: &str = "packaging/third-party-notices";

/// The command that writes the file.
const UPDATE: &str = "SPINMAIL_UPDATE=1 cargo test --test it notices -- --include-ignored";

const HEAD: &str = "Third-party notices\n\nspinmail contains Rust's standard library and the crates \
                    below. The texts of their licences follow, each once, below the names of its \
                    crates.\n";

/// The platforms that the program is packaged for, each with its features.
const PLATFORMS: [(&str, &str); 2] = [
    ("x86_64-unknown-linux-gnu", ""),
    ("x86_64-pc-windows-gnu", "kerberos"),
];

/// The parts that every Rust program contains. Its licences and copyright holder are those of
/// `libc`, which belongs to the same project; its parts of LLVM have the licence of `rustix`.
const STANDARD_LIBRARY: &str = "Rust's standard library";
const STANDARD_LICENCE: &str = "MIT OR Apache-2.0; in it addr2line, cfg-if, gimli, hashbrown, libc, \
                                object, rustc-demangle (MIT OR Apache-2.0), adler2, miniz_oxide (MIT), \
                                memchr (Unlicense OR MIT), foldhash (Zlib), and of LLVM \
                                compiler-builtins and libunwind (Apache-2.0 WITH LLVM-exception)";

/// A crate of the program.
struct Crate {
    name: String,
    licence: String,
    /// The texts of its licences and notices.
    texts: BTreeSet<String>,
}

fn metadata(platform: &str, features: &str) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .args(["--filter-platform", platform, "--features", features])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("metadata")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Returns the ids of the packages that the program is linked from, without dependencies of tests
/// and build scripts.
fn linked(metadata: &Value) -> BTreeSet<&str> {
    let nodes: BTreeMap<&str, &Value> = list(&metadata["resolve"]["nodes"])
        .map(|node| (text(&node["id"]), node))
        .collect();
    let mut found = BTreeSet::new();
    let mut next = vec![text(&metadata["resolve"]["root"])];
    while let Some(id) = next.pop() {
        if found.insert(id) {
            let normal = list(&nodes[id]["deps"])
                .filter(|dep| list(&dep["dep_kinds"]).any(|kind| kind["kind"].is_null()));
            next.extend(normal.map(|dep| text(&dep["pkg"])));
        }
    }
    found
}

/// Returns the licence texts in a package's folder.
fn licence_texts(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a package's folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = name.to_uppercase();
            path.is_file()
                && [
                    "LICENSE",
                    "LICENCE",
                    "COPYING",
                    "COPYRIGHT",
                    "NOTICE",
                    "UNLICENSE",
                ]
                .iter()
                .any(|start| name.starts_with(start))
        })
        .map(|path| {
            let bytes = fs::read(path).expect("a licence");
            let lines: Vec<String> = String::from_utf8_lossy(&bytes)
                .lines()
                .map(|line| line.trim_end().to_owned())
                .collect();
            lines.join("\n").trim_matches('\n').to_owned()
        })
        .collect()
}

/// Returns the crates of all platforms; those only for Windows are marked.
fn crates() -> Vec<Crate> {
    let mut all: Vec<Crate> = Vec::new();
    for (platform, features) in PLATFORMS {
        for each in crates_on(platform, features) {
            if all.iter().any(|known| known.name == each.name) {
                continue;
            }
            let is_extra = platform != PLATFORMS[0].0;
            let licence = match is_extra {
                true => format!("{} (on Windows)", each.licence),
                false => each.licence,
            };
            all.push(Crate { licence, ..each });
        }
    }
    all.push(standard_library(&all));
    all.sort_by(|one, two| one.name.cmp(&two.name));
    all
}

fn standard_library(crates: &[Crate]) -> Crate {
    let of = |name: &str| {
        let found = crates.iter().find(|each| {
            each.name
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(' '))
        });
        found.expect("a crate of the program").texts.clone()
    };
    let holder = "The Rust Project Developers";
    let mut texts = of("libc");
    assert!(texts.iter().any(|text| text.contains(holder)), "{texts:?}");
    let of_llvm = of("rustix").into_iter();
    texts.extend(of_llvm.filter(|text| text.contains("LLVM Exceptions")));
    Crate {
        name: STANDARD_LIBRARY.to_owned(),
        licence: STANDARD_LICENCE.to_owned(),
        texts,
    }
}

fn crates_on(platform: &str, features: &str) -> Vec<Crate> {
    let metadata = metadata(platform, features);
    let linked = linked(&metadata);
    list(&metadata["packages"])
        .filter(|package| linked.contains(text(&package["id"])) && !package["source"].is_null())
        .map(|package| {
            let manifest = Path::new(text(&package["manifest_path"]));
            Crate {
                name: format!("{} {}", text(&package["name"]), text(&package["version"])),
                licence: text(&package["license"]).to_owned(),
                texts: licence_texts(manifest.parent().expect("a folder")),
            }
        })
        .collect()
}

fn notices(crates: &[Crate]) -> String {
    let mut all = HEAD.to_owned();
    all.push('\n');
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in crates {
        let without = match one.texts.is_empty() {
            true => " (its package holds no text)",
            false => "",
        };
        writeln!(all, "{}: {}{without}", one.name, one.licence).expect("a text");
        for licence in &one.texts {
            users.entry(licence).or_default().push(&one.name);
        }
    }
    let mut texts: Vec<(&str, Vec<&str>)> = users.into_iter().collect();
    texts.sort_by(|one, two| one.1.cmp(&two.1));
    for (licence, names) in texts {
        let line = "-".repeat(72);
        writeln!(all, "\n{line}\n{}\n\n{licence}", names.join(", ")).expect("a text");
    }
    all
}

/// Returns the names and versions of the crates in the notices.
fn crates_in(notices: &str) -> BTreeSet<String> {
    let rule = "-".repeat(72);
    let list = notices.split(&rule).next().unwrap_or_default();
    let names = list.lines().filter_map(|line| line.split_once(": "));
    let names = names.map(|(name, _)| name.to_owned());
    names.filter(|name| name != STANDARD_LIBRARY).collect()
}

#[test]
fn notices_are_of_locked_versions() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("the lock");
    let lock: DocumentMut = lock.parse().expect("TOML");
    let packages = lock["package"].as_array_of_tables().expect("packages");
    let locked: BTreeSet<String> = packages
        .iter()
        .map(|package| ["name", "version"].map(|key| package[key].as_str().expect("a text")))
        .map(|parts| parts.join(" "))
        .collect();
    let kept = fs::read_to_string(root().join(FILE)).expect("the notices");
    let named = crates_in(&kept);
    assert!(named.len() > 100, "{named:?}");
    let outdated: Vec<&String> = named.difference(&locked).collect();
    assert!(
        outdated.is_empty(),
        "{outdated:?}; {UPDATE} writes {FILE} again"
    );
}

#[test]
#[ignore = "needs cargo fetch"]
fn notices_are_those_of_the_crates_in_the_program() {
    let written = notices(&crates());
    let path = root().join(FILE);
    if std::env::var_os("SPINMAIL_UPDATE").is_some() {
        fs::write(&path, &written).expect("the notices");
    }
    let kept = fs::read_to_string(&path).expect("the notices");
    assert!(kept == written, "{UPDATE} writes {FILE} again");
    assert!(!kept.contains(&*root().to_string_lossy()));
    for part in [
        STANDARD_LIBRARY,
        "windows-sys ",
        "LLVM Exceptions",
        "Rust Project Developers",
    ] {
        assert!(kept.contains(part), "{part}");
    }
}
