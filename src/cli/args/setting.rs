//! Settings as arguments: their names and values, made from `SETTINGS`.

use crate::cli::setting_errors::{key_error, value_error};
use crate::error::Error;
use crate::farm::key::{Key, Owner};
use crate::farm::values::Word;
use crate::farm::{SETTINGS, Section, Setting, SettingKind, SettingValue};
use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};
use std::marker::PhantomData;

/// The name of a setting.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub(crate) struct KeyArgs {
    /// A setting's dotted name, such as incoming-email.mode; the last part is enough if it is
    /// unique
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
}

impl KeyArgs {
    /// # Errors
    /// There is no setting of this name.
    pub(crate) fn key(&self) -> Result<Key, Error> {
        Key::from_text(&self.key).map_err(key_error)
    }
}

/// Which settings a command takes as arguments.
pub(crate) trait SettingGroup {
    /// Returns the setting whose value is the command's positional argument.
    fn argument() -> Option<&'static Setting> {
        None
    }

    /// Returns the settings whose values are options with the same name.
    fn options() -> Vec<&'static Setting> {
        Vec::new()
    }
}

/// Values for the settings of a group. Not derived: each argument is a row of `SETTINGS`.
#[derive(Debug, Clone)]
pub(crate) struct SettingArgs<G> {
    given: Vec<(&'static Setting, Vec<String>)>,
    group: PhantomData<G>,
}

impl<G> SettingArgs<G> {
    /// Returns the values that were given, the argument's first.
    ///
    /// # Errors
    /// A word is not a value of its setting.
    pub(crate) fn values(&self) -> Result<Vec<(&'static Setting, SettingValue)>, Error> {
        self.given
            .iter()
            .map(|(setting, words)| Ok((*setting, value_of(setting, words)?)))
            .collect()
    }
}

fn value_of(setting: &'static Setting, words: &[String]) -> Result<SettingValue, Error> {
    setting.kind.value_of_words(words).map_err(|fault| {
        let key = Key {
            setting,
            owner: Owner::Farm,
        };
        value_error(&key, &fault)
    })
}

impl<G: SettingGroup> clap::Args for SettingArgs<G> {
    fn augment_args(command: Command) -> Command {
        let argument = G::argument().map(|setting| value_argument(setting).required(true));
        let options = G::options()
            .into_iter()
            .map(|setting| value_argument(setting).long(setting.name));
        command
            .args(argument)
            .next_help_heading("Settings")
            .args(options)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<G: SettingGroup> FromArgMatches for SettingArgs<G> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let settings = G::argument().into_iter().chain(G::options());
        let given = settings.filter_map(|setting| {
            let words = matches.get_many::<String>(setting.name)?;
            Some((setting, words.cloned().collect()))
        });
        Ok(Self {
            given: given.collect(),
            group: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Returns a setting of the page by the last part of its name.
pub(crate) fn page_setting(name: &str) -> Option<&'static Setting> {
    SETTINGS
        .iter()
        .find(|row| row.section != Section::OffPage && row.name == name)
}

/// Returns an argument for a setting's value, with the page's label and help.
fn value_argument(setting: &'static Setting) -> Arg {
    let help = format!("{} {}", as_sentence(setting.label), setting.help);
    let argument = Arg::new(setting.name).help(help);
    match setting.kind {
        SettingKind::Flag => argument
            .value_name("YES|NO")
            .value_parser(["yes", "no"])
            .hide_possible_values(true),
        SettingKind::Word(words) if words.len() > MAX_NAMED_WORDS => argument
            .value_name("WORD")
            .value_parser(possible_values(words)),
        SettingKind::Word(words) => argument
            .value_name(alternatives(words))
            .value_parser(possible_values(words))
            .hide_possible_values(true),
        SettingKind::Words(words) => {
            let mut all = possible_values(words);
            all.push(PossibleValue::new("none").help("nothing needs approval"));
            argument
                .value_name("LIST")
                .value_delimiter(',')
                .action(ArgAction::Append)
                .value_parser(all)
        }
        _ => {
            let last = setting.name.rsplit('-').next().unwrap_or("VALUE");
            argument.value_name(last.to_uppercase())
        }
    }
}

/// The most words that the name of a value can list.
const MAX_NAMED_WORDS: usize = 3;

fn alternatives(words: &[Word]) -> String {
    let words: Vec<String> = words.iter().map(|word| word.word.to_uppercase()).collect();
    words.join("|")
}

fn possible_values(words: &'static [Word]) -> Vec<PossibleValue> {
    words
        .iter()
        .map(|word| PossibleValue::new(word.word).help(word.meaning))
        .collect()
}

fn as_sentence(label: &str) -> String {
    if label.ends_with(['?', '.']) {
        label.to_owned()
    } else {
        format!("{label}.")
    }
}
