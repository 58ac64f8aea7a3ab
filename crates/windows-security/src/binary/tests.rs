use super::super::testing::*;
use super::*;
use proptest::prelude::*;

#[test]
fn a_real_descriptor_is_read_and_written() {
    let descriptor = read(&from_hex(NTFS)).unwrap();
    assert_eq!(descriptor.control, 0x8404);
    assert_eq!(
        descriptor.owner.as_ref().unwrap().to_string(),
        "S-1-5-21-3845585207-1249453872-4219920892-2759"
    );
    let rows: Vec<(u8, u8, u32, String)> = descriptor
        .dacl
        .aces()
        .iter()
        .map(|ace| {
            (
                ace.code,
                ace.flags,
                ace.permission().unwrap().mask,
                ace.permission().unwrap().trustee.to_string(),
            )
        })
        .collect();
    let who = |rid: u32| format!("S-1-5-21-1111430153-439607682-2200266956-{rid}");
    assert_eq!(
        rows,
        [
            (0, 0x10, 0x1f01ff, who(1263)),
            (0, 0x10, 0x1301bf, who(1264)),
            (0, 0x10, 0x1200a9, who(1265))
        ]
    );
    // Windows lays out the parts in the same order as `write`.
    assert_eq!(to_hex(&write(&descriptor).unwrap()), NTFS);
}

#[test]
fn the_wizards_delegation_is_read_and_written() {
    let descriptor = read(&from_hex(WIZARD)).unwrap();
    let user = "bf967aba-0de6-11d0-a285-00aa003049e2";
    let who = "S-1-5-21-1-2-3-1101";
    let text = super::super::sddl::write(&descriptor).unwrap();
    assert_eq!(
        text,
        format!("D:(OA;CIIO;0x10000000;;{user};{who})(OA;CI;0x3;{user};;{who})")
    );
    assert_eq!(to_hex(&write(&descriptor).unwrap()), WIZARD);
}

/// Returns the bytes with some of them replaced.
fn with(bytes: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

#[test]
fn parts_may_be_anywhere() {
    let owner = sid(TIMER).to_bytes();
    let acl = [2, 0, 36 + 8, 0, 1, 0, 0, 0, 0, 0, 36, 0, 0xff, 1, 0x1f, 0]
        .into_iter()
        .chain(owner.clone());
    let acl: Vec<u8> = acl.collect();
    let head = |owner: u8, group: u8, dacl: u8| {
        let words = [owner, 0, 0, 0, group, 0, 0, 0, 0, 0, 0, 0, dacl, 0, 0, 0];
        [1, 0, 4, 0x80]
            .into_iter()
            .chain(words)
            .collect::<Vec<u8>>()
    };
    let expected = sd(&format!("O:{TIMER}G:{TIMER}D:(A;;0x1f01ff;;;{TIMER})"));
    let slack = [0xaa; 5];
    let list_last = [&head(25, 25, 53)[..], &slack, &owner, &acl].concat();
    assert_eq!(read(&list_last), Ok(expected.clone()));
    // The owner's and the group's SID are inside an ACE of the DACL.
    let shared = [&head(36, 36, 20)[..], &acl].concat();
    assert_eq!(read(&shared), Ok(expected));
}

#[test]
fn absent_null_and_empty_acls_are_distinguished() {
    let head = |control: u8, dacl: u8| {
        [
            1, 0, control, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, dacl, 0, 0, 0,
        ]
        .to_vec()
    };
    let dacl = |bytes: Vec<u8>| read(&bytes).unwrap().dacl;
    assert_eq!(dacl(head(0, 0)), AclPart::Absent);
    assert_eq!(dacl(head(4, 0)), AclPart::Null);
    let empty = [&head(4, 20)[..], &[2, 0, 8, 0, 0, 0, 0, 0]].concat();
    assert_eq!(dacl(empty.clone()), AclPart::Present(Acl::new(Vec::new())));
    // The control bit decides: without it, the ACL is absent.
    assert_eq!(dacl(with(&empty, 2, &[0])), AclPart::Absent);
}

#[test]
fn ace_longer_than_its_sid_is_read() {
    let bytes = write(&sd("D:(A;;0x1;;;SY)(A;;0x2;;;SY)")).unwrap();
    let mut longer = bytes.clone();
    longer.splice(48..48, [7; 4]);
    let longer = with(&with(&longer, 22, &[52]), 30, &[24]);
    assert_eq!(read(&longer).unwrap(), read(&bytes).unwrap());
}

#[test]
fn wrong_lengths_and_offsets_are_rejected() {
    let bytes = write(&sd("O:BAG:SYD:(A;;0x1;;;SY)")).unwrap();
    assert!(read(&bytes).is_ok());
    for (at, new, offset, message) in [
        (0, &[2][..], 0, "has revision 2"),
        (2, &[4, 0], 2, "not self-relative"),
        (
            4,
            &[0xff, 0xff, 0xff, 0xff],
            4,
            "the owner has offset 4294967295",
        ),
        (4, &[4, 0], 4, "the owner has offset 4"),
        (16, &[200], 16, "the DACL has offset 200"),
        (20, &[9], 20, "the ACL has revision 9"),
        (22, &[4, 0], 22, "an impossible length of 4 bytes"),
        (
            22,
            &[0xff, 0xff],
            22,
            "the ACL has an impossible length of 65535 bytes",
        ),
        (
            24,
            &[2],
            48,
            "ACE 2 of 2 cannot be read: the ACL ends before it",
        ),
        (
            30,
            &[0, 0],
            30,
            "ACE 1 of 1 cannot be read: it has an impossible length of 0 bytes",
        ),
        (
            30,
            &[40, 0],
            30,
            "ACE 1 of 1 cannot be read: it has an impossible length of 40 bytes",
        ),
        (
            30,
            &[12, 0],
            40,
            "ACE 1 of 1 cannot be read: a SID ends within its first 8 bytes",
        ),
        (
            37,
            &[9],
            48,
            "ACE 1 of 1 cannot be read: a SID of 9 numbers ends too early",
        ),
    ] {
        let found = read(&with(&bytes, at, new)).unwrap_err();
        assert!(
            found.message.contains(message) && found.offset == offset,
            "{at}: {found}"
        );
    }
    assert_eq!(read(&[]).unwrap_err().offset, 0);
}

#[test]
fn unknown_types_are_kept() {
    let mut descriptor = sd("D:(A;;0x1;;;SY)");
    let AclPart::Present(acl) = &mut descriptor.dacl else {
        panic!()
    };
    acl.aces.push(Ace {
        code: 0x42,
        flags: 3,
        body: AceBody::Unknown(vec![1, 2, 3, 4]),
    });
    let bytes = write(&descriptor).unwrap();
    assert_eq!(read(&bytes), Ok(descriptor.clone()));
    assert_eq!(
        super::super::sddl::write(&descriptor)
            .unwrap_err()
            .to_string(),
        "ACE 2 of `D:` is of type 0x42, which SDDL cannot express"
    );
}

#[test]
fn conditions_are_kept_as_stored() {
    let mut descriptor = sd("D:(XA;;0x1;;;SY;(a))(A;;0x2;;;SY)S:(RA;;;;;WD;(\"a\",TU,0,3))");
    let why = "an ACE's condition or attribute is text, which cannot be converted to bytes";
    assert_eq!(write(&descriptor).unwrap_err().to_string(), why);
    for part in [&mut descriptor.dacl, &mut descriptor.sacl] {
        let AclPart::Present(acl) = part else {
            panic!()
        };
        let AceBody::Permission(permission) = &mut acl.aces[0].body else {
            panic!()
        };
        permission.data = AceData::Bytes(b"no condition".to_vec());
    }
    let bytes = write(&descriptor).unwrap();
    assert_eq!(read(&bytes), Ok(descriptor));
}

#[test]
fn inexpressible_parts_are_not_written() {
    assert_eq!(
        write(&sd("O:DAD:")).unwrap_err().to_string(),
        "`DA` (Domain Admins) belongs to an unknown domain"
    );
    let many = Ace::simple(0, 0, 1, sid("S-1-5-18"));
    let dacl = AclPart::Present(Acl::new(vec![many; 4000]));
    assert_eq!(
        write(&Descriptor {
            dacl,
            ..Descriptor::empty()
        })
        .unwrap_err()
        .to_string(),
        "an ACL is longer than 65535 bytes"
    );
}

proptest! {
    #[test]
    fn descriptors_survive_writing_and_reading(descriptor in any_descriptor(MadeUpData::Bytes)) {
        let bytes = write(&descriptor).unwrap();
        let again = read(&bytes);
        prop_assert_eq!(again.as_ref(), Ok(&descriptor));
        prop_assert_eq!(write(&again.unwrap()).unwrap(), bytes);
    }

    #[test]
    fn changed_bytes_never_panic(
        descriptor in any_descriptor(MadeUpData::Bytes),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = write(&descriptor).unwrap();
        for (at, new) in changes {
            let place = at.index(bytes.len());
            bytes[place] = new;
        }
        for bytes in [&bytes[..], &bytes[..cut.index(bytes.len())]] {
            match read(bytes) {
                Ok(descriptor) => prop_assert!(write(&descriptor).is_ok()),
                Err(error) => prop_assert!(error.offset <= bytes.len()),
            }
        }
    }

    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }
}
