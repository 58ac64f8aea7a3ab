//! The values of a farm file, each with its only parser.
//!
//! A value that the page itself lets an administrator mistype is a [`Lenient`]: the text stays as
//! typed next to the parser's result, so that a rule can say what is wrong. Every other value
//! is refused when the file is read.

mod account;
mod build;
mod container;
mod date;
mod folder;
mod mail_route;
mod names;
mod network;
mod safe_server;
mod size;
mod url;
mod words;
mod wrapping;

pub(crate) use account::{Account, AccountForm, computer_account};
pub(crate) use build::Build;
pub(crate) use container::Container;
pub use date::Date;
pub(crate) use folder::{
    FolderError, FolderLocation, FolderPath, SharePath, is_same_host, path_on_drive,
};
pub(crate) use mail_route::{
    DROP_FOLDER, DropShare, HostPattern, LocalPart, MailAddress, PassTarget, PassedTo, SMTP_PORT,
};
pub(crate) use names::{DomainName, MailServer, ServerName};
pub(crate) use network::{DirectoryAddress, HostAddress, NameServer, Network, Port, Timeout};
pub(crate) use safe_server::{SafeServer, SafeServers};
pub(crate) use size::Size;
pub(crate) use url::ServiceUrl;
pub use words::{
    Approval, MailHostKind, Mode, Os, PassBy, Role, Service, Tls, Version, Word, Words,
};
pub(crate) use wrapping::{Quoted, STRAY_SPACE, explained, plain_character};

use std::fmt::Display;

/// Why a text is not a valid value: a sentence, and the corrected text if it is certain.
pub trait ParseError: Display {
    /// Returns the likely correction, itself a valid value, or `None` if that is not certain.
    fn instead(&self) -> Option<String> {
        None
    }
}

impl ParseError for String {}

/// A value written as text, with its only parser.
pub trait FromText: Sized {
    /// Why a text is not valid.
    type Error: ParseError;
    /// A description of a valid text, to complete the sentence "expected …".
    const EXPECTED: &'static str;
    /// Parses a text.
    fn from_text(text: &str) -> Result<Self, Self::Error>;
}

/// A text as the administrator typed it, and the parser's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lenient<T: FromText> {
    /// The text as typed.
    pub text: String,
    /// The value, or why the text is not valid.
    pub value: Result<T, T::Error>,
}

impl<T: FromText> Lenient<T> {
    /// Parses a text and keeps it as typed.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            value: T::from_text(text),
        }
    }
}

/// The state of an optional lenient setting.
#[derive(Debug)]
pub enum Checked<'a, T: FromText> {
    /// It is not in the file, or it is empty.
    Missing,
    /// The text as typed, and why it is not valid.
    Invalid(&'a str, &'a T::Error),
    /// The text as typed, and its value.
    Valid(&'a str, &'a T),
}

/// Returns the state of an optional lenient setting. A text of spaces counts as missing, like an
/// empty box of the page.
pub(crate) fn checked<T: FromText>(setting: &Option<Lenient<T>>) -> Checked<'_, T> {
    match setting {
        None => Checked::Missing,
        Some(typed) if typed.text.chars().all(char::is_whitespace) => Checked::Missing,
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
    /// Returns the value, or `None` if the setting is missing or invalid.
    pub fn valid(&self) -> Option<&'a T> {
        match self {
            Self::Valid(_, value) => Some(value),
            _ => None,
        }
    }
}
