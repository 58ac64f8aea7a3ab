//! What a security descriptor holds (MS-DTYP 2.4.3 to 2.4.6).

use super::sid::{DomainAlias, Domains};
use super::{Guid, Sid};
use std::fmt;

/// A security descriptor. Everything is in stored order, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// The control bits, see [`control`]. Those that say which parts are there follow the parts.
    pub control: u16,
    /// Bits for the resource manager. They are valid only if the control bits say so.
    pub resource_bits: u8,
    /// The owner, who may always read and change the DACL.
    pub owner: Option<Trustee>,
    /// The primary group; the access check ignores it.
    pub group: Option<Trustee>,
    /// The discretionary ACL: who may do what.
    pub dacl: AclPart,
    /// The system ACL: what is audited, labels and attributes.
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

/// An ACL of a descriptor. An absent, a null and an empty one mean three different things.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AclPart {
    /// The descriptor does not hold it: it was not asked for, or there is none. Its rights are then
    /// unknown.
    #[default]
    Absent,
    /// It is null: everyone has full control.
    Null,
    /// The ACL. An empty one grants nothing, except the rights that the owner always has.
    Present(Acl),
}

impl AclPart {
    /// Returns the ACEs; none if the ACL is absent or null.
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
    /// 2, or 4 if it has ACEs for types of objects.
    pub revision: u8,
    /// In stored order.
    pub aces: Vec<Ace>,
}

impl Acl {
    /// Returns an ACL of these ACEs, with the revision that they need.
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
    /// The type's number, see [`ace_type`].
    pub code: u8,
    /// See [`flags`].
    pub flags: u8,
    /// What follows type and flags.
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
    /// Their letters in SDDL, in the order in which they are written.
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

/// What follows the type and the flags of an ACE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AceBody {
    /// The body of a known type.
    Permission(Permission),
    /// The bytes of a type that is not known, kept as they are.
    Unknown(Vec<u8>),
}

/// Rights, and whom they are for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// The access mask, see [`rights`](crate::rights).
    pub mask: u32,
    /// The types of objects that it is for, if the ACE's type has such a field.
    pub object: Option<ObjectTypes>,
    /// The account or group.
    pub trustee: Trustee,
    /// A condition or an attribute, in types that have one.
    pub data: AceData,
}

/// What follows the trustee: the condition of a callback ACE (MS-DTYP 2.4.4.17) or the claim of a
/// resource attribute ACE (MS-DTYP 2.4.10.1), exactly as it was found.
///
/// It is opaque. Whether a condition holds depends on claims that are not in a descriptor, so the
/// access check never decides by it, and nothing here translates between the two forms: a
/// descriptor with bytes cannot be written as SDDL, and one with text cannot be written as bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AceData {
    /// As stored; empty where nothing follows the trustee.
    Bytes(Vec<u8>),
    /// As written in SDDL, with the outer parentheses. Letters of a domain in it stay letters.
    Text(String),
}

/// Returns no data.
impl Default for AceData {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

/// The types of objects that an ACE is for; all if there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ObjectTypes {
    /// The class, attribute, set of attributes or extended right that the rights are for.
    pub object: Option<Guid>,
    /// The class of objects that inherit the ACE.
    pub inherited: Option<Guid>,
}

/// An account or group that a descriptor names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trustee {
    /// By its SID.
    Sid(Sid),
    /// A group of a domain that is not known, such as `DA` in a text.
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

    /// Returns the trustee with its domain filled in, if that is known.
    #[must_use]
    pub fn within(self, domains: &Domains) -> Self {
        match &self {
            Self::Alias(alias) => domains.resolve(alias).map_or(self, Self::Sid),
            Self::Sid(_) => self,
        }
    }

    /// Returns the name that Windows shows, if it is the same everywhere.
    pub fn name(&self) -> Option<&'static str> {
        match self {
            Self::Sid(sid) => sid.name(),
            Self::Alias(alias) => Some(alias.name),
        }
    }
}

/// Writes the SID, or the letters of the group.
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
    /// Its letters in SDDL, if it has some.
    pub letters: Option<&'static str>,
    /// What it does when access is checked.
    pub effect: Effect,
    /// Whether it can be restricted to a type of object.
    pub is_for_objects: bool,
    /// What follows the trustee.
    pub data: DataKind,
    /// Its name, in lowercase words joined by hyphens.
    pub name: &'static str,
}

/// What an ACE does when access is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It grants rights.
    Allow,
    /// It denies rights.
    Deny,
    /// It neither grants nor denies.
    Nothing,
    /// It may do either: the type is not known.
    Unknown,
}

/// What follows the trustee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataKind {
    /// Nothing.
    Nothing,
    /// A condition under which the ACE counts.
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

/// All known types. Compound ACEs (4) were never used: their bytes are kept as they are.
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

/// Returns the type with this number, if it is known.
pub fn ace_type(code: u8) -> Option<&'static AceType> {
    ACE_TYPES.iter().find(|row| row.code == code)
}

impl Ace {
    /// Returns an ACE without object types and data; the code 0 allows, 1 denies.
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

    /// Returns whether it has any of these [`flags`].
    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Returns what it does when access is checked; flags are ignored.
    pub fn effect(&self) -> Effect {
        ace_type(self.code).map_or(Effect::Unknown, |row| row.effect)
    }
}

impl Ace {
    /// Returns its place in canonical order, or `None` if it may be anywhere.
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

    /// Returns the descriptor with the control bits that follow from its parts.
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

    /// Returns the descriptor with the domains of its aliases filled in, if they are known. Letters in
    /// conditions stay letters.
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

    /// Returns whether the ACEs of the DACL are in the order that Windows puts them in: explicit
    /// before inherited, and of the explicit those that deny first. Inherited ACEs of several
    /// generations may be in any order.
    pub fn is_canonical(&self) -> bool {
        let ranks = self.dacl.aces().iter().filter_map(Ace::canonical_rank);
        ranks.is_sorted()
    }
}
