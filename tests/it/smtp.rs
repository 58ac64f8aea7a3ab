//! `verify smtp` with servers that follow a scripted dialogue.

use crate::dns_server::DnsServer;
use crate::smtp_server::{Certificates, Dialogue, Gate, HOST, SmtpServer};
use crate::support::{Folder, Run, root};
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};

const ZONE: &str = "fabrikam.test ZONE
    sharepoint.fabrikam.test MX 10 sp1.fabrikam.test
    sp1.fabrikam.test A 127.0.0.1";

/// Returns the ids of the rules about SMTP servers.
pub fn rules() -> impl Iterator<Item = &'static str> {
    spinmail::testing::rules::all()
        .filter(|rule| rule.area == spinmail::testing::rules::Area::Smtp)
        .map(|rule| rule.id)
}

/// The commands that may be sent to a server. DATA and BDAT, which would send mail, are not among
/// them.
const HARMLESS: [&str; 7] = [
    "EHLO [",
    "HELO [",
    "STARTTLS",
    "MAIL FROM:<>",
    "RCPT TO:<spinmail-probe@",
    "RSET",
    "QUIT",
];

/// Returns a farm with one SMTP server, which is looked up at the tests' name server.
fn farm(dns: &DnsServer, port: u16, timeout: &str) -> String {
    format!(
        r#"[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.test"
drop-folder = 'C:\inetpub\mailroot\drop'

[[server]]
name = "{HOST}"
smtp-service = true

[[web-application]]
name = "Intranet"
maximum-message-size = "2 MB"

[probe]
dns-servers = ["{}"]
smtp-port = {port}
timeout = "{timeout}"
ca-file = "ca.pem"
"#,
        dns.address
    )
}

fn folder(farm: &str) -> Folder {
    let folder = Folder::with_farm(farm);
    folder.write("ca.pem", &Certificates::shared().authority);
    folder
}

fn verify(farm: &str) -> Run {
    folder(farm).run(&["verify", "smtp", "--format", "json"])
}

fn with_zone(zone: &str, server: &SmtpServer, timeout: &str) -> Run {
    let dns = DnsServer::start(zone);
    let run = verify(&farm(&dns, server.address.port(), timeout));
    assert_harmless(server);
    run
}

fn with_dialogue(dialogue: &Dialogue) -> Run {
    with_zone(ZONE, &SmtpServer::start(dialogue), &dialogue.timeout)
}

#[track_caller]
fn assert_harmless(server: &SmtpServer) {
    for command in server.received().iter().flatten() {
        assert!(
            HARMLESS.iter().any(|known| command.starts_with(known)),
            "said {command}"
        );
    }
}

fn verdicts(run: &Run) -> Vec<Value> {
    run.json()["verdicts"]
        .as_array()
        .cloned()
        .unwrap_or_else(|| panic!("no verdicts: {run:?}"))
}

/// Returns the only verdict of a rule.
fn verdict(run: &Run, rule: &str) -> Value {
    let mut found: Vec<Value> = verdicts(run)
        .into_iter()
        .filter(|verdict| verdict["rule"] == rule)
        .collect();
    assert_eq!(found.len(), 1, "{rule}: {run:?}");
    found.remove(0)
}

/// Returns the outcome of each rule for one subject.
fn outcomes(run: &Run, subject: &str) -> BTreeMap<String, String> {
    let of_subject = verdicts(run)
        .into_iter()
        .filter(|verdict| verdict["subject"] == subject);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    of_subject
        .map(|verdict| (text(&verdict["rule"]), text(&verdict["outcome"])))
        .collect()
}

/// Returns the outcomes if every rule passes, except the given ones.
fn passing_but(others: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut all = every_rule("pass");
    for (rule, outcome) in others {
        assert!(
            all.insert(rule.clone(), outcome.clone()).is_some(),
            "no rule is {rule}"
        );
    }
    all
}

fn every_rule(outcome: &str) -> BTreeMap<String, String> {
    rules()
        .map(|rule| (rule.to_owned(), outcome.to_owned()))
        .collect()
}

/// Returns the expected exit status: 1 for a finding of severity error, otherwise 3 for an
/// undecided rule.
fn exit_status(run: &Run) -> i32 {
    let verdicts = verdicts(run);
    let is = |verdict: &Value, outcome: &str| verdict["outcome"] == outcome;
    if verdicts
        .iter()
        .any(|verdict| is(verdict, "fail") && verdict["severity"] == "error")
    {
        1
    } else if verdicts.iter().any(|verdict| is(verdict, "undecided")) {
        3
    } else {
        0
    }
}

/// Describes the wrong verdicts of a dialogue, or returns `None` if there are none.
fn wrong_verdicts(name: &str) -> Option<String> {
    let dialogue = Dialogue::named(name);
    let server = SmtpServer::start(&dialogue);
    let dns = DnsServer::start(ZONE);
    let folder = folder(&farm(&dns, server.address.port(), &dialogue.timeout));
    let gathered = folder.run(&["gather", "smtp", "--out", "facts.json"]);
    let run = folder.run(&[
        "verify",
        "smtp",
        "--facts",
        "facts.json",
        "--format",
        "json",
    ]);
    assert_harmless(&server);
    let found = outcomes(&run, &format!("{HOST} {}", server.address));
    let expected = passing_but(&dialogue.expected);
    let differing: Vec<_> = found
        .iter()
        .filter(|(rule, outcome)| expected.get(*rule) != Some(outcome))
        .collect();
    let posted = posted(&folder);
    let as_posted = all_outcomes(&posted) == all_outcomes(&run) && posted.code == run.code;
    let sound =
        gathered.code == 0 && found == expected && run.code == exit_status(&run) && as_posted;
    (!sound).then(|| {
        format!(
            "{name} ({}): {differing:?}\n{}\n{}",
            run.code, run.out, posted.out
        )
    })
}

/// Judges the redacted facts.
fn posted(folder: &Folder) -> Run {
    let run = folder.run(&[
        "gather",
        "--facts",
        "facts.json",
        "--redact",
        "--out",
        "posted.json",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    let all = folder.read("posted.json") + &folder.read("posted.farm.toml");
    assert!(!all.to_lowercase().contains("fabrikam"), "{all}");
    folder.run(&[
        "verify",
        "smtp",
        "--file",
        "posted.farm.toml",
        "--facts",
        "posted.json",
        "--format",
        "json",
    ])
}

/// Returns rules and outcomes, without their subjects.
fn all_outcomes(run: &Run) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    verdicts(run)
        .iter()
        .map(|verdict| (text(&verdict["rule"]), text(&verdict["outcome"])))
        .collect()
}

#[test]
fn every_dialogue_has_its_expected_findings() {
    let entries = std::fs::read_dir(root().join("tests/dialogues"))
        .unwrap()
        .map(Result::unwrap);
    let names: Vec<String> = entries
        .map(|entry| {
            entry
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert!(names.len() > 50);
    // The tests mostly wait, so they run in parallel.
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> = names
            .chunks(names.len().div_ceil(6))
            .map(|part| {
                scope.spawn(|| {
                    part.iter()
                        .filter_map(|name| wrong_verdicts(name))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap())
            .collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_question_has_a_transaction_of_its_own() {
    let server = SmtpServer::start(&Dialogue::named("microsoft"));
    with_zone(ZONE, &server, "3s");
    let whole = [
        "EHLO [127.0.0.1]",
        "MAIL FROM:<>",
        "RCPT TO:<spinmail-probe@sharepoint.fabrikam.test>",
        "RSET",
        "MAIL FROM:<>",
        "RCPT TO:<spinmail-probe@spinmail-check.invalid>",
        "RSET",
        "QUIT",
    ];
    assert_eq!(server.received(), [whole]);
}

#[test]
fn commands_wait_for_their_replies() {
    // A client that pipelines its commands would send all of them before the first reply.
    let text =
        "MAIL | {wait 200} | 250 OK\nRCPT | {wait 100} | 550 relaying denied\nlike microsoft";
    let server = SmtpServer::start(&Dialogue::parse(text));
    let run = with_zone(ZONE, &server, "3s");
    assert_eq!(verdict(&run, "smtp-refuses-recipient")["outcome"], "fail");
    assert_eq!(server.received()[0].len(), 8);
}

#[test]
fn ehlo_is_repeated_after_the_handshake() {
    let server = SmtpServer::start(&Dialogue::named("tls-good"));
    let run = with_zone(ZONE, &server, "3s");
    assert_eq!(
        verdict(&run, "smtp-tls-broken")["outcome"],
        "pass",
        "{run:?}"
    );
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(
        received[0][..4],
        [
            "EHLO [127.0.0.1]",
            "STARTTLS",
            "EHLO [127.0.0.1]",
            "MAIL FROM:<>"
        ]
    );
}

#[test]
fn a_failed_handshake_costs_one_more_conversation() {
    let server = SmtpServer::start(&Dialogue::named("starttls-closes"));
    with_zone(ZONE, &server, "3s");
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0], ["EHLO [127.0.0.1]", "STARTTLS"]);
    assert_eq!(
        received[1].first().map(String::as_str),
        Some("EHLO [127.0.0.1]")
    );
    assert!(!received[1].contains(&"STARTTLS".to_owned()));
}

#[test]
fn gathered_facts_are_judged_as_the_live_servers_are() {
    // The message about an expired certificate contains the time of the check to the second.
    let server = SmtpServer::start(&Dialogue::named("tls-wrong-name"));
    let dns = DnsServer::start(ZONE);
    let folder = Folder::with_farm(&farm(&dns, server.address.port(), "3s"));
    folder.write("ca.pem", &Certificates::shared().authority);
    let live = folder.run(&["verify", "smtp", "--format", "json"]);
    let gathered = folder.run(&["gather", "smtp", "--out", "facts.json"]);
    assert_eq!(gathered.code, 0, "{gathered:?}");
    drop(server);
    let again = folder.run(&[
        "verify",
        "smtp",
        "--facts",
        "facts.json",
        "--format",
        "json",
    ]);
    assert_eq!(again.judgement(), live.judgement());
}

#[test]
fn fault_of_a_certificate_is_named() {
    for (dialogue, what) in [
        ("tls-wrong-name", "other.fabrikam.test"),
        ("tls-unknown", "authority that this machine does not trust"),
        ("tls-expired", "has expired"),
    ] {
        let run = with_dialogue(&Dialogue::named(dialogue));
        let evidence = verdict(&run, "smtp-tls-broken")["evidence"][0]["observed"].to_string();
        assert!(evidence.contains(what), "{dialogue}: {evidence}");
    }
}

#[test]
fn without_authorities_the_certificate_is_undecided_and_the_rest_is_judged() {
    let server = SmtpServer::start(&Dialogue::named("tls-good"));
    let dns = DnsServer::start(ZONE);
    let text = farm(&dns, server.address.port(), "3s").replace("ca-file = \"ca.pem\"\n", "");
    let folder = Folder::with_farm(&text);
    let empty = folder.write("empty.pem", "");
    let mut command = folder.command(&["verify", "smtp", "--format", "json"]);
    let run = Run::of(
        command
            .env("SSL_CERT_FILE", &empty)
            .env_remove("SSL_CERT_DIR")
            .output()
            .unwrap(),
    );
    // The system's authorities can be replaced only where OpenSSL's variables are used.
    let expected = if cfg!(target_os = "linux") {
        "undecided"
    } else {
        "fail"
    };
    assert_eq!(
        verdict(&run, "smtp-tls-broken")["outcome"],
        expected,
        "{run:?}"
    );
    assert_eq!(verdict(&run, "smtp-refuses-recipient")["outcome"], "pass");
}

#[test]
fn an_unusable_file_of_authorities_is_an_error_of_the_farm_file() {
    let server = SmtpServer::start(&Dialogue::named("microsoft"));
    let dns = DnsServer::start(ZONE);
    for content in [
        None,
        Some(""),
        Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    ] {
        let folder = Folder::with_farm(&farm(&dns, server.address.port(), "3s"));
        if let Some(content) = content {
            folder.write("ca.pem", content);
        }
        let run = folder.run(&["verify", "smtp"]);
        assert!(run.err.contains("ca.pem"), "{run:?}");
        assert_ne!(run.code, 0);
    }
    assert!(server.received().is_empty());
}

#[test]
fn the_reply_is_shown_as_evidence() {
    let run = with_dialogue(&Dialogue::named("microsoft-no-alias-domain"));
    let verdict = verdict(&run, "smtp-refuses-recipient");
    let observed = "550 5.7.1 Unable to relay for spinmail-probe@sharepoint.fabrikam.test";
    assert_eq!(verdict["evidence"][0]["observed"], observed);
    let remedy = verdict["remedy"]["text"].as_str().unwrap();
    assert!(remedy.contains("type Alias"), "{remedy}");
}

/// The server may be on its own relay list; its replies then prove nothing about its domains.
#[test]
fn relaying_for_the_server_itself_is_undecided() {
    let run = with_dialogue(&Dialogue::named("microsoft-relay-open"));
    let relay = verdict(&run, "smtp-open-relay")["message"].to_string();
    assert!(relay.contains("the server itself asked"), "{relay}");
    let recipient = verdict(&run, "smtp-refuses-recipient")["message"].to_string();
    assert!(
        recipient.contains("every recipient from 127.0.0.1"),
        "{recipient}"
    );
}

#[test]
fn control_characters_of_a_greeting_are_escaped() {
    let dialogue = Dialogue::parse("greeting | \\x1b]0;owned\\x07 SSH");
    let server = SmtpServer::start(&dialogue);
    let dns = DnsServer::start(ZONE);
    let folder = Folder::with_farm(&farm(&dns, server.address.port(), "3s"));
    folder.write("ca.pem", &Certificates::shared().authority);
    let run = folder.run(&["verify", "smtp"]);
    assert!(run.out.contains("owned"), "{}", run.out);
    assert!(!run.out.contains(['\u{1b}', '\u{7}']), "{:?}", run.out);
}

#[test]
fn a_refused_connection_is_reported_as_closed() {
    let dns = DnsServer::start(ZONE);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let run = verify(&farm(&dns, port, "3s"));
    let mut expected = every_rule("not-applicable");
    expected.insert("smtp-closed".to_owned(), "fail".to_owned());
    assert_eq!(
        outcomes(&run, &format!("{HOST} 127.0.0.1:{port}")),
        expected
    );
    assert_eq!(run.code, 1);
}

#[test]
fn unresolved_addresses_are_undecided() {
    let server = SmtpServer::start(&Dialogue::named("microsoft"));
    let zone = |faults: &str| format!("{ZONE}\n{faults}");
    // Neither address family resolves.
    let run = with_zone(&zone("sp1.fabrikam.test FAULT servfail"), &server, "1s");
    assert_eq!(outcomes(&run, HOST), every_rule("undecided"));
    assert_eq!(run.code, 3);
    // One address family resolves.
    let run = with_zone(
        &zone("sp1.fabrikam.test FAULT/AAAA servfail"),
        &server,
        "1s",
    );
    assert_eq!(outcomes(&run, HOST), every_rule("undecided"));
    assert_eq!(verdicts(&run).len(), 2 * rules().count());
    // It is not known which hosts receive the mail.
    let run = with_zone(
        &zone("sharepoint.fabrikam.test FAULT/MX servfail"),
        &server,
        "1s",
    );
    assert_eq!(
        outcomes(&run, "sharepoint.fabrikam.test"),
        every_rule("undecided")
    );
    assert_eq!(verdicts(&run).len(), 2 * rules().count());
}

#[test]
fn a_host_without_address_is_not_asked() {
    let server = SmtpServer::start(&Dialogue::named("microsoft"));
    let run = with_zone(
        "fabrikam.test ZONE\nsharepoint.fabrikam.test MX 10 sp1.fabrikam.test",
        &server,
        "3s",
    );
    let mut wanted = every_rule("not-applicable");
    wanted.insert("dns-mx-no-address".to_owned(), "fail".to_owned());
    assert_eq!(outcomes(&run, HOST), wanted);
    assert_eq!(run.code, 1);
    assert!(server.received().is_empty());
}

/// A short name means a different machine wherever it is looked up, so no server is asked, and the
/// rules are undecided.
#[test]
fn short_names_are_undecided() {
    let server = SmtpServer::start(&Dialogue::named("microsoft"));
    let dns = DnsServer::start(ZONE);
    let text = farm(&dns, server.address.port(), "3s");
    let run = verify(&text.replace(HOST, "sp1"));
    assert_eq!(outcomes(&run, "sp1"), every_rule("undecided"), "{run:?}");
    assert_eq!(run.code, 3, "{run:?}");
    let run = verify(&text.replace("sharepoint.fabrikam.test", "sharepoint"));
    let mut asked = every_rule("undecided");
    for rule in ["smtp-refuses-recipient", "smtp-defers-recipient"] {
        asked.remove(rule);
    }
    assert_eq!(outcomes(&run, "sharepoint"), asked);
    assert_eq!(
        outcomes(&run, &format!("{HOST} {}", server.address))["smtp-closed"],
        "pass"
    );
}

#[test]
fn answer_of_one_name_server_is_enough() {
    let server = SmtpServer::start(&Dialogue::named("microsoft"));
    let good = DnsServer::start(ZONE);
    let bad = DnsServer::start(
        "fabrikam.test ZONE\nsharepoint.fabrikam.test FAULT servfail\nsp1.fabrikam.test FAULT servfail",
    );
    let port = server.address.port();
    let both = format!("\"{}\", \"{}\"", good.address, bad.address);
    let run = verify(&farm(&good, port, "3s").replace(&format!("\"{}\"", good.address), &both));
    assert_eq!(verdicts(&run).len(), rules().count(), "{run:?}");
    assert_eq!(run.code, 0);
}

#[test]
fn every_exchanger_is_asked_and_without_an_mx_the_domain_itself() {
    let server = SmtpServer::start(&Dialogue::named("microsoft"));
    let subject = |host: &str| format!("{host} {}", server.address);
    let zone = format!(
        "{ZONE}\nsharepoint.fabrikam.test MX 20 filter.fabrikam.test\nfilter.fabrikam.test A 127.0.0.1"
    );
    let run = with_zone(&zone, &server, "3s");
    let filter = outcomes(&run, &subject("filter.fabrikam.test"));
    assert_eq!(filter["smtp-refuses-recipient"], "pass");
    // The host is not recorded, so no product is expected.
    assert_eq!(filter["smtp-other-product"], "not-applicable");
    let zone =
        "fabrikam.test ZONE\nsharepoint.fabrikam.test A 127.0.0.1\nsp1.fabrikam.test A 127.0.0.1";
    let run = with_zone(zone, &server, "3s");
    assert_eq!(
        outcomes(&run, &subject("sharepoint.fabrikam.test"))["smtp-refuses-recipient"],
        "pass"
    );
}

/// A name may have more addresses than any real mail server. The addresses that are not asked leave
/// rules undecided.
#[test]
fn addresses_beyond_the_limit_are_undecided() {
    let server = SmtpServer::start(&Dialogue::parse("greeting | 421 4.3.2 later | {close}"));
    let mut zone = ZONE.to_owned();
    for at in 0..300 {
        zone += &format!(
            "\nsharepoint.fabrikam.test MX 20 mx{}.fabrikam.test",
            at % 20
        );
        zone += &format!(
            "\nmx{}.fabrikam.test A 127.0.{}.{}",
            at % 20,
            1 + at / 200,
            1 + at % 200
        );
    }
    let run = with_zone(&zone, &server, "3s");
    let verdicts = verdicts(&run);
    let of_rule = verdicts
        .iter()
        .filter(|verdict| verdict["rule"] == "smtp-closed");
    let (passed, others): (Vec<_>, Vec<_>) =
        of_rule.partition(|verdict| verdict["outcome"] == "pass");
    assert_eq!((passed.len(), others.len()), (0, 301));
    assert!(
        others
            .iter()
            .any(|verdict| verdict["message"] == "it was not asked; `spinmail gather smtp` asks it")
    );
}

/// Returns listeners on IPv4 and IPv6 with the same port.
fn both_families() -> (TcpListener, TcpListener) {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).expect("this test needs IPv6 on loopback");
    for _ in 0..50 {
        let four = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        if let Ok(six) = TcpListener::bind((Ipv6Addr::LOCALHOST, four.local_addr().unwrap().port()))
        {
            return (four, six);
        }
    }
    panic!("no port is free for both families");
}

const BOTH: &str = "fabrikam.test ZONE
    sharepoint.fabrikam.test MX 10 sp1.fabrikam.test
    sp1.fabrikam.test A 127.0.0.1
    sp1.fabrikam.test AAAA ::1";

#[test]
#[ignore = "needs IPv6"]
fn each_address_is_asked_separately() {
    let (four, six) = both_families();
    let four = SmtpServer::start_on(four, &Dialogue::named("microsoft"), Gate::of(1));
    let six = SmtpServer::start_on(
        six,
        &Dialogue::named("microsoft-no-alias-domain"),
        Gate::of(1),
    );
    let run = with_zone(BOTH, &four, "3s");
    assert_eq!(
        outcomes(&run, &format!("{HOST} {}", four.address))["smtp-refuses-recipient"],
        "pass"
    );
    assert_eq!(
        outcomes(&run, &format!("{HOST} {}", six.address))["smtp-refuses-recipient"],
        "fail"
    );
    assert_eq!(six.received()[0][0], "EHLO [IPv6:::1]");
    assert_harmless(&six);
}

#[test]
#[ignore = "needs IPv6"]
fn ipv6_may_be_silent_or_closed_while_ipv4_answers() {
    let (four, six) = both_families();
    let good = Dialogue::named("microsoft");
    let four = SmtpServer::start_on(four, &good, Gate::of(1));
    let six = SmtpServer::start_on(six, &Dialogue::named("silent"), Gate::of(1));
    let subjects = [
        format!("{HOST} {}", four.address),
        format!("{HOST} {}", six.address),
    ];
    let run = with_zone(BOTH, &four, "1s");
    assert_eq!(outcomes(&run, &subjects[0]), passing_but(&good.expected));
    assert_eq!(outcomes(&run, &subjects[1]), every_rule("undecided"));
    drop(six);
    let run = with_zone(BOTH, &four, "3s");
    assert_eq!(outcomes(&run, &subjects[0]), passing_but(&good.expected));
    // One finding for each address.
    assert_eq!(
        outcomes(&run, &subjects[1])["smtp-closed"],
        "not-applicable"
    );
    assert_eq!(verdict(&run, "dns-ipv6-silent")["outcome"], "fail");
}

/// No client is greeted until all twenty are connected, including that of the silent server. So
/// they are asked in parallel, and the silent server delays no other.
#[test]
#[ignore = "needs IPv6"]
fn twenty_servers_are_asked_at_once() {
    let (four, six) = both_families();
    let gate = Gate::of(20);
    let patient = Dialogue::parse(
        "greeting | {meet} | 220 sp1 Microsoft ESMTP MAIL Service, Version: 8.5.9600.16384 ready\nlike microsoft",
    );
    let four = SmtpServer::start_on(four, &patient, gate.clone());
    let six = SmtpServer::start_on(six, &Dialogue::named("silent"), gate);
    // The silent server comes first, so a sequential client would not get past it.
    let mut zone =
        "fabrikam.test ZONE\nsharepoint.fabrikam.test MX 10 a-silent.fabrikam.test\n".to_owned();
    zone += "a-silent.fabrikam.test AAAA ::1\nsp1.fabrikam.test A 127.0.0.1\n";
    for at in 2..=19 {
        zone += &format!(
            "sharepoint.fabrikam.test MX 20 sp{at}.fabrikam.test\nsp{at}.fabrikam.test A 127.0.0.1\n"
        );
    }
    let run = with_zone(&zone, &four, "4s");
    let asked = four.received();
    assert_eq!(asked.len(), 19, "{run:?}");
    assert!(
        asked
            .iter()
            .all(|commands| commands.last().is_some_and(|last| last == "QUIT")),
        "{asked:?}"
    );
    assert!(six.received().is_empty());
}
