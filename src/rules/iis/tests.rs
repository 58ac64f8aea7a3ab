use crate::facts::Facts;
use crate::farm;
use crate::farm::values::Date;
use crate::formats::metabase;
use crate::rules::{self, Area, Case, OutcomeKind, Selection, Verdict};
use serde_json::{Value, json};

const TODAY: Date = Date { year: 2026, month: 11, day: 25 };
const NOW: &str = "2026-11-25T10:00:00Z";

/// The relay list that grants 127.0.0.1 alone.
const LOOPBACK: &str = "18000080200000803c00008044000080010000004c00000000000000000000000100000001000000020000000200000004000000000000004c00008000000000000000000000000000000000ffffffff7f000001";
/// As the console stores a list that grants nobody.
const NOBODY: &str = "18000080200000803c00008044000080010000004c00000000000000000000000100000001000000020000000200000004000000000000004c00008000000000000000000000000000000000ffffffff00000000";
/// One that denies 10.0.0.1 and grants nobody, laid out as the samples are.
const DENIES: &str = "18000080340000803c00008044000080010000004c0000000100000001000000020000000200000004000000000000004c000080000000000000000000000000000000000000000000000000ffffffff0a000001";

/// One line a case, five parts: what is told apart; what is changed in the farm, `;` between; the metabase's keys, `;`
/// between; the rule; its outcomes, one for each virtual server. All of it is made up for the test.
///
/// The farm is [`FARM`]; `-key` takes a line out, `key = value` changes or adds one where the file ends, `[` begins raw
/// text. A key is `s` for the service, a number for a virtual server, `number/name` for a domain; its attributes follow.
const CASES: &str = r#"
-- The alias domain: names
an alias                                   | | 1; 1/sharepoint.fabrikam.com RouteAction='16'                      | alias-domain-missing | pass
and so it is no remote one                 | | 1; 1/sharepoint.fabrikam.com RouteAction='16'                      | domain-not-alias     | pass
in another case, with a final dot          | | 1; 1/SharePoint.FABRIKAM.com. RouteAction='16'                     | alias-domain-missing | pass
flags in names                             | | 1; 1/sharepoint.fabrikam.com RouteAction='SMTP_ALIAS'              | alias-domain-missing | pass
an alias among other bits                  | | 1; 1/sharepoint.fabrikam.com RouteAction='0x1010'                  | alias-domain-missing | pass
Unicode here, ASCII there                  | display-address = "bücher.example" | 1; 1/xn--bcher-kva.example RouteAction='16' | alias-domain-missing | pass
ASCII here, Unicode there                  | display-address = "xn--bcher-kva.example" | 1; 1/BÜCHER.example RouteAction='16' | alias-domain-missing | pass
a domain above it                          | | 1; 1/fabrikam.com RouteAction='16'                                 | alias-domain-missing | fail
a domain below it                          | | 1; 1/a.sharepoint.fabrikam.com RouteAction='16'                    | alias-domain-missing | fail
a name that only ends so                   | | 1; 1/mysharepoint.fabrikam.com RouteAction='16'                    | alias-domain-missing | fail
no domain at all                           | | 1 DefaultDomain='sp1.fabrikam.com'                                 | alias-domain-missing | fail
which is not remote either                 | | 1 DefaultDomain='sp1.fabrikam.com'                                 | domain-not-alias     | not-applicable
another virtual server number's domain     | | 1 DefaultDomain='a.b'; 2 ServerBindings=':26:' DefaultDomain='a.b'; 2/sharepoint.fabrikam.com RouteAction='16' | alias-domain-missing | fail not-applicable
no display address                         | -display-address | 1                                                 | alias-domain-missing | not-applicable
a display address that is none             | display-address = "list@x.com" | 1                                   | domain-not-alias     | not-applicable
an alias with an asterisk                  | | 1; 1/*.fabrikam.com RouteAction='16'                               | alias-domain-missing | undecided
a remote one with an asterisk              | | 1 DefaultDomain='a.b'; 1/*.fabrikam.com RouteAction='0'            | alias-domain-missing | fail
an asterisk for others                     | | 1 DefaultDomain='a.b'; 1/*.sharepoint.fabrikam.com RouteAction='16' | alias-domain-missing | fail

-- The alias domain: its kind
remote                                     | | 1; 1/sharepoint.fabrikam.com RouteAction='0'                       | domain-not-alias     | fail
one cause, one error                       | | 1; 1/sharepoint.fabrikam.com RouteAction='0'                       | alias-domain-missing | not-applicable
by a smart host                            | | 1; 1/sharepoint.fabrikam.com RouteAction='2'                       | domain-not-alias     | fail
remote, nothing written                    | | 1; 1/sharepoint.fabrikam.com                                       | domain-not-alias     | fail
nothing written, the server's is an alias  | | 1 RouteAction='16'; 1/sharepoint.fabrikam.com                      | domain-not-alias     | pass
relayed for anyone, and remote             | | 1; 1/sharepoint.fabrikam.com RouteAction='4096'                    | domain-not-alias     | fail
an unclear kind                            | | 1; 1/sharepoint.fabrikam.com RouteAction='soon'                    | domain-not-alias     | undecided
unclear is not missing                     | | 1; 1/sharepoint.fabrikam.com RouteAction='soon'                    | alias-domain-missing | undecided
two spellings, one of them local           | | 1; 1/sharepoint.fabrikam.com RouteAction='0'; 1/sharepoint.fabrikam.com. RouteAction='16' | domain-not-alias | pass

-- The alias domain: the default domain
the default domain                         | | 1 DefaultDomain='SharePoint.fabrikam.com'                          | alias-domain-missing | pass
the default domain, inherited              | | s DefaultDomain='sharepoint.fabrikam.com'; 1                       | alias-domain-missing | pass
inherited, but another at the server       | | s DefaultDomain='sharepoint.fabrikam.com'; 1 DefaultDomain='a.b'   | alias-domain-missing | fail
the default domain, its key says nothing   | | 1 DefaultDomain='sharepoint.fabrikam.com'; 1/sharepoint.fabrikam.com RouteAction='0' | domain-not-alias | pass
the default domain, its key says drop      | | 1 DefaultDomain='sharepoint.fabrikam.com'; 1/sharepoint.fabrikam.com RouteAction='64' | domain-not-alias | pass
the default domain, its key says smart host | | 1 DefaultDomain='sharepoint.fabrikam.com'; 1/sharepoint.fabrikam.com RouteAction='2' | domain-not-alias | undecided
the machine's own name, no default written | display-address = "sp1.fabrikam.com" | 1                            | alias-domain-missing | undecided
the greeting's name, no default written    | | 1 FullyQualifiedDomainName='sharepoint.fabrikam.com'               | alias-domain-missing | undecided
the machine's own name, another default    | display-address = "sp1.fabrikam.com" | 1 DefaultDomain='a.b'         | alias-domain-missing | fail

-- Several virtual servers
the other takes the mail                   | | 1 ServerBindings=':25:'; 2 ServerBindings=':2525:'; 1/sharepoint.fabrikam.com RouteAction='16' | alias-domain-missing | pass not-applicable
both listen, one has the domain            | | 1 ServerBindings='10.0.0.1:25:'; 2 ServerBindings='10.0.0.2:25:'; 1/sharepoint.fabrikam.com RouteAction='16' | alias-domain-missing | pass undecided
both listen, the other's is remote         | | 1 ServerBindings='10.0.0.1:25:'; 2 ServerBindings='10.0.0.2:25:'; 1/sharepoint.fabrikam.com RouteAction='16'; 2/sharepoint.fabrikam.com RouteAction='0' | domain-not-alias | pass undecided
both listen, neither has it                | | s DefaultDomain='a.b'; 1 ServerBindings='10.0.0.1:25:'; 2 ServerBindings='10.0.0.2:25:' | alias-domain-missing | fail fail
the one that has it is stopped             | | s DefaultDomain='a.b'; 1 ServerBindings=':25:'; 2 ServerBindings=':25:' ServerAutoStart='FALSE'; 2/sharepoint.fabrikam.com RouteAction='16' | alias-domain-missing | fail not-applicable
neither listens on a mail port             | | s DefaultDomain='a.b'; 1 ServerBindings=':26:'; 2 ServerBindings=':27:' | alias-domain-missing | fail fail
the recorded port counts                   | [probe]; smtp-port = 26 | s DefaultDomain='a.b'; 1 ServerBindings=':26:'; 2 ServerBindings=':27:' | alias-domain-missing | fail not-applicable
what is unclear may listen                 | | s DefaultDomain='a.b'; 1 ServerBindings='?'; 2 ServerBindings=':25:' | alias-domain-missing | fail fail
several are shown                          | | 1; 2                                                               | several-servers      | fail
one is none                                | | 7                                                                  | several-servers      | pass
a server without one                       | | s                                                                  | several-servers      | not-applicable
it has no domain either                    | | s                                                                  | alias-domain-missing | not-applicable
but that is a fault                        | | s                                                                  | server-stopped       | fail
nothing of SMTP in the file                | |                                                                    | server-stopped       | fail

-- Whether it runs
nothing written                            | | 1                                                                  | server-stopped       | pass
stopped                                    | | 1 ServerAutoStart='FALSE'                                          | server-stopped       | fail
stopped, in a number                       | | 1 ServerAutoStart='0'                                              | server-stopped       | fail
the service's value is not inherited       | | s ServerAutoStart='FALSE'; 1                                       | server-stopped       | pass
a state that was written                   | | 1 ServerAutoStart='TRUE' ServerState='4'                           | server-stopped       | fail
a state outweighs                          | | 1 ServerAutoStart='FALSE' ServerState='2'                          | server-stopped       | pass
paused                                     | | 1 ServerState='6'                                                  | server-stopped       | fail
a state that nobody knows                  | | 1 ServerState='9'                                                  | server-stopped       | pass
an unclear word                            | | 1 ServerAutoStart='perhaps'                                        | server-stopped       | undecided
stopped beside one that takes the mail     | | 1; 2 ServerAutoStart='FALSE'                                       | server-stopped       | pass not-applicable
all are stopped                            | | 1 ServerAutoStart='FALSE'; 2 ServerAutoStart='FALSE'               | server-stopped       | fail fail

-- Ports
the default                                | | 1                                                                  | not-port-25          | pass
one of several bindings                    | | 1 ServerBindings=':2525: 10.0.0.5:25:'                             | not-port-25          | pass
by IPv6                                    | | 1 ServerBindings='[fd00::1]:25:'                                   | not-port-25          | pass
another port                               | | 1 ServerBindings=':2525:'                                          | not-port-25          | fail
another port, recorded for looking         | [probe]; smtp-port = 2525 | 1 ServerBindings=':2525:'                | not-port-25          | fail
no binding                                 | | 1 ServerBindings=''                                                | not-port-25          | fail
unclear                                    | | 1 ServerBindings='25'                                              | not-port-25          | undecided
the port of another                        | | 1 ServerBindings=':587:'; 2                                        | not-port-25          | not-applicable pass

-- Anonymous access
by default                                 | | 1                                                                  | anonymous-off        | pass
inherited, in a Custom child               | | s <Custom Name='AuthFlags' ID='6000' Value='AuthBasic | AuthNTLM' Attributes='INHERIT'/>; 1 | anonymous-off | fail
inherited, but not to be                   | | s <Custom Name='AuthFlags' ID='6000' Value='AuthBasic' Attributes='NO_ATTRIBUTES'/>; 1 | anonymous-off | pass
by number                                  | | 1 <Custom ID='6000' Value='6'/>                                    | anonymous-off        | fail
by number, on                              | | 1 <Custom ID='6000' Value='7'/>                                    | anonymous-off        | pass
none at all                                | | 1 AuthFlags='0'                                                    | anonymous-off        | fail
a flag that nobody knows                   | | 1 AuthFlags='AuthTea'                                              | anonymous-off        | undecided
where no mail arrives                      | | 1; 2 ServerBindings=':587:' AuthFlags='AuthBasic'                  | anonymous-off        | pass not-applicable

-- Size
no web application says how much           | | 1                                                                  | size-small           | not-applicable
2 MB by default                            | [[web-application]]; name = "a"; maximum-message-size = "50 MB" | 1  | size-small           | fail
enough by default                          | [[web-application]]; name = "a"; maximum-message-size = "2 MB" | 1   | size-small           | pass
the largest counts                         | [[web-application]]; name = "a"; maximum-message-size = "1 MB"; [[web-application]]; name = "b"; maximum-message-size = "3 MB" | 1 | size-small | fail
no limit                                   | [[web-application]]; name = "a"; maximum-message-size = "50 MB" | 1 MaxMessageSize='0' | size-small | pass
just enough, inherited                     | [[web-application]]; name = "a"; maximum-message-size = "50 MB" | s MaxMessageSize='52428800'; 1 | size-small | pass
a byte too few                             | [[web-application]]; name = "a"; maximum-message-size = "50 MB" | 1 MaxMessageSize='52428799' | size-small | fail
by its number                              | [[web-application]]; name = "a"; maximum-message-size = "50 MB" | 1 <Custom ID='36891' Value='52428800'/> | size-small | pass
unclear                                    | [[web-application]]; name = "a"; maximum-message-size = "50 MB" | 1 MaxMessageSize='much' | size-small | undecided

-- The drop directory
the same, spelled otherwise                | | 1 DropDirectory='c:/DROP/'                                         | drop-directory-differs | pass
inherited                                  | | s DropDirectory='C:\drop'; 1                                       | drop-directory-differs | pass
another drive                              | | 1 DropDirectory='D:\drop'                                          | drop-directory-differs | fail
a folder below                             | | 1 DropDirectory='C:\drop\in'                                       | drop-directory-differs | fail
not written                                | | 1                                                                  | drop-directory-differs | undecided
emptied at the server                      | | s DropDirectory='C:\drop'; 1 DropDirectory=''                      | drop-directory-differs | undecided
with a variable                            | | 1 DropDirectory='%SystemDrive%\drop'                               | drop-directory-differs | undecided
the server's own folder counts             | drop-folder = 'D:\drop' | 1 DropDirectory='D:\Drop'                  | drop-directory-differs | pass
and not the page's                         | drop-folder = 'D:\drop' | 1 DropDirectory='C:\drop'                  | drop-directory-differs | fail
automatic                                  | mode = "automatic" | 1 DropDirectory='D:\drop'                       | drop-directory-differs | not-applicable
automatic, where there is no such mode     | mode = "automatic"; [farm]; version = "2019" | 1 DropDirectory='D:\drop' | drop-directory-differs | not-applicable
no mode                                    | -mode | 1 DropDirectory='D:\drop'                                    | drop-directory-differs | not-applicable
no folder                                  | -page-folder | 1 DropDirectory='D:\drop'                             | drop-directory-differs | not-applicable
no valid folder                            | drop-folder = 'drop' | 1 DropDirectory='D:\drop'                     | drop-directory-differs | not-applicable
its own share                              | drop-folder = '\\sp1\drop' | 1 DropDirectory='D:\drop'               | drop-directory-differs | undecided
a share of the domain's name space         | drop-folder = '\\fabrikam.com\dfs\drop' | 1 DropDirectory='D:\drop'  | drop-directory-differs | undecided
a share of another machine                 | drop-folder = '\\fs1\drop' | 1 DropDirectory='D:\drop'               | drop-directory-differs | fail
one share, written short and full          | drop-folder = '\\FS1.fabrikam.com\Drop' | 1 DropDirectory='\\fs1\drop' | drop-directory-differs | pass
two shares                                 | drop-folder = '\\fs1\drop' | 1 DropDirectory='\\fs1\drop2'           | drop-directory-differs | fail
a share by address                         | drop-folder = '\\10.0.0.5\drop' | 1 DropDirectory='\\fs1\drop'       | drop-directory-differs | undecided
a mail server apart, nobody looks          | incoming-email-service = false; [[server]]; name = "sp2.fabrikam.com"; incoming-email-service = true | 1 DropDirectory='C:\drop' | drop-directory-differs | fail
a mail server apart, by a share            | incoming-email-service = false; page-folder = '\\sp1\drop'; [[server]]; name = "sp2.fabrikam.com"; incoming-email-service = true | 1 DropDirectory='C:\drop' | drop-directory-differs | undecided
a mail server apart, onto the other's share | incoming-email-service = false; [[server]]; name = "sp2.fabrikam.com"; incoming-email-service = true | 1 DropDirectory='\\sp2\drop' | drop-directory-differs | undecided
the service's place not recorded           | -incoming-email-service | 1 DropDirectory='D:\drop'                  | drop-directory-differs | fail
the server that takes the mail counts      | | 1 DropDirectory='C:\drop'; 1/sharepoint.fabrikam.com RouteAction='16'; 2 DropDirectory='D:\drop' | drop-directory-differs | pass not-applicable

-- Relaying
absent: nobody                             | | 1                                                                  | relay-open           | pass
empty: everyone                            | | 1 RelayIpList=''                                                   | relay-open           | fail
empty, inherited                           | | s RelayIpList=''; 1                                                | relay-open           | fail
127.0.0.1                                  | | 1 RelayIpList='LOOPBACK'                                           | relay-open           | pass
all but one                                | | 1 RelayIpList='DENIES'                                             | relay-open           | fail
a list that cannot be read                 | | 1 RelayIpList='18'                                                 | relay-open           | not-applicable
cannot be read                             | | 1 RelayIpList='18'                                                 | relay-list-corrupt   | fail
no digits                                  | | 1 RelayIpList='none'                                               | relay-list-corrupt   | fail
read, though odd                           | | 1 RelayIpList='NOBODY'                                             | relay-list-corrupt   | pass
empty is no corrupt one                    | | 1 RelayIpList=''                                                   | relay-list-corrupt   | pass
nobody, stored                             | | 1 RelayIpList='NOBODY'                                             | relay-list-odd       | fail
nobody, not stored                         | | 1                                                                  | relay-list-odd       | pass
nothing odd                                | | 1 RelayIpList='LOOPBACK'                                           | relay-list-odd       | pass
open, and nothing else                     | | 1 RelayIpList=''                                                   | relay-list-odd       | pass
cannot be read, so not odd                 | | 1 RelayIpList='18'                                                 | relay-list-odd       | not-applicable
each virtual server has its own            | | 1 RelayIpList=''; 2 ServerBindings=':26:' RelayIpList='LOOPBACK'   | relay-open           | fail pass
"#;

const FARM: &[(&str, &str)] = &[
    ("enabled", "true"),
    ("mode", "\"advanced\""),
    ("display-address", "\"sharepoint.fabrikam.com\""),
    ("page-folder", r"'C:\drop'"),
    ("name", "\"sp1.fabrikam.com\""),
    ("incoming-email-service", "true"),
    ("smtp-service", "true"),
];

/// The farm with some changes.
fn farm_text(changes: &str) -> String {
    let (changes, raw) = changes.split_at(changes.find('[').unwrap_or(changes.len()));
    let mut lines: Vec<(&str, &str)> = FARM.to_vec();
    for change in changes.split(';').map(str::trim).filter(|change| !change.is_empty()) {
        match (change.strip_prefix('-'), change.split_once(" = ")) {
            (Some(key), _) => lines.retain(|(name, _)| *name != key),
            (_, Some((key, value))) => {
                lines.retain(|(name, _)| *name != key);
                // The page's lines stand before the server's.
                let at = if FARM[..4].iter().any(|(name, _)| *name == key) { 0 } else { lines.len() };
                lines.insert(at, (key, value));
            }
            _ => panic!("{change} is no change"),
        }
    }
    let mut text = "[incoming-email]\n".to_owned();
    for (key, value) in lines {
        let header = if key == "name" { "[[server]]\n" } else { "" };
        text += &format!("{header}{} = {value}\n", if key == "page-folder" { "drop-folder" } else { key });
    }
    text + &raw.replace(';', "\n")
}

/// The metabase of some keys, as facts hold it.
fn metabase_of(short: &str) -> Value {
    let short = short.replace("LOOPBACK", LOOPBACK).replace("NOBODY", NOBODY).replace("DENIES", DENIES);
    let mut keys = String::new();
    for key in short.split(';').map(str::trim).filter(|key| !key.is_empty()) {
        let (place, attributes) = key.split_once(' ').unwrap_or((key, ""));
        let place = match (place, place.split_once('/')) {
            ("s", _) => String::new(),
            (_, Some((server, domain))) => format!("/{server}/Domain/{domain}"),
            (server, None) => format!("/{server}"),
        };
        let (attributes, children) = attributes.split_at(attributes.find('<').unwrap_or(attributes.len()));
        keys += &format!("<a Location='/LM/SmtpSvc{place}' {attributes}>{children}</a>\n");
    }
    let keys = metabase::read(format!("<MBProperty>\n{keys}</MBProperty>").as_bytes()).unwrap();
    json!({"known": {"path": "MetaBase.xml", "keys": keys}})
}

/// Facts about the farm's server.
fn facts_of(server: Value) -> Value {
    let mut server = server;
    server["server"] = json!("SP1.fabrikam.com");
    server["gathered"] = json!(NOW);
    json!({"facts": 1, "iis": {"servers": [server]}})
}

fn verdicts(changes: &str, facts: &Value, rule: &str) -> Vec<Verdict> {
    let is_it = |verdict: &Verdict| verdict.rule.id.strip_prefix("iis-") == Some(rule);
    every_verdict(changes, facts).into_iter().filter(is_it).collect()
}

fn every_verdict(changes: &str, facts: &Value) -> Vec<Verdict> {
    let document = farm::read(&farm_text(changes)).unwrap_or_else(|mistakes| panic!("{changes}: {mistakes:#?}"));
    let facts = Facts::from_json(&facts.to_string(), "facts").unwrap();
    let of_area = Selection::new(&[Area::Iis], &[], &[]).unwrap();
    rules::judge(&Case::new(&document, &facts, TODAY), &of_area)
}

fn outcomes(verdicts: &[Verdict]) -> String {
    verdicts.iter().map(|verdict| verdict.outcome.name()).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_the_metabase_comes_to() {
    for line in CASES.lines().filter(|line| line.contains('|')) {
        // The flags of a value stand between bars of their own.
        let line = line.replace("AuthBasic | AuthNTLM", "AuthBasic¦AuthNTLM");
        let parts: Vec<String> = line.split('|').map(|part| part.trim().replace('¦', " | ")).collect();
        let [_, changes, keys, rule, expected] = &parts[..] else { panic!("{line}") };
        let found = verdicts(changes, &facts_of(json!({"metabase": metabase_of(keys)})), rule);
        assert_eq!(&outcomes(&found), expected, "{line}\n{found:#?}");
    }
}

/// What one rule says of a server with these facts, the farm's mail server with an alias domain.
fn of_machine(rule: &str, server: Value) -> String {
    outcomes(&verdicts("", &facts_of(server), rule))
}

fn alias() -> Value {
    metabase_of("1 DropDirectory='C:\\drop'; 1/sharepoint.fabrikam.com RouteAction='16'")
}

#[test]
fn what_the_service_manager_says() {
    let service = |state: &str, start: Value| json!({"smtp-service": {"known": {"state": state, "start": start}}});
    let automatic = || json!({"known": "automatic"});
    for (state, expected) in [
        ("running", "pass"),
        ("stopped", "fail"),
        ("stop-pending", "fail"),
        ("paused", "fail"),
        ("pause-pending", "fail"),
        ("start-pending", "undecided"),
        ("continue-pending", "undecided"),
    ] {
        assert_eq!(of_machine("service-stopped", service(state, automatic())), expected, "{state}");
    }
    for (start, expected) in [
        (automatic(), "pass"),
        (json!({"known": "manual"}), "fail"),
        (json!({"known": "disabled"}), "fail"),
        (json!({"failed": "access denied"}), "undecided"),
        (json!("not-asked"), "undecided"),
    ] {
        assert_eq!(of_machine("startup-manual", service("stopped", start.clone())), expected, "{start}");
    }
    // Neither silence nor an error is a stop; a service that is not there is one, and nothing else.
    for (answer, stopped, manual) in [
        (json!("not-asked"), "undecided", "undecided"),
        (json!({"failed": "access denied"}), "undecided", "undecided"),
        (json!({"absent": "there is no service SMTPSVC"}), "fail", "not-applicable"),
    ] {
        let server = json!({"smtp-service": answer, "metabase": {"absent": "there is no file"}});
        assert_eq!(of_machine("service-stopped", server.clone()), stopped, "{answer}");
        assert_eq!(of_machine("startup-manual", server), manual, "{answer}");
    }
    // What hangs on the service is silent while it is down; the settings are judged all the same.
    let mut server = service("stopped", automatic());
    server["metabase"] = metabase_of("1 ServerAutoStart='FALSE' DefaultDomain='a.b'");
    assert_eq!(of_machine("server-stopped", server.clone()), "not-applicable");
    assert_eq!(of_machine("queue-stuck", server.clone()), "not-applicable");
    assert_eq!(of_machine("alias-domain-missing", server), "fail");
}

#[test]
fn a_stop_says_what_starts_it() {
    let server = json!({
        "smtp-service": {"known": {"state": "stopped", "start": {"known": "disabled"}}},
        "admin-service": {"known": {"state": "stopped"}},
    });
    let found = verdicts("", &facts_of(server), "service-stopped");
    let observed: Vec<_> = found[0].evidence.iter().map(|seen| seen.observed.as_str()).collect();
    assert_eq!(observed, ["is stopped", "disabled", "is stopped"]);
    let actions = &found[0].remedy.as_ref().unwrap().actions;
    let commands: Vec<_> = actions.iter().map(|action| json!(action)["action"].clone()).collect();
    assert_eq!(commands, ["set-service", "start-service"]);
}

#[test]
fn what_was_not_seen_decides_nothing() {
    let every = || rules::all().filter_map(|rule| rule.id.strip_prefix("iis-"));
    assert_eq!(every().count(), 15);
    let with_size = "[[web-application]]; name = \"a\"; maximum-message-size = \"50 MB\"";
    for facts in [
        json!({"facts": 1}),
        json!({"facts": 1, "iis": {"servers": []}}),
        json!({"facts": 1, "iis": {"servers": [{"server": "other.fabrikam.com", "metabase": alias()}]}}),
        facts_of(json!({})),
        facts_of(json!({"metabase": {"failed": "access denied"}})),
        facts_of(json!({"metabase": {"absent": "there is no file"}})),
    ] {
        for rule in every() {
            assert_eq!(outcomes(&verdicts(with_size, &facts, rule)), "undecided", "{rule}: {facts}");
        }
    }
    // Where no SMTP service is counted on, nothing is to be said.
    for changes in ["smtp-service = false", "-smtp-service"] {
        let changes = format!("{changes}; {with_size}");
        for rule in every() {
            let facts = facts_of(json!({"metabase": metabase_of("1 RelayIpList=''")}));
            assert_eq!(outcomes(&verdicts(&changes, &facts, rule)), "not-applicable", "{rule}");
        }
    }
}

#[test]
fn each_server_has_its_verdict() {
    let changes = "[[server]]; name = \"sp2.fabrikam.com\"; smtp-service = true";
    let found = verdicts(changes, &facts_of(json!({"metabase": alias()})), "alias-domain-missing");
    let subjects: Vec<_> = found.iter().map(|verdict| verdict.subject.as_str()).collect();
    assert_eq!(subjects, ["sp1.fabrikam.com virtual server 1", "sp2.fabrikam.com"]);
    assert_eq!(outcomes(&found), "pass undecided");
    assert!(found[1].message.contains("--metabase FILE --server sp2.fabrikam.com"), "{}", found[1].message);
}

/// What was heard on the server's port.
fn heard(banner: &str, mail: &str) -> Value {
    let step = |said: &str, reply: &str| json!({"said": said, "reply": {"known": [reply]}});
    let steps = [step("", banner), step("EHLO [10.0.0.9]", "250 OK"), step("MAIL FROM:<>", mail)];
    let talk = json!({"known": {"steps": steps, "tls": "not-asked"}});
    json!({"targets": [{"host": "sp1.fabrikam.com", "address": "10.0.0.2:25", "answer": talk}]})
}

#[test]
fn a_greeting_shows_that_it_runs() {
    const WINDOWS: &str = "220 sp1 Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready";
    let judge = |server: Value, smtp: Value, rule: &str| {
        let mut facts = facts_of(server);
        facts["smtp"] = smtp;
        outcomes(&verdicts("", &facts, rule))
    };
    let taken = || heard(WINDOWS, "250 2.1.0 Sender OK");
    for rule in ["service-stopped", "server-stopped", "anonymous-off"] {
        assert_eq!(judge(json!({}), taken(), rule), "pass", "{rule}");
        // Another product shows nothing of the service.
        assert_eq!(judge(json!({}), heard("220 mx Postfix", "250 ok"), rule), "undecided", "{rule}");
    }
    assert_eq!(judge(json!({}), heard(WINDOWS, "454 5.7.3 no"), "anonymous-off"), "undecided");
    assert_eq!(judge(json!({}), taken(), "startup-manual"), "undecided");
    // What is known is not outweighed, but for a file that lags behind where one virtual server must have greeted.
    let stopped = json!({"smtp-service": {"known": {"state": "stopped"}}});
    assert_eq!(judge(stopped, taken(), "service-stopped"), "fail");
    let one = json!({"metabase": metabase_of("1 ServerAutoStart='FALSE'")});
    assert_eq!(judge(one, taken(), "server-stopped"), "pass");
    let two = json!({"metabase": metabase_of("1 ServerAutoStart='FALSE'; 2 ServerAutoStart='FALSE'")});
    assert_eq!(judge(two, taken(), "server-stopped"), "fail fail");
    let none = json!({"metabase": metabase_of("s")});
    assert_eq!(judge(none, taken(), "server-stopped"), "fail");
}

/// A folder of virtual server 1 with these files.
fn folder(purpose: &str, count: Value) -> Value {
    json!({"number": 1, "purpose": purpose, "path": "C:\\x", "count": count})
}

fn files(number: u64, oldest: &str, newest: &str) -> Value {
    json!({"known": {"files": number, "oldest": oldest, "newest": newest}})
}

#[test]
fn what_waits_in_the_queue() {
    let stuck = |queue: Value, drop: Value| {
        let folders = [folder("queue", queue), folder("drop", drop)];
        of_machine("queue-stuck", json!({"metabase": alias(), "folders": folders}))
    };
    let (empty, some) = (|| json!({"known": {"files": 0}}), || files(3, "2026-11-25T09:00:00Z", NOW));
    let at = |oldest: &str| files(1, oldest, oldest);
    assert_eq!(stuck(some(), empty()), "fail");
    assert_eq!(stuck(empty(), empty()), "pass");
    // Mail is dropped, so that what waits is other mail.
    assert_eq!(stuck(some(), some()), "pass");
    assert_eq!(
        (stuck(at("2026-11-25T09:50:01Z"), empty()), stuck(at("2026-11-25T09:50:00Z"), empty())),
        ("pass".into(), "fail".into())
    );
    // A clock that is ahead makes a file new.
    assert_eq!(stuck(at("2026-11-25T10:01:00Z"), empty()), "pass");
    for unknown in
        [json!("not-asked"), json!({"failed": "access denied"}), json!({"absent": "there is no such folder"})]
    {
        assert_eq!(stuck(unknown.clone(), empty()), "undecided");
        assert_eq!(stuck(some(), unknown.clone()), "undecided");
        // Nothing waits, whatever lies in Drop.
        assert_eq!(stuck(empty(), unknown), "pass");
    }
    assert_eq!(stuck(json!({"known": {"files": 3}}), empty()), "undecided");
    assert_eq!(stuck(at("the day before"), empty()), "undecided");
    assert_eq!(of_machine("queue-stuck", json!({"metabase": alias()})), "undecided");
    // The cause is named already.
    for (keys, service) in [
        ("1 DefaultDomain='a.b'", "running"),
        ("1; 1/sharepoint.fabrikam.com RouteAction='0'", "running"),
        ("1 ServerAutoStart='FALSE'; 1/sharepoint.fabrikam.com RouteAction='16'", "running"),
        ("1; 1/sharepoint.fabrikam.com RouteAction='16'", "stopped"),
    ] {
        let folders = [folder("queue", some()), folder("drop", empty())];
        let service = json!({"known": {"state": service}});
        let server = json!({"metabase": metabase_of(keys), "folders": folders, "smtp-service": service});
        assert_eq!(of_machine("queue-stuck", server), "not-applicable", "{keys}");
    }
}

#[test]
fn what_came_into_badmail() {
    let bad =
        |count: Value| of_machine("bad-mail", json!({"metabase": alias(), "folders": [folder("bad-mail", count)]}));
    let newest = |time: &str| bad(files(9, "2020-01-01T00:00:00Z", time));
    assert_eq!(newest("2026-11-24T10:00:01Z"), "fail");
    assert_eq!((newest("2026-11-24T10:00:00Z"), newest("2026-11-26T10:00:00Z")), ("pass".into(), "fail".into()));
    assert_eq!((bad(json!({"known": {"files": 0}})), newest("lately")), ("pass".into(), "undecided".into()));
    assert_eq!(bad(json!("not-asked")), "undecided");
    // The time of the whole gathering stands in for the server's own; without either, nothing is known.
    let server = json!({"server": "sp1.fabrikam.com", "metabase": alias(),
        "folders": [folder("bad-mail", files(1, NOW, NOW))]});
    let mut facts = json!({"facts": 1, "iis": {"servers": [server]}});
    assert_eq!(outcomes(&verdicts("", &facts, "bad-mail")), "undecided");
    facts["gathered"] = json!("2026-12-25T10:00:00Z");
    assert_eq!(outcomes(&verdicts("", &facts, "bad-mail")), "pass");
}

#[test]
fn severities_of_odd_lists() {
    let severity = |list: &str| {
        let facts = facts_of(json!({"metabase": metabase_of(&format!("1 RelayIpList='{list}'"))}));
        let found = verdicts("", &facts, "relay-list-odd");
        (found[0].outcome, found[0].severity.name())
    };
    assert_eq!(severity(NOBODY), (OutcomeKind::Fail, "warning"));
    // Bytes that belong to nothing are no fault by themselves.
    assert_eq!(severity(&format!("{LOOPBACK}00")), (OutcomeKind::Fail, "note"));
}

#[test]
fn hostile_facts_are_bounded() {
    let long = "x".repeat(1 << 20);
    let keys = json!({"service": {"DropDirectory": {"raw": format!("D:\\{long}")}, "DefaultDomain": {"raw": long}},
        "servers": (1..=200).map(|number| json!({"number": number})).collect::<Vec<_>>()});
    let facts = facts_of(json!({"metabase": {"known": {"path": long, "keys": keys}}}));
    for verdict in every_verdict("", &facts) {
        let evidence: usize = verdict.evidence.iter().map(|seen| seen.asked.len() + seen.observed.len()).sum();
        assert!(verdict.message.len() + evidence < 4000, "{}", verdict.rule.id);
    }
    let many = json!({"servers": (1..=1000).map(|number| json!({"number": number})).collect::<Vec<_>>()});
    let facts = facts_of(json!({"metabase": {"known": {"path": "x", "keys": many}}}));
    assert_eq!(outcomes(&verdicts("", &facts, "alias-domain-missing")), "undecided");
}
