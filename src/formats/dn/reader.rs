//! Reads a distinguished name from its text.

use super::error::DnErrorKind;
use super::{Name, Part, is_attribute_type};

/// The fault and its offset in bytes. The caller searches for a correction.
pub(super) type ErrorAt = (DnErrorKind, usize);

/// Reads the whole text as one name.
pub(super) fn read(text: &str) -> Result<Name, ErrorAt> {
    let inner = text.trim_start_matches(' ');
    let start = text.len() - inner.len();
    if inner.is_empty() {
        return Err((DnErrorKind::Empty, 0));
    }
    let control = text.char_indices().find(|(_, letter)| letter.is_control());
    match control {
        Some((at, '\0')) => return Err((DnErrorKind::Nul, at)),
        Some((at, letter)) => return Err((DnErrorKind::Control(letter), at)),
        None => {}
    }
    if after_scheme(inner).is_some() {
        return Err((DnErrorKind::AdsPath, start));
    }
    if inner.contains('/') && !inner.contains('=') {
        return Err((DnErrorKind::CanonicalName, start));
    }
    Reader::new(text).name()
}

/// Returns the text after a scheme such as `LDAP://`, or `None` if there is none.
pub(super) fn after_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    (!scheme.is_empty() && scheme.bytes().all(|letter| letter.is_ascii_alphabetic()))
        .then_some(rest)
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

    fn skip_spaces(&mut self) {
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

    fn name(mut self) -> Result<Name, ErrorAt> {
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

    fn part(&mut self) -> Result<Part, ErrorAt> {
        let attribute = self.attribute()?;
        self.skip_spaces();
        let start = self.at;
        let value = match self.peek() {
            Some('"') => self.quoted()?,
            Some('#') => return Err(self.hash()),
            _ => self.plain()?,
        };
        if value.is_empty() {
            return Err((DnErrorKind::EmptyValue(attribute), start));
        }
        Ok(Part { attribute, value })
    }

    fn attribute(&mut self) -> Result<String, ErrorAt> {
        self.skip_spaces();
        let start = self.at;
        let rest = self.rest();
        let (end, stop) = boundary(rest, &['=', ',', '+', ';']);
        let typed = rest.get(..end).unwrap_or_default().trim_end_matches(' ');
        if stop != Some('=') {
            return Err(self.untyped(typed, stop));
        }
        if !is_attribute_type(typed) {
            return Err((DnErrorKind::BadAttributeType(typed.to_owned()), start));
        }
        self.at += end + 1;
        Ok(typed.to_owned())
    }

    /// Returns the fault of a part that ends at `stop` without an `=`.
    fn untyped(&self, part: &str, stop: Option<char>) -> ErrorAt {
        match (self.separator, stop) {
            // Joined types are so rare that this `+` is more likely part of a value.
            (Some((at, '+')), _) => (DnErrorKind::UnescapedCharacter('+'), at),
            _ if !part.is_empty() => (DnErrorKind::NoAttributeType(part.to_owned()), self.at),
            (Some((at, _)), None) => (DnErrorKind::TrailingComma, at),
            (_, Some('+')) => (DnErrorKind::UnescapedCharacter('+'), self.at),
            (_, Some(';')) => (DnErrorKind::Semicolon, self.at),
            (Some(_), _) => (DnErrorKind::DoubledComma, self.at),
            (None, _) => (DnErrorKind::LeadingComma, self.at),
        }
    }

    fn plain(&mut self) -> Result<String, ErrorAt> {
        let mut value = String::new();
        // Spaces at the end belong to the separator unless they were escaped.
        let mut kept = 0;
        while let Some(letter) = self.peek() {
            match letter {
                ',' | '+' => break,
                ';' => return Err((DnErrorKind::Semicolon, self.at)),
                '"' | '<' | '>' => return Err((DnErrorKind::UnescapedCharacter(letter), self.at)),
                '\\' => value.push_str(&self.escape()?),
                _ => {
                    value.push(letter);
                    self.at += letter.len_utf8();
                }
            }
            kept = if letter == ' ' { kept } else { value.len() };
        }
        value.truncate(kept);
        Ok(value)
    }

    /// Reads a value in quotes (RFC 2253 section 4), where only `"` and `\` are special.
    fn quoted(&mut self) -> Result<String, ErrorAt> {
        let open = self.at;
        let mut value = String::new();
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err((DnErrorKind::UnterminatedQuote, open)),
                Some('"') => break,
                Some('\\') => value.push_str(&self.escape()?),
                Some(letter) => {
                    value.push(letter);
                    self.at += letter.len_utf8();
                }
            }
        }
        self.at += 1;
        self.skip_spaces();
        match self.peek() {
            None | Some(',' | '+') => Ok(value),
            Some(';') => Err((DnErrorKind::Semicolon, self.at)),
            Some(_) => Err((DnErrorKind::TextAfterQuote, self.at)),
        }
    }

    /// Returns the fault of a value that begins with `#`.
    fn hash(&self) -> ErrorAt {
        let rest = self.rest();
        let (end, _) = boundary(rest, &[',', '+', ';']);
        let digits = rest.get(1..end).unwrap_or_default().trim_end_matches(' ');
        let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        if is_hexadecimal && !digits.is_empty() && digits.len() % 2 == 0 {
            return (DnErrorKind::BerValue, self.at);
        }
        (DnErrorKind::UnescapedCharacter('#'), self.at)
    }

    /// Reads an escape: the backslash and one special character, or a run of hexadecimal pairs that
    /// is valid UTF-8.
    fn escape(&mut self) -> Result<String, ErrorAt> {
        let start = self.at;
        match self.rest().chars().nth(1) {
            None => return Err((DnErrorKind::UnterminatedEscape, start)),
            Some(letter @ (',' | '+' | '"' | '\\' | '<' | '>' | ';' | ' ' | '#' | '=')) => {
                self.at += 2;
                return Ok(letter.to_string());
            }
            Some(_) => {}
        }
        let mut bytes = Vec::new();
        while let Some(byte) = hex_pair(self.rest()) {
            if byte == 0 {
                return Err((DnErrorKind::Nul, self.at));
            }
            bytes.push(byte);
            self.at += 3;
        }
        if bytes.is_empty() {
            return Err((DnErrorKind::BadHexEscape, start));
        }
        String::from_utf8(bytes).map_err(|_| (DnErrorKind::BadUtf8, start))
    }
}

/// Returns the byte of a backslash and two hexadecimal digits.
fn hex_pair(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('\\')?.get(..2)?;
    let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hexadecimal.then(|| u8::from_str_radix(digits, 16).ok())?
}

/// Returns the first unescaped stop and its place, or the end.
fn boundary(text: &str, stops: &[char]) -> (usize, Option<char>) {
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        if stops.contains(&letter) {
            return (at, Some(letter));
        }
        if letter == '\\' {
            letters.next();
        }
    }
    (text.len(), None)
}
