//! Pairs of a cause and a symptom: if both rules find the same fault, the cause is reported, and
//! the symptom is not applicable because of it.

use crate::causes::judged;
use serde_json::{Value, json};
use spinmail::testing::facts::Facts;
use spinmail::testing::rules::{OutcomeKind, Verdict};

const SERVER: &str = "sp1.fabrikam.com";
const ADDRESS: &str = "192.0.2.21";
const DISPLAY: &str = "sharepoint.fabrikam.com";

/// A farm whose mail goes directly to its only server.
const FARM: &str = "[incoming-email]\nenabled = true\nmode = \"advanced\"\n\
                    display-address = \"sharepoint.fabrikam.com\"\n\
                    drop-folder = 'C:\\inetpub\\mailroot\\Drop'\n\
                    [[server]]\nname = \"sp1.fabrikam.com\"\nsmtp-service = true\n\
                    incoming-email-service = true\n";

/// The facts about the server.
struct Observed {
    /// Properties of its virtual server that differ from a sound one.
    properties: Vec<(&'static str, &'static str)>,
    /// Whether the virtual server knows the display address.
    knows_domain: bool,
    service: Value,
    smtp: Value,
    /// An IPv6 address without a listener.
    silent_ipv6: bool,
    folder_bytes: u64,
    /// The drop folder's descriptor.
    descriptor: Value,
    /// The contents of the drop folder, if they are not as `folder_bytes` states.
    contents: Option<Value>,
    /// When the oldest message was put into the queue, or `None` if the queue is empty.
    queued: Option<&'static str>,
}

fn sound() -> Observed {
    Observed {
        properties: Vec::new(),
        knows_domain: true,
        service: json!({"known": {"state": "running", "start": "automatic"}}),
        smtp: json!("not-asked"),
        silent_ipv6: false,
        folder_bytes: 0,
        descriptor: json!("not-asked"),
        contents: None,
        queued: None,
    }
}

fn refused() -> Value {
    json!({"absent": "connection refused"})
}

/// Returns a conversation with a greeting by this name, and these replies instead of a sound
/// server's.
fn talk(name: &str, mail: &str, recipient: &str, foreign: &str) -> Value {
    let greeting =
        format!("220 {name} Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready");
    let step = |said: String, reply: &str| json!({"said": said, "reply": {"known": [reply]}});
    let transaction = |purpose: &str, to: &str, reply: &str| {
        let mut steps = vec![step("MAIL FROM:<>".to_owned(), mail)];
        if mail.starts_with('2') {
            steps.push(step(format!("RCPT TO:<{to}>"), reply));
        }
        json!({"purpose": purpose, "recipient": to, "steps": steps})
    };
    json!({"known": {
        "steps": [
            {"said": "", "reply": {"known": [greeting]}},
            {"said": "EHLO [192.0.2.5]", "reply": {"known": [
                "250-sp1.fabrikam.com Hello [192.0.2.5]", "250-SIZE 2097152", "250 OK"]}}],
        "transactions": [
            transaction("made-up-mailbox", &format!("spinmail-probe@{DISPLAY}"), recipient),
            transaction("foreign-recipient", "spinmail-probe@spinmail-check.invalid", foreign)],
        "tls": "not-asked"}})
}

const SENDER_OK: &str = "250 2.1.0 <>....Sender OK";
const RECIPIENT_OK: &str = "250 2.1.5 OK";
const NO_RELAY: &str = "550 5.7.1 Unable to relay for it";

impl Observed {
    fn facts(&self) -> Facts {
        let known = |records: Value| json!({"known": records});
        let aaaa = match self.silent_ipv6 {
            true => known(json!([{"owner": SERVER, "type": "AAAA", "address": "2001:db8::21"}])),
            false => json!({"absent": "NODATA"}),
        };
        let lookup = |name: &str, kind: &str, answer: Value| json!({"server": "192.0.2.10:53", "name": name, "type": kind, "answer": answer});
        let mut properties = json!({
            "DropDirectory": {"raw": r"C:\inetpub\mailroot\Drop", "line": 20},
            "MaxMessageSize": {"raw": "2097152", "line": 21},
            "ServerAutoStart": {"raw": "TRUE", "line": 22},
            "ServerBindings": {"raw": ":25:", "line": 23}});
        for (name, raw) in &self.properties {
            properties[*name] = json!({"raw": raw, "line": 24});
        }
        let domains = match self.knows_domain {
            true => {
                json!([{"name": DISPLAY, "line": 40, "properties": {"RouteAction": {"raw": "16", "line": 41}}}])
            }
            false => json!([]),
        };
        let contents = self.contents.clone().unwrap_or_else(|| {
            json!({"known": {"scanned": "2026-11-23T20:00:00Z", "messages": 320,
                "bytes": self.folder_bytes}})
        });
        let queue = self.queued.map(|oldest| {
            json!({"virtual-server": 1, "role": "queue", "path": r"C:\inetpub\mailroot\Queue",
                "files": {"known": {"count": 3, "oldest": oldest}}})
        });
        let folders: Vec<Value> = queue.into_iter().collect();
        let facts = json!({
            "facts": 2,
            "dns": {
                "servers": ["192.0.2.10:53"], "servers-from": "system",
                "lookups": [
                    lookup(DISPLAY, "MX", known(json!([{"owner": DISPLAY, "type": "MX", "preference": 10, "exchange": SERVER}]))),
                    lookup(SERVER, "A", known(json!([{"owner": SERVER, "type": "A", "address": ADDRESS}]))),
                    lookup(SERVER, "AAAA", aaaa)],
                "ports": [{"address": "[2001:db8::21]:25", "answer": refused()}]},
            "smtp": {"targets": [{"host": SERVER, "address": format!("{ADDRESS}:25"), "answer": self.smtp,
                "seen": [{"address": "192.0.2.5"}]}]},
            "iis": {"servers": [{"server": SERVER, "looked": "2026-11-23T20:00:00Z", "service": self.service,
                "folders": folders,
                "metabase": {"known": {"encoding": "UTF-8", "service": {}, "servers": [
                    {"number": 1, "properties": properties, "domains": domains}]}}}]},
            "folder": {"folders": [{"server": SERVER, "path": r"C:\inetpub\mailroot\Drop",
                "descriptor": self.descriptor,
                "accounts": [account("sp_farm", 1104), account("sp_web", 1106)],
                "contents": contents}]}
        });
        Facts::from_json(&facts.to_string(), "facts.json").unwrap_or_else(|error| panic!("{error}"))
    }
}

/// Returns an account that Windows knows and that is in no group.
fn account(name: &str, number: u16) -> Value {
    let sid = format!("S-1-5-21-1-2-3-{number}");
    json!({"name": format!("FABRIKAM\\{name}"), "sid": {"known": sid}, "token": {"known": [sid]}})
}

/// An access list that admits only 10.0.0.99.
const LIST: &str = "18000080200000803c00008044000080010000004c00000000000000000000000100000001000000020000000200000004000000000000004c00008000000000000000000000000000000000ffffffff0a000063";

/// Returns the cause and the symptom, the farm, and the facts.
fn cases() -> Vec<(&'static str, &'static str, String, Observed)> {
    let farm = || FARM.to_owned();
    let automatic = |list: &str| {
        FARM.replace("\"advanced\"", "\"automatic\"")
            .replace("[[server]]", &format!("safe-servers = {list}\n[[server]]"))
            + "[[mail-host]]\nname = \"mail.fabrikam.com\"\nkind = \"gateway\"\n\
             sends-from = [\"192.0.2.5\"]\npasses-to = [\"sp1.fabrikam.com\"]\nby = \"smart-host\"\n"
    };
    let stopped = || json!({"known": {"state": "stopped", "start": "automatic"}});
    let with = |properties: &[(&'static str, &'static str)], smtp: Value| Observed {
        properties: properties.to_vec(),
        smtp,
        ..sound()
    };
    let service = |properties: &[(&'static str, &'static str)]| Observed {
        service: stopped(),
        ..with(properties, refused())
    };
    let denied = || with(&[("IPSecurity", LIST)], json!("not-asked"));
    let off = [("ServerAutoStart", "FALSE")];
    let off_port = [("ServerAutoStart", "FALSE"), ("ServerBindings", ":2525:")];
    let off_loopback = [
        ("ServerAutoStart", "FALSE"),
        ("ServerBindings", "127.0.0.1:25:"),
    ];
    let silent = |cause: &'static str, observed: Observed| {
        let observed = Observed {
            silent_ipv6: true,
            ..observed
        };
        (cause, "dns-ipv6-silent", FARM.to_owned(), observed)
    };
    let null_dacl = |symptom: &'static str| {
        let farm = format!(
            "[farm]\ntimer-account = 'FABRIKAM\\sp_farm'\n{FARM}[[web-application]]\n\
             name = \"Intranet\"\naccount = 'FABRIKAM\\sp_web'\n"
        );
        let observed = Observed {
            descriptor: json!({"known": {"from": "sddl", "text": "D:NO_ACCESS_CONTROL"}}),
            ..sound()
        };
        ("folder-no-list", symptom, farm, observed)
    };
    let web =
        || farm() + "[[web-application]]\nname = \"Intranet\"\nmaximum-message-size = \"50 MB\"\n";
    vec![
        (
            "iis-service-stopped",
            "iis-server-stopped",
            farm(),
            service(&off),
        ),
        (
            "iis-server-stopped",
            "iis-not-port-25",
            farm(),
            with(&off_port, refused()),
        ),
        (
            "iis-server-stopped",
            "iis-loopback-only",
            farm(),
            with(&off_loopback, refused()),
        ),
        (
            "page-safe-servers-empty",
            "iis-connection-denied",
            automatic("[]"),
            denied(),
        ),
        (
            "page-safe-servers-incomplete",
            "iis-connection-denied",
            automatic("[\"10.0.0.99\"]"),
            denied(),
        ),
        null_dacl("folder-timer-cannot-read"),
        null_dacl("folder-pool-cannot-read"),
        ("iis-service-stopped", "smtp-closed", farm(), service(&[])),
        (
            "iis-server-stopped",
            "smtp-closed",
            farm(),
            with(&off, refused()),
        ),
        (
            "iis-not-port-25",
            "smtp-closed",
            farm(),
            with(&[("ServerBindings", ":2525:")], refused()),
        ),
        (
            "iis-loopback-only",
            "smtp-closed",
            farm(),
            with(&[("ServerBindings", "127.0.0.1:25:")], refused()),
        ),
        (
            "dns-mx-without-service",
            "iis-drop-directory-differs",
            FARM.replace(
                "incoming-email-service = true",
                "incoming-email-service = false\nrole = \"front-end\"",
            ) + "[[server]]\nname = \"sp2.fabrikam.com\"\nsmtp-service = true\n\
                   incoming-email-service = true\n",
            sound(),
        ),
        (
            "folder-missing",
            "iis-drop-quota",
            farm(),
            Observed {
                contents: Some(json!({"absent": "no such folder"})),
                ..sound()
            },
        ),
        (
            "folder-writer-cannot-write",
            "iis-queue-stuck",
            farm(),
            Observed {
                descriptor: json!({"known": {"from": "sddl",
                    "text": "D:PAI(A;OICI;FA;;;S-1-5-21-1-2-3-1104)"}}),
                queued: Some("2026-11-20T20:00:00Z"),
                ..sound()
            },
        ),
        silent(
            "iis-service-stopped",
            Observed {
                service: stopped(),
                ..sound()
            },
        ),
        silent("iis-server-stopped", with(&off, refused())),
        silent(
            "iis-not-port-25",
            with(&[("ServerBindings", ":2525:")], refused()),
        ),
        silent(
            "iis-loopback-only",
            with(&[("ServerBindings", "127.0.0.1:25:")], refused()),
        ),
        (
            "iis-drop-quota",
            "smtp-defers-recipient",
            farm(),
            Observed {
                folder_bytes: 21_500_000,
                ..with(
                    &[],
                    talk(SERVER, SENDER_OK, "452 4.2.2 Mailbox full", NO_RELAY),
                )
            },
        ),
        (
            "iis-name-foreign",
            "smtp-other-machine",
            farm() + "[[server]]\nname = \"sp2.fabrikam.com\"\nsmtp-service = false\n",
            with(
                &[("FullyQualifiedDomainName", "sp2.fabrikam.com")],
                talk("sp2.fabrikam.com", SENDER_OK, RECIPIENT_OK, NO_RELAY),
            ),
        ),
        (
            "smtp-closed",
            "dns-ipv6-silent",
            farm(),
            Observed {
                silent_ipv6: true,
                ..with(&[], refused())
            },
        ),
        (
            "iis-size-small",
            "smtp-size-small",
            web(),
            with(&[], talk(SERVER, SENDER_OK, RECIPIENT_OK, NO_RELAY)),
        ),
        (
            "iis-relay-open",
            "smtp-open-relay",
            farm(),
            with(
                &[("RelayIpList", "")],
                talk(SERVER, SENDER_OK, RECIPIENT_OK, RECIPIENT_OK),
            ),
        ),
        (
            "iis-anonymous-off",
            "smtp-anonymous-refused",
            farm(),
            with(
                &[("AuthFlags", "AuthBasic | AuthNTLM")],
                talk(
                    SERVER,
                    "454 5.7.3 Client does not have permission to submit mail",
                    "",
                    "",
                ),
            ),
        ),
        (
            "iis-alias-domain-missing",
            "smtp-refuses-recipient",
            farm(),
            Observed {
                knows_domain: false,
                ..with(&[], talk(SERVER, SENDER_OK, NO_RELAY, NO_RELAY))
            },
        ),
    ]
}

#[test]
fn symptom_yields_to_its_cause() {
    let mut wrong = Vec::new();
    for (cause, symptom, farm, observed) in cases() {
        let facts = observed.facts();
        let all = judged(&farm, &facts, &[]);
        let of = |id: &str| -> Vec<&Verdict> {
            all.iter().filter(|verdict| verdict.rule.id == id).collect()
        };
        let is_told = of(cause)
            .iter()
            .any(|verdict| verdict.outcome == OutcomeKind::Fail);
        let has_yielded = of(symptom)
            .iter()
            .any(|verdict| verdict.because == Some(cause));
        if !is_told || !has_yielded {
            let shown = |id: &str| -> Vec<String> {
                of(id)
                    .iter()
                    .map(|verdict| {
                        format!(
                            "{:?} {}: {}",
                            verdict.outcome, verdict.subject, verdict.message
                        )
                    })
                    .collect()
            };
            wrong.push((cause, shown(cause), symptom, shown(symptom)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_row_of_the_table_has_a_case() {
    let source = include_str!("../../src/rules/yielding.rs");
    let table = source.split("static YIELDING").nth(1).expect("the table");
    let table = table.split("];").next().expect("its end");
    let rows = ["row(\"", "of_folder(\"", "cause: \""];
    let rows: usize = rows.iter().map(|row| table.matches(row).count()).sum();
    assert_eq!(cases().len(), rows);
    for (cause, symptom, ..) in cases() {
        let row = format!("(\"{cause}\", \"{symptom}\")");
        let is_long = table.split("Yielding {").any(|row| {
            row.contains(&format!("cause: \"{cause}\""))
                && row.contains(&format!("symptom: \"{symptom}\""))
        });
        assert!(is_long || table.contains(&row), "{row}");
    }
}
