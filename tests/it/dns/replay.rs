//! Facts from a file: they lead to the same verdicts later, and malformed ones do no harm.

use super::*;
use serde_json::json;

fn judge(folder: &Folder, facts: &str, format: &str) -> Run {
    folder.write("facts.json", facts);
    folder.run(&["verify", "dns", "--facts", "facts.json", "--format", format])
}

/// Returns the facts of one name server, in the form of the file.
fn facts_of(lookups: Value) -> Value {
    json!({ "facts": 1, "farm": "fabrikam", "dns": { "servers": ["192.0.2.10:53"], "lookups": lookups } })
}

fn lookup(name: &str, kind: &str, answer: Value) -> Value {
    json!({ "server": "192.0.2.10:53", "name": name, "type": kind, "answer": answer })
}

#[test]
fn facts_from_a_file_give_the_same_verdicts_byte_for_byte() {
    let rich = "fabrikam.test ZONE
        sharepoint.fabrikam.test MX 10 sp1.fabrikam.test
        sharepoint.fabrikam.test MX 10 alias.fabrikam.test
        sharepoint.fabrikam.test MX 20 gone.fabrikam.test
        sharepoint.fabrikam.test MX 30 192.0.2.9
        sharepoint.fabrikam.test MX 40 broken.fabrikam.test
        alias.fabrikam.test CNAME sp1.fabrikam.test
        broken.fabrikam.test FAULT servfail
        sp1.fabrikam.test A 192.0.2.21
        sp1.fabrikam.test AAAA ::1";
    let (one, two) = (DnsServer::start(rich), DnsServer::start(ZONE));
    for servers in [
        vec![one.address],
        vec![two.address, one.address],
        vec![dead_port()],
    ] {
        let folder = folder(FARM, &servers);
        assert_eq!(
            folder.run(&["gather", "dns", "--out", "facts.json"]).code,
            0
        );
        let live = folder.run(&["verify", "dns", "--format", "json"]);
        let replayed = folder.run(&["verify", "dns", "--facts", "facts.json", "--format", "json"]);
        assert_eq!(
            (live.code, live.judgement()),
            (replayed.code, replayed.judgement())
        );
    }
}

#[test]
fn facts_that_do_not_match_the_schema_are_rejected() {
    let folder = Folder::with_farm(FARM);
    for (facts, said) in [
        (
            r#"{"facts":1,"farm":"contoso"}"#,
            "is about the farm `contoso`",
        ),
        (r#"{"facts":3,"something":"new"}"#, "has facts version 3"),
        (
            r#"{"facts":99999999999}"#,
            "has facts version 99999999999; this spinmail reads up to 2",
        ),
        (
            r#"{"facts":-1}"#,
            "is not a facts file: `facts` must be the format version, 1 or more, not `-1`",
        ),
        (
            r#"{"facts":0}"#,
            "is not a facts file: `facts` must be the format version, 1 or more, not `0`",
        ),
        (r#"{"facts":1.5}"#, "not `1.5`"),
        (r#"{"facts":"1"}"#, "not `\"1\"`"),
        (
            r#"{"dns":null}"#,
            "is not a facts file: `facts`, the format version, is missing",
        ),
        (
            "{\"facts\":1,\n\"farm\": tru",
            "is not a facts file: line 2, column",
        ),
        ("{\"facts\":1}\n{}", "line 2, column 1: trailing characters"),
        (
            "{\"facts\":1,\"dns\":{\"servers\":[],\n  \"lookups\":[{\"name\":7}]}}",
            "line 2, column 22, at `dns.lookups[0].name`: invalid type: integer `7`, expected a string",
        ),
        (
            r#"{"facts":1,"smtp":[]}"#,
            "line 1, column 18, at `smtp`: invalid type: sequence, expected what the SMTP servers \
             answered, an object",
        ),
        (
            r#"{"facts":1,"smtp":{"targets":[{"host":"a","address":"192.0.2.1:25","answer":{"maybe":1}}]}}"#,
            "at `smtp.targets[0].answer",
        ),
        ("{\"facts\":1,", "is not a facts file"),
        ("", "is not a facts file"),
        ("[]", "is not a facts file"),
        (
            r#"{"facts":1,"dns":{"servers":["nowhere"],"lookups":[]}}"#,
            "is not a facts file",
        ),
        (
            r#"{"facts":1,"dns":{"servers":[],"lookups":[{"answer":{"\u001b[31m":1}}]}}"#,
            "is not a facts file",
        ),
    ] {
        let run = judge(&folder, facts, "text");
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{facts}");
        assert!(run.err.contains(said), "{facts}: {}", run.err);
        assert!(!run.err.contains('\u{1b}'), "{}", run.err);
    }
    assert_eq!(
        folder
            .run(&["verify", "dns", "--facts", "absent.json"])
            .code,
        2
    );
}

#[test]
fn questions_that_were_not_asked_are_undecided() {
    let folder = Folder::with_farm(FARM);
    let two = json!({ "facts": 1, "dns": { "servers": ["192.0.2.10:53", "192.0.2.11:53"], "lookups": [] } });
    let none = json!({ "facts": 1, "dns": { "servers": [], "lookups": [] } });
    for facts in [json!({ "facts": 1 }), facts_of(json!([])), two, none] {
        let verdicts = Verdicts::of(judge(&folder, &facts.to_string(), "json"));
        assert_eq!(verdicts.run.code, 3);
        assert_eq!(verdicts.rules_that("fail"), [""; 0], "{facts}");
        assert!(BY_NAME.starts_with(&verdicts.rules_that("pass")), "{facts}");
        assert!(
            verdicts.message("dns-no-mx").contains("not asked"),
            "{}",
            verdicts.message("dns-no-mx")
        );
        let open = verdicts
            .by("dns-servers-disagree")
            .all(|verdict| verdict["outcome"] == "undecided");
        assert!(
            open || facts["dns"]["servers"]
                .as_array()
                .is_some_and(|servers| servers.len() == 1),
            "{facts}"
        );
    }
}

#[test]
fn missing_question_makes_dependent_rules_undecided() {
    let server = DnsServer::start(ZONE);
    let facts = gather(FARM, &[server.address]);
    let folder = Folder::with_farm(FARM);
    for (kind, rule) in [
        ("MX", "dns-no-mx"),
        ("CNAME", "dns-mx-is-alias"),
        ("AAAA", "dns-loopback"),
        ("A", "dns-loopback"),
    ] {
        let mut facts = facts.clone();
        facts["dns"]["lookups"]
            .as_array_mut()
            .expect("lookups")
            .retain(|lookup| lookup["type"] != kind);
        let verdicts = Verdicts::of(judge(&folder, &facts.to_string(), "json"));
        assert_eq!(verdicts.run.code, 3, "{kind}");
        assert!(
            verdicts
                .by(rule)
                .any(|verdict| verdict["outcome"] == "undecided"),
            "{kind}: {:?}",
            verdicts.said(rule)
        );
        assert_eq!(verdicts.rules_that("fail"), [""; 0], "{kind}");
    }
}

#[test]
fn answer_without_its_record_is_not_an_answer() {
    let empty = || json!({ "known": [] });
    let other =
        || json!({ "known": [{ "owner": "sp1.fabrikam.test", "type": "CNAME", "target": "x" }] });
    for answer in [empty(), other()] {
        let mut lookups = vec![lookup("sharepoint.fabrikam.test", "MX", answer.clone())];
        for kind in ["A", "AAAA"] {
            lookups.extend(
                ["sharepoint", "sp1"]
                    .map(|name| lookup(&format!("{name}.fabrikam.test"), kind, answer.clone())),
            );
        }
        let run = judge(
            &Folder::with_farm(FARM),
            &facts_of(lookups.into()).to_string(),
            "json",
        );
        let verdicts = Verdicts::of(run);
        assert_eq!(
            (verdicts.rules_that("pass"), verdicts.rules_that("fail")),
            (BY_NAME.to_vec(), vec![]),
            "{answer}"
        );
    }
}

#[test]
fn case_and_order_in_the_file_are_ignored() {
    let mx = json!({ "known": [{ "owner": "SharePoint.fabrikam.test", "type": "MX", "preference": 10, "exchange": "SP1.Fabrikam.test" }] });
    let address = json!({ "known": [{ "owner": "sp1.fabrikam.test", "type": "A", "address": "192.0.2.21" }] });
    let absent = || json!({ "absent": "NODATA" });
    let mut lookups = vec![
        lookup("SHAREPOINT.fabrikam.test", "MX", mx),
        lookup("Sp1.fabrikam.test", "A", address),
    ];
    lookups.extend(["AAAA", "CNAME"].map(|kind| lookup("sp1.fabrikam.test", kind, absent())));
    lookups.extend(
        ["A", "AAAA", "CNAME"].map(|kind| lookup("sharepoint.fabrikam.test", kind, absent())),
    );
    let run = judge(
        &Folder::with_farm(FARM),
        &facts_of(lookups.into()).to_string(),
        "json",
    );
    assert_eq!(run.code, 0, "{}", run.out);
}

#[test]
fn hostile_facts_do_no_harm() {
    let evil = "x\u{1b}[2J\u{9b}31m\u{202e}\u{7}\r\n'; rm -rf ~ \u{2028}";
    let mx = |n: u16| json!({ "owner": evil, "type": "MX", "preference": n, "exchange": format!("{evil}{n}") });
    let many: Vec<Value> = (0..1000).map(mx).collect();
    let lookups = vec![
        lookup("sharepoint.fabrikam.test", "MX", json!({ "known": many })),
        lookup("sharepoint.fabrikam.test", "A", json!({ "failed": evil })),
        lookup(
            "sharepoint.fabrikam.test",
            "CNAME",
            json!({ "known": [{ "owner": evil, "type": "CNAME", "target": evil }] }),
        ),
        lookup(
            "sp1.fabrikam.test",
            "A",
            json!({ "failed": evil.repeat(10_000) }),
        ),
        lookup(
            "sp1.fabrikam.test",
            "AAAA",
            json!({ "known": [{ "owner": evil, "type": "AAAA", "address": "fe80::1" }] }),
        ),
        lookup(evil, "A", json!({ "absent": evil })),
    ];
    let mut facts = facts_of(lookups.into());
    facts["dns"]["ports"] = json!([{ "address": "[fe80::1]:25", "answer": { "absent": evil } }]);
    let folder = Folder::with_farm(FARM);
    for format in ["text", "table", "json"] {
        let run = judge(&folder, &facts.to_string(), format);
        assert!(
            [1, 3].contains(&run.code),
            "{format}: {} {}",
            run.code,
            run.err
        );
        let strange = |text: &str| {
            text.chars().find(|character| {
                *character != '\n' && spinmail::testing::text::is_unsafe(*character)
            })
        };
        assert_eq!(
            (strange(&run.out), strange(&run.err)),
            (None, None),
            "{format}"
        );
        if format == "json" {
            assert!(
                run.out.contains("\\u001b")
                    && run.out.contains("\\u009b")
                    && run.out.contains("\\u202e")
            );
            let kept = |verdict: &Value| text(verdict, "subject").contains(&evil.to_lowercase());
            assert!(
                Verdicts::of(run).list.iter().any(kept),
                "for a program it is what it was"
            );
        }
    }
}

#[test]
fn hostile_zones_do_no_harm() {
    let facts = facts_of(json!([
        { "server": "192.0.2.10:53", "name": "sharepoint.fabrikam.test", "type": "MX", "answer": { "absent": "NODATA" },
          "zone": "'; Remove-Item *" },
        lookup("sharepoint.fabrikam.test", "CNAME", json!({ "absent": "NODATA" })),
    ]));
    let run = judge(&Folder::with_farm(FARM), &facts.to_string(), "text");
    assert_eq!(run.code, 3);
    assert!(
        run.out.contains("dns-no-mx") && !run.out.contains("Remove-Item"),
        "{}",
        run.out
    );
}
