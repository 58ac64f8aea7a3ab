//! Messages in a drop folder: the envelope lines with sender and recipients, and the header below
//! them (RFC 5322).
//!
//! ```text
//! x-sender: user@contoso.com                 by the SMTP service of Windows; Exchange writes
//! x-receiver: docs@sharepoint.fabrikam.com   `X-Receiver: <docs@…> ORCPT=rfc822;docs@…`
//! Received: from …                           here the message's own head begins
//! ```
//!
//! SharePoint finds the list only by these lines. They are at the beginning of the file. A
//! recipient line below a line of the message's own header is kept separately, because SharePoint's
//! behaviour is not known. In the body it is text.

mod address;
mod attachments;
#[cfg(test)]
mod tests;

pub(crate) use address::Address;
pub(crate) use attachments::BodySearch;
pub use attachments::{Search, Wrapped};

use memchr::memchr;
use std::fmt;

/// The maximum number of bytes of a header that are read.
pub const MAX_HEAD: usize = 256 << 10;

/// The maximum length of a first line that may still begin a header, in bytes: the longest line of
/// a mail (RFC 5322 2.1.1).
const MAX_LINE: usize = 998;

/// The maximum number of bytes of a value that are shown.
const MAX_SHOWN: usize = 1000;

/// The header of a message. Values are as in the file, including folds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head<'a> {
    /// The first sender of the leading lines.
    pub sender: Option<Address<'a>>,
    /// The recipients of the leading lines.
    pub receivers: Vec<Address<'a>>,
    /// Leading recipient lines that contain something other than one plain address, as in the file.
    pub unclear_receivers: Vec<Address<'a>>,
    /// The recipients of lines further down in the header, or of a header that follows other lines.
    pub receivers_below: Vec<Address<'a>>,
    /// The number of recipient lines without a recipient.
    pub empty_receivers: usize,
    /// The value of `X-Mailer`.
    pub x_mailer: Option<&'a [u8]>,
    /// The value of `Content-Type`.
    pub content_type: Option<&'a [u8]>,
    /// The value of `Subject`.
    pub subject: Option<&'a [u8]>,
    /// The value of `From`.
    pub from: Option<&'a [u8]>,
    /// The value of `Date`.
    pub date: Option<&'a [u8]>,
    /// The value of `Message-ID`.
    pub message_id: Option<&'a [u8]>,
    /// The text before the header: a byte order mark, empty lines, or the first line of a message
    /// in a mailbox.
    pub before: Option<MailError>,
    /// The end of the header.
    pub end: End,
}

/// How a header ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum End {
    /// An empty line ends the header. The body begins at this byte of the file.
    Body(usize),
    /// The file ends within or after the header.
    #[default]
    File,
    /// The header is longer than the part that was read.
    Cut,
}

/// An error in a file that is not a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailError {
    /// The kind of fault.
    pub kind: MailErrorKind,
    /// The position in bytes from the start of the file.
    pub offset: usize,
}

/// The fault of a file that is not a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailErrorKind {
    /// The file has no bytes.
    Empty,
    /// The file is UTF-16 text, as editors and PowerShell write it; mail consists of bytes.
    Wide,
    /// A byte order mark precedes the first line, and makes it another header.
    Marked,
    /// The first line is not a header.
    NoHeader,
}

impl MailError {
    fn new(kind: MailErrorKind, offset: usize) -> Self {
        Self { kind, offset }
    }
}

impl fmt::Display for MailError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self.kind {
            MailErrorKind::Empty => "it is empty",
            MailErrorKind::Wide => "it is in UTF-16",
            MailErrorKind::Marked => "it begins with a byte-order mark",
            MailErrorKind::NoHeader => "it does not begin with a header line",
        })
    }
}

/// Reads the header of a message from the first bytes of a file, or returns `None` if more bytes
/// are needed. If `whole` is true, the file has no further bytes. [`MAX_HEAD`] bytes are always
/// enough.
///
/// # Errors
/// Fails if the file is not a message.
pub fn head(bytes: &[u8], whole: bool) -> Result<Option<Head<'_>>, MailError> {
    let is_all = whole || bytes.len() >= MAX_HEAD;
    // The text before the header is at most one line long.
    if bytes.len() < 2 * MAX_LINE && !is_all {
        return Ok(None);
    }
    let (at, before) = start(bytes)?;
    let mut is_leading = before.is_none();
    let mut head = Head {
        before,
        ..Head::default()
    };
    let mut lines = Lines { bytes, at, is_all };
    head.end = loop {
        match lines.next() {
            Line::Field(name, value) => {
                is_leading &= matches!(name, [b'x' | b'X', b'-', ..]);
                let is_whole = bytes
                    .get(..lines.at)
                    .is_some_and(|read| read.ends_with(b"\n"));
                head.take(name, value, is_leading, is_whole);
            }
            Line::Other => is_leading = false,
            Line::Empty => break End::Body(lines.at),
            Line::End => break if whole { End::File } else { End::Cut },
            Line::More => return Ok(None),
        }
    };
    match head.before {
        Some(fault) if head.receivers_below.is_empty() => Err(fault),
        _ => Ok(Some(head)),
    }
}

/// Returns the offset of the header, and the text before it.
fn start(bytes: &[u8]) -> Result<(usize, Option<MailError>), MailError> {
    let Err(fault) = begins_a_head(bytes) else {
        return Ok((0, None));
    };
    let line = bytes.get(..MAX_LINE).unwrap_or(bytes);
    let before = match line {
        [0xef, 0xbb, 0xbf, ..] => Some(3),
        [b'\r' | b'\n', ..] => line.iter().position(|byte| !matches!(byte, b'\r' | b'\n')),
        [b'F', b'r', b'o', b'm', b' ', ..] => memchr(b'\n', line).map(|end| end + 1),
        _ => None,
    };
    match before {
        Some(at) if begins_a_head(bytes.get(at..).unwrap_or_default()).is_ok() => {
            Ok((at, Some(fault)))
        }
        _ => Err(fault),
    }
}

fn begins_a_head(bytes: &[u8]) -> Result<(), MailError> {
    match bytes {
        [] => return Err(MailError::new(MailErrorKind::Empty, 0)),
        [0xff, 0xfe, ..]
        | [0xfe, 0xff, ..]
        | [1..=255, 0, 1..=255, 0, ..]
        | [0, 1..=255, 0, 1..=255, ..] => {
            return Err(MailError::new(MailErrorKind::Wide, 0));
        }
        [0xef, 0xbb, 0xbf, ..] => return Err(MailError::new(MailErrorKind::Marked, 0)),
        _ => {}
    }
    // Use only the part that every caller has, so that reading more of the file does not change the
    // result.
    let line = bytes.get(..MAX_LINE).unwrap_or(bytes);
    let end = line
        .iter()
        .position(|byte| !is_name(*byte))
        .unwrap_or(line.len());
    let rest = line.get(end..).unwrap_or_default();
    match rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')) {
        Some(b':') if end > 0 => Ok(()),
        _ => Err(MailError::new(MailErrorKind::NoHeader, end)),
    }
}

/// Returns whether a byte may be in a header's name (RFC 5322 2.2).
fn is_name(byte: u8) -> bool {
    matches!(byte, 33..=126) && byte != b':'
}

/// A line of a header, with its folded continuation lines.
enum Line<'a> {
    Field(&'a [u8], &'a [u8]),
    /// A line that is not a header field. RFC 5322 does not allow it, but readers continue after
    /// it.
    Other,
    Empty,
    End,
    More,
}

struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether there are no more bytes.
    is_all: bool,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Line<'a> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return if self.is_all { Line::End } else { Line::More };
        }
        let mut length = 0;
        loop {
            let line = rest.get(length..).unwrap_or_default();
            match memchr(b'\n', line) {
                Some(end) => {
                    let is_empty = length == 0 && matches!(line.get(..end), Some([] | [b'\r']));
                    length += end + 1;
                    if is_empty {
                        self.at += length;
                        return Line::Empty;
                    }
                    match rest.get(length) {
                        Some(b' ' | b'\t') => {}
                        Some(_) => break,
                        None if self.is_all => break,
                        None => return Line::More,
                    }
                }
                None if self.is_all => {
                    length = rest.len();
                    break;
                }
                None => return Line::More,
            }
        }
        self.at += length;
        field(rest.get(..length).unwrap_or_default())
    }
}

fn field(line: &[u8]) -> Line<'_> {
    let Some(colon) = memchr(b':', line) else {
        return Line::Other;
    };
    let (name, value) = line.split_at(colon);
    let name = name.trim_ascii_end();
    if name.is_empty() || !name.iter().all(|byte| is_name(*byte)) {
        return Line::Other;
    }
    Line::Field(name, value.get(1..).unwrap_or_default().trim_ascii())
}

impl<'a> Head<'a> {
    fn take(&mut self, name: &[u8], value: &'a [u8], is_leading: bool, is_whole: bool) {
        if is_leading && name.eq_ignore_ascii_case(b"x-sender") {
            self.sender = self.sender.or(Address::read(value));
        } else if name.eq_ignore_ascii_case(b"x-receiver") {
            self.take_receiver(value, is_leading, is_whole);
        } else if let Some(place) = self.header(name) {
            // If a header field is repeated, the first counts.
            *place = place.or(Some(value));
        }
    }

    fn take_receiver(&mut self, value: &'a [u8], is_leading: bool, is_whole: bool) {
        match Address::read(value) {
            Some(address) if is_leading && is_whole && Address::is_single_address(value) => {
                self.receivers.push(address);
            }
            Some(_) if is_leading => self.unclear_receivers.push(Address::raw(value)),
            Some(address) => self.receivers_below.push(address),
            None => self.empty_receivers += 1,
        }
    }

    /// Returns the field for a header's value, or `None` if it is not kept.
    fn header(&mut self, name: &[u8]) -> Option<&mut Option<&'a [u8]>> {
        let headers: [(&[u8], _); 6] = [
            (b"x-mailer", &mut self.x_mailer),
            (b"content-type", &mut self.content_type),
            (b"subject", &mut self.subject),
            (b"from", &mut self.from),
            (b"date", &mut self.date),
            (b"message-id", &mut self.message_id),
        ];
        headers
            .into_iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known))
            .map(|(_, place)| place)
    }

    /// Returns whether SharePoint drops the message because SharePoint itself sent it.
    pub fn has_loop_guard(&self) -> bool {
        let Some(mailer) = self.x_mailer else {
            return false;
        };
        lowercase_words(mailer).eq(lowercase_words(LOOP_GUARD.as_bytes()))
    }
}

/// Returns the words of a header's value in lowercase; a fold counts as a space.
fn lowercase_words(text: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    text.split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .map(<[u8]>::to_ascii_lowercase)
}

/// The `X-Mailer` of messages that SharePoint sends, and drops when they come back.
pub(crate) const LOOP_GUARD: &str = "Microsoft SharePoint Foundation 2010";

/// Returns a header's value for people: unfolded, encoded words decoded (RFC 2047), shortened if it
/// is very long.
pub fn text(value: &[u8]) -> String {
    let mut line = b"x: ".to_vec();
    line.extend(
        value
            .iter()
            .take(MAX_SHOWN)
            .filter(|byte| !matches!(byte, b'\r' | b'\n')),
    );
    // mailparse decodes bytes beyond ASCII as Latin-1; most such mail is in UTF-8.
    match mailparse::parse_header(&line) {
        Ok((header, _)) if line.is_ascii() => header.get_value(),
        _ => String::from_utf8_lossy(line.get(3..).unwrap_or_default()).into_owned(),
    }
}
