//! Texts: suggestions for mistyped names, and safe output.

use std::borrow::Cow;
use std::ops::Range;

/// The minimum similarity of two names, from 0 to 1, for a suggestion.
const MIN_LIKENESS: f64 = 0.82;

/// The similarity of a name with one typing mistake. One mistake in a short word leaves little in
/// common, so the Jaro-Winkler distance alone would miss it.
const ONE_MISTAKE: f64 = 0.9;

/// The minimum length of a name, in characters, that is still recognizable with one typing mistake.
const MIN_LENGTH_FOR_MISTAKE: usize = 3;

/// The longest word that is compared with names, in bytes: no name is nearly as long, and the time
/// grows with the length of both.
const MAX_TYPED: usize = 200;

/// Returns the name most similar to a mistyped one, or `None` if none is similar.
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

/// Returns the similarity of two names, from 0 to 1, case-insensitive.
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

/// Returns whether a character could control a terminal or hide text: controls, line separators,
/// direction marks, and invisible characters (Unicode's Default_Ignorable_Code_Point, without the
/// variation selectors of emoji and of scripts).
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

/// The prefixes that the Azure DevOps agent reads as commands anywhere in a line, and as formats at
/// its start.
const AGENT_COMMANDS: [&str; 2] = ["##vso[", "##["];

/// The maximum length of one text that is shown, in characters: more than an honest server sends.
const MAX_CLIPPED: usize = 2_000;

/// Returns a text for people: if it is too long, its beginning and how much is missing.
pub(crate) fn clipped(text: &str) -> Cow<'_, str> {
    if text.len() <= MAX_CLIPPED {
        return text.into();
    }
    match text.char_indices().nth(MAX_CLIPPED) {
        None => text.into(),
        Some((end, _)) => {
            let start = text.get(..end).unwrap_or_default();
            let more = text.chars().count() - MAX_CLIPPED;
            format!("{start}… ({more} more characters; `--format json` has all)").into()
        }
    }
}

/// Returns a text with its unsafe characters escaped, and the first `#` of a possible command of a
/// CI agent.
pub fn shown(text: &str) -> Cow<'_, str> {
    // Without an early end this is done on many bytes at once.
    let is_printable = |byte: u8| matches!(byte, b' '..=b'~');
    let is_ascii = text
        .bytes()
        .fold(true, |all, byte| all & is_printable(byte));
    let is_plain = is_ascii || !text.contains(is_unsafe);
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

/// Returns a text, whose other characters are already safe, with the first `#` of a possible
/// command of a CI agent escaped.
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

/// Returns whether a text contains a possible command of a CI agent.
pub(crate) fn has_agent_command(text: &str) -> bool {
    memchr::memchr_iter(b'#', text.as_bytes())
        .any(|at| text.get(at..).is_some_and(begins_agent_command))
}

pub(crate) fn begins_agent_command(text: &str) -> bool {
    AGENT_COMMANDS.iter().any(|command| {
        text.get(..command.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(command))
    })
}

/// Returns a text in which a star replaces every byte of the passwords of
/// `scheme://user:password@host`, so that positions stay the same. A password may contain
/// characters that a URL may not: quotes, slashes, `@`. In a quoted value or alone, what is no URL
/// counts too: with backslashes, without a scheme, with spaces.
pub(crate) fn without_password(text: &str) -> Cow<'_, str> {
    match without_password_in_url(text) {
        Cow::Borrowed(text) => without_password_in_value(text),
        Cow::Owned(text) => without_password_in_value(&text).into_owned().into(),
    }
}

fn without_password_in_value(text: &str) -> Cow<'_, str> {
    let mut places: Vec<Range<usize>> = Vec::new();
    for (at, quote) in text
        .char_indices()
        .filter(|(_, letter)| QUOTES.contains(letter))
    {
        let start = at + 1;
        let rest = text.get(start..).unwrap_or_default();
        let value = rest.find([quote, '\n']).and_then(|end| rest.get(..end));
        let place = value.and_then(password_of_value);
        places.extend(place.map(|place| start + place.start..start + place.end));
    }
    if !text.contains(QUOTES) && !text.contains(' ') {
        places.extend(password_of_value(text));
    }
    if places.is_empty() {
        return text.into();
    }
    let mut hidden = String::new();
    let mut done = 0;
    for place in places {
        // Quotes of two kinds may be around the same value.
        let start = place.start.max(done);
        let end = place.end.max(done);
        hidden.push_str(text.get(done..start).unwrap_or_default());
        hidden.push_str(&"*".repeat(end - start));
        done = end;
    }
    hidden.push_str(text.get(done..).unwrap_or_default());
    hidden.into()
}

/// Returns the position of the password in `user:password@host` or `scheme:\\\\user:password@host`,
/// or `None` if a value has another form.
fn password_of_value(value: &str) -> Option<Range<usize>> {
    /// What precedes an address, not a password.
    const ADDRESS_KINDS: [&str; 4] = ["smtp", "mailto", "sip", "x500"];
    /// A shorter name is a drive's.
    const MIN_USER: usize = 2;

    let (first, rest) = value.split_once(':')?;
    let authority = rest.trim_start_matches(['/', '\\']);
    let has_scheme = rest.len() >= authority.len() + 2;
    let start = match has_scheme {
        true => value.len() - authority.len(),
        false => 0,
    };
    let user = match has_scheme {
        true => authority.split_once(':')?.0,
        false => first,
    };
    let start = start + user.len() + 1;
    let secret = value.get(start..)?;
    let end = secret.rfind('@')?;
    let host = secret.get(end + 1..)?;
    let is_user = user.len() >= MIN_USER
        && !user.contains([' ', '@', '/'])
        && !ADDRESS_KINDS
            .iter()
            .any(|kind| user.eq_ignore_ascii_case(kind));
    let (before_path, _) = secret.split_once('/').unwrap_or((secret, ""));
    let is_port = before_path.len() < end && before_path.bytes().all(|byte| byte.is_ascii_digit());
    let is_password = !is_port && !secret.starts_with([' ', '\\']);
    let is_host = !host.is_empty() && !host.contains(' ');
    (is_user && is_password && is_host).then(|| start..start + end)
}

fn without_password_in_url(text: &str) -> Cow<'_, str> {
    let mut hidden = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        hidden.push_str(before);
        hidden.push_str("://");
        rest = after;
        if let Some((start, end)) = password_in(after) {
            hidden.push_str(after.get(..start).unwrap_or_default());
            hidden.push_str(&"*".repeat(end - start));
            rest = after.get(end..).unwrap_or_default();
        }
    }
    hidden.push_str(rest);
    if hidden == text {
        text.into()
    } else {
        hidden.into()
    }
}

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// What ends an authority in a text.
const DELIMITERS: [char; 4] = ['/', '"', '\'', '`'];

/// Returns the position of the password in the text after `://`, or `None` if there is none.
fn password_in(text: &str) -> Option<(usize, usize)> {
    let line = text.split([' ', '\t', '\r', '\n']).next()?;
    // A password in the next URL belongs to that URL.
    let own = match line.find("://") {
        Some(next) => line.get(..next)?.trim_end_matches(|letter: char| {
            letter.is_ascii_alphanumeric() || "+-.".contains(letter)
        }),
        None => line,
    };
    let start = own.find(':')? + 1;
    if own.get(..start)?.contains(DELIMITERS) || own.get(..start)?.contains('@') {
        return None;
    }
    let secret = own.get(start..)?;
    let first = secret.split(DELIMITERS).next()?;
    let is_port = first.len() < secret.len() && first.bytes().all(|byte| byte.is_ascii_digit());
    // After the host, another text may begin that has an `@` of its own.
    let length = match first.rfind('@') {
        Some(_) if ends_authority(secret, first.len()) => first.rfind('@')?,
        _ if is_port => return None,
        _ => secret.rfind('@')?,
    };
    Some((start, start + length))
}

/// Returns whether the text before a delimiter ends a URL's authority, so that a later `@` does not
/// belong to it.
fn ends_authority(secret: &str, at: usize) -> bool {
    let after = secret.get(at..).unwrap_or_default();
    after.is_empty() || after.starts_with(['"', '\'', '`']) || !after.contains('@')
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
            ("ldaps://admin:S3c'r3t@dc1", "ldaps://admin:*******@dc1"),
            ("`ldaps://admin:S3cr/3t@dc1`", "`ldaps://admin:*******@dc1`"),
            (
                "ldaps://admin:a\"b`c@d@dc1:636/x",
                "ldaps://admin:*******@dc1:636/x",
            ),
            (
                "\"ldaps://u:p@a\",\"ldaps://v:q@b\"",
                "\"ldaps://u:*@a\",\"ldaps://v:*@b\"",
            ),
            ("\"http://sp1:8080/a@b\"", "\"http://sp1:8080/a@b\""),
            ("http://sp1/a:b@c", "http://sp1/a:b@c"),
            ("`ldap://u:p@a`,`x@y`", "`ldap://u:*@a`,`x@y`"),
            ("`ldaps://admin:S3 cr3t@dc1`", "`ldaps://admin:*******@dc1`"),
            (
                "`ldaps:\\\\admin:S3cr3t@dc1`",
                "`ldaps:\\\\admin:******@dc1`",
            ),
            ("`admin:S3cr3t@dc1` x", "`admin:******@dc1` x"),
            ("[\"A\\\\admin:S3@cr@dc1\"]", "[\"A\\\\admin:*****@dc1\"]"),
            ("'`admin:pw@dc1`'", "'`admin:**@dc1`'"),
            ("admin:pw@dc1", "admin:**@dc1"),
            ("`smtp:docs@sp.fabrikam.com`", "`smtp:docs@sp.fabrikam.com`"),
            ("`C:\\drop@1`", "`C:\\drop@1`"),
            ("`docs@sp.fabrikam.com`: no", "`docs@sp.fabrikam.com`: no"),
            ("dc1:636 of a@b", "dc1:636 of a@b"),
        ] {
            assert_eq!(without_password(text), hidden);
        }
    }

    #[test]
    fn characters_without_width_are_shown_as_escapes() {
        let invisible = "\u{ad}\u{34f}\u{61c}\u{115f}\u{180e}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\
                         \u{202a}\u{202e}\u{2060}\u{2064}\u{2066}\u{2069}\u{206f}\u{3164}\u{feff}\
                         \u{ffa0}\u{fff9}\u{e0000}\u{e0001}\u{e0041}\u{e007f}\u{e0100}";
        for letter in invisible.chars() {
            let text = format!("a{letter}b");
            let escaped = format!("a\\u{{{:x}}}b", u32::from(letter));
            assert_eq!(shown(&text), escaped);
        }
        for letter in [
            'a',
            '\u{e4}',
            '\u{a0}',
            '\u{301}',
            '\u{4e2d}',
            '\u{1f600}',
            '\u{fe0f}',
        ] {
            assert!(!is_unsafe(letter), "{letter:?}");
        }
    }

    #[test]
    fn command_of_an_agent_is_escaped_behind_another_sign() {
        assert_eq!(shown("##vso[x]"), "\\u{23}#vso[x]");
        assert_eq!(shown("###vso[x]"), "#\\u{23}#vso[x]");
    }

    #[test]
    fn short_name_with_one_mistake_has_a_nearest() {
        assert_eq!(nearest("yse", ["yes", "no"]).as_deref(), Some("yes"));
        assert_eq!(nearest("on", ["yes", "no"]), None);
        assert_eq!(nearest("MODE", ["mode", "name"]).as_deref(), Some("mode"));
    }
}
