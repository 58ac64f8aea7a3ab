//! Checks dependencies against `deny.toml`: licences, sources and banned packages. This is the part
//! of `cargo deny check` that needs no other program. CI does not build cargo-deny, because that
//! takes more than 17 minutes on two busy cores.

use crate::support::root;
use std::fs;
use std::process::Command;
use toml_edit::{DocumentMut, Item, Value};

fn toml_of(name: &str) -> DocumentMut {
    let text = fs::read_to_string(root().join(name)).expect("a file of the repository");
    text.parse().expect("TOML")
}

/// Returns the texts in an array of a table.
fn texts<'a>(table: &'a Item, key: &str) -> Vec<&'a str> {
    let list = table[key].as_array().expect("a list");
    list.iter()
        .map(|text| text.as_str().expect("a text"))
        .collect()
}

/// Returns the names of the banned packages.
fn banned(deny: &DocumentMut) -> Vec<&str> {
    let list = deny["bans"]["deny"].as_array().expect("a list");
    list.iter()
        .map(|ban| ban.as_inline_table().and_then(|ban| ban.get("name")))
        .map(|name| name.and_then(Value::as_str).expect("a name"))
        .collect()
}

#[test]
fn dependencies_of_the_lock_file_are_not_banned_and_come_from_known_registries() {
    let (deny, lock) = (toml_of("deny.toml"), toml_of("Cargo.lock"));
    let registries = texts(&deny["sources"], "allow-registry");
    let banned = banned(&deny);
    assert!(!banned.is_empty());
    for package in lock["package"].as_array_of_tables().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        assert!(!banned.contains(&name), "{name} is banned by deny.toml");
        // Members of the workspace have no source.
        if let Some(source) = package.get("source").and_then(Item::as_str) {
            let registry = source.strip_prefix("registry+").unwrap_or(source);
            assert!(registries.contains(&registry), "{name} is from {source}");
        }
    }
}

/// Returns whether the allowed licences satisfy a licence expression; `/` is an old form of OR.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let expression = spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX)
        .unwrap_or_else(|error| panic!("{error}"));
    expression.evaluate(|licence| allowed.contains(&licence.to_string().as_str()))
}

#[test]
#[ignore = "needs cargo fetch"]
fn licences_of_dependencies_are_allowed() {
    let deny = toml_of("deny.toml");
    let allowed = texts(&deny["licenses"], "allow");
    let run = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    let metadata: serde_json::Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let refused: Vec<String> = metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .filter(|package| {
            !package["license"]
                .as_str()
                .is_some_and(|licence| is_allowed(licence, &allowed))
        })
        .map(|package| format!("{} {}", package["name"], package["license"]))
        .collect();
    assert!(
        refused.is_empty(),
        "not allowed by deny.toml:\n{}",
        refused.join("\n")
    );
}

#[test]
fn licence_expressions_are_evaluated() {
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0-only OR MIT", true),
        ("GPL-3.0-only/MIT", true),
        ("MIT AND ISC", false),
        ("(MIT OR ISC) AND Apache-2.0", true),
        ("Apache-2.0 WITH LLVM-exception", false),
        ("GPL-3.0-only", false),
    ] {
        let allowed = is_allowed(expression, &["MIT", "Apache-2.0"]);
        assert_eq!(allowed, expected, "{expression}");
    }
}
