//! `verify dns` and `gather dns`: the real program with real name servers.

mod faults;
mod many;
mod replay;
mod rules;
mod servers;
mod topologies;
mod views;

use crate::dns_server::DnsServer;
use crate::support::{Folder, Run};
use serde_json::Value;
use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};

/// A farm without a finding for the zone below.
const FARM: &str = r#"
[farm]
name = "fabrikam"
mail-from-outside = true

[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.test"
drop-folder = 'C:\inetpub\mailroot\drop'

[directory-management]
service = "yes"
smtp-server = "sp1.fabrikam.test"

[[server]]
name = "sp1.fabrikam.test"
incoming-email-service = true
smtp-service = true
"#;

const ZONE: &str = "
    fabrikam.test ZONE
    sharepoint.fabrikam.test MX 10 sp1.fabrikam.test
    sp1.fabrikam.test A 192.0.2.21
    ";

/// The rule that needs no answer from DNS, because the SMTP mail server is one of the farm's
/// servers.
const BY_NAME: [&str; 1] = ["dns-smtp-server-elsewhere"];

/// The timeout of one question.
const LIMIT: &str = "600ms";

/// Returns a folder with a farm file that names these name servers.
fn folder(farm: &str, servers: &[SocketAddr]) -> Folder {
    let mut text = farm.to_owned();
    let list = servers
        .iter()
        .map(|server| format!("\"{server}\""))
        .collect::<Vec<_>>()
        .join(", ");
    if !text.contains("[probe]") {
        text.push_str("\n[probe]\n");
    }
    // The last table of the farm file is `[probe]`.
    let _ = writeln!(text, "dns-servers = [{list}]\ntimeout = \"{LIMIT}\"");
    Folder::with_farm(&text)
}

/// Returns an address where no server listens.
fn dead_port() -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a UDP port");
    socket.local_addr().expect("its address")
}

/// The verdicts of `verify dns`.
struct Verdicts {
    run: Run,
    list: Vec<Value>,
}

fn verify(farm: &str, servers: &[SocketAddr]) -> Verdicts {
    Verdicts::of(folder(farm, servers).run(&["verify", "dns", "--format", "json"]))
}

/// Returns the verdicts on a farm whose only name server serves this zone.
fn verify_zone(farm: &str, zone: &str) -> Verdicts {
    let server = DnsServer::start(zone);
    verify(farm, &[server.address])
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {value}"))
}

impl Verdicts {
    fn of(run: Run) -> Self {
        let list = run.json()["verdicts"].as_array().expect("verdicts").clone();
        Self { run, list }
    }

    fn by<'a>(&'a self, rule: &str) -> impl Iterator<Item = &'a Value> {
        self.list
            .iter()
            .filter(move |verdict| verdict["rule"] == rule)
    }

    /// Returns a rule's verdicts, `SUBJECT OUTCOME` for each subject.
    fn said(&self, rule: &str) -> Vec<String> {
        self.by(rule)
            .map(|verdict| format!("{} {}", text(verdict, "subject"), text(verdict, "outcome")))
            .collect()
    }

    /// Returns the outcome of a rule with a single subject.
    #[track_caller]
    fn outcome(&self, rule: &str) -> &str {
        text(self.only(rule), "outcome")
    }

    #[track_caller]
    fn message(&self, rule: &str) -> &str {
        text(self.only(rule), "message")
    }

    #[track_caller]
    fn only(&self, rule: &str) -> &Value {
        let mut all = self.by(rule);
        match (all.next(), all.next()) {
            (Some(only), None) => only,
            _ => panic!("{rule} has not one verdict but {:?}", self.said(rule)),
        }
    }

    /// Returns the rules with this outcome for any subject.
    fn rules_that(&self, outcome: &str) -> Vec<&str> {
        let mut rules: Vec<&str> = self
            .list
            .iter()
            .filter(|verdict| verdict["outcome"] == outcome)
            .map(|verdict| text(verdict, "rule"))
            .collect();
        rules.dedup();
        rules
    }
}

/// Returns the facts that `gather dns` writes.
fn gather(farm: &str, servers: &[SocketAddr]) -> Value {
    let run = folder(farm, servers).run(&["gather", "dns"]);
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()
}

/// Returns the answer to a question, in the form of the facts.
#[track_caller]
fn answer<'a>(facts: &'a Value, name: &str, kind: &str) -> &'a Value {
    let lookups = facts["dns"]["lookups"].as_array().expect("lookups");
    let found = lookups
        .iter()
        .find(|lookup| lookup["name"] == name && lookup["type"] == kind);
    &found.unwrap_or_else(|| panic!("{kind} {name} was not asked: {facts:#}"))["answer"]
}

/// Returns a listener on the IPv6 loopback address, and its port.
fn listening_port() -> (TcpListener, u16) {
    let listener = TcpListener::bind("[::1]:0").expect("this test needs IPv6 on loopback");
    let port = listener.local_addr().expect("its address").port();
    (listener, port)
}
