//! Completion: what may stand at a place of the command line. The shells' scripts ask for it
//! through the environment.

use super::files;
use crate::farm::key::{entry_names, every_key};
use crate::farm::values::Word;
use crate::farm::{
    Farm, Key, Owner, SETTINGS, Section, Setting, SettingKind, SettingValue, Table, file,
};
use crate::report::Exit;
use crate::rules::{self, Area};
use crate::text::is_unsafe;
use clap::builder::StyledStr;
use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::{CompleteEnv, Shells};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The variable by which a shell asks; its value names the shell.
pub const VARIABLE: &str = "COMPLETE";

/// Answers a shell that asks for completions; nothing where this is a usual run.
pub fn answer(arguments: &[OsString]) -> Option<Exit> {
    let shell = std::env::var_os(VARIABLE)?;
    // The variable may be another program's.
    Path::new(&shell)
        .file_stem()
        .and_then(OsStr::to_str)
        .and_then(|name| SHELLS.completer(name))?;
    let line = Arc::new(Line::new(arguments));
    let factory = || with_candidates(super::command(), "", &line);
    let here = std::env::current_dir().ok();
    let arguments = arguments.iter().cloned();
    match CompleteEnv::with_factory(factory)
        .var(VARIABLE)
        .try_complete(arguments, here.as_deref())
    {
        Ok(true) => Some(Exit::Clean),
        Ok(false) => None,
        // A shell in the middle of a line must not be talked to.
        Err(_) => Some(Exit::Unfinished),
    }
}

/// The script that makes a shell ask `spinmail` whenever it completes.
///
/// # Errors
/// There is no such shell.
pub fn script(shell: &str) -> std::io::Result<String> {
    let shell = SHELLS
        .completer(shell)
        .ok_or(std::io::ErrorKind::NotFound)?;
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)?;
    let mut script = String::from_utf8_lossy(&script)
        .trim_start()
        .trim_end()
        .to_owned()
        + "\n";
    if shell.is("zsh") {
        script.push_str(AUTOLOADED);
    }
    Ok(script)
}

const PROGRAM: &str = "spinmail";
const SHELLS: Shells<'static> = Shells::builtins();
/// As a file of `fpath`, the script is run for the first completion itself.
const AUTOLOADED: &str = "\nif [ \"$funcstack[1]\" = \"_spinmail\" ]; then\n    \
                          _clap_dynamic_completer_spinmail \"$@\"\nfi\n";

/// The command line that is being typed, as far as it goes.
struct Line {
    words: Vec<String>,
}

impl Line {
    /// The words behind `--`; the program's own name is the first of them.
    fn new(arguments: &[OsString]) -> Self {
        let typed = arguments.iter().skip_while(|word| *word != "--").skip(2);
        Self {
            words: typed
                .map(|word| word.to_string_lossy().into_owned())
                .collect(),
        }
    }

    /// The farm of the file that is meant; none where it cannot be read.
    fn farm(&self) -> Farm {
        let named = self
            .words
            .iter()
            .enumerate()
            .find_map(|(at, word)| match word.as_str() {
                "--file" | "-f" => self.words.get(at + 1).map(PathBuf::from),
                word => word
                    .strip_prefix("--file=")
                    .or_else(|| word.strip_prefix("-f"))
                    .map(PathBuf::from),
            });
        let path = named.unwrap_or_else(|| files::unnamed().0);
        // An unreadable file has no names to offer, and a pipe would keep the shell waiting.
        let loaded = path.is_file().then(|| file::load(&path).ok()).flatten();
        loaded
            .map(|loaded| loaded.document.farm)
            .unwrap_or_default()
    }

    /// The setting that `set` is to give a value.
    fn key(&self) -> Option<Key> {
        self.words
            .iter()
            .skip_while(|word| *word != "set")
            .skip(1)
            .find_map(|word| Key::from_text(word).ok())
    }
}

/// What an argument's value may be.
#[derive(Debug, Clone, Copy)]
enum Kinds {
    Keys,
    ValueOfKey,
    RulesAndSettings,
    /// Rules' ids, and the words they begin with.
    Selectors,
    Names(Table),
    SafeServers,
    /// A list's address: what is typed before the `@`, and the farm's domain.
    Address,
    ValueOf(&'static Setting),
}

/// What completion knows of an argument of a command, beyond what its parser lists.
fn kinds(command: &str, argument: &Arg) -> Option<Kinds> {
    match (command, argument.get_id().as_str()) {
        ("get" | "set" | "unset", "key") => Some(Kinds::Keys),
        ("set", "value") => Some(Kinds::ValueOfKey),
        ("explain", "name") => Some(Kinds::RulesAndSettings),
        (_, "only" | "skip") => Some(Kinds::Selectors),
        ("server remove", "entry") => Some(Kinds::Names(Table::Server)),
        ("web-application remove", "entry") => Some(Kinds::Names(Table::WebApplication)),
        ("safe-servers remove", "entry") => Some(Kinds::SafeServers),
        ("trace", "address") => Some(Kinds::Address),
        (_, name) if argument.get_possible_values().is_empty() => {
            let of_page = SETTINGS
                .iter()
                .find(|row| row.section != Section::OffPage && row.name == name);
            of_page.map(Kinds::ValueOf)
        }
        _ => None,
    }
}

/// The command with what completion knows.
fn with_candidates(command: Command, path: &str, line: &Arc<Line>) -> Command {
    command
        .mut_args(|argument| match kinds(path, &argument) {
            None => argument,
            Some(kinds) => {
                let line = Arc::clone(line);
                argument.add(ArgValueCompleter::new(move |typed: &OsStr| {
                    candidates(kinds, &line, typed)
                }))
            }
        })
        .mut_subcommands(|sub| {
            let path = format!("{path} {}", sub.get_name());
            with_candidates(sub, path.trim_start(), line)
        })
}

/// A value, and what it is.
type Candidate = (String, String);

fn candidates(kinds: Kinds, line: &Line, typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else {
        return Vec::new();
    };
    let found = match kinds {
        Kinds::Keys => keys(line, typed),
        Kinds::ValueOfKey => line
            .key()
            .map(|key| values(&key, &line.farm()))
            .unwrap_or_default(),
        Kinds::RulesAndSettings => rules::all()
            .map(of_rule)
            .chain(SETTINGS.iter().map(of_setting))
            .collect(),
        Kinds::Selectors => selectors(),
        Kinds::Names(table) => entry_names(&line.farm(), table)
            .into_iter()
            .map(bare)
            .collect(),
        Kinds::SafeServers => Key::from_text("safe-servers")
            .map(|key| present(&key, &line.farm()))
            .unwrap_or_default(),
        Kinds::Address => addresses(&line.farm(), typed),
        Kinds::ValueOf(setting) => values(
            &Key {
                setting,
                owner: Owner::Farm,
            },
            &line.farm(),
        ),
    };
    let fitting = found
        .into_iter()
        .filter(|(value, _)| value.starts_with(typed) && is_plain(value));
    fitting
        .map(|(value, help)| CompletionCandidate::new(value).help(text(&help)))
        .collect()
}

/// Whether a shell takes a text as one word and as nothing else. Names of a farm file may hold
/// anything, and what is completed is run.
fn is_plain(text: &str) -> bool {
    let plain = |character: char| character.is_alphanumeric() || "._/:@,+-".contains(character);
    text.starts_with(char::is_alphanumeric) && text.chars().all(plain)
}

fn text(help: &str) -> Option<StyledStr> {
    (!help.is_empty() && !help.contains(is_unsafe)).then(|| help.to_owned().into())
}

fn bare(value: String) -> Candidate {
    (value, String::new())
}

fn of_rule(rule: &'static rules::Rule) -> Candidate {
    (rule.id.to_owned(), rule.summary.to_owned())
}

fn of_setting(setting: &'static Setting) -> Candidate {
    (setting.key(), setting.label.to_owned())
}

/// Ids of rules, and the areas that they begin with.
fn selectors() -> Vec<Candidate> {
    let begins =
        |area: &Area| rules::all().any(|rule| rule.id.starts_with(&format!("{}-", area.name())));
    let areas = Area::ALL
        .into_iter()
        .filter(begins)
        .map(|area| (area.name().to_owned(), "all rules so called".to_owned()));
    areas.chain(rules::all().map(of_rule)).collect()
}

/// Dotted names, those of the file's entries too; the last part alone once something is typed and
/// where it is unique.
fn keys(line: &Line, typed: &str) -> Vec<Candidate> {
    let of_file = every_key(&line.farm())
        .into_iter()
        .map(|(name, setting, _)| (name, setting.label.to_owned()));
    let is_short = !typed.is_empty() && !typed.contains('.');
    let short = SETTINGS
        .iter()
        .filter(|row| is_short && Key::from_text(row.name).is_ok());
    let short = short.map(|row| (row.name.to_owned(), row.label.to_owned()));
    let accept = rules::all().filter(|_| typed.starts_with("accept."));
    let accept = accept.map(|rule| {
        (
            format!("accept.{}.reason", rule.id),
            rule.summary.to_owned(),
        )
    });
    let mut keys: Vec<Candidate> = short.chain(of_file).chain(accept).collect();
    keys.dedup();
    keys
}

/// What a setting may be: the words of a closed list, else what the file says.
fn values(key: &Key, farm: &Farm) -> Vec<Candidate> {
    let words = |words: &'static [Word]| {
        words
            .iter()
            .map(|word| (word.word.to_owned(), word.meaning.to_owned()))
    };
    let others = match key.setting.kind {
        SettingKind::Flag => return ["yes", "no"].map(|word| bare(word.to_owned())).to_vec(),
        SettingKind::Word(list) => return words(list).collect(),
        SettingKind::Words(list) => {
            return words(list)
                .chain([("none".to_owned(), "an empty list".to_owned())])
                .collect();
        }
        SettingKind::AllOrList(_) => vec!["all".to_owned()],
        _ if key.setting.name == "smtp-server" => entry_names(farm, Table::Server),
        _ => Vec::new(),
    };
    let present = present(key, farm);
    let new = others
        .into_iter()
        .filter(|other| !present.iter().any(|(value, _)| value == other))
        .map(bare);
    let new: Vec<Candidate> = new.collect();
    [new, present].concat()
}

/// What the file says, a list entry by entry.
fn present(key: &Key, farm: &Farm) -> Vec<Candidate> {
    match key.read(farm) {
        Ok(Some(SettingValue::List(list))) => list
            .into_iter()
            .map(|entry| (entry, "in the list now".to_owned()))
            .collect(),
        Ok(Some(value)) => vec![(value.to_string(), "as it is".to_owned())],
        _ => Vec::new(),
    }
}

fn addresses(farm: &Farm, typed: &str) -> Vec<Candidate> {
    let Some((local, _)) = typed.split_once('@') else {
        return Vec::new();
    };
    let domain = farm
        .incoming
        .display_address
        .iter()
        .map(|typed| &typed.text);
    domain
        .map(|domain| {
            (
                format!("{local}@{domain}"),
                "the farm's display address".to_owned(),
            )
        })
        .collect()
}
