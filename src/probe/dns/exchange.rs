//! Sends one question to one name server, over UDP and, if the answer is truncated, over TCP (RFC
//! 1035 4.2, RFC 7766).
//!
//! The resolver library ignores invalid answers, so that garbage and wrong ids look like silence.
//! This module distinguishes them; the library only encodes and decodes.

use super::answer::{self, DnsReading};
use crate::facts::{Answer, FailureKind, Lookup, Record, RecordKind};
use crate::probe::deadline::{time_out_error, within};
use crate::probe::failure::failed;
use hickory_resolver::proto::op::{Edns, Message, MessageType, OpCode, Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RecordType};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::Instant;

/// The largest UDP answer, in bytes, that passes every path unfragmented (DNS flag day 2020).
const UDP_PAYLOAD: u16 = 1232;
/// The number of UDP attempts within the timeout, since packets get lost.
const TRIES: u32 = 3;
/// The maximum number of CNAME records that are followed. Longer chains are not a reasonable setup.
const MAX_ALIASES: usize = 8;

/// Looks up one name at one server.
pub(super) async fn look_up(
    server: SocketAddr,
    name: &str,
    kind: RecordKind,
    limit: Duration,
) -> Lookup {
    let mut lookup = Lookup::new(server, name, kind, Answer::NotAsked);
    let mut seen: Vec<Record> = Vec::new();
    let mut asked = name.to_owned();
    // A server without recursion only returns the CNAME: its target is asked for too.
    for _ in 0..=MAX_ALIASES {
        let reading = match ask(server, &asked, kind, limit).await {
            Ok(message) => answer::read(&message, &asked, kind),
            Err(error) => DnsReading::Final(failed(&error), None),
        };
        match reading {
            DnsReading::Final(Answer::Known(records), _) => {
                seen.extend(records);
                lookup.answer = Answer::Known(seen);
                return lookup;
            }
            DnsReading::Final(Answer::Failed(failure), _) if asked != name => {
                let detail = format!("its CNAME points to {asked}, which failed: {failure}");
                lookup.answer = Answer::Failed(failure.with_detail(detail));
                return lookup;
            }
            DnsReading::Final(Answer::Absent(how), zone) if asked != name => {
                lookup.answer = Answer::Absent(format!("{how}: it is a CNAME for {asked}"));
                lookup.zone = zone;
                return lookup;
            }
            DnsReading::Final(answer, zone) => {
                lookup.answer = answer;
                lookup.zone = zone;
                return lookup;
            }
            DnsReading::Alias(records, target) => {
                seen.extend(records);
                asked = target;
                if seen.iter().any(|record| record.owner == asked) {
                    lookup.answer = Answer::Absent(answer::CIRCLE.to_owned());
                    return lookup;
                }
            }
        }
    }
    let detail = format!("more than {MAX_ALIASES} CNAME records in a chain");
    lookup.answer = Answer::failed(FailureKind::LimitExceeded, detail);
    lookup
}

/// Asks one question, and returns its answer as a message.
async fn ask(
    server: SocketAddr,
    name: &str,
    kind: RecordKind,
    limit: Duration,
) -> io::Result<Message> {
    let deadline = Instant::now() + limit;
    let mut question = question(name, kind)?;
    let mut reply = over_udp(server, &question, deadline, limit).await?;
    // Servers without EDNS reject the unknown option.
    if matches!(
        reply.response_code,
        ResponseCode::FormErr | ResponseCode::NotImp
    ) {
        question.edns = None;
        reply = over_udp(server, &question, deadline, limit).await?;
    }
    if !reply.truncation {
        return Ok(reply);
    }
    let rest = deadline.saturating_duration_since(Instant::now());
    let complete = within(rest, over_tcp(server, &question)).await;
    match complete {
        // There is no further transport, and the missing part may matter.
        Ok(complete) if complete.truncation => {
            let error = io::ErrorKind::InvalidData;
            Err(truncated(error, "truncated again"))
        }
        Ok(complete) => Ok(complete),
        Err(error) => Err(truncated(error.kind(), &without_os_number(&error))),
    }
}

fn truncated(kind: io::ErrorKind, over_tcp: &str) -> io::Error {
    io::Error::new(
        kind,
        format!("truncated over UDP, and over TCP: {over_tcp}"),
    )
}

/// Returns the words of an error without the operating system's number.
fn without_os_number(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::TimedOut => "timed out".to_owned(),
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
            "the connection was closed early".to_owned()
        }
        _ => error.to_string(),
    }
}

fn question(name: &str, kind: RecordKind) -> io::Result<Message> {
    let mut name = Name::from_ascii(name).map_err(|error| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("not a name that can be queried: {error}"),
        )
    })?;
    name.set_fqdn(true);
    let record_type = match kind {
        RecordKind::A => RecordType::A,
        RecordKind::Aaaa => RecordType::AAAA,
        RecordKind::Mx => RecordType::MX,
        RecordKind::Cname => RecordType::CNAME,
    };
    let mut message = Message::query();
    message.metadata.op_code = OpCode::Query;
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(name, record_type));
    let mut edns = Edns::new();
    edns.set_max_payload(UDP_PAYLOAD);
    message.set_edns(edns);
    Ok(message)
}

async fn over_udp(
    server: SocketAddr,
    question: &Message,
    deadline: Instant,
    limit: Duration,
) -> io::Result<Message> {
    let bytes = question.to_vec().map_err(io::Error::other)?;
    let local = if server.is_ipv4() {
        Ipv4Addr::UNSPECIFIED.into()
    } else {
        Ipv6Addr::UNSPECIFIED.into()
    };
    let socket = UdpSocket::bind(SocketAddr::new(local, 0)).await?;
    socket.connect(server).await?;
    let mut ignored_reply: Option<&'static str> = None;
    for tries_left in (0..TRIES).rev() {
        socket.send(&bytes).await.map_err(refused)?;
        let wait_until = deadline - (limit / TRIES) * tries_left;
        match tokio::time::timeout_at(
            wait_until,
            usable_reply(&socket, question, &mut ignored_reply),
        )
        .await
        {
            Ok(reply) => return reply,
            Err(_) => continue,
        }
    }
    Err(match ignored_reply {
        Some(ignored_reply) => io::Error::new(
            io::ErrorKind::InvalidData,
            format!("invalid: {ignored_reply}"),
        ),
        None => time_out_error(limit),
    })
}

/// Waits for an answer to this question. Another message may come from anyone, so it is noted and
/// ignored; only an unreadable message with the right id ends the wait.
async fn usable_reply(
    socket: &UdpSocket,
    question: &Message,
    ignored_reply: &mut Option<&'static str>,
) -> io::Result<Message> {
    let mut buffer = vec![0; usize::from(u16::MAX)];
    loop {
        let length = socket.recv(&mut buffer).await.map_err(refused)?;
        match read_reply(buffer.get(..length).unwrap_or_default(), question) {
            Ok(reply) => return Ok(reply),
            Err(ReplyError {
                what,
                has_right_id: true,
            }) => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("invalid: {what}"),
                ));
            }
            Err(ReplyError { what, .. }) => *ignored_reply = Some(what),
        }
    }
}

/// Explains the error of a datagram to a closed port: connection refused.
fn refused(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => io::Error::new(
            io::ErrorKind::ConnectionRefused,
            "no DNS server answers there (port unreachable)",
        ),
        _ => error,
    }
}

/// Why a message is not an answer to a question.
struct ReplyError {
    what: &'static str,
    has_right_id: bool,
}

impl ReplyError {
    /// Creates the error for a message that anyone may have sent.
    fn foreign(what: &'static str) -> Self {
        Self {
            what,
            has_right_id: false,
        }
    }

    /// Creates the error for a message of the server that was asked.
    fn unusable(what: &'static str) -> Self {
        Self {
            what,
            has_right_id: true,
        }
    }
}

fn read_reply(bytes: &[u8], question: &Message) -> Result<Message, ReplyError> {
    let Some(id) = bytes.first_chunk::<2>().map(|id| u16::from_be_bytes(*id)) else {
        return Err(ReplyError::foreign("the answer is shorter than two bytes"));
    };
    if id != question.id {
        return Err(ReplyError::foreign("the answer's id is not the query's"));
    }
    let Ok(reply) = Message::from_vec(bytes) else {
        return Err(ReplyError::unusable("the answer cannot be read"));
    };
    if reply.message_type != MessageType::Response {
        return Err(ReplyError::unusable("the answer is itself a query"));
    }
    // Servers may omit the question from an error response.
    let left_out = reply.queries.is_empty() && reply.response_code != ResponseCode::NoError;
    if !left_out && reply.queries != question.queries {
        return Err(ReplyError::unusable("the answer is to another question"));
    }
    Ok(reply)
}

async fn over_tcp(server: SocketAddr, question: &Message) -> io::Result<Message> {
    let bytes = question.to_vec().map_err(io::Error::other)?;
    let length = u16::try_from(bytes.len()).map_err(io::Error::other)?;
    let mut stream = TcpStream::connect(server).await?;
    stream
        .write_all(&[&length.to_be_bytes()[..], &bytes].concat())
        .await?;
    let reply_length = stream.read_u16().await?;
    let mut reply = vec![0; usize::from(reply_length)];
    stream.read_exact(&mut reply).await?;
    read_reply(&reply, question).map_err(|error| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            format!("invalid: {}", error.what),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked() -> Message {
        question("sharepoint.fabrikam.test", RecordKind::A).unwrap()
    }

    fn what(bytes: &[u8], question: &Message) -> Option<(&'static str, bool)> {
        read_reply(bytes, question)
            .err()
            .map(|error| (error.what, error.has_right_id))
    }

    #[test]
    fn replies_to_other_questions_are_rejected() {
        let question = asked();
        let mut reply = Message::response(question.id, OpCode::Query);
        let bytes = |reply: &Message| reply.to_vec().unwrap();
        assert_eq!(
            what(&bytes(&reply), &question),
            Some(("the answer is to another question", true)),
            "left out"
        );
        reply.metadata.response_code = ResponseCode::FormErr;
        assert_eq!(
            what(&bytes(&reply), &question),
            None,
            "one who does not understand cannot repeat"
        );
        reply.queries = question.queries.clone();
        reply.queries[0].name = Name::from_ascii("SharePoint.FABRIKAM.test.").unwrap();
        assert_eq!(what(&bytes(&reply), &question), None, "case is nothing");
        reply.queries[0].query_type = RecordType::AAAA;
        assert_eq!(
            what(&bytes(&reply), &question),
            Some(("the answer is to another question", true))
        );
        reply.metadata.id ^= 1;
        assert_eq!(
            what(&bytes(&reply), &question),
            Some(("the answer's id is not the query's", false))
        );
        assert_eq!(
            what(&bytes(&question), &question),
            Some(("the answer is itself a query", true))
        );
        assert_eq!(
            what(&[], &question),
            Some(("the answer is shorter than two bytes", false))
        );
    }

    proptest! {
        #[test]
        fn any_reply_is_read_without_panic(noise in proptest::collection::vec(any::<u8>(), 0..200)) {
            let question = asked();
            let reply = [&question.id.to_be_bytes()[..], &noise].concat();
            let _ = read_reply(&reply, &question);
        }
    }
}
