//! Texts: which name a typed one was meant to be, and what is safe to show.

use std::borrow::Cow;

/// The name that is most like a mistyped one, if any is like it at all.
pub(crate) fn nearest<Name: AsRef<str>>(
    typed: &str,
    names: impl IntoIterator<Item = Name>,
) -> Option<String> {
    let likeness = |name: &Name| {
        let (typed, name) = (typed.to_lowercase(), name.as_ref().to_lowercase());
        let likeness = strsim::jaro_winkler(&typed, &name);
        // In a short word, one slip of the finger leaves little that is alike.
        let is_slip = name.chars().count() >= 3 && strsim::osa_distance(&typed, &name) == 1;
        if is_slip { likeness.max(0.9) } else { likeness }
    };
    let best = names
        .into_iter()
        .map(|name| (likeness(&name), name))
        .filter(|(likeness, _)| *likeness > 0.82);
    best.max_by(|one, two| one.0.total_cmp(&two.0))
        .map(|(_, name)| name.as_ref().to_owned())
}

/// Characters that could steer a terminal or hide what a text says: controls, line separators,
/// direction marks.
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text with such characters written out.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return text.into();
    }
    let escape = |character: char| match is_unsafe(character) {
        true => character.escape_default().to_string(),
        false => character.to_string(),
    };
    text.chars().map(escape).collect::<String>().into()
}

/// A text in which the password of every `scheme://user:password@host` is made of as many stars as
/// it has bytes.
pub(crate) fn without_password(text: &str) -> Cow<'_, str> {
    let mut hidden = text.to_owned();
    let mut from = 0;
    while let Some(start) = hidden
        .get(from..)
        .and_then(|rest| rest.find("://"))
        .map(|at| from + at + 3)
    {
        from = start;
        let end = hidden[start..]
            .find(['/', '"', '\'', ' ', '\n'])
            .map_or(hidden.len(), |at| start + at);
        let Some(at) = hidden[start..end].rfind('@').map(|at| start + at) else {
            continue;
        };
        if let Some(colon) = hidden[start..at].find(':').map(|colon| start + colon + 1) {
            hidden.replace_range(colon..at, &"*".repeat(at - colon));
        }
    }
    if hidden == text {
        text.into()
    } else {
        hidden.into()
    }
}
