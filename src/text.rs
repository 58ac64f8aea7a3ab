//! Texts: which name a typed one was meant to be, and what is safe to show.

use std::borrow::Cow;

/// How alike two names must be, from 0 to 1, for one to be proposed in place of the other.
const MIN_LIKENESS: f64 = 0.82;

/// The likeness of a name that differs by one typing mistake. In a short word, one mistake leaves
/// little that is alike, so the Jaro-Winkler distance alone would miss it.
const ONE_MISTAKE: f64 = 0.9;

/// The shortest name, in characters, that one typing mistake still leaves recognizable.
const MIN_LENGTH_FOR_MISTAKE: usize = 3;

/// The longest word that is compared with names, in bytes: no name is nearly as long, and the time
/// grows with the length of both.
const MAX_TYPED: usize = 200;

/// Returns the name that is most like a mistyped one, or `None` if none is like it.
pub(crate) fn nearest<Name: AsRef<str>>(
    typed: &str,
    names: impl IntoIterator<Item = Name>,
) -> Option<String> {
    if typed.len() > MAX_TYPED {
        return None;
    }
    names
        .into_iter()
        .map(|name| (likeness(typed, name.as_ref()), name))
        .filter(|(likeness, _)| *likeness > MIN_LIKENESS)
        .max_by(|one, two| one.0.total_cmp(&two.0))
        .map(|(_, name)| name.as_ref().to_owned())
}

/// Returns how alike two names are, from 0 to 1, case-insensitive.
fn likeness(typed: &str, name: &str) -> f64 {
    let typed = typed.to_lowercase();
    let name = name.to_lowercase();
    let likeness = strsim::jaro_winkler(&typed, &name);
    let is_one_mistake =
        name.chars().count() >= MIN_LENGTH_FOR_MISTAKE && strsim::osa_distance(&typed, &name) == 1;
    if is_one_mistake {
        likeness.max(ONE_MISTAKE)
    } else {
        likeness
    }
}

/// Returns whether a character could steer a terminal or hide what a text says: controls, line
/// separators, direction marks, and characters without any width (Unicode's
/// Default_Ignorable_Code_Point, without the variation selectors of emoji and of scripts).
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00ad}'
                | '\u{034f}'
                | '\u{061c}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// What the agent of Azure DevOps takes for commands wherever they stand in a line, and for formats
/// at its start.
const AGENT_COMMANDS: [&str; 2] = ["##vso[", "##["];

/// Returns a text with its unsafe characters written as escapes, and the first `#` of what an agent
/// of a CI system would take for a command.
pub fn shown(text: &str) -> Cow<'_, str> {
    let is_plain =
        text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.contains(is_unsafe);
    if is_plain && !has_agent_command(text) {
        return text.into();
    }
    let mut escaped = String::new();
    for (at, character) in text.char_indices() {
        if is_unsafe(character) {
            escaped.extend(character.escape_default());
        } else if text.get(at..).is_some_and(begins_agent_command) {
            escaped.extend(character.escape_unicode());
        } else {
            escaped.push(character);
        }
    }
    escaped.into()
}

/// Returns a text, whose other characters are safe already, with the first `#` of what an agent of
/// a CI system would take for a command written as an escape.
pub(crate) fn without_agent_commands(text: &str) -> Cow<'_, str> {
    if !has_agent_command(text) {
        return text.into();
    }
    let mut escaped = String::new();
    for (at, character) in text.char_indices() {
        if text.get(at..).is_some_and(begins_agent_command) {
            escaped.extend(character.escape_unicode());
        } else {
            escaped.push(character);
        }
    }
    escaped.into()
}

/// Whether a text has what an agent of a CI system would take for a command.
pub(crate) fn has_agent_command(text: &str) -> bool {
    text.match_indices("##")
        .any(|(at, _)| text.get(at..).is_some_and(begins_agent_command))
}

pub(crate) fn begins_agent_command(text: &str) -> bool {
    AGENT_COMMANDS.iter().any(|command| {
        text.get(..command.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(command))
    })
}

/// Returns a text in which a star stands for every byte of the passwords of
/// `scheme://user:password@host`, so that the positions in it stay the same.
pub(crate) fn without_password(text: &str) -> Cow<'_, str> {
    let mut hidden = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        let (authority, tail) = split_authority(after);
        hidden.push_str(before);
        hidden.push_str("://");
        push_without_password(&mut hidden, authority);
        rest = tail;
    }
    hidden.push_str(rest);
    if hidden == text {
        text.into()
    } else {
        hidden.into()
    }
}

/// Splits what follows `://` behind its authority. A colon that begins another `://` belongs to the
/// rest, so that the password behind that one is found too.
fn split_authority(text: &str) -> (&str, &str) {
    let end = text.find(['/', '"', '\'', ' ', '\n']).unwrap_or(text.len());
    let (authority, tail) = text.split_at(end);
    match authority.strip_suffix(':') {
        Some(shorter) if tail.starts_with("//") => text.split_at(shorter.len()),
        _ => (authority, tail),
    }
}

/// Appends `user:password@host`, with stars for the password.
fn push_without_password(hidden: &mut String, authority: &str) {
    let credentials = authority
        .rsplit_once('@')
        .and_then(|(user, host)| Some((user.split_once(':')?, host)));
    let Some(((user, password), host)) = credentials else {
        hidden.push_str(authority);
        return;
    };
    hidden.push_str(user);
    hidden.push(':');
    hidden.push_str(&"*".repeat(password.len()));
    hidden.push('@');
    hidden.push_str(host);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_of_every_url_becomes_stars_of_its_length() {
        for (text, hidden) in [
            ("no url", "no url"),
            ("ldap://dc1", "ldap://dc1"),
            ("ldap://user@dc1", "ldap://user@dc1"),
            ("ldap://user:pw@dc1/x", "ldap://user:**@dc1/x"),
            ("ldap://user:p@w:x@dc1", "ldap://user:*****@dc1"),
            ("ldap://user:p\u{e4}@dc1", "ldap://user:***@dc1"),
            (
                "'https://u:1@a' \"https://v:22@b\"",
                "'https://u:*@a' \"https://v:**@b\"",
            ),
            ("a://u:p@h://v:pw@i", "a://u:*@h://v:**@i"),
            ("a://b://v:pw@i", "a://b://v:**@i"),
            ("://://u:p@h", "://://u:*@h"),
            ("a://", "a://"),
        ] {
            assert_eq!(without_password(text), hidden);
        }
    }

    #[test]
    fn short_name_with_one_mistake_has_a_nearest() {
        assert_eq!(nearest("yse", ["yes", "no"]).as_deref(), Some("yes"));
        assert_eq!(nearest("on", ["yes", "no"]), None);
        assert_eq!(nearest("MODE", ["mode", "name"]).as_deref(), Some("mode"));
    }
}
