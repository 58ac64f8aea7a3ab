//! Shared by both kinds of prompts: the width of lines, and errors of reading answers.

use crate::error::Error;

/// The smallest readable width.
pub(super) const MIN_WIDTH: usize = 30;

/// Returns the options for wrapping text: names are broken only if they do not fit a line.
pub(super) fn fitting<'a>(width: usize) -> textwrap::Options<'a> {
    textwrap::Options::new(width.max(MIN_WIDTH))
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// Returns the error for an answer that could not be read.
pub(super) fn prompt_error(error: &std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::Interrupted {
        // The handler is about to end the program; nothing else may be printed or done.
        loop {
            std::thread::park();
        }
    }
    Error::unfinished(format!("the answer could not be read: {error}")).hint("nothing was written")
}
