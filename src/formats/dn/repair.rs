//! Corrects a text that is not a distinguished name.

use super::error::DnErrorKind;
use super::reader::{after_scheme, read};
use super::unusual::is_odd_space;
use super::{Name, is_attribute_type};
use std::mem::discriminant;

/// Corrects the text step by step while the error keeps its kind: errors of two kinds leave more
/// than one reading.
pub(super) fn repair(text: &str, kind: &DnErrorKind, offset: usize) -> Option<String> {
    const MAX_STEPS: usize = 16;
    let mut corrected = correct(text, kind, offset)?;
    for _ in 0..MAX_STEPS {
        match read(&corrected) {
            Ok(name) => return is_believable(&name).then(|| name.to_string()),
            Err((next, at)) if discriminant(&next) == discriminant(kind) => {
                corrected = correct(&corrected, &next, at)?;
            }
            Err(_) => return None,
        }
    }
    None
}

/// Returns whether a value looks like a domain whose comma is escaped: `DC=farm,example` with an
/// escaped comma is valid but means nothing.
fn is_believable(name: &Name) -> bool {
    let mut letters = name.labels().flat_map(str::chars);
    name.labels().next().is_some()
        && letters.all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.'))
}

/// Returns the text with this one error corrected. A canonical name stays as it is: only the
/// directory knows whether a part of its path is an `OU` or a `CN`.
fn correct(text: &str, kind: &DnErrorKind, offset: usize) -> Option<String> {
    let (before, rest) = text.split_at_checked(offset)?;
    match kind {
        DnErrorKind::Nul | DnErrorKind::Control(_) => {
            let trimmed = text.trim_matches(char::is_control);
            (trimmed.len() < text.len()).then(|| trimmed.to_owned())
        }
        DnErrorKind::AdsPath => name_in_path(rest).map(str::to_owned),
        DnErrorKind::Semicolon => Some(format!("{before},{}", rest.get(1..)?)),
        DnErrorKind::LeadingComma | DnErrorKind::DoubledComma | DnErrorKind::TrailingComma => {
            Some(format!("{before}{}", rest.get(1..)?))
        }
        // ADSI escapes a slash; a distinguished name does not.
        DnErrorKind::BadHexEscape if rest.starts_with("\\/") => {
            Some(format!("{before}{}", rest.get(1..)?))
        }
        DnErrorKind::UnescapedCharacter(_) => Some(format!("{before}\\{rest}")),
        DnErrorKind::NoAttributeType(_) => {
            let value = before.trim_end_matches(' ').strip_suffix(',')?;
            Some(format!("{value}\\{}{rest}", before.get(value.len()..)?))
        }
        DnErrorKind::BadAttributeType(typed) => {
            let plain = typed.trim_matches(|letter| letter == ' ' || is_odd_space(letter));
            match rest.strip_prefix(typed.as_str()) {
                Some(after) if is_attribute_type(plain) => Some(format!("{before}{plain}{after}")),
                _ => unquoted(text).map(str::to_owned),
            }
        }
        _ => None,
    }
}

/// Returns the text inside quotes.
fn unquoted(text: &str) -> Option<&str> {
    text.trim_matches(' ').strip_prefix('"')?.strip_suffix('"')
}

/// Returns the name in an ADsPath, after the server if one is named, or `None` if the path has
/// escapes or a continuation of its own.
fn name_in_path(path: &str) -> Option<&str> {
    let rest = after_scheme(path)?;
    let name = match rest.split_once('/') {
        Some((server, name)) if !server.contains('=') => name,
        _ => rest,
    };
    (!name.contains(['/', '%', '?'])).then_some(name)
}
