//! Bytes to text. Microsoft calls the file plain text and does not say in which encoding; whoever
//! edits it chooses anew.

use crate::error::MetabaseError;
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// How far the XML declaration may reach.
const DECLARATION: usize = 1024;

/// The text without its byte order mark, and the encoding's name. A byte that does not belong is a
/// fault, never U+FFFD: a name with a hole must not be compared.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), MetabaseError> {
    let (encoding, mark) = encoding_of(bytes)?;
    let bytes = bytes.get(mark..).unwrap_or_default();
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok((text, encoding.name())),
        None => Err(first_bad_byte(encoding, bytes)),
    }
}

/// The encoding, and how many bytes its mark has.
fn encoding_of(bytes: &[u8]) -> Result<(&'static Encoding, usize), MetabaseError> {
    if let Some(found) = Encoding::for_bom(bytes) {
        return Ok(found);
    }
    // `<` as the first of two bytes: without a mark, XML still begins with it.
    match bytes {
        [b'<', 0, ..] => return Ok((UTF_16LE, 0)),
        [0, b'<', ..] => return Ok((UTF_16BE, 0)),
        _ => {}
    }
    let Some(label) = declared(bytes) else {
        return Ok((UTF_8, 0));
    };
    match Encoding::for_label(label.as_bytes()) {
        // Its declaration was read byte by byte, so that it is not what it says: an editor saved it
        // anew.
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Ok((UTF_8, 0)),
        Some(encoding) => Ok((encoding, 0)),
        None => Err(MetabaseError {
            message: format!("the encoding `{label}` is not known"),
            line: 1,
            column: 1,
        }),
    }
}

/// What the XML declaration says, if there is one and it does.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..DECLARATION).unwrap_or(bytes));
    let (declaration, _) = head.strip_prefix("<?xml")?.split_once("?>")?;
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    value.split(quote).nth(1).map(str::to_owned)
}

/// Where decoding stops.
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

/// The line and column of a byte of the text, both from 1, the column in characters.
pub(super) fn position(text: &str, at: usize) -> (u32, u32) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |line| line.chars().count())
        + 1;
    let short = |number| u32::try_from(number).unwrap_or(u32::MAX);
    (short(line), short(column))
}
