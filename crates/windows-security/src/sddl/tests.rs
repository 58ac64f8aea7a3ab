use super::super::binary;
use super::super::testing::*;
use super::*;
use proptest::prelude::*;

#[track_caller]
fn rewritten(text: &str) -> String {
    write(&sd(text)).unwrap()
}

#[test]
fn texts_are_written_as_they_were_read() {
    for text in [
        "O:BAG:SYD:PAI(A;OICI;0x1f01ff;;;SY)(A;OICI;0x1f01ff;;;BA)(A;OICI;0x1f01ff;;;S-1-5-21-9-8-7-1001)(A;OICI;0x1200a9;;;S-1-5-21-9-8-7-1002)",
        "O:S-1-5-21-1-2-3-1103G:SYD:PAI(A;;0x20000;;;OW)",
        "O:DAG:DUD:ARAI(OA;CIIO;0xf01ff;;5cb41ed0-0e4c-11d0-a286-00aa003049e2;EA)S:AI(AU;SAFA;0x10000;;;WD)",
        "D:(OD;CIID;0x3;bf967aba-0de6-11d0-a285-00aa003049e2;5cb41ed0-0e4c-11d0-a286-00aa003049e2;AO)",
        "D:(OA;;0x3;;;AO)S:(ML;;0x1;;;HI)(SP;;0x0;;;S-1-17-1)",
        "D:",
        "D:P",
        "D:NO_ACCESS_CONTROL",
        "D:PAINO_ACCESS_CONTROL",
        "S:NO_ACCESS_CONTROL",
        "O:SY",
        "D:(XA;OICI;0x1200a9;;;AU;(@User.Department == @Resource.Department))(A;;0x1;;;SY)",
        "D:(XD;;0x2;;;WD;(!(Member_of{ SID(BA)})))(ZA;;0x3;5cb41ed0-0e4c-11d0-a286-00aa003049e2;;AU;(Exists @User.x))",
        "S:(RA;;;;;WD;(\"Project (new)\",TS,0x0,\"Windows; 11\",\"SQL)\"))(XU;SAFA;0x1;;;WD;(a == \")\"))",
    ] {
        assert_eq!(rewritten(text), text);
    }
}

#[test]
fn spellings_are_equivalent() {
    for (text, same) in [
        (
            "o:baG:syd:pai(a;oici;fa;;;sy)",
            "O:BAG:SYD:PAI(A;OICI;0x1f01ff;;;SY)",
        ),
        (
            " O : BA\tD : P ( A ; OI CI ; GR GX ; ; ; WD ) \r\n",
            "O:BAD:P(A;OICI;0xa0000000;;;WD)",
        ),
        (
            "D:(A;;0X1F01FF;;;SY)(A;;017;;;SY)(A;;17;;;SY)(A;;0;;;SY)(A;;;;;SY)",
            "D:(A;;0x1f01ff;;;SY)(A;;0xf;;;SY)(A;;0x11;;;SY)(A;;0x0;;;SY)(A;;0x0;;;SY)",
        ),
        (
            "S:(AU;FA;GA;;;WD)D:(A;;GA;;;SY)G:BAO:SY",
            "O:SYG:BAD:(A;;0x10000000;;;SY)S:(AU;FA;0x10000000;;;WD)",
        ),
        ("O:s-1-5-18 G:S-1-0x5-19D:", "O:SYG:LSD:"),
        (
            "D:(OA;;CR;{AB721A53-1E2F-11D0-9819-00AA0040529B};;PS)",
            "D:(OA;;0x100;ab721a53-1e2f-11d0-9819-00aa0040529b;;PS)",
        ),
        (
            "D:(A;;KAKRKWKX;;;SY)S:(ML;;NWNRNX;;;ME)",
            "D:(A;;0xf003f;;;SY)S:(ML;;0x7;;;ME)",
        ),
    ] {
        assert_eq!(rewritten(text), same, "{text}");
    }
}

#[test]
fn letters_have_the_meaning_of_their_field() {
    // Each pair has the same letters: a right and Everyone, a right and Domain Computers, a right
    // and RESTRICTED, a flag and Schema Admins.
    assert_eq!(
        rewritten("D:(A;;WD;;;WD)(A;;DC;;;DC)(A;;RC;;;RC)"),
        "D:(A;;0x40000;;;WD)(A;;0x2;;;DC)(A;;0x20000;;;RC)"
    );
    assert_eq!(
        rewritten("S:(AU;SA;CC;;;SA)(AU;FA;FA;;;RA)"),
        "S:(AU;SA;0x1;;;SA)(AU;FA;0x1f01ff;;;RA)"
    );
}

#[test]
fn every_letter_of_the_tables_is_read() {
    for (letters, mask) in LETTERS {
        assert_eq!(
            rewritten(&format!("D:(A;;{letters};;;SY)")),
            format!("D:(A;;{mask:#x};;;SY)")
        );
    }
    let wellknown = "BA BU BG PU AO SO PO BO RE RU RD NO MU LU IS CY ER CD RA ES MS HA AA RM WD CO CG OW NU IU SU AN ED PS AU RC SY LS NS WR AC UD AS SS HO SH LW ME MP HI SI";
    for letters in wellknown.split(' ') {
        assert_eq!(rewritten(&format!("O:{letters}")), format!("O:{letters}"));
    }
}

#[test]
fn aliases_of_a_domain_need_the_domain() {
    let domains = Domains {
        domain: Some(sid("S-1-5-21-1-2-3")),
        forest_root: Some(sid("S-1-5-21-7-7-7")),
    };
    for row in every_alias() {
        let text = format!("O:{}D:(A;;0x1;;;{0})", row.alias);
        assert_eq!(rewritten(&text), text);
        let domain = if matches!(row.alias, "EA" | "SA" | "RO" | "EK") {
            "7-7-7"
        } else {
            "1-2-3"
        };
        let who = format!("S-1-5-21-{domain}-{}", row.rid);
        let resolved = read(&text, &domains).unwrap();
        assert_eq!(
            write(&resolved).unwrap(),
            format!("O:{who}D:(A;;0x1;;;{who})")
        );
        assert_eq!(resolved, sd(&text).within(&domains));
    }
}

#[test]
fn conditions_are_kept_as_written() {
    for condition in [
        "(@user.Dept==\"Sales\")",
        "( Member_of{SID(DA)}  ||\t(a) )",
        "(no condition at all)",
        "(a == \"(\")",
    ] {
        let text = format!("D:(XA;;0x1;;;SY;{condition})(A;;0x2;;;SY)");
        let descriptor = read(&text, &Domains::single(sid("S-1-5-21-1-2-3"))).unwrap();
        let kept = &descriptor.dacl.aces()[0].permission().unwrap().data;
        assert_eq!(kept, &AceData::Text(condition.to_owned()));
        assert_eq!(write(&descriptor).unwrap(), text);
    }
}

#[test]
fn stored_conditions_cannot_be_written_as_sddl() {
    let mut descriptor = sd("D:(A;;0x2;;;SY)(XA;;0x1;;;SY;(a))");
    let AclPart::Present(acl) = &mut descriptor.dacl else {
        panic!()
    };
    let AceBody::Permission(permission) = &mut acl.aces[1].body else {
        panic!()
    };
    permission.data = AceData::Bytes(b"artx".to_vec());
    assert_eq!(
        write(&descriptor).unwrap_err().to_string(),
        "ACE 2 of `D:` holds a condition or an attribute as bytes, which cannot be converted \
         to text"
    );
}

#[test]
fn malformed_texts_are_rejected_at_their_position() {
    for (text, offset, message) in [
        ("", 0, "it has no part"),
        ("  ", 0, "it has no part"),
        ("hello", 0, "'h' does not begin a part"),
        ("D", 1, "a colon must follow `D`"),
        ("O:", 2, "neither a SID"),
        ("O:XX", 2, "`XX` is neither a SID"),
        ("O:S-1-5-x", 8, "`x` is not a number"),
        ("O:SYO:BA", 4, "duplicate `O:`"),
        ("D:(A;;GA;;;SY", 13, "the text ends within an ACE"),
        ("D:(A;;GA;;;SY)x", 14, "'x' does not begin a part"),
        ("D:(Q;;GA;;;SY)", 3, "`Q` is not an ACE type"),
        ("D:(A;ZZ;GA;;;SY)", 5, "`ZZ` is not an ACE flag"),
        ("D:(A;OIC;GA;;;SY)", 7, "`C` is not an ACE flag"),
        ("D:(A;;GAQQ;;;SY)", 8, "`QQ` is not a right"),
        ("D:(A;;0x1ffffffff;;;SY)", 6, "not a 32-bit mask"),
        ("D:(A;;09;;;SY)", 6, "not a 32-bit mask"),
        ("D:(A;;NW;;;SY)", 6, "`NW` is not a right"),
        (
            "D:(A;;GA;bf967aba-0de6-11d0-a285-00aa003049e2;;SY)",
            9,
            "type A has no object type",
        ),
        ("D:(OA;;GA;bf967aba;;SY)", 10, "`bf967aba` is not a GUID"),
        (
            "D:(A;;GA;;SY)",
            12,
            "a semicolon must follow the ACE's inherited object type",
        ),
        ("D:(A;;GA;;;)", 11, "neither a SID"),
        ("D:(A;;GA;;;SY;x)", 13, "does not end here"),
        ("D:(A;;GA;;;DOM\\user)", 11, "`DOM\\user` is neither a SID"),
        ("D:NO_ACCESS_CONTROL(A;;GA;;;SY)", 19, "ACEs cannot follow"),
        ("D:(ä;;GA;;;SY)", 3, "`ä` is not an ACE type"),
        (
            "D:(XA;;GA;;;SY)",
            14,
            "a semicolon must follow the ACE's account",
        ),
        (
            "D:(XA;;GA;;;SY;)",
            15,
            "`(` is missing before the condition",
        ),
        ("D:(XA;;GA;;;SY;(a);)", 18, "does not end here"),
        ("S:(RA;;;;;WD;)", 13, "`(` is missing before the attribute"),
        (
            "D:(XA;;GA;;;SY;(a == \")",
            23,
            "the text ends within an ACE",
        ),
        ("O:ÄÖ", 2, "neither a SID"),
    ] {
        let found = read(text, &Domains::default()).unwrap_err();
        assert!(
            found.message.contains(message) && found.offset == offset,
            "{text}: {found}"
        );
    }
}

proptest! {
    #[test]
    fn descriptors_survive_writing_and_reading(descriptor in any_descriptor(MadeUpData::Text)) {
        prop_assume!(descriptor != Descriptor::empty());
        let text = write(&descriptor).unwrap();
        let again = read(&text, &Domains::default());
        prop_assert_eq!(again.as_ref(), Ok(&descriptor), "{}", text);
        prop_assert_eq!(write(&again.unwrap()).unwrap(), text);
    }

    #[test]
    fn text_and_bytes_describe_the_same_descriptor(descriptor in any_descriptor(MadeUpData::None)) {
        prop_assume!(descriptor != Descriptor::empty());
        let text = write(&descriptor).unwrap();
        let bytes = binary::write(&descriptor).unwrap();
        prop_assert_eq!(write(&binary::read(&bytes).unwrap()).unwrap(), text);
    }

    #[test]
    fn changed_text_never_panics(
        descriptor in any_descriptor(MadeUpData::Text),
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[ -~äöü();:]{0,3}"), 1..4),
    ) {
        let mut text: Vec<char> = write(&descriptor).unwrap_or_default().chars().collect();
        text.push(' ');
        for (at, new) in changes {
            let place = at.index(text.len());
            text.splice(place..place + 1, new.chars());
            text.push(' ');
        }
        let text: String = text.into_iter().collect();
        match read(&text, &Domains::default()) {
            Ok(descriptor) => prop_assert!(write(&descriptor).is_ok()),
            Err(error) => prop_assert!(error.offset <= text.len() && text.is_char_boundary(error.offset)),
        }
    }

    #[test]
    fn any_text_never_panics(text in "\\PC{0,80}") {
        let _ = read(&text, &Domains::default());
    }
}

#[test]
fn a_list_with_too_many_aces_is_rejected_at_once() {
    let list = |aces: usize| format!("D:{}", "(A;;FA;;;SY)".repeat(aces));
    assert!(read(&list(4095), &Domains::default()).is_ok());
    let refused = read(&list(100_000), &Domains::default()).unwrap_err();
    assert!(refused.message.contains("4095"), "{refused}");
}

#[test]
fn a_condition_longer_than_an_ace_is_rejected() {
    let of = |depth: usize| {
        format!(
            "D:(XA;;FA;;;WD;{}a{})",
            "(".repeat(depth),
            ")".repeat(depth)
        )
    };
    assert!(read(&of(1000), &Domains::default()).is_ok());
    let error = read(&of(40_000), &Domains::default()).expect_err("it is too long");
    assert_eq!(error.offset, 15);
}
