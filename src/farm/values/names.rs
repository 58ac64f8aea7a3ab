//! Domain, host and account names.

use super::{FromText, ParseError, STRAY_SPACE, plain_character};
use std::fmt;
use std::net::IpAddr;

/// A domain name: labels of letters, digits and inner hyphens, Unicode by IDNA (RFC 1123 2.1, RFC
/// 5890).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainName {
    text: String,
    ascii: String,
}

/// Why a text is not a domain name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameError {
    /// It is empty.
    Empty,
    /// It is a mail address.
    MailAddress {
        /// The part after the `@`, if it is valid.
        domain: Option<String>,
    },
    /// It is a URL.
    Scheme {
        /// The URL's host, if it is valid.
        host: Option<String>,
    },
    /// It has a space.
    Blank {
        /// The text without spaces at its ends, if it is valid.
        trimmed: Option<String>,
    },
    /// A label has a character that is not a letter, digit or hyphen.
    Character {
        /// The label.
        label: String,
        /// Its first such character.
        character: char,
        /// A valid name, if one is certain.
        instead: Option<String>,
    },
    /// It has an empty label.
    EmptyLabel,
    /// A label begins or ends with a hyphen.
    Hyphen {
        /// The label.
        label: String,
    },
    /// A label is longer than 63 characters (RFC 1035 2.3.4).
    LongLabel {
        /// The label.
        label: String,
    },
    /// It is longer than 253 characters.
    LongName,
    /// It is an IP address.
    Address,
    /// The last label is a number, as only in addresses.
    NumericTop {
        /// The label.
        label: String,
    },
    /// A label cannot be encoded by IDNA.
    Idna {
        /// The label.
        label: String,
    },
}

impl fmt::Display for NameError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(out, "it is empty"),
            Self::MailAddress { .. } => {
                write!(
                    out,
                    "it contains an `@`; only the part after it is the domain"
                )
            }
            Self::Scheme { .. } => write!(out, "it is a URL; only the host name in it is a domain"),
            Self::Blank { .. } => write!(out, "it contains a space"),
            Self::Character {
                label,
                character: '_',
                ..
            } => {
                write!(
                    out,
                    "`{label}` contains an underscore, which a mail domain cannot have"
                )
            }
            Self::Character { character, .. } if is_invisible(*character) => {
                write!(
                    out,
                    "it contains `{}`, an invisible character",
                    character.escape_unicode()
                )
            }
            Self::Character {
                label, character, ..
            } => {
                write!(
                    out,
                    "`{label}` contains `{}`, which is not a letter, a digit or a hyphen",
                    plain_character(*character)
                )
            }
            Self::EmptyLabel => write!(out, "it begins with a dot, or has two dots in a row"),
            Self::Hyphen { label } => write!(out, "`{label}` begins or ends with a hyphen"),
            Self::LongLabel { label } => write!(out, "`{label}` is longer than 63 characters"),
            Self::LongName => write!(out, "it is longer than 253 characters"),
            Self::Address => write!(out, "it is an IP address"),
            Self::NumericTop { label } => write!(out, "its last part `{label}` is a number"),
            Self::Idna { label } => write!(
                out,
                "`{label}` cannot be written as an internationalized label (IDNA)"
            ),
        }
    }
}

impl ParseError for NameError {
    fn instead(&self) -> Option<String> {
        match self {
            Self::MailAddress { domain: text }
            | Self::Scheme { host: text }
            | Self::Blank { trimmed: text }
            | Self::Character { instead: text, .. } => text.clone(),
            _ => None,
        }
    }
}

impl FromText for DomainName {
    type Error = NameError;
    const EXPECTED: &'static str = "a domain name such as `sharepoint.fabrikam.com`";

    fn from_text(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        let name = without_final_dot(text);
        if has_only_name_letters(text) {
            refuse_address(name)?;
        } else {
            refuse_other_text(text)?;
        }
        let mut ascii = String::with_capacity(name.len());
        for (at, label) in name.split('.').enumerate() {
            if at > 0 {
                ascii.push('.');
            }
            push_ascii_label(&mut ascii, label)?;
        }
        if ascii.len() > 253 {
            return Err(NameError::LongName);
        }
        match ascii.rsplit('.').next() {
            Some(top) if top.bytes().all(|byte| byte.is_ascii_digit()) => {
                Err(NameError::NumericTop {
                    label: top.to_owned(),
                })
            }
            _ => Ok(Self {
                text: text.to_owned(),
                ascii,
            }),
        }
    }
}

/// Returns whether a text has only ASCII characters of names, as nearly all have.
fn has_only_name_letters(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// Refuses an IP address, with or without brackets.
fn refuse_address(name: &str) -> Result<(), NameError> {
    let is_address =
        !name.starts_with(|first: char| first.is_ascii_alphabetic()) || name.contains(':');
    if is_address && (name.parse::<IpAddr>().is_ok() || bracketed(name).is_some()) {
        return Err(NameError::Address);
    }
    Ok(())
}

/// Refuses texts of another kind than a name.
fn refuse_other_text(text: &str) -> Result<(), NameError> {
    if text.trim() != text || text.contains(char::is_whitespace) {
        return Err(NameError::Blank {
            trimmed: valid_part(text, text.trim()),
        });
    }
    if let Some((_, rest)) = text.split_once("://") {
        // A password may contain anything.
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let host = host.split(['/', ':', '?', '#']).next().unwrap_or(host);
        return Err(NameError::Scheme {
            host: valid_part(text, host),
        });
    }
    if let Some((_, domain)) = text.rsplit_once('@') {
        return Err(NameError::MailAddress {
            domain: valid_part(text, domain),
        });
    }
    let name = without_final_dot(text);
    if let Some(character) = name.chars().find(|letter| is_invisible(*letter)) {
        let plain = text.replace(is_invisible, "");
        return Err(NameError::Character {
            label: name.to_owned(),
            character,
            instead: valid_part(text, &plain),
        });
    }
    refuse_address(name)
}

/// Returns a part of a text if it is a domain name and not the whole text, else `None`.
fn valid_part(text: &str, part: &str) -> Option<String> {
    (part != text && DomainName::from_text(part).is_ok()).then(|| part.to_owned())
}

/// Returns whether a label cannot have this character.
fn is_forbidden(character: char) -> bool {
    character.is_ascii() && !character.is_ascii_alphanumeric() && character != '-'
}

/// Returns whether a character is invisible and not needed by a script. IDNA drops such characters,
/// and SharePoint stores them.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// Appends one label in its ASCII form, in lowercase.
fn push_ascii_label(name: &mut String, label: &str) -> Result<(), NameError> {
    if label.is_empty() {
        return Err(NameError::EmptyLabel);
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(NameError::Hyphen {
            label: label.to_owned(),
        });
    }
    let mut letters = label.bytes().map(char::from);
    if let Some(character) = letters.find(|letter| is_forbidden(*letter)) {
        return Err(NameError::Character {
            label: label.to_owned(),
            character,
            instead: None,
        });
    }
    let is_encoded = label
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    let start = name.len();
    if label.is_ascii() && !is_encoded {
        name.push_str(label);
        if let Some(added) = name.get_mut(start..) {
            added.make_ascii_lowercase();
        }
    } else {
        let encoded = idna::domain_to_ascii_strict(label).unwrap_or_default();
        if encoded.is_empty() {
            return Err(NameError::Idna {
                label: label.to_owned(),
            });
        }
        name.push_str(&encoded);
    }
    match name.len() - start {
        ..=63 => Ok(()),
        _ => Err(NameError::LongLabel {
            label: label.to_owned(),
        }),
    }
}

/// Returns the address in `[…]`, the domain literal of a mail address (RFC 5321 4.1.3), or `None`
/// if the text is not one.
fn bracketed(text: &str) -> Option<IpAddr> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    inner.strip_prefix("IPv6:").unwrap_or(inner).parse().ok()
}

impl DomainName {
    /// Returns the name as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the name as DNS carries it: ASCII, lowercase, no final dot.
    pub fn ascii(&self) -> &str {
        &self.ascii
    }

    /// Returns whether the name has a parent, so that it means the same on every computer.
    pub fn is_qualified(&self) -> bool {
        self.ascii.contains('.')
    }

    /// Returns the leftmost label.
    pub fn first_label(&self) -> &str {
        self.ascii.split('.').next().unwrap_or(&self.ascii)
    }
}

/// The value of "SMTP mail server for incoming mail". The page asks for a host name, but some
/// administrators type an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailServer {
    /// A host name.
    Host(DomainName),
    /// An address, with or without brackets.
    Address(IpAddr),
}

impl FromText for MailServer {
    type Error = NameError;
    const EXPECTED: &'static str = "a fully qualified host name such as `sp1.fabrikam.com`";

    fn from_text(text: &str) -> Result<Self, NameError> {
        if let Some(address) = text.parse().ok().or_else(|| bracketed(text)) {
            return Ok(Self::Address(address));
        }
        DomainName::from_text(text).map(Self::Host)
    }
}

impl MailServer {
    /// Returns the domain of an address there: the name as DNS carries it, or the address without
    /// brackets.
    pub fn ascii(&self) -> String {
        match self {
            Self::Host(name) => name.ascii().to_owned(),
            Self::Address(address) => address.to_string(),
        }
    }
}

/// The name of a server of the farm. NetBIOS names are allowed, and so are underscores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerName {
    text: String,
    ascii: String,
}

impl FromText for ServerName {
    type Error = String;
    const EXPECTED: &'static str = "a server's name such as `sp1.fabrikam.com`";

    fn from_text(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("it is empty".into());
        }
        if has_only_name_letters(text)
            && let Ok(name) = DomainName::from_text(text)
        {
            return Ok(Self {
                text: name.text,
                ascii: name.ascii,
            });
        }
        if let Some(character) = text
            .chars()
            .find(|letter| !letter.is_alphanumeric() && !matches!(letter, '-' | '_' | '.'))
        {
            return Err(match character {
                ' ' if text.trim() != text => STRAY_SPACE.to_owned(),
                ' ' => "it contains a space".to_owned(),
                _ => format!("it holds `{}`", plain_character(character)),
            });
        }
        let plain = without_final_dot(text);
        if plain
            .split('.')
            .any(|label| label.is_empty() || label.len() > 63)
            || plain.len() > 253
        {
            return Err("a part of it is empty or too long".into());
        }
        let ascii = match DomainName::from_text(text) {
            Ok(name) => name.ascii,
            Err(_) => plain.to_ascii_lowercase(),
        };
        Ok(Self {
            text: text.to_owned(),
            ascii,
        })
    }
}

impl ServerName {
    /// Returns the name as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the name as DNS carries it: ASCII, lowercase, no final dot.
    pub fn ascii(&self) -> &str {
        &self.ascii
    }

    /// Returns whether two texts name the same server. Case, a final dot and the spelling of
    /// Unicode are ignored.
    pub fn same(one: &str, two: &str) -> bool {
        if is_plain(one) && is_plain(two) {
            without_final_dot(one).eq_ignore_ascii_case(without_final_dot(two))
        } else {
            Self::canonical(one) == Self::canonical(two)
        }
    }

    /// Returns a form that all spellings of a server's name share.
    pub fn canonical(text: &str) -> String {
        if has_only_name_letters(text) && is_plain(text) && !text.ends_with('.') {
            return text.to_ascii_lowercase();
        }
        match Self::from_text(text) {
            Ok(name) => name.ascii,
            Err(_) => text.to_lowercase(),
        }
    }
}

/// Returns a word of a well-known name in lowercase, without spaces and underscores.
pub(super) fn plain_word(text: &str) -> String {
    let letters = text.chars().filter(|letter| !matches!(letter, ' ' | '_'));
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Returns a name without its final dot.
pub(super) fn without_final_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Returns whether spellings of a name can differ only in case and a final dot.
fn is_plain(text: &str) -> bool {
    text.is_ascii()
        && !text.split('.').any(|label| {
            label
                .get(..4)
                .is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_names_are_checked() {
        for (text, ascii) in [
            ("sharepoint.fabrikam.com", "sharepoint.fabrikam.com"),
            ("SharePoint.Fabrikam.COM.", "sharepoint.fabrikam.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("straße.example", "xn--strae-oqa.example"),
            ("localhost", "localhost"),
            ("1and1.example", "1and1.example"),
        ] {
            assert_eq!(
                DomainName::from_text(text).map(|name| name.ascii),
                Ok(ascii.to_owned()),
                "{text}"
            );
        }
        let long = "a".repeat(64);
        for (text, instead) in [
            ("list@host.example", Some("host.example")),
            ("@host.example", Some("host.example")),
            ("http://host.example:80/x", Some("host.example")),
            (" host.example", Some("host.example")),
            ("list@", None),
            ("a_b.example", None),
            ("a..example", None),
            (".example", None),
            ("-a.example", None),
            ("a-.example", None),
            ("192.0.2.5", None),
            ("::1", None),
            ("[192.0.2.5]", None),
            ("a.123", None),
            ("a/b", None),
            ("", None),
            (".", None),
            (long.as_str(), None),
            ("xn--\u{80}", None),
            ("a\u{202e}b.example", None),
        ] {
            let fault = DomainName::from_text(text).expect_err(text);
            assert_eq!(fault.instead().as_deref(), instead, "{text}");
        }
    }

    #[test]
    fn server_names_are_compared() {
        assert!(ServerName::same(
            "SP_APP1.fabrikam.com",
            "sp_app1.FABRIKAM.com."
        ));
        assert!(!ServerName::same("sp1.fabrikam.com", "sp1"));
        assert!(ServerName::from_text("sp 1").is_err());
        assert!(ServerName::from_text("").is_err());
        assert!(ServerName::from_text("a..b").is_err());
    }
}
