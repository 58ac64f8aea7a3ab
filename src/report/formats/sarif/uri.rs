//! File names as URI references (RFC 3986).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What must be percent-encoded in a path (RFC 3986, 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// How a system writes paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathSyntax {
    Unix,
    Windows,
}

impl PathSyntax {
    /// Returns the syntax of this system.
    pub(super) fn native() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else {
            Self::Unix
        }
    }
}

/// Returns a file's name as a URI reference (RFC 3986): a relative one if the name is relative.
pub(super) fn uri(file: &str, syntax: PathSyntax) -> String {
    let is_windows = syntax == PathSyntax::Windows;
    let path = if is_windows {
        file.replace('\\', "/")
    } else {
        file.to_owned()
    };
    let has_drive = is_windows && path.as_bytes().get(1) == Some(&b':');
    let scheme = match path.as_str() {
        share if is_windows && share.starts_with("//") => "file:",
        _ if has_drive => "file:///",
        absolute if absolute.starts_with('/') => "file://",
        _ => "",
    };
    let drive_length = if has_drive { 2 } else { 0 };
    let (drive, rest) = path.split_at_checked(drive_length).unwrap_or(("", &path));
    format!("{scheme}{drive}{}", utf8_percent_encode(rest, RESERVED))
}

#[cfg(test)]
mod tests {
    use super::PathSyntax::{Unix, Windows};
    use super::uri;

    #[test]
    fn file_names_become_uris() {
        for (file, syntax, expected) in [
            ("farm.toml", Unix, "farm.toml"),
            ("farms/a b.toml", Unix, "farms/a%20b.toml"),
            ("/srv/ä?#%.toml", Unix, "file:///srv/%C3%A4%3F%23%25.toml"),
            ("a:b.toml", Unix, "a%3Ab.toml"),
            (r"a\b.toml", Unix, "a%5Cb.toml"),
            (r"farms\b.toml", Windows, "farms/b.toml"),
            (r"C:\farms\b c.toml", Windows, "file:///C:/farms/b%20c.toml"),
            (
                r"\\server\share\b.toml",
                Windows,
                "file://server/share/b.toml",
            ),
        ] {
            assert_eq!(uri(file, syntax), expected);
        }
    }
}
