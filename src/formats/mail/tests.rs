//! Typical and hostile headers and bodies.

use super::*;

fn whole(bytes: &[u8]) -> Head<'_> {
    head(bytes, true).expect("a message").expect("all of it")
}

fn texts(addresses: &[Address<'_>]) -> Vec<String> {
    addresses
        .iter()
        .map(|address| address.text().into_owned())
        .collect()
}

#[test]
fn leading_lines_contain_sender_and_recipients() {
    for (head, sender, receivers, below) in [
        (
            "x-sender: a@b\r\nx-receiver: c@d\r\n\r\n",
            Some("a@b"),
            &["c@d"][..],
            0,
        ),
        (
            "x-receiver: c@d\nx-receiver: e@f\nSubject: x\n\n",
            None,
            &["c@d", "e@f"],
            0,
        ),
        (
            "X-Sender: <a@b> BODY=8bit\r\nX-Receiver: <c@d> ORCPT=rfc822;e@f NOTIFY=NEVER\r\n\r\n",
            Some("a@b"),
            &["c@d"],
            0,
        ),
        (
            "X-CreatedBy: MSExchange15\r\nX-RECEIVER: c@d\r\nFrom: x\r\n\r\n",
            None,
            &["c@d"],
            0,
        ),
        ("x-receiver : c@d\r\n\r\n", None, &["c@d"], 0),
        ("x-receiver:\r\n c@d\r\n\r\n", None, &["c@d"], 0),
        (
            "x-receiver: <@relay.example,@b.example:c@d>\r\n\r\n",
            None,
            &["c@d"],
            0,
        ),
        (
            "x-receiver: \"o, h> no\"@d\r\n\r\n",
            None,
            &["\"o, h> no\"@d"],
            0,
        ),
        // Below a line of the message's own header, or below another line.
        ("Received: x\r\nx-receiver: c@d\r\n\r\n", None, &[], 1),
        (
            "x-sender: a@b\r\nno header\r\nx-receiver: c@d\r\n\r\n",
            Some("a@b"),
            &[],
            1,
        ),
        // In the body it is text, and in a folded line it is a value.
        (
            "x-sender: a@b\r\n\r\nx-receiver: c@d\r\n",
            Some("a@b"),
            &[],
            0,
        ),
        (
            "x-sender: a@b\r\n\tx-receiver: c@d\r\n\r\n",
            Some("a@b"),
            &[],
            0,
        ),
        ("x-receivers: c@d\r\nx-receive: c@d\r\n\r\n", None, &[], 0),
        // A carriage return alone does not end a line.
        (
            "x-sender: a@b\rx-receiver: c@d\r\n\r\n",
            Some("a@b"),
            &[],
            0,
        ),
    ] {
        let read = whole(head.as_bytes());
        assert_eq!(
            read.sender.map(|sender| sender.text()).as_deref(),
            sender,
            "{head:?}"
        );
        assert_eq!(texts(&read.receivers), receivers, "{head:?}");
        assert_eq!(read.receivers_below.len(), below, "{head:?}");
    }
    for empty in [
        "x-receiver:\r\n\r\n",
        "x-receiver: <> NOTIFY=NEVER\r\n\r\n",
        "x-receiver: <@a:>\r\n\r\n",
    ] {
        assert_eq!(whole(empty.as_bytes()).empty_receivers, 1, "{empty:?}");
    }
}

#[test]
fn sender_behind_a_display_name_is_read() {
    for (value, sender) in [
        ("user@contoso.com", "user@contoso.com"),
        ("<user@contoso.com> BODY=8BITMIME", "user@contoso.com"),
        (
            "\"Do Not Reply\" donotreply@contoso.com",
            "donotreply@contoso.com",
        ),
        (
            "\"Do Not Reply\" <donotreply@contoso.com>",
            "donotreply@contoso.com",
        ),
        ("Do Not Reply <no@contoso.com>", "no@contoso.com"),
        ("\"a@b\" <no@contoso.com>", "no@contoso.com"),
        ("\"a b\"@contoso.com SIZE=1", "\"a b\"@contoso.com"),
        ("postmaster", "postmaster"),
        ("\"Do Not Reply\"", "\"Do Not Reply\""),
    ] {
        let text = format!("x-sender: {value}\r\nx-receiver: docs@d\r\n\r\n");
        let head = whole(text.as_bytes());
        assert_eq!(head.sender.unwrap().text(), sender, "{value}");
    }
}

#[test]
fn addresses_are_split_into_their_parts() {
    for (text, local, domain) in [
        (
            "docs@sharepoint.fabrikam.com",
            "docs",
            Some("sharepoint.fabrikam.com"),
        ),
        ("docs@Fabrikam.com.", "docs", Some("Fabrikam.com")),
        ("\"team docs\"@d", "team docs", Some("d")),
        ("\"a@b\"@d", "a@b", Some("d")),
        ("docs", "docs", None),
        ("docs@", "docs", None),
        ("@d", "", Some("d")),
    ] {
        let address = Address::read(text.as_bytes()).unwrap();
        assert_eq!(
            (address.local().as_ref(), address.domain().as_deref()),
            (local, domain),
            "{text}"
        );
    }
    let raw = Address::read(b"d\xf6cs@\xff").unwrap();
    assert_eq!(
        (raw.local().as_ref(), raw.domain().as_deref()),
        ("d\u{fffd}cs", Some("\u{fffd}"))
    );
}

#[test]
fn header_fields_are_read() {
    let bytes = b"x-receiver: c@d\r\nX-Mailer: MICROSOFT SharePoint Foundation 2010 \r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n \
        =?utf-8?B?IHp1?=\r\nFrom: a\r\nDate: today\r\nMessage-ID: <1>\r\nContent-Type: text/plain;\r\n\tcharset=x\r\n\
        Subject: second\r\n\r\nbody";
    let read = whole(bytes);
    assert!(read.has_loop_guard());
    assert_eq!(text(read.subject.unwrap()), "Grüße zu");
    assert_eq!(read.content_type, Some(&b"text/plain;\r\n\tcharset=x"[..]));
    assert_eq!(
        (read.from, read.date, read.message_id),
        (Some(&b"a"[..]), Some(&b"today"[..]), Some(&b"<1>"[..]))
    );
    assert_eq!(read.end, End::Body(bytes.len() - 4));
    assert!(whole(b"X-Mailer: Microsoft SharePoint\r\n\tFoundation 2010\r\n\r\n").has_loop_guard());
    for other in [
        "Microsoft SharePoint Foundation 2013",
        "Microsoft SharePoint",
        "Microsoft SharePoint Foundation 2010 x",
        "",
    ] {
        assert!(
            !whole(format!("X-Mailer: {other}\r\n\r\n").as_bytes()).has_loop_guard(),
            "{other}"
        );
    }
}

#[test]
fn shown_values_are_short_and_plain() {
    assert_eq!(text(b"a\r\n\tb"), "a\tb");
    assert_eq!(text("Grüße".as_bytes()), "Grüße");
    assert_eq!(text(b"Gr\xfc\xdfe"), "Gr\u{fffd}\u{fffd}e");
    let undecodable = "=?no-such-charset?Q?a?= =?utf-8?X?b?= =?utf-8?B?*?=";
    assert_eq!(text(undecodable.as_bytes()), undecodable);
    assert!(text(&[b'a'; 100_000]).len() <= 1000);
    assert_eq!(text(b""), "");
}

#[test]
fn header_ends_at_an_empty_line() {
    assert_eq!(whole(b"a: b").end, End::File);
    assert_eq!(whole(b"a: b\r\n").end, End::File);
    assert_eq!(whole(b"a: b\r\n\r\n").end, End::Body(8));
    assert_eq!(whole(b"a: b\n\nbody").end, End::Body(6));
    // A line of spaces is a fold.
    assert_eq!(whole(b"a: b\r\n \r\n\r\n").end, End::Body(11));
    // More bytes are needed after a name, a whole line and a possible fold.
    let long = [b"a: b\r\n".as_slice(), &b"c: d\r\n".repeat(300)].concat();
    assert_eq!(head(&long, false), Ok(None));
    assert_eq!(head(b"a: b\r\n\r", false), Ok(None));
    let endless = [b"x-receiver: c@d\r\nb: ".as_slice(), &vec![b'x'; MAX_HEAD]].concat();
    let read = head(&endless, false).unwrap().unwrap();
    assert_eq!(
        (read.end, texts(&read.receivers)),
        (End::Cut, vec!["c@d".to_owned()])
    );
}

#[test]
fn files_that_are_not_messages_are_rejected() {
    let wide: Vec<u8> = "x-receiver: c@d"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let big: Vec<u8> = "x-receiver: c@d"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let marked = [b"\xff\xfe".as_slice(), &wide].concat();
    let long = vec![b'x'; 5000];
    for (bytes, kind, offset) in [
        (&b""[..], MailErrorKind::Empty, 0),
        (&wide, MailErrorKind::Wide, 0),
        (&big, MailErrorKind::Wide, 0),
        (&marked, MailErrorKind::Wide, 0),
        (
            b"\xef\xbb\xbfx-sender: c@d\r\n\r\n",
            MailErrorKind::Marked,
            0,
        ),
        (b"\r\nx-sender: c@d\r\n\r\n", MailErrorKind::NoHeader, 0),
        (
            b"\r\n\r\nno head\r\n\r\nx-receiver: c@d\r\n\r\n",
            MailErrorKind::NoHeader,
            0,
        ),
        (
            b"From mallory Mon Nov 23\nx-sender: c@d\n\n",
            MailErrorKind::NoHeader,
            4,
        ),
        (b"From mallory", MailErrorKind::NoHeader, 4),
        (b": no name\r\n\r\n", MailErrorKind::NoHeader, 0),
        (b"PK\x03\x04 zip", MailErrorKind::NoHeader, 2),
        (b"\0\0\0\0\0\0", MailErrorKind::NoHeader, 0),
        (b" x-receiver: c@d\r\n\r\n", MailErrorKind::NoHeader, 0),
        (b"text without a colon", MailErrorKind::NoHeader, 4),
        (&long, MailErrorKind::NoHeader, MAX_LINE),
    ] {
        assert_eq!(
            head(bytes, true),
            Err(MailError { kind, offset }),
            "{bytes:?}"
        );
    }
}

/// It is not known how SharePoint reads these lines, so no recipient is certain.
#[test]
fn unclear_recipients_are_kept_separately() {
    for start in ["\u{feff}", "\r\n", "\n\n", "From mallory Mon Nov 23\n"] {
        let text = format!("{start}x-sender: a@b\r\nx-receiver: c@d\r\n\r\nx");
        let read = whole(text.as_bytes());
        assert!(
            read.before.is_some() && read.receivers.is_empty(),
            "{text:?}"
        );
        assert_eq!(
            (texts(&read.receivers_below), read.end),
            (vec!["c@d".to_owned()], End::Body(text.len() - 1)),
            "{text:?}"
        );
    }
    for (value, is_sure) in [
        ("docs@d", true),
        ("<docs@d>", true),
        ("<docs@d> NOTIFY=NEVER ORCPT=rfc822;a@b", true),
        ("\"o, h> <no\"@d", true),
        ("\r\n docs@d", true),
        ("<@relay.example:docs@d>", true),
        ("Team Docs <docs@d>", false),
        ("Docs <docs@d>", false),
        ("Docs<docs@d>", false),
        ("\"Docs, List\" <docs@d>", false),
        ("a@d, b@d", false),
        ("a@d,b@d", false),
        ("a@d;b@d", false),
        ("<a@d>, <b@d>", false),
        ("<a@d", false),
        ("docs@d (Docs)", false),
        ("fabrikam.com", false),
        ("docs@", false),
        ("<@d>", false),
    ] {
        let text = format!("x-receiver: {value}\r\n\r\n");
        let read = whole(text.as_bytes());
        let count = (read.receivers.len(), read.unclear_receivers.len());
        assert_eq!(count, if is_sure { (1, 0) } else { (0, 1) }, "{value}");
    }
    // The file may end within the address.
    let torn = whole(b"x-receiver: a@d\r\nx-receiver: docs@sharepoint");
    assert_eq!(
        (torn.receivers.len(), torn.unclear_receivers.len(), torn.end),
        (1, 1, End::File)
    );
}

#[test]
fn thousands_of_recipients_are_read() {
    let mut bytes = Vec::new();
    for at in 0..5000 {
        bytes.extend_from_slice(
            format!("x-receiver: list{at}@sharepoint.fabrikam.com\r\n").as_bytes(),
        );
    }
    bytes.extend_from_slice(b"\r\n");
    assert_eq!(whole(&bytes).receivers.len(), 5000);
    let more = bytes.repeat(3);
    assert!(
        head(&more[..MAX_HEAD], false)
            .unwrap()
            .unwrap()
            .receivers
            .len()
            >= 5000
    );
}

// --- Wrapped attachments

/// Searches in chunks of this size.
fn search(message: &[u8], piece: usize) -> Wrapped {
    let head = whole(message);
    let End::Body(start) = head.end else {
        panic!("no body")
    };
    let mut parts = match Search::new(head.content_type) {
        Search::Decided(wrapped) => return wrapped,
        Search::Body(parts) => parts,
    };
    let (mut left, mut rest) = (Vec::new(), &message[start..]);
    loop {
        let (next, after) = rest.split_at(piece.min(rest.len()));
        left.extend_from_slice(next);
        rest = after;
        match parts.search(&left, rest.is_empty()) {
            None => return Wrapped::Yes,
            Some(_) if rest.is_empty() => return Wrapped::No,
            Some(done) => drop(left.drain(..done)),
        }
        assert!(left.len() <= 1000 + piece, "more than a line is left over");
    }
}

#[test]
fn wrapped_attachments_are_found() {
    let mixed = "Content-Type: multipart/mixed; boundary=\"b 1\"\r\n\r\npreamble\r\n";
    let tnef = "Content-Type: application/ms-tnef; name=\"winmail.dat\"\r\n\r\neJ8+\r\n";
    for (message, wrapped) in [
        (
            format!(
                "{mixed}--b 1\r\nContent-Type: text/plain\r\n\r\nx\r\n--b 1\r\n{tnef}--b 1--\r\n"
            ),
            Wrapped::Yes,
        ),
        (
            format!(
                "{mixed}--b 1  \r\nContent-Transfer-Encoding: base64\r\ncontent-type:\r\n\tAPPLICATION/MS-TNEF\r\n\r\nx"
            ),
            Wrapped::Yes,
        ),
        (
            format!("{mixed}--b 1\nContent-Type: application/vnd.ms-tnef\n\nx"),
            Wrapped::Yes,
        ),
        (
            format!(
                "{mixed}--b 1\r\nContent-Type: application/octet-stream; name=WinMail.dat\r\n\r\nx"
            ),
            Wrapped::Yes,
        ),
        (
            format!("{mixed}--b 1\r\nContent-Type: application/ms-tnef"),
            Wrapped::Yes,
        ),
        // A part within a part.
        (
            format!(
                "{mixed}--b 1\r\nContent-Type: multipart/mixed;\r\n boundary=in\r\n\r\n--in\r\n{tnef}"
            ),
            Wrapped::Yes,
        ),
        // A boundary also ends a header without an empty line.
        (
            format!("{mixed}--b 1\r\nContent-Type: text/plain\r\n--b 1\r\n{tnef}"),
            Wrapped::Yes,
        ),
        (tnef.to_owned(), Wrapped::Yes),
        // A type in a text, or in an attached message, does not count.
        (
            format!("{mixed}--b 1\r\nContent-Type: text/plain\r\n\r\n{tnef}"),
            Wrapped::No,
        ),
        (
            format!("{mixed}--b 1\r\n\r\n{tnef}--b 1--\r\n"),
            Wrapped::No,
        ),
        (format!("{mixed}--b 2\r\n{tnef}"), Wrapped::No),
        (format!("{mixed}x--b 1\r\n{tnef}"), Wrapped::No),
        (format!("{mixed}--b 1--\r\n{tnef}"), Wrapped::No),
        (
            format!("{mixed}--b 1\r\nX-Note: Content-Type: application/ms-tnef\r\n\r\n"),
            Wrapped::No,
        ),
        (
            format!(
                "{mixed}--b 1\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n{tnef}"
            ),
            Wrapped::No,
        ),
        (
            format!("Content-Type: text/plain\r\n\r\n--b 1\r\n{tnef}"),
            Wrapped::No,
        ),
        ("From: a\r\n\r\nx".to_owned(), Wrapped::No),
        (mixed.to_owned(), Wrapped::No),
        // Without a boundary, no part can be found.
        (
            "Content-Type: multipart/mixed\r\n\r\nx".to_owned(),
            Wrapped::NotSeen,
        ),
        (
            "Content-Type: multipart/mixed; boundary=\"\"\r\n\r\nx".to_owned(),
            Wrapped::NotSeen,
        ),
        (
            format!(
                "Content-Type: multipart/mixed; charset; x=\"a;b\"; BOUNDARY=b\r\n\r\n--b\r\n{tnef}"
            ),
            Wrapped::Yes,
        ),
    ] {
        for piece in [1, 2, 3, 7, 64, 100_000] {
            assert_eq!(
                search(message.as_bytes(), piece),
                wrapped,
                "in pieces of {piece}: {message}"
            );
        }
    }
}

#[test]
fn parts_after_long_lines_are_found() {
    let long = "x".repeat(5000);
    let dashes = "-".repeat(5000);
    for filler in [
        long.clone(),
        dashes.clone(),
        format!("--{long}"),
        format!("{long}\n--{long}\n{dashes}"),
    ] {
        let start = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
        let end = "--b\r\nContent-Type: application/ms-tnef\r\n\r\n";
        for message in [
            format!("{start}{filler}\r\n{end}"),
            format!("{start}--b\r\nA: {filler}\r\n\r\nx\r\n{end}"),
        ] {
            for piece in [1, 999, 1000, 1001, 100_000] {
                assert_eq!(
                    search(message.as_bytes(), piece),
                    Wrapped::Yes,
                    "in pieces of {piece}"
                );
            }
        }
        let inside = format!("{start}{filler}--b\r\nContent-Type: application/ms-tnef\r\n\r\n");
        assert_eq!(search(inside.as_bytes(), 1000), Wrapped::No);
    }
}
