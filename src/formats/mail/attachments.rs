//! Finds wrapped attachments: parts with the type `application/ms-tnef` (MS-OXTNEF), which
//! SharePoint does not store. Parts begin at the boundaries in the headers of the message and of
//! its parts (RFC 2046 5.1). A message that is attached to the message is not searched.

use memchr::memchr;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// Whether a message has wrapped attachments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapped {
    /// A part has the type `application/ms-tnef`.
    Yes,
    /// No part has this type.
    No,
    /// None was found so far, but the message was not read completely.
    NotSeen,
}

/// The result of reading a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// The header decides.
    Decided(Wrapped),
    /// The body must be searched.
    Body(BodySearch),
}

/// A search through a body that is read in chunks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodySearch {
    boundaries: Vec<Vec<u8>>,
    position: Position,
    /// The content type of the part whose header is being read.
    content_type: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// In the body of a part, or before the first part.
    Body { at_line_start: bool },
    /// In the header of a part.
    Head { in_content_type: bool },
}

/// The maximum number of boundaries, more than any message has.
const MAX_BOUNDARIES: usize = 64;
/// A boundary has at most 70 characters (RFC 2046 5.1.1), a header line 998.
const MAX_LINE: usize = 1000;
const MAX_CONTENT_TYPE: usize = 4000;

/// The start of a possible boundary.
static LINE_OF_DASHES: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\n--"));

impl Search {
    /// Returns the search that a message with this content type needs.
    pub fn new(content_type: Option<&[u8]>) -> Self {
        let Some(content_type) = content_type else {
            return Self::Decided(Wrapped::No);
        };
        if is_wrapped(content_type) {
            return Self::Decided(Wrapped::Yes);
        }
        if !is_multipart(content_type) {
            return Self::Decided(Wrapped::No);
        }
        match parameter(content_type, "boundary") {
            Some(boundary) if !boundary.is_empty() => Self::Body(BodySearch {
                boundaries: vec![boundary.to_vec()],
                position: Position::Body {
                    at_line_start: true,
                },
                content_type: Vec::new(),
            }),
            _ => Self::Decided(Wrapped::NotSeen),
        }
    }
}

/// Returns the name of the media type.
fn media_type(content_type: &[u8]) -> &[u8] {
    content_type
        .split(|byte| *byte == b';')
        .next()
        .unwrap_or_default()
        .trim_ascii()
}

fn is_multipart(content_type: &[u8]) -> bool {
    media_type(content_type)
        .get(..10)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"multipart/"))
}

fn is_wrapped(content_type: &[u8]) -> bool {
    let media_type = media_type(content_type);
    media_type.eq_ignore_ascii_case(b"application/ms-tnef")
        || media_type.eq_ignore_ascii_case(b"application/vnd.ms-tnef")
        || parameter(content_type, "name")
            .is_some_and(|name| name.eq_ignore_ascii_case(b"winmail.dat"))
}

/// Returns a parameter's value without quotes, or `None` if there is no such parameter.
fn parameter<'a>(content_type: &'a [u8], wanted: &str) -> Option<&'a [u8]> {
    let mut rest = content_type;
    loop {
        let start = memchr(b';', rest)?;
        rest = rest.get(start + 1..)?;
        let end = rest.iter().position(|byte| matches!(byte, b'=' | b';'))?;
        if rest.get(end) == Some(&b';') {
            rest = rest.get(end..)?;
            continue;
        }
        let name = rest.get(..end)?.trim_ascii();
        let value = rest.get(end + 1..)?.trim_ascii_start();
        let (value, after) = match value.strip_prefix(b"\"") {
            Some(inner) => inner.split_at(memchr(b'"', inner).unwrap_or(inner.len())),
            None => value.split_at(
                value
                    .iter()
                    .position(|byte| *byte == b';')
                    .unwrap_or(value.len()),
            ),
        };
        if name.eq_ignore_ascii_case(wanted.as_bytes()) {
            return Some(value.trim_ascii_end());
        }
        rest = after;
    }
}

impl BodySearch {
    /// Searches a chunk. Returns how many of its bytes are done, or `None` if a wrapped part was
    /// found. The next chunk must begin with the remaining bytes: less than a line, unless the
    /// chunk itself is smaller. `is_last` says that nothing follows.
    pub fn search(&mut self, chunk: &[u8], is_last: bool) -> Option<usize> {
        let mut at = 0;
        loop {
            let rest = chunk.get(at..).unwrap_or_default();
            let next = match self.position {
                Position::Body { at_line_start } => self.in_body(rest, at_line_start, is_last),
                Position::Head { in_content_type } => {
                    match self.in_head(rest, in_content_type, is_last) {
                        Step::Wrapped => return None,
                        Step::Taken(length) => Some(length),
                        Step::Short => None,
                    }
                }
            };
            match next {
                Some(length) if length > 0 => at += length,
                _ => return Some(at),
            }
        }
    }

    /// Searches for the header of the next part. Returns the number of searched bytes, or `None` if
    /// the chunk is too short.
    fn in_body(&mut self, rest: &[u8], at_line_start: bool, is_last: bool) -> Option<usize> {
        let start = match rest {
            _ if at_line_start && rest.starts_with(b"--") => 0,
            _ if at_line_start && !is_last && (rest.is_empty() || rest == b"-") => return None,
            _ => match LINE_OF_DASHES.find(rest) {
                Some(at) => at + 1,
                None => {
                    self.position = Position::Body {
                        at_line_start: false,
                    };
                    // The chunk may end in the middle of a boundary.
                    let open = if is_last || rest.is_empty() {
                        0
                    } else {
                        open_end(rest)
                    };
                    return Some(rest.len() - open).filter(|length| *length > 0);
                }
            },
        };
        let line = rest.get(start..).unwrap_or_default();
        match memchr(
            b'\n',
            line.get(..MAX_LINE.min(line.len())).unwrap_or_default(),
        ) {
            Some(end) => {
                let begins_part = self.is_boundary(line.get(..end).unwrap_or_default());
                self.position = match begins_part {
                    true => Position::Head {
                        in_content_type: false,
                    },
                    false => Position::Body {
                        at_line_start: true,
                    },
                };
                self.content_type.clear();
                Some(start + end + 1)
            }
            None if line.len() >= MAX_LINE || is_last => {
                self.position = Position::Body {
                    at_line_start: false,
                };
                Some(start + line.len().min(MAX_LINE))
            }
            None => {
                self.position = Position::Body {
                    at_line_start: true,
                };
                Some(start).filter(|length| *length > 0)
            }
        }
    }

    /// Returns whether a line begins a part.
    fn is_boundary(&self, line: &[u8]) -> bool {
        let Some(line) = line.strip_prefix(b"--") else {
            return false;
        };
        let line = line.trim_ascii_end();
        self.boundaries.iter().any(|boundary| line == boundary)
    }

    /// Reads a line of a part's header.
    fn in_head(&mut self, rest: &[u8], in_content_type: bool, is_last: bool) -> Step {
        let within = rest.get(..MAX_LINE.min(rest.len())).unwrap_or_default();
        let (line, length) = match memchr(b'\n', within) {
            Some(end) => (within.get(..end).unwrap_or_default(), end + 1),
            // A line that is too long is read in pieces.
            None if within.len() == MAX_LINE || (is_last && !within.is_empty()) => {
                (within, within.len())
            }
            None if is_last => return self.at_head_end(0),
            None => return Step::Short,
        };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return self.at_head_end(length);
        }
        // A part without an empty line after its header ends with the next boundary.
        if self.is_boundary(line) {
            let step = self.at_head_end(length);
            self.position = Position::Head {
                in_content_type: false,
            };
            return step;
        }
        let is_fold = matches!(line, [b' ' | b'\t', ..]);
        let value = match (is_fold, memchr(b':', line)) {
            (true, _) => in_content_type.then_some(line),
            (false, Some(colon)) => {
                let (name, value) = line.split_at(colon);
                name.trim_ascii()
                    .eq_ignore_ascii_case(b"content-type")
                    .then(|| value.get(1..).unwrap_or_default())
            }
            (false, None) => None,
        };
        if let Some(value) =
            value.filter(|value| self.content_type.len() + value.len() <= MAX_CONTENT_TYPE)
        {
            self.content_type.extend_from_slice(value);
        }
        self.position = Position::Head {
            in_content_type: value.is_some(),
        };
        Step::Taken(length)
    }

    /// Decides what to do with the part whose header has ended.
    fn at_head_end(&mut self, length: usize) -> Step {
        let content_type = std::mem::take(&mut self.content_type);
        self.position = Position::Body {
            at_line_start: true,
        };
        if is_wrapped(&content_type) {
            return Step::Wrapped;
        }
        let boundary = parameter(&content_type, "boundary").filter(|boundary| !boundary.is_empty());
        if let (true, Some(boundary)) = (is_multipart(&content_type), boundary)
            && self.boundaries.len() < MAX_BOUNDARIES
        {
            self.boundaries.push(boundary.to_vec());
        }
        Step::Taken(length)
    }
}

enum Step {
    Wrapped,
    Taken(usize),
    /// The line does not end in this chunk.
    Short,
}

/// Returns how many bytes at the end of a text can begin `\n--`.
fn open_end(text: &[u8]) -> usize {
    if text.ends_with(b"\n-") {
        2
    } else {
        usize::from(text.ends_with(b"\n"))
    }
}
