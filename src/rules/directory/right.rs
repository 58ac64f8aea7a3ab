//! The rights that SharePoint uses in a container, and every way in which one may be granted.

use windows_security::directory::{self, AttributeGuid, Class};
use windows_security::{Access, Descriptor, Token};

/// A right that SharePoint uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DirectoryRight {
    Create,
    Delete,
    /// To delete an object with everything in it, which is how SharePoint deletes.
    DeleteTree,
    Change,
}

impl DirectoryRight {
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Delete => "delete",
            Self::DeleteTree => "delete the subtree of",
            Self::Change => "write the attributes of",
        }
    }
}

/// A right on an object of a class, which is in a container.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RightOnObject<'a> {
    pub right: DirectoryRight,
    pub class: Class,
    pub container: &'a Descriptor,
    pub object: &'a Descriptor,
}

/// One way to a right, and the descriptor that decides about it.
#[derive(Debug, Clone)]
pub(crate) struct Way<'a> {
    pub decision: Access,
    pub place: WayPlace,
    pub descriptor: &'a Descriptor,
}

/// Whose descriptor decides about a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WayPlace {
    Container,
    Object,
}

impl<'a> RightOnObject<'a> {
    /// Returns every way to the right, of which one is enough. `schema` is what the schema calls
    /// attributes.
    pub(crate) fn ways(&self, token: &Token, schema: &[AttributeGuid]) -> Vec<Way<'a>> {
        let (class, container, object) = (self.class, self.container, self.object);
        match self.right {
            DirectoryRight::Create => {
                vec![self.by_container(directory::may_create(container, token, class))]
            }
            DirectoryRight::Delete => vec![
                self.by_object(directory::may_delete_itself(object, token, class)),
                self.by_container(directory::may_delete_child(container, token, class)),
            ],
            DirectoryRight::DeleteTree => {
                vec![self.by_object(directory::may_delete_tree(object, token, class))]
            }
            DirectoryRight::Change => {
                vec![self.by_object(directory::may_change(object, token, class, schema))]
            }
        }
    }

    fn by_object(&self, decision: Access) -> Way<'a> {
        Way {
            decision,
            place: WayPlace::Object,
            descriptor: self.object,
        }
    }

    fn by_container(&self, decision: Access) -> Way<'a> {
        Way {
            decision,
            place: WayPlace::Container,
            descriptor: self.container,
        }
    }
}
