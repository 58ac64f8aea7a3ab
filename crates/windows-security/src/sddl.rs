//! Descriptors as text, the security descriptor definition language (MS-DTYP 2.5.1.1).
//!
//! Letters mean different things in different places (`WD` is a right in one and Everyone in
//! another), so each place has its own table. Case and blanks between the parts do not count.

use super::condition::Cursor;
use super::descriptor::{Data, EntryType, ObjectTypes, control, entry_type, flags};
use super::rights::{LABEL_LETTERS, LETTERS};
use super::sid::{DomainAlias, Domains};
use super::{
    Acl, AclPart, Body, Descriptor, ENTRY_TYPES, Entry, Fault, Guid, Permission, Sid, Trustee,
    attribute, condition, fault,
};

/// A list has 65,535 bytes at most, and its smallest entry sixteen.
const MOST_ENTRIES: usize = 4095;
/// How a null list is written.
const NO_ACCESS_CONTROL: &str = "NO_ACCESS_CONTROL";
/// The control bits that a list's letters set, for the DACL and for the SACL.
const LIST_LETTERS: [(&str, u16, u16); 3] = [
    ("P", control::DACL_PROTECTED, control::SACL_PROTECTED),
    (
        "AR",
        control::DACL_INHERIT_REQUIRED,
        control::SACL_INHERIT_REQUIRED,
    ),
    (
        "AI",
        control::DACL_AUTO_INHERITED,
        control::SACL_AUTO_INHERITED,
    ),
];

/// Reads a descriptor. Letters for groups of a domain, such as `DA`, stay letters where the domain
/// is not given.
///
/// # Errors
/// The text is none; offsets are in bytes.
pub fn read(text: &str, domains: &Domains) -> Result<Descriptor, Fault> {
    let mut reader = Reader {
        text,
        at: 0,
        domains,
    };
    let mut descriptor = Descriptor::empty();
    let mut seen = Vec::new();
    loop {
        reader.skip_blanks();
        let start = reader.at;
        let Some(typed) = reader.next() else { break };
        let letter = typed.to_ascii_uppercase();
        if !matches!(letter, 'O' | 'G' | 'D' | 'S') {
            return Err(fault(
                start,
                format!("{typed:?} begins no part: `O:`, `G:`, `D:` or `S:` does"),
            ));
        }
        reader.skip_blanks();
        if !reader.takes(":") {
            return Err(fault(reader.at, format!("a colon must follow `{letter}`")));
        }
        if seen.contains(&letter) {
            return Err(fault(start, format!("`{letter}:` is there twice")));
        }
        seen.push(letter);
        reader.skip_blanks();
        match letter {
            'O' => descriptor.owner = Some(reader.principal()?),
            'G' => descriptor.group = Some(reader.principal()?),
            'D' => descriptor.dacl = reader.list(&mut descriptor.control, |(_, dacl, _)| *dacl)?,
            _ => descriptor.sacl = reader.list(&mut descriptor.control, |(_, _, sacl)| *sacl)?,
        }
    }
    if seen.is_empty() {
        return Err(fault(0, "there is no part in it: `O:`, `G:`, `D:` or `S:`"));
    }
    Ok(descriptor.settled().within(domains))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    domains: &'a Domains,
}

/// A piece of the text, and where it begins.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Steps over a text of ASCII letters, in either case, where it is next.
    fn takes(&mut self, wanted: &str) -> bool {
        let found = self
            .rest()
            .get(..wanted.len())
            .is_some_and(|next| next.eq_ignore_ascii_case(wanted));
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    /// An owner or group.
    fn principal(&mut self) -> Result<Trustee, Fault> {
        let rest = self.rest();
        let run = rest
            .find(|letter: char| letter != '-' && !letter.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        let is_sid = rest
            .get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case("S-"));
        // The letter of the next part may follow at once: `O:S-1-5-18G:SY`.
        let is_next_part = rest
            .get(run..)
            .is_some_and(|behind| behind.trim_start().starts_with(':'));
        let length = if is_sid {
            run - usize::from(is_next_part && run > 0)
        } else {
            run.min(2)
        };
        let piece = Piece {
            text: rest.get(..length).unwrap_or_default(),
            at: self.at,
        };
        self.at += length;
        trustee(piece)
    }

    fn list(
        &mut self,
        control: &mut u16,
        bit: impl Fn(&(&'static str, u16, u16)) -> u16,
    ) -> Result<AclPart, Fault> {
        loop {
            self.skip_blanks();
            if self.takes(NO_ACCESS_CONTROL) {
                self.skip_blanks();
                return match self.peek() {
                    Some('(') => Err(fault(self.at, "entries cannot follow `NO_ACCESS_CONTROL`")),
                    _ => Ok(AclPart::Null),
                };
            }
            match LIST_LETTERS
                .iter()
                .find(|(letters, ..)| self.takes(letters))
            {
                Some(row) => *control |= bit(row),
                None => break,
            }
        }
        let mut entries = Vec::new();
        while self.takes("(") {
            if entries.len() == MOST_ENTRIES {
                return Err(fault(
                    self.at,
                    format!("no list holds more than {MOST_ENTRIES} entries"),
                ));
            }
            entries.push(self.entry()?);
            self.skip_blanks();
        }
        Ok(AclPart::Present(Acl::new(entries)))
    }

    /// An entry, behind its opening parenthesis.
    fn entry(&mut self) -> Result<Entry, Fault> {
        let kind = self.field("type")?;
        let row = ENTRY_TYPES.iter().find(|row| {
            row.letters
                .is_some_and(|its| its.eq_ignore_ascii_case(kind.text))
        });
        let Some(row) = row else {
            return Err(fault(
                kind.at,
                format!("`{}` is no type of entry", shortened(kind.text)),
            ));
        };
        let flags = flag_bits(self.field("flags")?)?;
        let mask = mask(self.field("rights")?, row)?;
        let object = guid(self.field("object type")?, row)?;
        let inherited = guid(self.field("inherited object type")?, row)?;
        let (trustee, data) = match row.data {
            Data::Nothing => (trustee(self.up_to(&[';', ')', '('])?)?, Vec::new()),
            Data::Condition | Data::Attribute => {
                (trustee(self.field("account")?)?, self.data(row.data)?)
            }
        };
        self.skip_blanks();
        if !self.takes(")") {
            return Err(fault(self.at, "the entry does not end here with `)`"));
        }
        let object = row
            .is_for_objects
            .then_some(ObjectTypes { object, inherited });
        let permission = Permission {
            mask,
            object,
            trustee,
            data,
        };
        Ok(Entry {
            code: row.code,
            flags,
            body: Body::Permission(permission),
        })
    }

    /// The text up to the next semicolon, which is stepped over.
    fn field(&mut self, what: &str) -> Result<Piece<'a>, Fault> {
        let piece = self.up_to(&[';', ')', '('])?;
        if !self.takes(";") {
            return Err(fault(
                self.at,
                format!("a semicolon must follow the entry's {what}"),
            ));
        }
        Ok(piece)
    }

    /// The condition or the attribute at the end of an entry, as stored.
    fn data(&mut self, data: Data) -> Result<Vec<u8>, Fault> {
        let mut cursor = Cursor {
            text: self.text,
            at: self.at,
        };
        let bytes = match data {
            Data::Attribute => {
                attribute::write_wire(&attribute::read_text(&mut cursor, self.domains)?)
            }
            _ => condition::write_wire(&condition::read_text(&mut cursor, self.domains)?),
        };
        self.at = cursor.at;
        Ok(bytes)
    }

    fn up_to(&mut self, ends: &[char]) -> Result<Piece<'a>, Fault> {
        let rest = self.rest();
        let Some(length) = rest.find(ends) else {
            return Err(fault(self.text.len(), "the text ends within an entry"));
        };
        let field = rest.get(..length).unwrap_or_default();
        let leading = field.len() - field.trim_start().len();
        let piece = Piece {
            text: field.trim(),
            at: self.at + leading,
        };
        self.at += length;
        Ok(piece)
    }
}

/// The two-letter words of a field.
fn words<'a>(piece: Piece<'a>) -> impl Iterator<Item = Piece<'a>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = piece.text.get(at..)?;
        let start = at + rest.len() - rest.trim_start().len();
        let rest = piece.text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest
            .char_indices()
            .nth(2)
            .map_or(rest.len(), |(length, _)| length);
        at = start + length;
        Some(Piece {
            text: rest.get(..length).unwrap_or_default(),
            at: piece.at + start,
        })
    })
}

fn flag_bits(piece: Piece<'_>) -> Result<u8, Fault> {
    words(piece).try_fold(0, |bits, word| {
        let known = flags::LETTERS.iter().copied().chain([(0x40, "TP")]);
        match known
            .into_iter()
            .find(|(_, letters)| letters.eq_ignore_ascii_case(word.text))
        {
            Some((bit, _)) => Ok(bits | bit),
            None => Err(fault(
                word.at,
                format!("`{}` is no flag of an entry", shortened(word.text)),
            )),
        }
    })
}

fn mask(piece: Piece<'_>, row: &EntryType) -> Result<u32, Fault> {
    if piece
        .text
        .starts_with(|letter: char| letter.is_ascii_digit())
    {
        return number(piece);
    }
    // A label's letters have bits that mean something else in other types.
    let labels: &[(&str, u32)] = if row.letters == Some("ML") {
        LABEL_LETTERS
    } else {
        &[]
    };
    words(piece).try_fold(0, |mask, word| {
        let known = labels
            .iter()
            .chain(LETTERS)
            .find(|(letters, _)| letters.eq_ignore_ascii_case(word.text));
        match known {
            Some((_, bits)) => Ok(mask | bits),
            None => Err(fault(
                word.at,
                format!("`{}` is no right", shortened(word.text)),
            )),
        }
    })
}

/// Hexadecimal with `0x`, octal with a leading zero, decimal otherwise.
fn number(piece: Piece<'_>) -> Result<u32, Fault> {
    let text = piece.text;
    let (digits, base) = condition::digits_of(text);
    let base = base.radix();
    let all_digits = digits.chars().all(|digit| digit.is_digit(base));
    let number = all_digits
        .then(|| u32::from_str_radix(digits, base).ok())
        .flatten();
    number.ok_or_else(|| {
        fault(
            piece.at,
            format!("`{}` is no mask of 32 bits", shortened(text)),
        )
    })
}

fn guid(piece: Piece<'_>, row: &EntryType) -> Result<Option<Guid>, Fault> {
    if piece.text.is_empty() {
        return Ok(None);
    }
    if !row.is_for_objects {
        return Err(fault(
            piece.at,
            format!(
                "an entry of type {} has no object type",
                row.letters.unwrap_or_default()
            ),
        ));
    }
    match piece.text.parse() {
        Ok(guid) => Ok(Some(guid)),
        Err(_) => Err(fault(
            piece.at,
            format!("`{}` is no GUID", shortened(piece.text)),
        )),
    }
}

fn trustee(piece: Piece<'_>) -> Result<Trustee, Fault> {
    trustee_at(piece.text, piece.at)
}

/// Reads a SID or letters that stand for one; the text begins at an offset of something larger.
pub(super) fn trustee_at(text: &str, at: usize) -> Result<Trustee, Fault> {
    if text
        .get(..2)
        .is_some_and(|start| start.eq_ignore_ascii_case("S-"))
    {
        let sid = text
            .parse::<Sid>()
            .map_err(|inner| fault(at + inner.offset, inner.message))?;
        return Ok(Trustee::Sid(sid));
    }
    let everywhere = Sid::of_alias(text).map(Trustee::Sid);
    let found = everywhere.or_else(|| DomainAlias::find(text).map(Trustee::Alias));
    found.ok_or_else(|| {
        fault(
            at,
            format!(
                "`{}` is no SID and no two letters that stand for one",
                shortened(text)
            ),
        )
    })
}

/// Enough of a text to know it by.
fn shortened(text: &str) -> String {
    const ENOUGH: usize = 40;
    match text.char_indices().nth(ENOUGH) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Writes a descriptor as text: masks in hexadecimal, everything in stored order.
///
/// # Errors
/// It holds what the language has no words for.
pub fn write(descriptor: &Descriptor) -> Result<String, String> {
    let mut text = String::new();
    for (letter, trustee) in [("O", &descriptor.owner), ("G", &descriptor.group)] {
        if let Some(trustee) = trustee {
            text += &format!("{letter}:{}", trustee_text(trustee));
        }
    }
    for (letter, part) in [("D", &descriptor.dacl), ("S", &descriptor.sacl)] {
        if *part == AclPart::Absent {
            continue;
        }
        text += &format!("{letter}:");
        for (letters, dacl, sacl) in LIST_LETTERS {
            if descriptor.control & if letter == "D" { dacl } else { sacl } != 0 {
                text += letters;
            }
        }
        if *part == AclPart::Null {
            text += NO_ACCESS_CONTROL;
        }
        for (at, entry) in part.entries().iter().enumerate() {
            text += &entry_text(entry)
                .map_err(|why| format!("entry {} of `{letter}:` {why}", at + 1))?;
        }
    }
    if text.is_empty() {
        Err("there is nothing in it".to_owned())
    } else {
        Ok(text)
    }
}

fn trustee_text(trustee: &Trustee) -> String {
    let alias = trustee.sid().and_then(Sid::alias);
    alias.map_or_else(|| trustee.to_string(), str::to_owned)
}

/// One entry as text.
pub(super) fn entry_text(entry: &Entry) -> Result<String, String> {
    let Body::Permission(permission) = &entry.body else {
        return Err(format!(
            "is of type {:#x}, and SDDL has no letters for that",
            entry.code
        ));
    };
    let row = entry_type(entry.code);
    let Some((row, letters)) = row.and_then(|row| Some((row, row.letters?))) else {
        return Err(format!(
            "is of type {:#x}, and SDDL has no letters for that",
            entry.code
        ));
    };
    let flags: String = flags::LETTERS
        .iter()
        .filter(|(bit, _)| entry.flags & bit != 0)
        .map(|(_, letters)| *letters)
        .collect();
    let mask = match (permission.mask, row.data) {
        (0, Data::Attribute) => String::new(),
        (mask, _) => format!("{mask:#x}"),
    };
    let ObjectTypes { object, inherited } = permission.object.unwrap_or_default();
    let guid = |guid: Option<Guid>| guid.map(|guid| guid.to_string()).unwrap_or_default();
    let data = data_text(entry)?;
    let data = if data.is_empty() {
        data
    } else {
        format!(";{data}")
    };
    let fields = [
        letters,
        &flags,
        &mask,
        &guid(object),
        &guid(inherited),
        &trustee_text(&permission.trustee),
    ];
    Ok(format!("({}{data})", fields.join(";")))
}

/// The condition or the attribute of an entry as text; nothing where it has none.
///
/// # Errors
/// It cannot be read, or holds what the language has no words for.
pub fn data_text(entry: &Entry) -> Result<String, String> {
    let unreadable = |inner: Fault| format!("holds what cannot be read: {inner}");
    match (
        entry_type(entry.code).map(|row| row.data),
        entry.permission(),
    ) {
        (Some(Data::Condition), Some(its)) => {
            condition::write_text(&condition::read_wire(&its.data).map_err(unreadable)?)
        }
        (Some(Data::Attribute), Some(its)) => {
            attribute::write_text(&attribute::read_wire(&its.data).map_err(unreadable)?)
        }
        _ => Ok(String::new()),
    }
}

#[cfg(test)]
mod tests;
