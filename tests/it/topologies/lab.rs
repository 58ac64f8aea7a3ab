//! The same topologies with real name servers and Postfix, in separate networks that
//! `tests/lab/routes/run` creates. The metabases and the share are handwritten facts, and Exchange
//! is what the farm file records.

use super::{BASE, Change, Fault, SWITCHED_OFF, Seen, Smtp, Topology, facts, found, open};
use crate::support::{Folder, Run, now, root};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;

pub(super) const SP1: &str = r#"
[[server]]
name = "sp1.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#;

const BOTH: &str = r#"
[[server]]
name = "sp1.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
[[server]]
name = "sp2.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#;

const GATEWAY: &str = r#"
[[mail-host]]
name = "gw.fabrikam.test"
kind = "gateway"
sends-from = ["10.53.0.201"]
passes-to = ["sp1.fabrikam.test"]
by = "smart-host"
"#;

const EXCHANGE: &str = r#"
[[mail-host]]
name = "ex1.fabrikam.test"
kind = "exchange"
sends-from = ["10.53.0.5"]
passes-to = ["sp1.fabrikam.test"]
by = "smart-host"
"#;

/// Marks a topology with mail from outside, for which the outside view is asked.
pub(super) const OUTSIDE: &str = "outside ";

/// Returns the contents of a server's metabase.
pub(super) const fn knows(host: &'static str, domains: &'static [&'static str]) -> Smtp {
    Smtp {
        host,
        address: "",
        domains,
    }
}

const fn fault(from: &'static str, to: &'static str, rule: &'static str) -> Fault {
    Fault {
        change: Change::File(from, to),
        rule,
    }
}

const DIRECT: &[Topology] = &[
    Topology {
        name: "1 direct, one server",
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
        fault: fault("direct.fabrikam", "stopped.fabrikam", "smtp-closed"),
        ..BASE
    },
    Topology {
        name: "2 two servers with equal MX",
        display: "equal.fabrikam.test",
        farm: BOTH,
        smtp: &[
            knows("sp1.fabrikam.test", &["equal.fabrikam.test"]),
            knows("sp2.fabrikam.test", &["equal.fabrikam.test"]),
        ],
        fault: fault(
            "equal.fabrikam",
            "equal-broken.fabrikam",
            "dns-mx-no-address",
        ),
        ..BASE
    },
    Topology {
        name: "4 NAT with inside and outside DNS views",
        display: "translated.fabrikam.test",
        farm: SP1,
        recorded: "public-addresses = [\"203.0.113.25\"]\n",
        dns: OUTSIDE,
        smtp: &[knows("sp1.fabrikam.test", &["translated.fabrikam.test"])],
        fault: fault(
            "translated.fabrikam",
            "translated-broken.fabrikam",
            "dns-no-mx",
        ),
        ..BASE
    },
    Topology {
        name: "12 front end that receives while an application server polls its share",
        display: "front.fabrikam.test",
        farm: r#"
[[server]]
name = "wfe1.fabrikam.test"
role = "front-end"
os = "2016"
incoming-email-service = false
smtp-service = true
# front end
[[server]]
name = "app1.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = false
drop-folder = '\\wfe1\drop'
"#,
        recorded_in: &[(
            "# front end\n",
            "drop-share = '\\\\wfe1\\drop'\ndrop-folder = '\\\\wfe1\\drop'\n",
        )],
        smtp: &[knows("wfe1.fabrikam.test", &["front.fabrikam.test"])],
        fault: fault(
            "front.fabrikam",
            "front-broken.fabrikam",
            "iis-alias-domain-missing",
        ),
        ..BASE
    },
    Topology {
        name: "14 dual stack with an IPv6 that may be silent",
        display: "dual.fabrikam.test",
        farm: r#"
[[server]]
name = "dual.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
        smtp: &[knows("dual.fabrikam.test", &["dual.fabrikam.test"])],
        fault: fault("dual.", "dual-refused.", "warning dns-ipv6-silent"),
        ..BASE
    },
    Topology {
        name: "15 receiver that tarpits",
        display: "slow.fabrikam.test",
        farm: r#"
[[server]]
name = "slow.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
        recorded_in: &[("timeout = \"1500ms\"", "timeout = \"20s\"")],
        smtp: &[knows("slow.fabrikam.test", &["slow.fabrikam.test"])],
        fault: fault(
            "display-address = \"slow",
            "display-address = \"slow-broken",
            "iis-alias-domain-missing",
        ),
        ..BASE
    },
    Topology {
        name: "17 private domain for inside mail",
        display: "lists.fabrikam.local",
        farm: SP1,
        recorded_in: &[
            ("[farm]\n", "[farm]\nmail-from-outside = false\n"),
            (
                "[probe]\n",
                "[probe]\noutside-dns-servers = [\"203.0.113.53\"]\n",
            ),
        ],
        smtp: &[knows("sp1.fabrikam.test", &["lists.fabrikam.local"])],
        fault: fault(
            "mail-from-outside = false",
            "mail-from-outside = true",
            "dns-no-mx",
        ),
        ..BASE
    },
    Topology {
        name: "20 a standby farm, switched off on purpose",
        display: "standby.fabrikam.test",
        farm: SP1,
        recorded: "standby = true",
        recorded_in: &[("enabled = true", "enabled = false")],
        smtp: &[knows("sp1.fabrikam.test", &["standby.fabrikam.test"])],
        fault: fault("standby.fabrikam", "gated.fabrikam", SWITCHED_OFF),
        ..BASE
    },
];

const HANDED_ON: &[Topology] = &[
    Topology {
        name: "3 load balancer in front of two",
        display: "balanced.fabrikam.test",
        farm: BOTH,
        recorded: r#"
[[mail-host]]
name = "lb.fabrikam.test"
kind = "load-balancer"
addresses = ["10.53.0.30"]
sends-from = ["10.53.0.30"]
passes-to = ["sp1.fabrikam.test", "sp2.fabrikam.test"]
by = "virtual-address"
"#,
        smtp: &[
            knows("sp1.fabrikam.test", &["balanced.fabrikam.test"]),
            knows("sp2.fabrikam.test", &["balanced.fabrikam.test"]),
        ],
        fault: fault(
            "addresses = [\"10.53.0.30\"]",
            "addresses = [\"10.53.0.99\"]",
            "warning dns-mx-elsewhere",
        ),
        ..BASE
    },
    Topology {
        name: "5 gateway as MX that routes by host",
        display: "gated.fabrikam.test",
        farm: SP1,
        recorded: GATEWAY,
        smtp: &[knows("sp1.fabrikam.test", &["gated.fabrikam.test"])],
        fault: fault("by = \"smart-host\"", "by = \"mx\"", "dns-mail-host-loops"),
        ..BASE
    },
    Topology {
        name: "6 Exchange as MX with a Send connector",
        display: "exchange.fabrikam.test",
        farm: SP1,
        recorded: EXCHANGE,
        smtp: &[knows("sp1.fabrikam.test", &["exchange.fabrikam.test"])],
        fault: GONE,
        ..BASE
    },
    Topology {
        name: "7 the company's mail domain, with contacts",
        display: "fabrikam.test",
        farm: r#"
[directory-management]
service = "yes"
container = "OU=Lists,DC=fabrikam,DC=test"
smtp-server = "sp1.fabrikam.test"
[[server]]
name = "sp1.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
        recorded: CONTACTS,
        smtp: &[knows("sp1.fabrikam.test", &["sp1.fabrikam.test"])],
        fault: NO_DOMAIN,
        ..BASE
    },
    Topology {
        name: "8 Exchange Online with an outbound connector",
        display: "online.fabrikam.test",
        farm: SP1,
        recorded: r#"
[[mail-host]]
name = ".outlook.test"
kind = "exchange-online"
sends-from = ["198.51.100.0/24"]
passes-to = ["sp1.fabrikam.test"]
by = "smart-host"
"#,
        dns: OUTSIDE,
        smtp: &[knows("sp1.fabrikam.test", &["online.fabrikam.test"])],
        fault: fault(
            "online.fabrikam",
            "online-broken.fabrikam",
            "dns-mx-elsewhere",
        ),
        ..BASE
    },
    Topology {
        name: "9 hybrid: Exchange Online, Exchange, farm",
        display: "online.fabrikam.test",
        farm: SP1,
        recorded: r#"
[[mail-host]]
name = ".outlook.test"
kind = "exchange-online"
passes-to = ["ex1.fabrikam.test"]
by = "smart-host"
[[mail-host]]
name = "ex1.fabrikam.test"
kind = "exchange"
sends-from = ["10.53.0.5"]
passes-to = ["sp1.fabrikam.test"]
by = "smart-host"
"#,
        dns: OUTSIDE,
        smtp: &[knows("sp1.fabrikam.test", &["online.fabrikam.test"])],
        fault: GONE,
        ..BASE
    },
    Topology {
        name: "10 connector with smart host and no DNS records",
        display: "unnamed.fabrikam.test",
        farm: SP1,
        recorded: EXCHANGE,
        smtp: &[knows("sp1.fabrikam.test", &["unnamed.fabrikam.test"])],
        fault: GONE,
        ..BASE
    },
    Topology {
        name: "11 Foreign connector that writes to the share",
        display: "exchange.fabrikam.test",
        farm: r#"
[[server]]
name = "sp1.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = false
drop-folder = '\\fs1.contoso.com\drop'
"#,
        recorded: r#"
[[mail-host]]
name = "ex1.fabrikam.test"
kind = "exchange"
passes-to = ["drop-folder"]
by = "foreign-connector"
accounts = ['CONTOSO\EX1$']
"#,
        seen: |facts| facts::add_share(facts, "(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-1201)"),
        fault: Fault {
            change: Change::Seen(|facts| facts::add_share(facts, "")),
            rule: "folder-writer-cannot-write",
        },
        ..BASE
    },
    Topology {
        name: "13 Postfix relay with greylisting",
        display: "greylisted.fabrikam.test",
        farm: SP1,
        recorded: r#"
[[mail-host]]
name = "relay.fabrikam.test"
kind = "gateway"
sends-from = ["10.53.0.8"]
passes-to = ["sp1.fabrikam.test"]
by = "smart-host"
"#,
        smtp: &[knows("sp1.fabrikam.test", &["greylisted.fabrikam.test"])],
        fault: fault(
            "greylisted.fabrikam",
            "greylisted-broken.fabrikam",
            "iis-alias-domain-missing",
        ),
        ..BASE
    },
    Topology {
        name: "15 receiver that demands encryption",
        display: "gated.fabrikam.test",
        farm: r#"
[[server]]
name = "good.lab.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
        recorded: r#"
[[mail-host]]
name = "gw.fabrikam.test"
kind = "gateway"
sends-from = ["10.53.0.201"]
passes-to = ["good.lab.test"]
by = "smart-host"
tls = "required"
"#,
        smtp: &[knows("good.lab.test", &["gated.fabrikam.test"])],
        fault: fault("good.lab.test", "sp1.fabrikam.test", "smtp-tls-broken"),
        ..BASE
    },
    Topology {
        name: "15 receiver that demands a logon",
        display: "gated.fabrikam.test",
        farm: r#"
[[server]]
name = "logon.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
        recorded: r#"
[[mail-host]]
name = "gw.fabrikam.test"
kind = "gateway"
sends-from = ["10.53.0.201"]
passes-to = ["logon.fabrikam.test"]
by = "smart-host"
logs-on = true
"#,
        smtp: &[knows("logon.fabrikam.test", &["gated.fabrikam.test"])],
        seen: facts::switch_anonymous_off,
        trace: 3,
        fault: fault("logs-on = true", "logs-on = false", "iis-anonymous-off"),
        ..BASE
    },
    Topology {
        name: "16 firewall that lets only the gateway in",
        display: "gated.fabrikam.test",
        farm: r#"
[[server]]
name = "walled.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
        recorded: r#"
[[mail-host]]
name = "gw.fabrikam.test"
kind = "gateway"
sends-from = ["10.53.0.201"]
passes-to = ["walled.fabrikam.test"]
by = "smart-host"
"#,
        smtp: &[knows("walled.fabrikam.test", &["gated.fabrikam.test"])],
        fault: fault("walled.fabrikam", "stopped.fabrikam", "smtp-closed"),
        ..BASE
    },
    Topology {
        name: "18 remote Directory Management Service",
        display: "fabrikam.test",
        farm: r#"
[directory-management]
service = "remote"
url = "https://dms.fabrikam.test/_vti_bin/SharePointEmailWS.asmx"
smtp-server = "sp1.fabrikam.test"
[[server]]
name = "sp1.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
        recorded: CONTACTS,
        smtp: &[knows("sp1.fabrikam.test", &["sp1.fabrikam.test"])],
        fault: NO_DOMAIN,
        ..BASE
    },
    Topology {
        name: "19 the second of two farms behind one Exchange",
        display: "other.fabrikam.test",
        farm: r#"
[[server]]
name = "sp9.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
        recorded: r#"
[[mail-host]]
name = "ex1.fabrikam.test"
kind = "exchange"
sends-from = ["10.53.0.5"]
passes-to = ["sp1.fabrikam.test", "sp9.fabrikam.test"]
by = "smart-host"
"#,
        smtp: &[knows("sp9.fabrikam.test", &["other.fabrikam.test"])],
        fault: fault(
            ", \"sp9.fabrikam.test\"",
            "",
            "farm-mail-host-leads-nowhere",
        ),
        ..BASE
    },
];

const CONTACTS: &str = r#"
[[mail-host]]
name = "ex1.fabrikam.test"
kind = "exchange"
sends-from = ["10.53.0.5"]
passes-to = ["sp1.fabrikam.test"]
by = "smart-host"
delivers-as = ["sp1.fabrikam.test"]
"#;

const NO_DOMAIN: Fault = fault(
    "delivers-as = [\"sp1.",
    "delivers-as = [\"gone.",
    "iis-alias-domain-missing",
);

const GONE: Fault = fault(
    "passes-to = [\"sp1.",
    "passes-to = [\"gone.",
    "farm-mail-host-leads-nowhere",
);

/// The networks, which exist until this is dropped.
pub(super) struct Networks {
    process: Child,
    pub(super) folder: Folder,
}

impl Networks {
    pub(super) fn start() -> Self {
        let folder = Folder::new();
        let mut process = Command::new(root().join("tests/lab/routes/run"))
            .arg(folder.path("routes"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the networks");
        let mut line = String::new();
        let output = process.stdout.take().expect("its output");
        let mut output = BufReader::new(output);
        output.read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n", "the networks did not come up");
        Self { process, folder }
    }

    /// Runs the program on a machine.
    pub(super) fn run_on(&self, machine: &str, folder: &Folder, arguments: &[&str]) -> Run {
        let pid = self.folder.read(&format!("routes/{machine}.pid"));
        let program = folder.command(arguments);
        let mut command = Command::new("nsenter");
        command
            .args(["-t", pid.trim(), "-n"])
            .arg(program.get_program())
            .args(program.get_args())
            .current_dir(program.get_current_dir().expect("a folder"))
            .stdin(Stdio::null());
        Run::of(command.output().expect("nsenter runs"))
    }

    /// Runs a command in the network of the servers.
    pub(super) fn run_on_servers(&self, command: &[&str]) {
        let pid = self.process.id().to_string();
        let status = Command::new("nsenter")
            .args(["-t", &pid, "-n"])
            .args(command)
            .status();
        assert!(status.expect("nsenter runs").success(), "{command:?}");
    }

    /// Gathers the facts for a farm file on these machines, and adds handwritten facts.
    pub(super) fn gathered(&self, farm: &str, machines: &[&str], by_hand: &Value) -> Gathered {
        let seen = Seen::new(farm, by_hand);
        let mut files = vec!["facts.json".to_owned()];
        for machine in machines {
            let file = format!("{machine}.json");
            let command = ["gather", "dns", "smtp", "--server", machine, "--out", &file];
            let run = self.run_on(machine, &seen.folder, &command);
            assert!(run.code == 0 || run.code == 4, "{run:?}");
            files.push(file);
        }
        Gathered {
            folder: seen.folder,
            files,
        }
    }
}

impl Drop for Networks {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// A farm file, and facts in several files.
pub(super) struct Gathered {
    pub(super) folder: Folder,
    files: Vec<String>,
}

impl Gathered {
    pub(super) fn run(&self, command: &[&str]) -> Run {
        let mut arguments = command.to_vec();
        for file in &self.files {
            arguments.extend(["--facts", file]);
        }
        self.folder
            .run(&[&arguments[..], &["--format", "json"]].concat())
    }

    pub(super) fn verify(&self) -> Run {
        self.run(&["verify"])
    }

    fn trace(&self, topology: &Topology, to: &str) -> Run {
        let address = format!("docs@{}", topology.display);
        self.run(&["trace", &address, "--to", to])
    }
}

impl Topology {
    /// Returns a farm file with the name servers of the networks.
    pub(super) fn in_networks(text: &str) -> String {
        let ca_file = crate::lab::known("LAB_CA");
        let probe = format!(
            "dns-servers = [\"10.53.0.53\"]\ntimeout = \"1500ms\"\nca-file = \"{ca_file}\"\n"
        );
        text.replace("dns-servers = [\"10.0.0.10\"]\n", &probe)
    }

    /// Returns the handwritten facts.
    pub(super) fn by_hand(&self, seen: fn(&mut Value)) -> Value {
        let servers: Vec<Value> = self.smtp.iter().map(facts::metabase).collect();
        let mut all = json!({"facts": 2, "gathered": now(), "iis": {"servers": servers}});
        seen(&mut all);
        all
    }
}

/// Judges a topology in all its states, and returns the wrong results.
fn judged(networks: &Networks, topology: &Topology) -> Vec<String> {
    let mut wrong = Vec::new();
    let name = topology.name;
    let is_walled = name.starts_with("16 ");
    let machines: &[&str] = match is_walled {
        true => &["admin", "gateway"],
        false => &["admin"],
    };
    let by_hand = topology.by_hand(topology.seen);

    let unrecorded = Topology::in_networks(&topology.unrecorded_farm());
    let run = networks
        .gathered(&unrecorded, &["admin"], &by_hand)
        .verify();
    let lines = open(&run);
    if run.code == 1 || lines.iter().any(|line| line.starts_with("error")) {
        wrong.push(format!("{name}, unrecorded: {} {lines:#?}", run.code));
    }

    let farm = topology.farm_in_networks();
    let recorded = networks.gathered(&farm, machines, &by_hand);
    let run = recorded.verify();
    let lines = open(&run);
    if run.code != 0 || !lines.is_empty() {
        wrong.push(format!("{name}, recorded: {} {lines:#?}", run.code));
    }
    if topology.fault.rule != SWITCHED_OFF {
        let run = recorded.trace(topology, "recipient");
        if run.json()["end"] != Value::Null || run.code != topology.trace {
            wrong.push(format!(
                "{name}, trace: {} {}",
                run.code,
                run.json()["sentence"]
            ));
        }
    }

    let (farm, by_hand) = match topology.fault.change {
        Change::Seen(seen) => (farm, topology.by_hand(seen)),
        Change::File(from, to) => {
            assert!(farm.contains(from), "{name}: {from}");
            (farm.replace(from, to), by_hand)
        }
        Change::Dns(..) => panic!("{name}: the zones are the networks'"),
    };
    let run = networks.gathered(&farm, machines, &by_hand).verify();
    let rule = topology.fault.rule;
    let (severity, rule) = rule.split_once(' ').unwrap_or(("error", rule));
    let lines = found(&run);
    let wanted = format!("{severity}[{rule}]");
    if !lines.iter().any(|line| line.starts_with(&wanted)) {
        wrong.push(format!("{name}, broken: {} {lines:#?}", run.code));
    }
    wrong
}

impl Topology {
    /// Returns the farm file of the networks in which the topology is recorded.
    pub(super) fn farm_in_networks(&self) -> String {
        // A recorded replacement may apply to the networks' own text.
        let (whole, rest): (Vec<_>, Vec<_>) = self
            .recorded_in
            .iter()
            .copied()
            .partition(|(from, _)| !from.starts_with("timeout"));
        let whole: &'static [(&str, &str)] = whole.leak();
        let farm = Topology {
            recorded_in: whole,
            ..*self
        };
        let mut text = Self::in_networks(&farm.farm());
        for (from, to) in rest {
            assert!(text.contains(from), "{}: {from}", self.name);
            text = text.replacen(from, to, 1);
        }
        text
    }
}

#[test]
#[ignore = "needs networks"]
fn topologies_of_real_servers_have_their_verdicts() {
    let networks = Networks::start();
    let rows = [DIRECT, HANDED_ON].concat();
    let share = rows.len().div_ceil(4);
    let wrong: Vec<String> = thread::scope(|scope| {
        let judge = |part: &'_ [Topology]| {
            let wrong = part.iter().flat_map(|topology| judged(&networks, topology));
            wrong.collect::<Vec<String>>()
        };
        let threads: Vec<_> = rows
            .chunks(share)
            .map(|part| scope.spawn(move || judge(part)))
            .collect();
        let parts = threads
            .into_iter()
            .map(|thread| thread.join().expect("a result"));
        parts.flatten().collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A greylisted client must try again; until then the outcome is not known.
#[test]
#[ignore = "needs networks"]
fn greylisting_ends_with_the_second_attempt() {
    let networks = Networks::start();
    let relay = Topology {
        display: "deferred.fabrikam.test",
        farm: r#"
[[server]]
name = "relay.fabrikam.test"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
        ..BASE
    };
    let farm = relay.farm_in_networks();
    let only_live = json!({"facts": 2, "gathered": now()});
    let outcome = |gathered: &Gathered, rule: &str| {
        let verdicts = gathered.verify().json()["verdicts"].clone();
        let mut all = verdicts.as_array().expect("a list").iter();
        let of_rule = all.find(|verdict| verdict["rule"] == rule);
        of_rule.expect("a verdict")["outcome"].clone()
    };
    let first = networks.gathered(&farm, &["admin"], &only_live);
    assert_eq!(outcome(&first, "smtp-defers-recipient"), "fail");
    assert_eq!(outcome(&first, "smtp-refuses-recipient"), "not-applicable");
    let trace = first.trace(&relay, "recipient");
    assert_eq!(trace.json()["end"]["rule"], "smtp-defers-recipient");
    assert_eq!(trace.json()["end"]["state"], "not known", "{trace:?}");
    assert_eq!(trace.code, 3, "{trace:?}");
    let second = networks.gathered(&farm, &["admin"], &only_live);
    assert_eq!(outcome(&second, "smtp-defers-recipient"), "pass");
    assert_eq!(outcome(&second, "smtp-refuses-recipient"), "pass");
    assert_eq!(second.trace(&relay, "recipient").code, 0);
}

/// An address without an answer is undecided, and mail arrives through the other one.
#[test]
#[ignore = "needs networks"]
fn ipv6_without_an_answer_is_undecided() {
    let networks = Networks::start();
    let row = DIRECT
        .iter()
        .find(|topology| topology.name.starts_with("14 "))
        .expect("the topology");
    let farm = row.farm_in_networks().replace("dual.", "dual-silent.");
    let silent = networks.gathered(&farm, &["admin"], &json!({"facts": 2, "gathered": now()}));
    let run = silent.verify();
    let lines = open(&run);
    assert!(
        !lines.iter().any(|line| line.starts_with("error")),
        "{lines:#?}"
    );
    let is_ipv6 = |line: &&String| line.starts_with("undecided[dns-ipv6-silent]");
    assert_eq!(lines.iter().filter(is_ipv6).count(), 1, "{lines:#?}");
    assert_eq!(run.code, 3);
}
