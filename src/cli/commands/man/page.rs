//! A manual page's source: roff with man(7) macros, in the form that `mandoc -Tlint` accepts
//! without a warning.

use super::roff::{APOSTROPHE_DEFINITION, Text, bold, filled_lines, roman, whole_line};

/// The day of the last change that a reader would notice. Pages change only with the program.
const DATE: &str = "2026-11-25";

/// How far the text of items and lines is indented, in columns.
pub(super) const INDENT: usize = 4;

/// The bullet of an unnumbered item.
pub(super) const BULLET: &str = "\\(bu";

/// Writes a page.
#[derive(Default)]
pub(super) struct Writer {
    source: String,
    /// Whether the last line is a heading: the linter rejects `.PP` after one.
    is_after_heading: bool,
}

impl Writer {
    /// Begins a page with its title and its section NAME.
    pub(super) fn new(name: &str, section: &str, about: &str) -> Self {
        let mut writer = Self {
            source: APOSTROPHE_DEFINITION.to_owned(),
            ..Self::default()
        };
        let version = format!("spinmail {}", env!("CARGO_PKG_VERSION"));
        writer.request("TH", &[&name.to_uppercase(), section, DATE, &version]);
        writer.section("NAME");
        writer.text([roman(&format!("{name} - {about}"))]);
        writer
    }

    /// Writes the heading of a section.
    pub(super) fn section(&mut self, title: &str) {
        self.request("SH", &[title]);
        self.is_after_heading = true;
    }

    /// Writes the heading of a subsection.
    pub(super) fn subsection(&mut self, title: &str) {
        self.request("SS", &[title]);
        self.is_after_heading = true;
    }

    /// Writes text that continues the paragraph.
    pub(super) fn text(&mut self, text: impl IntoIterator<Item = Text>) {
        self.push(&filled_lines(text));
    }

    /// Writes a paragraph.
    pub(super) fn paragraph(&mut self, text: impl IntoIterator<Item = Text>) {
        self.begin_paragraph();
        self.text(text);
    }

    /// Writes a term, which is followed by its explanation.
    pub(super) fn term(&mut self, term: impl IntoIterator<Item = Text>) {
        self.request("TP", &[]);
        self.push(&whole_line(term));
    }

    /// Writes an item of a list after its bullet, its text indented by `columns`.
    pub(super) fn item(
        &mut self,
        mark: &str,
        columns: usize,
        text: impl IntoIterator<Item = Text>,
    ) {
        self.request("IP", &[mark, &columns.to_string()]);
        self.text(text);
    }

    /// Leaves a line empty within a paragraph.
    pub(super) fn space(&mut self) {
        self.request("sp", &[]);
    }

    /// Makes the following text part of the item or term before.
    pub(super) fn indent(&mut self) {
        self.request("RS", &[]);
    }

    /// Indents the following text by `columns`.
    pub(super) fn indent_by(&mut self, columns: usize) {
        self.request("RS", &[&columns.to_string()]);
    }

    /// Ends the last indent.
    pub(super) fn outdent(&mut self) {
        self.request("RE", &[]);
    }

    /// Writes preformatted lines.
    pub(super) fn lines<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        self.begin_paragraph();
        self.indent_by(INDENT);
        self.request("nf", &[]);
        for line in lines {
            self.push(&whole_line([roman(line)]));
        }
        self.request("fi", &[]);
        self.outdent();
    }

    /// Writes the section SEE ALSO: pages with their section, such as `spinmail(1)`.
    pub(super) fn see_also(&mut self, pages: &[&str]) {
        self.section("SEE ALSO");
        let count = pages.len();
        for (at, page) in pages.iter().enumerate() {
            let (name, section) = page.split_once('(').unwrap_or((page, ""));
            let comma = if at + 1 < count { "," } else { "" };
            self.text([bold(name), roman(&format!("({section}{comma}"))]);
        }
    }

    /// Returns the page's source.
    pub(super) fn finish(self) -> String {
        self.source
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heading_is_followed_by_text_without_a_paragraph() {
        let mut writer = Writer::default();
        writer.section("SEE IT");
        writer.paragraph([roman("one")]);
        writer.paragraph([roman("two")]);
        writer.subsection("x");
        writer.lines(["a", "", "b"].into_iter());
        assert_eq!(
            writer.finish(),
            ".SH \"SEE IT\"\none\n.PP\ntwo\n.SS x\n.RS 4\n.nf\na\n\nb\n.fi\n.RE\n"
        );
    }
}
