//! The page as questions: walks `SETTINGS` with an [`Asker`].

use crate::error::Error;
use crate::farm::{Access, Farm, Kind, Relevance, Section, Setting, Value};

/// Who answers. A person at a terminal, or a script in a test.
pub trait Asker {
    /// Shows a heading.
    fn heading(&mut self, title: &str);
    /// Shows help to the next question.
    fn help(&mut self, text: &str);
    /// One of the choices, by its place.
    fn choose(&mut self, label: &str, choices: &[String], present: usize) -> Result<usize, Error>;
    /// Any of the choices, by their places.
    fn choose_any(&mut self, label: &str, choices: &[String], present: &[bool]) -> Result<Vec<usize>, Error>;
    /// A text; `check` says what is wrong with it, and the question is asked again.
    fn text(&mut self, label: &str, present: &str, check: &dyn Fn(&str) -> Result<(), String>)
    -> Result<String, Error>;
    /// Yes or no.
    fn confirm(&mut self, label: &str, present: bool) -> Result<bool, Error>;
}

/// Asks for every setting of the page that the choices so far make relevant, and gives the changed farm.
///
/// # Errors
/// Those of the asker.
pub fn ask(farm: &Farm, asker: &mut dyn Asker) -> Result<Farm, Error> {
    let mut farm = farm.clone();
    for section in Section::PAGE {
        let mut titled = false;
        for setting in section.rows() {
            if (setting.relevance)(&farm) != Relevance::Active {
                continue;
            }
            if !titled {
                asker.heading(section.title());
                titled = true;
            }
            asker.help(setting.help);
            let present = read(setting, &farm);
            let value = question(setting, present.as_ref(), &farm, asker)?;
            if let (Access::Farm(lens), Some(value)) = (setting.access, value)
                && let Err(fault) = (lens.write)(&mut farm, Some(&value))
            {
                return Err(Error::usage(format!("`{}` cannot be `{}`: {}", setting.key(), fault.value, fault.what)));
            }
        }
    }
    Ok(farm)
}

fn read(setting: &Setting, farm: &Farm) -> Option<Value> {
    match setting.access {
        Access::Farm(lens) => (lens.read)(farm),
        _ => None,
    }
}

/// One setting's question; nothing where the answer is to leave it unrecorded.
fn question(
    setting: &Setting,
    present: Option<&Value>,
    farm: &Farm,
    asker: &mut dyn Asker,
) -> Result<Option<Value>, Error> {
    match setting.kind {
        Kind::Flag => {
            let words = [("yes", Value::Flag(true)), ("no", Value::Flag(false))];
            choice(setting, &words.map(|(word, value)| (word.to_owned(), value)), present, asker)
        }
        Kind::Word(words) => {
            let choices: Vec<(String, Value)> = words
                .iter()
                .map(|word| (format!("{}: {}", word.word, word.meaning), Value::Text(word.word.to_owned())))
                .filter(|(_, value)| is_possible(setting, value, farm))
                .collect();
            choice(setting, &choices, present, asker)
        }
        Kind::Words(words) => {
            let chosen =
                |word: &str| matches!(present, Some(Value::List(list)) if list.iter().any(|each| each == word));
            let labels: Vec<String> = words.iter().map(|word| word.meaning.to_owned()).collect();
            let chosen_now: Vec<bool> = words.iter().map(|word| chosen(word.word)).collect();
            let picked = asker.choose_any(setting.label, &labels, &chosen_now)?;
            if picked.is_empty() && present.is_none() {
                return Ok(None);
            }
            let list = picked.into_iter().filter_map(|at| words.get(at)).map(|word| word.word.to_owned());
            Ok(Some(Value::List(list.collect())))
        }
        _ => text(setting, present, asker),
    }
}

/// A mode that the version has lost is no choice.
fn is_possible(setting: &Setting, value: &Value, farm: &Farm) -> bool {
    let has_automatic = farm.version.is_none_or(crate::farm::values::Version::has_automatic_mode);
    has_automatic || setting.name != "mode" || *value != Value::Text("automatic".to_owned())
}

fn choice(
    setting: &Setting,
    choices: &[(String, Value)],
    present: Option<&Value>,
    asker: &mut dyn Asker,
) -> Result<Option<Value>, Error> {
    let mut labels: Vec<String> = choices.iter().map(|(label, _)| label.clone()).collect();
    let place = choices.iter().position(|(_, value)| Some(value) == present);
    if place.is_none() {
        labels.push(present.map_or("leave unrecorded".to_owned(), |value| format!("leave as it is: {value}")));
    }
    let picked = asker.choose(setting.label, &labels, place.unwrap_or(labels.len() - 1))?;
    Ok(choices.get(picked).map(|(_, value)| value.clone()))
}

fn text(setting: &Setting, present: Option<&Value>, asker: &mut dyn Asker) -> Result<Option<Value>, Error> {
    let shown = match present {
        None => String::new(),
        Some(Value::List(list)) => list.join(", "),
        Some(value) => value.to_string(),
    };
    let check = |typed: &str| value_of(setting, typed).map(|_| ());
    let typed = asker.text(setting.label, &shown, &check)?;
    value_of(setting, &typed).map_err(Error::usage)
}

/// What a typed line means for a setting: nothing means unrecorded, which only an unrecorded setting can be.
fn value_of(setting: &Setting, typed: &str) -> Result<Option<Value>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let words: Vec<String> = match setting.kind {
        Kind::List(_) | Kind::AllOrList(_) => {
            typed.split([',', ' ', ';']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        }
        _ => vec![typed.to_owned()],
    };
    let told = |fault: crate::farm::ValueFault| match fault.instead {
        Some(instead) => format!("`{}`: {}; did you mean `{instead}`?", fault.value, fault.what),
        None => format!("`{}`: {}; expected {}", fault.value, fault.what, setting.kind),
    };
    let value = setting.kind.value_of_words(&words).map_err(told)?;
    if let Access::Farm(lens) = setting.access {
        let mut scratch = Farm::default();
        (lens.write)(&mut scratch, Some(&value)).map_err(told)?;
        (lens.fault)(&scratch).map_or(Ok(()), |fault| Err(told(fault)))?;
    }
    Ok(Some(value))
}
