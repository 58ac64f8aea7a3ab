//! Conditions as stored: operands first, then what is done with them.

use super::super::{Fault, Sid, fault};
use super::{Base, DEEPEST, Form, Integer, OPERATORS, Scope, Sign, Term, before, between};

/// What every condition begins with.
const MARK: &[u8; 4] = b"artx";
const TEXT: u8 = 0x10;
const OCTETS: u8 = 0x18;
const LIST: u8 = 0x50;
const SID: u8 = 0x51;
const SCOPES: [(u8, Scope); 4] = [
    (0xf8, Scope::Local),
    (0xf9, Scope::User),
    (0xfa, Scope::Resource),
    (0xfb, Scope::Device),
];

/// Reads a condition with the zeros that fill it up.
///
/// # Errors
/// The bytes are none; offsets count from the first byte.
pub fn read(bytes: &[u8]) -> Result<Term, Fault> {
    if !bytes.starts_with(MARK) {
        return Err(fault(0, "a condition begins with `artx`"));
    }
    let mut input = Input {
        bytes,
        at: MARK.len(),
    };
    // Each with how deep it is nested.
    let mut stack: Vec<(Term, usize)> = Vec::new();
    while let Some(code) = input.byte() {
        let at = input.at - 1;
        if code == 0 {
            continue; // the filling
        }
        let Some(operator) = OPERATORS.iter().find(|row| row.code == code) else {
            stack.push((input.operand(code, true)?, 1));
            continue;
        };
        let lacks = || {
            fault(
                at,
                format!(
                    "the operator `{}` lacks an operand that it goes with",
                    operator.spelling
                ),
            )
        };
        let (last, depth) = stack.pop().ok_or_else(lacks)?;
        let (term, depth) = match operator.form {
            Form::Not | Form::Test => (before(operator, last), depth),
            _ => {
                let (first, other) = stack.pop().ok_or_else(lacks)?;
                (between(operator, first, last), depth.max(other))
            }
        };
        if depth >= DEEPEST {
            return Err(fault(at, "the condition is nested too deep"));
        }
        stack.push((term.ok_or_else(lacks)?, depth + 1));
    }
    match (stack.pop(), stack.is_empty()) {
        (Some((term, _)), true) if term.is_truth() => Ok(term),
        _ => Err(fault(
            bytes.len(),
            "the condition does not end with one truth",
        )),
    }
}

struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Input<'a> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += usize::from(byte.is_some());
        byte
    }

    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], Fault> {
        let found = self
            .bytes
            .get(self.at..)
            .and_then(|rest| rest.first_chunk::<LENGTH>());
        let array =
            *found.ok_or_else(|| fault(self.bytes.len(), "the condition ends too early"))?;
        self.at += LENGTH;
        Ok(array)
    }

    /// Bytes with their length before them.
    fn counted(&mut self) -> Result<&'a [u8], Fault> {
        let at = self.at;
        let length = u32::from_le_bytes(self.array()?);
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| self.at.checked_add(length));
        let found = end.and_then(|end| self.bytes.get(self.at..end));
        let found = found.ok_or_else(|| {
            fault(
                at,
                format!("{length} bytes are announced, and not so many follow"),
            )
        })?;
        self.at += found.len();
        Ok(found)
    }

    fn text(&mut self) -> Result<String, Fault> {
        let at = self.at;
        let (units, rest) = self.counted()?.as_chunks::<2>();
        let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
        match String::from_utf16(&units) {
            Ok(text) if rest.is_empty() => Ok(text),
            _ => Err(fault(at, "it is no UTF-16 text")),
        }
    }

    fn operand(&mut self, code: u8, lists: bool) -> Result<Term, Fault> {
        let at = self.at - 1;
        if let Some((_, scope)) = SCOPES.iter().find(|(byte, _)| *byte == code) {
            return Ok(Term::Attribute(*scope, self.text()?));
        }
        match code {
            0x01..=0x04 => self.integer().map(Term::Integer),
            TEXT => self.text().map(Term::Text),
            OCTETS => self.counted().map(|bytes| Term::Octets(bytes.to_vec())),
            SID => {
                let bytes = self.counted()?;
                let (sid, length) = Sid::from_bytes(bytes)
                    .map_err(|inner| fault(at + 5 + inner.offset, inner.message))?;
                if length == bytes.len() {
                    Ok(Term::Sid(sid))
                } else {
                    Err(fault(at, "bytes follow the SID"))
                }
            }
            LIST if lists => {
                let start = self.at + 4;
                let mut inner = Input {
                    bytes: self.counted()?,
                    at: 0,
                };
                let mut items = Vec::new();
                while let Some(code) = inner.byte() {
                    let item = inner.operand(code, false);
                    items.push(item.map_err(|inner| fault(start + inner.offset, inner.message))?);
                }
                Ok(Term::List(items))
            }
            _ => Err(fault(
                at,
                format!("{code:#04x} begins nothing in a condition"),
            )),
        }
    }

    fn integer(&mut self) -> Result<Integer, Fault> {
        let value = i64::from_le_bytes(self.array()?);
        let at = self.at;
        let sign = match self.array()? {
            [1] => Sign::Plus,
            [2] => Sign::Minus,
            [3] => Sign::None,
            [other] => return Err(fault(at, format!("{other} is no sign of a number"))),
        };
        let base = match self.array()? {
            [1] => Base::Octal,
            [2] => Base::Decimal,
            [3] => Base::Hexadecimal,
            [other] => return Err(fault(at + 1, format!("{other} is no base of a number"))),
        };
        Ok(Integer { value, sign, base })
    }
}

/// Writes a condition, filled up with zeros.
pub fn write(term: &Term) -> Vec<u8> {
    let mut out = MARK.to_vec();
    push(term, &mut out);
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

fn push(term: &Term, out: &mut Vec<u8>) {
    match term {
        Term::Attribute(scope, name) => {
            let code = SCOPES
                .iter()
                .find(|(_, other)| other == scope)
                .map_or(0, |(code, _)| *code);
            counted(code, &utf16(name), out);
        }
        Term::Integer(Integer { value, sign, base }) => {
            out.push(0x04);
            out.extend(value.to_le_bytes());
            out.extend([*sign as u8, *base as u8]);
        }
        Term::Text(text) => counted(TEXT, &utf16(text), out),
        Term::Octets(bytes) => counted(OCTETS, bytes, out),
        Term::Sid(sid) => counted(SID, &sid.to_bytes(), out),
        Term::List(items) => {
            let mut inner = Vec::new();
            items.iter().for_each(|item| push(item, &mut inner));
            counted(LIST, &inner, out);
        }
        Term::Before(operator, operand) => {
            push(operand, out);
            out.push(operator.code);
        }
        Term::Between(operator, operands) => {
            operands.iter().for_each(|operand| push(operand, out));
            out.push(operator.code);
        }
    }
}

fn counted(code: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(code);
    // A condition longer than a list can be is refused where the list is written.
    out.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend(bytes);
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
