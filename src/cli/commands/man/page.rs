//! A manual page's source: roff with man(7) macros, in the form that `mandoc -Tlint` has nothing
//! against.

use roff::{Inline, Roff, bold, roman};

/// The day of the last change that a reader would notice; the pages change with the program alone.
pub(super) const DATE: &str = "2026-11-25";
/// The widest line in columns; longer ones are broken between words.
const MAX_WIDTH: usize = 78;

/// A page that is being written.
#[derive(Default)]
pub(super) struct Writer {
    /// What is written already.
    source: String,
    /// What follows.
    roff: Roff,
}

impl Writer {
    pub(super) fn new(name: &str, section: &str, about: &str) -> Self {
        let mut writer = Self::default();
        let source = format!("spinmail {}", env!("CARGO_PKG_VERSION"));
        writer
            .roff
            .control("TH", [name.to_uppercase().as_str(), section, DATE, &source]);
        writer.section("NAME");
        writer.text([roman(format!("{name} - {about}"))]);
        writer
    }

    /// Writes roff of another writer.
    pub(super) fn source(&mut self, source: &str) {
        self.source
            .push_str(&std::mem::take(&mut self.roff).render());
        self.source.push_str(source);
    }

    pub(super) fn section(&mut self, title: &str) {
        self.roff.control("SH", [title]);
    }

    pub(super) fn part(&mut self, title: &str) {
        self.roff.control("SS", [title]);
    }

    pub(super) fn text(&mut self, text: impl Into<Vec<Inline>>) {
        self.roff.text(text);
    }

    pub(super) fn paragraph(&mut self, text: impl Into<Vec<Inline>>) {
        self.roff.control("PP", []);
        self.roff.text(text);
    }

    /// A term, to be followed by what it means.
    pub(super) fn term(&mut self, term: impl Into<Vec<Inline>>) {
        self.roff.control("TP", []);
        self.roff.text(term);
    }

    /// An entry of a list, behind its mark.
    pub(super) fn entry(&mut self, mark: &str, text: impl Into<Vec<Inline>>) {
        self.roff.control("IP", [mark, "4"]);
        self.roff.text(text);
    }

    /// What follows belongs to the entry before.
    pub(super) fn indent(&mut self) {
        self.roff.control("RS", []);
    }

    pub(super) fn outdent(&mut self) {
        self.roff.control("RE", []);
    }

    /// Lines as they are.
    pub(super) fn lines<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        self.roff.control("PP", []);
        self.roff.control("RS", ["4"]);
        self.roff.control("nf", []);
        for line in lines {
            // A line without anything would end the paragraph.
            self.roff
                .text([roman(if line.is_empty() { " " } else { line })]);
        }
        self.roff.control("fi", []);
        self.roff.control("RE", []);
    }

    pub(super) fn see_also(&mut self, pages: &[&str]) {
        self.section("SEE ALSO");
        let count = pages.len();
        for (at, page) in pages.iter().enumerate() {
            let (name, section) = page.split_once('(').unwrap_or((page, ""));
            let comma = if at + 1 < count { "," } else { "" };
            self.roff
                .text([bold(name), roman(format!("({section}{comma}"))]);
        }
    }

    /// Returns the page's source.
    pub(super) fn finish(mut self) -> String {
        self.source("");
        tidy(&self.source)
    }
}

/// Puts a source into the form that the linter wants: no space at a line's end, no line that is
/// too long, no break beside a space, no paragraph right behind a heading, and a backslash by the
/// escape that every roff knows. How an apostrophe is written is defined once, whatever the number
/// of writers.
fn tidy(source: &str) -> String {
    let mut out = String::new();
    let mut is_filled = true;
    let mut previous = "";
    let source = source
        .replace("\n.br\n\n.br\n", "\n.sp\n")
        .replace("\\\\", "\\e");
    for line in source.lines().map(str::trim_end) {
        let is_heading = previous.starts_with(".SH") || previous.starts_with(".SS");
        if is_heading && line == ".PP" || is_definition(line) && out.contains(line) {
            continue;
        }
        match line {
            ".nf" => is_filled = false,
            ".fi" => is_filled = true,
            _ => {}
        }
        // The line behind `.TP` is a term, which is one line.
        if is_filled && previous != ".TP" && !line.starts_with(['.', '\'']) {
            break_line(line, &mut out);
        } else {
            out.push_str(line);
            out.push('\n');
        }
        previous = line;
    }
    out
}

/// Whether a line defines how an apostrophe is written.
fn is_definition(line: &str) -> bool {
    line.starts_with(".ie \\n(.g") || line.starts_with(".el .ds Aq")
}

/// Breaks a line of text between words; a line must not begin like a request.
fn break_line(line: &str, out: &mut String) {
    let mut width = 0;
    for (at, word) in line.split(' ').filter(|word| !word.is_empty()).enumerate() {
        if at > 0 && width + 1 + word.len() > MAX_WIDTH {
            out.push('\n');
            width = 0;
        } else if at > 0 {
            out.push(' ');
            width += 1;
        }
        if width == 0 && word.starts_with(['.', '\'']) {
            out.push_str("\\&");
        }
        out.push_str(word);
        width += word.len();
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn long_lines_are_broken_between_words_and_never_into_a_request() {
        let long = format!(
            "{} .toml and 'quotes' end here",
            "word ".repeat(15).trim_end()
        );
        let expected = format!(
            "{}\n\\&.toml and 'quotes' end here\n",
            "word ".repeat(15).trim_end()
        );
        assert_eq!(tidy(&long), expected);
        let nine = "longword9 ".repeat(12);
        for kept in [
            format!(".TP\n{}\n", nine.trim_end()),
            format!(".nf\n{}\n.fi\n", nine.trim_end()),
        ] {
            assert_eq!(tidy(&kept), kept);
        }
        assert_eq!(tidy("a  \n.br\n\n.br\nb"), "a\n.sp\nb\n");
        assert_eq!(tidy(".SH X\n.PP\nC:\\\\drop\n"), ".SH X\nC:\\edrop\n");
        assert!(tidy(&nine).lines().all(|line| line.len() <= 78));
    }
}
