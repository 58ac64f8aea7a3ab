//! One cause is one finding: a sound farm is broken in one way, and exactly the expected rules
//! report it, each once.

use crate::support::{Folder, Run, now};
use crate::topologies::{Smtp, facts};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FARM: &str = r#"
[farm]
name = "contoso"
version = "2016"
build = "16.0.5456.1000"
mail-from-outside = false
central-administration-account = 'CONTOSO\sp_farm'
timer-account = 'CONTOSO\sp_farm'
[incoming-email]
enabled = true
mode = "advanced"
display-address = "sp.contoso.com"
drop-folder = 'C:\inetpub\mailroot\drop'
[[web-application]]
name = "Portal"
account = 'CONTOSO\sp_web'
maximum-message-size = "50 MB"
[[server]]
name = "sp1.contoso.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
[probe]
dns-servers = ["10.0.0.10"]
"#;

const SMTP: Smtp = Smtp {
    host: "sp1.contoso.com",
    address: "10.0.0.21",
    domains: &["sp.contoso.com"],
};

const DNS: &str = "inside A sp1.contoso.com 10.0.0.21\n\
                   inside MX 10 sp.contoso.com sp1.contoso.com";

const TIMER: &str = "S-1-5-21-1-2-3-1104";
const WEB: &str = "S-1-5-21-1-2-3-1106";
const ADMINS: &str = "S-1-5-21-7-8-9-1003";
const USERS: &str = "S-1-5-21-7-8-9-1004";
const SOUND: &str = "D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;S-1-5-21-7-8-9-1003)\
                     (A;OICI;0x1200a9;;;S-1-5-21-7-8-9-1004)";

/// A farm file and its facts.
pub struct World {
    pub farm: String,
    pub facts: Value,
}

impl World {
    /// Returns a sound farm.
    pub fn sound() -> Self {
        let target = json!({"host": SMTP.host, "address": "10.0.0.21:25",
            "seen": [{"server": "probe.contoso.com", "address": "10.0.0.9"}],
            "answer": facts::talk(&SMTP)});
        let mut world = Self {
            farm: FARM.to_owned(),
            facts: json!({
                "facts": 2,
                "gathered": now(),
                "dns": facts::dns(DNS),
                "smtp": {"targets": [target]},
                "iis": {"servers": [facts::metabase(&SMTP)]},
                "folder": {"folders": [folder()]},
            }),
        };
        world.set_size("104857600");
        world.announce("250-sp1.contoso.com Hello", "250 SIZE 104857600");
        world
    }

    /// Replaces a text of the farm file.
    pub fn file(&mut self, from: &str, to: &str) {
        assert!(self.farm.contains(from), "{from}");
        self.farm = self.farm.replace(from, to);
    }

    pub fn at(&mut self, place: &str) -> &mut Value {
        let missing = format!("nothing at {place}");
        self.facts.pointer_mut(place).expect(&missing)
    }

    pub fn set_size(&mut self, bytes: &str) {
        self.at("/iis/servers/0/metabase/known/service")["MaxMessageSize"] =
            json!({"raw": bytes, "line": 1});
    }

    pub fn announce(&mut self, first: &str, last: &str) {
        self.at("/smtp/targets/0/answer/known/steps/1")["reply"] = json!({"known": [first, last]});
    }

    /// Makes every DNS question time out.
    fn silence_dns(&mut self) {
        let answer = json!({"failed": {"kind": "timed-out", "detail": "timed out after 5s"}});
        for lookup in self.at("/dns/lookups").as_array_mut().expect("a list") {
            lookup["answer"] = answer.clone();
        }
        self.facts["smtp"] = json!({"targets": [], "unresolved": [
            {"host": "sp1.contoso.com", "answer": {"failed": {"kind": "timed-out",
                "detail": "A sp1.contoso.com: timed out after 5s"}}}]});
    }

    pub fn verified(&self, more: &[&str]) -> Run {
        let folder = Folder::with_farm(&self.farm);
        folder.write("facts.json", self.facts.to_string());
        folder.run(&[&["verify", "--facts", "facts.json"], more].concat())
    }
}

/// Returns an empty drop folder that grants the required rights.
fn folder() -> Value {
    let group = |name: &str| json!({"known": {"name": name, "kind": "alias"}});
    let account = |name: &str, sid: &str, group: &str| json!({"name": name, "sid": {"known": sid}, "token": {"known": [sid, group]}});
    json!({
        "server": SMTP.host,
        "path": "C:\\inetpub\\mailroot\\drop",
        "descriptor": {"known": {"from": "sddl", "text": format!("O:BAG:SY{SOUND}")}},
        "names": {ADMINS: group("SP1\\WSS_ADMIN_WPG"), USERS: group("SP1\\WSS_WPG")},
        "accounts": [
            account("CONTOSO\\sp_farm", TIMER, ADMINS),
            account("CONTOSO\\sp_web", WEB, USERS),
        ],
        "contents": {"known": {"messages": 0, "bytes": 0,
            "space": {"known": {"free": 50_000_000_000_u64, "total": 100_000_000_000_u64}}}},
    })
}

/// Returns the number of verdicts that need attention, by `error[smtp-closed]`.
fn found(run: &Run) -> BTreeMap<String, usize> {
    let json = run.json();
    let verdicts = json["verdicts"].as_array();
    let verdicts = verdicts.unwrap_or_else(|| panic!("{run:?}"));
    let mut counts = BTreeMap::new();
    for verdict in verdicts {
        let word = match verdict["outcome"].as_str() {
            Some("fail") => verdict["severity"].as_str().expect("a word"),
            Some("undecided") => "undecided",
            _ => continue,
        };
        let rule = verdict["rule"].as_str().expect("a rule");
        *counts.entry(format!("{word}[{rule}]")).or_default() += 1;
    }
    counts
}

fn raw(value: &str) -> Value {
    json!({"raw": value, "line": 1})
}

/// Breaks the sound farm in one way.
type Break = fn(&mut World);

/// Every fault, with all its verdicts.
const FAULTS: &[(&str, Break, &[&str])] = &[
    ("nothing", |_| {}, &[]),
    (
        "the SMTP service is stopped",
        |world| {
            world.at("/iis/servers/0")["service"] =
                json!({"known": {"state": "stopped", "start": "automatic"}});
            facts::close(&mut world.facts);
        },
        &["error[iis-service-stopped]"],
    ),
    (
        "the SMTP service is stopped and does not start with Windows",
        |world| {
            world.at("/iis/servers/0")["service"] =
                json!({"known": {"state": "stopped", "start": "manual"}});
            facts::close(&mut world.facts);
        },
        &["error[iis-service-stopped]", "warning[iis-startup-manual]"],
    ),
    (
        "the virtual server is stopped",
        |world| {
            world.at("/iis/servers/0/metabase/known/servers/0/properties")["ServerAutoStart"] =
                raw("FALSE");
            facts::close(&mut world.facts);
        },
        &["error[iis-server-stopped]"],
    ),
    (
        "an upgrade wiped the virtual servers",
        |world| {
            world.at("/iis/servers/0/metabase/known")["servers"] = json!([]);
            facts::close(&mut world.facts);
        },
        &["error[iis-server-stopped]"],
    ),
    (
        "an upgrade wiped the virtual servers and stopped the service",
        |world| {
            world.at("/iis/servers/0/metabase/known")["servers"] = json!([]);
            world.at("/iis/servers/0")["service"] =
                json!({"known": {"state": "stopped", "start": "automatic"}});
            facts::close(&mut world.facts);
        },
        &["error[iis-service-stopped]"],
    ),
    (
        "the service listens on another port",
        |world| {
            world.at("/iis/servers/0/metabase/known/servers/0/properties")["ServerBindings"] =
                raw(":2525:");
            facts::close(&mut world.facts);
        },
        &["warning[iis-not-port-25]"],
    ),
    (
        "the service listens on the loopback address only",
        |world| {
            world.at("/iis/servers/0/metabase/known/servers/0/properties")["ServerBindings"] =
                raw("127.0.0.1:25:");
            facts::close(&mut world.facts);
        },
        &["error[iis-loopback-only]"],
    ),
    (
        "a firewall refuses connections",
        |world| facts::close(&mut world.facts),
        &["error[smtp-closed]"],
    ),
    (
        "the size limit is small",
        |world| {
            world.set_size("2097152");
            world.announce("250-sp1.contoso.com Hello", "250 SIZE 2097152");
        },
        &["warning[iis-size-small]"],
    ),
    (
        "the size limit is small, and the metabase was not read",
        |world| {
            world.facts.as_object_mut().expect("facts").remove("iis");
            world.announce("250-sp1.contoso.com Hello", "250 SIZE 2097152");
        },
        &["note[page-alias-domain-needed]", "warning[smtp-size-small]"],
    ),
    (
        "the alias domain is missing",
        |world| facts::remove_domains(&mut world.facts),
        &["error[iis-alias-domain-missing]"],
    ),
    (
        "anonymous access is off",
        |world| facts::demand_logon(&mut world.facts),
        &["error[iis-anonymous-off]"],
    ),
    (
        "the incoming e-mail service runs nowhere",
        |world| {
            world.file(
                "incoming-email-service = true",
                "incoming-email-service = false",
            )
        },
        &["error[farm-service-nowhere]"],
    ),
    (
        "incoming e-mail is disabled",
        |world| {
            world.file("enabled = true", "enabled = false");
            facts::close(&mut world.facts);
        },
        &["note[page-disabled]"],
    ),
    (
        "the display address is a list's address",
        |world| world.file("\"sp.contoso.com\"", "\"docs@sp.contoso.com\""),
        &["error[page-display-address-not-a-domain]"],
    ),
    (
        "the only mail server has no address",
        |world| {
            world.facts["dns"] = facts::dns(
                "inside none sp1.contoso.com\ninside MX 10 sp.contoso.com sp1.contoso.com",
            );
            world.facts["smtp"] = json!({"targets": [], "unresolved": [
                {"host": "sp1.contoso.com", "answer": {"absent": "no address"}}]});
        },
        &["error[dns-mx-no-address]"],
    ),
    (
        "the domain takes no mail",
        |world| {
            world.facts["dns"] =
                facts::dns("inside A sp1.contoso.com 10.0.0.21\ninside MX 0 sp.contoso.com .");
        },
        &["error[dns-null-mx]"],
    ),
    (
        "a web front end without mail leads to a loopback address",
        |world| {
            world.file(
                "[probe]",
                "[[server]]\nname = \"wfe1.contoso.com\"\nrole = \"front-end\"\nos = \"2016\"\n\
                 incoming-email-service = false\nsmtp-service = false\n[probe]",
            );
            let lines = format!("{DNS}\ninside A wfe1.contoso.com 127.0.0.1");
            world.facts["dns"] = facts::dns(&lines);
        },
        &["error[dns-loopback]"],
    ),
    (
        "nothing listens at the server's IPv6 address",
        |world| {
            world.facts["dns"] =
                facts::dns(&format!("{DNS}\ninside AAAA sp1.contoso.com 2001:db8::21"));
            facts::add_ipv6(&mut world.facts, &json!({"absent": "connection refused"}));
        },
        &["warning[dns-ipv6-silent]"],
    ),
    (
        "the service is stopped, and its IPv6 address is silent too",
        |world| {
            world.facts["dns"] =
                facts::dns(&format!("{DNS}\ninside AAAA sp1.contoso.com 2001:db8::21"));
            facts::add_ipv6(&mut world.facts, &json!({"absent": "connection refused"}));
            facts::close(&mut world.facts);
            world.at("/iis/servers/0")["service"] =
                json!({"known": {"state": "stopped", "start": "automatic"}});
        },
        &["error[iis-service-stopped]"],
    ),
    (
        "a second virtual server is a leftover that is stopped",
        |world| {
            let mut leftover = world.at("/iis/servers/0/metabase/known/servers/0").clone();
            leftover["number"] = json!(2);
            leftover["properties"]["ServerAutoStart"] = raw("FALSE");
            leftover["properties"]["ServerState"] = raw("4");
            leftover["properties"]["DropDirectory"] = raw("D:\\old");
            leftover["domains"] = json!([]);
            let all = world.at("/iis/servers/0/metabase/known/servers");
            all.as_array_mut().expect("a list").push(leftover);
        },
        &["note[iis-several-servers]"],
    ),
    (
        "the drop folder is not there",
        |world| {
            let folder = world.at("/folder/folders/0");
            folder["contents"] = json!({"absent": "no such folder"});
            folder["descriptor"] = json!({"absent": "no such folder"});
        },
        &["error[folder-missing]"],
    ),
    (
        "the drop folder has a NULL DACL",
        |world| {
            world.at("/folder/folders/0")["descriptor"] =
                json!({"known": {"from": "sddl", "text": "D:NO_ACCESS_CONTROL"}});
        },
        &["error[folder-no-list]"],
    ),
    (
        "a share has a NULL DACL",
        |world| {
            world.file(r"'C:\inetpub\mailroot\drop'", r"'\\fs1.contoso.com\drop'");
            world.at("/iis/servers/0/metabase/known/servers/0/properties")["DropDirectory"] =
                raw(r"\\fs1.contoso.com\drop");
            let folder = world.at("/folder/folders/0");
            folder["path"] = json!(r"\\fs1.contoso.com\drop");
            folder["server"] = json!(null);
            let null = json!({"known": {"from": "sddl", "text": "D:NO_ACCESS_CONTROL"}});
            folder["share"] = null.clone();
            folder["descriptor"] = null;
        },
        &["error[folder-no-list]", "note[page-drop-folder-remote]"],
    ),
    (
        "all that lies there is for an alias that no list has",
        |world| stuck(world, &[("gone@sp.contoso.com", 3, 4000)]),
        &["warning[folder-alias-unknown]"],
    ),
    (
        "a message for a list lies there too",
        |world| {
            stuck(
                world,
                &[
                    ("gone@sp.contoso.com", 3, 4000),
                    ("docs@sp.contoso.com", 1, 700),
                ],
            )
        },
        &[
            "warning[folder-alias-unknown]",
            "warning[folder-mail-stuck]",
        ],
    ),
    (
        "what lies there for a list came just now",
        |world| {
            stuck(
                world,
                &[
                    ("gone@sp.contoso.com", 3, 4000),
                    ("docs@sp.contoso.com", 1, 30),
                ],
            )
        },
        &["warning[folder-alias-unknown]"],
    ),
];

/// Puts messages into the drop folder: for each address their number and the age of the oldest. The
/// only alias of a list is `docs`.
fn stuck(world: &mut World, mail: &[(&str, u64, i64)]) {
    world.facts["folder"]["aliases"] = json!({"from": "aliases.txt", "names": ["docs"]});
    let counted: Vec<Value> = mail
        .iter()
        .map(|(name, messages, oldest)| json!({"name": name, "messages": messages, "oldest": oldest}))
        .collect();
    let all: u64 = mail.iter().map(|(_, messages, _)| messages).sum();
    let old = mail.iter().filter(|(.., oldest)| *oldest > 600);
    let old: u64 = old.map(|(_, messages, _)| messages).sum();
    let contents = &mut world.at("/folder/folders/0")["contents"]["known"];
    contents["messages"] = json!(all);
    contents["ages"] = json!({"over-ten-minutes": old});
    contents["addresses"] = json!({"counted": counted, "others": 0});
    contents["domains"] = json!({"counted": [{"name": "sp.contoso.com", "messages": all}]});
}

/// Returns the expected verdicts of a fault, counted.
fn expected(says: &[&str]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for said in says {
        *counts.entry((*said).to_owned()).or_default() += 1;
    }
    counts
}

#[test]
fn each_fault_is_reported_once() {
    let mut wrong = Vec::new();
    for (name, break_it, says) in FAULTS {
        let mut world = World::sound();
        break_it(&mut world);
        let run = world.verified(&["--format", "json"]);
        let found = found(&run);
        if found != expected(says) {
            wrong.push(format!("{name}: {found:#?}, not {says:?}"));
        }
        // Text and JSON report the same.
        let text = world.verified(&[]).out;
        for said in says.iter() {
            if text.matches(said).count() != 1 {
                wrong.push(format!("{name}: {said} in\n{text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A dead network is one line for each area that it leaves undecided.
#[test]
fn a_dead_network_is_reported_once() {
    const ROWS: &[(&str, Break, &[&str])] = &[
        (
            "DNS",
            World::silence_dns,
            &[
                "10.0.0.10 gave no usable answer to any question: timed out after 5s",
                "its addresses are not known: 10.0.0.10 gave no usable answer to any question: \
                 timed out after 5s",
            ],
        ),
        (
            "SMTP",
            |world| {
                world.at("/smtp/targets/0")["answer"] =
                    json!({"failed": {"kind": "timed-out", "detail": "timed out after 5s"}});
            },
            &["it could not be reached (timed out after 5s); try from where the mail comes from"],
        ),
        (
            "LDAP",
            |world| {
                world.farm += "directory = [\"ldaps://dc1.contoso.com\"]\n[directory-management]\n\
                    service = \"yes\"\ncontainer = \"OU=Lists,DC=contoso,DC=com\"\n\
                    smtp-server = \"sp1.contoso.com\"\n";
                let detail = "ldaps://dc1.contoso.com: connection refused";
                world.facts["directory"] = json!({
                    "attempts": [{"url": "ldaps://dc1.contoso.com", "kind": "refused",
                        "why": "connection refused", "needs-signing": false}],
                    "connection": {"failed": {"kind": "refused", "detail": detail}},
                    "schema": "not-asked", "container": "not-asked", "members": "not-asked",
                    "forest": "not-asked"});
            },
            &["no domain controller could be asked: ldaps://dc1.contoso.com: connection refused"],
        ),
        (
            "SMB",
            |world| {
                let refused =
                    json!({"failed": {"kind": "refused", "detail": "connection refused"}});
                let folder = world.at("/folder/folders/0");
                for question in ["contents", "descriptor"] {
                    folder[question] = refused.clone();
                }
            },
            &[
                "it could not be looked at: connection refused",
                "its permissions are not known: connection refused",
                "the contents of the drop directory are not known: connection refused",
            ],
        ),
    ];
    let mut wrong = Vec::new();
    for (name, break_it, reasons) in ROWS {
        let mut world = World::sound();
        break_it(&mut world);
        let text = world.verified(&[]).out;
        let heads: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("error[") || line.starts_with("warning["))
            .collect();
        let undecided: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("undecided["))
            .collect();
        let is_told = |reason: &&str| {
            undecided
                .iter()
                .any(|line| line.ends_with(&format!(": {reason}")))
        };
        if !heads.is_empty() || undecided.len() != reasons.len() || !reasons.iter().all(is_told) {
            wrong.push(format!("{name}:\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
