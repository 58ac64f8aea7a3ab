//! The age of the facts, known and unknown.

use crate::support::Folder;
use serde_json::{Value, json};
use spinmail::testing::facts::Facts;
use spinmail::testing::farm;
use spinmail::testing::farm::values::Date;
use spinmail::testing::rules::{self, Case, Selection, Verdict};

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};
const NOW: &str = "2026-11-23T12:00:00Z";

/// Returns the verdict on the age of merged facts, each with a version and a time.
fn verdict(files: &[(u32, Option<&str>)]) -> Verdict {
    let mut read = Vec::new();
    for (at, (version, gathered)) in files.iter().enumerate() {
        let mut file = json!({"facts": version, "server": format!("sp{at}"),
            "dns": {"servers": ["192.0.2.1:53"], "lookups": []}});
        if let Some(time) = gathered {
            file["gathered"] = json!(time);
        }
        let path = format!("{at}.json");
        let facts = Facts::from_json(&file.to_string(), &path).expect("facts");
        read.push((path, facts));
    }
    let facts = Facts::merge(read).expect("facts of one farm");
    let document = farm::read("incoming-email.enabled = true\n").expect("a farm");
    let case = Case::new(&document, &facts, TODAY).at(NOW);
    let verdicts = rules::judge(&case, &Selection::default()).into_iter();
    let mut of_age = verdicts.filter(|verdict| verdict.rule.id == "farm-facts-old");
    of_age.next().expect("a verdict")
}

#[test]
fn facts_of_unknown_age_are_reported() {
    const FRESH: Option<&str> = Some("2026-11-23T08:00:00Z");
    const OLD: Option<&str> = Some("2026-11-20T08:00:00Z");
    const AHEAD: Option<&str> = Some("2026-12-25T08:00:00Z");
    const NOT_SAID: &str = "do not say when they were gathered";
    for (files, outcome, says) in [
        (&[(2, FRESH)][..], "pass", ""),
        (&[(2, None)], "undecided", NOT_SAID),
        (&[(2, Some("last Tuesday"))], "undecided", NOT_SAID),
        (&[(1, None)], "not-applicable", NOT_SAID),
        (&[(2, FRESH), (2, None)], "undecided", NOT_SAID),
        (&[(2, AHEAD)], "undecided", "in the future"),
        (&[(2, FRESH), (2, AHEAD)], "undecided", "in the future"),
        (&[(2, OLD)], "fail", "more than a day ago"),
        (&[(2, OLD), (2, None)], "fail", NOT_SAID),
        (&[(2, OLD), (2, AHEAD)], "fail", "in the future"),
    ] {
        let found = verdict(files);
        assert_eq!(
            found.outcome.name(),
            outcome,
            "{files:?}: {}",
            found.message
        );
        assert!(
            found.message.contains(says) || says.is_empty(),
            "{files:?}: {}",
            found.message
        );
    }
}

#[test]
fn names_in_facts_that_match_no_server_or_several_are_reported() {
    const FARM: &str = "[incoming-email]\nenabled = true\ndisplay-address = \"sp.contoso.com\"\n\
                        [[server]]\nname = \"sp1.contoso.com\"\n\
                        smtp-service = true\n[[server]]\nname = \"sp1.fabrikam.com\"\n\
                        [[server]]\nname = \"sp2.contoso.com\"\n";
    for (seen, unmatched) in [
        (&["sp1.contoso.com"][..], json!(null)),
        // The name matches only one server.
        (&["SP2"], json!(null)),
        (&["SP1"], json!(["SP1"])),
        (
            &["sp9.contoso.com", "SP1", "SP2"],
            json!(["SP1", "sp9.contoso.com"]),
        ),
    ] {
        let folder = Folder::with_farm(FARM);
        let servers: Vec<Value> = seen
            .iter()
            .map(|server| json!({"server": server, "service": {"known": {"state": "running", "start": "automatic"}}}))
            .collect();
        let facts = json!({"facts": 2, "gathered": NOW, "iis": {"servers": servers}});
        folder.write("facts.json", facts.to_string());
        let arguments = ["verify", "iis", "--facts", "facts.json"];
        let report = folder
            .run(&[&arguments[..], &["--format", "json"]].concat())
            .json();
        assert_eq!(report["coverage"]["unmatched-names"], unmatched, "{seen:?}");
        let arguments_of_trace = ["trace", "docs@sp.contoso.com", "--facts", "facts.json"];
        let trace = folder.run(&[&arguments_of_trace[..], &["--format", "json"]].concat());
        assert_eq!(trace.json()["unmatched-names"], unmatched, "{seen:?}");
        let text = folder.run(&arguments);
        let says = text
            .out
            .contains("match none or several of the recorded servers")
            || text
                .err
                .contains("match none or several of the recorded servers");
        assert_eq!(
            says,
            !unmatched.is_null(),
            "{seen:?}: {}{}",
            text.out,
            text.err
        );
    }
}
