//! Runs the cases of `tests/mail-paths.md` and `tests/smtp-settings.md`: the verdicts on each mail
//! route, and where a message stops.

use crate::support::Folder;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const CASES: &str = include_str!("../mail-paths.md");
const SETTINGS: &str = include_str!("../smtp-settings.md");

const INSIDE: &str = "10.0.0.10:53";
const OUTSIDE: &str = "203.0.113.53:53";

/// Returns the text of a fenced block.
fn block<'c>(case: &'c str, kind: &str) -> &'c str {
    let (_, rest) = case.split_once(&format!("```{kind}\n")).expect("a block");
    rest.split_once("```").expect("its end").0
}

/// Returns the farm file of a case.
fn farm_file(lines: &str) -> String {
    let mut top = String::from(
        "farm.version = \"2016\"\nfarm.timer-account = 'C\\t'\n\
         farm.central-administration-account = 'C\\t'\nincoming-email.enabled = true\n",
    );
    let (mut display, mut mode) = ("sp.contoso.com", "advanced");
    let mut tables = String::new();
    for line in lines.lines() {
        if let Some(domain) = line.strip_prefix("display ") {
            display = domain;
        } else if let Some(word) = line.strip_prefix("mode ") {
            mode = word;
        } else if let Some(server) = line.strip_prefix("server ") {
            let (name, keys) = server.split_once(' ').unwrap_or((server, ""));
            tables += &format!(
                "[[server]]\nname = \"{name}\"\nrole = \"application\"\nos = \"2016\"\n\
                 incoming-email-service = true\n"
            );
            if !keys.contains("smtp-service") {
                tables += "smtp-service = true\n";
            }
            tables += &format!("{}\n", keys.replace("; ", "\n"));
        } else if tables.is_empty() && !line.starts_with('[') {
            top += &format!("{line}\n");
        } else {
            tables += &format!("{line}\n");
        }
    }
    top += &format!(
        "incoming-email.display-address = \"{display}\"\nincoming-email.mode = \"{mode}\"\n"
    );
    if mode == "advanced" {
        top += "incoming-email.drop-folder = 'C:\\drop'\n";
    }
    top + &tables
}

/// The facts, collected line by line.
#[derive(Default)]
struct Seen {
    records: Vec<(String, String, Value)>,
    names: BTreeSet<String>,
    views: BTreeSet<String>,
    targets: Vec<Value>,
    servers: Vec<Value>,
    /// The views in which no name server answers.
    silent: BTreeSet<String>,
    /// The size of the last server's drop folder.
    drop_bytes: Option<u64>,
}

impl Seen {
    fn add(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["smtp", host, address, ..] => self.add_target(host, address, line),
            ["iis", ..] => self.add_metabase(line),
            ["set", key, ..] => self.set(key, line.splitn(3, ' ').nth(2).unwrap_or_default()),
            ["admits", address] => self.set("IPSecurity", &access_list(address)),
            ["remote", domain] => {
                let domains = self.last_server()["domains"]
                    .as_array_mut()
                    .expect("domains");
                domains.push(domain_of(domain, "4"));
            }
            ["service", state, start] => {
                let last = self.servers.last_mut().expect("a server");
                last["service"] = json!({"known": {"state": state, "start": start}});
            }
            ["another", bindings, state] => self.add_virtual_server(bindings, state),
            ["drop", bytes] => self.drop_bytes = Some(bytes.parse().expect("a number")),
            [view, "MX", preference, name, host] => {
                let preference: u16 = preference.parse().expect("a number");
                let record = json!({"owner": name, "type": "MX", "preference": preference, "exchange": host});
                self.add_record(view, name, record);
                // Names are looked up in one spelling.
                self.names.insert(match host {
                    "." => host.to_owned(),
                    _ => host.trim_end_matches('.').to_ascii_lowercase(),
                });
            }
            [view, kind @ ("A" | "AAAA"), name, address] => {
                let record = json!({"owner": name, "type": kind, "address": address});
                self.add_record(view, name, record);
            }
            [view, "none", name] => {
                self.views.insert(view.to_owned());
                self.names.insert(name.to_owned());
            }
            [view, "silent", name] => {
                self.views.insert(view.to_owned());
                self.names.insert(name.to_owned());
                self.silent.insert(view.to_owned());
            }
            _ => panic!("{line}"),
        }
    }

    fn add_record(&mut self, view: &str, name: &str, record: Value) {
        self.views.insert(view.to_owned());
        self.names.insert(name.to_owned());
        self.records
            .push((view.to_owned(), name.to_owned(), record));
    }

    fn add_target(&mut self, host: &str, address: &str, line: &str) {
        let (who, what) = line.split_once(": ").expect("what was answered");
        let (_, caller) = who.split_once(" from ").expect("a caller");
        let (caller, view) = match caller.strip_suffix(" outside") {
            Some(caller) => (caller, Some("outside")),
            None => (caller, None),
        };
        let mut seen = json!({"server": "probe.contoso.com", "address": caller});
        if let Some(view) = view {
            seen["view"] = json!(view);
        }
        let mut words = what.split_whitespace();
        let answer = match words.next() {
            Some("closed") => json!({"absent": "connection refused"}),
            Some(word) => talk(host, word == "takes", words),
            None => panic!("{line}"),
        };
        self.targets.push(
            json!({"host": host, "address": format!("{address}:25"), "seen": [seen], "answer": answer}),
        );
    }

    fn add_metabase(&mut self, line: &str) {
        let (server, domains) = line.split_once(": ").expect("domains");
        let server = server.trim_start_matches("iis ");
        let value = |raw: &str| json!({"raw": raw, "line": 1});
        let domains: Vec<Value> = domains
            .split_whitespace()
            .map(|name| domain_of(name, "16"))
            .collect();
        let properties = json!({"DefaultDomain": value("default.contoso.com"),
            "DropDirectory": value("C:\\drop"), "ServerAutoStart": value("TRUE"),
            "ServerBindings": value(":25:")});
        let of_server = json!({"number": 1, "properties": properties, "domains": domains});
        self.servers
            .push(json!({"server": server, "looked": "2026-11-20T08:00:00Z",
            "service": {"known": {"state": "running", "start": "automatic"}},
            "metabase": {"known": {"encoding": "UTF-8", "service": {}, "servers": [of_server]}},
            "folders": []}));
    }

    /// Returns the last virtual server.
    fn last_server(&mut self) -> &mut Value {
        let last = self.servers.last_mut().expect("a server");
        &mut last["metabase"]["known"]["servers"][0]
    }

    /// Adds a virtual server like the first one of the last server.
    fn add_virtual_server(&mut self, bindings: &str, state: &str) {
        let mut another = self.last_server().clone();
        another["number"] = json!(2);
        another["properties"]["ServerBindings"]["raw"] = json!(bindings);
        another["properties"]["ServerState"] = json!({"raw": state, "line": 1});
        let last = self.servers.last_mut().expect("a server");
        let servers = last["metabase"]["known"]["servers"].as_array_mut();
        servers.expect("virtual servers").push(another);
    }

    /// Sets a property of the last virtual server.
    fn set(&mut self, key: &str, raw: &str) {
        self.last_server()["properties"][key] = json!({"raw": raw, "line": 1});
    }

    fn facts(&self) -> Value {
        let mut lookups = Vec::new();
        for view in &self.views {
            let server = if view == "outside" { OUTSIDE } else { INSIDE };
            for name in self.names.iter().filter(|name| *name != ".") {
                for kind in ["MX", "A", "AAAA", "CNAME"] {
                    let of_kind = self.records.iter().filter(|(side, owner, record)| {
                        side == view && owner == name && record["type"] == kind
                    });
                    let found: Vec<&Value> = of_kind.map(|(_, _, record)| record).collect();
                    let answer = match found.is_empty() {
                        _ if self.silent.contains(view) => {
                            json!({"failed": {"kind": "timed-out", "detail": "timed out after 5s"}})
                        }
                        true => json!({"absent": "NODATA: no record of this type"}),
                        false => json!({"known": found}),
                    };
                    lookups.push(json!({"server": server, "view": view, "name": name,
                        "type": kind, "answer": answer}));
                }
            }
        }
        let servers: Vec<&str> = self
            .views
            .iter()
            .map(|view| if view == "outside" { OUTSIDE } else { INSIDE })
            .collect();
        let mut facts = json!({"facts": 2,
            "dns": {"servers": servers, "lookups": lookups, "ports": []}});
        if !self.targets.is_empty() {
            facts["smtp"] = json!({"targets": self.targets});
        }
        if !self.servers.is_empty() {
            facts["iis"] = json!({"servers": self.servers});
        }
        if let Some(bytes) = self.drop_bytes {
            let server = &self.servers.last().expect("a server")["server"];
            let contents = json!({"known": {"scanned": "2026-11-20T08:00:00Z", "messages": 9, "bytes": bytes}});
            facts["folder"] = json!({"folders": [
                {"server": server, "path": "C:\\drop", "contents": contents}]});
        }
        facts
    }
}

/// Returns a domain of a virtual server.
fn domain_of(name: &str, action: &str) -> Value {
    json!({"name": name, "line": 1, "properties": {"RouteAction": {"raw": action, "line": 1}}})
}

/// Returns an access list that admits only one address.
fn access_list(address: &str) -> String {
    let address: std::net::Ipv4Addr = address.parse().expect("an address");
    format!(
        "18000080200000803c00008044000080010000004c000000000000000000000001000000010000000200000002\
         00000004000000000000004c00008000000000000000000000000000000000ffffffff{:08x}",
        u32::from(address)
    )
}

/// Returns a conversation in which mail for some domains is accepted or rejected.
fn talk<'d>(host: &str, is_taken: bool, domains: impl Iterator<Item = &'d str>) -> Value {
    let step = |said: &str, reply: &str| json!({"said": said, "reply": {"known": [reply]}});
    let question = |purpose: &str, recipient: &str, is_taken: bool| {
        let reply = match is_taken {
            true => format!("250 2.1.5 {recipient}"),
            false => format!("550 5.7.1 Unable to relay for {recipient}"),
        };
        json!({"purpose": purpose, "recipient": recipient, "steps": [
            step("MAIL FROM:<>", "250 2.1.0 <>....Sender OK"),
            step(&format!("RCPT TO:<{recipient}>"), &reply)]})
    };
    let mut questions: Vec<Value> = domains
        .map(|domain| {
            question(
                "made-up-mailbox",
                &format!("spinmail-probe@{domain}"),
                is_taken,
            )
        })
        .collect();
    questions.push(question(
        "foreign-recipient",
        "spinmail-probe@spinmail-check.invalid",
        false,
    ));
    let greeting =
        format!("220 {host} Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready");
    json!({"known": {"steps": [step("", &greeting), step("EHLO [10.0.0.9]", "250 OK")],
        "transactions": questions, "tls": "not-asked"}})
}

/// Returns a rule's outcome for the subjects that begin with a text.
fn outcome(report: &Value, rule: &str, subject: &str) -> String {
    let verdicts = report["verdicts"].as_array().expect("verdicts");
    let mut found: Vec<&str> = verdicts
        .iter()
        .filter(|verdict| verdict["rule"] == rule)
        .filter(|verdict| {
            let own = verdict["subject"].as_str().unwrap_or_default();
            own == subject || own.starts_with(&format!("{subject} "))
        })
        .filter_map(|verdict| match verdict["outcome"].as_str()? {
            "fail" => verdict["severity"].as_str(),
            word => Some(word),
        })
        .collect();
    found.dedup();
    match found.is_empty() {
        true => "none".to_owned(),
        false => found.join(", "),
    }
}

/// Returns a hop's state on the route of a view.
fn state(trace: &Value, side: &str, hop: &str) -> String {
    let hops = trace["hops"].as_array().expect("hops");
    let row = hops
        .iter()
        .find(|row| row["route"] == side && row["hop"] == hop);
    row.and_then(|row| row["state"].as_str())
        .unwrap_or("none")
        .to_owned()
}

/// Returns the expected and the actual result of a case's line.
fn compared(folder: &Folder, line: &str) -> (String, String) {
    let run = |arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["--facts", "facts.json", "--format", "json"]);
        folder.run(&all)
    };
    if let Some(words) = line.strip_prefix("no ") {
        let report = run(&["verify"]).out;
        let found = if report.contains(words) {
            "there"
        } else {
            "not there"
        };
        return ("not there".to_owned(), found.to_owned());
    }
    let (what, expected) = line.rsplit_once(": ").expect("an outcome");
    let words: Vec<&str> = what.splitn(4, ' ').collect();
    let observed = match words[..] {
        ["trace", address, side, hop] => state(&run(&["trace", address]).json(), side, hop),
        ["exit", address] => run(&["trace", address]).code.to_string(),
        _ => {
            let (rule, subject) = what.split_once(' ').expect("a subject");
            outcome(&run(&["verify"]).json(), rule, subject)
        }
    };
    (expected.to_owned(), observed)
}

#[test]
fn each_route_is_judged_by_its_hosts() {
    check_cases(CASES);
}

#[test]
fn each_setting_of_the_smtp_service_is_judged_by_its_effect_on_mail() {
    check_cases(SETTINGS);
}

fn check_cases(cases: &str) {
    let mut wrong = Vec::new();
    for case in cases.split("\n## ").skip(1) {
        let title = case.lines().next().unwrap_or_default();
        let mut seen = Seen::default();
        for line in block(case, "seen").lines() {
            seen.add(line);
        }
        let folder = Folder::with_farm(&farm_file(block(case, "farm")));
        folder.write("facts.json", seen.facts().to_string());
        for line in case.lines().filter_map(|line| line.strip_prefix("- ")) {
            let (expected, observed) = compared(&folder, line);
            if expected != observed {
                wrong.push(format!("{title}: {line}, but {observed}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
