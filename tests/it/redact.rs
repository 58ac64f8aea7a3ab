//! Facts and farms without their names: they are judged as before, and no name is left in them.

use crate::support::{Folder, Run, root};
use crate::{explain, properties, verdicts};
use proptest::prelude::*;
use serde_json::{Value, json};
use spinmail::testing::facts::Facts;
use spinmail::testing::facts::Redactor;
use spinmail::testing::farm::values::Date;
use spinmail::testing::farm::{self, writer};
use spinmail::testing::rules::{self, Case, Selection};
use std::collections::BTreeSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::net::Ipv4Addr;

const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};

fn key(bytes: &[u8]) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(bytes)
}

/// How often each rule came to which outcome and severity, and whether it was accepted.
fn judged(farm: &str, facts: &Facts) -> Vec<String> {
    let document = farm::read(farm).unwrap_or_else(|mistakes| panic!("{farm}\n{mistakes:#?}"));
    let verdicts = rules::judge(&Case::new(&document, facts, TODAY), &Selection::default());
    let mut said: Vec<String> = verdicts
        .iter()
        // That one is about the names themselves.
        .filter(|verdict| verdict.rule.id != "farm-placeholder")
        .map(|verdict| {
            let outcome = (
                verdict.outcome,
                verdict.severity,
                verdict.accepted.is_some(),
            );
            format!("{} {outcome:?} {}", verdict.rule.id, verdict.evidence.len())
        })
        .collect();
    said.sort();
    said
}

/// Farm file and facts without names.
fn redacted(farm: &str, facts: &Facts) -> (String, Facts) {
    let farm = farm::read(farm)
        .unwrap_or_else(|mistakes| panic!("{farm}\n{mistakes:#?}"))
        .farm;
    let (facts, farm) = Redactor::redact(&farm, facts, &key).unwrap();
    (farm, facts)
}

#[track_caller]
fn assert_judged_alike(what: &str, farm: &str, facts: &Facts) {
    let (other_farm, other_facts) = redacted(farm, facts);
    let (before, after) = (judged(farm, facts), judged(&other_farm, &other_facts));
    let only = |one: &[String], two: &[String]| {
        one.iter()
            .filter(|said| !two.contains(said))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert!(
        before == after,
        "{what}: {:?} became {:?}\n{farm}\n=>\n{other_farm}\n{}\n=>\n{}",
        only(&before, &after),
        only(&after, &before),
        facts.to_json(),
        other_facts.to_json()
    );
}

#[test]
fn every_example_of_every_page_is_judged_as_before() {
    for rule in rules::all() {
        for heading in ["Fails", "Passes"] {
            let (farm, facts) = explain::example(rule, heading);
            assert_judged_alike(rule.id, farm, &facts);
        }
    }
}

#[test]
fn every_tricky_case_is_judged_as_before() {
    for (farm, facts) in verdicts::all() {
        assert_judged_alike("a case", &farm, &facts);
    }
}

#[test]
fn every_metabase_of_the_tests_is_judged_as_before() {
    const FARM: &str = "[incoming-email]\nenabled = true\nmode = \"advanced\"\ndisplay-address = \"sharepoint.fabrikam.com\"\n\
                        drop-folder = 'C:\\inetpub\\mailroot\\Drop'\n[[server]]\nname = \"sp1.fabrikam.com\"\n\
                        smtp-service = true\nincoming-email-service = true\n";
    let mut count = 0;
    for entry in std::fs::read_dir(root().join("crates/iis-metabase/tests/samples")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(metabase) = iis_metabase::read(&std::fs::read(&path).unwrap()) else {
            continue;
        };
        let json = json!({"facts": 1, "iis": {"servers": [
            {"server": "sp1.fabrikam.com", "metabase": {"known": serde_json::to_value(spinmail::testing::facts::RecordedMetabase::from(metabase)).unwrap()}}]}});
        let facts = Facts::from_json(&json.to_string(), "test").unwrap();
        assert_judged_alike(&path.to_string_lossy(), FARM, &facts);
        let (_, other) = redacted(FARM, &facts);
        assert!(
            !other.to_json().to_lowercase().contains("fabrikam"),
            "{}",
            other.to_json()
        );
        count += 1;
    }
    assert!(count >= 5);
}

/// The mathematical K is a K in domain names only.
#[test]
fn web_applications_with_different_names_keep_different_names() {
    let farm = "[[web-application]]\nname = \"K\"\n[[web-application]]\nname = \"\u{1d4a6}\"\n";
    assert_judged_alike("two names", farm, &Facts::default());
}

/// A relay list that grants 127.0.0.1 alone.
const LOOPBACK: &str = "18000080200000803c00008044000080010000004c000000000000000000000001000000010000000200000002000000\
                        04000000000000004c00008000000000000000000000000000000000ffffffff7f000001";
/// One that denies 10.0.0.1 and grants none.
const DENIES: &str = "18000080340000803c00008044000080010000004c00000001000000010000000200000002000000\
                      04000000000000004c000080000000000000000000000000000000000000000000000000ffffffff0a000001";

fn any_of(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(words)
}

/// A virtual server with values of every kind, sound and odd.
fn any_virtual_server() -> impl Strategy<Value = Value> {
    const NAMES: &[&str] = &[
        "sharepoint.fabrikam.com",
        "SharePoint.FABRIKAM.com.",
        "fabrikam.com",
        "*.fabrikam.com",
        "sp1.fabrikam.com",
        "xn--bcher-kva.fabrikam.com",
        "BÜCHER.fabrikam.com",
        "a b",
        "",
    ];
    const ACTIONS: &[&str] = &[
        "16",
        "0",
        "2",
        "0x1010",
        "SMTP_ALIAS",
        "64",
        "soon",
        "4294967296",
        "-1",
    ];
    let values = (
        any_of(NAMES),
        any_of(&[
            r"C:\inetpub\mailroot\Drop",
            "c:/Inetpub/mailroot/drop/",
            r"D:\a",
            r"\\sp1\drop",
            r"%x%\drop",
            "drop",
            "",
        ]),
        any_of(&[
            ":25:",
            ":2525: 10.1.2.3:25:",
            "[fd00::1]:25:",
            "25",
            "",
            "10.1.2.3:26:mail",
            "999.1.1.1:25:",
        ]),
        any_of(&[
            "",
            LOOPBACK,
            DENIES,
            "1800",
            "fabrikam",
            "10.1.2.0, 255.255.255.0",
        ]),
        any_of(&["AuthBasic | AuthAnonymous", "6", "0", "AuthTea", ""]),
        any_of(&["TRUE", "false", "0", "1", "perhaps", "4", "6", "9"]),
        any_of(&["2097152", "52428800", "0", "much", "4294967296"]),
        any_of(ACTIONS),
        prop::collection::vec((any_of(NAMES), any_of(ACTIONS)), 0..3),
        any::<u16>(),
    );
    values.prop_map(|(name, drop, bindings, list, flags, truth, size, action, domains, held)| {
        let all = [
            ("DefaultDomain", name),
            ("FullyQualifiedDomainName", name),
            ("DropDirectory", drop),
            ("ServerBindings", bindings),
            ("RelayIpList", list),
            ("AuthFlags", flags),
            ("ServerAutoStart", truth),
            ("ServerState", truth),
            ("MaxMessageSize", size),
            ("RouteAction", action),
        ];
        let value = |raw: &str| json!({"raw": raw, "line": 1});
        let held = all.iter().enumerate().filter(|(at, _)| held & (1 << at) != 0);
        let properties: serde_json::Map<_, _> = held.map(|(_, (key, raw))| ((*key).to_owned(), value(raw))).collect();
        let domain = |(name, action): &(&str, &str)| {
            json!({"name": name, "line": 2, "properties": {"RouteAction": value(action)}})
        };
        json!({"properties": properties, "domains": domains.iter().map(domain).collect::<Vec<_>>()})
    })
}

proptest! {
    #![proptest_config(properties::cases(400))]

    #[test]
    fn random_metabases_are_judged_as_before(
        servers in prop::collection::vec(any_virtual_server(), 1..3),
        display in any_of(&["sharepoint.fabrikam.com", "sp1.fabrikam.com", "bücher.fabrikam.com"]),
        drop in any_of(&[r"C:\inetpub\mailroot\drop", r"\\SP1\Drop", r"D:\A\"]),
        size in any_of(&["2 MB", "20 MB", "50 MB"]), own: bool, queue in 0_u32..3, dropped in 0_u32..2,
    ) {
        let farm = format!(
            "[incoming-email]\nenabled = true\nmode = \"advanced\"\ndisplay-address = \"{display}\"\n\
             drop-folder = '{drop}'\n[[server]]\nname = \"sp1.fabrikam.com\"\nsmtp-service = true\n\
             incoming-email-service = {own}\n[[web-application]]\nname = \"Intranet\"\nmaximum-message-size = \"{size}\"\n"
        );
        let numbered = servers.into_iter().zip(1..).map(|(mut server, number)| {
            server["number"] = json!(number);
            server
        });
        let files = |role: &str, count: u32| json!({"virtual-server": 1, "role": role, "path": format!(r"C:\fabrikam\{role}"),
            "files": {"known": {"count": count, "oldest": "2026-11-20T07:00:00Z", "newest": "2026-11-20T07:00:00Z"}}});
        let facts = json!({"facts": 1, "iis": {"servers": [{
            "server": "SP1.fabrikam.com", "looked": "2026-11-20T08:00:00Z",
            "metabase": {"known": {"encoding": "UTF-8", "servers": numbered.collect::<Vec<_>>()}},
            "folders": [files("queue", queue), files("drop", dropped), files("bad-mail", queue)],
        }]}});
        let facts = Facts::from_json(&facts.to_string(), "test").unwrap();
        assert_judged_alike("a random metabase", &farm, &facts);
    }
}

#[test]
fn every_farm_of_the_tests_is_judged_as_before() {
    for folder in ["tests/farms/valid", "tests/farms/invalid"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            if farm::read(&text).is_ok() {
                assert_judged_alike(&path.to_string_lossy(), &text, &Facts::default());
            }
        }
    }
}

/// The words that stay in names, for they are of this program, of Windows and of protocols.
const NO_NAMES: [&str; 36] = [
    "spinmail",
    "probe",
    "check",
    "invalid",
    "ipv6",
    "all",
    "smtp",
    "from",
    "localhost",
    "inetpub",
    "mailroot",
    "drop",
    "pickup",
    "queue",
    "badmail",
    "cn",
    "ou",
    "dc",
    "o",
    "c",
    "l",
    "st",
    "street",
    "uid",
    "http",
    "https",
    "ldap",
    "ldaps",
    "gc",
    "ftp",
    "vti",
    "bin",
    "sharepointemailws",
    "asmx",
    "s",
    "network",
];

/// The words of every text of names in a farm, three letters and more.
fn names_of(farm: &farm::Farm) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut take = |text: &str| {
        // Of addresses, single numbers may stay what they were.
        if text
            .chars()
            .all(|letter| letter.is_ascii_hexdigit() || ".:[]/".contains(letter))
        {
            return;
        }
        let words = text
            .split(|letter: char| !letter.is_alphanumeric())
            .map(str::to_lowercase);
        // A made-up IPv6 address may hold any word of hexadecimal digits.
        let tells = |letter: char| letter.is_alphabetic() && !letter.is_ascii_hexdigit();
        let telling = |word: &String| word.chars().count() >= 3 && word.chars().any(tells);
        names.extend(words.filter(telling));
    };
    writer::text(farm, |setting, value| {
        use spinmail::testing::farm::{SettingKind, SettingValue};
        let is_name = !matches!(setting.kind, SettingKind::Word(_) | SettingKind::Words(_))
            && !["build", "maximum-message-size", "timeout", "rule", "reason"]
                .contains(&setting.name);
        match &value {
            SettingValue::Text(text) if is_name => take(text),
            SettingValue::List(list) if is_name => list.iter().for_each(|text| take(text)),
            _ => {}
        }
        value
    });
    names.retain(|name| !NO_NAMES.contains(&name.as_str()));
    names
}

/// The words of a farm file's values.
fn words_of(farm: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    writer::text(&farm::read(farm).unwrap().farm, |setting, value| {
        let text = if setting.name == "rule" {
            String::new()
        } else {
            value.to_string()
        };
        words.extend(
            text.split(|letter: char| !letter.is_alphanumeric())
                .map(str::to_lowercase),
        );
        value
    });
    words
}

proptest! {
    #![proptest_config(properties::cases(400))]

    #[test]
    fn random_farms_are_judged_as_before_and_lose_their_names(text in properties::farm_text()) {
        let Ok(document) = farm::read(&text) else { return Ok(()) };
        assert_judged_alike("a random farm", &text, &Facts::default());
        let (other, _) = redacted(&text, &Facts::default());
        let left: Vec<String> = names_of(&document.farm).intersection(&words_of(&other)).cloned().collect();
        let usual = |word: &String| spinmail::testing::farm::Table::ALL.iter().any(|table| table.name().contains(word.as_str()));
        let left: Vec<_> = left.into_iter().filter(|word| !usual(word) && !rules_words().contains(word)).collect();
        prop_assert!(left.is_empty(), "{left:?} is left\n{text}\n=>\n{other}");
    }
}

/// The words of rules and of closed lists, which stand in a farm file for what they are.
fn rules_words() -> BTreeSet<String> {
    let ids = rules::all()
        .flat_map(|rule| rule.id.split('-'))
        .map(str::to_owned);
    let settings = spinmail::testing::farm::SETTINGS.iter().flat_map(|row| {
        let words = match row.kind {
            farm::SettingKind::Word(words) | farm::SettingKind::Words(words) => words,
            _ => &[],
        };
        let words = words
            .iter()
            .flat_map(|word| word.word.split('-'))
            .chain(row.name.split('-'));
        words.map(str::to_owned).collect::<Vec<_>>()
    });
    ids.chain(settings)
        .chain(["true", "false"].map(str::to_owned))
        .collect()
}

/// A relay list of one address, as the snap-in writes it.
fn relay_list(address: &str) -> String {
    const START: &str = "18000080200000803c00008044000080010000004c000000000000000000000001000000010000000200000002000000\
                         04000000000000004c00008000000000000000000000000000000000ffffffff";
    START.to_owned() + &hex(&address.parse::<Ipv4Addr>().unwrap().octets())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As conditions of descriptors are stored.
fn hex_of_text(text: &str) -> String {
    hex(&text
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect::<Vec<_>>())
}

const SID: &str = "S-1-5-21-1111111111-2222222222-3333333333";

fn iis_about(domain: &str, host: &str, account: &str, address: &str) -> Value {
    let key = |raw: String| json!({"raw": raw, "line": 7});
    json!({"servers": [{
        "server": format!("{host}.{domain}"), "looked": "2026-11-20T08:00:00Z", "written": "2026-11-20T07:00:00Z",
        "metabase": {"known": {
            "encoding": "UTF-8", "odd": [format!("line 3: `/LM/SmtpSvc/1/Domain/x.{domain}` is there already")],
            "service": {"SmartHost": key(format!("[{address}]")), "AuthFlags": key("AuthBasic | AuthAnonymous".to_owned())},
            "servers": [{"number": 1,
                "properties": {
                    "ServerBindings": key(format!("{address}:25: :2525:{host}")), "ServerAutoStart": key("TRUE".to_owned()),
                    "ServerComment": key(format!("{account}'s")), "DefaultDomain": key(format!("{host}.{domain}")),
                    "DropDirectory": key(format!(r"C:\{account}\Drop")), "BadMailDirectory": key(format!(r"\\{host}\b$")),
                    "RelayIpList": key(relay_list(address)), "IPSecurity": key(relay_list(address) + &hex_of_text(domain)),
                    "ConnectResponse": key(format!("{host} of {account}")), "MaxMessageSize": key("2097152".to_owned()),
                    (account): key(account.to_owned()),
                },
                "domains": [{"name": format!("x.{domain}"), "line": 9, "properties": {
                    "RouteAction": key("16".to_owned()), "RouteActionString": key(format!("{host}.{domain}"))}}],
            }],
        }},
        "service": {"known": {"state": "running", "start": "automatic"}},
        "folders": [{"virtual-server": 1, "role": "drop", "path": format!(r"C:\{account}\Drop"),
                     "files": {"failed": format!(r"C:\{account}\Drop: access denied")}}],
    }]})
}

fn directory_about(domain: &str, host: &str, account: &str, address: &str) -> Value {
    let dn = |name: &str| format!("CN={name},OU={host},DC={domain},DC=com");
    let sddl = format!(
        "O:{SID}-1103G:DAD:PAI(OA;CI;CCDC;;;{SID}-1103)(XA;;0x1;;;AU;(@User.{account} == \"{host}\"))(A;;GA;;;SY)"
    );
    let domain_sid = windows_security::sid::Domains::single(SID.parse().unwrap());
    // Conditions as text are not turned into bytes.
    let plain = sddl.replace(
        &format!("(XA;;0x1;;;AU;(@User.{account} == \"{host}\"))"),
        "",
    );
    let read = windows_security::sddl::read(&plain, &domain_sid).unwrap();
    let raw = hex(&windows_security::binary::write(&read).unwrap());
    let descriptor = json!({"known": {"raw": raw, "sddl": sddl}});
    let seen = |value: &str| json!([{"value": value, "count": 1, "names": [dn(account)]}]);
    json!({
        "attempts": [{"url": format!("ldaps://{host}.{domain}"), "why": format!("{address}: no route to {host}")}],
        "connection": {"known": {
            "url": format!("ldap://{address}"), "protection": "start-tls", "bound-as": format!("{account}@{domain}"),
            "host": format!("{host}.{domain}"), "domain": format!("DC={domain},DC=com"), "token": [format!("{SID}-1103")]}},
        "schema": {"known": {"present": ["targetAddress", "mailNickname", "internetEncoding", "mAPIRecipient"], "absent": []}},
        "container": {"known": {
            "name": format!("OU={host},DC={domain},DC=com"), "classes": ["top", "organizationalUnit"],
            "guid": "5cb41ed0-0e4c-11d0-a286-00aa003049e2", "descriptor": descriptor,
            "above": [{"name": format!("DC={domain},DC=com"), "class": "domainDNS", "descriptor": descriptor}],
            "sample": {"known": [{"name": dn(account), "class": "contact", "descriptor": descriptor, "writable": ["mail"]}]},
            "effective": {"known": {"child-classes": ["contact", "group", account]}}}},
        "accounts": [{"name": format!("{domain}\\{account}"), "answer": {"known": {
            "name": dn(account), "sid": format!("{SID}-1103"), "control": 512, "computed-control": 0,
            "token": {"known": {"sids": [format!("{SID}-1103"), "S-1-5-11"], "from": "token-groups"}}}}}],
        "members": {"known": {
            "contacts": 3, "groups": 1, "incomplete": format!("{host} said nothing more"),
            "others": seen("computer"), "unreadable": {"count": 1, "names": [dn(host)]}, "encodings": seen("1310720"),
            "mapi": seen("TRUE"), "targets": seen(&format!("x.{domain}")), "authenticated": seen("TRUE"),
            "shared": [{"value": format!("smtp:{account}@x.{domain}"), "names": [dn(account), dn(host)]}],
            "shared-unknown": format!("{address} closed the connection")}},
    })
}

fn folder_about(domain: &str, host: &str, account: &str, address: &str) -> Value {
    let sid = format!("{SID}-1103");
    let printed = format!(
        "REVISION:1\nCONTROL:0x8004\nOWNER:{sid}\nGROUP:S-1-5-18\nACL:{sid}:0/0x3/0x001301bf\n"
    );
    let sddl = format!("O:{sid}G:SYD:P(A;OICI;0x1301bf;;;{sid})");
    let read = windows_security::sddl::read(&sddl, &Default::default()).unwrap();
    let digits = hex(&windows_security::binary::write(&read).unwrap());
    let share = format!(
        "netname: {host}\n\tremark:\tkept by {account}\n\tpath:\tC:\\{account}\n\tpassword:\t\n\ttype:\t0x0\n\
         revision: 1\ntype: 0x8004: SEC_DESC_DACL_PRESENT SEC_DESC_SELF_RELATIVE \nDACL\n\
         \tACL\tNum ACEs:\t1\trevision:\t2\n\t---\n\tACE\n\t\ttype: ACCESS ALLOWED (0) flags: 0x00 \n\
         \t\tSpecific bits: 0x1ff\n\t\tPermissions: 0x1f01ff: SYNCHRONIZE_ACCESS WRITE_OWNER_ACCESS WRITE_DAC_ACCESS \
         READ_CONTROL_ACCESS DELETE_ACCESS \n\t\tSID: {sid}\n\n"
    );
    let named =
        json!([{"name": format!("{account}.txt"), "why": format!("{host}: access denied")}]);
    let sample = json!({"count": 1, "first": named});
    let message = json!([{"name": format!("{account}.eml"), "size": 7, "age": 9, "receivers": [format!("{account}@x.{domain}")]}]);
    let counted = |name: String| json!({"counted": [{"name": name, "messages": 1, "oldest": 9}], "others": 0});
    let folder = |server: &str, from: Value, text: &str| {
        json!({
            "server": format!("{server}.{domain}"), "path": format!(r"C:\{account}\Drop"), "seen-at": format!("/mnt/{host}/{account}"),
            "contents": {"known": {"scanned": "2026-11-20T08:00:00Z", "messages": 1, "bytes": 7,
                "other-files": sample, "oldest": message, "newest": message, "largest": message,
                "addresses": counted(format!("{account}@x.{domain}")), "domains": counted(format!("x.{domain}")),
                "unroutable": sample, "unread": sample, "space": {"failed": format!("{address} said nothing")}}},
            "descriptor": {"known": {"from": from, "text": text}},
            "share": {"known": {"from": "rpcclient", "text": share}},
            "names": {&sid: {"known": {"name": format!(r"{domain}\{account}"), "kind": "user"}}},
            "accounts": [{"name": format!(r"{domain}\{account}"), "computer": format!("{host}.{domain}"),
                          "sid": {"known": sid}, "token": {"known": [sid, "S-1-1-0"]}}],
        })
    };
    json!({
        "folders": [
            folder(host, json!("smbcacls"), &printed),
            folder("sp7", json!("smbcacls"), "REVISION:1\nCONTROL:0x8004\nOWNER:\nGROUP:\nO:SYG:SYD:P\n"),
            folder("sp8", json!({"xattr": "system.cifs_ntsd"}), &digits),
            folder("sp9", json!("sddl"), &sddl),
        ],
        "aliases": {"from": format!("{account}.txt"), "names": [account, host]},
    })
}

/// Facts in which the names stand wherever a name can stand.
fn facts_about(domain: &str, host: &str, account: &str, address: &str) -> Value {
    let talk = json!({"known": {"steps": [
        {"said": "", "reply": {"known": [
            format!("220-{host}.{domain} Microsoft ESMTP MAIL Service, Version: 10.0.14393.2608 ready"),
            format!("220 {host} belongs to {account}, call {account}@{domain}")]}},
        {"said": format!("EHLO [{address}]"), "reply": {"known": [format!("250-{host}.{domain} Hello [{address}]"), "250 OK"]}},
        {"said": "MAIL FROM:<>", "reply": {"known": [format!("550-5.7.1 {account} of {domain}: no"), "550 5.7.1 no"]}},
    ], "tls": {"known": {"version": "TLSv1_3", "handshake": {"known": null},
        "certificate": {"absent": format!("not valid for {host}.{domain}; only for DnsName(\"{account}.{domain}\")")}}}}});
    json!({
        "facts": 1,
        "farm": host,
        "server": host,
        "gathered": "2026-11-20T08:00:00Z",
        "note": format!("seen by {account} in C:\\Users\\{account}\\{host}"),
        (host): {"deep": [format!("CN={account},OU={host},DC={domain}"), {(account): 7}]},
        "dns": {
            "servers": [format!("{address}:53")],
            "lookups": [
                {"server": format!("{address}:53"), "name": format!("{host}.{domain}"), "type": "A",
                 "answer": {"known": [{"owner": format!("{host}.{domain}"), "type": "A", "address": address, "ttl": host}]}},
                {"server": format!("{address}:53"), "name": format!("x.{domain}"), "type": "MX", "zone": domain,
                 "answer": {"failed": format!("{address}:53 of {host} said nothing to \\\\{host}\\{account}")},
                 "seen": [{"server": host, "gathered": "2026-11-20T08:00:00Z"}]},
            ],
            "ports": [{"address": format!("{address}:25"), "answer": {"failed": format!("no route to {address}")}}],
        },
        "smtp": {"targets": [{"host": format!("{host}.{domain}"), "address": format!("{address}:25"), "answer": talk}],
                 "unresolved": [{"host": host, "answer": {"absent": format!("{host}.{domain} has none")}}]},
        "iis": iis_about(domain, host, account, address),
        "folder": folder_about(domain, host, account, address),
        "directory": directory_about(domain, host, account, address),
    })
}

proptest! {
    #![proptest_config(properties::cases(60))]

    #[test]
    fn no_name_is_left_in_facts(
        domain in "(zq|vx)[a-z]{4,12}", host in "(qy|wx)[a-z0-9]{4,9}", account in "(jq|kx)[A-Z]{4,9}", last in 1_u8..255
    ) {
        let address = format!("10.77.66.{last}");
        let facts = Facts::from_json(&facts_about(&domain, &host, &account, &address).to_string(), "test").unwrap();
        let farm = format!(
            "[farm]\nname = \"{host}\"\ntimer-account = '{domain}\\{account}'\ncentral-administration-account = '{domain}\\{account}'\n\
             [incoming-email]\nenabled = true\nmode = \"advanced\"\n\
             display-address = \"x.{domain}\"\ndrop-folder = 'C:\\{account}\\Drop'\n\
             [directory-management]\nservice = \"yes\"\ncontainer = \"OU={host},DC={domain},DC=com\"\n\
             [probe]\ndirectory = [\"ldap://{address}\"]\n[[server]]\nname = \"{host}.{domain}\"\nsmtp-service = true\n\
             [[accept]]\nrule = \"smtp-closed\"\nreason = \"{account} knows\"\nsubject = \"{host}.{domain} {address}\"\n"
        );
        assert_judged_alike("random names", &farm, &facts);
        let (farm, facts) = redacted(&farm, &facts);
        let all = (farm + &facts.to_json()).to_lowercase();
        for name in [&domain, &host, &account.to_lowercase(), &address] {
            prop_assert!(!all.contains(name.as_str()), "{name} is left:\n{all}");
            prop_assert!(!all.contains(&hex_of_text(name)), "{name} is left in digits:\n{all}");
        }
        let address: Ipv4Addr = address.parse().unwrap();
        prop_assert!(!all.contains(&hex(&address.octets())), "{address} is left in digits:\n{all}");
        let number = hex(&1_111_111_111_u32.to_le_bytes());
        prop_assert!(!all.contains("1111111111") && !all.contains(&number), "the domain's SID is left:\n{all}");
        prop_assert!(all.contains("s-1-5-11\"") && all.contains("authbasic | authanonymous") && all.contains("mapirecipient"));
        prop_assert!(all.contains("microsoft esmtp mail service, version: 10.0.14393.2608 ready"));
        prop_assert!(all.contains("2026-11-20t08:00:00z") && all.contains("tlsv1_3") && all.contains("\"ttl\""));
    }
}

fn gather(folder: &Folder) -> Run {
    folder.run(&[
        "gather",
        "--facts",
        "facts.json",
        "--redact",
        "--out",
        "posted.json",
    ])
}

fn example() -> Folder {
    let folder = Folder::new();
    for name in ["farm.toml", "facts.json"] {
        folder.write(
            name,
            std::fs::read_to_string(root().join("examples").join(name)).unwrap(),
        );
    }
    folder
}

#[test]
fn redacted_example_with_farm_file_is_judged_alike() {
    let folder = example();
    let run = gather(&folder);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    assert_eq!(run.err, "posted.json: written\nposted.farm.toml: written\n");
    let all = folder.read("posted.json") + &folder.read("posted.farm.toml");
    for name in [
        "fabrikam",
        "sp1",
        "sp2",
        "wfe1",
        "10.0.0.",
        "2001:db8",
        "sp_farm",
        "contacts",
        "suppliers",
        "intranet",
    ] {
        assert!(!all.to_lowercase().contains(name), "{name} is left:\n{all}");
    }
    let said = |run: &Run| {
        let verdicts = run.json()["verdicts"].as_array().unwrap().clone();
        let row = |verdict: &Value| {
            ["rule", "outcome", "severity"]
                .map(|field| verdict[field].as_str().unwrap().to_owned())
                .join(" ")
        };
        let mut rows: Vec<String> = verdicts.iter().map(row).collect();
        rows.retain(|row| !row.starts_with("farm-placeholder "));
        rows.sort();
        (run.code, rows)
    };
    let before = folder.run(&["verify", "--facts", "facts.json", "--format", "json"]);
    let after = folder.run(&[
        "verify",
        "--file",
        "posted.farm.toml",
        "--facts",
        "posted.json",
        "--format",
        "json",
    ]);
    assert_eq!(said(&before), said(&after));
}

#[test]
fn every_run_has_its_own_names() {
    let folder = example();
    let once = (gather(&folder), folder.read("posted.json"));
    for name in ["posted.json", "posted.farm.toml"] {
        std::fs::remove_file(folder.path(name)).expect("what was written");
    }
    let again = (gather(&folder), folder.read("posted.json"));
    assert_eq!((once.0.code, again.0.code), (0, 0));
    assert_ne!(once.1, again.1);
}

#[test]
fn the_farm_file_itself_is_never_replaced() {
    let folder = example();
    let run = folder.run(&[
        "gather",
        "--facts",
        "facts.json",
        "--redact",
        "--out",
        "farm.json",
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    std::fs::rename(folder.path("farm.toml"), folder.path("all.farm.toml")).unwrap();
    let before = folder.read("all.farm.toml");
    let arguments = [
        "gather",
        "--file",
        "all.farm.toml",
        "--facts",
        "facts.json",
        "--redact",
        "--out",
        "all.json",
    ];
    let run = folder.run(&arguments);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("all.farm.toml"), "{run:?}");
    assert_eq!(folder.read("all.farm.toml"), before);
    assert!(!folder.path("all.json").exists());
}

#[test]
fn facts_alone_go_to_standard_output() {
    let folder = example();
    let run = folder.run(&["gather", "--facts", "facts.json", "--redact"]);
    assert_eq!(run.code, 0);
    assert!(!run.out.contains("fabrikam") && run.json()["facts"] == 2);
    assert!(run.err.contains("--out FILE"), "{}", run.err);
}
