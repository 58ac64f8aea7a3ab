//! Text in roff: escaped, set in fonts, and broken into lines.

/// The longest line in columns, unless a word is longer: `mandoc -Tlint` warns from 80 on.
const MAX_WIDTH: usize = 78;

/// Defines the string `Aq`, an apostrophe. Groff would print a plain apostrophe as a closing quote,
/// and only groff has the character `\(aq`.
pub(super) const APOSTROPHE_DEFINITION: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// Escaped text, which roff prints unchanged.
pub(super) struct Text(String);

/// Returns text in the usual font.
pub(super) fn roman(text: &str) -> Text {
    Text(escaped(text))
}

/// Returns bold text.
pub(super) fn bold(text: &str) -> Text {
    Text(format!("\\fB{}\\fR", escaped(text)))
}

/// Returns italic text, which terminals underline.
pub(super) fn italic(text: &str) -> Text {
    Text(format!("\\fI{}\\fR", escaped(text)))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('\'', "\\*(Aq")
}

/// Returns pieces of text as one unbroken line.
pub(super) fn whole_line(pieces: impl IntoIterator<Item = Text>) -> String {
    let line: String = pieces.into_iter().map(|piece| piece.0).collect();
    format!("{}{}\n", guard(&line), line.trim_end())
}

/// Returns pieces of text in lines of at most `MAX_WIDTH` columns. Line breaks in the text stay.
pub(super) fn filled_lines(pieces: impl IntoIterator<Item = Text>) -> String {
    let text: String = pieces.into_iter().map(|piece| piece.0).collect();
    text.lines().map(filled_line).collect()
}

/// Breaks a line between words; the last line ends with a newline.
fn filled_line(line: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        if width > 0 && width + 1 + word.len() > MAX_WIDTH {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        if width == 0 {
            out.push_str(guard(word));
        }
        out.push_str(word);
        width += word.len();
    }
    out.push('\n');
    out
}

/// Returns an empty character if the line would otherwise be a request.
fn guard(line: &str) -> &'static str {
    if line.starts_with('.') { "\\&" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(
            whole_line([roman("C:\\drop "), bold("it's"), italic(" -x ")]),
            "C:\\edrop \\fBit\\*(Aqs\\fR\\fI \\-x \\fR\n"
        );
        assert_eq!(whole_line([roman(".nf  ")]), "\\&.nf\n");
        assert_eq!(whole_line([roman("'nf")]), "\\*(Aqnf\n");
    }

    #[test]
    fn long_lines_are_broken_between_words_and_never_into_a_request() {
        let fifteen = "word ".repeat(15);
        assert_eq!(
            filled_lines([roman(&fifteen), roman(".toml ends\nhere")]),
            format!("{}\n\\&.toml ends\nhere\n", fifteen.trim_end())
        );
        let long = "longword9 ".repeat(12);
        assert!(
            filled_lines([roman(&long)])
                .lines()
                .all(|line| line.len() <= MAX_WIDTH)
        );
        let word = "x".repeat(100);
        assert_eq!(filled_lines([roman(&word)]), format!("{word}\n"));
    }
}
