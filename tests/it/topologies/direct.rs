//! Mail that goes directly to the farm's servers.

use super::{
    BASE, Change, Fault, NO_DOMAINS, SP1, SP1_AND_SP2, SP1_SMTP, SP2_SMTP, SWITCHED_OFF, Smtp,
    Topology, facts,
};
use serde_json::json;

const DIRECT: &str =
    "inside A sp1.contoso.com 10.0.0.21\ninside MX 10 sp.contoso.com sp1.contoso.com";

pub fn rows() -> Vec<Topology> {
    vec![
        Topology {
            name: "1 direct, one server",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: "",
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside MX 10 sp.contoso.com sp1.contoso.com",
            smtp: &[SP1_SMTP],
            fault: Fault {
                change: Change::Seen(facts::close),
                rule: "smtp-closed",
            },
            ..BASE
        },
        Topology {
            name: "2 two servers with equal MX",
            display: "sp.contoso.com",
            farm: SP1_AND_SP2,
            recorded: "",
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A sp2.contoso.com 10.0.0.22\n\
                  inside MX 10 sp.contoso.com sp1.contoso.com\n\
                  inside MX 10 sp.contoso.com sp2.contoso.com",
            smtp: &[SP1_SMTP, SP2_SMTP],
            fault: NO_DOMAINS,
            ..BASE
        },
        Topology {
            name: "4 NAT with inside and outside DNS views",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: "public-addresses = [\"203.0.113.25\"]\n",
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A sp.contoso.com 10.0.0.21\n\
                  outside MX 10 sp.contoso.com mail.contoso.com\n\
                  outside A mail.contoso.com 203.0.113.25",
            smtp: &[SP1_SMTP],
            fault: Fault {
                change: Change::Dns(
                    "outside MX 10 sp.contoso.com mail.contoso.com\n",
                    "outside none sp.contoso.com\n",
                ),
                rule: "dns-no-mx",
            },
            ..BASE
        },
        Topology {
            name: "12 front end that receives while an application server polls its share",
            display: "sp.contoso.com",
            farm: r#"
[[server]]
name = "wfe1.contoso.com"
role = "front-end"
os = "2016"
incoming-email-service = false
smtp-service = true
# front end
[[server]]
name = "app1.contoso.com"
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
            dns: "inside A wfe1.contoso.com 10.0.0.31\ninside A app1.contoso.com 10.0.0.32\n\
                  inside MX 10 sp.contoso.com wfe1.contoso.com",
            smtp: &[Smtp {
                host: "wfe1.contoso.com",
                address: "10.0.0.31",
                domains: &["sp.contoso.com"],
            }],
            fault: NO_DOMAINS,
            ..BASE
        },
        Topology {
            name: "14 dual stack with an IPv6 that may be silent",
            display: "sp.contoso.com",
            farm: SP1,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside AAAA sp1.contoso.com 2001:db8::21\n\
                  inside MX 10 sp.contoso.com sp1.contoso.com",
            smtp: &[SP1_SMTP],
            seen: |facts| facts::add_ipv6(facts, &json!({"known": null})),
            // The client has no route to IPv6.
            seen_unrecorded: Some(|facts| {
                let why = "network is unreachable (os error 101)";
                facts::add_ipv6(
                    facts,
                    &json!({"failed": {"kind": "unreachable", "detail": why}}),
                );
            }),
            fault: Fault {
                change: Change::Seen(|facts| {
                    facts::add_ipv6(facts, &json!({"absent": "connection refused"}));
                }),
                rule: "warning dns-ipv6-silent",
            },
            ..BASE
        },
        Topology {
            name: "15 receiver that tarpits",
            display: "sp.contoso.com",
            farm: SP1,
            recorded_in: &[("[probe]\n", "[probe]\ntimeout = \"30s\"\n")],
            dns: DIRECT,
            smtp: &[SP1_SMTP],
            // The reply comes after the timeout.
            seen_unrecorded: Some(facts::time_out_recipients),
            fault: Fault {
                change: Change::Seen(|facts| facts::put_off(facts, "452 4.2.2 Mailbox full")),
                rule: "warning smtp-defers-recipient",
            },
            ..BASE
        },
        Topology {
            name: "17 private domain for inside mail",
            display: "sp.contoso.local",
            farm: SP1,
            recorded_in: &[("[farm]\n", "[farm]\nmail-from-outside = false\n")],
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A sp.contoso.local 10.0.0.21",
            smtp: &[Smtp {
                domains: &["sp.contoso.local"],
                ..SP1_SMTP
            }],
            fault: Fault {
                change: Change::Dns(
                    "A sp.contoso.local 10.0.0.21",
                    "A sp.contoso.local 127.0.0.1",
                ),
                rule: "dns-loopback",
            },
            ..BASE
        },
        Topology {
            name: "20 a standby farm, switched off on purpose",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: "standby = true",
            recorded_in: &[("enabled = true", "enabled = false")],
            dns: "inside A sp1.contoso.com 10.0.0.21\n\
                  inside MX 10 sp.contoso.com other.contoso.com\n\
                  inside A other.contoso.com 10.0.0.99",
            smtp: &[SP1_SMTP],
            fault: Fault {
                change: Change::Dns(
                    "sp.contoso.com other.contoso.com",
                    "sp.contoso.com sp1.contoso.com",
                ),
                rule: SWITCHED_OFF,
            },
            ..BASE
        },
        Topology {
            name: "20 a standby server next to one that takes mail",
            display: "sp.contoso.com",
            farm: SP1_AND_SP2,
            recorded: "standby = true",
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A sp2.contoso.com 10.0.0.22\n\
                  inside MX 10 sp.contoso.com sp1.contoso.com\n\
                  inside MX 20 sp.contoso.com sp2.contoso.com",
            smtp: &[SP1_SMTP],
            fault: NO_DOMAINS,
            ..BASE
        },
    ]
}
