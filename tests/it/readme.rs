//! Runs README.md: every fenced block, in order, in one folder, as a reader does who starts with an
//! empty folder next to the examples.
//!
//! - `sh`: each line is a command, which must complete; findings are allowed.
//! - `text` with lines that begin with `$ `: the commands are run, and the text below each
//!   is compared. An ellipsis stands for the rest of its line, and one on its own for any number
//!   of lines.
//! - `text wizard`: the wizard prints these lines in this order.
//! - `toml`: a part of a farm file, which is read.
//! - `powershell`, and `sh no-run` with the reason: not run here. Their spinmail commands are
//!   parsed.

use crate::support::{Folder, example, root};
use crate::wizard::terminal::{ENTER, Terminal};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const WIDTH: &str = "100";
const ELLIPSIS: &str = "…";

/// The file that keeps the folder in which the next command begins.
const CURRENT: &str = ".current-folder";

/// A fenced block of README.
struct Fence {
    /// The line of README where it begins.
    line: usize,
    /// The text after the three backticks.
    info: String,
    lines: Vec<String>,
}

fn fences() -> Vec<Fence> {
    let text = fs::read_to_string(root().join("README.md")).expect("README.md");
    let mut fences: Vec<Fence> = Vec::new();
    let mut is_open = false;
    for (at, line) in text.lines().enumerate() {
        let line_of_list = line.trim_start();
        match line_of_list.strip_prefix("```") {
            Some(info) if !is_open => fences.push(Fence {
                line: at + 1,
                info: info.trim().to_owned(),
                lines: Vec::new(),
            }),
            None if is_open => {
                let fence = fences.last_mut().expect("an open fence");
                fence.lines.push(line.to_owned());
            }
            _ => {}
        }
        is_open ^= line_of_list.starts_with("```");
    }
    assert!(!is_open, "README.md ends within a fence");
    fences
}

/// A command and the output that README shows.
struct Session {
    line: usize,
    command: String,
    shown: Vec<String>,
}

impl Fence {
    fn sessions(&self) -> Vec<Session> {
        let mut sessions: Vec<Session> = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            match (line.strip_prefix("$ "), sessions.last_mut()) {
                (Some(command), _) => sessions.push(Session {
                    line: self.line + at + 1,
                    command: command.to_owned(),
                    shown: Vec::new(),
                }),
                (None, Some(session)) => session.shown.push(line.clone()),
                (None, None) => panic!("README.md:{}: a command is missing", self.line),
            }
        }
        sessions
    }
}

/// Returns whether the lines match the expected ones: an ellipsis stands for the rest of its line,
/// and one on its own for any number of lines.
fn fits(expected: &[&str], lines: &[&str]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((&first, rest)) if first.trim() == ELLIPSIS => {
            (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..]))
        }
        Some((first, rest)) => {
            let is_same = |line: &&str| match first.strip_suffix(ELLIPSIS) {
                Some(start) => line.starts_with(start),
                None => line == first,
            };
            lines.first().is_some_and(is_same) && fits(rest, &lines[1..])
        }
    }
}

/// The result of a command.
struct Outcome {
    code: Option<i32>,
    /// The output, in the order in which it was printed.
    printed: String,
}

/// Returns a folder with the examples, in which README is run.
fn folder() -> Folder {
    let folder = Folder::new();
    fs::create_dir(folder.path("examples")).expect("a folder");
    folder.write("examples/farm.toml", example("farm.toml"));
    folder.write("examples/facts.json", example("facts.json"));
    folder.write(CURRENT, folder.path("").to_str().expect("a path"));
    folder
}

/// Runs a command in the folder where the previous one ended, with the program on the path.
fn run(folder: &Folder, command: &str) -> Outcome {
    let programs = Path::new(env!("CARGO_BIN_EXE_spinmail"))
        .parent()
        .expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let current = folder.path(CURRENT);
    let script = format!(
        "cd \"$(cat '{file}')\" || exit 99\n{{ {command}\n}} 2>&1\nstatus=$?\npwd > '{file}'\n\
         exit $status\n",
        file = current.display()
    );
    let inner = folder.command(&[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]);
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let output = shell
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("COLUMNS", WIDTH)
        .stdin(std::process::Stdio::null())
        .output()
        .expect("a shell");
    Outcome {
        code: output.status.code(),
        printed: String::from_utf8(output.stdout).expect("UTF-8 output"),
    }
}

/// Checks that a command completed: one of spinmail may have findings or undecided rules.
fn assert_works(line: usize, command: &str, outcome: &Outcome) {
    let allowed: &[i32] = if command.starts_with("spinmail ") {
        &[0, 1, 3]
    } else {
        &[0]
    };
    let is_allowed = outcome.code.is_some_and(|code| allowed.contains(&code));
    assert!(
        is_allowed,
        "README.md:{line}: `{command}` ends with {:?} and prints:\n{}",
        outcome.code, outcome.printed
    );
}

/// Checks a command of spinmail without running it.
fn assert_parses(line: usize, command: &str) {
    let command = command.split(" | ").next().unwrap_or_default();
    let words = words(command);
    if words.first().is_none_or(|word| word != "spinmail") {
        return;
    }
    let parsed = spinmail::testing::command().try_get_matches_from(&words);
    match parsed.map_err(|error| (error.kind(), error.to_string())) {
        Ok(_) | Err((clap::error::ErrorKind::DisplayVersion, _)) => {}
        Err((_, why)) => panic!("README.md:{line}: {why}"),
    }
}

/// Splits a line into words as a shell does, as far as README needs: spaces, single quotes, a
/// comment.
fn words(line: &str) -> Vec<String> {
    let line = line.split(" #").next().unwrap_or_default();
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

#[test]
fn every_fence_of_readme_works_in_order() {
    let folder = folder();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for fence in fences() {
        let (kind, reason) = fence.info.split_once(' ').unwrap_or((&fence.info, ""));
        match (kind, reason) {
            ("sh", "") => {
                for (at, command) in fence.lines.iter().enumerate() {
                    let outcome = run(&folder, command);
                    assert_works(fence.line + at + 1, command, &outcome);
                }
            }
            ("sh", reason) => {
                let why = reason.strip_prefix("no-run:").unwrap_or_default();
                assert!(!why.trim().is_empty(), "README.md:{}: why?", fence.line);
                check_unrun(&fence);
            }
            ("powershell", "") => check_unrun(&fence),
            ("text", "") => fence
                .sessions()
                .iter()
                .for_each(|one| compare(&folder, one)),
            ("text", "wizard") => ask_the_wizard(&fence),
            ("toml", "") => {
                let part = Folder::with_farm(&fence.lines.join("\n"));
                let run = part.run(&["show"]);
                assert_eq!(run.code, 0, "README.md:{}: {}", fence.line, run.err);
            }
            _ => panic!("README.md:{}: unknown fence `{}`", fence.line, fence.info),
        }
        *counts.entry(kind.to_owned()).or_default() += 1;
    }
    for (kind, least) in [("sh", 6), ("text", 6), ("toml", 1)] {
        let count = counts.get(kind).copied().unwrap_or_default();
        assert!(count >= least, "{kind}: {counts:?}");
    }
}

fn check_unrun(fence: &Fence) {
    for (at, command) in fence.lines.iter().enumerate() {
        assert_parses(fence.line + at + 1, command);
    }
}

fn compare(folder: &Folder, session: &Session) {
    let outcome = run(folder, &session.command);
    let is_refused = session.shown.iter().any(|line| line.starts_with("error: "));
    if is_refused {
        assert_eq!(outcome.code, Some(2), "README.md:{}", session.line);
    } else {
        assert_works(session.line, &session.command, &outcome);
    }
    let expected: Vec<&str> = session.shown.iter().map(String::as_str).collect();
    let expected = expected.join("\n");
    let expected: Vec<&str> = expected.trim_end().lines().collect();
    let printed: Vec<&str> = outcome.printed.trim_end().lines().collect();
    assert!(
        fits(&expected, &printed),
        "README.md:{}: `{}` prints:\n{}",
        session.line,
        session.command,
        outcome.printed
    );
}

/// The answers to the wizard's questions in README's sample session.
const ANSWERS: &[&str] = &[
    "yes",
    "advanced",
    "no",
    "lists@fabrikam.com",
    "lists.fabrikam.com",
    r"C:\inetpub\mailroot\drop",
    "no",
    "yes",
    "no",
];

/// What every prompt says: `Enter for VALUE` or `Enter leaves it empty`.
const PROMPT: &str = "; Enter ";

/// Adds the typed text to the printed text: the test's terminal does not echo.
fn with_answers(seen: &str) -> String {
    let mut answers = ANSWERS.iter();
    let mut whole = String::new();
    for line in seen.lines().map(|line| line.trim_end_matches('\r')) {
        let start = line.find(PROMPT).unwrap_or(line.len());
        let end = line[start..].find(": ").map(|at| start + at + 2);
        let (prompt, rest) = line.split_at(end.unwrap_or(line.len()));
        whole.push_str(prompt);
        if end.is_some() {
            whole.push_str(answers.next().expect("an answer for each prompt"));
            whole.push('\n');
        }
        whole.push_str(rest);
        whole.push('\n');
    }
    whole
}

fn ask_the_wizard(fence: &Fence) {
    let folder = Folder::new();
    let mut terminal = Terminal::of_width(100, &folder, &["wizard", "--plain"]);
    for answer in ANSWERS {
        terminal.answer(PROMPT, &[answer, ENTER]);
    }
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    let seen = with_answers(&seen);
    let mut lines = seen.lines();
    for expected in fence.lines.iter().filter(|line| *line != ELLIPSIS) {
        assert!(
            lines.any(|line| line == expected),
            "README.md:{}: the wizard does not print `{expected}` there:\n{seen}",
            fence.line
        );
    }
}

/// Returns the paths in a guide: the targets of its links, and words that look like paths of the
/// repository.
fn named_paths(text: &str) -> Vec<String> {
    let links = text.split("](").skip(1);
    let links = links.filter_map(|rest| rest.split([')', '#']).next());
    let words = text.split(|letter: char| letter.is_whitespace() || "`(),;:".contains(letter));
    let is_path = |word: &str| {
        let folder = word.split('/').next().unwrap_or_default();
        word.contains('/')
            && matches!(
                folder,
                "src" | "tests" | "crates" | "docs" | "packaging" | ".ci"
            )
            && !word.contains(['*', '<', '…'])
    };
    links
        .filter(|link| !link.contains("://"))
        .chain(words.filter(|word| is_path(word)))
        .map(|path| path.trim_end_matches('.').to_owned())
        .filter(|path| !path.is_empty())
        .collect()
}

#[test]
fn guides_name_only_paths_that_exist() {
    for guide in ["README.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root().join(guide)).expect("a guide");
        let paths = named_paths(&text);
        assert!(paths.len() > 5, "{guide}: {paths:?}");
        for path in paths {
            assert!(root().join(&path).exists(), "{guide}: {path} is missing");
        }
    }
}

/// The picture uses the names of `trace` for the hops.
#[test]
fn picture_shows_every_hop_of_trace() {
    let picture = fs::read_to_string(root().join("docs/mail-route.svg")).expect("the picture");
    let document = roxmltree::Document::parse(&picture).expect("XML");
    let texts: Vec<&str> = document
        .descendants()
        .filter(|node| node.has_tag_name("text"))
        .filter_map(|node| node.text())
        .collect();
    let folder = Folder::new();
    folder.write("farm.toml", example("farm.toml"));
    folder.write("facts.json", example("facts.json"));
    let address = "docs@sharepoint.fabrikam.com";
    let run = folder.run(&["trace", address, "--facts", "facts.json"]);
    let hops: Vec<&str> = run
        .out
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once("─ "))
        .filter_map(|(_, hop)| hop.split("  ").next())
        .collect();
    assert_eq!(hops.len(), 9, "{}", run.out);
    let shown = texts.join(" ");
    for hop in hops {
        assert!(
            shown.contains(hop),
            "`{hop}` is not in the picture: {shown}"
        );
    }
}
