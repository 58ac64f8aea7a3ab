//! `inspect container`: the normalized form of a text typed into the page's box.

use crate::support::Folder;
use serde_json::{Value, json};

/// A text, its name normalized if it is a name, and the rules that have a finding about it.
const NAMES: &[(&str, &str, &[&str])] = &[
    (
        "OU=SharePoint Contacts,DC=farm,DC=example",
        "OU=SharePoint Contacts,DC=farm,DC=example",
        &[],
    ),
    (
        "OU= SharePoint Contacts , DC= farm , DC= example",
        "OU=SharePoint Contacts,DC=farm,DC=example",
        &[],
    ),
    (
        r"OU=Sales\, EMEA,DC=farm,DC=example",
        r"OU=Sales\, EMEA,DC=farm,DC=example",
        &[],
    ),
    (
        r"OU=Sales\2C EMEA,DC=farm,DC=example",
        r"OU=Sales\, EMEA,DC=farm,DC=example",
        &[],
    ),
    (
        "CN=Users,DC=farm,DC=example",
        "CN=Users,DC=farm,DC=example",
        &["page-container-not-a-unit"],
    ),
    (
        "DC=farm,DC=example",
        "DC=farm,DC=example",
        &["page-container-not-a-unit"],
    ),
    ("OU=Contacts", "OU=Contacts", &["page-container-no-domain"]),
    (
        "OU=Share  Point,DC=farm",
        "OU=Share  Point,DC=farm",
        &["page-container-odd-space"],
    ),
    (
        "OU=Share\u{a0}Point,DC=farm",
        "OU=Share\u{a0}Point,DC=farm",
        &["page-container-odd-space"],
    ),
];

/// A text that is not a name, the position of its fault, and a part of the message.
const NO_NAMES: &[(&str, usize, &str)] = &[
    (
        "OU=Sales, EMEA,DC=farm,DC=example",
        10,
        r"OU=Sales\, EMEA,DC=farm,DC=example",
    ),
    (
        "LDAP://OU=SharePoint Contacts,DC=farm,DC=example",
        0,
        "`OU=SharePoint Contacts,DC=farm,DC=example`",
    ),
    ("farm.example/SharePoint", 0, "canonical name"),
    ("OU=Contacts;DC=farm", 11, "`OU=Contacts,DC=farm`"),
    ("OU=Contacts,DC=farm,", 19, "no part after it"),
    ("\u{a0}OU=Contacts,DC=farm", 0, "`OU=Contacts,DC=farm`"),
    ("", 0, "empty"),
];

fn inspected(text: &str, code: i32) -> Value {
    let run = Folder::new().run(&["inspect", "container", text, "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (code, ""), "{text}: {run:?}");
    run.json()
}

#[test]
fn names_are_normalized_and_their_oddities_are_findings() {
    for (text, normalised, odd) in NAMES {
        let wanted = json!({"valid": true, "normalised": normalised, "odd": odd, "error": null});
        assert_eq!(inspected(text, 0), wanted, "{text}");
    }
}

#[test]
fn invalid_names_are_reported_with_their_position() {
    for (text, offset, part) in NO_NAMES {
        let answer = inspected(text, 2);
        let (message, at) = (
            answer["error"]["message"].as_str().unwrap_or_default(),
            &answer["error"]["offset"],
        );
        assert!(
            message.contains(part) && *at == json!(offset),
            "{text}: {answer}"
        );
        let rest = [&answer["valid"], &answer["normalised"], &answer["odd"]];
        assert_eq!(rest, [&json!(false), &Value::Null, &json!([])], "{text}");
    }
}
