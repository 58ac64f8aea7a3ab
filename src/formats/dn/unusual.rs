//! Characters that are easily overlooked, or that control a terminal.

/// Returns whether a character is white space other than a space. The two zero-width ones were
/// spaces in older Unicode, and occur in the same copied texts.
pub(super) fn is_odd_space(letter: char) -> bool {
    (letter.is_whitespace() && letter != ' ') || matches!(letter, '\u{200b}' | '\u{feff}')
}

/// Returns whether a character controls a terminal: controls, line separators and the marks of
/// reading direction.
pub(super) fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}')
        || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns a text for a message: shortened, with unusual characters made visible.
pub(super) fn visible(text: &str) -> String {
    const MAX_SHOWN: usize = 60;
    let mut shown = String::new();
    for (count, letter) in text.chars().enumerate() {
        if count == MAX_SHOWN {
            shown.push('…');
            break;
        }
        if steers(letter) || is_odd_space(letter) {
            shown.push_str(&format!("<U+{:04X}>", u32::from(letter)));
        } else {
            shown.push(letter);
        }
    }
    shown
}
