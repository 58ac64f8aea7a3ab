//! Quotes around a value, which are not part of it. Every setting's value is checked for them here,
//! whichever parser it has.

use super::{FromText, ParseError};

/// Pairs of quotes, each with a different opening quote. Word processors write the typographic
/// ones.
const QUOTES: [(char, char); 8] = [
    ('\'', '\''),
    ('"', '"'),
    ('`', '`'),
    ('‘', '’'),
    ('‚', '‘'),
    ('“', '”'),
    ('„', '“'),
    ('«', '»'),
];

/// A value in quotes.
pub(crate) struct Quoted<'a> {
    opening: char,
    /// What is between the quotes.
    pub inner: &'a str,
}

impl<'a> Quoted<'a> {
    /// Returns the text inside if a text begins and ends with quotes, else `None`.
    pub(crate) fn new(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let first = text.chars().next()?;
        let (opening, closing) = *QUOTES.iter().find(|(opening, _)| *opening == first)?;
        let inner = text.strip_prefix(opening)?.strip_suffix(closing)?;
        Some(Self { opening, inner })
    }

    /// Returns a sentence about the fault and its cause.
    pub(crate) fn reason(&self) -> String {
        let opening = self.opening;
        match opening {
            '\'' => "it is in quotes `'…'`, which cmd.exe passes on as part of the value: use \
                double quotes or none"
                .to_owned(),
            '"' => "it is in quotes `\"…\"`, which are not a part of the value".to_owned(),
            _ => format!("it is in quotes that begin with `{opening}`, which no shell removes"),
        }
    }
}

/// Returns a character for a sentence: itself if it is visible, else escaped.
pub(crate) fn plain_character(character: char) -> String {
    match character {
        '"' | '\'' | '\\' => character.to_string(),
        _ => character.escape_debug().to_string(),
    }
}

/// Why a name with spaces around it is refused.
pub(crate) const STRAY_SPACE: &str = "it begins or ends with a space, which may come from copying";

/// Returns why a text is not a value, and the corrected text if it is certain: quotes around it
/// before the parser's own reason.
pub(crate) fn explained<T: FromText>(text: &str, error: &T::Error) -> (String, Option<String>) {
    match Quoted::new(text) {
        Some(quoted) => {
            let is_valid = T::from_text(quoted.inner).is_ok();
            (quoted.reason(), is_valid.then(|| quoted.inner.to_owned()))
        }
        None => (error.to_string(), error.instead()),
    }
}
