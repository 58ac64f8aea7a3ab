//! Windows folder paths, parsed identically on every system.

use super::{FromText, ParseError, plain_character};
use std::fmt;

/// An absolute Windows folder: on a drive, or on a share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderPath {
    root: Root,
    /// The path after the root, with `.` and `..` resolved.
    parts: Vec<String>,
}

/// The location of a folder, seen from the server that opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderLocation {
    /// A disk of the server.
    LocalDisk,
    /// A share, reached over the network with the server's identity or a domain account.
    Share,
}

impl FolderLocation {
    /// Returns the location of a folder path. A text that is not an absolute path counts as local.
    pub fn from_text(text: &str) -> Self {
        FolderPath::from_text(text).map_or(Self::LocalDisk, |path| path.location())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Root {
    Drive(char),
    Share { server: String, share: String },
}

/// Why a text is not an absolute folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderError {
    /// It is empty.
    Empty,
    /// It has neither drive nor share.
    Relative,
    /// It is relative to the current folder of a drive (`C:drop`).
    DriveRelative {
        /// The same path from the root of the drive, if it is valid.
        instead: Option<String>,
    },
    /// It begins with `\`, without a drive.
    NoDrive,
    /// It names a server without a share.
    NoShare {
        /// The server's name as typed.
        server: String,
    },
    /// It is a path of devices (`\\.\…`).
    Device,
    /// It begins or ends with a space.
    Blank {
        /// The path without these spaces, if it is valid.
        instead: Option<String>,
    },
    /// It has a character that Windows does not allow in paths.
    Character(char),
}

impl fmt::Display for FolderError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(out, "it is empty"),
            Self::Relative => write!(out, "it is a relative path: begin with a drive or a share"),
            Self::DriveRelative { .. } => {
                write!(
                    out,
                    r"it is relative to the current folder of the drive: a `\` is missing after the colon"
                )
            }
            Self::NoDrive => write!(out, "it names no drive"),
            Self::NoShare { server } => {
                write!(out, "it names the server `{server}` but no share on it")
            }
            Self::Device => write!(out, "it is a device path"),
            Self::Blank { .. } => write!(out, "it begins or ends with a space"),
            Self::Character(character) => {
                write!(
                    out,
                    "it contains `{}`, which a Windows path cannot have",
                    plain_character(*character)
                )
            }
        }
    }
}

impl ParseError for FolderError {
    fn instead(&self) -> Option<String> {
        match self {
            Self::DriveRelative { instead } | Self::Blank { instead } => instead.clone(),
            _ => None,
        }
    }
}

impl FromText for FolderPath {
    type Error = FolderError;
    const EXPECTED: &'static str =
        r"an absolute folder such as `C:\inetpub\mailroot\drop` or `\\server\share`";

    fn from_text(text: &str) -> Result<Self, FolderError> {
        if text.is_empty() {
            return Err(FolderError::Empty);
        }
        if text.trim() != text {
            return Err(FolderError::Blank {
                instead: valid_path(text.trim().to_owned()),
            });
        }
        let path = without_long_prefix(text);
        if path.starts_with(r"\\.\") {
            return Err(FolderError::Device);
        }
        if let Some(rest) = path.strip_prefix(r"\\") {
            return share_path(rest);
        }
        let mut characters = path.chars();
        match (characters.next(), characters.next(), characters.next()) {
            (Some(drive), Some(':'), Some('\\')) if drive.is_ascii_alphabetic() => Ok(Self {
                root: Root::Drive(drive.to_ascii_uppercase()),
                parts: parts(characters.as_str())?,
            }),
            (Some(drive), Some(':'), _) if drive.is_ascii_alphabetic() => {
                let rest = path.get(2..).unwrap_or_default();
                Err(FolderError::DriveRelative {
                    instead: valid_path(format!(r"{drive}:\{rest}")),
                })
            }
            (Some('\\'), ..) => Err(FolderError::NoDrive),
            _ => Err(FolderError::Relative),
        }
    }
}

/// Returns the text if it is an absolute folder, else `None`.
fn valid_path(text: String) -> Option<String> {
    Some(text).filter(|text| FolderPath::from_text(text).is_ok())
}

/// Returns a folder on a drive as commands take it, its names in the case in which they are
/// written, or `None` if the text is not one.
pub(crate) fn path_on_drive(text: &str) -> Option<String> {
    let is_on_drive = FolderPath::from_text(text).ok()?.location() == FolderLocation::LocalDisk;
    is_on_drive.then(|| without_long_prefix(text))
}

/// Returns a path with `\` as its separator, and without the prefix `\\?\` of long paths.
fn without_long_prefix(text: &str) -> String {
    let path = text.replace('/', "\\");
    let Some(long) = path.strip_prefix(r"\\?\") else {
        return path;
    };
    match long.get(..4) {
        Some(unc) if unc.eq_ignore_ascii_case(r"UNC\") => {
            format!(r"\\{}", long.get(4..).unwrap_or_default())
        }
        _ => long.to_owned(),
    }
}

fn share_path(rest: &str) -> Result<FolderPath, FolderError> {
    let (server, rest) = rest.split_once('\\').unwrap_or((rest, ""));
    let (share, rest) = rest.split_once('\\').unwrap_or((rest, ""));
    check_characters(server)?;
    check_characters(share)?;
    if server.is_empty() || share.is_empty() {
        return Err(FolderError::NoShare {
            server: server.to_owned(),
        });
    }
    let root = Root::Share {
        server: server.to_lowercase(),
        share: share.to_lowercase(),
    };
    Ok(FolderPath {
        root,
        parts: parts(rest)?,
    })
}

/// Returns the parts below the root. `..` never leaves the root, as in Windows.
fn parts(rest: &str) -> Result<Vec<String>, FolderError> {
    let mut parts = Vec::new();
    for part in rest.split('\\') {
        check_characters(part)?;
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            // Windows drops trailing dots and spaces of a name when it opens it.
            name => parts.push(name.trim_end_matches(['.', ' ']).to_lowercase()),
        }
    }
    Ok(parts)
}

fn check_characters(part: &str) -> Result<(), FolderError> {
    match part
        .chars()
        .find(|character| character.is_control() || "<>:\"|?*".contains(*character))
    {
        Some(character) => Err(FolderError::Character(character)),
        None => Ok(()),
    }
}

impl FolderPath {
    /// Returns whether the folder is on a share (a UNC path).
    pub fn is_share(&self) -> bool {
        self.location() == FolderLocation::Share
    }

    /// Returns its location.
    pub fn location(&self) -> FolderLocation {
        match self.root {
            Root::Drive(_) => FolderLocation::LocalDisk,
            Root::Share { .. } => FolderLocation::Share,
        }
    }

    /// Returns whether it is on a share of that host, judging by the names.
    pub fn is_on(&self, host: &str) -> bool {
        matches!(&self.root, Root::Share { server, .. } if is_same_host(server, host))
    }

    /// Returns its names in lowercase: for a share the share's, then those of the folders.
    pub fn names(&self) -> impl DoubleEndedIterator<Item = &str> {
        let share = match &self.root {
            Root::Share { share, .. } => Some(share),
            Root::Drive(_) => None,
        };
        share.into_iter().chain(&self.parts).map(String::as_str)
    }

    /// Returns the last part in lowercase, for the root of a share the share's name, or `None` for
    /// the root of a drive.
    pub fn last(&self) -> Option<&str> {
        match (self.parts.last(), &self.root) {
            (Some(part), _) => Some(part),
            (None, Root::Share { share, .. }) => Some(share),
            (None, Root::Drive(_)) => None,
        }
    }

    /// Returns whether two paths name the same folder, judging by their texts. Case, `/`, a
    /// trailing `\`, and `.` and `..` are ignored. One of a share's server names may be short and
    /// the other full.
    pub fn is(&self, other: &Self) -> bool {
        self.has_same_root(other) && self.parts == other.parts
    }

    /// Returns whether two paths with different texts may name one folder, because a part of one
    /// is, or may be, the short name (8.3) of the other's: `C:\SHAREP~1\Drop`.
    pub fn may_be(&self, other: &Self) -> bool {
        let mut pairs = self.parts.iter().zip(&other.parts);
        self.has_same_root(other)
            && self.parts.len() == other.parts.len()
            && pairs.all(|(one, two)| one == two || is_short_name(one) || is_short_name(two))
    }

    /// Returns whether both are on the same drive or share, judging by their texts.
    pub(crate) fn has_same_root(&self, other: &Self) -> bool {
        match (&self.root, &other.root) {
            (
                Root::Share {
                    server: one,
                    share: first,
                },
                Root::Share {
                    server: two,
                    share: second,
                },
            ) => first == second && is_same_host(one, two),
            (one, two) => one == two,
        }
    }
}

/// Returns whether a name may be the short name (8.3) that Windows gives to a folder with a long
/// name: at most eight characters with `~` and a number, and an extension of three.
fn is_short_name(name: &str) -> bool {
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    let number = stem.rsplit_once('~').map(|(_, number)| number);
    stem.chars().count() <= 8
        && extension.chars().count() <= 3
        && number.is_some_and(|digits| {
            !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit())
        })
}

/// A path on a share (UNC), split into parts. Unlike those of a [`FolderPath`], its names keep
/// their case, for commands and for the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SharePath {
    /// The server's name.
    pub server: String,
    /// The share's name.
    pub share: String,
    /// The folders below the share. `..` is not resolved.
    pub below: Vec<String>,
}

impl SharePath {
    /// Returns the parts of a UNC path, or `None` if the text is not one.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        if !FolderPath::from_text(text).ok()?.is_share() {
            return None;
        }
        let path = without_long_prefix(text);
        let mut names = path
            .split('\\')
            .filter(|name| !name.is_empty() && *name != ".")
            .map(str::to_owned);
        Some(Self {
            server: names.next()?,
            share: names.next()?,
            below: names.collect(),
        })
    }
}

/// Returns whether two names mean the same host, judging by their texts: case-insensitive, and one
/// of them may be only the first label.
pub(crate) fn is_same_host(one: &str, two: &str) -> bool {
    let (one, two) = (one.to_lowercase(), two.to_lowercase());
    let is_one_short = one.contains('.') != two.contains('.');
    one == two || (is_one_short && one.split('.').next() == two.split('.').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_folders_are_compared() {
        for (one, two) in [
            (r"C:\inetpub\mailroot\Drop", r"c:/INETPUB/mailroot/drop\"),
            (r"C:\inetpub\mailroot\Drop", r"\\?\C:\inetpub\mailroot\drop"),
            (r"\\FS\Drop", r"//fs.fabrikam.com/drop/"),
            (r"\\fs\drop\in", r"\\?\UNC\fs\drop\.\x\..\in"),
            (r"C:\", r"c:\"),
        ] {
            let (one, two) = (
                FolderPath::from_text(one).unwrap(),
                FolderPath::from_text(two).unwrap(),
            );
            assert!(one.is(&two), "{one:?} {two:?}");
        }
        let fs = FolderPath::from_text(r"\\fs.a.com\drop").unwrap();
        assert!(!fs.is(&FolderPath::from_text(r"\\fs.b.com\drop").unwrap()));
        assert!(!fs.is(&FolderPath::from_text(r"C:\drop").unwrap()));
    }

    #[test]
    fn short_names_may_be_long_ones() {
        let path = |text| FolderPath::from_text(text).unwrap();
        for (one, two, may_be) in [
            (r"C:\SHAREP~1\Drop", r"C:\SharePoint Mail\drop", true),
            (r"C:\a\DROPF~12.MAI", r"c:\A\drop folder.mailbox", true),
            (r"D:\SHAREP~1\Drop", r"C:\SharePoint Mail\drop", false),
            (r"C:\SHAREP~1", r"C:\SharePoint Mail\drop", false),
            (r"C:\SHAREP~1\Drop", r"C:\SharePoint Mail\in", false),
            (r"C:\sharepoint~1\Drop", r"C:\SharePoint Mail\drop", false),
            (r"C:\a~b\Drop", r"C:\SharePoint Mail\drop", false),
        ] {
            assert_eq!(path(one).may_be(&path(two)), may_be, "{one} {two}");
            assert_eq!(path(two).may_be(&path(one)), may_be, "{one} {two}");
        }
    }

    #[test]
    fn share_path_keeps_case() {
        for text in [
            r"\\FS.a.com\Drop\.\In\",
            "//FS.a.com/Drop/In",
            r"\\?\unc\FS.a.com\Drop\In",
        ] {
            let path = SharePath::from_text(text).unwrap();
            assert_eq!(
                (path.server.as_str(), path.share.as_str()),
                ("FS.a.com", "Drop")
            );
            assert_eq!(path.below, ["In"], "{text}");
        }
        for text in [r"C:\drop", r"\\fs", "drop"] {
            assert_eq!(SharePath::from_text(text), None, "{text}");
        }
    }

    #[test]
    fn relative_and_invalid_folders_are_refused() {
        let fault = |text| FolderPath::from_text(text).expect_err(text);
        assert_eq!(fault("C:drop").instead().as_deref(), Some(r"C:\drop"));
        assert_eq!(fault("C:").instead().as_deref(), Some(r"C:\"));
        assert_eq!(fault(r"inetpub\drop"), FolderError::Relative);
        assert_eq!(fault("/var/drop"), FolderError::NoDrive);
        assert_eq!(
            fault(r"\\server"),
            FolderError::NoShare {
                server: "server".into()
            }
        );
        assert_eq!(
            fault(r"\\server\"),
            FolderError::NoShare {
                server: "server".into()
            }
        );
        assert_eq!(fault(r"\\.\pipe\x"), FolderError::Device);
        assert_eq!(fault(r"C:\a|b"), FolderError::Character('|'));
        assert_eq!(fault("C:\\a\u{7}"), FolderError::Character('\u{7}'));
        assert_eq!(fault(""), FolderError::Empty);
    }
}
