//! Checks that every fault of a name server has its own kind in the facts, and never counts as an
//! answer.

use super::*;
use serde_json::json;

const DISPLAY: &str = "sharepoint.fabrikam.test";

/// The faults, each with the kind of failure and the start of its text.
const FAILURES: [(&str, &str, &str); 18] = [
    ("servfail", "rejected", "SERVFAIL"),
    ("refused", "rejected", "REFUSED"),
    ("formerr", "rejected", "FORMERR"),
    ("notimp", "rejected", "NOTIMP"),
    ("silent", "timed-out", "timed out after 600ms"),
    ("garbage", "malformed", "invalid: the answer cannot be read"),
    (
        "short",
        "malformed",
        "invalid: the answer is shorter than two bytes",
    ),
    (
        "wrong-id",
        "malformed",
        "invalid: the answer's id is not the query's",
    ),
    (
        "wrong-question",
        "malformed",
        "invalid: the answer is to another question",
    ),
    (
        "empty",
        "elsewhere",
        "the server is not authoritative for the name",
    ),
    (
        "referral",
        "elsewhere",
        "the server is not authoritative for the name",
    ),
    (
        "referral resolver",
        "elsewhere",
        "the server is not authoritative for the name",
    ),
    ("lossy:3", "timed-out", "timed out after 600ms"),
    (
        "truncate-tcp-silent",
        "timed-out",
        "truncated over UDP, and over TCP: timed out",
    ),
    (
        "truncate-tcp-close",
        "closed",
        "truncated over UDP, and over TCP: the connection was closed early",
    ),
    (
        "truncate-tcp-garbage",
        "malformed",
        "truncated over UDP, and over TCP: invalid: the answer cannot be read",
    ),
    (
        "truncate-tcp-truncate",
        "malformed",
        "truncated over UDP, and over TCP: truncated again",
    ),
    (
        "truncate no-tcp",
        "refused",
        "truncated over UDP, and over TCP: connection refused",
    ),
];

/// Returns the facts about a zone with one fault, at the MX record of the display address.
fn facts_with(fault: &str) -> Value {
    let server = DnsServer::start(&format!("{ZONE}\n{DISPLAY} FAULT/MX {fault}"));
    gather(FARM, &[server.address])
}

#[test]
fn each_failure_has_its_own_reason() {
    for (fault, kind, name) in FAILURES {
        let facts = facts_with(fault);
        let answer = answer(&facts, DISPLAY, "MX");
        assert_eq!(answer["failed"]["kind"], kind, "{fault}: {answer}");
        assert!(
            answer["failed"]["detail"]
                .as_str()
                .is_some_and(|why| why.starts_with(name)),
            "{fault}: {answer}"
        );
    }
}

#[test]
fn a_failure_decides_nothing() {
    for (fault, _, name) in FAILURES {
        let server = DnsServer::start(&format!("{ZONE}\n{DISPLAY} FAULT/MX {fault}"));
        let verdicts = verify(FARM, &[server.address]);
        assert_eq!(verdicts.run.code, 3, "{fault}");
        for verdict in verdicts
            .list
            .iter()
            .filter(|verdict| verdict["subject"] == DISPLAY)
        {
            let (rule, outcome) = (text(verdict, "rule"), text(verdict, "outcome"));
            match rule {
                // These two rules do not depend on the MX record.
                "dns-alias-and-mx" => assert_eq!(outcome, "pass", "{fault}"),
                "dns-loopback" => assert_eq!(outcome, "not-applicable", "{fault}"),
                _ => {
                    assert_eq!(outcome, "undecided", "{rule}, {fault}");
                    let why = format!(
                        "MX {DISPLAY} from {} gave no usable answer: {name}",
                        server.address
                    );
                    assert!(
                        text(verdict, "message").starts_with(&why),
                        "{rule}, {fault}: {verdict}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_server_that_fails_on_every_question_decides_nothing() {
    // The number of lost questions counts all questions about a name, so a lossy name answers in
    // the end.
    for (fault, _, name) in FAILURES
        .into_iter()
        .filter(|(fault, ..)| !fault.starts_with("lossy"))
    {
        let verdicts = verify_zone(FARM, &format!("{ZONE}\n* FAULT {fault}"));
        assert_eq!(verdicts.run.code, 3, "{fault}");
        assert_eq!(verdicts.rules_that("pass"), BY_NAME, "{fault}");
        assert_eq!(
            verdicts.rules_that("not-applicable"),
            [
                "dns-mail-host-loops",
                "dns-mx-private",
                "dns-servers-disagree"
            ],
            "{fault}"
        );
        assert_eq!(
            undecided(&verdicts, name),
            verdicts.list.len() - 4,
            "{fault}"
        );
    }
}

/// Returns the number of verdicts that are undecided because of this fault.
fn undecided(verdicts: &Verdicts, name: &str) -> usize {
    let is = |verdict: &&Value| {
        verdict["outcome"] == "undecided" && text(verdict, "message").contains(name)
    };
    verdicts.list.iter().filter(is).count()
}

#[test]
fn a_port_without_a_server_is_a_refused_connection() {
    let dead = dead_port();
    let facts = gather(FARM, &[dead]);
    let why = answer(&facts, DISPLAY, "MX")["failed"]["detail"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(why.contains("no DNS server answers there"), "{why}");
    let verdicts = verify(FARM, &[dead]);
    assert_eq!(
        (
            verdicts.run.code,
            verdicts.rules_that("fail"),
            verdicts.rules_that("pass")
        ),
        (3, vec![], BY_NAME.to_vec())
    );
}

#[test]
fn temporary_faults_are_retried() {
    for fault in [
        "lossy:2",
        "no-edns",
        "truncate",
        "no-edns truncate",
        "slow:250",
        "resolver",
        "tcp-close",
    ] {
        let facts = facts_with(fault);
        let answer = answer(&facts, DISPLAY, "MX");
        assert_eq!(
            answer["known"][0]["exchange"], "sp1.fabrikam.test",
            "{fault}: {answer}"
        );
    }
}

#[test]
fn a_lost_question_is_repeated() {
    let server = DnsServer::start(&format!("{ZONE}\n{DISPLAY} FAULT/MX lossy:2"));
    gather(FARM, &[server.address]);
    let times = server
        .questions()
        .iter()
        .filter(|(name, kind, _)| name == DISPLAY && kind == "MX")
        .count();
    assert_eq!(times, 3);
}

#[test]
fn nxdomain_and_nodata_differ() {
    let zone =
        |lines: &str| format!("fabrikam.test ZONE\n sp1.fabrikam.test A 192.0.2.21\n{lines}");
    for (lines, how) in [
        ("", "NXDOMAIN: no such name"),
        ("sharepoint.fabrikam.test TXT x", "NODATA: no record of this type"),
        ("sharepoint.fabrikam.test FAULT nxdomain", "NXDOMAIN: no such name"),
        (
            "sharepoint.fabrikam.test CNAME gone.fabrikam.test",
            "NXDOMAIN: no such name: it is a CNAME for gone.fabrikam.test",
        ),
        (
            "sharepoint.fabrikam.test CNAME sp1.fabrikam.test",
            "NODATA: no record of this type: it is a CNAME for sp1.fabrikam.test",
        ),
        (
            "sharepoint.fabrikam.test CNAME gone.fabrikam.test\n gone.fabrikam.test FAULT nxdomain",
            "NXDOMAIN: no such name: it is a CNAME for gone.fabrikam.test",
        ),
        ("sharepoint.fabrikam.test FAULT cname-loop", "NODATA: its CNAME records form a loop"),
        (
            "sharepoint.fabrikam.test CNAME a.fabrikam.test\n a.fabrikam.test CNAME sharepoint.fabrikam.test",
            "NODATA: its CNAME records form a loop",
        ),
        (
            "sharepoint.fabrikam.test CNAME a.fabrikam.test\n a.fabrikam.test CNAME sharepoint.fabrikam.test
             sharepoint.fabrikam.test FAULT slow:1\n a.fabrikam.test FAULT slow:1",
            "NODATA: its CNAME records form a loop",
        ),
    ] {
        let server = DnsServer::start(&zone(lines));
        let facts = gather(FARM, &[server.address]);
        assert_eq!(answer(&facts, DISPLAY, "MX")["absent"], how, "{lines}");
        let verdicts = verify(FARM, &[server.address]);
        assert_eq!((verdicts.run.code, verdicts.outcome("dns-no-mx")), (0, "fail"), "{lines}");
    }
}

#[test]
fn alias_chains_are_followed_up_to_a_limit() {
    // With a fault at each name, the server sends one alias per answer.
    let chain = |length: usize, fault: &str| {
        let step = |n: usize| {
            format!(
                "n{n}.fabrikam.test CNAME n{}.fabrikam.test\n n{n}.fabrikam.test {fault}\n",
                n + 1
            )
        };
        let steps: String = (1..length).map(step).collect();
        let end = format!("n{length}.fabrikam.test MX 10 sp1.fabrikam.test");
        format!(
            "fabrikam.test ZONE\n sp1.fabrikam.test A 192.0.2.21\n {DISPLAY} CNAME n1.fabrikam.test\n{steps}{end}"
        )
    };
    let answer_of = |zone: &str| {
        let server = DnsServer::start(zone);
        answer(&gather(FARM, &[server.address]), DISPLAY, "MX").clone()
    };
    let known = |answer: &Value| answer["known"].as_array().map(Vec::len);
    assert_eq!(
        known(&answer_of(&chain(20, "TXT x"))),
        Some(21),
        "in one answer"
    );
    assert_eq!(
        known(&answer_of(&chain(9, "FAULT slow:1"))),
        Some(10),
        "one by one"
    );
    let long = answer_of(&chain(10, "FAULT slow:1"));
    assert_eq!(
        long["failed"],
        json!({"kind": "limit-exceeded", "detail": "more than 8 CNAME records in a chain"})
    );
}

#[test]
fn an_alias_to_a_zone_of_another_server_is_undecided() {
    let zone = "fabrikam.test ZONE
        sp1.fabrikam.test A 192.0.2.21
        sharepoint.fabrikam.test CNAME mail.elsewhere.test";
    let server = DnsServer::start(zone);
    let facts = gather(FARM, &[server.address]);
    let why = text(&answer(&facts, DISPLAY, "MX")["failed"], "detail").to_owned();
    assert!(
        why.starts_with("its CNAME points to mail.elsewhere.test, which failed: REFUSED"),
        "{why}"
    );
    let verdicts = verify(FARM, &[server.address]);
    assert_eq!(
        (verdicts.outcome("dns-no-mx"), verdicts.run.code),
        ("undecided", 3)
    );
}

#[test]
fn large_answer_is_fetched_over_tcp() {
    let lines: String = (1..=80)
        .map(|n| format!("many.fabrikam.test A 10.1.0.{n}\n"))
        .collect();
    let zone = format!("{ZONE}\n{DISPLAY} MX 20 many.fabrikam.test\n{lines}");
    let server = DnsServer::start(&zone);
    let facts = gather(FARM, &[server.address]);
    assert_eq!(
        answer(&facts, "many.fabrikam.test", "A")["known"]
            .as_array()
            .map(Vec::len),
        Some(80)
    );
    assert!(
        server
            .questions()
            .contains(&("many.fabrikam.test".to_owned(), "A".to_owned(), true))
    );
}

/// The system's name servers can be removed safely only in a separate mount namespace.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs root"]
fn missing_name_servers_are_reported() {
    let folder = Folder::with_farm(FARM);
    folder.write("empty", "");
    let script = "mount --bind empty /etc/resolv.conf && touch mounted && exec \"$0\" verify dns --format json";
    let program = env!("CARGO_BIN_EXE_spinmail");
    let mut command = std::process::Command::new("unshare");
    command
        .args(["--mount", "sh", "-c", script, program])
        .current_dir(folder.path(""));
    let run = Run::of(command.output().expect("unshare runs"));
    assert!(folder.path("mounted").exists(), "{run:?}");
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(run.err.contains("DNS servers"), "{}", run.err);
    let verdicts = Verdicts::of(run);
    assert_eq!(
        (verdicts.rules_that("pass"), verdicts.rules_that("fail")),
        (vec![], vec![])
    );
}
