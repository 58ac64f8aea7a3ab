//! `verify directory` and `verify contacts` against directory servers that are sound, sick and hostile: never a panic,
//! never a pass that was not earned, always a reason.

use crate::ldap_server::{
    ALL, Asked, CONTAINER, DOMAIN, LdapServer, SCHEMA, Said, asks_for_list_only, contact, container, control, deaf,
    descriptor, paged, root, sid, sound, talking, tlv,
};
use crate::smtp_server::Certificates;
use crate::support::{Folder, Run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn farm(urls: &[String], timeout: &str, more: &str) -> String {
    let urls = urls.iter().map(|url| format!("\"{url}\"")).collect::<Vec<_>>().join(", ");
    format!(
        r#"[farm]
central-administration-account = 'FABRIKAM\sp_admin'

[incoming-email]
enabled = true
mode = "advanced"
display-address = "sp.fabrikam.test"
drop-folder = 'C:\drop'

[directory-management]
service = "yes"
container = "OU=SharePointContacts,DC=fabrikam,DC=test"
smtp-server = "sp1.fabrikam.test"
distribution-groups = true

[probe]
directory = [{urls}]
bind-as = 'FABRIKAM\auditor'
timeout = "{timeout}"
{more}
"#
    )
}

/// A run, which must not have panicked, nor have taken more than half a minute.
fn verify(farm: &str, arguments: &[&str]) -> Run {
    let folder = Folder::with_farm(farm);
    let mut command = folder.command(&[&["verify"], arguments, &["--format", "json"]].concat());
    let started = Instant::now();
    let run = Run::of(command.env("SPINMAIL_LDAP_PASSWORD", "geheim").output().expect("the program runs"));
    assert!(started.elapsed() < Duration::from_secs(30), "{run:?}");
    assert!(!run.err.contains("panicked") && (0..=4).contains(&run.code), "{run:?}");
    assert!(!run.out.contains("geheim") && !run.err.contains("geheim"), "{run:?}");
    run
}

fn over_clear_text(server: &LdapServer, area: &str) -> Run {
    with_patience(server, area, "3s")
}

fn with_patience(server: &LdapServer, area: &str, timeout: &str) -> Run {
    let url = format!("ldap://127.0.0.1:{}", server.port);
    verify(&farm(&[url], timeout, ""), &[area, "--insecure-bind"])
}

fn verdicts(run: &Run) -> Vec<Value> {
    run.json()["verdicts"].as_array().cloned().unwrap_or_else(|| panic!("no verdicts: {run:?}"))
}

/// The outcomes by rule; of several subjects the worst.
fn outcomes(run: &Run) -> BTreeMap<String, String> {
    let mut outcomes: BTreeMap<String, String> = BTreeMap::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for verdict in verdicts(run) {
        let outcome = text(&verdict["outcome"]);
        let known = outcomes.entry(text(&verdict["rule"])).or_insert_with(|| outcome.clone());
        if *known == "pass" || outcome == "fail" {
            *known = outcome;
        }
    }
    outcomes
}

fn outcome(run: &Run, rule: &str) -> String {
    outcomes(run).remove(rule).unwrap_or_else(|| panic!("{rule} is silent: {run:?}"))
}

/// What the verdict of a rule says.
fn message(run: &Run, rule: &str) -> String {
    let all = verdicts(run);
    let verdict = all.iter().find(|verdict| verdict["rule"] == rule).unwrap_or_else(|| panic!("{rule}: {run:?}"));
    verdict["message"].as_str().unwrap_or_default().to_owned()
}

// --- As it should be

#[test]
fn a_sound_directory_passes() {
    let server = LdapServer::start(None, sound);
    let run = over_clear_text(&server, "directory");
    let odd: Vec<_> = outcomes(&run).into_iter().filter(|(_, outcome)| outcome != "pass").collect();
    let expected = ["directory-contact-open", "directory-group-no-address"];
    assert_eq!(odd.iter().map(|(rule, _)| rule.as_str()).collect::<Vec<_>>(), expected, "{run:?}");
    assert!(odd.iter().all(|(_, outcome)| outcome == "not-applicable") && run.code == 0, "{run:?}");
}

#[test]
fn contacts_alone_are_asked_for_alone() {
    let server = LdapServer::start(None, sound);
    let run = over_clear_text(&server, "contacts");
    let rules = outcomes(&run);
    let expected = [
        "directory-alias-duplicate",
        "directory-alias-too-long",
        "directory-contact-encoding",
        "directory-contact-mapi",
        "directory-contact-open",
        "directory-contact-target",
        "directory-group-no-address",
        "directory-legacy-object",
    ];
    assert_eq!(rules.keys().map(String::as_str).collect::<Vec<_>>(), expected);
    assert_eq!(run.code, 0, "{run:?}");
    let asked = server.asked();
    assert!(asked.iter().any(Asked::is_page) && !asked.iter().any(|asked| asked.filters("sp_admin")), "{asked:?}");
    let all = verify(
        &farm(&[format!("ldap://127.0.0.1:{}", server.port)], "1s", ""),
        &["directory", "contacts", "--insecure-bind"],
    );
    assert!(outcomes(&all).len() > rules.len(), "the area takes in its part: {all:?}");
}

/// Pages of a thousand, and descriptors without the list of audits: a server that does not insist hides a client that
/// forgets.
#[test]
fn what_active_directory_insists_on_is_asked() {
    let server = LdapServer::start(None, sound);
    over_clear_text(&server, "directory");
    let asked = server.asked();
    let about_members = |asked: &&Asked| asked.base == CONTAINER && asked.scope == 2;
    assert!(asked.iter().filter(about_members).count() > 0 && asked.iter().filter(about_members).all(Asked::is_page));
    let descriptors = asked.iter().filter(|asked| asked.attributes.iter().any(|name| name == "nTSecurityDescriptor"));
    assert!(descriptors.clone().count() > 2 && descriptors.clone().all(asks_for_list_only), "{asked:?}");
    let groups = asked.iter().filter(|asked| asked.attributes.iter().any(|name| name == "tokenGroups"));
    assert!(groups.clone().count() > 0 && groups.clone().all(|asked| asked.scope == 0), "{asked:?}");
}

#[test]
fn gathered_facts_are_judged_as_the_live_server_is() {
    let server = LdapServer::start(None, |asked| {
        if asked.is_page() {
            return vec![contact("docs"), contact("docs"), Said::end_of_page(b"")];
        }
        sound(asked)
    });
    let folder = Folder::with_farm(&farm(&[format!("ldap://127.0.0.1:{}", server.port)], "1s", ""));
    let run = |arguments: &[&str]| {
        let mut command = folder.command(arguments);
        Run::of(command.env("SPINMAIL_LDAP_PASSWORD", "geheim").output().expect("the program runs"))
    };
    let gathered = run(&["gather", "directory", "--insecure-bind", "--out", "facts.json"]);
    assert_eq!(gathered.code, 0, "{gathered:?}");
    assert!(!folder.read("facts.json").contains("geheim"));
    let live = run(&["verify", "directory", "--insecure-bind", "--format", "json"]);
    let replayed = run(&["verify", "directory", "--facts", "facts.json", "--format", "json"]);
    assert_eq!(verdicts(&live), verdicts(&replayed));
    assert_eq!((live.code, outcome(&live, "directory-alias-duplicate")), (1, "fail".to_owned()), "{live:?}");
}

// --- Who asks, and how

#[test]
fn a_password_never_travels_unencrypted_unless_the_user_insists() {
    let refusing = LdapServer::start(None, |asked| match asked.operation {
        0x77 => vec![Said::result(52, "TLS is not available")],
        _ => sound(asked),
    });
    let url = format!("ldap://127.0.0.1:{}", refusing.port);
    let run = verify(&farm(&[url], "1s", ""), &["directory"]);
    assert!(message(&run, "directory-container-missing").contains("it offers no StartTLS"), "{run:?}");
    assert_eq!(run.code, 3);
    assert!(!refusing.asked().iter().any(Asked::is_bind), "a password was sent");
}

#[test]
fn without_account_or_password_nothing_is_asked() {
    let server = LdapServer::start(None, sound);
    let text = farm(&[format!("ldap://127.0.0.1:{}", server.port)], "1s", "");
    let folder = Folder::with_farm(&text);
    let run = folder.run(&["verify", "directory", "--insecure-bind", "--format", "json"]);
    assert!(message(&run, "directory-container-missing").contains("no password of `FABRIKAM"), "{run:?}");
    assert_eq!(run.code, 3);
    folder.write("farm.toml", text.replace("bind-as", "# bind-as"));
    let run = folder.run(&["verify", "directory", "--insecure-bind", "--format", "json"]);
    assert!(message(&run, "directory-container-missing").contains("no account is named"), "{run:?}");
    assert!(server.asked().is_empty());
}

#[test]
fn the_password_comes_from_a_file_and_the_account_from_the_command_line() {
    let server = LdapServer::start(None, sound);
    let folder = Folder::with_farm(&farm(&[format!("ldap://127.0.0.1:{}", server.port)], "1s", ""));
    folder.write("password", "s3cret\r\n");
    let common = ["verify", "contacts", "--insecure-bind", "--bind-password-file"];
    let run = folder.run(&[&common[..], &["password", "--bind-as", "other@fabrikam.test"]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    folder.write("empty", "\n");
    let run = folder.run(&[&common[..], &["empty"]].concat());
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("holds no password"), "{run:?}");
    let run = folder.run(&["verify", "contacts", "--bind-as", "a+b"]);
    assert_eq!(run.code, 2, "{run:?}");
}

#[test]
fn refused_logons_are_explained() {
    for (code, text, said) in [
        (
            49,
            "80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data 52e, v4563\0",
            "the password is wrong",
        ),
        (49, "80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data 775, v4563\0", "locked out"),
        (53, "no", "unwillingToPerform"),
        (200, "", "unknown result"),
    ] {
        let server = LdapServer::start(None, move |asked| match asked.is_bind() {
            true => vec![Said::result(code, text)],
            false => sound(asked),
        });
        let run = over_clear_text(&server, "directory");
        assert!(message(&run, "directory-container-missing").contains(said), "{text}: {run:?}");
        assert_eq!((run.code, outcome(&run, "directory-signing-needed")), (3, "undecided".to_owned()));
    }
}

#[test]
fn a_controller_that_wants_signing_is_explained_and_nothing_else_is_said() {
    for code in [8, 13] {
        let server = LdapServer::start(None, move |asked| match asked.is_bind() {
            true => vec![Said::result(
                code,
                "00002028: LdapErr: DSID-0C090256, comment: The server requires binds to turn on integrity checking",
            )],
            false => sound(asked),
        });
        let run = over_clear_text(&server, "directory");
        let mut found = outcomes(&run);
        assert_eq!(found.remove("directory-signing-needed").as_deref(), Some("fail"), "{run:?}");
        assert!(found.values().all(|outcome| outcome == "not-applicable"), "{run:?}");
        assert!(message(&run, "directory-schema-old").contains("directory-signing-needed"));
        assert_eq!(run.code, 1);
    }
}

#[test]
fn controllers_are_tried_in_order_but_a_wrong_password_only_once() {
    let sick = LdapServer::start(None, |_| vec![Said::Close]);
    let well = LdapServer::start(None, sound);
    let (listener, closed) = deaf();
    drop(listener);
    let urls = [closed, sick.port, well.port].map(|port| format!("ldap://127.0.0.1:{port}"));
    let run = verify(&farm(&urls, "1s", ""), &["directory", "--insecure-bind"]);
    assert_eq!(run.code, 0, "{run:?}");
    let wrong = LdapServer::start(None, |asked| match asked.is_bind() {
        true => vec![Said::result(49, "data 52e")],
        false => sound(asked),
    });
    let untried = LdapServer::start(None, sound);
    let urls = [wrong.port, untried.port].map(|port| format!("ldap://127.0.0.1:{port}"));
    let run = verify(&farm(&urls, "1s", ""), &["directory", "--insecure-bind"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(untried.asked().is_empty(), "the account would be locked out");
}

#[test]
fn certificates_are_checked() {
    let certificates = Certificates::shared();
    let folder = Folder::new();
    let authority = folder.write("ca.pem", &certificates.authority);
    let more = |path: &Path| format!("ca-file = '{}'", path.display());
    for (kind, said) in [
        ("good", ""),
        ("wrong-name", "its certificate is for another name"),
        ("expired", "xpired"),
        ("unknown", "an authority that is not trusted"),
    ] {
        let server = LdapServer::start(Some(certificates.server(kind)), sound);
        let url = format!("ldaps://localhost:{}", server.port);
        let run = verify(&farm(&[url], "5s", &more(&authority)), &["directory"]);
        if said.is_empty() {
            assert_eq!(run.code, 0, "{run:?}");
        } else {
            assert!(message(&run, "directory-container-missing").contains(said), "{kind}: {run:?}");
            assert!(server.asked().is_empty() && run.code == 3, "{kind}: {run:?}");
        }
    }
    let plain = LdapServer::start(None, sound);
    let banner = talking(b"220 sp1 Microsoft ESMTP MAIL Service ready\r\n");
    for port in [plain.port, banner] {
        let url = format!("ldaps://localhost:{port}");
        let run = verify(&farm(&[url], "1s", &more(&authority)), &["directory"]);
        assert_eq!((run.code, outcome(&run, "directory-schema-old")), (3, "undecided".to_owned()), "{run:?}");
    }
    let run = verify(&farm(&["ldaps://localhost:1".to_owned()], "1s", "ca-file = 'nowhere.pem'"), &["directory"]);
    assert_eq!(run.code, 4, "{run:?}");
}

#[test]
fn the_global_catalog_is_not_asked() {
    for port in [3268, 3269] {
        let run = verify(&farm(&[format!("ldaps://localhost:{port}")], "1s", ""), &["directory"]);
        assert!(message(&run, "directory-schema-old").contains("global catalog"), "{run:?}");
        assert_eq!(run.code, 3);
    }
}

// --- Hostile servers

/// What a server does in place of an answer, at which question, and what is said of it.
struct Attack {
    name: &'static str,
    at: fn(&Asked) -> bool,
    said: fn(&Asked) -> Vec<Said>,
    /// A rule, its outcome, and a part of what it says.
    expected: (&'static str, &'static str, &'static str),
}

fn is_root(asked: &Asked) -> bool {
    asked.is_search() && asked.base.is_empty()
}

fn is_schema(asked: &Asked) -> bool {
    asked.base == SCHEMA
}

fn is_account(asked: &Asked) -> bool {
    asked.base.starts_with("CN=sp_admin") && asked.attributes != ["tokenGroups"]
}

const MISSING: &str = "directory-container-missing";
const CREATE: &str = "directory-cannot-create-contacts";
const ENCODING: &str = "directory-contact-encoding";
const SCHEMA_OLD: &str = "directory-schema-old";

fn deep(levels: usize) -> Vec<u8> {
    let mut nested = Vec::new();
    for _ in 0..levels {
        nested = tlv(0x30, &nested);
    }
    nested
}

/// The same objects on every page, or one more on each, or none: for ever.
fn endless(kind: u8) -> Vec<Said> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut said: Vec<Said> = match kind {
        0 => (0..1000).map(|number| contact(&format!("list{number}"))).collect(),
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
        expected: (MISSING, "undecided", "no LDAP that can be read"),
    },
    Attack {
        name: "a message without an operation",
        at: Asked::is_bind,
        said: |_| vec![Said::Raw(vec![0x30, 3, 2, 1, 1])],
        expected: (MISSING, "undecided", "no LDAP that can be read"),
    },
    Attack {
        name: "a result without fields",
        at: Asked::is_bind,
        said: |_| vec![Said::Operation(vec![0x61, 0])],
        expected: (MISSING, "undecided", "no LDAP that can be read"),
    },
    Attack {
        name: "a result that is no text",
        at: Asked::is_bind,
        said: |_| vec![Said::Operation(tlv(0x61, &[0x0a, 1, 49, 4, 0, 4, 2, 0xff, 0xfe]))],
        expected: (MISSING, "undecided", "no LDAP that can be read"),
    },
    Attack {
        name: "a message that never ends",
        at: Asked::is_bind,
        said: |_| vec![Said::Raw(vec![0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 2, 1, 1]), Said::Silence],
        expected: (MISSING, "undecided", "timed out"),
    },
    Attack {
        name: "an answer to another question",
        at: is_root,
        said: |_| vec![Said::Raw(tlv(0x30, &[&[2, 1, 99][..], &tlv(0x65, &[0x0a, 1, 0, 4, 0, 4, 0])].concat()))],
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
            vec![Said::Raw(tlv(0x30, &[&[2, 1, 0][..], &tlv(0x78, &[0x0a, 1, 52, 4, 0, 4, 0])].concat())), Said::Close]
        },
        expected: (SCHEMA_OLD, "undecided", "closed the connection"),
    },
    Attack {
        name: "no domain",
        at: is_root,
        said: |_| vec![root(&["defaultNamingContext"]), Said::success()],
        expected: (MISSING, "undecided", "no Active Directory"),
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
        expected: (MISSING, "undecided", "shows no object"),
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
        name: "a domain that is no name",
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
        expected: (MISSING, "undecided", "no distinguished name"),
    },
    Attack {
        name: "an empty schema",
        at: is_schema,
        said: |_| vec![Said::success()],
        expected: (SCHEMA_OLD, "undecided", "nothing of its schema"),
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
        said: |_| vec![Said::Done(10, String::new(), Some("ldap://evil.test/DC=x"), vec![])],
        expected: (MISSING, "undecided", "ldap://evil.test/DC=x"),
    },
    Attack {
        name: "a success without the container",
        at: Asked::is_about_container,
        said: |_| vec![Said::success()],
        expected: (MISSING, "undecided", "shows no object"),
    },
    Attack {
        name: "two containers",
        at: Asked::is_about_container,
        said: |_| vec![container(None), container(None), Said::success()],
        expected: (MISSING, "undecided", "beyond the number"),
    },
    Attack {
        name: "a container without a class",
        at: Asked::is_about_container,
        said: |_| vec![Said::entry(CONTAINER, &[]), Said::success()],
        expected: ("directory-container-not-a-unit", "undecided", "may not be read"),
    },
    Attack {
        name: "an entry without a name",
        at: Asked::is_about_container,
        said: |_| vec![Said::Operation(tlv(0x64, &[])), Said::success()],
        expected: (MISSING, "undecided", "no LDAP that can be read"),
    },
    Attack {
        name: "a name that is no text",
        at: Asked::is_about_container,
        said: |_| vec![Said::Entry(vec![0xff, 0xfe], vec![]), Said::success()],
        expected: (MISSING, "undecided", "no LDAP that can be read"),
    },
    Attack {
        name: "attributes that are none",
        at: Asked::is_about_container,
        said: |_| vec![Said::Operation(tlv(0x64, &[4, 1, b'x', 0x30, 2, 4, 0])), Said::success()],
        expected: (MISSING, "undecided", "no LDAP that can be read"),
    },
    Attack {
        name: "no descriptor",
        at: Asked::is_about_container,
        said: |_| vec![container(None), Said::success()],
        expected: (CREATE, "undecided", "may not be read"),
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
        said: |_| vec![container(Some(descriptor(ALL)[..40].to_vec())), Said::success()],
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
        expected: (CREATE, "undecided", "larger than one can be"),
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
        said: |_| vec![Said::entry("CN=sp_admin", &[("objectSid", &["\u{1}\u{f}"])]), Said::success()],
        expected: ("directory-account-missing", "undecided", "no SID"),
    },
    Attack {
        name: "an account with two SIDs",
        at: is_account,
        said: |_| {
            vec![Said::Entry(b"CN=sp_admin".to_vec(), vec![("objectSid", vec![sid(1), sid(2)])]), Said::success()]
        },
        expected: ("directory-account-missing", "undecided", "no SID"),
    },
    Attack {
        name: "an account whose state is hidden",
        at: is_account,
        said: |_| vec![Said::Entry(b"CN=sp_admin".to_vec(), vec![("objectSid", vec![sid(1103)])]), Said::success()],
        expected: ("directory-account-disabled", "undecided", "userAccountControl"),
    },
    Attack {
        name: "two accounts of one name",
        at: |asked| asked.base == DOMAIN && asked.filters("sp_admin"),
        said: |_| vec![Said::entry("CN=a", &[]), Said::entry("CN=b", &[]), Said::success()],
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
            if asked.controls.iter().any(|(_, value)| value.ends_with(b"next")) {
                vec![Said::Silence]
            } else {
                vec![contact("docs"), Said::end_of_page(b"next")]
            }
        },
        expected: (ENCODING, "undecided", "not everything was read, only 1"),
    },
    Attack {
        name: "a page, and then the end",
        at: Asked::is_page,
        said: |asked| {
            if asked.controls.iter().any(|(_, value)| value.ends_with(b"next")) {
                vec![Said::Close]
            } else {
                vec![contact("docs"), Said::end_of_page(b"next")]
            }
        },
        expected: (ENCODING, "undecided", "not everything was read, only 1"),
    },
    Attack {
        name: "the same page for ever",
        at: Asked::is_page,
        said: |_| endless(0),
        expected: (ENCODING, "undecided", "again and again"),
    },
    Attack {
        name: "one more for ever",
        at: Asked::is_page,
        said: |_| endless(1),
        expected: (ENCODING, "undecided", "next to nothing"),
    },
    Attack {
        name: "empty pages for ever",
        at: Asked::is_page,
        said: |_| endless(2),
        expected: (ENCODING, "undecided", "next to nothing"),
    },
    Attack {
        name: "a page larger than asked for",
        at: Asked::is_page,
        said: |_| (0..1001).map(|number| contact(&format!("list{number}"))).chain([Said::success()]).collect(),
        expected: (ENCODING, "undecided", "beyond the number"),
    },
    Attack {
        name: "a control without a value",
        at: Asked::is_page,
        said: |_| {
            vec![contact("docs"), Said::Done(0, String::new(), None, vec![control("1.2.840.113556.1.4.319", None)])]
        },
        expected: (ENCODING, "undecided", "no LDAP that can be read"),
    },
    Attack {
        name: "a control with noise",
        at: Asked::is_page,
        said: |_| {
            vec![
                contact("docs"),
                Said::Done(0, String::new(), None, vec![control("1.2.840.113556.1.4.319", Some(&[0xff; 9]))]),
            ]
        },
        expected: (ENCODING, "undecided", "no LDAP that can be read"),
    },
    Attack {
        name: "a control of another kind",
        at: Asked::is_page,
        said: |_| {
            vec![contact("docs"), Said::Done(0, String::new(), None, vec![control("1.2.3", Some(b"x")), paged(b"")])]
        },
        expected: (ENCODING, "pass", ""),
    },
    Attack {
        name: "controls that are none",
        at: Asked::is_page,
        said: |_| vec![contact("docs"), Said::Done(0, String::new(), None, vec![vec![4, 1, b'x']])],
        expected: (ENCODING, "undecided", "no LDAP that can be read"),
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
        expected: (ENCODING, "pass", ""),
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
        expected: (ENCODING, "undecided", "may not be read"),
    },
    Attack {
        name: "huge values",
        at: Asked::is_page,
        said: |_| {
            let huge = "x".repeat(4 << 20);
            vec![
                Said::entry(
                    &format!("CN={huge}"),
                    &[("objectClass", &["contact"]), ("mailNickname", &[&huge]), ("internetEncoding", &[&huge])],
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
            let many: Vec<String> = (0..5000).map(|number| format!("smtp:a{number}@x")).collect();
            let many: Vec<&str> = many.iter().map(String::as_str).collect();
            vec![
                Said::entry(
                    "CN=many",
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
                (0..1000).map(|number| contact(&format!("list{number}"))).chain([Said::end_of_page(b"")]).collect()
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
        expected: (ENCODING, "undecided", "no LDAP that can be read"),
    },
];

#[test]
fn no_server_makes_it_panic_or_pass() {
    let mut wrong = Vec::new();
    for Attack { name, at, said, expected: (rule, wanted, part) } in ATTACKS {
        let server = LdapServer::start(None, move |asked| if at(asked) { said(asked) } else { sound(asked) });
        let stalls = name.contains("silence") || *part == "timed out";
        let run = with_patience(&server, "directory", if stalls { "300ms" } else { "3s" });
        let (found, text) = (outcome(&run, rule), message(&run, rule));
        // Beside what is expected, an attack may make other rules fail.
        let clean = if *wanted == "undecided" { 3 } else { 0 };
        let fits = run.code == 1 || (run.code == clean && *wanted != "fail");
        if found != *wanted || !text.contains(part) || !fits {
            wrong.push(format!("{name} ({}): {rule} {found}: {text}", run.code));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A controller that hangs is waited for once, not at every question.
#[test]
fn a_controller_that_stalls_is_given_up() {
    let server = LdapServer::start(None, |asked| if is_schema(asked) { vec![Said::Silence] } else { sound(asked) });
    let started = Instant::now();
    let run = with_patience(&server, "directory", "1s");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    let found = outcomes(&run);
    let passed: Vec<_> =
        found.iter().filter(|(_, outcome)| *outcome == "pass").map(|(rule, _)| rule.as_str()).collect();
    assert_eq!(passed, ["directory-signing-needed"], "{run:?}");
}

#[test]
fn what_a_server_says_reaches_no_terminal_unescaped() {
    let server = LdapServer::start(None, |asked| match asked {
        asked if asked.is_page() => vec![
            Said::entry(
                "CN=\u{1b}[2J\u{202e}x",
                &[("objectClass", &["contact"]), ("internetEncoding", &["\u{7}\r\n0"])],
            ),
            Said::end_of_page(b""),
        ],
        asked => sound(asked),
    });
    let folder = Folder::with_farm(&farm(&[format!("ldap://127.0.0.1:{}", server.port)], "1s", ""));
    for format in ["text", "table"] {
        let mut command = folder.command(&["verify", "contacts", "--insecure-bind", "--format", format]);
        let run = Run::of(command.env("SPINMAIL_LDAP_PASSWORD", "x").output().expect("the program runs"));
        assert_eq!(run.code, 1, "{run:?}");
        let is_raw = |letter: char| (letter.is_control() && letter != '\n') || letter == '\u{202e}';
        assert!(!run.out.contains(is_raw) && !run.err.contains(is_raw), "{run:?}");
    }
}

// --- Two sources

/// A controller whose own answer about creation is not what its list says.
#[test]
fn a_disagreement_is_shown() {
    let answering = |allowed: &'static [&'static str], rights: u32| {
        LdapServer::start(None, move |asked| {
            if is_root(asked) {
                let Said::Entry(name, mut attributes) = root(&[]) else { unreachable!("an entry") };
                attributes.push(("tokenGroups", vec![sid(1103), sid(513)]));
                return vec![Said::Entry(name, attributes), Said::success()];
            }
            if asked.is_about_container() {
                let Said::Entry(name, mut attributes) = container(Some(descriptor(rights))) else {
                    unreachable!("an entry")
                };
                let allowed = allowed.iter().map(|class| class.as_bytes().to_vec()).collect();
                attributes.push(("allowedChildClassesEffective", allowed));
                return vec![Said::Entry(name, attributes), Said::success()];
            }
            sound(asked)
        })
    };
    for (allowed, rights, wanted, part) in [
        (&["contact", "group", "user"][..], ALL, "pass", ""),
        (&[][..], ALL, "undecided", "the list allows"),
        (&["contact", "group"][..], 0x62, "undecided", "the list forbids"),
        (&[][..], 0x62, "fail", "may not create contacts"),
    ] {
        let run = over_clear_text(&answering(allowed, rights), "directory");
        let (found, text) = (outcome(&run, CREATE), message(&run, CREATE));
        assert!(found == wanted && text.contains(part), "{allowed:?} {rights:x}: {found} {text}");
    }
}
