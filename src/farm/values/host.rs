//! Hosts, their computer accounts and the shares on them, by name.

use super::{FolderPath, FromText};

/// The most characters of a host name in its computer account, without the `$`: the length of a
/// NetBIOS name.
const MAX_COMPUTER_NAME: usize = 15;

/// Returns whether two names mean one host, as far as their texts tell: case-insensitive, and one
/// of them may be the first label only.
pub fn is_same_host(one: &str, two: &str) -> bool {
    let (one, two) = (one.to_lowercase(), two.to_lowercase());
    one == two || (one.contains('.') != two.contains('.') && first_label(&one) == first_label(&two))
}

/// Returns the account of a computer, without its domain: `SP1$`.
pub fn computer_account(host: &str) -> String {
    let name: String = first_label(host).chars().take(MAX_COMPUTER_NAME).collect();
    format!("{}$", name.to_uppercase())
}

fn first_label(host: &str) -> &str {
    host.split('.').next().unwrap_or(host)
}

/// A folder on a share, in the parts of its UNC path, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UncPath {
    pub server: String,
    pub share: String,
    /// The folders below the share; empty for the share itself.
    pub folders: Vec<String>,
}

impl UncPath {
    /// Splits a path on a share, or returns `None` for any other path and for one with `..` in it.
    pub fn split(path: &str) -> Option<Self> {
        if !FolderPath::from_text(path).is_ok_and(|path| path.is_share()) {
            return None;
        }
        let plain = path.replace('/', "\\");
        let mut parts = plain
            .split('\\')
            .filter(|part| !part.is_empty() && *part != ".")
            .map(str::to_owned);
        let mut server = parts.next()?;
        // The long form: `\\?\UNC\server\share`.
        if server == "?" {
            parts.next()?;
            server = parts.next()?;
        }
        let share = parts.next()?;
        let folders: Vec<String> = parts.collect();
        (!folders.iter().any(|part| part == "..")).then_some(Self {
            server,
            share,
            folders,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_the_same_by_full_name_or_first_label() {
        for (one, two) in [
            ("SP1.fabrikam.com", "sp1.FABRIKAM.com"),
            ("sp1", "SP1.fabrikam.com"),
            ("sp1.fabrikam.com", "sp1"),
            ("SP1", "sp1"),
        ] {
            assert!(is_same_host(one, two), "{one} {two}");
        }
        for (one, two) in [
            ("sp1.fabrikam.com", "sp1.contoso.com"),
            ("sp1", "sp2"),
            ("sp", "sp1"),
        ] {
            assert!(!is_same_host(one, two), "{one} {two}");
        }
    }

    #[test]
    fn computer_accounts_are_short_and_uppercase() {
        assert_eq!(computer_account("sp1.fabrikam.com"), "SP1$");
        assert_eq!(
            computer_account("sharepoint-frontend-1.fabrikam.com"),
            "SHAREPOINT-FRON$"
        );
    }

    #[test]
    fn paths_on_shares_are_split_as_typed() {
        for path in [
            r"\\FS\Drop\in",
            "//FS/Drop/in/",
            r"\\?\UNC\FS\Drop\in",
            r"\\?\unc\FS\Drop\.\in",
        ] {
            let found = UncPath::split(path).expect(path);
            assert_eq!(
                (&*found.server, &*found.share, &found.folders[..]),
                ("FS", "Drop", &["in".to_owned()][..]),
                "{path}"
            );
        }
        for path in [r"C:\drop", r"\\FS", r"\\FS\Drop\..\x", "", r"\\?\C:\drop"] {
            assert_eq!(UncPath::split(path), None, "{path}");
        }
    }
}
