//! The attributes of things that entries of type RA hold, as text and as stored (MS-DTYP 2.4.10.1,
//! 2.5.1.1).

use super::condition::{Base, Cursor, digits_of, octets_text, quoted_text, sid_text};
use super::rename::{Renamed, Renaming};
use super::sid::Domains;
use super::{Fault, Sid, fault};

/// A named attribute with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attribute {
    name: String,
    flags: u32,
    values: Values,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Values {
    Integers(Vec<i64>),
    Unsigned(Vec<u64>),
    Texts(Vec<String>),
    Sids(Vec<Sid>),
    Truths(Vec<u64>),
    Octets(Vec<Vec<u8>>),
}

impl Renamed for Attribute {
    fn renamed(self, to: &mut dyn Renaming) -> Self {
        let values = match self.values {
            Values::Texts(texts) => Values::Texts(texts.iter().map(|text| to.text(text)).collect()),
            Values::Sids(sids) => Values::Sids(sids.iter().map(|sid| to.sid(sid)).collect()),
            Values::Octets(all) => {
                Values::Octets(all.iter().map(|bytes| vec![0; bytes.len()]).collect())
            }
            values => values,
        };
        Self {
            name: to.text(&self.name),
            flags: self.flags,
            values,
        }
    }
}

/// The length of the stored head, in front of the places of the values.
const HEAD: usize = 16;

/// Reads an attribute as stored.
///
/// # Errors
/// The bytes are none; offsets count from the first byte.
pub(super) fn read_wire(bytes: &[u8]) -> Result<Attribute, Fault> {
    let blob = Blob { bytes };
    let [low, high] = blob.array(4)?;
    let flags = blob.number(8)?;
    let count = usize::try_from(blob.number(12)?).unwrap_or(usize::MAX);
    let places = count
        .checked_mul(4)
        .and_then(|length| bytes.get(HEAD..HEAD.checked_add(length)?));
    let (places, _) = places
        .ok_or_else(|| {
            fault(
                12,
                format!("{count} values are announced, and not so many are there"),
            )
        })?
        .as_chunks();
    let mut places = places
        .iter()
        .map(|place| u32::from_le_bytes(*place))
        .map(place_of);
    let name = blob.text(place_of(blob.number(0)?))?;
    let values = match u16::from_le_bytes([low, high]) {
        0x01 => Values::Integers(
            places
                .map(|at| blob.array(at).map(i64::from_le_bytes))
                .collect::<Result<_, _>>()?,
        ),
        0x02 => Values::Unsigned(
            places
                .map(|at| blob.array(at).map(u64::from_le_bytes))
                .collect::<Result<_, _>>()?,
        ),
        0x03 => Values::Texts(places.map(|at| blob.text(at)).collect::<Result<_, _>>()?),
        0x05 => Values::Sids(places.map(|at| blob.sid(at)).collect::<Result<_, _>>()?),
        0x06 => Values::Truths(
            places
                .map(|at| blob.array(at).map(u64::from_le_bytes))
                .collect::<Result<_, _>>()?,
        ),
        0x10 => Values::Octets(places.try_fold(Vec::new(), |mut all, at| {
            all.push(blob.octets(at)?.to_vec());
            Ok(all)
        })?),
        other => return Err(fault(4, format!("{other:#x} is no type of values"))),
    };
    Ok(Attribute {
        name,
        flags,
        values,
    })
}

fn place_of(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

struct Blob<'a> {
    bytes: &'a [u8],
}

impl<'a> Blob<'a> {
    fn array<const LENGTH: usize>(&self, at: usize) -> Result<[u8; LENGTH], Fault> {
        let found = self
            .bytes
            .get(at..)
            .and_then(|rest| rest.first_chunk::<LENGTH>());
        found
            .copied()
            .ok_or_else(|| fault(at.min(self.bytes.len()), "the attribute ends too early"))
    }

    fn number(&self, at: usize) -> Result<u32, Fault> {
        self.array(at).map(u32::from_le_bytes)
    }

    /// A text that ends with a zero.
    fn text(&self, at: usize) -> Result<String, Fault> {
        let (units, _) = self.bytes.get(at..).unwrap_or_default().as_chunks::<2>();
        let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
        let end = units.iter().position(|unit| *unit == 0);
        let text = end
            .and_then(|end| units.get(..end))
            .and_then(|units| String::from_utf16(units).ok());
        text.ok_or_else(|| {
            fault(
                at.min(self.bytes.len()),
                "there is no UTF-16 text that ends with a zero",
            )
        })
    }

    fn octets(&self, at: usize) -> Result<&'a [u8], Fault> {
        let length = place_of(self.number(at)?);
        let found = self.bytes.get(at + 4..).and_then(|rest| rest.get(..length));
        found.ok_or_else(|| {
            fault(
                at,
                format!("{length} bytes are announced, and not so many follow"),
            )
        })
    }

    fn sid(&self, at: usize) -> Result<Sid, Fault> {
        let bytes = self.octets(at)?;
        let (sid, _) =
            Sid::from_bytes(bytes).map_err(|inner| fault(at + 4 + inner.offset, inner.message))?;
        Ok(sid)
    }
}

/// Writes an attribute as stored.
pub(super) fn write_wire(attribute: &Attribute) -> Vec<u8> {
    let text = |text: &String| -> Vec<u8> {
        text.encode_utf16()
            .chain([0])
            .flat_map(u16::to_le_bytes)
            .collect()
    };
    let counted = |bytes: &[u8]| -> Vec<u8> {
        // Longer than a list can be it is refused where the list is written.
        u32::try_from(bytes.len())
            .unwrap_or(u32::MAX)
            .to_le_bytes()
            .into_iter()
            .chain(bytes.to_vec())
            .collect()
    };
    let (kind, values): (u16, Vec<Vec<u8>>) = match &attribute.values {
        Values::Integers(values) => (
            0x01,
            values
                .iter()
                .map(|value| value.to_le_bytes().to_vec())
                .collect(),
        ),
        Values::Unsigned(values) => (
            0x02,
            values
                .iter()
                .map(|value| value.to_le_bytes().to_vec())
                .collect(),
        ),
        Values::Texts(values) => (0x03, values.iter().map(text).collect()),
        Values::Sids(values) => (
            0x05,
            values.iter().map(|sid| counted(&sid.to_bytes())).collect(),
        ),
        Values::Truths(values) => (
            0x06,
            values
                .iter()
                .map(|value| value.to_le_bytes().to_vec())
                .collect(),
        ),
        Values::Octets(values) => (0x10, values.iter().map(|bytes| counted(bytes)).collect()),
    };
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    let mut places = Vec::new();
    let mut body = Vec::new();
    let start = HEAD + 4 * values.len();
    for piece in [text(&attribute.name)].into_iter().chain(values) {
        places.push(start + body.len());
        body.extend(piece);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    let count = places.len() - 1;
    let mut places = places.into_iter().map(number);
    let name = places.next().unwrap_or_default();
    let head = name
        .into_iter()
        .chain(kind.to_le_bytes())
        .chain([0, 0])
        .chain(attribute.flags.to_le_bytes());
    head.chain(number(count))
        .chain(places.flatten())
        .chain(body)
        .collect()
}

/// Reads the attribute that a text goes on with, in its parentheses, and leaves the cursor behind
/// it.
///
/// # Errors
/// There is none; offsets count from the start of the text.
pub(super) fn read_text(cursor: &mut Cursor<'_>, domains: &Domains) -> Result<Attribute, Fault> {
    cursor.expect("(", "before the attribute")?;
    cursor.expect("\"", "before the attribute's name")?;
    let name = terminated(cursor)?;
    cursor.expect(",", "behind the attribute's name")?;
    cursor.skip_blanks();
    let at = cursor.at;
    let kind = cursor
        .run(|letter| letter.is_ascii_alphabetic())
        .to_ascii_uppercase();
    cursor.expect(",", "behind the attribute's type")?;
    let flags_at = cursor.at;
    let flags = integer(cursor)?;
    let flags =
        u32::try_from(flags).map_err(|_| fault(flags_at, "the flags are no number of 32 bits"))?;
    let values = match &kind[..] {
        "TI" => Values::Integers(values(cursor, narrow)?),
        "TU" => Values::Unsigned(values(cursor, narrow)?),
        "TB" => Values::Truths(values(cursor, narrow)?),
        "TS" => Values::Texts(values(cursor, |cursor| {
            cursor.expect("\"", "before the text")?;
            terminated(cursor)
        })?),
        "TD" => Values::Sids(values(cursor, |cursor| {
            cursor.expect("SID(", "before the SID")?;
            cursor.sid(domains)
        })?),
        "TX" => Values::Octets(values(cursor, |cursor| {
            cursor.takes("#");
            cursor.octets()
        })?),
        _ => return Err(fault(at, format!("`{kind}` is no type of values"))),
    };
    cursor.expect(")", "behind the attribute")?;
    Ok(Attribute {
        name,
        flags,
        values,
    })
}

/// A text in quotes, behind the opening one. Texts are stored up to a zero, so there is none in
/// them.
fn terminated(cursor: &mut Cursor<'_>) -> Result<String, Fault> {
    let at = cursor.at;
    let text = cursor.quoted()?;
    match text.find('\0') {
        Some(zero) => Err(fault(at + zero, "a text in an attribute holds no zero")),
        None => Ok(text.to_owned()),
    }
}

/// The values up to the closing parenthesis, each behind a comma.
fn values<Value>(
    cursor: &mut Cursor<'_>,
    read: impl Fn(&mut Cursor<'_>) -> Result<Value, Fault>,
) -> Result<Vec<Value>, Fault> {
    let mut values = Vec::new();
    while cursor.takes(",") {
        cursor.skip_blanks();
        values.push(read(cursor)?);
    }
    Ok(values)
}

fn narrow<Number: TryFrom<i128>>(cursor: &mut Cursor<'_>) -> Result<Number, Fault> {
    let at = cursor.at;
    Number::try_from(integer(cursor)?)
        .map_err(|_| fault(at, "the number is too large for its type"))
}

fn integer(cursor: &mut Cursor<'_>) -> Result<i128, Fault> {
    cursor.skip_blanks();
    let at = cursor.at;
    let is_negative = cursor.takes("-");
    let (digits, base) = digits_of(cursor.run(|letter| letter.is_ascii_alphanumeric()));
    let all_digits = digits
        .chars()
        .all(|digit| digit.is_digit(Base::radix(base)));
    let number = all_digits
        .then(|| i128::from_str_radix(digits, base.radix()).ok())
        .flatten();
    let number = number.ok_or_else(|| fault(at, "a number is missing"))?;
    Ok(if is_negative { -number } else { number })
}

/// Writes an attribute in its parentheses.
///
/// # Errors
/// It holds what the language has no way to say.
pub(super) fn write_text(attribute: &Attribute) -> Result<String, String> {
    let (kind, values): (&str, Vec<String>) = match &attribute.values {
        Values::Integers(values) => ("TI", values.iter().map(ToString::to_string).collect()),
        Values::Unsigned(values) => ("TU", values.iter().map(ToString::to_string).collect()),
        Values::Truths(values) => ("TB", values.iter().map(ToString::to_string).collect()),
        Values::Texts(values) => (
            "TS",
            values
                .iter()
                .map(|text| quoted_text(text))
                .collect::<Result<_, _>>()?,
        ),
        Values::Sids(values) => ("TD", values.iter().map(sid_text).collect()),
        Values::Octets(values) => (
            "TX",
            values.iter().map(|bytes| octets_text(bytes)).collect(),
        ),
    };
    let head = [
        quoted_text(&attribute.name)?,
        kind.to_owned(),
        format!("{:#x}", attribute.flags),
    ];
    Ok(format!("({})", [&head[..], &values].concat().join(",")))
}

#[cfg(test)]
mod tests;
