//! A manual page's source: roff with man(7) macros, in the form that `mandoc -Tlint` accepts
//! without a warning. Text is escaped, set in fonts, and broken into lines.

use super::page::{Element, INDENT, Mark, Page};
use super::text::{Font, Text, roman};

/// The day of the last change that a reader would notice. Pages change only with the program.
const DATE: &str = "2026-11-25";

/// The longest line in columns, unless a word is longer: `mandoc -Tlint` warns from 80 on.
const MAX_WIDTH: usize = 78;

/// Defines the string `Aq`, an apostrophe. Groff would print a plain apostrophe as a closing quote,
/// and only groff has the character `\(aq`.
const APOSTROPHE_DEFINITION: &str = ".ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n";

/// Returns a page's source.
pub(super) fn source(page: &Page) -> String {
    let mut writer = Writer {
        source: APOSTROPHE_DEFINITION.to_owned(),
        ..Writer::default()
    };
    let version = format!("spinmail {}", env!("CARGO_PKG_VERSION"));
    let section = page.section.to_string();
    writer.request("TH", &[&page.name.to_uppercase(), &section, DATE, &version]);
    writer.heading("SH", "NAME");
    writer.text(&[roman(&format!("{} - {}", page.name, page.about))]);
    writer.elements(&page.elements);
    writer.source
}

#[derive(Default)]
struct Writer {
    source: String,
    /// Whether the last line is a heading: the linter rejects `.PP` after one.
    is_after_heading: bool,
}

impl Writer {
    fn elements(&mut self, elements: &[Element]) {
        for element in elements {
            self.element(element);
        }
    }

    fn element(&mut self, element: &Element) {
        match element {
            Element::Section(title) => self.heading("SH", title),
            Element::Subsection(title) => self.heading("SS", title),
            // man(7) has no third level of headings.
            Element::Heading(text) => {
                self.begin_paragraph();
                let bold: Vec<Text> = text.iter().map(in_bold).collect();
                self.text(&bold);
            }
            Element::Text(text) => self.text(text),
            Element::Paragraph(text) => {
                self.begin_paragraph();
                self.text(text);
            }
            Element::Term(term) => {
                self.request("TP", &[]);
                self.push(&whole_line(term));
            }
            Element::Item {
                mark,
                columns,
                text,
            } => {
                let mark = match mark {
                    Mark::Bullet => "\\(bu".to_owned(),
                    Mark::Number(number) => format!("{number}."),
                };
                self.request("IP", &[&mark, &columns.to_string()]);
                self.text(text);
            }
            Element::Space => self.request("sp", &[]),
            Element::Indent(None) => self.request("RS", &[]),
            Element::Indent(Some(columns)) => self.request("RS", &[&columns.to_string()]),
            Element::Outdent => self.request("RE", &[]),
            Element::Lines(lines) => self.lines(lines),
        }
    }

    fn heading(&mut self, name: &str, title: &str) {
        self.request(name, &[title]);
        self.is_after_heading = true;
    }

    fn text(&mut self, text: &[Text]) {
        self.push(&filled_lines(text));
    }

    fn lines(&mut self, lines: &[String]) {
        self.begin_paragraph();
        self.request("RS", &[&INDENT.to_string()]);
        self.request("nf", &[]);
        for line in lines {
            self.push(&whole_line(&[roman(line)]));
        }
        self.request("fi", &[]);
        self.request("RE", &[]);
    }

    fn begin_paragraph(&mut self) {
        if !self.is_after_heading {
            self.request("PP", &[]);
        }
    }

    /// Writes a request or a macro call. An argument with spaces is put in quotes; quotes within it
    /// cannot be escaped.
    fn request(&mut self, name: &str, arguments: &[&str]) {
        let mut line = format!(".{name}");
        for argument in arguments {
            if argument.contains(' ') {
                line.push_str(&format!(" \"{argument}\""));
            } else {
                line.push_str(&format!(" {argument}"));
            }
        }
        line.push('\n');
        self.push(&line);
    }

    fn push(&mut self, lines: &str) {
        self.source.push_str(lines);
        self.is_after_heading = false;
    }
}

fn in_bold(text: &Text) -> Text {
    Text {
        font: Font::Bold,
        text: text.text.clone(),
    }
}

/// Returns a piece of text as roff.
fn in_font(piece: &Text) -> String {
    let text = escaped(&piece.text);
    match piece.font {
        Font::Roman => text,
        Font::Bold => format!("\\fB{text}\\fR"),
        Font::Italic => format!("\\fI{text}\\fR"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('\'', "\\*(Aq")
}

/// Returns pieces of text as one unbroken line.
fn whole_line(pieces: &[Text]) -> String {
    let line: String = pieces.iter().map(in_font).collect();
    format!("{}{}\n", guard(&line), line.trim_end())
}

/// Returns pieces of text in lines of at most `MAX_WIDTH` columns. Line breaks in the text stay.
fn filled_lines(pieces: &[Text]) -> String {
    let text: String = pieces.iter().map(in_font).collect();
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
    use crate::cli::commands::man::text::{bold, italic};

    #[test]
    fn heading_is_followed_by_text_without_a_paragraph() {
        let mut page = crate::cli::commands::man::page::Writer::new("x", '1', "");
        page.section("SEE IT");
        page.paragraph([roman("one")]);
        page.paragraph([roman("two")]);
        page.subsection("x");
        page.lines(["a", "", "b"].into_iter());
        let mut writer = Writer::default();
        writer.elements(&page.finish().elements);
        assert_eq!(
            writer.source,
            ".SH \"SEE IT\"\none\n.PP\ntwo\n.SS x\n.RS 4\n.nf\na\n\nb\n.fi\n.RE\n"
        );
    }

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(
            whole_line(&[roman("C:\\drop "), bold("it's"), italic(" -x ")]),
            "C:\\edrop \\fBit\\*(Aqs\\fR\\fI \\-x \\fR\n"
        );
        assert_eq!(whole_line(&[roman(".nf  ")]), "\\&.nf\n");
        assert_eq!(whole_line(&[roman("'nf")]), "\\*(Aqnf\n");
    }

    #[test]
    fn long_lines_are_broken_between_words_and_never_into_a_request() {
        let fifteen = "word ".repeat(15);
        assert_eq!(
            filled_lines(&[roman(&fifteen), roman(".toml ends\nhere")]),
            format!("{}\n\\&.toml ends\nhere\n", fifteen.trim_end())
        );
        let long = "longword9 ".repeat(12);
        assert!(
            filled_lines(&[roman(&long)])
                .lines()
                .all(|line| line.len() <= MAX_WIDTH)
        );
        let word = "x".repeat(100);
        assert_eq!(filled_lines(&[roman(&word)]), format!("{word}\n"));
    }
}
