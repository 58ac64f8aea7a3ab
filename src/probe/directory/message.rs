//! LDAP messages on the wire (RFC 4511, in the BER of X.690), checked before ldap3 reads them.
//!
//! ldap3 and its parser lber panic on messages with an unexpected structure, and recurse as deep as
//! a message is nested. Messages that pass [`Response::read`] have the expected structure. The
//! meaning of the parts is not checked; that is left to ldap3.

use super::error::LdapResult;

/// The largest message that is read, in bytes. An entry of a few attributes is far smaller.
const MAX_MESSAGE: usize = 16 << 20;
/// How deep unknown parts of a message may be nested.
const MAX_DEPTH: u32 = 8;
/// The memory of every element in ldap3, in bytes, besides its content: a node of a tree, and the
/// header of a text or list.
const ELEMENT_COST: usize = 128;

/// Tags of elements: universal ones, and the operations of LDAP.
mod tag {
    pub(super) const BOOLEAN: u8 = 0x01;
    pub(super) const INTEGER: u8 = 0x02;
    pub(super) const OCTET_STRING: u8 = 0x04;
    pub(super) const ENUMERATED: u8 = 0x0a;
    pub(super) const SEQUENCE: u8 = 0x30;
    pub(super) const SET: u8 = 0x31;
    pub(super) const BIND_REQUEST: u8 = 0x60;
    pub(super) const BIND_RESPONSE: u8 = 0x61;
    pub(super) const SEARCH_REQUEST: u8 = 0x63;
    pub(super) const SEARCH_ENTRY: u8 = 0x64;
    pub(super) const SEARCH_DONE: u8 = 0x65;
    pub(super) const SEARCH_REFERENCE: u8 = 0x73;
    pub(super) const EXTENDED_RESPONSE: u8 = 0x78;
    pub(super) const INTERMEDIATE_RESPONSE: u8 = 0x79;
    pub(super) const CONTROLS: u8 = 0xa0;
    /// Active Directory puts the name of a notice of disconnection where controls belong.
    pub(super) const MISPLACED_NAME: u8 = 0x8a;

    /// The bit of constructed elements, and the bits of a tag's number.
    pub(super) const CONSTRUCTED: u8 = 0x20;
    pub(super) const NUMBER: u8 = 0x1f;
    /// Optional parts of a result, by number.
    pub(super) const REFERRAL: u8 = 3;
    pub(super) const SASL_CREDENTIALS: u8 = 7;
    pub(super) const RESPONSE_NAME: u8 = 10;
    pub(super) const RESPONSE_VALUE: u8 = 11;
}

/// The control whose value ldap3 reads: a page of results (RFC 2696).
const PAGED_RESULTS: &[u8] = b"1.2.840.113556.1.4.319";

/// The request for TLS (RFC 4511 4.14.1), with the message number 1: an ExtendedRequest (0x77) with
/// its name.
pub(super) const START_TLS: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";

/// The error of bytes that are not an LDAP message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MalformedMessage;

type Read<T> = Result<T, MalformedMessage>;

/// Returns the length of the message at the start of the bytes, or `None` if more bytes are needed.
///
/// # Errors
/// Fails if the bytes do not begin a message, or if the message is too large.
pub(super) fn message_length(bytes: &[u8]) -> Read<Option<usize>> {
    match bytes {
        [] => Ok(None),
        [tag::SEQUENCE, rest @ ..] => {
            let Some((head, content)) = length(rest)? else {
                return Ok(None);
            };
            let whole = 1 + head + content;
            (whole <= MAX_MESSAGE)
                .then_some(Some(whole))
                .ok_or(MalformedMessage)
        }
        _ => Err(MalformedMessage),
    }
}

/// Reads a length field. Returns its own size and the length, or `None` if bytes are missing.
fn length(bytes: &[u8]) -> Read<Option<(usize, usize)>> {
    let Some((first, rest)) = bytes.split_first() else {
        return Ok(None);
    };
    let count = usize::from(first & 0x7f);
    match first {
        0..=0x7f => Ok(Some((1, count))),
        // An indefinite length (0x80) is not allowed (RFC 4511 5.1).
        0x81..=0x88 => {
            let Some(digits) = rest.get(..count) else {
                return Ok(None);
            };
            let length = digits
                .iter()
                .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
            let length = usize::try_from(length).map_err(|_| MalformedMessage)?;
            (length <= MAX_MESSAGE)
                .then_some(Some((1 + count, length)))
                .ok_or(MalformedMessage)
        }
        _ => Err(MalformedMessage),
    }
}

/// Returns the approximate memory of a message in ldap3: an empty value is only two bytes on the
/// wire.
pub(super) fn memory_cost(message: &[u8]) -> usize {
    let elements = Elements(message);
    message.len() + elements.count().saturating_mul(ELEMENT_COST)
}

/// An element: a tag and its content.
#[derive(Debug, Clone, Copy)]
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
}

impl<'a> Element<'a> {
    fn is_constructed(self) -> bool {
        self.tag & tag::CONSTRUCTED != 0
    }

    fn number(self) -> u8 {
        self.tag & tag::NUMBER
    }

    /// Returns the elements in a constructed element.
    fn parts(self) -> Read<Elements<'a>> {
        self.is_constructed()
            .then_some(Elements(self.content))
            .ok_or(MalformedMessage)
    }

    /// Returns the content of a primitive element.
    fn bytes(self) -> Read<&'a [u8]> {
        (!self.is_constructed())
            .then_some(self.content)
            .ok_or(MalformedMessage)
    }

    fn text(self) -> Read<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| MalformedMessage)
    }

    /// Checks a part that is ignored: only its nesting is bounded.
    fn check_nesting(self, depth: u32) -> Read<()> {
        if !self.is_constructed() {
            return Ok(());
        }
        if depth == 0 {
            return Err(MalformedMessage);
        }
        let mut parts = Elements(self.content);
        while let Some(part) = parts.next()? {
            part.check_nesting(depth - 1)?;
        }
        Ok(())
    }
}

/// The elements that follow one another in some bytes.
#[derive(Debug, Clone, Copy)]
struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    /// Returns the next element, or `None` at the end.
    fn next(&mut self) -> Read<Option<Element<'a>>> {
        let Some((tag, rest)) = self.0.split_first() else {
            return Ok(None);
        };
        // Longer tags do not occur in LDAP.
        if tag & tag::NUMBER == tag::NUMBER {
            return Err(MalformedMessage);
        }
        let (head, length) = length(rest)?.ok_or(MalformedMessage)?;
        let (content, rest) = rest
            .get(head..)
            .and_then(|rest| rest.split_at_checked(length))
            .ok_or(MalformedMessage)?;
        self.0 = rest;
        Ok(Some(Element { tag: *tag, content }))
    }

    /// Returns the next element, which must have this tag.
    fn expect(&mut self, tag: u8) -> Read<Element<'a>> {
        self.next()?
            .filter(|element| element.tag == tag)
            .ok_or(MalformedMessage)
    }

    /// Counts the elements, with all that are in them, up to the first that cannot be read.
    fn count(mut self) -> usize {
        let mut count = 0;
        while let Ok(Some(element)) = self.next() {
            count += 1;
            if element.is_constructed() {
                count += Elements(element.content).count();
            }
        }
        count
    }

    /// Checks the rest, which later versions of LDAP may have added (RFC 4511 4).
    fn check_rest(mut self) -> Read<()> {
        while let Some(element) = self.next()? {
            element.check_nesting(MAX_DEPTH)?;
        }
        Ok(())
    }
}

/// A message: its number, its operation and its controls.
struct Message<'a> {
    id: i32,
    operation: Element<'a>,
    controls: Option<Element<'a>>,
}

impl<'a> Message<'a> {
    fn read(bytes: &'a [u8]) -> Read<Self> {
        let mut parts = Elements(bytes).expect(tag::SEQUENCE)?.parts()?;
        let id = parts.expect(tag::INTEGER)?.bytes()?;
        if !(1..=8).contains(&id.len()) {
            return Err(MalformedMessage);
        }
        let message = Self {
            // As ldap3 reads it.
            id: id
                .iter()
                .fold(0_i32, |sum, byte| sum << 8 | i32::from(*byte)),
            operation: parts.next()?.ok_or(MalformedMessage)?,
            controls: parts.next()?,
        };
        // ldap3 uses the last element as the operation.
        match parts.next()? {
            None => Ok(message),
            Some(_) => Err(MalformedMessage),
        }
    }
}

/// The kind of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    Bind,
    Search,
    /// A request without a response.
    Other,
}

impl Request {
    /// Reads the id and the kind of a request.
    ///
    /// # Errors
    /// Fails if the message is malformed.
    pub(super) fn read(bytes: &[u8]) -> Result<(i32, Self), MalformedMessage> {
        let message = Message::read(bytes)?;
        let request = match message.operation.tag {
            tag::BIND_REQUEST => Self::Bind,
            tag::SEARCH_REQUEST => Self::Search,
            _ => Self::Other,
        };
        Ok((message.id, request))
    }
}

/// The kind of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Response {
    Bind,
    Entry,
    Reference,
    /// The end of a search.
    Done,
    Extended(LdapResult),
    Intermediate,
}

impl Response {
    /// Reads the id and the kind of a response, and checks all of it.
    ///
    /// # Errors
    /// Fails if the message is malformed.
    pub(super) fn read(bytes: &[u8]) -> Result<(i32, Self), MalformedMessage> {
        let message = Message::read(bytes)?;
        let operation = message.operation;
        let response = match operation.tag {
            tag::BIND_RESPONSE => read_result(operation).map(|_| Self::Bind),
            tag::SEARCH_DONE => read_result(operation).map(|_| Self::Done),
            tag::EXTENDED_RESPONSE => read_result(operation).map(Self::Extended),
            tag::SEARCH_ENTRY => check_entry(operation).map(|()| Self::Entry),
            tag::SEARCH_REFERENCE => read_referrals(operation).map(|_| Self::Reference),
            tag::INTERMEDIATE_RESPONSE => operation
                .check_nesting(MAX_DEPTH)
                .map(|()| Self::Intermediate),
            _ => Err(MalformedMessage),
        }?;
        match (message.controls, &response) {
            (Some(controls), _) if controls.tag == tag::CONTROLS => check_controls(controls)?,
            (Some(name), Self::Extended(_)) if name.tag == tag::MISPLACED_NAME => {}
            (None, _) => {}
            (Some(_), _) => return Err(MalformedMessage),
        }
        Ok((message.id, response))
    }
}

/// Reads a result (RFC 4511 4.1.9), with the additional fields of bind and extended responses.
fn read_result(operation: Element<'_>) -> Read<LdapResult> {
    let mut parts = operation.parts()?;
    let code = parts.expect(tag::ENUMERATED)?.bytes()?;
    let mut result = LdapResult {
        code: code
            .iter()
            .fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)),
        matched: parts.expect(tag::OCTET_STRING)?.text()?.to_owned(),
        text: parts.expect(tag::OCTET_STRING)?.text()?.to_owned(),
        referrals: Vec::new(),
    };
    while let Some(part) = parts.next()? {
        match part.number() {
            tag::REFERRAL => result.referrals = read_referrals(part)?,
            tag::RESPONSE_NAME => drop(part.text()?),
            tag::SASL_CREDENTIALS | tag::RESPONSE_VALUE => drop(part.bytes()?),
            _ => part.check_nesting(MAX_DEPTH)?,
        }
    }
    Ok(result)
}

fn read_referrals(element: Element<'_>) -> Read<Vec<String>> {
    let mut parts = element.parts()?;
    let mut referrals = Vec::new();
    while let Some(part) = parts.next()? {
        referrals.push(part.text()?.to_owned());
    }
    Ok(referrals)
}

/// Checks an entry (RFC 4511 4.5.2): its name, and attributes with their values.
fn check_entry(operation: Element<'_>) -> Read<()> {
    let mut parts = operation.parts()?;
    parts.expect(tag::OCTET_STRING)?.text()?;
    let mut attributes = parts.expect(tag::SEQUENCE)?.parts()?;
    while let Some(attribute) = attributes.next()? {
        let mut pair = attribute.parts()?;
        pair.expect(tag::OCTET_STRING)?.text()?;
        let mut values = pair.expect(tag::SET)?.parts()?;
        while let Some(value) = values.next()? {
            value.bytes()?;
        }
        pair.check_rest()?;
    }
    parts.check_rest()
}

/// Checks controls (RFC 4511 4.1.11): a type, whether it is critical, and a value.
fn check_controls(controls: Element<'_>) -> Read<()> {
    let mut controls = controls.parts()?;
    while let Some(control) = controls.next()? {
        let mut parts = control.parts()?;
        let kind = parts.expect(tag::OCTET_STRING)?.text()?;
        let mut next = parts.next()?;
        if let Some(criticality) = next.filter(|part| part.tag == tag::BOOLEAN) {
            if criticality.content.is_empty() {
                return Err(MalformedMessage);
            }
            next = parts.next()?;
        }
        let value = match next {
            Some(value) if value.tag == tag::OCTET_STRING => Some(value.content),
            Some(_) => return Err(MalformedMessage),
            None => None,
        };
        if kind.as_bytes() == PAGED_RESULTS {
            check_page(value.ok_or(MalformedMessage)?)?;
        }
        parts.check_rest()?;
    }
    Ok(())
}

/// Checks the value of the control for paged results: the size of the whole answer, and a cookie.
fn check_page(value: &[u8]) -> Read<()> {
    let mut parts = Elements(value).expect(tag::SEQUENCE)?.parts()?;
    parts.expect(tag::INTEGER)?;
    parts.expect(tag::OCTET_STRING)?;
    parts.check_rest()
}

#[cfg(test)]
mod tests;
