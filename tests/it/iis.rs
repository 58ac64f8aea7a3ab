//! The SMTP service's settings: gathered from copied metabases, and judged.

use crate::support::{Folder, Run, root};
use serde_json::{Value, json};

const FARM: &str = r#"
[farm]
name = "fabrikam"
version = "2016"
[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.com"
drop-folder = 'c:/Inetpub/mailroot/drop/'
[[server]]
name = "sp1.fabrikam.com"
os = "2016"
smtp-service = true
incoming-email-service = true
[[web-application]]
name = "Intranet"
maximum-message-size = "2 MB"
# So that mail is known to go to the server, without DNS.
[[mail-host]]
name = "mail.fabrikam.com"
passes-to = ["sp1.fabrikam.com"]
by = "smart-host"
"#;

fn metabase(name: &str) -> String {
    root()
        .join("crates/iis-metabase/tests/samples")
        .join(name)
        .to_string_lossy()
        .into_owned()
}

/// Returns the verdicts of a run as `RULE SUBJECT OUTCOME`, without questions that the file cannot
/// answer.
fn outcomes(run: &Run) -> Vec<String> {
    let verdicts = run.json()["verdicts"]
        .as_array()
        .cloned()
        .unwrap_or_else(|| panic!("no verdicts: {run:?}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    verdicts
        .iter()
        .map(|verdict| {
            let subject = text(&verdict["subject"]);
            let place = subject
                .split(' ')
                .nth(1)
                .map(|place| format!(" {place}"))
                .unwrap_or_default();
            format!(
                "{}{place} {}",
                text(&verdict["rule"]),
                text(&verdict["outcome"])
            )
        })
        .collect()
}

/// Returns the failures among the outcomes.
fn failures(outcomes: &[String]) -> Vec<&str> {
    let failures = outcomes
        .iter()
        .filter_map(|line| line.strip_suffix(" fail"));
    failures.collect()
}

/// Verifies a farm against a copied metabase.
fn verified(farm: &str, metabase: &str) -> Run {
    let folder = Folder::with_farm(farm);
    folder.run(&[
        "verify",
        "alias-domains",
        "--metabase",
        metabase,
        "--format",
        "json",
    ])
}

#[test]
fn faults_in_copied_metabases_are_found() {
    for (name, expected) in [
        ("alias.xml", &[][..]),
        ("default-domain.xml", &["iis-relay-list-odd SmtpSvc/1"]),
        ("remote-domain.xml", &["iis-domain-not-alias SmtpSvc/1"]),
        ("server-2022.xml", &[]),
    ] {
        let run = verified(FARM, &metabase(name));
        let outcomes = outcomes(&run);
        assert_eq!(failures(&outcomes), expected, "{name}: {outcomes:#?}");
        // A copy contains neither the services nor the folders.
        for rule in [
            "iis-service-stopped",
            "iis-startup-manual",
            "iis-queue-stuck SmtpSvc/1",
            "iis-bad-mail SmtpSvc/1",
        ] {
            assert!(
                outcomes.contains(&format!("{rule} undecided")),
                "{name}: {rule}: {outcomes:#?}"
            );
        }
    }
}

#[test]
fn virtual_server_is_not_guessed_among_several() {
    let farm = FARM.replace("sharepoint.fabrikam.com", "docs.fabrikam.com");
    let stopped = std::fs::read_to_string(metabase("several-servers.xml")).expect("a metabase");
    let folder = Folder::with_farm(&farm);
    folder.write(
        "started.xml",
        stopped.replace("ServerAutoStart=\"FALSE\"", "ServerAutoStart=\"TRUE\""),
    );
    let started = folder.path("started.xml");
    let run = verified(&farm, &started.to_string_lossy());
    let outcomes = outcomes(&run);
    // The second virtual server has the domain, the first does not; both listen on port 25.
    assert!(
        outcomes.contains(&"iis-alias-domain-missing SmtpSvc/2 pass".to_owned()),
        "{outcomes:#?}"
    );
    assert!(
        outcomes.contains(&"iis-alias-domain-missing SmtpSvc/1 undecided".to_owned()),
        "{outcomes:#?}"
    );
    assert!(
        failures(&outcomes).contains(&"iis-several-servers"),
        "{outcomes:#?}"
    );
    // A stopped virtual server is not a route: the running one lacks the domain.
    let run = verified(&farm, &metabase("several-servers.xml"));
    let outcomes = self::outcomes(&run);
    assert!(
        failures(&outcomes).contains(&"iis-alias-domain-missing SmtpSvc/1"),
        "{outcomes:#?}"
    );
    assert!(
        !failures(&outcomes)
            .iter()
            .any(|line| line.starts_with("iis-server-stopped")),
        "{outcomes:#?}"
    );
    let run = verified(FARM, &started.to_string_lossy());
    let outcomes = self::outcomes(&run);
    // Neither has the domain, so no virtual server delivers the mail.
    for place in ["SmtpSvc/1", "SmtpSvc/2"] {
        assert!(
            failures(&outcomes).contains(&format!("iis-alias-domain-missing {place}").as_str()),
            "{outcomes:#?}"
        );
    }
}

/// The 80 bytes that a published script writes: one mask and no address.
const BARE_MASK: &str = concat!(
    "18000080200000803c00008044000080010000004c0000000000000000000000010000000000000002000000",
    "0100000004000000000000004c00008000000000000000000000000000000000ffffffff",
);

/// Returns a metabase of one virtual server with these attributes and domains.
fn one_server(attributes: &str, domains: &[(&str, &str)]) -> String {
    let domains = domains.iter().map(|(name, action)| {
        format!(
            "<IIsSmtpDomain Location =\"/LM/SmtpSvc/1/Domain/{name}\" RouteAction=\"{action}\" />\n"
        )
    });
    format!(
        "<configuration><MBProperty>\n<IIsSmtpService Location =\"/LM/SmtpSvc\" />\n\
         <IIsSmtpServer Location =\"/LM/SmtpSvc/1\" {attributes} />\n{}</MBProperty></configuration>",
        domains.collect::<String>()
    )
}

#[test]
fn each_setting_has_its_verdict() {
    const DROP: &str = r#"DropDirectory="C:\inetpub\mailroot\Drop""#;
    let alias = [("sharepoint.fabrikam.com", "16")];
    let unicode = FARM.replace("sharepoint.fabrikam.com", "bücher.fabrikam.com");
    let share = FARM.replace("'c:/Inetpub/mailroot/drop/'", r"'\\sp1\drop'");
    let own = FARM.replace(
        "incoming-email-service = true",
        "incoming-email-service = true\ndrop-folder = 'D:\\own'",
    );
    let relay = FARM.replace(
        "incoming-email-service = true",
        "incoming-email-service = false",
    );
    let large = FARM.replace("2 MB", "50 MB");
    let middle = FARM.replace("2 MB", "20 MB");
    let machine = FARM.replace("\"sharepoint.fabrikam.com\"", "\"sp1.fabrikam.com\"");
    // 10.0.0.1 is denied and no address is granted, in the layout of the samples.
    const DENIES: &str = "RelayIpList=\"18000080340000803c00008044000080010000004c00000001000000010000000200000002000000\
                          04000000000000004c000080000000000000000000000000000000000000000000000000ffffffff0a000001\"";
    let bare_mask = format!("RelayIpList=\"{BARE_MASK}\"");
    for (what, farm, attributes, domains, expected) in [
        (
            "sound",
            FARM,
            DROP,
            &alias[..],
            "iis-alias-domain-missing SmtpSvc/1 pass",
        ),
        (
            "another case",
            FARM,
            DROP,
            &[("SHAREPOINT.Fabrikam.COM", "16")],
            "iis-alias-domain-missing SmtpSvc/1 pass",
        ),
        (
            "the default",
            FARM,
            r#"DefaultDomain="SharePoint.fabrikam.com""#,
            &[],
            "iis-alias-domain-missing SmtpSvc/1 pass",
        ),
        (
            "another domain",
            FARM,
            DROP,
            &[("fabrikam.com", "16")],
            "iis-alias-domain-missing SmtpSvc/1 fail",
        ),
        (
            "a longer domain",
            FARM,
            DROP,
            &[("x.sharepoint.fabrikam.com", "16")],
            "iis-alias-domain-missing SmtpSvc/1 fail",
        ),
        (
            "a wildcard",
            FARM,
            DROP,
            &[("*.fabrikam.com", "16")],
            "iis-alias-domain-missing SmtpSvc/1 undecided",
        ),
        (
            "remote",
            FARM,
            DROP,
            &[("sharepoint.fabrikam.com", "0x1000")],
            "iis-domain-not-alias SmtpSvc/1 fail",
        ),
        (
            "remote",
            FARM,
            DROP,
            &[("sharepoint.fabrikam.com", "2")],
            "iis-alias-domain-missing SmtpSvc/1 not-applicable",
        ),
        (
            "remote",
            FARM,
            DROP,
            &[("sharepoint.fabrikam.com", "2")],
            "iis-drop-directory-differs SmtpSvc/1 not-applicable",
        ),
        (
            "alias wins",
            FARM,
            DROP,
            &[("sharepoint.fabrikam.com", "18")],
            "iis-domain-not-alias SmtpSvc/1 pass",
        ),
        (
            "symbols",
            FARM,
            DROP,
            &[("sharepoint.fabrikam.com", "SMTP_ALIAS")],
            "iis-domain-not-alias SmtpSvc/1 pass",
        ),
        (
            "nonsense",
            FARM,
            DROP,
            &[("sharepoint.fabrikam.com", "ALIAS!")],
            "iis-domain-not-alias SmtpSvc/1 undecided",
        ),
        (
            "punycode",
            &unicode,
            DROP,
            &[("xn--bcher-kva.fabrikam.com", "16")],
            "iis-alias-domain-missing SmtpSvc/1 pass",
        ),
        (
            "elsewhere",
            FARM,
            r#"DropDirectory="D:\Drop""#,
            &alias,
            "iis-drop-directory-differs SmtpSvc/1 fail",
        ),
        (
            "no folder",
            FARM,
            "",
            &alias,
            "iis-drop-directory-differs SmtpSvc/1 undecided",
        ),
        (
            "a variable",
            FARM,
            r#"DropDirectory="%Drive%\Drop""#,
            &alias,
            "iis-drop-directory-differs SmtpSvc/1 undecided",
        ),
        (
            "short names",
            FARM,
            r#"DropDirectory="C:\Inetpub\MAILRO~1\Drop""#,
            &alias,
            "iis-drop-directory-differs SmtpSvc/1 undecided",
        ),
        (
            "a final dot",
            FARM,
            DROP,
            &[("sharepoint.fabrikam.com.", "16")],
            "iis-alias-domain-missing SmtpSvc/1 undecided",
        ),
        (
            "a space behind it",
            FARM,
            DROP,
            &[("sharepoint.fabrikam.com ", "16")],
            "iis-alias-domain-missing SmtpSvc/1 undecided",
        ),
        (
            "the default domain with a dot",
            FARM,
            r#"DefaultDomain="sharepoint.fabrikam.com.""#,
            &[],
            "iis-alias-domain-missing SmtpSvc/1 undecided",
        ),
        (
            "one of two with a dot",
            FARM,
            DROP,
            &[
                ("sharepoint.fabrikam.com.", "16"),
                ("sharepoint.fabrikam.com", "16"),
            ],
            "iis-alias-domain-missing SmtpSvc/1 pass",
        ),
        (
            "one mask and no address",
            FARM,
            &bare_mask,
            &alias,
            "iis-relay-open SmtpSvc/1 undecided",
        ),
        (
            "one mask and no address",
            FARM,
            &bare_mask,
            &alias,
            "iis-relay-list-odd SmtpSvc/1 fail",
        ),
        (
            "one mask and no address",
            FARM,
            &bare_mask,
            &alias,
            "iis-relay-list-corrupt SmtpSvc/1 pass",
        ),
        (
            "a share",
            &share,
            DROP,
            &alias,
            "iis-drop-directory-differs SmtpSvc/1 undecided",
        ),
        (
            "its own",
            &own,
            r#"DropDirectory="d:\OWN\""#,
            &alias,
            "iis-drop-directory-differs SmtpSvc/1 pass",
        ),
        (
            "its own",
            &own,
            DROP,
            &alias,
            "iis-drop-directory-differs SmtpSvc/1 fail",
        ),
        (
            "no server takes it",
            &relay,
            DROP,
            &alias,
            "iis-drop-directory-differs not-applicable",
        ),
        (
            "the default size",
            &large,
            DROP,
            &alias,
            "iis-size-small SmtpSvc/1 fail",
        ),
        (
            "the default size",
            FARM,
            DROP,
            &alias,
            "iis-size-small SmtpSvc/1 pass",
        ),
        (
            "no limit",
            &large,
            r#"MaxMessageSize="0""#,
            &alias,
            "iis-size-small SmtpSvc/1 pass",
        ),
        (
            "open",
            FARM,
            r#"RelayIpList="""#,
            &alias,
            "iis-relay-open SmtpSvc/1 fail",
        ),
        (
            "no list",
            FARM,
            DROP,
            &alias,
            "iis-relay-open SmtpSvc/1 pass",
        ),
        (
            "broken",
            FARM,
            r#"RelayIpList="1800""#,
            &alias,
            "iis-relay-list-corrupt SmtpSvc/1 fail",
        ),
        (
            "broken",
            FARM,
            r#"RelayIpList="1800""#,
            &alias,
            "iis-relay-open SmtpSvc/1 not-applicable",
        ),
        (
            "flags",
            FARM,
            r#"AuthFlags="6""#,
            &alias,
            "iis-anonymous-off SmtpSvc/1 fail",
        ),
        (
            "flags",
            FARM,
            r#"AuthFlags="AuthMagic""#,
            &alias,
            "iis-anonymous-off SmtpSvc/1 undecided",
        ),
        (
            "not started",
            FARM,
            r#"ServerAutoStart="0""#,
            &alias,
            "iis-server-stopped SmtpSvc/1 fail",
        ),
        (
            "not said",
            FARM,
            DROP,
            &alias,
            "iis-server-stopped SmtpSvc/1 pass",
        ),
        (
            "unclear",
            FARM,
            r#"ServerAutoStart="perhaps""#,
            &alias,
            "iis-server-stopped SmtpSvc/1 undecided",
        ),
        (
            "an unclear state",
            FARM,
            r#"ServerState="?""#,
            &alias,
            "iis-server-stopped SmtpSvc/1 undecided",
        ),
        (
            "a strange state",
            FARM,
            r#"ServerState="9""#,
            &alias,
            "iis-server-stopped SmtpSvc/1 pass",
        ),
        (
            "paused",
            FARM,
            r#"ServerState="6""#,
            &alias,
            "iis-server-stopped SmtpSvc/1 fail",
        ),
        (
            "sent on",
            FARM,
            DROP,
            &[("*.fabrikam.com", "0")],
            "iis-alias-domain-missing SmtpSvc/1 fail",
        ),
        (
            "two spellings",
            FARM,
            DROP,
            &[
                ("sharepoint.fabrikam.com", "0"),
                ("sharepoint.fabrikam.com.", "16"),
            ],
            "iis-domain-not-alias SmtpSvc/1 undecided",
        ),
        (
            "the machine's own",
            &machine,
            DROP,
            &[],
            "iis-alias-domain-missing SmtpSvc/1 undecided",
        ),
        (
            "the machine's own",
            &machine,
            r#"DefaultDomain="a.b""#,
            &[],
            "iis-alias-domain-missing SmtpSvc/1 fail",
        ),
        (
            "its greeting's",
            FARM,
            r#"FullyQualifiedDomainName="sharepoint.fabrikam.com""#,
            &[],
            "iis-alias-domain-missing SmtpSvc/1 undecided",
        ),
        (
            "another size",
            &middle,
            DROP,
            &alias,
            "iis-size-small SmtpSvc/1 undecided",
        ),
        (
            "another size",
            &middle,
            r#"MaxMessageSize="2097152""#,
            &alias,
            "iis-size-small SmtpSvc/1 fail",
        ),
        (
            "another size",
            &middle,
            r#"MaxMessageSize="much""#,
            &alias,
            "iis-size-small SmtpSvc/1 undecided",
        ),
        (
            "but these",
            FARM,
            DENIES,
            &alias,
            "iis-relay-open SmtpSvc/1 fail",
        ),
        (
            "but these",
            FARM,
            DENIES,
            &alias,
            "iis-relay-list-odd SmtpSvc/1 pass",
        ),
        (
            "stopped",
            FARM,
            r#"ServerAutoStart="1" ServerState="4""#,
            &alias,
            "iis-server-stopped SmtpSvc/1 fail",
        ),
        (
            "port 26",
            FARM,
            r#"ServerBindings=":26:""#,
            &alias,
            "iis-not-port-25 fail",
        ),
        (
            "port 26",
            FARM,
            r#"ServerBindings=":26:""#,
            &alias,
            "iis-alias-domain-missing SmtpSvc/1 pass",
        ),
        (
            "port",
            FARM,
            r#"ServerBindings="nonsense""#,
            &alias,
            "iis-not-port-25 undecided",
        ),
    ] {
        let folder = Folder::with_farm(farm);
        folder.write("MetaBase.xml", one_server(attributes, domains));
        let run = folder.run(&[
            "verify",
            "iis",
            "--metabase",
            "MetaBase.xml",
            "--format",
            "json",
        ]);
        let outcomes = outcomes(&run);
        assert!(
            outcomes.contains(&expected.to_owned()),
            "{what}: {expected}: {outcomes:#?}"
        );
    }
}

/// Judges facts about the server.
fn judged(server: Value) -> Vec<String> {
    let folder = Folder::with_farm(FARM);
    folder.write(
        "facts.json",
        json!({"facts": 1, "iis": {"servers": [server]}}).to_string(),
    );
    outcomes(&folder.run(&["verify", "iis", "--facts", "facts.json", "--format", "json"]))
}

#[test]
fn services_and_folders_have_their_verdicts() {
    let service =
        |service: Value| judged(json!({"server": "SP1.fabrikam.com", "service": service}));
    let says = |outcomes: &[String], line: &str| {
        assert!(outcomes.contains(&line.to_owned()), "{line}: {outcomes:#?}")
    };
    says(
        &service(json!({"known": {"state": "running", "start": "automatic"}})),
        "iis-service-stopped pass",
    );
    says(
        &service(json!({"known": {"state": "stopped", "start": "automatic"}})),
        "iis-service-stopped fail",
    );
    says(
        &service(json!({"known": {"state": "between", "start": "disabled"}})),
        "iis-service-stopped undecided",
    );
    says(
        &service(json!({"known": {"state": "between", "start": "disabled"}})),
        "iis-startup-manual fail",
    );
    says(
        &service(json!({"failed": "access denied"})),
        "iis-service-stopped undecided",
    );
    let absent = service(json!({"absent": "not installed"}));
    says(&absent, "iis-service-stopped fail");
    // One cause is one error.
    assert_eq!(failures(&absent), ["iis-service-stopped"], "{absent:#?}");

    let metabase = json!({"known": {"encoding": "UTF-8", "service": {}, "servers": [
        {"number": 1, "properties": {}, "domains": [
            {"name": "sharepoint.fabrikam.com", "line": 1, "properties": {"RouteAction": {"raw": "16", "line": 1}}}
        ]}
    ]}});
    let folders = |queue: Value, drop: Value| {
        let folder = |role: &str, files: Value| json!({"virtual-server": 1, "role": role, "path": role, "files": files});
        judged(json!({
            "server": "sp1.fabrikam.com",
            "looked": "2026-11-25T12:00:00Z",
            "metabase": metabase,
            "folders": [folder("queue", queue), folder("drop", drop)],
        }))
    };
    let files = |count: u64, oldest: &str| json!({"known": {"count": count, "oldest": oldest, "newest": oldest}});
    let none = json!({"known": {"count": 0}});
    let stuck = |queue: Value, drop: Value, outcome: &str| {
        says(
            &folders(queue, drop),
            &format!("iis-queue-stuck SmtpSvc/1 {outcome}"),
        );
    };
    stuck(files(3, "2026-11-25T07:00:00Z"), none.clone(), "fail");
    // Outgoing mail waits for the next attempt; only mail older than the longest interval is
    // reported.
    stuck(files(3, "2026-11-25T11:00:00Z"), none.clone(), "pass");
    // A time after the observation decides nothing.
    stuck(files(3, "2026-11-25T13:00:00Z"), none.clone(), "undecided");
    stuck(files(3, "yesterday"), none.clone(), "undecided");
    stuck(none.clone(), json!({"failed": "access denied"}), "pass");
    stuck(
        json!({"absent": "no such folder"}),
        none.clone(),
        "undecided",
    );
    // One cause is one error.
    let mut remote = metabase.clone();
    *remote
        .pointer_mut("/known/servers/0/domains/0/properties/RouteAction/raw")
        .unwrap() = json!("0");
    let files = files(3, "2026-11-25T07:00:00Z");
    let folder = |role: &str, files: &Value| json!({"virtual-server": 1, "role": role, "path": role, "files": files});
    let folders = json!([folder("queue", &files), folder("drop", &none)]);
    let of = |metabase: &Value, state: &str| {
        judged(
            json!({"server": "sp1.fabrikam.com", "looked": "2026-11-25T12:00:00Z", "metabase": metabase, "folders": folders,
            "service": {"known": {"state": state, "start": "automatic"}}}),
        )
    };
    says(&of(&metabase, "running"), "iis-queue-stuck SmtpSvc/1 fail");
    says(
        &of(&metabase, "stopped"),
        "iis-queue-stuck SmtpSvc/1 not-applicable",
    );
    says(
        &of(&remote, "running"),
        "iis-queue-stuck SmtpSvc/1 not-applicable",
    );
}

#[test]
fn greeting_proves_that_the_service_runs() {
    const WINDOWS: &str =
        "220 SP1.fabrikam.com Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready";
    const TAKEN: &str = "250 2.1.0 <>....Sender OK";
    let judge = |server: Value, banner: &str, mail: &str| {
        let step = |said: &str, reply: &str| json!({"said": said, "reply": {"known": [reply]}});
        let mut steps = vec![
            step("", banner),
            step("EHLO [10.0.0.9]", "250 OK"),
            step("MAIL FROM:<>", mail),
        ];
        if mail == TAKEN {
            let recipient = "RCPT TO:<spinmail-probe@sharepoint.fabrikam.com>";
            steps.push(step(recipient, "250 2.1.5 OK"));
        }
        let talk = json!({"known": {"steps": steps, "tls": "not-asked"}});
        let mut server = server;
        server["server"] = json!("sp1.fabrikam.com");
        let facts = json!({"facts": 1, "iis": {"servers": [server]},
            "smtp": {"targets": [{"host": "sp1.fabrikam.com", "address": "10.0.0.2:25", "answer": talk}]}});
        let folder = Folder::with_farm(FARM);
        folder.write("facts.json", facts.to_string());
        outcomes(&folder.run(&["verify", "iis", "--facts", "facts.json", "--format", "json"]))
    };
    let says = |outcomes: &[String], line: &str| {
        assert!(outcomes.contains(&line.to_owned()), "{line}: {outcomes:#?}")
    };
    let heard = judge(json!({}), WINDOWS, TAKEN);
    for rule in [
        "iis-service-stopped",
        "iis-server-stopped",
        "iis-anonymous-off",
    ] {
        says(&heard, &format!("{rule} pass"));
        for banner in [
            "220 mx Postfix ESMTP",
            "220 Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready",
            "421 sp1.fabrikam.com Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608",
            // Another machine at the server's address, because of an old record or a load balancer.
            "220 sp2.fabrikam.com Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready",
            "220 sp1.tailspin.com Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready",
        ] {
            says(
                &judge(json!({}), banner, TAKEN),
                &format!("{rule} undecided"),
            );
        }
    }
    says(
        &judge(
            json!({}),
            &WINDOWS.replace("SP1.fabrikam.com", "SP1"),
            TAKEN,
        ),
        "iis-service-stopped pass",
    );
    says(
        &judge(
            json!({}),
            WINDOWS,
            "454 5.7.3 Client does not have permission",
        ),
        "iis-anonymous-off undecided",
    );
    // A greeting does not show the startup type, and an answer of the service manager takes
    // precedence.
    says(&heard, "iis-startup-manual undecided");
    says(
        &judge(
            json!({"service": {"failed": "access denied"}}),
            WINDOWS,
            TAKEN,
        ),
        "iis-service-stopped pass",
    );
    let stopped = json!({"known": {"state": "stopped", "start": "manual"}});
    says(
        &judge(json!({"service": stopped}), WINDOWS, TAKEN),
        "iis-service-stopped fail",
    );
    // A file may be out of date, and a greeting may be older than the file.
    let servers = |count: u32| {
        let off = json!({"ServerAutoStart": {"raw": "FALSE", "line": 1}, "AuthFlags": {"raw": "6", "line": 1}});
        let of = |number: u32| json!({"number": number, "properties": off, "domains": []});
        json!({"known": {"encoding": "UTF-8", "servers": (1..=count).map(of).collect::<Vec<_>>()}})
    };
    let one = judge(json!({"metabase": servers(1)}), WINDOWS, TAKEN);
    says(&one, "iis-server-stopped SmtpSvc/1 undecided");
    says(&one, "iis-anonymous-off SmtpSvc/1 fail");
    says(
        &judge(json!({"metabase": servers(2)}), WINDOWS, TAKEN),
        "iis-server-stopped SmtpSvc/2 fail",
    );
}

/// A value of any length may be inherited by every virtual server; its start is enough for a
/// report.
#[test]
fn long_values_are_cut_in_reports() {
    let long = "x".repeat(100_000);
    let raw = |raw: String| json!({"raw": raw, "line": 1});
    let service = json!({"DropDirectory": raw(format!(r"D:\{long}")), "DefaultDomain": raw(long.clone()),
        "AuthFlags": raw(long.clone()), "ServerBindings": raw(format!(":25: {long}")), "ServerComment": raw(long.clone()),
        "MaxMessageSize": raw(long.clone()), "RelayIpList": raw(long.clone())});
    let domains =
        json!([{"name": long, "line": 1, "properties": {"RouteAction": raw(long.clone())}}]);
    let servers: Vec<_> = (1..=20)
        .map(|number| json!({"number": number, "properties": {}, "domains": domains}))
        .collect();
    let metabase = json!({"known": {"encoding": "UTF-8", "service": service, "servers": servers}});
    let folder = Folder::with_farm(FARM);
    let facts = json!({"facts": 1, "iis": {"servers": [{"server": "sp1.fabrikam.com", "metabase": metabase}]}});
    folder.write("facts.json", facts.to_string());
    let run = folder.run(&["verify", "iis", "--facts", "facts.json", "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.len() < 300_000, "{}", run.out.len());
}

#[test]
fn odd_relay_lists_have_their_severities() {
    const LOOPBACK: &str = "18000080200000803c00008044000080010000004c000000000000000000000001000000010000000200000002000000\
                            04000000000000004c00008000000000000000000000000000000000ffffffff7f000001";
    for (list, severity) in [
        (LOOPBACK.replace("7f000001", "00000000"), "warning"),
        (BARE_MASK.to_owned(), "warning"),
        (format!("{LOOPBACK}00"), "note"),
    ] {
        let folder = Folder::with_farm(FARM);
        folder.write(
            "MetaBase.xml",
            one_server(&format!("RelayIpList=\"{list}\""), &[]),
        );
        let run = folder
            .run(&[
                "verify",
                "iis",
                "--metabase",
                "MetaBase.xml",
                "--format",
                "json",
            ])
            .json();
        let verdicts = run["verdicts"].as_array().unwrap().clone();
        let odd = verdicts
            .iter()
            .find(|verdict| verdict["rule"] == "iis-relay-list-odd")
            .unwrap();
        assert_eq!(
            (&odd["outcome"], &odd["severity"]),
            (&json!("fail"), &json!(severity)),
            "{odd:#}"
        );
    }
}

#[test]
fn a_metabase_without_smtp_is_one_finding() {
    let folder = Folder::with_farm(FARM);
    folder.write(
        "MetaBase.xml",
        "<configuration><MBProperty /></configuration>",
    );
    let run = folder.run(&[
        "verify",
        "iis",
        "--metabase",
        "MetaBase.xml",
        "--format",
        "json",
    ]);
    assert_eq!(failures(&outcomes(&run)), ["iis-server-stopped"], "{run:?}");
}

#[test]
fn the_server_is_named_and_recorded_in_facts() {
    let folder = Folder::with_farm(FARM);
    folder.write("MetaBase.xml", one_server("", &[]));
    let run = folder.run(&[
        "gather",
        "iis",
        "--metabase",
        "MetaBase.xml",
        "--server",
        "sp2.fabrikam.com",
    ]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.err.contains("records no server `sp2.fabrikam.com`"),
        "{run:?}"
    );
    assert!(
        run.err.contains("did you mean `sp1.fabrikam.com`?"),
        "{run:?}"
    );
    let run = folder.run(&[
        "gather",
        "iis",
        "--metabase",
        "nowhere.xml",
        "--server",
        "sp1.fabrikam.com",
    ]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
    assert!(run.err.contains("`nowhere.xml` does not exist"), "{run:?}");
    folder.write("broken.xml", "<configuration><MBProperty>");
    let run = folder.run(&["gather", "iis", "--metabase", "broken.xml"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.err
            .contains("`broken.xml` cannot be read as a metabase: line 1"),
        "{run:?}"
    );
    let run = folder.run(&[
        "gather",
        "iis",
        "--metabase",
        "MetaBase.xml",
        "--server",
        "SP1.Fabrikam.com",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        run.json()["iis"]["servers"][0]["server"],
        "sp1.fabrikam.com"
    );
}

/// Settings that cannot be read from this machine are reported and skipped, unless they are
/// requested.
#[cfg(not(windows))]
#[test]
fn settings_are_unreachable_from_other_machines() {
    let farm = FARM.replace(
        "[[web-application]]",
        "[probe]\ndns-servers = [\"127.0.0.1:1\"]\ntimeout = \"1s\"\n[[web-application]]",
    );
    let folder = Folder::with_farm(&farm);
    let run = folder.run(&["verify", "--format", "json"]);
    let report = run.json();
    let left_out = report["coverage"]["left-out"].as_array().expect("a list");
    let iis = left_out.iter().find(|each| each["area"] == "iis");
    assert_eq!(iis.expect("iis is left out")["reason"], "cannot-probe");
    assert!(
        !outcomes(&run).iter().any(|line| line.starts_with("iis-")),
        "{run:?}"
    );
    for arguments in [
        &["verify", "iis", "--format", "json"][..],
        &["verify", "--only", "iis", "--format", "json"],
    ] {
        let run = folder.run(arguments);
        let outcomes = outcomes(&run);
        let iis: Vec<_> = outcomes
            .iter()
            .filter(|line| line.starts_with("iis-"))
            .collect();
        assert!(
            !iis.is_empty() && iis.iter().all(|line| line.ends_with(" undecided")),
            "{outcomes:#?}"
        );
    }
}

#[test]
fn trace_shows_the_alias_domain() {
    let folder = Folder::with_farm(FARM);
    let remote = metabase("remote-domain.xml");
    let out = folder.path("facts.json").to_string_lossy().into_owned();
    assert_eq!(
        folder
            .run(&["gather", "iis", "--metabase", &remote, "--out", &out])
            .code,
        0
    );
    let run = folder.run(&[
        "trace",
        "docs@sharepoint.fabrikam.com",
        "--facts",
        "facts.json",
        "--format",
        "json",
    ]);
    let way = run.json();
    assert_eq!(way["end"]["hop"], "alias domain", "{way:#}");
    assert_eq!(way["end"]["rule"], "iis-domain-not-alias", "{way:#}");
    assert_eq!(run.code, 1);
}

/// The farm file does not cause a warning about what facts show.
#[test]
fn warnings_of_the_farm_file_yield_to_the_metabase() {
    const LOOPBACK: &str = "18000080200000803c00008044000080010000004c000000000000000000000001000000010000000200000002000000\
                            04000000000000004c00008000000000000000000000000000000000ffffffff7f000001";
    let farm = FARM.replace("os = \"2016\"", "os = \"2022\"");
    for (attributes, expected) in [
        (format!("RelayIpList=\"{LOOPBACK}\""), "not-applicable"),
        (String::new(), "fail"),
        ("RelayIpList=\"\"".to_owned(), "fail"),
        ("RelayIpList=\"1800\"".to_owned(), "fail"),
        (format!("RelayIpList=\"{BARE_MASK}\""), "fail"),
    ] {
        let folder = Folder::with_farm(&farm);
        let alias = [("sharepoint.fabrikam.com", "16")];
        folder.write("MetaBase.xml", one_server(&attributes, &alias));
        let run = folder.run(&[
            "verify",
            "farm",
            "page",
            "iis",
            "--metabase",
            "MetaBase.xml",
            "--format",
            "json",
        ]);
        let outcomes = outcomes(&run);
        let fault = format!("farm-os-relay-list-fault {expected}");
        assert!(outcomes.contains(&fault), "{attributes}: {outcomes:#?}");
        let needed = "page-alias-domain-needed not-applicable".to_owned();
        assert!(outcomes.contains(&needed), "{attributes}: {outcomes:#?}");
    }
}

/// Returns the verdicts on the Windows service for facts of these servers, the oldest first.
fn said_of_service(farm: &str, seen: &[(&str, &str)]) -> Vec<String> {
    let folder = Folder::with_farm(farm);
    let mut arguments = vec!["verify".to_owned(), "iis".to_owned()];
    for (at, (server, state)) in seen.iter().enumerate() {
        let file = format!("{at}.json");
        let facts = json!({"facts": 2, "gathered": format!("2026-11-2{at}T08:00:00Z"),
            "iis": {"servers": [{"server": server,
                "service": {"known": {"state": state, "start": "automatic"}}}]}});
        folder.write(&file, facts.to_string());
        arguments.extend(["--facts".to_owned(), file]);
    }
    arguments.extend(["--format".to_owned(), "json".to_owned()]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut said = outcomes(&folder.run(&arguments));
    said.retain(|line| line.starts_with("iis-service-stopped"));
    said
}

#[test]
fn facts_under_a_short_name_count_if_it_fits_one_server() {
    let two = format!("{FARM}[[server]]\nname = \"sp1.contoso.com\"\n");
    for (farm, seen, outcome) in [
        (FARM, &[("SP1", "stopped")][..], "fail"),
        (
            FARM,
            &[("sp1.fabrikam.com", "running"), ("SP1", "stopped")],
            "fail",
        ),
        (
            FARM,
            &[("SP1", "stopped"), ("sp1.fabrikam.com", "running")],
            "pass",
        ),
        (&two, &[("SP1", "stopped")], "undecided"),
        (FARM, &[("SP2", "stopped")], "undecided"),
    ] {
        let said = said_of_service(farm, seen);
        assert_eq!(said, [format!("iis-service-stopped {outcome}")], "{seen:?}");
    }
}
