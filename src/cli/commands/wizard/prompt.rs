//! What both kinds of prompts share: the width of their lines, and the end of their answers.

use crate::error::Error;

/// Narrower lines cannot be read.
pub(super) const MIN_WIDTH: usize = 30;

/// Returns how text is wrapped to a width: names are broken only if nothing else helps.
pub(super) fn fitting<'a>(width: usize) -> textwrap::Options<'a> {
    textwrap::Options::new(width.max(MIN_WIDTH))
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// Returns the error for an answer that could not be read.
pub(super) fn prompt_error(error: &std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::Interrupted {
        // The handler is about to end the program; nothing more must be printed or done.
        loop {
            std::thread::park();
        }
    }
    Error::unfinished(format!("the answer could not be read: {error}")).hint("nothing was written")
}
