//! The wrong verdicts that faults injected into real servers brought to light, row by row: which test
//! holds the right one, and those that no other file has.

use crate::one_cause::World;
use crate::replayed::outcomes;
use crate::support::{Folder, Run, root};
use crate::topologies::facts;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Which tests hold the right verdict of each row.
const ROWS: &[(&str, &[&str])] = &[
    (
        "W1: verify smtp, no address of the only server, or of the exchanger",
        &[
            "injected_faults_and_no_others_are_found",
            "each_rule_alone_shows_its_cause",
        ],
    ),
    (
        "W1: verify directory and contacts, no container, or a path",
        &[
            "injected_faults_and_no_others_are_found",
            "a_broken_precondition_is_reported",
        ],
    ),
    (
        "W1: verify dns, the display address is a URL or missing",
        &["injected_faults_and_no_others_are_found"],
    ),
    (
        "W1: --only, and the port is closed, the account misspelt, or the wizard's task delegated",
        &[
            "injected_faults_and_no_others_are_found",
            "each_rule_alone_shows_its_cause",
        ],
    ),
    (
        "W2: a refusal of several recipients, a domain, a recipient or a null sender",
        &[
            "only_a_refusal_to_relay_excludes_an_open_relay",
            "an_open_relay_is_found_with_a_real_sender",
        ],
    ),
    (
        "W3: trace of a disabled farm, no safe server, no SMTP",
        &["a_farm_without_incoming_mail_stops_the_message"],
    ),
    (
        "W4: addresses of servers on and off the route",
        &["address_of_a_server_off_the_route_does_not_stop_a_message"],
    ),
    (
        "W4: one of two servers is the exchanger, or none was talked to",
        &["only_servers_on_the_route_count"],
    ),
    (
        "W5: hosts and servers of yesterday",
        &[
            "hosts_of_yesterday_are_not_judged_today",
            "former_hosts_are_ignored_and_new_ones_are_reported",
        ],
    ),
    (
        "W5: a recorded server that the facts lack",
        &[
            "recorded_server_without_facts_is_undecided_by_name",
            "a_recorded_mail_server_that_was_not_asked_is_undecided",
        ],
    ),
    (
        "W6: Exchange or a balancer is the exchanger",
        &[
            "exchange_as_exchanger_is_no_error_however_it_is_recorded",
            "an_unrecorded_exchanger_is_never_an_error",
        ],
    ),
    (
        "W7: the server knows its recipients, or takes no null sender",
        &[
            "only_a_refusal_of_the_domain_proves_a_missing_domain",
            "a_real_mailbox_decides_what_a_made_up_one_cannot",
        ],
    ),
    (
        "W8: the display address is invalid, and there are contacts",
        &["contacts_are_not_judged_by_an_invalid_display_address"],
    ),
    (
        "W9: no server runs the service",
        &[
            "injected_faults_and_no_others_are_found",
            "a_farm_without_incoming_mail_stops_the_message",
        ],
    ),
    (
        "W10: security groups without mail",
        &["only_mail_enabled_objects_are_open_or_legacy"],
    ),
    (
        "W11: stopped virtual servers, with and without the alias domain",
        &["injected_faults_and_no_others_are_found"],
    ),
    (
        "W12: a disabled farm has no mail",
        &[
            "injected_faults_and_no_others_are_found",
            "nothing_applies_to_a_farm_without_incoming_mail",
        ],
    ),
    (
        "W13: contacts in nested units",
        &["rights_on_contacts_in_nested_units_count"],
    ),
    (
        "W14: containers, display addresses and folders of the file",
        &["odd_values_of_the_farm_file_are_found_offline"],
    ),
    (
        "W14: the metabase's final dot, and short names of folders",
        &["situations_of_the_same_kind_have_the_same_verdicts"],
    ),
    (
        "W14: aliases with smtp:",
        &[
            "lists_of_aliases_are_read",
            "aliases_are_read_as_tools_write_them",
        ],
    ),
    (
        "W15: the server stopped, the alias domain missing, an IPv6 address silent",
        &[
            "symptom_yields_to_its_cause",
            "causes_explain_their_symptoms",
            "each_fault_is_reported_once",
        ],
    ),
    (
        "W15: the exchanger is a front end",
        &["front_end_as_exchanger_is_told_once"],
    ),
];

/// Returns the names of all tests in a folder of sources.
fn tests_in(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tests_in(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            let tests = lines.windows(2).filter(|pair| pair[0] == "#[test]");
            let names = tests.filter_map(|pair| pair[1].strip_prefix("fn ")?.split_once('('));
            found.extend(names.map(|(name, _)| name.to_owned()));
        }
    }
}

#[test]
fn each_row_is_held_by_tests() {
    let mut found = BTreeSet::new();
    for folder in ["tests/it", "src"] {
        tests_in(&root().join(folder), &mut found);
    }
    for (row, tests) in ROWS {
        for test in *tests {
            assert!(found.contains(*test), "{row}: there is no test {test}");
        }
    }
}

/// W15: mail that is sent to a front end without SMTP is one cause.
#[test]
fn front_end_as_exchanger_is_told_once() {
    let mut world = World::sound();
    world.farm += "[[server]]\nname = \"wfe1.contoso.com\"\nrole = \"front-end\"\n\
                   incoming-email-service = false\nsmtp-service = false\n";
    world.facts["dns"] = facts::dns(
        "inside A sp1.contoso.com 10.0.0.21\ninside A wfe1.contoso.com 10.0.0.31\n\
         inside MX 10 sp.contoso.com wfe1.contoso.com",
    );
    let target = json!({"host": "wfe1.contoso.com", "address": "10.0.0.31:25",
        "seen": [{"server": "probe.contoso.com", "address": "10.0.0.9"}],
        "answer": {"absent": "connection refused"}});
    let targets = world.at("/smtp/targets").as_array_mut().expect("targets");
    targets.push(target);
    let json = world.verified(&["--format", "json"]).json();
    let verdicts = json["verdicts"].as_array().expect("verdicts").iter();
    let about_it: Vec<&str> = verdicts
        .filter(|verdict| verdict["outcome"] == "fail" && verdict["severity"] != "note")
        .filter_map(|verdict| verdict["rule"].as_str())
        .collect();
    assert_eq!(about_it, ["dns-mx-without-service"], "{json:#}");
    // Its mail stops there, unless another exchanger takes it.
    for (lines, state, code) in [
        ("", "stopped", 1),
        (
            "\ninside MX 20 sp.contoso.com sp1.contoso.com",
            "not looked at",
            3,
        ),
    ] {
        world.facts["dns"] = facts::dns(&format!(
            "inside A sp1.contoso.com 10.0.0.21\ninside A wfe1.contoso.com 10.0.0.31\n\
             inside MX 10 sp.contoso.com wfe1.contoso.com{lines}"
        ));
        let folder = Folder::with_farm(&world.farm);
        folder.write("facts.json", world.facts.to_string());
        let options = ["--facts", "facts.json", "--format", "json"];
        let run = folder.run(&[&["trace", "docs@sp.contoso.com"], &options[..]].concat());
        let json = run.json();
        let mut hops = json["hops"].as_array().expect("hops").iter();
        let job = hops
            .find(|hop| hop["hop"] == "delivery job")
            .expect("a hop");
        assert_eq!(job["state"], state, "{json:#}");
        assert_eq!(run.code, code, "{}", run.out);
    }
}

/// Returns the facts of a world in which the exchanger is another host, of a day.
fn earlier(world: &World, lines: &str, host: &str) -> Value {
    let mut facts = world.facts.clone();
    facts["gathered"] = json!("2026-11-01T08:00:00Z");
    facts["dns"] = facts::dns(lines);
    let target = &mut facts["smtp"]["targets"][0];
    target["host"] = json!(host);
    target["address"] = json!("10.0.0.99:25");
    target["answer"] = json!({"absent": "connection refused"});
    let facts_of = facts.as_object_mut().expect("an object");
    facts_of.remove("iis");
    facts_of.remove("folder");
    facts
}

fn verified(farm: &str, facts: &[&Value], words: &[&str]) -> Run {
    let folder = Folder::with_farm(farm);
    let mut arguments = vec!["verify".to_owned()];
    arguments.extend(words.iter().map(|word| (*word).to_owned()));
    for (at, facts) in facts.iter().enumerate() {
        folder.write(&format!("{at}.json"), facts.to_string());
        arguments.extend(["--facts".to_owned(), format!("{at}.json")]);
    }
    arguments.extend(["--format", "json"].map(str::to_owned));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    folder.run(&arguments)
}

/// W5: what no record leads to any more is not judged for ever.
#[test]
fn hosts_of_yesterday_are_not_judged_today() {
    let world = World::sound();
    let old = earlier(
        &world,
        "inside A old.contoso.com 10.0.0.99\ninside MX 10 sp.contoso.com old.contoso.com",
        "old.contoso.com",
    );
    let gone = earlier(
        &world,
        "inside A sp9.contoso.com 10.0.0.99\ninside MX 10 sp.contoso.com sp9.contoso.com",
        "sp9.contoso.com",
    );
    for earlier in [&old, &gone] {
        let run = verified(&world.farm, &[earlier, &world.facts], &["dns", "smtp"]);
        assert_eq!(run.code, 0, "{}", run.out);
        let closed = outcomes(&run.json(), "smtp-closed");
        assert_eq!(closed, ["not-applicable", "pass"]);
        // The same facts alone name it.
        let run = verified(&world.farm, &[earlier], &["dns", "smtp"]);
        assert_ne!(run.code, 0, "{}", run.out);
    }
}

/// W5, the mirror: a recorded server that the facts lack is undecided, by name.
#[test]
fn recorded_server_without_facts_is_undecided_by_name() {
    const SP2: &str = "[[server]]\nname = \"sp2.contoso.com\"\nrole = \"application\"\n\
                       incoming-email-service = true\nsmtp-service = true\n";
    let mut world = World::sound();
    world.farm += SP2;
    world.facts["dns"] = facts::dns(
        "inside A sp1.contoso.com 10.0.0.21\ninside A sp2.contoso.com 10.0.0.22\n\
         inside MX 10 sp.contoso.com sp1.contoso.com\ninside MX 10 sp.contoso.com sp2.contoso.com",
    );
    let run = verified(&world.farm, &[&world.facts], &["smtp"]);
    assert_eq!(run.code, 3, "{}", run.out);
    let json = run.json();
    let verdicts = json["verdicts"].as_array().expect("verdicts").iter();
    let undecided: Vec<&str> = verdicts
        .filter(|verdict| verdict["rule"] == "smtp-closed" && verdict["outcome"] == "undecided")
        .filter_map(|verdict| verdict["subject"].as_str())
        .collect();
    assert_eq!(undecided, ["sp2.contoso.com"]);
    world.facts["smtp"] = json!({"targets": []});
    let run = verified(&world.farm, &[&world.facts], &["smtp"]);
    assert_eq!(run.code, 3, "{}", run.out);
}

/// W4: addresses that lead nowhere count for the servers that mail goes to.
#[test]
fn address_of_a_server_off_the_route_does_not_stop_a_message() {
    const WFE1: &str = "[[server]]\nname = \"wfe1.contoso.com\"\nrole = \"front-end\"\n\
                        incoming-email-service = false\nsmtp-service = false\n";
    for (addresses, state, code) in [
        (["10.0.0.21", "127.0.0.1"], "ok", 0),
        (["127.0.0.1", "10.0.0.31"], "stopped", 1),
        (["0.0.0.0", "10.0.0.31"], "stopped", 1),
    ] {
        let mut world = World::sound();
        world.farm += WFE1;
        let [sp1, wfe1] = addresses;
        world.facts["dns"] = facts::dns(&format!(
            "inside A sp1.contoso.com {sp1}\ninside A wfe1.contoso.com {wfe1}\n\
             inside MX 10 sp.contoso.com sp1.contoso.com"
        ));
        let folder = Folder::with_farm(&world.farm);
        folder.write("facts.json", world.facts.to_string());
        let options = [
            "--facts",
            "facts.json",
            "--to",
            "mail-host",
            "--format",
            "json",
        ];
        let run = folder.run(&[&["trace", "docs@sp.contoso.com"], &options[..]].concat());
        let json = run.json();
        let mut hops = json["hops"].as_array().expect("hops").iter();
        let host = hops.find(|hop| hop["hop"] == "mail host").expect("a hop");
        assert_eq!(host["state"], state, "{addresses:?}: {json:#}");
        assert_eq!(run.code, code, "{addresses:?}: {}", run.out);
    }
}

/// W6: an Exchange as exchanger is recorded as a mail host, and is no error before that.
#[test]
fn exchange_as_exchanger_is_no_error_however_it_is_recorded() {
    let server = |more: &str| format!("[[server]]\nname = \"ex1.contoso.com\"\n{more}");
    let rows = [
        (String::new(), "dns-mx-elsewhere", "warning"),
        (
            server("incoming-email-service = false\nsmtp-service = true\n"),
            "dns-mx-without-service",
            "warning",
        ),
        (
            "[[mail-host]]\nname = \"ex1.contoso.com\"\nkind = \"exchange\"\n\
             passes-to = [\"sp1.contoso.com\"]\nby = \"smart-host\"\n"
                .to_owned(),
            "dns-mx-elsewhere",
            "pass",
        ),
        // An address of several servers.
        (
            "[[mail-host]]\nname = \"vip.contoso.com\"\nkind = \"load-balancer\"\n\
             addresses = [\"10.0.0.6\"]\npasses-to = [\"sp1.contoso.com\"]\n"
                .to_owned(),
            "dns-mx-elsewhere",
            "pass",
        ),
    ];
    for (recorded, rule, outcome) in rows {
        let mut world = World::sound();
        world.farm += &recorded;
        world.facts["dns"] = facts::dns(
            "inside A sp1.contoso.com 10.0.0.21\ninside A ex1.contoso.com 10.0.0.6\n\
             inside MX 10 sp.contoso.com ex1.contoso.com",
        );
        let run = verified(&world.farm, &[&world.facts], &["dns"]);
        let json = run.json();
        assert_eq!(outcomes(&json, rule), [outcome], "{recorded}");
        let verdicts = json["verdicts"].as_array().expect("verdicts").iter();
        let mut failed = verdicts.filter(|verdict| verdict["outcome"] == "fail");
        assert!(
            failed.all(|verdict| verdict["severity"] != "error"),
            "{recorded}: {}",
            run.out
        );
    }
}
