use super::*;
use crate::relay_list::Reach;
use proptest::prelude::*;
use std::net::IpAddr;
use std::time::Instant;

macro_rules! fixture {
    ($name:literal) => {
        read(include_bytes!(concat!(
            "../../tests/samples/",
            $name,
            ".xml"
        )))
        .unwrap()
    };
}

/// Returns a metabase with these keys.
fn document(keys: &str) -> String {
    format!(
        "<?xml version = \"1.0\"?>\r\n<configuration xmlns='urn:x'><MBProperty>{keys}</MBProperty></configuration>"
    )
}

fn from_keys(keys: &str) -> Metabase {
    read(document(keys).as_bytes()).unwrap()
}

/// Returns a metabase of one server with these attributes.
fn with_values(attributes: &str) -> Metabase {
    from_keys(&format!("<a Location='/LM/SmtpSvc/1' {attributes}/>"))
}

fn first(metabase: &Metabase) -> VirtualServer<'_> {
    metabase.virtual_servers().next().unwrap()
}

/// Returns the domain of this name, case-insensitive.
fn domain_named<'a>(server: VirtualServer<'a>, name: &str) -> Option<&'a Domain> {
    server
        .server
        .domains
        .iter()
        .find(|domain| domain.name.eq_ignore_ascii_case(name))
}

fn kind(server: VirtualServer<'_>, name: &str) -> DomainKind {
    server
        .route_action(domain_named(server, name).unwrap())
        .unwrap()
        .kind()
}

#[test]
fn an_alias_domain_is_local() {
    let metabase = fixture!("alias");
    let server = first(&metabase);
    assert_eq!(
        (
            metabase.encoding.as_str(),
            metabase.servers.len(),
            metabase.odd.len()
        ),
        ("UTF-8", 1, 0)
    );
    assert_eq!(kind(server, "SharePoint.fabrikam.com"), DomainKind::Alias);
    assert_eq!(kind(server, "sp1.fabrikam.com"), DomainKind::Default);
    assert_eq!(server.drop_directory(), Some(r"C:\inetpub\mailroot\Drop"));
    assert_eq!(server.queue_directory(), Some(r"C:\inetpub\mailroot\Queue"));
    assert_eq!(
        server.bad_mail_directory(),
        Some(r"C:\inetpub\mailroot\Badmail")
    );
    assert_eq!((server.auto_start(), server.state()), (Ok(true), Ok(None)));
    assert_eq!(server.max_message_size(), Ok(Some(2_097_152)));
    assert_eq!(server.auth_flags(), Ok(AuthFlags(7)));
    assert_eq!(server.bindings().unwrap()[0].to_string(), ":25:");
    assert_eq!(
        server.relay_list().unwrap().entries[0].to_string(),
        "127.0.0.1/32"
    );
    assert_eq!(server.access_list().unwrap().reach(), Reach::Everyone);
    let seen = server.get(FULLY_QUALIFIED_DOMAIN_NAME).unwrap();
    assert_eq!(
        (seen.at, seen.property.raw.as_str(), seen.property.line),
        (Level::Service, "sp1.fabrikam.com", 25)
    );
    assert_eq!(server.get(MAX_MESSAGE_SIZE).unwrap().at, Level::Service);
}

#[test]
fn the_default_domain_is_local() {
    let metabase = fixture!("default-domain");
    let server = first(&metabase);
    assert_eq!(server.default_domain(), Some("sharepoint.fabrikam.com"));
    assert_eq!(server.get(DEFAULT_DOMAIN).unwrap().at, Level::Server);
    assert_eq!(
        (
            domain_named(server, "sharepoint.fabrikam.com"),
            server.relay_list().unwrap().reach()
        ),
        (None, Reach::NoClient)
    );
}

#[test]
fn a_remote_domain_has_a_smart_host() {
    let metabase = fixture!("remote-domain");
    let server = first(&metabase);
    assert_eq!(kind(server, "sharepoint.fabrikam.com"), DomainKind::Remote);
    let partner = domain_named(server, "Partner.example").unwrap();
    assert_eq!(
        (
            partner.name.as_str(),
            partner.properties["RouteActionString"].raw.as_str()
        ),
        ("Partner.example", "[10.0.0.9]")
    );
    let action = server.route_action(partner).unwrap();
    assert_eq!(
        (action.kind(), action.relays(), action.kind().is_local()),
        (DomainKind::SmartHost, true, false)
    );
}

#[test]
fn several_servers_keep_their_values() {
    let metabase = fixture!("several-servers");
    let [one, two] = metabase.virtual_servers().collect::<Vec<_>>()[..] else {
        panic!("{metabase:?}")
    };
    assert_eq!((one.server.number, two.server.number), (1, 2));
    assert_eq!(
        (one.drop_directory(), two.drop_directory()),
        (Some(r"D:\mailroot\Drop"), Some(r"E:\Drop"))
    );
    assert_eq!(
        (one.max_message_size(), two.max_message_size()),
        (Ok(Some(52_428_800)), Ok(Some(0)))
    );
    // `ServerAutoStart` is set on the service, and is not inherited.
    assert_eq!((one.auto_start(), two.auto_start()), (Ok(true), Ok(false)));
    assert_eq!(
        (one.auth_flags(), two.auth_flags()),
        (Ok(AuthFlags(7)), Ok(AuthFlags(6)))
    );
    let bindings: Vec<_> = two
        .bindings()
        .unwrap()
        .iter()
        .map(Binding::to_string)
        .collect();
    assert_eq!(
        bindings,
        ["10.0.0.5:2525:", "10.0.0.6:25:", "[fd00::5]:25:"]
    );
    assert_eq!(kind(two, "docs.fabrikam.com"), DomainKind::Alias);
    assert_eq!(
        (
            two.server.domains[0].name.as_str(),
            one.server.domains.len()
        ),
        ("Docs.Fabrikam.Com", 0)
    );
    assert_eq!(
        (two.get(DROP_DIRECTORY).unwrap().at, metabase.odd.len()),
        (Level::Server, 0)
    );
}

#[test]
fn an_absent_and_an_empty_relay_list_differ() {
    let (absent, empty) = (fixture!("server-2022"), fixture!("utf-16"));
    assert_eq!(
        (
            first(&absent).get(RELAY_IP_LIST),
            first(&absent).relay_list().unwrap().reach()
        ),
        (None, Reach::NoClient)
    );
    assert_eq!(first(&empty).relay_list().unwrap().reach(), Reach::Everyone);
    assert_eq!(
        (empty.encoding.as_str(), first(&empty).comment()),
        ("UTF-16LE", Some("Zürich – Büro"))
    );
}

#[test]
fn encodings_are_decoded() {
    let text = document("<a Location='/LM/SmtpSvc/1' ServerComment='Büro'/>");
    let declared = |label: &str| text.replace("\"1.0\"", &format!("\"1.0\" encoding = '{label}'"));
    let wide =
        |text: &str, to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<_>>();
    let latin = |text: &str| {
        text.chars()
            .map(|character| character as u8)
            .collect::<Vec<_>>()
    };
    let samples = [
        ("UTF-8", text.clone().into_bytes()),
        ("UTF-8", format!("\u{feff}{text}").into_bytes()),
        ("UTF-8", declared("utf-16").into_bytes()),
        (
            "UTF-16LE",
            wide(&format!("\u{feff}{text}"), u16::to_le_bytes),
        ),
        (
            "UTF-16BE",
            wide(&format!("\u{feff}{text}"), u16::to_be_bytes),
        ),
        ("UTF-16LE", wide(&declared("UTF-16"), u16::to_le_bytes)),
        ("UTF-16BE", wide(&text, u16::to_be_bytes)),
        ("windows-1252", latin(&declared("ISO-8859-1"))),
    ];
    for (encoding, bytes) in samples {
        let metabase = read(&bytes).unwrap();
        assert_eq!(
            (metabase.encoding.as_str(), first(&metabase).comment()),
            (encoding, Some("Büro"))
        );
    }
    let fault = read(&latin(&text)).unwrap_err();
    assert_eq!(
        (fault.message.as_str(), fault.line, fault.column),
        ("bytes that are not UTF-8: fc", 2, 86)
    );
    assert_eq!(
        read(declared("klingon").as_bytes()).unwrap_err().message,
        "the encoding `klingon` is not known"
    );
    assert!(
        read(&[&wide(&text, u16::to_le_bytes)[..], b"\n"].concat())
            .unwrap_err()
            .message
            .contains("not UTF-16LE")
    );
}

#[track_caller]
fn faulty(text: &str, expected: &str) {
    assert_eq!(read(text.as_bytes()).unwrap_err().to_string(), expected);
}

#[test]
fn malformed_files_are_rejected_at_their_position() {
    faulty(
        "",
        "line 1, column 1: the document does not have a root node",
    );
    faulty(
        "<?xml version='1.0'?>\n <!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "line 2, column 2: a document type (DTD) is refused",
    );
    faulty(
        "<a>\n <b></c></a>",
        "line 2, column 5: expected 'b' tag, not 'c'",
    );
    faulty(
        "<!-- -->\n<Project/>",
        "line 2, column 1: not a metabase: `Project` has no MBProperty",
    );
    faulty(
        "<MBProperty><a Location='x\u{1}'/></MBProperty>",
        "line 1, column 27: a non-XML character '\\u{1}' found",
    );
    let cut = "the file ends within an element: its end is missing";
    for (text, place) in [
        ("<configuration>\r\n<MBProperty>\r\n", "line 3, column 1"),
        ("<configuration>\n<MBProperty>\n  <a", "line 3, column 5"),
        ("<configuration>\n<a b='c", "line 2, column 8"),
    ] {
        faulty(text, &format!("{place}: {cut}"));
    }
}

#[test]
fn spaces_and_dots_of_a_domain_are_kept() {
    let keys = "<a Location='/LM/SmtpSvc/1'/><a Location='/LM/SmtpSvc/1/Domain/a.b '/>\
                <a Location='/LM/SmtpSvc/1/Domain/a.b.'/><a Location=' /LM/SmtpSvc/1/Domain/a.b'/>";
    let metabase = from_keys(keys);
    let names = metabase.servers[0].domains.iter();
    let names: Vec<&str> = names.map(|domain| domain.name.as_str()).collect();
    assert_eq!(
        (names, metabase.odd.len()),
        (vec!["a.b ", "a.b.", "a.b"], 0)
    );
}

#[test]
fn authentication_flags_are_named() {
    for (flags, names, anonymous) in [
        (
            "AuthBasic | AuthAnonymous",
            &["AuthAnonymous", "AuthBasic"][..],
            true,
        ),
        ("6", &["AuthBasic", "AuthNTLM"], false),
        ("0", &[], false),
        ("0x103", &["AuthAnonymous", "AuthBasic", "0x100"], true),
    ] {
        let metabase = with_values(&format!("AuthFlags='{flags}'"));
        let server = metabase.virtual_servers().next().unwrap();
        let found = server.auth_flags().unwrap();
        assert_eq!(
            (found.names(), found.anonymous()),
            (names.iter().map(ToString::to_string).collect(), anonymous)
        );
    }
}

#[test]
fn locations_are_parsed() {
    let here = [
        "/LM/SMTPSVC/1/",
        "/lm/smtpsvc/12",
        "/LM/SmtpSvc/3/DOMAIN/a.b",
    ];
    let elsewhere = [
        "/LM/SmtpSvc/01",
        "/LM/SmtpSvc/+1",
        "/LM/SmtpSvc/99999999999",
        "/LM/SmtpSvc/Info",
        "/LM/SmtpSvc/1/Domain",
        "/LM/SmtpSvc/1/Domain/a/b",
        "/LM/SmtpSvc/1/RoutingSources/",
        "/LM/W3SVC/1",
        "LM/SmtpSvc/1",
        "/",
        "",
    ];
    let keys = |locations: &[&str]| {
        locations
            .iter()
            .map(|at| format!("<a LOCATION='{at}'/>"))
            .collect::<String>()
    };
    assert!(from_keys(&keys(&elsewhere)).servers.is_empty());
    let metabase = from_keys(&keys(&here));
    assert_eq!(
        metabase
            .servers
            .iter()
            .map(|server| server.number)
            .collect::<Vec<_>>(),
        [1, 3, 12]
    );
    assert_eq!(
        metabase.odd,
        ["there are domains of virtual server 3, but it has no key"]
    );
    assert_eq!(metabase.service, None);
}

#[test]
fn the_first_of_two_equal_keys_counts() {
    let metabase = from_keys(
        "<a Location='/LM/SmtpSvc/1' DropDirectory='a' DROPDIRECTORY='b'><Custom Name='DropDirectory' Value='c'/></a>\n\
         <a Location='/LM/SMTPSVC/1' DropDirectory='d'/>",
    );
    assert_eq!(first(&metabase).drop_directory(), Some("a"));
    assert_eq!(
        metabase.odd,
        [
            "line 2: duplicate DropDirectory; the first one counts",
            "line 3: duplicate `/LM/SMTPSVC/1`; the first one counts",
        ]
    );
}

#[test]
fn custom_children_are_read_by_name_before_number() {
    let metabase = from_keys(
        "<a Location='/LM/SmtpSvc/1'><Custom Name='UnknownName_6000' ID='6000' Value='4'/><x/>\
         <Custom name='authflags' value='1'/><Custom ID='36882' Value='E:\\Drop'/><Custom ID='36875'/></a>",
    );
    assert_eq!(
        (
            first(&metabase).auth_flags(),
            first(&metabase).drop_directory()
        ),
        (Ok(AuthFlags(1)), Some(r"E:\Drop"))
    );
    assert_eq!(first(&metabase).get(QUEUE_DIRECTORY), None);
}

#[test]
fn an_empty_value_hides_the_inherited_one() {
    let keys = "<a Location='/LM/SmtpSvc' DropDirectory='D:\\drop'/><a Location='/LM/SmtpSvc/1' DropDirectory=' '/>";
    assert_eq!(first(&from_keys(keys)).drop_directory(), None);
}

#[test]
fn numbers_and_flags_are_parsed() {
    let size =
        |text: &str| first(&with_values(&format!("MaxMessageSize='{text}'"))).max_message_size();
    assert_eq!(
        (size("0x10"), size(" 7 "), size("-1"), size("0")),
        (Ok(Some(16)), Ok(Some(7)), Ok(Some(u32::MAX)), Ok(Some(0)))
    );
    for wrong in [
        "",
        "abc",
        "+1",
        "0x",
        "0x+1",
        "--1",
        "-",
        "4294967296",
        "-2147483649",
        "1 2",
    ] {
        assert_eq!(
            size(wrong).unwrap_err().message,
            format!("MaxMessageSize is `{wrong}`: not a 32-bit number")
        );
    }
    let flags = |text: &str| first(&with_values(&format!("AuthFlags='{text}'"))).auth_flags();
    assert_eq!(
        (flags("authntlm|1"), flags("0"), flags("-1")),
        (Ok(AuthFlags(5)), Ok(AuthFlags(0)), Ok(AuthFlags(u32::MAX)))
    );
    assert_eq!(
        flags("AuthBasic | AuthKerberos").unwrap_err(),
        ValueError {
            message:
                "AuthFlags is `AuthBasic | AuthKerberos`: the flag `AuthKerberos` is not known"
                    .into(),
            line: 2,
        }
    );
    assert!(flags("").is_err() && flags("1 |").is_err());
    let defaults = with_values("");
    assert_eq!(first(&defaults).auth_flags(), Ok(AuthFlags::ANONYMOUS));
    assert_eq!(first(&defaults).bindings().unwrap()[0].to_string(), ":25:");
    let state = |text: &str| first(&with_values(&format!("ServerState='{text}'"))).state();
    assert_eq!(
        (state("4"), state("9")),
        (
            Ok(Some(ServerState::Stopped)),
            Ok(Some(ServerState::Other(9)))
        )
    );
    let start = |text: &str| first(&with_values(&format!("ServerAutoStart='{text}'"))).auto_start();
    assert_eq!(
        (start("True"), start("0"), start("yes").is_err()),
        (Ok(true), Ok(false), true)
    );
    assert_eq!(
        (
            first(&defaults).auto_start(),
            first(&defaults).max_message_size()
        ),
        (Ok(true), Ok(None))
    );
}

#[test]
fn domains_inherit_their_route_action() {
    let route_action_of = |service: &str, server: &str, domain: &str| {
        let metabase = from_keys(&format!(
            "<a Location='/LM/SmtpSvc' ServerAutoStart='FALSE'>{service}</a><a Location='/LM/SmtpSvc/1'>{server}</a>\
             <a Location='/LM/SmtpSvc/1/Domain/a.b'>{domain}</a>"
        ));
        let server = first(&metabase);
        // `ServerAutoStart` is not inherited.
        assert_eq!(server.auto_start(), Ok(true));
        server
            .route_action(domain_named(server, "a.b").unwrap())
            .unwrap()
    };
    let is = |action: u32| format!("<Custom ID='36946' Value='{action}' Attributes='INHERIT'/>");
    assert_eq!(route_action_of("", "", ""), RouteAction(0));
    assert_eq!(route_action_of(&is(16), "", ""), RouteAction(16));
    assert_eq!(route_action_of(&is(2), &is(16), ""), RouteAction(16));
    assert_eq!(route_action_of(&is(16), &is(16), &is(0)), RouteAction(0));
    assert_eq!(
        route_action_of(&is(16).replace("INHERIT", "NO_ATTRIBUTES"), "", ""),
        RouteAction(0)
    );
}

#[test]
fn too_many_virtual_servers_are_rejected() {
    let servers = |count: usize| -> String {
        (1..=count)
            .map(|number| format!("<a Location='/LM/SmtpSvc/{number}'/>\n"))
            .collect()
    };
    assert_eq!(from_keys(&servers(MAX_SERVERS)).servers.len(), MAX_SERVERS);
    let fault = read(document(&servers(MAX_SERVERS + 1)).as_bytes()).unwrap_err();
    let first = document("")
        .lines()
        .position(|line| line.contains("</MBProperty>"))
        .unwrap();
    assert_eq!(fault.message, "it has more than 256 virtual servers");
    assert!(
        fault.line as usize >= MAX_SERVERS && fault.line as usize <= MAX_SERVERS + first + 1,
        "{fault}"
    );
}

#[test]
fn bindings_are_parsed() {
    let read = |text: &str| first(&with_values(&format!("ServerBindings='{text}'"))).bindings();
    let one = read("10.0.0.5:25:mail").unwrap().remove(0);
    assert_eq!(
        one,
        Binding {
            address: Some(IpAddr::from([10, 0, 0, 5])),
            port: 25,
            host: "mail".into()
        }
    );
    assert_eq!(
        (
            read("").unwrap().len(),
            read(":25:\r\n:26:&#xA;:27: :28:").unwrap().len()
        ),
        (0, 4)
    );
    for wrong in ["25", ":0:", "::25:", ":65536:", "x:25:", "[::1:25:", ":+5:"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn domain_kinds_follow_the_route_action() {
    let kind = |bits| RouteAction(bits).kind();
    assert_eq!(
        [0x10, 0x52, 0x40, 0x1, 0x22].map(kind),
        [
            DomainKind::Alias,
            DomainKind::Alias,
            DomainKind::Default,
            DomainKind::Default,
            DomainKind::Default
        ]
    );
    assert_eq!(
        [0x2, 0x1002, 0, 0x1000].map(kind),
        [
            DomainKind::SmartHost,
            DomainKind::SmartHost,
            DomainKind::Remote,
            DomainKind::Remote
        ]
    );
    assert_eq!(
        value::route_action("SMTP_ALIAS | 0x1000").unwrap(),
        RouteAction(0x1010)
    );
}

#[test]
fn the_table_is_sorted_without_duplicates() {
    assert!(KEYS.is_sorted_by(|one, next| one.name < next.name));
    let mut ids: Vec<_> = KEYS.iter().filter_map(|key| key.id).collect();
    ids.sort_unstable();
    assert!(ids.is_sorted_by(|one, next| one < next));
}

/// Hostile files of a megabyte or more. Each would take minutes if any step compared every item
/// with every other.
#[test]
fn large_files_are_read_in_linear_time() {
    let numbers = |count: usize, one: fn(usize) -> String| (0..count).map(one).collect::<String>();
    let attributes = numbers(100_000, |n| format!("a{n}='' "));
    let namespaces = numbers(20_000, |n| format!("<a xmlns:p{n}='u{n}'>"));
    let long = format!(
        "<a Location='/LM/SmtpSvc' DropDirectory='{}'/>",
        "x".repeat(1 << 20)
    );
    let samples = [
        document(&format!("<a {attributes}/>")),
        document(&format!("<!--><a x='--><a {attributes}/>")),
        document(&format!("<?><a x='?><a {attributes}/>")),
        document(&format!("{namespaces}{}", "</a>".repeat(20_000))),
        document(&("<a>".repeat(200_000) + &"</a>".repeat(200_000))),
        document(&numbers(20_000, |n| {
            format!("\n<a Location='/LM/SmtpSvc/1/Domain/d{n}' RouteAction='16'/>")
        })),
        document(&(long + &numbers(20_000, |n| format!("<a Location='/LM/SmtpSvc/{n}'/>")))),
        document(&format!(
            "<a Location='/LM/SmtpSvc/1'>{}</a>",
            numbers(20_000, |n| format!("<Custom ID='{n}' Value=''/>"))
        )),
    ];
    for text in samples {
        let start = Instant::now();
        let _ = read(text.as_bytes());
        let head: String = text.chars().skip(80).take(60).collect();
        assert!(start.elapsed().as_secs() < 5, "{head}");
    }
}

/// Calls every function that reads a value.
fn ask(metabase: &Metabase) {
    for server in metabase.virtual_servers() {
        let _ = (
            server.bindings(),
            server.max_message_size(),
            server.auth_flags(),
            server.auto_start(),
            server.state(),
        );
        let _ = (
            server.relay_list(),
            server.access_list(),
            server.default_domain(),
        );
        server
            .server
            .domains
            .iter()
            .for_each(|domain| drop(server.route_action(domain)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_do_not_panic(bytes: Vec<u8>) {
        let _ = read(&bytes).map(|metabase| ask(&metabase));
    }

    #[test]
    fn any_value_does_not_panic(value in "[^<&'\\x00-\\x1f\u{fffe}\u{ffff}]*", key: prop::sample::Index) {
        let key = key.get(KEYS).name;
        let one = |location| format!("<a Location='/LM/SmtpSvc/1{location}' {key}='{value}'/>");
        let keys = one("") + &one("/Domain/a");
        if let Ok(metabase) = read(document(&keys).as_bytes()) {
            prop_assert_eq!(&metabase.servers[0].properties[key].raw, &value);
            ask(&metabase);
        }
    }

    #[test]
    fn a_broken_file_does_not_panic(at: prop::sample::Index, byte: u8, cut: bool) {
        let mut bytes = include_bytes!("../../tests/samples/several-servers.xml").to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(if cut { at } else { bytes.len() });
        let _ = read(&bytes).map(|metabase| ask(&metabase));
    }
}
