//! Servers with answers that no server should send.

use super::{CREATE, ENCODING, MISSING, is_root, is_schema, message, outcome, with_patience};
use crate::ldap_server::{
    ALL, Asked, CONTAINER, DOMAIN, LdapServer, Said, contact, container, control, descriptor,
    paged, root, sid, sound, tlv,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The answer that a server sends instead of a sound one, the question, and the expected verdict.
struct Attack {
    name: &'static str,
    at: fn(&Asked) -> bool,
    said: fn(&Asked) -> Vec<Said>,
    /// A rule, its outcome, and a part of its message.
    expected: (&'static str, &'static str, &'static str),
}

fn is_account(asked: &Asked) -> bool {
    asked.base.starts_with("CN=sp_admin") && asked.attributes != ["tokenGroups"]
}

const SCHEMA_OLD: &str = "directory-schema-old";

fn deep(levels: usize) -> Vec<u8> {
    (0..levels).fold(Vec::new(), |nested, _| tlv(0x30, &nested))
}

/// Returns pages without end: the same objects on each, one more on each, or none.
fn endless(kind: u8) -> Vec<Said> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut said: Vec<Said> = match kind {
        0 => (0..1000)
            .map(|number| contact(&format!("list{number}")))
            .collect(),
        1 => vec![contact(&format!("list{number}"))],
        _ => Vec::new(),
    };
    said.push(Said::end_of_page(if kind == 2 { b"next" } else { b"more" }));
    said
}

const ATTACKS: &[Attack] = &[
    Attack {
        name: "silence at the logon",
        at: Asked::is_bind,
        said: |_| vec![Said::Silence],
        expected: (MISSING, "undecided", "timed out"),
    },
    Attack {
        name: "hanging up at the logon",
        at: Asked::is_bind,
        said: |_| vec![Said::Close],
        expected: (MISSING, "undecided", "closed the connection"),
    },
    Attack {
        name: "no LDAP at the logon",
        at: Asked::is_bind,
        said: |_| vec![Said::Raw(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())],
        expected: (MISSING, "undecided", ""),
    },
    Attack {
        name: "an empty message",
        at: Asked::is_bind,
        said: |_| vec![Said::Raw(vec![0x30, 0])],
        expected: (MISSING, "undecided", "its answer is not valid LDAP"),
    },
    Attack {
        name: "a message without an operation",
        at: Asked::is_bind,
        said: |_| vec![Said::Raw(vec![0x30, 3, 2, 1, 1])],
        expected: (MISSING, "undecided", "its answer is not valid LDAP"),
    },
    Attack {
        name: "a result without fields",
        at: Asked::is_bind,
        said: |_| vec![Said::Operation(vec![0x61, 0])],
        expected: (MISSING, "undecided", "its answer is not valid LDAP"),
    },
    Attack {
        name: "a result that is not a text",
        at: Asked::is_bind,
        said: |_| {
            vec![Said::Operation(tlv(
                0x61,
                &[0x0a, 1, 49, 4, 0, 4, 2, 0xff, 0xfe],
            ))]
        },
        expected: (MISSING, "undecided", "its answer is not valid LDAP"),
    },
    Attack {
        name: "a message of two gigabytes",
        at: Asked::is_bind,
        said: |_| {
            vec![
                Said::Raw(vec![0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 2, 1, 1]),
                Said::Silence,
            ]
        },
        expected: (MISSING, "undecided", "its answer is not valid LDAP"),
    },
    Attack {
        name: "the answer is to another question",
        at: is_root,
        said: |_| {
            vec![Said::Raw(tlv(
                0x30,
                &[&[2, 1, 99][..], &tlv(0x65, &[0x0a, 1, 0, 4, 0, 4, 0])].concat(),
            ))]
        },
        expected: (MISSING, "undecided", "timed out"),
    },
    Attack {
        name: "a logon that is answered as a search",
        at: Asked::is_bind,
        said: |_| vec![Said::Operation(tlv(0x64, &[4, 0, 0x30, 0]))],
        expected: (MISSING, "undecided", ""),
    },
    Attack {
        name: "a notice of disconnection",
        at: is_schema,
        said: |_| {
            vec![
                Said::Raw(tlv(
                    0x30,
                    &[&[2, 1, 0][..], &tlv(0x78, &[0x0a, 1, 52, 4, 0, 4, 0])].concat(),
                )),
                Said::Close,
            ]
        },
        expected: (SCHEMA_OLD, "undecided", "closed the connection"),
    },
    Attack {
        name: "no domain",
        at: is_root,
        said: |_| vec![root(&["defaultNamingContext"]), Said::success()],
        expected: (MISSING, "undecided", "it is not Active Directory"),
    },
    Attack {
        name: "no schema",
        at: is_root,
        said: |_| vec![root(&["schemaNamingContext"]), Said::success()],
        expected: (SCHEMA_OLD, "undecided", "schemaNamingContext"),
    },
    Attack {
        name: "nothing of itself",
        at: is_root,
        said: |_| vec![Said::success()],
        expected: (MISSING, "undecided", "returns no object"),
    },
    Attack {
        name: "another domain",
        at: is_root,
        said: |_| {
            vec![
                Said::entry(
                    "",
                    &[
                        ("defaultNamingContext", &["DC=other"]),
                        ("schemaNamingContext", &["CN=Schema"]),
                        ("configurationNamingContext", &["CN=C"]),
                    ],
                ),
                Said::success(),
            ]
        },
        expected: (MISSING, "undecided", "DC=other"),
    },
    Attack {
        name: "a domain that is not a name",
        at: is_root,
        said: |_| {
            vec![
                Said::entry(
                    "",
                    &[
                        ("defaultNamingContext", &["\u{1b}[2J"]),
                        ("schemaNamingContext", &["CN=Schema"]),
                        ("configurationNamingContext", &["CN=C"]),
                    ],
                ),
                Said::success(),
            ]
        },
        expected: (MISSING, "undecided", "is not a distinguished name"),
    },
    Attack {
        name: "an empty schema",
        at: is_schema,
        said: |_| vec![Said::success()],
        expected: (SCHEMA_OLD, "undecided", "its schema cannot be read"),
    },
    Attack {
        name: "a schema that may not be read",
        at: is_schema,
        said: |_| vec![Said::result(50, "")],
        expected: (SCHEMA_OLD, "undecided", "insufficientAccessRights"),
    },
    Attack {
        name: "silence about the schema",
        at: is_schema,
        said: |_| vec![Said::Silence],
        expected: (MISSING, "undecided", "timed out"),
    },
    Attack {
        name: "no such container",
        at: Asked::is_about_container,
        said: |_| vec![Said::result(32, "")],
        expected: (MISSING, "fail", "there is no"),
    },
    Attack {
        name: "a referral",
        at: Asked::is_about_container,
        said: |_| {
            vec![Said::Done(
                10,
                String::new(),
                Some("ldap://evil.test/DC=x"),
                vec![],
            )]
        },
        expected: (MISSING, "undecided", "ldap://evil.test/DC=x"),
    },
    Attack {
        name: "a success without the container",
        at: Asked::is_about_container,
        said: |_| vec![Said::success()],
        expected: (MISSING, "undecided", "returns no object"),
    },
    Attack {
        name: "two containers",
        at: Asked::is_about_container,
        said: |_| vec![container(None), container(None), Said::success()],
        expected: (MISSING, "undecided", "more objects than requested"),
    },
    Attack {
        name: "a container without a class",
        at: Asked::is_about_container,
        said: |_| vec![Said::entry(CONTAINER, &[]), Said::success()],
        expected: (
            "directory-container-not-a-unit",
            "undecided",
            "may not read its object class",
        ),
    },
    Attack {
        name: "an entry without a name",
        at: Asked::is_about_container,
        said: |_| vec![Said::Operation(tlv(0x64, &[])), Said::success()],
        expected: (MISSING, "undecided", "its answer is not valid LDAP"),
    },
    Attack {
        name: "a name that is not a text",
        at: Asked::is_about_container,
        said: |_| vec![Said::Entry(vec![0xff, 0xfe], vec![]), Said::success()],
        expected: (MISSING, "undecided", "its answer is not valid LDAP"),
    },
    Attack {
        name: "attributes that are none",
        at: Asked::is_about_container,
        said: |_| {
            vec![
                Said::Operation(tlv(0x64, &[4, 1, b'x', 0x30, 2, 4, 0])),
                Said::success(),
            ]
        },
        expected: (MISSING, "undecided", "its answer is not valid LDAP"),
    },
    Attack {
        name: "no descriptor",
        at: Asked::is_about_container,
        said: |_| vec![container(None), Said::success()],
        expected: (CREATE, "undecided", "the account may not read it"),
    },
    Attack {
        name: "an empty descriptor",
        at: Asked::is_about_container,
        said: |_| vec![container(Some(vec![])), Said::success()],
        expected: (CREATE, "undecided", "cannot be read"),
    },
    Attack {
        name: "a descriptor of noise",
        at: Asked::is_about_container,
        said: |_| vec![container(Some(vec![0xa5; 300])), Said::success()],
        expected: (CREATE, "undecided", "cannot be read"),
    },
    Attack {
        name: "a descriptor cut short",
        at: Asked::is_about_container,
        said: |_| {
            vec![
                container(Some(descriptor(ALL)[..40].to_vec())),
                Said::success(),
            ]
        },
        expected: (CREATE, "undecided", "cannot be read"),
    },
    Attack {
        name: "a descriptor with a lying list",
        at: Asked::is_about_container,
        said: |_| {
            let mut bytes = descriptor(ALL);
            bytes[24] = 0xff;
            bytes[25] = 0xff;
            vec![container(Some(bytes)), Said::success()]
        },
        expected: (CREATE, "undecided", "cannot be read"),
    },
    Attack {
        name: "a descriptor of two megabytes",
        at: Asked::is_about_container,
        said: |_| vec![container(Some(vec![0; 2 << 20])), Said::success()],
        expected: (CREATE, "undecided", "it is too large"),
    },
    Attack {
        name: "an account without a SID",
        at: is_account,
        said: |_| vec![Said::entry("CN=sp_admin", &[]), Said::success()],
        expected: ("directory-account-missing", "undecided", "no SID"),
    },
    Attack {
        name: "an account with a false SID",
        at: is_account,
        said: |_| {
            vec![
                Said::entry("CN=sp_admin", &[("objectSid", &["\u{1}\u{f}"])]),
                Said::success(),
            ]
        },
        expected: ("directory-account-missing", "undecided", "no SID"),
    },
    Attack {
        name: "an account with two SIDs",
        at: is_account,
        said: |_| {
            vec![
                Said::Entry(
                    b"CN=sp_admin".to_vec(),
                    vec![("objectSid", vec![sid(1), sid(2)])],
                ),
                Said::success(),
            ]
        },
        expected: ("directory-account-missing", "undecided", "no SID"),
    },
    Attack {
        name: "an account whose state is hidden",
        at: is_account,
        said: |_| {
            vec![
                Said::Entry(
                    b"CN=sp_admin".to_vec(),
                    vec![("objectSid", vec![sid(1103)])],
                ),
                Said::success(),
            ]
        },
        expected: (
            "directory-account-disabled",
            "undecided",
            "userAccountControl",
        ),
    },
    Attack {
        name: "two accounts of one name",
        at: |asked| asked.base == DOMAIN && asked.filters("sp_admin"),
        said: |_| {
            vec![
                Said::entry("CN=a", &[]),
                Said::entry("CN=b", &[]),
                Said::success(),
            ]
        },
        expected: ("directory-account-missing", "undecided", "2 objects"),
    },
    Attack {
        name: "silence about the contacts",
        at: Asked::is_page,
        said: |_| vec![Said::Silence],
        expected: (ENCODING, "undecided", "timed out"),
    },
    Attack {
        name: "a contact, and then silence",
        at: Asked::is_page,
        said: |_| vec![contact("docs"), Said::Silence],
        expected: (ENCODING, "undecided", "timed out"),
    },
    Attack {
        name: "a page, and then silence",
        at: Asked::is_page,
        said: |asked| {
            if asked
                .controls
                .iter()
                .any(|(_, value)| value.ends_with(b"next"))
            {
                vec![Said::Silence]
            } else {
                vec![contact("docs"), Said::end_of_page(b"next")]
            }
        },
        expected: (
            ENCODING,
            "undecided",
            "only 1 contacts and groups were read",
        ),
    },
    Attack {
        name: "a page, and then the end",
        at: Asked::is_page,
        said: |asked| {
            if asked
                .controls
                .iter()
                .any(|(_, value)| value.ends_with(b"next"))
            {
                vec![Said::Close]
            } else {
                vec![contact("docs"), Said::end_of_page(b"next")]
            }
        },
        expected: (
            ENCODING,
            "undecided",
            "only 1 contacts and groups were read",
        ),
    },
    Attack {
        name: "the same page for ever",
        at: Asked::is_page,
        said: |_| endless(0),
        expected: (ENCODING, "undecided", "returns the same objects repeatedly"),
    },
    Attack {
        name: "one more for ever",
        at: Asked::is_page,
        said: |_| endless(1),
        expected: (ENCODING, "undecided", "nearly empty"),
    },
    Attack {
        name: "empty pages for ever",
        at: Asked::is_page,
        said: |_| endless(2),
        expected: (ENCODING, "undecided", "nearly empty"),
    },
    Attack {
        name: "a page larger than asked for",
        at: Asked::is_page,
        said: |_| {
            (0..1001)
                .map(|number| contact(&format!("list{number}")))
                .chain([Said::success()])
                .collect()
        },
        expected: (ENCODING, "undecided", "more objects than requested"),
    },
    Attack {
        name: "a control without a value",
        at: Asked::is_page,
        said: |_| {
            vec![
                contact("docs"),
                Said::Done(
                    0,
                    String::new(),
                    None,
                    vec![control("1.2.840.113556.1.4.319", None)],
                ),
            ]
        },
        expected: (ENCODING, "undecided", "its answer is not valid LDAP"),
    },
    Attack {
        name: "a control with noise",
        at: Asked::is_page,
        said: |_| {
            vec![
                contact("docs"),
                Said::Done(
                    0,
                    String::new(),
                    None,
                    vec![control("1.2.840.113556.1.4.319", Some(&[0xff; 9]))],
                ),
            ]
        },
        expected: (ENCODING, "undecided", "its answer is not valid LDAP"),
    },
    Attack {
        name: "a control of another kind",
        at: Asked::is_page,
        said: |_| {
            vec![
                contact("docs"),
                Said::Done(
                    0,
                    String::new(),
                    None,
                    vec![control("1.2.3", Some(b"x")), paged(b"")],
                ),
            ]
        },
        expected: (ENCODING, "pass", ""),
    },
    Attack {
        name: "controls that are none",
        at: Asked::is_page,
        said: |_| {
            vec![
                contact("docs"),
                Said::Done(0, String::new(), None, vec![vec![4, 1, b'x']]),
            ]
        },
        expected: (ENCODING, "undecided", "its answer is not valid LDAP"),
    },
    Attack {
        name: "a refusal of the control",
        at: Asked::is_page,
        said: |_| vec![Said::result(12, "")],
        expected: (ENCODING, "undecided", "unavailableCriticalExtension"),
    },
    Attack {
        name: "an end before the time",
        at: Asked::is_page,
        said: |_| vec![contact("docs"), Said::result(3, "")],
        expected: (ENCODING, "undecided", "timeLimitExceeded"),
    },
    Attack {
        name: "references among the contacts",
        at: Asked::is_page,
        said: |_| {
            vec![
                Said::Reference("ldap://evil.test/DC=x"),
                contact("docs"),
                Said::Reference("ldap://evil.test"),
                Said::end_of_page(b""),
            ]
        },
        expected: (ENCODING, "undecided", "returns a referral"),
    },
    Attack {
        name: "a contact that may not be read",
        at: Asked::is_page,
        said: |_| {
            vec![
                contact("docs"),
                Said::entry("CN=hidden,OU=SharePointContacts,DC=fabrikam,DC=test", &[]),
                Said::end_of_page(b""),
            ]
        },
        expected: (ENCODING, "undecided", "may not read 1 object"),
    },
    Attack {
        name: "huge values",
        at: Asked::is_page,
        said: |_| {
            let huge = "x".repeat(4 << 20);
            vec![
                Said::entry(
                    &format!("CN={huge}"),
                    &[
                        ("objectClass", &["contact"]),
                        ("mailNickname", &[&huge]),
                        ("internetEncoding", &[&huge]),
                    ],
                ),
                Said::end_of_page(b""),
            ]
        },
        expected: ("directory-alias-too-long", "fail", "1 of 1"),
    },
    Attack {
        name: "thousands of values",
        at: Asked::is_page,
        said: |_| {
            let many: Vec<String> = (0..5000)
                .map(|number| format!("smtp:a{number}@x"))
                .collect();
            let many: Vec<&str> = many.iter().map(String::as_str).collect();
            vec![
                Said::entry(
                    &format!("CN=many,{CONTAINER}"),
                    &[
                        ("objectClass", &["contact"]),
                        ("proxyAddresses;range=0-4999", &many),
                        ("internetEncoding", &["1310720"]),
                    ],
                ),
                Said::end_of_page(b""),
            ]
        },
        expected: (ENCODING, "pass", ""),
    },
    Attack {
        name: "a thousand times the same alias",
        at: Asked::is_page,
        said: |asked| {
            if asked.filters("mailNickname") {
                (0..20)
                    .map(|number| contact(&format!("list{number}")))
                    .chain([Said::end_of_page(b"more")])
                    .collect()
            } else {
                (0..1000)
                    .map(|number| {
                        Said::entry(
                            &format!("CN=list{number}"),
                            &[("objectClass", &["contact"]), ("mailNickname", &["docs"])],
                        )
                    })
                    .chain([Said::end_of_page(b"")])
                    .collect()
            }
        },
        expected: ("directory-alias-duplicate", "fail", "several contacts"),
    },
    Attack {
        name: "a message nested a thousand times",
        at: Asked::is_page,
        said: |_| vec![Said::Raw(deep(1000))],
        expected: (ENCODING, "undecided", "its answer is not valid LDAP"),
    },
    Attack {
        name: "a message nested as deep as a stack is",
        at: Asked::is_page,
        said: |_| vec![Said::Raw(deep(100_000))],
        expected: (ENCODING, "undecided", "its answer is not valid LDAP"),
    },
];

/// Describes how the result of an attack differs from the expected one.
fn wrong(
    Attack {
        name,
        at,
        said,
        expected: (rule, wanted, part),
    }: &'static Attack,
) -> Option<String> {
    let server = LdapServer::start(
        None,
        move |asked| if at(asked) { said(asked) } else { sound(asked) },
    );
    let stalls = name.contains("silence") || *part == "timed out";
    let run = with_patience(&server, "directory", if stalls { "300ms" } else { "5s" });
    let (found, text) = (outcome(&run, rule), message(&run, rule));
    // Besides the expected rule, an attack may make other rules fail.
    let clean = if *wanted == "undecided" { 3 } else { 0 };
    let fits = run.code == 1 || (run.code == clean && *wanted != "fail");
    let is_right = found == *wanted && text.contains(part) && fits;
    (!is_right).then(|| format!("{name} ({}): {rule} {found}: {text}", run.code))
}

#[test]
fn hostile_answers_never_panic_or_pass() {
    // A client mostly waits, so the attacks run in parallel.
    let chunks = ATTACKS.chunks(ATTACKS.len().div_ceil(6));
    let threads: Vec<_> = chunks
        .map(|chunk| thread::spawn(|| chunk.iter().filter_map(wrong).collect::<Vec<_>>()))
        .collect();
    let wrong: Vec<String> = threads
        .into_iter()
        .flat_map(|thread| thread.join().expect("no attack panics"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
