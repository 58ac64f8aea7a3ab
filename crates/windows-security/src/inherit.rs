//! The descriptor of a new object: what it inherits from the folder or container that it is created
//! in (MS-DTYP 2.5.3.4).
//!
//! MS-DTYP ignores ACEs that are there only to be inherited; here they count, as in Windows and in
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
    /// An object of this class of Active Directory, a container.
    DirectoryObject(Guid),
}

impl ObjectKind {
    /// Returns what the masks of its descriptor are about.
    pub fn mask_kind(self) -> MaskKind {
        match self {
            Self::File | Self::Folder => MaskKind::File,
            Self::DirectoryObject(_) => MaskKind::Directory,
        }
    }

    fn is_container(self) -> bool {
        self != Self::File
    }

    /// Returns the flag of the ACEs that it inherits.
    fn inheritance_flag(self) -> u8 {
        if self.is_container() {
            flags::CONTAINER_INHERIT
        } else {
            flags::OBJECT_INHERIT
        }
    }
}

/// Who creates an object, and the descriptor that the creator gives it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Creator {
    /// The owner of the new object. Without one, ACEs for CREATOR OWNER stay as they are.
    pub owner: Option<Trustee>,
    /// The group of the new object.
    pub group: Option<Trustee>,
    /// The ACEs that the creator gives the new object.
    pub aces: Vec<Ace>,
    /// The ACEs that the creator may give it in addition.
    pub possible_aces: Vec<Ace>,
    /// Whether the creator's ACEs are always added, before the inherited ones (Active Directory: those
    /// of the class), or only if nothing is inherited (files).
    pub always_adds_own_aces: bool,
}

impl Creator {
    /// Returns a service that runs as SYSTEM, as the SMTP service does: its files belong to the
    /// administrators. Without inheritance SYSTEM has full control; the administrators may read
    /// (SepInitDACLs in ReactOS gives them no more), and whether Windows gives them more is not
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

    /// Returns a creator that is not known. CREATOR OWNER stands for it: a token that may hold that
    /// may be the creator's.
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

    /// Returns the trustee of an ACE on the new object: its owner and group replace CREATOR OWNER and
    /// CREATOR GROUP.
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

/// The descriptor of an object that will be created, as far as it can be predicted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InheritedDescriptor {
    /// The descriptor with the ACEs that the creator certainly gives.
    pub descriptor: Descriptor,
    /// The descriptor with every ACE that the creator may give, if those are more.
    maximal: Option<Descriptor>,
}

impl InheritedDescriptor {
    /// Returns the descriptor of an object that `creator` creates in the object of `parent`.
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

    /// Returns what a token may do to it.
    pub fn effective(&self, token: &Token, target: &Target<'_>) -> EffectiveRights {
        let surely = access::effective(&self.descriptor, token, target);
        match &self.maximal {
            Some(maximal) => surely.undecided_up_to(&access::effective(maximal, token, target)),
            None => surely,
        }
    }
}

/// Returns the descriptor of an object that `creator` creates in the object of `parent`.
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

/// Returns what becomes of one ACE: the one that applies to the new object, and the one that the new
/// object passes on.
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
        // An ACE that changes is added twice: as it applies, and as it is passed on.
        (true, true) => [Some(applied), Some(only_passed_on)],
    }
}

/// Returns whether an ACE is for objects of this kind.
fn is_for(ace: &Ace, kind: ObjectKind) -> bool {
    let class = ace
        .permission()
        .and_then(|permission| permission.object)
        .and_then(|object| object.inherited);
    class.is_none_or(|class| kind == ObjectKind::DirectoryObject(class))
}

/// Returns the ACE as it applies to the new object: without generic rights, classes and creators.
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
