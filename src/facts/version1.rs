//! Converts version 1 of the facts file, in which a failure was only a text. This is the only place
//! where the wording of a failure matters: it becomes a kind here, when the file is read.

use super::FailureKind;
use serde_json::{Map, Value, json};

/// The beginnings of the texts of version 1 that its rules depended on.
const TIMED_OUT: &str = "timed out";
const NO_COMMON_TLS: &str = "no common TLS version or cipher";
/// The whole text for a connection that the server closed.
const CLOSED: &str = "the server closed the connection";

/// The field of facts about TLS that records whether the handshake succeeded.
const HANDSHAKE: &str = "handshake";
/// An answer that version 2 records in another form.
const FAILED: &str = "failed";

/// Returns the kind of a failure in the field `field`. A text that no rule depended on has no known
/// kind. A handshake that failed in any other way was a fault of the server.
fn kind(field: &str, text: &str) -> FailureKind {
    if text.starts_with(TIMED_OUT) {
        FailureKind::TimedOut
    } else if text == CLOSED {
        FailureKind::Closed
    } else if field != HANDSHAKE {
        FailureKind::Other
    } else if text.starts_with(NO_COMMON_TLS) {
        FailureKind::NoCommonTls
    } else {
        FailureKind::TlsFailed
    }
}

/// Converts every failure in a file of version 1 to version 2.
pub(super) fn upgrade(facts: &mut Value) {
    upgrade_field("", facts);
}

fn upgrade_field(field: &str, value: &mut Value) {
    match value {
        Value::Array(list) => {
            for item in list {
                upgrade_field(field, item);
            }
        }
        Value::Object(fields) => match failure_text(fields) {
            Some(text) => {
                let failure = json!({"kind": kind(field, &text), "detail": text});
                fields.insert(FAILED.to_owned(), failure);
            }
            None => {
                for (name, inner) in fields {
                    upgrade_field(name, inner);
                }
            }
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Returns the text of a failed answer, or `None` if the fields are something else.
fn failure_text(fields: &Map<String, Value>) -> Option<String> {
    let text = fields.get(FAILED)?.as_str()?;
    (fields.len() == 1).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_that_decided_get_a_kind() {
        for (field, text, expected) in [
            ("handshake", "timed out after 5s", FailureKind::TimedOut),
            (
                "handshake",
                "no common TLS version or cipher (spinmail needs TLS 1.2 or later): …",
                FailureKind::NoCommonTls,
            ),
            (
                "handshake",
                "STARTTLS was answered 454",
                FailureKind::TlsFailed,
            ),
            (
                "handshake",
                "the server closed the connection",
                FailureKind::Closed,
            ),
            (
                "handshake",
                "Connection reset by peer (os error 104)",
                FailureKind::TlsFailed,
            ),
            (
                "reply",
                "the server closed the connection",
                FailureKind::Closed,
            ),
            (
                "reply",
                "the server closed the connection at once",
                FailureKind::Other,
            ),
            ("answer", "timed out after 600ms", FailureKind::TimedOut),
            ("answer", "SERVFAIL: it timed out", FailureKind::Other),
            (
                "answer",
                "no common TLS version or cipher",
                FailureKind::Other,
            ),
            ("answer", "", FailureKind::Other),
        ] {
            assert_eq!(kind(field, text), expected, "{field}: {text}");
        }
    }

    #[test]
    fn only_failed_answers_are_changed() {
        let mut facts = json!({
            "answer": {"failed": "timed out after 5s"},
            "list": [{"handshake": {"failed": "reset"}}],
            "other": {"failed": "a field of two", "and": 1},
            "known": {"known": "failed"},
            "new": {"failed": {"kind": "later"}},
        });
        upgrade(&mut facts);
        let expected = json!({
            "answer": {"failed": {"kind": "timed-out", "detail": "timed out after 5s"}},
            "list": [{"handshake": {"failed": {"kind": "tls-failed", "detail": "reset"}}}],
            "other": {"failed": "a field of two", "and": 1},
            "known": {"known": "failed"},
            "new": {"failed": {"kind": "later"}},
        });
        assert_eq!(facts, expected);
    }
}
