//! Decodes the bytes of the file to text. Microsoft calls the file plain text and does not name an
//! encoding, so it depends on the editor that saved it.

use crate::error::MetabaseError;
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// The most bytes of an XML declaration.
const MAX_DECLARATION: usize = 1024;

/// Returns the text without its byte order mark, and the encoding's name. An invalid byte is an
/// error and is never replaced by U+FFFD: a name with a replaced character must not be compared.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), MetabaseError> {
    let (encoding, mark) = encoding_of(bytes)?;
    let bytes = bytes.get(mark..).unwrap_or_default();
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok((text, encoding.name())),
        None => Err(first_bad_byte(encoding, bytes)),
    }
}

/// Returns the encoding, and the length of its byte order mark.
fn encoding_of(bytes: &[u8]) -> Result<(&'static Encoding, usize), MetabaseError> {
    if let Some(found) = Encoding::for_bom(bytes) {
        return Ok(found);
    }
    // Without a byte order mark, XML begins with `<`: in UTF-16 one of its two bytes is zero.
    match bytes {
        [b'<', 0, ..] => return Ok((UTF_16LE, 0)),
        [0, b'<', ..] => return Ok((UTF_16BE, 0)),
        _ => {}
    }
    let Some(label) = declared(bytes) else {
        return Ok((UTF_8, 0));
    };
    match Encoding::for_label(label.as_bytes()) {
        // The declaration was read as single bytes, so the file is not UTF-16: an editor has saved
        // it in another encoding without changing the declaration.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok((UTF_8, 0)),
        Some(encoding) => Ok((encoding, 0)),
        None => Err(MetabaseError {
            message: format!("the encoding `{label}` is not known"),
            line: 1,
            column: 1,
        }),
    }
}

/// Returns the encoding that the XML declaration names, or `None` if it names none.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..MAX_DECLARATION).unwrap_or(bytes));
    let (declaration, _) = head.strip_prefix("<?xml")?.split_once("?>")?;
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    value.split(quote).nth(1).map(str::to_owned)
}

/// Returns an error for the first byte that cannot be decoded.
fn first_bad_byte(encoding: &'static Encoding, bytes: &[u8]) -> MetabaseError {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder
        .max_utf8_buffer_length_without_replacement(bytes.len())
        .unwrap_or_default();
    let mut text = String::with_capacity(room);
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    let what = match result {
        DecoderResult::Malformed(length, after) => {
            let end = read.saturating_sub(usize::from(after));
            let start = end.saturating_sub(usize::from(length));
            let bytes = bytes.get(start..end).unwrap_or_default();
            bytes.iter().map(|byte| format!(" {byte:02x}")).collect()
        }
        _ => String::new(),
    };
    let (line, column) = position(&text, text.len());
    MetabaseError {
        message: format!("bytes that are not {}:{what}", encoding.name()),
        line,
        column,
    }
}

/// Returns the line and column of the byte offset `at`, both from 1, the column in characters.
pub(super) fn position(text: &str, at: usize) -> (u32, u32) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count())
        + 1;
    (saturated(line), saturated(column))
}

fn saturated(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
