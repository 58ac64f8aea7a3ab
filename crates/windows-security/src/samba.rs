//! Reads the descriptors that Samba's programs print: `smbcacls --numeric`, and `rpcclient`'s
//! `netsharegetinfo NAME 502`.
//!
//! Both omit parts of an ACE: its object type, and its condition. Such an ACE is kept as one of
//! unknown effect, so that nothing is concluded from it.

use super::descriptor::{DataKind, Effect, ace_type, control};
use super::{
    Ace, AceBody, AceData, Acl, AclPart, Descriptor, ParseError, Permission, Sid, Trustee,
};
use std::str::FromStr;

/// Returns the lines of a text with their offsets.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split('\n').map(move |line| {
        let at = offset;
        offset += line.len() + 1;
        (at, line.trim_end_matches('\r'))
    })
}

/// Reads the output of `smbcacls --numeric`, in which a null DACL and an empty one look the same.
/// To tell them apart, append the output of `smbcacls --sddl` for the same object: it omits a null
/// DACL.
///
/// # Errors
/// Fails if the text is not such output, or does not tell a null DACL from an empty one.
pub fn smbcacls(text: &str) -> Result<Descriptor, ParseError> {
    let mut rest = lines(text).filter(|(_, line)| !line.is_empty());
    let (revision_at, revision) = field(rest.next(), "REVISION", text)?;
    if revision != "1" {
        return Err(ParseError::new(revision_at, "only revision 1 exists"));
    }
    let (control_at, bits) = field(rest.next(), "CONTROL", text)?;
    let mut descriptor = Descriptor {
        control: control_bits(control_at, bits)?,
        ..Descriptor::empty()
    };
    descriptor.owner = trustee(field(rest.next(), "OWNER", text)?)?;
    descriptor.group = trustee(field(rest.next(), "GROUP", text)?)?;
    let mut aces = Vec::new();
    let mut sddl = None;
    for (at, line) in rest {
        match line.strip_prefix("ACL:") {
            Some(ace) if sddl.is_none() => aces.push(numeric_ace(at + 4, ace)?),
            None if sddl.is_none() && line.starts_with("O:") => sddl = Some(line),
            _ => return Err(ParseError::new(at, "`ACL:` is expected here")),
        }
    }
    let has_dacl = descriptor.control & control::DACL_PRESENT != 0;
    descriptor.dacl = match (has_dacl, aces.is_empty(), sddl) {
        (true, true, None) => {
            return Err(ParseError::new(
                text.len(),
                "this form does not tell a NULL ACL from an empty one",
            ));
        }
        (true, true, Some(sddl)) if !sddl.contains("D:") => AclPart::Null,
        (false, true, _) => AclPart::Absent,
        _ => AclPart::Present(Acl { revision: 2, aces }),
    };
    Ok(descriptor.normalized())
}

/// Returns the value of the line `name:value` and its offset.
fn field<'a>(
    line: Option<(usize, &'a str)>,
    name: &str,
    text: &str,
) -> Result<(usize, &'a str), ParseError> {
    let Some((at, line)) = line else {
        return Err(ParseError::new(
            text.len(),
            format!("it ends before `{name}:`"),
        ));
    };
    let value = line
        .strip_prefix(name)
        .and_then(|value| value.strip_prefix(':'));
    match value {
        Some(value) => Ok((at + name.len() + 1, value)),
        None => Err(ParseError::new(at, format!("`{name}:` is expected here"))),
    }
}

fn control_bits(at: usize, text: &str) -> Result<u16, ParseError> {
    u16::try_from(hexadecimal(at, text)?).map_err(|_| {
        ParseError::new(
            at,
            "the control is a 16-bit \
        number",
        )
    })
}

/// Parses a SID, which may be missing.
fn trustee((at, text): (usize, &str)) -> Result<Option<Trustee>, ParseError> {
    if text.is_empty() {
        return Ok(None);
    }
    Ok(Some(read_sid(at, text)?.into()))
}

/// Parses `SID:TYPE/FLAGS/MASK`.
fn numeric_ace(at: usize, text: &str) -> Result<Ace, ParseError> {
    let parts = split_numeric_ace(text);
    let (sid, code, flags, mask) = parts.ok_or_else(|| ParseError::new(at, NUMERIC_ACE))?;
    let flags =
        u8::try_from(hexadecimal(at, flags)?).map_err(|_| ParseError::new(at, NUMERIC_ACE))?;
    Ok(ace(code, flags, hexadecimal(at, mask)?, read_sid(at, sid)?))
}

const NUMERIC_ACE: &str = "an ACE is `SID:TYPE/FLAGS/MASK`";

/// Splits an ACE into SID, type, flags and mask.
fn split_numeric_ace(text: &str) -> Option<(&str, u8, &str, &str)> {
    let (sid, rest) = text.split_once(':')?;
    let [code, flags, mask] = rest.split('/').collect::<Vec<_>>()[..] else {
        return None;
    };
    // The number parser would also accept a sign.
    let has_digits_only = code.bytes().all(|digit| digit.is_ascii_digit());
    let code = code.parse().ok().filter(|_| has_digits_only)?;
    Some((sid, code, flags, mask))
}

/// Returns an ACE. Its effect is unknown if Samba omits a part of its type.
fn ace(code: u8, flags: u8, mask: u32, sid: Sid) -> Ace {
    let is_complete = ace_type(code).is_some_and(|row| {
        row.effect == Effect::Nothing || (!row.is_for_objects && row.data == DataKind::Nothing)
    });
    let permission = Permission {
        mask,
        object: None,
        trustee: sid.into(),
        data: AceData::default(),
    };
    let body = if is_complete {
        AceBody::Permission(permission)
    } else {
        AceBody::Unknown(Vec::new())
    };
    Ace { code, flags, body }
}

/// Reads a share's descriptor from the output of `rpcclient` for `netsharegetinfo NAME 502`.
/// Returns `None` if the server did not send the descriptor.
///
/// # Errors
/// Fails if the text is not such output.
pub fn share(text: &str) -> Result<Option<Descriptor>, ParseError> {
    let mut rest = lines(text).map(|(at, line)| (at, line.trim()));
    if !rest.by_ref().any(|(_, line)| line.starts_with("netname:")) {
        return Err(ParseError::new(0, "`netname:` is expected in it"));
    }
    let mut rest = rest.skip_while(|(_, line)| !line.starts_with("revision:"));
    match rest.next() {
        None => return Ok(None),
        Some((_, "revision: 1")) => {}
        Some(_) => return Err(ParseError::new(0, "only revision 1 exists")),
    }
    let Some((type_at, type_line)) = rest.next() else {
        return Err(ParseError::new(text.len(), "it ends before the type"));
    };
    let bits = type_line
        .strip_prefix("type: ")
        .and_then(|bits| bits.split(':').next());
    let mut share = ShareReader {
        descriptor: Descriptor {
            control: control_bits(type_at, bits.unwrap_or_default())?,
            ..Descriptor::empty()
        },
        acl: None,
    };
    for (at, line) in rest {
        share.read_line(at, line)?;
    }
    share.finish().map(Some)
}

/// Collects the descriptor of a share, line by line.
struct ShareReader {
    descriptor: Descriptor,
    /// The ACL that the current lines belong to.
    acl: Option<PrintedAcl>,
}

impl ShareReader {
    fn read_line(&mut self, at: usize, line: &str) -> Result<(), ParseError> {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            [] | ["---"] | ["ACE"] | ["Specific", "bits:", _] => {}
            [name @ ("SACL" | "DACL")] => {
                self.keep_acl()?;
                self.acl = Some(PrintedAcl {
                    is_dacl: name == "DACL",
                    ..PrintedAcl::default()
                });
            }
            ["ACL", "Num", "ACEs:", count, "revision:", _] => {
                let Some(acl) = &mut self.acl else {
                    return Err(ParseError::new(at, "an ACL outside of DACL and SACL"));
                };
                acl.at = at;
                acl.announced = count
                    .parse()
                    .map_err(|_| ParseError::new(at, "the number of ACEs is expected here"))?;
            }
            ["Owner", "SID:", sid] => self.descriptor.owner = Some(read_sid(at, sid)?.into()),
            ["Group", "SID:", sid] => self.descriptor.group = Some(read_sid(at, sid)?.into()),
            _ => match &mut self.acl {
                Some(acl) => acl.read_line(at, line)?,
                None => return Err(ParseError::new(at, "not a line of a descriptor")),
            },
        }
        Ok(())
    }

    /// Stores the ACL after its last line.
    ///
    /// # Errors
    /// Fails if the ACL has another number of ACEs than it announced.
    fn keep_acl(&mut self) -> Result<(), ParseError> {
        let Some(printed) = self.acl.take() else {
            return Ok(());
        };
        if printed.aces.len() != printed.announced || printed.code_and_flags.is_some() {
            return Err(ParseError::new(
                printed.at,
                format!(
                    "the ACL claims {} ACEs, but has another number of them",
                    printed.announced
                ),
            ));
        }
        let acl = AclPart::Present(Acl {
            revision: 2,
            aces: printed.aces,
        });
        if printed.is_dacl {
            self.descriptor.dacl = acl;
        } else {
            self.descriptor.sacl = acl;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Descriptor, ParseError> {
        self.keep_acl()?;
        let has_dacl = self.descriptor.control & control::DACL_PRESENT != 0;
        if has_dacl && self.descriptor.dacl == AclPart::Absent {
            self.descriptor.dacl = AclPart::Null;
        }
        Ok(self.descriptor.normalized())
    }
}

/// An ACL whose lines have been read in part.
#[derive(Default)]
struct PrintedAcl {
    is_dacl: bool,
    /// The offset of the line that announces the number of ACEs.
    at: usize,
    announced: usize,
    aces: Vec<Ace>,
    /// The type and flags of the current ACE.
    code_and_flags: Option<(u8, u8)>,
    mask: Option<u32>,
}

impl PrintedAcl {
    fn read_line(&mut self, at: usize, line: &str) -> Result<(), ParseError> {
        if let Some(text) = line.strip_prefix("type: ") {
            self.code_and_flags = Some(code_and_flags(at, text)?);
        } else if let Some(rest) = line.strip_prefix("Permissions: ") {
            self.mask = Some(hexadecimal(at, rest.split(':').next().unwrap_or_default())?);
        } else if let Some(sid) = line.strip_prefix("SID: ") {
            let (Some((code, flags)), Some(mask)) = (self.code_and_flags.take(), self.mask.take())
            else {
                return Err(ParseError::new(at, NO_ACE_LINE));
            };
            self.aces.push(ace(code, flags, mask, read_sid(at, sid)?));
        } else if !["Object GUID:", "Inherited object GUID:", "Object flags:"]
            .iter()
            .any(|start| line.starts_with(start))
        {
            return Err(ParseError::new(at, NO_ACE_LINE));
        }
        Ok(())
    }
}

const NO_ACE_LINE: &str = "not a line of an ACE";

/// Parses `ACCESS ALLOWED (0) flags: 0x03 …`.
fn code_and_flags(at: usize, text: &str) -> Result<(u8, u8), ParseError> {
    let parts = text.split_once('(').and_then(|(_, rest)| {
        let (code, rest) = rest.split_once(") flags: ")?;
        Some((code, rest.split_whitespace().next()?))
    });
    let (code, flags) = parts.ok_or_else(|| ParseError::new(at, NO_ACE_LINE))?;
    let flags = u8::try_from(hexadecimal(at, flags)?);
    match (code.parse(), flags) {
        (Ok(code), Ok(flags)) => Ok((code, flags)),
        _ => Err(ParseError::new(at, NO_ACE_LINE)),
    }
}

fn read_sid(at: usize, text: &str) -> Result<Sid, ParseError> {
    Sid::from_str(text).map_err(|inner| ParseError {
        offset: at + inner.offset,
        ..inner
    })
}

/// Parses `0x1f`.
fn hexadecimal(at: usize, text: &str) -> Result<u32, ParseError> {
    let digits = text
        .strip_prefix("0x")
        .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    digits
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .ok_or_else(|| {
            ParseError::new(
                at,
                format!("`{text}` is not a hexadecimal number of up to 32 bits"),
            )
        })
}

#[cfg(test)]
mod tests;
