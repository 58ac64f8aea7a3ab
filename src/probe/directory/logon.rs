//! Who asks the directory.

use std::fmt;

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text itself, for the one that must have it.
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
pub enum Logon {
    Password {
        account: String,
        password: Secret,
    },
    /// By the Kerberos ticket of whoever runs the program.
    #[cfg(feature = "kerberos")]
    Ticket,
    /// As nobody (RFC 4513 5.1.1): where no more is read than a directory shows to everybody.
    Anonymous,
    /// There is nothing to log on with; why.
    Nothing(String),
}

impl Default for Logon {
    fn default() -> Self {
        Self::Nothing("no account is named to ask as".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_stays_one() {
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
