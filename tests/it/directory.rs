//! `verify directory` and `verify contacts` against sound, broken and hostile directory servers:
//! the program never panics, never passes a rule without an answer, and always states a reason.

mod attacks;
#[cfg(target_os = "linux")]
mod forest;
mod judged;
#[cfg(target_os = "linux")]
mod scale;

use crate::ldap_server::{
    ADMINISTRATORS, ALL, Asked, CONTAINER, DOMAIN, LdapServer, SCHEMA, Said, as_member_of,
    asks_for_list_only, contact, container, deaf, descriptor, hidden_descriptor, root, sid, sound,
    talking,
};
use crate::smtp_server::Certificates;
use crate::support::{Folder, Run};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

fn farm(urls: &[String], timeout: &str, more: &str) -> String {
    let urls = urls
        .iter()
        .map(|url| format!("\"{url}\""))
        .collect::<Vec<_>>()
        .join(", ");
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

/// Runs `verify`, and asserts that it neither panics nor takes more than half a minute.
fn verify(farm: &str, arguments: &[&str]) -> Run {
    let folder = Folder::with_farm(farm);
    let mut command = folder.command(&[&["verify"], arguments, &["--format", "json"]].concat());
    let started = Instant::now();
    let run = Run::of(
        command
            .env("SPINMAIL_LDAP_PASSWORD", "geheim")
            .env(
                "SPINMAIL_DIRECTORY",
                "127.0.0.1 localhost 127.0.53.77 127.0.53.78",
            )
            .output()
            .expect("the program runs"),
    );
    assert!(started.elapsed() < Duration::from_secs(30), "{run:?}");
    assert!(
        !run.err.contains("panicked") && (0..=4).contains(&run.code),
        "{run:?}"
    );
    assert!(
        !run.out.contains("geheim") && !run.err.contains("geheim"),
        "{run:?}"
    );
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
    run.json()["verdicts"]
        .as_array()
        .cloned()
        .unwrap_or_else(|| panic!("no verdicts: {run:?}"))
}

/// Returns the verdict that decides: the given one, or the undecided one of the rule that it defers
/// to.
fn deciding<'v>(all: &'v [Value], verdict: &'v Value) -> &'v Value {
    let is_cause =
        |other: &&Value| other["rule"] == verdict["because"] && other["outcome"] == "undecided";
    match all.iter().find(is_cause) {
        Some(cause) => deciding(all, cause),
        None => verdict,
    }
}

/// Returns the outcome of each rule, the worst one if the rule has several subjects. A rule that
/// defers to an undecided rule counts as undecided.
fn outcomes(run: &Run) -> BTreeMap<String, String> {
    let mut outcomes: BTreeMap<String, String> = BTreeMap::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = verdicts(run);
    for verdict in &all {
        let outcome = text(&deciding(&all, verdict)["outcome"]);
        let known = outcomes
            .entry(text(&verdict["rule"]))
            .or_insert_with(|| outcome.clone());
        if *known == "pass" || outcome == "fail" {
            *known = outcome;
        }
    }
    outcomes
}

fn outcome(run: &Run, rule: &str) -> String {
    outcomes(run)
        .remove(rule)
        .unwrap_or_else(|| panic!("{rule} is silent: {run:?}"))
}

/// Returns the message of a rule's verdict, or of the undecided verdict that it defers to.
fn message(run: &Run, rule: &str) -> String {
    let all = verdicts(run);
    let verdict = all
        .iter()
        .find(|verdict| verdict["rule"] == rule)
        .unwrap_or_else(|| panic!("{rule}: {run:?}"));
    let verdict = deciding(&all, verdict);
    verdict["message"].as_str().unwrap_or_default().to_owned()
}

const MISSING: &str = "directory-container-missing";
const CREATE: &str = "directory-cannot-create-contacts";
const TREE: &str = "directory-cannot-delete-subtree";
const ENCODING: &str = "directory-contact-encoding";

fn is_root(asked: &Asked) -> bool {
    asked.is_search() && asked.base.is_empty()
}

fn is_schema(asked: &Asked) -> bool {
    asked.base == SCHEMA
}

// --- A sound directory

#[test]
fn a_sound_directory_passes() {
    let server = LdapServer::start(None, sound);
    let run = over_clear_text(&server, "directory");
    let odd: Vec<_> = outcomes(&run)
        .into_iter()
        .filter(|(_, outcome)| outcome != "pass")
        .collect();
    let expected = [
        "directory-contact-closed",
        "directory-contact-missing",
        "directory-contact-open",
        "directory-group-no-address",
    ];
    assert_eq!(
        odd.iter()
            .map(|(rule, _)| rule.as_str())
            .collect::<Vec<_>>(),
        expected,
        "{run:?}"
    );
    assert!(
        odd.iter().all(|(_, outcome)| outcome == "not-applicable") && run.code == 0,
        "{run:?}"
    );
}

#[test]
fn contacts_can_be_verified_alone() {
    let server = LdapServer::start(None, sound);
    let run = over_clear_text(&server, "contacts");
    let rules = outcomes(&run);
    let expected = [
        "directory-address-taken",
        "directory-alias-duplicate",
        "directory-alias-too-long",
        "directory-contact-closed",
        "directory-contact-encoding",
        "directory-contact-mapi",
        "directory-contact-missing",
        "directory-contact-open",
        "directory-contact-target",
        "directory-group-no-address",
        "directory-legacy-object",
    ];
    assert_eq!(
        rules.keys().map(String::as_str).collect::<Vec<_>>(),
        expected
    );
    assert_eq!(run.code, 0, "{run:?}");
    let asked = server.asked();
    assert!(
        asked.iter().any(Asked::is_page) && !asked.iter().any(|asked| asked.filters("sp_admin")),
        "{asked:?}"
    );
    let all = verify(
        &farm(&[format!("ldap://127.0.0.1:{}", server.port)], "1s", ""),
        &["directory", "contacts", "--insecure-bind"],
    );
    assert!(
        outcomes(&all).len() > rules.len(),
        "the area includes its part: {all:?}"
    );
}

/// A fleet uses the given password; there is no prompt in the middle of a fleet.
#[test]
fn directories_of_a_fleet_are_probed_like_that_of_one_farm() {
    let server = LdapServer::start(None, sound);
    let folder = Folder::with_farm(&farm(
        &[format!("ldap://127.0.0.1:{}", server.port)],
        "3s",
        "",
    ));
    let mut command = folder.command(&[
        "verify",
        "--farms",
        ".",
        "contacts",
        "--insecure-bind",
        "--format",
        "json",
    ]);
    let run = Run::of(
        command
            .env("SPINMAIL_LDAP_PASSWORD", "geheim")
            .env(
                "SPINMAIL_DIRECTORY",
                "127.0.0.1 localhost 127.0.53.77 127.0.53.78",
            )
            .output()
            .expect("the program runs"),
    );
    assert_eq!(run.code, 0, "{run:?}");
    let alone = over_clear_text(&server, "contacts");
    assert_eq!(run.json()["files"][0]["verdicts"], alone.json()["verdicts"]);
    assert!(server.asked().iter().any(Asked::is_bind));
    let mut command = folder.command(&["verify", "--farms", ".", "contacts", "--insecure-bind"]);
    let run = Run::of(
        command
            .env_remove("SPINMAIL_LDAP_PASSWORD")
            .output()
            .expect("the program runs"),
    );
    assert!(
        run.code == 3 && run.out.contains("no password for"),
        "{run:?}"
    );
}

/// Pages of a thousand, and descriptors without the SACL: a server that accepts other requests
/// would hide a client that makes them.
#[test]
fn requests_meet_the_limits_of_active_directory() {
    let server = LdapServer::start(None, sound);
    over_clear_text(&server, "directory");
    let asked = server.asked();
    let about_members = |asked: &&Asked| asked.base == CONTAINER && asked.scope == 2;
    assert!(
        asked.iter().filter(about_members).count() > 0
            && asked
                .iter()
                .filter(about_members)
                .all(|asked| asked.is_page() || asked.is_sample())
    );
    let descriptors = asked.iter().filter(|asked| {
        asked
            .attributes
            .iter()
            .any(|name| name == "nTSecurityDescriptor")
    });
    assert!(
        descriptors.clone().count() > 2 && descriptors.clone().all(asks_for_list_only),
        "{asked:?}"
    );
    let groups = asked
        .iter()
        .filter(|asked| asked.attributes.iter().any(|name| name == "tokenGroups"));
    assert!(
        groups.clone().count() > 0 && groups.clone().all(|asked| asked.scope == 0),
        "{asked:?}"
    );
}

#[test]
fn gathered_facts_are_judged_as_the_live_server_is() {
    let server = LdapServer::start(None, |asked| {
        if asked.is_page() {
            return vec![contact("docs"), contact("docs"), Said::end_of_page(b"")];
        }
        sound(asked)
    });
    let folder = Folder::with_farm(&farm(
        &[format!("ldap://127.0.0.1:{}", server.port)],
        "1s",
        "",
    ));
    let run = |arguments: &[&str]| {
        let mut command = folder.command(arguments);
        Run::of(
            command
                .env("SPINMAIL_LDAP_PASSWORD", "geheim")
                .env(
                    "SPINMAIL_DIRECTORY",
                    "127.0.0.1 localhost 127.0.53.77 127.0.53.78",
                )
                .output()
                .expect("the program runs"),
        )
    };
    let gathered = run(&[
        "gather",
        "directory",
        "--insecure-bind",
        "--out",
        "facts.json",
    ]);
    assert_eq!(gathered.code, 0, "{gathered:?}");
    assert!(!folder.read("facts.json").contains("geheim"));
    let live = run(&["verify", "directory", "--insecure-bind", "--format", "json"]);
    let replayed = run(&[
        "verify",
        "directory",
        "--facts",
        "facts.json",
        "--format",
        "json",
    ]);
    assert_eq!(verdicts(&live), verdicts(&replayed));
    assert_eq!(
        (live.code, outcome(&live, "directory-alias-duplicate")),
        (1, "fail".to_owned()),
        "{live:?}"
    );
}

/// Asserts that only one rule is undecided by itself, and that others defer to it.
#[track_caller]
fn assert_told_once(run: &Run, rule: &str) {
    let all = verdicts(run);
    let undecided: Vec<&Value> = all
        .iter()
        .filter(|verdict| verdict["outcome"] == "undecided")
        .map(|verdict| &verdict["rule"])
        .collect();
    assert_eq!(undecided, [rule], "{run:?}");
    let deferring = all.iter().filter(|verdict| verdict["because"] == rule);
    assert!(deferring.count() > 3 && run.code == 3, "{run:?}");
}

#[test]
fn a_cause_of_many_undecided_rules_is_reported_once() {
    const LOGON: &str = "directory-signing-needed";
    let nobody = deaf().1;
    for area in ["directory", "contacts"] {
        let url = format!("ldap://127.0.0.1:{nobody}");
        let run = verify(&farm(&[url], "300ms", ""), &[area, "--insecure-bind"]);
        assert_told_once(&run, LOGON);
        let refusing = sound_but(Asked::is_bind, |_| vec![Said::result(49, "data 52e")]);
        assert_told_once(&over_clear_text(&refusing, area), LOGON);
        let small = sound_but(Asked::is_page, |_| vec![Said::result(4, "too many")]);
        let run = over_clear_text(&small, area);
        let is_of_contents = verdicts(&run)
            .into_iter()
            .filter(|verdict| verdict["outcome"] == "undecided")
            .all(|verdict| {
                let rule = verdict["rule"].as_str().unwrap_or_default();
                rule == "directory-container-shared" || rule == "directory-address-taken"
            });
        assert!(is_of_contents && run.code == 3, "{run:?}");
    }
    let busy = sound_but(Asked::is_about_container, |_| {
        vec![Said::result(51, "busy")]
    });
    assert_told_once(&over_clear_text(&busy, "directory"), MISSING);
    let is_search_of_accounts: fn(&Asked) -> bool =
        |asked| asked.base == DOMAIN && asked.filters("sp_admin");
    let slow = sound_but(is_search_of_accounts, |_| vec![Said::result(3, "too slow")]);
    assert_told_once(
        &over_clear_text(&slow, "directory"),
        "directory-account-missing",
    );
}

// --- The account and the connection

#[test]
fn a_password_is_sent_unencrypted_only_on_request() {
    let refusing = LdapServer::start(None, |asked| match asked.operation {
        0x77 => vec![Said::result(52, "TLS is not available")],
        _ => sound(asked),
    });
    let url = format!("ldap://127.0.0.1:{}", refusing.port);
    let run = verify(&farm(&[url], "1s", ""), &["directory"]);
    assert!(
        message(&run, "directory-container-missing").contains("it offers no StartTLS"),
        "{run:?}"
    );
    assert_eq!(run.code, 3);
    assert!(
        !refusing.asked().iter().any(Asked::is_bind),
        "a password was sent"
    );
}

#[test]
fn without_account_or_password_no_server_is_asked() {
    let server = LdapServer::start(None, sound);
    let text = farm(&[format!("ldap://127.0.0.1:{}", server.port)], "1s", "");
    let folder = Folder::with_farm(&text);
    let run = folder.run(&["verify", "directory", "--insecure-bind", "--format", "json"]);
    assert!(
        message(&run, "directory-container-missing").contains("no password for `FABRIKAM"),
        "{run:?}"
    );
    assert_eq!(run.code, 3);
    folder.write("farm.toml", text.replace("bind-as", "# bind-as"));
    let run = folder.run(&["verify", "directory", "--insecure-bind", "--format", "json"]);
    assert!(
        message(&run, "directory-container-missing").contains("no account to bind as"),
        "{run:?}"
    );
    assert!(server.asked().is_empty());
}

#[test]
fn the_password_comes_from_a_file_and_the_account_from_the_command_line() {
    let server = LdapServer::start(None, sound);
    let folder = Folder::with_farm(&farm(
        &[format!("ldap://127.0.0.1:{}", server.port)],
        "1s",
        "",
    ));
    folder.write("password", "s3cret\r\n");
    let common = [
        "verify",
        "contacts",
        "--insecure-bind",
        "--directory",
        "127.0.0.1",
        "--bind-password-file",
    ];
    let run = folder.run(
        &[
            &common[..],
            &["password", "--bind-as", "other@fabrikam.test"],
        ]
        .concat(),
    );
    assert_eq!(run.code, 0, "{run:?}");
    let sent = || {
        server
            .asked()
            .iter()
            .filter(|asked| asked.is_bind())
            .count()
    };
    let before = sent();
    for (text, said) in [
        ("\n", "holds no password"),
        ("\u{feff}\r\n", "holds no password"),
        ("one\ntwo\n", "more than one line"),
        ("one\rtwo", "more than one line"),
    ] {
        folder.write("odd", text);
        let run = folder.run(&[&common[..], &["odd"]].concat());
        assert!(run.code == 2 && run.err.contains(said), "{text:?}: {run:?}");
    }
    assert_eq!(
        sent(),
        before,
        "a logon that fails counts towards a lockout"
    );
    for text in ["\u{feff}s3cret", "s3cret\n\n", "s3cret\r"] {
        folder.write("odd", text);
        assert_eq!(
            folder.run(&[&common[..], &["odd"]].concat()).code,
            0,
            "{text:?}"
        );
    }
    assert!(
        server
            .asked()
            .iter()
            .filter(|asked| asked.is_bind())
            .all(|asked| asked.password == b"s3cret")
    );
    let run = folder.run(&["verify", "contacts", "--bind-as", "a+b"]);
    assert_eq!(run.code, 2, "{run:?}");
}

/// The screen shows no character of the password.
#[cfg(unix)]
#[test]
fn a_terminal_prompts_for_the_password() {
    use expectrl::{Eof, Expect, Session};
    let server = LdapServer::start(None, sound);
    let folder = Folder::with_farm(&farm(
        &[format!("ldap://127.0.0.1:{}", server.port)],
        "20s",
        "",
    ));
    let mut command = folder.command(&["verify", "contacts", "--insecure-bind"]);
    command
        .stdin(std::process::Stdio::inherit())
        .env("TERM", "xterm");
    let mut session = Session::spawn(command).expect("a terminal");
    session.set_expect_timeout(Some(Duration::from_secs(20)));
    session
        .expect(r"Password of FABRIKAM\auditor, for ldap://127.0.0.1:")
        .expect("the question");
    std::thread::sleep(Duration::from_millis(150));
    session.send("geheim\r").expect("keys");
    let seen = session.expect(Eof).expect("an end");
    let seen = String::from_utf8_lossy(seen.as_bytes()).into_owned();
    assert!(
        seen.contains("7 passed") && !seen.contains("geheim"),
        "{seen}"
    );
    assert!(server.asked().iter().any(Asked::is_page));
}

#[test]
fn refused_logons_are_explained() {
    for (code, text, said) in [
        (
            49,
            "80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data 52e, v4563\0",
            "the password is wrong",
        ),
        (
            49,
            "80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data 775, v4563\0",
            "locked out",
        ),
        (53, "no", "unwillingToPerform"),
        (200, "", "unknown result"),
    ] {
        let server = LdapServer::start(None, move |asked| match asked.is_bind() {
            true => vec![Said::result(code, text)],
            false => sound(asked),
        });
        let run = over_clear_text(&server, "directory");
        assert!(
            message(&run, "directory-container-missing").contains(said),
            "{text}: {run:?}"
        );
        assert_eq!(
            (run.code, outcome(&run, "directory-signing-needed")),
            (3, "undecided".to_owned())
        );
    }
}

#[test]
fn a_controller_that_requires_signing_is_the_only_finding() {
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
        assert_eq!(
            found.remove("directory-signing-needed").as_deref(),
            Some("fail"),
            "{run:?}"
        );
        assert!(
            found.values().all(|outcome| outcome == "not-applicable"),
            "{run:?}"
        );
        assert!(message(&run, "directory-schema-old").contains("directory-signing-needed"));
        assert_eq!(run.code, 1);
    }
}

#[test]
fn controllers_are_tried_in_order_but_a_wrong_password_is_sent_once() {
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
    assert!(
        untried.asked().is_empty(),
        "the account would be locked out"
    );
}

#[test]
fn certificates_are_checked() {
    let certificates = Certificates::shared();
    let folder = Folder::new();
    let authority = folder.write("ca.pem", &certificates.authority);
    let authority = authority.display().to_string();
    for (kind, said) in [
        ("good", ""),
        ("wrong-name", "its certificate is for another name"),
        ("expired", "xpired"),
        ("unknown", "an authority that this machine does not trust"),
    ] {
        let server = LdapServer::start(Some(certificates.server(kind)), sound);
        let url = format!("ldaps://localhost:{}", server.port);
        let run = verify(
            &farm(&[url], "5s", ""),
            &["directory", "--ca-file", &authority],
        );
        if said.is_empty() {
            assert_eq!(run.code, 0, "{run:?}");
        } else {
            assert!(
                message(&run, "directory-container-missing").contains(said),
                "{kind}: {run:?}"
            );
            assert!(
                server.asked().is_empty() && run.code == 3,
                "{kind}: {run:?}"
            );
        }
    }
    let plain = LdapServer::start(None, sound);
    let banner = talking(b"220 sp1 Microsoft ESMTP MAIL Service ready\r\n");
    for port in [plain.port, banner] {
        let url = format!("ldaps://localhost:{port}");
        let run = verify(
            &farm(&[url], "1s", ""),
            &["directory", "--ca-file", &authority],
        );
        assert_eq!(
            (run.code, outcome(&run, "directory-schema-old")),
            (3, "undecided".to_owned()),
            "{run:?}"
        );
    }
    let run = verify(
        &farm(&["ldaps://localhost:1".to_owned()], "1s", ""),
        &["directory", "--ca-file", "nowhere.pem"],
    );
    assert_eq!(run.code, 2, "{run:?}");
}

#[test]
fn the_global_catalog_is_rejected_as_controller() {
    for port in [3268, 3269] {
        let run = verify(
            &farm(&[format!("ldaps://localhost:{port}")], "1s", ""),
            &["directory"],
        );
        assert!(
            message(&run, "directory-schema-old").contains("global catalog"),
            "{run:?}"
        );
        assert_eq!(run.code, 3);
    }
}

// --- Controllers that hang or send odd texts

/// A controller that hangs costs one timeout, not one for each question.
#[test]
fn stalled_controller_times_out() {
    let server = LdapServer::start(None, |asked| {
        if is_schema(asked) {
            vec![Said::Silence]
        } else {
            sound(asked)
        }
    });
    let started = Instant::now();
    let run = with_patience(&server, "directory", "1s");
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
    let found = outcomes(&run);
    let passed: Vec<_> = found
        .iter()
        .filter(|(_, outcome)| *outcome == "pass")
        .map(|(rule, _)| rule.as_str())
        .collect();
    assert_eq!(passed, ["directory-signing-needed"], "{run:?}");
}

#[test]
fn texts_of_a_server_are_escaped() {
    let server = LdapServer::start(None, |asked| match asked {
        asked if asked.is_page() => vec![
            Said::entry(
                "CN=\u{1b}[2J\u{202e}x",
                &[
                    ("objectClass", &["contact"]),
                    ("internetEncoding", &["\u{7}\r\n0"]),
                ],
            ),
            Said::end_of_page(b""),
        ],
        asked => sound(asked),
    });
    let folder = Folder::with_farm(&farm(
        &[format!("ldap://127.0.0.1:{}", server.port)],
        "1s",
        "",
    ));
    for format in ["text", "table"] {
        let mut command =
            folder.command(&["verify", "contacts", "--insecure-bind", "--format", format]);
        let run = Run::of(
            command
                .env("SPINMAIL_LDAP_PASSWORD", "x")
                .env(
                    "SPINMAIL_DIRECTORY",
                    "127.0.0.1 localhost 127.0.53.77 127.0.53.78",
                )
                .output()
                .expect("the program runs"),
        );
        assert_eq!(run.code, 1, "{run:?}");
        let is_raw = |letter: char| (letter.is_control() && letter != '\n') || letter == '\u{202e}';
        assert!(
            !run.out.contains(is_raw) && !run.err.contains(is_raw),
            "{run:?}"
        );
    }
}

// --- Objects that the account may not see

/// Returns a sound server that answers the matching questions differently.
fn sound_but(at: fn(&Asked) -> bool, said: fn(&Asked) -> Vec<Said>) -> LdapServer {
    LdapServer::start(
        None,
        move |asked| if at(asked) { said(asked) } else { sound(asked) },
    )
}

fn hidden_container(_: &Asked) -> Vec<Said> {
    vec![container(Some(hidden_descriptor(ALL))), Said::success()]
}

#[test]
fn a_container_that_may_not_be_listed_is_not_empty() {
    let server = LdapServer::start(None, |asked| match asked {
        asked if asked.is_about_container() => hidden_container(asked),
        asked if asked.is_page() => vec![Said::end_of_page(b"")],
        asked => sound(asked),
    });
    let run = over_clear_text(&server, "contacts");
    // The farm has no mail host that requires contacts.
    let without_need = ["directory-contact-closed", "directory-contact-missing"];
    assert!(
        outcomes(&run).iter().all(|(rule, outcome)| {
            outcome == "undecided" || without_need.contains(&rule.as_str())
        }),
        "{run:?}"
    );
    assert!(
        message(&run, "directory-contact-encoding").contains("may not list"),
        "{run:?}"
    );
    let run = over_clear_text(&server, "directory");
    for rule in [
        "directory-container-shared",
        "directory-cannot-delete-subtree",
    ] {
        assert_eq!(outcome(&run, rule), "undecided", "{run:?}");
    }
    // If the server returns some objects, there may still be others.
    let run = over_clear_text(
        &sound_but(Asked::is_about_container, hidden_container),
        "contacts",
    );
    assert_eq!(
        outcome(&run, "directory-contact-encoding"),
        "undecided",
        "{run:?}"
    );
}

#[test]
fn missing_attributes_may_be_hidden() {
    fn without(asked: &Asked) -> Vec<Said> {
        let Said::Entry(name, mut attributes) = contact("docs") else {
            unreachable!("an entry")
        };
        attributes.retain(|(name, _)| *name != "internetEncoding");
        match asked.is_page() {
            true => vec![
                Said::Entry(name, attributes),
                contact("tasks"),
                Said::end_of_page(b""),
            ],
            false => {
                vec![
                    Said::Entry(
                        name,
                        vec![("nTSecurityDescriptor", vec![hidden_descriptor(0)])],
                    ),
                    Said::success(),
                ]
            }
        }
    }
    let run = over_clear_text(&sound_but(Asked::is_page, without), "contacts");
    assert!(
        message(&run, ENCODING).contains("1 of 2 contacts has an internetEncoding other than"),
        "{run:?}"
    );
    let hidden = |asked: &Asked| asked.is_page() || asked.base.starts_with("CN=docs,");
    let run = over_clear_text(&sound_but(hidden, without), "contacts");
    assert_eq!(outcome(&run, ENCODING), "undecided", "{run:?}");
    assert!(
        message(&run, ENCODING).contains("1 object shows no internetEncoding"),
        "{run:?}"
    );
    assert_eq!(outcome(&run, "directory-contact-mapi"), "pass", "{run:?}");
}

#[test]
fn object_is_missing_if_it_would_be_visible() {
    let hides = |asked: &Asked| asked.base == DOMAIN && asked.scope == 0;
    let server = LdapServer::start(None, move |asked| match asked {
        asked if asked.is_about_container() => vec![Said::result(32, "")],
        asked if hides(asked) => {
            let list = ("nTSecurityDescriptor", vec![hidden_descriptor(0)]);
            vec![Said::Entry(DOMAIN.into(), vec![list]), Said::success()]
        }
        asked => sound(asked),
    });
    let run = over_clear_text(&server, "directory");
    assert_eq!(outcome(&run, MISSING), "undecided", "{run:?}");
    assert!(
        message(&run, MISSING).contains("a hidden object looks the same"),
        "{run:?}"
    );
}

#[test]
fn an_account_is_missing_only_for_an_administrator() {
    const ACCOUNT: &str = "directory-account-missing";
    let is_search = |asked: &Asked| asked.base == DOMAIN && asked.filters("sp_admin");
    let run = over_clear_text(
        &sound_but(is_search, |_| vec![Said::success()]),
        "directory",
    );
    assert_eq!(outcome(&run, ACCOUNT), "undecided", "{run:?}");
    assert!(message(&run, ACCOUNT).contains("may not see it"), "{run:?}");
    let server = LdapServer::start(None, move |asked| match asked {
        asked if is_root(asked) => vec![as_member_of(&[&ADMINISTRATORS], &[]), Said::success()],
        asked if is_search(asked) => vec![Said::success()],
        asked => sound(asked),
    });
    let run = over_clear_text(&server, "directory");
    assert_eq!(outcome(&run, ACCOUNT), "fail", "{run:?}");
}

#[test]
fn entry_with_another_name_is_not_the_container() {
    let server = sound_but(Asked::is_about_container, |_| {
        let Said::Entry(_, attributes) = container(Some(descriptor(ALL))) else {
            unreachable!("an entry")
        };
        vec![
            Said::Entry(b"OU=Other,DC=fabrikam,DC=test".to_vec(), attributes),
            Said::success(),
        ]
    });
    let run = over_clear_text(&server, "directory");
    for rule in [MISSING, CREATE, "directory-contact-encoding"] {
        assert_eq!(outcome(&run, rule), "undecided", "{run:?}");
    }
}

/// Every distinct descriptor in the container is judged, on any page.
#[test]
fn every_acl_in_the_container_is_judged() {
    fn page(asked: &Asked, odd: Option<usize>) -> Vec<Said> {
        let is_second = asked
            .controls
            .iter()
            .any(|(_, value)| value.ends_with(b"next"));
        let first = if is_second { 1000 } else { 0 };
        let object = |number: usize| {
            let list = if Some(number) == odd { 0 } else { ALL };
            let name = format!("CN=list{number},{CONTAINER}");
            Said::Entry(
                name.into(),
                vec![("nTSecurityDescriptor", vec![descriptor(list)])],
            )
        };
        let end = Said::end_of_page(if is_second { b"" } else { b"next" });
        (first..first + 1000).map(object).chain([end]).collect()
    }
    let lists = |asked: &Asked| asked.is_sample() && asked.filters("contact");
    let run = over_clear_text(&sound_but(lists, |asked| page(asked, None)), "directory");
    assert_eq!(outcome(&run, TREE), "pass", "{run:?}");
    let run = over_clear_text(
        &sound_but(lists, |asked| page(asked, Some(1999))),
        "directory",
    );
    assert_eq!(outcome(&run, TREE), "fail", "{run:?}");
    let evidence = verdicts(&run)
        .into_iter()
        .find(|verdict| verdict["rule"] == TREE)
        .expect(TREE)["evidence"]
        .to_string();
    assert!(evidence.contains("CN=list1999,"), "{evidence}");
    let run = over_clear_text(
        &sound_but(lists, |_| {
            vec![
                Said::Reference("ldap://other.test/OU=x"),
                Said::end_of_page(b""),
            ]
        }),
        "directory",
    );
    assert_eq!(outcome(&run, TREE), "undecided", "{run:?}");
}

/// Answers with a unit in the container, and a contact in the unit with this descriptor.
fn nested(unit: Vec<u8>, contact: Vec<u8>) -> LdapServer {
    LdapServer::start(None, move |asked| {
        if !asked.is_sample() {
            return sound(asked);
        }
        let mut said = vec![Said::end_of_page(b"")];
        let name = format!("OU=Nested,{CONTAINER}");
        if asked.filters("organizationalUnit") {
            let values = vec![("nTSecurityDescriptor", vec![unit.clone()])];
            said.insert(0, Said::Entry(name.into(), values));
        } else if asked.filters("contact") {
            let values = vec![("nTSecurityDescriptor", vec![contact.clone()])];
            said.insert(0, Said::Entry(format!("CN=docs,{name}").into(), values));
        }
        said
    })
}

/// Contacts in nested units belong to SharePoint, too.
#[test]
fn rights_on_contacts_in_nested_units_count() {
    const DELETE: &str = "directory-cannot-delete-contacts";
    const CHANGE: &str = "directory-cannot-change";
    for (unit, contact, expected) in [
        (ALL, ALL, ["pass", "pass", "pass"]),
        (0, 0, ["fail", "fail", "fail"]),
        // The unit's ACL allows the deletion of its contents; the container's ACL does not decide
        // that.
        (2, 0, ["pass", "fail", "fail"]),
    ] {
        let server = nested(descriptor(unit), descriptor(contact));
        let run = over_clear_text(&server, "directory");
        let found = [DELETE, TREE, CHANGE].map(|rule| outcome(&run, rule));
        assert_eq!(found, expected, "{run:?}");
    }
}

/// The objects of a unit that may not be listed are not returned.
#[test]
fn a_nested_unit_that_may_not_be_listed_is_not_empty() {
    let server = nested(hidden_descriptor(ALL), descriptor(ALL));
    let run = over_clear_text(&server, "directory");
    for rule in [ENCODING, TREE, "directory-container-shared"] {
        assert_eq!(outcome(&run, rule), "undecided", "{run:?}");
        assert!(message(&run, rule).contains("OU=Nested"), "{run:?}");
    }
}

// --- Contradictions between two sources

/// A controller whose own answer about creation differs from its ACL.
#[test]
fn contradicting_answers_are_reported() {
    let answering = |allowed: &'static [&'static str], rights: u32| {
        LdapServer::start(None, move |asked| {
            if is_root(asked) {
                let Said::Entry(name, mut attributes) = root(&[]) else {
                    unreachable!("an entry")
                };
                attributes.push(("tokenGroups", vec![sid(1103), sid(513)]));
                return vec![Said::Entry(name, attributes), Said::success()];
            }
            if asked.is_about_container() {
                let Said::Entry(name, mut attributes) = container(Some(descriptor(rights))) else {
                    unreachable!("an entry")
                };
                let allowed = allowed
                    .iter()
                    .map(|class| class.as_bytes().to_vec())
                    .collect();
                attributes.push(("allowedChildClassesEffective", allowed));
                return vec![Said::Entry(name, attributes), Said::success()];
            }
            sound(asked)
        })
    };
    for (allowed, rights, wanted, part) in [
        (&["contact", "group", "user"][..], ALL, "pass", ""),
        (&[][..], ALL, "undecided", "the ACL allows"),
        (
            &["contact", "group"][..],
            0x62,
            "undecided",
            "the ACL forbids",
        ),
        (&[][..], 0x62, "fail", "cannot create contacts"),
    ] {
        let run = over_clear_text(&answering(allowed, rights), "directory");
        let (found, text) = (outcome(&run, CREATE), message(&run, CREATE));
        assert!(
            found == wanted && text.contains(part),
            "{allowed:?} {rights:x}: {found} {text}"
        );
    }
}
