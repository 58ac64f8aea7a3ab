//! `verify dns` and `gather dns` by the real program against real name servers.

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

/// A farm with nothing to find in the zone below.
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

/// The farm names its SMTP mail server among its servers, so that DNS need not be asked for that.
const BY_NAME: [&str; 1] = ["dns-smtp-server-elsewhere"];

/// The time limit of one question.
const LIMIT: &str = "600ms";

/// A folder with a farm file that names these name servers.
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
    // The farm file's last table is the probe's.
    let _ = writeln!(text, "dns-servers = [{list}]\ntimeout = \"{LIMIT}\"");
    Folder::with_farm(&text)
}

/// An address at which nothing listens.
fn dead_port() -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a UDP port");
    socket.local_addr().expect("its address")
}

/// What `verify dns` said.
struct Verdicts {
    run: Run,
    list: Vec<Value>,
}

fn verify(farm: &str, servers: &[SocketAddr]) -> Verdicts {
    Verdicts::of(folder(farm, servers).run(&["verify", "dns", "--format", "json"]))
}

/// What is said of a farm whose only name server serves this zone.
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

    /// What a rule says, `SUBJECT OUTCOME` for each of its subjects.
    fn said(&self, rule: &str) -> Vec<String> {
        self.by(rule)
            .map(|verdict| format!("{} {}", text(verdict, "subject"), text(verdict, "outcome")))
            .collect()
    }

    /// The outcome of a rule for the one subject it has.
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

    /// The rules that came to an outcome for any subject.
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

/// The facts that `gather dns` finds.
fn gather(farm: &str, servers: &[SocketAddr]) -> Value {
    let run = folder(farm, servers).run(&["gather", "dns"]);
    assert_eq!(run.code, 0, "{}", run.err);
    run.json()
}

/// The answer to a question, as facts hold it.
#[track_caller]
fn answer<'a>(facts: &'a Value, name: &str, kind: &str) -> &'a Value {
    let lookups = facts["dns"]["lookups"].as_array().expect("lookups");
    let found = lookups
        .iter()
        .find(|lookup| lookup["name"] == name && lookup["type"] == kind);
    &found.unwrap_or_else(|| panic!("{kind} {name} was not asked: {facts:#}"))["answer"]
}

/// Returns a port of the loopback address in IPv6 that listens as long as the listener lives.
fn listening_port() -> (TcpListener, u16) {
    let listener = TcpListener::bind("[::1]:0").expect("this test needs IPv6 on loopback");
    let port = listener.local_addr().expect("its address").port();
    (listener, port)
}
