//! Rules that do not apply because of another: whatever is selected, the other is judged too, and
//! what it finds is in the report. `SPINMAIL_UPDATE=1 cargo test --test it causes` writes the list of
//! these rules again.

use crate::explain::{example, fenced};
use crate::support::root;
use crate::verdicts;
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

/// Changes to a farm file: the beginning of a line, and what stands in its place.
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

/// Returns every farm and what was seen of it: the pages' examples, the tricky cases, and each of
/// them with a fault in the farm file.
fn corpus() -> Vec<(String, Facts)> {
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

/// Returns the farm with incoming e-mail enabled, unless it says otherwise.
fn enabled(farm: &str) -> String {
    if farm.contains("enabled =") {
        farm.to_owned()
    } else if farm.contains("[incoming-email]") {
        farm.replace("[incoming-email]", "[incoming-email]\nenabled = true")
    } else {
        format!("incoming-email.enabled = true\n{farm}")
    }
}

/// Changes to what was seen, each of an example's facts: the rule whose example it is, and texts of
/// which the second stands in place of the first.
const CHANGED_FACTS: [(&str, &str, &str); 9] = [
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
        r#""facts": 1,"#,
        r#""facts": 1, "smtp": {"targets": [], "unresolved": [{"host": "sp1.fabrikam.com.fabrikam.com", "answer": {"absent": "no address"}}]},"#,
    ),
    (
        "dns-smtp-server-no-address",
        r#""facts": 1,"#,
        r#""facts": 1, "smtp": {"targets": [], "unresolved": [{"host": "sp1.fabrikam.com", "answer": {"absent": "no address"}}]},"#,
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

fn judged(farm: &str, facts: &Facts, only: &[String]) -> Vec<Verdict> {
    let document = farm::read(farm).unwrap_or_else(|mistakes| panic!("{farm}: {mistakes:#?}"));
    let selection = Selection::new(&[], only, &[]).expect("rules");
    rules::judge(&Case::new(&document, facts, TODAY), &selection)
}

fn is_finding(verdict: &Verdict) -> bool {
    matches!(verdict.outcome, OutcomeKind::Fail | OutcomeKind::Undecided)
}

/// Returns whether the rule found something, or defers to one that did.
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
            let causes: Vec<&Verdict> = alone.iter().filter(|verdict| verdict.is_cause).collect();
            // A rule may be among those that a selected word names.
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
    let list: String = found
        .iter()
        .map(|(id, causes)| {
            let causes: Vec<&str> = causes.iter().copied().collect();
            format!("{id}: {}\n", causes.join(", "))
        })
        .collect();
    let path = root().join(LIST);
    if std::env::var_os("SPINMAIL_UPDATE").is_some() {
        fs::write(&path, &list).expect("the list");
    }
    assert_eq!(fs::read_to_string(&path).expect("the list"), list);
    let seen: BTreeSet<&str> = found.values().flatten().copied().collect();
    let named = named_in_source();
    let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    // That is about the address of one message.
    let elsewhere = BTreeSet::from(["folder-alias-unknown"]);
    let unseen: BTreeSet<&str> = named.difference(&seen).copied().collect();
    assert_eq!(unseen, elsewhere);
}

/// Returns the rules to which the source defers by name.
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
