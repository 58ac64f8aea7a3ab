//! What Samba's programs print of security descriptors: `smbcacls --numeric`, and `rpcclient`'s
//! `netsharegetinfo NAME 502`.
//!
//! Both are texts for people, and both leave something out: of entries for kinds of objects the
//! kind, of entries with a condition the condition. Such entries are kept as ones whose meaning is
//! not known, so that nothing is concluded from them.

use super::descriptor::{DataKind, Effect, ace_type, control};
use super::{Ace, AceBody, AceData, Acl, AclPart, Descriptor, ParseError, Permission, Sid};
use std::str::FromStr;

/// Lines, with where each begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split('\n').map(move |line| {
        let at = offset;
        offset += line.len() + 1;
        (at, line.trim_end_matches('\r'))
    })
}

/// Reads what `smbcacls --numeric` prints. A null list and an empty one look the same there; where
/// the text goes on with what `smbcacls --sddl` prints of the same thing, that tells them apart: it
/// leaves out a null list.
///
/// # Errors
/// The text is something else, or does not tell a null list from an empty one.
pub fn smbcacls(text: &str) -> Result<Descriptor, ParseError> {
    let mut descriptor = Descriptor::empty();
    let mut aces = Vec::new();
    let mut sddl = None;
    let mut rest = lines(text).filter(|(_, line)| !line.is_empty());
    let mut expect = |name: &str| match rest.next() {
        Some((at, line)) => match line
            .strip_prefix(name)
            .and_then(|line| line.strip_prefix(':'))
        {
            Some(value) => Ok((at + name.len() + 1, value)),
            None => Err(ParseError::new(at, format!("`{name}:` is expected there"))),
        },
        None => Err(ParseError::new(
            text.len(),
            format!("it ends before `{name}:`"),
        )),
    };
    let (at, revision) = expect("REVISION")?;
    if revision != "1" {
        return Err(ParseError::new(at, "there is only revision 1"));
    }
    let (at, bits) = expect("CONTROL")?;
    descriptor.control = u16::try_from(hexadecimal(at, bits)?)
        .map_err(|_| ParseError::new(at, "control bits are 16"))?;
    for (name, part) in [
        ("OWNER", &mut descriptor.owner),
        ("GROUP", &mut descriptor.group),
    ] {
        let (at, sid) = expect(name)?;
        *part = if sid.is_empty() {
            None
        } else {
            Some(read_sid(at, sid)?.into())
        };
    }
    for (at, line) in rest {
        match line.strip_prefix("ACL:") {
            Some(ace) if sddl.is_none() => aces.push(numeric_ace(at + 4, ace)?),
            None if sddl.is_none() && line.starts_with("O:") => sddl = Some(line),
            _ => return Err(ParseError::new(at, "`ACL:` is expected there")),
        }
    }
    let has_list = descriptor.control & control::DACL_PRESENT != 0;
    descriptor.dacl = match (has_list, aces.is_empty(), sddl) {
        (true, true, None) => {
            return Err(ParseError::new(
                text.len(),
                "a null list and an empty one look the same there",
            ));
        }
        (true, true, Some(sddl)) if !sddl.contains("D:") => AclPart::Null,
        (false, true, _) => AclPart::Absent,
        _ => AclPart::Present(Acl { revision: 2, aces }),
    };
    Ok(descriptor.normalized())
}

/// `SID:TYPE/FLAGS/MASK`.
fn numeric_ace(at: usize, text: &str) -> Result<Ace, ParseError> {
    let odd = || ParseError::new(at, "an entry is `SID:TYPE/FLAGS/MASK`");
    let (sid, rest) = text.split_once(':').ok_or_else(odd)?;
    let [code, flags, mask] = rest.split('/').collect::<Vec<_>>()[..] else {
        return Err(odd());
    };
    let code = code
        .parse::<u8>()
        .ok()
        .filter(|_| code.bytes().all(|digit| digit.is_ascii_digit()))
        .ok_or_else(odd)?;
    let flags = u8::try_from(hexadecimal(at, flags)?).map_err(|_| odd())?;
    Ok(ace(code, flags, hexadecimal(at, mask)?, read_sid(at, sid)?))
}

/// An entry, as far as Samba says what it is.
fn ace(code: u8, flags: u8, mask: u32, sid: Sid) -> Ace {
    let is_whole = ace_type(code).is_some_and(|row| {
        row.effect == Effect::Nothing || (!row.is_for_objects && row.data == DataKind::Nothing)
    });
    let permission = Permission {
        mask,
        object: None,
        trustee: sid.into(),
        data: AceData::default(),
    };
    let body = if is_whole {
        AceBody::Permission(permission)
    } else {
        AceBody::Unknown(Vec::new())
    };
    Ace { code, flags, body }
}

/// Reads the descriptor of a share out of what `rpcclient` prints for `netsharegetinfo NAME 502`;
/// nothing where the server does not tell it.
///
/// # Errors
/// The text is something else.
pub fn share(text: &str) -> Result<Option<Descriptor>, ParseError> {
    let mut rest = lines(text).map(|(at, line)| (at, line.trim()));
    if !rest.by_ref().any(|(_, line)| line.starts_with("netname:")) {
        return Err(ParseError::new(0, "`netname:` is expected in it"));
    }
    let Some((_, revision)) = rest
        .by_ref()
        .find(|(_, line)| line.starts_with("revision:"))
    else {
        return Ok(None);
    };
    if revision != "revision: 1" {
        return Err(ParseError::new(0, "there is only revision 1"));
    }
    let mut descriptor = Descriptor::empty();
    let (at, bits) = match rest.next() {
        Some((at, line)) => (
            at,
            line.strip_prefix("type: ")
                .and_then(|line| line.split(':').next())
                .unwrap_or_default(),
        ),
        None => return Err(ParseError::new(text.len(), "it ends before the type")),
    };
    descriptor.control = u16::try_from(hexadecimal(at, bits)?)
        .map_err(|_| ParseError::new(at, "control bits are 16"))?;
    let mut list: Option<(Entries, bool)> = None;
    for (at, line) in rest {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [] | ["---"] | ["ACE"] | ["Specific", "bits:", _] => {}
            [name @ ("SACL" | "DACL")] => {
                descriptor.keep(list.take())?;
                list = Some((Entries::default(), name == "DACL"));
            }
            ["ACL", "Num", "ACEs:", count, "revision:", _] => {
                let (aces, _) = list
                    .as_mut()
                    .ok_or_else(|| ParseError::new(at, "a list outside of DACL and SACL"))?;
                aces.announced = count
                    .parse()
                    .map_err(|_| ParseError::new(at, "a number of entries is expected there"))?;
                aces.at = at;
            }
            ["Owner", "SID:", sid] => descriptor.owner = Some(read_sid(at, sid)?.into()),
            ["Group", "SID:", sid] => descriptor.group = Some(read_sid(at, sid)?.into()),
            _ => match list.as_mut() {
                Some((aces, _)) => aces.take(at, line)?,
                None => return Err(ParseError::new(at, "no line of a descriptor")),
            },
        }
    }
    descriptor.keep(list)?;
    if descriptor.control & control::DACL_PRESENT != 0 && descriptor.dacl == AclPart::Absent {
        descriptor.dacl = AclPart::Null;
    }
    Ok(Some(descriptor.normalized()))
}

/// The entries of a list as their lines come.
#[derive(Default)]
struct Entries {
    at: usize,
    announced: usize,
    whole: Vec<Ace>,
    code_and_flags: Option<(u8, u8)>,
    mask: Option<u32>,
}

impl Entries {
    fn take(&mut self, at: usize, line: &str) -> Result<(), ParseError> {
        let odd = || ParseError::new(at, "no line of an entry");
        if let Some(rest) = line.strip_prefix("type: ") {
            let (_, rest) = rest.split_once('(').ok_or_else(odd)?;
            let (code, flags) = rest.split_once(") flags: ").ok_or_else(odd)?;
            let flags = flags.split_whitespace().next().ok_or_else(odd)?;
            let flags = u8::try_from(hexadecimal(at, flags)?).map_err(|_| odd())?;
            self.code_and_flags = Some((code.parse().map_err(|_| odd())?, flags));
        } else if let Some(rest) = line.strip_prefix("Permissions: ") {
            self.mask = Some(hexadecimal(at, rest.split(':').next().unwrap_or_default())?);
        } else if let Some(sid) = line.strip_prefix("SID: ") {
            let (Some((code, flags)), Some(mask)) = (self.code_and_flags.take(), self.mask.take())
            else {
                return Err(odd());
            };
            self.whole.push(ace(code, flags, mask, read_sid(at, sid)?));
        } else if !["Object GUID:", "Inherited object GUID:", "Object flags:"]
            .iter()
            .any(|head| line.starts_with(head))
        {
            return Err(odd());
        }
        Ok(())
    }
}

impl Descriptor {
    /// Keeps a list that is at its end, if it is whole.
    fn keep(&mut self, list: Option<(Entries, bool)>) -> Result<(), ParseError> {
        let Some((aces, is_dacl)) = list else {
            return Ok(());
        };
        if aces.whole.len() != aces.announced || aces.code_and_flags.is_some() {
            return Err(ParseError::new(
                aces.at,
                format!("a list of {} entries, and others are there", aces.announced),
            ));
        }
        let part = if is_dacl {
            &mut self.dacl
        } else {
            &mut self.sacl
        };
        *part = AclPart::Present(Acl {
            revision: 2,
            aces: aces.whole,
        });
        Ok(())
    }
}

fn read_sid(at: usize, text: &str) -> Result<Sid, ParseError> {
    Sid::from_str(text).map_err(|inner| ParseError {
        offset: at + inner.offset,
        ..inner
    })
}

/// `0x1f`.
fn hexadecimal(at: usize, text: &str) -> Result<u32, ParseError> {
    let digits = text
        .strip_prefix("0x")
        .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    digits
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .ok_or_else(|| {
            ParseError::new(
                at,
                format!("`{text}` is no hexadecimal number of up to 32 bits"),
            )
        })
}

#[cfg(test)]
mod tests;
