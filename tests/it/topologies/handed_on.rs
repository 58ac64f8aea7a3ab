//! Mail that arrives through mail hosts.

use super::facts::{self, Behind};
use super::{
    BASE, Change, Fault, NO_DOMAINS, SP1, SP1_AND_SP2, SP1_SMTP, SP2_SMTP, Smtp, Topology,
};

const GATEWAY: &str = "inside A sp1.contoso.com 10.0.0.21\ninside A gw.contoso.com 10.0.0.5\n\
    inside MX 10 sp.contoso.com gw.contoso.com";

const TWO_FARMS: &str = r#"
[[mail-host]]
name = "ex1.contoso.com"
kind = "exchange"
sends-from = ["10.0.0.6"]
passes-to = ["sp1.contoso.com", "sp9.contoso.com"]
by = "smart-host"
"#;

const FIRST_FARM: Topology = Topology {
    display: "sp.contoso.com",
    farm: SP1,
    dns: "inside A sp1.contoso.com 10.0.0.21\ninside A sp9.contoso.com 10.0.0.29\n\
          inside MX 10 sp.contoso.com ex1.contoso.com\n\
          inside MX 10 lists.contoso.com ex1.contoso.com\ninside A ex1.contoso.com 10.0.0.6",
    smtp: &[SP1_SMTP],
    ..BASE
};

pub fn rows() -> Vec<Topology> {
    vec![
        Topology {
            name: "3 load balancer in front of two",
            display: "sp.contoso.com",
            farm: SP1_AND_SP2,
            recorded: r#"
[[mail-host]]
name = "lb.contoso.com"
kind = "load-balancer"
addresses = ["10.0.0.30"]
sends-from = ["10.0.0.30"]
passes-to = ["sp1.contoso.com", "sp2.contoso.com"]
by = "virtual-address"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A sp2.contoso.com 10.0.0.22\n\
                  inside MX 10 sp.contoso.com lb.contoso.com\ninside A lb.contoso.com 10.0.0.30",
            smtp: &[SP1_SMTP, SP2_SMTP],
            fault: NO_DOMAINS,
            ..BASE
        },
        Topology {
            name: "5 gateway as MX that routes by host",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = "gw.contoso.com"
kind = "gateway"
sends-from = ["10.0.0.5"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside none sp9.contoso.com\n\
                  inside MX 10 sp.contoso.com gw.contoso.com\ninside A gw.contoso.com 10.0.0.5",
            smtp: &[SP1_SMTP],
            fault: Fault {
                change: Change::File(
                    "passes-to = [\"sp1.contoso.com\"]",
                    "passes-to = [\"sp9.contoso.com\"]",
                ),
                rule: "farm-mail-host-leads-nowhere",
            },
            ..BASE
        },
        Topology {
            name: "5 two gateways, one behind the other",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = "gw1.contoso.com"
kind = "gateway"
passes-to = ["gw2.contoso.com"]
by = "smart-host"
[[mail-host]]
name = "gw2.contoso.com"
kind = "gateway"
sends-from = ["10.0.0.7"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A gw2.contoso.com 10.0.0.7\n\
                  inside MX 10 sp.contoso.com gw1.contoso.com\ninside A gw1.contoso.com 10.0.0.5",
            smtp: &[SP1_SMTP],
            fault: NO_DOMAINS,
            ..BASE
        },
        Topology {
            name: "6 Exchange as MX with a Send connector",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = "ex1.contoso.com"
kind = "exchange"
sends-from = ["10.0.0.6"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\n\
                  inside MX 10 sp.contoso.com ex1.contoso.com\ninside A ex1.contoso.com 10.0.0.6",
            smtp: &[SP1_SMTP],
            fault: NO_DOMAINS,
            ..BASE
        },
        Topology {
            name: "7 the company's mail domain, with contacts",
            display: "contoso.com",
            farm: r#"
[directory-management]
service = "yes"
container = "OU=Lists,DC=contoso,DC=com"
smtp-server = "sp1.contoso.com"
[[server]]
name = "sp1.contoso.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
            recorded: r#"
[[mail-host]]
name = "ex1.contoso.com"
kind = "exchange"
sends-from = ["10.0.0.6"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
delivers-as = ["sp1.contoso.com"]
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\n\
                  inside MX 10 contoso.com ex1.contoso.com\ninside A ex1.contoso.com 10.0.0.6",
            smtp: &[Smtp {
                host: "sp1.contoso.com",
                address: "10.0.0.21",
                domains: &["sp1.contoso.com"],
            }],
            fault: NO_DOMAINS,
            ..BASE
        },
        Topology {
            name: "8 Exchange Online with an outbound connector",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"public-addresses = ["203.0.113.26"]
[[mail-host]]
name = ".mail.protection.outlook.com"
kind = "exchange-online"
sends-from = ["198.51.100.0/24"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\noutside A mail.elsewhere.example 192.0.2.77\n\
                  outside MX 0 sp.contoso.com contoso-com.mail.protection.outlook.com\n\
                  outside A contoso-com.mail.protection.outlook.com 198.51.100.1",
            smtp: &[SP1_SMTP],
            fault: Fault {
                change: Change::Dns(
                    "outside MX 0 sp.contoso.com contoso-com.mail.protection.outlook.com",
                    "outside MX 0 sp.contoso.com mail.elsewhere.example",
                ),
                rule: "dns-mx-elsewhere",
            },
            ..BASE
        },
        Topology {
            name: "9 hybrid: Exchange Online, Exchange, farm",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = ".mail.protection.outlook.com"
kind = "exchange-online"
passes-to = ["ex1.contoso.com"]
by = "smart-host"
[[mail-host]]
name = "ex1.contoso.com"
kind = "exchange"
sends-from = ["10.0.0.6"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A ex1.contoso.com 10.0.0.6\n\
                  outside MX 0 sp.contoso.com contoso-com.mail.protection.outlook.com\n\
                  outside A contoso-com.mail.protection.outlook.com 198.51.100.1",
            smtp: &[SP1_SMTP],
            fault: NO_DOMAINS,
            ..BASE
        },
        Topology {
            name: "10 connector with smart host and no DNS records",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = "ex1.contoso.com"
kind = "exchange"
sends-from = ["10.0.0.6"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside none sp.contoso.com",
            smtp: &[SP1_SMTP],
            fault: NO_DOMAINS,
            ..BASE
        },
        Topology {
            name: "11 Foreign connector that writes to the share",
            display: "sp.contoso.com",
            farm: r#"
[[server]]
name = "sp1.contoso.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = false
drop-folder = '\\fs1.contoso.com\drop'
"#,
            recorded: r#"
[[mail-host]]
name = "ex1.contoso.com"
kind = "exchange"
passes-to = ["drop-folder"]
by = "foreign-connector"
accounts = ['CONTOSO\EX1$']
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A ex1.contoso.com 10.0.0.6\n\
                  inside MX 10 sp.contoso.com ex1.contoso.com",
            smtp: &[],
            seen: |facts| facts::add_share(facts, "(A;OICI;0x1301bf;;;S-1-5-21-1-2-3-1201)"),
            fault: Fault {
                change: Change::Seen(|facts| facts::add_share(facts, "")),
                rule: "folder-writer-cannot-write",
            },
            ..BASE
        },
        Topology {
            name: "13 Postfix relay with greylisting",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = "relay.contoso.com"
kind = "gateway"
sends-from = ["10.0.0.8"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\ninside A relay.contoso.com 10.0.0.8\n\
                  inside MX 10 sp.contoso.com relay.contoso.com",
            smtp: &[SP1_SMTP],
            // An exchanger that is not recorded is asked like a server.
            seen_unrecorded: Some(facts::add_greylisting),
            fault: NO_DOMAINS,
            ..BASE
        },
        Topology {
            name: "15 receiver that demands encryption",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = "gw.contoso.com"
kind = "gateway"
sends-from = ["10.0.0.5"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
tls = "required"
"#,
            dns: GATEWAY,
            smtp: &[SP1_SMTP],
            seen: facts::add_tls,
            // The client got no further than MAIL, because it did not use encryption.
            seen_unrecorded: Some(|facts| {
                facts::demand(facts, "530 5.7.0 Must issue a STARTTLS command first");
            }),
            fault: Fault {
                change: Change::Seen(|_| {}),
                rule: "smtp-tls-broken",
            },
            ..BASE
        },
        Topology {
            name: "15 receiver that demands a logon",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = "gw.contoso.com"
kind = "gateway"
sends-from = ["10.0.0.5"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
logs-on = true
"#,
            dns: GATEWAY,
            smtp: &[SP1_SMTP],
            seen: facts::demand_logon,
            // The client does not authenticate, so it asks about no recipient.
            trace: 3,
            fault: Fault {
                change: Change::File("logs-on = true", "logs-on = false"),
                rule: "iis-anonymous-off",
            },
            ..BASE
        },
        Topology {
            name: "16 firewall that lets only the gateway in",
            display: "sp.contoso.com",
            farm: SP1,
            recorded: r#"
[[mail-host]]
name = "gw.contoso.com"
kind = "gateway"
sends-from = ["10.0.0.5"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
"#,
            dns: GATEWAY,
            smtp: &[SP1_SMTP],
            seen: |facts| facts::add_firewall(facts, Behind::Too),
            seen_unrecorded: Some(|facts| facts::add_firewall(facts, Behind::No)),
            fault: Fault {
                // The connection list of the service does not contain the gateway's address.
                change: Change::Seen(facts::deny_connections),
                rule: "iis-connection-denied",
            },
            ..BASE
        },
        Topology {
            name: "18 remote Directory Management Service",
            display: "contoso.com",
            farm: r#"
[directory-management]
service = "remote"
url = "https://dms.contoso.com/_vti_bin/SharePointEmailWS.asmx"
smtp-server = "sp1.contoso.com"
[[server]]
name = "sp1.contoso.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
            recorded: r#"
[[mail-host]]
name = "ex1.contoso.com"
kind = "exchange"
sends-from = ["10.0.0.6"]
passes-to = ["sp1.contoso.com"]
by = "smart-host"
delivers-as = ["sp1.contoso.com"]
"#,
            dns: "inside A sp1.contoso.com 10.0.0.21\n\
                  inside MX 10 contoso.com ex1.contoso.com\ninside A ex1.contoso.com 10.0.0.6",
            smtp: &[Smtp {
                domains: &["sp1.contoso.com"],
                ..SP1_SMTP
            }],
            fault: Fault {
                change: Change::File("SharePointEmailWS", "SharePointE-mailWS"),
                rule: "warning page-service-url-misspelt",
            },
            ..BASE
        },
        Topology {
            name: "19 the first of two farms behind one Exchange",
            recorded: TWO_FARMS,
            fault: NO_DOMAINS,
            ..FIRST_FARM
        },
        Topology {
            name: "19 the second of two farms behind one Exchange",
            display: "lists.contoso.com",
            farm: r#"
[[server]]
name = "sp9.contoso.com"
role = "application"
os = "2016"
incoming-email-service = true
smtp-service = true
"#,
            recorded: TWO_FARMS,
            smtp: &[Smtp {
                host: "sp9.contoso.com",
                address: "10.0.0.29",
                domains: &["lists.contoso.com"],
            }],
            fault: Fault {
                change: Change::File(", \"sp9.contoso.com\"", ""),
                rule: "farm-mail-host-leads-nowhere",
            },
            ..FIRST_FARM
        },
    ]
}
