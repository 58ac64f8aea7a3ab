//! Self-relative descriptors (MS-DTYP 2.4.6): parts in any order, shared, with anything between
//! them. What lies about its size or points outside is no descriptor.

use super::descriptor::{DataKind, ObjectTypes, ace_type, control};
use super::{
    Ace, AceBody, AceData, Acl, AclPart, Descriptor, Guid, ParseError, Permission, Sid, Trustee,
    WriteError,
};

/// The length of a descriptor's head.
pub(super) const HEAD: usize = 20;
/// The lengths of a list's head, and of an entry's.
const ACL_HEAD: usize = 8;
const ACE_HEAD: usize = 4;
/// Which GUIDs an entry for kinds of objects has.
const HAS_OBJECT: u32 = 1;
const HAS_INHERITED: u32 = 2;

/// Reads a self-relative descriptor.
///
/// # Errors
/// The bytes are none; offsets count from the first byte.
pub fn read(bytes: &[u8]) -> Result<Descriptor, ParseError> {
    read_within(bytes, 0, 0)
}

/// Reads a descriptor whose head lies at one place of the bytes and whose own offsets count from
/// another.
pub(super) fn read_within(
    bytes: &[u8],
    head: usize,
    origin: usize,
) -> Result<Descriptor, ParseError> {
    let cursor = Cursor { bytes };
    let [revision, resource_bits, low, high] = cursor.array(head, "the descriptor's head")?;
    let control = u16::from_le_bytes([low, high]);
    if revision != 1 {
        return Err(ParseError::new(
            head,
            format!("a descriptor of revision {revision}, and there is only revision 1"),
        ));
    }
    if control & control::SELF_RELATIVE == 0 {
        return Err(ParseError::new(
            head + 2,
            "the descriptor is not self-relative: its parts lie elsewhere in some memory",
        ));
    }
    // A part at 0 is none.
    let place = |at: usize, what: &str| -> Result<Option<usize>, ParseError> {
        let offset = cursor.number(head + at, what)?;
        if offset == 0 {
            return Ok(None);
        }
        let start = usize::try_from(offset)
            .ok()
            .and_then(|offset| origin.checked_add(offset));
        match start.filter(|start| *start >= head + HEAD && *start < bytes.len()) {
            Some(start) => Ok(Some(start)),
            None => Err(ParseError::new(
                head + at,
                format!("{what} is said to lie at {offset}, which is outside"),
            )),
        }
    };
    let owner = place(4, "the owner")?;
    let group = place(8, "the group")?;
    let sacl = place(12, "the SACL")?;
    let dacl = place(16, "the DACL")?;
    let sid = |at: Option<usize>| {
        at.map(|at| {
            cursor
                .sid(at, bytes.len())
                .map(|(sid, _)| Trustee::Sid(sid))
        })
        .transpose()
    };
    let list = |at: Option<usize>, present: u16| match at {
        // The control bits decide, not the offsets.
        _ if control & present == 0 => Ok(AclPart::Absent),
        None => Ok(AclPart::Null),
        Some(at) => cursor.acl(at).map(AclPart::Present),
    };
    Ok(Descriptor {
        control,
        resource_bits,
        owner: sid(owner)?,
        group: sid(group)?,
        dacl: list(dacl, control::DACL_PRESENT)?,
        sacl: list(sacl, control::SACL_PRESENT)?,
    })
}

#[derive(Clone, Copy)]
struct Cursor<'a> {
    bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn array<const LENGTH: usize>(
        &self,
        at: usize,
        what: &str,
    ) -> Result<[u8; LENGTH], ParseError> {
        let found = self
            .bytes
            .get(at..)
            .and_then(|rest| rest.first_chunk::<LENGTH>());
        found.copied().ok_or_else(|| {
            ParseError::new(at.min(self.bytes.len()), format!("{what} ends too early"))
        })
    }

    fn number(&self, at: usize, what: &str) -> Result<u32, ParseError> {
        self.array(at, what).map(u32::from_le_bytes)
    }

    /// The SID at a place, and where it ends; it must end before `end`.
    fn sid(&self, at: usize, end: usize) -> Result<(Sid, usize), ParseError> {
        let bytes = self.bytes.get(at..end).unwrap_or_default();
        let (sid, length) = Sid::from_bytes(bytes)
            .map_err(|inner| ParseError::new(at + inner.offset, inner.message))?;
        Ok((sid, at + length))
    }

    fn acl(&self, start: usize) -> Result<Acl, ParseError> {
        let [
            revision,
            _,
            size_low,
            size_high,
            count_low,
            count_high,
            _,
            _,
        ] = self.array(start, "a list's head")?;
        if !(2..=4).contains(&revision) {
            return Err(ParseError::new(
                start,
                format!("a list of revision {revision}, and there are only 2 to 4"),
            ));
        }
        let size = usize::from(u16::from_le_bytes([size_low, size_high]));
        let end = start + size;
        if size < ACL_HEAD || end > self.bytes.len() {
            return Err(ParseError::new(
                start + 2,
                format!("a list is said to be {size} bytes long, which cannot be"),
            ));
        }
        let count = u16::from_le_bytes([count_low, count_high]);
        let mut aces = Vec::new();
        let mut at = start + ACL_HEAD;
        for number in 1..=count {
            let (ace, next) = self.ace(at, end).map_err(|inner| {
                ParseError::new(
                    inner.offset,
                    format!(
                        "entry {number} of {count} cannot be read: {}",
                        inner.message
                    ),
                )
            })?;
            aces.push(ace);
            at = next;
        }
        Ok(Acl { revision, aces })
    }

    /// The entry at a place of a list that ends at `end`, and where the next one begins.
    fn ace(&self, at: usize, end: usize) -> Result<(Ace, usize), ParseError> {
        if at + ACE_HEAD > end {
            return Err(ParseError::new(at, "the list ends before it"));
        }
        let [code, flags, low, high] = self.array(at, "its head")?;
        let size = usize::from(u16::from_le_bytes([low, high]));
        let next = at + size;
        if size < ACE_HEAD || next > end {
            return Err(ParseError::new(
                at + 2,
                format!("it is said to be {size} bytes long, which cannot be"),
            ));
        }
        let body = match ace_type(code) {
            None => AceBody::Unknown(
                self.bytes
                    .get(at + ACE_HEAD..next)
                    .unwrap_or_default()
                    .to_vec(),
            ),
            Some(row) => {
                let within = Cursor {
                    bytes: self.bytes.get(..next).unwrap_or_default(),
                };
                AceBody::Permission(within.permission(
                    at + ACE_HEAD,
                    row.is_for_objects,
                    row.data,
                )?)
            }
        };
        Ok((Ace { code, flags, body }, next))
    }

    /// The body of an entry that ends with the bytes.
    fn permission(
        &self,
        at: usize,
        is_for_objects: bool,
        data: DataKind,
    ) -> Result<Permission, ParseError> {
        let mask = self.number(at, "its mask")?;
        let mut at = at + 4;
        let mut object = None;
        if is_for_objects {
            let present = self.number(at, "its flags")?;
            at += 4;
            let mut guid = |bit: u32| -> Result<Option<Guid>, ParseError> {
                if present & bit == 0 {
                    return Ok(None);
                }
                let guid = self.array(at, "its GUID").map(Guid::from_wire)?;
                at += 16;
                Ok(Some(guid))
            };
            object = Some(ObjectTypes {
                object: guid(HAS_OBJECT)?,
                inherited: guid(HAS_INHERITED)?,
            });
        }
        let (sid, behind) = self.sid(at, self.bytes.len())?;
        // Behind the SID of other types is only slack.
        let data = match data {
            DataKind::Nothing => AceData::default(),
            DataKind::Condition | DataKind::Attribute => {
                AceData::Bytes(self.bytes.get(behind..).unwrap_or_default().to_vec())
            }
        };
        Ok(Permission {
            mask,
            object,
            trustee: Trustee::Sid(sid),
            data,
        })
    }
}

/// Writes a descriptor as Windows lays it out: SACL, DACL, owner, group.
///
/// # Errors
/// A group's domain is not known, an ACE has a condition or attribute as text ([`AceData`]), or
/// something is longer than its length can say.
pub fn write(descriptor: &Descriptor) -> Result<Vec<u8>, WriteError> {
    let descriptor = descriptor.clone().normalized();
    let sid = |trustee: &Option<Trustee>| trustee.as_ref().map(sid_bytes).transpose();
    let list = |part: &AclPart| match part {
        AclPart::Absent | AclPart::Null => Ok(None),
        AclPart::Present(acl) => acl_bytes(acl).map(Some),
    };
    let parts = [
        list(&descriptor.sacl)?,
        list(&descriptor.dacl)?,
        sid(&descriptor.owner)?,
        sid(&descriptor.group)?,
    ];
    let mut offsets = [0u32; 4];
    let mut body = Vec::new();
    for (part, offset) in parts.iter().zip(&mut offsets) {
        let Some(part) = part else { continue };
        *offset = u32::try_from(HEAD + body.len())
            .map_err(|_| WriteError::TooLong("the descriptor is too long"))?;
        body.extend(part);
    }
    let [sacl, dacl, owner, group] = offsets;
    let [low, high] = descriptor.control.to_le_bytes();
    let head = [1, descriptor.resource_bits, low, high];
    let words = [owner, group, sacl, dacl]
        .into_iter()
        .flat_map(u32::to_le_bytes);
    Ok(head.into_iter().chain(words).chain(body).collect())
}

fn sid_bytes(trustee: &Trustee) -> Result<Vec<u8>, WriteError> {
    match trustee {
        Trustee::Sid(sid) => Ok(sid.to_bytes()),
        Trustee::Alias(alias) => Err(WriteError::UnknownDomain(alias)),
    }
}

fn acl_bytes(acl: &Acl) -> Result<Vec<u8>, WriteError> {
    let aces: Vec<Vec<u8>> = acl.aces.iter().map(ace_bytes).collect::<Result<_, _>>()?;
    let body = aces.concat();
    let size = u16::try_from(ACL_HEAD + body.len())
        .map_err(|_| WriteError::TooLong("a list is longer than 65535 bytes"))?;
    let count = u16::try_from(aces.len())
        .map_err(|_| WriteError::TooLong("a list has more than 65535 entries"))?;
    let ([size_low, size_high], [count_low, count_high]) =
        (size.to_le_bytes(), count.to_le_bytes());
    let head = [
        acl.revision,
        0,
        size_low,
        size_high,
        count_low,
        count_high,
        0,
        0,
    ];
    Ok(head.into_iter().chain(body).collect())
}

fn ace_bytes(ace: &Ace) -> Result<Vec<u8>, WriteError> {
    let body = match &ace.body {
        AceBody::Unknown(bytes) => bytes.clone(),
        AceBody::Permission(permission) => permission_bytes(permission, ace.code)?,
    };
    let size = u16::try_from(ACE_HEAD + body.len())
        .map_err(|_| WriteError::TooLong("an entry is longer than 65535 bytes"))?;
    let [low, high] = size.to_le_bytes();
    Ok([ace.code, ace.flags, low, high]
        .into_iter()
        .chain(body)
        .collect())
}

fn permission_bytes(permission: &Permission, code: u8) -> Result<Vec<u8>, WriteError> {
    let mut bytes = permission.mask.to_le_bytes().to_vec();
    if ace_type(code).is_some_and(|row| row.is_for_objects) {
        let ObjectTypes { object, inherited } = permission.object.unwrap_or_default();
        let bit = |guid: Option<Guid>, bit: u32| if guid.is_some() { bit } else { 0 };
        bytes.extend((bit(object, HAS_OBJECT) | bit(inherited, HAS_INHERITED)).to_le_bytes());
        bytes.extend(
            [object, inherited]
                .into_iter()
                .flatten()
                .flat_map(Guid::to_wire),
        );
    }
    bytes.extend(sid_bytes(&permission.trustee)?);
    match &permission.data {
        AceData::Bytes(data) => bytes.extend(data),
        AceData::Text(_) => return Err(WriteError::DataIsText),
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
