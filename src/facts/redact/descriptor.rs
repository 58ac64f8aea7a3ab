//! Removes the names from a security descriptor, which grants and denies as before.

use super::names::Names;
use super::sids;
use windows_security::descriptor::{DataKind, ace_type};
use windows_security::{Ace, AceBody, AceData, AclPart, Descriptor, Permission, Trustee};

/// The replacements of a condition and of a resource attribute, in SDDL. No rule evaluates
/// conditions, so verdicts do not change.
const CONDITION: &str = "(redacted)";
const ATTRIBUTE: &str = "(\"redacted\",TS,0x0)";

/// Returns the descriptor with other SIDs. Conditions and resource attributes contain names in a
/// language of their own, so they are replaced as a whole. Bytes of unknown meaning become zeros.
pub(super) fn redacted(mut descriptor: Descriptor, names: &mut Names<'_>) -> Descriptor {
    for trustee in [&mut descriptor.owner, &mut descriptor.group]
        .into_iter()
        .flatten()
    {
        redact_trustee(trustee, names);
    }
    for part in [&mut descriptor.dacl, &mut descriptor.sacl] {
        if let AclPart::Present(acl) = part {
            for entry in &mut acl.aces {
                redact_entry(entry, names);
            }
        }
    }
    descriptor
}

fn redact_entry(entry: &mut Ace, names: &mut Names<'_>) {
    match &mut entry.body {
        AceBody::Unknown(bytes) => bytes.fill(0),
        AceBody::Permission(Permission { trustee, data, .. }) => {
            redact_trustee(trustee, names);
            match data {
                AceData::Bytes(bytes) => bytes.fill(0),
                AceData::Text(text) => {
                    let is_attribute =
                        ace_type(entry.code).is_some_and(|row| row.data == DataKind::Attribute);
                    *text = if is_attribute { ATTRIBUTE } else { CONDITION }.to_owned();
                }
            }
        }
    }
}

fn redact_trustee(trustee: &mut Trustee, names: &mut Names<'_>) {
    if let Trustee::Sid(sid) = trustee {
        *sid = sids::sid(sid, names);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::made_up_names;
    use super::*;
    use windows_security::sddl;
    use windows_security::sid::Domains;

    fn read(text: &str) -> Descriptor {
        sddl::read(text, &Domains::default()).unwrap()
    }

    #[test]
    fn redacted_sids_and_conditions_differ_and_all_else_stays() {
        let text = "O:S-1-5-21-1-2-3-1103G:SYD:PAI(XA;OICI;0x1301bf;;;BA;(@USER.Dept == \"Sales\" && Member_of{\
                    SID(S-1-5-21-1-2-3-1104)}))(OD;;CC;;5cb41ed0-0e4c-11d0-a286-00aa003049e2;DA)\
                    S:(RA;;;;;WD;(\"Dept\",TS,0x0,\"Sales\"))";
        let other = sddl::write(&redacted(read(text), &mut made_up_names())).unwrap();
        let owner = other.split('G').next().unwrap();
        assert!(owner.starts_with("O:S-1-5-21-") && owner.ends_with("-1103"));
        assert_ne!(owner, "O:S-1-5-21-1-2-3-1103");
        let expected = format!(
            "{owner}G:SYD:PAI(XA;OICI;0x1301bf;;;BA;(redacted))\
             (OD;;0x1;;5cb41ed0-0e4c-11d0-a286-00aa003049e2;DA)S:(RA;;;;;WD;(\"redacted\",TS,0x0))"
        );
        assert_eq!(other, expected);
    }

    #[test]
    fn stored_conditions_and_unknown_bodies_become_zeros() {
        let mut descriptor = read("D:(XA;;0x1;;;SY;(a))(A;;0x1;;;SY)");
        let AclPart::Present(acl) = &mut descriptor.dacl else {
            panic!()
        };
        let [conditional, unknown] = &mut acl.aces[..] else {
            panic!()
        };
        let AceBody::Permission(permission) = &mut conditional.body else {
            panic!()
        };
        permission.data = AceData::Bytes(vec![1, 2, 3]);
        unknown.body = AceBody::Unknown(vec![4, 5]);
        let mut expected = acl.clone();
        for (entry, zeros) in expected.aces.iter_mut().zip([vec![0; 3], vec![0; 2]]) {
            match &mut entry.body {
                AceBody::Permission(permission) => permission.data = AceData::Bytes(zeros),
                body @ AceBody::Unknown(_) => *body = AceBody::Unknown(zeros),
            }
        }
        let other = redacted(descriptor, &mut made_up_names());
        assert_eq!(other.dacl, AclPart::Present(expected));
    }
}
