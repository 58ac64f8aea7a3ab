//! Applies remedies on the lab's servers: break them, run the printed commands, and then `verify`
//! must no longer report the fault or anything new.
//!
//! The Windows commands are simulated: those for DNS write a record to the zone, and those for the
//! SMTP service change Postfix and the handwritten metabase.

use super::lab::{Networks, OUTSIDE, SP1, knows};
use super::{BASE, Topology, open};
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::io::Write;

/// A fault, the rule that finds it, and the view of the DNS record to add.
struct Broken {
    topology: Topology,
    rule: &'static str,
    view: &'static str,
}

const STOPPED: &str = r#"
[[server]]
name = "stopped.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#;

const FAULTS: &[Broken] = &[
    Broken {
        topology: Topology {
            name: "no MX record inside",
            display: "fresh.fabrikam.test",
            farm: SP1,
            smtp: &[knows("sp1.fabrikam.test", &["fresh.fabrikam.test"])],
            ..BASE
        },
        rule: "dns-no-mx",
        view: "inside",
    },
    Broken {
        topology: Topology {
            name: "no MX record outside",
            display: "hidden.fabrikam.test",
            farm: r#"
[[server]]
name = "mail.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
public-addresses = ["203.0.113.25"]
"#,
            dns: OUTSIDE,
            smtp: &[knows("mail.fabrikam.test", &["hidden.fabrikam.test"])],
            ..BASE
        },
        rule: "dns-no-mx",
        view: "outside",
    },
    Broken {
        topology: Topology {
            name: "alias domain missing",
            display: "unknown.fabrikam.test",
            farm: SP1,
            smtp: &[knows("sp1.fabrikam.test", &[])],
            ..BASE
        },
        rule: "iis-alias-domain-missing",
        view: "",
    },
    Broken {
        topology: Topology {
            name: "remote domain",
            display: "remote.fabrikam.test",
            farm: SP1,
            smtp: &[knows("sp1.fabrikam.test", &["remote.fabrikam.test"])],
            seen: |facts| {
                let domain = &mut virtual_server(facts)["domains"][0];
                domain["properties"]["RouteAction"] = json!({"raw": "4", "line": 1});
            },
            ..BASE
        },
        rule: "iis-domain-not-alias",
        view: "",
    },
    Broken {
        topology: Topology {
            name: "service stopped",
            display: "stopped.fabrikam.test",
            farm: STOPPED,
            smtp: &[knows("stopped.fabrikam.test", &["stopped.fabrikam.test"])],
            seen: |facts| service(facts)["state"] = json!("stopped"),
            ..BASE
        },
        rule: "iis-service-stopped",
        view: "",
    },
    Broken {
        topology: Topology {
            name: "service that does not start with Windows",
            display: "direct.fabrikam.test",
            farm: r#"
[[server]]
name = "direct.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
            smtp: &[knows("direct.fabrikam.test", &["direct.fabrikam.test"])],
            seen: |facts| service(facts)["start"] = json!("manual"),
            ..BASE
        },
        rule: "iis-startup-manual",
        view: "",
    },
];

fn virtual_server(facts: &mut Value) -> &mut Value {
    &mut facts["iis"]["servers"][0]["metabase"]["known"]["servers"][0]
}

fn service(facts: &mut Value) -> &mut Value {
    &mut facts["iis"]["servers"][0]["service"]["known"]
}

/// Adds lines to a file of the networks.
fn append(networks: &Networks, file: &str, text: &str) {
    let path = networks.folder.path(&format!("routes/{file}"));
    let mut file = OpenOptions::new().append(true).open(path).expect(file);
    file.write_all(text.as_bytes()).expect("a line");
}

/// Returns the text in single quotes after a word.
fn quoted<'a>(command: &'a str, behind: &str) -> &'a str {
    let (_, rest) = command.split_once(behind).expect(behind);
    let (_, rest) = rest.split_once('\'').expect("a quote");
    rest.split('\'').next().expect("a value")
}

/// The stand-ins for the commands of Windows.
struct Administrator<'a> {
    networks: &'a Networks,
    broken: &'a Broken,
    by_hand: Value,
}

impl Administrator<'_> {
    fn carry_out(&mut self, command: &str) {
        let verb = command.split(' ').next().expect("a word");
        match verb {
            "Add-DnsServerResourceRecordMX" => self.add_exchanger(command),
            "$domain" => self.set_domain(command),
            "Restart-Service" => self.reload_postfix(),
            "Set-Service" => {
                assert_eq!(
                    command,
                    "Set-Service -Name 'SMTPSVC' -StartupType Automatic"
                );
                service(&mut self.by_hand)["start"] = json!("automatic");
            }
            "Start-Service" => {
                assert_eq!(command, "Start-Service -Name 'SMTPSVC'");
                service(&mut self.by_hand)["state"] = json!("running");
                let listener = "10.53.0.28:25 inet n - n - - smtpd\n\
                                \x20 -o myhostname=stopped.fabrikam.test\n";
                append(self.networks, "smtp/master.cf", listener);
                self.reload_postfix();
            }
            _ => panic!("{command}"),
        }
    }

    fn add_exchanger(&self, command: &str) {
        let zone = quoted(command, "-ZoneName");
        let name = quoted(command, "-Name");
        let exchange = quoted(command, "-MailExchange");
        let (_, preference) = command.split_once("-Preference ").expect("a preference");
        let view = self.broken.view;
        let record = format!("{name} MX {preference} {exchange}.\n");
        append(self.networks, &format!("dns/{view}/{zone}.zone"), &record);
        let pid = self.networks.folder.read(&format!("routes/dns/{view}.pid"));
        self.networks.run_on_servers(&["kill", "-HUP", pid.trim()]);
    }

    fn set_domain(&mut self, command: &str) {
        let domains = &mut virtual_server(&mut self.by_hand)["domains"];
        let alias = json!({"raw": "16", "line": 1});
        assert!(command.contains("$domain.Put('RouteAction', 16); $domain.SetInfo()"));
        let name = match command.contains(".Create('IIsSmtpDomain'") {
            true => {
                let name = quoted(command, "'IIsSmtpDomain',");
                let created =
                    json!({"name": name, "line": 1, "properties": {"RouteAction": alias}});
                domains.as_array_mut().expect("a list").push(created);
                name
            }
            false => {
                let path = quoted(command, "[ADSI]");
                let (_, name) = path.split_once("/Domain/").expect("a domain");
                assert_eq!(domains[0]["name"], name);
                domains[0]["properties"]["RouteAction"] = alias;
                name
            }
        };
        append(self.networks, "smtp/domains", &format!("{name}\n"));
    }

    fn reload_postfix(&self) {
        let configuration = self.networks.folder.path("routes/smtp");
        let configuration = configuration.to_str().expect("a path");
        self.networks
            .run_on_servers(&["postfix", "-c", configuration, "reload"]);
    }
}

/// Returns the commands for Windows in a printed report.
fn commands(printed: &str) -> Vec<String> {
    const VERBS: [&str; 5] = [
        "Add-DnsServerResourceRecordMX ",
        "$domain = ",
        "Restart-Service ",
        "Set-Service ",
        "Start-Service ",
    ];
    let found = printed.lines().filter_map(|line| {
        let at = VERBS.iter().filter_map(|verb| line.find(verb)).min()?;
        Some(line[at..].trim_end().to_owned())
    });
    found.collect()
}

/// Returns the rules and subjects of findings, without their messages.
fn subjects(open: &[String]) -> Vec<&str> {
    open.iter()
        .map(|line| line.split(": ").next().expect("a subject"))
        .collect()
}

#[test]
#[ignore = "needs networks"]
fn remedies_fix_their_findings_on_servers() {
    let networks = Networks::start();
    for broken in FAULTS {
        let name = broken.topology.name;
        let farm = broken.topology.farm_in_networks();
        let by_hand = broken.topology.by_hand(broken.topology.seen);
        let before = networks.gathered(&farm, &["admin"], &by_hand);
        let found = open(&before.verify());
        let of_rule = format!("[{}]", broken.rule);
        assert!(
            found.iter().any(|line| line.contains(&of_rule)),
            "{name}: {found:#?}"
        );

        let files = ["--facts", "facts.json", "--facts", "admin.json"];
        let only = ["verify", "--only", broken.rule];
        let printed = before.folder.run(&[&only[..], &files].concat()).out;
        let commands = commands(&printed);
        assert!(!commands.is_empty(), "{name}: {printed}");
        let mut administrator = Administrator {
            networks: &networks,
            broken,
            by_hand,
        };
        for command in &commands {
            administrator.carry_out(command);
        }

        // A name server reloads its zone after a delay.
        let mut left = Vec::new();
        for _ in 0..20 {
            let after = networks.gathered(&farm, &["admin"], &administrator.by_hand);
            left = open(&after.verify());
            if left.is_empty() {
                break;
            }
        }
        assert!(
            !left.iter().any(|line| line.contains(&of_rule)),
            "{name}: {left:#?}"
        );
        let new: Vec<&str> = subjects(&left)
            .into_iter()
            .filter(|line| !subjects(&found).contains(line))
            .collect();
        assert!(new.is_empty(), "{name}: {commands:#?}: {new:#?}");
        assert!(left.is_empty(), "{name}: {left:#?}");
    }
}
