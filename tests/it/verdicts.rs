//! Verdicts that are easy to get wrong: a farm, what DNS said, and what one rule makes of it.

use spinmail::testing::facts::Facts;
use spinmail::testing::farm;
use spinmail::testing::farm::values::Date;
use spinmail::testing::rules::{self, Case, OutcomeKind, Selection, Verdict};

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};

/// One line a case, five parts: what is told apart; the farm's lines, `;` between; what DNS said,
/// `;` between; the rule; and its outcomes, each once, in their order.
///
/// A farm's line begins with the short name of its table (`F`arm, `I`ncoming-email,
/// `D`irectory-management, `S`erver, `W`eb application, `A`ccept); a name behind `S`, `W`, `A`
/// opens an entry. The farm is enabled throughout. What DNS said is `[server] TYPE name = records`,
/// with `-` for an answer that there is none and `?` for no answer; `PORT address = open|closed`.
const CASES: &str = r#"
-- The page
the corrected folder is the server's own  | I mode = "advanced"; I drop-folder = 'C:\drop'; S sp1.x.com; drop-folder = 'D:drop' || page-drop-folder-not-absolute | pass fail
a share may be the wrong queue            | I mode = "advanced"; I drop-folder = '\\sp1\Pickup\'                               || page-drop-folder-wrong-queue | fail
a share that is called otherwise          | I mode = "advanced"; I drop-folder = '\\sp1\drop'                                  || page-drop-folder-wrong-queue | pass
a folder of mode nobody chose             | I drop-folder = 'drop'                                                             || page-drop-folder-not-absolute | not-applicable
a blank folder is none                    | I mode = "advanced"; I drop-folder = ' '                                           || page-drop-folder-missing | fail
a folder kept beside a removed mode       | F version = "2019"; I mode = "automatic"; I drop-folder = 'C:\drop'                || page-drop-folder-inactive | not-applicable
safe servers beside a removed mode        | F version = "2019"; I mode = "automatic"; I safe-servers = []                      || page-safe-servers-empty | not-applicable
automatic, version unknown                | I mode = "automatic"                                                               || page-automatic-removed | not-applicable
approvals, groups not recorded            | D service = "yes"; D approve = ["create"]                                          || page-approvals-unused | not-applicable
approvals, service off, groups allowed    | D service = "no"; D distribution-groups = true; D approve = ["create"]             || page-approvals-unused | not-applicable
approvals, groups not allowed             | D service = "yes"; D distribution-groups = false; D approve = ["create"]           || page-approvals-unused | fail
approvals, remote                         | D service = "remote"; D distribution-groups = true; D approve = ["create"]         || page-approvals-unused | fail
no approvals                              | D service = "remote"; D approve = []                                               || page-approvals-unused | pass
an invalid container is judged once       | D service = "yes"; D container = "LDAP://CN=a"                                     || page-container-not-a-unit | not-applicable
a container of a service that is off      | D service = "no"; D container = "x"                                                || page-container-not-a-name | not-applicable
alias, case and final dot aside           | I display-address = "SP1.x.com."; S sp1.X.com; smtp-service = true                 || page-alias-domain-needed | pass
alias, the name of a silent server        | I display-address = "sp1.x.com"; S sp1.x.com; S sp2.x.com; smtp-service = true     || page-alias-domain-needed | not-applicable
alias, no SMTP server known               | I display-address = "sp1.x.com"                                                    || page-alias-domain-needed | not-applicable
alias, smtp-server while the service is off | I display-address = "a.x.com"; D service = "no"; D smtp-server = "b.x.com"       || page-alias-domain-needed | not-applicable
alias needed                              | I display-address = "a.x.com"; D service = "yes"; D smtp-server = "b.x.com"        || page-alias-domain-needed | fail

-- The farm
a server that may run the service         | S a.x.com; incoming-email-service = false; S b.x.com                               || farm-service-nowhere | not-applicable
a role without a version                  | S a.x.com; role = "search"; incoming-email-service = true                          || farm-role-not-allowed | not-applicable
automatic, SMTP not recorded              | I mode = "automatic"; S a.x.com; incoming-email-service = true                     || farm-smtp-missing | not-applicable
advanced, no SMTP                         | I mode = "advanced"; S a.x.com; incoming-email-service = true; smtp-service = false || farm-smtp-missing | not-applicable
one folder, spelled twice                 | I mode = "advanced"; I drop-folder = 'C:\Drop\'; S a.x.com; incoming-email-service = true; S b.x.com; incoming-email-service = true; drop-folder = 'c:/drop' || farm-drop-folder-differs | pass
folders, one of them no folder            | I mode = "advanced"; I drop-folder = 'C:\Drop\'; S a.x.com; incoming-email-service = true; S b.x.com; incoming-email-service = true; drop-folder = 'drop' || farm-drop-folder-differs | not-applicable
the same local path is no share           | I mode = "advanced"; I drop-folder = 'C:\drop'; S a.x.com; incoming-email-service = true; S b.x.com; incoming-email-service = true || farm-shared-folder | pass
no folder shows no share                  | I mode = "advanced"; S a.x.com; incoming-email-service = true; S b.x.com; incoming-email-service = true || farm-shared-folder | not-applicable
an old build, one server and a silent one | F version = "2013"; F build = "15.0.4420.1017"; S a.x.com; incoming-email-service = true; S b.x.com || farm-one-server-job | not-applicable
an old build, one server                  | F version = "2013"; F build = "15.0.4420.1017"; S a.x.com; incoming-email-service = true || farm-one-server-job | pass
Network Service                           | F central-administration-account = 'NT AUTHORITY\NETWORK SERVICE'                  || farm-network-service | fail
a domain's account of that name           | F central-administration-account = 'FABRIKAM\network_service'                      || farm-network-service | pass
unused: its subject was hidden            | I display-address = "x.com"; A dns-mx-is-alias; reason = "r"; subject = "m.x.com"  | MX x.com = ? | farm-accept-unused | not-applicable
unused: its subject did not apply         | I display-address = "x.com"; A dns-mx-is-alias; reason = "r"; subject = "192.0.2.9" | MX x.com = MX 1 192.0.2.9, MX 2 m.x.com; CNAME m.x.com = - | farm-accept-unused | not-applicable
unused: no such subject                   | I display-address = "x.com"; A dns-mx-is-alias; reason = "r"; subject = "n.x.com"  | MX x.com = MX 2 m.x.com; CNAME m.x.com = - | farm-accept-unused | fail

-- DNS: silence is not absence
no MX, nobody knows whether an address    | I display-address = "x.com"                            | MX x.com = -; A x.com = -; AAAA x.com = ?            | dns-no-mx | undecided
no MX, wanted from outside all the same   | F mail-from-outside = true; I display-address = "x.com" | MX x.com = -; A x.com = -; AAAA x.com = ?           | dns-no-mx | fail
no MX, one name server silent             | I display-address = "x.com"                            | MX x.com = ?; [192.0.2.2] MX x.com = MX 1 m.x.com     | dns-no-mx | pass
an MX answer without a record             | I display-address = "x.com"                            | MX x.com =                                           | dns-no-mx | undecided
a null MX is no missing one               | I display-address = "x.com"                            | MX x.com = MX 0 .                                    | dns-no-mx | not-applicable
the root as exchanger is no null MX       | I display-address = "x.com"                            | MX x.com = MX 10 .                                   | dns-mx-no-address | fail
and no alias                              | I display-address = "x.com"                            | MX x.com = MX 10 .                                   | dns-mx-is-alias | not-applicable
loopback, the other kind of address open  | I display-address = "x.com"                            | MX x.com = -; A x.com = A 192.0.2.5; AAAA x.com = ?   | dns-loopback | undecided
loopback shows all the same               | I display-address = "x.com"                            | MX x.com = -; A x.com = A 127.0.0.1; AAAA x.com = ?  | dns-loopback | fail
loopback in IPv6's clothes                | I display-address = "x.com"                            | MX x.com = -; A x.com = -; AAAA x.com = AAAA ::ffff:127.0.0.1 | dns-loopback | fail
IPv6, nobody knows where mail goes        | I display-address = "x.com"                            | MX x.com = ?                                         | dns-ipv6-silent | undecided
IPv6, loopback, where nothing listens     | I display-address = "x.com"                            | MX x.com = -; AAAA x.com = AAAA ::1; PORT ::1 = closed | dns-ipv6-silent | fail
IPv6, refused                             | I display-address = "x.com"                            | MX x.com = -; AAAA x.com = AAAA fd00::1; PORT fd00::1 = closed | dns-ipv6-silent | fail
elsewhere, half of the host's addresses   | I display-address = "x.com"; S s.x.com; smtp-service = true | MX x.com = MX 1 m.x.com; A m.x.com = A 192.0.2.1; AAAA m.x.com = ?; A s.x.com = A 192.0.2.2; AAAA s.x.com = - | dns-mx-elsewhere | undecided
elsewhere, half of the server's           | I display-address = "x.com"; S s.x.com; smtp-service = true | MX x.com = MX 1 m.x.com; A m.x.com = A 192.0.2.1; AAAA m.x.com = -; A s.x.com = A 192.0.2.2; AAAA s.x.com = ? | dns-mx-elsewhere | undecided
elsewhere                                 | I display-address = "x.com"; S s.x.com; smtp-service = true | MX x.com = MX 1 m.x.com; A m.x.com = A 192.0.2.1; AAAA m.x.com = -; A s.x.com = A 192.0.2.2; AAAA s.x.com = - | dns-mx-elsewhere | fail
elsewhere, another server may be it       | I display-address = "x.com"; S m.x.com; smtp-service = false; S s.x.com; smtp-service = true | MX x.com = MX 1 m.x.com; A m.x.com = A 192.0.2.1; AAAA m.x.com = -; A s.x.com = ?; AAAA s.x.com = - | dns-mx-elsewhere | undecided
the server itself, by its name            | I display-address = "x.com"; S m.x.com; smtp-service = true | MX x.com = MX 1 m.x.com; A m.x.com = ?; AAAA m.x.com = - | dns-mx-elsewhere | pass
no address is no second error             | I display-address = "x.com"; S s.x.com; smtp-service = true | MX x.com = MX 1 m.x.com; A m.x.com = -; AAAA m.x.com = - | dns-mx-elsewhere | not-applicable
an alias with an MX, whatever the case    | I display-address = "x.com"                            | CNAME x.com = CNAME y.com; MX x.com = MX 1 m.x.com   | dns-alias-and-mx | fail
name servers, and nothing to ask them     | S sp1                                                  | A y.com = -; [192.0.2.2] A y.com = -                  | dns-servers-disagree | not-applicable
"#;

/// The parts of a line of the table.
fn parts(line: &str) -> [&str; 5] {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    parts
        .try_into()
        .unwrap_or_else(|parts| panic!("{line}: {parts:?}"))
}

fn farm_text(short: &str) -> String {
    let mut text = String::new();
    for line in short.split(';').map(str::trim) {
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        let entry = |table: &str, key: &str| format!("[[{table}]]\n{key} = \"{rest}\"\n");
        text.push_str(&match mark {
            "F" => format!("farm.{rest}\n"),
            "I" => format!("incoming-email.{rest}\n"),
            "D" => format!("directory-management.{rest}\n"),
            "S" => entry("server", "name"),
            "W" => entry("web-application", "name"),
            "A" => entry("accept", "rule"),
            _ => format!("{line}\n"),
        });
    }
    format!("incoming-email.enabled = true\n{text}")
}

/// Every case as a farm file and what was seen.
pub fn all() -> impl Iterator<Item = (String, Facts)> {
    CASES.lines().filter(|line| line.contains('|')).map(|line| {
        let [_, farm, said, ..] = parts(line);
        (farm_text(farm), facts(said))
    })
}

fn facts(short: &str) -> Facts {
    let (mut servers, mut lookups, mut ports) = (Vec::new(), Vec::new(), Vec::new());
    for said in short
        .split(';')
        .map(str::trim)
        .filter(|said| !said.is_empty())
    {
        let (server, said) = match said.strip_prefix('[') {
            Some(rest) => rest.split_once("] ").expect("] behind the name server"),
            None => ("192.0.2.1", said),
        };
        let server = format!("{server}:53");
        if !servers.contains(&server) {
            servers.push(server.clone());
        }
        let (question, answer) = said.split_once('=').expect("= before the answer");
        let (kind, name) = question.trim().split_once(' ').expect("a type and a name");
        let answer = answer.trim();
        if kind == "PORT" {
            let answer = if answer == "open" {
                serde_json::json!({"known": null})
            } else {
                serde_json::json!({"absent": "refused"})
            };
            ports.push(serde_json::json!({"address": format!("[{name}]:25"), "answer": answer}));
            continue;
        }
        let record = |text: &str| match text.split_whitespace().collect::<Vec<_>>()[..] {
            // A server may spell the owner as it likes.
            ["MX", preference, exchange] => {
                serde_json::json!({"owner": name.to_uppercase(), "type": "MX",
                "preference": preference.parse::<u16>().unwrap(), "exchange": exchange})
            }
            ["CNAME", target] => {
                serde_json::json!({"owner": name, "type": "CNAME", "target": target})
            }
            [kind, address] => serde_json::json!({"owner": name, "type": kind, "address": address}),
            _ => panic!("{text} is no record"),
        };
        let answer = match answer {
            "-" => serde_json::json!({"absent": "NODATA"}),
            "?" => serde_json::json!({"failed": "timed out"}),
            "" => serde_json::json!({"known": []}),
            records => {
                serde_json::json!({"known": records.split(',').map(record).collect::<Vec<_>>()})
            }
        };
        lookups.push(
            serde_json::json!({"server": server, "name": name, "type": kind, "answer": answer}),
        );
    }
    if servers.is_empty() {
        return Facts::default();
    }
    let dns = serde_json::json!({"servers": servers, "lookups": lookups, "ports": ports});
    Facts::from_json(
        &serde_json::json!({"facts": 1, "dns": dns}).to_string(),
        short,
    )
    .expect("facts")
}

fn judged(farm: &str, said: &str) -> Vec<Verdict> {
    let document =
        farm::read(&farm_text(farm)).unwrap_or_else(|mistakes| panic!("{farm}: {mistakes:#?}"));
    rules::judge(
        &Case::new(&document, &facts(said), TODAY),
        &Selection::default(),
    )
}

#[test]
fn tricky_verdicts() {
    for line in CASES.lines().filter(|line| line.contains('|')) {
        let [case, farm, said, rule, expected] = parts(line);
        let found: Vec<Verdict> = judged(farm, said)
            .into_iter()
            .filter(|verdict| verdict.rule.id == rule)
            .collect();
        let outcomes: Vec<&str> = found.iter().map(|verdict| verdict.outcome.name()).collect();
        assert_eq!(outcomes.join(" "), expected, "{case}: {found:#?}");
    }
}

#[test]
fn every_rule_that_ran_says_so() {
    for line in CASES.lines().filter(|line| line.contains('|')) {
        let [case, farm, said, ..] = parts(line);
        let verdicts = judged(farm, said);
        for rule in rules::all() {
            assert!(
                verdicts.iter().any(|verdict| verdict.rule.id == rule.id),
                "{case}: {} is silent",
                rule.id
            );
        }
    }
}

#[test]
fn a_remedy_changes_the_setting_it_is_about() {
    let found = judged(
        r#"I mode = "advanced"; S sp1.x.com; drop-folder = 'D:drop'"#,
        "",
    );
    let fault = found
        .iter()
        .find(|verdict| verdict.rule.id == "page-drop-folder-not-absolute")
        .unwrap();
    assert_eq!(fault.outcome, OutcomeKind::Fail);
    let wanted = serde_json::json!([{
        "action": "set-setting", "key": "server.sp1.x.com.drop-folder", "values": [r"D:\drop"],
    }]);
    let actions = &fault.remedy.as_ref().unwrap().actions;
    assert_eq!(serde_json::to_value(actions).unwrap(), wanted);
    assert_eq!(fault.evidence[0].asked, "server.sp1.x.com.drop-folder");
}
