//! Parses the Markdown pages of `explain` once into blocks, from which the terminal's text and the
//! manual's roff are made.
//!
//! The pages use only a part of Markdown: headings, paragraphs, lists, code blocks, and in texts
//! code and emphasis.

mod terminal;

pub(crate) use terminal::for_terminal;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    Text(String),
    Emphasis(String),
    Code(String),
}

/// A block of a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block {
    Heading {
        level: usize,
        text: Vec<Inline>,
    },
    Paragraph(Vec<Inline>),
    Code {
        /// The text after the opening fence, or `None` for indented code.
        language: Option<String>,
        /// Its lines; the last ends with a newline.
        text: String,
    },
    List {
        /// The number of the first item, or `None` if items have bullets.
        first: Option<u64>,
        items: Vec<Vec<Block>>,
    },
}

/// Parses a page.
pub(crate) fn parse(page: &str) -> Vec<Block> {
    let events = Parser::new(page).filter(is_kept);
    Reader { events }.blocks()
}

/// Returns whether an event is a text or belongs to a supported block. Other markup is dropped, and
/// its text kept.
fn is_kept(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => matches!(
            tag,
            Tag::Heading { .. }
                | Tag::Paragraph
                | Tag::CodeBlock(_)
                | Tag::List(_)
                | Tag::Item
                | Tag::Emphasis
        ),
        Event::End(tag) => matches!(
            tag,
            TagEnd::Heading(_)
                | TagEnd::Paragraph
                | TagEnd::CodeBlock
                | TagEnd::List(_)
                | TagEnd::Item
                | TagEnd::Emphasis
        ),
        _ => true,
    }
}

/// Reads blocks from a parser's events.
struct Reader<Events> {
    events: Events,
}

impl<'a, Events: Iterator<Item = Event<'a>>> Reader<Events> {
    /// Reads the blocks up to the end of their parent.
    fn blocks(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        // An item's text has no paragraph around it unless blank lines separate the items.
        let mut bare = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::Emphasis) => bare.push(Inline::Emphasis(self.text())),
                Event::Start(tag) => {
                    end_paragraph(&mut bare, &mut blocks);
                    blocks.extend(self.block(tag));
                }
                Event::End(_) => break,
                event => bare.extend(inline(event)),
            }
        }
        end_paragraph(&mut bare, &mut blocks);
        blocks
    }

    /// Reads the block that begins with `tag`; its list reads an item.
    fn block(&mut self, tag: Tag<'_>) -> Option<Block> {
        match tag {
            Tag::Heading { level, .. } => Some(Block::Heading {
                level: level as usize,
                text: self.inlines(),
            }),
            Tag::Paragraph => Some(Block::Paragraph(self.inlines())),
            Tag::CodeBlock(kind) => Some(Block::Code {
                language: match kind {
                    CodeBlockKind::Fenced(language) => Some(language.into_string()),
                    CodeBlockKind::Indented => None,
                },
                text: self.text(),
            }),
            Tag::List(first) => Some(Block::List {
                first,
                items: self.items(),
            }),
            _ => None,
        }
    }

    /// Reads the items of a list up to its end.
    fn items(&mut self) -> Vec<Vec<Block>> {
        let mut items = Vec::new();
        while let Some(Event::Start(_)) = self.events.next() {
            items.push(self.blocks());
        }
        items
    }

    /// Reads the pieces of a text up to the end of its block.
    fn inlines(&mut self) -> Vec<Inline> {
        let mut inlines = Vec::new();
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(Tag::Emphasis) => inlines.push(Inline::Emphasis(self.text())),
                Event::End(_) => break,
                event => inlines.extend(inline(event)),
            }
        }
        inlines
    }

    /// Reads a text without markup up to its end.
    fn text(&mut self) -> String {
        self.inlines()
            .into_iter()
            .map(|inline| match inline {
                Inline::Text(text) | Inline::Emphasis(text) | Inline::Code(text) => text,
            })
            .collect()
    }
}

/// Adds the text as a paragraph, unless it is empty.
fn end_paragraph(text: &mut Vec<Inline>, blocks: &mut Vec<Block>) {
    if !text.is_empty() {
        blocks.push(Block::Paragraph(std::mem::take(text)));
    }
}

fn inline(event: Event<'_>) -> Option<Inline> {
    match event {
        Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
            Some(Inline::Text(text.into_string()))
        }
        Event::Code(code) => Some(Inline::Code(code.into_string())),
        Event::SoftBreak | Event::HardBreak => Some(Inline::Text(" ".to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<Inline> {
        vec![Inline::Text(text.to_owned())]
    }

    #[test]
    fn page_becomes_blocks() {
        let page = "# a\n\nIt is `so`.\n\n- one\n- two\n\n3. three\n\n   more\n\n```sh\nx\n```\n";
        let expected = [
            Block::Heading {
                level: 1,
                text: text("a"),
            },
            Block::Paragraph(vec![
                Inline::Text("It is ".to_owned()),
                Inline::Code("so".to_owned()),
                Inline::Text(".".to_owned()),
            ]),
            Block::List {
                first: None,
                items: vec![
                    vec![Block::Paragraph(text("one"))],
                    vec![Block::Paragraph(text("two"))],
                ],
            },
            Block::List {
                first: Some(3),
                items: vec![vec![
                    Block::Paragraph(text("three")),
                    Block::Paragraph(text("more")),
                ]],
            },
            Block::Code {
                language: Some("sh".to_owned()),
                text: "x\n".to_owned(),
            },
        ];
        assert_eq!(parse(page), expected);
    }

    #[test]
    fn unknown_marks_are_dropped_and_their_text_is_kept() {
        assert_eq!(
            parse("> a **b**, *c*\n"),
            [Block::Paragraph(vec![
                Inline::Text("a ".to_owned()),
                Inline::Text("b".to_owned()),
                Inline::Text(", ".to_owned()),
                Inline::Emphasis("c".to_owned()),
            ])]
        );
        let items = vec![vec![Block::Paragraph(text("c"))], vec![]];
        assert_eq!(parse("- **c**\n-\n"), [Block::List { first: None, items }]);
    }
}
