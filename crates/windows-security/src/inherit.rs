//! What a thing inherits from the folder or container that it is made in (MS-DTYP 2.5.3.4; where
//! that passes over entries that are there only to be inherited, as the documentation of
//! inheritance and Windows have it: they count).

use super::access::{self, EffectiveRights, Target, Token};
use super::descriptor::{ObjectTypes, control, flags};
use super::rights::{self, MaskKind};
use super::{Ace, AceBody, Acl, AclPart, Descriptor, Guid, Permission, Sid, Trustee};

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    File,
    Folder,
    /// An object of this class of Active Directory; anything may be made in it.
    DirectoryObject(Guid),
}

impl ObjectKind {
    pub fn kind(self) -> MaskKind {
        match self {
            Self::File | Self::Folder => MaskKind::File,
            Self::DirectoryObject(_) => MaskKind::Directory,
        }
    }

    fn is_container(self) -> bool {
        self != Self::File
    }
}

/// Who makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Creator {
    /// The owner of what it makes. Unknown, entries for CREATOR OWNER are for nobody.
    pub owner: Option<Trustee>,
    pub group: Option<Trustee>,
    /// The entries that it gives to what it makes.
    pub aces: Vec<Ace>,
    /// Those that it gives as well, perhaps.
    pub perhaps: Vec<Ace>,
    /// Whether it gives them always, before what is inherited (Active Directory: those of the
    /// class); else only where nothing is inherited (files).
    pub always_adds_own_aces: bool,
}

impl Creator {
    /// A service that runs as SYSTEM, as the SMTP service does: what it makes belongs to the
    /// administrators. Without inheritance SYSTEM has full control; the administrators may read
    /// (SepInitDACLs in ReactOS gives them no more), and whether Windows gives them more is not
    /// documented.
    pub fn system_service() -> Self {
        let [system, administrators] = [Sid::nt(18), Sid::builtin(544)];
        let ace = |mask: u32, sid: &Sid| Ace::simple(0, 0, mask, sid.clone());
        Self {
            aces: vec![
                ace(rights::FULL_CONTROL, &system),
                ace(rights::READ_EXECUTE, &administrators),
            ],
            perhaps: vec![ace(rights::FULL_CONTROL, &administrators)],
            owner: Some(administrators.into()),
            group: Some(system.into()),
            always_adds_own_aces: false,
        }
    }

    /// Somebody who is not known. CREATOR OWNER stands for it: a token that may hold that may be
    /// the maker's.
    pub fn unknown() -> Self {
        let full = |sid: Sid| Ace::simple(0, 0, rights::FULL_CONTROL, sid);
        let creator = Sid::creator_owner();
        let aces = vec![full(creator.clone()), full(Sid::nt(18))];
        Self {
            owner: Some(creator.into()),
            aces,
            ..Self::default()
        }
    }
}

/// What is made in a thing, as far as that can be told beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InheritedDescriptor {
    /// With what its maker surely gives it.
    pub descriptor: Descriptor,
    /// With all that it may give, where that is more.
    maximal: Option<Descriptor>,
}

impl InheritedDescriptor {
    pub fn new(parent: &Descriptor, made: ObjectKind, creator: &Creator) -> Self {
        let descriptor = inherited(parent, made, creator);
        let aces = creator
            .aces
            .iter()
            .chain(&creator.perhaps)
            .cloned()
            .collect();
        let maximal = inherited(
            parent,
            made,
            &Creator {
                aces,
                ..creator.clone()
            },
        );
        Self {
            maximal: (maximal != descriptor).then_some(maximal),
            descriptor,
        }
    }

    /// What a token may do to it.
    pub fn effective(&self, token: &Token, target: &Target<'_>) -> EffectiveRights {
        let surely = access::effective(&self.descriptor, token, target);
        match &self.maximal {
            Some(maximal) => surely.up_to(&access::effective(maximal, token, target)),
            None => surely,
        }
    }
}

/// The descriptor of what is made in the thing that a descriptor is of.
pub fn inherited(parent: &Descriptor, made: ObjectKind, creator: &Creator) -> Descriptor {
    let descriptor = Descriptor {
        owner: creator.owner.clone(),
        group: creator.group.clone(),
        ..Descriptor::empty()
    };
    if parent.dacl == AclPart::Absent {
        return descriptor;
    }
    let passed = |list: &AclPart| -> Vec<Ace> {
        list.aces()
            .iter()
            .flat_map(|ace| pass_on(ace, made, creator))
            .flatten()
            .collect()
    };
    let (inherited, audited) = (passed(&parent.dacl), passed(&parent.sacl));
    let sacl = if audited.is_empty() {
        AclPart::Absent
    } else {
        AclPart::Present(Acl::new(audited))
    };
    let own = if creator.always_adds_own_aces || inherited.is_empty() {
        creator.aces.clone()
    } else {
        Vec::new()
    };
    let control = descriptor.control | control::DACL_AUTO_INHERITED;
    let dacl = AclPart::Present(Acl::new(own.into_iter().chain(inherited).collect()));
    Descriptor {
        control,
        dacl,
        sacl,
        ..descriptor
    }
    .normalized()
}

/// What becomes of one entry: what counts for the thing made, and what it hands on in its turn.
fn pass_on(ace: &Ace, made: ObjectKind, creator: &Creator) -> [Option<Ace>; 2] {
    const INHERITANCE: u8 = flags::OBJECT_INHERIT | flags::CONTAINER_INHERIT;
    const ALL: u8 = INHERITANCE | flags::NO_PROPAGATE | flags::INHERIT_ONLY;
    let reaches = ace.has(if made.is_container() {
        flags::CONTAINER_INHERIT
    } else {
        flags::OBJECT_INHERIT
    });
    let hands_on = made.is_container() && ace.has(INHERITANCE) && !ace.has(flags::NO_PROPAGATE);
    let others = ace.flags & !ALL | flags::INHERITED;
    let on = Ace {
        flags: others | ace.flags & INHERITANCE,
        ..ace.clone()
    };
    let only_on = Ace {
        flags: on.flags | flags::INHERIT_ONLY,
        ..on.clone()
    };
    match (reaches && is_for(ace, made), hands_on) {
        (false, false) => [None, None],
        (false, true) => [None, Some(only_on)],
        (true, false) => [
            Some(Ace {
                flags: others,
                ..effective(ace, made, creator)
            }),
            None,
        ],
        (true, true) => {
            let here = effective(ace, made, creator);
            // What changes on its way is there twice: as it counts here, and as it goes on.
            if here.body == ace.body {
                [Some(on), None]
            } else {
                [
                    Some(Ace {
                        flags: others,
                        ..here
                    }),
                    Some(only_on),
                ]
            }
        }
    }
}

/// Whether an entry is for things of this kind.
fn is_for(ace: &Ace, made: ObjectKind) -> bool {
    let class = ace
        .permission()
        .and_then(|permission| permission.object)
        .and_then(|object| object.inherited);
    class.is_none_or(|class| made == ObjectKind::DirectoryObject(class))
}

/// The entry as it counts for the thing made.
fn effective(ace: &Ace, made: ObjectKind, creator: &Creator) -> Ace {
    let AceBody::Permission(permission) = &ace.body else {
        return ace.clone();
    };
    let creator = |trustee: &Trustee| match trustee.sid() {
        Some(sid) if *sid == Sid::creator_owner() => creator.owner.clone(),
        Some(sid) if *sid == Sid::creator_group() => creator.group.clone(),
        _ => None,
    };
    let mask = permission.mask;
    let body = Permission {
        mask: if rights::has_generic(mask) {
            made.kind().mapped(mask)
        } else {
            mask
        },
        object: permission.object.map(|object| ObjectTypes {
            inherited: None,
            ..object
        }),
        trustee: creator(&permission.trustee).unwrap_or_else(|| permission.trustee.clone()),
        data: permission.data.clone(),
    };
    Ace {
        body: AceBody::Permission(body),
        ..ace.clone()
    }
}

#[cfg(test)]
mod tests;
