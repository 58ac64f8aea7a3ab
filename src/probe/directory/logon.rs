//! How to log on to the directory.

use std::fmt;
use zeroize::Zeroizing;

/// A text that is never printed, and is wiped from memory at its end.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the text itself.
    pub(in crate::probe) fn open(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// How to log on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Logon {
    Password {
        account: String,
        password: Secret,
    },
    /// With the Kerberos ticket of the user who runs the program.
    #[cfg(feature = "kerberos")]
    Ticket,
    /// Anonymous (RFC 4513 5.1.1): a directory shows then what it shows to everyone.
    Anonymous,
    /// There is nothing to log on with, for this reason.
    Unavailable(String),
}

impl Default for Logon {
    fn default() -> Self {
        Self::Unavailable("no account is named to ask as".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let logon = Logon::Password {
            account: "a".to_owned(),
            password: Secret::new("geheim"),
        };
        let shown = format!("{logon:?} {:#?} {}", logon, Secret::new("geheim"));
        assert!(
            shown.contains("***") && !shown.contains("geheim"),
            "{shown}"
        );
    }
}
