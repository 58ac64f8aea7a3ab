//! The values a farm file holds, each with its one parser.
//!
//! A value that the page itself lets an administrator mistype is a [`Typed`]: the text stays as
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
pub use folder::{FolderFault, FolderPath, SharePath, is_same_host};
pub use names::{Account, DomainName, MailServer, NameFault, ServerName};
pub use network::{DirectoryAddress, NameServer, Patience, Port};
pub use safe_server::{SafeServer, SafeServers};
pub use size::Size;
pub use url::{ServiceUrl, UrlFault};
pub use words::{Approval, Mode, Os, Role, Service, Version, Word, Words};

use std::fmt::Display;

/// Why a text is not the value it should be: a sentence, and the corrected text where it is
/// certain.
pub trait Fault: Display {
    /// What was most likely meant; itself a valid value.
    fn instead(&self) -> Option<String> {
        None
    }
}

impl Fault for String {}

/// A value written as text, with its only parser.
pub trait FromText: Sized {
    type Fault: Fault;
    /// What a valid text is, to finish the sentence "expected …".
    const EXPECTED: &'static str;
    fn from_text(text: &str) -> Result<Self, Self::Fault>;
}

/// A text as the administrator typed it, and what its parser says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed<T: FromText> {
    pub text: String,
    pub value: Result<T, T::Fault>,
}

impl<T: FromText> Typed<T> {
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            value: T::from_text(text),
        }
    }
}

/// How a setting stands: what a rule matches on.
#[derive(Debug)]
pub enum Given<'a, T: FromText> {
    /// Not in the file, or blank.
    Missing,
    Invalid(&'a str, &'a T::Fault),
    Valid(&'a str, &'a T),
}

/// The view of an optional typed setting; a blank text counts as missing, as an empty box of the
/// page does.
pub fn given<T: FromText>(setting: &Option<Typed<T>>) -> Given<'_, T> {
    match setting {
        None => Given::Missing,
        Some(typed) if typed.text.trim().is_empty() => Given::Missing,
        Some(Typed {
            text,
            value: Ok(value),
        }) => Given::Valid(text, value),
        Some(Typed {
            text,
            value: Err(fault),
        }) => Given::Invalid(text, fault),
    }
}

impl<'a, T: FromText> Given<'a, T> {
    /// The parsed value, when there is one.
    pub fn valid(&self) -> Option<&'a T> {
        match self {
            Self::Valid(_, value) => Some(value),
            _ => None,
        }
    }
}
