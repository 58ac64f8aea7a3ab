//! Completion: offers the words that can come next on the command line. The shells' scripts ask
//! through an environment variable.

mod paths;
mod shells;
mod words;

use super::args::{page_setting, unnamed_file};
use crate::farm::key::{entry_names, every_key};
use crate::farm::values::{DROP_FOLDER, Word};
use crate::farm::{Farm, Key, Owner, SETTINGS, Setting, SettingKind, SettingValue, Table, file};
use crate::fs::InputFile;
use crate::report::Exit;
use crate::rules::{self, Area};
use crate::text::is_unsafe;
use clap::builder::StyledStr;
use clap::{Arg, Command, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::CompleteEnv;
use shells::{Quoting, SHELLS};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The variable by which a shell asks; its value names the shell.
const VARIABLE: &str = "COMPLETE";

/// The variable with the words of the line, where the shell cannot pass each of them as an
/// argument. Each word has an end.
const WORDS: &str = "_SPINMAIL_WORDS";
const END_OF_WORD: char = '\u{1f}';

/// Answers a shell that asks for completions of this command line, or returns `None` if this is a
/// usual run.
pub(crate) fn answer(arguments: &[OsString], command: fn() -> Command) -> Option<Exit> {
    let shell = std::env::var_os(VARIABLE)?;
    // Another program may use the variable too.
    let completer = Path::new(&shell)
        .file_stem()
        .and_then(OsStr::to_str)
        .and_then(|name| SHELLS.completer(name))?;
    let quoting = shells::quoting(completer.name());
    let from_variable = match quoting {
        Quoting::Script => std::env::var(WORDS).ok(),
        // A variable with this name is from somewhere else.
        Quoting::Files => None,
    };
    let arguments = from_variable.map_or_else(|| arguments.to_vec(), |words| as_arguments(&words));
    let line = Arc::new(Line::new(&arguments, command, quoting));
    let folder = std::env::current_dir().ok();
    let answer = CompleteEnv::with_factory(|| with_candidates(command(), "", &line))
        .var(VARIABLE)
        .shells(SHELLS)
        .try_complete(arguments, folder.as_deref());
    match answer {
        Ok(true) => Some(Exit::Clean),
        Ok(false) => None,
        // A message would appear in the middle of the command line.
        Err(_) => Some(Exit::Unfinished),
    }
}

/// Returns the arguments of a shell that passes its words in a variable.
fn as_arguments(words: &str) -> Vec<OsString> {
    [PROGRAM, "--", PROGRAM]
        .into_iter()
        .chain(words.split_terminator(END_OF_WORD))
        .map(OsString::from)
        .collect()
}

/// Returns the script that makes a shell ask `spinmail` whenever it completes.
///
/// # Errors
/// There is no such shell.
pub(crate) fn script(shell: &str) -> std::io::Result<String> {
    let shell = SHELLS
        .completer(shell)
        .ok_or(std::io::ErrorKind::NotFound)?;
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)?;
    Ok(String::from_utf8_lossy(&script).into_owned())
}

const PROGRAM: &str = "spinmail";

/// The command line as typed so far.
struct Line {
    words: Vec<String>,
    command: fn() -> Command,
    quoting: Quoting,
}

impl Line {
    /// Reads the words after `--`, the first of which is the program's own name.
    fn new(arguments: &[OsString], command: fn() -> Command, quoting: Quoting) -> Self {
        let typed = arguments.iter().skip_while(|word| *word != "--").skip(2);
        Self {
            words: typed
                .map(|word| word.to_string_lossy().into_owned())
                .collect(),
            command,
            quoting,
        }
    }

    /// Returns whether a candidate will be one word of the line.
    fn takes(&self, candidate: &str) -> bool {
        self.quoting == Quoting::Script || is_plain(candidate)
    }

    /// Returns the farm in the farm file, or an empty one if the file cannot be read.
    fn farm(&self) -> Farm {
        // Reading a pipe would block the shell.
        let path = self
            .file_option()
            .unwrap_or_else(|| unnamed_file().path().to_owned());
        // An unreadable file has no names to offer.
        let file = InputFile::found(path);
        file::load(&file).map_or_else(|_| Farm::default(), |loaded| loaded.document.farm)
    }

    /// Returns the value of `--file`.
    fn file_option(&self) -> Option<PathBuf> {
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            let value = match word.as_str() {
                "--file" | "-f" => words.next().map(String::as_str),
                word => word
                    .strip_prefix("--file=")
                    .or_else(|| word.strip_prefix("-f")),
            };
            if let Some(value) = value {
                return Some(value.into());
            }
        }
        None
    }

    /// Returns the words after a command.
    fn words_behind(&self, command: &str) -> impl Iterator<Item = &String> {
        self.words
            .iter()
            .skip_while(move |word| *word != command)
            .skip(1)
    }

    /// Returns the setting whose value `set` completes.
    fn key(&self) -> Option<Key> {
        self.words_behind("set")
            .find_map(|word| Key::from_text(word).ok())
    }

    /// Returns the command that `help` is about, without the last word.
    fn helped_command(&self, typed: &str) -> Command {
        let mut command = (self.command)();
        for word in self.words_behind("help").filter(|word| *word != typed) {
            match command.find_subcommand(word) {
                Some(found) => command = found.clone(),
                None => break,
            }
        }
        command
    }
}

/// The source of an argument's completions.
#[derive(Debug, Clone, Copy)]
enum Completer {
    Keys,
    /// A value of the setting in the word before.
    ValueOfKey,
    RulesAndSettings,
    /// Rule ids, and their prefixes.
    RuleSelectors,
    /// Names of a table's rows.
    Names(Table),
    SafeServers,
    /// The possible next hops of mail.
    PassTargets,
    /// A list's address: the typed part before the `@`, and the farm's domain.
    Address,
    /// The subcommands of the command in the word before.
    Commands,
    ValueOf(&'static Setting),
    /// Files and folders.
    Paths(ValueHint),
}

impl Completer {
    /// Returns the source for an argument of a command, or `None` if its parser lists the values.
    fn new(command: &str, argument: &Arg) -> Option<Self> {
        match (command, argument.get_id().as_str()) {
            ("get" | "set" | "unset", "key") => Some(Self::Keys),
            ("set", "value") => Some(Self::ValueOfKey),
            ("explain", "name") => Some(Self::RulesAndSettings),
            (_, "only" | "skip") => Some(Self::RuleSelectors),
            ("server remove", "entry") => Some(Self::Names(Table::Server)),
            ("web-application remove", "entry") => Some(Self::Names(Table::WebApplication)),
            ("mail-host set" | "mail-host remove", "entry") => Some(Self::Names(Table::MailHost)),
            (_, "passes-to") => Some(Self::PassTargets),
            ("safe-servers remove", "entry") => Some(Self::SafeServers),
            ("trace", "address") => Some(Self::Address),
            ("help", "command") => Some(Self::Commands),
            _ if paths::is_path(argument.get_value_hint()) => {
                Some(Self::Paths(argument.get_value_hint()))
            }
            (_, name) if argument.get_possible_values().is_empty() => {
                page_setting(name).map(Self::ValueOf)
            }
            _ => None,
        }
    }

    fn candidates(self, line: &Line, typed: &OsStr) -> Vec<CompletionCandidate> {
        if let Self::Paths(hint) = self {
            return paths::candidates(hint, typed);
        }
        let Some(typed) = typed.to_str() else {
            return Vec::new();
        };
        self.all(line, typed)
            .into_iter()
            .filter(|(value, _)| value.starts_with(typed) && line.takes(value))
            .map(|(value, help)| CompletionCandidate::new(value).help(help_text(help)))
            .collect()
    }

    fn all(self, line: &Line, typed: &str) -> Vec<Candidate> {
        match self {
            Self::Keys => keys(line, typed),
            Self::ValueOfKey => line
                .key()
                .map(|key| values(&key, &line.farm()))
                .unwrap_or_default(),
            Self::RulesAndSettings => {
                let settings = SETTINGS
                    .iter()
                    .map(|setting| (setting.key(), setting.label.to_owned()));
                rules::all().map(from_rule).chain(settings).collect()
            }
            Self::RuleSelectors => rule_selectors(),
            Self::Names(table) => entry_names(&line.farm(), table)
                .into_iter()
                .map(without_help)
                .collect(),
            Self::SafeServers => Key::from_text("safe-servers")
                .map(|key| present_values(&key, &line.farm()))
                .unwrap_or_default(),
            Self::PassTargets => pass_targets(&line.farm())
                .into_iter()
                .map(without_help)
                .collect(),
            Self::Address => addresses(&line.farm(), typed),
            Self::Commands => line
                .helped_command(typed)
                .get_subcommands()
                .map(from_command)
                .collect(),
            Self::ValueOf(setting) => {
                let key = Key {
                    setting,
                    owner: Owner::Farm,
                };
                values(&key, &line.farm())
            }
            Self::Paths(_) => Vec::new(),
        }
    }
}

/// Adds completers to the arguments of a command and of its subcommands.
fn with_candidates(command: Command, path: &str, line: &Arc<Line>) -> Command {
    command
        .mut_args(|argument| match Completer::new(path, &argument) {
            None => argument,
            Some(completer) => {
                let line = Arc::clone(line);
                argument.add(ArgValueCompleter::new(move |typed: &OsStr| {
                    completer.candidates(&line, typed)
                }))
            }
        })
        .mut_subcommands(|sub| {
            let path = format!("{path} {}", sub.get_name());
            with_candidates(sub, path.trim_start(), line)
        })
}

/// A value and its description.
type Candidate = (String, String);

/// Returns whether a shell reads a text as one plain word. Names in a farm file can have any
/// character, and the completed command line will be run.
fn is_plain(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric)
        && text
            .chars()
            .all(|letter| letter.is_alphanumeric() || "._/:@,+-".contains(letter))
}

fn help_text(help: String) -> Option<StyledStr> {
    (!help.is_empty() && !help.contains(is_unsafe)).then(|| help.into())
}

fn without_help(value: String) -> Candidate {
    (value, String::new())
}

fn from_rule(rule: &'static rules::Rule) -> Candidate {
    (rule.id.to_owned(), rule.summary.to_owned())
}

fn from_command(command: &Command) -> Candidate {
    let about = command.get_about().map(ToString::to_string);
    (command.get_name().to_owned(), about.unwrap_or_default())
}

fn from_words(words: &'static [Word]) -> impl Iterator<Item = Candidate> {
    words
        .iter()
        .map(|word| (word.word.to_owned(), word.meaning.to_owned()))
}

/// Returns the ids of rules, and their area prefixes.
fn rule_selectors() -> Vec<Candidate> {
    let mut selectors = Vec::new();
    for area in Area::ALL {
        let prefix = format!("{}-", area.name());
        if rules::all().any(|rule| rule.id.starts_with(&prefix)) {
            selectors.push((
                area.name().to_owned(),
                "all rules with this prefix".to_owned(),
            ));
        }
    }
    selectors.extend(rules::all().map(from_rule));
    selectors
}

/// Returns dotted names, including those of the file's rows. Once something is typed, also the last
/// part alone if it is unique.
fn keys(line: &Line, typed: &str) -> Vec<Candidate> {
    let mut keys: Vec<Candidate> = Vec::new();
    if !typed.is_empty() && !typed.contains('.') {
        let short = SETTINGS
            .iter()
            .filter(|row| Key::from_text(row.name).is_ok());
        keys.extend(short.map(|row| (row.name.to_owned(), row.label.to_owned())));
    }
    let in_file = every_key(&line.farm()).into_iter();
    keys.extend(in_file.map(|(name, setting, _)| (name, setting.label.to_owned())));
    if typed.starts_with("accept.") {
        keys.extend(rules::all().map(|rule| {
            let key = format!("accept.{}.reason", rule.id);
            (key, rule.summary.to_owned())
        }));
    }
    keys.dedup();
    keys
}

/// Returns the possible values of a setting: the words of a closed list, else the values in the
/// file.
fn values(key: &Key, farm: &Farm) -> Vec<Candidate> {
    let others = match key.setting.kind {
        SettingKind::Flag => {
            return ["yes", "no"]
                .map(|word| without_help(word.to_owned()))
                .into();
        }
        SettingKind::Word(words) => return from_words(words).collect(),
        SettingKind::Words(words) => {
            let none = ("none".to_owned(), "an empty list".to_owned());
            return from_words(words).chain([none]).collect();
        }
        SettingKind::AllOrList(_) => vec!["all".to_owned()],
        _ if key.setting.name == "smtp-server" => entry_names(farm, Table::Server),
        _ if key.setting.name == "passes-to" => pass_targets(farm),
        _ => Vec::new(),
    };
    let present = present_values(key, farm);
    let new: Vec<Candidate> = others
        .into_iter()
        .filter(|other| !present.iter().any(|(value, _)| value == other))
        .map(without_help)
        .collect();
    [new, present].concat()
}

/// Returns the possible next hops of mail.
fn pass_targets(farm: &Farm) -> Vec<String> {
    let mut targets = entry_names(farm, Table::Server);
    targets.extend(entry_names(farm, Table::MailHost));
    targets.push(DROP_FOLDER.to_owned());
    targets
}

/// Returns the values in the file, item by item for a list.
fn present_values(key: &Key, farm: &Farm) -> Vec<Candidate> {
    match key.read(farm) {
        Ok(Some(SettingValue::List(list))) => list
            .into_iter()
            .map(|item| (item, "in the list now".to_owned()))
            .collect(),
        Ok(Some(value)) => vec![(value.to_string(), "as it is".to_owned())],
        _ => Vec::new(),
    }
}

/// Completes a list's address with the farm's domain.
fn addresses(farm: &Farm, typed: &str) -> Vec<Candidate> {
    let Some((local, _)) = typed.split_once('@') else {
        return Vec::new();
    };
    let display = farm.incoming.display_address.iter();
    display
        .map(|domain| {
            let address = format!("{local}@{}", domain.text);
            (address, "the farm's display address".to_owned())
        })
        .collect()
}
