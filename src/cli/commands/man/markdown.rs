//! The rules' pages, which are Markdown, as roff.

use super::page::Writer;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use roff::{Inline, bold, roman};

/// Writes the part of a page before its examples. Headings become bold lines, as deep as a page of
/// manual goes.
pub(super) fn write(writer: &mut Writer, text: &str) {
    let mut state = State {
        writer,
        inlines: Vec::new(),
        lists: Vec::new(),
        is_entry_open: false,
        depth: 0,
    };
    for event in Parser::new(text) {
        state.take(event);
    }
}

struct State<'a> {
    writer: &'a mut Writer,
    /// The paragraph being read.
    inlines: Vec<Inline>,
    /// The lists being read, each with the number of its next entry where entries have one.
    lists: Vec<Option<u64>>,
    /// Whether the next text is the first of a list's entry.
    is_entry_open: bool,
    /// How many entries what follows belongs to.
    depth: usize,
}

impl State<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) => self.inlines.push(roman(text.into_string())),
            Event::Code(code) => self.inlines.push(bold(code.into_string())),
            Event::SoftBreak | Event::HardBreak => self.inlines.push(roman(" ")),
            Event::Start(Tag::List(first)) => {
                self.flush();
                if !self.lists.is_empty() {
                    self.writer.indent();
                    self.depth += 1;
                }
                self.lists.push(first);
            }
            Event::End(TagEnd::List(_)) => {
                self.flush();
                self.lists.pop();
                if self.depth > 0 {
                    self.writer.outdent();
                    self.depth -= 1;
                }
            }
            Event::Start(Tag::Item) => self.is_entry_open = true,
            Event::End(TagEnd::Heading(_)) => {
                let title =
                    std::mem::take(&mut self.inlines)
                        .into_iter()
                        .map(|inline| match inline {
                            Inline::Roman(text) => bold(text),
                            other => other,
                        });
                let title: Vec<Inline> = title.collect();
                self.writer.paragraph(title);
            }
            Event::Start(Tag::CodeBlock(_)) => self.flush(),
            Event::End(TagEnd::CodeBlock) => {
                let code = self.inlines.drain(..).map(|inline| match inline {
                    Inline::Roman(text) => text,
                    _ => String::new(),
                });
                let code = code.collect::<String>();
                self.writer.lines(code.trim_end().lines());
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item) => self.flush(),
            _ => {}
        }
    }

    fn flush(&mut self) {
        if self.inlines.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.inlines);
        match (self.is_entry_open, self.lists.last_mut()) {
            (true, Some(Some(number))) => {
                let mark = format!("{number}.");
                *number += 1;
                self.writer.entry(&mark, text);
            }
            (true, Some(None)) => self.writer.entry("\\(bu", text),
            _ => self.writer.paragraph(text),
        }
        self.is_entry_open = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_lists_and_code_become_roff() {
        let mut writer = Writer::bare();
        let text = "# a-rule\n\nIt is `so`,\nor not.\n\n- one\n- two\n\n1. \
                    First:\n\n```sh\nspinmail set x 'a b'\n```\n\n2. Then.\n";
        write(&mut writer, text);
        let page = writer.finish();
        let lines: Vec<&str> = page
            .lines()
            .skip_while(|line| line.starts_with(".ie") || line.starts_with(".el"))
            .collect();
        let expected = [
            ".PP",
            "\\fBa\\-rule\\fR",
            ".PP",
            "It is \\fBso\\fR, or not.",
            ".IP \\(bu 4",
            "one",
            ".IP \\(bu 4",
            "two",
            ".IP 1. 4",
            "First:",
            ".PP",
            ".RS 4",
            ".nf",
            "spinmail set x \\*(Aqa b\\*(Aq",
            ".fi",
            ".RE",
            ".IP 2. 4",
            "Then.",
        ];
        assert_eq!(lines, expected);
    }
}
