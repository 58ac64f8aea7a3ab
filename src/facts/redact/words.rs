//! Words, and the list of words that are not names.

use crate::text::is_unsafe;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that may stay in a text: those of this program, of mail servers, of systems and of dates.
/// None of them is a name.
pub(super) static WORDS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("words.txt").lines().collect());

/// Returns whether a character is part of a word: letters and digits of every script, and combining
/// characters.
pub(super) fn is_word_char(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || (!letter.is_ascii() && !letter.is_whitespace() && !is_unsafe(letter))
}

/// Returns the words of a token.
pub(super) fn words(token: &str) -> impl Iterator<Item = &str> {
    token
        .split(|letter| !is_word_char(letter))
        .filter(|word| !word.is_empty())
}
