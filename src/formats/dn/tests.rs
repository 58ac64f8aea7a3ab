use super::*;
use proptest::prelude::*;

fn fault(text: &str) -> DnError {
    Name::parse(text).unwrap_err()
}

/// Names as typed, and normalized.
const NAMES: &str = r#"
OU=SharePoint Contacts,DC=farm,DC=example => OU=SharePoint Contacts,DC=farm,DC=example
 OU= SharePoint Contacts , DC = farm , DC= example  => OU=SharePoint Contacts,DC=farm,DC=example
OU=Sales\, EMEA,DC=farm,DC=example => OU=Sales\, EMEA,DC=farm,DC=example
OU="Sales, ",DC=a => OU=Sales\,\ ,DC=a
OU= "a\"b" + CN=c , DC=d => OU=a\"b+CN=c,DC=d
OU=\ a\  ,dc=b => OU=\ a\ ,dc=b
OU=L\C3\BCbeck\2C x\0ACNF:1 => OU=Lübeck\, x\0ACNF:1
OU=\#1\=2=3/4 => OU=\#1=2=3/4
OU=a\E2\80\AEb => OU=a\E2\80\AEb
DC=example,DC=farm,OU=x => DC=example,DC=farm,OU=x
oid.2.5.4.11=x,DC=farm.example => oid.2.5.4.11=x,DC=farm.example"#;

#[test]
fn names_are_read_and_normalized() {
    for line in NAMES.lines().skip(1) {
        let (typed, normal) = line.split_once(" => ").unwrap();
        assert_eq!(Name::parse(typed).unwrap().to_string(), normal, "{typed}");
    }
}

#[test]
fn units_and_domains_are_recognized() {
    let unit_and_domain = |text| {
        Name::parse(text)
            .map(|n| (n.is_unit(), n.domain()))
            .unwrap()
    };
    assert_eq!(
        unit_and_domain("ou=a,dc=farm,DC=example"),
        (true, Some("farm.example".into()))
    );
    assert_eq!(
        unit_and_domain("CN=Users,DC=farm.example"),
        (false, Some("farm.example".into()))
    );
    assert_eq!(unit_and_domain("2.5.4.11=a,OU=b"), (true, None));
    assert_eq!(Name::parse(r"OU=a\,b,DC=c").unwrap().leaf()[0].value, "a,b");
    assert_eq!(Name::parse("OU=a,DC=c").unwrap().rdns().len(), 2);
}

#[test]
fn odd_spaces_are_found() {
    let odd = |text| Name::parse(text).unwrap().odd_space();
    assert_eq!(odd("OU=a b,DC=c"), None);
    assert_eq!(
        odd("OU=a,OU=b  c"),
        Some(("OU=b  c".into(), OddSpace::Doubled))
    );
    let (text, space) = odd("OU=a\u{a0}b").unwrap();
    assert_eq!(
        (text.as_str(), space),
        ("OU=a<U+00A0>b", OddSpace::NotBlank('\u{a0}'))
    );
    assert_eq!(space.to_string(), "a non-breaking space (U+00A0)");
}

/// The text, the kind of the fault, its offset and the suggestion.
const FAULTS: &str = "
 | Empty | 0 | -
   | Empty | 0 | -
LDAP://OU=SharePoint Contacts,DC=farm,DC=example | AdsPath | 0 | OU=SharePoint Contacts,DC=farm,DC=example
 gc://dc1.farm.example:3268/OU=x,DC=y | AdsPath | 1 | OU=x,DC=y
ldap://dc1/OU=a%20b,DC=y??sub | AdsPath | 0 | -
farm.example/SharePoint | CanonicalName | 0 | -
OU=a;OU=b;DC=c | Semicolon | 4 | OU=a,OU=b,DC=c
OU=a;b,DC=c | Semicolon | 4 | -
OU=\"a\";DC=c | Semicolon | 6 | OU=a,DC=c
,OU=a,DC=b | LeadingComma | 0 | OU=a,DC=b
OU=a, ,DC=b | DoubledComma | 6 | OU=a,DC=b
OU=a,DC=b,  | TrailingComma | 9 | OU=a,DC=b
OU=a, | TrailingComma | 4 | -
OU=Sales, EMEA,DC=farm,DC=example | NoAttributeType(\"EMEA\") | 10 | OU=Sales\\, EMEA,DC=farm,DC=example
OU=a,b, c,DC=d | NoAttributeType(\"b\") | 5 | OU=a\\,b\\, c,DC=d
OU=a,DC=farm,example | NoAttributeType(\"example\") | 13 | -
SharePoint,DC=a | NoAttributeType(\"SharePoint\") | 0 | -
OU\u{a0}=a,\u{a0}DC=b | BadAttributeType(\"OU\\u{a0}\") | 0 | OU=a,DC=b
\"OU=a,DC=b\" | BadAttributeType(\"\\\"OU\") | 0 | OU=a,DC=b
OU=a,2.05=b | BadAttributeType(\"2.05\") | 5 | -
OU=a,=b | BadAttributeType(\"\") | 5 | -
OU=,DC=x | EmptyValue(\"OU\") | 3 | -
OU=\"\",DC=x | EmptyValue(\"OU\") | 3 | -
OU=C++,DC=x | UnescapedCharacter('+') | 4 | OU=C\\+\\+,DC=x
OU=a <b>,DC=x | UnescapedCharacter('<') | 5 | OU=a \\<b\\>,DC=x
OU=a \"b\",DC=x | UnescapedCharacter('\"') | 5 | OU=a \\\"b\\\",DC=x
OU=#1 Desk,DC=x | UnescapedCharacter('#') | 3 | OU=\\#1 Desk,DC=x
OU=#0401,DC=x | BerValue | 3 | -
OU=a\\xy,DC=b | BadHexEscape | 4 | -
OU=a\\4ü | BadHexEscape | 4 | -
OU=a\\/b,DC=b | BadHexEscape | 4 | OU=a/b,DC=b
OU=\\C3,DC=b | BadUtf8 | 3 | -
OU=a\\ | UnterminatedEscape | 4 | -
OU=\"a,DC=b | UnterminatedQuote | 3 | -
OU=\"a\" b,DC=b | TextAfterQuote | 7 | -
OU=a\\41\\00 | Nul | 7 | -
OU=a,DC=b\0 | Nul | 9 | OU=a,DC=b
OU=a\tb,DC=b\r | Control('\\t') | 4 | -
OU=a,DC=b\r\t | Control('\\r') | 9 | OU=a,DC=b";

#[test]
fn each_fault_has_its_kind_position_and_suggestion() {
    for line in FAULTS.split('\n').skip(1) {
        let (text, answer) = line.split_once(" | ").unwrap();
        let found = fault(text);
        let suggestion = found.suggestion.as_deref().unwrap_or("-");
        let said = format!("{:?} | {} | {suggestion}", found.kind, found.offset);
        assert_eq!(said, answer, "{text:?}");
    }
}

#[test]
fn messages_name_the_faulty_text() {
    let said = fault("OU=Ü, \u{202e}EMEA,DC=x").to_string();
    assert_eq!(
        said,
        r"`<U+202E>EMEA` at character 7 has no attribute type; a comma inside a value is written `\,`"
    );
    assert!(fault("OU=a\u{1b}[2J").to_string().contains("U+001B"));
}

fn names() -> impl Strategy<Value = Name> {
    let value = prop_oneof![
        "[ #,+\"\\\\<>;=a\u{1}\u{a0}\u{202e}ü]{1,8}",
        "[^\u{0}]{1,12}"
    ];
    let part = (
        "([A-Za-z][A-Za-z0-9-]{0,4}|(OID\\.)?2\\.5\\.4\\.[1-9])",
        value,
    );
    let part = part.prop_map(|(attribute, value)| Part { attribute, value });
    prop::collection::vec(prop::collection::vec(part, 1..3), 1..5).prop_map(Name)
}

proptest! {
    #[test]
    fn names_survive_writing_and_reading(name in names()) {
        prop_assert_eq!(Name::parse(&name.to_string()), Ok(name));
    }

    #[test]
    fn any_text_does_not_panic(text in prop_oneof![".*", "((OU|DC|LDAP://|[,;+=\"#<\\\\/ \u{a0}]|[0-9a-fü]|\\PC){0,4}){0,8}(,DC=b)?"]) {
        match Name::parse(&text) {
            Ok(name) => prop_assert_eq!(Name::parse(&name.to_string()), Ok(name)),
            Err(fault) => {
                prop_assert!(text.is_char_boundary(fault.offset));
                prop_assert!(!fault.to_string().chars().any(steers));
                prop_assert!(fault.suggestion.is_none_or(|s| Name::parse(&s).is_ok()));
            }
        }
    }
}

#[test]
fn names_are_compared_like_in_the_directory() {
    let name = |text: &str| Name::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    for (one, two, same) in [
        ("OU=Share  Point, DC=x", "ou=share point,dc=X", true),
        ("OU=a,2.5.4.11=b", "2.5.4.11=A,OID.2.5.4.11=B", true),
        ("CN=a+OU=b,DC=x", "OU=b+CN=a,DC=x", true),
        (r"OU=\20a\20,DC=x", "OU=a,DC=x", true),
        (r"OU=Sales\, EMEA,DC=x", r"OU=Sales\2C EMEA,DC=x", true),
        ("OU=\u{c4}rger,DC=x", "ou=\u{e4}rger,dc=x", true),
        ("OU=a,DC=x", "CN=a,DC=x", false),
        ("OU=a,DC=x", "OU=a,OU=a,DC=x", false),
        (r"OU=a\,DC\=x", "OU=a,DC=x", false),
    ] {
        assert_eq!(name(one).is_same(&name(two)), same, "{one} {two}");
        assert_eq!(name(two).is_same(&name(one)), same, "{two} {one}");
    }
    let (unit, domain) = (name("OU=b,OU=a,DC=x,DC=y"), name("dc=X,dc=Y"));
    assert!(unit.is_within(&domain) && unit.is_within(&unit) && !domain.is_within(&unit));
    assert!(!name("OU=b,DC=xx,DC=y").is_within(&domain));
    assert_eq!(
        unit.parent().map(|parent| parent.to_string()).as_deref(),
        Some("OU=a,DC=x,DC=y")
    );
    assert_eq!(name("DC=x").parent(), None);
}
