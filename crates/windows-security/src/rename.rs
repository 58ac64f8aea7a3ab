//! Descriptors with other names in them, which grant and deny as before.

use super::descriptor::{Data, entry_type};
use super::{AclPart, Body, Descriptor, Entry, Sid, Trustee, attribute, condition};

/// What takes the place of names.
pub trait Renaming {
    fn sid(&mut self, sid: &Sid) -> Sid;
    /// The name of an attribute, or a text that it is compared with.
    fn text(&mut self, text: &str) -> String;
}

pub(super) trait Renamed {
    fn renamed(self, to: &mut dyn Renaming) -> Self;
}

impl Descriptor {
    /// The same for other names. Bytes of which nobody knows what they are become zeros.
    #[must_use]
    pub fn renamed(mut self, to: &mut dyn Renaming) -> Self {
        self.owner = self.owner.map(|owner| owner.renamed(to));
        self.group = self.group.map(|group| group.renamed(to));
        for part in [&mut self.dacl, &mut self.sacl] {
            if let AclPart::Present(acl) = part {
                acl.entries = std::mem::take(&mut acl.entries)
                    .into_iter()
                    .map(|entry| entry.renamed(to))
                    .collect();
            }
        }
        self
    }
}

impl Renamed for Trustee {
    fn renamed(self, to: &mut dyn Renaming) -> Self {
        match self {
            Self::Sid(sid) => Self::Sid(to.sid(&sid)),
            Self::Alias(_) => self,
        }
    }
}

impl Renamed for Entry {
    fn renamed(self, to: &mut dyn Renaming) -> Self {
        let body = match self.body {
            Body::Unknown(bytes) => Body::Unknown(vec![0; bytes.len()]),
            Body::Permission(mut permission) => {
                permission.trustee = permission.trustee.renamed(to);
                permission.data = data(self.code, &permission.data, to);
                Body::Permission(permission)
            }
        };
        Self { body, ..self }
    }
}

/// A condition or an attribute, as stored; one that cannot be read becomes one that is not there.
fn data(code: u8, bytes: &[u8], to: &mut dyn Renaming) -> Vec<u8> {
    let renamed = match entry_type(code).map(|row| row.data) {
        Some(Data::Condition) => condition::read_wire(bytes)
            .ok()
            .map(|term| condition::write_wire(&term.renamed(to))),
        Some(Data::Attribute) => attribute::read_wire(bytes)
            .ok()
            .map(|attribute| attribute::write_wire(&attribute.renamed(to))),
        Some(Data::Nothing) | None => None,
    };
    renamed.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::sid::Domains;
    use super::super::testing::{any_descriptor, sid};
    use super::super::{binary, sddl};
    use super::*;
    use proptest::prelude::*;

    struct Other;

    impl Renaming for Other {
        fn sid(&mut self, known: &Sid) -> Sid {
            if known.domain().is_some() {
                sid("S-1-5-21-9-9-9-1000")
            } else {
                known.clone()
            }
        }

        fn text(&mut self, text: &str) -> String {
            "x".repeat(text.len())
        }
    }

    #[test]
    fn names_differ_and_all_else_stays() {
        let text = "O:S-1-5-21-1-2-3-1103G:SYD:PAI(XA;OICI;0x1301bf;;;BA;(@USER.Dept == \"Sales\" && Member_of{\
                    SID(S-1-5-21-1-2-3-1104)}))(OD;;CC;;5cb41ed0-0e4c-11d0-a286-00aa003049e2;DA)\
                    S:(RA;;;;;WD;(\"Dept\",TS,0x0,\"Sales\"))(RA;;;;;WD;(\"Key\",TX,0x0,#abcd))";
        let other = sddl::read(text, &Domains::default())
            .unwrap()
            .renamed(&mut Other);
        let expected = "O:S-1-5-21-9-9-9-1000G:SYD:PAI(XA;OICI;0x1301bf;;;BA;(@User.xxxx == \"xxxxx\" && Member_of{\
                        SID(S-1-5-21-9-9-9-1000)}))(OD;;0x1;;5cb41ed0-0e4c-11d0-a286-00aa003049e2;DA)\
                        S:(RA;;;;;WD;(\"xxxx\",TS,0x0,\"xxxxx\"))(RA;;;;;WD;(\"xxx\",TX,0x0,#0000))";
        assert_eq!(
            other,
            sddl::read(expected, &Domains::default()).unwrap(),
            "{:?}",
            sddl::write(&other)
        );
        let unknown = Entry {
            code: 4,
            flags: 0,
            body: Body::Unknown(vec![1, 2]),
        };
        assert_eq!(unknown.renamed(&mut Other).body, Body::Unknown(vec![0, 0]));
        assert!(data(0x09, b"artx no condition", &mut Other).is_empty());
    }

    proptest! {
        /// What is written is what is judged.
        #[test]
        fn any_can_be_written(descriptor in any_descriptor()) {
            let other = descriptor.clone().renamed(&mut Other);
            let bytes = binary::write(&other);
            prop_assert_eq!(bytes.is_ok(), binary::write(&descriptor).is_ok());
            if let Ok(bytes) = bytes {
                prop_assert_eq!(binary::read(&bytes).unwrap(), other.settled());
            }
        }
    }
}
