//! Questions without an answer: verdicts depend on the kind of failure, never on its text.

use crate::explain;
use crate::support::{example, root};
use crate::verdicts;
use serde_json::{Value, json};
use spinmail::testing::facts::Facts;
use spinmail::testing::farm;
use spinmail::testing::farm::values::Date;
use spinmail::testing::rules::{self, Case, OutcomeKind, Selection};

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};

/// Every kind of this version, and one of a later version.
const KINDS: [&str; 18] = [
    "timed-out",
    "refused",
    "closed",
    "unreachable",
    "access-denied",
    "hidden",
    "not-found",
    "malformed",
    "rejected",
    "elsewhere",
    "ambiguous",
    "no-common-tls",
    "tls-failed",
    "untrusted",
    "limit-exceeded",
    "unsupported",
    "other",
    "a-later-kind",
];

/// Texts that a program might mistake for a cause.
const TEXTS: [&str; 6] = [
    "timed out after 5s",
    "the server closed the connection",
    "no common TLS version or cipher (spinmail needs TLS 1.2 or later): …",
    "connection refused",
    "NXDOMAIN: no such name",
    "",
];

/// Returns each rule's id, subject and outcome for the facts.
fn outcomes(farm: &str, facts: &Value) -> Vec<(&'static str, String, OutcomeKind)> {
    let facts = Facts::from_json(&facts.to_string(), "facts").expect("facts");
    let document = farm::read(farm).expect("a farm");
    let case = Case::new(&document, &facts, TODAY);
    rules::judge(&case, &Selection::default())
        .into_iter()
        .map(|verdict| {
            (
                verdict.rule.id,
                verdict.subject.into_owned(),
                verdict.outcome,
            )
        })
        .collect()
}

/// Returns every farm with its facts: the example, the pages' examples and the tricky cases.
fn cases() -> Vec<(String, Value)> {
    let pages = rules::all().flat_map(|rule| {
        ["Fails", "Passes"].map(|heading| {
            let (farm, facts) = explain::example(rule, heading);
            (farm.to_owned(), facts)
        })
    });
    let whole = (
        example("farm.toml"),
        Facts::from_json(&example("facts.json"), "facts.json").expect("facts"),
    );
    pages
        .chain(verdicts::all())
        .chain([whole])
        .map(|(farm, facts)| (farm, serde_json::from_str(&facts.to_json()).unwrap()))
        .filter(|(_, facts): &(String, Value)| facts["facts"] == 2)
        .collect()
}

/// Collects the places of all answers in a value, including failed ones.
fn answers(value: &Value, place: &str, found: &mut Vec<String>) {
    let is_answer = value == "not-asked"
        || value.as_object().is_some_and(|fields| {
            fields.len() == 1
                && ["known", "absent", "failed"]
                    .iter()
                    .any(|word| fields.contains_key(*word))
        });
    if is_answer {
        found.push(place.to_owned());
    }
    match value {
        Value::Array(list) => {
            for (at, item) in list.iter().enumerate() {
                answers(item, &format!("{place}/{at}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                answers(field, &format!("{place}/{name}"), found);
            }
        }
        _ => {}
    }
}

fn with_failure(facts: &Value, place: &str, kind: &str, detail: &str) -> Value {
    let mut facts = facts.clone();
    *facts.pointer_mut(place).expect("an answer") =
        json!({"failed": {"kind": kind, "detail": detail}});
    facts
}

#[test]
fn texts_of_failures_decide_nothing() {
    let mut changed = 0;
    for (at, (farm, facts)) in cases().into_iter().enumerate() {
        let mut places = Vec::new();
        answers(&facts, "", &mut places);
        // If there are many answers, each case tries a different selection with another kind.
        for (number, place) in places.iter().enumerate().step_by(1 + places.len() / 4) {
            let kind = KINDS[(at + number) % KINDS.len()];
            let mut seen = None;
            for text in TEXTS {
                let now = outcomes(&farm, &with_failure(&facts, place, kind, text));
                let first = seen.get_or_insert_with(|| now.clone());
                assert_eq!(*first, now, "{kind} at {place}: {text}");
                changed += 1;
            }
        }
    }
    assert!(changed > 2000, "{changed}");
}

/// Returns facts about an SMTP server that offers STARTTLS and fails the handshake, in the form of
/// a version.
fn handshake(version: u32, failed: &Value) -> Value {
    let step = |said: &str, lines: &[&str]| json!({"said": said, "reply": {"known": lines}});
    json!({"facts": version, "smtp": {"targets": [{
        "host": "sp1.fabrikam.com",
        "address": "192.0.2.21:25",
        "answer": {"known": {
            "steps": [
                step("", &["220 sp1.fabrikam.com ESMTP"]),
                step("EHLO [192.0.2.1]", &["250-sp1", "250 STARTTLS"]),
            ],
            "tls": {"known": {"handshake": {"failed": failed}}}
        }}
    }]}})
}

const FARM: &str = "[incoming-email]\nenabled = true\nmode = \"automatic\"\n\
                    display-address = \"sharepoint.fabrikam.com\"\n\
                    [[server]]\nname = \"sp1.fabrikam.com\"\nsmtp-service = true\n\
                    incoming-email-service = true\n";

fn tls_outcome(facts: &Value) -> OutcomeKind {
    let all = outcomes(FARM, facts);
    let of_rule = all.iter().find(|(id, ..)| *id == "smtp-tls-broken");
    of_rule.expect("a verdict on TLS").2
}

#[test]
fn a_handshake_is_judged_by_its_kind_of_failure() {
    for kind in KINDS {
        let is_fault =
            ["closed", "malformed", "rejected", "tls-failed", "untrusted"].contains(&kind);
        let expected = if is_fault {
            OutcomeKind::Fail
        } else {
            OutcomeKind::Undecided
        };
        for text in TEXTS {
            let facts = handshake(2, &json!({"kind": kind, "detail": text}));
            assert_eq!(tls_outcome(&facts), expected, "{kind}: {text}");
        }
    }
}

#[test]
fn a_handshake_of_version_1_is_judged_as_before() {
    for (text, expected) in [
        ("timed out after 5s", OutcomeKind::Undecided),
        (
            "no common TLS version or cipher (spinmail needs TLS 1.2 or later): …",
            OutcomeKind::Undecided,
        ),
        ("STARTTLS was answered 454", OutcomeKind::Fail),
        ("the server closed the connection", OutcomeKind::Fail),
        (
            "text follows the STARTTLS reply before the handshake",
            OutcomeKind::Fail,
        ),
        ("tls handshake eof", OutcomeKind::Fail),
    ] {
        assert_eq!(tls_outcome(&handshake(1, &json!(text))), expected, "{text}");
    }
}

#[test]
fn a_server_that_closes_at_once_is_closed_in_both_versions() {
    let closes = |version: u32, failed: Value| {
        let facts = json!({"facts": version, "smtp": {"targets": [{
            "host": "sp1.fabrikam.com", "address": "192.0.2.21:25",
            "answer": {"known": {"steps": [{"said": "", "reply": {"failed": failed}}]}}}]}});
        let all = outcomes(FARM, &facts);
        // The rules about the conversation do not apply to a closed connection.
        let of_rule = all.iter().find(|(id, ..)| *id == "smtp-not-smtp");
        of_rule.expect("a verdict on the conversation").2
    };
    let text = "the server closed the connection";
    assert_eq!(closes(1, json!(text)), OutcomeKind::NotApplicable);
    assert_eq!(
        closes(1, json!("Connection aborted")),
        OutcomeKind::Undecided
    );
    assert_eq!(
        closes(2, json!({"kind": "closed", "detail": ""})),
        OutcomeKind::NotApplicable
    );
    assert_eq!(
        closes(2, json!({"kind": "other", "detail": text})),
        OutcomeKind::Undecided
    );
}

#[test]
fn the_example_of_version_1_is_judged_as_that_of_version_2() {
    let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    let old = std::fs::read_to_string(root().join("tests/facts/version1.json"));
    let (old, new) = (
        read(&old.expect("the fixture")),
        read(&example("facts.json")),
    );
    assert_eq!((&old["facts"], &new["facts"]), (&json!(1), &json!(2)));
    let farm = example("farm.toml");
    assert_eq!(outcomes(&farm, &old), outcomes(&farm, &new));
}

#[test]
fn a_kind_of_a_later_version_is_kept() {
    let failed = json!({"kind": "struck-by-lightning", "detail": "bang", "volts": 1_000_000});
    let facts = handshake(2, &failed);
    let kept = Facts::from_json(&facts.to_string(), "facts").expect("facts");
    let saved: Value = serde_json::from_str(&kept.to_json()).expect("JSON");
    assert_eq!(
        saved.pointer("/smtp/targets/0/answer/known/tls/known/handshake/failed"),
        Some(&failed)
    );
}
