//! Situations from the field, replayed as facts, and others of the same kinds, with the verdicts
//! that are expected.

use crate::one_cause::World;
use crate::support::Folder;
use crate::topologies::facts;
use serde_json::{Value, json};

/// A rule with the distinct results of its verdicts: `pass`, `error`, `warning`, `note`,
/// `undecided` or `not-applicable`.
type Expected = (&'static str, &'static str);

/// A change to a sound farm, and the expected verdicts.
type Row = (&'static str, fn(&mut World), &'static [Expected]);

fn raw(value: &str) -> Value {
    json!({"raw": value, "line": 1})
}

fn set_property(world: &mut World, name: &str, value: &str) {
    world.at("/iis/servers/0/metabase/known/servers/0/properties")[name] = raw(value);
}

/// Puts messages into the drop folder.
fn fill_drop(world: &mut World, messages: u64, bytes: u64) {
    let contents = world.at("/folder/folders/0/contents/known");
    contents["messages"] = json!(messages);
    contents["bytes"] = json!(bytes);
}

/// Puts files into the queue, the oldest with this time; the metabase was observed at
/// 2026-11-29T08:00Z.
fn fill_queue(world: &mut World, count: u64, oldest: &str) {
    world.at("/iis/servers/0/folders/0")["files"] =
        json!({"known": {"count": count, "oldest": oldest, "newest": oldest}});
}

/// Replaces the display address and its MX record.
fn lead_mail_to(world: &mut World, lines: &str) {
    world.facts["dns"] = facts::dns(lines);
}

const ROWS: &[Row] = &[
    // The quota of the drop directory is ten times the maximum message size.
    (
        "quota: the drop directory holds ten times the limit",
        |world| {
            world.set_size("2097152");
            fill_drop(world, 320, 21_500_000);
        },
        &[("iis-drop-quota", "undecided")],
    ),
    (
        "quota: the drop directory holds just less",
        |world| {
            world.set_size("2097152");
            fill_drop(world, 320, 20_971_519);
        },
        &[("iis-drop-quota", "pass")],
    ),
    (
        "quota: exactly the quota",
        |world| {
            world.set_size("10485760");
            fill_drop(world, 3, 104_857_600);
        },
        &[("iis-drop-quota", "undecided")],
    ),
    (
        "quota: the server says that it is full",
        |world| {
            world.set_size("2097152");
            fill_drop(world, 320, 21_500_000);
            facts::put_off(&mut world.facts, "452 4.2.2 Mailbox full");
        },
        &[
            ("iis-drop-quota", "warning"),
            ("smtp-defers-recipient", "not-applicable"),
        ],
    ),
    (
        "quota: it says something else",
        |world| {
            world.set_size("2097152");
            fill_drop(world, 320, 21_500_000);
            facts::put_off(&mut world.facts, "451 4.7.1 Try again later");
        },
        &[
            ("iis-drop-quota", "undecided"),
            ("smtp-defers-recipient", "warning"),
        ],
    ),
    (
        "quota: no limit, no quota",
        |world| {
            world.set_size("0");
            fill_drop(world, 320, 21_500_000);
        },
        &[("iis-drop-quota", "not-applicable")],
    ),
    // Outgoing mail waits in the queue between delivery attempts.
    (
        "queue: an alert waits for the first retry",
        |world| fill_queue(world, 1, "2026-11-29T07:46:00Z"),
        &[("iis-queue-stuck", "pass")],
    ),
    (
        "queue: several wait for the third",
        |world| fill_queue(world, 12, "2026-11-29T07:05:00Z"),
        &[("iis-queue-stuck", "pass")],
    ),
    (
        "queue: the clock of the queue is ahead",
        |world| fill_queue(world, 1, "2026-11-29T09:46:00Z"),
        &[("iis-queue-stuck", "undecided")],
    ),
    // A short name may be that of the folder, or of another one.
    (
        "8.3: the short name of the folder's own",
        |world| set_property(world, "DropDirectory", "C:\\inetpub\\MAILRO~1\\Drop"),
        &[("iis-drop-directory-differs", "undecided")],
    ),
    (
        "8.3: the short name of another folder",
        |world| set_property(world, "DropDirectory", "C:\\inetpub\\OTHERS~1\\Drop"),
        &[("iis-drop-directory-differs", "undecided")],
    ),
    (
        "another folder",
        |world| set_property(world, "DropDirectory", "D:\\drop"),
        &[("iis-drop-directory-differs", "error")],
    ),
    (
        "the folder in other letters and slashes",
        |world| set_property(world, "DropDirectory", "c:/INETPUB/mailroot/drop\\"),
        &[("iis-drop-directory-differs", "pass")],
    ),
    (
        "domain: with the final dot of DNS",
        |world| {
            world.at("/iis/servers/0/metabase/known/servers/0/domains/0")["name"] =
                json!("sp.contoso.com.")
        },
        &[("iis-alias-domain-missing", "undecided")],
    ),
    (
        "domain: in capitals",
        |world| {
            world.at("/iis/servers/0/metabase/known/servers/0/domains/0")["name"] =
                json!("SP.Contoso.COM")
        },
        &[("iis-alias-domain-missing", "pass")],
    ),
    // Exchangers that are not recorded may pass mail on.
    (
        "exchanger: a balancer",
        |world| {
            lead_mail_to(
                world,
                "inside A sp1.contoso.com 10.0.0.21\ninside A vip.contoso.com 10.0.0.30\n\
                 inside MX 10 sp.contoso.com vip.contoso.com",
            );
        },
        &[
            ("dns-mx-elsewhere", "warning"),
            ("dns-mx-without-service", "not-applicable"),
        ],
    ),
    (
        "exchanger: Exchange Online",
        |world| {
            lead_mail_to(
                world,
                "inside A sp1.contoso.com 10.0.0.21\n\
                 inside A contoso-com.mail.protection.outlook.com 52.101.8.1\n\
                 inside MX 0 sp.contoso.com contoso-com.mail.protection.outlook.com",
            );
        },
        &[
            ("dns-mx-elsewhere", "warning"),
            ("dns-mx-without-service", "not-applicable"),
        ],
    ),
    (
        "no record: a connector with a smart host",
        |world| {
            lead_mail_to(
                world,
                "inside A sp1.contoso.com 10.0.0.21\ninside none sp.contoso.com",
            )
        },
        &[("dns-no-mx", "warning")],
    ),
    (
        "no record: and outside mail is not wanted either",
        |world| {
            world.file("mail-from-outside = false\n", "");
            lead_mail_to(
                world,
                "inside A sp1.contoso.com 10.0.0.21\ninside none sp.contoso.com",
            );
        },
        &[("dns-no-mx", "warning")],
    ),
    // A share may have any name, and grant access to the accounts that write there.
    (
        "share: named like a queue",
        |world| {
            world.file(
                "'C:\\inetpub\\mailroot\\drop'",
                "'\\\\fs1.contoso.com\\Badmail'",
            )
        },
        &[("page-drop-folder-wrong-queue", "note")],
    ),
    (
        "share: a queue's name further up",
        |world| {
            world.file(
                "'C:\\inetpub\\mailroot\\drop'",
                "'\\\\fs1.contoso.com\\Pickup\\drop'",
            )
        },
        &[("page-drop-folder-wrong-queue", "pass")],
    ),
    (
        "folder: the mailroot's own queue",
        |world| world.file("mailroot\\drop'", "mailroot\\Queue'"),
        &[("page-drop-folder-wrong-queue", "error")],
    ),
];

/// Returns the distinct results of a rule's verdicts.
pub fn outcomes(json: &Value, rule: &str) -> Vec<String> {
    let verdicts = json["verdicts"].as_array().expect("verdicts").iter();
    let mut outcomes: Vec<String> = verdicts
        .filter(|verdict| verdict["rule"] == rule)
        .map(|verdict| match verdict["outcome"].as_str() {
            Some("fail") => verdict["severity"].as_str().unwrap_or_default().to_owned(),
            outcome => outcome.unwrap_or_default().to_owned(),
        })
        .collect();
    outcomes.sort();
    outcomes.dedup();
    outcomes
}

#[test]
fn situations_of_the_same_kind_have_the_same_verdicts() {
    let mut wrong = Vec::new();
    for (name, change, expected) in ROWS {
        let mut world = World::sound();
        change(&mut world);
        let json = world.verified(&["--format", "json"]).json();
        for (rule, outcome) in *expected {
            let found = outcomes(&json, rule);
            if found != [*outcome] {
                wrong.push(format!("{name}: {rule} is {found:?}, not {outcome}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// If it is not known where mail should go, no contact is reported.
#[test]
fn contacts_are_not_judged_by_an_invalid_display_address() {
    let rule = spinmail::testing::rules::all().find(|rule| rule.id == "directory-contact-target");
    let (farm, facts) = crate::explain::example(rule.expect("the rule"), "Passes");
    for address in [
        "docs@sharepoint.fabrikam.com",
        "@sharepoint.fabrikam.com",
        "http://sharepoint",
    ] {
        let broken = farm.replace("\"sharepoint.fabrikam.com\"", &format!("\"{address}\""));
        assert_ne!(broken, farm);
        let folder = Folder::with_farm(&broken);
        folder.write("facts.json", facts.to_json());
        let run = folder.run(&[
            "verify",
            "contacts",
            "--facts",
            "facts.json",
            "--format",
            "json",
        ]);
        assert_eq!(
            outcomes(&run.json(), "directory-contact-target"),
            ["undecided"],
            "{address}"
        );
    }
}

/// A temporary rejection of the recipient does not show whether the message is delivered later.
#[test]
fn temporarily_rejected_recipient_is_undecided() {
    for reply in [
        "452 4.2.2 Mailbox full",
        "452 4.3.1 Insufficient system resources",
        "450 4.2.0 Greylisted, try again in 300 seconds",
        "451 4.7.1 Please try again later",
        "421 4.3.2 Service not available",
    ] {
        let mut world = World::sound();
        facts::put_off(&mut world.facts, reply);
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
        assert_eq!(
            (run.code, &json["end"]["state"]),
            (3, &json!("not known")),
            "{reply}: {json:#}"
        );
        assert_eq!(json["end"]["hop"], "recipient", "{reply}");
    }
}

/// The command of a remedy must not lead to the next error.
#[test]
fn remedy_of_a_removed_mode_has_no_command_without_a_drop_folder() {
    for (version, folder) in [
        ("2019", None),
        ("subscription", None),
        ("2019", Some("D:\\drop")),
    ] {
        let drop = folder.map_or(String::new(), |path| format!("drop-folder = '{path}'\n"));
        let farm = format!(
            "[farm]\nversion = \"{version}\"\n[incoming-email]\nenabled = true\n\
             mode = \"automatic\"\ndisplay-address = \"sp.contoso.com\"\n{drop}"
        );
        let run = Folder::with_farm(&farm).run(&[
            "validate",
            "--only",
            "page-automatic-removed",
            "--format",
            "json",
        ]);
        let json = run.json();
        let actions = json["verdicts"][0]["remedy"]["actions"].as_array();
        let has_command = actions.is_some_and(|actions| !actions.is_empty());
        assert_eq!(
            has_command,
            folder.is_some(),
            "{version} {folder:?}: {json:#}"
        );
    }
}
