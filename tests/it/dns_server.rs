//! An authoritative DNS server inside the test process, which can fail in many ways.
//!
//! It serves a text with lines of the form `NAME TYPE DATA`. Names need no final dot. Empty lines
//! and lines that begin with `#` are skipped. A mistake in the text panics in [`DnsServer::start`]:
//!
//! ```text
//! fabrikam.test            ZONE
//! sharepoint.fabrikam.test MX    10 sp1.fabrikam.test
//! nomail.fabrikam.test     MX    0 .
//! sp1.fabrikam.test        A     192.0.2.21
//! www.fabrikam.test        CNAME sp1.fabrikam.test
//! dead.fabrikam.test       FAULT servfail
//! sp1.fabrikam.test        FAULT/AAAA slow:300
//! ```
//!
//! `ZONE` makes the server authoritative: a missing name in the zone gets NXDOMAIN, a missing type
//! NODATA, both with the SOA record. A name outside every zone gets REFUSED. A CNAME is followed
//! within the zones, except to a name with a fault for the requested type: the client then asks for
//! that name itself and meets the fault.
//!
//! `FAULT` changes the answers at a name, `FAULT/TYPE` those of one type; the name `*` means every
//! name. The data are one or more of:
//!
//! - `servfail`, `refused`, `formerr`, `notimp`, `nxdomain`, `empty`: that code and no records at
//!   all (`empty`: NOERROR);
//! - `silent`: never answers; `close`: closes the TCP connection (over UDP it is silent);
//! - `garbage`: the right id, followed by bytes that are not a DNS message; `short`: one byte;
//! - `wrong-id`, `wrong-question`: the sound answer to another question;
//! - `cname-loop`: a CNAME from the name to itself;
//! - `truncate`: over UDP, the flag TC and no records;
//! - `referral`: no answer, and the zone's NS record, from a server without authority;
//! - `no-edns`: FORMERR if the question has EDNS;
//! - `resolver`: the sound answer, with the flags of a recursive resolver;
//! - `lossy:N`: the first N questions over UDP are dropped (`FAULT/TYPE` counts only that type);
//! - `slow:MS`: the answer comes this many milliseconds later;
//! - `tcp-X`, `udp-X`: the fault X only over that transport;
//! - `truncate-tcp-X`: `truncate`, and the fault X when the question is repeated over TCP;
//! - `no-tcp`: the server refuses all TCP connections, for any name.

mod faults;
mod tests;
mod zone;

use faults::{Action, Fault, Mode};
use hickory_resolver::proto::op::{Edns, Message, MessageType, Metadata, OpCode, ResponseCode};
use hickory_resolver::proto::rr::Name;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;
use zone::Zone;

pub struct DnsServer {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

/// A question: the lowercase name without the final dot, the type, and whether it came over TCP.
pub type Question = (String, String, bool);

struct Shared {
    zone: Zone,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    stopped: bool,
    questions: Vec<Question>,
    in_flight: usize,
    most_at_once: usize,
}

impl DnsServer {
    /// Serves the zone text on a free port of 127.0.0.1, over UDP and TCP.
    pub fn start(zone: &str) -> DnsServer {
        let (udp, tcp) = bind_both();
        let address = udp.local_addr().expect("the address of a socket");
        let shared = Arc::new(Shared {
            zone: Zone::parse(zone),
            state: Mutex::default(),
        });
        if shared.zone.tcp {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.serve_tcp(&tcp));
        }
        let serving = Arc::clone(&shared);
        thread::spawn(move || serving.serve_udp(&Arc::new(udp)));
        DnsServer { address, shared }
    }

    /// Returns all questions so far.
    pub fn questions(&self) -> Vec<Question> {
        self.shared.state().questions.clone()
    }

    /// Returns the maximum number of questions that waited for their answers at the same time.
    pub fn most_at_once(&self) -> usize {
        self.shared.state().most_at_once
    }
}

impl Drop for DnsServer {
    /// Stops the server. Its threads wait for a client, so this connects to wake them.
    fn drop(&mut self) {
        self.shared.state().stopped = true;
        let _ = TcpStream::connect(self.address);
        let _ = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|socket| socket.send_to(&[], self.address));
    }
}

/// Binds both protocols: the port that UDP picks may be in use for TCP, so try again with another.
fn bind_both() -> (UdpSocket, TcpListener) {
    let both = || {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a UDP port");
        let tcp = TcpListener::bind(udp.local_addr().ok()?).ok()?;
        Some((udp, tcp))
    };
    (0..50)
        .find_map(|_| both())
        .expect("a port that is free for both UDP and TCP")
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panicked")
    }

    fn serve_udp(self: &Arc<Self>, socket: &Arc<UdpSocket>) {
        let mut buffer = vec![0; 65535];
        loop {
            // Windows reports a client that has closed its socket as an error.
            let received = socket.recv_from(&mut buffer);
            if self.state().stopped {
                return;
            }
            let Ok((length, client)) = received else {
                continue;
            };
            let (delay, action) = self.receive(&buffer[..length], false);
            let (shared, socket) = (Arc::clone(self), Arc::clone(socket));
            let answer = move || {
                shared.wait(delay);
                if let Action::Send(bytes) = action {
                    let _ = socket.send_to(&bytes, client);
                }
            };
            // A delayed answer must not delay the others.
            if delay.is_zero() {
                answer()
            } else {
                drop(thread::spawn(answer))
            }
        }
    }

    fn serve_tcp(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            if self.state().stopped {
                return;
            }
            let shared = Arc::clone(self);
            thread::spawn(move || stream.and_then(|stream| shared.converse(stream)));
        }
    }

    /// Answers the questions of one TCP connection until the client closes it.
    fn converse(&self, mut stream: TcpStream) -> io::Result<()> {
        loop {
            let packet = read_framed(&mut stream)?;
            let (delay, action) = self.receive(&packet, true);
            self.wait(delay);
            match action {
                Action::Send(bytes) => stream.write_all(&framed(&bytes))?,
                Action::Ignore => {}
                Action::Close => return Ok(()),
            }
        }
    }

    /// Waits for the delay of an answer.
    fn wait(&self, delay: Duration) {
        {
            let mut state = self.state();
            state.in_flight += 1;
            state.most_at_once = state.most_at_once.max(state.in_flight);
        }
        thread::sleep(delay);
        // Count before sending: the client may send its next question at once.
        self.state().in_flight -= 1;
    }

    /// Records a question, and decides what to do with it after which delay.
    fn receive(&self, packet: &[u8], tcp: bool) -> (Duration, Action) {
        let request = match decode(packet) {
            Ok(request) => request,
            Err(action) => return (Duration::ZERO, action),
        };
        let query = &request.queries[0];
        let faults = self.zone.faults_at(&query.name, query.query_type, tcp);
        let delay = faults.iter().filter_map(|fault| fault.mode.delay()).sum();
        let action = self.decide(&request, tcp, &faults);
        let question = (plain(&query.name), query.query_type.to_string(), tcp);
        self.state().questions.push(question);
        (delay, action)
    }

    fn decide(&self, request: &Message, tcp: bool, faults: &[&Fault]) -> Action {
        let mut answer = self.zone.answer(request);
        for fault in faults {
            if let Mode::Lossy(count) = fault.mode
                && self.times_asked(request, fault) < count
            {
                return Action::Ignore;
            }
            if let Some(action) = fault.mode.spoil(&mut answer) {
                return action;
            }
        }
        let room = usize::from(request.max_payload());
        match send(&answer) {
            Action::Send(bytes) if !tcp && bytes.len() > room => send(&answer.truncate()),
            action => action,
        }
    }

    /// Returns how many questions over UDP this fault has met at the name.
    fn times_asked(&self, request: &Message, fault: &Fault) -> usize {
        let name = plain(&request.queries[0].name);
        let kind = fault.kind.map(|kind| kind.to_string());
        let met = |(asked, asked_kind, tcp): &&Question| {
            !tcp && *asked == name && kind.as_ref().is_none_or(|kind| kind == asked_kind)
        };
        self.state().questions.iter().filter(met).count()
    }
}

fn read_framed(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut packet = vec![0; u16::from_be_bytes(length).into()];
    stream.read_exact(&mut packet)?;
    Ok(packet)
}

fn framed(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}

/// Decodes a message with exactly one question, or returns the action for any other message.
fn decode(packet: &[u8]) -> Result<Message, Action> {
    let request = Message::from_vec(packet).map_err(|_| Action::Ignore)?;
    match (request.message_type, request.op_code, request.queries.len()) {
        (MessageType::Response, _, _) => Err(Action::Ignore),
        (_, OpCode::Query, 1) => Ok(request),
        (_, OpCode::Query, _) => Err(send(&respond(&request, ResponseCode::FormErr))),
        _ => Err(send(&respond(&request, ResponseCode::NotImp))),
    }
}

fn send(message: &Message) -> Action {
    message.to_vec().map_or(Action::Ignore, Action::Send)
}

/// Returns the response without records.
fn respond(request: &Message, code: ResponseCode) -> Message {
    let mut response = Message::response(request.id, request.op_code);
    response.metadata = Metadata::response_from_request(&request.metadata);
    response.metadata.response_code = code;
    response.queries = request.queries.clone();
    response.edns = request.edns.as_ref().map(|_| Edns::new());
    response
}

/// Returns the name as a test writes it: lowercase, without the final dot.
fn plain(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    text.trim_end_matches('.').to_owned()
}
