//! Tests every rule about DNS with each outcome: fail, pass, not applicable, undecided.

use super::*;

/// Returns the farm with changes: each pair is a text and its replacement.
fn farm_with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(FARM.to_owned(), |farm, (old, new)| {
        assert!(farm.contains(old), "{old} is not in the farm");
        farm.replace(old, new)
    })
}

/// Returns a zone with the sound server and these lines.
fn zone_of(lines: &str) -> String {
    format!(
        "fabrikam.test ZONE\n sp1.fabrikam.test A 192.0.2.21\n sp2.fabrikam.test A 192.0.2.22\n{lines}"
    )
}

#[test]
fn a_sound_farm_has_no_findings() {
    let verdicts = verify_zone(FARM, ZONE);
    assert_eq!((verdicts.run.code, verdicts.run.err.as_str()), (0, ""));
    let silent = [
        "dns-ipv6-silent",
        "dns-mail-host-loops",
        "dns-mx-private",
        "dns-servers-disagree",
    ];
    for rule in spinmail::testing::rules::all().filter(|rule| rule.id.starts_with("dns-")) {
        let outcome = if silent.contains(&rule.id) {
            "not-applicable"
        } else {
            "pass"
        };
        let outcomes: Vec<&str> = verdicts
            .by(rule.id)
            .map(|verdict| text(verdict, "outcome"))
            // The display address has no address record of its own.
            .filter(|outcome| rule.id != "dns-loopback" || *outcome != "not-applicable")
            .collect();
        assert!(
            !outcomes.is_empty() && outcomes.iter().all(|each| *each == outcome),
            "{}: {outcomes:?}",
            rule.id
        );
    }
}

#[test]
fn every_rule_has_its_outcome_for_a_zone() {
    // The lines of the zone, the rule, and its verdicts.
    for (lines, rule, said) in [
        (
            "sharepoint A 192.0.2.21",
            "dns-no-mx",
            &["sharepoint fail"][..],
        ),
        (
            "sharepoint MX 0 .",
            "dns-no-mx",
            &["sharepoint not-applicable"],
        ),
        ("sharepoint MX 0 .", "dns-null-mx", &["sharepoint fail"]),
        (
            "sharepoint MX 0 .",
            "dns-null-mx-with-others",
            &["sharepoint not-applicable"],
        ),
        (
            "sharepoint MX 0 .",
            "dns-mx-no-address",
            &["sharepoint not-applicable"],
        ),
        (
            "sharepoint MX 0 .",
            "dns-mx-order",
            &["sharepoint not-applicable"],
        ),
        (
            "sharepoint A 192.0.2.1",
            "dns-null-mx",
            &["sharepoint not-applicable"],
        ),
        (
            "sharepoint A 192.0.2.1",
            "dns-null-mx-with-others",
            &["sharepoint not-applicable"],
        ),
        (
            "sharepoint MX 0 .\nsharepoint MX 10 sp1",
            "dns-null-mx-with-others",
            &["sharepoint fail"],
        ),
        (
            "sharepoint MX 0 .\nsharepoint MX 10 sp1",
            "dns-null-mx",
            &["sharepoint pass"],
        ),
        (
            "sharepoint MX 0 .\nsharepoint MX 10 sp1",
            "dns-no-mx",
            &["sharepoint pass"],
        ),
        (
            "sharepoint MX 0 .\nsharepoint MX 10 sp1",
            "dns-mx-order",
            &["sharepoint not-applicable"],
        ),
        (
            "sharepoint MX 0 .\nsharepoint MX 10 sp1",
            "dns-mx-elsewhere",
            &["sp1 pass"],
        ),
        ("sharepoint MX 0 sp1", "dns-null-mx", &["sharepoint pass"]),
        (
            "sharepoint CNAME sp1\nsharepoint MX 10 sp1",
            "dns-alias-and-mx",
            &["sharepoint fail"],
        ),
        (
            "sharepoint CNAME mail\nmail MX 10 sp1",
            "dns-alias-and-mx",
            &["sharepoint pass"],
        ),
        (
            "sharepoint CNAME mail\nmail MX 10 sp1",
            "dns-no-mx",
            &["sharepoint pass"],
        ),
        (
            "sharepoint CNAME mail\nmail MX 10 sp1",
            "dns-mx-elsewhere",
            &["sp1 pass"],
        ),
        (
            "sharepoint MX 10 mail\nmail CNAME sp1",
            "dns-mx-is-alias",
            &["mail fail"],
        ),
        (
            "sharepoint MX 10 mail\nmail CNAME sp1",
            "dns-mx-elsewhere",
            &["mail pass"],
        ),
        ("sharepoint MX 10 gone", "dns-mx-no-address", &["gone fail"]),
        ("sharepoint MX 10 gone", "dns-mx-is-alias", &["gone pass"]),
        (
            "sharepoint MX 10 gone",
            "dns-mx-elsewhere",
            &["gone not-applicable"],
        ),
        (
            "sharepoint MX 10 gone",
            "dns-mx-without-service",
            &["incoming-email.display-address not-applicable"],
        ),
        (
            "sharepoint MX 10 mail\nmail CNAME gone",
            "dns-mx-no-address",
            &["mail fail"],
        ),
        (
            "sharepoint MX 10 mail\nmail TXT x",
            "dns-mx-no-address",
            &["mail fail"],
        ),
        (
            "sharepoint MX 10 mail\nmail A 10.9.9.9",
            "dns-mx-elsewhere",
            &["mail fail"],
        ),
        (
            "sharepoint MX 10 mail\nmail A 10.9.9.9",
            "dns-mx-without-service",
            &["incoming-email.display-address not-applicable"],
        ),
        (
            "sharepoint MX 10 mail\nmail A 192.0.2.21",
            "dns-mx-elsewhere",
            &["mail pass"],
        ),
        (
            "sharepoint MX 10 sharepoint\nsharepoint A 192.0.2.21",
            "dns-mx-elsewhere",
            &["sharepoint pass"],
        ),
        (
            "sharepoint MX 10 sharepoint\nsharepoint A 192.0.2.21",
            "dns-mx-is-alias",
            &["sharepoint pass"],
        ),
        (
            "sharepoint MX 10 sp1\nsharepoint MX 20 sp2",
            "dns-mx-elsewhere",
            &["sp1 pass", "sp2 fail"],
        ),
        (
            "sharepoint MX 10 sp1\nsharepoint MX 10 sp2",
            "dns-mx-order",
            &["sharepoint fail"],
        ),
        (
            "sharepoint MX 10 sp1\nsharepoint MX 20 sp1",
            "dns-mx-order",
            &["sharepoint pass"],
        ),
        (
            "sharepoint MX 10 sp1\nsharepoint MX 20 sp1",
            "dns-mx-elsewhere",
            &["sp1 pass"],
        ),
        (
            "sharepoint A 192.0.2.1",
            "dns-mx-order",
            &["sharepoint not-applicable"],
        ),
        (
            "sharepoint MX 10 lost\nlost A 127.0.0.1",
            "dns-loopback",
            &["sharepoint not-applicable", "lost fail", "sp1 pass"],
        ),
        (
            "sharepoint MX 10 lost\nlost AAAA ::",
            "dns-loopback",
            &["sharepoint not-applicable", "lost fail", "sp1 pass"],
        ),
        (
            "sharepoint A 224.0.0.5",
            "dns-loopback",
            &["sharepoint fail", "sp1 pass"],
        ),
        (
            "sharepoint AAAA ::ffff:127.0.0.1",
            "dns-loopback",
            &["sharepoint fail", "sp1 pass"],
        ),
    ] {
        let full = |word: &str| match word {
            "sharepoint" | "sp1" | "sp2" | "mail" | "gone" | "lost" => {
                format!("{word}.fabrikam.test")
            }
            _ => word.to_owned(),
        };
        let full_line = |line: &str| line.split(' ').map(full).collect::<Vec<_>>().join(" ");
        let lines: String = lines.lines().map(|line| full_line(line) + "\n").collect();
        let said: Vec<String> = said.iter().map(|line| full_line(line)).collect();
        assert_eq!(
            verify_zone(FARM, &zone_of(&lines)).said(rule),
            said,
            "{rule} of\n{lines}"
        );
    }
}

#[test]
fn every_rule_has_its_outcome_for_a_farm() {
    let good = ZONE.to_owned() + "sp2.fabrikam.test A 192.0.2.22";
    let no_display = ("display-address = \"sharepoint.fabrikam.test\"", "");
    let no_dms = ("service = \"yes\"", "service = \"no\"");
    let other = ("smtp-server = \"sp1", "smtp-server = \"sp2");
    let gone = ("smtp-server = \"sp1", "smtp-server = \"gone");
    let smtp_unknown = ("smtp-service = true", "");
    let smtp_off = (
        "smtp-service = true\n",
        "smtp-service = false\n[[server]]\nname = \"sp9.fabrikam.test\"\nsmtp-service = true\n",
    );
    let service_off = (
        "incoming-email-service = true",
        "incoming-email-service = false",
    );
    let service_unknown = ("incoming-email-service = true", "");
    let share = (r"'C:\inetpub\mailroot\drop'", r"'\\files\drop'");
    let short = ("name = \"sp1.fabrikam.test\"", "name = \"sp1\"");
    for (change, rule, outcome) in [
        (no_display, "dns-no-mx", "not-applicable"),
        (no_display, "dns-null-mx", "not-applicable"),
        (no_display, "dns-alias-and-mx", "not-applicable"),
        (no_display, "dns-mx-is-address", "not-applicable"),
        (no_display, "dns-mx-is-alias", "not-applicable"),
        (no_display, "dns-mx-order", "not-applicable"),
        (no_dms, "dns-smtp-server-no-address", "not-applicable"),
        (no_dms, "dns-smtp-server-elsewhere", "not-applicable"),
        (other, "dns-smtp-server-no-address", "pass"),
        (other, "dns-smtp-server-elsewhere", "fail"),
        (gone, "dns-smtp-server-no-address", "fail"),
        (gone, "dns-smtp-server-elsewhere", "not-applicable"),
        (smtp_unknown, "dns-mx-elsewhere", "pass"),
        (smtp_off, "dns-mx-elsewhere", "pass"),
        (service_off, "dns-mx-without-service", "not-applicable"),
        (service_unknown, "dns-mx-without-service", "undecided"),
        (share, "dns-mx-without-service", "pass"),
        (short, "dns-mx-elsewhere", "undecided"),
        (short, "dns-smtp-server-elsewhere", "undecided"),
    ] {
        let verdicts = verify_zone(&farm_with(&[change]), &good);
        assert_eq!(
            verdicts.outcome(rule),
            outcome,
            "{rule}, {change:?}: {}",
            verdicts.message(rule)
        );
    }
}

#[test]
fn severity_of_a_missing_mx_depends_on_the_recorded_topology() {
    let inside = ("mail-from-outside = true", "mail-from-outside = false");
    let unsaid = ("mail-from-outside = true", "");
    // No outside name server is known, so an error is not proved.
    for (change, address, outcome) in [
        (None, true, "warning"),
        (None, false, "warning"),
        (Some(inside), true, "pass"),
        (Some(unsaid), true, "pass"),
        (Some(inside), false, "warning"),
    ] {
        let lines = if address {
            "sharepoint.fabrikam.test A 192.0.2.21"
        } else {
            ""
        };
        let verdicts = verify_zone(&farm_with(change.as_slice()), &zone_of(lines));
        let verdict = verdicts.only("dns-no-mx");
        let said = match text(verdict, "outcome") {
            "fail" => text(verdict, "severity"),
            other => other,
        };
        assert_eq!(
            (said, verdicts.run.code),
            (outcome, 0),
            "{change:?} {address}"
        );
    }
}

#[test]
fn the_record_is_offered_only_where_it_can_be_added() {
    let actions = |lines: &str, farm: &str| {
        let verdicts = verify_zone(farm, &zone_of(lines));
        verdicts.only("dns-no-mx")["remedy"]["actions"].clone()
    };
    let offered = actions("sharepoint.fabrikam.test A 192.0.2.21", FARM);
    assert_eq!(
        (&offered[0]["zone"], &offered[0]["exchange"]),
        (&"fabrikam.test".into(), &"sp1.fabrikam.test".into())
    );
    let none = serde_json::json!([]);
    assert_eq!(
        actions("sharepoint.fabrikam.test CNAME sp1.fabrikam.test", FARM),
        none,
        "an alias may not have"
    );
    let lost = farm_with(&[("sharepoint.fabrikam.test", "sharepoint.nowhere.test")]);
    assert_eq!(actions("test ZONE", &lost), none, "in a top-level domain");
}

#[test]
fn an_mx_of_the_root_is_a_null_mx_only_with_preference_0() {
    let verdicts = verify_zone(FARM, &zone_of("sharepoint.fabrikam.test MX 10 ."));
    assert_eq!(verdicts.run.code, 1);
    assert_eq!(verdicts.rules_that("fail"), ["dns-mx-no-address"]);
    assert_eq!(verdicts.rules_that("undecided"), [""; 0]);
    assert_eq!(verdicts.outcome("dns-null-mx"), "pass");
    assert_eq!(verdicts.said("dns-mx-no-address"), [". fail"]);
    let both = "sharepoint.fabrikam.test MX 0 .\n sharepoint.fabrikam.test MX 10 .";
    let verdicts = verify_zone(FARM, &zone_of(both));
    assert_eq!(
        verdicts.rules_that("fail"),
        ["dns-null-mx-with-others", "dns-mx-no-address"]
    );
    assert_eq!(verdicts.rules_that("undecided"), [""; 0]);
}

#[test]
fn an_address_instead_of_a_name_is_found() {
    let server = DnsServer::start(&zone_of("sharepoint.fabrikam.test MX 10 192.0.2.21"));
    let verdicts = verify(FARM, &[server.address]);
    assert_eq!(verdicts.said("dns-mx-is-address"), ["192.0.2.21 fail"]);
    for rule in [
        "dns-mx-is-alias",
        "dns-mx-no-address",
        "dns-mx-elsewhere",
        "dns-mx-without-service",
    ] {
        assert_eq!(verdicts.outcome(rule), "not-applicable", "{rule}");
    }
    let questions = server.questions();
    assert!(
        questions
            .iter()
            .all(|(name, ..)| name.ends_with("fabrikam.test")),
        "{questions:?}"
    );
}

#[test]
fn preferences_of_exchangers_are_reported() {
    let zone = |second: u16| {
        zone_of(&format!(
            "sharepoint.fabrikam.test MX 10 sp2.fabrikam.test\n sharepoint.fabrikam.test MX {second} sp1.fabrikam.test"
        ))
    };
    let verdicts = verify_zone(FARM, &zone(10));
    assert!(
        verdicts
            .message("dns-mx-order")
            .contains("one of `sp1.fabrikam.test` and `sp2.fabrikam.test` (10)")
    );
    assert_eq!(text(verdicts.only("dns-mx-order"), "severity"), "note");
    let verdicts = verify_zone(FARM, &zone(5));
    let order = "`sp1.fabrikam.test` (5), then, if that fails, to `sp2.fabrikam.test` (10)";
    assert!(
        verdicts.message("dns-mx-order").contains(order),
        "{}",
        verdicts.message("dns-mx-order")
    );
}

#[test]
#[ignore = "needs IPv6"]
fn ipv6_addresses_are_probed_for_a_listener() {
    let (listener, port) = listening_port();
    let farm = format!("{FARM}\n[probe]\nsmtp-port = {port}\n");
    let zone = ZONE.to_owned() + "sp1.fabrikam.test AAAA ::1";
    assert_eq!(
        verify_zone(&farm, &zone).said("dns-ipv6-silent"),
        ["sp1.fabrikam.test pass"]
    );
    drop(listener);
    let verdicts = verify_zone(&farm, &zone);
    assert_eq!(verdicts.said("dns-ipv6-silent"), ["sp1.fabrikam.test fail"]);
    assert_eq!(
        text(verdicts.only("dns-ipv6-silent"), "severity"),
        "warning"
    );
    assert!(
        verdicts
            .message("dns-ipv6-silent")
            .contains(&format!("on port {port}"))
    );
    // Without an MX record, mail goes to the addresses of the domain itself.
    let implicit = zone_of(
        "sharepoint.fabrikam.test AAAA ::1
        sp1.fabrikam.test AAAA ::1",
    );
    let said = verify_zone(&farm, &implicit).said("dns-ipv6-silent");
    assert_eq!(
        said,
        ["sharepoint.fabrikam.test fail", "sp1.fabrikam.test fail"]
    );
}

#[test]
fn an_exchanger_with_ipv6_only_is_found() {
    let zone = "fabrikam.test ZONE
        sharepoint.fabrikam.test MX 10 sp1.fabrikam.test
        sp1.fabrikam.test AAAA 2001:db8::21";
    let verdicts = verify_zone(FARM, zone);
    for rule in [
        "dns-mx-no-address",
        "dns-mx-elsewhere",
        "dns-smtp-server-no-address",
    ] {
        assert_eq!(verdicts.outcome(rule), "pass", "{rule}");
    }
    // Documentation addresses are not routed, so silence from them proves nothing.
    assert_eq!(verdicts.outcome("dns-ipv6-silent"), "undecided");
    assert_eq!(verdicts.run.code, 3);
}

#[test]
fn names_are_read_in_every_spelling() {
    let dotted = farm_with(&[
        (
            "display-address = \"sharepoint.fabrikam.test\"",
            "display-address = \"SharePoint.Fabrikam.test.\"",
        ),
        (
            "smtp-server = \"sp1.fabrikam.test\"",
            "smtp-server = \"SP1.fabrikam.test.\"",
        ),
    ]);
    let server = DnsServer::start(ZONE);
    let verdicts = verify(&dotted, &[server.address]);
    assert_eq!(verdicts.run.code, 0, "{:#?}", verdicts.list);
    assert_eq!(
        verdicts.said("dns-no-mx"),
        ["SharePoint.Fabrikam.test. pass"]
    );
    assert_eq!(verdicts.outcome("dns-smtp-server-elsewhere"), "pass");
    let names = ["sharepoint.fabrikam.test", "sp1.fabrikam.test"];
    let questions = server.questions();
    assert!(
        questions
            .iter()
            .all(|(name, ..)| names.contains(&name.as_str())),
        "{questions:?}"
    );
}

#[test]
fn names_in_unicode_are_converted() {
    let farm = farm_with(&[("\"sharepoint.fabrikam.test\"", "\"bücher.fabrikam.test\"")]);
    let server = DnsServer::start(&zone_of("bücher.fabrikam.test A 127.0.0.1"));
    let folder = folder(&farm, &[server.address]);
    let verdicts = Verdicts::of(folder.run(&["verify", "dns", "--format", "json"]));
    assert_eq!(verdicts.said("dns-no-mx"), ["bücher.fabrikam.test fail"]);
    assert_eq!(
        verdicts.said("dns-loopback"),
        ["bücher.fabrikam.test fail", "sp1.fabrikam.test pass"]
    );
    let shown = folder.run(&["verify", "dns"]).out;
    assert!(
        shown.contains("warning[dns-no-mx]: `bücher.fabrikam.test` has no MX record"),
        "{shown}"
    );
    assert!(
        shown.contains("error[dns-loopback]: `bücher.fabrikam.test` resolves to 127.0.0.1"),
        "{shown}"
    );
    let questions = server.questions();
    assert!(
        questions
            .iter()
            .any(|(name, kind, _)| name == "xn--bcher-kva.fabrikam.test" && kind == "MX")
    );
}

/// A short name means a different name on every machine, and the program cannot know how it is
/// completed.
#[test]
fn short_names_are_not_asked_for() {
    let server = DnsServer::start(ZONE);
    let farm = FARM.replace(".fabrikam.test", "");
    let verdicts = verify(&farm, &[server.address]);
    assert_eq!(server.questions(), []);
    assert_eq!(verdicts.outcome("dns-no-mx"), "not-applicable");
    assert_eq!(
        verdicts.outcome("dns-smtp-server-no-address"),
        "not-applicable"
    );
    assert_eq!(verdicts.rules_that("pass"), [""; 0]);
    assert_eq!(verdicts.run.code, 0);
}

#[test]
fn one_of_two_address_queries_proves_only_its_half() {
    let zone = |mail: &str| {
        zone_of(&format!(
            "sharepoint.fabrikam.test MX 10 mail.fabrikam.test\n{mail}"
        ))
    };
    let verdicts = verify_zone(
        FARM,
        &zone("mail.fabrikam.test AAAA 2001:db8::9\n mail.fabrikam.test FAULT/A servfail"),
    );
    assert_eq!(verdicts.outcome("dns-mx-no-address"), "pass");
    assert_eq!(
        verdicts.outcome("dns-mx-elsewhere"),
        "undecided",
        "its IPv4 address may be sp1's"
    );
    assert_eq!(verdicts.outcome("dns-mx-without-service"), "undecided");
    assert!(
        verdicts
            .said("dns-loopback")
            .contains(&"mail.fabrikam.test undecided".to_owned())
    );
    // A shared address or a loopback address is proved without the other address family.
    let verdicts = verify_zone(
        FARM,
        &zone("mail.fabrikam.test A 192.0.2.21\n mail.fabrikam.test FAULT/AAAA servfail"),
    );
    assert_eq!(verdicts.outcome("dns-mx-elsewhere"), "pass");
    let verdicts = verify_zone(
        FARM,
        &zone("mail.fabrikam.test A 127.0.0.9\n mail.fabrikam.test FAULT/AAAA servfail"),
    );
    assert!(
        verdicts
            .said("dns-loopback")
            .contains(&"mail.fabrikam.test fail".to_owned())
    );
    // One query returns no such name, the other no such record: both deny.
    let verdicts = verify_zone(
        FARM,
        &zone("mail.fabrikam.test TXT x\n mail.fabrikam.test FAULT/AAAA nxdomain"),
    );
    assert_eq!(verdicts.outcome("dns-mx-no-address"), "fail");
    let verdicts = verify_zone(
        FARM,
        &zone("mail.fabrikam.test A 192.0.2.21\n mail.fabrikam.test FAULT/AAAA nxdomain"),
    );
    assert_eq!(verdicts.outcome("dns-mx-no-address"), "pass");
}

#[test]
fn a_server_whose_address_is_not_known_may_be_the_exchanger() {
    let more = "\n[[server]]\nname = \"sp2.fabrikam.test\"\nsmtp-service = true\n";
    let zone = zone_of(
        "sharepoint.fabrikam.test MX 10 mail.fabrikam.test\n mail.fabrikam.test A 192.0.2.22",
    );
    let known = verify_zone(&(FARM.to_owned() + more), &zone);
    assert_eq!(known.outcome("dns-mx-elsewhere"), "pass");
    let open = verify_zone(
        &(FARM.to_owned() + more),
        &(zone + "\n sp2.fabrikam.test FAULT silent"),
    );
    assert_eq!(open.outcome("dns-mx-elsewhere"), "undecided");
    // A server of the farm is identified by its name, not by its addresses.
    let farm = farm_with(&[("smtp-service = true", "smtp-service = false")]) + more;
    let open = verify_zone(
        &farm,
        &zone_of(
            "sharepoint.fabrikam.test MX 10 sp1.fabrikam.test\n sp2.fabrikam.test FAULT silent",
        ),
    );
    assert_eq!(open.outcome("dns-mx-elsewhere"), "pass");
}

/// A fault of the domain affects only that web application.
#[test]
fn domain_of_a_web_application_gets_warnings() {
    let own = |domain: &str| {
        format!("{FARM}\n[[web-application]]\nname = \"HR\"\nincoming-address = \"{domain}\"\n")
    };
    let zone = ZONE.to_owned() + "hr.fabrikam.test MX 10 gone.fabrikam.test";
    let verdicts = verify_zone(&own("hr.fabrikam.test"), &zone);
    assert_eq!(verdicts.run.code, 0);
    assert_eq!(
        verdicts.said("dns-mx-no-address"),
        ["sp1.fabrikam.test pass", "gone.fabrikam.test fail"]
    );
    let finding = verdicts
        .by("dns-mx-no-address")
        .find(|verdict| verdict["outcome"] == "fail")
        .expect("the finding");
    assert_eq!(text(finding, "severity"), "warning");
    assert_eq!(
        finding["about"]["setting"],
        "web-application.HR.incoming-address"
    );
    // A server's own name needs no MX record.
    let verdicts = verify_zone(&own("sp1.fabrikam.test"), ZONE);
    assert_eq!(
        verdicts.said("dns-no-mx"),
        ["sharepoint.fabrikam.test pass"]
    );
}
