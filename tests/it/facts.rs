//! Facts as files: several are merged, a merge can be stored, and unknown fields of a later version
//! are kept.

use crate::explain;
use crate::support::{Folder, Run, repeated};
use serde_json::{Value, json};
use spinmail::testing::facts::Members;
use spinmail::testing::rules;

const FARM: &str = r#"
[farm]
name = "fabrikam"
mail-from-outside = true
[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.com"
drop-folder = 'C:\drop'
[[server]]
name = "sp1.fabrikam.com"
incoming-email-service = true
smtp-service = true
"#;

const ABSENT: &str = "NODATA: no record of this type";

fn lookup(name: &str, kind: &str, answer: &Value) -> Value {
    json!({"server": "192.0.2.10:53", "name": name, "type": kind, "answer": answer})
}

fn address(of: &str) -> Value {
    json!({"known": [{"owner": "sp1.fabrikam.com", "type": "A", "address": of}]})
}

/// Returns sound facts with this answer to the MX question for the display address, as gathered on
/// one machine.
fn facts(server: Option<&str>, gathered: Option<&str>, mx: &Value, reply: &str) -> Value {
    let absent = json!({"absent": ABSENT});
    let mut lookups = vec![
        lookup("sharepoint.fabrikam.com", "MX", mx),
        lookup("sp1.fabrikam.com", "A", &address("192.0.2.21")),
    ];
    lookups.extend(["AAAA", "CNAME"].map(|kind| lookup("sp1.fabrikam.com", kind, &absent)));
    lookups.extend(
        ["A", "AAAA", "CNAME"].map(|kind| lookup("sharepoint.fabrikam.com", kind, &absent)),
    );
    let mut facts = json!({
        "facts": 2,
        "farm": "fabrikam",
        "dns": {"servers": ["192.0.2.10:53"], "lookups": lookups},
        "smtp": {"targets": [target("192.0.2.21:25", reply, server.unwrap_or("nobody"))]},
    });
    for (field, value) in [("server", server), ("gathered", gathered)] {
        if let Some(value) = value {
            facts[field] = json!(value);
        }
    }
    facts
}

/// Returns a conversation of a machine. The caller's name stands for everything that differs
/// between callers.
fn target(address: &str, reply: &str, caller: &str) -> Value {
    let step = |said: &str, line: &str| json!({"said": said, "reply": {"known": [line]}});
    let time = caller.len();
    let steps = json!([
        step("", &format!("220 sp1.fabrikam.com Microsoft ESMTP MAIL Service, Version: 8.5 ready at  Fri, 20 Nov 2026 09:00:{time:02} +0100")),
        {"said": format!("EHLO [10.9.9.{time}]"), "reply": {"known": [format!("250-sp1 Hello [10.9.9.{time}]"), "250 OK"]}},
        step("MAIL FROM:<>", "250 2.1.0 <>....Sender OK"),
        step("RCPT TO:<spinmail-probe@sharepoint.fabrikam.com>", reply),
        step("RCPT TO:<spinmail-probe@spinmail-check.invalid>", "550 5.7.1 Unable to relay"),
    ]);
    json!({"host": "sp1.fabrikam.com", "address": address, "answer": {"known": {"steps": steps, "tls": "not-asked"}}})
}

fn mx() -> Value {
    json!({"known": [{"owner": "sharepoint.fabrikam.com", "type": "MX", "preference": 10, "exchange": "sp1.fabrikam.com"}]})
}

const TAKEN: &str = "250 2.1.5 taken";
const REFUSED: &str = "550 5.7.1 Unable to relay";
const MORNING: &str = "2026-11-20T08:00:00Z";
const NOON: &str = "2026-11-20T12:00:00.5Z";

/// Returns a folder with the farm and these facts as `0.json` and so on.
fn folder(files: &[Value]) -> Folder {
    let folder = Folder::with_farm(FARM);
    for (at, facts) in files.iter().enumerate() {
        folder.write(&format!("{at}.json"), facts.to_string());
    }
    folder
}

fn verify(folder: &Folder, files: &[&str]) -> Run {
    folder.run(
        &[
            &["verify", "--format", "json"],
            &*repeated("--facts", files),
        ]
        .concat(),
    )
}

/// Returns a rule's verdicts: subject, outcome, questions of the evidence.
fn said(run: &Run, rule: &str) -> Vec<(String, String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of_rule = |verdict: &&Value| verdict["rule"] == rule;
    let json = run.json();
    let verdicts = json["verdicts"].as_array().expect("verdicts");
    let row = |verdict: &Value| {
        let asked = verdict["evidence"]
            .as_array()
            .expect("evidence")
            .iter()
            .map(|evidence| text(&evidence["asked"]));
        (
            text(&verdict["subject"]),
            text(&verdict["outcome"]),
            asked.collect(),
        )
    };
    verdicts.iter().filter(of_rule).map(row).collect()
}

fn outcomes(run: &Run, rule: &str) -> Vec<String> {
    said(run, rule)
        .into_iter()
        .map(|(_, outcome, _)| outcome)
        .collect()
}

#[test]
fn the_newest_answer_counts_in_any_order() {
    let absent = json!({"absent": ABSENT});
    let (old, new) = (
        facts(None, Some(MORNING), &absent, REFUSED),
        facts(None, Some(NOON), &mx(), TAKEN),
    );
    let timeless = facts(None, None, &absent, REFUSED);
    let folder = folder(&[old, new, timeless.clone(), timeless]);
    folder.write("4.json", facts(None, None, &mx(), TAKEN).to_string());
    for files in [
        ["0.json", "1.json"],
        ["1.json", "0.json"],
        ["1.json", "2.json"],
        ["2.json", "1.json"],
        ["2.json", "4.json"],
    ] {
        let run = verify(&folder, &files);
        assert_eq!(outcomes(&run, "dns-no-mx"), ["pass"], "{files:?}");
        assert_eq!(
            outcomes(&run, "smtp-refuses-recipient"),
            ["pass"],
            "{files:?}"
        );
        // Facts without a time are of unknown age, unless newer facts replace them.
        let code = if files == ["2.json", "4.json"] { 3 } else { 0 };
        assert_eq!(run.code, code, "{files:?} {}", run.out);
    }
    for files in [["2.json", "0.json"], ["4.json", "2.json"]] {
        let run = verify(&folder, &files);
        assert_eq!(
            outcomes(&run, "dns-no-mx"),
            ["fail"],
            "{files:?}: of equal times the later file counts"
        );
    }
}

#[test]
fn the_option_may_be_repeated_and_be_followed_by_an_area_or_an_address() {
    let folder = folder(&[
        facts(None, None, &mx(), TAKEN),
        facts(None, None, &json!({"absent": ABSENT}), TAKEN),
    ]);
    let json = ["--format", "json"];
    for arguments in [
        &["verify", "dns", "--facts", "0.json", "--facts", "1.json"][..],
        &["verify", "--facts", "0.json", "--facts", "1.json", "dns"],
        &["verify", "--facts", "0.json", "dns", "--facts", "1.json"],
    ] {
        let run = folder.run(&[arguments, &json].concat());
        assert_eq!(
            outcomes(&run, "dns-no-mx"),
            ["fail"],
            "{arguments:?} {}",
            run.err
        );
        assert!(outcomes(&run, "smtp-closed").is_empty(), "{arguments:?}");
    }
    for arguments in [
        &[
            "trace",
            "docs@sharepoint.fabrikam.com",
            "--facts",
            "1.json",
            "--facts",
            "0.json",
        ][..],
        &[
            "trace",
            "--facts",
            "1.json",
            "--facts",
            "0.json",
            "docs@sharepoint.fabrikam.com",
        ],
        &[
            "trace",
            "--facts",
            "1.json",
            "--facts",
            "0.json",
            "--",
            "docs@sharepoint.fabrikam.com",
        ],
    ] {
        let run = folder.run(&[&arguments[..1], &json, &arguments[1..]].concat());
        assert_eq!(
            (run.code, &run.json()["end"]),
            (3, &Value::Null),
            "{arguments:?} {}",
            run.err
        );
    }
    for (arguments, said) in [
        (
            &["trace", "--facts", "0.json"][..],
            "required arguments were not provided",
        ),
        (
            &[
                "trace",
                "a@sharepoint.fabrikam.com",
                "--facts",
                "0.json",
                "b@sharepoint.fabrikam.com",
            ],
            "unexpected argument 'b@sharepoint.fabrikam.com'",
        ),
        (
            &["gather", "--facts", "0.json", "dns"],
            "`--facts` reads what was recorded",
        ),
        (
            &["gather", "--facts", "0.json", "--server", "sp1"],
            "cannot be used with",
        ),
        (
            &["gather", "--server", "sp 1"],
            "is not the name of a server",
        ),
        (
            &["verify", "--facts", "0.json", "1.json"],
            "hint: repeat the option: --facts 0.json --facts 1.json\n",
        ),
        (
            &["verify", "--facts", "0.json", "1.json", "2.json", "dns"],
            "hint: repeat the option: --facts 0.json --facts 1.json --facts 2.json\n",
        ),
        (
            &["gather", "--facts", "0.json", "1.json"],
            "hint: repeat the option: --facts 0.json --facts 1.json\n",
        ),
        (
            &["trace", "--facts", "0.json", "1.json"],
            "hint: repeat the option: --facts 0.json --facts 1.json\n",
        ),
        (
            &["trace", "a@b.example", "--facts", "0.json", "1.json"],
            "hint: repeat the option: --facts 0.json --facts 1.json\n",
        ),
        (
            &["verify", "--farms", "a.toml", "b.toml"],
            "hint: repeat the option: --farms a.toml --farms b.toml\n",
        ),
        (
            &["verify", "--facts", "0.json", "dsn"],
            "a similar value exists: 'dns'",
        ),
    ] {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.contains(said), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn files_of_different_farms_are_rejected() {
    let other = |name: &str| {
        let mut facts = facts(None, None, &mx(), TAKEN);
        facts["farm"] = json!(name);
        facts
    };
    let folder = folder(&[other("fabrikam"), other("contoso"), json!({"facts": 1})]);
    for (files, said) in [
        (
            &["2.json", "0.json", "1.json"][..],
            "`0.json` is about the farm `fabrikam`, `1.json` about the farm `contoso`",
        ),
        (
            &["1.json", "0.json"],
            "`1.json` is about the farm `contoso`, `0.json` about the farm `fabrikam`",
        ),
        (
            &["2.json", "1.json"],
            "`1.json` is about the farm `contoso`, the farm file about `fabrikam`",
        ),
        (
            &["1.json"],
            "`1.json` is about the farm `contoso`, the farm file about `fabrikam`",
        ),
    ] {
        for command in ["verify", "gather"] {
            let run = folder.run(&[&[command], &*repeated("--facts", files)].concat());
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{files:?}");
            assert!(run.err.contains(said), "{files:?}: {}", run.err);
        }
        let run = folder.run(
            &[
                &["trace", "a@sharepoint.fabrikam.com"],
                &*repeated("--facts", files),
            ]
            .concat(),
        );
        assert!(run.code == 2 && run.err.contains(said), "{run:?}");
    }
}

#[test]
fn invalid_time_is_rejected_when_merging() {
    let folder = folder(&[
        facts(None, Some("yesterday"), &mx(), TAKEN),
        facts(None, Some(NOON), &mx(), TAKEN),
    ]);
    assert_eq!(verify(&folder, &["0.json"]).code, 3);
    let run = verify(&folder, &["1.json", "0.json"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("`0.json` was gathered at `yesterday`, which is not a time"),
        "{}",
        run.err
    );
}

#[test]
fn different_answers_are_judged_for_each_machine() {
    let absent = json!({"absent": ABSENT});
    let files = [
        facts(Some("sp1"), Some(MORNING), &mx(), TAKEN),
        facts(Some("wfe1"), Some(NOON), &absent, REFUSED),
        facts(None, Some(NOON), &mx(), TAKEN),
    ];
    let folder = folder(&files);
    let run = verify(&folder, &["0.json", "1.json"]);
    assert_eq!(run.code, 1);
    let [(subject, outcome, asked)] = said(&run, "dns-no-mx").try_into().expect("one verdict");
    assert_eq!(
        (subject.as_str(), outcome.as_str()),
        ("sharepoint.fabrikam.com", "pass")
    );
    assert_eq!(
        asked,
        ["MX sharepoint.fabrikam.com from 192.0.2.10 (from sp1)"]
    );
    let asked = &said(&run, "dns-servers-disagree")[0].2;
    assert_eq!(asked.len(), 2, "{asked:?}");
    let taken = said(&run, "smtp-refuses-recipient");
    let of = |from: &str| {
        taken
            .iter()
            .find(|(subject, ..)| *subject == format!("sp1.fabrikam.com 192.0.2.21 from {from}"))
    };
    assert_eq!(
        of("sp1").map(|(_, outcome, _)| outcome.as_str()),
        Some("pass"),
        "{taken:?}"
    );
    assert_eq!(
        of("wfe1").map(|(_, outcome, _)| outcome.as_str()),
        Some("fail"),
        "{taken:?}"
    );
    assert!(of("wfe1").is_some_and(|(_, _, asked)| {
        asked[0].ends_with("at sp1.fabrikam.com 192.0.2.21 from wfe1")
    }));
    // Facts without a machine name count as those of a separate machine.
    let run = verify(&folder, &["1.json", "2.json"]);
    assert_eq!(said(&run, "smtp-closed").len(), 2);
    assert!(
        run.out.contains("from a machine without a name"),
        "{}",
        run.out
    );
    // The route of a message may end there.
    let trace = folder.run(&[
        "trace",
        "a@sharepoint.fabrikam.com",
        "--format",
        "json",
        "--facts",
        "0.json",
        "--facts",
        "1.json",
    ]);
    assert_eq!(trace.json()["hops"][3]["state"], "may stop");
}

#[test]
fn equal_answers_are_merged() {
    let names = ["sp1", "wfe-number-two", "a"];
    let files = names.map(|name| facts(Some(name), Some(NOON), &mx(), TAKEN));
    let folder = folder(&files);
    let run = verify(&folder, &["0.json", "1.json", "2.json"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert_eq!(said(&run, "smtp-refuses-recipient").len(), 1);
    let alone = verify(&folder, &["0.json"]).json();
    assert_eq!(run.json()["counts"], alone["counts"]);
    assert!(!run.out.contains("from sp1"), "{}", run.out);
}

#[test]
fn ports_and_hosts_without_address_are_distinguished() {
    let port = |answer: Value| {
        let mut facts = facts(None, Some(NOON), &mx(), TAKEN);
        let six = json!({"known": [{"owner": "sp1.fabrikam.com", "type": "AAAA", "address": "2001:db8::21"}]});
        facts["dns"]["lookups"][2]["answer"] = six;
        facts["dns"]["ports"] = json!([{"address": "[2001:db8::21]:25", "answer": answer}]);
        facts
    };
    let mut files = [
        port(json!({"known": null})),
        port(json!({"absent": "connection refused"})),
    ];
    files[0]["server"] = json!("sp1");
    files[1]["server"] = json!("wfe1");
    files[1]["smtp"] = json!({"targets": [], "unresolved": [{"host": "sp1.fabrikam.com", "answer": {"failed": "timed out"}}]});
    let folder = folder(&files);
    let run = verify(&folder, &["0.json", "1.json"]);
    let silent = said(&run, "dns-ipv6-silent");
    assert_eq!(
        silent[0].2,
        ["a connection to [2001:db8::21]:25 from wfe1"],
        "{silent:?}"
    );
    let subjects: Vec<String> = said(&run, "smtp-closed")
        .into_iter()
        .map(|(subject, ..)| subject)
        .collect();
    assert_eq!(
        subjects,
        ["sp1.fabrikam.com 192.0.2.21", "sp1.fabrikam.com from wfe1"]
    );
}

fn gather(folder: &Folder, files: &[&str], out: &str) -> Value {
    let run = folder.run(&[&["gather", "--out", out], &*repeated("--facts", files)].concat());
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    serde_json::from_str(&folder.read(out)).expect("JSON")
}

#[test]
fn a_stored_merge_can_be_merged_again_unchanged() {
    let absent = json!({"absent": ABSENT});
    let folder = folder(&[
        facts(Some("sp1"), Some(MORNING), &mx(), TAKEN),
        facts(Some("wfe1"), Some(NOON), &absent, REFUSED),
        facts(Some("sp1"), Some(NOON), &absent, TAKEN),
        facts(Some("sp2"), Some("2026-11-20T10:00:00Z"), &mx(), TAKEN),
    ]);
    let names = ["0.json", "1.json", "2.json", "3.json"];
    let all = gather(&folder, &names, "all.json");
    assert_eq!(
        (&all["farm"], &all["gathered"], &all["server"]),
        (&json!("fabrikam"), &json!(NOON), &Value::Null)
    );
    for files in [
        ["3.json", "2.json", "1.json", "0.json"],
        ["1.json", "0.json", "3.json", "2.json"],
    ] {
        assert_eq!(
            verify(&folder, &files).json()["counts"],
            verify(&folder, &names).json()["counts"],
            "{files:?}"
        );
    }
    assert_eq!(gather(&folder, &["all.json"], "again.json"), all);
    assert_eq!(
        gather(&folder, &["all.json", "all.json"], "again.json"),
        all
    );
    // Merging in two steps has the same result.
    gather(&folder, &["0.json", "1.json"], "half.json");
    gather(&folder, &["2.json", "3.json"], "rest.json");
    let halves = verify(&folder, &["half.json", "rest.json"]);
    assert_eq!(
        halves.json()["verdicts"],
        verify(&folder, &names).json()["verdicts"]
    );
    let kept = verify(&folder, &["all.json"]);
    assert_eq!(
        (kept.code, kept.json()["verdicts"].clone()),
        (halves.code, halves.json()["verdicts"].clone())
    );
    // An old answer of a machine is dropped if the machine has a newer one.
    let mx = all["dns"]["lookups"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|lookup| lookup["type"] == "MX");
    let seen: Vec<String> = mx.map(|lookup| lookup["seen"].to_string()).collect();
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(!seen.concat().contains(MORNING), "{seen:?}");
}

#[test]
fn merging_needs_no_farm_file() {
    let folder = Folder::new();
    folder.write(
        "0.json",
        facts(Some("sp1"), Some(NOON), &mx(), TAKEN).to_string(),
    );
    assert_eq!(gather(&folder, &["0.json"], "all.json")["farm"], "fabrikam");
    for arguments in [
        &["--facts", "0.json", "--redact"][..],
        &["--facts", "0.json", "--file", "farm.toml"],
        &[],
    ] {
        let run = folder.run(&[&["gather"], arguments].concat());
        assert!(
            run.code == 2 && run.err.contains("there is no file `farm.toml`"),
            "{run:?}"
        );
    }
}

#[test]
fn a_host_that_moved_is_not_judged_by_its_old_address() {
    let mut files = [MORNING, NOON].map(|time| facts(Some("sp1"), Some(time), &mx(), TAKEN));
    files[0]["smtp"]["targets"] = json!([{"host": "sp1.fabrikam.com", "address": "192.0.2.99:25", "answer": {"absent": "refused"}},
        {"host": "mx2.fabrikam.com", "address": "192.0.2.98:25", "answer": {"known": {"steps": []}}}]);
    files[0]["smtp"]["unresolved"] =
        json!([{"host": "sp1.fabrikam.com", "answer": {"failed": "timed out"}}]);
    let folder = folder(&files);
    let all = gather(&folder, &["1.json", "0.json"], "all.json");
    let hosts: Vec<&Value> = all["smtp"]["targets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|target| &target["address"])
        .collect();
    assert_eq!(
        hosts,
        ["192.0.2.98:25", "192.0.2.21:25"],
        "what only the older file asked stays"
    );
    assert_eq!(all["smtp"]["unresolved"], Value::Null);
}

#[test]
fn unasked_questions_are_not_answers() {
    let mut files = [
        facts(Some("sp1"), Some(MORNING), &mx(), TAKEN),
        facts(Some("sp1"), Some(NOON), &mx(), TAKEN),
    ];
    files[1]["smtp"]["targets"][0]["answer"] = json!("not-asked");
    files[1]["dns"]["lookups"][0]["answer"] = json!("not-asked");
    let run = verify(&folder(&files), &["0.json", "1.json"]);
    assert_eq!(
        (run.code, outcomes(&run, "smtp-refuses-recipient")),
        (0, vec!["pass".to_owned()]),
        "{}",
        run.out
    );
}

#[test]
fn parts_of_different_machines_are_merged() {
    let mut files = [
        facts(Some("sp1"), Some(MORNING), &mx(), TAKEN),
        facts(Some("wfe1"), Some(NOON), &mx(), TAKEN),
    ];
    files[0].as_object_mut().unwrap().remove("smtp");
    files[1].as_object_mut().unwrap().remove("dns");
    let run = verify(&folder(&files), &["0.json", "1.json"]);
    assert_eq!(run.code, 0, "{}\n{}", run.out, run.err);
    assert_eq!(
        run.json()["counts"],
        verify(
            &folder(&[facts(Some("sp1"), Some(MORNING), &mx(), TAKEN)]),
            &["0.json"]
        )
        .json()["counts"]
    );
}

/// Adds the field of a later spinmail of the same version to every object.
fn with_news(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(with_news).collect(),
        Value::Object(fields) => {
            let mut fields: serde_json::Map<String, Value> = fields
                .iter()
                .map(|(name, value)| (name.clone(), with_news(value)))
                .collect();
            // An answer is an object with a single key and its value.
            let is_answer = fields.len() == 1
                && ["known", "absent", "failed"]
                    .iter()
                    .any(|word| fields.contains_key(*word));
            // The values of a metabase key, by their names.
            let is_properties = fields.values().any(|value| value.get("raw").is_some());
            if !is_answer && !is_properties {
                fields.insert("news".to_owned(), json!({"of": ["later", 1, null]}));
            }
            Value::Object(fields)
        }
        other => other.clone(),
    }
}

/// Returns facts about the SMTP service's settings and the directory, with every possible field.
pub fn settings_and_directory() -> [(&'static str, Value); 2] {
    let of_example = |id: &str, part: &str| {
        let rule = rules::all().find(|rule| rule.id == id).unwrap();
        serde_json::to_value(explain::example(rule, "Fails").1).unwrap()[part].clone()
    };
    let mut iis = of_example("iis-queue-stuck", "iis");
    let server = &mut iis["servers"][0];
    server["service"] = json!({"known": {"state": "running", "start": "automatic"}});
    server["metabase"]["known"]["service"] = json!({"SmartHost": {"raw": "", "line": 2}});
    let mut directory = of_example("directory-cannot-delete-subtree", "directory");
    let descriptor = json!({"known": {"sddl": "D:(A;;GA;;;SY)"}});
    let object = json!({"name": "OU=x,DC=fabrikam", "class": "contact", "descriptor": descriptor});
    directory["attempts"] = json!([{"url": "ldaps://dc2.fabrikam.com", "kind": "refused", "why": "refused", "needs-signing": false}]);
    let container = &mut directory["container"]["known"];
    container["above"] = json!([object]);
    container["sample"] = json!({"known": [object]});
    container["effective"] = json!({"known": {"child-classes": ["contact"]}});
    let mut members = serde_json::to_value(Members::default()).unwrap();
    members["targets"] = json!([{"value": "x", "count": 1, "names": ["CN=x"]}]);
    members["shared"] = json!([{"value": "alias x", "names": ["CN=x", "CN=y"]}]);
    directory["members"] = json!({"known": members});
    [("iis", iis), ("directory", directory)]
}

#[test]
fn fields_of_a_later_spinmail_are_kept() {
    let mut whole = facts(Some("sp1"), Some(NOON), &mx(), TAKEN);
    whole["dns"]["ports"] = json!([{"address": "[2001:db8::21]:25", "answer": {"absent": "connection refused"},
                                    "seen": [{"server": "sp9", "gathered": MORNING}]}]);
    whole["dns"]["servers-from"] = json!("farm-file");
    whole["smtp"]["unresolved"] = json!([{"host": "mx2.fabrikam.com", "answer": {"failed": {"kind": "timed-out", "detail": "timed out"}}}]);
    whole["smtp"]["targets"][0]["answer"]["known"]["tls"] = json!({"known": {"version": "TLSv1_3", "handshake": {"known": null}, "certificate": {"known": null}}});
    for (part, value) in settings_and_directory() {
        whole[part] = value;
    }
    let later = with_news(&whole);
    let mut other = with_news(&facts(
        Some("sp1"),
        Some(MORNING),
        &json!({"absent": ABSENT}),
        REFUSED,
    ));
    other["more"] = json!(true);
    let folder = folder(&[later.clone(), other, whole]);
    assert_eq!(gather(&folder, &["0.json"], "same.json"), later);
    let mut expected = later.clone();
    expected["more"] = json!(true);
    let source = |gathered: &str| {
        let areas = if gathered == NOON {
            json!(["dns", "smtp", "iis", "directory"])
        } else {
            json!(["dns", "smtp"])
        };
        json!({"server": "sp1", "gathered": gathered, "version": 2, "areas": areas})
    };
    expected["sources"] = json!([source(MORNING), source(NOON)]);
    expected["smtp"]["targets"][0]["seen"] =
        json!([{"server": "sp1", "gathered": NOON, "address": "10.9.9.3"}]);
    let merged = gather(&folder, &["0.json", "1.json"], "all.json");
    assert_eq!(
        merged, expected,
        "the newer file's fields count, and what only the other has stays"
    );
    let judged = |file: &str| verify(&folder, &[file]).json()["verdicts"].clone();
    assert_eq!(judged("0.json"), judged("2.json"));
}

#[test]
fn sources_survive_a_merge() {
    let of = |server: &str, gathered: &str| facts(Some(server), Some(gathered), &mx(), TAKEN);
    let mut old = of("sp2", MORNING);
    old["facts"] = json!(1);
    let folder = folder(&[of("sp1", NOON), old, of("sp3", NOON)]);
    let source = |server: &str, gathered: &str, version: u32| json!({"server": server, "gathered": gathered, "version": version, "areas": ["dns", "smtp"]});
    let (one, two, three) = (
        source("sp1", NOON, 2),
        source("sp2", MORNING, 1),
        source("sp3", NOON, 2),
    );
    let merged = gather(&folder, &["1.json", "0.json"], "both.json");
    assert_eq!(merged["sources"], json!([one, two]));
    let again = gather(&folder, &["2.json", "both.json", "0.json"], "all.json");
    assert_eq!(again["sources"], json!([one, two, three]), "each once");
    let alone = gather(&folder, &["1.json"], "alone.json");
    assert_eq!(alone["facts"], 2);
    assert_eq!(
        alone["sources"],
        json!([two]),
        "what version 1 could not hold is still not there"
    );
    let redacted = folder
        .run(&["gather", "--facts", "both.json", "--redact"])
        .json();
    assert_eq!(redacted["sources"][0]["gathered"], NOON);
    assert!(!redacted.to_string().contains("sp2"));
    assert_eq!(
        gather(&folder, &["0.json"], "same.json")["sources"],
        Value::Null
    );
}

#[test]
fn gathered_facts_name_their_server() {
    let folder =
        Folder::with_farm("[probe]\ndns-servers = [\"127.0.0.1:1\"]\ntimeout = \"200ms\"\n");
    let own = folder.run(&["gather", "dns"]).json();
    let name =
        std::fs::read_to_string("/proc/sys/kernel/hostname").map(|name| name.trim().to_owned());
    match name {
        Ok(name) => assert_eq!(own["server"], json!(name)),
        Err(_) => assert!(own["server"].as_str().is_some_and(|name| !name.is_empty())),
    }
    let given = folder
        .run(&["gather", "dns", "--server", "sp1.fabrikam.com"])
        .json();
    assert_eq!(given["server"], "sp1.fabrikam.com");
}
