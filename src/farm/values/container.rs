//! The Active Directory container.

use super::{FromText, ParseError};
use crate::formats::dn;

/// The distinguished name of the container of contacts and groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// The name, parsed.
    pub name: dn::Name,
}

impl ParseError for dn::DnError {
    fn instead(&self) -> Option<String> {
        self.suggestion.clone()
    }
}

impl FromText for Container {
    type Error = dn::DnError;
    const EXPECTED: &'static str =
        "a distinguished name such as `OU=SharePointContacts,DC=fabrikam,DC=com`";

    fn from_text(text: &str) -> Result<Self, dn::DnError> {
        dn::Name::parse(text).map(|name| Self { name })
    }
}
