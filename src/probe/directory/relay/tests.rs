use super::*;
use ldap3::{LdapConnAsync, LdapConnSettings, Scope, SearchEntry};
use proptest::prelude::*;
use std::time::Duration;
use tokio::io::DuplexStream;

/// The answers to the first search, with the id 1: an entry with two values, a reference, and the
/// end of a page with a cookie.
const ENTRY: &[u8] = b"\x30\x20\x02\x01\x01\x64\x1b\x04\x04CN=x\x30\x13\x30\x11\x04\x02cn\x31\x0b\
                       \x04\x01v\x04\x01\xff\x04\x03abc";
const REFERENCE: &[u8] = b"\x30\x0f\x02\x01\x01\x73\x0a\x04\x08ldap://x";
const DONE: &[u8] = b"\x30\x34\x02\x01\x01\x65\x07\x0a\x01\x00\x04\x00\x04\x00\xa0\x26\x30\x24\
                      \x04\x161.2.840.113556.1.4.319\x04\x0a\x30\x08\x02\x01\x00\x04\x03abc";

/// Runs a search of ldap3 through the relay, to a server that sends these bytes and then closes.
/// Returns how the relay ended, and the names of the received entries.
async fn search(answer: Vec<u8>) -> (RelayEnd, Vec<String>) {
    let (own, other) = pair().expect("a pair");
    let (server, network) = tokio::io::duplex(CHUNK);
    let settings = LdapConnSettings::new().set_std_stream(other);
    let (connection, mut ldap) = LdapConnAsync::with_settings(settings, LOCAL_URL)
        .await
        .expect("a connection");
    let driver = tokio::spawn(connection.drive());
    let relay = tokio::spawn(relay(own, network));
    let answers = tokio::spawn(serve(server, answer));
    let search = tokio::spawn(async move {
        let stream = ldap.streaming_search("", Scope::Base, "(cn=*)", vec!["cn"]);
        let Ok(mut stream) = stream.await else {
            return Vec::new();
        };
        let mut names = Vec::new();
        while let Ok(Some(entry)) = stream.next().await {
            if !entry.is_ref() {
                names.push(SearchEntry::construct(entry).dn);
            }
        }
        for control in stream.finish().await.ctrls {
            if let ldap3::controls::Control(Some(_), raw) = control {
                raw.parse::<ldap3::controls::PagedResults>();
            }
        }
        names
    });
    let names = search.await.expect("the search does not panic");
    answers.await.expect("the server does not panic");
    let end = relay.await.expect("the relay does not panic");
    let driven = tokio::time::timeout(Duration::from_secs(5), driver).await;
    let _ = driven
        .expect("the driver ends")
        .expect("the driver does not panic");
    (end, names)
}

/// Answers the first request, and closes.
async fn serve(mut server: DuplexStream, answer: Vec<u8>) {
    let mut request = [0; 256];
    let _ = server.read(&mut request).await;
    let _ = server.write_all(&answer).await;
}

fn run(answer: Vec<u8>) -> (RelayEnd, Vec<String>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(search(answer))
}

#[test]
fn well_formed_answers_are_passed_on() {
    let (end, names) = run([ENTRY, REFERENCE, ENTRY, DONE].concat());
    assert!(matches!(end, RelayEnd::Closed), "{end:?}");
    assert_eq!(names, ["CN=x", "CN=x"]);
}

#[test]
fn malformed_answer_ends_after_earlier_answers() {
    let deep = (0..100_000).fold(Vec::new(), |inner: Vec<u8>, _| {
        let length = (inner.len() as u32).to_be_bytes();
        [&[0x30, 0x84][..], &length, &inner].concat()
    });
    for bytes in [
        &b"\x30\x00"[..],
        b"HTTP/1.1 400\r\n",
        b"\x30\x84\x7f\xff\xff\xff",
        &deep,
    ] {
        let (end, names) = run([ENTRY, bytes].concat());
        assert!(matches!(end, RelayEnd::Malformed), "{end:?}");
        assert_eq!(names, ["CN=x"]);
    }
}

#[test]
fn answers_to_other_questions_are_dropped_or_rejected() {
    let other = |at: usize, byte: u8| {
        let mut bytes = DONE.to_vec();
        bytes[at] = byte;
        bytes
    };
    let (end, names) = run([&other(4, 99)[..], ENTRY, DONE].concat());
    assert!(matches!(end, RelayEnd::Closed), "{end:?}");
    assert_eq!(names, ["CN=x"]);
    // A response to a bind instead of a search.
    let (end, _) = run(other(5, 0x61));
    assert!(matches!(end, RelayEnd::Malformed), "{end:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Neither ldap3's driver nor the search panics, whatever a server sends.
    #[test]
    fn damaged_answers_do_not_make_ldap3_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let mut answer = [ENTRY, REFERENCE, DONE].concat();
        for (place, byte) in changes {
            let place = place.index(answer.len());
            answer[place] = byte;
        }
        run(answer);
    }
}
