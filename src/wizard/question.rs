//! One setting as one question.

use crate::error::Error;
use crate::farm::{Access, Farm, Setting, SettingKind, SettingValue, ValueError};

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct WizardQuestion<'a> {
    /// The page's label.
    pub label: &'a str,
    /// What it is for, in a line.
    pub help: &'a str,
    /// A valid answer; empty where the choices say it all.
    pub example: &'a str,
    /// What was found and may be the answer; its number, from 1, is as good as the text.
    pub suggestions: &'a [Suggestion],
    /// Nothing lies before the first question.
    pub can_go_back: bool,
}

/// What was found and may be an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub value: String,
    /// What it is: "this machine's name".
    pub what: &'static str,
}

/// Finds suggestions for a setting, the farm being as answered so far.
pub(crate) type Suggest<'a> = dyn Fn(&Setting, &Farm) -> Vec<Suggestion> + 'a;

/// An answer, or the wish to see the question before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<T> {
    Given(T),
    Back,
}

impl<T> Answer<T> {
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Given(value) => Answer::Given(with(value)),
            Self::Back => Answer::Back,
        }
    }
}

/// Who answers. A person at a terminal, or a script in a test.
pub trait Asker {
    /// Shows a heading.
    fn heading(&mut self, title: &str);
    /// One of the choices, by its place.
    fn choose(
        &mut self,
        question: &WizardQuestion<'_>,
        choices: &[String],
        present: usize,
    ) -> Result<Answer<usize>, Error>;
    /// Any of the choices, by their places.
    fn choose_any(
        &mut self,
        question: &WizardQuestion<'_>,
        choices: &[String],
        present: &[bool],
    ) -> Result<Answer<Vec<usize>>, Error>;
    /// A text, an empty one to keep what is present. `check` says what is wrong with it; then it is
    /// asked again.
    fn text(
        &mut self,
        question: &WizardQuestion<'_>,
        present: &str,
        check: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<Answer<String>, Error>;
}

/// Asks for a setting of the farm, and puts the answer into it.
pub(super) fn setting(
    setting: &'static Setting,
    farm: &mut Farm,
    suggest: &Suggest<'_>,
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
            let words = [
                ("yes", SettingValue::Flag(true)),
                ("no", SettingValue::Flag(false)),
            ];
            choice(
                &question,
                &words.map(|(word, value)| (word.to_owned(), value)),
                present.as_ref(),
                asker,
            )?
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
            choice(&question, &choices, present.as_ref(), asker)?
        }
        SettingKind::Words(words) => {
            let is_present = |word: &str| matches!(&present, Some(SettingValue::List(list)) if list.iter().any(|each| each == word));
            let labels: Vec<String> = words.iter().map(|word| word.meaning.to_owned()).collect();
            let marks: Vec<bool> = words.iter().map(|word| is_present(word.word)).collect();
            asker.choose_any(&question, &labels, &marks)?.map(|picked| {
                let list = picked
                    .iter()
                    .filter_map(|at| words.get(*at))
                    .map(|word| word.word.to_owned())
                    .collect();
                // Nothing marked where nothing was recorded is no answer.
                (present.is_some() || !picked.is_empty()).then_some(SettingValue::List(list))
            })
        }
        _ => {
            let suggestions = usable(setting, suggest(setting, farm), present.as_ref());
            let example = setting.example.join(" ");
            text(
                setting,
                &WizardQuestion {
                    example: &example,
                    suggestions: &suggestions,
                    ..question
                },
                present.as_ref(),
                asker,
            )?
        }
    };
    match answer {
        Answer::Back => Ok(Answer::Back),
        Answer::Given(None) => Ok(Answer::Given(())),
        Answer::Given(Some(value)) => put(setting, farm, &value).map(Answer::Given),
    }
}

fn put(setting: &Setting, farm: &mut Farm, value: &SettingValue) -> Result<(), Error> {
    let Access::Farm(lens) = setting.access else {
        return Ok(());
    };
    (lens.write)(farm, Some(value)).map_err(|fault| Error::usage(told(setting, &fault)))
}

/// A mode that the version has lost is no choice.
fn is_possible(setting: &Setting, value: &SettingValue, farm: &Farm) -> bool {
    let has_automatic = farm
        .version
        .is_none_or(crate::farm::values::Version::has_automatic_mode);
    has_automatic || setting.name != "mode" || *value != SettingValue::Text("automatic".to_owned())
}

/// One of a closed list; nothing where the answer is to leave it as it is.
fn choice(
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

fn text(
    setting: &Setting,
    question: &WizardQuestion<'_>,
    present: Option<&SettingValue>,
    asker: &mut dyn Asker,
) -> Result<Answer<Option<SettingValue>>, Error> {
    let check = |typed: &str| value_of(setting, meant(typed, question.suggestions)).map(|_| ());
    match asker.text(question, &shown(present), &check)? {
        Answer::Back => Ok(Answer::Back),
        Answer::Given(typed) => value_of(setting, meant(&typed, question.suggestions))
            .map(Answer::Given)
            .map_err(Error::usage),
    }
}

fn shown(value: Option<&SettingValue>) -> String {
    match value {
        None => String::new(),
        Some(SettingValue::List(list)) => list.join(", "),
        Some(value) => value.to_string(),
    }
}

/// What a typed answer stands for: the number of a suggestion is that suggestion.
pub(crate) fn meant<'a>(typed: &'a str, suggestions: &'a [Suggestion]) -> &'a str {
    let number = typed
        .trim()
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    number
        .and_then(|at| suggestions.get(at))
        .map_or(typed, |suggestion| &suggestion.value)
}

/// The suggestions that the setting would take and that say something new.
fn usable(
    setting: &Setting,
    found: Vec<Suggestion>,
    present: Option<&SettingValue>,
) -> Vec<Suggestion> {
    let is_new = |found: &Suggestion| {
        value_of(setting, &found.value)
            .is_ok_and(|value| value.is_some() && value.as_ref() != present)
    };
    distinct(found.into_iter().filter(is_new))
}

/// Each value once, as what it was found first.
pub(super) fn distinct(found: impl Iterator<Item = Suggestion>) -> Vec<Suggestion> {
    let mut distinct: Vec<Suggestion> = Vec::new();
    for suggestion in found {
        if !distinct.iter().any(|known| known.value == suggestion.value) {
            distinct.push(suggestion);
        }
    }
    distinct
}

/// What a typed line means for a setting: nothing means to leave it as it is.
pub(super) fn value_of(setting: &Setting, typed: &str) -> Result<Option<SettingValue>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let words: Vec<String> = match setting.kind {
        SettingKind::List(_) | SettingKind::AllOrList(_) => entries(typed),
        _ => vec![typed.to_owned()],
    };
    let told = |fault: ValueError| told(setting, &fault);
    let value = setting.kind.value_of_words(&words).map_err(told)?;
    if let Access::Farm(lens) = setting.access {
        let mut scratch = Farm::default();
        (lens.write)(&mut scratch, Some(&value)).map_err(told)?;
        (lens.fault)(&scratch).map_or(Ok(()), |fault| Err(told(fault)))?;
    }
    Ok(Some(value))
}

/// The entries of a typed list.
pub(super) fn entries(typed: &str) -> Vec<String> {
    typed
        .split([',', ' ', ';'])
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The reason against a value, and what is right instead.
pub(super) fn told(setting: &Setting, fault: &ValueError) -> String {
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

/// The present value of a setting of the farm itself.
fn read(setting: &Setting, farm: &Farm) -> Option<SettingValue> {
    match setting.access {
        Access::Farm(lens) => (lens.read)(farm),
        _ => None,
    }
}
