//! The rules' pages as roff.

use super::page::Writer;
use crate::cli::markdown;
use crate::cli::markdown::Block;
use roff::{Inline, bold, roman};

/// Writes blocks. Headings become bold lines, as deep as a manual page goes.
pub(super) fn write(writer: &mut Writer, blocks: &[Block]) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } => {
                let title: Vec<Inline> = inlines(text).map(to_bold).collect();
                writer.paragraph(title);
            }
            Block::Paragraph(text) => writer.paragraph(inlines(text).collect::<Vec<_>>()),
            Block::Code { text, .. } => writer.lines(text.trim_end().lines()),
            Block::List { first, items } => {
                for (at, item) in (0u64..).zip(items) {
                    match first {
                        Some(first) => write_item(writer, &format!("{}.", first + at), item),
                        None => write_item(writer, BULLET, item),
                    }
                }
            }
        }
    }
}

/// The mark of an item that has no number.
pub(super) const BULLET: &str = "\\(bu";

/// Writes an item: its first text behind its mark, what follows indented.
fn write_item(writer: &mut Writer, mark: &str, item: &[Block]) {
    let (text, rest) = match item.split_first() {
        Some((Block::Paragraph(text), rest)) => (inlines(text).collect(), rest),
        _ => (Vec::new(), item),
    };
    writer.entry(mark, text);
    if !rest.is_empty() {
        writer.indent();
        write(writer, rest);
        writer.outdent();
    }
}

fn inlines(text: &[markdown::Inline]) -> impl Iterator<Item = Inline> {
    text.iter().map(|inline| match inline {
        markdown::Inline::Text(text) | markdown::Inline::Emphasis(text) => roman(text.as_str()),
        markdown::Inline::Code(code) => bold(code.as_str()),
    })
}

fn to_bold(inline: Inline) -> Inline {
    match inline {
        Inline::Roman(text) => bold(text),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_roff() {
        let page = "# a-rule\n\nIt is `so`,\nor not.\n\n- one\n- two\n\n1. \
                    First:\n\n```sh\nspinmail set x 'a b'\n```\n\n2. Then.\n   - in it\n";
        let mut writer = Writer::default();
        write(&mut writer, &markdown::parse(page));
        let source = writer.finish();
        let lines: Vec<&str> = source
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
            ".RS",
            ".IP \\(bu 4",
            "in it",
            ".RE",
        ];
        assert_eq!(lines, expected);
    }
}
