//! Mail routes are judged from the facts about every host on them. Each row changes one fact (a
//! lost DNS look-up, the order of a list, another server's folder) and states which verdicts
//! change.

use crate::one_cause::World;
use crate::replayed::outcomes;
use crate::topologies::facts;
use serde_json::{Value, json};

/// A change to a sound farm, the distinct outcomes of the rules, and texts that the report must
/// contain, or with a leading `!` must not contain.
struct Row {
    name: &'static str,
    change: fn(&mut World),
    expected: &'static [(&'static str, &'static str)],
    said: &'static [&'static str],
}

const COMPANY: &str = "inside A sp1.contoso.com 10.0.0.21\n\
                       inside A mx.isp.example 203.0.113.90\n\
                       inside MX 10 contoso.com mx.isp.example";

/// Makes the front end receive mail, and the application server read it from the share.
fn hand_over(world: &mut World, drops_in: &str, more: &str) {
    world.file(
        "incoming-email-service = true",
        "incoming-email-service = false",
    );
    world.file(
        "[probe]",
        &format!(
            "{more}[[server]]\nname = \"app1.contoso.com\"\nrole = \"application\"\n\
             incoming-email-service = true\nsmtp-service = false\ndrop-folder = '\\\\sp1\\drop'\n[probe]"
        ),
    );
    property(world, "DropDirectory", drops_in);
}

fn property(world: &mut World, name: &str, raw: &str) {
    let server = world.at("/iis/servers/0/metabase/known/servers/0/properties");
    server[name] = json!({"raw": raw, "line": 1});
}

/// Makes the display address the company's own mail domain.
fn be_company(world: &mut World, dns: &str) {
    world.file("\"sp.contoso.com\"", "\"contoso.com\"");
    world.facts["dns"] = facts::dns(dns);
    world.at("/iis/servers/0/metabase/known/servers/0")["domains"] = json!([]);
}

/// Adds a mail host without an MX record that passes mail to the server.
fn pass_by_gateway(world: &mut World, more: &str) {
    world.file(
        "[probe]",
        &format!(
            "[[mail-host]]\nname = \"gw.litware.net\"\nkind = \"gateway\"\nby = \"smart-host\"\n\
             {more}\n[probe]"
        ),
    );
}

/// Makes a question to the name servers of a view time out.
fn lose(world: &mut World, view: &str, (kind, name): (&str, &str)) {
    for lookup in world.at("/dns/lookups").as_array_mut().expect("a list") {
        if lookup["view"] == view && lookup["type"] == kind && lookup["name"] == name {
            lookup["answer"] = json!({"failed": {"kind": "timed-out", "detail": "no reply"}});
        }
    }
}

fn in_zone(world: &mut World, zone: &str) {
    for lookup in world.at("/dns/lookups").as_array_mut().expect("a list") {
        lookup["zone"] = json!(zone);
    }
}

/// A connection list that admits only 127.0.0.1.
const ONLY_ITSELF: &str = "18000080200000803c00008044000080010000004c00000000000000000000000100000001000000020000000200000004000000000000004c00008000000000000000000000000000000000ffffffff7f000001";

const ROWS: &[Row] = &[
    Row {
        name: "another server takes mail from the share of the drop directory",
        change: |world| hand_over(world, "D:\\drop", "drop-share = '\\\\sp1\\drop'\n"),
        expected: &[("iis-drop-directory-differs", "pass")],
        said: &[],
    },
    Row {
        name: "another server takes mail from a share, which nothing says of the drop directory",
        change: |world| hand_over(world, "D:\\drop", ""),
        expected: &[("iis-drop-directory-differs", "undecided")],
        said: &[r"server.sp1.contoso.com.drop-share '\\\\sp1\\drop'"],
    },
    Row {
        name: "the drop directory is another share than the one that is looked in",
        change: |world| hand_over(world, "D:\\drop", "drop-share = '\\\\sp1\\other'\n"),
        expected: &[
            ("iis-drop-directory-differs", "not-applicable"),
            ("dns-mx-without-service", "error"),
        ],
        said: &[],
    },
    Row {
        name: "mail is dropped straight in the share that another server takes it from",
        change: |world| hand_over(world, "\\\\sp1\\drop", ""),
        expected: &[("iis-drop-directory-differs", "pass")],
        said: &[],
    },
    Row {
        name: "one look-up of the exchanger was lost",
        change: |world| {
            be_company(world, COMPANY);
            world.file("\"advanced\"", "\"automatic\"");
            world.file("version = \"2016\"", "version = \"2013\"");
            lose(world, "inside", ("AAAA", "mx.isp.example"));
        },
        expected: &[("iis-alias-domain-missing", "undecided")],
        said: &["!add-alias-domain"],
    },
    Row {
        name: "one look-up of the server was lost",
        change: |world| {
            be_company(world, COMPANY);
            pass_by_gateway(world, "passes-to = [\"sp1.contoso.com\"]");
            lose(world, "inside", ("AAAA", "sp1.contoso.com"));
        },
        expected: &[("iis-alias-domain-missing", "undecided")],
        said: &["!add-alias-domain"],
    },
    Row {
        name: "the exchanger has no address",
        change: |world| {
            be_company(
                world,
                &COMPANY.replace("A mx.isp.example 203.0.113.90", "none mx.isp.example"),
            );
            pass_by_gateway(world, "passes-to = [\"sp1.contoso.com\"]");
        },
        expected: &[
            ("iis-alias-domain-missing", "undecided"),
            ("dns-mx-no-address", "error"),
        ],
        said: &["!add-alias-domain"],
    },
    Row {
        name: "the exchangers were not answered",
        change: |world| {
            be_company(world, COMPANY);
            pass_by_gateway(world, "passes-to = [\"sp1.contoso.com\"]");
            lose(world, "inside", ("MX", "contoso.com"));
        },
        expected: &[("iis-alias-domain-missing", "undecided")],
        said: &["!add-alias-domain"],
    },
    Row {
        name: "the exchanger is the server, and a look-up was lost",
        change: |world| {
            be_company(
                world,
                "inside A sp1.contoso.com 10.0.0.21\ninside MX 10 contoso.com sp1.contoso.com",
            );
            lose(world, "inside", ("AAAA", "sp1.contoso.com"));
        },
        expected: &[("iis-alias-domain-missing", "error")],
        said: &["add-alias-domain"],
    },
    Row {
        name: "one name server of two does not say whose address the exchanger has",
        change: |world| {
            be_company(
                world,
                "inside A sp1.contoso.com 10.0.0.21\n\
                 inside A mx.contoso.com 10.0.0.21\n\
                 inside MX 10 contoso.com mx.contoso.com",
            );
            let lookups = world.at("/dns/lookups").as_array_mut().expect("a list");
            let mut second = lookups.clone();
            for lookup in &mut second {
                lookup["server"] = json!("10.0.0.11:53");
                if lookup["name"] == "mx.contoso.com" && lookup["type"] != "MX" {
                    lookup["answer"] =
                        json!({"failed": {"kind": "timed-out", "detail": "no reply"}});
                }
            }
            lookups.append(&mut second);
            world.at("/dns")["servers"] = json!(["10.0.0.10:53", "10.0.0.11:53"]);
        },
        expected: &[("iis-alias-domain-missing", "error")],
        said: &["add-alias-domain"],
    },
    Row {
        name: "senders outside were asked for a zone's MX record and nothing came back",
        change: |world| {
            be_company(
                world,
                "inside A sp1.contoso.com 10.0.0.21\ninside none contoso.com\noutside none contoso.com",
            );
            world.file("mail-from-outside = false", "mail-from-outside = true");
            in_zone(world, "contoso.com");
            lose(world, "outside", ("MX", "contoso.com"));
        },
        expected: &[("dns-no-mx", "undecided warning")],
        said: &["!add-mail-exchanger", "!dd an MX record"],
    },
    Row {
        name: "senders outside were not asked for a zone's MX record",
        change: |world| {
            be_company(
                world,
                "inside A sp1.contoso.com 10.0.0.21\ninside none contoso.com",
            );
            in_zone(world, "contoso.com");
        },
        expected: &[("dns-no-mx", "warning")],
        said: &[
            "!add-mail-exchanger",
            "!dd an MX record",
            "set outside-dns-servers",
        ],
    },
    Row {
        name: "a name below a zone has no MX record",
        change: |world| {
            world.facts["dns"] =
                facts::dns("inside A sp1.contoso.com 10.0.0.21\ninside none sp.contoso.com");
            in_zone(world, "contoso.com");
        },
        expected: &[("dns-no-mx", "warning")],
        said: &["add-mail-exchanger", "dd an MX record"],
    },
    Row {
        name: "a network that is kept out stands behind one of IPv6",
        change: |world| {
            pass_by_gateway(
                world,
                "passes-to = [\"sp1.contoso.com\"]\nsends-from = [\"2001:db8::5\", \"10.0.0.5\"]",
            );
            property(world, "IPSecurity", ONLY_ITSELF);
        },
        expected: &[("iis-connection-denied", "error")],
        said: &[],
    },
    Row {
        name: "a network that is let in stands behind one of IPv6",
        change: |world| {
            pass_by_gateway(
                world,
                "passes-to = [\"sp1.contoso.com\"]\nsends-from = [\"2001:db8::5\", \"127.0.0.1\"]",
            );
            property(world, "IPSecurity", ONLY_ITSELF);
        },
        expected: &[("iis-connection-denied", "undecided")],
        said: &[],
    },
    Row {
        name: "it is bound to every IPv4 address",
        change: |world| property(world, "ServerBindings", "0.0.0.0:25:"),
        expected: &[("iis-loopback-only", "pass")],
        said: &[],
    },
    Row {
        name: "it is bound to every IPv6 address",
        change: |world| property(world, "ServerBindings", "[::]:25:"),
        expected: &[("iis-loopback-only", "pass")],
        said: &[],
    },
    Row {
        name: "mail goes to another port, and 25 is for the machine itself",
        change: |world| {
            world.facts["dns"] =
                facts::dns("inside A sp1.contoso.com 10.0.0.21\ninside none sp.contoso.com");
            pass_by_gateway(world, "passes-to = [\"sp1.contoso.com:2525\"]");
            property(world, "ServerBindings", ":2525: 127.0.0.1:25:");
        },
        expected: &[("iis-loopback-only", "pass"), ("iis-not-port-25", "pass")],
        said: &[],
    },
    Row {
        name: "mail goes to another port, where it listens",
        change: |world| {
            world.facts["dns"] =
                facts::dns("inside A sp1.contoso.com 10.0.0.21\ninside none sp.contoso.com");
            pass_by_gateway(world, "passes-to = [\"sp1.contoso.com:2525\"]");
            property(world, "ServerBindings", ":2525:");
        },
        expected: &[("iis-loopback-only", "pass"), ("iis-not-port-25", "pass")],
        said: &[],
    },
    Row {
        name: "mail goes to another port, where nothing listens",
        change: |world| pass_by_gateway(world, "passes-to = [\"sp1.contoso.com:2525\"]"),
        expected: &[("iis-not-port-25", "warning")],
        said: &["listens on port 2525"],
    },
    Row {
        name: "mail goes to both ports, and 25 is for the machine itself",
        change: |world| {
            pass_by_gateway(world, "passes-to = [\"sp1.contoso.com:2525\"]");
            property(world, "ServerBindings", ":2525: 127.0.0.1:25:");
        },
        expected: &[("iis-loopback-only", "error"), ("iis-not-port-25", "pass")],
        said: &[],
    },
    Row {
        name: "no server runs SMTP, and a share is looked in",
        change: |world| {
            world.file("smtp-service = true", "smtp-service = false");
            world.file(r"'C:\inetpub\mailroot\drop'", r"'\\fs1\spdrop'");
            world.facts["dns"] =
                facts::dns("inside A sp1.contoso.com 10.0.0.21\ninside none sp.contoso.com");
        },
        expected: &[("dns-no-mx", "warning")],
        said: &[
            "mail-host add NAME --by foreign-connector --passes-to drop-folder",
            "!dd an MX record",
            "!add-mail-exchanger",
        ],
    },
    Row {
        name: "senders outside are led to a mail host that is recorded by its name alone, and to another",
        change: |world| {
            world.file("mail-from-outside = false", "mail-from-outside = true");
            pass_by_gateway(world, "passes-to = [\"sp1.contoso.com\"]");
            world.facts["dns"] = facts::dns(
                "inside A sp1.contoso.com 10.0.0.21\n\
                 outside A backup.isp.example 203.0.113.99\n\
                 outside MX 10 sp.contoso.com gw.litware.net\n\
                 outside MX 20 sp.contoso.com backup.isp.example",
            );
        },
        expected: &[("dns-mx-elsewhere", "not-applicable warning")],
        said: &[],
    },
    Row {
        name: "two mail hosts side by side",
        change: |world| {
            pass_by_gateway(
                world,
                "passes-to = [\"sp1.contoso.com\"]\n[[mail-host]]\nname = \"gw2.litware.net\"\npasses-to = [\"sp1.contoso.com\"]",
            );
            property(world, "HopCount", "15");
        },
        expected: &[("iis-hops-few", "not-applicable")],
        said: &[],
    },
    Row {
        name: "two mail hosts one behind the other",
        change: |world| {
            pass_by_gateway(
                world,
                "passes-to = [\"gw2.litware.net\"]\n[[mail-host]]\nname = \"gw2.litware.net\"\npasses-to = [\"sp1.contoso.com\"]",
            );
            property(world, "HopCount", "15");
        },
        expected: &[("iis-hops-few", "note")],
        said: &["`gw.litware.net`, `gw2.litware.net`"],
    },
];

#[test]
fn all_hosts_on_the_route_count() {
    let mut wrong = Vec::new();
    for row in ROWS {
        let mut world = World::sound();
        (row.change)(&mut world);
        let run = world.verified(&["--format", "json"]);
        let json: Value = run.json();
        for (rule, outcome) in row.expected {
            let found = outcomes(&json, rule).join(" ");
            if found != *outcome {
                wrong.push(format!("{}: {rule} is {found}, not {outcome}", row.name));
            }
        }
        for text in row.said {
            let (text, is_wanted) = match text.strip_prefix('!') {
                Some(text) => (text, false),
                None => (*text, true),
            };
            if run.out.contains(text) != is_wanted {
                wrong.push(format!("{}: `{text}` is {}", row.name, !is_wanted));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
