//! What a thing inherits from the folder or container that it is made in (MS-DTYP 2.5.3.4; where
//! that passes over entries that are there only to be inherited, as the documentation of
//! inheritance and Windows have it: they count).

use super::access::{self, Effective, Target, Token};
use super::descriptor::{ObjectTypes, control, flags};
use super::rights::{self, Kind};
use super::{Acl, AclPart, Body, Descriptor, Entry, Guid, Permission, Sid, Trustee};

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    File,
    Folder,
    /// An object of this class of Active Directory; anything may be made in it.
    Object(Guid),
}

impl Made {
    pub fn kind(self) -> Kind {
        match self {
            Self::File | Self::Folder => Kind::File,
            Self::Object(_) => Kind::Directory,
        }
    }

    fn is_container(self) -> bool {
        self != Self::File
    }
}

/// Who makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Maker {
    /// The owner of what it makes. Unknown, entries for CREATOR OWNER are for nobody.
    pub owner: Option<Trustee>,
    pub group: Option<Trustee>,
    /// The entries that it gives to what it makes.
    pub entries: Vec<Entry>,
    /// Those that it gives as well, perhaps.
    pub perhaps: Vec<Entry>,
    /// Whether it gives them always, before what is inherited (Active Directory: those of the
    /// class); else only where nothing is inherited (files).
    pub gives_always: bool,
}

impl Maker {
    /// A service that runs as SYSTEM, as the SMTP service does: what it makes belongs to the
    /// administrators. Without inheritance SYSTEM has full control; the administrators may read
    /// (SepInitDACLs in ReactOS gives them no more), and whether Windows gives them more is not
    /// documented.
    pub fn system_service() -> Self {
        let [system, administrators] = [Sid::nt(18), Sid::builtin(544)];
        let entry = |mask: u32, sid: &Sid| Entry::simple(0, 0, mask, sid.clone());
        Self {
            entries: vec![
                entry(rights::FULL_CONTROL, &system),
                entry(rights::READ_EXECUTE, &administrators),
            ],
            perhaps: vec![entry(rights::FULL_CONTROL, &administrators)],
            owner: Some(administrators.into()),
            group: Some(system.into()),
            gives_always: false,
        }
    }

    /// Somebody who is not known. CREATOR OWNER stands for it: a token that may hold that may be
    /// the maker's.
    pub fn somebody() -> Self {
        let full = |sid: Sid| Entry::simple(0, 0, rights::FULL_CONTROL, sid);
        let creator = Sid::creator_owner();
        let entries = vec![full(creator.clone()), full(Sid::nt(18))];
        Self {
            owner: Some(creator.into()),
            entries,
            ..Self::default()
        }
    }
}

/// What is made in a thing, as far as that can be told beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// With what its maker surely gives it.
    pub descriptor: Descriptor,
    /// With all that it may give, where that is more.
    most: Option<Descriptor>,
}

impl Child {
    pub fn new(parent: &Descriptor, made: Made, maker: &Maker) -> Self {
        let descriptor = inherited(parent, made, maker);
        let entries = maker
            .entries
            .iter()
            .chain(&maker.perhaps)
            .cloned()
            .collect();
        let most = inherited(
            parent,
            made,
            &Maker {
                entries,
                ..maker.clone()
            },
        );
        Self {
            most: (most != descriptor).then_some(most),
            descriptor,
        }
    }

    /// What a token may do to it.
    pub fn effective(&self, token: &Token, target: &Target<'_>) -> Effective {
        let surely = access::effective(&self.descriptor, token, target);
        match &self.most {
            Some(most) => surely.up_to(&access::effective(most, token, target)),
            None => surely,
        }
    }
}

/// The descriptor of what is made in the thing that a descriptor is of.
pub fn inherited(parent: &Descriptor, made: Made, maker: &Maker) -> Descriptor {
    let descriptor = Descriptor {
        owner: maker.owner.clone(),
        group: maker.group.clone(),
        ..Descriptor::empty()
    };
    if parent.dacl == AclPart::Absent {
        return descriptor;
    }
    let passed = |list: &AclPart| -> Vec<Entry> {
        list.entries()
            .iter()
            .flat_map(|entry| pass_on(entry, made, maker))
            .flatten()
            .collect()
    };
    let (inherited, audited) = (passed(&parent.dacl), passed(&parent.sacl));
    let sacl = if audited.is_empty() {
        AclPart::Absent
    } else {
        AclPart::Present(Acl::new(audited))
    };
    let own = if maker.gives_always || inherited.is_empty() {
        maker.entries.clone()
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
    .settled()
}

/// What becomes of one entry: what counts for the thing made, and what it hands on in its turn.
fn pass_on(entry: &Entry, made: Made, maker: &Maker) -> [Option<Entry>; 2] {
    const INHERITANCE: u8 = flags::OBJECT_INHERIT | flags::CONTAINER_INHERIT;
    const ALL: u8 = INHERITANCE | flags::NO_PROPAGATE | flags::INHERIT_ONLY;
    let reaches = entry.has(if made.is_container() {
        flags::CONTAINER_INHERIT
    } else {
        flags::OBJECT_INHERIT
    });
    let hands_on = made.is_container() && entry.has(INHERITANCE) && !entry.has(flags::NO_PROPAGATE);
    let others = entry.flags & !ALL | flags::INHERITED;
    let on = Entry {
        flags: others | entry.flags & INHERITANCE,
        ..entry.clone()
    };
    let only_on = Entry {
        flags: on.flags | flags::INHERIT_ONLY,
        ..on.clone()
    };
    match (reaches && is_for(entry, made), hands_on) {
        (false, false) => [None, None],
        (false, true) => [None, Some(only_on)],
        (true, false) => [
            Some(Entry {
                flags: others,
                ..effective(entry, made, maker)
            }),
            None,
        ],
        (true, true) => {
            let here = effective(entry, made, maker);
            // What changes on its way is there twice: as it counts here, and as it goes on.
            if here.body == entry.body {
                [Some(on), None]
            } else {
                [
                    Some(Entry {
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
fn is_for(entry: &Entry, made: Made) -> bool {
    let class = entry
        .permission()
        .and_then(|permission| permission.object)
        .and_then(|object| object.inherited);
    class.is_none_or(|class| made == Made::Object(class))
}

/// The entry as it counts for the thing made.
fn effective(entry: &Entry, made: Made, maker: &Maker) -> Entry {
    let Body::Permission(permission) = &entry.body else {
        return entry.clone();
    };
    let creator = |trustee: &Trustee| match trustee.sid() {
        Some(sid) if *sid == Sid::creator_owner() => maker.owner.clone(),
        Some(sid) if *sid == Sid::creator_group() => maker.group.clone(),
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
    Entry {
        body: Body::Permission(body),
        ..entry.clone()
    }
}

#[cfg(test)]
mod tests;
