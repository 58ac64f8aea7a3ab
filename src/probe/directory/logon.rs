//! How to bind to the directory.

use std::fmt;
use url::Url;
use zeroize::Zeroizing;

/// A text that is never printed, and is wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the secret text.
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

/// The hosts that may get a password: those named outside the farm file, or confirmed by the person
/// at the terminal. A farm file may come from someone else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ToldHosts(Vec<String>);

impl ToldHosts {
    /// Creates it from names, addresses, URLs, or paths such as `\\NAME\share`.
    pub(crate) fn new<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> Self {
        Self(
            names
                .into_iter()
                .map(|name| host_of(name.as_ref()))
                .collect(),
        )
    }

    pub(crate) fn includes(&self, name: &str) -> bool {
        self.0.contains(&host_of(name))
    }

    /// Returns why the password is not sent to a host, or `None` if it may be sent.
    pub(in crate::probe) fn refusal(&self, name: &str, option: &str) -> Option<String> {
        (!self.includes(name)).then(|| {
            let host = host_of(name);
            let is_plain = |character: char| {
                character.is_alphanumeric() || matches!(character, '.' | '-' | ':' | '_')
            };
            // The printed option will be pasted.
            let word = match host.chars().all(is_plain) && !host.starts_with('-') {
                true => &host,
                false => "NAME",
            };
            format!(
                "the password is not sent to it, because only the farm file names it; to allow it, \
                 add `{option} {word}`"
            )
        })
    }
}

/// Returns the host in a text, normalized.
fn host_of(text: &str) -> String {
    let text = text.trim_start_matches('\\');
    let text = text.split('\\').next().unwrap_or_default();
    let url = match text.contains("://") {
        true => text.to_owned(),
        false => format!("ldap://{text}"),
    };
    let url = Url::parse(&url).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or(text);
    host.trim_matches(['[', ']'])
        .trim_end_matches('.')
        .to_lowercase()
}

/// How to bind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Logon {
    Password {
        account: String,
        password: Secret,
        told: ToldHosts,
    },
    /// Binds with the Kerberos ticket of the user who runs the program.
    #[cfg(feature = "kerberos")]
    Ticket,
    /// Binds anonymously (RFC 4513 5.1.1): the directory then shows only what everyone may read.
    Anonymous,
    /// Cannot bind: no account or password is available, for this reason.
    Unavailable(String),
}

impl Default for Logon {
    fn default() -> Self {
        Self::Unavailable("no account to bind as is given".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_recognized_in_every_spelling() {
        let told = ToldHosts::new(["DC1.fabrikam.com.", "ldaps://dc2:636", r"\\fs\drop", "::1"]);
        for same in [
            "dc1.fabrikam.com",
            "ldap://DC1.fabrikam.com:3268",
            "dc2",
            "FS",
            "[::1]",
            "ldap://[::1]:389",
        ] {
            assert!(told.includes(same), "{same}");
        }
        for other in [
            "dc1",
            "dc1.fabrikam.com.evil.example",
            "ldap://dc2@evil.example",
            "ldap://dc2.evil.example",
            "evil.example",
            "",
        ] {
            assert!(!told.includes(other), "{other}");
        }
    }

    #[test]
    fn refusal_prints_no_shell_syntax() {
        let told = ToldHosts::default();
        let why = |host| told.refusal(host, "--directory").unwrap_or_default();
        assert!(why("ldaps://evil.example").ends_with("add `--directory evil.example`"));
        assert!(why("ldaps://$(id)").ends_with("add `--directory NAME`"));
    }

    #[test]
    fn secrets_are_not_printed() {
        let logon = Logon::Password {
            account: "a".to_owned(),
            password: Secret::new("geheim"),
            told: ToldHosts::default(),
        };
        let shown = format!("{logon:?} {:#?} {}", logon, Secret::new("geheim"));
        assert!(
            shown.contains("***") && !shown.contains("geheim"),
            "{shown}"
        );
    }
}
