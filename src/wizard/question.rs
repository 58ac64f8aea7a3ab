//! One question for one setting.

use crate::error::Error;
use crate::farm::values::{Version, Word};
use crate::farm::{Access, Farm, MisnamedAccount, Setting, SettingKind, SettingValue, ValueError};

/// A question to the administrator.
#[derive(Debug, Clone, Copy)]
pub struct WizardQuestion<'a> {
    /// The page's label.
    pub label: &'a str,
    /// Its purpose, in one line.
    pub help: &'a str,
    /// A valid answer; empty if the choices are enough.
    pub example: &'a str,
    /// Suggested values. The number of a suggestion, from 1, is a valid answer.
    pub suggestions: &'a [Suggestion],
    /// Whether there is a question before this one.
    pub can_go_back: bool,
}

/// A suggested value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The answer that it means.
    pub value: String,
    /// Its description: "this machine's name".
    pub what: &'static str,
}

/// Finds suggestions for a setting, given the farm as answered so far.
pub(crate) type Suggest<'a> = dyn Fn(&Setting, &Farm) -> Vec<Suggestion> + 'a;

/// What a walk begins with.
#[derive(Clone, Copy)]
pub(super) struct WalkStart<'a> {
    /// The farm when the walk began.
    pub before: &'a Farm,
    pub suggest: &'a Suggest<'a>,
}

/// An answer, or the wish to go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<T> {
    /// The answer.
    Given(T),
    /// The wish to go back.
    Back,
}

impl<T> Answer<T> {
    /// Changes the answer, if there is one.
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Given(value) => Answer::Given(with(value)),
            Self::Back => Answer::Back,
        }
    }
}

/// The side that answers: a person at a terminal, or a script in a test.
pub trait Asker {
    /// Shows a heading.
    fn heading(&mut self, title: &str);
    /// Asks for one of the choices, by its index.
    fn choose(
        &mut self,
        question: &WizardQuestion<'_>,
        choices: &[String],
        present: usize,
    ) -> Result<Answer<usize>, Error>;
    /// Asks for any of the choices, by their indexes.
    fn choose_any(
        &mut self,
        question: &WizardQuestion<'_>,
        choices: &[String],
        present: &[bool],
    ) -> Result<Answer<Vec<usize>>, Error>;
    /// Asks for a text; an empty one keeps the present value. `check` returns the fault of an
    /// answer, which is then asked for again.
    fn text(
        &mut self,
        question: &WizardQuestion<'_>,
        present: &str,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<Answer<String>, Error>;
}

/// Asks for a setting of the farm, and stores the answer.
pub(super) fn ask_setting(
    setting: &'static Setting,
    farm: &mut Farm,
    start: WalkStart<'_>,
    can_go_back: bool,
    asker: &mut dyn Asker,
) -> Result<Answer<()>, Error> {
    let present = read(setting, farm);
    let question = WizardQuestion {
        label: setting.label,
        help: setting.help,
        example: "",
        suggestions: &[],
        can_go_back,
    };
    let answer = match setting.kind {
        SettingKind::Flag => {
            let choices = [("yes", true), ("no", false)]
                .map(|(word, flag)| (word.to_owned(), SettingValue::Flag(flag)));
            ask_choice(&question, &choices, present.as_ref(), asker)?
        }
        SettingKind::Word(words) => {
            let choices: Vec<(String, SettingValue)> = words
                .iter()
                .map(|word| {
                    (
                        format!("{}: {}", word.word, word.meaning),
                        SettingValue::Text(word.word.to_owned()),
                    )
                })
                .filter(|(_, value)| is_possible(setting, value, farm))
                .collect();
            ask_choice(&question, &choices, present.as_ref(), asker)?
        }
        SettingKind::Words(words) => ask_words(&question, words, present.as_ref(), asker)?,
        _ => {
            let suggestions = usable(setting, (start.suggest)(setting, farm), present.as_ref());
            let example = setting.example.join(" ");
            let question = WizardQuestion {
                example: &example,
                suggestions: &suggestions,
                ..question
            };
            let take = |typed: &str| {
                let value = value_of(setting, resolve_suggestion(typed, &suggestions))?;
                let answered = with_value(setting, farm, value.as_ref());
                match answered.misnamed_account(start.before) {
                    Some(account) if shown(read(setting, &answered).as_ref()) == account.text() => {
                        Err(sentence(account))
                    }
                    _ => Ok(value),
                }
            };
            ask_text(&question, present.as_ref(), &take, asker)?
        }
    };
    match answer {
        Answer::Back => Ok(Answer::Back),
        Answer::Given(None) => Ok(Answer::Given(())),
        Answer::Given(Some(value)) => store(setting, farm, &value).map(Answer::Given),
    }
}

/// Asks for any of a closed list. The answer is `None` if the setting stays as it is.
fn ask_words(
    question: &WizardQuestion<'_>,
    words: &[Word],
    present: Option<&SettingValue>,
    asker: &mut dyn Asker,
) -> Result<Answer<Option<SettingValue>>, Error> {
    let marked: &[String] = match present {
        Some(SettingValue::List(list)) => list,
        _ => &[],
    };
    let labels: Vec<String> = words.iter().map(|word| word.meaning.to_owned()).collect();
    let marks: Vec<bool> = words
        .iter()
        .map(|word| marked.iter().any(|each| each == word.word))
        .collect();
    let answer = asker.choose_any(question, &labels, &marks)?;
    Ok(answer.map(|picked| {
        let list = picked
            .iter()
            .filter_map(|at| words.get(*at))
            .map(|word| word.word.to_owned())
            .collect();
        // An unrecorded setting without a mark was not answered.
        (present.is_some() || !picked.is_empty()).then_some(SettingValue::List(list))
    }))
}

/// Stores an answer in the farm.
fn store(setting: &Setting, farm: &mut Farm, value: &SettingValue) -> Result<(), Error> {
    let Access::Farm(lens) = setting.access else {
        return Ok(());
    };
    (lens.write)(farm, Some(value)).map_err(|fault| Error::usage(explain_fault(setting, &fault)))
}

/// Returns the farm with an answer, or as it is without one.
fn with_value(setting: &Setting, farm: &Farm, value: Option<&SettingValue>) -> Farm {
    let mut answered = farm.clone();
    if let (Access::Farm(lens), Some(_)) = (setting.access, value) {
        // The value was read for this field.
        let _ = (lens.write)(&mut answered, value);
    }
    answered
}

/// Returns the fault of an account, and what to write instead.
pub(super) fn sentence(account: MisnamedAccount<'_>) -> String {
    format!("{}; {}", account.fault(), account.hint())
}

/// Returns whether a value is a choice: not a mode that the version no longer has.
fn is_possible(setting: &Setting, value: &SettingValue, farm: &Farm) -> bool {
    let has_automatic = farm.version.is_none_or(Version::has_automatic_mode);
    has_automatic || setting.name != "mode" || *value != SettingValue::Text("automatic".to_owned())
}

/// Asks for one of a closed list. The answer is `None` if the setting stays as it is.
fn ask_choice(
    question: &WizardQuestion<'_>,
    choices: &[(String, SettingValue)],
    present: Option<&SettingValue>,
    asker: &mut dyn Asker,
) -> Result<Answer<Option<SettingValue>>, Error> {
    let mut labels: Vec<String> = choices.iter().map(|(label, _)| label.clone()).collect();
    let place = choices.iter().position(|(_, value)| Some(value) == present);
    if place.is_none() {
        labels.push(present.map_or("leave unrecorded".to_owned(), |value| {
            format!("leave as it is: {value}")
        }));
    }
    let picked = asker.choose(question, &labels, place.unwrap_or(labels.len() - 1))?;
    Ok(picked.map(|at| choices.get(at).map(|(_, value)| value.clone())))
}

/// Asks for a text, until it can be taken.
fn ask_text(
    question: &WizardQuestion<'_>,
    present: Option<&SettingValue>,
    take: &dyn Fn(&str) -> Result<Option<SettingValue>, String>,
    asker: &mut dyn Asker,
) -> Result<Answer<Option<SettingValue>>, Error> {
    let check = |typed: &str| take(typed).map(|_| ());
    match asker.text(question, &shown(present), &check)? {
        Answer::Back => Ok(Answer::Back),
        Answer::Given(typed) => take(&typed).map(Answer::Given).map_err(Error::usage),
    }
}

fn shown(value: Option<&SettingValue>) -> String {
    match value {
        None => String::new(),
        Some(SettingValue::List(list)) => list.join(", "),
        Some(value) => value.to_string(),
    }
}

/// Returns the meaning of a typed answer: the number of a suggestion means that suggestion.
pub(crate) fn resolve_suggestion<'a>(typed: &'a str, suggestions: &'a [Suggestion]) -> &'a str {
    let number = typed
        .trim()
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    number
        .and_then(|at| suggestions.get(at))
        .map_or(typed, |suggestion| &suggestion.value)
}

/// Returns the suggestions that the setting accepts and that differ from its present value.
fn usable(
    setting: &Setting,
    found: Vec<Suggestion>,
    present: Option<&SettingValue>,
) -> Vec<Suggestion> {
    distinct(found.into_iter().filter(|suggestion| {
        value_of(setting, &suggestion.value)
            .is_ok_and(|value| value.is_some() && value.as_ref() != present)
    }))
}

/// Returns each value once, with the words of its first suggestion.
pub(super) fn distinct(found: impl Iterator<Item = Suggestion>) -> Vec<Suggestion> {
    let mut distinct: Vec<Suggestion> = Vec::new();
    for suggestion in found {
        if !distinct.iter().any(|known| known.value == suggestion.value) {
            distinct.push(suggestion);
        }
    }
    distinct
}

/// Returns the value of a typed line for a setting, or `None` for an empty line, which keeps the
/// present value.
pub(super) fn value_of(setting: &Setting, typed: &str) -> Result<Option<SettingValue>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let words: Vec<String> = match setting.kind {
        SettingKind::List(_) | SettingKind::AllOrList(_) => entries(typed),
        _ => vec![typed.to_owned()],
    };
    let value = setting
        .kind
        .value_of_words(&words)
        .map_err(|fault| explain_fault(setting, &fault))?;
    if let Access::Farm(lens) = setting.access {
        let mut scratch = Farm::default();
        (lens.write)(&mut scratch, Some(&value)).map_err(|fault| explain_fault(setting, &fault))?;
        if let Some(fault) = (lens.fault)(&scratch) {
            return Err(explain_fault(setting, &fault));
        }
    }
    Ok(Some(value))
}

/// Returns the entries of a typed list.
pub(super) fn entries(typed: &str) -> Vec<String> {
    typed
        .split([',', ' ', ';'])
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Returns the fault of a value, and the correction.
pub(super) fn explain_fault(setting: &Setting, fault: &ValueError) -> String {
    if let Some(instead) = &fault.instead {
        return format!(
            "`{}`: {}; did you mean `{instead}`?",
            fault.value, fault.what
        );
    }
    let expected = setting.kind.to_string();
    let example = match setting.example.iter().all(|word| expected.contains(word)) {
        true => String::new(),
        false => format!(", for example `{}`", setting.example.join(" ")),
    };
    format!(
        "`{}`: {}; expected {expected}{example}",
        fault.value, fault.what
    )
}

/// Returns the present value of a setting of the farm itself, or `None` if it is not set.
fn read(setting: &Setting, farm: &Farm) -> Option<SettingValue> {
    match setting.access {
        Access::Farm(lens) => (lens.read)(farm),
        _ => None,
    }
}
