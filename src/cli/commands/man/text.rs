//! Text in a manual page, before it is made roff or HTML.

/// The font of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Font {
    Roman,
    /// What is typed as it stands.
    Bold,
    /// A placeholder or a label.
    Italic,
}

/// A piece of text in one font.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) font: Font,
    pub(super) text: String,
}

/// Returns text in the usual font.
pub(super) fn roman(text: &str) -> Text {
    new(Font::Roman, text)
}

/// Returns bold text.
pub(super) fn bold(text: &str) -> Text {
    new(Font::Bold, text)
}

/// Returns italic text, which terminals underline.
pub(super) fn italic(text: &str) -> Text {
    new(Font::Italic, text)
}

fn new(font: Font, text: &str) -> Text {
    Text {
        font,
        text: text.to_owned(),
    }
}
