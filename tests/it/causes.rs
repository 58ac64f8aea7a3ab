//! Rules that do not apply because of another rule: the other rule is judged whatever is selected,
//! and its findings are in the report. `SPINMAIL_UPDATE=1 cargo test --test it causes` writes the
//! list of these rules again.

use crate::explain::{example, fenced};
use crate::support::{Folder, Run, root};
use crate::verdicts;
use serde_json::{Value, json};
use spinmail::testing::facts::Facts;
use spinmail::testing::farm;
use spinmail::testing::farm::values::Date;
use spinmail::testing::rules::{self, Case, OutcomeKind, Selection, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};
const LIST: &str = "tests/causes.txt";

/// Changes to a farm file: the start of a line, and its replacement.
const CHANGES: [(&str, &str); 16] = [
    ("mode =", ""),
    ("mode =", "mode = 'automatic'"),
    ("display-address =", ""),
    ("display-address =", "display-address = 'http://x'"),
    ("drop-folder =", ""),
    ("drop-folder =", "drop-folder = 'drop'"),
    ("drop-folder =", r"drop-folder = '\\server'"),
    ("container =", ""),
    ("container =", "container = 'fabrikam.com/Contacts'"),
    ("smtp-server =", ""),
    ("smtp-server =", "smtp-server = 'sp1'"),
    ("url =", ""),
    ("url =", "url = 'x'"),
    ("timer-account =", ""),
    ("central-administration-account =", ""),
    ("account =", ""),
];

/// Returns all farms with their facts: the pages' examples and the tricky cases, also with a fault
/// in the farm file.
pub fn corpus() -> Vec<(String, Facts)> {
    let examples = rules::all().flat_map(|rule| {
        ["Fails", "Passes"].map(|heading| {
            let (farm, facts) = example(rule, heading);
            (farm.to_owned(), facts)
        })
    });
    let mut all: Vec<(String, Facts)> = examples
        .chain(verdicts::all())
        .chain(with_changed_facts())
        .map(|(farm, facts)| (enabled(&farm), facts))
        .collect();
    let known: BTreeSet<String> = all.iter().map(|(farm, _)| farm.clone()).collect();
    let mut changed = Vec::new();
    for (farm, facts) in &all {
        for (beginning, instead) in CHANGES {
            let lines: Vec<&str> = farm
                .lines()
                .map(|line| {
                    if line.starts_with(beginning) {
                        instead
                    } else {
                        line
                    }
                })
                .collect();
            let text = lines.join("\n");
            if !known.contains(&text) && text != *farm {
                changed.push((text, facts.clone()));
            }
        }
    }
    all.extend(changed);
    all
}

/// Returns the farm with incoming e-mail enabled, unless it records another value.
pub fn enabled(farm: &str) -> String {
    if farm.contains("enabled =") {
        farm.to_owned()
    } else if farm.contains("[incoming-email]") {
        farm.replace("[incoming-email]", "[incoming-email]\nenabled = true")
    } else {
        format!("incoming-email.enabled = true\n{farm}")
    }
}

/// Changes to the facts of examples: the rule of the example, a text, and its replacement.
const CHANGED_FACTS: [(&str, &str, &str); 10] = [
    (
        "iis-service-stopped",
        r#"{ "known": {"state": "stopped", "start": "automatic"} }"#,
        r#"{ "absent": "not installed" }"#,
    ),
    (
        "iis-queue-stuck",
        r#""looked":"#,
        r#""service": { "known": {"state": "stopped", "start": "automatic"} }, "looked":"#,
    ),
    (
        "iis-server-stopped",
        r#""servers": [
              {
                "number": 1,"#,
        r#""servers": [], "unused": [{ "number": 1,"#,
    ),
    ("iis-relay-list-odd", "ffffffff00000000", "0000000000000000"),
    (
        "directory-container-shared",
        r#"["targetAddress", "mailNickname", "internetEncoding", "mAPIRecipient"], "absent": []"#,
        r#"[], "absent": ["targetAddress", "mailNickname", "internetEncoding", "mAPIRecipient"]"#,
    ),
    (
        "dns-mx-no-address",
        r#""facts": 2,"#,
        r#""facts": 2, "smtp": {"targets": [], "unresolved": [{"host": "sp1.fabrikam.com.fabrikam.com", "answer": {"absent": "no address"}}]},"#,
    ),
    (
        "dns-smtp-server-no-address",
        r#""facts": 2,"#,
        r#""facts": 2, "smtp": {"targets": [], "unresolved": [{"host": "sp1.fabrikam.com", "answer": {"absent": "no address"}}]},"#,
    ),
    (
        "dns-ipv6-silent",
        r#""facts": 2,"#,
        r#""facts": 2, "smtp": {"targets": [
            {"host": "sp1.fabrikam.com", "address": "192.0.2.21:25", "answer": {"known": {
                "steps": [{"said": "", "reply": {"known": ["220 sp1 ESMTP"]}}]}}},
            {"host": "sp1.fabrikam.com", "address": "[2001:db8::21]:25",
                "answer": {"absent": "connection refused"}}]},"#,
    ),
    (
        "folder-share-limits",
        "(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-4)",
        "",
    ),
    (
        "folder-share-limits",
        "(A;OICI;0x1200a9;;;S-1-5-21-1-2-3-6)",
        "",
    ),
];

fn with_changed_facts() -> impl Iterator<Item = (String, Facts)> {
    CHANGED_FACTS.into_iter().map(|(id, text, instead)| {
        let rule = rules::find(id).expect("a rule");
        let (farm, _) = example(rule, "Fails");
        let page = rule
            .explain
            .split("\n## Fails\n")
            .nth(1)
            .expect("an example");
        let facts = fenced(page, "json").expect("facts");
        assert!(facts.contains(text), "{id}: no {text}");
        let changed = facts.replace(text, instead);
        let facts = Facts::from_json(&changed, id).unwrap_or_else(|error| panic!("{id}: {error}"));
        (farm.to_owned(), facts)
    })
}

pub fn judged(farm: &str, facts: &Facts, only: &[String]) -> Vec<Verdict> {
    let document = farm::read(farm).unwrap_or_else(|mistakes| panic!("{farm}: {mistakes:#?}"));
    let selection = Selection::new(&[], only, &[]).expect("rules");
    rules::judge(&Case::new(&document, facts, TODAY), &selection)
}

fn is_finding(verdict: &Verdict) -> bool {
    matches!(verdict.outcome, OutcomeKind::Fail | OutcomeKind::Undecided)
}

/// Returns whether the rule has a finding, or defers to one that has.
fn is_found(verdicts: &[Verdict], id: &str) -> bool {
    let mut of_rule = verdicts.iter().filter(|verdict| verdict.rule.id == id);
    of_rule.any(|verdict| is_finding(verdict) || verdict.because.is_some())
}

#[test]
fn each_rule_alone_shows_its_cause() {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (farm, facts) in corpus() {
        let all = judged(&farm, &facts, &[]);
        let deferring: Vec<&Verdict> = all
            .iter()
            .filter(|verdict| verdict.because.is_some())
            .collect();
        for verdict in &deferring {
            let (id, cause) = (verdict.rule.id, verdict.because.unwrap());
            assert!(is_found(&all, cause), "{id}: {}\n{farm}", verdict.message);
            if !found.entry(id).or_default().insert(cause) {
                continue;
            }
            let alone = judged(&farm, &facts, &[id.to_owned()]);
            // A better explanation that is not judged does not hide a finding.
            let stands_alone = alone.iter().any(|other| {
                other.rule.id == id && other.subject == verdict.subject && other.because.is_none()
            });
            if stands_alone {
                continue;
            }
            let causes: Vec<&Verdict> = alone.iter().filter(|verdict| verdict.is_cause).collect();
            // A selected word may include the rule.
            let is_selected = |id: &str| {
                alone
                    .iter()
                    .any(|other| other.rule.id == id && !other.is_cause)
            };
            assert!(
                !causes.is_empty() || is_selected(cause),
                "{id} alone shows nothing of {cause}\n{farm}"
            );
            for cause in causes {
                assert!(is_finding(cause), "{id}: {}", cause.message);
                let in_all = all
                    .iter()
                    .find(|other| other.rule.id == cause.rule.id && other.subject == cause.subject)
                    .expect("it is there when all is judged");
                assert_eq!(
                    (in_all.outcome, &in_all.message),
                    (cause.outcome, &cause.message)
                );
                assert!(!in_all.is_cause);
            }
        }
    }
    // Nearly all rules defer to that rule, see the next test.
    let list: String = found
        .iter()
        .map(|(id, causes)| {
            (
                id,
                causes.iter().copied().filter(|id| *id != "page-disabled"),
            )
        })
        .map(|(id, causes)| (id, causes.collect::<Vec<&str>>()))
        .filter(|(_, causes)| !causes.is_empty())
        .map(|(id, causes)| format!("{id}: {}\n", causes.join(", ")))
        .collect();
    let path = root().join(LIST);
    if std::env::var_os("SPINMAIL_UPDATE").is_some() {
        fs::write(&path, &list).expect("the list");
    }
    assert_eq!(fs::read_to_string(&path).expect("the list"), list);
    let seen: BTreeSet<&str> = found.values().flatten().copied().collect();
    let named = named_in_source();
    let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    // This rule judges the address of a single message.
    let elsewhere = BTreeSet::from(["folder-alias-unknown"]);
    let unseen: BTreeSet<&str> = named.difference(&seen).copied().collect();
    assert_eq!(unseen, elsewhere);
}

#[test]
fn disabled_farm_is_judged_only_for_its_directory() {
    let farm = "[incoming-email]\nenabled = false\n[[accept]]\nrule = \"dns-no-mx\"\n\
                reason = \"idle\"\n";
    let facts = json!({"facts": 2, "gathered": "2019-01-01T00:00:00Z", "folder": {"folders": []}});
    let facts = Facts::from_json(&facts.to_string(), "facts").expect("facts");
    for verdict in judged(farm, &facts, &[]) {
        let id = verdict.rule.id;
        let expected = match id {
            "page-disabled" | "farm-facts-old" => (OutcomeKind::Fail, None),
            _ if id.starts_with("farm-accept-") => (OutcomeKind::NotApplicable, None),
            _ if id.starts_with("directory-") => continue,
            _ => (OutcomeKind::NotApplicable, Some("page-disabled")),
        };
        let found = (verdict.outcome, verdict.because);
        // The date of an acceptance is judged anyway.
        if id != "farm-accept-expired" {
            assert_eq!(found, expected, "{id}: {}", verdict.message);
        }
    }
    // A missing setting does not stop the judgement.
    let unknown = judged(
        "[incoming-email]\nmode = \"advanced\"\n",
        &Facts::default(),
        &[],
    );
    let outcome = |id: &str| {
        let verdict = unknown.iter().find(|verdict| verdict.rule.id == id);
        verdict.map(|verdict| (verdict.outcome, verdict.because))
    };
    assert_eq!(
        outcome("page-disabled"),
        Some((OutcomeKind::Undecided, None))
    );
    assert_eq!(
        outcome("page-drop-folder-missing"),
        Some((OutcomeKind::Fail, None))
    );
    assert_eq!(
        outcome("page-display-address-missing"),
        Some((OutcomeKind::NotApplicable, Some("page-disabled")))
    );
}

/// Returns the rules that the source names as causes.
fn named_in_source() -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    let mut folders = vec![root().join("src/rules")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("source");
            for call in text.split("Outcome::because(").skip(1) {
                if let Some((id, _)) = call
                    .trim_start()
                    .strip_prefix('"')
                    .and_then(|rest| rest.split_once('"'))
                {
                    assert!(
                        rules::find(id).is_some(),
                        "{}: no rule is {id}",
                        path.display()
                    );
                    named.insert(id.to_owned());
                }
            }
        }
    }
    named
}

/// A command that once reported nothing and exited with 0 although its subject was broken.
struct Complaint {
    arguments: &'static [&'static str],
    farm: String,
    facts: Option<String>,
    cause: &'static str,
}

/// Returns the command for an example of a page.
fn complaint_of_page(
    arguments: &'static [&'static str],
    page: &'static str,
    cause: &'static str,
) -> Complaint {
    let rule = rules::find(page).expect("a rule");
    let (farm, _) = example(rule, "Fails");
    let page = rule
        .explain
        .split("\n## Fails\n")
        .nth(1)
        .expect("an example");
    Complaint {
        arguments,
        farm: enabled(farm),
        facts: fenced(page, "json").map(str::to_owned),
        cause,
    }
}

const PAGE: &str = r#"
[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.com"
drop-folder = 'C:\inetpub\mailroot\drop'
[directory-management]
service = "yes"
container = "fabrikam.com/SharePointContacts"
smtp-server = "sp1.fabrikam.com"
[probe]
directory = ["ldaps://127.0.0.1:1"]
bind-as = 'X\y'
timeout = "1s"
"#;

fn complaints() -> Vec<Complaint> {
    let live = |arguments, farm: &str, cause| Complaint {
        arguments,
        farm: farm.to_owned(),
        facts: None,
        cause,
    };
    let not_a_name = "page-container-not-a-name";
    let without = PAGE.replace("container = \"fabrikam.com/SharePointContacts\"\n", "");
    let mut all = vec![
        live(&["verify", "directory"], PAGE, not_a_name),
        live(&["verify", "contacts"], PAGE, not_a_name),
        live(&["verify", "directory"], &without, "page-container-missing"),
        live(&["verify", "contacts"], &without, "page-container-missing"),
    ];
    for (display, cause) in [
        (
            "display-address = 'http://sharepoint.fabrikam.com'",
            "page-display-address-not-a-domain",
        ),
        ("", "page-display-address-missing"),
    ] {
        all.push(Complaint {
            arguments: &["verify", "dns"],
            farm: PAGE.replace("display-address = \"sharepoint.fabrikam.com\"", display),
            facts: Some(
                r#"{"facts": 1, "dns": {"servers": ["192.0.2.10:53"], "lookups": []}}"#.to_owned(),
            ),
            cause,
        });
    }
    let closed = &["verify", "smtp", "--only", "smtp-refuses-recipient"];
    all.push(complaint_of_page(closed, "smtp-closed", "smtp-closed"));
    all.push(complaint_of_page(
        &["verify", "contacts"],
        "directory-container-missing",
        "directory-container-missing",
    ));
    let create = &[
        "verify",
        "directory",
        "--only",
        "directory-cannot-create-contacts",
    ];
    all.push(complaint_of_page(
        create,
        "directory-wizard-only",
        "directory-wizard-only",
    ));
    let rights = &["verify", "directory", "--only", "directory-cannot"];
    let mut misspelt = complaint_of_page(
        rights,
        "directory-cannot-create-contacts",
        "directory-account-missing",
    );
    misspelt.facts = misspelt.facts.map(|facts| {
        let mut facts: Value = serde_json::from_str(&facts).expect("facts");
        facts["directory"]["accounts"][0]["answer"] = json!({"absent": "no such account"});
        facts.to_string()
    });
    all.push(misspelt);
    let mut without_address = complaint_of_page(
        &["verify", "smtp"],
        "dns-mx-no-address",
        "dns-mx-no-address",
    );
    without_address.facts = without_address.facts.map(|facts| {
        let mut facts: Value = serde_json::from_str(&facts).expect("facts");
        facts["smtp"] = json!({"targets": [], "unresolved": [
            {"host": "sp1.fabrikam.com.fabrikam.com", "answer": {"absent": "no address"}}]});
        facts.to_string()
    });
    all.push(without_address);
    all
}

#[test]
fn a_broken_precondition_is_reported() {
    for complaint in complaints() {
        let folder = Folder::with_farm(&complaint.farm);
        let mut arguments = complaint.arguments.to_vec();
        if let Some(facts) = &complaint.facts {
            folder.write("facts.json", facts);
            arguments.extend(["--facts", "facts.json"]);
        }
        let output = folder
            .command(&arguments)
            .env("SPINMAIL_LDAP_PASSWORD", "x")
            .env("SPINMAIL_DIRECTORY", "127.0.0.1 localhost")
            .output()
            .expect("the program");
        let run = Run::of(output);
        let title = format!("error[{}]", complaint.cause);
        assert!(
            run.out.contains(&title),
            "{arguments:?}: {}\n{}",
            run.out,
            run.err
        );
        assert_eq!(run.code, 1, "{arguments:?}: {}", run.out);
    }
}

/// If the farm file rules everything out, nothing is undecided, so the status is 0.
#[test]
fn nothing_applies_to_a_farm_without_incoming_mail() {
    let farm = PAGE.replace("enabled = true", "enabled = false");
    let folder = Folder::with_farm(&farm);
    let run = folder.run(&["verify", "contacts", "--facts", "facts.json"]);
    assert_eq!(run.code, 2, "{}", run.err);
    folder.write("facts.json", r#"{"facts": 1, "directory": {}}"#);
    let run = folder.run(&["verify", "contacts", "--facts", "facts.json"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

/// A cause can be accepted, and an undecided cause leaves its dependants undecided.
#[test]
fn causes_can_be_accepted_and_can_be_undecided() {
    let folder = Folder::with_farm(&format!(
        "{PAGE}[[accept]]\nrule = \"page-container-not-a-name\"\nreason = \"known\"\n"
    ));
    folder.write("facts.json", r#"{"facts": 1, "directory": {}}"#);
    let run = folder.run(&["verify", "contacts", "--facts", "facts.json"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    // Without facts from DNS it is not known whether the host has an address.
    let folder = Folder::with_farm(PAGE);
    folder.write(
        "facts.json",
        json!({"facts": 1, "smtp": {"targets": [], "unresolved": [
            {"host": "mx.fabrikam.com", "answer": {"absent": "no address"}}]}})
        .to_string(),
    );
    let run = folder.run(&["verify", "smtp", "--facts", "facts.json"]);
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("undecided[dns-mx-no-address]"),
        "{}",
        run.out
    );
    // No SMTP server was asked at all.
    folder.write("facts.json", r#"{"facts": 1, "smtp": {"targets": []}}"#);
    let run = folder.run(&["verify", "smtp", "--facts", "facts.json"]);
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
}

/// The timer's account explains a missing right only for the rights that the other account needs.
#[test]
fn a_right_that_is_not_needed_is_judged_on_its_own() {
    let rule = rules::find("directory-cannot-change").expect("a rule");
    let (farm, _) = example(rule, "Fails");
    let page = rule
        .explain
        .split("\n## Fails\n")
        .nth(1)
        .expect("an example");
    let facts = fenced(page, "json").expect("facts");
    let facts = facts.replace("D:(A;", "D:(A;CIID;GA;;;S-1-5-21-1-2-3-1104)(A;");
    let facts = Facts::from_json(&facts, rule.id).expect("facts");
    let verdicts = judged(&enabled(farm), &facts, &[rule.id.to_owned()]);
    let outcomes: Vec<&str> = verdicts
        .iter()
        .map(|verdict| verdict.outcome.name())
        .collect();
    assert_eq!(outcomes, ["fail"], "{verdicts:#?}");
}

#[test]
fn a_recorded_mail_server_that_was_not_asked_is_undecided() {
    let rule = rules::find("smtp-closed").expect("a rule");
    let (farm, facts) = example(rule, "Passes");
    let other = "[[server]]\nname = 'sp9.fabrikam.com'\nsmtp-service = true\n";
    let farm = format!("{farm}\n{other}");
    let verdicts = judged(&farm, &facts, &[rule.id.to_owned()]);
    let of_other: Vec<&str> = verdicts
        .iter()
        .filter(|verdict| verdict.subject == "sp9.fabrikam.com")
        .map(|verdict| verdict.outcome.name())
        .collect();
    assert_eq!(of_other, ["undecided"], "{verdicts:#?}");
}
