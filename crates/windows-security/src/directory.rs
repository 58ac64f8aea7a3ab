//! Answers what an account may do in a container of Active Directory (MS-ADTS 3.1.1.5, 5.1.3.3.3).
//!
//! Each check has a path of GUIDs, from the attribute or class upwards. An object ACE matches if
//! its GUID is on the path. For creating and deleting children, the path is the child's class
//! alone: an ACE with the container's own class applies to children of that class.

use super::access::{Access, EffectiveRights, Target, Token, effective};
use super::inherit::{Creator, ObjectKind, inherited};
use super::rights::{self, MaskKind};
use super::sid::{DomainAlias, Domains};
use super::{Ace, Descriptor, Guid, Sid, Trustee};
use std::borrow::Cow;

/// A class of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// `contact`.
    Contact,
    /// `group`.
    Group,
    /// `user`.
    User,
    /// `organizationalUnit`, a container.
    OrganizationalUnit,
}

/// An attribute, and the property set that it belongs to, as ACEs name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeGuid {
    /// Its name in LDAP, such as `displayName`.
    pub name: Cow<'static, str>,
    /// Its `schemaIDGUID`.
    pub guid: Guid,
    /// Its `attributeSecurityGUID`, or `None` if it is not in a property set.
    pub set: Option<Guid>,
}

/// The property sets: attributes that an ACE grants together.
const GENERAL_INFORMATION: Guid = Guid::new(0x59ba2f42_79a2_11d0_9020_00c04fc2d3cf);
const PUBLIC_INFORMATION: Guid = Guid::new(0xe48d0154_bcf8_11d1_8702_00c04fb96050);
const MEMBERSHIP: Guid = Guid::new(0xbc0ac240_79a9_11d0_9020_00c04fc2d4cf);

/// The `schemaIDGUID` of the class `computer`.
pub const COMPUTER: Guid = Guid::new(0xbf967a86_0de6_11d0_a285_00aa003049e2);

/// The attributes with the same GUID in every directory. Those of Exchange must be read from the
/// schema.
static EVERYWHERE: [AttributeGuid; 2] = [
    AttributeGuid {
        name: Cow::Borrowed("displayName"),
        guid: Guid::new(0xbf967953_0de6_11d0_a285_00aa003049e2),
        set: Some(GENERAL_INFORMATION),
    },
    AttributeGuid {
        name: Cow::Borrowed("member"),
        guid: Guid::new(0xbf9679c0_0de6_11d0_a285_00aa003049e2),
        set: Some(MEMBERSHIP),
    },
];

/// Returns an attribute from the schema, otherwise from those with fixed GUIDs; case-insensitive.
pub fn attribute<'a>(name: &str, schema: &'a [AttributeGuid]) -> Option<&'a AttributeGuid> {
    schema
        .iter()
        .chain(&EVERYWHERE)
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 4] = [
        Self::Contact,
        Self::Group,
        Self::User,
        Self::OrganizationalUnit,
    ];

    /// Returns the class's LDAP name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Group => "group",
            Self::User => "user",
            Self::OrganizationalUnit => "organizationalUnit",
        }
    }

    /// Returns the class with this LDAP name, case-insensitive.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|class| class.name().eq_ignore_ascii_case(name))
    }

    /// Returns the class's `schemaIDGUID`.
    pub const fn guid(self) -> Guid {
        Guid::new(match self {
            Self::Contact => 0x5cb41ed0_0e4c_11d0_a286_00aa003049e2,
            Self::Group => 0xbf967a9c_0de6_11d0_a285_00aa003049e2,
            Self::User => 0xbf967aba_0de6_11d0_a285_00aa003049e2,
            Self::OrganizationalUnit => 0xbf967aa5_0de6_11d0_a285_00aa003049e2,
        })
    }

    /// Returns the attributes that SharePoint's Directory Management Service changes: they follow
    /// the title and the address of a list, and the members of a group.
    pub fn changing_attributes(self) -> &'static [&'static str] {
        match self {
            Self::Group => &["displayName", "mailNickname", "member"],
            _ => &["displayName", "targetAddress", "mailNickname"],
        }
    }

    /// Returns an administrator who creates an object of this class without a descriptor. The
    /// object then belongs to the Domain Admins and gets the class's default ACEs from the schema.
    /// Only ACEs that grant changes or deletion are included, and read access for everyone.
    pub fn creator(self, domains: &Domains) -> Creator {
        const READ: u32 = rights::READ_CONTROL
            | rights::LIST_CONTENTS
            | rights::READ_PROPERTY
            | rights::LIST_OBJECT;
        let admins = DomainAlias::find("DA").map(|alias| Trustee::Alias(alias).within(domains));
        let mut aces: Vec<Ace> = admins.iter().cloned().map(full_control).collect();
        aces.push(full_control(Sid::nt(18).into()));
        aces.push(Ace::simple(0, 0, READ, Sid::nt(11)));
        if matches!(self, Self::Group | Self::User) {
            // BUILTIN\Account Operators.
            aces.push(full_control(Sid::builtin(548).into()));
        }
        Creator {
            aces,
            always_adds_own_aces: true,
            owner: admins.clone(),
            group: admins,
            ..Creator::default()
        }
    }
}

fn full_control(trustee: Trustee) -> Ace {
    Ace::simple(0, 0, rights::DIRECTORY_FULL_CONTROL, trustee)
}

/// The names of other object types that ACEs contain.
static OTHER_NAMES: &[(Guid, &str)] = &[
    (GENERAL_INFORMATION, "General Information"),
    (PUBLIC_INFORMATION, "Public Information"),
    (MEMBERSHIP, "Group Membership"),
    (COMPUTER, "computer"),
    (
        Guid::new(0xbf967a8b_0de6_11d0_a285_00aa003049e2),
        "container",
    ),
    (
        Guid::new(0xbf967aa8_0de6_11d0_a285_00aa003049e2),
        "printQueue",
    ),
    (
        Guid::new(0x4828cc14_1437_45bc_9b07_ad6f015e5f28),
        "inetOrgPerson",
    ),
    (Guid::new(0xbf967961_0de6_11d0_a285_00aa003049e2), "mail"),
    (
        Guid::new(0xbf967a06_0de6_11d0_a285_00aa003049e2),
        "proxyAddresses",
    ),
    (
        Guid::new(0xbf967950_0de6_11d0_a285_00aa003049e2),
        "description",
    ),
    (Guid::new(0xbf96793f_0de6_11d0_a285_00aa003049e2), "cn"),
    (Guid::new(0xbf967a0e_0de6_11d0_a285_00aa003049e2), "name"),
    (
        Guid::new(0x3e0abfd0_126a_11d0_a060_00aa006c33ed),
        "sAMAccountName",
    ),
    (Guid::new(0xab721a55_1e2f_11d0_9819_00aa0040529b), "Send To"),
    (
        Guid::new(0xab721a53_1e2f_11d0_9819_00aa0040529b),
        "Change Password",
    ),
    (Guid::new(0xab721a54_1e2f_11d0_9819_00aa0040529b), "Send As"),
    (
        Guid::new(0xab721a56_1e2f_11d0_9819_00aa0040529b),
        "Receive As",
    ),
];

/// Returns the name of a class, an attribute, a property set or an extended right, or `None` if it
/// is not known.
pub fn guid_name(guid: Guid) -> Option<&'static str> {
    let classes = Class::ALL
        .into_iter()
        .map(|class| (class.guid(), class.name()));
    let attributes = EVERYWHERE
        .iter()
        .map(|attribute| (attribute.guid, &*attribute.name));
    let all = classes.chain(attributes).chain(OTHER_NAMES.iter().copied());
    all.into_iter()
        .find(|(other, _)| *other == guid)
        .map(|(_, name)| name)
}

/// Returns the descriptor of a new object of this class that an administrator creates in the
/// container.
pub fn new_object(container: &Descriptor, class: Class, domains: &Domains) -> Descriptor {
    inherited(
        container,
        ObjectKind::DirectoryObject(class.guid()),
        &class.creator(domains),
    )
}

/// Returns the rights on the class or attribute at this path of GUIDs, see [`Target::path`].
pub fn on_path(descriptor: &Descriptor, token: &Token, path: &[Guid]) -> EffectiveRights {
    effective(
        descriptor,
        token,
        &Target {
            kind: MaskKind::Directory,
            path,
            is_open: false,
        },
    )
}

/// Returns the rights on an object as a whole.
pub fn on_object(object: &Descriptor, token: &Token, class: Class) -> EffectiveRights {
    on_path(object, token, &[class.guid()])
}

/// Returns whether objects of a class may be created in the container.
pub fn may_create(container: &Descriptor, token: &Token, class: Class) -> Access {
    on_path(container, token, &[class.guid()]).needs(rights::CREATE_CHILD)
}

/// Returns whether the object's own descriptor allows its deletion. A denial does not matter if the
/// container allows it ([`may_delete_child`], MS-ADTS 3.1.1.5.5).
pub fn may_delete_itself(object: &Descriptor, token: &Token, class: Class) -> Access {
    on_object(object, token, class).needs(rights::DELETE)
}

/// Returns whether the container allows the deletion of objects of a class in it.
pub fn may_delete_child(container: &Descriptor, token: &Token, class: Class) -> Access {
    on_path(container, token, &[class.guid()]).needs(rights::DELETE_CHILD)
}

/// Returns whether an object may be deleted with everything below it. The object itself must grant
/// this (MS-ADTS 3.1.1.5.5.7.2).
pub fn may_delete_tree(object: &Descriptor, token: &Token, class: Class) -> Access {
    on_object(object, token, class).needs(rights::DELETE_TREE)
}

/// Returns the rights on an attribute of an object, by the attribute's name and the schema's GUIDs.
pub fn on_attribute(
    object: &Descriptor,
    token: &Token,
    class: Guid,
    (name, schema): (&str, &[AttributeGuid]),
    right: u32,
) -> Access {
    let attribute = attribute(name, schema);
    let guids = attribute.map(|attribute| [Some(attribute.guid), attribute.set]);
    let path: Vec<Guid> = [class]
        .into_iter()
        .chain(guids.into_iter().flatten().flatten())
        .collect();
    let target = Target {
        kind: MaskKind::Directory,
        path: &path,
        is_open: attribute.is_none(),
    };
    effective(object, token, &target).needs(right)
}

/// Returns whether all of [`Class::changing_attributes`] may be written.
pub fn may_change(
    object: &Descriptor,
    token: &Token,
    class: Class,
    schema: &[AttributeGuid],
) -> Access {
    let decisions = class.changing_attributes().iter().map(|name| {
        on_attribute(
            object,
            token,
            class.guid(),
            (name, schema),
            rights::WRITE_PROPERTY,
        )
    });
    decisions
        .reduce(Access::and)
        .unwrap_or(Access::Granted(Vec::new()))
}

#[cfg(test)]
mod tests;
