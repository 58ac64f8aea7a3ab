//! Reads and writes descriptors as text, in the security descriptor definition language (MS-DTYP
//! 2.5.1.1).
//!
//! The same letters have different meanings in different fields (`WD` is a right in one and
//! Everyone in another), so each field has its own table. Reading is case-insensitive and ignores
//! spaces between the parts.

use super::descriptor::{AceType, DataKind, ObjectTypes, ace_type, control, flags};
use super::error::AcePlace;
use super::rights::{LABEL_LETTERS, LETTERS};
use super::sid::{DomainAlias, Domains};
use super::{
    ACE_TYPES, Ace, AceBody, AceData, Acl, AclPart, Descriptor, Guid, ParseError, Permission, Sid,
    Trustee, WriteError,
};

/// The maximum length of a condition or an attribute in bytes, which is the maximum size of an ACE
/// (MS-DTYP 2.4.4.1, `AceSize`).
const MAX_DATA_TEXT: usize = u16::MAX as usize;

/// The maximum number of ACEs: an ACL has at most 65,535 bytes, and the smallest ACE has 16.
const MAX_ACES: usize = 4095;
/// The text of a null ACL.
const NO_ACCESS_CONTROL: &str = "NO_ACCESS_CONTROL";
/// The letters before the ACEs, and the control bits that they set for the DACL and for the SACL.
const ACL_LETTERS: [(&str, u16, u16); 3] = [
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

/// Reads a descriptor. Aliases for groups of a domain, such as `DA`, stay aliases if `domains` does
/// not contain the domain.
///
/// # Errors
/// Fails if the text is not a descriptor; offsets are in bytes.
pub fn read(text: &str, domains: &Domains) -> Result<Descriptor, ParseError> {
    let mut reader = Reader { text, at: 0 };
    let mut descriptor = Descriptor::empty();
    let mut seen = Vec::new();
    loop {
        reader.skip_blanks();
        let start = reader.at;
        let Some(typed) = reader.next() else { break };
        let letter = typed.to_ascii_uppercase();
        if !matches!(letter, 'O' | 'G' | 'D' | 'S') {
            return Err(ParseError::new(
                start,
                format!("{typed:?} does not begin a part: `O:`, `G:`, `D:` or `S:` does"),
            ));
        }
        reader.skip_blanks();
        if !reader.takes(":") {
            return Err(ParseError::new(
                reader.at,
                format!("a colon must follow `{letter}`"),
            ));
        }
        if seen.contains(&letter) {
            return Err(ParseError::new(start, format!("duplicate `{letter}:`")));
        }
        seen.push(letter);
        reader.skip_blanks();
        match letter {
            'O' => descriptor.owner = Some(reader.principal()?),
            'G' => descriptor.group = Some(reader.principal()?),
            'D' => descriptor.dacl = reader.acl(&mut descriptor.control, |(_, dacl, _)| *dacl)?,
            _ => descriptor.sacl = reader.acl(&mut descriptor.control, |(_, _, sacl)| *sacl)?,
        }
    }
    if seen.is_empty() {
        return Err(ParseError::new(
            0,
            "it has no part: `O:`, `G:`, `D:` or `S:`",
        ));
    }
    Ok(descriptor.normalized().within(domains))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// A part of the text, and its offset in bytes.
#[derive(Clone, Copy)]
struct TextSpan<'a> {
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

    /// Consumes `wanted` (ASCII letters, case-insensitive) if it comes next, and returns whether it
    /// did.
    fn takes(&mut self, wanted: &str) -> bool {
        let found = self
            .rest()
            .get(..wanted.len())
            .is_some_and(|next| next.eq_ignore_ascii_case(wanted));
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    /// Reads an owner or group.
    fn principal(&mut self) -> Result<Trustee, ParseError> {
        let rest = self.rest();
        let word_length = rest
            .find(|letter: char| letter != '-' && !letter.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        let is_sid = rest
            .get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case("S-"));
        // The next part may follow without a space: `O:S-1-5-18G:SY`.
        let is_next_part = rest
            .get(word_length..)
            .is_some_and(|behind| behind.trim_start().starts_with(':'));
        let length = if is_sid {
            word_length - usize::from(is_next_part && word_length > 0)
        } else {
            word_length.min(2)
        };
        let piece = TextSpan {
            text: rest.get(..length).unwrap_or_default(),
            at: self.at,
        };
        self.at += length;
        trustee(piece)
    }

    /// Reads an ACL, and sets the control bits of its letters.
    fn acl(
        &mut self,
        control: &mut u16,
        bit: fn(&(&'static str, u16, u16)) -> u16,
    ) -> Result<AclPart, ParseError> {
        loop {
            self.skip_blanks();
            if self.takes(NO_ACCESS_CONTROL) {
                self.skip_blanks();
                return match self.peek() {
                    Some('(') => Err(ParseError::new(
                        self.at,
                        "ACEs cannot follow `NO_ACCESS_CONTROL`",
                    )),
                    _ => Ok(AclPart::Null),
                };
            }
            match ACL_LETTERS.iter().find(|(letters, ..)| self.takes(letters)) {
                Some(row) => *control |= bit(row),
                None => break,
            }
        }
        let mut aces = Vec::new();
        while self.takes("(") {
            if aces.len() == MAX_ACES {
                return Err(ParseError::new(
                    self.at,
                    format!("an ACL holds at most {MAX_ACES} ACEs"),
                ));
            }
            aces.push(self.ace()?);
            self.skip_blanks();
        }
        Ok(AclPart::Present(Acl::new(aces)))
    }

    /// Reads an ACE after its opening parenthesis.
    fn ace(&mut self) -> Result<Ace, ParseError> {
        let kind = self.field("type")?;
        let row = ACE_TYPES.iter().find(|row| {
            row.letters
                .is_some_and(|letters| letters.eq_ignore_ascii_case(kind.text))
        });
        let Some(row) = row else {
            return Err(ParseError::new(
                kind.at,
                format!("`{}` is not an ACE type", shortened(kind.text)),
            ));
        };
        let flags = flag_bits(self.field("flags")?)?;
        let mask = mask(self.field("rights")?, row)?;
        let object = guid(self.field("object type")?, row)?;
        let inherited = guid(self.field("inherited object type")?, row)?;
        let (trustee, data) = match row.data {
            DataKind::Nothing => (
                trustee(self.read_until(&[';', ')', '('])?)?,
                AceData::default(),
            ),
            DataKind::Condition => (
                trustee(self.field("account")?)?,
                self.data("before the condition")?,
            ),
            DataKind::Attribute => (
                trustee(self.field("account")?)?,
                self.data("before the attribute")?,
            ),
        };
        self.skip_blanks();
        if !self.takes(")") {
            return Err(ParseError::new(
                self.at,
                "the ACE does not end here with `)`",
            ));
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
        Ok(Ace {
            code: row.code,
            flags,
            body: AceBody::Permission(permission),
        })
    }

    /// Returns the text up to the next semicolon, and consumes the semicolon.
    fn field(&mut self, what: &str) -> Result<TextSpan<'a>, ParseError> {
        let piece = self.read_until(&[';', ')', '('])?;
        if !self.takes(";") {
            return Err(ParseError::new(
                self.at,
                format!("a semicolon must follow the ACE's {what}"),
            ));
        }
        Ok(piece)
    }

    /// Consumes the condition or the attribute at the end of an ACE, and returns it as written.
    /// Parentheses in double quotes are not counted.
    fn data(&mut self, place: &str) -> Result<AceData, ParseError> {
        self.skip_blanks();
        let rest = self.rest();
        if !rest.starts_with('(') {
            return Err(ParseError::new(self.at, format!("`(` is missing {place}")));
        }
        let (mut depth, mut is_quoted) = (0usize, false);
        for (at, letter) in rest.char_indices() {
            match letter {
                '"' => is_quoted = !is_quoted,
                '(' if !is_quoted => depth += 1,
                ')' if !is_quoted => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let (text, _) = rest.split_at(at + 1);
                if text.len() > MAX_DATA_TEXT {
                    return Err(ParseError::new(self.at, "it is too long for an ACE"));
                }
                self.at += text.len();
                return Ok(AceData::Text(text.to_owned()));
            }
        }
        Err(ParseError::new(
            self.text.len(),
            "the text ends within an ACE",
        ))
    }

    fn read_until(&mut self, ends: &[char]) -> Result<TextSpan<'a>, ParseError> {
        let rest = self.rest();
        let Some(length) = rest.find(ends) else {
            return Err(ParseError::new(
                self.text.len(),
                "the text ends within an ACE",
            ));
        };
        let field = rest.get(..length).unwrap_or_default();
        let leading = field.len() - field.trim_start().len();
        let piece = TextSpan {
            text: field.trim(),
            at: self.at + leading,
        };
        self.at += length;
        Ok(piece)
    }
}

/// Splits a field into its two-letter words.
fn words<'a>(piece: TextSpan<'a>) -> impl Iterator<Item = TextSpan<'a>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = piece.text.get(at..)?;
        let start = at + rest.len() - rest.trim_start().len();
        let word = piece.text.get(start..).filter(|word| !word.is_empty())?;
        let length = word
            .char_indices()
            .nth(2)
            .map_or(word.len(), |(length, _)| length);
        at = start + length;
        Some(TextSpan {
            text: word.get(..length).unwrap_or_default(),
            at: piece.at + start,
        })
    })
}

fn flag_bits(piece: TextSpan<'_>) -> Result<u8, ParseError> {
    words(piece).try_fold(0, |bits, word| {
        let known = flags::LETTERS.iter().copied().chain([(0x40, "TP")]);
        match known
            .into_iter()
            .find(|(_, letters)| letters.eq_ignore_ascii_case(word.text))
        {
            Some((bit, _)) => Ok(bits | bit),
            None => Err(ParseError::new(
                word.at,
                format!("`{}` is not an ACE flag", shortened(word.text)),
            )),
        }
    })
}

fn mask(piece: TextSpan<'_>, row: &AceType) -> Result<u32, ParseError> {
    if piece
        .text
        .starts_with(|letter: char| letter.is_ascii_digit())
    {
        return number(piece);
    }
    // The letters of a label have bits with other meanings in other types.
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
            None => Err(ParseError::new(
                word.at,
                format!("`{}` is not a right", shortened(word.text)),
            )),
        }
    })
}

/// Parses a number: hexadecimal after `0x`, octal after a leading zero, decimal otherwise.
fn number(piece: TextSpan<'_>) -> Result<u32, ParseError> {
    let text = piece.text;
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, base) = match (hexadecimal, text.strip_prefix('0')) {
        (Some(digits), _) => (digits, 16),
        (None, Some(digits)) if !digits.is_empty() => (digits, 8),
        _ => (text, 10),
    };
    let all_digits = digits.chars().all(|digit| digit.is_digit(base));
    let number = all_digits
        .then(|| u32::from_str_radix(digits, base).ok())
        .flatten();
    number.ok_or_else(|| {
        ParseError::new(
            piece.at,
            format!("`{}` is not a 32-bit mask", shortened(text)),
        )
    })
}

fn guid(piece: TextSpan<'_>, row: &AceType) -> Result<Option<Guid>, ParseError> {
    if piece.text.is_empty() {
        return Ok(None);
    }
    if !row.is_for_objects {
        return Err(ParseError::new(
            piece.at,
            format!(
                "an ACE of type {} has no object type",
                row.letters.unwrap_or_default()
            ),
        ));
    }
    match piece.text.parse() {
        Ok(guid) => Ok(Some(guid)),
        Err(_) => Err(ParseError::new(
            piece.at,
            format!("`{}` is not a GUID", shortened(piece.text)),
        )),
    }
}

/// Parses a SID or an alias.
fn trustee(TextSpan { text, at }: TextSpan<'_>) -> Result<Trustee, ParseError> {
    if text
        .get(..2)
        .is_some_and(|start| start.eq_ignore_ascii_case("S-"))
    {
        let sid = text
            .parse::<Sid>()
            .map_err(|inner| ParseError::new(at + inner.offset, inner.message))?;
        return Ok(Trustee::Sid(sid));
    }
    let everywhere = Sid::from_alias(text).map(Trustee::Sid);
    let found = everywhere.or_else(|| DomainAlias::find(text).map(Trustee::Alias));
    found.ok_or_else(|| {
        ParseError::new(
            at,
            format!(
                "`{}` is neither a SID nor two letters that stand for one",
                shortened(text)
            ),
        )
    })
}

/// Returns the start of a text, long enough to recognize it in an error message.
fn shortened(text: &str) -> String {
    const ENOUGH: usize = 40;
    match text.char_indices().nth(ENOUGH) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Writes a descriptor as SDDL: masks in hexadecimal, everything in stored order.
///
/// # Errors
/// Fails if the descriptor contains something that SDDL cannot express, or a condition or attribute
/// as bytes ([`AceData`]).
pub fn write(descriptor: &Descriptor) -> Result<String, WriteError> {
    let mut text = String::new();
    for (letter, trustee) in [("O", &descriptor.owner), ("G", &descriptor.group)] {
        if let Some(trustee) = trustee {
            text += &format!("{letter}:{}", trustee_text(trustee));
        }
    }
    for (part, acl) in [('D', &descriptor.dacl), ('S', &descriptor.sacl)] {
        if *acl != AclPart::Absent {
            text += &acl_text(part, acl, descriptor.control)?;
        }
    }
    if text.is_empty() {
        return Err(WriteError::Empty);
    }
    Ok(text)
}

fn acl_text(part: char, acl: &AclPart, control: u16) -> Result<String, WriteError> {
    let mut text = format!("{part}:");
    for (letters, dacl, sacl) in ACL_LETTERS {
        if control & if part == 'D' { dacl } else { sacl } != 0 {
            text += letters;
        }
    }
    if *acl == AclPart::Null {
        text += NO_ACCESS_CONTROL;
    }
    for (number, ace) in (1..).zip(acl.aces()) {
        text += &ace_text(ace, AcePlace { part, number })?;
    }
    Ok(text)
}

fn trustee_text(trustee: &Trustee) -> String {
    let alias = trustee.sid().and_then(Sid::alias);
    alias.map_or_else(|| trustee.to_string(), str::to_owned)
}

fn ace_text(ace: &Ace, place: AcePlace) -> Result<String, WriteError> {
    let row = ace_type(ace.code).and_then(|row| Some((row, row.letters?)));
    let (Some(permission), Some((row, letters))) = (ace.permission(), row) else {
        return Err(WriteError::NoLetters(place, ace.code));
    };
    let flags: String = flags::LETTERS
        .iter()
        .filter(|(bit, _)| ace.flags & bit != 0)
        .map(|(_, flag)| *flag)
        .collect();
    let mask = match (permission.mask, row.data) {
        (0, DataKind::Attribute) => String::new(),
        (mask, _) => format!("{mask:#x}"),
    };
    let data = match (&permission.data, row.data) {
        (_, DataKind::Nothing) => String::new(),
        (AceData::Text(text), _) => format!(";{text}"),
        (AceData::Bytes(_), _) => return Err(WriteError::DataIsBytes(place)),
    };
    let ObjectTypes { object, inherited } = permission.object.unwrap_or_default();
    let fields = [
        letters,
        &flags,
        &mask,
        &guid_text(object),
        &guid_text(inherited),
        &trustee_text(&permission.trustee),
    ];
    Ok(format!("({}{data})", fields.join(";")))
}

fn guid_text(guid: Option<Guid>) -> String {
    guid.map(|guid| guid.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
