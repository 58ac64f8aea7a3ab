//! The parts of a security descriptor (MS-DTYP 2.4.3 to 2.4.6).

use super::sid::{DomainAlias, Domains};
use super::{Guid, Sid};
use std::fmt;

/// A security descriptor. All parts are in stored order, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// The control bits, see [`control`]. The bits for the presence of parts are derived from the
    /// parts.
    pub control: u16,
    /// The resource manager's control bits. They are valid only if the control bits say so.
    pub resource_bits: u8,
    /// The owner, who has the implicit right to read and change the DACL.
    pub owner: Option<Trustee>,
    /// The primary group; the access check ignores it.
    pub group: Option<Trustee>,
    /// The discretionary ACL: who has which rights.
    pub dacl: AclPart,
    /// The system ACL: auditing, labels and attributes.
    pub sacl: AclPart,
}

/// The control bits of a descriptor (MS-DTYP 2.4.6).
pub mod control {
    /// The descriptor holds a DACL, which may be null.
    pub const DACL_PRESENT: u16 = 0x0004;
    /// The descriptor holds a SACL, which may be null.
    pub const SACL_PRESENT: u16 = 0x0010;
    /// New objects below must inherit the DACL (`AR`).
    pub const DACL_INHERIT_REQUIRED: u16 = 0x0100;
    /// New objects below must inherit the SACL (`AR`).
    pub const SACL_INHERIT_REQUIRED: u16 = 0x0200;
    /// Changes of the parent's DACL are passed on automatically (`AI`).
    pub const DACL_AUTO_INHERITED: u16 = 0x0400;
    /// Changes of the parent's SACL are passed on automatically (`AI`).
    pub const SACL_AUTO_INHERITED: u16 = 0x0800;
    /// The DACL inherits nothing (`P`).
    pub const DACL_PROTECTED: u16 = 0x1000;
    /// The SACL inherits nothing (`P`).
    pub const SACL_PROTECTED: u16 = 0x2000;
    /// The parts follow the head in the same bytes.
    pub const SELF_RELATIVE: u16 = 0x8000;
}

/// An ACL of a descriptor. An absent, a null and an empty ACL have three different meanings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AclPart {
    /// The descriptor does not contain the ACL: it was not requested, or there is none. The rights
    /// are then unknown.
    #[default]
    Absent,
    /// The ACL is null: everyone has full control.
    Null,
    /// The ACL. An empty one grants nothing, except the owner's implicit rights.
    Present(Acl),
}

impl AclPart {
    /// Returns the ACEs, or no ACE if the ACL is absent or null.
    pub fn aces(&self) -> &[Ace] {
        match self {
            Self::Present(acl) => &acl.aces,
            Self::Absent | Self::Null => &[],
        }
    }
}

/// An access control list (MS-DTYP 2.4.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acl {
    /// The revision: 2, or 4 if the ACL has object ACEs.
    pub revision: u8,
    /// The ACEs in stored order.
    pub aces: Vec<Ace>,
}

impl Acl {
    /// Returns an ACL of these ACEs, with the revision that they require.
    pub fn new(aces: Vec<Ace>) -> Self {
        let has_object_types = aces.iter().any(|ace| {
            ace.permission()
                .is_some_and(|permission| permission.object.is_some())
        });
        Self {
            revision: if has_object_types { 4 } else { 2 },
            aces,
        }
    }
}

/// An access control entry (MS-DTYP 2.4.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ace {
    /// The number of the type, see [`ace_type`].
    pub code: u8,
    /// The flags, see [`flags`].
    pub flags: u8,
    /// The bytes after the type and the flags.
    pub body: AceBody,
}

/// The flags of an ACE (MS-DTYP 2.4.4.1).
pub mod flags {
    /// Files in the folder inherit it.
    pub const OBJECT_INHERIT: u8 = 0x01;
    /// Folders in the folder inherit it.
    pub const CONTAINER_INHERIT: u8 = 0x02;
    /// Objects that inherit it do not pass it on.
    pub const NO_PROPAGATE: u8 = 0x04;
    /// It is only inherited, and does not apply to the object itself.
    pub const INHERIT_ONLY: u8 = 0x08;
    /// It was inherited.
    pub const INHERITED: u8 = 0x10;
    /// The letters of the flags in SDDL, in the order in which they are written.
    pub const LETTERS: [(u8, &str); 8] = [
        (OBJECT_INHERIT, "OI"),
        (CONTAINER_INHERIT, "CI"),
        (NO_PROPAGATE, "NP"),
        (INHERIT_ONLY, "IO"),
        (INHERITED, "ID"),
        (0x20, "CR"),
        (0x40, "SA"),
        (0x80, "FA"),
    ];
}

/// The part of an ACE after its type and its flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AceBody {
    /// The body of a known type.
    Permission(Permission),
    /// The bytes of an unknown type, kept unchanged.
    Unknown(Vec<u8>),
}

/// Rights, and the trustee whom they apply to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// The access mask, see [`rights`](crate::rights).
    pub mask: u32,
    /// The object types that the ACE is restricted to, if the ACE's type has such a field.
    pub object: Option<ObjectTypes>,
    /// The account or group.
    pub trustee: Trustee,
    /// The condition or attribute, in types that have one.
    pub data: AceData,
}

/// The data after the trustee: the condition of a callback ACE (MS-DTYP 2.4.4.17) or the claim of a
/// resource attribute ACE (MS-DTYP 2.4.10.1), exactly as it was read.
///
/// The data is opaque. A condition depends on claims that a descriptor does not contain, so the
/// access check treats it as unknown. The two forms are not converted into each other: a descriptor
/// with bytes cannot be written as SDDL, and one with text cannot be written as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AceData {
    /// The bytes as stored; empty if nothing follows the trustee.
    Bytes(Vec<u8>),
    /// The text as written in SDDL, with the outer parentheses. Domain aliases in it are not
    /// resolved.
    Text(String),
}

/// Returns empty data.
impl Default for AceData {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

/// The object types that an ACE is restricted to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ObjectTypes {
    /// The class, attribute, property set or extended right that the rights apply to, or `None` for
    /// all.
    pub object: Option<Guid>,
    /// The class of objects that inherit the ACE, or `None` for all.
    pub inherited: Option<Guid>,
}

/// The account or group of an ACE, or a descriptor's owner or group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trustee {
    /// A SID.
    Sid(Sid),
    /// A group of an unknown domain, such as `DA` in SDDL.
    Alias(&'static DomainAlias),
}

impl Trustee {
    /// Returns the SID, or `None` if the domain of a group is not known.
    pub fn sid(&self) -> Option<&Sid> {
        match self {
            Self::Sid(sid) => Some(sid),
            Self::Alias(_) => None,
        }
    }

    /// Returns the trustee with its domain resolved, if the domain is known.
    #[must_use]
    pub fn within(self, domains: &Domains) -> Self {
        match &self {
            Self::Alias(alias) => domains.resolve(alias).map_or(self, Self::Sid),
            Self::Sid(_) => self,
        }
    }

    /// Returns the name that Windows displays, or `None` if it differs between machines.
    pub fn name(&self) -> Option<&'static str> {
        match self {
            Self::Sid(sid) => sid.name(),
            Self::Alias(alias) => Some(alias.name),
        }
    }
}

/// Writes the SID, or the alias of the group.
impl fmt::Display for Trustee {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sid(sid) => write!(out, "{sid}"),
            Self::Alias(alias) => write!(out, "{}", alias.alias),
        }
    }
}

impl From<Sid> for Trustee {
    fn from(sid: Sid) -> Self {
        Self::Sid(sid)
    }
}

/// A type of ACE (MS-DTYP 2.4.4.1).
#[derive(Debug, PartialEq, Eq)]
pub struct AceType {
    /// Its number in binary form.
    pub code: u8,
    /// Its letters in SDDL, or `None` if it has none.
    pub letters: Option<&'static str>,
    /// Its effect on the access check.
    pub effect: Effect,
    /// Whether the type can be restricted to an object type.
    pub is_for_objects: bool,
    /// The data after the trustee.
    pub data: DataKind,
    /// Its name, in lowercase words joined by hyphens.
    pub name: &'static str,
}

/// The effect of an ACE on the access check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It grants rights.
    Allow,
    /// It denies rights.
    Deny,
    /// It neither grants nor denies.
    Nothing,
    /// The type is not known, so it may do either.
    Unknown,
}

/// The kind of data after the trustee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataKind {
    /// Nothing.
    Nothing,
    /// A condition under which the ACE applies.
    Condition,
    /// A resource attribute.
    Attribute,
}

macro_rules! ace_types {
    ($($code:literal $letters:expr, $effect:ident, $objects:literal, $data:ident, $name:literal;)+) => {
        &[$(AceType {
            code: $code,
            letters: $letters,
            effect: Effect::$effect,
            is_for_objects: $objects,
            data: DataKind::$data,
            name: $name,
        }),+]
    };
}

/// All known types. Compound ACEs (4) were never used: their bytes are kept unchanged.
pub static ACE_TYPES: &[AceType] = ace_types![
    0x00 Some("A"), Allow, false, Nothing, "allow";
    0x01 Some("D"), Deny, false, Nothing, "deny";
    0x02 Some("AU"), Nothing, false, Nothing, "audit";
    0x03 Some("AL"), Nothing, false, Nothing, "alarm";
    0x05 Some("OA"), Allow, true, Nothing, "allow-object";
    0x06 Some("OD"), Deny, true, Nothing, "deny-object";
    0x07 Some("OU"), Nothing, true, Nothing, "audit-object";
    0x08 Some("OL"), Nothing, true, Nothing, "alarm-object";
    0x09 Some("XA"), Allow, false, Condition, "allow-callback";
    0x0a Some("XD"), Deny, false, Condition, "deny-callback";
    0x0b Some("ZA"), Allow, true, Condition, "allow-callback-object";
    0x0c None, Deny, true, Condition, "deny-callback-object";
    0x0d Some("XU"), Nothing, false, Condition, "audit-callback";
    0x0e None, Nothing, false, Condition, "alarm-callback";
    0x0f None, Nothing, true, Condition, "audit-callback-object";
    0x10 None, Nothing, true, Condition, "alarm-callback-object";
    0x11 Some("ML"), Nothing, false, Nothing, "mandatory-label";
    0x12 Some("RA"), Nothing, false, Attribute, "resource-attribute";
    0x13 Some("SP"), Nothing, false, Nothing, "scoped-policy";
    0x14 Some("TL"), Nothing, false, Nothing, "process-trust-label";
    0x15 Some("FL"), Nothing, false, Condition, "access-filter";
];

/// Returns the type with this number, or `None` if it is not known.
pub fn ace_type(code: u8) -> Option<&'static AceType> {
    ACE_TYPES.iter().find(|row| row.code == code)
}

impl Ace {
    /// Returns an ACE without object types and data; code 0 allows, 1 denies.
    pub fn simple(code: u8, flags: u8, mask: u32, trustee: impl Into<Trustee>) -> Self {
        let permission = Permission {
            mask,
            object: None,
            trustee: trustee.into(),
            data: AceData::default(),
        };
        Self {
            code,
            flags,
            body: AceBody::Permission(permission),
        }
    }

    /// Returns the rights and the trustee, or `None` if the type is not known.
    pub fn permission(&self) -> Option<&Permission> {
        match &self.body {
            AceBody::Permission(permission) => Some(permission),
            AceBody::Unknown(_) => None,
        }
    }

    /// Returns whether the ACE has any of these [`flags`].
    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Returns the ACE's effect on the access check, without regard to its flags.
    pub fn effect(&self) -> Effect {
        ace_type(self.code).map_or(Effect::Unknown, |row| row.effect)
    }
}

impl Ace {
    /// Returns the ACE's rank in canonical order, or `None` if the ACE may be anywhere.
    fn canonical_rank(&self) -> Option<u8> {
        match (self.has(flags::INHERITED), self.effect()) {
            (true, _) => Some(2),
            (false, Effect::Allow) => Some(1),
            (false, Effect::Deny) => Some(0),
            (false, Effect::Nothing | Effect::Unknown) => None,
        }
    }
}

impl Descriptor {
    /// Returns a descriptor without any part.
    pub fn empty() -> Self {
        Self {
            control: control::SELF_RELATIVE,
            resource_bits: 0,
            owner: None,
            group: None,
            dacl: AclPart::Absent,
            sacl: AclPart::Absent,
        }
    }

    /// Returns the descriptor with control bits that match its parts.
    #[must_use]
    pub fn normalized(mut self) -> Self {
        self.control &= !(control::DACL_PRESENT | control::SACL_PRESENT);
        self.control |= control::SELF_RELATIVE;
        if self.dacl != AclPart::Absent {
            self.control |= control::DACL_PRESENT;
        }
        if self.sacl != AclPart::Absent {
            self.control |= control::SACL_PRESENT;
        }
        self
    }

    /// Returns the descriptor with its aliases resolved, if their domains are known. Aliases in
    /// conditions stay as they are.
    #[must_use]
    pub fn within(mut self, domains: &Domains) -> Self {
        self.owner = self.owner.map(|owner| owner.within(domains));
        self.group = self.group.map(|group| group.within(domains));
        for part in [&mut self.dacl, &mut self.sacl] {
            let AclPart::Present(acl) = part else {
                continue;
            };
            for ace in &mut acl.aces {
                if let AceBody::Permission(permission) = &mut ace.body {
                    permission.trustee = permission.trustee.clone().within(domains);
                }
            }
        }
        self
    }

    /// Returns whether the ACEs of the DACL are in canonical order: explicit before inherited ones,
    /// and explicit deny ACEs before explicit allow ACEs. The order among inherited ACEs is not
    /// checked.
    pub fn is_canonical(&self) -> bool {
        let ranks = self.dacl.aces().iter().filter_map(Ace::canonical_rank);
        ranks.is_sorted()
    }
}
