//! Distinguished names as typed into SharePoint's "Active Directory container"
//! box: the string form of RFC 4514, with the blanks round `,`, `+` and `=` and
//! the quoted values of RFC 2253 section 4, which Active Directory still takes.

mod repair;
#[cfg(test)]
mod tests;

use repair::repair;
use std::fmt::{self, Display, Formatter, Write};
use std::mem::discriminant;

use FaultKind::*;

/// A distinguished name, leaf first (RFC 4514 2.1), never without a part.
/// Equality is that of the text: the directory alone knows its own matching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(Vec<Vec<Part>>);

/// One attribute type with its value (RFC 4514 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The type as typed: a descriptor or a dotted OID.
    pub attribute: String,
    /// The value with its escapes and quotes undone, never empty.
    pub value: String,
}

/// Space in a value that is easy to overlook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OddSpace {
    /// White space other than U+0020, such as the NO-BREAK SPACE of a web page: the name is another
    /// one.
    NotBlank(char),
    /// Two blanks in a row, which a directory may take for one.
    Doubled,
}

/// Why a text is no distinguished name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What was found.
    pub kind: FaultKind,
    /// Where, in bytes from the start of the text.
    pub offset: usize,
    /// Where, in characters counted from 1, as the message says it.
    pub character: usize,
    /// The whole container put right, when the text leaves one reading only.
    pub suggestion: Option<String>,
}

/// What stands against the text (RFC 4514 section 3 unless noted).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// Nothing but blanks.
    Empty,
    /// An ADSI path, `LDAP://…` or `GC://…`, of which the name is only a piece.
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
    /// A part, given here, without `=`.
    NoAttributeType(String),
    /// Text before `=` that is neither a descriptor nor an OID.
    BadAttributeType(String),
    /// Nothing after the `=` of this attribute.
    EmptyValue(String),
    /// A character that stands in a value only after a backslash.
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

impl Name {
    /// Reads the whole text as one name (RFC 4514 section 3).
    pub fn parse(text: &str) -> Result<Name, Fault> {
        read(text).map_err(|(kind, offset)| Fault {
            suggestion: repair(text, &kind, offset),
            character: text.get(..offset).map_or(0, |t| t.chars().count()) + 1,
            kind,
            offset,
        })
    }

    /// The parts of the first RDN: the container itself.
    pub fn leaf(&self) -> &[Part] {
        self.0.first().map_or(&[], Vec::as_slice)
    }

    /// Every RDN, leaf first; one of several parts was joined with `+`.
    pub fn rdns(&self) -> &[Vec<Part>] {
        &self.0
    }

    /// Whether the container is named as an organizational unit.
    pub fn is_unit(&self) -> bool {
        self.leaf().iter().all(|part| part.is("OU", "2.5.4.11"))
    }

    /// The `DC` values in the order typed, joined with dots (RFC 2247).
    pub fn domain(&self) -> Option<String> {
        let labels = self.labels().collect::<Vec<_>>();
        (!labels.is_empty()).then(|| labels.join("."))
    }

    /// The first value with odd space, as `attribute=value` with it made visible.
    pub fn odd_space(&self) -> Option<(String, OddSpace)> {
        self.0.iter().flatten().find_map(|part| {
            let space = match part.value.chars().find(|c| odd_space(*c)) {
                Some(c) => OddSpace::NotBlank(c),
                None if part.value.contains("  ") => OddSpace::Doubled,
                None => return None,
            };
            let text = format!("{}={}", part.attribute, part.value);
            Some((visible(&text), space))
        })
    }

    /// Whether the directory takes both for one name: case, runs of blanks and the spelling of
    /// types aside.
    pub fn is_same(&self, other: &Name) -> bool {
        self.0.len() == other.0.len() && self.ends_like(other)
    }

    /// Whether it is the other, or lies anywhere below it.
    pub fn is_within(&self, other: &Name) -> bool {
        self.0.len() >= other.0.len() && self.ends_like(other)
    }

    /// What it lies in, unless nothing is left.
    pub fn parent(&self) -> Option<Name> {
        match self.0.split_first() {
            Some((_, rest)) if !rest.is_empty() => Some(Name(rest.to_vec())),
            _ => None,
        }
    }

    fn ends_like(&self, other: &Name) -> bool {
        let pairs = self.0.iter().rev().zip(other.0.iter().rev());
        pairs.into_iter().all(|(one, two)| keys(one) == keys(two))
    }

    fn labels(&self) -> impl Iterator<Item = &str> {
        let parts = self.0.iter().flatten();
        let parts = parts.filter(|part| part.is("DC", "0.9.2342.19200300.100.1.25"));
        parts.map(|part| part.value.as_str())
    }
}

/// Types that are named in more than one way (RFC 4519, RFC 4524).
const TYPES: [(&str, &str); 5] = [
    ("cn", "2.5.4.3"),
    ("ou", "2.5.4.11"),
    ("o", "2.5.4.10"),
    ("dc", "0.9.2342.19200300.100.1.25"),
    ("uid", "0.9.2342.19200300.100.1.1"),
];

impl Part {
    /// Its type in small letters, an OID as the name that it has.
    fn kind(&self) -> String {
        let kind = without_oid_prefix(&self.attribute).to_ascii_lowercase();
        let named = TYPES.iter().find(|(_, oid)| *oid == kind);
        named.map_or(kind, |(name, _)| (*name).to_owned())
    }

    fn is(&self, short: &str, oid: &str) -> bool {
        self.attribute.eq_ignore_ascii_case(short) || without_oid_prefix(&self.attribute) == oid
    }
}

/// The name normalised: no blanks round separators, values escaped by RFC 4514
/// 2.4, and in hex whatever could move the cursor or the reading direction.
impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, rdn) in self.0.iter().enumerate() {
            f.write_str(if at > 0 { "," } else { "" })?;
            for (at, part) in rdn.iter().enumerate() {
                f.write_str(if at > 0 { "+" } else { "" })?;
                write!(f, "{part}")?;
            }
        }
        Ok(())
    }
}

impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.attribute)?;
        for (at, c) in self.value.char_indices() {
            let (first, last) = (at == 0, at + c.len_utf8() == self.value.len());
            match c {
                ',' | '+' | '"' | '\\' | '<' | '>' | ';' => write!(f, "\\{c}")?,
                '#' if first => f.write_str("\\#")?,
                ' ' if first || last => f.write_str("\\ ")?,
                c if steers(c) => {
                    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                        write!(f, "\\{byte:02X}")?;
                    }
                }
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

impl Display for OddSpace {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            OddSpace::NotBlank('\u{a0}') => f.write_str("a no-break space (U+00A0)"),
            OddSpace::NotBlank(c) => {
                write!(f, "a space that is no blank (U+{:04X})", u32::from(*c))
            }
            OddSpace::Doubled => f.write_str("two blanks in a row"),
        }
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let n = self.character;
        match &self.kind {
            Empty => f.write_str("the container is empty"),
            AdsPath => f.write_str("this is an ADsPath; only the distinguished name inside it is the container"),
            CanonicalName => f.write_str("this is a canonical name; a container is written leaf first, with a type for each part, as in `OU=Contacts,DC=farm,DC=example`"),
            Semicolon => write!(f, "`;` at character {n} does not separate parts; write `,`, or `\\;` inside a value"),
            LeadingComma => write!(f, "the comma at character {n} has no part before it"),
            DoubledComma => write!(f, "the comma at character {n} follows another comma with no part between"),
            TrailingComma => write!(f, "the comma at character {n} has no part after it"),
            NoAttributeType(part) => write!(f, "`{}` at character {n} has no attribute type; a comma inside a value is written `\\,`", visible(part)),
            BadAttributeType(t) if t.is_empty() => write!(f, "`=` at character {n} has no attribute type before it"),
            BadAttributeType(t) => write!(f, "`{}` at character {n} is no attribute type such as `OU` or `DC`", visible(t)),
            EmptyValue(t) => write!(f, "`{}=` has no value at character {n}", visible(t)),
            UnescapedCharacter(c) => write!(f, "`{c}` at character {n} is written `\\{c}` inside a value"),
            BadHexEscape => write!(f, "the backslash at character {n} stands before neither a special character nor two hex digits; a backslash itself is written `\\\\`"),
            BadUtf8 => write!(f, "the hex escapes at character {n} are not UTF-8 text"),
            UnterminatedEscape => write!(f, "the backslash at character {n} has nothing after it"),
            UnterminatedQuote => write!(f, "the quote opened at character {n} is never closed"),
            TextAfterQuote => write!(f, "the text at character {n} follows a closing quote; a quote inside a value is written `\\\"`"),
            BerValue => write!(f, "the value at character {n} is in the hex form of BER; write it as text, or its `#` as `\\#`"),
            Nul => write!(f, "the NUL character (U+0000) at character {n} cannot be part of a name"),
            Control(c) => write!(f, "the control character U+{:04X} at character {n} cannot be part of a name", u32::from(*c)),
        }
    }
}

impl std::error::Error for Fault {}

/// A fault and its offset, before a correction is looked for by reading again.
type Flaw = (FaultKind, usize);

fn read(text: &str) -> Result<Name, Flaw> {
    let inner = text.trim_start_matches(' ');
    let start = text.len() - inner.len();
    if inner.is_empty() {
        return Err((Empty, 0));
    }
    if let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_control()) {
        return Err((if c == '\0' { Nul } else { Control(c) }, at));
    }
    if after_scheme(inner).is_some() {
        return Err((AdsPath, start));
    }
    if inner.contains('/') && !inner.contains('=') {
        return Err((CanonicalName, start));
    }
    Reader::new(text).name()
}

/// What follows `LDAP://` and its like.
fn after_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    (!scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphabetic())).then_some(rest)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The `,` or `+` before the part being read.
    separator: Option<(usize, char)>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Reader {
            text,
            at: 0,
            separator: None,
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches(' ').len();
    }

    fn take_separator(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.separator = Some((self.at, wanted));
            self.at += 1;
        }
        found
    }

    fn name(mut self) -> Result<Name, Flaw> {
        let mut rdns = Vec::new();
        loop {
            let mut rdn = vec![self.part()?];
            while self.take_separator('+') {
                rdn.push(self.part()?);
            }
            rdns.push(rdn);
            if !self.take_separator(',') {
                return Ok(Name(rdns));
            }
        }
    }

    fn part(&mut self) -> Result<Part, Flaw> {
        let attribute = self.attribute()?;
        self.skip_blanks();
        let start = self.at;
        let value = match self.peek() {
            Some('"') => self.quoted()?,
            Some('#') => return self.hash(),
            _ => self.plain()?,
        };
        if value.is_empty() {
            return Err((EmptyValue(attribute), start));
        }
        Ok(Part { attribute, value })
    }

    fn attribute(&mut self) -> Result<String, Flaw> {
        self.skip_blanks();
        let (start, rest) = (self.at, self.rest());
        let (end, stop) = boundary(rest, &['=', ',', '+', ';']);
        let typed = rest.get(..end).unwrap_or_default().trim_end_matches(' ');
        if stop != Some('=') {
            return self.untyped(typed, stop);
        }
        if !is_attribute_type(typed) {
            return Err((BadAttributeType(typed.to_owned()), start));
        }
        self.at += end + 1;
        Ok(typed.to_owned())
    }

    /// Names the fault of a part that ends at `stop` without an `=`.
    fn untyped(&self, part: &str, stop: Option<char>) -> Result<String, Flaw> {
        match (self.separator, stop) {
            // Joined types are so rare that this `+` is rather part of a value.
            (Some((at, '+')), _) => Err((UnescapedCharacter('+'), at)),
            _ if !part.is_empty() => Err((NoAttributeType(part.to_owned()), self.at)),
            (Some((at, _)), None) => Err((TrailingComma, at)),
            (_, Some('+')) => Err((UnescapedCharacter('+'), self.at)),
            (_, Some(';')) => Err((Semicolon, self.at)),
            (Some(_), _) => Err((DoubledComma, self.at)),
            (None, _) => Err((LeadingComma, self.at)),
        }
    }

    fn plain(&mut self) -> Result<String, Flaw> {
        let mut value = String::new();
        // Blanks at the end belong to the separator unless they were escaped.
        let mut kept = 0;
        while let Some(c) = self.peek() {
            match c {
                ',' | '+' => break,
                ';' => return Err((Semicolon, self.at)),
                '"' | '<' | '>' => return Err((UnescapedCharacter(c), self.at)),
                '\\' => value.push_str(&self.escape()?),
                _ => {
                    value.push(c);
                    self.at += c.len_utf8();
                }
            }
            kept = if c == ' ' { kept } else { value.len() };
        }
        value.truncate(kept);
        Ok(value)
    }

    /// A value in quotes (RFC 2253 section 4), where only `"` and `\` are special.
    fn quoted(&mut self) -> Result<String, Flaw> {
        let (open, mut value) = (self.at, String::new());
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err((UnterminatedQuote, open)),
                Some('"') => break,
                Some('\\') => value.push_str(&self.escape()?),
                Some(c) => {
                    value.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        self.at += 1;
        self.skip_blanks();
        match self.peek() {
            None | Some(',' | '+') => Ok(value),
            Some(';') => Err((Semicolon, self.at)),
            Some(_) => Err((TextAfterQuote, self.at)),
        }
    }

    fn hash(&self) -> Result<Part, Flaw> {
        let rest = self.rest();
        let (end, _) = boundary(rest, &[',', '+', ';']);
        let digits = rest.get(1..end).unwrap_or_default().trim_end_matches(' ');
        let hex = digits.bytes().all(|b| b.is_ascii_hexdigit()) && digits.len() % 2 == 0;
        if hex && !digits.is_empty() {
            return Err((BerValue, self.at));
        }
        Err((UnescapedCharacter('#'), self.at))
    }

    /// What the backslash here stands for: one special character, or the text
    /// of a run of hex pairs, each run being whole characters of UTF-8.
    fn escape(&mut self) -> Result<String, Flaw> {
        let start = self.at;
        match self.rest().chars().nth(1) {
            None => return Err((UnterminatedEscape, start)),
            Some(c @ (',' | '+' | '"' | '\\' | '<' | '>' | ';' | ' ' | '#' | '=')) => {
                self.at += 2;
                return Ok(c.to_string());
            }
            Some(_) => {}
        }
        let mut bytes = Vec::new();
        while let Some(byte) = hex_pair(self.rest()) {
            if byte == 0 {
                return Err((Nul, self.at));
            }
            bytes.push(byte);
            self.at += 3;
        }
        if bytes.is_empty() {
            return Err((BadHexEscape, start));
        }
        String::from_utf8(bytes).map_err(|_| (BadUtf8, start))
    }
}

/// An RDN as the directory compares it: its parts in any order (RFC 4517 4.2.15, for texts RFC
/// 4518).
fn keys(rdn: &[Part]) -> Vec<(String, String)> {
    let words = |value: &str| {
        value
            .split(' ')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut keys: Vec<_> = rdn
        .iter()
        .map(|part| (part.kind(), words(&part.value).to_lowercase()))
        .collect();
    keys.sort();
    keys
}

fn hex_pair(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('\\')?.get(..2)?;
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    hex.then(|| u8::from_str_radix(digits, 16).ok())?
}

/// The first unescaped stop and its place, or the end.
fn boundary(text: &str, stops: &[char]) -> (usize, Option<char>) {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if stops.contains(&c) {
            return (at, Some(c));
        }
        if c == '\\' {
            chars.next();
        }
    }
    (text.len(), None)
}

/// A descriptor or numeric OID (RFC 4512 1.4), the latter with or without the
/// `OID.` of RFC 2253 section 4.
fn is_attribute_type(text: &str) -> bool {
    let descriptor = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let number = |arc: &str| {
        !arc.is_empty()
            && arc.bytes().all(|b| b.is_ascii_digit())
            && (arc == "0" || !arc.starts_with('0'))
    };
    let oid = without_oid_prefix(text);
    descriptor || (oid.contains('.') && oid.split('.').all(number))
}

fn without_oid_prefix(text: &str) -> &str {
    match text.split_at_checked(4) {
        Some((prefix, oid)) if prefix.eq_ignore_ascii_case("OID.") => oid,
        _ => text,
    }
}

/// White space that is no blank; the two zero-width ones were spaces once and
/// arrive by the same paste.
fn odd_space(c: char) -> bool {
    (c.is_whitespace() && c != ' ') || matches!(c, '\u{200b}' | '\u{feff}')
}

/// Characters a terminal obeys rather than shows: controls, line separators
/// and the marks of reading direction.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text for a message: cut short, nothing unseen or obeyed in it.
fn visible(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            shown.push('…');
            break;
        }
        if steers(c) || odd_space(c) {
            shown.push_str(&format!("<U+{:04X}>", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}
