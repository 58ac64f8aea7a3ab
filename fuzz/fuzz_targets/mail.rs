//! A message of a drop folder: its head, and its body in pieces.
#![no_main]

use libfuzzer_sys::fuzz_target;
use spinmail::testing::mail::{self, End, Search};

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, bytes) = (usize::from(input.0) + 1, input.1);
    let Ok(Some(head)) = mail::head(bytes, true) else {
        return;
    };
    for address in head
        .receivers
        .iter()
        .chain(&head.receivers_below)
        .chain(&head.sender)
    {
        assert!(address.text().len() >= address.local().len());
        let _ = address.domain();
    }
    for value in [
        head.subject,
        head.from,
        head.date,
        head.message_id,
        head.x_mailer,
    ]
    .into_iter()
    .flatten()
    {
        let _ = mail::text(value);
    }
    let (End::Body(start), Search::Body(mut parts)) = (head.end, Search::new(head.content_type))
    else {
        return;
    };
    let body = bytes.get(start..).unwrap_or_default();
    let whole = parts.clone().search(body, true).is_none();
    let (mut at, mut end) = (0, 0);
    let in_pieces = loop {
        end = (end + piece).min(body.len());
        match parts.search(&body[at..end], end == body.len()) {
            None => break true,
            Some(_) if end == body.len() => break false,
            Some(done) => at += done,
        }
    };
    assert_eq!(whole, in_pieces);
});
