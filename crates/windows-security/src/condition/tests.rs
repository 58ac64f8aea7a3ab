use super::super::sid::Domains;
use super::super::testing::*;
use super::*;
use proptest::prelude::*;

#[track_caller]
fn parsed(text: &str) -> Term {
    let mut cursor = Cursor { text, at: 0 };
    let term = read_text(&mut cursor, &Domains::default())
        .unwrap_or_else(|fault| panic!("{text}: {fault}"));
    assert_eq!(cursor.at, text.len(), "{text}");
    term
}

#[test]
fn what_is_written_is_what_was_read() {
    for text in [
        r#"(@User.Title == "PM" && (@User.Division == "Finance" || @User.Division == "Sales"))"#,
        r#"(@User.Title == "PM" && @User.Division == "Finance" || @User.Division == "Sales")"#,
        r#"(Member_of {SID(BA), SID(S-1-5-21-1-2-3-1103)})"#,
        r#"(Member_of SID(BA))"#,
        r#"(Not_Device_Member_of_Any {SID(SY)})"#,
        r#"(@Resource.Project Any_of @User.Project)"#,
        r#"(@User.Clearance >= @Resource.Level && !(@Device.Managed != 1))"#,
        r#"(@User.ad://ext/Department:88d9 Contains {"a", "b"})"#,
        r#"(Exists @User.x && Not_Exists local)"#,
        r#"(a < -5 || a > +0x1f || a == 017 || a <= 0 || a == 00)"#,
        r#"(a == #00ff || a == {} || a == "")"#,
        r#"(a || b || (c || d))"#,
        r#"(a && b && (c && d))"#,
        r#"(!(!(a)))"#,
        r#"(a@b:c/d == 1)"#,
        r#"(@User.%0041%4e2d == "ä中")"#,
    ] {
        let term = parsed(text);
        let again = write_text(&term).unwrap();
        assert_eq!(parsed(&again), term, "{text}");
        assert_eq!(read_wire(&write_wire(&term)), Ok(term), "{text}");
        assert_eq!(again, text.replace("%0041", "A"));
    }
}

#[test]
fn spellings() {
    for (text, same) in [
        (
            r#"( @user.Title=="PM"&&(@USER.Division == "Finance"||@User.Division ==  "Sales") )"#,
            r#"(@User.Title == "PM" && (@User.Division == "Finance" || @User.Division == "Sales"))"#,
        ),
        (
            "(member_of{SID(BA),SID(SY)})",
            "(Member_of {SID(BA), SID(SY)})",
        ),
        ("((((a))))", "(a)"),
        ("(a!=1)", "(a != 1)"),
        ("(!(a))", "(!(a))"),
    ] {
        assert_eq!(write_text(&parsed(text)).unwrap(), same);
    }
}

#[test]
fn the_stored_form() {
    // MS-DTYP 2.4.4.17.5 to 2.4.4.17.7: operand, operand, operator; lengths in bytes; filled up to
    // four.
    let bytes = write_wire(&parsed(r#"(@User.ab == "c")"#));
    let expected = [
        "61727478",
        "f904000000",
        "61006200",
        "1002000000",
        "6300",
        "80",
        "000000",
    ]
    .concat();
    assert_eq!(to_hex(&bytes), expected);
    assert_eq!(
        to_hex(&write_wire(&parsed("(a == -1)"))),
        "61727478f8020000006100".to_owned() + "04ffffffffffffffff0202" + "80" + "00"
    );
    let member = write_wire(&parsed("(Member_of {SID(SY)})"));
    assert_eq!(
        to_hex(&member),
        "617274785011000000510c0000000101000000000005120000008900"
    );
}

#[test]
fn what_is_no_condition() {
    for (text, offset) in [
        ("", 0),
        ("a", 0),
        ("(", 1),
        ("()", 1),
        ("(a", 2),
        ("(a ==)", 5),
        ("(\"a\")", 1),
        ("(a == \"b)", 7),
        ("(a == #0)", 7),
        ("(a == 99999999999999999999)", 6),
        ("(Member_of {SID(DA)})", 16),
        ("(Member_of {SID(SY) SID(SY)})", 20),
        ("(a && \"b\")", 6),
        ("(@User.)", 7),
        ("(%00g0)", 1),
        ("(!a)", 2),
        ("(@Foo.a)", 1),
    ] {
        let found = read_text(&mut Cursor { text, at: 0 }, &Domains::default())
            .map_err(|fault| fault.offset);
        assert_eq!(found, Err(offset), "{text}");
    }
    let deep = "(".repeat(10_000);
    assert!(
        read_text(&mut Cursor { text: &deep, at: 0 }, &Domains::default())
            .unwrap_err()
            .message
            .contains("too deep")
    );
    let long = format!("({}a)", "a && ".repeat(10_000));
    assert!(
        read_text(&mut Cursor { text: &long, at: 0 }, &Domains::default())
            .unwrap_err()
            .message
            .contains("too deep")
    );
    for (digits, offset) in [
        ("", 0),
        ("61727479", 0),
        ("61727478", 4),
        ("6172747880", 4),
        ("61727478f8", 5),
        ("61727478f8ffffffff", 5),
        ("61727478f80100000061", 5),
        ("61727478f8020000006100f8020000006200", 18),
        ("6172747855", 4),
    ] {
        assert_eq!(
            read_wire(&from_hex(digits)).map_err(|fault| fault.offset),
            Err(offset),
            "{digits}"
        );
    }
    let nots = [&b"artx"[..], &[0xf8, 2, 0, 0, 0, 0x61, 0], &[0xa2; 10_000]].concat();
    assert!(read_wire(&nots).unwrap_err().message.contains("too deep"));
}

#[test]
fn names_that_would_be_taken_for_something_else() {
    for name in [
        "1a",
        "@User.x",
        "@",
        "exists",
        "SID",
        "Member_of",
        "a b",
        "-1",
        "\"",
        "#00",
        "%",
    ] {
        for scope in [Scope::Local, Scope::User] {
            let term = before(&OPERATORS[10], Term::Attribute(scope, name.to_owned())).unwrap();
            assert_eq!(parsed(&write_text(&term).unwrap()), term, "{name}");
        }
    }
}

#[test]
fn what_the_language_cannot_say() {
    let said = |term: Term| write_text(&before(&OPERATORS[10], term).unwrap());
    assert!(
        said(Term::Text("a\"b".into()))
            .unwrap_err()
            .contains("quote")
    );
    assert!(
        said(Term::Integer(Integer {
            value: -1,
            sign: Sign::None,
            base: Base::Decimal
        }))
        .is_err()
    );
    assert!(said(Term::Attribute(Scope::Local, String::new())).is_err());
}

fn any_value() -> impl Strategy<Value = Term> {
    let scope = prop::sample::select(vec![
        Scope::Local,
        Scope::User,
        Scope::Resource,
        Scope::Device,
    ]);
    let name = prop_oneof![
        "[a-z%@ä0-9 ]{1,5}",
        Just("Exists".to_owned()),
        Just("sid".to_owned())
    ];
    let integer = (
        any::<i64>(),
        prop::sample::select(vec![Base::Octal, Base::Decimal, Base::Hexadecimal]),
    );
    let simple = prop_oneof![
        (scope, name).prop_map(|(scope, name)| Term::Attribute(scope, name)),
        integer.prop_map(|(value, base)| {
            Term::Integer(Integer {
                value,
                sign: if value < 0 { Sign::Minus } else { Sign::None },
                base,
            })
        }),
        "[^\"]{0,5}".prop_map(Term::Text),
        prop::collection::vec(any::<u8>(), 0..4).prop_map(Term::Octets),
        any_sid().prop_map(Term::Sid),
    ];
    prop_oneof![4 => simple.clone(), 1 => prop::collection::vec(simple, 0..4).prop_map(Term::List)]
}

fn any_truth() -> impl Strategy<Value = Term> {
    let pick = |form: &'static [Form]| {
        prop::sample::select(
            OPERATORS
                .iter()
                .filter(|row| form.contains(&row.form))
                .collect::<Vec<_>>(),
        )
    };
    let leaf = prop_oneof![
        (pick(&[Form::Test]), any_value())
            .prop_map(|(operator, value)| before(operator, value).unwrap()),
        (pick(&[Form::Relation]), any_value(), any_value())
            .prop_map(|(row, one, two)| between(row, one, two).unwrap()),
        "[a-z]{1,3}".prop_map(|name| Term::Attribute(Scope::User, name)),
    ];
    leaf.prop_recursive(5, 30, 2, move |inner| {
        prop_oneof![
            (pick(&[Form::Not]), inner.clone())
                .prop_map(|(operator, term)| before(operator, term).unwrap()),
            (pick(&[Form::And, Form::Or]), inner.clone(), inner)
                .prop_map(|(row, one, two)| between(row, one, two).unwrap()),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_is_lost(term in any_truth()) {
        prop_assert_eq!(read_wire(&write_wire(&term)), Ok(term.clone()));
        let text = write_text(&term).unwrap();
        let mut cursor = Cursor { text: &text, at: 0 };
        prop_assert_eq!(read_text(&mut cursor, &Domains::default()), Ok(term), "{}", text);
        prop_assert_eq!(cursor.at, text.len());
    }

    #[test]
    fn nothing_panics(text in "[-(){}@!&|=<>\"#%, a-zA-Z0-9_]{0,60}", bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let text = format!("({text})");
        if let Err(fault) = read_text(&mut Cursor { text: &text, at: 0 }, &Domains::default()) {
            prop_assert!(fault.offset <= text.len());
        }
        let bytes = [&b"artx"[..], &bytes].concat();
        if let Err(fault) = read_wire(&bytes) {
            prop_assert!(fault.offset <= bytes.len());
        }
    }
}
