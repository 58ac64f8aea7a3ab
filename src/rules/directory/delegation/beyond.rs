//! What one account may do beyond the container.

use super::{Held, View, Way, read};
use crate::rules::Evidence;
use windows_security::directory::{self, Class};
use windows_security::inherit::{Made, inherited};
use windows_security::{Decision, Descriptor, Guid, rights};

impl View<'_> {
    /// What the account may do beyond the container, where anything.
    ///
    /// # Errors
    /// It is not known; why.
    pub fn beyond(&self) -> Result<Option<(String, Vec<Evidence>)>, String> {
        let mut unknown = None;
        for object in self.container.above.iter().rev() {
            let descriptor = match read(&object.descriptor, &object.name, &self.domains) {
                Ok(descriptor) => descriptor,
                Err(why) => {
                    unknown = unknown.or(Some(why));
                    continue;
                }
            };
            for Deed {
                what,
                decision,
                list,
                is_new,
            } in self.deeds(&descriptor, &object.name)
            {
                match self.decided(
                    &[Way {
                        decision,
                        list: &list,
                        is_new,
                    }],
                    &what,
                ) {
                    Held::Yes(evidence) => return Ok(Some((what, evidence))),
                    Held::Unknown(why) => unknown = unknown.or(Some(why)),
                    Held::No(..) => {}
                }
            }
        }
        match unknown {
            Some(why) => Err(why),
            None if self.container.above.is_empty() => {
                Err("what the container lies in was not looked at".to_owned())
            }
            None => Ok(None),
        }
    }

    /// What would be too much to be able to do with an object above the container, and with what
    /// lies below it.
    fn deeds(&self, above: &Descriptor, name: &str) -> Vec<Deed> {
        // What an administrator makes there.
        let maker = Class::User.maker(&self.domains);
        let below = |kind: Guid| inherited(above, Made::Object(kind), &maker);
        let unit = below(Class::OrganizationalUnit.guid());
        let deed = |what: String, list: &Descriptor, path: &[Guid], mask: u32| Deed {
            what,
            decision: directory::on_path(list, &self.token, path).needs(mask),
            list: list.clone(),
            is_new: !std::ptr::eq(list, above),
        };
        let mut deeds = vec![deed(
            format!("exercise full control of `{name}`"),
            above,
            &[],
            rights::DIRECTORY_FULL_CONTROL,
        )];
        deeds.extend(
            TAKING_OVER.map(|(mask, verb)| deed(format!("{verb} of `{name}`"), above, &[], mask)),
        );
        for (kind, kinds) in KINDS {
            for (mask, verb) in [
                (rights::CREATE_CHILD, "create"),
                (rights::DELETE_CHILD, "delete"),
            ] {
                deeds.push(deed(
                    format!("{verb} {kinds} in `{name}`"),
                    above,
                    &[kind],
                    mask,
                ));
                deeds.push(deed(
                    format!("{verb} {kinds} in units below `{name}`"),
                    &unit,
                    &[kind],
                    mask,
                ));
            }
            let object = below(kind);
            for mask in [rights::DELETE, rights::DELETE_TREE] {
                deeds.push(deed(
                    format!("delete {kinds} below `{name}`"),
                    &object,
                    &[kind],
                    mask,
                ));
            }
            for (mask, verb) in TAKING_OVER {
                deeds.push(deed(
                    format!("{verb} of {kinds} below `{name}`"),
                    &object,
                    &[kind],
                    mask,
                ));
            }
        }
        deeds
    }
}

/// Something that may be done, and the list that decides about it.
struct Deed {
    what: String,
    decision: Decision,
    list: Descriptor,
    is_new: bool,
}

const KINDS: [(Guid, &str); 5] = [
    (Class::Contact.guid(), "contacts"),
    (Class::Group.guid(), "groups"),
    (Class::User.guid(), "users"),
    (directory::COMPUTER, "computers"),
    (Class::OrganizationalUnit.guid(), "organizational units"),
];
const TAKING_OVER: [(u32, &str); 2] = [
    (rights::WRITE_DAC, "change the permissions"),
    (rights::WRITE_OWNER, "take the ownership"),
];
