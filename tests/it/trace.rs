//! `trace`: the states of the hops and the closing sentence are what the verdicts say.

use crate::support::{Folder, Run};
use serde_json::{Value, json};

const FARM: &str = r#"
[farm]
version = "2016"
mail-from-outside = true
central-administration-account = 'F\a'
timer-account = 'F\a'
[incoming-email]
enabled = true
mode = "advanced"
display-address = "sp.example.com"
drop-folder = 'C:\drop'
[[server]]
name = "m1.example.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#;

/// The way of a message by these answers: to MX, A of the exchanger, and what SMTP says at its
/// address.
fn traced(mx: Value, address: Value, smtp: Value) -> Run {
    let lookup = |name: &str, kind: &str, answer: &Value| json!({"server": "192.0.2.1:53", "name": name, "type": kind, "answer": answer});
    let none = json!({"absent": "NODATA: no record of this type"});
    let lookups = json!([
        lookup("sp.example.com", "MX", &mx),
        lookup("sp.example.com", "A", &none),
        lookup("sp.example.com", "AAAA", &none),
        lookup("sp.example.com", "CNAME", &none),
        lookup("m1.example.com", "A", &address),
        lookup("m1.example.com", "AAAA", &none),
        lookup("m1.example.com", "CNAME", &none),
    ]);
    let target = json!({"host": "m1.example.com", "address": "192.0.2.2:25", "answer": smtp});
    let facts = json!({
        "facts": 1,
        "dns": {"servers": ["192.0.2.1:53"], "lookups": lookups, "ports": []},
        "smtp": {"targets": [target]},
    });
    let folder = Folder::with_farm(FARM);
    folder.write("facts.json", facts.to_string());
    folder.run(&[
        "trace",
        "docs@sp.example.com",
        "--facts",
        "facts.json",
        "--format",
        "json",
    ])
}

fn mx() -> Value {
    json!({"known": [{"owner": "sp.example.com", "type": "MX", "preference": 10, "exchange": "m1.example.com"}]})
}

fn null_mx() -> Value {
    json!({"known": [{"owner": "sp.example.com", "type": "MX", "preference": 0, "exchange": "."}]})
}

fn address() -> Value {
    json!({"known": [{"owner": "m1.example.com", "type": "A", "address": "192.0.2.2"}]})
}

fn talk(recipient: &str) -> Value {
    let step = |said: &str, reply: &str| json!({"said": said, "reply": {"known": [reply]}});
    let steps = [
        step(
            "",
            "220 m1 Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready",
        ),
        step("EHLO [192.0.2.9]", "250 OK"),
        step("MAIL FROM:<>", "250 2.1.0 Sender OK"),
        step("RCPT TO:<spinmail-probe@sp.example.com>", recipient),
        step(
            "RCPT TO:<spinmail-probe@spinmail-check.invalid>",
            "550 5.7.1 Unable to relay",
        ),
    ];
    json!({"known": {"steps": steps, "tls": "not-asked"}})
}

fn state(run: &Run, hop: &str) -> String {
    let json = run.json();
    let hops = json["hops"].as_array().unwrap().clone();
    let found = hops
        .iter()
        .find(|row| row["hop"] == hop)
        .unwrap_or_else(|| panic!("no hop {hop}: {json:#}"));
    found["state"].as_str().unwrap().to_owned()
}

#[test]
fn trace_without_findings_has_no_stop() {
    let run = traced(mx(), address(), talk("250 2.1.5 ok"));
    for hop in [
        "MX record",
        "mail host",
        "SMTP port",
        "recipient",
        "drop directory",
        "delivery job",
    ] {
        assert_eq!(state(&run, hop), "ok", "{hop}\n{run:#?}");
    }
    for hop in ["alias domain", "folder rights", "list"] {
        assert_eq!(state(&run, hop), "not looked at", "{hop}");
    }
    assert_eq!(run.json()["end"], Value::Null);
    assert_eq!(run.code, 0, "{run:#?}");
}

#[test]
fn passed_rules_are_shown_with_verbose() {
    let folder = Folder::with_farm(FARM);
    folder.write("facts.json", json!({"facts": 1}).to_string());
    let run = |more: &[&str]| {
        folder.run(
            &[
                &["trace", "docs@sp.example.com", "--facts", "facts.json"],
                more,
            ]
            .concat(),
        )
    };
    let verbose = run(&["--verbose"]).out;
    let shown = |text: &str| {
        text.lines()
            .filter(|line| line.contains("[page-") || line.contains("[farm-"))
            .count()
    };
    assert!(
        shown(&verbose) > 0 && shown(&run(&[]).out) == 0,
        "{verbose}"
    );
}

#[test]
fn the_first_stop_is_named_with_its_rule() {
    let absent = json!({"absent": "NXDOMAIN: no such name"});
    for (run, hop, rule) in [
        (
            traced(null_mx(), address(), talk("250 2.1.5 ok")),
            "MX record",
            "dns-null-mx",
        ),
        (
            traced(mx(), absent, talk("250 2.1.5 ok")),
            "mail host",
            "dns-mx-no-address",
        ),
        (
            traced(mx(), address(), json!({"absent": "connection refused"})),
            "SMTP port",
            "smtp-closed",
        ),
        (
            traced(mx(), address(), talk("550 5.7.1 Unable to relay")),
            "recipient",
            "smtp-refuses-recipient",
        ),
    ] {
        let end = run.json()["end"].clone();
        assert_eq!(
            (&end["hop"], &end["state"], &end["rule"]),
            (&json!(hop), &json!("stopped"), &json!(rule))
        );
        assert_eq!(run.code, 1);
    }
}

#[test]
fn unanswered_hop_is_neither_stop_nor_pass() {
    let silent = json!({"failed": "timed out after 5s"});
    for (run, hop) in [
        (
            traced(silent.clone(), address(), talk("250 2.1.5 ok")),
            "MX record",
        ),
        (traced(mx(), address(), silent), "SMTP port"),
    ] {
        assert_eq!(state(&run, hop), "not known", "{run:#?}");
        assert_eq!(run.json()["end"]["hop"], hop);
        assert!(
            run.json()["sentence"]
                .as_str()
                .unwrap()
                .starts_with("Whether the message passes the ")
        );
        assert_eq!(run.code, 3);
    }
}
