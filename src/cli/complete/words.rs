//! Words as typed in a shell.

/// Returns the text of a word that may be quoted, even if its last quote is open, or `None` if the
/// shell would expand something in it.
pub(super) fn unquoted(word: &str) -> Option<String> {
    let mut text = String::new();
    let mut quote = None;
    let mut letters = word.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\'', None) | ('"', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            (letter, Some('\'')) => text.push(letter),
            ('$' | '`', _) => return None,
            ('\\', None) => text.extend(letters.next()),
            ('\\', Some(_)) => match letters.next() {
                Some(escaped @ ('"' | '\\' | '$' | '`')) => text.push(escaped),
                other => {
                    text.push('\\');
                    text.extend(other);
                }
            },
            (letter, _) => text.push(letter),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_removed_and_expansions_are_not_text() {
        for (word, text) in [
            ("plain.toml", Some("plain.toml")),
            (r"my\ farm", Some("my farm")),
            ("'my farm", Some("my farm")),
            ("\"my farm\".toml", Some("my farm.toml")),
            (r#""a\"b\c""#, Some(r#"a"b\c"#)),
            (r"'a\b'", Some(r"a\b")),
            (r"\$HOME", Some("$HOME")),
            ("'$(id)'", Some("$(id)")),
            ("$(id)", None),
            ("\"`id`", None),
            ("a\\", Some("a")),
        ] {
            assert_eq!(unquoted(word).as_deref(), text, "{word}");
        }
    }
}
