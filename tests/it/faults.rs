//! Faults that were injected into real servers, and others of the same kinds, with the expected
//! verdicts and exit status.

use crate::one_cause::World;
use crate::replayed::outcomes;
use crate::support::Folder;
use crate::topologies::facts;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A change to a sound farm, the further arguments of the command, its exit status, and the
/// distinct outcomes of the rules.
struct Fault {
    name: &'static str,
    change: fn(&mut World),
    words: &'static [&'static str],
    code: i32,
    expected: &'static [(&'static str, &'static str)],
}

const NO_MX: &str = "inside A sp1.contoso.com 10.0.0.21\ninside none sp.contoso.com";

fn close_port(world: &mut World) {
    world.at("/smtp/targets/0")["answer"] = json!({"absent": "connection refused"});
}

fn manage_directory(world: &mut World, container: &str) {
    world.farm += &format!(
        "[directory-management]\nservice = \"yes\"\nsmtp-server = \"sp1.contoso.com\"\n{container}"
    );
}

/// Lets mail arrive only through a gateway.
fn behind_gateway(world: &mut World) {
    world.farm += "[[mail-host]]\nname = \"gw.contoso.com\"\nkind = \"gateway\"\n\
                   addresses = [\"10.0.0.40\"]\npasses-to = [\"sp1.contoso.com\"]\n\
                   by = \"smart-host\"\n";
    world.facts["dns"] = facts::dns(
        "inside A sp1.contoso.com 10.0.0.21\ninside A gw.contoso.com 10.0.0.40\n\
         inside MX 10 sp.contoso.com gw.contoso.com",
    );
}

/// Turns the facts into those of the server itself, in the version that does not record who asked.
fn of_the_server_in_version_1(world: &mut World) {
    world.facts["facts"] = json!(1);
    world.facts["server"] = json!("sp1.contoso.com");
    let target = world.at("/smtp/targets/0").as_object_mut();
    target.expect("an object").remove("seen");
}

/// Gives one web application a limit of 100 MB, and another the default.
fn two_web_applications(world: &mut World) {
    world.file("\"50 MB\"", "\"100 MB\"");
    world.farm += "[[web-application]]\nname = \"Team\"\naccount = 'CONTOSO\\sp_web'\n";
}

/// Puts one message into the drop folder.
fn lay_message(world: &mut World, size: u64) {
    let contents = world.at("/folder/folders/0/contents/known");
    contents["messages"] = json!(1);
    contents["bytes"] = json!(size);
    contents["scanned"] = json!("2026-11-23T20:00:00Z");
    contents["largest"] = json!([{"name": "0a1b2c3d.eml", "size": size, "age": 30}]);
}

fn without_metabase(world: &mut World) {
    let facts = world.facts.as_object_mut().expect("an object");
    facts.remove("iis");
}

/// Replaces the server's reply to a question of the conversation.
fn answer(world: &mut World, purpose: &str, reply: &str) {
    let transactions = world.at("/smtp/targets/0/answer/known/transactions");
    for transaction in transactions.as_array_mut().expect("a list") {
        if transaction["purpose"] == purpose {
            transaction["steps"][1]["reply"] = json!({"known": [reply]});
        }
    }
}

/// Adds a stopped virtual server, the only one with the alias domain.
fn add_stopped_virtual_server(world: &mut World) {
    let servers = world.at("/iis/servers/0/metabase/known/servers");
    let servers = servers.as_array_mut().expect("a list");
    let mut second = servers[0].clone();
    second["number"] = json!(2);
    second["properties"]["ServerAutoStart"] = json!({"raw": "FALSE", "line": 1});
    second["properties"]["ServerState"] = json!({"raw": "4", "line": 1});
    servers.push(second);
}

const FAULTS: &[Fault] = &[
    // An area alone reports the cause, even if another area has it, too.
    Fault {
        name: "the only server has no address",
        change: |world| {
            world.facts["dns"] = facts::dns(
                "inside none sp1.contoso.com\ninside MX 10 sp.contoso.com sp1.contoso.com",
            );
            world.facts["smtp"] = json!({"targets": [], "unresolved": [
                {"host": "sp1.contoso.com", "answer": {"absent": "it has no address"}}]});
        },
        words: &["smtp"],
        code: 1,
        expected: &[("dns-mx-no-address", "error")],
    },
    Fault {
        name: "the display address is missing",
        change: |world| world.file("display-address = \"sp.contoso.com\"\n", ""),
        words: &["dns"],
        code: 1,
        expected: &[("page-display-address-missing", "error")],
    },
    Fault {
        name: "the display address is a URL",
        change: |world| world.file("\"sp.contoso.com\"", "\"http://sp.contoso.com\""),
        words: &["dns"],
        code: 1,
        expected: &[("page-display-address-not-a-domain", "error")],
    },
    Fault {
        name: "one rule, and the port is closed",
        change: close_port,
        words: &["smtp", "--only", "smtp-refuses-recipient"],
        code: 1,
        expected: &[("smtp-closed", "error")],
    },
    Fault {
        name: "the container is a path",
        change: |world| manage_directory(world, "container = \"contoso.com/Lists\"\n"),
        words: &["directory"],
        code: 1,
        expected: &[("page-container-not-a-name", "error")],
    },
    Fault {
        name: "contacts, and the container is a path",
        change: |world| manage_directory(world, "container = \"contoso.com/Lists\"\n"),
        words: &["contacts"],
        code: 1,
        expected: &[("page-container-not-a-name", "error")],
    },
    Fault {
        name: "contacts, and there is no container",
        change: |world| manage_directory(world, ""),
        words: &["contacts"],
        code: 1,
        expected: &[("page-container-missing", "error")],
    },
    Fault {
        name: "no server runs the service",
        change: |world| {
            world.file(
                "incoming-email-service = true",
                "incoming-email-service = false",
            );
        },
        words: &[],
        code: 1,
        expected: &[
            ("farm-service-nowhere", "error"),
            ("iis-drop-directory-differs", "not-applicable"),
            ("dns-mx-without-service", "not-applicable"),
        ],
    },
    Fault {
        name: "a farm that is switched off has no mail",
        change: |world| {
            world.file("enabled = true", "enabled = false");
            world.facts["dns"] = facts::dns(NO_MX);
            close_port(world);
        },
        words: &[],
        code: 0,
        expected: &[
            ("page-disabled", "note"),
            ("dns-no-mx", "not-applicable"),
            ("smtp-closed", "not-applicable"),
        ],
    },
    Fault {
        name: "the alias domain of a stopped virtual server alone",
        change: |world| {
            add_stopped_virtual_server(world);
            world.at("/iis/servers/0/metabase/known/servers/0")["domains"] = json!([]);
        },
        words: &["iis"],
        code: 1,
        expected: &[
            ("iis-alias-domain-missing", "error not-applicable"),
            ("iis-several-servers", "note"),
        ],
    },
    Fault {
        name: "a stopped virtual server is left over",
        change: |world| {
            add_stopped_virtual_server(world);
            world.at("/iis/servers/0/metabase/known/servers/1")["domains"] = json!([]);
        },
        words: &["iis"],
        code: 0,
        expected: &[
            ("iis-alias-domain-missing", "not-applicable pass"),
            ("iis-several-servers", "note"),
        ],
    },
    Fault {
        name: "the metabase shows the alias domain",
        change: |_| {},
        words: &[],
        code: 0,
        expected: &[
            ("iis-alias-domain-missing", "pass"),
            ("page-alias-domain-needed", "not-applicable"),
        ],
    },
    // The relay accepts a foreign recipient from the server itself, which its relay list grants.
    Fault {
        name: "the server itself may relay by the name of its machine",
        change: |world| {
            without_metabase(world);
            world.at("/smtp/targets/0")["seen"] =
                json!([{"server": "SP1", "address": "10.0.0.21"}]);
            answer(world, "foreign-recipient", "250 2.1.5 Ok");
        },
        words: &["smtp"],
        code: 3,
        expected: &[
            ("smtp-open-relay", "undecided"),
            ("smtp-refuses-recipient", "undecided"),
        ],
    },
    Fault {
        name: "a machine that may relay is told that mail is forwarded",
        change: |world| {
            without_metabase(world);
            answer(
                world,
                "foreign-recipient",
                "251 2.1.5 User not local; will forward",
            );
        },
        words: &["smtp", "--only", "smtp-refuses-recipient"],
        code: 3,
        expected: &[("smtp-refuses-recipient", "undecided")],
    },
    // If the record does not name who asked, it was the machine of the facts; an address is not
    // required.
    Fault {
        name: "version 1: the server itself was refused at its port",
        change: |world| {
            behind_gateway(world);
            of_the_server_in_version_1(world);
            close_port(world);
        },
        words: &["smtp", "--only", "smtp-closed"],
        code: 1,
        expected: &[("smtp-closed", "error")],
    },
    Fault {
        name: "the server itself was refused, and its address is not recorded",
        change: |world| {
            behind_gateway(world);
            close_port(world);
            world.at("/smtp/targets/0")["seen"] = json!([{"server": "sp1.contoso.com"}]);
        },
        words: &["smtp", "--only", "smtp-closed"],
        code: 1,
        expected: &[("smtp-closed", "error")],
    },
    Fault {
        name: "another machine was refused, and its address is not recorded",
        change: |world| {
            behind_gateway(world);
            close_port(world);
            world.at("/smtp/targets/0")["seen"] = json!([{"server": "sp2.contoso.com"}]);
        },
        words: &["smtp", "--only", "smtp-closed"],
        code: 3,
        expected: &[("smtp-closed", "undecided")],
    },
    Fault {
        name: "version 1: the server itself may relay from its second address",
        change: |world| {
            without_metabase(world);
            of_the_server_in_version_1(world);
            let steps = world.at("/smtp/targets/0/answer/known/steps/1");
            steps["said"] = json!("EHLO [10.0.1.21]");
            answer(world, "foreign-recipient", "250 2.1.5 Ok");
        },
        words: &["smtp", "--only", "smtp-open-relay"],
        code: 3,
        expected: &[("smtp-open-relay", "undecided")],
    },
    // A timeout at the recipient does not mean that a sender was accepted without authentication.
    Fault {
        name: "MAIL is taken, and no recipient is answered",
        change: |world| {
            without_metabase(world);
            facts::time_out_recipients(&mut world.facts);
        },
        words: &["smtp", "--only", "smtp-anonymous-refused"],
        code: 3,
        expected: &[("smtp-anonymous-refused", "undecided")],
    },
    Fault {
        name: "relaying is denied by a policy",
        change: |world| {
            without_metabase(world);
            answer(
                world,
                "made-up-mailbox",
                "550 5.7.1 Relaying denied by local policy",
            );
        },
        words: &["smtp", "--only", "smtp-refuses-recipient"],
        code: 1,
        expected: &[("smtp-refuses-recipient", "error")],
    },
    Fault {
        name: "the machine that asked is listed as a relay",
        change: |world| {
            without_metabase(world);
            answer(
                world,
                "made-up-mailbox",
                "550 5.7.1 You are listed as relay, mail denied",
            );
        },
        words: &["smtp", "--only", "smtp-refuses-recipient"],
        code: 3,
        expected: &[("smtp-refuses-recipient", "undecided")],
    },
    // A limit that is not recorded is the default of the version.
    Fault {
        name: "a message is larger than the default of an older version",
        change: |world| {
            two_web_applications(world);
            lay_message(world, 70 << 20);
        },
        words: &["folder", "--only", "folder-mail-too-large"],
        code: 0,
        expected: &[("folder-mail-too-large", "pass")],
    },
    Fault {
        name: "a message is larger than the default of 2013",
        change: |world| {
            two_web_applications(world);
            world.file("version = \"2016\"", "version = \"2013\"");
            world.file("build = \"16.0.5456.1000\"\n", "");
            world.file(
                "maximum-message-size = \"100 MB\"",
                "maximum-message-size = \"1 GB\"",
            );
            lay_message(world, 300 << 20);
        },
        words: &["folder", "--only", "folder-mail-too-large"],
        code: 3,
        expected: &[("folder-mail-too-large", "undecided")],
    },
    // The same host in different spellings.
    Fault {
        name: "a host in capitals",
        change: |world| world.at("/smtp/targets/0")["host"] = json!("SP1.Contoso.com"),
        words: &["smtp", "--only", "smtp-other-product,smtp-closed"],
        code: 0,
        expected: &[("smtp-closed", "pass"), ("smtp-other-product", "pass")],
    },
    Fault {
        name: "a host with a final dot",
        change: |world| {
            world.at("/smtp/targets/0")["host"] = json!("sp1.contoso.com.");
            close_port(world);
        },
        words: &["smtp", "--only", "smtp-closed"],
        code: 1,
        expected: &[("smtp-closed", "error")],
    },
    // A refusal because of the mailbox or the client shows nothing about the domain.
    Fault {
        name: "Exchange does not know the made-up mailbox",
        change: |world| {
            without_metabase(world);
            answer(
                world,
                "made-up-mailbox",
                "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
            );
        },
        words: &["smtp", "--only", "smtp-refuses-recipient"],
        code: 3,
        expected: &[("smtp-refuses-recipient", "undecided")],
    },
    Fault {
        name: "Exchange Online does not want the asker",
        change: |world| {
            without_metabase(world);
            answer(
                world,
                "made-up-mailbox",
                "550 5.7.606 Access denied, banned sending IP [10.0.0.9]",
            );
        },
        words: &["smtp", "--only", "smtp-refuses-recipient"],
        code: 3,
        expected: &[("smtp-refuses-recipient", "undecided")],
    },
    // The outside view and the inside view have different addresses for one server.
    Fault {
        name: "two views of a translated server",
        change: |world| {
            world.file("mail-from-outside = false", "mail-from-outside = true");
            world.file(
                "[probe]",
                "public-addresses = [\"203.0.113.26\"]\n[probe]\noutside-dns-servers = [\"203.0.113.53\"]",
            );
            world.facts["dns"] = facts::dns(
                "inside A sp1.contoso.com 10.0.0.21\ninside MX 10 sp.contoso.com sp1.contoso.com\n\
                 outside MX 5 sp.contoso.com mx.contoso.com\noutside A mx.contoso.com 203.0.113.26",
            );
        },
        words: &["dns"],
        code: 0,
        expected: &[("dns-mx-elsewhere", "pass"), ("dns-no-mx", "pass")],
    },
    // The company's mail domain belongs to another system.
    Fault {
        name: "the display address is a domain of another mail service",
        change: |world| {
            world.facts["dns"] = facts::dns(
                "inside A sp1.contoso.com 10.0.0.21\n\
                 inside MX 1 sp.contoso.com aspmx.l.google.com\n\
                 inside A aspmx.l.google.com 142.250.27.26",
            );
        },
        words: &["dns", "smtp"],
        code: 0,
        expected: &[("dns-mx-elsewhere", "warning"), ("dns-no-mx", "pass")],
    },
];

/// Returns the rules that fail or are undecided.
fn faulty_rules(json: &Value) -> BTreeSet<String> {
    let verdicts = json["verdicts"].as_array().expect("verdicts").iter();
    verdicts
        .filter(|verdict| verdict["outcome"] == "fail" || verdict["outcome"] == "undecided")
        .filter_map(|verdict| verdict["rule"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn injected_faults_and_no_others_are_found() {
    let mut wrong = Vec::new();
    for fault in FAULTS {
        let mut world = World::sound();
        (fault.change)(&mut world);
        let words = [fault.words, &["--format", "json"]].concat();
        let run = world.verified(&words);
        let name = fault.name;
        if run.code != fault.code {
            wrong.push(format!("{name}: exit {}, not {}", run.code, fault.code));
        }
        for (rule, outcome) in fault.expected {
            let found = outcomes(&run.json(), rule);
            if found.join(" ") != *outcome {
                wrong.push(format!("{name}: {rule} is {found:?}, not {outcome}"));
            }
        }
        for other in faulty_rules(&run.json()) {
            if fault.expected.iter().all(|(rule, _)| *rule != other) {
                wrong.push(format!(
                    "{name}: {other} is {:?}",
                    outcomes(&run.json(), &other)
                ));
            }
        }
        for command in ["IIsSmtpDomain", "Add-DnsServerResourceRecordMX"] {
            if name.contains("another mail service") && run.out.contains(command) {
                wrong.push(format!("{name}: {command}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn odd_values_of_the_farm_file_are_found_offline() {
    const CONTAINER: &str = "directory-management.service = \"yes\"\n\
                             directory-management.smtp-server = \"sp1.contoso.com\"\n\
                             directory-management.container = ";
    const ADDRESS: &str = "incoming-email.display-address = ";
    const FOLDER: &str = "incoming-email.mode = \"advanced\"\nincoming-email.drop-folder = ";
    for (setting, value, rule, outcome) in [
        (
            CONTAINER,
            "'DC=contoso,DC=com,OU=Lists'",
            "page-container-reversed",
            "error",
        ),
        (
            CONTAINER,
            "'OU=Lists,DC=corp,OU=x,DC=com'",
            "page-container-reversed",
            "error",
        ),
        (
            CONTAINER,
            "'OU=Lists,DN=contoso,DC=com'",
            "page-container-reversed",
            "error",
        ),
        (
            CONTAINER,
            "'OU=Lists,DC=contoso.com'",
            "page-container-domain-in-one-part",
            "error",
        ),
        (
            CONTAINER,
            "'OU=A,OU=Lists,DC=corp,DC=contoso.local'",
            "page-container-domain-in-one-part",
            "error",
        ),
        (
            CONTAINER,
            "'CN=Users,DC=corp.contoso.local'",
            "page-container-domain-in-one-part",
            "error",
        ),
        (
            CONTAINER,
            "'OU=Lists,DC=contoso,DC=com'",
            "page-container-domain-in-one-part",
            "pass",
        ),
        (
            ADDRESS,
            "\"localhost\"",
            "page-display-address-single-label",
            "warning",
        ),
        (
            ADDRESS,
            "\"sp.contoso\u{200b}.com\"",
            "page-display-address-not-a-domain",
            "error",
        ),
        (
            FOLDER,
            r"'C:\inetpub\mailroot'",
            "page-drop-folder-wrong-queue",
            "error",
        ),
        (
            FOLDER,
            r"'D:\Mailroot\'",
            "page-drop-folder-wrong-queue",
            "error",
        ),
        (
            FOLDER,
            r"'C:\inetpub\mailroot\Drop'",
            "page-drop-folder-wrong-queue",
            "pass",
        ),
    ] {
        let folder = Folder::with_farm(&format!(
            "incoming-email.enabled = true\n{setting}{value}\n"
        ));
        let json = folder.run(&["validate", "--format", "json"]).json();
        assert_eq!(outcomes(&json, rule), [outcome], "{value}");
    }
}

/// The wide ACE is removed last: what the farm has only through it is granted first.
#[test]
fn remedy_of_an_open_folder_grants_rights_before_it_removes_them() {
    for (wide, sid) in [
        ("BU", "S-1-5-32-545"),
        ("WD", "S-1-1-0"),
        ("AU", "S-1-5-11"),
    ] {
        let mut world = World::sound();
        let text =
            format!("O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;{wide})");
        world.at("/folder/folders/0/descriptor/known")["text"] = json!(text);
        for account in [0, 1] {
            let token = world.at(&format!("/folder/folders/0/accounts/{account}/token/known"));
            let groups = token.as_array_mut().expect("groups");
            groups.push(json!("S-1-5-32-545"));
        }
        let json = world.verified(&["folder", "--format", "json"]).json();
        let verdicts = json["verdicts"].as_array().expect("verdicts");
        let open = verdicts
            .iter()
            .find(|verdict| verdict["rule"] == "folder-open-to-everyone");
        let actions = open.expect("a verdict")["remedy"]["actions"].as_array();
        let actions: Vec<&Value> = actions.expect("actions").iter().collect();
        let (last, grants) = actions.split_last().expect("an action");
        assert_eq!(last["action"], "revoke-folder", "{wide}: {actions:#?}");
        assert_eq!(last["accounts"], json!([format!("*{sid}")]), "{wide}");
        let granted: Vec<&str> = grants
            .iter()
            .filter_map(|grant| grant["account"].as_str())
            .collect();
        assert_eq!(granted, [r"CONTOSO\sp_farm", r"CONTOSO\sp_web"], "{wide}");
    }
}

/// An account that is not recorded may have its rights only through the wide ACE, so nothing is
/// removed before the account is recorded.
#[test]
fn open_folder_is_not_closed_for_unrecorded_accounts() {
    for (line, key) in [
        ("timer-account = 'CONTOSO\\sp_farm'\n", "farm.timer-account"),
        (
            "central-administration-account = 'CONTOSO\\sp_farm'\n",
            "farm.central-administration-account",
        ),
    ] {
        let mut world = World::sound();
        world.file(line, "");
        world.at("/folder/folders/0/descriptor/known")["text"] =
            json!("O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;WD)");
        let json = world.verified(&["folder", "--format", "json"]).json();
        let verdicts = json["verdicts"].as_array().expect("verdicts");
        let open = verdicts
            .iter()
            .find(|verdict| verdict["rule"] == "folder-open-to-everyone");
        let remedy = &open.expect("a verdict")["remedy"];
        assert_eq!(
            remedy["actions"].as_array().map_or(0, Vec::len),
            0,
            "{key}: {remedy:#}"
        );
        let text = remedy["text"].as_str().expect("a text");
        assert!(text.contains(&format!("spinmail set {key} ")), "{text}");
    }
}

/// The rarely used letters of MS-DTYP 2.5.1.1. Those that depend on the domain are written as SIDs.
#[test]
fn letters_of_sddl_are_read_and_written() {
    for (letters, sid) in [
        ("KA", "S-1-5-21-4-5-6-526"),
        ("EK", "S-1-5-21-4-5-6-527"),
        ("AP", "S-1-5-21-4-5-6-525"),
        ("CN", "S-1-5-21-4-5-6-522"),
        ("RO", "S-1-5-21-4-5-6-498"),
        ("AS", "S-1-18-1"),
        ("SS", "S-1-18-2"),
        ("PU", "S-1-5-32-547"),
        ("MU", "S-1-5-32-558"),
        ("LU", "S-1-5-32-559"),
        ("CY", "S-1-5-32-569"),
        ("RA", "S-1-5-32-575"),
        ("ES", "S-1-5-32-576"),
        ("MS", "S-1-5-32-577"),
        ("HA", "S-1-5-32-578"),
        ("AA", "S-1-5-32-579"),
    ] {
        let folder = Folder::new();
        let inspect = |trustee: &str, more: &[&str]| {
            let text = format!("D:P(A;OICI;FR;;;{trustee})");
            let words = ["inspect", "descriptor", &text, "--domain", "S-1-5-21-4-5-6"];
            let run = folder.run(&[&words, more].concat());
            assert_eq!(run.code, 0, "{trustee}: {}", run.err);
            run
        };
        let read = inspect(letters, &["--format", "json"]).json();
        assert_eq!(read["entries"][0]["trustee"], sid, "{letters}");
        let written = if sid.starts_with("S-1-5-21-") {
            sid
        } else {
            letters
        };
        let written = format!("D:P(A;OICI;0x120089;;;{written})");
        for trustee in [letters, sid] {
            let run = inspect(trustee, &["--to", "sddl"]);
            assert_eq!(run.out.trim_end(), written, "{trustee}");
        }
    }
}

/// Facts of a single area that are years old, in every format.
#[test]
fn every_format_states_the_age_of_facts() {
    let mut world = World::sound();
    let facts = world.facts.as_object_mut().expect("an object");
    facts.retain(|key, _| ["facts", "iis"].contains(&key.as_str()));
    world.facts["gathered"] = json!("2021-03-04T05:06:07Z");
    assert_eq!(
        outcomes(
            &world.verified(&["--format", "json"]).json(),
            "farm-facts-old"
        ),
        ["warning"]
    );
    for format in [
        "text", "table", "json", "jsonl", "junit", "sarif", "markdown", "html", "github",
    ] {
        let run = world.verified(&["iis", "--format", format]);
        assert!(run.out.contains("2021-03-04"), "{format}: {}", run.out);
    }
}

/// Facts about hosts that are not on the route show nothing about it.
#[test]
fn a_trace_by_facts_of_other_hosts_shows_no_hop_as_ok() {
    for mode in ["advanced", "automatic"] {
        let farm = format!(
            "farm.version = \"2016\"\n[incoming-email]\nenabled = true\nmode = \"{mode}\"\n\
             display-address = \"lists.contoso.com\"\ndrop-folder = 'D:\\drop'\n[[server]]\n\
             name = \"app7.contoso.com\"\nincoming-email-service = true\nsmtp-service = true\n"
        );
        let folder = Folder::with_farm(&farm);
        let facts = json!({"facts": 2, "gathered": "2026-11-29T08:00:00Z",
            "dns": facts::dns("inside A other.contoso.com 10.0.0.9")});
        folder.write("facts.json", facts.to_string());
        let run = folder.run(&[
            "trace",
            "docs@lists.contoso.com",
            "--facts",
            "facts.json",
            "--format",
            "json",
        ]);
        assert_eq!(run.code, 3, "{mode}: {}", run.out);
        let json = run.json();
        for hop in json["hops"].as_array().expect("hops") {
            assert_ne!(hop["state"], "ok", "{mode}: {hop:#}");
        }
    }
}

/// Records another mail domain, and two views of DNS.
fn with_own_domain(outside: bool, lines: &str) -> World {
    let mut world = World::sound();
    world.file(
        "mail-from-outside = false",
        &format!("mail-from-outside = {outside}"),
    );
    world.file(
        "[[web-application]]\n",
        "[[web-application]]\nincoming-address = \"hr.contoso.com\"\n",
    );
    world.file(
        "[probe]",
        "[probe]\noutside-dns-servers = [\"203.0.113.53\"]",
    );
    world.facts["dns"] = facts::dns(lines);
    world
}

/// Returns the subjects of a rule's verdicts with this outcome.
fn subjects(json: &Value, rule: &str, outcome: &str) -> Vec<String> {
    let verdicts = json["verdicts"].as_array().expect("verdicts").iter();
    verdicts
        .filter(|verdict| verdict["rule"] == rule && verdict["outcome"] == outcome)
        .filter_map(|verdict| verdict["subject"].as_str().map(str::to_owned))
        .collect()
}

/// One view finds a host for the display address, and both find it for another domain: it is
/// reported once for each view.
#[test]
fn one_host_of_two_domains_is_reported_once_for_each_view() {
    let world = with_own_domain(
        true,
        "inside A sp1.contoso.com 10.0.0.21\noutside A sp1.contoso.com 203.0.113.26\n\
         inside MX 10 sp.contoso.com gone.contoso.com\n\
         outside MX 10 sp.contoso.com sp1.contoso.com\n\
         inside MX 10 hr.contoso.com gone.contoso.com\n\
         outside MX 10 hr.contoso.com gone.contoso.com",
    );
    let json = world.verified(&["dns", "--format", "json"]).json();
    let found = subjects(&json, "dns-mx-no-address", "fail");
    assert_eq!(found, ["gone.contoso.com", "gone.contoso.com (outside)"]);
}

/// A domain that was asked about only outside is not judged if no mail comes from there.
#[test]
fn domain_that_was_asked_outside_alone_is_undecided() {
    let mut world = with_own_domain(
        false,
        "inside A sp1.contoso.com 10.0.0.21\ninside MX 10 sp.contoso.com sp1.contoso.com\n\
         outside MX 10 hr.contoso.com sp1.contoso.com",
    );
    let lookups = world.at("/dns/lookups").as_array_mut().expect("a list");
    lookups.retain(|lookup| lookup["view"] != "inside" || lookup["name"] != "hr.contoso.com");
    let json = world.verified(&["dns", "--format", "json"]).json();
    assert_eq!(
        subjects(&json, "dns-no-mx", "undecided"),
        ["hr.contoso.com"]
    );
    let text = json.to_string();
    assert!(text.contains("mail from outside does not count"), "{text}");
}

/// Of two acceptances of one rule, only the expired one is shown.
#[test]
fn expired_acceptance_is_shown_by_its_own_line() {
    let folder = Folder::with_farm(
        "[farm]\nname = \"x\"\n[[accept]]\nrule = \"dns-no-mx\"\nreason = \"a\"\n\
         until = 2099-01-01\n[[accept]]\nrule = \"dns-no-mx\"\nreason = \"b\"\n\
         until = 2020-01-01\n",
    );
    let json = folder.run(&["validate", "--format", "json"]).json();
    let verdicts = json["verdicts"].as_array().expect("verdicts").iter();
    let mut expired = verdicts.filter(|verdict| verdict["rule"] == "farm-accept-expired");
    let failed = expired.find(|verdict| verdict["outcome"] == "fail");
    let failed = failed.expect("an expired one");
    assert_eq!(failed["about"]["line"], 10, "{failed:#}");
    assert_eq!(failed["subject"], "dns-no-mx#2");
}

/// A load balancer behind the gateway that is the mail exchanger is asked, and stands before the
/// servers behind it.
#[test]
fn balancer_behind_a_gateway_decides_the_recipient() {
    let refused = "550 5.7.1 Unable to relay for spinmail-probe@sp.contoso.com";
    // What the balancer answers, and what sp1 does; the states of port and recipient. A closed port
    // may be open to the gateway alone.
    let rows = [
        ("accepts", "accepts", ["ok", "ok"], 0),
        ("refuses", "accepts", ["ok", "stopped"], 1),
        ("is closed", "accepts", ["not known", "ok"], 3),
        ("accepts", "refuses", ["ok", "stopped"], 1),
    ];
    for (balancer, server, expected, code) in rows {
        let mut world = World::sound();
        behind_gateway(&mut world);
        world.file(
            "passes-to = [\"sp1.contoso.com\"]",
            "passes-to = [\"lb.contoso.com\"]",
        );
        world.farm += "[[mail-host]]\nname = \"lb.contoso.com\"\nkind = \"load-balancer\"\n\
                       addresses = [\"10.0.0.30\"]\npasses-to = [\"sp1.contoso.com\"]\n\
                       by = \"virtual-address\"\n";
        let sound = world.at("/smtp/targets/0").clone();
        if server == "refuses" {
            answer(&mut world, "made-up-mailbox", refused);
        }
        let of_server = world.at("/smtp/targets/0").clone();
        *world.at("/smtp/targets/0") = sound;
        match balancer {
            "refuses" => answer(&mut world, "made-up-mailbox", refused),
            "is closed" => close_port(&mut world),
            _ => {}
        }
        world.at("/smtp/targets/0")["host"] = json!("lb.contoso.com");
        world.at("/smtp/targets/0")["address"] = json!("10.0.0.30:25");
        let targets = world.at("/smtp/targets").as_array_mut().expect("targets");
        targets.push(of_server);
        without_metabase(&mut world);
        let folder = Folder::with_farm(&world.farm);
        folder.write("facts.json", world.facts.to_string());
        let run = folder.run(&[
            "trace",
            "docs@sp.contoso.com",
            "--facts",
            "facts.json",
            "--to",
            "recipient",
            "--format",
            "json",
        ]);
        let json = run.json();
        let hops = json["hops"].as_array().expect("hops").iter();
        let states: Vec<&str> = hops
            .filter(|hop| hop["hop"] == "SMTP port" || hop["hop"] == "recipient")
            .filter_map(|hop| hop["state"].as_str())
            .collect();
        assert_eq!(states, expected, "{balancer}, {server}: {json:#}");
        assert_eq!(run.code, code, "{balancer}, {server}: {}", run.out);
    }
}
