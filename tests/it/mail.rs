//! Messages of a drop folder: the output of `inspect mail`, and properties that hold for any bytes.

use crate::support::{Folder, Run};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use spinmail::testing::mail::MessageReader;
use spinmail::testing::mail::{self, End, MAX_HEAD, Search, Wrapped};
use std::io::{self, Read};
use std::sync::atomic::AtomicU64;

const FARM: &str = r#"
[incoming-email]
enabled = true
mode = "advanced"
display-address = "sharepoint.fabrikam.com"
[[web-application]]
name = "Intranet"
maximum-message-size = "1 KB"
incoming-address = "lists.fabrikam.com"
"#;

const GOOD: &str = "x-sender: user@contoso.com\r\nx-receiver: docs@sharepoint.fabrikam.com\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\n";

/// Returns a folder with a message, the aliases of two lists, and an optional farm file.
fn with_message(farm: Option<&str>, message: &str) -> Folder {
    let folder = farm.map_or_else(Folder::new, Folder::with_farm);
    folder.write("a.eml", message);
    folder.write("aliases.txt", "docs\ntasks\n");
    folder
}

fn inspect(folder: &Folder, more: &[&str]) -> Run {
    folder.run(&[&["inspect", "mail", "a.eml", "--format", "json"], more].concat())
}

fn first(run: &Run) -> Value {
    run.json()["messages"][0].clone()
}

#[test]
fn json_and_text_have_the_documented_form() {
    let folder = with_message(Some(FARM), GOOD);
    let run = inspect(&folder, &["--aliases", "aliases.txt"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let wanted = json!({"messages": [{
        "file": "a.eml",
        "size": GOOD.len(),
        "routable": true,
        "sender": "user@contoso.com",
        "receivers": [{"address": "docs@sharepoint.fabrikam.com", "alias": "docs", "domain": "sharepoint.fabrikam.com",
            "has-list": true, "is-ours": true}],
        "findings": [],
        "not-checked": [],
        "head": {"subject": "Grüße", "from": null, "date": null, "message-id": null, "x-mailer": null},
    }]});
    assert_eq!(run.json(), wanted);
}

#[test]
fn each_obstacle_of_a_message_is_found() {
    let tnef = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/ms-tnef\r\n\r\n";
    for (message, code, routable, found) in [
        (GOOD.to_owned(), 0, json!(true), &[][..]),
        (
            "From: a\r\n\r\nx-receiver: docs@sharepoint.fabrikam.com\r\n".to_owned(),
            1,
            json!(false),
            &["mail-unroutable"],
        ),
        (
            "x-receiver: <>\r\n\r\n".to_owned(),
            1,
            json!(false),
            &["mail-unroutable"],
        ),
        (String::new(), 1, json!(false), &["mail-unroutable"]),
        (
            "no header".to_owned(),
            1,
            json!(false),
            &["mail-unroutable"],
        ),
        (
            "From: a\r\nx-receiver: docs@sharepoint.fabrikam.com\r\n\r\n".to_owned(),
            3,
            json!(null),
            &["mail-unroutable"],
        ),
        (
            "From: a\r\nx-receiver: gone@sharepoint.fabrikam.com\r\n\r\n".to_owned(),
            1,
            json!(false),
            &["mail-unroutable", "alias-unknown"],
        ),
        (
            GOOD.replace("docs", "gone"),
            1,
            json!(false),
            &["alias-unknown"],
        ),
        (
            GOOD.replace("docs@sharepoint", "docs@other"),
            3,
            json!(null),
            &["domain-foreign"],
        ),
        (
            GOOD.replace("docs@sharepoint", "gone@other"),
            1,
            json!(false),
            &["domain-foreign", "alias-unknown"],
        ),
        (
            format!("\u{feff}{GOOD}"),
            3,
            json!(null),
            &["mail-unroutable"],
        ),
        (format!("\r\n{GOOD}"), 3, json!(null), &["mail-unroutable"]),
        (
            format!("From a Mon Nov 23\n{GOOD}"),
            3,
            json!(null),
            &["mail-unroutable"],
        ),
        (
            "x-receiver: docs@sharepoint".to_owned(),
            3,
            json!(null),
            &["mail-unroutable"],
        ),
        (
            "x-receiver: Team Docs <docs@sharepoint.fabrikam.com>\r\n\r\n".to_owned(),
            3,
            json!(null),
            &["mail-unroutable"],
        ),
        (
            format!(
                "x-receiver: \"Docs, List\" <docs@sharepoint.fabrikam.com>\r\n{}",
                GOOD.replace("docs", "gone")
            ),
            3,
            json!(null),
            &["mail-unroutable", "alias-unknown"],
        ),
        (GOOD.replace("sharepoint", "LISTS"), 0, json!(true), &[]),
        // One valid recipient of two is enough.
        (
            format!("x-receiver: gone@sharepoint.fabrikam.com\r\n{GOOD}"),
            0,
            json!(true),
            &["alias-unknown"],
        ),
        (
            format!("X-Mailer: Microsoft SharePoint Foundation 2010\r\n{GOOD}"),
            1,
            json!(false),
            &["loop-guard"],
        ),
        (
            format!("X-Mailer: Microsoft SharePoint\r\n Foundation 2010\r\n{GOOD}"),
            1,
            json!(false),
            &["loop-guard"],
        ),
        (
            format!(
                "{}{tnef}",
                GOOD.trim_end_matches("\r\n").to_owned() + "\r\n"
            ),
            0,
            json!(true),
            &["attachments-wrapped"],
        ),
        (
            format!("{GOOD}{}", "x".repeat(1024)),
            1,
            json!(false),
            &["mail-too-large"],
        ),
    ] {
        let folder = with_message(Some(FARM), &message);
        let run = inspect(&folder, &["--aliases", "aliases.txt"]);
        let said = first(&run);
        let rules: Vec<&str> = said["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| {
                finding["rule"]
                    .as_str()
                    .unwrap()
                    .trim_start_matches("folder-")
            })
            .collect();
        assert_eq!(
            (run.code, &said["routable"], rules.as_slice()),
            (code, &routable, found),
            "{message:?}\n{said:#}"
        );
    }
}

#[test]
fn unknown_values_are_listed_as_not_checked() {
    let folder = with_message(None, GOOD);
    let run = inspect(&folder, &[]);
    let said = first(&run);
    assert_eq!(
        (run.code, said["not-checked"].as_array().unwrap().len()),
        (0, 3),
        "{said:#}"
    );
    assert_eq!(
        (
            &said["receivers"][0]["has-list"],
            &said["receivers"][0]["is-ours"]
        ),
        (&Value::Null, &Value::Null)
    );
    let run = inspect(&folder, &["--display-address", "other.com"]);
    assert_eq!(
        (run.code, &first(&run)["findings"][0]["rule"]),
        (3, &json!("folder-domain-foreign"))
    );
    assert_eq!(
        inspect(&folder, &["--display-address", "docs@other.com"]).code,
        2
    );
    // A farm file that is named must exist, and one that is found must be valid.
    assert_eq!(inspect(&folder, &["--file", "other.toml"]).code, 2);
    folder.write("farm.toml", "[[[");
    assert_eq!(inspect(&folder, &[]).code, 2);
}

#[test]
fn size_is_undecided_if_no_limit_is_recorded() {
    let farm = format!("{FARM}[[web-application]]\nname = 'Other'\n");
    let folder = with_message(Some(&farm), &format!("{GOOD}{}", "x".repeat(1024)));
    let run = inspect(&folder, &[]);
    let finding = first(&run)["findings"][0].clone();
    assert_eq!(
        (run.code, &finding["rule"], &finding["stops"]),
        (0, &json!("folder-mail-too-large"), &json!(false))
    );
    assert!(
        first(&run)["not-checked"].to_string().contains("the size"),
        "{}",
        run.out
    );
}

#[test]
fn an_x_mailer_may_follow_the_part_that_is_read() {
    let long = GOOD.replace(
        "Subject:",
        &format!("X-Long: {}\r\nSubject:", "x".repeat(300 << 10)),
    );
    let folder = with_message(None, &long);
    let run = inspect(&folder, &[]);
    assert_eq!((run.code, &first(&run)["routable"]), (3, &json!(null)));
    assert!(
        first(&run)["not-checked"].to_string().contains("X-Mailer"),
        "{}",
        run.out
    );
}

#[test]
fn several_messages_have_one_result_each() {
    let folder = with_message(None, GOOD);
    folder.write("b.eml", "From: a\r\n\r\n");
    std::fs::create_dir(folder.path("c.eml")).unwrap();
    let run = folder.run(&[
        "inspect", "mail", "a.eml", "b.eml", "c.eml", "d.eml", "--format", "json",
    ]);
    let said = run.json();
    let files: Vec<_> = said["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| each["file"].as_str().unwrap())
        .collect();
    assert_eq!(
        (run.code, files),
        (2, vec!["a.eml", "b.eml", "c.eml", "d.eml"])
    );
    assert!(
        said["messages"][2]["error"]
            .as_str()
            .unwrap()
            .contains("not an ordinary file")
    );
    let run = folder.run(&["inspect", "mail", "a.eml", "b.eml"]);
    assert_eq!(run.code, 1);
    assert!(
        run.out
            .contains("a.eml: nothing that was looked at stops it")
            && run.out.contains("b.eml: SharePoint cannot route it")
    );
    // Only the list's alias makes the recipient certain.
    let run = folder.run(&["inspect", "mail", "a.eml"]);
    assert!(
        run.out.contains("whether a list has the alias was not"),
        "{}",
        run.out
    );
}

// --- Arbitrary bytes

/// The typical parts of messages.
const PIECES: &[&[u8]] = &[
    b"x-receiver: docs@sharepoint.fabrikam.com\r\n",
    b"x-sender: a@b\n",
    b"X-Receiver: <c@d> ORCPT=x\r\n",
    b"x-receiver:",
    b"From: a\r\n",
    b" folded\r\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Type: multipart/mixed;\r\n boundary=\"in n\"\r\n\r\n--in n\r\n",
    b"Content-Type: application/ms-tnef\r\n\r\n",
    b"--b\r\n",
    b"--b--\r\n",
    b"--in n\n",
    b"\r\n",
    b"\n",
    b"\r",
    b"\n--",
    b"-",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\"",
    b"<",
    b"@",
    b";=",
];
const STARTS: &[&[u8]] = &[
    b"",
    b"x-receiver: docs@d\r\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
];

/// Generates texts that look like messages, and others.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => select(PIECES).prop_map(<[u8]>::to_vec),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
        1 => (any::<u8>(), 900..1200_usize).prop_map(|(byte, count)| vec![byte; count]),
    ];
    let pieces = proptest::collection::vec(piece, 0..24);
    (select(STARTS), pieces).prop_map(|(start, pieces)| [start, &pieces.concat()].concat())
}

/// A file that returns a limited number of bytes at a time, and counts them.
struct Slow<'a> {
    bytes: &'a [u8],
    step: usize,
}

impl Read for Slow<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let step = self.step.min(room.len());
        self.bytes.read(&mut room[..step])
    }
}

/// Returns the result for a message as one comparable word.
fn said(file: &mut impl Read, size: u64, budget: u64) -> (String, Wrapped) {
    MessageReader::default()
        .read(file, size, &AtomicU64::new(budget), |head| {
            format!("{head:?}")
        })
        .expect("bytes in memory")
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 800,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn reading_does_not_depend_on_chunks(bytes in bytes(), step in 1..3000_usize) {
        let size = bytes.len() as u64;
        let at_once = said(&mut bytes.as_slice(), size, u64::MAX);
        prop_assert_eq!(&said(&mut Slow { bytes: &bytes, step }, size, u64::MAX), &at_once);
        // A wrong size beforehand changes nothing.
        prop_assert_eq!(&said(&mut bytes.as_slice(), u64::MAX, u64::MAX), &at_once);
    }

    #[test]
    fn early_decisions_do_not_change(bytes in bytes(), cut in 0..30_000_usize) {
        let whole = mail::head(&bytes, true);
        match mail::head(&bytes[..cut.min(bytes.len())], false) {
            Ok(None) => {}
            Ok(Some(early)) => prop_assert_eq!(Ok(Some(early)), whole),
            Err(fault) => prop_assert_eq!(Err(fault), whole),
        }
    }

    #[test]
    fn search_does_not_depend_on_chunks(bytes in bytes(), piece in 1..2000_usize) {
        let Ok(Some(head)) = mail::head(&bytes, true) else { return Ok(()) };
        let (End::Body(start), Search::Body(parts)) = (head.end, Search::new(head.content_type)) else { return Ok(()) };
        let body = &bytes[start..];
        let (mut whole, mut parts) = (parts.clone(), parts);
        let found = whole.search(body, true).is_none();
        let (mut at, mut end) = (0, 0);
        let found_in_pieces = loop {
            end = (end + piece).min(body.len());
            match parts.search(&body[at..end], end == body.len()) {
                None => break true,
                Some(_) if end == body.len() => break false,
                Some(done) => at += done,
            }
            prop_assert!(end - at <= 1000 + piece, "more than a line is left over");
        };
        prop_assert_eq!(found, found_in_pieces);
    }

    #[test]
    fn long_values_are_shortened(value in proptest::collection::vec(any::<u8>(), 0..3000)) {
        prop_assert!(mail::text(&value).chars().count() <= 1000);
    }
}

/// A file without an end that counts the bytes read.
struct Endless<'a> {
    start: &'a [u8],
    filler: u8,
    read: u64,
}

impl Read for Endless<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = if self.start.is_empty() {
            room.len()
        } else {
            self.start.read(room)?
        };
        if self.start.is_empty() && self.read > 0 {
            room[..count].fill(self.filler);
        }
        self.read += count as u64;
        Ok(count)
    }
}

#[test]
fn a_file_without_end_is_read_in_part() {
    let multipart = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (start, filler, most) in [
        (&b"x-receiver: c@d\r\n\r\n"[..], b'x', MAX_HEAD as u64),
        (b"x-receiver: c@d\r\nX: ", b'x', MAX_HEAD as u64),
        (b"x: ", b'\n', MAX_HEAD as u64),
        (b"x: ", b' ', MAX_HEAD as u64),
        (b"\0", b'\0', MAX_HEAD as u64),
        (multipart, b'x', MAX_HEAD as u64 + 1_000_000),
        (multipart, b'-', MAX_HEAD as u64 + 1_000_000),
        (multipart, b'\n', MAX_HEAD as u64 + 1_000_000),
    ] {
        let mut file = Endless {
            start,
            filler,
            read: 0,
        };
        let (_, wrapped) = said(&mut file, u64::MAX, 1_000_000);
        assert!(
            file.read <= most,
            "{} bytes of {start:?} and {filler}",
            file.read
        );
        assert_eq!(
            wrapped == Wrapped::NotSeen,
            start == multipart || start.ends_with(b"X: ") || filler == b' ',
            "{start:?} {filler}"
        );
    }
}
