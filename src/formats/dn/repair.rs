//! What a text that is no distinguished name was most likely meant to be.

use super::*;

/// Mends the text step by step while the fault stays of one kind: two kinds of
/// mistake leave more than one reading.
pub(super) fn repair(text: &str, kind: &FaultKind, offset: usize) -> Option<String> {
    const STEPS: usize = 16;
    let mut mended = mend(text, kind, offset)?;
    for _ in 0..STEPS {
        match read(&mended) {
            Ok(name) => return believable(&name).then(|| name.to_string()),
            Err((next, at)) if discriminant(&next) == discriminant(kind) => {
                mended = mend(&mended, &next, at)?;
            }
            Err(_) => return None,
        }
    }
    None
}

/// Whether there is a domain whose labels could be ones: `DC=farm,example` with
/// its comma escaped reads well and means nothing.
fn believable(name: &Name) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.labels().next().is_some() && name.labels().all(|label| label.chars().all(fits))
}

/// The text with this one fault put right. A canonical name stays: whether a
/// piece of its path is an `OU` or a `CN` only the directory knows.
fn mend(text: &str, kind: &FaultKind, offset: usize) -> Option<String> {
    let (before, rest) = text.split_at_checked(offset)?;
    let without_first = || rest.get(1..).map(|after| format!("{before}{after}"));
    match kind {
        Nul | Control(_) => {
            let trimmed = text.trim_matches(|c: char| c.is_control());
            (trimmed.len() < text.len()).then(|| trimmed.to_owned())
        }
        AdsPath => name_in_path(rest).map(str::to_owned),
        Semicolon => Some(format!("{before},{}", rest.get(1..)?)),
        LeadingComma | DoubledComma | TrailingComma => without_first(),
        // ADSI escapes a slash; a name does not.
        BadHexEscape if rest.starts_with("\\/") => without_first(),
        UnescapedCharacter(_) => Some(format!("{before}\\{rest}")),
        NoAttributeType(_) => {
            let value = before.trim_end_matches(' ').strip_suffix(',')?;
            Some(format!("{value}\\{}{rest}", before.get(value.len()..)?))
        }
        BadAttributeType(typed) => {
            let plain = typed.trim_matches(|c| c == ' ' || odd_space(c));
            let unquoted = || text.trim_matches(' ').strip_prefix('"')?.strip_suffix('"');
            match rest.strip_prefix(typed.as_str()) {
                Some(after) if is_attribute_type(plain) => Some(format!("{before}{plain}{after}")),
                _ => unquoted().map(str::to_owned),
            }
        }
        _ => None,
    }
}

/// The name in an ADsPath, after the server if one is named. Where the path
/// escapes or continues in ways of its own the name is not certain.
fn name_in_path(path: &str) -> Option<&str> {
    let rest = after_scheme(path)?;
    let name = match rest.split_once('/') {
        Some((server, name)) if !server.contains('=') => name,
        _ => rest,
    };
    (!name.contains(['/', '%', '?'])).then_some(name)
}
