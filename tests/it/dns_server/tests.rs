//! Tests of the server itself, for faults that tests of the program would not reveal.

use super::*;
use hickory_resolver::proto::op::Query;

const ZONE: &str = "
    # Comments and blank lines are skipped.

    fabrikam.test     ZONE
    null.fabrikam.test MX   0 .
    sp1.fabrikam.test A     192.0.2.21
    www.fabrikam.test CNAME sp1.fabrikam.test
    away.fabrikam.test CNAME host.elsewhere.test
    to-slow.fabrikam.test CNAME slow.fabrikam.test
    slow.fabrikam.test A 192.0.2.1
    slow.fabrikam.test FAULT slow:300
    lost.fabrikam.test A 192.0.2.2
    lost.fabrikam.test FAULT lossy:1
    cut.fabrikam.test A 192.0.2.3
    cut.fabrikam.test FAULT truncate
    bücher.fabrikam.test A 192.0.2.4
    ";
const PATIENCE: Duration = Duration::from_secs(5);

fn request(name: &str, kind: &str) -> Vec<u8> {
    let mut message = Message::new(0x1234, MessageType::Query, OpCode::Query);
    message.add_query(Query::query(zone::parse_name(name), zone::parse_type(kind)));
    message.to_vec().unwrap()
}

fn udp_within(server: &DnsServer, name: &str, kind: &str, patience: Duration) -> Option<Message> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.set_read_timeout(Some(patience)).unwrap();
    socket
        .send_to(&request(name, kind), server.address)
        .unwrap();
    let mut buffer = vec![0; 65535];
    let length = socket.recv(&mut buffer).ok()?;
    Some(Message::from_vec(&buffer[..length]).unwrap())
}

fn udp(server: &DnsServer, name: &str, kind: &str) -> Message {
    udp_within(server, name, kind, PATIENCE).expect("an answer")
}

/// Returns the answer's code, its records, and whether it has a SOA record.
fn said(message: &Message) -> (ResponseCode, Vec<String>, bool) {
    let data = message
        .answers
        .iter()
        .map(|answer| answer.data.to_string())
        .collect();
    (message.response_code, data, !message.authorities.is_empty())
}

#[test]
fn records_and_denials_are_answered() {
    let server = DnsServer::start(ZONE);
    for (name, kind, code, records, soa) in [
        (
            "SP1.Fabrikam.test",
            "A",
            ResponseCode::NoError,
            &["192.0.2.21"][..],
            false,
        ),
        (
            "null.fabrikam.test",
            "MX",
            ResponseCode::NoError,
            &["0 ."],
            false,
        ),
        (
            "www.fabrikam.test",
            "A",
            ResponseCode::NoError,
            &["sp1.fabrikam.test.", "192.0.2.21"],
            false,
        ),
        (
            "www.fabrikam.test",
            "MX",
            ResponseCode::NoError,
            &["sp1.fabrikam.test."],
            true,
        ),
        (
            "www.fabrikam.test",
            "CNAME",
            ResponseCode::NoError,
            &["sp1.fabrikam.test."],
            false,
        ),
        (
            "sp1.fabrikam.test",
            "AAAA",
            ResponseCode::NoError,
            &[],
            true,
        ),
        (
            "nobody.fabrikam.test",
            "A",
            ResponseCode::NXDomain,
            &[],
            true,
        ),
        (
            "away.fabrikam.test",
            "A",
            ResponseCode::NoError,
            &["host.elsewhere.test."],
            false,
        ),
        (
            "to-slow.fabrikam.test",
            "A",
            ResponseCode::NoError,
            &["slow.fabrikam.test."],
            false,
        ),
        ("contoso.test", "A", ResponseCode::Refused, &[], false),
        (
            "xn--bcher-kva.fabrikam.test",
            "A",
            ResponseCode::NoError,
            &["192.0.2.4"],
            false,
        ),
    ] {
        let records: Vec<String> = records.iter().map(|record| (*record).to_owned()).collect();
        assert_eq!(
            said(&udp(&server, name, kind)),
            (code, records, soa),
            "{kind} {name}"
        );
    }
    assert_eq!(
        server.questions()[0],
        ("sp1.fabrikam.test".to_owned(), "A".to_owned(), false)
    );
}

#[test]
fn truncated_answer_is_complete_over_tcp() {
    let server = DnsServer::start(ZONE);
    let cut = udp(&server, "cut.fabrikam.test", "A");
    assert!(cut.truncation && cut.answers.is_empty());
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream
        .write_all(&framed(&request("cut.fabrikam.test", "A")))
        .unwrap();
    let whole = Message::from_vec(&read_framed(&mut stream).unwrap()).unwrap();
    assert_eq!(said(&whole).1, ["192.0.2.3"]);
}

#[test]
fn slow_answers_do_not_delay_others() {
    let server = DnsServer::start(ZONE);
    let short = Duration::from_millis(100);
    assert!(udp_within(&server, "lost.fabrikam.test", "A", short).is_none());
    assert_eq!(
        said(&udp(&server, "lost.fabrikam.test", "A")).1,
        ["192.0.2.2"]
    );
    thread::scope(|scope| {
        let slow = [(); 2].map(|()| scope.spawn(|| udp(&server, "slow.fabrikam.test", "A")));
        assert_eq!(
            said(&udp(&server, "sp1.fabrikam.test", "A")).1,
            ["192.0.2.21"]
        );
        assert!(slow.into_iter().all(|thread| thread.join().is_ok()));
    });
    assert!(
        (2..=3).contains(&server.most_at_once()),
        "{}",
        server.most_at_once()
    );
}
