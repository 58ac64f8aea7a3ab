//! A manual page as elements, from which its roff and its HTML are made.

use super::text::{Text, bold, roman};

/// How far the text of items and lines is indented, in columns.
pub(super) const INDENT: usize = 4;

/// A manual page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) name: String,
    pub(super) section: char,
    /// What it is about, in one line.
    pub(super) about: String,
    pub(super) elements: Vec<Element>,
}

/// A file of the manual.
pub(super) struct File {
    pub(super) name: String,
    pub(super) text: String,
}

/// An element of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Element {
    /// The heading of a section.
    Section(String),
    /// The heading of a subsection.
    Subsection(String),
    /// A heading within a subsection.
    Heading(Vec<Text>),
    /// Text that continues the paragraph.
    Text(Vec<Text>),
    Paragraph(Vec<Text>),
    /// A term, which is followed by its explanation.
    Term(Vec<Text>),
    /// An item of a list, its text indented by `columns`.
    Item {
        mark: Mark,
        columns: usize,
        text: Vec<Text>,
    },
    /// An empty line within a paragraph.
    Space,
    /// What follows is part of the item or term before, indented by a number of columns.
    Indent(Option<usize>),
    /// The end of the last indent.
    Outdent,
    /// Preformatted lines.
    Lines(Vec<String>),
}

/// What stands before an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Bullet,
    Number(u64),
}

/// Writes a page.
pub(super) struct Writer {
    page: Page,
}

impl Writer {
    /// Begins a page.
    pub(super) fn new(name: &str, section: char, about: &str) -> Self {
        Self {
            page: Page {
                name: name.to_owned(),
                section,
                about: about.to_owned(),
                elements: Vec::new(),
            },
        }
    }

    /// Writes the heading of a section.
    pub(super) fn section(&mut self, title: &str) {
        self.push(Element::Section(title.to_owned()));
    }

    /// Writes the heading of a subsection.
    pub(super) fn subsection(&mut self, title: &str) {
        self.push(Element::Subsection(title.to_owned()));
    }

    /// Writes a heading within a subsection.
    pub(super) fn heading(&mut self, text: impl IntoIterator<Item = Text>) {
        self.push(Element::Heading(text.into_iter().collect()));
    }

    /// Writes text that continues the paragraph.
    pub(super) fn text(&mut self, text: impl IntoIterator<Item = Text>) {
        self.push(Element::Text(text.into_iter().collect()));
    }

    /// Writes a paragraph.
    pub(super) fn paragraph(&mut self, text: impl IntoIterator<Item = Text>) {
        self.push(Element::Paragraph(text.into_iter().collect()));
    }

    /// Writes a term, which is followed by its explanation.
    pub(super) fn term(&mut self, term: impl IntoIterator<Item = Text>) {
        self.push(Element::Term(term.into_iter().collect()));
    }

    /// Writes an item of a list after its mark, its text indented by `columns`.
    pub(super) fn item(
        &mut self,
        mark: Mark,
        columns: usize,
        text: impl IntoIterator<Item = Text>,
    ) {
        let text = text.into_iter().collect();
        self.push(Element::Item {
            mark,
            columns,
            text,
        });
    }

    /// Leaves a line empty within a paragraph.
    pub(super) fn space(&mut self) {
        self.push(Element::Space);
    }

    /// Makes the following text part of the item or term before.
    pub(super) fn indent(&mut self) {
        self.push(Element::Indent(None));
    }

    /// Indents the following text by `columns`.
    pub(super) fn indent_by(&mut self, columns: usize) {
        self.push(Element::Indent(Some(columns)));
    }

    /// Ends the last indent.
    pub(super) fn outdent(&mut self) {
        self.push(Element::Outdent);
    }

    /// Writes preformatted lines.
    pub(super) fn lines<'a>(&mut self, lines: impl Iterator<Item = &'a str>) {
        self.push(Element::Lines(lines.map(str::to_owned).collect()));
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

    /// Returns the page.
    pub(super) fn finish(self) -> Page {
        self.page
    }

    fn push(&mut self, element: Element) {
        self.page.elements.push(element);
    }
}
