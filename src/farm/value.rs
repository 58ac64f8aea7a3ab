//! Values between a text and a field of [`Farm`](super::Farm).

use super::values::{
    Account, Build, Date, DirectoryAddress, DomainName, Fault, FromText, NameServer, Patience,
    Port, SafeServer, SafeServers, ServerName, Size, Typed, Word, Words,
};
use std::fmt;

/// A value as a file or a command line holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Flag(bool),
    Number(i64),
    Text(String),
    List(Vec<String>),
    Date(Date),
}

/// What a setting's value may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Flag,
    Number {
        least: i64,
        most: i64,
    },
    Word(&'static [Word]),
    Words(&'static [Word]),
    /// A text; what is expected of it.
    Text(&'static str),
    /// A list of texts; what is expected of each.
    List(&'static str),
    /// A word that stands for everything, or a list; what is expected of each entry.
    AllOrList(&'static str),
    Date,
}

/// Why a value does not fit its setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueFault {
    /// The sentence: what is wrong with the value.
    pub what: String,
    /// The value as given; of a list, the faulty entry.
    pub value: String,
    /// What is most likely meant.
    pub instead: Option<String>,
    /// Which entry of a list.
    pub entry: Option<usize>,
}

impl ValueFault {
    pub(super) fn new(value: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            value: value.into(),
            instead: None,
            entry: None,
        }
    }
}

/// A field that a row of `SETTINGS` reads and writes.
pub trait Field: Sized {
    const KIND: Kind;
    /// Takes a value. A [`Typed`] field takes every text, and [`Field::fault`] says what is wrong
    /// with it.
    fn accept(value: &Value) -> Result<Self, ValueFault>;
    fn value(&self) -> Value;
    /// What the parser says against a text that was kept as typed.
    fn fault(&self) -> Option<ValueFault> {
        None
    }
}

impl fmt::Display for Value {
    /// As `list` and `old → new` show it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(out, "{flag}"),
            Self::Number(number) => write!(out, "{number}"),
            Self::Text(text) => write!(out, "{text}"),
            Self::List(list) => write!(out, "[{}]", list.join(", ")),
            Self::Date(date) => write!(out, "{date}"),
        }
    }
}

impl Value {
    /// What the value is, for the sentence "expected …, found …".
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Flag(_) => "a yes or no",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text in quotes",
            Self::List(_) => "a list",
            Self::Date(_) => "a date",
        }
    }
}

impl fmt::Display for Kind {
    /// Finishes the sentence "expected …".
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = |words: &[Word]| {
            words
                .iter()
                .map(|word| format!("`{}`", word.word))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match self {
            Self::Flag => write!(out, "`true` or `false`"),
            Self::Number { least, most } => write!(out, "a number from {least} to {most}"),
            Self::Word(list) => write!(out, "one of {}", words(list)),
            Self::Words(list) => write!(out, "a list of {}", words(list)),
            Self::Text(expected) => write!(out, "{expected}"),
            Self::List(each) => write!(out, "a list, each entry {each}"),
            Self::AllOrList(each) => write!(out, "`all`, or a list, each entry {each}"),
            Self::Date => write!(out, "{}", Date::EXPECTED),
        }
    }
}

impl Kind {
    /// What each entry of a list may be, to finish the sentence "expected …".
    pub fn of_entry(&self) -> String {
        match self {
            Self::Words(list) => Self::Word(list).to_string(),
            Self::List(each) | Self::AllOrList(each) => (*each).to_owned(),
            other => other.to_string(),
        }
    }

    /// Makes a value of command-line words: `yes`, `a,b`, several words for a list.
    pub fn value_of_words(&self, words: &[String]) -> Result<Value, ValueFault> {
        let one = || match words {
            [word] => Ok(word.clone()),
            _ => Err(ValueFault::new(words.join(" "), "it takes one value")),
        };
        let list = || {
            words
                .iter()
                .flat_map(|word| word.split(','))
                .map(|word| word.trim().to_owned())
        };
        match self {
            Self::Flag => match one()?.to_ascii_lowercase().as_str() {
                "true" | "yes" => Ok(Value::Flag(true)),
                "false" | "no" => Ok(Value::Flag(false)),
                other => Err(ValueFault {
                    instead: answer(other),
                    ..ValueFault::new(other, "it is neither yes nor no")
                }),
            },
            Self::Number { .. } => {
                let word = one()?;
                word.parse()
                    .map(Value::Number)
                    .map_err(|_| ValueFault::new(&word, "it is no whole number"))
            }
            Self::Word(_) | Self::Text(_) => one().map(Value::Text),
            Self::Date => {
                let word = one()?;
                Date::from_text(&word)
                    .map(Value::Date)
                    .map_err(|fault| ValueFault::new(word, fault))
            }
            Self::AllOrList(_) if words.len() == 1 && words.iter().all(|word| word == "all") => {
                Ok(Value::Text("all".into()))
            }
            Self::Words(_) if words.len() == 1 && words.iter().all(|word| word == "none") => {
                Ok(Value::List(Vec::new()))
            }
            Self::Words(_) | Self::List(_) | Self::AllOrList(_) => {
                Ok(Value::List(list().collect()))
            }
        }
    }

    fn wrong_type(&self, value: &Value) -> ValueFault {
        ValueFault::new(value.to_string(), format!("it is {}", value.describe()))
    }
}

fn text_of<'a>(kind: &Kind, value: &'a Value) -> Result<&'a str, ValueFault> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(kind.wrong_type(other)),
    }
}

fn list_of<'a>(kind: &Kind, value: &'a Value) -> Result<&'a [String], ValueFault> {
    match value {
        Value::List(list) => Ok(list),
        other => Err(kind.wrong_type(other)),
    }
}

fn parsed<T: FromText>(text: &str) -> Result<T, ValueFault> {
    T::from_text(text).map_err(|fault| ValueFault {
        instead: fault.instead(),
        ..ValueFault::new(text, fault.to_string())
    })
}

fn in_list(entry: usize) -> impl Fn(ValueFault) -> ValueFault {
    move |fault| ValueFault {
        entry: Some(entry),
        ..fault
    }
}

/// The answer that a word stands for.
fn answer(text: &str) -> Option<String> {
    match text {
        "on" | "1" | "y" => Some("yes".to_owned()),
        "off" | "0" | "n" => Some("no".to_owned()),
        _ => crate::text::nearest(text, ["yes", "no", "true", "false"]),
    }
}

/// The flag that a word stands for.
fn instead_of(text: &str) -> Option<String> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "on" => Some("true".to_owned()),
        "no" | "false" | "off" => Some("false".to_owned()),
        _ => None,
    }
}

impl Field for bool {
    const KIND: Kind = Kind::Flag;
    fn accept(value: &Value) -> Result<Self, ValueFault> {
        match value {
            Value::Flag(flag) => Ok(*flag),
            Value::Text(text) => Err(ValueFault {
                instead: instead_of(text),
                ..Self::KIND.wrong_type(value)
            }),
            other => Err(Self::KIND.wrong_type(other)),
        }
    }
    fn value(&self) -> Value {
        Value::Flag(*self)
    }
}

impl Field for String {
    const KIND: Kind = Kind::Text("a text of one line");
    fn accept(value: &Value) -> Result<Self, ValueFault> {
        let text = text_of(&Self::KIND, value)?;
        if text.trim().is_empty() {
            return Err(ValueFault::new(text, "it is empty"));
        }
        match text.chars().find(|character| character.is_control()) {
            Some(odd) => Err(ValueFault::new(
                text,
                format!("it holds `{}`", odd.escape_debug()),
            )),
            None => Ok(text.to_owned()),
        }
    }
    fn value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl Field for Port {
    const KIND: Kind = Kind::Number {
        least: 1,
        most: 65535,
    };
    fn accept(value: &Value) -> Result<Self, ValueFault> {
        match value {
            Value::Number(number) => match u16::try_from(*number) {
                Ok(port) if port > 0 => Ok(Self(port)),
                _ => Err(ValueFault::new(number.to_string(), "it is no port")),
            },
            other => Err(Self::KIND.wrong_type(other)),
        }
    }
    fn value(&self) -> Value {
        Value::Number(self.0.into())
    }
}

impl Field for Date {
    const KIND: Kind = Kind::Date;
    fn accept(value: &Value) -> Result<Self, ValueFault> {
        match value {
            Value::Date(date) => Ok(*date),
            other => Err(Self::KIND.wrong_type(other)),
        }
    }
    fn value(&self) -> Value {
        Value::Date(*self)
    }
}

impl<T: FromText> Field for Typed<T> {
    const KIND: Kind = Kind::Text(T::EXPECTED);
    fn accept(value: &Value) -> Result<Self, ValueFault> {
        text_of(&Self::KIND, value).map(Self::new)
    }
    fn value(&self) -> Value {
        Value::Text(self.text.clone())
    }
    fn fault(&self) -> Option<ValueFault> {
        let fault = self.value.as_ref().err()?;
        Some(ValueFault {
            instead: fault.instead(),
            ..ValueFault::new(&self.text, fault.to_string())
        })
    }
}

/// Fields whose text must parse, since no rule judges them.
macro_rules! text_fields {
    ($($type:ty: $show:expr,)+) => { $(
        impl Field for $type {
            const KIND: Kind = Kind::Text(<$type>::EXPECTED);
            fn accept(value: &Value) -> Result<Self, ValueFault> {
                parsed(text_of(&Self::KIND, value)?)
            }
            fn value(&self) -> Value {
                let show: fn(&Self) -> String = $show;
                Value::Text(show(self))
            }
        }
    )+ };
}

text_fields! {
    Account: |it| it.as_str().to_owned(),
    Build: |it| it.to_string(),
    DomainName: |it| it.as_str().to_owned(),
    Patience: |it| it.as_str().to_owned(),
    ServerName: |it| it.as_str().to_owned(),
    Size: |it| it.as_str().to_owned(),
}

macro_rules! list_fields {
    ($($type:ty,)+) => { $(
        impl Field for Vec<$type> {
            const KIND: Kind = Kind::List(<$type>::EXPECTED);
            fn accept(value: &Value) -> Result<Self, ValueFault> {
                let list = list_of(&Self::KIND, value)?;
                list.iter().enumerate().map(|(at, text)| parsed(text).map_err(in_list(at))).collect()
            }
            fn value(&self) -> Value {
                Value::List(self.iter().map(|it| it.as_str().to_owned()).collect())
            }
        }
    )+ };
}

list_fields! { NameServer, DirectoryAddress, }

fn word<W: Words>(text: &str) -> Result<W, ValueFault> {
    W::from_word(text).ok_or_else(|| ValueFault {
        instead: crate::text::nearest(text, W::WORDS.iter().map(|word| word.word)),
        ..ValueFault::new(text, "there is no such choice")
    })
}

macro_rules! word_fields {
    ($($type:ty,)+) => { $(
        impl Field for $type {
            const KIND: Kind = Kind::Word(<$type as Words>::WORDS);
            fn accept(value: &Value) -> Result<Self, ValueFault> {
                word(text_of(&Self::KIND, value)?)
            }
            fn value(&self) -> Value {
                Value::Text(self.word().to_owned())
            }
        }
    )+ };
}

word_fields! {
    super::values::Version,
    super::values::Mode,
    super::values::Service,
    super::values::Role,
    super::values::Os,
}

impl Field for Vec<super::values::Approval> {
    const KIND: Kind = Kind::Words(super::values::Approval::WORDS);
    fn accept(value: &Value) -> Result<Self, ValueFault> {
        let list = list_of(&Self::KIND, value)?;
        list.iter()
            .enumerate()
            .map(|(at, text)| word(text).map_err(in_list(at)))
            .collect()
    }
    fn value(&self) -> Value {
        Value::List(
            self.iter()
                .map(|approval| approval.word().to_owned())
                .collect(),
        )
    }
}

impl Field for SafeServers {
    const KIND: Kind = Kind::AllOrList(SafeServer::EXPECTED);
    fn accept(value: &Value) -> Result<Self, ValueFault> {
        match value {
            Value::Text(text) if text == "all" => Ok(Self::All),
            Value::List(list) => Ok(Self::Only(
                list.iter().map(|text| Typed::new(text)).collect(),
            )),
            Value::Text(text) => Err(ValueFault::new(text, "it is neither `all` nor a list")),
            other => Err(Self::KIND.wrong_type(other)),
        }
    }
    fn value(&self) -> Value {
        match self {
            Self::All => Value::Text("all".into()),
            Self::Only(list) => Value::List(list.iter().map(|typed| typed.text.clone()).collect()),
        }
    }
    fn fault(&self) -> Option<ValueFault> {
        let Self::Only(list) = self else { return None };
        list.iter()
            .enumerate()
            .find_map(|(at, typed)| typed.fault().map(in_list(at)))
    }
}
