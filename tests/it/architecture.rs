//! The rooms' walls: which room may use which, and who may reach outside. Read from the sources
//! themselves.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A way to the outside, and the words that open it. A word that ends in `!` is a macro, one in `(`
/// a call.
struct Door {
    name: &'static str,
    words: &'static [&'static str],
}

const SOCKETS: Door = Door {
    name: "a socket",
    words: &[
        "TcpStream",
        "TcpListener",
        "UdpSocket",
        "UnixStream",
        "UnixListener",
        "ToSocketAddrs",
        "to_socket_addrs(",
        "lookup_host(",
        "tokio",
        "hickory_resolver",
        "ldap3",
    ],
};
const CLOCK: Door = Door {
    name: "a clock",
    words: &["Instant", "SystemTime", "UNIX_EPOCH", "sleep("],
};
const PROCESSES: Door = Door {
    name: "a process",
    words: &["std::process"],
};
const ENVIRONMENT: Door = Door {
    name: "the environment",
    words: &[
        "std::env",
        "env::var(",
        "env::var_os(",
        "env::args(",
        "env::args_os(",
    ],
};
const FILES: Door = Door {
    name: "files",
    words: &[
        "std::fs",
        "fs::read(",
        "fs::read_to_string(",
        "fs::write(",
        "File::open(",
        "File::create(",
        "OpenOptions",
        "exists(",
        "is_file(",
        "is_dir(",
        "read_dir(",
        "canonicalize(",
        "symlink_metadata(",
        "walkdir",
        "tempfile",
    ],
};
const PRINTING: Door = Door {
    name: "printing",
    words: &[
        "println!",
        "print!",
        "eprintln!",
        "eprint!",
        "dbg!",
        "stdout(",
        "stderr(",
        "stdin(",
        "error.print(",
        "anstream::stdout",
        "anstream::stderr",
    ],
};
const TERMINAL: Door = Door {
    name: "the person at the terminal",
    words: &["dialoguer"],
};
const DOORS: [&Door; 7] = [
    &SOCKETS,
    &CLOCK,
    &PROCESSES,
    &ENVIRONMENT,
    &FILES,
    &PRINTING,
    &TERMINAL,
];

/// A part of the sources, and what it may use.
struct Room {
    /// Files whose path below `src/` begins so; the longest that fits is the file's room.
    path: &'static str,
    /// Other rooms, or a single item of one. Every room may use itself, `error` and `text`.
    uses: &'static [&'static str],
    doors: &'static [&'static Door],
    asynchronous: bool,
}

const fn pure(path: &'static str, uses: &'static [&'static str]) -> Room {
    with_doors(path, uses, &[])
}

const fn with_doors(
    path: &'static str,
    uses: &'static [&'static str],
    doors: &'static [&'static Door],
) -> Room {
    Room {
        path,
        uses,
        doors,
        asynchronous: false,
    }
}

const EVERYTHING: &[&str] = &[
    "formats", "farm", "facts", "remedy", "rules", "report", "probe", "wizard", "cli", "fs", "term",
];

const ROOMS: &[Room] = &[
    pure("error.rs", &[]),
    pure("text.rs", &[]),
    pure("formats/", &[]),
    pure("farm/", &["formats"]),
    pure("farm/file.rs", &["formats", "fs"]),
    with_doors("fs/", &[], &[&FILES, &CLOCK]),
    pure("facts/", &["formats", "farm"]),
    pure("remedy/", &["formats"]),
    pure("rules/", &["formats", "farm", "facts", "remedy"]),
    pure(
        "report/",
        &["formats", "farm", "facts", "remedy", "rules", "term"],
    ),
    pure("term/", &["farm"]),
    pure("wizard/", &["formats", "farm"]),
    Room {
        path: "probe/",
        uses: &["formats", "farm", "facts"],
        doors: &[&SOCKETS, &CLOCK],
        asynchronous: true,
    },
    with_doors(
        "probe/folder",
        &["formats", "farm", "facts"],
        &[&CLOCK, &FILES],
    ),
    Room {
        path: "probe/iis",
        uses: &["formats", "farm", "facts"],
        doors: &[&FILES, &CLOCK, &ENVIRONMENT],
        asynchronous: false,
    },
    // Its streams are those of the programs that it starts.
    Room {
        path: "probe/rights/unix/helper.rs",
        uses: &[],
        doors: &[&SOCKETS, &CLOCK, &PROCESSES, &PRINTING],
        asynchronous: true,
    },
    with_doors("cli/", EVERYTHING, &[&CLOCK, &ENVIRONMENT, &FILES]),
    with_doors("cli/console.rs", EVERYTHING, &[&PRINTING, &ENVIRONMENT]),
    with_doors(
        "cli/commands/wizard/",
        EVERYTHING,
        &[&TERMINAL, &FILES, &PROCESSES, &ENVIRONMENT],
    ),
    with_doors(
        "cli/args/password.rs",
        EVERYTHING,
        &[&TERMINAL, &ENVIRONMENT],
    ),
    pure("lib.rs", EVERYTHING),
    with_doors("main.rs", &["run"], &[&ENVIRONMENT, &PROCESSES]),
];

/// The room of a file, by its path below `src/`.
fn room_of(path: &str) -> &'static Room {
    let fits = ROOMS.iter().filter(|room| path.starts_with(room.path));
    fits.max_by_key(|room| room.path.len())
        .unwrap_or_else(|| panic!("src/{path} lies in no room: add it to the table"))
}

/// What a file breaks, each as `src/file:line: rule`.
fn offences(path: &str, source: &str) -> Vec<String> {
    let room = room_of(path);
    let code = code_of(source);
    let mut found: Vec<(usize, String)> = Vec::new();
    for door in DOORS
        .iter()
        .filter(|door| !room.doors.iter().any(|allowed| allowed.name == door.name))
    {
        let words = door
            .words
            .iter()
            .flat_map(|word| places(&code, word).into_iter().map(move |at| (at, *word)));
        found.extend(
            words.map(|(at, word)| (at, format!("{} reaches {}: `{word}`", room.path, door.name))),
        );
        let grouped = paths_from(&code, "std")
            .into_iter()
            .filter_map(|(at, path)| {
                let word = door.words.iter().find(|word| is_within(&path, word))?;
                Some((at, format!("{} reaches {}: `{word}`", room.path, door.name)))
            });
        found.extend(grouped);
    }
    if !room.asynchronous {
        let words = ["async", "await"]
            .into_iter()
            .flat_map(|word| places(&code, word));
        found.extend(words.map(|at| {
            (
                at,
                format!("{} is asynchronous; only probe/ may be", room.path),
            )
        }));
    }
    let arrows = arrows(path, &code)
        .into_iter()
        .filter(|(_, target)| !may_use(room, target));
    found.extend(arrows.map(|(at, target)| (at, format!("{} must not use `{target}`", room.path))));
    let line = |at: usize| code[..at].matches('\n').count() + 1;
    let lines: BTreeSet<(usize, String)> = found
        .into_iter()
        .map(|(at, what)| (line(at), what))
        .collect();
    lines
        .into_iter()
        .map(|(line, what)| format!("src/{path}:{line}: {what}"))
        .collect()
}

fn may_use(room: &Room, target: &str) -> bool {
    let own = room.path.split(['/', '.']).next().unwrap_or_default();
    [own, "error", "text"]
        .iter()
        .chain(room.uses)
        .any(|allowed| is_within(target, allowed))
}

/// Whether a path is the other, or leads on from it.
fn is_within(path: &str, other: &str) -> bool {
    path.strip_prefix(other)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Every path into the crate, from its root: `crate::a::b`, `crate::{a, b}`, and as many `super::`
/// as lead there.
fn arrows(path: &str, code: &str) -> Vec<(usize, String)> {
    let file = path.trim_end_matches(".rs");
    let module = file
        .strip_suffix("/mod")
        .unwrap_or(if file == "lib" { "" } else { file });
    let depth = module.split('/').filter(|part| !part.is_empty()).count();
    let climb = vec!["super"; depth].join("::");
    let mut arrows = paths_from(code, "crate");
    if depth > 0 {
        arrows.extend(paths_from(code, &climb));
    }
    arrows.extend(paths_from(code, "spinmail"));
    arrows
}

/// The paths that begin with a root, the root left out for the crate's own and groups in braces
/// taken apart.
fn paths_from(code: &str, root: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in places(code, root) {
        // In `super::super::x`, only the outermost is a root of its own.
        if code[..at].ends_with("::") {
            continue;
        }
        let Some(rest) = code[at + root.len()..].strip_prefix("::") else {
            continue;
        };
        let start = if root == "std" { "std::" } else { "" };
        branches(rest, code.len() - rest.len(), start, &mut found);
    }
    found
}

/// Reads one path of a use tree and returns what follows it.
fn branches<'a>(
    text: &'a str,
    at: usize,
    before: &str,
    found: &mut Vec<(usize, String)>,
) -> &'a str {
    let text_at = |rest: &str| at + text.len() - rest.len();
    let trimmed = text.trim_start();
    if let Some(mut rest) = trimmed.strip_prefix('{') {
        while !matches!(rest.trim_start().chars().next(), None | Some('}')) {
            rest = branches(rest, text_at(rest), before, found);
            let end = rest.find([',', '}']).unwrap_or(rest.len());
            rest = rest[end..].strip_prefix(',').unwrap_or(&rest[end..]);
        }
        return rest.trim_start().strip_prefix('}').unwrap_or("");
    }
    let (name, rest) = trimmed.split_at(
        trimmed
            .find(|letter| !is_name(letter))
            .unwrap_or(trimmed.len()),
    );
    match rest.strip_prefix("::") {
        Some(rest) => branches(rest, text_at(rest), &format!("{before}{name}::"), found),
        None => {
            // `a::{self, b}` names `a` itself.
            let path = if name == "self" {
                before.trim_end_matches("::").to_owned()
            } else {
                format!("{before}{name}")
            };
            found.push((text_at(trimmed), path));
            rest
        }
    }
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Where a word stands by itself.
fn places(code: &str, word: &str) -> Vec<usize> {
    let open_end = word.ends_with(['!', '(']);
    let alone = |at: &usize| {
        let before = code[..*at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(is_name) && (open_end || !after.is_some_and(is_name))
    };
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(alone)
        .collect()
}

/// The source with its comments, texts and tests blanked out, line for line.
fn code_of(source: &str) -> String {
    let mut code = without_texts(source);
    while let Some(start) = code.find("#[cfg(test)]") {
        let end = item_end(&code, start + "#[cfg(test)]".len());
        let blank = blanked(&code[start..end]);
        code.replace_range(start..end, &blank);
    }
    code
}

/// Where the item behind an attribute ends: with its block, or with a semicolon.
fn item_end(code: &str, start: usize) -> usize {
    let mut depth = 0usize;
    for (at, letter) in code[start..].char_indices() {
        match letter {
            '{' | '[' | '(' => depth += 1,
            ']' | ')' => depth -= 1,
            '}' if depth <= 1 => return start + at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return start + at + 1,
            _ => {}
        }
    }
    code.len()
}

fn blanked(text: &str) -> String {
    text.chars()
        .map(|letter| if letter == '\n' { '\n' } else { ' ' })
        .collect()
}

fn without_texts(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(letter) = rest.chars().next() {
        let follows_name = code.chars().next_back().is_some_and(is_name);
        let text = text_length(rest, follows_name);
        let (piece, after) = rest.split_at(text.unwrap_or(letter.len_utf8()));
        code.push_str(&if text.is_some() {
            blanked(piece)
        } else {
            piece.to_owned()
        });
        rest = after;
    }
    code
}

/// The length of the comment, text or character that a source begins with.
fn text_length(source: &str, follows_name: bool) -> Option<usize> {
    if source.starts_with("//") {
        return Some(source.find('\n').unwrap_or(source.len()));
    }
    if source.starts_with("/*") {
        return Some(block_comment(source));
    }
    if source.starts_with('"') {
        return Some(quoted(source, '"'));
    }
    if let Some(rest) = source.strip_prefix('\'') {
        // Otherwise it begins a lifetime.
        let inner = rest.chars().next()?;
        let is_character = inner == '\\' || rest[inner.len_utf8()..].starts_with('\'');
        return is_character.then(|| quoted(source, '\''));
    }
    let raw = source.strip_prefix('r').filter(|_| !follows_name)?;
    let hashes = raw.len() - raw.trim_start_matches('#').len();
    let inner = raw[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    Some(
        source.len() - inner.len()
            + inner
                .find(&close)
                .map_or(inner.len(), |at| at + close.len()),
    )
}

fn block_comment(source: &str) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < source.len() {
        let pair = source.as_bytes().get(at..at + 2).unwrap_or_default();
        match pair {
            b"/*" => depth += 1,
            b"*/" if depth == 1 => return at + 2,
            b"*/" => depth -= 1,
            _ => {}
        }
        at += if matches!(pair, b"/*" | b"*/") { 2 } else { 1 };
    }
    source.len()
}

fn quoted(source: &str, close: char) -> usize {
    let mut escaped = false;
    for (at, letter) in source.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == close => return at + letter.len_utf8(),
            _ => {}
        }
    }
    source.len()
}

/// Every source file's path below `src/`, and its text.
fn sources() -> Vec<(String, String)> {
    let root = crate::support::root().join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let read = |path: &PathBuf| {
        let below = path
            .strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        (below, fs::read_to_string(path).unwrap())
    };
    files.iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.extension().is_some_and(|end| end == "rs") {
            _ if path.is_dir() => collect(&path, files),
            true => files.push(path),
            false => {}
        }
    }
    files.sort();
}

/// The files that `#[cfg(test)] mod NAME;` brings in.
fn test_files(path: &str, source: &str) -> Vec<String> {
    let code = without_texts(source);
    let folder = match path.rsplit_once('/') {
        Some((folder, "mod.rs")) => folder.to_owned(),
        _ if matches!(path, "lib.rs" | "main.rs") => String::new(),
        _ => path.trim_end_matches(".rs").to_owned(),
    };
    let modules = code.split("#[cfg(test)]").skip(1).filter_map(|rest| {
        let (name, _) = rest.trim_start().strip_prefix("mod ")?.split_once(';')?;
        name.chars().all(is_name).then(|| {
            format!("{folder}/{name}.rs")
                .trim_start_matches('/')
                .to_owned()
        })
    });
    modules.collect()
}

#[test]
fn every_room_keeps_to_itself() {
    let sources = sources();
    let tests: Vec<String> = sources
        .iter()
        .flat_map(|(path, text)| test_files(path, text))
        .collect();
    let judged = sources.iter().filter(|(path, _)| !tests.contains(path));
    let offences: Vec<String> = judged
        .flat_map(|(path, text)| offences(path, text))
        .collect();
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn every_room_of_the_table_exists() {
    let sources = sources();
    for room in ROOMS {
        assert!(
            sources.iter().any(|(path, _)| path.starts_with(room.path)),
            "there is no src/{}",
            room.path
        );
    }
}

/// What the checker says of a made-up file, without the path in front.
#[track_caller]
fn said(path: &str, source: &str) -> Vec<String> {
    let prefix = format!("src/{path}:");
    offences(path, source)
        .iter()
        .map(|offence| offence.strip_prefix(&prefix).unwrap().to_owned())
        .collect()
}

#[test]
fn planted_offences_are_found() {
    for (path, source, expected) in [
        (
            "rules/x.rs",
            "use std::net::TcpStream;",
            "1: rules/ reaches a socket: `TcpStream`",
        ),
        (
            "facts/mod.rs",
            "\nuse std::{fmt,\n  fs};",
            "3: facts/ reaches files: `std::fs`",
        ),
        (
            "remedy/x.rs",
            "fn f() {\n  println!(\"\") }",
            "2: remedy/ reaches printing: `println!`",
        ),
        (
            "cli/get.rs",
            "fn f() { eprint!(\"\") }",
            "1: cli/ reaches printing: `eprint!`",
        ),
        (
            "cli/get.rs",
            "use std::io::{self, stdout};\n\nfn f() { stdout() }",
            "3: cli/ reaches printing: `stdout(`",
        ),
        (
            "farm/key.rs",
            "fn f() { std::env::var(\"\") }",
            "1: farm/ reaches the environment: `std::env`",
        ),
        (
            "report/x.rs",
            "use std::time::{Duration, Instant};",
            "1: report/ reaches a clock: `Instant`",
        ),
        (
            "wizard/x.rs",
            "use std::process::Command;",
            "1: wizard/ reaches a process: `std::process`",
        ),
        (
            "cli/x.rs",
            "async fn f() {}",
            "1: cli/ is asynchronous; only probe/ may be",
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
    ] {
        assert!(
            said(path, source).iter().any(|line| line == expected),
            "{source}\n{:#?}",
            said(path, source)
        );
    }
}

#[test]
fn what_does_not_count_is_left_alone() {
    for (path, source) in [
        (
            "rules/x.rs",
            "//! println!\n/* std::fs /* */ std::env */ const A: &str = r#\"std::fs \" \"#;",
        ),
        (
            "rules/x.rs",
            "const A: &str = \"a \\\" Instant\"; const B: char = '\"'; fn f<'a>(_: &'a str) {}",
        ),
        (
            "rules/x.rs",
            "#[cfg(test)]\n#[allow(x)]\nmod tests { use std::fs; fn f() { { println!() } } }",
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
        ("cli/console.rs", "fn f() { println!() }"),
        ("formats/x.rs", "fn f(reprint: InstantNoodle) {}"),
    ] {
        assert_eq!(said(path, source), Vec::<String>::new(), "{source}");
    }
    assert_eq!(
        said("rules/x.rs", "#[cfg(test)]\nmod t;\nuse std::fs;").len(),
        1
    );
    assert_eq!(
        test_files("farm/edit.rs", "#[cfg(test)]\nmod tests;"),
        ["farm/edit/tests.rs"]
    );
}
