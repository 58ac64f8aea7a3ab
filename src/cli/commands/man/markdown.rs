//! The rules' pages in the manual.

use super::page::{INDENT, Mark, Writer};
use super::text::{Text, bold, roman};
use crate::cli::markdown::{Block, Inline};

/// Writes blocks.
pub(super) fn write(writer: &mut Writer, blocks: &[Block]) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } => writer.heading(text.iter().map(inline)),
            Block::Paragraph(text) => writer.paragraph(text.iter().map(inline)),
            Block::Code { text, .. } => writer.lines(text.trim_end().lines()),
            Block::List { first, items } => {
                for (at, item) in (0u64..).zip(items) {
                    match first {
                        Some(first) => write_item(writer, Mark::Number(first + at), item),
                        None => write_item(writer, Mark::Bullet, item),
                    }
                }
            }
        }
    }
}

/// Writes an item: its first text after its bullet, the rest indented.
fn write_item(writer: &mut Writer, mark: Mark, item: &[Block]) {
    let (text, rest) = match item.split_first() {
        Some((Block::Paragraph(text), rest)) => (text.as_slice(), rest),
        _ => (Default::default(), item),
    };
    writer.item(mark, INDENT, text.iter().map(inline));
    if !rest.is_empty() {
        writer.indent();
        write(writer, rest);
        writer.outdent();
    }
}

/// Returns a piece of text; code is bold, as commands are in manual pages.
fn inline(inline: &Inline) -> Text {
    match inline {
        Inline::Text(text) | Inline::Emphasis(text) => roman(text),
        Inline::Code(code) => bold(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::commands::man::roff;
    use crate::cli::markdown::parse;

    #[test]
    fn blocks_become_roff() {
        let page = "# a-rule\n\nIt is `so`,\nor not.\n\n- one\n- two\n\n1. \
                    First:\n\n```sh\nspinmail set x 'a b'\n```\n\n2. Then.\n   - in it\n";
        let mut writer = Writer::new("x", '7', "y");
        write(&mut writer, &parse(page));
        let source = roff::source(&writer.finish());
        let lines: Vec<&str> = source
            .lines()
            .skip_while(|line| *line != "x \\- y")
            .skip(1)
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
            ".RS",
            ".IP \\(bu 4",
            "in it",
            ".RE",
        ];
        assert_eq!(lines, expected);
    }
}
