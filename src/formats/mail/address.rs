//! The addresses of the leading lines.

use std::borrow::Cow;

/// An address of the envelope (RFC 5321 4.1.2), without brackets and parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'a> {
    text: &'a [u8],
}

impl<'a> Address<'a> {
    /// Reads the value of an `x-sender` or `x-receiver` line: `docs@host`, or `<docs@host>
    /// PARAMETER=…`. Returns `None` if it has no address.
    pub fn read(value: &'a [u8]) -> Option<Self> {
        let value = value.trim_ascii();
        let text = match value.strip_prefix(b"<") {
            Some(inner) => before_unquoted(inner, |byte| byte == b'>'),
            None => bare(value),
        };
        let text = text.trim_ascii();
        // A route (RFC 5321 appendix C) ends at the colon before the address.
        let text = match (text, text.iter().position(|byte| *byte == b':')) {
            ([b'@', ..], Some(colon)) => text.get(colon + 1..).unwrap_or_default(),
            _ => text,
        };
        (!text.is_empty()).then_some(Self { text })
    }

    /// Returns whether the value of such a line is one plain address, optionally with parameters.
    pub fn is_single_address(value: &'a [u8]) -> bool {
        let value = value.trim_ascii();
        let (text, rest) = match value.strip_prefix(b"<") {
            Some(inner) => {
                let text = before_unquoted(inner, |byte| byte == b'>');
                let Some((b'>', rest)) = inner.get(text.len()..).and_then(<[u8]>::split_first)
                else {
                    return false;
                };
                (text, rest)
            }
            None => {
                let text =
                    before_unquoted(value, |byte| byte.is_ascii_whitespace() || byte == b',');
                (text, value.get(text.len()..).unwrap_or_default())
            }
        };
        // Without a domain it is not an address of the envelope (RFC 5321 4.1.2).
        let is_whole = matches!(
            (Self { text }.local().is_empty(), Self { text }.domain()),
            (false, Some(_))
        );
        let has_one = before_unquoted(text, |byte| matches!(byte, b'<' | b'>' | b';' | b'(')).len()
            == text.len();
        is_whole
            && has_one
            && rest
                .split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty())
                .all(is_parameter)
    }

    /// Uses a whole value as the address, as in the file.
    pub(super) fn raw(text: &'a [u8]) -> Self {
        Self { text }
    }

    fn at(&self) -> Option<usize> {
        self.text.iter().rposition(|byte| *byte == b'@')
    }

    /// Returns the part before the last `@`: the list's alias, without quotes.
    pub fn local(&self) -> Cow<'a, str> {
        let local = self
            .text
            .get(..self.at().unwrap_or(self.text.len()))
            .unwrap_or_default();
        let inner = local
            .strip_prefix(b"\"")
            .and_then(|rest| rest.strip_suffix(b"\""))
            .unwrap_or(local);
        String::from_utf8_lossy(inner)
    }

    /// Returns the part after the last `@`, without a final dot, or `None` if there is no domain.
    pub fn domain(&self) -> Option<Cow<'a, str>> {
        let domain = self.text.get(self.at()? + 1..).unwrap_or_default();
        let domain = domain.strip_suffix(b".").unwrap_or(domain);
        (!domain.is_empty()).then(|| String::from_utf8_lossy(domain))
    }

    /// Returns the whole address.
    pub fn text(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.text)
    }
}

/// Returns the address of a value that does not begin with `<`: its first word, or after a display
/// name the text in brackets or the first word with an `@`.
fn bare(value: &[u8]) -> &[u8] {
    let ends_word = |byte: u8| byte.is_ascii_whitespace() || byte == b',';
    let has_at = |text: &[u8]| before_unquoted(text, |byte| byte == b'@').len() < text.len();
    let first = before_unquoted(value, ends_word);
    if has_at(first) {
        return first;
    }
    let name = before_unquoted(value, |byte| byte == b'<');
    if let Some((_, inner)) = value.get(name.len()..).and_then(<[u8]>::split_first) {
        return before_unquoted(inner, |byte| byte == b'>');
    }
    let mut rest = value;
    while !rest.is_empty() {
        let word = before_unquoted(rest, ends_word);
        if has_at(word) {
            return word;
        }
        rest = rest.get(word.len() + 1..).unwrap_or_default();
    }
    first
}

/// Returns whether a word is a parameter, `KEYWORD=…`.
fn is_parameter(word: &[u8]) -> bool {
    match word.iter().position(|byte| *byte == b'=') {
        None | Some(0) => false,
        Some(at) => word
            .iter()
            .take(at)
            .all(|letter| letter.is_ascii_alphanumeric() || *letter == b'-'),
    }
}

/// Returns the text before the first byte outside quotes for which `ends` holds.
fn before_unquoted(text: &[u8], ends: impl Fn(u8) -> bool) -> &[u8] {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            byte if !is_quoted && ends(*byte) => return text.get(..at).unwrap_or_default(),
            _ => {}
        }
    }
    text
}
