//! Replaces the names in a text word by word. Every word that is not known to be harmless is
//! replaced.

use super::addresses::address_at;
use super::names::Names;
use super::numbers::{
    is_common_number, is_duration, is_number, is_size_or_zone, is_version, telephone_at,
};
use super::sids::sid_at;
use super::words::{WORDS, is_word_char, words};
use crate::farm::{SETTINGS, Table};
use std::ops::Range;
use windows_security::Sid;

/// How to treat the words of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Every word is a name.
    Names,
    /// Ordinary words may occur among the names.
    Words,
    /// Ordinary words, but words of names count as ordinary too: an identifier of this program.
    Identifiers,
}

/// Texts that stay when they stand alone: names that Windows, SharePoint and this program use
/// everywhere.
const PHRASES: [&str; 22] = [
    r"NT AUTHORITY\NETWORK SERVICE",
    r"NT AUTHORITY\NETWORKSERVICE",
    r"NT AUTHORITY\LOCAL SERVICE",
    r"NT AUTHORITY\LOCALSERVICE",
    r"NT AUTHORITY\SYSTEM",
    r"NT AUTHORITY\Authenticated Users",
    r"NT AUTHORITY\ANONYMOUS LOGON",
    r"NT AUTHORITY",
    "NETWORK SERVICE",
    "NETWORK_SERVICE",
    "NetworkService",
    "LOCAL SERVICE",
    "LocalService",
    "LOCAL SYSTEM",
    "LocalSystem",
    r"BUILTIN\Administrators",
    r"BUILTIN\Users",
    "CREATOR OWNER",
    "Everyone",
    "Authenticated Users",
    "_vti_bin/SharePointEmailWS.asmx",
    "a machine without a name",
];

/// Groups that SharePoint and IIS create on every server.
const GROUPS: [&str; 5] = [
    "WSS_ADMIN_WPG",
    "WSS_RESTRICTED_WPG_V4",
    "WSS_RESTRICTED_WPG",
    "WSS_WPG",
    "IIS_IUSRS",
];

/// Default folders of the Windows SMTP service.
const FOLDERS: [&str; 6] = ["inetpub", "mailroot", "drop", "pickup", "queue", "badmail"];

/// Types of the parts of distinguished names.
const ATTRIBUTES: [&str; 9] = ["CN", "OU", "DC", "O", "C", "L", "ST", "STREET", "UID"];

const SCHEMES: [&str; 6] = ["http", "https", "ldap", "ldaps", "gc", "ftp"];

/// Returns a text with other names.
pub(super) fn rewritten(text: &str, mode: Mode, names: &mut Names<'_>) -> String {
    if is_key(text) {
        return key(text, names);
    }
    // A numeric text is a setting, a size or flags.
    let digits = text.strip_prefix('-').unwrap_or(text);
    if mode != Mode::Names && !digits.is_empty() && is_number(digits) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let is_start = !text
            .get(..at)
            .and_then(|before| before.chars().next_back())
            .is_some_and(is_word_char);
        let known = if is_start {
            phrase_at(text, at)
                .or_else(|| sid_at(text, at, names))
                .or_else(|| match mode {
                    Mode::Words => telephone_at(text, at, names),
                    Mode::Names | Mode::Identifiers => None,
                })
        } else {
            None
        };
        if let Some((end, kept)) = known {
            out.push_str(&kept);
            at = end;
        } else if let Some(found) = address_at(text, at) {
            let other = names.address(found.address, found.prefix);
            out.push_str(&found.with_address(other));
            at = found.end;
        } else if is_word_char(letter) {
            let end = token_end(text, at);
            out.push_str(&token(text, at..end, mode, names));
            at = end;
        } else {
            out.push(letter);
            at += letter.len_utf8();
        }
    }
    out
}

/// Returns another attribute of a distinguished name. Common ones stay.
pub(super) fn attribute(attribute: &str, names: &mut Names<'_>) -> String {
    let is_number = attribute
        .chars()
        .all(|letter| letter.is_ascii_digit() || letter == '.');
    if is_number || is_one_of(&ATTRIBUTES, attribute) {
        attribute.to_owned()
    } else {
        rewritten(attribute, Mode::Names, names)
    }
}

fn is_one_of(list: &[&str], word: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

// --- Keys of settings

/// Returns whether the text is a setting's dotted name, with or without an entry's name in it.
fn is_key(text: &str) -> bool {
    let first = text.split('.').next().unwrap_or_default();
    if !is_table(first) {
        return false;
    }
    SETTINGS.iter().any(|row| text == row.key()) || parts_of_key(text).is_some() || is_table(text)
}

fn is_table(text: &str) -> bool {
    Table::ALL.iter().any(|table| table.name() == text)
}

/// Splits a dotted name into table, entry and setting.
fn parts_of_key(text: &str) -> Option<(&str, &str, &str)> {
    let (table, rest) = text.split_once('.')?;
    let (entry, setting) = rest.rsplit_once('.')?;
    let is_setting = SETTINGS
        .iter()
        .any(|row| row.table.is_repeated() && row.table.name() == table && row.name == setting);
    is_setting.then_some((table, entry, setting))
}

fn key(text: &str, names: &mut Names<'_>) -> String {
    match parts_of_key(text).filter(|(_, entry, _)| *entry != "NAME") {
        Some((table, entry, setting)) => {
            format!("{table}.{}.{setting}", rewritten(entry, Mode::Names, names))
        }
        None => text.to_owned(),
    }
}

// --- What stays

fn phrase_at(text: &str, at: usize) -> Option<(usize, String)> {
    let localized = Sid::localized_names();
    PHRASES.into_iter().chain(localized).find_map(|phrase| {
        let end = at + phrase.len();
        let found = text.get(at..end).filter(|found| {
            found.eq_ignore_ascii_case(phrase)
                || (!phrase.is_ascii() && found.to_lowercase() == phrase.to_lowercase())
        })?;
        // In a longer name it has another meaning.
        let before = text.get(..at)?.chars().next_back();
        let after = text.get(end..)?.chars().next();
        let is_alone = !before.is_some_and(is_name_char) && !after.is_some_and(is_name_char);
        is_alone.then(|| (end, found.to_owned()))
    })
}

fn is_name_char(letter: char) -> bool {
    is_word_char(letter) || "-_@\\".contains(letter)
}

// --- Words

/// Ordinary words that are also names of people. Capitalized, they stay only next to a number, as
/// in a date.
const ALSO_NAMES: [&str; 8] = [
    "april", "august", "june", "march", "may", "rich", "street", "will",
];

/// Returns the end of a token: words joined by single dots, `@`, backslashes, hyphens or
/// underscores.
fn token_end(text: &str, from: usize) -> usize {
    let mut end = from;
    let mut separator = None;
    let rest = text.get(from..).unwrap_or_default();
    for (at, letter) in rest.char_indices() {
        match letter {
            _ if is_word_char(letter) => {
                end = from + at + letter.len_utf8();
                separator = None;
            }
            '-' | '_' if separator.is_none_or(|before| before == letter) => {
                separator = Some(letter)
            }
            '.' | '@' | '\\' if separator.is_none() => separator = Some(letter),
            _ => break,
        }
    }
    end
}

/// Rewrites the token at this position of a text.
fn token(text: &str, place: Range<usize>, mode: Mode, names: &mut Names<'_>) -> String {
    let before = text.get(..place.start).unwrap_or_default();
    let after = text.get(place.end..).unwrap_or_default();
    let token = text.get(place).unwrap_or_default();
    let is_compound = token.contains(['.', '@', '\\']);
    let is_port = before.ends_with(':') && is_number(token) && token.len() <= 5;
    let is_attribute =
        after.trim_start_matches(' ').starts_with('=') && is_one_of(&ATTRIBUTES, token);
    let is_drive = token.len() == 1 && after.starts_with(':') && !is_number(token);
    let is_scheme = after.starts_with("://") && is_one_of(&SCHEMES, token);
    if is_port || is_attribute || is_drive || is_scheme {
        return token.to_owned();
    }
    let is_ordinary = if words(token).all(is_number) {
        is_common_number(token) || is_version(token) || is_size_or_zone(token, before)
    } else {
        let may_be_person = mode == Mode::Words
            && token.starts_with(char::is_uppercase)
            && is_one_of(&ALSO_NAMES, token)
            && !is_next_to_number(before, after);
        let is_name = |word| mode == Mode::Words && names.is_known(word);
        let is_known = |word| is_ordinary_word(word) && !is_name(word);
        !is_compound && !may_be_person && words(token).all(is_known)
    };
    if mode != Mode::Names && is_ordinary {
        token.to_owned()
    } else {
        replaced(token, before, after, names)
    }
}

fn is_next_to_number(before: &str, after: &str) -> bool {
    let left = before.trim_end_matches([' ', '-', ',']).chars().next_back();
    let right = after.trim_start_matches([' ', '-', ',']).chars().next();
    [left, right]
        .into_iter()
        .flatten()
        .any(|letter| letter.is_ascii_digit())
}

/// Returns whether a word identifies nothing: a short number, a duration or a known word.
fn is_ordinary_word(word: &str) -> bool {
    (is_number(word) && is_common_number(word))
        || is_duration(word)
        || WORDS.contains(word.to_ascii_lowercase().as_str())
}

/// Returns a token with each of its words replaced.
fn replaced(token: &str, before: &str, after: &str, names: &mut Names<'_>) -> String {
    let mut out = String::new();
    let mut rest = token;
    while let Some(letter) = rest.chars().next() {
        if is_one_of(&GROUPS, rest) {
            return out + rest;
        }
        if !is_word_char(letter) {
            out.push(letter);
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            continue;
        }
        if let Some((length, label)) = encoded_label(rest) {
            let label = label.map(|label| replaced(&label, "", "", names));
            out.push_str(&label.unwrap_or_else(|odd| {
                odd.split('-')
                    .map(|word| names.word(word))
                    .collect::<String>()
                    + "_"
            }));
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        let word = rest
            .get(..rest.find(|next| !is_word_char(next)).unwrap_or(rest.len()))
            .unwrap_or_default();
        let done = token.len() - rest.len();
        let left = token
            .get(..done)
            .filter(|left| !left.is_empty())
            .unwrap_or(before);
        rest = rest.get(word.len()..).unwrap_or_default();
        let right = if rest.is_empty() { after } else { rest };
        match () {
            () if is_folder(word, left, right) => out.push_str(word),
            () if is_number(word) => out.push_str(&names.number(word)),
            () => out.push_str(&names.word(word)),
        }
    }
    out
}

/// Returns whether a word is a folder of the SMTP service in a path. A host after two backslashes
/// is not.
fn is_folder(word: &str, left: &str, right: &str) -> bool {
    let strokes = ['\\', '/'];
    let is_whole = (left.is_empty() || left.ends_with(strokes))
        && (right.is_empty() || right.starts_with(strokes));
    let in_path = left.ends_with(strokes) || right.starts_with(strokes);
    let is_host = left.ends_with(r"\\") || left.ends_with("//");
    is_whole && in_path && !is_host && is_one_of(&FOLDERS, word)
}

/// Returns the length of an internationalized label that a text begins with, and the label in its
/// own script. An invalid label is returned unchanged, and must not become valid (RFC 5890
/// 2.3.2.1).
fn encoded_label(text: &str) -> Option<(usize, Result<String, &str>)> {
    let length = text
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
        .unwrap_or(text.len());
    let label = text.get(..length)?.trim_end_matches('-');
    if !label.get(..4)?.eq_ignore_ascii_case("xn--") {
        return None;
    }
    let (decoded, read) = idna::domain_to_unicode(label);
    let is_one = read.is_ok() && !decoded.is_ascii();
    Some((label.len(), if is_one { Ok(decoded) } else { Err(label) }))
}
