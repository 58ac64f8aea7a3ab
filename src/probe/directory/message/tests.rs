use super::*;
use ldap3::{ResultEntry, SearchEntry};
use proptest::prelude::*;

/// A result with the code success and empty texts.
const SUCCESS: &[u8] = &[0x0a, 1, 0, 4, 0, 4, 0];
/// The largest length in four bytes, larger than any message.
const TOO_LONG: &[u8] = &[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff];

/// Encodes an element.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("a length");
    [&[tag, 0x84], &length.to_be_bytes()[..], content].concat()
}

/// Encodes a message with the id 7 and these parts.
fn message(parts: &[Vec<u8>]) -> Vec<u8> {
    element(0x30, &[&[2, 1, 7][..], &parts.concat()].concat())
}

/// Encodes a message with a control at the end of a search.
fn with_control(control: &[u8]) -> Vec<u8> {
    let controls = element(0xa0, &element(0x30, control));
    message(&[element(0x65, SUCCESS), controls])
}

fn entry() -> Vec<u8> {
    let values = element(0x31, &[element(4, b"v"), element(4, &[0xff])].concat());
    let attribute = element(0x30, &[element(4, b"cn"), values].concat());
    let attributes = element(0x30, &[attribute.clone(), attribute].concat());
    message(&[element(0x64, &[element(4, b"CN=x"), attributes].concat())])
}

fn page() -> Vec<u8> {
    let page = element(0x30, &[2, 1, 0, 4, 1, b'c']);
    with_control(&[element(4, PAGED_RESULTS), element(4, &page)].concat())
}

fn nested(levels: usize) -> Vec<u8> {
    (0..levels).fold(Vec::new(), |inner, _| element(0x30, &inner))
}

#[test]
fn message_lengths_are_read() {
    for (bytes, expected) in [
        (&[][..], Ok(None)),
        (&[0x30], Ok(None)),
        (&[0x30, 5], Ok(Some(7))),
        (&[0x30, 0x82, 1], Ok(None)),
        (&[0x30, 0x82, 1, 0], Ok(Some(260))),
        (&[0x30, 0x84, 0, 0, 0, 3], Ok(Some(9))),
        (&[0x30, 0x88, 0, 0, 0, 0, 0, 0, 0, 3], Ok(Some(13))),
        (&[0x30, 0x80], Err(MalformedMessage)),
        (&[0x30, 0x89], Err(MalformedMessage)),
        (TOO_LONG, Err(MalformedMessage)),
        (b"HTTP/1.1", Err(MalformedMessage)),
    ] {
        assert_eq!(message_length(bytes), expected, "{bytes:x?}");
    }
}

#[test]
fn well_formed_responses_are_read() {
    for (bytes, expected) in [
        (message(&[element(0x61, SUCCESS)]), Response::Bind),
        (message(&[element(0x65, SUCCESS)]), Response::Done),
        (entry(), Response::Entry),
        (
            message(&[element(0x73, &element(4, b"ldap://x"))]),
            Response::Reference,
        ),
        (
            message(&[element(0x79, &[0x80, 0])]),
            Response::Intermediate,
        ),
        (page(), Response::Done),
        (with_control(&[4, 1, b'x', 1, 1, 0xff]), Response::Done),
        (
            message(&[element(0x78, SUCCESS), vec![0x8a, 1, b'x']]),
            Response::Extended(LdapResult::default()),
        ),
    ] {
        assert_eq!(Response::read(&bytes), Ok((7, expected)), "{bytes:x?}");
    }
}

#[test]
fn results_are_read_with_their_referrals() {
    let referrals = element(0xa3, &element(4, b"ldap://x"));
    let content = [&[0x0a, 1, 52, 4, 1, b'm', 4, 1, b't'][..], &referrals].concat();
    let (_, response) = Response::read(&message(&[element(0x78, &content)])).expect("a result");
    let expected = LdapResult {
        code: 52,
        matched: "m".to_owned(),
        text: "t".to_owned(),
        referrals: vec!["ldap://x".to_owned()],
    };
    assert_eq!(response, Response::Extended(expected));
}

#[test]
fn malformed_responses_are_rejected() {
    let done = element(0x65, SUCCESS);
    for (what, bytes) in [
        ("nothing", vec![]),
        ("no number", element(0x30, &[])),
        ("no operation", message(&[])),
        (
            "a long number",
            element(0x30, &[&[2, 9][..], &[0; 9], &done].concat()),
        ),
        (
            "a fourth part",
            message(&[done.clone(), element(0xa0, &[]), done.clone()]),
        ),
        (
            "controls first",
            message(&[element(0xa0, &[]), done.clone()]),
        ),
        (
            "a name behind a search",
            message(&[done, vec![0x8a, 1, b'x']]),
        ),
        ("a long tag", message(&[vec![0x7f, 0x81, 0, 0]])),
        (
            "an operation that is none",
            message(&[element(0x6a, SUCCESS)]),
        ),
        (
            "a result that is primitive",
            message(&[element(0x45, SUCCESS)]),
        ),
        (
            "a result without texts",
            message(&[element(0x65, &[0x0a, 1, 0])]),
        ),
        (
            "a result that is not a text",
            message(&[element(0x65, &[0x0a, 1, 0, 4, 1, 0xff, 4, 0])]),
        ),
        ("an entry without a name", message(&[element(0x64, &[])])),
        (
            "an attribute that is a text",
            message(&[element(0x64, &[4, 0, 0x30, 2, 4, 0])]),
        ),
        (
            "a part longer than its whole",
            message(&[vec![0x65, 7, 0x0a, 1, 0, 4, 9, 4, 0]]),
        ),
        (
            "a control that is a text",
            message(&[element(0x65, SUCCESS), element(0xa0, &[4, 0])]),
        ),
        ("an empty truth", with_control(&[4, 1, b'x', 1, 0])),
        (
            "a page without a value",
            with_control(&element(4, PAGED_RESULTS)),
        ),
        (
            "a page of noise",
            with_control(&[element(4, PAGED_RESULTS), vec![4, 1, 0xff]].concat()),
        ),
        (
            "nested operations",
            message(&[element(0x79, &nested(1000))]),
        ),
        (
            "nested rests",
            message(&[element(0x65, &[SUCCESS, &nested(1000)].concat())]),
        ),
    ] {
        assert_eq!(Response::read(&bytes), Err(MalformedMessage), "{what}");
    }
}

proptest! {
    /// ldap3 panics on an entry of another shape.
    #[test]
    fn accepted_entries_do_not_make_ldap3_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = entry();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok((_, Response::Entry)) = Response::read(&bytes) {
            let (_, tag) = ldap3::asn1::parse_tag(&bytes).expect("an element");
            let parts = tag.expect_constructed().expect("a message");
            SearchEntry::construct(ResultEntry::new(parts[1].clone()));
        }
    }
}
