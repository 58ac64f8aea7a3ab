//! Computes the descriptor of a new object from the folder or container that it is created in
//! (MS-DTYP 2.5.3.4).
//!
//! MS-DTYP ignores inherit-only ACEs of the parent. Here they are inherited, as in Windows and in
//! its documentation of inheritance.

use super::access::{self, EffectiveRights, Target, Token};
use super::descriptor::{ObjectTypes, control, flags};
use super::rights::{self, MaskKind};
use super::{Ace, AceBody, Acl, AclPart, Descriptor, Guid, Permission, Sid, Trustee};

/// The kind of a new object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// An object of Active Directory with this class, which may contain other objects.
    DirectoryObject(Guid),
}

impl ObjectKind {
    /// Returns the kind of masks in the object's descriptor.
    pub fn mask_kind(self) -> MaskKind {
        match self {
            Self::File | Self::Folder => MaskKind::File,
            Self::DirectoryObject(_) => MaskKind::Directory,
        }
    }

    fn is_container(self) -> bool {
        self != Self::File
    }

    /// Returns the flag that an ACE needs so that the object inherits it.
    fn inheritance_flag(self) -> u8 {
        if self.is_container() {
            flags::CONTAINER_INHERIT
        } else {
            flags::OBJECT_INHERIT
        }
    }
}

/// The creator of an object, with the default descriptor of the creator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Creator {
    /// The owner of the new object. Without an owner, ACEs for CREATOR OWNER stay as they are.
    pub owner: Option<Trustee>,
    /// The group of the new object.
    pub group: Option<Trustee>,
    /// The ACEs that the new object certainly gets from the creator.
    pub aces: Vec<Ace>,
    /// The ACEs that the new object may get from the creator in addition.
    pub possible_aces: Vec<Ace>,
    /// Whether the creator's ACEs are always added, before the inherited ones (Active Directory:
    /// the ACEs of the class), or only if nothing is inherited (files).
    pub always_adds_own_aces: bool,
}

impl Creator {
    /// Returns a service that runs as SYSTEM, as the SMTP service does. Its files belong to the
    /// administrators. Without inheritance SYSTEM has full control, and the administrators may read
    /// (SepInitDACLs in ReactOS grants them no more). Whether Windows grants them more is not
    /// documented.
    pub fn system_service() -> Self {
        let [system, administrators] = [Sid::nt(18), Sid::builtin(544)];
        Self {
            aces: vec![
                allow(rights::FULL_CONTROL, &system),
                allow(rights::READ_EXECUTE, &administrators),
            ],
            possible_aces: vec![allow(rights::FULL_CONTROL, &administrators)],
            owner: Some(administrators.into()),
            group: Some(system.into()),
            always_adds_own_aces: false,
        }
    }

    /// Returns an unknown creator, represented by CREATOR OWNER: a token that may contain CREATOR
    /// OWNER may be that of the creator.
    pub fn unknown() -> Self {
        let creator = Sid::creator_owner();
        Self {
            aces: vec![
                allow(rights::FULL_CONTROL, &creator),
                allow(rights::FULL_CONTROL, &Sid::nt(18)),
            ],
            owner: Some(creator.into()),
            ..Self::default()
        }
    }

    /// Returns the trustee of an ACE on the new object: its owner and its group replace CREATOR
    /// OWNER and CREATOR GROUP.
    fn resolved(&self, trustee: &Trustee) -> Trustee {
        let own = match trustee.sid() {
            Some(sid) if *sid == Sid::creator_owner() => self.owner.as_ref(),
            Some(sid) if *sid == Sid::creator_group() => self.group.as_ref(),
            _ => None,
        };
        own.unwrap_or(trustee).clone()
    }
}

fn allow(mask: u32, sid: &Sid) -> Ace {
    Ace::simple(0, 0, mask, sid.clone())
}

/// The descriptor of an object that does not exist yet, as far as it can be predicted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InheritedDescriptor {
    /// The descriptor with the ACEs that the creator certainly adds.
    pub descriptor: Descriptor,
    /// The descriptor with all ACEs that the creator may add, or `None` if there are no more.
    maximal: Option<Descriptor>,
}

impl InheritedDescriptor {
    /// Returns the descriptor of an object that `creator` creates under `parent`.
    pub fn new(parent: &Descriptor, kind: ObjectKind, creator: &Creator) -> Self {
        let descriptor = inherited(parent, kind, creator);
        let aces = [&creator.aces[..], &creator.possible_aces].concat();
        let generous_creator = Creator {
            aces,
            ..creator.clone()
        };
        let maximal = inherited(parent, kind, &generous_creator);
        Self {
            maximal: (maximal != descriptor).then_some(maximal),
            descriptor,
        }
    }

    /// Returns the rights of a token on the new object.
    pub fn effective(&self, token: &Token, target: &Target<'_>) -> EffectiveRights {
        let surely = access::effective(&self.descriptor, token, target);
        match &self.maximal {
            Some(maximal) => surely.undecided_up_to(&access::effective(maximal, token, target)),
            None => surely,
        }
    }
}

/// Returns the descriptor of an object that `creator` creates under `parent`.
pub fn inherited(parent: &Descriptor, kind: ObjectKind, creator: &Creator) -> Descriptor {
    let descriptor = Descriptor {
        owner: creator.owner.clone(),
        group: creator.group.clone(),
        ..Descriptor::empty()
    };
    if parent.dacl == AclPart::Absent {
        return descriptor;
    }
    let inherited = inherited_aces(&parent.dacl, kind, creator);
    let audited = inherited_aces(&parent.sacl, kind, creator);
    let mut aces = Vec::new();
    if creator.always_adds_own_aces || inherited.is_empty() {
        aces.extend(creator.aces.iter().cloned());
    }
    aces.extend(inherited);
    let sacl = if audited.is_empty() {
        AclPart::Absent
    } else {
        AclPart::Present(Acl::new(audited))
    };
    let child = Descriptor {
        control: descriptor.control | control::DACL_AUTO_INHERITED,
        dacl: AclPart::Present(Acl::new(aces)),
        sacl,
        ..descriptor
    };
    child.normalized()
}

fn inherited_aces(part: &AclPart, kind: ObjectKind, creator: &Creator) -> Vec<Ace> {
    let passed_on = part.aces().iter().map(|ace| pass_on(ace, kind, creator));
    passed_on.flatten().flatten().collect()
}

/// Returns the ACEs that the new object gets from one ACE of the parent: the one that applies to
/// the object itself, and the one that it passes on.
fn pass_on(ace: &Ace, kind: ObjectKind, creator: &Creator) -> [Option<Ace>; 2] {
    const INHERITANCE: u8 = flags::OBJECT_INHERIT | flags::CONTAINER_INHERIT;
    const ALL: u8 = INHERITANCE | flags::NO_PROPAGATE | flags::INHERIT_ONLY;
    let applies = ace.has(kind.inheritance_flag()) && is_for(ace, kind);
    let passes_on = kind.is_container() && ace.has(INHERITANCE) && !ace.has(flags::NO_PROPAGATE);
    let other_flags = ace.flags & !ALL | flags::INHERITED;
    let passed_on = Ace {
        flags: other_flags | ace.flags & INHERITANCE,
        ..ace.clone()
    };
    let only_passed_on = Ace {
        flags: passed_on.flags | flags::INHERIT_ONLY,
        ..passed_on.clone()
    };
    let applied = Ace {
        flags: other_flags,
        ..resolved(ace, kind, creator)
    };
    match (applies, passes_on) {
        (false, false) => [None, None],
        (false, true) => [None, Some(only_passed_on)],
        (true, false) => [Some(applied), None],
        (true, true) if applied.body == ace.body => [Some(passed_on), None],
        // A resolved ACE differs from the one that is passed on, so both are added.
        (true, true) => [Some(applied), Some(only_passed_on)],
    }
}

/// Returns whether objects of this kind inherit an ACE.
fn is_for(ace: &Ace, kind: ObjectKind) -> bool {
    let class = ace
        .permission()
        .and_then(|permission| permission.object)
        .and_then(|object| object.inherited);
    class.is_none_or(|class| kind == ObjectKind::DirectoryObject(class))
}

/// Returns the ACE as it applies to the new object, with generic rights, the object class and the
/// creator resolved.
fn resolved(ace: &Ace, kind: ObjectKind, creator: &Creator) -> Ace {
    let AceBody::Permission(permission) = &ace.body else {
        return ace.clone();
    };
    let mask = permission.mask;
    let body = Permission {
        mask: if rights::has_generic(mask) {
            kind.mask_kind().mapped(mask)
        } else {
            mask
        },
        object: permission.object.map(|object| ObjectTypes {
            inherited: None,
            ..object
        }),
        trustee: creator.resolved(&permission.trustee),
        data: permission.data.clone(),
    };
    Ace {
        body: AceBody::Permission(body),
        ..ace.clone()
    }
}

#[cfg(test)]
mod tests;
