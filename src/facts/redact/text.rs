//! Replaces the names in a text word by word. Every word that is not known to be harmless is
//! replaced.

use super::addresses::address_at;
use super::names::Names;
use super::words::{WORDS, is_word_char};
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

/// Words that `smbcacls --numeric` and `rpcclient` print in a descriptor.
const SAMBA_WORDS: [&str; 57] = [
    "REVISION",
    "CONTROL",
    "OWNER",
    "GROUP",
    "ACL",
    "netname",
    "remark",
    "path",
    "password",
    "type",
    "perms",
    "max_uses",
    "num_uses",
    "revision",
    "DACL",
    "SACL",
    "Num",
    "ACEs",
    "ACE",
    "flags",
    "Specific",
    "bits",
    "Permissions",
    "SID",
    "Owner",
    "Group",
    "ACCESS",
    "ALLOWED",
    "DENIED",
    "SYSTEM",
    "AUDIT",
    "ALARM",
    "OBJECT",
    "SEC_DESC_OWNER_DEFAULTED",
    "SEC_DESC_GROUP_DEFAULTED",
    "SEC_DESC_DACL_PRESENT",
    "SEC_DESC_DACL_DEFAULTED",
    "SEC_DESC_SACL_PRESENT",
    "SEC_DESC_SACL_DEFAULTED",
    "SEC_DESC_DACL_AUTO_INHERIT_REQ",
    "SEC_DESC_SACL_AUTO_INHERIT_REQ",
    "SEC_DESC_DACL_AUTO_INHERITED",
    "SEC_DESC_SACL_AUTO_INHERITED",
    "SEC_DESC_DACL_PROTECTED",
    "SEC_DESC_SACL_PROTECTED",
    "SEC_DESC_RM_CONTROL_VALID",
    "SEC_DESC_SELF_RELATIVE",
    "SEC_ACE_FLAG_OBJECT_INHERIT",
    "SEC_ACE_FLAG_CONTAINER_INHERIT",
    "SEC_ACE_FLAG_NO_PROPAGATE_INHERIT",
    "SEC_ACE_FLAG_INHERIT_ONLY",
    "SEC_ACE_FLAG_INHERITED_ACE",
    "SYNCHRONIZE_ACCESS",
    "WRITE_OWNER_ACCESS",
    "WRITE_DAC_ACCESS",
    "READ_CONTROL_ACCESS",
    "DELETE_ACCESS",
];

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
                .or_else(|| telephone_at(text, at, mode, names))
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

// --- SIDs

/// The SID of TrustedInstaller. It is made from a service's name, but every machine has the same.
const TRUSTED_INSTALLER: &str = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";

/// Returns a line of the output of Samba's programs about a descriptor with other SIDs. Words that
/// are not Samba's own are replaced.
pub(super) fn rewritten_samba_line(line: &str, names: &mut Names<'_>) -> String {
    // The redacted line, and the line without SIDs.
    let (mut other, mut words) = (String::new(), String::new());
    let mut at = 0;
    while let Some(letter) = line.get(at..).and_then(|rest| rest.chars().next()) {
        match sid_at(line, at, names) {
            Some((end, sid)) => {
                other.push_str(&sid);
                at = end;
            }
            None => {
                other.push(letter);
                words.push(letter);
                at += letter.len_utf8();
            }
        }
    }
    if is_samba_line(&words) {
        return other;
    }
    match line.split_once(':').filter(|(key, _)| is_samba_line(key)) {
        Some((key, value)) => format!("{key}:{}", rewritten(value, Mode::Names, names)),
        None => rewritten(line, Mode::Names, names),
    }
}

/// Returns whether a line consists of Samba's own words and of numbers.
fn is_samba_line(line: &str) -> bool {
    let mut words = line
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty());
    line.is_ascii()
        && words.all(|word| is_number(word) || is_hexadecimal(word) || SAMBA_WORDS.contains(&word))
}

fn is_hexadecimal(word: &str) -> bool {
    word.strip_prefix("0x")
        .is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

/// Returns the end of the SID that begins at `at` and its replacement, or `None` if none begins
/// there.
fn sid_at(text: &str, at: usize, names: &Names<'_>) -> Option<(usize, String)> {
    let rest = text.get(at..).filter(|rest| rest.starts_with(['S', 's']))?;
    let length = rest
        .find(|letter: char| !letter.is_ascii_hexdigit() && !"sSxX-".contains(letter))
        .unwrap_or(rest.len());
    let found = rest.get(..length)?.trim_end_matches('-');
    // In a longer text a SID has at least two numbers, and ends there.
    let known: Sid = found
        .parse()
        .ok()
        .filter(|_| found.matches('-').count() > 2 || found.len() == text.len())?;
    let continues = rest
        .get(found.len()..)?
        .chars()
        .next()
        .is_some_and(is_word_char);
    (!continues).then(|| (at + found.len(), sid(&known, names).to_string()))
}

/// Returns replacements for the numbers of a SID, each after a hyphen.
fn other_numbers(numbers: &[&str], names: &Names<'_>) -> String {
    let whole = numbers.join("-");
    (0..numbers.len())
        .map(|at| format!("-{}", names.sid_number(&whole, at)))
        .collect()
}

/// Returns another SID. The SIDs of domains and of Azure identify an account (MS-DTYP 2.4.2), as do
/// those of logon sessions, capabilities and application packages, and those derived from the names
/// of services, application pools and virtual machines. A domain's SID keeps its last number. SIDs
/// that every machine has stay.
pub(super) fn sid(sid: &Sid, names: &Names<'_>) -> Sid {
    let text = sid.to_string();
    let numbers: Vec<&str> = text.split('-').skip(2).collect();
    let other = match numbers.as_slice() {
        ["5", "21", domain @ .., _] if domain == ["0"; 3] => return sid.clone(),
        ["5", "21", one, two, three, rest @ ..] => {
            let rest: String = rest.iter().map(|number| format!("-{number}")).collect();
            format!("S-1-5-21{}{rest}", other_numbers(&[one, two, three], names))
        }
        ["5", "5", session @ ..] => format!("S-1-5-5{}", other_numbers(session, names)),
        ["5", kind, name @ ..] if is_made_from_name(kind, name) && text != TRUSTED_INSTALLER => {
            format!("S-1-5-{kind}{}", other_numbers(name, names))
        }
        ["15", kind @ ("2" | "3"), rest @ ..] if rest.len() > 1 => {
            format!("S-1-15-{kind}{}", other_numbers(rest, names))
        }
        ["12", kind, rest @ ..] => format!("S-1-12-{kind}{}", other_numbers(rest, names)),
        _ => return sid.clone(),
    };
    other.parse().unwrap_or_else(|_| sid.clone())
}

/// Returns whether a SID of Windows is derived from the name of a service, a pool, a machine or a
/// session (`SECURITY_MIN_BASE_RID` to `SECURITY_MAX_BASE_RID`).
fn is_made_from_name(kind: &str, name: &[&str]) -> bool {
    let is_of_service = kind
        .parse()
        .is_ok_and(|kind: u32| (80..=111).contains(&kind));
    is_of_service && name.len() > 1 && name.iter().any(|number| *number != "0")
}

// --- Numbers

/// The minimum number of digits of a telephone number, with and without its country code.
const MIN_TELEPHONE: (usize, usize) = (7, 9);
/// The maximum number of digits of a number that stays in a text: a code, a count, a day.
const MAX_COMMON_NUMBER: usize = 3;

/// Returns the end of the telephone number that begins at `at` and its replacement, or `None` if
/// none begins there. A telephone number is groups of digits with spaces, hyphens, brackets or
/// slashes between them.
fn telephone_at(
    text: &str,
    at: usize,
    mode: Mode,
    names: &mut Names<'_>,
) -> Option<(usize, String)> {
    let rest = text.get(at..)?;
    let has_country = rest.starts_with('+');
    if mode != Mode::Words
        || !rest.starts_with(|first: char| first == '+' || first.is_ascii_digit())
    {
        return None;
    }
    let (mut end, mut groups, mut digits) = (0, 0, 0);
    let mut next = usize::from(has_country);
    while let Some(after) = rest.get(next..) {
        let length = after.bytes().take_while(u8::is_ascii_digit).count();
        let follows = after.get(length..).and_then(|left| left.chars().next());
        let goes_on =
            follows.is_some_and(|letter| is_word_char(letter) || ".:@\\".contains(letter));
        let ends = follows == Some('.') && after.get(length + 1..).is_none_or(is_end_of_sentence);
        if length == 0 || (goes_on && !ends) {
            break;
        }
        (end, groups, digits) = (next + length, groups + 1, digits + length);
        let separators = after
            .get(length..)?
            .bytes()
            .take_while(|byte| b" -()/".contains(byte));
        match separators.count() {
            separators @ 1..=2 => next = end + separators,
            _ => break,
        }
    }
    let is_telephone = if has_country {
        digits >= MIN_TELEPHONE.0
    } else {
        groups > 2 && digits >= MIN_TELEPHONE.1
    };
    let number = rest.get(..end).filter(|_| is_telephone)?;
    Some((at + end, other_digits(number, names)))
}

fn is_end_of_sentence(rest: &str) -> bool {
    !rest.starts_with(is_word_char)
}

/// Returns a text with each of its numbers replaced.
fn other_digits(text: &str, names: &mut Names<'_>) -> String {
    let mut other = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        if !number.is_empty() {
            other.push_str(&names.number(number));
        }
        let mut letters = after.chars();
        other.extend(letters.next());
        rest = letters.as_str();
    }
    other
}

/// Returns whether numbers and the characters between them identify nothing: a short number, a
/// year, a day, a code such as `5.1.1`, or two short ones.
fn is_common_number(token: &str) -> bool {
    let numbers: Vec<&str> = words(token).collect();
    let all_short = numbers
        .iter()
        .all(|number| number.len() <= MAX_COMMON_NUMBER);
    match numbers.as_slice() {
        [number] => all_short || is_year(number),
        [year, month, day] if is_year(year) => month.len() == 2 && day.len() == 2,
        [_, _] => all_short,
        [_, _, _] => all_short && !token.contains(['-', '_']),
        _ => false,
    }
}

/// Returns whether numbers are the version and build of a Microsoft program: `10.0.14393.2608`.
fn is_version(token: &str) -> bool {
    let numbers: Vec<&str> = token.split('.').collect();
    let lengths = numbers.iter().map(|number| number.len());
    matches!(
        lengths.collect::<Vec<_>>().as_slice(),
        [1..=2, 1..=2, 4..=5, 1..=5]
    )
}

/// Returns whether a number is an announced size, or a time zone (`+0100`).
fn is_size_or_zone(token: &str, before: &str) -> bool {
    let is_zone = token.len() == 4 && [" +", " -"].iter().any(|sign| before.ends_with(sign));
    is_zone || before.ends_with("SIZE ")
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && (number.starts_with("19") || number.starts_with("20"))
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

fn words(token: &str) -> impl Iterator<Item = &str> {
    token
        .split(|letter| !is_word_char(letter))
        .filter(|word| !word.is_empty())
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a word is a duration such as `5s`.
fn is_duration(word: &str) -> bool {
    let unit = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
    unit.len() < word.len() && ["ms", "s", "m", "min", "h"].contains(&unit)
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
