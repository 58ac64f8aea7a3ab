//! Numbers: which of them identify something, and what replaces telephone numbers.

use super::names::Names;
use super::words::{is_word_char, words};

/// The minimum number of digits of a telephone number, with and without its country code.
const MIN_TELEPHONE: (usize, usize) = (7, 9);
/// The maximum number of digits of a number that stays in a text: a code, a count, a day.
const MAX_COMMON_NUMBER: usize = 3;

/// Returns the end of the telephone number that begins at `at` and its replacement, or `None` if
/// none begins there. A telephone number is groups of digits with spaces, hyphens, brackets or
/// slashes between them.
pub(super) fn telephone_at(
    text: &str,
    at: usize,
    names: &mut Names<'_>,
) -> Option<(usize, String)> {
    let rest = text.get(at..)?;
    let has_country = rest.starts_with('+');
    if !rest.starts_with(|first: char| first == '+' || first.is_ascii_digit()) {
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
pub(super) fn is_common_number(token: &str) -> bool {
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
pub(super) fn is_version(token: &str) -> bool {
    let numbers: Vec<&str> = token.split('.').collect();
    let lengths = numbers.iter().map(|number| number.len());
    matches!(
        lengths.collect::<Vec<_>>().as_slice(),
        [1..=2, 1..=2, 4..=5, 1..=5]
    )
}

/// Returns whether a number is an announced size, or a time zone (`+0100`).
pub(super) fn is_size_or_zone(token: &str, before: &str) -> bool {
    let is_zone = token.len() == 4 && [" +", " -"].iter().any(|sign| before.ends_with(sign));
    is_zone || before.ends_with("SIZE ")
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && (number.starts_with("19") || number.starts_with("20"))
}

pub(super) fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a word is a duration such as `5s`.
pub(super) fn is_duration(word: &str) -> bool {
    let unit = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
    unit.len() < word.len() && ["ms", "s", "m", "min", "h"].contains(&unit)
}
