use super::super::binary;
use super::super::testing::*;
use super::*;

const CONTACT: &str = "5cb41ed0-0e4c-11d0-a286-00aa003049e2";
const GROUP: &str = "bf967a9c-0de6-11d0-a285-00aa003049e2";
const USER: &str = "bf967aba-0de6-11d0-a285-00aa003049e2";
const UNIT: &str = "bf967aa5-0de6-11d0-a285-00aa003049e2";
/// The default ACEs of every organizational unit, from the schema.
const DEFAULT_UNIT: &str = "(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(OA;;CCDC;bf967a86-0de6-11d0-a285-00aa003049e2;;AO)(OA;;CCDC;bf967aba-0de6-11d0-a285-00aa003049e2;;AO)(OA;;CCDC;bf967a9c-0de6-11d0-a285-00aa003049e2;;AO)(OA;;CCDC;bf967aa8-0de6-11d0-a285-00aa003049e2;;PO)(A;;RPLCLORC;;;AU)(A;;LCRPLORC;;;ED)(OA;;CCDC;4828CC14-1437-45bc-9b07-ad6f015e5f28;;AO)";

const TARGET: &str = "f0f8ffaa-0000-0000-0000-000000000001";
const ALIAS: &str = "f0f8ffaa-0000-0000-0000-000000000002";
const MAIL_SET: &str = "f0f8ffaa-0000-0000-0000-000000000003";

/// Returns a schema with the attributes of Exchange.
fn schema() -> Vec<AttributeGuid> {
    let attribute_guid = |name: &'static str, guid: &str, set: Option<&str>| AttributeGuid {
        name: name.into(),
        guid: guid.parse().unwrap(),
        set: set.map(|set| set.parse().unwrap()),
    };
    vec![
        attribute_guid("targetAddress", TARGET, None),
        attribute_guid("mailNickname", ALIAS, Some(MAIL_SET)),
    ]
}

fn sign(decision: &Access) -> char {
    match decision {
        Access::Granted(_) => '+',
        Access::Denied(_) => '-',
        Access::Undecided(_) => '?',
    }
}

/// Returns the answers in the order create, delete, delete subtree, change: `+` granted, `-`
/// denied, `?` undecided.
fn answers(container: &Descriptor, token: &Token, class: Class) -> String {
    let object = new_object(container, class, &Domains::default());
    // Either right allows the deletion.
    let delete = [
        sign(&may_delete_itself(&object, token, class)),
        sign(&may_delete_child(container, token, class)),
    ];
    let delete = ['+', '?', '-']
        .into_iter()
        .find(|sign| delete.contains(sign));
    [
        sign(&may_create(container, token, class)),
        delete.unwrap(),
        sign(&may_delete_tree(&object, token, class)),
        sign(&may_change(&object, token, class, &schema())),
    ]
    .into_iter()
    .collect()
}

/// Returns the answers for contacts, groups and users, for an account with these ACEs on the
/// container.
#[track_caller]
fn delegated(aces: &str) -> [String; 3] {
    let container = sd(&format!("O:DAG:DAD:AI{aces}{DEFAULT_UNIT}"));
    [Class::Contact, Class::Group, Class::User]
        .map(|class| answers(&container, &token(TIMER, &[]), class))
}

#[test]
fn delegations_grant_their_rights() {
    let wizard = format!("(OA;CIIO;GA;;{USER};T)(OA;CI;CCDC;{USER};;T)");
    let least = format!(
        "(OA;CI;CCDC;{CONTACT};;T)(OA;CI;CCDC;{GROUP};;T)(OA;CIIO;0xf01ff;;{CONTACT};T)(OA;CIIO;0xf01ff;;{GROUP};T)"
    );
    for (aces, expected) in [
        ("", ["----", "----", "----"]),
        (&wizard[..], ["----", "----", "++++"]),
        ("(A;CI;CCDC;;;T)", ["++--", "++--", "++--"]),
        ("(A;CI;CCDCDT;;;T)", ["+++-", "+++-", "+++-"]),
        // Delete Subtree on the container alone does not apply to the objects in it.
        ("(A;;CCDCDT;;;T)", ["++--", "++--", "++--"]),
        (&least, ["++++", "++++", "----"]),
        ("(A;CI;GA;;;T)", ["++++", "++++", "++++"]),
        ("(D;CI;CCDC;;;T)(A;CI;GA;;;T)", ["-+++", "-+++", "-+++"]),
        (
            "(A;CI;CC;;;T)(D;CI;SDDC;;;T)(A;CI;GA;;;T)",
            ["+-++", "+-++", "+-++"],
        ),
        // Protection from accidental deletion applies to the container only.
        ("(D;;DTSD;;;WD)(A;CI;CCDCDT;;;T)", ["+++-", "+++-", "+++-"]),
        // The container's own class in an ACE is the class of children, not the class that inherits
        // the ACE.
        (&format!("(OA;CI;CCDC;{UNIT};;T)"), ["----", "----", "----"]),
        // Groups may be created and contacts may not, as for Account Operators.
        (&format!("(OA;;CCDC;{GROUP};;T)"), ["----", "++--", "----"]),
        // The creation of one class is denied before the creation of all is allowed.
        (
            &format!("(OD;CI;CC;{GROUP};;T)(A;CI;CC;;;T)"),
            ["+---", "----", "+---"],
        ),
        // Every form that grants the change of attributes.
        ("(A;CIIO;WP;;;T)", ["---+", "---+", "---+"]),
        (
            &format!("(OA;CIIO;WP;;{GROUP};T)"),
            ["----", "---+", "----"],
        ),
        (
            &format!("(OA;CIIO;WP;{GENERAL_INFORMATION};;T)(OA;CIIO;WP;{PUBLIC_INFORMATION};;T)"),
            ["----", "----", "----"],
        ),
        (
            &format!(
                "(OA;CIIO;WP;{GENERAL_INFORMATION};;T)(OA;CIIO;WP;{TARGET};;T)(OA;CIIO;WP;{MAIL_SET};;T)"
            ),
            ["---+", "----", "---+"],
        ),
        (
            &format!(
                "(OA;CIIO;WP;{GENERAL_INFORMATION};;T)(OA;CIIO;WP;{ALIAS};;T)(OA;CIIO;WP;bf9679c0-0de6-11d0-a285-00aa003049e2;;T)"
            ),
            ["----", "---+", "----"],
        ),
        (
            &format!("(OD;CIIO;WP;{MAIL_SET};;T)(A;CIIO;WP;;;T)"),
            ["----", "----", "----"],
        ),
        (
            &format!("(OD;CIIO;WP;{PUBLIC_INFORMATION};;T)(A;CIIO;WP;;;T)"),
            ["---+", "---+", "---+"],
        ),
    ] {
        assert_eq!(delegated(aces), expected, "{aces}");
    }
}

/// A descriptor does not contain the GUIDs that the schema gives to attributes.
#[test]
fn an_unknown_attribute_may_be_the_target_of_an_object_ace() {
    let change = |aces: &str, schema: &[AttributeGuid]| {
        let object = sd(&format!("O:DAG:DAD:{aces}"));
        let decision = may_change(&object, &token(TIMER, &[]), Class::Contact, schema);
        (sign(&decision) == '+', sign(&decision) == '-')
    };
    let each = format!("(OA;;WP;{GENERAL_INFORMATION};;T)(OA;;WP;{TARGET};;T)(OA;;WP;{ALIAS};;T)");
    let but_one = format!("(OD;;WP;{ALIAS};;T)(A;;WP;;;T)");
    let of_others = format!("(OA;;WP;{TARGET};;DA)(OD;;WP;{TARGET};;BA)");
    for (aces, known, unknown) in [
        ("(A;;WP;;;T)", (true, false), (true, false)),
        ("(A;;RP;;;T)", (false, true), (false, true)),
        (&each, (true, false), (false, false)),
        (&but_one, (false, true), (false, false)),
        (&of_others, (false, true), (false, true)),
    ] {
        assert_eq!(
            (change(aces, &schema()), change(aces, &[])),
            (known, unknown),
            "{aces}"
        );
    }
}

#[test]
fn the_wizards_delegation_alone_is_not_enough() {
    let container = binary::read(&from_hex(WIZARD)).unwrap();
    let account = token("S-1-5-21-1-2-3-1101", &[]);
    let answers_of = |class: Class| answers(&container, &account, class);
    assert_eq!(
        [Class::Contact, Class::Group, Class::User].map(answers_of),
        ["----", "----", "++++"]
    );
}

#[test]
fn operators_and_administrators_have_their_rights() {
    let container = sd(&format!("O:DAG:DAD:AI{DEFAULT_UNIT}"));
    let answers_of = |token: &Token| {
        [Class::Contact, Class::Group, Class::User].map(|class| answers(&container, token, class))
    };
    assert_eq!(
        answers_of(&token(TIMER, &["S-1-5-32-548"])),
        ["----", "++++", "++++"]
    );
    // An administrator of some domain; whether of this one is not known.
    let administrator = token(TIMER, &["S-1-5-21-1-2-3-512"]);
    assert_eq!(answers_of(&administrator), ["????", "????", "????"]);
    let domains = Domains::single(sid("S-1-5-21-1-2-3"));
    let container = container.within(&domains);
    let object = new_object(&container, Class::Contact, &domains);
    assert!(may_create(&container, &administrator, Class::Contact).is_granted());
    assert!(may_delete_tree(&object, &administrator, Class::Contact).is_granted());
}

#[test]
fn a_descriptor_without_a_dacl_decides_nothing() {
    let container = sd("O:DAG:DA");
    assert_eq!(
        answers(&container, &token(TIMER, &[]), Class::Contact),
        "????"
    );
    assert_eq!(
        answers(
            &sd("O:BAD:NO_ACCESS_CONTROL"),
            &token(TIMER, &[]),
            Class::Contact
        ),
        "++--"
    );
}

#[test]
fn the_owner_may_take_ownership_of_an_object() {
    let owned = |list: &str| {
        on_object(
            &sd(&format!("O:{TIMER}D:{list}")),
            &token(TIMER, &[]),
            Class::Contact,
        )
        .granted
    };
    assert_eq!(owned("(A;;RP;;;T)"), 0xe0010);
    assert_eq!(owned("(A;;RP;;;OW)"), 0x10);
    // MS-ADTS 5.1.3.3.2: an empty DACL grants nothing to any account.
    assert_eq!(owned(""), 0);
}

#[test]
fn names_of_classes_are_read_and_written() {
    for class in Class::ALL {
        assert_eq!(Class::from_name(class.name()), Some(class));
    }
    assert_eq!(Class::from_name("printer"), None);
}
