//! The usual mail routes to a farm: without findings if recorded, without errors if not, and with a
//! finding for a fault.

use super::*;

/// A mail route: the settings that record it, the answers from DNS, and a fault.
struct Topology {
    name: &'static str,
    /// Whether mail from outside is expected.
    outside: bool,
    /// The servers of the farm.
    servers: &'static str,
    /// The settings that record the route.
    recorded: &'static str,
    inside: &'static str,
    /// The zone of the outside name servers, if they are asked.
    outside_zone: Option<&'static str>,
    /// A fault: a text of the recorded farm or of a zone, its replacement, and the rule that finds
    /// it, with its severity if that varies.
    fault: (&'static str, &'static str, &'static str),
}

const SP1: &str = "[[server]]\nname = \"sp1.fabrikam.test\"\nincoming-email-service = true\nsmtp-service = true\n";
const BOTH: &str = "[[server]]\nname = \"sp1.fabrikam.test\"\nincoming-email-service = true\nsmtp-service = true\n\
    [[server]]\nname = \"sp2.fabrikam.test\"\nincoming-email-service = true\nsmtp-service = true\n";
const WFE: &str = r#"[[server]]
name = "sp1.fabrikam.test"
incoming-email-service = true
smtp-service = true
drop-folder = '\\wfe1\drop'
[[server]]
name = "wfe1.fabrikam.test"
role = "front-end"
incoming-email-service = false
smtp-service = true
"#;
const NO_SMTP: &str = "[[server]]\nname = \"sp1.fabrikam.test\"\nincoming-email-service = true\nsmtp-service = false\n";

const TOPOLOGIES: [Topology; 14] = [
    Topology {
        name: "direct",
        outside: false,
        servers: SP1,
        recorded: "",
        inside: "sharepoint MX 10 sp1",
        outside_zone: None,
        fault: ("MX 10 sp1", "MX 10 gone", "dns-mx-no-address"),
    },
    Topology {
        name: "two servers with equal MX",
        outside: false,
        servers: BOTH,
        recorded: "",
        inside: "sharepoint MX 10 sp1\nsharepoint MX 10 sp2",
        outside_zone: None,
        fault: ("sp2 A 10.0.0.22", "sp2 A 127.0.0.1", "dns-loopback"),
    },
    Topology {
        name: "load balancer",
        outside: false,
        servers: BOTH,
        recorded: "[[mail-host]]\nname = \"lb.fabrikam.test\"\nkind = \"load-balancer\"\naddresses = [\"10.0.0.30\"]\n\
                   passes-to = [\"sp1.fabrikam.test\", \"sp2.fabrikam.test\"]\n",
        inside: "sharepoint MX 10 vip\nvip A 10.0.0.30",
        outside_zone: None,
        fault: (
            "vip A 10.0.0.30",
            "vip A 10.0.0.99",
            "warning dns-mx-elsewhere",
        ),
    },
    Topology {
        name: "NAT with two views",
        outside: true,
        servers: SP1,
        recorded: "public-addresses = [\"203.0.113.25\"]\n",
        inside: "sharepoint A 10.0.0.21",
        outside_zone: Some("sharepoint MX 10 mail\nmail A 203.0.113.25"),
        fault: (
            "mail A 203.0.113.25",
            "mail A 10.0.0.21",
            "warning dns-mx-private",
        ),
    },
    Topology {
        name: "gateway as MX",
        outside: true,
        servers: SP1,
        recorded: "[[mail-host]]\nname = \"gw.fabrikam.test\"\nkind = \"gateway\"\npasses-to = [\"sp1.fabrikam.test\"]\n",
        inside: "sharepoint MX 10 gw\ngw A 10.0.0.5",
        outside_zone: Some("sharepoint MX 10 gw\ngw A 203.0.113.5"),
        fault: (
            "sharepoint MX 10 gw\ngw A 203.0.113.5",
            "gw A 203.0.113.5",
            "error dns-no-mx",
        ),
    },
    Topology {
        name: "Exchange as MX",
        outside: false,
        servers: SP1,
        recorded: "[[mail-host]]\nname = \"ex1.fabrikam.test\"\nkind = \"exchange\"\nby = \"smart-host\"\n\
                   passes-to = [\"sp1.fabrikam.test\"]\n",
        inside: "sharepoint MX 10 ex1\nex1 A 10.0.0.5",
        outside_zone: None,
        fault: ("by = \"smart-host\"", "by = \"mx\"", "dns-mail-host-loops"),
    },
    Topology {
        name: "Exchange Online",
        outside: true,
        servers: SP1,
        recorded: "[[mail-host]]\nname = \".outlook.test\"\nkind = \"exchange-online\"\nby = \"smart-host\"\n\
                   passes-to = [\"sp1.fabrikam.test\"]\n",
        inside: "",
        outside_zone: Some(
            "sharepoint MX 0 fabrikam.outlook.test.\nfabrikam.outlook.test. A 203.0.113.9",
        ),
        fault: (".outlook.test\"", ".other.test\"", "error dns-mx-elsewhere"),
    },
    Topology {
        name: "hybrid",
        outside: true,
        servers: SP1,
        recorded: "[[mail-host]]\nname = \".outlook.test\"\nkind = \"exchange-online\"\npasses-to = [\"ex1.fabrikam.test\"]\n\
                   [[mail-host]]\nname = \"ex1.fabrikam.test\"\nkind = \"exchange\"\nby = \"smart-host\"\n\
                   passes-to = [\"sp1.fabrikam.test\"]\n",
        inside: "ex1 A 10.0.0.5",
        outside_zone: Some(
            "sharepoint MX 0 fabrikam.outlook.test.\nfabrikam.outlook.test. A 203.0.113.9",
        ),
        fault: (
            "passes-to = [\"sp1.fabrikam.test\"]",
            "passes-to = [\"sp9.fabrikam.test\"]",
            "farm-mail-host-leads-nowhere",
        ),
    },
    Topology {
        name: "smart host and no records",
        outside: false,
        servers: SP1,
        recorded: "[[mail-host]]\nname = \"ex1.fabrikam.test\"\nkind = \"exchange\"\nby = \"smart-host\"\n\
                   passes-to = [\"10.0.0.21\"]\n",
        inside: "ex1 A 10.0.0.5",
        outside_zone: None,
        fault: (
            "10.0.0.21\"]",
            "10.0.0.99\"]",
            "farm-mail-host-leads-nowhere",
        ),
    },
    Topology {
        name: "Foreign connector",
        outside: false,
        servers: NO_SMTP,
        recorded: "[[mail-host]]\nname = \"ex1.fabrikam.test\"\nkind = \"exchange\"\nby = \"foreign-connector\"\n\
                   passes-to = [\"drop-folder\"]\n",
        inside: "sharepoint MX 10 ex1\nex1 A 10.0.0.5",
        outside_zone: None,
        fault: (
            "\"drop-folder\"",
            "\"sp1.fabrikam.test\"",
            "farm-mail-host-leads-nowhere",
        ),
    },
    Topology {
        name: "front end that receives for another server",
        outside: false,
        servers: WFE,
        recorded: "drop-share = '\\\\wfe1\\drop'\n",
        inside: "sharepoint MX 10 wfe1",
        outside_zone: None,
        fault: (
            "drop-folder = '\\\\wfe1\\drop'",
            "",
            "error dns-mx-without-service",
        ),
    },
    Topology {
        name: "private domain",
        outside: false,
        servers: SP1,
        recorded: "",
        inside: "sharepoint A 10.0.0.21",
        outside_zone: Some("other MX 10 gone"),
        fault: (
            "sharepoint A 10.0.0.21",
            "sharepoint A 127.0.0.1",
            "dns-loopback",
        ),
    },
    Topology {
        name: "one Exchange for two farms",
        outside: false,
        servers: SP1,
        recorded: "[[mail-host]]\nname = \"ex1.fabrikam.test\"\nkind = \"exchange\"\nby = \"smart-host\"\n\
                   passes-to = [\"sp1.fabrikam.test\", \"sp9.contoso.test\"]\ndelivers-as = [\"sp.fabrikam.test\"]\n",
        inside: "ex1 A 10.0.0.5\nsp9.contoso.test. A 10.9.9.9",
        outside_zone: None,
        fault: (
            "\"sp1.fabrikam.test\", \"sp9.contoso.test\"",
            "\"sp9.contoso.test\"",
            "farm-mail-host-leads-nowhere",
        ),
    },
    Topology {
        name: "standby",
        outside: false,
        servers: BOTH,
        recorded: "standby = true\n",
        inside: "sharepoint MX 10 sp1\nsharepoint MX 20 sp2",
        outside_zone: None,
        fault: ("sp1 A 10.0.0.21", "sp1 A 0.0.0.0", "dns-loopback"),
    },
];

/// Returns a zone file: short names belong to the farm's domain, names with a final dot are
/// complete.
fn zone(lines: &str) -> String {
    let full = |word: &str| match word {
        "sharepoint" | "sp1" | "sp2" | "wfe1" | "vip" | "gw" | "ex1" | "mail" | "gone"
        | "other" => {
            format!("{word}.fabrikam.test")
        }
        word => word.trim_end_matches('.').to_owned(),
    };
    let lines: Vec<String> = lines
        .lines()
        .map(|line| line.split(' ').map(full).collect::<Vec<_>>().join(" "))
        .collect();
    format!(
        "fabrikam.test ZONE\noutlook.test ZONE\ncontoso.test ZONE\n{}",
        lines.join("\n")
    )
}

/// Returns the verdicts of `verify dns farm` on a farm with these name servers.
fn judged(topology: &Topology, recorded: &str, change: Option<(&str, &str)>) -> Verdicts {
    const SERVERS: &str = "sp1 A 10.0.0.21\nsp2 A 10.0.0.22\nwfe1 A 10.0.0.31\n";
    let changed = |text: String| match change {
        Some((old, new)) => text.replace(old, new),
        None => text,
    };
    let inside = DnsServer::start(&zone(&changed(format!("{SERVERS}{}", topology.inside))));
    let outside = topology
        .outside_zone
        .map(|lines| DnsServer::start(&zone(&changed(lines.to_owned()))));
    let outside_servers = outside.as_ref().map_or(String::new(), |server| {
        format!("outside-dns-servers = [\"{}\"]\n", server.address)
    });
    let farm = changed(format!("{}{recorded}", topology.servers));
    let farm = format!(
        "[farm]\nname = \"fabrikam\"\nversion = \"2016\"\nmail-from-outside = {}\n\
         [incoming-email]\nenabled = true\nmode = \"advanced\"\n\
         display-address = \"sharepoint.fabrikam.test\"\ndrop-folder = 'C:\\drop'\n\
         {farm}\n[probe]\n{outside_servers}",
        topology.outside
    );
    let only = "dns,farm-mail-host-leads-nowhere";
    let folder = folder(&farm, &[inside.address]);
    Verdicts::of(folder.run(&["verify", "dns", "farm", "--only", only, "--format", "json"]))
}

/// Returns the findings above a note, and the undecided verdicts.
fn said(verdicts: &Verdicts) -> Vec<String> {
    let mut said = Vec::new();
    for verdict in &verdicts.list {
        let (outcome, severity) = (text(verdict, "outcome"), text(verdict, "severity"));
        let word = match outcome {
            "fail" if severity != "note" => severity,
            "undecided" => outcome,
            _ => continue,
        };
        said.push(format!(
            "{word} {} {}: {}",
            text(verdict, "rule"),
            text(verdict, "subject"),
            text(verdict, "message")
        ));
    }
    said
}

#[test]
fn recorded_topologies_have_no_findings() {
    for topology in &TOPOLOGIES {
        let verdicts = judged(topology, topology.recorded, None);
        assert_eq!(said(&verdicts), [""; 0], "{}", topology.name);
        assert_eq!(verdicts.run.code, 0, "{}", topology.name);
    }
}

#[test]
fn unrecorded_topologies_have_no_errors() {
    for topology in &TOPOLOGIES {
        let said = said(&judged(topology, "", None));
        let is_error = |line: &String| line.starts_with("error");
        assert!(!said.iter().any(is_error), "{}: {said:#?}", topology.name);
    }
}

#[test]
fn fault_in_a_topology_is_found() {
    for topology in &TOPOLOGIES {
        let (old, new, rule) = topology.fault;
        let verdicts = judged(topology, topology.recorded, Some((old, new)));
        let said = said(&verdicts);
        assert!(
            said.iter()
                .any(|line| line.contains(rule) && !line.starts_with("undecided")),
            "{}: {rule}: {said:#?}",
            topology.name
        );
    }
}
