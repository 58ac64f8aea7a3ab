//! The values a farm file holds, each with its one parser.
//!
//! A value that the page itself lets an administrator mistype is a [`Lenient`]: the text stays as
//! typed beside what the parser made of it, so that a rule can say what is wrong. Every other value
//! is refused when the file is read.

mod account;
mod build;
mod container;
mod date;
mod folder;
mod names;
mod network;
mod safe_server;
mod size;
mod url;
mod words;

pub use account::{AccountForm, computer_account};
pub use build::Build;
pub use container::Container;
pub use date::Date;
pub use folder::{FolderError, FolderLocation, FolderPath, SharePath, is_same_host};
pub use names::{Account, DomainName, MailServer, NameError, ServerName};
pub use network::{DirectoryAddress, NameServer, Port, Timeout};
pub use safe_server::{SafeServer, SafeServers};
pub use size::Size;
pub use url::{ServiceUrl, UrlError};
pub use words::{Approval, Mode, Os, Role, Service, Version, Word, Words};

use std::fmt::Display;

/// Why a text is not the value it should be: a sentence, and the corrected text where it is
/// certain.
pub trait ParseError: Display {
    /// What was most likely meant; itself a valid value.
    fn instead(&self) -> Option<String> {
        None
    }
}

impl ParseError for String {}

/// A value written as text, with its only parser.
pub trait FromText: Sized {
    type Error: ParseError;
    /// What a valid text is, to finish the sentence "expected …".
    const EXPECTED: &'static str;
    fn from_text(text: &str) -> Result<Self, Self::Error>;
}

/// A text as the administrator typed it, and what its parser says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lenient<T: FromText> {
    pub text: String,
    pub value: Result<T, T::Error>,
}

impl<T: FromText> Lenient<T> {
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            value: T::from_text(text),
        }
    }
}

/// How a setting stands: what a rule matches on.
#[derive(Debug)]
pub enum Checked<'a, T: FromText> {
    /// Not in the file, or blank.
    Missing,
    Invalid(&'a str, &'a T::Error),
    Valid(&'a str, &'a T),
}

/// The view of an optional typed setting; a blank text counts as missing, as an empty box of the
/// page does.
pub fn checked<T: FromText>(setting: &Option<Lenient<T>>) -> Checked<'_, T> {
    match setting {
        None => Checked::Missing,
        Some(typed) if typed.text.trim().is_empty() => Checked::Missing,
        Some(Lenient {
            text,
            value: Ok(value),
        }) => Checked::Valid(text, value),
        Some(Lenient {
            text,
            value: Err(fault),
        }) => Checked::Invalid(text, fault),
    }
}

impl<'a, T: FromText> Checked<'a, T> {
    /// The parsed value, when there is one.
    pub fn valid(&self) -> Option<&'a T> {
        match self {
            Self::Valid(_, value) => Some(value),
            _ => None,
        }
    }
}
