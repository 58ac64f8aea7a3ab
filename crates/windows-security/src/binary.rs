//! Reads and writes self-relative descriptors (MS-DTYP 2.4.6). The parts may be in any order,
//! shared, and separated by any bytes. A wrong size or an offset outside the bytes is an error.

use super::descriptor::{DataKind, ObjectTypes, ace_type, control};
use super::{
    Ace, AceBody, AceData, Acl, AclPart, Descriptor, Guid, ParseError, Permission, Sid, Trustee,
    WriteError,
};

/// The size of a descriptor's header, in bytes.
pub(super) const HEAD: usize = 20;
/// The sizes of the headers of an ACL and of an ACE, in bytes.
const ACL_HEAD: usize = 8;
const ACE_HEAD: usize = 4;
/// The flags for the GUIDs that an object ACE contains.
const HAS_OBJECT: u32 = 1;
const HAS_INHERITED: u32 = 2;

/// Reads a self-relative descriptor.
///
/// # Errors
/// Fails if the bytes are not a self-relative descriptor; offsets count from the first byte.
pub fn read(bytes: &[u8]) -> Result<Descriptor, ParseError> {
    read_within(bytes, 0, 0)
}

/// Reads a descriptor whose header is at one offset of the bytes, and whose own offsets count from
/// another.
pub(super) fn read_within(
    bytes: &[u8],
    head: usize,
    origin: usize,
) -> Result<Descriptor, ParseError> {
    let reader = Reader { bytes };
    let [revision, resource_bits, low, high] = reader.array(head, "the descriptor's headerer")?;
    let control = u16::from_le_bytes([low, high]);
    if revision != 1 {
        return Err(ParseError::new(
            head,
            format!("the descriptor has revision {revision}; only revision 1 exists"),
        ));
    }
    if control & control::SELF_RELATIVE == 0 {
        return Err(ParseError::new(
            head + 2,
            "the descriptor is not self-relative: its parts are outside of it",
        ));
    }
    let places = Places {
        reader,
        head,
        origin,
    };
    let owner = places.part(4, "the owner")?;
    let group = places.part(8, "the group")?;
    let sacl = places.part(12, "the SACL")?;
    let dacl = places.part(16, "the DACL")?;
    // The control bits decide whether an ACL is present, not its offset.
    let has_dacl = control & control::DACL_PRESENT != 0;
    let has_sacl = control & control::SACL_PRESENT != 0;
    Ok(Descriptor {
        control,
        resource_bits,
        owner: owner.map(|at| reader.trustee(at)).transpose()?,
        group: group.map(|at| reader.trustee(at)).transpose()?,
        dacl: if has_dacl {
            reader.acl_part(dacl)?
        } else {
            AclPart::Absent
        },
        sacl: if has_sacl {
            reader.acl_part(sacl)?
        } else {
            AclPart::Absent
        },
    })
}

/// The positions of the parts of a descriptor.
struct Places<'a> {
    reader: Reader<'a>,
    /// The position of the header.
    head: usize,
    /// The position from which offsets count.
    origin: usize,
}

impl Places<'_> {
    /// Returns the position of the part whose offset is stored at `at` in the header, or `None` if
    /// it is 0.
    fn part(&self, at: usize, what: &str) -> Result<Option<usize>, ParseError> {
        let offset = self.reader.number(self.head + at, what)?;
        if offset == 0 {
            return Ok(None);
        }
        let start = usize::try_from(offset)
            .ok()
            .and_then(|offset| self.origin.checked_add(offset));
        let inside = self.head + HEAD..self.reader.bytes.len();
        match start.filter(|start| inside.contains(start)) {
            Some(start) => Ok(Some(start)),
            None => Err(ParseError::new(
                self.head + at,
                format!("{what} has offset {offset}, which is outside of the descriptor"),
            )),
        }
    }
}

/// Reads bytes at positions that may be wrong.
#[derive(Clone, Copy)]
struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
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

    /// Returns the SID at a position, and its end, which is at most `end`.
    fn sid(&self, at: usize, end: usize) -> Result<(Sid, usize), ParseError> {
        let bytes = self.bytes.get(at..end).unwrap_or_default();
        let (sid, length) = Sid::from_bytes(bytes)
            .map_err(|inner| ParseError::new(at + inner.offset, inner.message))?;
        Ok((sid, at + length))
    }

    fn trustee(&self, at: usize) -> Result<Trustee, ParseError> {
        let (sid, _) = self.sid(at, self.bytes.len())?;
        Ok(Trustee::Sid(sid))
    }

    /// Returns the ACL at a position, or a null ACL if there is no position.
    fn acl_part(&self, at: Option<usize>) -> Result<AclPart, ParseError> {
        match at {
            None => Ok(AclPart::Null),
            Some(at) => self.acl(at).map(AclPart::Present),
        }
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
                format!("the ACL has revision {revision}; only 2 to 4 exist"),
            ));
        }
        let size = usize::from(u16::from_le_bytes([size_low, size_high]));
        let end = start + size;
        if size < ACL_HEAD || end > self.bytes.len() {
            return Err(ParseError::new(
                start + 2,
                format!("the ACL has an impossible length of {size} bytes"),
            ));
        }
        let count = u16::from_le_bytes([count_low, count_high]);
        let mut aces = Vec::new();
        let mut at = start + ACL_HEAD;
        for number in 1..=count {
            let (ace, next) = self.ace(at, end).map_err(|inner| {
                ParseError::new(
                    inner.offset,
                    format!("ACE {number} of {count} cannot be read: {}", inner.message),
                )
            })?;
            aces.push(ace);
            at = next;
        }
        Ok(Acl { revision, aces })
    }

    /// Returns the ACE at a position in an ACL that ends at `end`, and the position of the next
    /// one.
    fn ace(&self, at: usize, end: usize) -> Result<(Ace, usize), ParseError> {
        if at + ACE_HEAD > end {
            return Err(ParseError::new(at, "the ACL ends before it"));
        }
        let [code, flags, low, high] = self.array(at, "its head")?;
        let size = usize::from(u16::from_le_bytes([low, high]));
        let next = at + size;
        if size < ACE_HEAD || next > end {
            return Err(ParseError::new(
                at + 2,
                format!("it has an impossible length of {size} bytes"),
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
                let within = Reader {
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

    /// Returns the body of an ACE that ends at the end of the bytes.
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
            let mut types = ObjectTypes::default();
            for (bit, guid) in [
                (HAS_OBJECT, &mut types.object),
                (HAS_INHERITED, &mut types.inherited),
            ] {
                if present & bit != 0 {
                    *guid = Some(self.array(at, "its GUID").map(Guid::from_wire)?);
                    at += 16;
                }
            }
            object = Some(types);
        }
        let (sid, behind) = self.sid(at, self.bytes.len())?;
        // In other types, bytes after the SID are only padding.
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
/// Fails if the domain of an alias is not known, if an ACE has a condition or an attribute as text
/// ([`AceData`]), or if a part is longer than its length field allows.
pub fn write(descriptor: &Descriptor) -> Result<Vec<u8>, WriteError> {
    let descriptor = descriptor.clone().normalized();
    let parts = [
        acl_part_bytes(&descriptor.sacl)?,
        acl_part_bytes(&descriptor.dacl)?,
        descriptor.owner.as_ref().map(sid_bytes).transpose()?,
        descriptor.group.as_ref().map(sid_bytes).transpose()?,
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

fn acl_part_bytes(part: &AclPart) -> Result<Option<Vec<u8>>, WriteError> {
    match part {
        AclPart::Absent | AclPart::Null => Ok(None),
        AclPart::Present(acl) => acl_bytes(acl).map(Some),
    }
}

fn acl_bytes(acl: &Acl) -> Result<Vec<u8>, WriteError> {
    let aces: Vec<Vec<u8>> = acl.aces.iter().map(ace_bytes).collect::<Result<_, _>>()?;
    let body = aces.concat();
    let size = u16::try_from(ACL_HEAD + body.len())
        .map_err(|_| WriteError::TooLong("an ACL is longer than 65535 bytes"))?;
    let count = u16::try_from(aces.len())
        .map_err(|_| WriteError::TooLong("an ACL has more than 65535 ACEs"))?;
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
        .map_err(|_| WriteError::TooLong("an ACE is longer than 65535 bytes"))?;
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
        let mut present = 0;
        if object.is_some() {
            present |= HAS_OBJECT;
        }
        if inherited.is_some() {
            present |= HAS_INHERITED;
        }
        bytes.extend(present.to_le_bytes());
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
