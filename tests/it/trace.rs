//! `trace`: the states of the hops and the final sentence follow from the verdicts.

use crate::support::{Folder, Run};
use serde_json::{Value, json};

const FARM: &str = r#"
[farm]
version = "2016"
mail-from-outside = false
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

/// Returns facts with these answers: MX, the exchanger's A, and the SMTP conversation at its
/// address.
fn facts(mx: Value, address: Value, smtp: Value) -> Value {
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
    json!({
        "facts": 1,
        "dns": {"servers": ["192.0.2.1:53"], "lookups": lookups, "ports": []},
        "smtp": {"targets": [target]},
    })
}

/// Returns a folder with a farm file and recorded facts.
fn with_facts(farm: &str, facts: &Value) -> Folder {
    let folder = Folder::with_farm(farm);
    folder.write("facts.json", facts.to_string());
    folder
}

/// Traces a message by the recorded facts.
fn json_trace(folder: &Folder) -> Run {
    folder.run(&[
        "trace",
        "docs@sp.example.com",
        "--facts",
        "facts.json",
        "--format",
        "json",
    ])
}

/// Traces a message by facts with these answers.
fn traced(mx: Value, address: Value, smtp: Value) -> Run {
    json_trace(&with_facts(FARM, &facts(mx, address, smtp)))
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

/// A second server of the farm.
const M2: &str = r#"
[[server]]
name = "m2.example.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#;

/// Returns traces that together contain every state, each with its name.
pub fn traces_of_every_state() -> Vec<(String, Value)> {
    let well = talk("250 2.1.5 ok");
    let refused = talk("550 5.7.1 Unable to relay");
    let two = format!("{FARM}{M2}");
    let by_files = format!(
        "{FARM}[[mail-host]]\nname = \"ex1.example.com\"\nkind = \"exchange\"\n\
         passes-to = [\"drop-folder\"]\nby = \"foreign-connector\"\n"
    );
    let rows = [
        (
            "may stop",
            two,
            facts_of_two(&[(10, "m1"), (10, "m2")], Some(&well), Some(&refused)),
        ),
        (
            "stopped",
            FARM.to_owned(),
            facts(mx(), address(), refused.clone()),
        ),
        ("ok", FARM.to_owned(), facts(mx(), address(), well)),
        ("not looked at", FARM.to_owned(), json!({"facts": 1})),
        (
            "not known",
            FARM.to_owned(),
            facts(mx(), address(), json!({"failed": "timed out after 5s"})),
        ),
        ("recorded", by_files, json!({"facts": 1})),
    ];
    rows.into_iter()
        .map(|(state, farm, facts)| {
            let trace = json_trace(&with_facts(&farm, &facts)).json();
            let hops = trace["hops"].as_array().expect("hops");
            let has_state = hops.iter().any(|hop| hop["state"] == state);
            assert!(has_state, "{state}: {trace:#}");
            (state.to_owned(), trace)
        })
        .collect()
}

#[test]
fn only_hops_with_facts_are_ok() {
    let run = traced(mx(), address(), talk("250 2.1.5 ok"));
    for hop in ["MX record", "mail host", "SMTP port", "recipient"] {
        assert_eq!(state(&run, hop), "ok", "{hop}\n{run:#?}");
    }
    for hop in [
        "alias domain",
        "drop directory",
        "folder rights",
        "delivery job",
        "list",
    ] {
        assert_eq!(state(&run, hop), "not looked at", "{hop}");
    }
    assert_eq!(run.json()["end"], Value::Null);
    assert_eq!(run.code, 3, "{run:#?}");
    let folder = with_facts(FARM, &facts(mx(), address(), talk("250 2.1.5 ok")));
    for (last, code) in [("recipient", 0), ("smtp-port", 0), ("alias-domain", 3)] {
        let run = folder.run(&[
            "trace",
            "docs@sp.example.com",
            "--facts",
            "facts.json",
            "--to",
            last,
        ]);
        assert_eq!(run.code, code, "{last}: {run:#?}");
    }
}

/// Empty facts make no hop ok.
#[test]
fn a_trace_of_empty_facts_has_no_hop_that_is_ok() {
    let folder = with_facts(FARM, &json!({"facts": 1}));
    let run = folder.run(&["trace", "docs@sp.example.com", "--facts", "facts.json"]);
    assert_eq!(run.code, 3, "{run:#?}");
    assert!(!run.out.contains(" ok\n"), "{}", run.out);
    assert!(
        run.out
            .contains("not looked at: MX record, mail host, SMTP port"),
        "{}",
        run.out
    );
}

/// A setting in the farm file stops a message like a recorded fact.
#[test]
fn a_farm_without_incoming_mail_stops_the_message() {
    for (from, to, hop, rule) in [
        (
            "enabled = true",
            "enabled = false",
            "delivery job",
            "page-disabled",
        ),
        (
            "incoming-email-service = true",
            "incoming-email-service = false",
            "delivery job",
            "farm-service-nowhere",
        ),
        (
            "mode = \"advanced\"",
            "mode = \"automatic\"\nsafe-servers = []",
            "SMTP port",
            "page-safe-servers-empty",
        ),
        (
            "incoming-email-service = true\nsmtp-service = true",
            "incoming-email-service = true\nsmtp-service = false",
            "alias domain",
            "farm-smtp-missing",
        ),
    ] {
        let mut farm = FARM.replace(from, to);
        assert_ne!(farm, FARM);
        if rule == "farm-smtp-missing" {
            farm = farm.replace("\"advanced\"", "\"automatic\"");
        }
        let folder = with_facts(&farm, &facts(mx(), address(), talk("250 2.1.5 ok")));
        let run = json_trace(&folder);
        let end = &run.json()["end"];
        assert_eq!(
            (&end["hop"], &end["rule"]),
            (&json!(hop), &json!(rule)),
            "{run:#?}"
        );
        assert_eq!(run.code, 1);
        let sentence = run.json()["sentence"].clone();
        assert!(
            sentence
                .as_str()
                .unwrap()
                .starts_with("The message stops at"),
            "{sentence}"
        );
    }
}

/// Servers that are not on the route neither stop nor save a message.
#[test]
fn only_servers_on_the_route_count() {
    let farm = format!("{FARM}{M2}");
    let refused = json!({"absent": "connection refused"});
    let well = talk("250 2.1.5 ok");
    for (mx, first, second, port, code) in [
        // The MX record names m1, which works; m2 refuses connections and gets no mail.
        (&[(10, "m1")][..], Some(&well), Some(&refused), "ok", 3),
        // The MX record names m2, which refuses connections; m1 works and gets no mail.
        (&[(10, "m2")][..], Some(&well), Some(&refused), "stopped", 1),
        // The MX record names m2, which was not asked.
        (&[(10, "m2")][..], Some(&well), None, "not known", 3),
        // If a server is down, senders try others with the same preference, and then a backup.
        (
            &[(10, "m1"), (10, "m2")][..],
            Some(&refused),
            Some(&well),
            "ok",
            3,
        ),
        (
            &[(10, "m1"), (20, "m2")][..],
            Some(&refused),
            Some(&well),
            "ok",
            3,
        ),
    ] {
        let folder = with_facts(&farm, &facts_of_two(mx, first, second));
        let run = json_trace(&folder);
        assert_eq!(state(&run, "SMTP port"), port, "{mx:?} {run:#?}");
        assert_eq!(run.code, code, "{mx:?} {run:#?}");
    }
    // A rejection by one of equal preference may stop the message; one by a backup does not.
    let no = talk("550 5.7.1 Unable to relay");
    for (mx, recipient, code) in [
        (&[(10, "m1"), (10, "m2")][..], "may stop", 1),
        (&[(10, "m1"), (20, "m2")][..], "ok", 3),
        (&[(20, "m1"), (10, "m2")][..], "stopped", 1),
    ] {
        let folder = with_facts(&farm, &facts_of_two(mx, Some(&well), Some(&no)));
        let run = json_trace(&folder);
        assert_eq!(state(&run, "recipient"), recipient, "{mx:?} {run:#?}");
        assert_eq!(run.code, code, "{mx:?}");
    }
}

/// Returns facts about two servers behind MX records with preferences.
fn facts_of_two(mx: &[(u16, &str)], first: Option<&Value>, second: Option<&Value>) -> Value {
    let records: Vec<Value> = mx
        .iter()
        .map(|(preference, host)| {
            json!({"owner": "sp.example.com", "type": "MX", "preference": preference,
                "exchange": format!("{host}.example.com")})
        })
        .collect();
    let mut all = facts(json!({"known": records}), address(), Value::Null);
    let lookups = all["dns"]["lookups"].as_array_mut().unwrap();
    for (kind, answer) in [
        (
            "A",
            json!({"known": [{"owner": "m2.example.com", "type": "A", "address": "192.0.2.3"}]}),
        ),
        ("AAAA", json!({"absent": "NODATA: no record of this type"})),
        ("CNAME", json!({"absent": "NODATA: no record of this type"})),
    ] {
        lookups.push(
            json!({"server": "192.0.2.1:53", "name": "m2.example.com", "type": kind,
            "answer": answer}),
        );
    }
    let servers = [("m1", "192.0.2.2", first), ("m2", "192.0.2.3", second)];
    let targets: Vec<Value> = servers
        .iter()
        .filter_map(|(host, address, answer)| {
            Some(json!({"host": format!("{host}.example.com"),
                "address": format!("{address}:25"), "answer": (*answer)?}))
        })
        .collect();
    all["smtp"] = json!({"targets": targets});
    all
}

/// Text that is not a plain address is rejected; the farm's other domains are accepted.
#[test]
fn addresses_must_be_plain_and_of_the_farm() {
    let farm = format!(
        "{FARM}[[web-application]]\nname = \"HR\"\nincoming-address = \"hr.example.com\"\n"
    );
    let folder = with_facts(&farm, &json!({"facts": 1}));
    for (address, code) in [
        ("docs and more@sp.example.com", 2),
        ("docs\r\nDATA@sp.example.com", 2),
        ("docs@sp.example.com\t", 2),
        ("docs@elsewhere.example.com", 2),
        ("jobs@hr.example.com", 3),
        ("docs@sp.example.com", 3),
    ] {
        let run = folder.run(&["trace", address, "--facts", "facts.json"]);
        assert_eq!(run.code, code, "{address:?} {run:#?}");
    }
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
fn unanswered_hop_is_undecided() {
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

const BALANCER: &str = r#"
[[mail-host]]
name = "lb.example.com"
kind = "load-balancer"
addresses = ["192.0.2.30"]
passes-to = ["m1.example.com"]
by = "virtual-address"
"#;

/// Traces a message through a load balancer to a server, with these answers.
fn balanced(balancer: Option<Value>, server: Option<Value>) -> Run {
    let known = |record: Value| json!({"known": [record]});
    let exchanger = json!({"owner": "sp.example.com", "type": "MX", "preference": 10,
        "exchange": "lb.example.com"});
    let mut facts = facts(known(exchanger), address(), json!("not-asked"));
    let lookups = facts["dns"]["lookups"].as_array_mut().expect("a list");
    let none = json!({"absent": "NODATA: no record of this type"});
    let address = json!({"owner": "lb.example.com", "type": "A", "address": "192.0.2.30"});
    for (kind, answer) in [
        ("A", known(address)),
        ("AAAA", none.clone()),
        ("CNAME", none),
    ] {
        lookups.push(
            json!({"server": "192.0.2.1:53", "name": "lb.example.com", "type": kind,
            "answer": answer}),
        );
    }
    let asked = [
        ("lb.example.com", "192.0.2.30:25", balancer),
        ("m1.example.com", "192.0.2.2:25", server),
    ];
    let asked = asked.into_iter().filter_map(|(host, address, answer)| {
        Some(json!({"host": host, "address": address, "answer": answer?}))
    });
    facts["smtp"] = json!({"targets": asked.collect::<Vec<Value>>()});
    json_trace(&with_facts(&format!("{FARM}{BALANCER}"), &facts))
}

/// Every message goes to the virtual address first, so its answers count as much as those of the
/// servers behind it.
#[test]
fn a_balancer_at_the_entry_also_decides() {
    let taken = || Some(talk("250 2.1.5 Ok"));
    let refused = || Some(talk("550 5.7.1 Unable to relay"));
    let must_log_on = || {
        let mut talk = talk("503 5.5.2 Need mail command");
        talk["known"]["steps"][2]["reply"] =
            json!({"known": ["530 5.7.3 Client was not authenticated"]});
        Some(talk)
    };
    for (name, balancer, server, recipient) in [
        ("both take it", taken(), taken(), "ok"),
        ("the balancer was not asked", None, taken(), "ok"),
        ("the balancer refuses", refused(), taken(), "stopped"),
        ("the server was not asked", refused(), None, "stopped"),
        ("a logon is demanded", must_log_on(), taken(), "stopped"),
        ("the server refuses", taken(), refused(), "stopped"),
        (
            "the balancer puts it off",
            Some(talk("450 4.2.0 Try again later")),
            taken(),
            "not known",
        ),
    ] {
        let run = balanced(balancer, server);
        assert_eq!(state(&run, "recipient"), recipient, "{name}: {run:#?}");
    }
}
