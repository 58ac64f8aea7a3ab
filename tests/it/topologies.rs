//! The usual ways of mail to a farm: recorded, each is clean; not recorded, it gives at most warnings
//! and what is undecided; and its typical fault is found.
//!
//! DNS, SMTP and the metabase are recorded facts here; the lab asks real servers.

use crate::support::{Folder, Run};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const HEAD: &str = r#"
[farm]
name = "contoso"
version = "2016"
build = "16.0.5456.1000"
central-administration-account = 'CONTOSO\sp_farm'
timer-account = 'CONTOSO\sp_farm'
[incoming-email]
enabled = true
mode = "advanced"
display-address = "DISPLAY"
drop-folder = 'C:\inetpub\mailroot\drop'
"#;

/// A server of the farm, and what its SMTP service knows.
#[derive(Clone, Copy)]
struct Smtp {
    host: &'static str,
    address: &'static str,
    domains: &'static [&'static str],
}

/// A topology, and what becomes of it.
struct Topology {
    name: &'static str,
    display: &'static str,
    /// The farm file besides the head and the mail hosts.
    farm: &'static str,
    /// The keys that record how mail comes.
    recorded: &'static str,
    /// Lines such as `inside MX 10 sp.contoso.com sp1.contoso.com`.
    dns: &'static str,
    smtp: &'static [Smtp],
    /// A fault: what is replaced in the file, the DNS lines or the facts, and the rule that tells it.
    fault: Fault,
}

enum Fault {
    /// In the DNS lines.
    Dns(&'static str, &'static str, &'static str),
    /// In the recorded keys.
    File(&'static str, &'static str, &'static str),
    /// The domains of every SMTP service are gone.
    NoDomains,
    /// No SMTP service takes connections.
    Closed,
}

const SP1: &str = r#"
[[server]]
name = "sp1.contoso.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#;

const SP1_SMTP: Smtp = Smtp {
    host: "sp1.contoso.com",
    address: "10.0.0.21",
    domains: &["sp.contoso.com"],
};

const SP2_SMTP: Smtp = Smtp {
    host: "sp2.contoso.com",
    address: "10.0.0.22",
    domains: &["sp.contoso.com"],
};

const SP1_AND_SP2: &str = r#"
[[server]]
name = "sp1.contoso.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
[[server]]
name = "sp2.contoso.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#;

fn topologies() -> Vec<Topology> {
    vec![
        Topology {
            name: "1 direct, one server",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: "",
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside MX 10 sp.contoso.com sp1.contoso.com",
            smtp: &[SP1_SMTP],
            fault: Fault::Closed,
        },
        Topology {
            name: "2 two servers with equal MX",
            display: "sp.contoso.com",
            farm: SP1_AND_SP2,
            recorded: "",
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A sp2.contoso.com 10.0.0.22\n\
                  inside MX 10 sp.contoso.com sp1.contoso.com\n\
                  inside MX 10 sp.contoso.com sp2.contoso.com",
            smtp: &[SP1_SMTP, SP2_SMTP],
            fault: Fault::NoDomains,
        },
        Topology {
            name: "3 load balancer in front of two",
            display: "sp.contoso.com",
            farm: SP1_AND_SP2,
            recorded: r#"
[[mail-host]]
name = "lb.contoso.com"
kind = "load-balancer"
addresses = ["10.0.0.30"]
sends-from = ["10.0.0.30"]
passes-to = ["sp1.contoso.com", "sp2.contoso.com"]
by = "virtual-address"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A sp2.contoso.com 10.0.0.22\n\
                  inside MX 10 sp.contoso.com lb.contoso.com\ninside A lb.contoso.com 10.0.0.30",
            smtp: &[SP1_SMTP, SP2_SMTP],
            fault: Fault::NoDomains,
        },
        Topology {
            name: "4 NAT with inside and outside DNS views",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: "public-addresses = [\"203.0.113.25\"]\nOUTSIDE",
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A sp.contoso.com 10.0.0.21\n\
                  outside MX 10 sp.contoso.com mail.contoso.com\n\
                  outside A mail.contoso.com 203.0.113.25",
            smtp: &[SP1_SMTP],
            fault: Fault::Dns(
                "outside MX 10 sp.contoso.com mail.contoso.com\n",
                "outside none sp.contoso.com\n",
                "dns-no-mx",
            ),
        },
        Topology {
            name: "5 gateway as MX that routes by host",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = "gw.contoso.com"
kind = "gateway"
sends-from = ["10.0.0.5"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside none sp9.contoso.com\n\
                  inside MX 10 sp.contoso.com gw.contoso.com\ninside A gw.contoso.com 10.0.0.5",
            smtp: &[SP1_SMTP],
            fault: Fault::File(
                "passes-to = [\"sp1.contoso.com\"]",
                "passes-to = [\"sp9.contoso.com\"]",
                "farm-mail-host-leads-nowhere",
            ),
        },
        Topology {
            name: "5 two gateways, one behind the other",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = "gw1.contoso.com"
kind = "gateway"
passes-to = ["gw2.contoso.com"]
by = "smart-host"
[[mail-host]]
name = "gw2.contoso.com"
kind = "gateway"
sends-from = ["10.0.0.7"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A gw2.contoso.com 10.0.0.7\n\
                  inside MX 10 sp.contoso.com gw1.contoso.com\ninside A gw1.contoso.com 10.0.0.5",
            smtp: &[SP1_SMTP],
            fault: Fault::NoDomains,
        },
        Topology {
            name: "6 Exchange as MX with a Send connector",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = "ex1.contoso.com"
kind = "exchange"
sends-from = ["10.0.0.6"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\n\
                  inside MX 10 sp.contoso.com ex1.contoso.com\ninside A ex1.contoso.com 10.0.0.6",
            smtp: &[SP1_SMTP],
            fault: Fault::NoDomains,
        },
        Topology {
            name: "7 the company's mail domain, with contacts",
            display: "contoso.com",
            farm: r#"
[directory-management]
service = "yes"
container = "OU=Lists,DC=contoso,DC=com"
smtp-server = "sp1.contoso.com"
[[server]]
name = "sp1.contoso.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
            recorded: r#"
[[mail-host]]
name = "ex1.contoso.com"
kind = "exchange"
sends-from = ["10.0.0.6"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
delivers-as = ["sp1.contoso.com"]
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\n\
                  inside MX 10 contoso.com ex1.contoso.com\ninside A ex1.contoso.com 10.0.0.6",
            smtp: &[Smtp {
                host: "sp1.contoso.com",
                address: "10.0.0.21",
                domains: &["sp1.contoso.com"],
            }],
            fault: Fault::NoDomains,
        },
        Topology {
            name: "8 Exchange Online with an outbound connector",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"public-addresses = ["203.0.113.26"]
OUTSIDE
[[mail-host]]
name = ".mail.protection.outlook.com"
kind = "exchange-online"
sends-from = ["198.51.100.0/24"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\noutside A mail.elsewhere.example 192.0.2.77\n\
                  outside MX 0 sp.contoso.com contoso-com.mail.protection.outlook.com\n\
                  outside A contoso-com.mail.protection.outlook.com 198.51.100.1",
            smtp: &[SP1_SMTP],
            fault: Fault::Dns(
                "outside MX 0 sp.contoso.com contoso-com.mail.protection.outlook.com",
                "outside MX 0 sp.contoso.com mail.elsewhere.example",
                "dns-mx-elsewhere",
            ),
        },
        Topology {
            name: "9 hybrid: Exchange Online, Exchange, farm",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"OUTSIDE
[[mail-host]]
name = ".mail.protection.outlook.com"
kind = "exchange-online"
passes-to = ["ex1.contoso.com"]
by = "smart-host"
[[mail-host]]
name = "ex1.contoso.com"
kind = "exchange"
sends-from = ["10.0.0.6"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A ex1.contoso.com 10.0.0.6\n\
                  outside MX 0 sp.contoso.com contoso-com.mail.protection.outlook.com\n\
                  outside A contoso-com.mail.protection.outlook.com 198.51.100.1",
            smtp: &[SP1_SMTP],
            fault: Fault::NoDomains,
        },
        Topology {
            name: "10 connector with smart host and no DNS records",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = "ex1.contoso.com"
kind = "exchange"
sends-from = ["10.0.0.6"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside none sp.contoso.com",
            smtp: &[SP1_SMTP],
            fault: Fault::NoDomains,
        },
        Topology {
            name: "12 front end that receives while an application server polls its share",
            display: "sp.contoso.com",
            farm: r#"
[[server]]
name = "wfe1.contoso.com"
role = "front-end"
os = "2016"
incoming-email-service = false
smtp-service = true
WFE
[[server]]
name = "app1.contoso.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = false
drop-folder = '\\wfe1\drop'
"#,
            recorded: "WFE drop-share = '\\\\wfe1\\drop'\ndrop-folder = '\\\\wfe1\\drop'",
            dns: "inside A wfe1.contoso.com 10.0.0.31\ninside A app1.contoso.com 10.0.0.32\n\
                  inside MX 10 sp.contoso.com wfe1.contoso.com",
            smtp: &[Smtp {
                host: "wfe1.contoso.com",
                address: "10.0.0.31",
                domains: &["sp.contoso.com"],
            }],
            fault: Fault::NoDomains,
        },
        Topology {
            name: "20 a standby farm, switched off on purpose",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: "standby = true",
            dns: "inside A sp1.contoso.com 10.0.0.21\n\
                  inside MX 10 sp.contoso.com other.contoso.com\n\
                  inside A other.contoso.com 10.0.0.99",
            smtp: &[SP1_SMTP],
            fault: Fault::Dns("", "", ""),
        },
    ]
}

/// Returns the DNS facts of lines. Every name server is asked for all names in all lines, and denies
/// what no line has.
fn dns(lines: &str) -> Value {
    let mut records: BTreeMap<(&str, &str, &str), Vec<Value>> = BTreeMap::new();
    let mut names: Vec<&str> = Vec::new();
    let mut views: Vec<&str> = Vec::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (view, kind, name) = match words[..] {
            [view, "A", name, address] => {
                let record = json!({"owner": name, "type": "A", "address": address});
                records.entry((view, name, "A")).or_default().push(record);
                (view, "A", name)
            }
            [view, "MX", preference, name, host] => {
                let preference: u16 = preference.parse().expect("a number");
                let record = json!({"owner": name, "type": "MX", "preference": preference,
                    "exchange": host});
                records.entry((view, name, "MX")).or_default().push(record);
                names.push(host);
                (view, "MX", name)
            }
            [view, "none", name] => (view, "none", name),
            _ => panic!("{line}"),
        };
        assert!(["A", "MX", "none"].contains(&kind));
        names.push(name);
        if !views.contains(&view) {
            views.push(view);
        }
    }
    names.sort_unstable();
    names.dedup();
    let mut lookups = Vec::new();
    for view in &views {
        for name in &names {
            for kind in ["MX", "A", "AAAA", "CNAME"] {
                let answer = match records.get(&(*view, *name, kind)) {
                    Some(found) => json!({"known": found}),
                    None => json!({"absent": "NODATA: no record of this type"}),
                };
                lookups.push(
                    json!({"server": server_of(view), "view": view, "name": name,
                    "type": kind, "answer": answer}),
                );
            }
        }
    }
    let servers: Vec<&str> = views.iter().map(|view| server_of(view)).collect();
    json!({"servers": servers, "lookups": lookups, "ports": []})
}

fn server_of(view: &str) -> &'static str {
    match view {
        "outside" => "203.0.113.53:53",
        _ => "10.0.0.10:53",
    }
}

/// Returns the conversation with an SMTP service that takes the domains and relays for no one.
fn talk(smtp: &Smtp, takes: bool) -> Value {
    let step = |said: &str, reply: String| json!({"said": said, "reply": {"known": [reply]}});
    let transaction = |purpose: &str, recipient: String, taken: bool| {
        let reply = match taken {
            true => format!("250 2.1.5 {recipient} "),
            false => format!("550 5.7.1 Unable to relay for {recipient}"),
        };
        json!({"purpose": purpose, "recipient": recipient, "steps": [
            step("MAIL FROM:<>", "250 2.1.0 <>....Sender OK".to_owned()),
            step(&format!("RCPT TO:<{recipient}>"), reply),
        ]})
    };
    let mut transactions: Vec<Value> = smtp
        .domains
        .iter()
        .map(|domain| transaction("made-up-mailbox", format!("spinmail-probe@{domain}"), takes))
        .collect();
    let foreign = "spinmail-probe@spinmail-check.invalid".to_owned();
    transactions.push(transaction("foreign-recipient", foreign, false));
    let greeting = format!(
        "220 {} Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready",
        smtp.host
    );
    json!({"known": {
        "steps": [step("", greeting), step("EHLO [10.0.0.9]", "250 OK".to_owned())],
        "transactions": transactions,
        "tls": "not-asked",
    }})
}

/// Returns the metabase of a server whose SMTP service has these alias domains.
fn metabase(smtp: &Smtp, has_domains: bool) -> Value {
    let raw = |value: &str| json!({"raw": value, "line": 1});
    let domains: Vec<Value> = smtp
        .domains
        .iter()
        .filter(|_| has_domains)
        .map(|domain| json!({"name": domain, "line": 1, "properties": {"RouteAction": raw("16")}}))
        .collect();
    let files = |role: &str| {
        json!({"virtual-server": 1, "role": role, "path": format!("C:\\{role}"),
            "files": {"known": {"count": 0}}})
    };
    json!({
        "server": smtp.host,
        "looked": "2026-11-29T08:00:00Z",
        "service": {"known": {"state": "running", "start": "automatic"}},
        "metabase": {"known": {"encoding": "UTF-8", "service": {}, "servers": [{
            "number": 1,
            "properties": {
                "DefaultDomain": raw("default.contoso.com"),
                "DropDirectory": raw("C:\\inetpub\\mailroot\\Drop"),
                "FullyQualifiedDomainName": raw(smtp.host),
                "RelayIpList": raw("18000080200000803c00008044000080010000004c00000000000000000000000100000001000000020000000200000004000000000000004c00008000000000000000000000000000000000ffffffff7f000001"),
                "ServerAutoStart": raw("TRUE"),
                "ServerBindings": raw(":25:"),
            },
            "domains": domains,
        }]}},
        "folders": [files("queue"), files("bad-mail"), files("drop")],
    })
}

impl Topology {
    /// Returns the farm file, with the keys that record how mail comes, or without.
    fn farm(&self, recorded: &str) -> String {
        let farm = match recorded.strip_prefix("WFE ") {
            Some(of_front_end) => self.farm.replace("WFE", of_front_end),
            None => self.farm.replace("WFE\n", ""),
        };
        let recorded = match recorded.starts_with("WFE ") {
            true => "",
            false => recorded,
        };
        let outside = self.dns.contains("outside ");
        let probe = match (outside, recorded.contains("OUTSIDE")) {
            (true, true) => {
                "[probe]\ndns-servers = [\"10.0.0.10\"]\n\
                             outside-dns-servers = [\"203.0.113.53\"]\n"
            }
            _ => "[probe]\ndns-servers = [\"10.0.0.10\"]\n",
        };
        let head = HEAD.replace("DISPLAY", self.display).replace(
            "[incoming-email]",
            &format!("mail-from-outside = {outside}\n[incoming-email]"),
        );
        format!("{head}{farm}{}\n{probe}", recorded.replace("OUTSIDE", ""))
    }

    fn facts(&self, dns_lines: &str, fault: Option<&Fault>) -> Value {
        let has_domains = !matches!(fault, Some(Fault::NoDomains));
        let targets: Vec<Value> = self
            .smtp
            .iter()
            .map(|smtp| {
                let answer = match fault {
                    Some(Fault::Closed) => json!({"absent": "connection refused"}),
                    _ => talk(smtp, has_domains),
                };
                json!({"host": smtp.host, "address": format!("{}:25", smtp.address),
                    "seen": [{"server": "probe.contoso.com", "address": "10.0.0.9"}],
                    "answer": answer})
            })
            .collect();
        let servers: Vec<Value> = self
            .smtp
            .iter()
            .map(|smtp| metabase(smtp, has_domains))
            .collect();
        let mut facts = Map::new();
        facts.insert("facts".to_owned(), json!(2));
        facts.insert("dns".to_owned(), dns(dns_lines));
        facts.insert("smtp".to_owned(), json!({"targets": targets}));
        facts.insert("iis".to_owned(), json!({"servers": servers}));
        Value::Object(facts)
    }

    fn verified(&self, farm: &str, facts: &Value) -> Run {
        let folder = Folder::with_farm(farm);
        folder.write("facts.json", facts.to_string());
        folder.run(&["verify", "--facts", "facts.json", "--format", "json"])
    }
}

/// Returns the verdicts that need attention, as `severity[rule] subject: message`.
fn open(run: &Run) -> Vec<String> {
    let json = run.json();
    let verdicts = json["verdicts"]
        .as_array()
        .unwrap_or_else(|| panic!("{run:?}"));
    verdicts
        .iter()
        .filter_map(|verdict| {
            let word = match verdict["outcome"].as_str()? {
                "fail" => verdict["severity"].as_str()?,
                "undecided" => "undecided",
                _ => return None,
            };
            let text = |key: &str| verdict[key].as_str().unwrap_or_default();
            Some(format!(
                "{word}[{}] {}: {}",
                text("rule"),
                text("subject"),
                text("message")
            ))
        })
        .filter(|line| !line.starts_with("note["))
        .collect()
}

#[test]
fn recorded_topologies_are_clean() {
    let mut wrong = Vec::new();
    for topology in topologies() {
        let run = topology.verified(
            &topology.farm(topology.recorded),
            &topology.facts(topology.dns, None),
        );
        let open = open(&run);
        let is_standby = topology.recorded == "standby = true";
        if !(is_standby || open.is_empty() && run.code == 0) {
            wrong.push(format!("{}: {} {open:#?}", topology.name, run.code));
        }
        if open.iter().any(|line| line.starts_with("error")) {
            wrong.push(format!("{}: {open:#?}", topology.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unrecorded_topologies_have_no_errors() {
    let mut wrong = Vec::new();
    for topology in topologies() {
        let run = topology.verified(&topology.farm(""), &topology.facts(topology.dns, None));
        let errors: Vec<String> = open(&run)
            .into_iter()
            .filter(|line| line.starts_with("error"))
            .collect();
        if !errors.is_empty() {
            wrong.push(format!("{}: {errors:#?}", topology.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The company's domain is not made an alias domain while contacts may lead mail to another one, or
/// while its mail goes to a host that is not recorded.
#[test]
fn no_remedy_makes_the_companys_domain_an_alias() {
    let topologies = topologies();
    let company = topologies
        .iter()
        .find(|topology| topology.display == "contoso.com")
        .expect("the topology");
    let without = company
        .recorded
        .replace("delivers-as = [\"sp1.contoso.com\"]\n", "");
    assert_ne!(without, company.recorded);
    let mut facts = company.facts(company.dns, None);
    let refused = json!({"purpose": "made-up-mailbox", "recipient": "spinmail-probe@contoso.com",
        "steps": [{"said": "MAIL FROM:<>", "reply": {"known": ["250 2.1.0 Sender OK"]}},
            {"said": "RCPT TO:<spinmail-probe@contoso.com>",
                "reply": {"known": ["550 5.7.1 Unable to relay for spinmail-probe@contoso.com"]}}]});
    facts["smtp"]["targets"][0]["answer"]["known"]["transactions"]
        .as_array_mut()
        .expect("a list")
        .push(refused);
    for recorded in [without.as_str(), ""] {
        let mut only_smtp = facts.clone();
        only_smtp.as_object_mut().expect("an object").remove("iis");
        for facts in [&facts, &only_smtp] {
            let run = company.verified(&company.farm(recorded), facts);
            let json = run.json();
            for verdict in json["verdicts"].as_array().expect("a list") {
                let remedy = verdict["remedy"].to_string();
                let makes_alias = remedy.contains("`contoso.com`") && remedy.contains("kind Alias")
                    || remedy.contains("\"domain\":\"contoso.com\"");
                let is_error = verdict["severity"] == "error";
                assert!(!(makes_alias && is_error), "{recorded}: {verdict:#}");
            }
        }
    }
}

/// Mail hosts that all pass mail to each other are followed up to a bound.
#[test]
fn many_mail_hosts_end_soon() {
    let names: Vec<String> = (0..12).map(|at| format!("gw{at}.contoso.com")).collect();
    let mut recorded = String::new();
    for name in &names {
        let others: Vec<String> = names
            .iter()
            .filter(|other| *other != name)
            .map(|other| format!("\"{other}\""))
            .collect();
        recorded += &format!(
            "[[mail-host]]\nname = \"{name}\"\npasses-to = [{}, \"sp1.contoso.com\"]\n",
            others.join(", ")
        );
    }
    let topologies = topologies();
    let direct = topologies.first().expect("the topology");
    let run = direct.verified(&direct.farm(&recorded), &direct.facts(direct.dns, None));
    // The direct way is known, whatever the others are.
    assert_eq!(run.code, 0, "{run:?}");
}

/// A trace of a recorded topology never stops, and names the mail hosts as the file's own word.
#[test]
fn traces_of_recorded_topologies_do_not_stop() {
    for topology in topologies() {
        let folder = Folder::with_farm(&topology.farm(topology.recorded));
        folder.write("facts.json", topology.facts(topology.dns, None).to_string());
        let address = format!("docs@{}", topology.display);
        let run = folder.run(&[
            "trace",
            &address,
            "--facts",
            "facts.json",
            "--format",
            "json",
            "--to",
            "recipient",
        ]);
        let json = run.json();
        if topology.recorded == "standby = true" {
            continue;
        }
        assert_eq!(json["end"], Value::Null, "{}: {json:#}", topology.name);
        assert_eq!(run.code, 0, "{}: {json:#}", topology.name);
        let hops = json["hops"].as_array().expect("a list");
        let is_recorded = hops.iter().any(|hop| hop["state"] == "recorded");
        assert_eq!(
            is_recorded,
            topology.recorded.contains("[[mail-host]]"),
            "{}: {json:#}",
            topology.name
        );
    }
}

#[test]
fn typical_faults_are_found() {
    let mut wrong = Vec::new();
    for topology in topologies() {
        let (recorded, lines, rule) = match topology.fault {
            Fault::Dns(_, _, "") => continue,
            Fault::Dns(from, to, rule) => {
                assert!(topology.dns.contains(from), "{}", topology.name);
                (
                    topology.recorded.to_owned(),
                    topology.dns.replace(from, to),
                    rule,
                )
            }
            Fault::File(from, to, rule) => {
                assert!(topology.recorded.contains(from), "{}", topology.name);
                (
                    topology.recorded.replace(from, to),
                    topology.dns.to_owned(),
                    rule,
                )
            }
            Fault::NoDomains => (
                topology.recorded.to_owned(),
                topology.dns.to_owned(),
                "iis-alias-domain-missing",
            ),
            Fault::Closed => (
                topology.recorded.to_owned(),
                topology.dns.to_owned(),
                "smtp-closed",
            ),
        };
        let run = topology.verified(
            &topology.farm(&recorded),
            &topology.facts(&lines, Some(&topology.fault)),
        );
        let open = open(&run);
        let wanted = format!("error[{rule}]");
        if !open.iter().any(|line| line.starts_with(&wanted)) || run.code != 1 {
            wrong.push(format!(
                "{}: no {rule}: {} {open:#?}",
                topology.name, run.code
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
