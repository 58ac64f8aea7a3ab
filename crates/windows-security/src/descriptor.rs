//! What a security descriptor holds (MS-DTYP 2.4.3 to 2.4.6).

use super::sid::{DomainAlias, Domains};
use super::{Guid, Sid};
use std::fmt;

/// A security descriptor. Everything is in stored order, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// The control bits, see [`control`]. Those that say which parts are there follow the parts.
    pub control: u16,
    /// Bits for the resource manager, where the control bits say that they count.
    pub resource_bits: u8,
    pub owner: Option<Trustee>,
    pub group: Option<Trustee>,
    /// Who may do what.
    pub dacl: AclPart,
    /// What is audited, labels and attributes.
    pub sacl: AclPart,
}

/// The control bits of a descriptor.
pub mod control {
    pub const DACL_PRESENT: u16 = 0x0004;
    pub const SACL_PRESENT: u16 = 0x0010;
    pub const DACL_INHERIT_REQUIRED: u16 = 0x0100;
    pub const SACL_INHERIT_REQUIRED: u16 = 0x0200;
    pub const DACL_AUTO_INHERITED: u16 = 0x0400;
    pub const SACL_AUTO_INHERITED: u16 = 0x0800;
    pub const DACL_PROTECTED: u16 = 0x1000;
    pub const SACL_PROTECTED: u16 = 0x2000;
    pub const SELF_RELATIVE: u16 = 0x8000;
}

/// A list within a descriptor. That it is not there, that it is null and that it is empty are three
/// different things.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AclPart {
    /// The descriptor does not hold it: it was not asked for, or there is none. Nothing follows
    /// from that.
    #[default]
    Absent,
    /// It is held to be null: everybody may do everything.
    Null,
    /// A list, possibly empty: nobody may do anything but what the owner always may.
    Present(Acl),
}

impl AclPart {
    /// The list's entries; none where there is no list.
    pub fn aces(&self) -> &[Ace] {
        match self {
            Self::Present(acl) => &acl.aces,
            Self::Absent | Self::Null => &[],
        }
    }
}

/// A list of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acl {
    /// 2, or 4 where entries are for kinds of objects.
    pub revision: u8,
    pub aces: Vec<Ace>,
}

impl Acl {
    /// A list of these entries with the revision that they need.
    pub fn new(aces: Vec<Ace>) -> Self {
        let for_objects = aces
            .iter()
            .any(|ace| ace.permission().is_some_and(|its| its.object.is_some()));
        Self {
            revision: if for_objects { 4 } else { 2 },
            aces,
        }
    }
}

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ace {
    /// The type's number, see [`ace_type`].
    pub code: u8,
    /// See [`flags`].
    pub flags: u8,
    pub body: AceBody,
}

/// The flags of an entry.
pub mod flags {
    /// Files in the folder inherit it.
    pub const OBJECT_INHERIT: u8 = 0x01;
    /// Folders in the folder inherit it.
    pub const CONTAINER_INHERIT: u8 = 0x02;
    /// Those who inherit it do not hand it on.
    pub const NO_PROPAGATE: u8 = 0x04;
    /// It is there to be inherited, and does not count here.
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

/// What an entry holds behind its type and flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AceBody {
    Permission(Permission),
    /// The bytes of a type that is not known.
    Unknown(Vec<u8>),
}

/// Rights, and for whom they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    pub mask: u32,
    /// For the types that may be for a kind of object only.
    pub object: Option<ObjectTypes>,
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

/// No data.
impl Default for AceData {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

/// The kinds of objects that an entry is for; without one, all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ObjectTypes {
    /// The class, attribute, set of attributes or extended right that the rights are for.
    pub object: Option<Guid>,
    /// The class of objects that inherit the entry.
    pub inherited: Option<Guid>,
}

/// Whom a descriptor names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trustee {
    Sid(Sid),
    /// A group of a domain that the text leaves open, such as `DA`.
    Alias(&'static DomainAlias),
}

impl Trustee {
    pub fn sid(&self) -> Option<&Sid> {
        match self {
            Self::Sid(sid) => Some(sid),
            Self::Alias(_) => None,
        }
    }

    /// The trustee with its domain filled in, where that is known.
    #[must_use]
    pub fn within(self, domains: &Domains) -> Self {
        match &self {
            Self::Alias(alias) => domains.resolve(alias).map_or(self, Self::Sid),
            Self::Sid(_) => self,
        }
    }

    /// The name that Windows shows, where it is known.
    pub fn name(&self) -> Option<&'static str> {
        match self {
            Self::Sid(sid) => sid.name(),
            Self::Alias(alias) => Some(alias.name),
        }
    }
}

/// The identifier, or the alias.
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

/// A type of entry (MS-DTYP 2.4.4.1).
#[derive(Debug, PartialEq, Eq)]
pub struct AceType {
    pub code: u8,
    /// Its letters in SDDL, where it has some.
    pub letters: Option<&'static str>,
    pub effect: Effect,
    /// Whether it may be for a kind of object.
    pub is_for_objects: bool,
    pub data: DataKind,
    pub name: &'static str,
}

/// What an entry does when access is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Allow,
    Deny,
    /// It neither grants nor denies.
    Nothing,
    /// It may do either.
    Unclear,
}

/// What follows the trustee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataKind {
    Nothing,
    /// A condition under which the entry counts.
    Condition,
    /// An attribute of the thing.
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

/// Every type that is known. Compound entries (4) were never used; what they hold is kept as it is.
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

/// The type with this number, where it is known.
pub fn ace_type(code: u8) -> Option<&'static AceType> {
    ACE_TYPES.iter().find(|row| row.code == code)
}

impl Ace {
    /// An entry of a type without anything special: 0 allows, 1 denies.
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

    pub fn permission(&self) -> Option<&Permission> {
        match &self.body {
            AceBody::Permission(permission) => Some(permission),
            AceBody::Unknown(_) => None,
        }
    }

    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// What it does when access is checked, its flags aside.
    pub fn effect(&self) -> Effect {
        ace_type(self.code).map_or(Effect::Unclear, |row| row.effect)
    }
}

impl Descriptor {
    /// A descriptor with nothing in it.
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

    /// The same with the control bits that follow from its parts set right.
    #[must_use]
    pub fn normalized(mut self) -> Self {
        let parts = [
            (control::DACL_PRESENT, &self.dacl),
            (control::SACL_PRESENT, &self.sacl),
        ];
        let bits = parts
            .iter()
            .map(|(bit, part)| if **part == AclPart::Absent { 0 } else { *bit });
        let present = bits.fold(0, |all, bit| all | bit);
        self.control &= !(control::DACL_PRESENT | control::SACL_PRESENT);
        self.control |= control::SELF_RELATIVE | present;
        self
    }

    /// The descriptor with the domains of its aliases filled in, where they are known.
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

    /// Whether the entries of the DACL are in the order in which Windows puts them: explicit before
    /// inherited, and among the explicit those that deny first. Inherited entries of several
    /// generations may stand in any order.
    pub fn is_canonical(&self) -> bool {
        let place = |ace: &Ace| match (ace.has(flags::INHERITED), ace.effect()) {
            (true, _) => Some(2),
            (false, Effect::Allow) => Some(1),
            (false, Effect::Deny) => Some(0),
            (false, Effect::Nothing | Effect::Unclear) => None,
        };
        self.dacl.aces().iter().filter_map(place).is_sorted()
    }
}
