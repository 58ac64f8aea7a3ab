//! How the parts about the SMTP service's settings and the directory are merged; the others are
//! merged in `tests/it/facts.rs`.

use crate::facts::RecordedMetabase;
use crate::facts::directory::{
    AccountFacts, ConnectAttempt, Connection, ContainerFacts, CountedObjects, DescribedObject,
    Members, Protection, SchemaFacts,
};
use crate::facts::{
    Answer, DirectoryFacts, Facts, FailureKind, FolderFiles, FolderRole, IisFacts, IisServer,
    MailFolder, ServiceStart, ServiceState, ServiceStatus, Unknown, VERSION,
};
use iis_metabase::Metabase;

const MORNING: &str = "2026-11-20T08:00:00Z";
const NOON: &str = "2026-11-20T12:00:00Z";

fn facts(
    server: &str,
    gathered: &str,
    iis: Option<IisFacts>,
    directory: Option<DirectoryFacts>,
) -> Facts {
    Facts {
        facts: VERSION,
        server: Some(server.to_owned()),
        gathered: Some(gathered.to_owned()),
        iis,
        directory,
        ..Facts::default()
    }
}

fn merged(files: Vec<Facts>) -> Facts {
    Facts::merge(
        files
            .into_iter()
            .map(|facts| ("f.json".to_owned(), facts))
            .collect(),
    )
    .expect("one farm")
}

fn iis(servers: Vec<IisServer>) -> Option<IisFacts> {
    Some(IisFacts {
        servers,
        ..IisFacts::default()
    })
}

/// Facts of the machine itself.
fn own(server: &str, looked: &str, state: ServiceState) -> IisServer {
    let path = r"C:\inetpub\mailroot\Queue".to_owned();
    let files = Answer::Known(FolderFiles {
        count: 1,
        ..FolderFiles::default()
    });
    IisServer {
        server: server.to_owned(),
        looked: Some(looked.to_owned()),
        metabase: Answer::Known(metabase("own")),
        written: Some(looked.to_owned()),
        service: Answer::Known(ServiceStatus {
            state,
            start: ServiceStart::Automatic,
            unknown: Unknown::new(),
        }),
        folders: vec![MailFolder {
            virtual_server: 1,
            role: FolderRole::Queue,
            path,
            files,
            unknown: Unknown::new(),
        }],
        ..IisServer::default()
    }
}

/// Facts from a copy of its metabase.
fn copied(server: &str, looked: &str) -> IisServer {
    let (looked, metabase) = (Some(looked.to_owned()), Answer::Known(metabase("copied")));
    IisServer {
        server: server.to_owned(),
        looked,
        metabase,
        ..IisServer::default()
    }
}

fn metabase(source: &str) -> RecordedMetabase {
    let metabase = Metabase {
        odd: vec![source.to_owned()],
        ..Metabase::default()
    };
    metabase.into()
}

#[test]
fn servers_are_kept_apart() {
    let one = facts(
        "sp1",
        NOON,
        iis(vec![own("sp1.fabrikam.com", NOON, ServiceState::Running)]),
        None,
    );
    let two = facts(
        "sp2",
        MORNING,
        iis(vec![own(
            "sp2.fabrikam.com",
            MORNING,
            ServiceState::Stopped,
        )]),
        None,
    );
    let whole = merged(vec![one.clone(), two.clone()])
        .iis
        .expect("the part");
    for facts in [one, two] {
        let server = &facts.iis.expect("the part").servers[0];
        assert_eq!(whole.server(&server.server), Some(server));
    }
    assert_eq!(whole.servers.len(), 2);
}

#[test]
fn newest_answer_of_a_server_stays() {
    let morning = facts(
        "sp1",
        MORNING,
        iis(vec![own("sp1", MORNING, ServiceState::Running)]),
        None,
    );
    let noon = facts("admin", NOON, iis(vec![copied("SP1", NOON)]), None);
    // The order of the files does not matter.
    for files in [
        vec![morning.clone(), noon.clone()],
        vec![noon.clone(), morning.clone()],
    ] {
        let whole = merged(files).iis.expect("the part");
        let [server] = &whole.servers[..] else {
            panic!("{whole:?}")
        };
        let older = own("sp1", MORNING, ServiceState::Running);
        // A copy has only the settings; the rest keeps its value and its age.
        assert_eq!(
            (&server.metabase, &server.written),
            (&Answer::Known(metabase("copied")), &None)
        );
        assert_eq!(
            (&server.service, &server.folders),
            (&older.service, &older.folders)
        );
        assert_eq!(server.looked.as_deref(), Some(MORNING));
    }
    let later = facts(
        "sp1",
        NOON,
        iis(vec![own("sp1", NOON, ServiceState::Stopped)]),
        None,
    );
    let whole = merged(vec![later.clone(), morning]).iis.expect("the part");
    assert_eq!(whole.servers, later.iis.expect("the part").servers);
}

#[test]
fn failure_replaces_an_older_answer() {
    let failed = IisServer {
        metabase: Answer::failed(FailureKind::AccessDenied, "access denied"),
        ..copied("sp1", NOON)
    };
    let noon = facts("sp1", NOON, iis(vec![failed]), None);
    let morning = facts("sp1", MORNING, iis(vec![copied("sp1", MORNING)]), None);
    let whole = merged(vec![morning, noon]).iis.expect("the part");
    assert_eq!(
        whole.servers[0].metabase,
        Answer::failed(FailureKind::AccessDenied, "access denied")
    );
}

/// The answers of a domain controller that knows these accounts.
fn answered(host: &str, accounts: &[&str]) -> DirectoryFacts {
    let account = |name: &&str| {
        AccountFacts::new(
            (*name).to_owned(),
            None,
            Answer::Absent("no such object".to_owned()),
        )
    };
    DirectoryFacts {
        connection: Answer::Known(Connection {
            domain_sid: None,
            url: format!("ldaps://{host}"),
            protection: Protection::Tls,
            bound_as: None,
            host: Some(host.to_owned()),
            domain: "DC=fabrikam,DC=com".to_owned(),
            token: Vec::new(),
            unknown: Unknown::new(),
        }),
        schema: Answer::Known(SchemaFacts::default()),
        accounts: accounts.iter().map(account).collect(),
        ..DirectoryFacts::default()
    }
}

fn unanswered() -> DirectoryFacts {
    let attempt = ConnectAttempt {
        url: "ldaps://dc1".to_owned(),
        why: "refused".to_owned(),
        ..ConnectAttempt::default()
    };
    DirectoryFacts {
        attempts: vec![attempt],
        connection: Answer::failed(FailureKind::Refused, "refused"),
        ..DirectoryFacts::default()
    }
}

#[test]
fn directory_conversations_are_not_mixed() {
    let (older, newer) = (
        answered("dc1", &["sp_farm"]),
        answered("dc2", &["sp_admin"]),
    );
    let morning = facts("sp1", MORNING, None, Some(older.clone()));
    let noon = facts("sp2", NOON, None, Some(newer.clone()));
    // Rights of different accounts are not mixed.
    for files in [
        vec![morning.clone(), noon.clone()],
        vec![noon, morning.clone()],
    ] {
        assert_eq!(merged(files).directory.as_ref(), Some(&newer));
    }
    // If a machine no longer reaches a controller, its earlier answers are better.
    let noon = facts("sp2", NOON, None, Some(unanswered()));
    assert_eq!(merged(vec![noon.clone(), morning]).directory, Some(older));
    let morning = facts("sp1", MORNING, None, Some(DirectoryFacts::default()));
    assert_eq!(merged(vec![noon, morning]).directory, Some(unanswered()));
}

/// A run that reads the contacts again does not ask for the rest.
#[test]
fn answers_not_asked_again_stay() {
    let container = |sample: Answer<Vec<DescribedObject>>| {
        Answer::Known(ContainerFacts {
            name: "OU=a,DC=fabrikam,DC=com".to_owned(),
            sample,
            ..ContainerFacts::default()
        })
    };
    let members = |contacts: u64, others: Option<Vec<CountedObjects>>| {
        Answer::Known(Members {
            contacts,
            others,
            ..Members::default()
        })
    };
    let whole = DirectoryFacts {
        container: container(Answer::Known(vec![DescribedObject::default()])),
        members: members(1, Some(Vec::new())),
        ..answered("dc1", &["sp_admin"])
    };
    let contacts = DirectoryFacts {
        schema: Answer::NotAsked,
        container: container(Answer::NotAsked),
        members: members(2, None),
        ..answered("dc1", &[])
    };
    let morning = facts("sp1", MORNING, None, Some(whole.clone()));
    let noon = |later: DirectoryFacts| facts("sp1", NOON, None, Some(later));
    let expected = DirectoryFacts {
        members: members(2, Some(Vec::new())),
        ..whole
    };
    assert_eq!(
        merged(vec![noon(contacts.clone()), morning.clone()]).directory,
        Some(expected)
    );
    let Answer::Known(connection) = contacts.connection.clone() else {
        unreachable!("it answered")
    };
    let other = Connection {
        bound_as: Some("other".to_owned()),
        ..connection
    };
    for other in [
        DirectoryFacts {
            connection: Answer::Known(other),
            ..contacts.clone()
        },
        DirectoryFacts {
            asked: Some("OU=b,DC=fabrikam,DC=com".to_owned()),
            ..contacts
        },
    ] {
        assert_eq!(
            merged(vec![morning.clone(), noon(other.clone())]).directory,
            Some(other)
        );
    }
}

/// Facts of a machine that talked to a server.
fn conversation(machine: &str, gathered: &str, answer: &serde_json::Value) -> Facts {
    let facts = serde_json::json!({"facts": 2, "server": machine, "gathered": gathered,
        "smtp": {"targets": [{"host": "sp1.fabrikam.com", "address": "192.0.2.21:25",
            "answer": answer,
            "seen": [{"server": machine, "gathered": gathered, "address": "192.0.2.5"}]}]}});
    Facts::from_json(&facts.to_string(), "f.json").expect("facts")
}

/// A conversation with a question for each recipient.
fn talk(recipients: &[(&str, &str)]) -> serde_json::Value {
    let transactions: Vec<serde_json::Value> = recipients
        .iter()
        .map(|(recipient, reply)| {
            serde_json::json!({"purpose": "real-mailbox", "recipient": recipient, "steps": [
                {"said": "MAIL FROM:<>", "reply": {"known": ["250 OK"]}},
                {"said": format!("RCPT TO:<{recipient}>"), "reply": {"known": [reply]}}]})
        })
        .collect();
    serde_json::json!({"known": {"steps": [], "transactions": transactions}})
}

/// Returns recipients and codes of each conversation.
fn replies(facts: Vec<Facts>) -> Vec<Vec<(String, Option<u16>)>> {
    let smtp = merged(facts).smtp.expect("the part");
    let of_target = |target: &crate::facts::SmtpTarget| {
        let questions = target.answer.known().map(|talk| talk.questions());
        let questions = questions.unwrap_or_default().into_iter();
        questions
            .map(|question| {
                let recipient = question.recipient.unwrap_or_default().to_owned();
                (recipient, question.last_step().code())
            })
            .collect()
    };
    smtp.targets.iter().map(of_target).collect()
}

#[test]
fn newest_answer_to_each_question_of_a_caller_stays() {
    let morning = talk(&[("docs@a.test", "550 no"), ("jobs@a.test", "250 yes")]);
    let noon = talk(&[("docs@a.test", "250 yes")]);
    let both = replies(vec![
        conversation("sp1", MORNING, &morning),
        conversation("sp1", NOON, &noon),
    ]);
    let docs = ("docs@a.test".to_owned(), Some(250));
    let jobs = ("jobs@a.test".to_owned(), Some(250));
    assert_eq!(both, [vec![docs.clone(), jobs]]);
    // Another machine's answers are its own.
    let apart = replies(vec![
        conversation("sp1", MORNING, &morning),
        conversation("admin1", NOON, &noon),
    ]);
    assert_eq!(apart.len(), 2);
    assert!(apart.contains(&vec![docs]));
    // Earlier answers of a server that is no longer reachable are dropped.
    let closed = serde_json::json!({"absent": "connection refused"});
    let gone = replies(vec![
        conversation("sp1", MORNING, &morning),
        conversation("sp1", NOON, &closed),
    ]);
    assert_eq!(gone, [Vec::new()]);
}

/// Of equal answers one stays, with all machines that got it.
#[test]
fn callers_with_equal_answers_are_all_named() {
    let answer = talk(&[("docs@a.test", "250 yes")]);
    let facts = merged(vec![
        conversation("sp1", MORNING, &answer),
        conversation("admin1", NOON, &answer),
    ]);
    let smtp = facts.smtp.expect("the part");
    let [target] = smtp.targets.as_slice() else {
        panic!("{smtp:?}")
    };
    let callers: Vec<Option<&str>> = target
        .observed_by
        .iter()
        .map(|caller| caller.server.as_deref())
        .collect();
    assert_eq!(callers, [Some("admin1"), Some("sp1")]);
}
