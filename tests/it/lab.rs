//! `verify` with real servers: those of `tests/lab`, which `tests/run` starts if it can.

use crate::support::{Folder, Run};
use serde_json::Value;
use std::env;

/// The addresses of the lab.
struct Lab {
    dns: String,
    smtp_port: String,
    authority: String,
    log: String,
}

/// Returns a variable of the lab.
pub fn known(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set; tests/lab/exec sets it"))
}

/// Returns the running lab.
fn lab() -> Lab {
    Lab {
        dns: known("LAB_DNS"),
        smtp_port: known("LAB_SMTP_PORT"),
        authority: known("LAB_CA"),
        log: format!("{}/log/postfix.log", known("LAB_DIR")),
    }
}

/// The farm file's addition for the SMTP tests: a gateway that passes mail to the server.
const GATEWAY: &str = r#"
[[mail-host]]
name = "gateway.lab.test"
passes-to = ["SERVER"]
"#;

impl Lab {
    fn verify(&self, area: &str, display: &str, server: &str) -> Run {
        self.verify_farm(area, display, server, "")
    }

    fn verify_farm(&self, area: &str, display: &str, server: &str, more: &str) -> Run {
        let more = more.replace("SERVER", &format!("{server}.lab.test"));
        let folder = Folder::with_farm(&format!(
            r#"[incoming-email]
enabled = true
mode = "advanced"
display-address = "{display}"
drop-folder = 'C:\inetpub\mailroot\drop'

[[server]]
name = "{server}.lab.test"
smtp-service = true
incoming-email-service = true

[[web-application]]
name = "Intranet"
maximum-message-size = "2 MB"

[probe]
dns-servers = ["{}"]
smtp-port = {}
ca-file = "{}"
timeout = "2s"
{more}"#,
            self.dns, self.smtp_port, self.authority
        ));
        folder.run(&["verify", area, "--format", "json"])
    }
}

fn verdicts(run: &Run) -> Vec<Value> {
    run.json()["verdicts"]
        .as_array()
        .cloned()
        .unwrap_or_else(|| panic!("no verdicts: {run:?}"))
}

/// Returns the verdicts that need attention, as distinct `RULE OUTCOME` texts.
fn worrying(verdicts: &[Value]) -> Vec<String> {
    let worry = verdicts
        .iter()
        .filter(|verdict| verdict["outcome"] == "fail" || verdict["outcome"] == "undecided");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut said: Vec<String> = worry
        .map(|verdict| format!("{} {}", text(&verdict["rule"]), text(&verdict["outcome"])))
        .collect();
    said.sort();
    said.dedup();
    said
}

#[test]
#[ignore = "needs tests/lab"]
fn faults_of_display_addresses_in_dns_are_found() {
    let lab = lab();
    let mut wrong = Vec::new();
    for (name, code, expected) in [
        ("ok", 0, &[][..]),
        ("xn--bcher-kva", 0, &[]),
        ("slow", 0, &[]),
        ("tc", 0, &[]),
        ("mx2", 0, &["dns-mx-elsewhere fail", "dns-mx-order fail"]),
        ("mxmany", 0, &["dns-mx-elsewhere fail"]),
        ("alias", 0, &[]),
        ("nomx", 0, &[]),
        ("loop1", 0, &["dns-no-mx fail"]),
        ("no-such-name", 0, &["dns-no-mx fail"]),
        ("mxcname", 1, &["dns-mx-is-alias fail"]),
        ("nullmx", 1, &["dns-null-mx fail"]),
        ("mxgone", 1, &["dns-mx-no-address fail"]),
        ("mxempty", 1, &["dns-mx-no-address fail"]),
        ("mxaddress", 1, &["dns-mx-is-address fail"]),
        (
            "mxloopback",
            1,
            &["dns-loopback fail", "dns-mx-elsewhere fail"],
        ),
    ] {
        let run = lab.verify("dns", &format!("{name}.lab.test"), "host");
        let found = worrying(&verdicts(&run));
        if found != expected || run.code != code {
            wrong.push(format!("{name} ({}): {found:?}", run.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A server that does not answer shows nothing.
#[test]
#[ignore = "needs tests/lab"]
fn failing_name_servers_are_not_findings() {
    let lab = lab();
    let mut wrong = Vec::new();
    for (name, rule) in [
        ("servfail", "dns-no-mx undecided"),
        ("refused", "dns-no-mx undecided"),
        ("formerr", "dns-no-mx undecided"),
        ("notimp", "dns-no-mx undecided"),
        ("timeout", "dns-no-mx undecided"),
        ("tcdead", "dns-no-mx undecided"),
        ("mxservfail", "dns-mx-no-address undecided"),
        ("mxtimeout", "dns-mx-no-address undecided"),
        ("mxother", "dns-mx-no-address undecided"),
    ] {
        let run = lab.verify("dns", &format!("{name}.lab.test"), "host");
        let found = worrying(&verdicts(&run));
        let sound =
            found.iter().any(|it| it == rule) && found.iter().all(|it| it.ends_with(" undecided"));
        if !sound || run.code != 3 {
            wrong.push(format!("{name} ({}): {found:?}", run.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[ignore = "needs tests/lab"]
fn each_configuration_of_postfix_has_its_verdicts() {
    let lab = lab();
    let mut wrong = Vec::new();
    for (server, display, expected) in [
        ("good", "sharepoint", &["smtp-other-product fail"][..]),
        (
            // Its mail also goes to a host that is not recorded, so no alias domain is recommended.
            "good",
            "mx2",
            &[
                "smtp-other-product fail",
                "smtp-refuses-recipient undecided",
            ],
        ),
        ("plain", "sharepoint", &["smtp-other-product fail"]),
        (
            "badname",
            "sharepoint",
            &["smtp-other-product fail", "smtp-tls-broken fail"],
        ),
        // The server may reject only this machine.
        ("rejects", "sharepoint", &["smtp-closed undecided"]),
        // Every address of the lab is on the loopback interface: the client is the server itself,
        // which may relay.
        (
            "relays",
            "sharepoint",
            &[
                "smtp-open-relay undecided",
                "smtp-other-product fail",
                "smtp-refuses-recipient undecided",
            ],
        ),
        (
            "logon",
            "sharepoint",
            &[
                "smtp-anonymous-refused undecided",
                "smtp-open-relay undecided",
                "smtp-other-product fail",
                "smtp-refuses-recipient undecided",
            ],
        ),
        (
            "knows",
            "sharepoint",
            &[
                "smtp-other-product fail",
                "smtp-refuses-recipient undecided",
            ],
        ),
        (
            "greylists",
            "sharepoint",
            &["smtp-defers-recipient fail", "smtp-other-product fail"],
        ),
        // The handshake continues despite a certificate with another name, and the other rules are
        // judged.
        (
            "tlsfirst",
            "sharepoint",
            &["smtp-other-product fail", "smtp-tls-broken fail"],
        ),
        ("closed", "sharepoint", &["smtp-closed fail"]),
    ] {
        let run = lab.verify_farm("smtp", &format!("{display}.lab.test"), server, GATEWAY);
        let host = format!("{server}.lab.test ");
        let all = verdicts(&run);
        let of_host: Vec<Value> = all
            .into_iter()
            .filter(|verdict| verdict["subject"].to_string().contains(&host))
            .collect();
        assert_eq!(of_host.len(), crate::smtp::rules().count(), "{run:?}");
        let found = worrying(&of_host);
        if found != expected {
            wrong.push(format!(
                "{server} for {display} ({}): {found:?}\n{}",
                run.code, run.out
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A server that knows its recipients rejects a made-up one and accepts a real one.
#[test]
#[ignore = "needs tests/lab"]
fn existing_mailbox_of_the_lab_decides_what_a_made_up_one_cannot() {
    let more = format!("recipient = \"docs\"\n{GATEWAY}");
    let run = lab().verify_farm("smtp", "sharepoint.lab.test", "knows", &more);
    let of_host: Vec<Value> = verdicts(&run)
        .into_iter()
        .filter(|verdict| verdict["subject"].to_string().contains("knows.lab.test "))
        .collect();
    assert_eq!(worrying(&of_host), ["smtp-other-product fail"], "{run:?}");
}

/// The log of Postfix's queue manager shows every message in its queue.
#[test]
#[ignore = "needs tests/lab"]
fn no_mail_is_sent() {
    let lab = lab();
    lab.verify("smtp", "sharepoint.lab.test", "relays");
    let log = std::fs::read_to_string(&lab.log).expect("Postfix's log");
    assert!(log.contains("postfix/smtpd"), "{log}");
    let queued: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("/qmgr[") && line.contains("from=<"))
        .collect();
    assert!(queued.is_empty(), "{queued:?}");
}
