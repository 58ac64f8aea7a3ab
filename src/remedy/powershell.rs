//! PowerShell's quoting.

/// The characters that PowerShell takes as single quotes.
const SINGLE_QUOTES: [char; 5] = ['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'];

pub fn is_single_quote(character: char) -> bool {
    SINGLE_QUOTES.contains(&character)
}

/// Returns a text as a single-quoted literal, in which PowerShell expands nothing, or `None` if it
/// has control or direction characters, which could disguise the command.
pub fn literal(text: &str) -> Option<String> {
    if text.chars().any(crate::text::is_unsafe) {
        return None;
    }
    let mut quoted = String::from("'");
    for character in text.chars() {
        quoted.push(character);
        if is_single_quote(character) {
            quoted.push(character);
        }
    }
    quoted.push('\'');
    Some(quoted)
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn every_quote_is_doubled() {
        assert_eq!(
            literal("a'b\u{2019}c").as_deref(),
            Some("'a''b\u{2019}\u{2019}c'")
        );
        assert_eq!(literal("$(calc)`").as_deref(), Some("'$(calc)`'"));
        assert_eq!(literal("a\u{202e}b"), None);
        assert_eq!(literal("a\r\nb"), None);
    }
}
