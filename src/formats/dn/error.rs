//! The errors of reading a distinguished name.

use super::unusual::visible;
use std::fmt;

/// Why a text is not a distinguished name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnError {
    /// The kind of fault.
    pub kind: DnErrorKind,
    /// The offset of the fault in bytes.
    pub offset: usize,
    /// Its position in characters from 1, for the message.
    pub character: usize,
    /// The corrected text, if there is only one reading.
    pub suggestion: Option<String>,
}

/// The fault of a text (RFC 4514 section 3 unless noted).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DnErrorKind {
    /// The text contains only spaces, or nothing.
    Empty,
    /// An ADSI path, `LDAP://…` or `GC://…`, of which the name is only a part.
    AdsPath,
    /// Active Directory's "canonical" form, `farm.example/SharePoint`.
    CanonicalName,
    /// An unescaped `;`, which separated parts before RFC 4514.
    Semicolon,
    /// A comma before the first part.
    LeadingComma,
    /// A comma right after a comma.
    DoubledComma,
    /// A comma after the last part.
    TrailingComma,
    /// A part without `=`.
    NoAttributeType(String),
    /// Text before `=` that is neither a descriptor nor an OID.
    BadAttributeType(String),
    /// Nothing after the `=` of this attribute.
    EmptyValue(String),
    /// A character that must have a backslash before it in a value.
    UnescapedCharacter(char),
    /// A backslash before neither a special character nor two hex digits.
    BadHexEscape,
    /// Hex escapes that are not UTF-8 (RFC 4514 2.4).
    BadUtf8,
    /// A backslash at the end.
    UnterminatedEscape,
    /// An opening quote without its closing one.
    UnterminatedQuote,
    /// Text between a closing quote and the next separator.
    TextAfterQuote,
    /// A `#` value: BER in hex (RFC 4514 2.4), which names no container readably.
    BerValue,
    /// U+0000, raw or as `\00`.
    Nul,
    /// Any other raw control character.
    Control(char),
}

impl fmt::Display for DnError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.character;
        match &self.kind {
            DnErrorKind::Empty => out.write_str("the container is empty"),
            DnErrorKind::AdsPath => out.write_str("this is an ADsPath; only the distinguished name inside it is the container"),
            DnErrorKind::CanonicalName => out.write_str("this is a canonical name; write the distinguished name, the OU first and the domain last, as in `OU=Contacts,DC=fabrikam,DC=com`"),
            DnErrorKind::Semicolon => write!(out, "`;` at character {at} does not separate parts; write `,`, or `\\;` inside a value"),
            DnErrorKind::LeadingComma => write!(out, "the comma at character {at} has no part before it"),
            DnErrorKind::DoubledComma => write!(out, "the comma at character {at} follows another comma with no part between"),
            DnErrorKind::TrailingComma => write!(out, "the comma at character {at} has no part after it"),
            DnErrorKind::NoAttributeType(part) => write!(out, "`{}` at character {at} has no attribute type; a comma inside a value is written `\\,`", visible(part)),
            DnErrorKind::BadAttributeType(found) if found.is_empty() => write!(out, "`=` at character {at} has no attribute type before it"),
            DnErrorKind::BadAttributeType(found) => write!(out, "`{}` at character {at} is not an attribute type such as `OU` or `DC`", visible(found)),
            DnErrorKind::EmptyValue(attribute) => write!(out, "`{}=` has no value at character {at}", visible(attribute)),
            DnErrorKind::UnescapedCharacter(letter) => write!(out, "`{letter}` at character {at} is written `\\{letter}` inside a value"),
            DnErrorKind::BadHexEscape => write!(out, "the backslash at character {at} stands before neither a special character nor two hex digits; a backslash itself is written `\\\\`"),
            DnErrorKind::BadUtf8 => write!(out, "the hex escapes at character {at} are not UTF-8 text"),
            DnErrorKind::UnterminatedEscape => write!(out, "the backslash at character {at} has nothing after it"),
            DnErrorKind::UnterminatedQuote => write!(out, "the quote opened at character {at} is never closed"),
            DnErrorKind::TextAfterQuote => write!(out, "the text at character {at} follows a closing quote; a quote inside a value is written `\\\"`"),
            DnErrorKind::BerValue => write!(out, "the value at character {at} is in the hex form of BER; write it as text, or its `#` as `\\#`"),
            DnErrorKind::Nul => write!(out, "the NUL character (U+0000) at character {at} cannot be part of a name"),
            DnErrorKind::Control(letter) => write!(out, "the control character U+{:04X} at character {at} cannot be part of a name", u32::from(*letter)),
        }
    }
}

impl std::error::Error for DnError {}
