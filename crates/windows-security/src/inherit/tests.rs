use super::super::sddl;
use super::super::testing::*;
use super::*;
use proptest::prelude::*;

/// Returns the ACEs that a new object inherits from this DACL, without the flag INHERITED.
#[track_caller]
fn passed(list: &str, made: ObjectKind) -> String {
    let creator = Creator {
        owner: Some(sid(WEB).into()),
        group: Some(sid("S-1-5-18").into()),
        ..Creator::default()
    };
    let descriptor = inherited(&sd(&format!("O:BAG:SYD:{list}")), made, &creator);
    let text = sddl::write(&Descriptor {
        owner: None,
        group: None,
        ..descriptor
    })
    .unwrap();
    let text = text
        .replace(&format!(";{TIMER})"), ";T)")
        .replace(&format!(";{WEB})"), ";W)");
    text.strip_prefix("D:AI").unwrap().replace("ID;", ";")
}

#[test]
fn published_vectors_are_inherited() {
    assert_eq!(passed("(A;CI;0x1301bf;;;T)", ObjectKind::File), "");
    assert_eq!(
        passed("(A;CI;0x1301bf;;;T)", ObjectKind::Folder),
        "(A;CI;0x1301bf;;;T)"
    );
    assert_eq!(
        passed("(A;OICI;0x1301bf;;;T)", ObjectKind::File),
        "(A;;0x1301bf;;;T)"
    );
    assert_eq!(
        passed("(A;OICI;0x1301bf;;;T)", ObjectKind::Folder),
        "(A;OICI;0x1301bf;;;T)"
    );
}

#[test]
fn every_combination_of_flags_is_inherited() {
    for (flags, file, folder) in [
        ("", "", ""),
        ("IO", "", ""),
        ("NP", "", ""),
        ("OI", "(A;;0x1;;;T)", "(A;OIIO;0x1;;;T)"),
        ("OIIO", "(A;;0x1;;;T)", "(A;OIIO;0x1;;;T)"),
        ("OINP", "(A;;0x1;;;T)", ""),
        ("CIIO", "", "(A;CI;0x1;;;T)"),
        ("CINP", "", "(A;;0x1;;;T)"),
        ("CINPIO", "", "(A;;0x1;;;T)"),
        ("OICIIO", "(A;;0x1;;;T)", "(A;OICI;0x1;;;T)"),
        ("OICINP", "(A;;0x1;;;T)", "(A;;0x1;;;T)"),
        ("OICIID", "(A;;0x1;;;T)", "(A;OICI;0x1;;;T)"),
    ] {
        let list = format!("(A;{flags};0x1;;;T)");
        assert_eq!(passed(&list, ObjectKind::File), file, "{list}");
        assert_eq!(passed(&list, ObjectKind::Folder), folder, "{list}");
    }
}

#[test]
fn creators_and_generic_rights_are_filled_in() {
    assert_eq!(
        passed("(A;OICIIO;GA;;;CO)", ObjectKind::File),
        "(A;;0x1f01ff;;;W)"
    );
    assert_eq!(
        passed("(A;OICIIO;GA;;;CO)", ObjectKind::Folder),
        "(A;;0x1f01ff;;;W)(A;OICIIO;0x10000000;;;CO)"
    );
    assert_eq!(
        passed("(A;OICI;GRGX;;;T)", ObjectKind::Folder),
        "(A;;0x1200a9;;;T)(A;OICIIO;0xa0000000;;;T)"
    );
    assert_eq!(
        passed("(A;OICINP;0x1;;;CG)", ObjectKind::Folder),
        "(A;;0x1;;;SY)"
    );
    assert_eq!(
        passed("(A;OI;GA;;;CO)", ObjectKind::Folder),
        "(A;OIIO;0x10000000;;;CO)"
    );
    // Without a known creator, CREATOR OWNER stays.
    let nobody = inherited(
        &sd("O:BAD:(A;OI;0x1;;;CO)"),
        ObjectKind::File,
        &Creator::default(),
    );
    assert_eq!(sddl::write(&nobody).unwrap(), "D:AI(A;ID;0x1;;;CO)");
}

#[test]
fn aces_for_a_class_are_inherited_by_that_class() {
    let contact: Guid = "5cb41ed0-0e4c-11d0-a286-00aa003049e2".parse().unwrap();
    let user: Guid = "bf967aba-0de6-11d0-a285-00aa003049e2".parse().unwrap();
    let list = format!("(OA;CIIO;GA;;{contact};T)");
    assert_eq!(
        passed(&list, ObjectKind::DirectoryObject(contact)),
        format!("(OA;;0xf01ff;;;T)(OA;CIIO;0x10000000;;{contact};T)")
    );
    assert_eq!(
        passed(&list, ObjectKind::DirectoryObject(user)),
        format!("(OA;CIIO;0x10000000;;{contact};T)")
    );
    assert_eq!(
        passed(
            &format!("(OA;CINP;0x3;;{contact};T)"),
            ObjectKind::DirectoryObject(user)
        ),
        ""
    );
    // Only objects of Active Directory have classes.
    assert_eq!(
        passed(&format!("(OA;OICINP;0x1;;{contact};T)"), ObjectKind::File),
        ""
    );
    assert_eq!(
        passed(
            &format!("(OA;CI;0x20;{user};;T)"),
            ObjectKind::DirectoryObject(contact)
        ),
        format!("(OA;CI;0x20;{user};;T)")
    );
}

#[test]
fn without_inheritance_the_creators_dacl_applies() {
    let service = Creator::system_service();
    let made = |list: &str, made: ObjectKind| {
        sddl::write(&inherited(&sd(&format!("O:SYD:{list}")), made, &service)).unwrap()
    };
    let default = "O:BAG:SYD:AI(A;;0x1f01ff;;;SY)(A;;0x1200a9;;;BA)";
    for list in ["", "NO_ACCESS_CONTROL", "(A;CI;GA;;;WD)", "(A;;GA;;;WD)"] {
        assert_eq!(made(list, ObjectKind::File), default);
    }
    assert_eq!(
        made("(A;OI;0x1;;;WD)", ObjectKind::File),
        "O:BAG:SYD:AI(A;ID;0x1;;;WD)"
    );
    assert_eq!(
        made("(A;OI;0x1;;;WD)", ObjectKind::Folder),
        "O:BAG:SYD:AI(A;OIIOID;0x1;;;WD)"
    );
    assert_eq!(
        inherited(&sd("O:SY"), ObjectKind::File, &service).dacl,
        AclPart::Absent
    );
    let class = Creator {
        aces: vec![Ace::simple(0, 0, 0x94, sid("S-1-5-11"))],
        always_adds_own_aces: true,
        ..Creator::default()
    };
    let object = inherited(
        &sd("D:(A;CI;0x3;;;SY)"),
        ObjectKind::DirectoryObject(Guid::new(1)),
        &class,
    );
    assert_eq!(
        sddl::write(&object).unwrap(),
        "D:AI(A;;0x94;;;AU)(A;CIID;0x3;;;SY)"
    );
}

#[test]
fn a_possible_creator_may_have_the_creators_rights() {
    for list in ["D:(A;;GA;;;WD)", "D:(A;OICIIO;GA;;;CO)"] {
        let child = InheritedDescriptor::new(&sd(list), ObjectKind::File, &Creator::unknown());
        let rights_of = |token: Token| child.effective(&token, &Target::FILE);
        assert_eq!(rights_of(token(TIMER, &[])).denied, 0x1f01ff, "{list}");
        assert_eq!(
            rights_of(token(TIMER, &[]).perhaps(Sid::creator_owner())).undecided,
            0x1f01ff,
            "{list}"
        );
    }
}

proptest! {
    #[test]
    fn inherited_aces_keep_their_order(descriptor in any_descriptor(MadeUpData::Text)) {
        for made in [ObjectKind::File, ObjectKind::Folder, ObjectKind::DirectoryObject(Guid::new(7))] {
            let child = inherited(&descriptor, made, &Creator::default());
            // Each ACE of the child comes from an ACE of the parent, in the same order.
            let mut parents = descriptor.dacl.aces().iter();
            let mut parent = parents.next();
            for ace in child.dacl.aces() {
                let fits = |parent: &Ace| {
                    let [one, two] = pass_on(parent, made, &Creator::default());
                    one.as_ref() == Some(ace) || two.as_ref() == Some(ace)
                };
                while !parent.is_some_and(fits) {
                    parent = parents.next();
                    prop_assert!(parent.is_some());
                }
            }
            prop_assert!(child.dacl.aces().iter().all(|ace| ace.has(flags::INHERITED)));
        }
    }
}
