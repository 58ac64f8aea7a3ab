//! `--max-age`: facts that are older are ignored.

use crate::dns_server::DnsServer;
use crate::support::{CONTOSO, Folder, example, example_facts_of};
use crate::topologies::facts::dns;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

fn ago(seconds: u64) -> String {
    let time = SystemTime::now() - Duration::from_secs(seconds);
    humantime::format_rfc3339_seconds(time).to_string()
}

/// Returns the example's facts, gathered this many seconds ago.
fn facts(age: u64) -> Value {
    let mut facts = example_facts_of("fabrikam");
    facts["gathered"] = json!(ago(age));
    facts
}

/// Returns a part of the example's facts.
fn part(age: u64, name: &str) -> Value {
    let facts = facts(age);
    json!({"facts": 2, "farm": "fabrikam", "gathered": facts["gathered"], name: facts[name]})
}

fn folder(files: &[Value]) -> Folder {
    let folder = Folder::with_farm(&example("farm.toml"));
    for (at, facts) in files.iter().enumerate() {
        folder.write(&format!("{at}.json"), facts.to_string());
    }
    folder
}

/// Returns the outcome and message of each verdict, by rule and subject.
fn said(report: &Value) -> BTreeMap<(String, String), (String, String)> {
    let text = |verdict: &Value, field: &str| verdict[field].as_str().expect("a text").to_owned();
    let verdicts = report["verdicts"].as_array().expect("verdicts");
    verdicts
        .iter()
        .map(|verdict| {
            let about = (text(verdict, "rule"), text(verdict, "subject"));
            (about, (text(verdict, "outcome"), text(verdict, "message")))
        })
        .collect()
}

/// Rules that need only the farm file, but yield to facts.
const BY_FACTS: [&str; 4] = [
    "page-alias-domain-needed",
    "farm-accept-unused",
    "farm-facts-old",
    "farm-os-relay-list-fault",
];

fn is_offline(rule: &str) -> bool {
    rule.starts_with("page-") || rule.starts_with("farm-")
}

#[test]
fn old_facts_decide_nothing() {
    let folder = folder(&[facts(9 * DAY + HOUR), json!({"facts": 2})]);
    let all = folder
        .run(&["verify", "--facts", "0.json", "--format", "json"])
        .json();
    let none = folder
        .run(&[
            "verify", "dns", "smtp", "--facts", "1.json", "--format", "json",
        ])
        .json();
    let run = folder.run(&[
        "verify",
        "--facts",
        "0.json",
        "--max-age",
        "1d",
        "--format",
        "json",
    ]);
    let (all, none, old) = (said(&all), said(&none), said(&run.json()));
    let mut undecided = 0;
    for (about, (outcome, message)) in &old {
        let rule = about.0.as_str();
        if BY_FACTS.contains(&rule) {
            continue;
        }
        if is_offline(rule) {
            assert_eq!(all.get(about), old.get(about), "{about:?}");
            continue;
        }
        match outcome.as_str() {
            "undecided" => {
                let area = rule.split('-').next().expect("an area");
                assert_eq!(
                    *message,
                    format!(
                        "the facts about {area} are 9 days old, and `--max-age` allows 1 day; gather \
                         them again"
                    ),
                    "{about:?}"
                );
                undecided += 1;
            }
            // The farm file alone decides this rule.
            _ => assert_eq!(none.get(about), old.get(about), "{about:?}"),
        }
    }
    assert!(undecided > 20, "{undecided}");
    let rules = |of: &BTreeMap<(String, String), _>| -> Vec<String> {
        of.keys().map(|(rule, _)| rule.clone()).collect()
    };
    for rule in rules(&all) {
        assert!(rules(&old).contains(&rule), "{rule} is judged all the same");
    }
}

/// Returns a time this many seconds in the future.
fn in_future(seconds: u64) -> String {
    let time = SystemTime::now() + Duration::from_secs(seconds);
    humantime::format_rfc3339_seconds(time).to_string()
}

#[test]
fn facts_from_the_future_have_an_unknown_age() {
    for (lead, told, outcome) in [
        (60, "0 seconds ago", "pass"),
        (
            3 * HOUR + 60,
            "dated 3 hours in the future: check the clock",
            "undecided",
        ),
    ] {
        let mut ahead = facts(0);
        ahead["gathered"] = json!(in_future(lead));
        let folder = folder(&[ahead]);
        let run = folder.run(&["verify", "--facts", "0.json", "--format", "json"]);
        let found = said(&run.json());
        let key = ("farm-facts-old".to_owned(), "facts".to_owned());
        assert_eq!(found.get(&key).map(|said| said.0.as_str()), Some(outcome));
        let run = folder.run(&["verify", "--facts", "0.json"]);
        assert!(run.out.contains(told), "{}", run.out);
        let run = folder.run(&["verify", "dns", "--facts", "0.json", "--max-age", "1d"]);
        assert_eq!(
            run.out.contains("3 hours in the future"),
            lead > HOUR,
            "{}",
            run.out
        );
    }
}

/// An answer from the future is not the newest.
#[test]
fn answers_from_the_future_are_not_the_newest() {
    let answer = |gathered: String, host: &str| {
        json!({"facts": 2, "farm": "contoso", "server": "sp1.contoso.com", "gathered": gathered,
            "dns": {"servers": ["192.0.2.53:53"], "lookups": [
                {"server": "192.0.2.53:53", "name": "sharepoint.contoso.com", "type": "MX",
                    "answer": {"known": [{"owner": "sharepoint.contoso.com", "type": "MX",
                        "preference": 10, "exchange": host}]}}]}})
    };
    for (lead, newest) in [(2 * HOUR, "old.contoso.com"), (60, "new.contoso.com")] {
        let folder = folder(&[]);
        folder.write("farm.toml", CONTOSO);
        for (name, facts) in [
            ("a.json", answer(ago(HOUR), "old.contoso.com")),
            ("b.json", answer(in_future(lead), "new.contoso.com")),
        ] {
            folder.write(name, facts.to_string());
        }
        let run = folder.run(&[
            "verify", "dns", "--facts", "a.json", "--facts", "b.json", "--format", "json",
        ]);
        let found = said(&run.json());
        let key = ("dns-mx-no-address".to_owned(), newest.to_owned());
        assert!(found.contains_key(&key), "{lead}: {found:#?}");
    }
}

#[test]
fn new_facts_are_judged_as_without_the_option() {
    let folder = folder(&[facts(HOUR)]);
    let plain = folder.run(&["verify", "--facts", "0.json"]);
    for limit in ["1d", "2h", "90m"] {
        let run = folder.run(&["verify", "--facts", "0.json", "--max-age", limit]);
        assert_eq!((run.code, &run.out), (plain.code, &plain.out), "{limit}");
    }
    let run = folder.run(&["verify", "--facts", "0.json", "--max-age", "30m"]);
    assert!(run.out.contains("60 minutes old"), "{}", run.out);
    let dns = ["verify", "dns", "--facts", "0.json"];
    assert_eq!(
        folder.run(&[&dns[..], &["--max-age", "30m"]].concat()).code,
        3
    );
}

#[test]
fn only_the_areas_with_old_facts_are_undecided() {
    let folder = folder(&[part(HOUR, "dns"), part(9 * DAY, "smtp")]);
    let arguments = [
        "verify", "--facts", "0.json", "--facts", "1.json", "--format", "json",
    ];
    let plain = said(&folder.run(&arguments).json());
    for files in [&[][..], &["--facts", "merged.json"]] {
        let mut limited: Vec<&str> = arguments.to_vec();
        if !files.is_empty() {
            let merged = folder.run(&[
                "gather",
                "--facts",
                "0.json",
                "--facts",
                "1.json",
                "--out",
                "merged.json",
            ]);
            assert_eq!(merged.code, 0, "{merged:?}");
            limited = [&["verify"], files, &["--format", "json"]].concat();
        }
        limited.extend(["--max-age", "1d"]);
        let old = said(&folder.run(&limited).json());
        for (about, verdict) in &old {
            if about.0.starts_with("smtp-") {
                assert_ne!(verdict.0, "fail", "{about:?}");
                assert_ne!(verdict.0, "pass", "{about:?}");
            } else if !BY_FACTS.contains(&about.0.as_str()) {
                assert_eq!(Some(verdict), plain.get(about), "{about:?}");
            }
        }
        assert!(old.values().any(|(outcome, message)| {
            outcome == "undecided" && message.starts_with("the facts about smtp are 9 days old")
        }));
    }
}

/// The facts of one of two servers are old: the other one is judged.
#[test]
fn old_facts_of_one_server_do_not_affect_another() {
    let of = |server: &str, state: &str, age: u64| {
        json!({"facts": 2, "farm": "contoso", "server": server, "gathered": ago(age),
            "iis": {"servers": [{"server": server,
                "service": {"known": {"state": state, "start": "automatic"}}}]}})
    };
    let mut new = of("sp1.contoso.com", "stopped", HOUR);
    new["dns"] = dns(
        "inside A sp1.contoso.com 10.0.0.21\ninside A sp2.contoso.com 10.0.0.22\n\
         inside MX 10 sharepoint.contoso.com sp1.contoso.com\n\
         inside MX 10 sharepoint.contoso.com sp2.contoso.com",
    );
    let folder = folder(&[
        new,
        of("sp2.contoso.com", "running", 3 * DAY + HOUR),
        of("sp1.contoso.com", "running", 4 * DAY),
    ]);
    let server = |name: &str| {
        format!(
            "[[server]]\nname = \"{name}\"\nrole = \"application\"\nos = \"2016\"\n\
                 incoming-email-service = true\nsmtp-service = true\n"
        )
    };
    let farm = format!(
        "[farm]\nname = \"contoso\"\nversion = \"2016\"\nmail-from-outside = false\n[incoming-email]\nenabled = true\n\
         mode = \"advanced\"\ndisplay-address = \"sharepoint.contoso.com\"\n\
         drop-folder = 'C:\\drop'\n{}{}",
        server("sp1.contoso.com"),
        server("sp2.contoso.com")
    );
    folder.write("farm.toml", &farm);
    let files = [
        "--facts", "0.json", "--facts", "1.json", "--facts", "2.json",
    ];
    let limit = ["--max-age", "1d", "--format", "json"];
    let run = folder.run(&[&["verify", "iis"], &files[..], &limit[..]].concat());
    assert_eq!(run.code, 1, "{run:?}");
    let found = said(&run.json());
    let about = |server: &str| {
        let key = ("iis-service-stopped".to_owned(), server.to_owned());
        found.get(&key).expect("a verdict")
    };
    assert_eq!(about("sp1.contoso.com").0, "fail");
    let (outcome, message) = about("sp2.contoso.com");
    assert_eq!(outcome, "undecided");
    assert_eq!(
        message,
        "the facts about iis of `sp2.contoso.com` are 3 days old, and `--max-age` allows 1 day; \
         gather them again"
    );
}

#[test]
fn facts_without_a_time_are_too_old() {
    let mut timeless = facts(0);
    timeless.as_object_mut().expect("facts").remove("gathered");
    let folder = folder(&[timeless]);
    let run = folder.run(&["verify", "dns", "--facts", "0.json", "--max-age", "1000d"]);
    assert_eq!(run.code, 3);
    let unwrapped = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        unwrapped
            .contains("the facts about dns do not say how old they are, and `--max-age` allows"),
        "{}",
        run.out
    );
}

#[test]
fn a_route_by_old_facts_is_undecided() {
    let folder = folder(&[facts(9 * DAY)]);
    let trace = [
        "trace",
        "docs@sharepoint.fabrikam.com",
        "--facts",
        "0.json",
        "--max-age",
    ];
    let run = folder.run(&[&trace[..], &["1d"]].concat());
    assert!(run.out.contains("9 days old"), "{}", run.out);
    assert!(run.out.contains("MX record       not known"), "{}", run.out);
    let plain = folder.run(&trace[..4]);
    let new = folder.run(&[&trace[..], &["30d"]].concat());
    assert_eq!((new.code, new.out), (plain.code, plain.out));
}

#[test]
fn each_farm_of_a_fleet_has_its_own_age() {
    let folder = Folder::new();
    folder.write("1.toml", example("farm.toml"));
    folder.write("2.toml", CONTOSO);
    folder.write("a.json", facts(HOUR).to_string());
    let mut old = facts(9 * DAY);
    old["farm"] = json!("contoso");
    folder.write("b.json", old.to_string());
    let run = folder.run(&[
        "verify",
        "dns",
        "--farms",
        "1.toml",
        "--farms",
        "2.toml",
        "--facts",
        "a.json",
        "--facts",
        "b.json",
        "--max-age",
        "1d",
        "--format",
        "json",
    ]);
    let reports = run.json();
    let farms = reports["files"].as_array().expect("a report for each farm");
    let is_old: Vec<bool> = farms
        .iter()
        .map(|farm| farm.to_string().contains("9 days old"))
        .collect();
    assert_eq!(is_old, [false, true], "{}", run.out);
}

#[test]
fn facts_that_are_gathered_now_are_new() {
    let dns =
        DnsServer::start("fabrikam.test ZONE\nsharepoint.fabrikam.test MX 10 sp1.fabrikam.test");
    let folder = Folder::with_farm(&format!(
        "[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
         display-address = \"sharepoint.fabrikam.test\"\n\
         [probe]\ndns-servers = [\"{}\"]\ntimeout = \"1s\"\n",
        dns.address
    ));
    let plain = folder.run(&["verify", "dns"]);
    let run = folder.run(&["verify", "dns", "--max-age", "1h"]);
    assert_eq!((run.code, run.out), (plain.code, plain.out));
}

#[test]
fn invalid_durations_are_rejected() {
    let folder = folder(&[facts(0)]);
    for odd in ["soon", "1", "-1d", ""] {
        let limit = format!("--max-age={odd}");
        let run = folder.run(&["verify", "--facts", "0.json", &limit]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{odd}");
        assert!(run.err.contains("--max-age"), "{odd}: {}", run.err);
    }
}

/// Merged facts of version 1 have the newest time, and their records have the times of each
/// machine.
#[test]
fn merged_facts_of_version_1_are_as_old_as_their_records() {
    let mut merged = facts(HOUR);
    merged["facts"] = json!(1);
    let lookups = merged["dns"]["lookups"].as_array_mut().expect("lookups");
    lookups[0]["seen"] = json!([{"server": "sp9", "gathered": ago(9 * DAY + HOUR)}]);
    let folder = folder(&[merged]);
    let limited = &["verify", "dns", "--facts", "0.json", "--max-age", "1d"];
    let run = folder.run(limited);
    assert_eq!(run.code, 3, "{}", run.out);
    assert!(run.out.contains("are 9 days old"), "{}", run.out);
}

#[test]
fn report_names_the_limit_and_tests_fail_if_nothing_was_judged() {
    let folder = folder(&[facts(2 * DAY)]);
    let run = |format| {
        let limit = ["verify", "dns", "--facts", "0.json", "--max-age", "1d"];
        let options = ["--fail-on", "never", "--format", format];
        folder.run(&[&limit[..], &options[..]].concat())
    };
    let report = run("json").json();
    assert_eq!(report["run"]["options"]["max-age"], "1day");
    assert_eq!(report["run"]["exit"]["status"], 3);
    let junit = run("junit").out;
    assert_eq!(junit.matches("<error ").count(), 1, "{junit}");
    assert!(junit.contains(r#"type="left out""#), "{junit}");
}

/// Returns the outcome and severity of the rule about the facts' age.
fn mentioned(folder: &Folder, arguments: &[&str]) -> Option<(String, String)> {
    let run = folder.run(&[&["verify", "--format", "json"], arguments].concat());
    let report = run.json();
    let verdicts = report["verdicts"].as_array().expect("verdicts");
    let old = verdicts
        .iter()
        .find(|verdict| verdict["rule"] == "farm-facts-old")?;
    let text = |field: &str| old[field].as_str().expect("a text").to_owned();
    Some((text("outcome"), text("severity")))
}

#[test]
fn old_facts_are_reported() {
    let some = |outcome: &str, severity: &str| Some((outcome.to_owned(), severity.to_owned()));
    for (age, farm, dns) in [
        (HOUR, some("pass", "note"), None),
        (30 * HOUR, some("fail", "note"), some("fail", "note")),
        (9 * DAY, some("fail", "warning"), some("fail", "warning")),
    ] {
        let folder = folder(&[facts(age)]);
        let all = mentioned(&folder, &["--facts", "0.json"]);
        assert_eq!(all, farm, "{age}");
        // The rule is judged for any selection, but a pass is not reported.
        assert_eq!(
            mentioned(&folder, &["dns", "--facts", "0.json"]),
            dns,
            "{age}"
        );
    }
    // Facts that newer facts of the same machine replace do not count.
    let replaced = folder(&[part(9 * DAY, "dns"), part(HOUR, "dns")]);
    let files = ["dns", "--facts", "0.json", "--facts", "1.json"];
    assert_eq!(mentioned(&replaced, &files), None);
    let apart = folder(&[part(9 * DAY, "smtp"), part(HOUR, "dns")]);
    assert_eq!(mentioned(&apart, &files), some("fail", "warning"));
    // The age of facts without a time is not known.
    let mut timeless = part(HOUR, "dns");
    timeless.as_object_mut().expect("facts").remove("gathered");
    let folder = folder(&[timeless]);
    assert_eq!(mentioned(&folder, &["dns", "--facts", "0.json"]), None);
}

/// Returns the messages of a report or trace that are about what is left out.
fn unasked(json: &Value) -> Vec<String> {
    let hops = json["hops"].as_array().into_iter().flatten();
    let of_hops = hops.flat_map(|hop| hop["verdicts"].as_array().into_iter().flatten());
    let own = json["verdicts"].as_array().into_iter().flatten();
    let verdicts = of_hops.chain(own);
    let messages = verdicts
        .filter(|verdict| verdict["outcome"] != "pass")
        .filter_map(|verdict| verdict["message"].as_str());
    let routes = json["routes"].as_array().into_iter().flatten();
    let unknown = routes.flat_map(|route| route["unknown"].as_array().into_iter().flatten());
    messages
        .chain(unknown.filter_map(Value::as_str))
        .filter(|message| {
            ["not asked", "not looked at", "` asks"]
                .iter()
                .any(|word| message.contains(word))
        })
        .map(str::to_owned)
        .collect()
}

/// What is left out as too old was asked, in whatever area it is missed.
#[test]
fn facts_that_are_too_old_are_not_called_unasked() {
    let outside = "outside-dns-servers";
    for old in ["dns", "smtp", "iis", "folder"] {
        let mut new = facts(0);
        new.as_object_mut().expect("an object").remove(old);
        let folder = folder(&[new, part(9 * DAY, old)]);
        for command in [&["verify"][..], &["trace", "docs@sharepoint.fabrikam.com"]] {
            let options = [
                "--facts",
                "0.json",
                "--facts",
                "1.json",
                "--max-age",
                "1d",
                "--format",
                "json",
            ];
            let run = folder.run(&[command, &options].concat());
            let mut found = unasked(&run.json());
            // That nobody outside was asked is true.
            found.retain(|message| !message.contains(outside) && !message.contains("outside may"));
            assert_eq!(found, [""; 0], "{old} {command:?}");
        }
    }
}

/// One server's facts, or those of a share, are too old.
#[test]
fn folders_that_are_too_old_are_not_called_unseen() {
    let split = |server: Option<&str>, path: &str| {
        let (mut new, mut old) = (facts(0), part(9 * DAY, "folder"));
        let folders = new["folder"]["folders"].as_array_mut().expect("folders");
        let mut first = folders.remove(0);
        first["path"] = json!(path);
        match server {
            Some(server) => first["server"] = json!(server),
            None => {
                first.as_object_mut().expect("an object").remove("server");
            }
        }
        old["folder"]["folders"] = json!([first]);
        for facts in [&mut new, &mut old] {
            facts["folder"]
                .as_object_mut()
                .expect("an object")
                .remove("aliases");
        }
        if let Some(server) = server {
            old["server"] = json!(server);
        }
        (new, old)
    };
    let share = r"\\fs1.fabrikam.com\spdrop";
    for (server, path) in [
        (Some("sp1.fabrikam.com"), r"C:\inetpub\mailroot\drop"),
        (None, share),
    ] {
        let (new, old) = split(server, path);
        let folder = folder(&[new, old]);
        let farm = example("farm.toml").replace(
            r"drop-folder = 'C:\inetpub\mailroot\drop'",
            &format!("drop-folder = '{path}'"),
        );
        folder.write("farm.toml", farm);
        for command in [
            &["verify", "folder"][..],
            &["trace", "docs@sharepoint.fabrikam.com"],
        ] {
            let options = [
                "--facts",
                "0.json",
                "--facts",
                "1.json",
                "--max-age",
                "1d",
                "--format",
                "json",
            ];
            let json = folder.run(&[command, &options].concat()).json();
            let mut found = unasked(&json);
            found.retain(|message| message.contains("folder") || message.starts_with("it was"));
            assert_eq!(found, [""; 0], "{path} {command:?}");
            assert!(json.to_string().contains("allows 1 day"), "{json:#}");
        }
    }
}

/// The aliases of lists that are too old were known.
#[test]
fn aliases_that_are_too_old_are_not_called_unknown() {
    let mut old = part(9 * DAY, "folder");
    old["folder"]["folders"] = json!([]);
    let mut new = facts(0);
    new["folder"]
        .as_object_mut()
        .expect("an object")
        .remove("aliases");
    old["folder"]["aliases"] = json!({"from": "aliases.txt", "names": ["docs"]});
    let folder = folder(&[new, old]);
    let run = folder.run(&[
        "trace",
        "docs@sharepoint.fabrikam.com",
        "--facts",
        "0.json",
        "--facts",
        "1.json",
        "--max-age",
        "1d",
    ]);
    assert!(
        run.out.contains(
            "the aliases of the farm's lists are 9 days old, and `--max-age` allows 1 day"
        ),
        "{}",
        run.out
    );
}
