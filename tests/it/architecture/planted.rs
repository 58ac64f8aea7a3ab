//! Proves that the checks work: they find violations in made-up sources, and nothing else.

use super::sources::Source;
use super::violations;

#[test]
fn planted_violations_are_found() {
    for (path, source, expected) in [
        (
            "rules/x.rs",
            "use std::net::TcpStream;",
            "1: rules/ reaches Sockets: `TcpStream`",
        ),
        (
            "facts/mod.rs",
            "\nuse std::{fmt,\n  fs};",
            "3: facts/ reaches Files: `std::fs`",
        ),
        (
            "farm/key.rs",
            "fn f() { std::env::var(\"\") }",
            "1: farm/ reaches Environment: `std::env`",
        ),
        (
            "report/x.rs",
            "use std::time::{Duration, Instant};",
            "1: report/ reaches Clock: `Instant`",
        ),
        (
            "report/x.rs",
            "fn f(p: P) {\n  p.exists() }",
            "2: report/ reaches Files: `exists(`",
        ),
        (
            "wizard/x.rs",
            "use std::process::Command;",
            "1: wizard/ reaches Processes: `std::process`",
        ),
        (
            "cli/x.rs",
            "use dialoguer::Input;",
            "1: cli/ reaches Terminal: `dialoguer`",
        ),
        (
            "cli/x.rs",
            "async fn f() {}",
            "1: cli/ reaches Async: `async`",
        ),
        (
            "farm/x.rs",
            "use crate::facts::Facts;",
            "1: farm/ must not use `facts::Facts`",
        ),
        (
            "farm/values/x.rs",
            "use super::super::super::rules;",
            "1: farm/ must not use `rules`",
        ),
        (
            "facts/mod.rs",
            "fn f() { super::report::write() }",
            "1: facts/ must not use `report::write`",
        ),
        (
            "rules/x.rs",
            "use crate::{farm::Farm,\n  report::{self, steps}};",
            "2: rules/ must not use `report`",
        ),
        (
            "probe/x.rs",
            "use crate::rules::{Area, Case};",
            "1: probe/ must not use `rules::Case`",
        ),
        (
            "main.rs",
            "fn main() { spinmail::testing::command() }",
            "1: main.rs must not use `testing::command`",
        ),
    ] {
        let found = violations(&Source::new(path, source));
        let expected = format!("src/{path}:{expected}");
        assert!(found.contains(&expected), "{source}\n{found:#?}");
    }
}

#[test]
fn comments_texts_and_tests_are_ignored() {
    for (path, source) in [
        (
            "rules/x.rs",
            "//! std::fs\n/* std::fs /* */ std::env */ const A: &str = r#\"std::fs \" \"#;",
        ),
        (
            "rules/x.rs",
            "const A: &str = \"a \\\" Instant\"; const B: char = '\"'; fn f<'a>(_: &'a str) {}",
        ),
        (
            "rules/x.rs",
            "#[cfg(test)]\n#[allow(x)]\nmod tests { use std::fs; fn f() { { g() } } }",
        ),
        (
            "rules/x.rs",
            "use std::net::{IpAddr, SocketAddr}; use crate::farm::Farm; use super::dns;",
        ),
        ("farm/values/x.rs", "use super::super::Farm;"),
        (
            "probe/x.rs",
            "use crate::facts::Area; async fn f() { tokio::spawn(x).await }",
        ),
        ("formats/x.rs", "fn f(sleeping: InstantNoodle) {}"),
    ] {
        let found = violations(&Source::new(path, source));
        assert!(found.is_empty(), "{source}\n{found:#?}");
    }
    let found = violations(&Source::new(
        "rules/x.rs",
        "#[cfg(test)]\nmod t;\nuse std::fs;",
    ));
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn test_files_of_a_source_are_found() {
    let source = Source::new(
        "farm/edit.rs",
        "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nuse a::b;",
    );
    assert_eq!(source.test_files, ["farm/edit/tests.rs"]);
}
