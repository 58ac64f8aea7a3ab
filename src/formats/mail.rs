//! Messages as they lie in a drop folder: the lines that say who they are from and for, and the
//! head below them (RFC 5322).
//!
//! ```text
//! x-sender: user@contoso.com                 written by the SMTP service of Windows; Exchange writes
//! x-receiver: docs@sharepoint.fabrikam.com   `X-Receiver: <docs@…> ORCPT=rfc822;docs@…`
//! Received: from …                           here the message's own head begins
//! ```
//!
//! SharePoint finds the list by these lines, and by nothing else. They lead the file: a receiver
//! that stands below a line of the message's own is kept apart, for what SharePoint makes of it is
//! not known. In the body it is text.

mod address;
mod parts;
#[cfg(test)]
mod tests;

pub use address::Address;
pub use parts::{Parts, Search, Wrapped};

use memchr::memchr;
use std::fmt;

/// The most of a head that is read, in bytes.
pub const LONGEST_HEAD: usize = 256 << 10;

/// The longest first line that may still begin a head, in bytes: the longest line of a mail (RFC
/// 5322 2.1.1).
const LONGEST_LINE: usize = 998;

/// The most of a header that is shown, in bytes.
const LONGEST_SHOWN: usize = 1000;

/// The head of a message; values are as they stand in the file, folds included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head<'a> {
    /// The first sender that the leading lines name.
    pub sender: Option<Address<'a>>,
    /// The receivers of the leading lines.
    pub receivers: Vec<Address<'a>>,
    /// Leading lines that name a receiver, and not just one plain address; as they stand in the
    /// file.
    pub unclear_receivers: Vec<Address<'a>>,
    /// The receivers that stand elsewhere in the head, or in one that something stands before.
    pub receivers_below: Vec<Address<'a>>,
    /// How many lines for a receiver name none.
    pub empty_receivers: usize,
    pub x_mailer: Option<&'a [u8]>,
    pub content_type: Option<&'a [u8]>,
    pub subject: Option<&'a [u8]>,
    pub from: Option<&'a [u8]>,
    pub date: Option<&'a [u8]>,
    pub message_id: Option<&'a [u8]>,
    /// What stands before the head: a byte-order mark, empty lines, or the line that begins a
    /// message in a mailbox.
    pub before: Option<Fault>,
    pub end: End,
}

/// How a head ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum End {
    /// With an empty line; where the body begins, in bytes from the start of the file.
    Body(usize),
    /// With the file.
    #[default]
    File,
    /// It is longer than what is read of one.
    Cut,
}

/// Why a file is no message, and where, in bytes from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    pub offset: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    Empty,
    /// A text in UTF-16, as editors and PowerShell write it; mail is bytes.
    Wide,
    /// A byte-order mark stands before the first line, and makes it another one.
    Marked,
    NoHeader,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self.kind {
            FaultKind::Empty => "it is empty",
            FaultKind::Wide => "it is a text in UTF-16",
            FaultKind::Marked => "it begins with a byte-order mark",
            FaultKind::NoHeader => "it does not begin with a header line",
        })
    }
}

/// Reads the head of a message from the bytes that a file begins with; `whole` says that it has no
/// others. Nothing where more bytes are needed, of which there are never more than
/// [`LONGEST_HEAD`].
///
/// # Errors
/// The file is no message.
pub fn head(bytes: &[u8], whole: bool) -> Result<Option<Head<'_>>, Fault> {
    let is_all = whole || bytes.len() >= LONGEST_HEAD;
    // What stands before a head is no longer than a line.
    if bytes.len() < 2 * LONGEST_LINE && !is_all {
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

/// Where a head begins, and what stands before it.
fn start(bytes: &[u8]) -> Result<(usize, Option<Fault>), Fault> {
    let Err(fault) = begins_a_head(bytes) else {
        return Ok((0, None));
    };
    let line = bytes.get(..LONGEST_LINE).unwrap_or(bytes);
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

fn begins_a_head(bytes: &[u8]) -> Result<(), Fault> {
    let fault = |kind, offset| Err(Fault { kind, offset });
    match bytes {
        [] => return fault(FaultKind::Empty, 0),
        [0xff, 0xfe, ..]
        | [0xfe, 0xff, ..]
        | [1..=255, 0, 1..=255, 0, ..]
        | [0, 1..=255, 0, 1..=255, ..] => {
            return fault(FaultKind::Wide, 0);
        }
        [0xef, 0xbb, 0xbf, ..] => return fault(FaultKind::Marked, 0),
        _ => {}
    }
    // As far as is there in any case, so that more of the file changes nothing.
    let line = bytes.get(..LONGEST_LINE).unwrap_or(bytes);
    let end = line
        .iter()
        .position(|byte| !is_name(*byte))
        .unwrap_or(line.len());
    let rest = line.get(end..).unwrap_or_default();
    match rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')) {
        Some(b':') if end > 0 => Ok(()),
        _ => fault(FaultKind::NoHeader, end),
    }
}

/// Whether a byte may stand in a header's name (RFC 5322 2.2).
fn is_name(byte: u8) -> bool {
    matches!(byte, 33..=126) && byte != b':'
}

/// A line of a head with the folded ones behind it.
enum Line<'a> {
    Field(&'a [u8], &'a [u8]),
    /// What is no header: RFC 5322 knows no such line, and readers go on behind it.
    Other,
    Empty,
    End,
    More,
}

struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether no more bytes can be had.
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
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
        // Of a header that comes twice, the first counts.
        let keep = |place: &mut Option<&'a [u8]>| *place = place.or(Some(value));
        match name.len() {
            8 if is_leading && is("x-sender") => self.sender = self.sender.or(Address::read(value)),
            10 if is("x-receiver") => match Address::read(value) {
                Some(address) if is_leading && is_whole && Address::is_alone(value) => {
                    self.receivers.push(address)
                }
                Some(_) if is_leading => self.unclear_receivers.push(Address::raw(value)),
                Some(address) => self.receivers_below.push(address),
                None => self.empty_receivers += 1,
            },
            8 if is("x-mailer") => keep(&mut self.x_mailer),
            12 if is("content-type") => keep(&mut self.content_type),
            7 if is("subject") => keep(&mut self.subject),
            4 if is("from") => keep(&mut self.from),
            4 if is("date") => keep(&mut self.date),
            10 if is("message-id") => keep(&mut self.message_id),
            _ => {}
        }
    }

    /// Whether SharePoint drops the message on purpose, because it sent it itself.
    pub fn has_loop_guard(&self) -> bool {
        // A fold is a blank.
        let words = |text: &'a [u8]| {
            text.split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty())
        };
        let same = |(one, two): (&[u8], &[u8])| one.eq_ignore_ascii_case(two);
        self.x_mailer.is_some_and(|mailer| {
            words(mailer).count() == words(LOOP_GUARD.as_bytes()).count()
                && words(mailer).zip(words(LOOP_GUARD.as_bytes())).all(same)
        })
    }
}

/// The `X-Mailer` of messages that SharePoint sends, and drops when they come back.
pub const LOOP_GUARD: &str = "Microsoft SharePoint Foundation 2010";

/// A header's value for reading: unfolded, encoded words decoded (RFC 2047), cut where it is very
/// long.
pub fn text(value: &[u8]) -> String {
    let mut line = b"x: ".to_vec();
    line.extend(
        value
            .iter()
            .take(LONGEST_SHOWN)
            .filter(|byte| !matches!(byte, b'\r' | b'\n')),
    );
    let plain = || String::from_utf8_lossy(line.get(3..).unwrap_or_default()).into_owned();
    // Its own decoder takes bytes beyond ASCII for Latin-1; most mail that has any means UTF-8.
    if !line.is_ascii() {
        return plain();
    }
    mailparse::parse_header(&line).map_or_else(|_| plain(), |(header, _)| header.get_value())
}
