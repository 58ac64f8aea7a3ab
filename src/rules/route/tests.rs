//! The routes of the usual topologies, each as a farm and what DNS says.

use super::{LeadsTo, Reach, Route, Routes, Way};
use crate::facts::merge::Observation;
use crate::facts::{Answer, DnsFacts, Facts, Lookup, NetworkView, Record, RecordData, RecordKind};
use crate::farm::{Farm, MailHost, Server, read};
use crate::rules::dns_view::DnsView;
use std::collections::BTreeMap;
use std::net::SocketAddr;

const INSIDE: &str = "10.0.0.10:53";
const OUTSIDE: &str = "203.0.113.53:53";

/// Returns facts of lines such as `outside MX 10 sharepoint.fabrikam.com mail.fabrikam.com`. Every
/// DNS server is asked for all names in all lines, and denies what no line has.
fn facts(lines: &str) -> Facts {
    let mut records: BTreeMap<(NetworkView, String, RecordKind), Vec<Record>> = BTreeMap::new();
    let mut views = Vec::new();
    let mut names = Vec::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (view, name, data) = match words[..] {
            [view, "A", name, address] => (
                view,
                name,
                RecordData::A {
                    address: address.parse().unwrap(),
                },
            ),
            [view, "AAAA", name, address] => (
                view,
                name,
                RecordData::Aaaa {
                    address: address.parse().unwrap(),
                },
            ),
            [view, "MX", preference, name, host] => (
                view,
                name,
                RecordData::Mx {
                    preference: preference.parse().unwrap(),
                    exchange: host.to_owned(),
                },
            ),
            [view, "none", name] => {
                views.push(side(view));
                names.push(name.to_owned());
                continue;
            }
            _ => panic!("{line}"),
        };
        views.push(side(view));
        names.push(name.to_owned());
        if let RecordData::Mx { exchange, .. } = &data {
            names.push(exchange.clone());
        }
        let key = (side(view), name.to_owned(), data.kind());
        records
            .entry(key)
            .or_default()
            .push(Record::new(name, data));
    }
    let mut dns = DnsFacts::default();
    views.sort();
    views.dedup();
    for view in views {
        let server: SocketAddr = match view {
            NetworkView::Inside => INSIDE,
            NetworkView::Outside => OUTSIDE,
        }
        .parse()
        .unwrap();
        dns.servers.push(server);
        for name in &names {
            for kind in [RecordKind::A, RecordKind::Aaaa, RecordKind::Mx] {
                let answer = match records.get(&(view, name.clone(), kind)) {
                    Some(found) => Answer::Known(found.clone()),
                    None => Answer::Absent("NODATA".to_owned()),
                };
                let lookup = Lookup {
                    view,
                    ..Lookup::new(server, name, kind, answer)
                };
                if !dns.lookups.contains(&lookup) {
                    dns.lookups.push(lookup);
                }
            }
        }
    }
    let is_asked = !dns.servers.is_empty();
    Facts {
        dns: is_asked.then_some(dns),
        ..Facts::default()
    }
}

fn side(word: &str) -> NetworkView {
    match word {
        "inside" => NetworkView::Inside,
        "outside" => NetworkView::Outside,
        _ => panic!("{word}"),
    }
}

fn server_names(servers: &[&Server]) -> Vec<String> {
    servers.iter().map(|server| short(server.name())).collect()
}

fn host_names(hosts: &[&MailHost]) -> Vec<String> {
    hosts.iter().map(|host| short(host.name())).collect()
}

fn short(name: &str) -> String {
    name.trim_end_matches(".fabrikam.com").to_owned()
}

/// Returns a route in a line: exchangers, mail hosts, takers, and how much is not known.
fn route_line(route: &Route<'_>) -> String {
    let exchangers: Vec<String> = route
        .exchangers
        .iter()
        .map(|exchanger| {
            let leads_to = match &exchanger.leads_to {
                LeadsTo::Servers(servers) => server_names(servers).join("+"),
                LeadsTo::MailHosts(hosts) => host_names(hosts).join("+"),
                LeadsTo::Elsewhere => "elsewhere".to_owned(),
                LeadsTo::NoAddress => "no address".to_owned(),
                LeadsTo::Literal => "literal".to_owned(),
                LeadsTo::NotKnown(_) => "not known".to_owned(),
            };
            format!(
                "{} {}={leads_to}",
                exchanger.preference,
                short(&exchanger.host)
            )
        })
        .collect();
    let mut line = format!(
        "{}: mx [{}] hosts [{}] takers [{}]",
        route.side.name(),
        exchangers.join(", "),
        host_names(&route.mail_hosts).join(", "),
        server_names(&route.takers).join(", ")
    );
    if route.is_written_by_mail_host {
        line += " writes files";
    }
    if !route.unknown.is_empty() {
        line += " …";
    }
    line
}

fn way_word(way: &Way<'_>) -> String {
    match way {
        Way::Direct { domain, .. } => format!("direct {}", short(domain)),
        Way::MailHost(host) => format!("from {}", short(host.name())),
        Way::Server(server) => format!("from {}", short(server.name())),
        Way::Automatic => "automatic".to_owned(),
    }
}

/// Returns whether mail goes to a server, and with which domains, in a line.
fn server_line(routes: &Routes<'_>, server: &Server) -> String {
    let reach = match routes.reach(server) {
        Reach::On(ways) => ways.iter().map(way_word).collect::<Vec<_>>().join(", "),
        Reach::Off => "off".to_owned(),
        Reach::NotKnown(_) => "not known".to_owned(),
    };
    let domains = routes.served_domains(server);
    let domains: Vec<String> = domains
        .iter()
        .map(|served| short(served.domain.ascii()))
        .collect();
    format!(
        "{}: {reach}; serves [{}]",
        short(server.name()),
        domains.join(", ")
    )
}

fn lines(farm: &Farm, facts: &Facts) -> String {
    let routes = Routes::new(farm, &DnsView::all(farm, facts));
    let of_servers = farm
        .servers
        .iter()
        .map(|server| server_line(&routes, server));
    let all = routes.all(None);
    of_servers
        .chain(all.iter().map(route_line))
        .collect::<Vec<_>>()
        .join("\n")
}

const HEAD: &str = r#"[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.com"
drop-folder = 'C:\drop'
"#;
const SP1: &str =
    "[[server]]\nname = \"sp1.fabrikam.com\"\nincoming-email-service = true\nsmtp-service = true\n";
const SP2: &str =
    "[[server]]\nname = \"sp2.fabrikam.com\"\nincoming-email-service = true\nsmtp-service = true\n";
const A_OF_BOTH: &str =
    "inside A sp1.fabrikam.com 10.0.0.21\ninside A sp2.fabrikam.com 10.0.0.22\n";

/// A topology: its farm file below the head, what DNS says, and its routes.
struct Topology {
    name: &'static str,
    farm: String,
    dns: String,
    expected: &'static str,
}

fn topology(name: &'static str, farm: &[&str], dns: &[&str], expected: &'static str) -> Topology {
    Topology {
        name,
        farm: farm.join("\n"),
        dns: dns.join("\n"),
        expected,
    }
}

fn topologies() -> Vec<Topology> {
    let mx_sp1 = "inside MX 10 sharepoint.fabrikam.com sp1.fabrikam.com";
    let exchange = "[[mail-host]]\nname = \"ex1.fabrikam.com\"\nkind = \"exchange\"\n";
    vec![
        topology(
            "1 direct",
            &[HEAD, SP1],
            &[A_OF_BOTH, mx_sp1],
            "sp1: direct sharepoint; serves [sharepoint]\n\
             inside: mx [10 sp1=sp1] hosts [] takers [sp1]",
        ),
        topology(
            "1 another server has SMTP for outgoing mail",
            &[HEAD, SP1, SP2],
            &[A_OF_BOTH, mx_sp1],
            "sp1: direct sharepoint; serves [sharepoint]\n\
             sp2: off; serves []\n\
             inside: mx [10 sp1=sp1] hosts [] takers [sp1]",
        ),
        topology(
            "1 without DNS",
            &[HEAD, SP1],
            &[],
            "sp1: not known; serves [sharepoint]\n\
             inside: mx [] hosts [] takers [] …",
        ),
        topology(
            "2 equal MX",
            &[HEAD, SP1, SP2],
            &[
                A_OF_BOTH,
                mx_sp1,
                "inside MX 10 sharepoint.fabrikam.com sp2.fabrikam.com",
            ],
            "sp1: direct sharepoint; serves [sharepoint]\n\
             sp2: direct sharepoint; serves [sharepoint]\n\
             inside: mx [10 sp1=sp1, 10 sp2=sp2] hosts [] takers [sp1, sp2]",
        ),
        topology(
            "3 load balancer",
            &[
                HEAD,
                SP1,
                SP2,
                "[[mail-host]]\nname = \"lb.fabrikam.com\"\n\
             kind = \"load-balancer\"\naddresses = [\"10.0.0.30\"]\n\
             passes-to = [\"sp1.fabrikam.com\", \"sp2.fabrikam.com\"]",
            ],
            &[
                A_OF_BOTH,
                "inside MX 10 sharepoint.fabrikam.com vip.fabrikam.com",
                "inside A vip.fabrikam.com 10.0.0.30",
            ],
            "sp1: from lb; serves [sharepoint]\n\
             sp2: from lb; serves [sharepoint]\n\
             inside: mx [10 vip=lb] hosts [lb] takers [sp1, sp2]",
        ),
        topology(
            "3 load balancer, not recorded",
            &[HEAD, SP1],
            &[
                A_OF_BOTH,
                "inside MX 10 sharepoint.fabrikam.com vip.fabrikam.com",
                "inside A vip.fabrikam.com 10.0.0.30",
            ],
            "sp1: not known; serves [sharepoint]\n\
             inside: mx [10 vip=elsewhere] hosts [] takers [] …",
        ),
        topology(
            "4 NAT and two views",
            &[
                "[farm]\nmail-from-outside = true",
                HEAD,
                SP1,
                "public-addresses = [\"203.0.113.25\"]",
            ],
            &[
                A_OF_BOTH,
                "inside A sharepoint.fabrikam.com 10.0.0.21",
                "outside MX 10 sharepoint.fabrikam.com mail.fabrikam.com",
                "outside A mail.fabrikam.com 203.0.113.25",
            ],
            "sp1: direct sharepoint, direct sharepoint; serves [sharepoint]\n\
             outside: mx [10 mail=sp1] hosts [] takers [sp1]\n\
             inside: mx [0 sharepoint=sp1] hosts [] takers [sp1]",
        ),
        topology(
            "4 outside not asked",
            &["[farm]\nmail-from-outside = true", HEAD, SP1],
            &[A_OF_BOTH, mx_sp1],
            "sp1: direct sharepoint; serves [sharepoint]\n\
             outside: mx [] hosts [] takers [] …\n\
             inside: mx [10 sp1=sp1] hosts [] takers [sp1]",
        ),
        topology(
            "5 gateway",
            &[
                HEAD,
                SP1,
                "[[mail-host]]\nname = \"gw.fabrikam.com\"\nkind = \"gateway\"\n\
             passes-to = [\"sp1.fabrikam.com:25\"]",
            ],
            &[
                A_OF_BOTH,
                "inside MX 10 sharepoint.fabrikam.com gw.fabrikam.com",
                "inside A gw.fabrikam.com 10.0.0.5",
            ],
            "sp1: from gw; serves [sharepoint]\n\
             inside: mx [10 gw=gw] hosts [gw] takers [sp1]",
        ),
        topology(
            "5 gateway, where it passes mail to is not recorded",
            &[HEAD, SP1, "[[mail-host]]\nname = \"gw.fabrikam.com\""],
            &[
                A_OF_BOTH,
                "inside MX 10 sharepoint.fabrikam.com gw.fabrikam.com",
                "inside A gw.fabrikam.com 10.0.0.5",
            ],
            "sp1: not known; serves [sharepoint]\n\
             inside: mx [10 gw=gw] hosts [gw] takers [] …",
        ),
        topology(
            "6 Exchange as MX",
            &[HEAD, SP1, exchange, "passes-to = [\"sp1.fabrikam.com\"]"],
            &[
                A_OF_BOTH,
                "inside MX 10 sharepoint.fabrikam.com ex1.fabrikam.com",
                "inside A ex1.fabrikam.com 10.0.0.5",
            ],
            "sp1: from ex1; serves [sharepoint]\n\
             inside: mx [] hosts [ex1] takers [sp1]",
        ),
        topology(
            "7 the company's domain and contacts",
            &[
                HEAD,
                "[directory-management]\nservice = \"yes\"\n\
             smtp-server = \"sp1.fabrikam.com\"",
                SP1,
                exchange,
                "passes-to = [\"sp1.fabrikam.com\"]\ndelivers-as = [\"sp1.fabrikam.com\"]",
            ],
            &[
                A_OF_BOTH,
                "inside MX 10 sharepoint.fabrikam.com ex1.fabrikam.com",
                "inside A ex1.fabrikam.com 10.0.0.5",
            ],
            "sp1: from ex1, direct sp1; serves [sp1]\n\
             inside: mx [] hosts [ex1] takers [sp1]",
        ),
        topology(
            "8 Exchange Online",
            &[
                "[farm]\nmail-from-outside = true",
                HEAD,
                SP1,
                "[[mail-host]]\n\
             name = \".mail.protection.outlook.com\"\nkind = \"exchange-online\"\npasses-to = [\"sp1.fabrikam.com\"]",
            ],
            &[
                A_OF_BOTH,
                "outside MX 0 sharepoint.fabrikam.com fabrikam-com.mail.protection.outlook.com",
                "outside A fabrikam-com.mail.protection.outlook.com 198.51.100.1",
            ],
            "sp1: from .mail.protection.outlook.com; serves [sharepoint]\n\
             outside: mx [0 fabrikam-com.mail.protection.outlook.com=.mail.protection.outlook.com] \
             hosts [.mail.protection.outlook.com] takers [sp1]\n\
             inside: mx [] hosts [.mail.protection.outlook.com] takers [sp1]",
        ),
        topology(
            "9 hybrid",
            &[
                "[farm]\nmail-from-outside = true",
                HEAD,
                SP1,
                "[[mail-host]]\n\
             name = \".mail.protection.outlook.com\"\nkind = \"exchange-online\"\npasses-to = [\"ex1.fabrikam.com\"]\n\
             delivers-as = [\"sp.fabrikam.com\"]",
                exchange,
                "passes-to = [\"sp1.fabrikam.com\"]",
            ],
            &[
                A_OF_BOTH,
                "outside MX 0 sharepoint.fabrikam.com fabrikam-com.mail.protection.outlook.com",
                "outside A fabrikam-com.mail.protection.outlook.com 198.51.100.1",
            ],
            "sp1: from ex1; serves [sp]\n\
             outside: mx [0 fabrikam-com.mail.protection.outlook.com=.mail.protection.outlook.com] \
             hosts [.mail.protection.outlook.com, ex1] takers [sp1]\n\
             inside: mx [] hosts [.mail.protection.outlook.com, ex1] takers [sp1]",
        ),
        topology(
            "10 smart host, no records",
            &[
                HEAD,
                SP1,
                exchange,
                "passes-to = [\"10.0.0.21\"]\nby = \"smart-host\"",
            ],
            &[A_OF_BOTH, "inside none sharepoint.fabrikam.com"],
            "sp1: from ex1; serves [sharepoint]\n\
             inside: mx [] hosts [ex1] takers [sp1]",
        ),
        topology(
            "10 not recorded",
            &[HEAD, SP1],
            &[A_OF_BOTH, "inside none sharepoint.fabrikam.com"],
            "sp1: off; serves []\n\
             inside: mx [] hosts [] takers []",
        ),
        topology(
            "11 Foreign connector",
            &[
                HEAD,
                "[[server]]\nname = \"sp1.fabrikam.com\"\n\
             incoming-email-service = true\nsmtp-service = false",
                exchange,
                "passes-to = [\"drop-folder\"]\nby = \"foreign-connector\"",
            ],
            &[
                A_OF_BOTH,
                "inside MX 10 sharepoint.fabrikam.com ex1.fabrikam.com",
                "inside A ex1.fabrikam.com 10.0.0.5",
            ],
            "sp1: off; serves []\n\
             inside: mx [] hosts [ex1] takers [] writes files",
        ),
        topology(
            "12 front end passes on",
            &[
                HEAD,
                SP1,
                "[[server]]\nname = \"wfe1.fabrikam.com\"\n\
             smtp-service = true\npasses-to = [\"sp1.fabrikam.com\"]",
            ],
            &[
                A_OF_BOTH,
                "inside MX 10 sharepoint.fabrikam.com wfe1.fabrikam.com",
                "inside A wfe1.fabrikam.com 10.0.0.31",
            ],
            "sp1: from wfe1; serves [sharepoint]\n\
             wfe1: direct sharepoint; serves [sharepoint]\n\
             inside: mx [10 wfe1=wfe1] hosts [] takers [wfe1, sp1]",
        ),
        topology(
            "14 IPv6 next to IPv4",
            &[HEAD, SP1],
            &[
                A_OF_BOTH,
                mx_sp1,
                "inside AAAA sp1.fabrikam.com 2001:db8::21",
            ],
            "sp1: direct sharepoint; serves [sharepoint]\n\
             inside: mx [10 sp1=sp1] hosts [] takers [sp1]",
        ),
        topology(
            "17 private domain",
            &["[farm]\nmail-from-outside = false", HEAD, SP1],
            &[
                A_OF_BOTH,
                "inside A sharepoint.fabrikam.com 10.0.0.21",
                "outside MX 10 sharepoint.fabrikam.com gw.contoso.com",
                "outside A gw.contoso.com 198.51.100.7",
            ],
            "sp1: direct sharepoint; serves [sharepoint]\n\
             inside: mx [0 sharepoint=sp1] hosts [] takers [sp1]",
        ),
        topology(
            "19 one Exchange for two farms",
            &[
                HEAD,
                SP1,
                exchange,
                "passes-to = [\"sp1.fabrikam.com\", \"sp9.contoso.com\"]\ndelivers-as = [\"sp.fabrikam.com\"]",
            ],
            &[
                A_OF_BOTH,
                "inside A sp9.contoso.com 10.0.9.9",
                "inside none sharepoint.fabrikam.com",
            ],
            "sp1: from ex1; serves [sp]\n\
             inside: mx [] hosts [ex1] takers [sp1]",
        ),
        topology(
            "20 standby",
            &[HEAD, SP1, SP2, "standby = true"],
            &[
                A_OF_BOTH,
                mx_sp1,
                "inside MX 20 sharepoint.fabrikam.com sp2.fabrikam.com",
            ],
            "sp1: direct sharepoint; serves [sharepoint]\n\
             sp2: off; serves []\n\
             inside: mx [10 sp1=sp1, 20 sp2=sp2] hosts [] takers [sp1]",
        ),
        topology(
            "a circle of mail hosts",
            &[
                HEAD,
                SP1,
                "[[mail-host]]\nname = \"a.test\"\npasses-to = [\"b.test\"]",
                "[[mail-host]]\nname = \"b.test\"\npasses-to = [\"a.test\"]",
            ],
            &[
                A_OF_BOTH,
                "inside MX 10 sharepoint.fabrikam.com a.test",
                "inside A a.test 10.0.0.5",
            ],
            "sp1: off; serves []\n\
             inside: mx [10 a.test=a.test] hosts [a.test, b.test] takers []",
        ),
        topology(
            "contacts may lead to another server",
            &[
                HEAD,
                "[directory-management]\nservice = \"yes\"\n\
             smtp-server = \"sp2.fabrikam.com\"",
                SP1,
                SP2,
            ],
            &[A_OF_BOTH, mx_sp1],
            "sp1: direct sharepoint; serves [sharepoint]\n\
             sp2: not known; serves [sharepoint]\n\
             inside: mx [10 sp1=sp1] hosts [] takers [sp1]",
        ),
    ]
}

#[test]
fn topologies_have_their_routes() {
    let mut wrong = Vec::new();
    for Topology {
        name,
        farm,
        dns,
        expected,
    } in topologies()
    {
        let farm = read(&farm)
            .unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}"))
            .farm;
        let found = lines(&farm, &facts(&dns));
        if found != expected {
            wrong.push(format!(
                "{name}\n--- expected\n{expected}\n--- found\n{found}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn automatic_mode_counts_every_server_with_the_service() {
    let head = HEAD.replace("advanced", "automatic");
    let farm = read(&[&head, SP1, SP2].join("\n")).unwrap().farm;
    let facts = facts(
        &[
            A_OF_BOTH,
            "inside MX 10 sharepoint.fabrikam.com sp1.fabrikam.com",
        ]
        .join("\n"),
    );
    let routes = Routes::new(&farm, &DnsView::all(&farm, &facts));
    assert_eq!(
        routes.reach(&farm.servers[1]),
        Reach::On(vec![Way::Automatic])
    );
    assert!(routes.is_direct(&farm.servers[1]).is_no());
}

#[test]
fn exchangers_are_those_of_the_newest_answer() {
    let farm = read(&[HEAD, SP1, SP2].join("\n")).unwrap().farm;
    let seen = |mut facts: Facts, day: &str, server: &str| {
        let dns = facts.dns.as_mut().unwrap();
        dns.servers = vec![server.parse().unwrap()];
        for lookup in &mut dns.lookups {
            lookup.server = server.parse().unwrap();
            let time = format!("2026-11-{day}T08:00:00Z");
            lookup.observed_by = vec![Observation::new(Some("sp1".to_owned()), Some(time))];
        }
        facts.dns.unwrap()
    };
    let old = facts(
        &[
            A_OF_BOTH,
            "inside MX 10 sharepoint.fabrikam.com sp2.fabrikam.com",
        ]
        .join("\n"),
    );
    let new = facts(
        &[
            A_OF_BOTH,
            "inside MX 10 sharepoint.fabrikam.com sp1.fabrikam.com",
        ]
        .join("\n"),
    );
    let (old, new) = (seen(old, "19", "10.0.0.9:53"), seen(new, "20", INSIDE));
    let dns = DnsFacts {
        servers: [old.servers, new.servers].concat(),
        lookups: [old.lookups, new.lookups].concat(),
        ..DnsFacts::default()
    };
    let facts = Facts {
        dns: Some(dns),
        ..Facts::default()
    };
    let routes = Routes::new(&farm, &DnsView::all(&farm, &facts));
    assert!(matches!(routes.reach(&farm.servers[0]), Reach::On(_)));
    assert_eq!(routes.reach(&farm.servers[1]), Reach::Off);
}

/// Returns a mail host that passes mail to these.
fn passing_host(at: usize, targets: &[String]) -> String {
    format!("[[mail-host]]\nname = \"h{at}.fabrikam.com\"\npasses-to = {targets:?}\n")
}

/// Returns the numbers of the mail hosts that mail gets to from the first one.
fn reached(edges: &[Vec<bool>]) -> Vec<usize> {
    let mut found = vec![0];
    let mut at = 0;
    while let Some(host) = found.get(at).copied() {
        for (next, _) in edges[host]
            .iter()
            .enumerate()
            .filter(|(_, passes)| **passes)
        {
            if !found.contains(&next) {
                found.push(next);
            }
        }
        at += 1;
    }
    found.sort_unstable();
    found
}

/// Checks the routes of mail hosts that pass mail to each other as `edges` says, and to sp1 as
/// `ends` says, against the hosts that can be reached.
fn check_mesh(edges: &[Vec<bool>], ends: &[bool]) {
    let hosts = (0..edges.len()).map(|at| {
        let next = edges[at].iter().enumerate().filter(|(_, passes)| **passes);
        let mut targets: Vec<String> = next
            .map(|(next, _)| format!("h{next}.fabrikam.com"))
            .collect();
        targets.extend(ends[at].then(|| "sp1.fabrikam.com".to_owned()));
        passing_host(at, &targets)
    });
    let text = format!("{HEAD}{SP1}{}", hosts.collect::<String>());
    let farm = read(&text).unwrap().farm;
    let facts = facts(
        "inside A sp1.fabrikam.com 10.0.0.21\ninside MX 10 sharepoint.fabrikam.com \
         h0.fabrikam.com\ninside A h0.fabrikam.com 10.0.0.5\n",
    );
    let routes = Routes::new(&farm, &DnsView::all(&farm, &facts));
    let route = routes.all(None).pop().unwrap();
    let mut names = host_names(&route.mail_hosts);
    names.sort_unstable_by_key(|name| name[1..].parse::<usize>().unwrap());
    let reached_hosts = reached(edges);
    let expected: Vec<String> = reached_hosts.iter().map(|at| format!("h{at}")).collect();
    assert_eq!(names, expected, "{text}");
    let is_taken = reached_hosts.iter().any(|at| ends[*at]);
    assert_eq!(route.takers.len(), usize::from(is_taken), "{text}");
    assert!(route.unknown.is_empty(), "{:?}", route.unknown);
    for (at, host) in farm.mail_hosts.iter().enumerate() {
        let mut behind = edges.to_vec();
        let mut ends = ends.to_vec();
        behind.swap(0, at);
        for row in &mut behind {
            row.swap(0, at);
        }
        ends.swap(0, at);
        let leads_home = reached(&behind).iter().any(|at| ends[*at]);
        let destination = routes.destination(host);
        assert_eq!(
            destination == super::Destination::Farm,
            leads_home,
            "{at} {text}"
        );
        let ways = routes.last_mail_hosts_to(&farm.servers[0]);
        let is_way = ways.iter().any(|way| std::ptr::eq(*way, host));
        let is_last = farm.mail_hosts[at].passes_to.iter().flatten();
        let is_last = is_last
            .clone()
            .any(|target| target.as_str() == "sp1.fabrikam.com");
        assert_eq!(is_way, is_last, "{at} {text}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]

    /// Few hosts have few ways, which are all followed; many have more than can be told.
    #[test]
    fn mail_hosts_lead_where_they_pass_mail(
        edges in proptest::collection::vec(proptest::collection::vec(proptest::bool::ANY, 12), 12),
        ends in proptest::collection::vec(proptest::bool::weighted(0.2), 12),
        count in 1_usize..12,
    ) {
        let edges: Vec<Vec<bool>> = edges[..count].iter().map(|row| row[..count].to_vec()).collect();
        check_mesh(&edges, &ends[..count]);
    }
}

#[test]
fn fully_meshed_hosts_have_all_their_routes_at_once() {
    let count = 20;
    let edges = vec![vec![true; count]; count];
    let mut ends = vec![false; count];
    ends[count - 1] = true;
    // Every way would take years.
    check_mesh(&edges, &ends);
}

/// Returns a farm of mail hosts that each pass mail to their targets.
fn chain(count: usize, targets: impl Fn(usize) -> Vec<String>) -> Farm {
    let hosts = (0..count).map(|at| passing_host(at, &targets(at)));
    let text = format!("{HEAD}{SP1}{}", hosts.collect::<String>());
    read(&text).unwrap().farm
}

/// Each host passes mail to the next, and the last one to nothing of the farm, or to the first.
/// These are more hosts than a call for each would leave room for on the stack.
#[test]
fn long_chains_and_circles_of_hosts_are_followed() {
    let count = 5_000;
    for last in ["gone.fabrikam.com", "h0.fabrikam.com"] {
        let farm = chain(count, |at| match at + 1 {
            next if next == count => vec![last.to_owned()],
            next => vec![format!("h{next}.fabrikam.com")],
        });
        let facts = facts(
            "inside A sp1.fabrikam.com 10.0.0.21\ninside MX 10 other.fabrikam.com gone.fabrikam.com\n",
        );
        let routes = Routes::new(&farm, &DnsView::all(&farm, &facts));
        let by = match last {
            "h0.fabrikam.com" => 0,
            _ => count - 1,
        };
        for (at, host) in farm.mail_hosts.iter().enumerate() {
            assert_eq!(routes.destination(host), super::Destination::Nowhere);
            let explained = routes.explains_nowhere(host);
            let explained = explained.map(|other| short(other.name()));
            assert_eq!(
                explained,
                (at != by).then(|| format!("h{by}")),
                "{at} {last}"
            );
        }
        let ends = routes.ends(&farm.mail_hosts[by]);
        assert_eq!(
            ends,
            match last {
                "h0.fabrikam.com" => [super::Dead::Circle(last.to_owned())],
                _ => [super::Dead::Unrecorded(last.to_owned())],
            }
        );
    }
}

/// Each host passes mail to the server and to the next host: there are as many ways as hosts, and
/// together they are as long as the square of that.
#[test]
fn ways_share_the_hosts_that_they_have_in_common() {
    let count = 3_000;
    let farm = chain(count, |at| {
        let next = (at + 1 < count).then(|| format!("h{}.fabrikam.com", at + 1));
        let server = "sp1.fabrikam.com".to_owned();
        next.into_iter().chain([server]).collect()
    });
    let facts = facts(
        "inside A sp1.fabrikam.com 10.0.0.21\ninside MX 10 sharepoint.fabrikam.com \
         h0.fabrikam.com\ninside A h0.fabrikam.com 10.0.0.5\n",
    );
    let routes = Routes::new(&farm, &DnsView::all(&farm, &facts));
    let sp1 = &farm.servers[0];
    // Mail goes each way twice: from the mail exchanger, and from elsewhere.
    assert_eq!(routes.walk.trails_to(sp1).len(), 2 * count);
    assert_eq!(routes.walk.kept_hosts(), 2 * count);
    assert_eq!(routes.mail_hosts_to(sp1).len(), count);
    assert_eq!(routes.last_mail_hosts_to(sp1).len(), count);
    let longest = routes.longest_way_to(sp1, |_| true).unwrap();
    assert_eq!(longest.len(), count);
    assert_eq!(host_names(&longest[..2]), ["h0", "h1"]);
}

/// The limits of the hosts on a way, and the domain that the last of them gives addresses, hold
/// for the server behind all of them.
#[test]
fn ways_remember_limits_and_domains() {
    let host = |at: usize, next: &str, more: &str| {
        passing_host(at, &[format!("{next}.fabrikam.com")]) + more
    };
    let text = [
        HEAD,
        SP1,
        &host(0, "h1", "maximum-message-size = \"30 MB\"\n"),
        &host(
            1,
            "h2",
            "delivers-as = [\"sp.fabrikam.com\"]\nmaximum-message-size = \"20 MB\"\n",
        ),
        &host(2, "sp1", ""),
        &host(3, "sp1", ""),
    ]
    .join("\n");
    let farm = read(&text).unwrap().farm;
    let facts = facts(A_OF_BOTH);
    let routes = Routes::new(&farm, &DnsView::all(&farm, &facts));
    let sp1 = &farm.servers[0];
    let limits: Vec<Option<u64>> = routes.limits_to(sp1).collect();
    assert_eq!(limits, [Some(20 << 20), None]);
    let served = routes.served_domains(sp1);
    let served: Vec<&str> = served.iter().map(|each| each.domain.ascii()).collect();
    assert_eq!(served, ["sp.fabrikam.com", "sharepoint.fabrikam.com"]);
    let longest = routes.longest_way_to(sp1, |hosts| hosts.len() > 1).unwrap();
    assert_eq!(host_names(&longest), ["h0", "h1", "h2"]);
}

#[test]
fn hosts_are_found_by_any_of_their_names_and_addresses() {
    let farm = read(&format!(
        "{HEAD}{SP1}public-addresses = [\"203.0.113.21\"]\n\
         [[mail-host]]\nname = \"GW.fabrikam.com\"\naddresses = [\"10.0.0.5\"]\n\
         [[mail-host]]\nname = \".mail.protection.outlook.com\"\n\
         [[mail-host]]\nnames = [\"b\u{fc}cher.test\", \"old.test\"]\naddresses = [\"10.0.0.6\"]\n"
    ))
    .unwrap()
    .farm;
    let hosts = super::RecordedHosts::new(&farm, |server| server.public_addresses().collect());
    let named = |name: &str| host_names(&hosts.mail_hosts_named(name)).join(" ");
    for (name, expected) in [
        ("gw.fabrikam.com", "GW"),
        ("Gw.Fabrikam.Com.", "GW"),
        ("x.gw.fabrikam.com", ""),
        (
            "a-com.mail.protection.outlook.com",
            ".mail.protection.outlook.com",
        ),
        (
            "a.b.mail.protection.outlook.com",
            ".mail.protection.outlook.com",
        ),
        (
            ".mail.protection.outlook.com",
            ".mail.protection.outlook.com",
        ),
        ("mail.protection.outlook.com", ""),
        ("xmail.protection.outlook.com", ""),
        ("xn--bcher-kva.test", "b\u{fc}cher.test"),
        ("B\u{dc}CHER.test", "b\u{fc}cher.test"),
        ("old.test", "b\u{fc}cher.test"),
        ("sp1.fabrikam.com", ""),
    ] {
        assert_eq!(named(name), expected, "{name}");
    }
    assert_eq!(hosts.mail_hosts_with("10.0.0.6".parse().unwrap()).len(), 1);
    assert_eq!(hosts.servers_with("203.0.113.21".parse().unwrap()).len(), 1);
    assert_eq!(hosts.servers_with("10.0.0.5".parse().unwrap()).len(), 0);
    assert_eq!(hosts.servers_named("SP1").len(), 1);
}
