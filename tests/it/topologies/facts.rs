//! The facts about a sound topology, and changes to them.

use super::Smtp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Returns the DNS facts of these lines. Every name server is asked for all names in the lines, and
/// denies those that its lines do not contain.
pub fn dns(lines: &str) -> Value {
    let mut records: BTreeMap<(&str, &str, &str), Vec<Value>> = BTreeMap::new();
    let mut names: Vec<&str> = Vec::new();
    let mut views: Vec<&str> = Vec::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (view, name) = match words[..] {
            [view, kind @ ("A" | "AAAA"), name, address] => {
                let record = json!({"owner": name, "type": kind, "address": address});
                let found = records.entry((view, name, kind)).or_default();
                found.push(record);
                (view, name)
            }
            [view, "MX", preference, name, host] => {
                let preference: u16 = preference.parse().expect("a number");
                let record = json!({"owner": name, "type": "MX", "preference": preference,
                    "exchange": host});
                records.entry((view, name, "MX")).or_default().push(record);
                names.push(host);
                (view, name)
            }
            [view, "none", name] => (view, name),
            _ => panic!("{line}"),
        };
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

/// Returns the conversation with an SMTP service that accepts these domains and does not relay.
pub fn talk(smtp: &Smtp) -> Value {
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
        .map(|domain| transaction("made-up-mailbox", format!("spinmail-probe@{domain}"), true))
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
pub fn metabase(smtp: &Smtp) -> Value {
    let raw = |value: &str| json!({"raw": value, "line": 1});
    let domains: Vec<Value> = smtp
        .domains
        .iter()
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

/// Whether facts of the server behind the firewall were also gathered.
#[derive(PartialEq)]
pub enum Behind {
    Too,
    No,
}

/// Returns the answers for a made-up and a foreign mailbox, by their purpose.
fn recipients(facts: &mut Value) -> impl Iterator<Item = (String, &mut Value)> {
    let targets = facts["smtp"]["targets"].as_array_mut().expect("a list");
    targets.iter_mut().flat_map(|target| {
        let transactions = target["answer"]["known"]["transactions"].as_array_mut();
        transactions.expect("a list").iter_mut().map(|transaction| {
            let purpose = transaction["purpose"].as_str().expect("a word").to_owned();
            (purpose, &mut transaction["steps"][1]["reply"])
        })
    })
}

fn talks(facts: &mut Value) -> impl Iterator<Item = &mut Value> {
    let targets = facts["smtp"]["targets"].as_array_mut().expect("a list");
    targets
        .iter_mut()
        .map(|target| &mut target["answer"]["known"])
}

fn virtual_servers(facts: &mut Value) -> impl Iterator<Item = &mut Value> {
    let servers = facts["iis"]["servers"].as_array_mut().expect("a list");
    servers
        .iter_mut()
        .map(|server| &mut server["metabase"]["known"]["servers"][0])
}

/// Removes the alias domains of every SMTP service, which then rejects mail for them.
pub fn remove_domains(facts: &mut Value) {
    for server in virtual_servers(facts) {
        server["domains"] = json!([]);
    }
    for (_, reply) in recipients(facts).filter(|(purpose, _)| purpose == "made-up-mailbox") {
        *reply = json!({"known": ["550 5.7.1 Unable to relay for the recipient"]});
    }
}

/// Makes every SMTP service refuse connections.
pub fn close(facts: &mut Value) {
    for target in facts["smtp"]["targets"].as_array_mut().expect("a list") {
        target["answer"] = json!({"absent": "connection refused"});
    }
}

/// Makes servers reject every made-up mailbox temporarily.
pub fn put_off(facts: &mut Value, with: &str) {
    for (_, reply) in recipients(facts).filter(|(purpose, _)| purpose == "made-up-mailbox") {
        *reply = json!({"known": [with]});
    }
}

/// Makes every reply to a recipient time out.
pub fn time_out_recipients(facts: &mut Value) {
    for (_, reply) in recipients(facts) {
        *reply = json!({"failed": {"kind": "timed-out", "detail": "no reply within 5s"}});
    }
}

/// Adds the result of a connection to the IPv6 address of sp1.
pub fn add_ipv6(facts: &mut Value, answer: &Value) {
    let address = "[2001:db8::21]:25";
    facts["dns"]["ports"] = json!([{"address": address, "answer": answer}]);
    let mut target = facts["smtp"]["targets"][0].clone();
    target["address"] = json!(address);
    if answer.get("known").is_none() {
        target["answer"] = answer.clone();
    }
    if answer.get("failed").is_some() {
        // Without a route, the client has no address.
        target["seen"] = json!([{"server": "probe.contoso.com"}]);
    }
    let targets = facts["smtp"]["targets"].as_array_mut().expect("a list");
    targets.push(target);
}

/// Adds the share that a Foreign connector writes to, whose DACL also has this ACE.
pub fn add_share(facts: &mut Value, ace: &str) {
    let dacl = format!("D:PAI(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;{TIMER_SID}){ace}");
    facts["folder"] = json!({"folders": [{
        "path": "\\\\fs1.contoso.com\\drop",
        "descriptor": {"known": {"from": "sddl", "text": dacl}},
        "share": {"known": {"from": "sddl", "text": "D:(A;;0x1301bf;;;AU)"}},
        "names": {"S-1-5-21-1-2-3-1201": {"known": {"name": "CONTOSO\\EX1$", "kind": "computer"}}},
        "accounts": [{"name": "CONTOSO\\sp_farm", "sid": {"known": TIMER_SID},
            "token": {"known": [TIMER_SID]}}],
        "contents": {"known": {"messages": 0, "space": {"known": {"free": 50_000_000_000_u64, "total": 100_000_000_000_u64}}}},
    }]});
}

const TIMER_SID: &str = "S-1-5-21-1-2-3-1104";

/// Adds the conversation with a Postfix relay that greylists unknown clients.
pub fn add_greylisting(facts: &mut Value) {
    let mut target = facts["smtp"]["targets"][0].clone();
    target["host"] = json!("relay.contoso.com");
    target["address"] = json!("10.0.0.8:25");
    let talk = &mut target["answer"]["known"];
    talk["steps"][0]["reply"] = json!({"known": ["220 relay.contoso.com ESMTP Postfix"]});
    for transaction in talk["transactions"].as_array_mut().expect("a list") {
        let reply = match transaction["purpose"].as_str() {
            Some("made-up-mailbox") => "450 4.2.0 Recipient address rejected: Greylisted",
            _ => "454 4.7.1 Relay access denied",
        };
        transaction["steps"][1]["reply"] = json!({"known": [reply]});
    }
    let targets = facts["smtp"]["targets"].as_array_mut().expect("a list");
    targets.push(target);
}

/// Makes every server offer TLS with a trusted certificate.
pub fn add_tls(facts: &mut Value) {
    for talk in talks(facts) {
        talk["steps"][1]["reply"] = json!({"known": ["250-sp1 Hello", "250-TLS", "250 STARTTLS"]});
        talk["tls"] = json!({"known": {"version": "TLSv1_2", "handshake": {"known": null},
            "certificate": {"known": null}}});
    }
}

/// Makes every server answer MAIL with this reply.
pub fn demand(facts: &mut Value, with: &str) {
    for talk in talks(facts) {
        for transaction in talk["transactions"].as_array_mut().expect("a list") {
            transaction["steps"] = json!([{"said": "MAIL FROM:<>", "reply": {"known": [with]}}]);
        }
    }
}

/// Makes every server require authentication.
pub fn demand_logon(facts: &mut Value) {
    demand(facts, "530 5.7.3 Client was not authenticated");
    switch_anonymous_off(facts);
}

/// Disables anonymous access in the metabases.
pub fn switch_anonymous_off(facts: &mut Value) {
    for server in virtual_servers(facts) {
        server["properties"]["AuthFlags"] = json!({"raw": "AuthNTLM", "line": 1});
    }
}

/// Blocks the client by a firewall; facts of the server itself may be added.
pub fn add_firewall(facts: &mut Value, behind: Behind) {
    let targets = facts["smtp"]["targets"].as_array_mut().expect("a list");
    let mut own = targets[0].clone();
    own["seen"] = json!([{"server": "sp1.contoso.com", "address": "10.0.0.21"}]);
    let why = "no answer within 5s";
    targets[0]["answer"] = json!({"failed": {"kind": "timed-out", "detail": why}});
    if behind == Behind::Too {
        targets.push(own);
    }
}

/// Gives the service a connection list that contains only 10.0.0.99.
pub fn deny_connections(facts: &mut Value) {
    const LIST: &str = "18000080200000803c00008044000080010000004c00000000000000000000000100000001000000020000000200000004000000000000004c00008000000000000000000000000000000000ffffffff0a000063";
    for server in virtual_servers(facts) {
        server["properties"]["IPSecurity"] = json!({"raw": LIST, "line": 1});
    }
}
