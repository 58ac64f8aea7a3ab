//! Checks which module may use which, which may access the outside, and that files do not import
//! each other in circles. The checks read the sources; `clippy.toml` decides what may print.

mod circles;
mod commands;
mod planted;
pub mod sources;

use sources::{PathUse, Source};
use std::collections::BTreeSet;

/// A capability that only some modules have: to access the outside, or to wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Capability {
    Sockets,
    Clock,
    Processes,
    Environment,
    Files,
    Terminal,
    /// Only code that waits for the outside needs async functions.
    Async,
}

use Capability::{Async, Clock, Environment, Files, Processes, Sockets, Terminal};

impl Capability {
    const ALL: [Self; 7] = [
        Sockets,
        Clock,
        Processes,
        Environment,
        Files,
        Terminal,
        Async,
    ];

    /// Returns the words that show the capability's use: a path with `::`, a call with `(`, or a
    /// name.
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
struct ModuleRules {
    /// The prefix of its files' paths below `src/`. If several prefixes match a file, the longest
    /// applies.
    path: &'static str,
    /// The modules, or single items of modules, that it may use. Every module may use itself,
    /// `error` and `text`.
    uses: &'static str,
    capabilities: &'static [Capability],
}

const fn module(
    path: &'static str,
    uses: &'static str,
    capabilities: &'static [Capability],
) -> ModuleRules {
    ModuleRules {
        path,
        uses,
        capabilities,
    }
}

const ALL: &str = "cli report rules remedy probe facts wizard term farm formats fs";

/// The modules in the order of the design: a module uses only modules after it.
const MODULES: &[ModuleRules] = &[
    module("main.rs", "run", &[Environment, Processes]),
    module("lib.rs", ALL, &[]),
    module("cli/", ALL, &[Clock, Environment, Files]),
    module("cli/console.rs", ALL, &[Environment]),
    module(
        "cli/commands/wizard/",
        ALL,
        &[Terminal, Files, Processes, Environment],
    ),
    module("cli/args/password.rs", ALL, &[Terminal, Environment]),
    module("report/", "rules remedy facts term farm formats fs", &[]),
    module("rules/", "remedy facts farm formats", &[]),
    module("remedy/", "formats", &[]),
    module("remedy/folder.rs", "farm formats", &[]),
    module("probe/", "facts farm formats", &[Sockets, Clock, Async]),
    module("probe/trust.rs", "facts fs", &[]),
    module("probe/folder", "facts farm formats", &[Clock, Files]),
    module("probe/folder/os/", "facts farm formats fs", &[Clock, Files]),
    module(
        "probe/iis",
        "facts farm formats fs",
        &[Files, Clock, Environment],
    ),
    module(
        "probe/rights/unix/helper.rs",
        "",
        &[Sockets, Clock, Processes, Async],
    ),
    module("facts/", "farm formats", &[]),
    module("wizard/", "farm formats", &[]),
    module("term/", "farm", &[]),
    module("farm/", "formats", &[]),
    module("farm/file.rs", "formats fs", &[]),
    module("formats/", "", &[]),
    module("fs/", "", &[Files, Clock]),
    module("text.rs", "", &[]),
    module("error.rs", "", &[]),
];

/// Returns the rules for the file with this path below `src/`.
fn module_of(path: &str) -> &'static ModuleRules {
    let fits = MODULES
        .iter()
        .filter(|module| path.starts_with(module.path));
    fits.max_by_key(|module| module.path.len())
        .unwrap_or_else(|| panic!("src/{path} is in no module: add it to the table"))
}

/// Returns the rules that a file violates, as `src/file:line: rule`.
fn violations(source: &Source) -> Vec<String> {
    let module = module_of(&source.path);
    let paths = source.paths();
    let mut found: BTreeSet<(usize, String)> = BTreeSet::new();
    for capability in Capability::ALL
        .iter()
        .filter(|capability| !module.capabilities.contains(capability))
    {
        for word in capability.words().split(' ') {
            for line in lines_with(word, source, &paths) {
                found.insert((
                    line,
                    format!("{} reaches {capability:?}: `{word}`", module.path),
                ));
            }
        }
    }
    for path in &paths {
        if let Some(target) = crate_path(source, path).filter(|target| !may_use(module, target)) {
            found.insert((
                path.line,
                format!("{} must not use `{target}`", module.path),
            ));
        }
    }
    found
        .into_iter()
        .map(|(line, what)| format!("src/{}:{line}: {what}", source.path))
        .collect()
}

/// Returns the lines that contain the word of a capability.
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

/// Returns the path from the crate's root, or `None` if the path leads out of the crate.
fn crate_path(source: &Source, path: &PathUse) -> Option<String> {
    match path.segments[0].as_str() {
        // The `crate` of `pub(crate)`.
        _ if path.segments.len() == 1 => None,
        "spinmail" => Some(path.segments[1..].join("::")),
        "crate" | "super" => {
            let module = [&source.module[..], &path.inside].concat();
            Some(circles::absolute(&module, &path.segments).join("::"))
        }
        _ => None,
    }
}

fn may_use(module: &ModuleRules, target: &str) -> bool {
    let own = module.path.split(['/', '.']).next().unwrap_or_default();
    [own, "error", "text"]
        .into_iter()
        .chain(module.uses.split(' '))
        .any(|allowed| is_within(target, allowed))
}

/// Returns whether a path equals the other or continues it.
fn is_within(path: &str, other: &str) -> bool {
    path.strip_prefix(other)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn every_file_keeps_to_its_module() {
    let sources = sources::below("src");
    let violations: Vec<String> = sources.iter().flat_map(violations).collect();
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn every_module_exists_and_uses_only_later_ones() {
    let sources = sources::below("src");
    for (at, module) in MODULES.iter().enumerate() {
        let is_there = sources
            .iter()
            .any(|source| source.path.starts_with(module.path));
        assert!(is_there, "there is no src/{}", module.path);
        // The command line and the crate's root are at the top, so the order does not apply to
        // them.
        if matches!(module.path, "main.rs" | "lib.rs") || module.path.starts_with("cli/") {
            continue;
        }
        for used in module.uses.split(' ').filter(|used| !used.is_empty()) {
            let place = MODULES
                .iter()
                .position(|other| other.path == format!("{used}/"));
            assert!(place > Some(at), "{} uses {used}", module.path);
        }
    }
}
