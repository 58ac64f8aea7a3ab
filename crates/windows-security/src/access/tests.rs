use super::super::inherit::{Creator, InheritedDescriptor, ObjectKind, inherited};
use super::super::testing::*;
use super::super::{Ace, AceBody, AceData, Acl, AclPart, Descriptor, Permission, Trustee};
use super::*;
use proptest::prelude::*;

fn mask_of(text: &str, token: &Token) -> u32 {
    effective(&sd(text), token, &Target::FILE).granted
}

#[test]
fn published_vectors_have_their_rights() {
    for (text, groups, expected) in [
        (
            "O:BAG:SYD:PAI(A;OICI;0x1f01ff;;;SY)(A;OICI;0x1f01ff;;;BA)(A;OICI;0x1f01ff;;;S-1-5-21-9-8-7-1001)(A;OICI;0x1200a9;;;S-1-5-21-9-8-7-1002)",
            &[ADMIN_GROUP][..],
            0x1f01ff,
        ),
        (
            "O:BAG:SYD:PAI(D;OICI;SD;;;S-1-5-21-9-8-7-1002)(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-1103)",
            &[WEB_GROUP],
            0x1201bf,
        ),
        (
            "O:BAG:SYD:PAI(A;OICIIO;0x1f01ff;;;S-1-5-21-1-2-3-1103)(A;;0x1200a9;;;S-1-5-21-1-2-3-1103)",
            &[],
            0x1200a9,
        ),
        (
            "O:S-1-5-21-1-2-3-1103G:SYD:PAI(A;;RC;;;S-1-3-4)",
            &[],
            0x20000,
        ),
    ] {
        assert_eq!(mask_of(text, &token(TIMER, groups)), expected, "{text}");
    }
}

#[test]
fn dacl_null_empty_or_absent_is_distinguished() {
    let timer = token(TIMER, &[]);
    let all = |text: &str| effective(&sd(text), &timer, &Target::FILE);
    assert_eq!(all("O:BAD:NO_ACCESS_CONTROL").granted, 0x1f01ff);
    assert_eq!(all("O:BAD:").granted, 0);
    assert_eq!(all("O:BAD:").denied, 0x1f01ff);
    assert_eq!(mask_of(&format!("O:{TIMER}D:"), &timer), 0x60000);
    let nothing = all("O:BAG:BA");
    assert_eq!(
        (nothing.granted, nothing.denied, nothing.undecided),
        (0, 0, 0x1f01ff)
    );
    assert_eq!(
        nothing.uncertainties,
        [Uncertainty {
            mask: 0x1f01ff,
            cause: UncertaintyCause::NoDacl
        }]
    );
}

#[test]
fn aces_are_applied_in_stored_order() {
    let timer = token(TIMER, &[]);
    assert_eq!(
        mask_of("O:BAD:(A;;0x1301bf;;;T)(D;;SD;;;T)", &timer),
        0x1301bf
    );
    assert_eq!(
        mask_of("O:BAD:(D;;SD;;;T)(A;;0x1301bf;;;T)", &timer),
        0x1201bf
    );
}

#[test]
fn each_right_names_the_ace_that_decides_it() {
    let rights = effective(
        &sd("O:BAD:(D;;SD;;;WD)(A;;0x1200a9;;;WD)(A;;0x1301bf;;;T)"),
        &token(TIMER, &[]),
        &Target::FILE,
    );
    assert_eq!(
        rights.needs(rights::MODIFY),
        Access::Denied(vec![Decision {
            mask: rights::DELETE,
            by: DecidedBy::Ace(0)
        }])
    );
    let granted = vec![
        Decision {
            mask: 0x200a9,
            by: DecidedBy::Ace(1),
        },
        Decision {
            mask: 0x2,
            by: DecidedBy::Ace(2),
        },
    ];
    assert_eq!(rights.needs(0x1200ab), Access::Granted(granted));
    assert_eq!(
        rights.needs(0x40),
        Access::Denied(vec![Decision {
            mask: 0x40,
            by: DecidedBy::NoAce
        }])
    );
    // SYNCHRONIZE alone never denies access.
    assert!(
        effective(
            &sd("O:BAD:(A;;0x200a9;;;T)"),
            &token(TIMER, &[]),
            &Target::FILE
        )
        .needs(rights::READ_EXECUTE)
        .is_granted()
    );
}

#[test]
fn owner_without_ace_may_read_and_change_dacl() {
    let timer = token(TIMER, &[]);
    let owned = |rest: &str| mask_of(&format!("O:{TIMER}G:SYD:{rest}"), &timer);
    assert_eq!(owned("(A;;0x1;;;T)"), 0x60001);
    // The owner's implicit rights come before any ACE.
    assert_eq!(owned("(D;;0x60000;;;T)"), 0x60000);
    assert_eq!(owned("(A;;0x1;;;OW)"), 0x1);
    assert_eq!(owned("(D;;0x20000;;;OW)(A;;0x1301bf;;;T)"), 0x1101bf);
    // An inherit-only ACE for OWNER RIGHTS does not apply to this object.
    assert_eq!(owned("(A;IO;0x1;;;OW)"), 0x60000);
    assert_eq!(mask_of("O:BAD:(A;;0x1f01ff;;;OW)", &timer), 0);
    let unknown = effective(&sd("D:(A;;0x1301bf;;;T)"), &timer, &Target::FILE);
    assert_eq!((unknown.granted, unknown.undecided), (0x1301bf, 0x40000));
    assert_eq!(
        unknown.uncertainties,
        [Uncertainty {
            mask: 0x40000,
            cause: UncertaintyCause::NoOwner
        }]
    );
}

#[test]
fn unknowns_leave_rights_undecided() {
    let timer = token(TIMER, &[]);
    let rights_of = |text: &str, token: &Token| {
        let rights = effective(&sd(text), token, &Target::FILE);
        (
            rights.granted,
            rights.undecided,
            rights
                .uncertainties
                .into_iter()
                .map(|uncertainty| uncertainty.cause)
                .collect::<Vec<_>>(),
        )
    };
    // A group of an unknown domain matters only to a token that contains such a group of some
    // domain.
    assert_eq!(
        rights_of("O:BAD:(D;;SD;;;DA)(A;;0x1301bf;;;T)", &timer),
        (0x1301bf, 0, vec![])
    );
    let timer = timer.with(sid("S-1-5-21-7-7-7-512"));
    assert_eq!(
        rights_of("O:BAD:(D;;SD;;;DA)(A;;0x1301bf;;;T)", &timer),
        (
            0x1201bf,
            0x10000,
            vec![UncertaintyCause::Domain(Some(0), "DA")]
        )
    );
    // The group does not matter if the bits are decided earlier, or if both ways have the same
    // result.
    assert_eq!(
        rights_of("O:BAD:(A;;0x1301bf;;;T)(D;;SD;;;DA)", &timer),
        (0x1301bf, 0, vec![])
    );
    assert_eq!(
        rights_of("O:BAD:(A;;SD;;;DA)(A;;0x1301bf;;;T)", &timer),
        (0x1301bf, 0, vec![])
    );
    assert_eq!(rights_of("O:BAD:(D;;SD;;;DA)", &timer), (0, 0, vec![]));
    // A member of the group is denied, and any other account is not granted the right: both lack
    // it.
    let perhaps = timer.clone().perhaps(sid("S-1-5-21-9-8-7"));
    assert_eq!(
        rights_of(
            &format!("O:BAD:(D;;SD;;;{WEB_GROUP})(A;;SD;;;{WEB_GROUP})"),
            &perhaps
        ),
        (0, 0, vec![])
    );
    let one = vec![UncertaintyCause::Membership(0, sid(WEB_GROUP))];
    assert_eq!(
        rights_of(&format!("O:BAD:(A;;SD;;;{WEB_GROUP})"), &perhaps),
        (0, 0x10000, one)
    );
    assert_eq!(
        rights_of(
            &format!("O:BAD:(A;;SD;;;{WEB_GROUP})"),
            &perhaps.without(sid(WEB_GROUP))
        ),
        (0, 0, vec![])
    );
    assert_eq!(
        rights_of("O:DAD:(A;;0x1;;;T)", &timer),
        (0x1, 0x60000, vec![UncertaintyCause::Domain(None, "DA")])
    );
}

#[test]
fn conditional_and_unknown_aces_leave_rights_undecided() {
    let timer = token(TIMER, &[]);
    let with = |code: u8, body: AceBody| {
        let mut descriptor = sd("O:BAD:(A;;0x1;;;T)");
        let AclPart::Present(acl) = &mut descriptor.dacl else {
            panic!()
        };
        acl.aces.insert(
            0,
            Ace {
                code,
                flags: 0,
                body,
            },
        );
        effective(&descriptor, &timer, &Target::FILE)
    };
    let permission = |who: &str| {
        AceBody::Permission(Permission {
            mask: 0x3,
            object: None,
            trustee: sid(who).into(),
            data: AceData::Bytes(vec![1]),
        })
    };
    let doubtful = with(0x0a, permission(TIMER));
    assert_eq!(
        (doubtful.granted, doubtful.undecided, doubtful.denied & 0x3),
        (0, 0x1, 0x2)
    );
    assert_eq!(
        doubtful.uncertainties,
        [Uncertainty {
            mask: 0x1,
            cause: UncertaintyCause::Condition(0)
        }]
    );
    assert_eq!(with(0x09, permission(TIMER)).undecided, 0x2);
    assert_eq!(with(0x0a, permission(WEB)).granted, 0x1);
    assert_eq!(with(0x02, permission(TIMER)).granted, 0x1);
    let unknown = with(0x77, AceBody::Unknown(vec![1, 2, 3]));
    assert_eq!((unknown.granted, unknown.undecided), (0, 0x1f01ff));
    assert!(unknown.uncertainties.contains(&Uncertainty {
        mask: 0x1f01ff,
        cause: UncertaintyCause::Type(0, 0x77)
    }));
}

#[test]
fn object_ace_on_file_grants_nothing_and_leaves_a_denial_undecided() {
    let timer = token(TIMER, &[]);
    let contact = "5cb41ed0-0e4c-11d0-a286-00aa003049e2";
    let rights_of = |text: &str| effective(&sd(text), &timer, &Target::FILE);
    assert_eq!(
        rights_of(&format!("O:BAD:(OA;;0x3;{contact};;T)")).granted,
        0
    );
    assert_eq!(rights_of("O:BAD:(OA;;0x3;;;T)").granted, 0x3);
    let denied = rights_of(&format!("O:BAD:(OD;;0x1;{contact};;T)(A;;0x3;;;T)"));
    assert_eq!((denied.granted, denied.undecided), (0x2, 0x1));
    assert_eq!(
        denied.uncertainties,
        [Uncertainty {
            mask: 0x1,
            cause: UncertaintyCause::ObjectOnFile(0)
        }]
    );
}

#[test]
fn a_central_policy_leaves_all_rights_undecided() {
    let rights = effective(
        &sd("O:BAD:(A;;0x3;;;T)S:(SP;;0x0;;;S-1-17-1)"),
        &token(TIMER, &[]),
        &Target::FILE,
    );
    assert_eq!((rights.granted, rights.undecided), (0, 0x3));
    assert_eq!(
        rights.uncertainties,
        [Uncertainty {
            mask: 0x3,
            cause: UncertaintyCause::CentralPolicy(0)
        }]
    );
}

#[test]
fn modify_for_subfolders_only_grants_nothing_on_files() {
    let timer = token(TIMER, &[]);
    let parent = sd("O:BAG:SYD:PAI(A;CI;0x1301bf;;;T)");
    let on = |made: ObjectKind| {
        effective(
            &inherited(&parent, made, &Creator::system_service()),
            &timer,
            &Target::FILE,
        )
        .granted
    };
    assert_eq!(effective(&parent, &timer, &Target::FILE).granted, 0x1301bf);
    assert_eq!(
        (on(ObjectKind::File), on(ObjectKind::Folder)),
        (0, 0x1301bf)
    );
    // The file inherits nothing, so it gets the creator's default DACL.
    let file = InheritedDescriptor::new(&parent, ObjectKind::File, &Creator::system_service());
    let rights_of = |token: &Token| file.effective(token, &Target::FILE);
    assert_eq!(
        (rights_of(&timer).granted, rights_of(&timer).undecided),
        (0, 0)
    );
    let system = rights_of(&token("S-1-5-18", &[]));
    assert_eq!((system.granted, system.undecided), (0x1f01ff, 0));
    // The administrators own the file and can read it; their other rights are not known.
    let administrator = rights_of(&token(TIMER, &["S-1-5-32-544"]));
    assert_eq!(
        (administrator.granted, administrator.undecided),
        (0x1600a9, 0x1f01ff & !0x1600a9)
    );
    let why = administrator.needs(rights::DELETE);
    assert!(
        matches!(why, Access::Undecided(uncertainties) if uncertainties[0].cause == UncertaintyCause::CreatorDefaults)
    );
}

#[test]
fn limits_of_the_sacl_apply_to_new_files() {
    let timer = token(TIMER, &[]);
    let list = "O:BAG:SYD:(A;OICI;FA;;;WD)S:";
    for (sacl, on_folder, on_file) in [
        ("(SP;OICI;;;;S-1-17-1)", 0, 0),
        ("(SP;;;;;S-1-17-1)", 0, 0x1f01ff),
        ("(SP;OIIO;;;;S-1-17-1)", 0x1f01ff, 0),
        ("(ML;OICI;NRNWNX;;;SI)", 0, 0),
        ("(ML;OICI;NW;;;HI)", 0x1200a9, 0x1200a9),
        ("(ML;OICI;NRNWNX;;;ME)", 0x1f01ff, 0x1f01ff),
        ("(AU;OICISA;FA;;;WD)", 0x1f01ff, 0x1f01ff),
    ] {
        let folder = sd(&format!("{list}{sacl}"));
        let file = InheritedDescriptor::new(&folder, ObjectKind::File, &Creator::system_service());
        let rights = [
            effective(&folder, &timer, &Target::FILE),
            file.effective(&timer, &Target::FILE),
        ];
        assert_eq!(
            [rights[0].granted, rights[1].granted],
            [on_folder, on_file],
            "{sacl}"
        );
        for rights in rights {
            assert_eq!(
                (rights.granted | rights.undecided, rights.denied),
                (0x1f01ff, 0),
                "{sacl}"
            );
        }
    }
    // No label is above the level of SYSTEM.
    let labelled = sd(&format!("{list}(ML;OICI;NRNWNX;;;SI)"));
    assert_eq!(
        effective(&labelled, &token("S-1-5-18", &[]), &Target::FILE).granted,
        0x1f01ff
    );
}

/// Computes the same result by brute force: each bit, for every combination of unknown memberships.
fn brute_force(descriptor: &Descriptor, holds: &[Sid], perhaps: &[Sid]) -> [u32; 2] {
    let worlds = 1 << perhaps.len();
    let (mut always, mut never) = (0, 0);
    for bit in (0..21).map(|at| 1 << at).filter(|bit| bit & 0x1f01ff != 0) {
        let granted = (0..worlds).filter(|world| {
            let also = perhaps
                .iter()
                .enumerate()
                .filter(|(at, _)| world >> at & 1 == 1)
                .map(|(_, sid)| sid);
            let held: Vec<&Sid> = holds.iter().chain(also).collect();
            is_granted(descriptor, &held, bit)
        });
        match granted.count() {
            0 => never |= bit,
            count if count == worlds => always |= bit,
            _ => {}
        }
    }
    [always, never]
}

/// Returns whether one bit is granted, by the algorithm of MS-DTYP 2.5.3.2 for a single request.
fn is_granted(descriptor: &Descriptor, held: &[&Sid], bit: u32) -> bool {
    let AclPart::Present(acl) = &descriptor.dacl else {
        return descriptor.dacl == AclPart::Null;
    };
    let owns = descriptor
        .owner
        .as_ref()
        .and_then(Trustee::sid)
        .is_some_and(|owner| held.contains(&owner));
    let live: Vec<&Ace> = acl
        .aces
        .iter()
        .filter(|ace| ace.flags & 0x08 == 0)
        .collect();
    let who = |ace: &Ace| ace.permission().unwrap().trustee.sid().unwrap().clone();
    let speaks_of_owner = live
        .iter()
        .any(|ace| ace.code < 2 && who(ace) == Sid::owner_rights());
    if owns && !speaks_of_owner && (bit == 0x20000 || bit == 0x40000) {
        return true;
    }
    for ace in live.into_iter().filter(|ace| ace.code < 2) {
        let matches = if who(ace) == Sid::owner_rights() {
            owns
        } else {
            held.contains(&&who(ace))
        };
        let mask = ace.permission().unwrap().mask;
        let generic = [
            (0x8000_0000, 0x120089),
            (0x4000_0000, 0x120116),
            (0x2000_0000, 0x1200a0),
            (0x1000_0000, 0x1f01ff),
        ];
        let touches = mask & bit != 0
            || generic
                .iter()
                .any(|(one, all)| mask & one != 0 && all & bit != 0);
        if matches && touches {
            return ace.code == 0;
        }
    }
    false
}

/// Generates descriptors of plain ACEs, with an owner.
fn plain() -> impl Strategy<Value = Descriptor> {
    let ace = (0u8..2, any::<u8>(), any_mask(), any_sid());
    let aces = prop::collection::vec(
        ace.prop_map(|(code, flags, mask, sid)| Ace::simple(code, flags, mask, sid)),
        0..10,
    );
    (any_sid(), aces).prop_map(|(owner, aces)| {
        let dacl = AclPart::Present(Acl::new(aces));
        Descriptor {
            owner: Some(owner.into()),
            dacl,
            ..Descriptor::empty()
        }
        .normalized()
    })
}

fn few_sids() -> impl Strategy<Value = Vec<Sid>> {
    let all = [
        TIMER,
        WEB,
        ADMIN_GROUP,
        WEB_GROUP,
        "S-1-1-0",
        "S-1-5-18",
        "S-1-5-32-544",
    ]
    .map(sid)
    .to_vec();
    prop::sample::subsequence(all, 0..=4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn effective_matches_brute_force(descriptor in plain(), holds in few_sids(), perhaps in few_sids()) {
        let perhaps: Vec<Sid> = perhaps.into_iter().filter(|sid| !holds.contains(sid)).collect();
        let token = perhaps.iter().fold(Token::exactly(holds.clone()), |token, sid| token.perhaps(sid.clone()));
        let fast = effective(&descriptor, &token, &Target::FILE);
        let [always, never] = brute_force(&descriptor, &holds, &perhaps);
        prop_assert_eq!([fast.granted, fast.denied], [always, never]);
    }

    #[test]
    fn a_denial_never_adds_a_right(
        descriptor in any_descriptor(MadeUpData::Text), at in any::<prop::sample::Index>(), mask in any_mask(), who in any_sid(),
        flags in any::<u8>(), holds in few_sids(), perhaps in few_sids(),
    ) {
        let token = perhaps.into_iter().fold(Token::exactly(holds), Token::perhaps);
        let mut more = descriptor.clone();
        if let AclPart::Present(acl) = &mut more.dacl {
            let place = at.index(acl.aces.len() + 1);
            acl.aces.insert(place, Ace::simple(1, flags, mask, who));
            let [before, after] = [&descriptor, &more].map(|one| effective(one, &token, &Target::FILE));
            prop_assert_eq!(after.granted & !before.granted, 0);
            prop_assert_eq!((after.granted | after.undecided) & !(before.granted | before.undecided), 0);
        }
    }

    #[test]
    fn every_right_is_in_one_mask_with_a_cause(descriptor in any_descriptor(MadeUpData::Text), holds in few_sids(), perhaps in few_sids()) {
        let token = perhaps.into_iter().fold(Token::exactly(holds), Token::perhaps);
        for (kind, everything) in [(MaskKind::File, 0x1f01ff), (MaskKind::Directory, 0xf01ff)] {
            let rights = effective(&descriptor, &token, &Target { kind, path: &[], is_open: false });
            prop_assert_eq!(rights.granted | rights.denied | rights.undecided, everything);
            prop_assert_eq!(rights.granted.count_ones() + rights.denied.count_ones() + rights.undecided.count_ones(), everything.count_ones());
            let ruled = rights.decisions.iter().fold(0, |all, decision| all | decision.mask);
            prop_assert_eq!(ruled, rights.granted | rights.denied);
            let doubted = rights.uncertainties.iter().fold(0, |all, uncertainty| all | uncertainty.mask);
            prop_assert_eq!(doubted, rights.undecided);
        }
    }
}
