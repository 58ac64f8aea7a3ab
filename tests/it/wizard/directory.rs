//! The directory's suggestions for the container: they come quickly, and failures are not errors.

use super::ADVANCED;
use super::terminal::{ENTER, Terminal};
use crate::lab::known;
use crate::ldap_server::{Asked, CONTAINER, DOMAIN, LdapServer, Said, deaf, sound};
use crate::support::Folder;
use std::time::{Duration, Instant};

const ASKS: &str = "Enter for OU=SharePoint,DC=fabrikam,DC=com";
const HEAD: &str = "Active Directory container";

/// Answers like a directory with units, which only authenticated clients may list.
fn with_units(asked: &Asked) -> Vec<Said> {
    if !(asked.is_search() && asked.base == DOMAIN && asked.filters("organizationalUnit")) {
        return sound(asked);
    }
    let names = [
        format!("OU=Staff,{DOMAIN}"),
        CONTAINER.to_owned(),
        format!("OU=evil\u{1b}[31m,{DOMAIN}"),
    ];
    names
        .iter()
        .map(|name| Said::entry(name, &[]))
        .chain([Said::end_of_page(b"")])
        .collect()
}

fn folder(url: &str, more: &str) -> Folder {
    Folder::with_farm(&format!(
        "{ADVANCED}\n[probe]\ndirectory = [\"{url}\"]\n{more}\n"
    ))
}

/// Returns the terminal at the question for the container, the text before it, and how long it took
/// to appear.
fn container_question(folder: &Folder, options: &[&str]) -> (Terminal, String, Duration) {
    let mut terminal = Terminal::start(
        folder,
        &[&["wizard", "--plain", "--dry-run"], options].concat(),
    );
    for label in ["Enable sites", "Settings mode"] {
        terminal.wait(label);
        terminal.answer("Enter for ", &[ENTER]);
    }
    terminal.wait("Use the SharePoint");
    terminal.answer("Enter for ", &[ENTER]);
    let start = Instant::now();
    terminal.wait(HEAD);
    terminal.wait(ASKS);
    let question = terminal
        .seen
        .rsplit(HEAD)
        .next()
        .unwrap_or_default()
        .to_owned();
    (terminal, question, start.elapsed())
}

#[test]
fn units_are_suggested_and_chosen_by_number() {
    let server = LdapServer::start(None, with_units);
    let folder = folder(
        &format!("ldap://127.0.0.1:{}", server.port),
        "bind-as = 'FABRIKAM\\auditor'",
    );
    folder.write("password", "geheim\n");
    let options = [
        "--insecure-bind",
        "--bind-password-file",
        "password",
        "--directory",
        "127.0.0.1",
    ];
    let (mut terminal, question, _) = container_question(&folder, &options);
    for (number, name) in [(1, CONTAINER), (2, "OU=Staff,DC=fabrikam,DC=test")] {
        let line = format!("Suggestion {number}: {name} (a unit of the directory)");
        assert!(question.contains(&line), "{line}: {question}");
    }
    assert!(!question.contains('\x1b'), "{question:?}");
    assert!(server.asked().iter().any(Asked::is_bind));
    terminal.press(&["2", ENTER]);
    for label in [
        "SMTP mail",
        "Accept",
        "Allow creation",
        "approval",
        "E-mail server",
        "E-mail drop",
    ] {
        terminal.wait(label);
        terminal.answer("Enter for ", &[ENTER]);
    }
    terminal.answer("Record what", &["no", ENTER]);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("→ OU=Staff,DC=fabrikam,DC=test"), "{seen}");
    assert!(!seen.contains("geheim"));
}

/// No password prompt appears, and no password is sent if none is given.
#[test]
fn without_a_password_the_directory_is_asked_anonymously() {
    let server = LdapServer::start(None, with_units);
    let folder = folder(
        &format!("ldap://127.0.0.1:{}", server.port),
        "bind-as = 'FABRIKAM\\auditor'",
    );
    let (_, question, _) = container_question(&folder, &[]);
    assert!(
        question.contains(&format!("Suggestion 1: {CONTAINER} (")),
        "{question}"
    );
    assert!(!server.asked().iter().any(Asked::is_bind));
}

#[test]
fn silent_directory_gives_no_suggestions() {
    let (_deaf, port) = deaf();
    let refusing = LdapServer::start(None, |_| vec![Said::result(49, "data 52e")]);
    for (port, patience) in [(port, 6), (refusing.port, 2), (9, 2)] {
        let folder = folder(
            &format!("ldap://127.0.0.1:{port}"),
            "bind-as = 'FABRIKAM\\auditor'",
        );
        folder.write("password", "geheim");
        let options = [
            "--insecure-bind",
            "--bind-password-file",
            "password",
            "--directory",
            "127.0.0.1",
        ];
        let (terminal, question, took) = container_question(&folder, &options);
        assert!(
            !question.contains("Suggestion") && !terminal.seen.contains("error"),
            "{}",
            terminal.seen
        );
        assert!(took < Duration::from_secs(patience), "{took:?}");
    }
}

#[test]
#[ignore = "needs tests/lab"]
fn the_units_of_active_directory_are_offered() {
    let more = format!(
        "bind-as = 'FABRIKAM\\svc-sp-ca'\nca-file = '{}'",
        known("LAB_CA")
    );
    let folder = folder(&known("LAB_LDAPS"), &more);
    folder.write("password", known("LAB_PASSWORD"));
    let (_, question, _) = container_question(
        &folder,
        &[
            "--bind-password-file",
            "password",
            "--directory",
            &known("LAB_LDAPS"),
            "--ca-file",
            &known("LAB_CA"),
        ],
    );
    assert!(
        question.contains("Suggestion 1: OU=SharePoint"),
        "{question}"
    );
    assert!(!question.contains("OU=Domain Controllers"), "{question}");
    // An anonymous client gets no units.
    let (_, question, _) = container_question(&folder, &[]);
    assert!(!question.contains("Suggestion"), "{question}");
}
