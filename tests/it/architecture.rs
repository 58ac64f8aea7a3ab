//! The walls between the modules: which may use which, which may reach outside, and no circle of
//! imports between files. Read from the sources themselves; what prints is up to `clippy.toml`.

mod circles;
mod sources;

use sources::{PathUse, Source};
use std::collections::BTreeSet;

/// A way to the outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Sockets,
    Clock,
    Processes,
    Environment,
    Files,
    Terminal,
    /// Not a way out, but only what waits for the outside needs it.
    Async,
}

use Door::{Async, Clock, Environment, Files, Processes, Sockets, Terminal};

impl Door {
    const ALL: [Self; 7] = [
        Sockets,
        Clock,
        Processes,
        Environment,
        Files,
        Terminal,
        Async,
    ];

    /// Returns the words that open it: with `::` a path, with `(` a call, else a name.
    fn words(self) -> &'static str {
        match self {
            Sockets => {
                "TcpStream TcpListener UdpSocket UnixStream UnixListener ToSocketAddrs \
                 to_socket_addrs( lookup_host( tokio hickory_resolver ldap3"
            }
            Clock => "Instant SystemTime UNIX_EPOCH sleep(",
            Processes => "std::process",
            Environment => "std::env",
            Files => {
                "std::fs OpenOptions exists( is_file( is_dir( read_dir( canonicalize( \
                 symlink_metadata( walkdir tempfile"
            }
            Terminal => "dialoguer",
            Async => "async await",
        }
    }
}

/// A part of the sources, and what it may use.
struct Room {
    /// Files whose path below `src/` begins so; the longest that fits is the file's room.
    path: &'static str,
    /// Other modules, or a single item of one. Every room may use itself, `error` and `text`.
    uses: &'static str,
    doors: &'static [Door],
}

const fn room(path: &'static str, uses: &'static str, doors: &'static [Door]) -> Room {
    Room { path, uses, doors }
}

const ALL: &str = "cli report rules remedy probe facts wizard term farm formats fs";

/// The modules as the design lists them: what one uses comes after it.
const ROOMS: &[Room] = &[
    room("main.rs", "run", &[Environment, Processes]),
    room("lib.rs", ALL, &[]),
    room("cli/", ALL, &[Clock, Environment, Files]),
    room("cli/console.rs", ALL, &[Environment]),
    room(
        "cli/commands/wizard/",
        ALL,
        &[Terminal, Files, Processes, Environment],
    ),
    room("cli/args/password.rs", ALL, &[Terminal, Environment]),
    room("report/", "rules remedy facts term farm formats fs", &[]),
    room("rules/", "remedy facts farm formats", &[]),
    room("remedy/", "formats", &[]),
    room("probe/", "facts farm formats", &[Sockets, Clock, Async]),
    room("probe/folder", "facts farm formats", &[Clock, Files]),
    room(
        "probe/iis",
        "facts farm formats",
        &[Files, Clock, Environment],
    ),
    room(
        "probe/rights/unix/helper.rs",
        "",
        &[Sockets, Clock, Processes, Async],
    ),
    room("facts/", "farm formats", &[]),
    room("wizard/", "farm formats", &[]),
    room("term/", "farm", &[]),
    room("farm/", "formats", &[]),
    room("farm/file.rs", "formats fs", &[]),
    room("formats/", "", &[]),
    room("fs/", "", &[Files, Clock]),
    room("text.rs", "", &[]),
    room("error.rs", "", &[]),
];

/// Returns the room of a file, by its path below `src/`.
fn room_of(path: &str) -> &'static Room {
    let fits = ROOMS.iter().filter(|room| path.starts_with(room.path));
    fits.max_by_key(|room| room.path.len())
        .unwrap_or_else(|| panic!("src/{path} is in no room: add it to the table"))
}

/// Returns what a file breaks, each as `src/file:line: rule`.
fn offences(source: &Source) -> Vec<String> {
    let room = room_of(&source.path);
    let paths = source.paths();
    let mut found: BTreeSet<(usize, String)> = BTreeSet::new();
    for door in Door::ALL.iter().filter(|door| !room.doors.contains(door)) {
        for word in door.words().split(' ') {
            for line in lines_with(word, source, &paths) {
                found.insert((line, format!("{} reaches {door:?}: `{word}`", room.path)));
            }
        }
    }
    for path in &paths {
        if let Some(target) = arrow(source, path).filter(|target| !may_use(room, target)) {
            found.insert((path.line, format!("{} must not use `{target}`", room.path)));
        }
    }
    found
        .into_iter()
        .map(|(line, what)| format!("src/{}:{line}: {what}", source.path))
        .collect()
}

/// Returns the lines in which a word of a door occurs.
fn lines_with(word: &str, source: &Source, paths: &[PathUse]) -> Vec<usize> {
    if word.contains("::") {
        let within = paths
            .iter()
            .filter(|path| is_within(&path.segments.join("::"), word));
        return within.map(|path| path.line).collect();
    }
    let (name, follows) = match word.strip_suffix('(') {
        Some(name) => (name, "("),
        None => (word, ""),
    };
    source
        .tokens
        .windows(2)
        .filter(|pair| pair[0].text == name && pair[1].text.starts_with(follows))
        .map(|pair| pair[0].line)
        .collect()
}

/// Returns where a path into the crate leads, from the crate's root, or `None` if it leads
/// elsewhere.
fn arrow(source: &Source, path: &PathUse) -> Option<String> {
    match path.segments[0].as_str() {
        // That of `pub(crate)` and its like.
        _ if path.segments.len() == 1 => None,
        "spinmail" => Some(path.segments[1..].join("::")),
        "crate" | "super" => {
            let module = [&source.module[..], &path.inside].concat();
            Some(circles::absolute(&module, &path.segments).join("::"))
        }
        _ => None,
    }
}

fn may_use(room: &Room, target: &str) -> bool {
    let own = room.path.split(['/', '.']).next().unwrap_or_default();
    [own, "error", "text"]
        .into_iter()
        .chain(room.uses.split(' '))
        .any(|allowed| is_within(target, allowed))
}

/// Whether a path is the other, or leads on from it.
fn is_within(path: &str, other: &str) -> bool {
    path.strip_prefix(other)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn sources_every_file_keeps_to_its_room() {
    let sources = sources::below("src");
    let offences: Vec<String> = sources.iter().flat_map(offences).collect();
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn rooms_every_one_exists_and_uses_only_later_ones() {
    let sources = sources::below("src");
    for (at, room) in ROOMS.iter().enumerate() {
        let is_there = sources
            .iter()
            .any(|source| source.path.starts_with(room.path));
        assert!(is_there, "there is no src/{}", room.path);
        // The command line is the top: what it and the crate's root use needs no order.
        if matches!(room.path, "main.rs" | "lib.rs") || room.path.starts_with("cli/") {
            continue;
        }
        for used in room.uses.split(' ').filter(|used| !used.is_empty()) {
            let place = ROOMS
                .iter()
                .position(|other| other.path == format!("{used}/"));
            assert!(place > Some(at), "{} uses {used}", room.path);
        }
    }
}

#[test]
fn offences_planted_in_a_source_are_found() {
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
        let found = offences(&Source::new(path, source));
        let expected = format!("src/{path}:{expected}");
        assert!(found.contains(&expected), "{source}\n{found:#?}");
    }
}

#[test]
fn offences_in_comments_texts_and_tests_are_none() {
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
        let found = offences(&Source::new(path, source));
        assert!(found.is_empty(), "{source}\n{found:#?}");
    }
    let found = offences(&Source::new(
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
