//! Values: the type between a text and a field of [`Farm`](super::Farm).

use super::values::{
    Account, Build, Date, DirectoryAddress, DomainName, DropShare, FromText, HostAddress,
    HostPattern, Lenient, LocalPart, MailAddress, NameServer, Network, PassTarget, Port, Quoted,
    STRAY_SPACE, SafeServer, SafeServers, ServerName, Size, Timeout, Word, Words, explained,
};
use std::fmt;

/// A value as a file or a command line holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// A boolean.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
    /// A date without a time.
    Date(Date),
}

/// The type of a setting's value.
#[derive(Debug, Clone, Copy)]
pub enum SettingKind {
    /// Yes or no.
    Flag,
    /// A whole number in a range.
    Number {
        /// The smallest value.
        least: i64,
        /// The largest value.
        most: i64,
    },
    /// One of these words.
    Word(&'static [Word]),
    /// Any of these words.
    Words(&'static [Word]),
    /// A text. The phrase completes the sentence "expected …".
    Text(&'static str),
    /// A list of texts. The phrase completes the sentence "each entry …".
    List(&'static str),
    /// The word `all`, or a list of texts. The phrase completes the sentence "each entry …".
    AllOrList(&'static str),
    /// A date.
    Date,
}

/// Why a value does not fit its setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// What is wrong with the value, in a sentence.
    pub what: String,
    /// The value as given, or the faulty entry of a list.
    pub value: String,
    /// The likely correction, or `None` if that is not certain.
    pub instead: Option<String>,
    /// The index of the faulty entry of a list, from 0.
    pub entry: Option<usize>,
}

impl ValueError {
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
pub(crate) trait Field: Sized {
    /// The type of the value.
    const KIND: SettingKind;
    /// Creates the field from a value. A [`Lenient`] field accepts every text, and [`Field::fault`]
    /// returns what is wrong with it.
    fn accept(value: &SettingValue) -> Result<Self, ValueError>;
    /// Returns the field as a value.
    fn value(&self) -> SettingValue;
    /// Returns what the parser reports about a text that was kept as typed, or `None` if it is
    /// valid.
    fn fault(&self) -> Option<ValueError> {
        None
    }
}

impl fmt::Display for SettingValue {
    /// Formats it as `list` and `old → new` show it.
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

impl SettingValue {
    /// Returns the type of the value, to complete the sentence "it is …".
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Flag(_) => "yes or no",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text in quotes",
            Self::List(_) => "a list",
            Self::Date(_) => "a date",
        }
    }
}

impl fmt::Display for SettingKind {
    /// Returns the phrase that completes the sentence "expected …".
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => write!(out, "`true` or `false`"),
            Self::Number { least, most } => write!(out, "a number from {least} to {most}"),
            Self::Word(list) => write!(out, "one of {}", quoted_words(list)),
            Self::Words(list) => write!(out, "a list of {}", quoted_words(list)),
            Self::Text(expected) => write!(out, "{expected}"),
            Self::List(each) => write!(out, "a list, each entry {each}"),
            Self::AllOrList(each) => write!(out, "`all`, or a list, each entry {each}"),
            Self::Date => write!(out, "{}", Date::EXPECTED),
        }
    }
}

impl SettingKind {
    /// Returns the phrase for each entry of a list, to complete the sentence "expected …".
    pub fn entry_description(&self) -> String {
        match self {
            Self::Words(list) => Self::Word(list).to_string(),
            Self::List(each) | Self::AllOrList(each) => (*each).to_owned(),
            other => other.to_string(),
        }
    }

    /// Creates a value from command-line words: `yes`, `a,b`, several words for a list.
    pub fn value_of_words(&self, words: &[String]) -> Result<SettingValue, ValueError> {
        refuse_quotes(words)?;
        match self {
            Self::Flag => match single_word(words)?.to_ascii_lowercase().as_str() {
                "true" | "yes" => Ok(SettingValue::Flag(true)),
                "false" | "no" => Ok(SettingValue::Flag(false)),
                other => Err(ValueError {
                    instead: answer(other),
                    ..ValueError::new(other, "it is neither yes nor no")
                }),
            },
            Self::Number { .. } => {
                let word = single_word(words)?;
                word.parse()
                    .map(SettingValue::Number)
                    .map_err(|_| ValueError::new(&word, "it is not a whole number"))
            }
            Self::Word(_) | Self::Text(_) => single_word(words).map(SettingValue::Text),
            Self::Date => {
                let word = single_word(words)?;
                Date::from_text(&word)
                    .map(SettingValue::Date)
                    .map_err(|fault| ValueError::new(word, fault))
            }
            Self::AllOrList(_) if words.len() == 1 && words.iter().all(|word| word == "all") => {
                Ok(SettingValue::Text("all".into()))
            }
            Self::Words(_) if words.len() == 1 && words.iter().all(|word| word == "none") => {
                Ok(SettingValue::List(Vec::new()))
            }
            Self::Words(_) | Self::List(_) | Self::AllOrList(_) => {
                Ok(SettingValue::List(list_words(words)))
            }
        }
    }

    fn wrong_type(&self, value: &SettingValue) -> ValueError {
        ValueError::new(value.to_string(), format!("it is {}", value.describe()))
    }
}

/// Returns the words in backquotes, separated by commas.
fn quoted_words(words: &[Word]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| format!("`{}`", word.word))
        .collect();
    quoted.join(", ")
}

/// Refuses words in quotes, which cmd.exe passes on and splits at spaces.
fn refuse_quotes(words: &[String]) -> Result<(), ValueError> {
    let whole = words.join(" ");
    let one_by_one = words.iter().find(|word| Quoted::new(word).is_some());
    let value = one_by_one.unwrap_or(&whole);
    match Quoted::new(value) {
        None => Ok(()),
        Some(quoted) => Err(ValueError {
            instead: (words.len() == 1 || one_by_one.is_none()).then(|| quoted.inner.to_owned()),
            ..ValueError::new(value, quoted.reason())
        }),
    }
}

/// Returns the only word, or an error if there are several.
fn single_word(words: &[String]) -> Result<String, ValueError> {
    match words {
        [word] => Ok(word.clone()),
        _ => Err(ValueError::new(words.join(" "), "it takes only one value")),
    }
}

/// Returns the entries of a list, which are separate words or separated by commas.
fn list_words(words: &[String]) -> Vec<String> {
    words
        .iter()
        .flat_map(|word| word.split(','))
        .map(|word| word.trim().to_owned())
        .collect()
}

fn text_of<'a>(kind: &SettingKind, value: &'a SettingValue) -> Result<&'a str, ValueError> {
    match value {
        SettingValue::Text(text) => Ok(text),
        other => Err(kind.wrong_type(other)),
    }
}

fn list_of<'a>(kind: &SettingKind, value: &'a SettingValue) -> Result<&'a [String], ValueError> {
    match value {
        SettingValue::List(list) => Ok(list),
        other => Err(kind.wrong_type(other)),
    }
}

fn parsed<T: FromText>(text: &str) -> Result<T, ValueError> {
    T::from_text(text).map_err(|error| value_error::<T>(text, &error))
}

/// Returns why a text is not a value of a type.
fn value_error<T: FromText>(text: &str, error: &T::Error) -> ValueError {
    let (what, instead) = explained::<T>(text, error);
    ValueError {
        instead,
        ..ValueError::new(text, what)
    }
}

fn in_list(entry: usize) -> impl Fn(ValueError) -> ValueError {
    move |fault| ValueError {
        entry: Some(entry),
        ..fault
    }
}

/// Returns the value that a word means, or `None` if it is not certain.
fn answer(text: &str) -> Option<String> {
    match text {
        "on" | "1" | "y" => Some("yes".to_owned()),
        "off" | "0" | "n" => Some("no".to_owned()),
        _ => crate::text::nearest(text, ["yes", "no", "true", "false"]),
    }
}

/// Returns the boolean that a word means, or `None` if it is not certain.
fn instead_of(text: &str) -> Option<String> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "on" => Some("true".to_owned()),
        "no" | "false" | "off" => Some("false".to_owned()),
        _ => None,
    }
}

impl Field for bool {
    const KIND: SettingKind = SettingKind::Flag;
    fn accept(value: &SettingValue) -> Result<Self, ValueError> {
        match value {
            SettingValue::Flag(flag) => Ok(*flag),
            SettingValue::Text(text) => Err(ValueError {
                instead: instead_of(text),
                ..Self::KIND.wrong_type(value)
            }),
            other => Err(Self::KIND.wrong_type(other)),
        }
    }
    fn value(&self) -> SettingValue {
        SettingValue::Flag(*self)
    }
}

impl Field for String {
    const KIND: SettingKind = SettingKind::Text("text on one line");
    fn accept(value: &SettingValue) -> Result<Self, ValueError> {
        let text = text_of(&Self::KIND, value)?;
        if text.trim().is_empty() {
            return Err(ValueError::new(text, "it is empty"));
        }
        if let Some(quoted) = Quoted::new(text) {
            return Err(ValueError {
                instead: Some(quoted.inner.to_owned()),
                ..ValueError::new(text, quoted.reason())
            });
        }
        if text.trim() != text {
            return Err(ValueError {
                instead: Some(text.trim().to_owned()),
                ..ValueError::new(text, STRAY_SPACE)
            });
        }
        match text.chars().find(|character| character.is_control()) {
            Some(odd) => Err(ValueError::new(
                text,
                format!("it holds `{}`", odd.escape_debug()),
            )),
            None => Ok(text.to_owned()),
        }
    }
    fn value(&self) -> SettingValue {
        SettingValue::Text(self.clone())
    }
}

impl Field for Port {
    const KIND: SettingKind = SettingKind::Number {
        least: 1,
        most: 65535,
    };
    fn accept(value: &SettingValue) -> Result<Self, ValueError> {
        match value {
            SettingValue::Number(number) => match u16::try_from(*number) {
                Ok(port) if port > 0 => Ok(Self(port)),
                _ => Err(ValueError::new(number.to_string(), "it is not a port")),
            },
            other => Err(Self::KIND.wrong_type(other)),
        }
    }
    fn value(&self) -> SettingValue {
        SettingValue::Number(self.0.into())
    }
}

impl Field for Date {
    const KIND: SettingKind = SettingKind::Date;
    fn accept(value: &SettingValue) -> Result<Self, ValueError> {
        match value {
            SettingValue::Date(date) => Ok(*date),
            other => Err(Self::KIND.wrong_type(other)),
        }
    }
    fn value(&self) -> SettingValue {
        SettingValue::Date(*self)
    }
}

impl<T: FromText> Field for Lenient<T> {
    const KIND: SettingKind = SettingKind::Text(T::EXPECTED);
    fn accept(value: &SettingValue) -> Result<Self, ValueError> {
        text_of(&Self::KIND, value).map(Self::new)
    }
    fn value(&self) -> SettingValue {
        SettingValue::Text(self.text.clone())
    }
    fn fault(&self) -> Option<ValueError> {
        let error = self.value.as_ref().err()?;
        Some(value_error::<T>(&self.text, error))
    }
}

/// Fields whose text must be valid, since no rule checks them.
macro_rules! text_fields {
    ($($type:ty: $show:expr,)+) => { $(
        impl Field for $type {
            const KIND: SettingKind = SettingKind::Text(<$type>::EXPECTED);
            fn accept(value: &SettingValue) -> Result<Self, ValueError> {
                parsed(text_of(&Self::KIND, value)?)
            }
            fn value(&self) -> SettingValue {
                let show: fn(&Self) -> String = $show;
                SettingValue::Text(show(self))
            }
        }
    )+ };
}

text_fields! {
    Account: |it| it.as_str().to_owned(),
    Build: |it| it.to_string(),
    DomainName: |it| it.as_str().to_owned(),
    DropShare: |it| it.as_str().to_owned(),
    HostPattern: |it| it.as_str().to_owned(),
    LocalPart: |it| it.as_str().to_owned(),
    MailAddress: |it| it.as_str().to_owned(),
    Timeout: |it| it.as_str().to_owned(),
    ServerName: |it| it.as_str().to_owned(),
    Size: |it| it.as_str().to_owned(),
}

macro_rules! list_fields {
    ($($type:ty,)+) => { $(
        impl Field for Vec<$type> {
            const KIND: SettingKind = SettingKind::List(<$type>::EXPECTED);
            fn accept(value: &SettingValue) -> Result<Self, ValueError> {
                let list = list_of(&Self::KIND, value)?;
                list.iter().enumerate().map(|(at, text)| parsed(text).map_err(in_list(at))).collect()
            }
            fn value(&self) -> SettingValue {
                SettingValue::List(self.iter().map(|it| it.as_str().to_owned()).collect())
            }
        }
    )+ };
}

list_fields! {
    Account,
    DirectoryAddress,
    DomainName,
    HostAddress,
    HostPattern,
    NameServer,
    Network,
    PassTarget,
}

fn word<W: Words>(text: &str) -> Result<W, ValueError> {
    W::from_word(text).ok_or_else(|| ValueError {
        instead: crate::text::nearest(text, W::WORDS.iter().map(|word| word.word)),
        ..ValueError::new(text, "there is no such choice")
    })
}

macro_rules! word_fields {
    ($($type:ty,)+) => { $(
        impl Field for $type {
            const KIND: SettingKind = SettingKind::Word(<$type as Words>::WORDS);
            fn accept(value: &SettingValue) -> Result<Self, ValueError> {
                word(text_of(&Self::KIND, value)?)
            }
            fn value(&self) -> SettingValue {
                SettingValue::Text(self.word().to_owned())
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
    super::values::MailHostKind,
    super::values::PassBy,
    super::values::Tls,
}

impl Field for Vec<super::values::Approval> {
    const KIND: SettingKind = SettingKind::Words(super::values::Approval::WORDS);
    fn accept(value: &SettingValue) -> Result<Self, ValueError> {
        let list = list_of(&Self::KIND, value)?;
        list.iter()
            .enumerate()
            .map(|(at, text)| word(text).map_err(in_list(at)))
            .collect()
    }
    fn value(&self) -> SettingValue {
        SettingValue::List(
            self.iter()
                .map(|approval| approval.word().to_owned())
                .collect(),
        )
    }
}

impl Field for SafeServers {
    const KIND: SettingKind = SettingKind::AllOrList(SafeServer::EXPECTED);
    fn accept(value: &SettingValue) -> Result<Self, ValueError> {
        match value {
            SettingValue::Text(text) if text == "all" => Ok(Self::All),
            SettingValue::List(list) => Ok(Self::Only(
                list.iter().map(|text| Lenient::new(text)).collect(),
            )),
            SettingValue::Text(text) => {
                Err(ValueError::new(text, "it is neither `all` nor a list"))
            }
            other => Err(Self::KIND.wrong_type(other)),
        }
    }
    fn value(&self) -> SettingValue {
        match self {
            Self::All => SettingValue::Text("all".into()),
            Self::Only(list) => {
                SettingValue::List(list.iter().map(|typed| typed.text.clone()).collect())
            }
        }
    }
    fn fault(&self) -> Option<ValueError> {
        let Self::Only(list) = self else { return None };
        list.iter()
            .enumerate()
            .find_map(|(at, typed)| typed.fault().map(in_list(at)))
    }
}
