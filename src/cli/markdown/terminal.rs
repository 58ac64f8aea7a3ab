//! Renders a page for a terminal: as Markdown, with wrapped texts and bold headings.

use super::{Block, Inline};
use anstyle::Style;
use textwrap::{Options, WordSplitter};

/// Renders blocks in lines of at most `width` columns. Code lines and long words are not broken.
pub(crate) fn for_terminal(blocks: &[Block], width: usize) -> String {
    let texts: Vec<String> = blocks.iter().map(|block| render(block, width)).collect();
    texts.join("\n")
}

/// Renders a block; its last line ends with a newline.
fn render(block: &Block, width: usize) -> String {
    match block {
        Block::Heading { level, text } => {
            let bold = Style::new().bold();
            format!("{bold}{} {}{bold:#}\n", "#".repeat(*level), markdown(text))
        }
        Block::Paragraph(text) => filled(&markdown(text), width),
        Block::Code {
            language: Some(language),
            text,
        } => format!("```{language}\n{text}```\n"),
        Block::Code {
            language: None,
            text,
        } => text.lines().map(|line| format!("    {line}\n")).collect(),
        Block::List { first, items } => (0u64..)
            .zip(items)
            .map(|(at, item)| {
                let mark = match first {
                    Some(first) => format!("{}. ", first + at),
                    None => "- ".to_owned(),
                };
                hanging(&mark, item, width)
            })
            .collect(),
    }
}

/// Renders an item after its bullet, its other lines aligned with the first.
fn hanging(mark: &str, item: &[Block], width: usize) -> String {
    let indent = " ".repeat(mark.len());
    let mut out = String::new();
    for (at, line) in for_terminal(item, width.saturating_sub(mark.len()))
        .lines()
        .enumerate()
    {
        match at {
            0 => out.push_str(mark),
            _ if line.is_empty() => {}
            _ => out.push_str(&indent),
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Returns a text with the markup of its pieces.
fn markdown(pieces: &[Inline]) -> String {
    pieces
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) => text.clone(),
            Inline::Emphasis(text) => format!("*{text}*"),
            Inline::Code(code) => format!("`{code}`"),
        })
        .collect()
}

/// Breaks a text between words; the last line ends with a newline.
fn filled(text: &str, width: usize) -> String {
    let options = Options::new(width)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(text, options) + "\n"
}
