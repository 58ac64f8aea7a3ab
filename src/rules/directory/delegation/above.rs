//! What one account may do above the container.

use super::descriptor::read_descriptor;
use super::path::GrantPath;
use super::{AccessDecision, AccountView};
use crate::rules::Evidence;
use windows_security::directory::{self, Class};
use windows_security::inherit::{ObjectKind, inherited};
use windows_security::{Descriptor, Guid, rights};

/// Something that the account may do, and the evidence.
pub(crate) struct GrantedRight {
    /// The end of a sentence that begins with "it may".
    pub what: String,
    pub evidence: Vec<Evidence>,
}

/// A right that SharePoint's account should not have.
struct ExcessRight<'a> {
    what: String,
    descriptor: &'a Descriptor,
    /// Whether the descriptor is one that a new object would get.
    is_new: bool,
    path: Vec<Guid>,
    mask: u32,
}

/// An object above the container, and the descriptors of what is below it.
struct ObjectAbove<'a> {
    name: &'a str,
    descriptor: Descriptor,
    /// That of a new organizational unit below it.
    unit: Descriptor,
    /// Those of new objects of the [`KINDS`] below it.
    objects: [Descriptor; KINDS.len()],
}

impl AccountView<'_> {
    /// Returns a right beyond the container, or `None` if there is none.
    ///
    /// # Errors
    /// Why that is not known.
    pub(crate) fn right_above(&self) -> Result<Option<GrantedRight>, String> {
        let mut unknown = None;
        for object in self.container.above.iter().rev() {
            let descriptor = match read_descriptor(&object.descriptor, &object.name, &self.domains)
            {
                Ok(descriptor) => descriptor,
                Err(why) => {
                    unknown = unknown.or(Some(why));
                    continue;
                }
            };
            let above = self.object_above(&object.name, descriptor);
            for right in above.excess_rights() {
                match self.decide_excess(&right) {
                    AccessDecision::Granted(evidence) => {
                        let unwanted = |granted| Evidence {
                            expected: "not granted".to_owned(),
                            ..granted
                        };
                        return Ok(Some(GrantedRight {
                            what: right.what,
                            evidence: evidence.into_iter().map(unwanted).collect(),
                        }));
                    }
                    AccessDecision::Unknown(why) => unknown = unknown.or(Some(why)),
                    AccessDecision::Denied(..) => {}
                }
            }
        }
        match unknown {
            Some(why) => Err(why),
            None if self.container.above.is_empty() => {
                Err("the ACLs above the container were not read".to_owned())
            }
            None => Ok(None),
        }
    }

    fn object_above<'a>(&self, name: &'a str, descriptor: Descriptor) -> ObjectAbove<'a> {
        // The objects there are created by an administrator.
        let creator = Class::User.creator(&self.domains);
        ObjectAbove {
            name,
            unit: inherited(
                &descriptor,
                ObjectKind::DirectoryObject(Class::OrganizationalUnit.guid()),
                &creator,
            ),
            objects: KINDS.map(|(kind, _)| {
                inherited(&descriptor, ObjectKind::DirectoryObject(kind), &creator)
            }),
            descriptor,
        }
    }

    fn decide_excess(&self, right: &ExcessRight<'_>) -> AccessDecision {
        let effective = directory::on_path(right.descriptor, &self.token, &right.path);
        let path = GrantPath {
            decision: effective.needs(right.mask),
            descriptor: right.descriptor,
            is_new: right.is_new,
        };
        self.decide_by_paths(&[path], &right.what)
    }
}

impl ObjectAbove<'_> {
    /// Returns the rights on the object and on what is below it that would be too much.
    fn excess_rights(&self) -> Vec<ExcessRight<'_>> {
        let name = self.name;
        let mut rights = vec![self.on_object(
            format!("exercise full control of `{name}`"),
            None,
            rights::DIRECTORY_FULL_CONTROL,
        )];
        for (mask, verb) in TAKING_OVER {
            rights.push(self.on_object(format!("{verb} of `{name}`"), None, mask));
        }
        for ((kind, kinds), object) in KINDS.into_iter().zip(&self.objects) {
            for (mask, verb) in [
                (rights::CREATE_CHILD, "create"),
                (rights::DELETE_CHILD, "delete"),
            ] {
                rights.push(self.on_object(
                    format!("{verb} {kinds} in `{name}`"),
                    Some(kind),
                    mask,
                ));
                rights.push(ExcessRight {
                    what: format!("{verb} {kinds} in OUs below `{name}`"),
                    descriptor: &self.unit,
                    is_new: true,
                    path: vec![kind],
                    mask,
                });
            }
            for mask in [rights::DELETE, rights::DELETE_TREE] {
                rights.push(below(
                    object,
                    kind,
                    format!("delete {kinds} below `{name}`"),
                    mask,
                ));
            }
            for (mask, verb) in TAKING_OVER {
                let what = format!("{verb} of {kinds} below `{name}`");
                rights.push(below(object, kind, what, mask));
            }
        }
        rights
    }

    fn on_object(&self, what: String, kind: Option<Guid>, mask: u32) -> ExcessRight<'_> {
        ExcessRight {
            what,
            descriptor: &self.descriptor,
            is_new: false,
            path: kind.into_iter().collect(),
            mask,
        }
    }
}

fn below(object: &Descriptor, kind: Guid, what: String, mask: u32) -> ExcessRight<'_> {
    ExcessRight {
        what,
        descriptor: object,
        is_new: true,
        path: vec![kind],
        mask,
    }
}

/// The classes of objects that the account should not be able to touch, with their plurals.
const KINDS: [(Guid, &str); 5] = [
    (Class::Contact.guid(), "contacts"),
    (Class::Group.guid(), "groups"),
    (Class::User.guid(), "users"),
    (directory::COMPUTER, "computers"),
    (Class::OrganizationalUnit.guid(), "organizational units"),
];
/// Rights that lead to all others.
const TAKING_OVER: [(u32, &str); 2] = [
    (rights::WRITE_DAC, "change the permissions"),
    (rights::WRITE_OWNER, "take ownership"),
];
