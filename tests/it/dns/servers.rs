//! Several name servers, and many questions.

use super::*;
use serde_json::json;
use std::time::{Duration, Instant};

/// Returns the verdicts of all rules except the one about the servers' agreement.
fn said_by_others(verdicts: &Verdicts) -> Vec<String> {
    let others = verdicts
        .list
        .iter()
        .filter(|verdict| verdict["rule"] != "dns-servers-disagree");
    others
        .map(|verdict| {
            ["rule", "subject", "outcome"]
                .map(|field| text(verdict, field))
                .join(" ")
        })
        .collect()
}

#[test]
fn servers_that_agree_pass() {
    let (one, two) = (DnsServer::start(ZONE), DnsServer::start(ZONE));
    let verdicts = verify(FARM, &[one.address, two.address]);
    assert_eq!(verdicts.run.code, 0);
    assert_eq!(
        verdicts.said("dns-servers-disagree"),
        ["sharepoint.fabrikam.test pass", "sp1.fabrikam.test pass"]
    );
    assert_eq!(
        one.questions().len(),
        two.questions().len(),
        "each is asked everything"
    );
}

#[test]
fn servers_that_disagree_fail() {
    let behind = ZONE.replace("192.0.2.21", "192.0.2.99");
    let (one, two) = (DnsServer::start(ZONE), DnsServer::start(&behind));
    let verdicts = verify(FARM, &[one.address, two.address]);
    assert_eq!(
        verdicts.said("dns-servers-disagree"),
        ["sharepoint.fabrikam.test pass", "sp1.fabrikam.test fail"]
    );
    let shown = verdicts.run.out.clone();
    assert!(
        shown.contains("A 192.0.2.21") && shown.contains("A 192.0.2.99"),
        "{shown}"
    );
    assert_eq!(verdicts.run.code, 0, "a warning");
}

#[test]
fn a_name_server_named_twice_is_one() {
    let server = DnsServer::start(ZONE);
    let verdicts = verify(FARM, &[server.address, server.address]);
    assert_eq!(verdicts.outcome("dns-servers-disagree"), "not-applicable");
}

#[test]
fn dead_server_leaves_only_agreement_undecided() {
    let zone = ZONE.to_owned()
        + "sharepoint.fabrikam.test MX 20 sp2.fabrikam.test\n sp2.fabrikam.test A 192.0.2.22";
    let good = DnsServer::start(&zone);
    let silent = DnsServer::start(&(zone + "\n* FAULT silent"));
    let alone = verify(FARM, &[good.address]);
    for other in [dead_port(), silent.address] {
        for servers in [[good.address, other], [other, good.address]] {
            let verdicts = verify(FARM, &servers);
            assert_eq!(verdicts.rules_that("undecided"), ["dns-servers-disagree"]);
            assert_eq!(
                sorted(said_by_others(&verdicts)),
                sorted(said_by_others(&alone))
            );
        }
    }
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

#[test]
#[ignore = "needs IPv6"]
fn dead_server_does_not_hide_ipv6() {
    let (_listener, port) = listening_port();
    let farm = format!("{FARM}\n[probe]\nsmtp-port = {port}\n");
    let good = DnsServer::start(&(ZONE.to_owned() + "sp1.fabrikam.test AAAA ::1"));
    let verdicts = verify(&farm, &[dead_port(), good.address]);
    assert_eq!(verdicts.said("dns-ipv6-silent"), ["sp1.fabrikam.test pass"]);
}

#[test]
fn fault_at_one_server_is_a_finding() {
    let null = "fabrikam.test ZONE
        sharepoint.fabrikam.test MX 0 .
        sp1.fabrikam.test A 192.0.2.21";
    let (good, null) = (DnsServer::start(ZONE), DnsServer::start(null));
    for servers in [[good.address, null.address], [null.address, good.address]] {
        let verdicts = verify(FARM, &servers);
        assert_eq!(verdicts.run.code, 1);
        assert_eq!(verdicts.outcome("dns-null-mx"), "fail");
        assert_eq!(verdicts.outcome("dns-no-mx"), "pass");
        assert!(
            verdicts
                .said("dns-mx-elsewhere")
                .contains(&"sp1.fabrikam.test pass".to_owned())
        );
        assert!(
            verdicts
                .said("dns-servers-disagree")
                .contains(&"sharepoint.fabrikam.test fail".to_owned())
        );
        assert!(verdicts.run.out.contains(&format!(
            "MX sharepoint.fabrikam.test from {}",
            null.address
        )));
    }
}

#[test]
fn address_at_one_server_makes_a_missing_mx_pass() {
    let zone = |lines: &str| {
        DnsServer::start(&format!(
            "fabrikam.test ZONE\n sp1.fabrikam.test A 192.0.2.21\n{lines}"
        ))
    };
    let (address, nothing) = (zone("sharepoint.fabrikam.test A 192.0.2.21"), zone(""));
    let farm = FARM.replace("mail-from-outside = true", "mail-from-outside = false");
    for servers in [
        [address.address, nothing.address],
        [nothing.address, address.address],
    ] {
        let verdicts = verify(&farm, &servers);
        assert_eq!(verdicts.outcome("dns-no-mx"), "pass");
        let disagree = verdicts.said("dns-servers-disagree");
        assert!(
            disagree.contains(&"sharepoint.fabrikam.test fail".to_owned()),
            "{disagree:?}"
        );
    }
}

/// Returns the farm with this number of servers.
fn big_farm(count: usize) -> String {
    let server = |n: usize| format!("\n[[server]]\nname = \"wfe{n}.fabrikam.test\"\n");
    FARM.to_owned() + &(0..count).map(server).collect::<String>()
}

#[test]
fn silent_server_is_waited_for_once() {
    let lines: String = (0..20)
        .map(|n| format!("wfe{n}.fabrikam.test A 10.2.0.{n}\n"))
        .collect();
    let zone = format!("{ZONE}\n{lines}");
    let good = DnsServer::start(&zone);
    let silent = DnsServer::start(&format!("{zone}\n* FAULT slow:150 silent"));
    let facts = gather(&big_farm(20), &[silent.address, good.address]);
    let lookups = facts["dns"]["lookups"].as_array().expect("lookups");
    let of = |server: &DnsServer| {
        let address = server.address.to_string();
        lookups
            .iter()
            .filter(|lookup| lookup["server"] == address)
            .collect::<Vec<_>>()
    };
    let timed_out = json!({"kind": "timed-out", "detail": "timed out after 600ms"});
    // Twenty names with three record types each, and two names with four.
    assert_eq!(of(&silent).len(), 68);
    assert!(
        of(&silent)
            .iter()
            .all(|lookup| lookup["answer"]["failed"] == timed_out)
    );
    assert!(
        of(&good)
            .iter()
            .all(|lookup| lookup["answer"].get("failed").is_none())
    );
    assert!(silent.most_at_once() >= 60, "{}", silent.most_at_once());
}

#[test]
fn one_deadline_bounds_everything() {
    let silent = DnsServer::start(&format!("{ZONE}\n* FAULT silent"));
    let folder = folder(&big_farm(150), &[silent.address]);
    let start = Instant::now();
    let run = folder.run(&["gather", "dns"]);
    // Eight rounds of questions would follow. The limit is three timeouts plus reserve for a busy
    // machine.
    assert!(
        start.elapsed() < Duration::from_millis(3 * 600 + 2400),
        "{:?}",
        start.elapsed()
    );
    assert!(run.out.contains("not answered before the deadline"));
    folder.write("facts.json", run.out);
    let run = folder.run(&["verify", "dns", "--facts", "facts.json", "--format", "json"]);
    assert_eq!(run.code, 3);
    assert!(run.out.contains("gave no usable answer to any question"));
}
