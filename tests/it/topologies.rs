//! The usual mail routes to a farm: a recorded one has no findings, an unrecorded one has at most
//! warnings and undecided rules, and its typical fault is found.
//!
//! DNS, SMTP and the metabase are recorded facts here; the lab uses real servers.

mod direct;
pub mod facts;
mod handed_on;
#[cfg(unix)]
mod lab;
#[cfg(unix)]
mod remedies;

use crate::support::{Folder, Run, now};
use serde_json::{Value, json};

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

/// A server of the farm, and the domains of its SMTP service.
#[derive(Clone, Copy)]
pub struct Smtp {
    pub host: &'static str,
    pub address: &'static str,
    pub domains: &'static [&'static str],
}

/// A topology, and the expected results.
#[derive(Clone, Copy)]
struct Topology {
    name: &'static str,
    display: &'static str,
    /// The farm's servers, and other settings that are always recorded.
    farm: &'static str,
    /// The settings that record the mail route, after the servers.
    recorded: &'static str,
    /// The settings that are recorded elsewhere in the file: a text and its replacement.
    recorded_in: &'static [(&'static str, &'static str)],
    /// Lines such as `inside MX 10 sp.contoso.com sp1.contoso.com`.
    dns: &'static str,
    smtp: &'static [Smtp],
    /// Further facts, besides DNS, SMTP and the metabases.
    seen: fn(&mut Value),
    /// The further facts before the topology is recorded, if they differ.
    seen_unrecorded: Option<fn(&mut Value)>,
    /// The exit status of the trace of a recorded topology.
    trace: i32,
    fault: Fault,
}

/// The values of all topologies, unless they differ.
const BASE: Topology = Topology {
    name: "",
    display: "",
    farm: "",
    recorded: "",
    recorded_in: &[],
    dns: "",
    smtp: &[],
    seen: |_| {},
    seen_unrecorded: None,
    trace: 0,
    fault: NO_DOMAINS,
};

/// The note that incoming e-mail is disabled. It appears in any case.
const SWITCHED_OFF: &str = "note page-disabled";

/// A typical fault.
#[derive(Clone, Copy)]
struct Fault {
    change: Change,
    /// The rule that reports it, after its severity if that is not an error.
    rule: &'static str,
}

#[derive(Clone, Copy)]
enum Change {
    /// A text of the DNS lines, and its replacement.
    Dns(&'static str, &'static str),
    /// A text of the farm file, and its replacement.
    File(&'static str, &'static str),
    /// Other further facts.
    Seen(fn(&mut Value)),
}

/// The SMTP services have lost all domains.
const NO_DOMAINS: Fault = Fault {
    change: Change::Seen(facts::remove_domains),
    rule: "iis-alias-domain-missing",
};

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
    let mut all = direct::rows();
    all.extend(handed_on::rows());
    all
}

impl Topology {
    /// Returns the farm file that records the mail route.
    fn farm(&self) -> String {
        let mut file = self.file(self.recorded);
        for (from, to) in self.recorded_in {
            assert!(file.contains(from), "{}: {from}", self.name);
            file = file.replacen(from, to, 1);
        }
        if self.is_from_outside() {
            file += "outside-dns-servers = [\"203.0.113.53\"]\n";
        }
        file
    }

    /// Returns the farm file that does not record the mail route.
    fn unrecorded_farm(&self) -> String {
        self.file("")
    }

    fn file(&self, recorded: &str) -> String {
        let head = HEAD.replace("DISPLAY", self.display);
        let outside = match self.is_from_outside() {
            true => "[farm]\nmail-from-outside = true\n",
            false => "[farm]\n",
        };
        let head = head.replace("[farm]\n", outside);
        let farm = self.farm;
        format!("{head}{farm}{recorded}\n[probe]\ndns-servers = [\"10.0.0.10\"]\n")
    }

    fn is_from_outside(&self) -> bool {
        self.dns.contains("outside ")
    }

    /// Returns the facts, with the further ones.
    fn facts(&self, dns: &str, seen: fn(&mut Value)) -> Value {
        let targets: Vec<Value> = self
            .smtp
            .iter()
            .map(|smtp| {
                json!({"host": smtp.host, "address": format!("{}:25", smtp.address),
                    "seen": [{"server": "probe.contoso.com", "address": "10.0.0.9"}],
                    "answer": facts::talk(smtp)})
            })
            .collect();
        let servers: Vec<Value> = self.smtp.iter().map(facts::metabase).collect();
        let mut all = json!({"facts": 2, "gathered": now(), "dns": facts::dns(dns), "smtp": {"targets": targets},
            "iis": {"servers": servers}});
        // Without an MX record inside, the domain itself is asked, and has no address.
        let words = dns.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        let has_record = |words: Vec<&str>| {
            words[0] == "inside" && words[1] != "none" && words[2..].contains(&self.display)
        };
        if !words.into_iter().any(has_record) {
            all["smtp"]["unresolved"] =
                json!([{"host": self.display, "answer": {"absent": "it has no address"}}]);
        }
        seen(&mut all);
        all
    }

    fn recorded(&self) -> Seen {
        Seen::new(&self.farm(), &self.facts(self.dns, self.seen))
    }

    fn unrecorded(&self) -> Seen {
        let seen = self.seen_unrecorded.unwrap_or(self.seen);
        Seen::new(&self.unrecorded_farm(), &self.facts(self.dns, seen))
    }

    fn broken(&self) -> Seen {
        let replaced = |text: &str, from: &str, to: &str| {
            assert!(text.contains(from), "{}: {from}", self.name);
            text.replace(from, to)
        };
        let (mut farm, mut dns, mut seen) = (self.farm(), self.dns.to_owned(), self.seen);
        match self.fault.change {
            Change::Dns(from, to) => dns = replaced(&dns, from, to),
            Change::File(from, to) => farm = replaced(&farm, from, to),
            Change::Seen(instead) => seen = instead,
        }
        Seen::new(&farm, &self.facts(&dns, seen))
    }
}

/// A farm file and facts.
struct Seen {
    folder: Folder,
}

impl Seen {
    fn new(farm: &str, facts: &Value) -> Self {
        let folder = Folder::with_farm(farm);
        folder.write("facts.json", facts.to_string());
        Self { folder }
    }

    fn verify(&self) -> Run {
        let run = &["verify", "--facts", "facts.json", "--format", "json"];
        self.folder.run(run)
    }

    /// Traces a message to a list, up to a hop.
    fn trace(&self, topology: &Topology, to: &str) -> Run {
        let address = format!("docs@{}", topology.display);
        let facts = ["--facts", "facts.json", "--format", "json"];
        self.folder
            .run(&[&["trace", &address, "--to", to], &facts[..]].concat())
    }
}

/// Returns the verdicts that need attention, as `severity[rule] subject: message`.
fn open(run: &Run) -> Vec<String> {
    let mut all = found(run);
    all.retain(|line| !line.starts_with("note["));
    all
}

/// Returns the verdicts that need attention, and the notes.
fn found(run: &Run) -> Vec<String> {
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
        .collect()
}

#[test]
fn recorded_topologies_are_clean() {
    let mut wrong = Vec::new();
    for topology in topologies() {
        let run = topology.recorded().verify();
        let open = open(&run);
        if !open.is_empty() || run.code != 0 {
            wrong.push(format!("{}: {} {open:#?}", topology.name, run.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unrecorded_topologies_have_no_errors() {
    let mut wrong = Vec::new();
    for topology in topologies() {
        let run = topology.unrecorded().verify();
        let open = open(&run);
        let has_errors = open.iter().any(|line| line.starts_with("error"));
        if has_errors || run.code == 1 {
            wrong.push(format!("{}: {} {open:#?}", topology.name, run.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// For a mail host that is not recorded, a command is printed that records it. After it is pasted,
/// there is no false alarm, and the hosts that it passes mail to are undecided.
#[test]
fn unrecorded_mail_hosts_are_recorded_by_the_printed_command() {
    let mut wrong = Vec::new();
    for topology in topologies() {
        // Without an MX record, no name is known.
        let has_name = topology.dns.contains(" MX ");
        if !topology.recorded.contains("[[mail-host]]") || !has_name {
            continue;
        }
        let seen = topology.unrecorded();
        let printed = seen.folder.run(&["verify", "--facts", "facts.json"]).out;
        let Some(command) = printed_command(&printed, "spinmail mail-host add") else {
            wrong.push(format!("{}: no command", topology.name));
            continue;
        };
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        let pasted = seen.folder.run(&words);
        let run = seen.verify();
        let open = open(&run);
        if pasted.code != 0 || run.code != 3 || open.iter().any(|line| line.starts_with("error")) {
            wrong.push(format!(
                "{}: {command}: {pasted:?}: {open:#?}",
                topology.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the first command in a text that begins like this and contains no placeholder.
fn printed_command<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let commands = text.match_indices(start).map(|(at, _)| {
        let rest = &text[at..];
        rest.split(['`', '\n']).next().expect("a first part")
    });
    commands
        .into_iter()
        .find(|command| !command.contains("NAME"))
}

/// An alias domain for the company's mail domain is not recommended if contacts may lead mail to
/// another domain, or if the mail goes to a host that is not recorded.
#[test]
fn no_remedy_makes_the_companys_domain_an_alias() {
    let topologies = topologies();
    let company = topologies
        .iter()
        .find(|topology| topology.display == "contoso.com")
        .expect("the topology");
    let whole = company.farm();
    let without = whole.replace("delivers-as = [\"sp1.contoso.com\"]\n", "");
    assert_ne!(without, whole);
    let mut facts = company.facts(company.dns, company.seen);
    let refused = json!({"purpose": "made-up-mailbox", "recipient": "spinmail-probe@contoso.com",
        "steps": [{"said": "MAIL FROM:<>", "reply": {"known": ["250 2.1.0 Sender OK"]}},
            {"said": "RCPT TO:<spinmail-probe@contoso.com>",
                "reply": {"known": ["550 5.7.1 Unable to relay for spinmail-probe@contoso.com"]}}]});
    facts["smtp"]["targets"][0]["answer"]["known"]["transactions"]
        .as_array_mut()
        .expect("a list")
        .push(refused);
    for farm in [without, company.unrecorded_farm()] {
        let mut only_smtp = facts.clone();
        only_smtp.as_object_mut().expect("an object").remove("iis");
        for facts in [&facts, &only_smtp] {
            let run = Seen::new(&farm, facts).verify();
            let json = run.json();
            for verdict in json["verdicts"].as_array().expect("a list") {
                let remedy = verdict["remedy"].to_string();
                let makes_alias = remedy.contains("`contoso.com`") && remedy.contains("kind Alias")
                    || remedy.contains("\"domain\":\"contoso.com\"");
                let is_error = verdict["severity"] == "error";
                assert!(!(makes_alias && is_error), "{farm}: {verdict:#}");
            }
        }
    }
}

/// The number of mail hosts that are followed is bounded, even if all pass mail to each other.
#[test]
fn many_mail_hosts_are_traced_in_time() {
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
    let facts = direct.facts(direct.dns, direct.seen);
    let run = Seen::new(&direct.file(&recorded), &facts).verify();
    // The direct route is known, whatever the others are.
    assert_eq!(run.code, 0, "{run:?}");
}

/// A trace of a recorded topology never stops, and names the mail hosts with the farm file's words.
#[test]
fn traces_of_recorded_topologies_do_not_stop() {
    let mut wrong = Vec::new();
    for topology in topologies() {
        if topology.fault.rule == SWITCHED_OFF {
            continue;
        }
        let run = topology.recorded().trace(&topology, "recipient");
        let has_hosts = topology.recorded.contains("[[mail-host]]");
        let is_recorded = states(&run).contains(&"recorded".to_owned());
        let end = run.json()["end"].clone();
        if end != Value::Null || run.code != topology.trace || is_recorded != has_hosts {
            wrong.push(format!("{}: {} {}", topology.name, run.code, run.out));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A trace of an unrecorded topology does not stop either.
#[test]
fn traces_of_unrecorded_topologies_do_not_stop() {
    let mut wrong = Vec::new();
    for topology in topologies() {
        let run = topology.unrecorded().trace(&topology, "list");
        let stops = |state: &String| state == "stopped" || state == "may stop";
        if states(&run).iter().any(stops) || run.code != 3 {
            wrong.push(format!("{}: {} {}", topology.name, run.code, run.out));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the states of the hops of all routes.
fn states(run: &Run) -> Vec<String> {
    let json = run.json();
    let hops = json["hops"].as_array().expect("a list").iter();
    hops.map(|hop| hop["state"].as_str().expect("a word").to_owned())
        .collect()
}

#[test]
fn typical_faults_are_found() {
    let mut wrong = Vec::new();
    for topology in topologies() {
        let rule = topology.fault.rule;
        let (severity, rule) = rule.split_once(' ').unwrap_or(("error", rule));
        let seen = topology.broken();
        let run = seen.verify();
        let wanted = format!("{severity}[{rule}]");
        let code = i32::from(severity == "error");
        let found = found(&run);
        if !found.iter().any(|line| line.starts_with(&wanted)) || run.code != code {
            wrong.push(format!(
                "{}: no {rule}: {} {found:#?}",
                topology.name, run.code
            ));
        }
        let trace = seen.trace(&topology, "list");
        // A message that is temporarily rejected may arrive later, so the outcome is not known.
        let has_end = severity != "warning" || rule == "smtp-defers-recipient";
        if has_end && trace.json()["end"]["rule"] != rule {
            wrong.push(format!("{}: {trace:#?}", topology.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A timeout proves a firewall only if a client in the position of a sender got through.
#[test]
fn timeout_without_a_sender_that_got_through_is_undecided() {
    let topologies = topologies();
    let firewall = topologies
        .iter()
        .find(|topology| topology.name.starts_with("16 "))
        .expect("the topology");
    for (address, expected) in [("10.0.0.21", 0), ("10.0.0.5", 0), ("10.0.0.77", 1)] {
        let mut facts = firewall.facts(firewall.dns, firewall.seen);
        facts["smtp"]["targets"][1]["seen"] =
            json!([{"server": "other.contoso.com", "address": address}]);
        let run = Seen::new(&firewall.farm(), &facts).verify();
        let open = open(&run);
        let of_rule = open
            .iter()
            .filter(|line| line.starts_with("undecided[smtp-closed]"));
        assert_eq!(of_rule.count(), expected, "{address}: {open:#?}");
    }
}

/// One Directory Management Service creates contacts for two farms: those of the other farm are no
/// fault if its domain is recorded.
#[test]
fn contacts_of_two_farms_are_distinguished() {
    let service = r#"
[farm]
name = "contoso"
[incoming-email]
enabled = true
mode = "advanced"
display-address = "sp.contoso.com"
drop-folder = 'C:\inetpub\mailroot\drop'
[directory-management]
service = "yes"
container = "OU=Lists,DC=contoso,DC=com"
smtp-server = "sp1.contoso.com"
"#;
    for (recorded, domain, expected) in [
        (
            "serves-domains = [\"lists.contoso.com\"]\n",
            "lists.contoso.com",
            "pass",
        ),
        ("", "lists.contoso.com", "fail"),
        (
            "serves-domains = [\"lists.contoso.com\"]\n",
            "gone.contoso.com",
            "fail",
        ),
    ] {
        let facts = json!({"facts": 2, "directory": {
            "connection": {"known": {"url": "ldaps://dc1.contoso.com", "protection": "tls",
                "domain": "DC=contoso,DC=com"}},
            "container": {"known": {"name": "OU=Lists,DC=contoso,DC=com",
                "classes": ["top", "organizationalUnit"]}},
            "members": {"known": {"contacts": 4, "groups": 0, "targets": [
                {"value": "sp.contoso.com", "count": 2}, {"value": domain, "count": 2}]}},
        }});
        let seen = Seen::new(&format!("{service}{recorded}"), &facts);
        let rule = "directory-contact-target";
        let command = [
            "verify",
            "--facts",
            "facts.json",
            "--only",
            rule,
            "--format",
            "json",
        ];
        let verdicts = seen.folder.run(&command).json()["verdicts"].clone();
        let of_rule: Vec<&Value> = verdicts
            .as_array()
            .expect("a list")
            .iter()
            .filter(|verdict| verdict["rule"] == rule)
            .collect();
        assert_eq!(
            of_rule[0]["outcome"], expected,
            "{recorded}{domain}: {of_rule:#?}"
        );
    }
}
