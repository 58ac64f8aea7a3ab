//! An authoritative DNS server inside the test process, with every way to misbehave.
//!
//! It serves one text, one line each `NAME TYPE DATA`; names need no final dot, blank lines and
//! lines starting with `#` are skipped, and a mistake in the text panics in [`DnsServer::start`]:
//!
//! ```text
//! fabrikam.test            ZONE
//! sharepoint.fabrikam.test MX    10 sp1.fabrikam.test
//! nomail.fabrikam.test     MX    0 .
//! sp1.fabrikam.test        A     10.0.0.21
//! www.fabrikam.test        CNAME sp1.fabrikam.test
//! dead.fabrikam.test       FAULT servfail
//! sp1.fabrikam.test        FAULT/AAAA slow:300
//! ```
//!
//! `ZONE` gives authority: absent names in it get NXDOMAIN, absent types NODATA, both with its SOA.
//! A name outside every zone is REFUSED. A CNAME is followed within the zones, but not into a name
//! that has a fault for the asked type, so that the client asks there itself and meets the fault.
//!
//! `FAULT` spoils the answers at a name, `FAULT/TYPE` those of one type. It takes one or more of:
//!
//! - `servfail`, `refused`, `formerr`, `notimp`, `nxdomain`, `empty`: that code and no records at
//!   all (`empty`: NOERROR);
//! - `silent`: never answers; `close`: closes the TCP connection (over UDP it is silent);
//! - `garbage`: the right id and then no DNS message; `short`: one byte;
//! - `wrong-id`, `wrong-question`: the good answer, but to something else;
//! - `cname-loop`: a CNAME from the name to itself;
//! - `truncate`: TC and no records over UDP;
//! - `lossy:N`: the first N questions over UDP are dropped (`FAULT/TYPE` counts that type alone);
//! - `slow:MS`: the answer, good or spoilt, comes that many milliseconds later;
//! - `tcp-X`, `udp-X`: the fault X over that transport alone;
//! - `truncate-tcp-X`: `truncate`, and the fault X when asked again over TCP;
//! - `no-tcp`: the whole server, whatever the name, refuses TCP connections.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::str::FromStr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle, Scope};
use std::time::Duration;

use hickory_resolver::proto::op::{Edns, Message, MessageType, Metadata, OpCode, Query, ResponseCode};
use hickory_resolver::proto::rr::rdata::{CNAME, MX, SOA};
use hickory_resolver::proto::rr::{DNSClass, Name, RData, Record, RecordType};

const TTL: u32 = 60;
/// How often a waiting thread looks whether the server has been stopped.
const TICK: Duration = Duration::from_millis(20);

pub struct DnsServer {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl DnsServer {
    /// Serves the zone text on a free port of 127.0.0.1, over UDP and TCP.
    pub fn start(zone: &str) -> DnsServer {
        DnsServer::start_on(Ipv4Addr::LOCALHOST.into(), zone)
    }

    pub fn start_on(ip: IpAddr, zone: &str) -> DnsServer {
        let zone = Zone::parse(zone);
        let (udp, tcp) = bind_both(ip);
        let address = udp.local_addr().unwrap();
        let tcp = zone.tcp.then_some(tcp);
        let shared = Arc::new(Shared { zone, state: Mutex::default(), stop: Condvar::new() });
        let mut threads = vec![spawn_with(&shared, move |shared| shared.serve_udp(&udp))];
        if let Some(tcp) = tcp {
            threads.push(spawn_with(&shared, move |shared| shared.serve_tcp(&tcp)));
        }
        DnsServer { address, shared, threads }
    }

    /// Everything asked so far: the name (lower case, no final dot), the type, whether over TCP.
    pub fn questions(&self) -> Vec<(String, String, bool)> {
        self.shared.state().questions.clone()
    }

    /// The highest number of questions that waited for their answer together.
    pub fn most_at_once(&self) -> usize {
        self.shared.state().most_at_once
    }
}

impl Drop for DnsServer {
    fn drop(&mut self) {
        self.shared.state().stopped = true;
        self.shared.stop.notify_all();
        if self.shared.zone.tcp {
            // The listener waits without a time limit: wake it.
            let _ = TcpStream::connect(self.address);
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn spawn_with(shared: &Arc<Shared>, work: impl FnOnce(&Shared) + Send + 'static) -> JoinHandle<()> {
    let shared = Arc::clone(shared);
    thread::spawn(move || work(&shared))
}

/// UDP picks a port that TCP may have in use already: another try picks another.
fn bind_both(ip: IpAddr) -> (UdpSocket, TcpListener) {
    for _ in 0..50 {
        let udp = UdpSocket::bind((ip, 0)).expect("bind a UDP port");
        if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()) {
            udp.set_read_timeout(Some(TICK)).unwrap();
            return (udp, tcp);
        }
    }
    panic!("no port of {ip} is free for both UDP and TCP");
}

struct Shared {
    zone: Zone,
    state: Mutex<State>,
    stop: Condvar,
}

#[derive(Default)]
struct State {
    stopped: bool,
    questions: Vec<(String, String, bool)>,
    in_flight: usize,
    most_at_once: usize,
}

enum Action {
    Ignore,
    Close,
    Send(Vec<u8>),
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn serve_udp(&self, socket: &UdpSocket) {
        let mut buffer = vec![0; 65535];
        thread::scope(|scope| {
            while !self.state().stopped {
                // An error is the time limit, or Windows telling of a client that has gone.
                let Ok((length, client)) = socket.recv_from(&mut buffer) else {
                    continue;
                };
                let reply = self.receive(&buffer[..length], false);
                self.deliver(scope, reply, move |action| {
                    if let Action::Send(bytes) = action {
                        let _ = socket.send_to(&bytes, client);
                    }
                });
            }
        });
    }

    fn serve_tcp(&self, listener: &TcpListener) {
        thread::scope(|scope| {
            for stream in listener.incoming() {
                if self.state().stopped {
                    break;
                }
                if let Ok(stream) = stream {
                    scope.spawn(move || self.converse(&stream));
                }
            }
        });
    }

    /// One TCP connection; several questions may be under way on it.
    fn converse(&self, stream: &TcpStream) {
        let _ = stream.set_read_timeout(Some(TICK));
        thread::scope(|scope| {
            while let Some(packet) = self.read_framed(stream) {
                let reply = self.receive(&packet, true);
                self.deliver(scope, reply, move |action| act_on_stream(stream, action));
            }
        });
    }

    fn read_framed(&self, stream: &TcpStream) -> Option<Vec<u8>> {
        let mut length = [0; 2];
        self.fill(stream, &mut length)?;
        let mut packet = vec![0; u16::from_be_bytes(length).into()];
        self.fill(stream, &mut packet)?;
        Some(packet)
    }

    /// Fills the buffer; `None` at the end of the stream, on an error or when stopped.
    fn fill(&self, mut stream: &TcpStream, buffer: &mut [u8]) -> Option<()> {
        let mut filled = 0;
        while filled < buffer.len() {
            match stream.read(&mut buffer[filled..]) {
                Ok(0) => return None,
                Ok(count) => filled += count,
                Err(error) if is_time_limit(error.kind()) && !self.state().stopped => {}
                Err(_) => return None,
            }
        }
        Some(())
    }

    /// Carries the reply out, a delayed one on a thread of its own.
    fn deliver<'scope, 'env>(
        &'env self,
        scope: &'scope Scope<'scope, 'env>,
        (delay, action): (Duration, Action),
        act: impl FnOnce(Action) + Send + 'scope,
    ) {
        self.enter();
        let finish = move || {
            let stopped = self.wait(delay);
            // Before the answer is out: the client may ask its next question at once.
            self.state().in_flight -= 1;
            if !stopped {
                act(action);
            }
        };
        if delay.is_zero() {
            finish();
        } else {
            scope.spawn(finish);
        }
    }

    fn enter(&self) {
        let mut state = self.state();
        state.in_flight += 1;
        state.most_at_once = state.most_at_once.max(state.in_flight);
    }

    /// Waits, and tells whether the server was stopped meanwhile.
    fn wait(&self, delay: Duration) -> bool {
        let state = self.state();
        let waited = self.stop.wait_timeout_while(state, delay, |state| !state.stopped);
        waited.unwrap().0.stopped
    }

    /// Takes note of a question and decides what becomes of it after which delay.
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
                && self.times_asked(fault) < count
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

    /// How many questions over UDP this fault has met so far.
    fn times_asked(&self, fault: &Fault) -> usize {
        let name = plain(&fault.name);
        let kind = fault.kind.map(|kind| kind.to_string());
        let met = |(asked, asked_kind, tcp): &&(String, String, bool)| {
            !tcp && *asked == name && kind.as_ref().is_none_or(|kind| kind == asked_kind)
        };
        self.state().questions.iter().filter(met).count()
    }
}

fn act_on_stream(mut stream: &TcpStream, action: Action) {
    match action {
        Action::Ignore => {}
        Action::Close => {
            let _ = stream.shutdown(Shutdown::Both);
        }
        Action::Send(bytes) => {
            // In one piece, as another answer may be written at the same time.
            let _ = stream.write_all(&framed(&bytes));
        }
    }
}

fn framed(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}

fn is_time_limit(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// The message with its one question, or what to do with anything else.
fn decode(packet: &[u8]) -> Result<Message, Action> {
    let Ok(request) = Message::from_vec(packet) else {
        return Err(reject_undecodable(packet));
    };
    let meta = &request.metadata;
    match (meta.message_type, meta.op_code, request.queries.len()) {
        (MessageType::Response, _, _) => Err(Action::Ignore),
        (_, OpCode::Query, 1) => Ok(request),
        (_, OpCode::Query, _) => Err(send(&respond(&request, ResponseCode::FormErr))),
        _ => Err(send(&respond(&request, ResponseCode::NotImp))),
    }
}

/// FORMERR for what has at least the header of a question.
fn reject_undecodable(packet: &[u8]) -> Action {
    let &[high, low, flags, ..] = packet else {
        return Action::Ignore;
    };
    if packet.len() < 12 || flags & 0x80 != 0 {
        return Action::Ignore;
    }
    let id = u16::from_be_bytes([high, low]);
    let code = ResponseCode::FormErr;
    send(&Message::error_msg(id, OpCode::Query, code))
}

fn send(message: &Message) -> Action {
    message.to_vec().map_or(Action::Ignore, Action::Send)
}

/// The response without records yet.
fn respond(request: &Message, code: ResponseCode) -> Message {
    let mut response = Message::response(request.metadata.id, request.metadata.op_code);
    response.metadata = Metadata::response_from_request(&request.metadata);
    response.metadata.response_code = code;
    response.queries = request.queries.clone();
    response.edns = request.edns.as_ref().map(|_| Edns::new());
    response
}

/// The name as a test would write it: in lower case, without the final dot.
fn plain(name: &Name) -> String {
    let text = name.to_lowercase().to_ascii();
    text.trim_end_matches('.').to_owned()
}

struct Zone {
    /// A zone is known by the SOA record at its top.
    records: Vec<(Name, RData)>,
    faults: Vec<Fault>,
    tcp: bool,
}

struct Fault {
    name: Name,
    /// `None`: every type.
    kind: Option<RecordType>,
    /// `None`: both UDP and TCP.
    tcp: Option<bool>,
    mode: Mode,
}

impl Zone {
    fn parse(text: &str) -> Zone {
        let mut zone = Zone { records: Vec::new(), faults: Vec::new(), tcp: true };
        for line in text.lines().map(str::trim) {
            if !line.is_empty() && !line.starts_with('#') {
                zone.add_line(line);
            }
        }
        for (name, _) in &zone.records {
            assert!(zone.soa_above(name).is_some(), "{name} is in no ZONE");
        }
        zone
    }

    fn add_line(&mut self, line: &str) {
        let (name, rest) = split_word(line);
        let (kind, data) = split_word(rest);
        let name = parse_name(name);
        match kind.split_once('/') {
            Some(("FAULT", kind)) => self.add_faults(&name, Some(parse_type(kind)), data),
            _ if kind == "FAULT" => self.add_faults(&name, None, data),
            _ if kind == "ZONE" => self.records.push((name.clone(), soa(&name))),
            _ => self.records.push((name, parse_data(kind, data))),
        }
    }

    fn add_faults(&mut self, name: &Name, kind: Option<RecordType>, words: &str) {
        for word in words.split_whitespace() {
            if word == "no-tcp" {
                self.tcp = false;
                continue;
            }
            for (tcp, mode) in parse_fault(word) {
                let name = name.clone();
                self.faults.push(Fault { name, kind, tcp, mode });
            }
        }
    }

    fn faults_at(&self, name: &Name, kind: RecordType, tcp: bool) -> Vec<&Fault> {
        let applies = |fault: &&Fault| {
            fault.name == *name && fault.kind.is_none_or(|one| one == kind) && fault.tcp.is_none_or(|one| one == tcp)
        };
        self.faults.iter().filter(applies).collect()
    }

    fn answer(&self, request: &Message) -> Message {
        let query = &request.queries[0];
        let mut message = respond(request, ResponseCode::Refused);
        if query.query_class != DNSClass::IN || self.soa_above(&query.name).is_none() {
            return message;
        }
        message.metadata.authoritative = true;
        message.metadata.response_code = ResponseCode::NoError;
        let Some(end) = self.follow(query, &mut message.answers) else {
            return message;
        };
        if let Some(soa) = self.soa_above(&end) {
            message.authorities.push(soa);
            if !self.exists(&end) {
                message.metadata.response_code = ResponseCode::NXDomain;
            }
        }
        message
    }

    /// Collects the answer records; returns the name at which there were none, if it came to that.
    fn follow(&self, query: &Query, answers: &mut Vec<Record>) -> Option<Name> {
        let mut name = query.name.clone();
        loop {
            let found = self.records_at(&name, query.query_type);
            if !found.is_empty() {
                answers.extend(found);
                return None;
            }
            let cname = self.records_at(&name, RecordType::CNAME).pop();
            let Some(RData::CNAME(CNAME(target))) = cname.as_ref().map(|cname| &cname.data) else {
                return Some(name);
            };
            name = target.clone();
            answers.extend(cname);
            if answers.iter().any(|answer| answer.name == name)
                || !self.faults_at(&name, query.query_type, false).is_empty()
            {
                return None;
            }
        }
    }

    fn records_at(&self, name: &Name, kind: RecordType) -> Vec<Record> {
        let here = self
            .records
            .iter()
            .filter(|(owner, data)| owner == name && (data.record_type() == kind || kind == RecordType::ANY));
        here.map(|(_, data)| Record::from_rdata(name.clone(), TTL, data.clone())).collect()
    }

    /// Whether there are records at the name or below it.
    fn exists(&self, name: &Name) -> bool {
        self.records.iter().any(|(owner, _)| name.zone_of(owner))
    }

    /// The SOA record of the innermost zone around the name.
    fn soa_above(&self, name: &Name) -> Option<Record> {
        let zones =
            self.records.iter().filter(|(owner, data)| data.record_type() == RecordType::SOA && owner.zone_of(name));
        zones
            .max_by_key(|(owner, _)| owner.num_labels())
            .map(|(owner, data)| Record::from_rdata(owner.clone(), TTL, data.clone()))
    }
}

fn split_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

fn parse_name(text: &str) -> Name {
    // `from_ascii` keeps the case; `from_utf8` is for international names.
    let name = Name::from_ascii(text).or_else(|_| Name::from_utf8(text));
    let mut name = name.unwrap_or_else(|e| panic!("{text:?}: {e}"));
    name.set_fqdn(true);
    name
}

fn parse_type(text: &str) -> RecordType {
    text.parse().unwrap_or_else(|e| panic!("{text:?}: {e}"))
}

fn parse_data(kind: &str, data: &str) -> RData {
    match parse_type(kind) {
        RecordType::CNAME => RData::CNAME(CNAME(parse_name(data))),
        RecordType::MX => {
            let (preference, exchange) = split_word(data);
            let preference = preference.parse().expect("the preference of an MX");
            RData::MX(MX::new(preference, parse_name(exchange)))
        }
        kind => RData::try_from_str(kind, data).unwrap_or_else(|e| panic!("{data:?}: {e}")),
    }
}

fn soa(zone: &Name) -> RData {
    let (server, mailbox) = (zone.clone(), zone.clone());
    RData::SOA(SOA::new(server, mailbox, 1, 3600, 600, 86400, TTL))
}

/// The faults a word stands for, each with the transport it is limited to.
fn parse_fault(word: &str) -> Vec<(Option<bool>, Mode)> {
    if let Some(rest) = word.strip_prefix("truncate-tcp-") {
        let retried = Mode::parse(rest);
        vec![(Some(false), Mode::Truncate), (Some(true), retried)]
    } else if let Some(rest) = word.strip_prefix("tcp-") {
        vec![(Some(true), Mode::parse(rest))]
    } else if let Some(rest) = word.strip_prefix("udp-") {
        vec![(Some(false), Mode::parse(rest))]
    } else {
        let mode = Mode::parse(word);
        let udp_only = matches!(mode, Mode::Truncate | Mode::Lossy(_));
        vec![(udp_only.then_some(false), mode)]
    }
}

#[derive(Clone, Copy)]
enum Mode {
    Code(ResponseCode),
    Silent,
    Close,
    Garbage,
    Short,
    WrongId,
    WrongQuestion,
    CnameLoop,
    Truncate,
    Lossy(usize),
    Slow(Duration),
}

impl Mode {
    fn parse(word: &str) -> Mode {
        match word.split_once(':').unwrap_or((word, "")) {
            ("servfail", "") => Mode::Code(ResponseCode::ServFail),
            ("refused", "") => Mode::Code(ResponseCode::Refused),
            ("formerr", "") => Mode::Code(ResponseCode::FormErr),
            ("notimp", "") => Mode::Code(ResponseCode::NotImp),
            ("nxdomain", "") => Mode::Code(ResponseCode::NXDomain),
            ("empty", "") => Mode::Code(ResponseCode::NoError),
            ("silent", "") => Mode::Silent,
            ("close", "") => Mode::Close,
            ("garbage", "") => Mode::Garbage,
            ("short", "") => Mode::Short,
            ("wrong-id", "") => Mode::WrongId,
            ("wrong-question", "") => Mode::WrongQuestion,
            ("cname-loop", "") => Mode::CnameLoop,
            ("truncate", "") => Mode::Truncate,
            ("lossy", count) => Mode::Lossy(number(word, count)),
            ("slow", millis) => Mode::Slow(Duration::from_millis(number(word, millis))),
            _ => panic!("no fault is called {word:?}"),
        }
    }

    fn delay(self) -> Option<Duration> {
        match self {
            Mode::Slow(delay) => Some(delay),
            _ => None,
        }
    }

    /// Alters the good answer, or tells what to do in place of answering.
    fn spoil(self, answer: &mut Message) -> Option<Action> {
        match self {
            Mode::Silent => return Some(Action::Ignore),
            Mode::Close => return Some(Action::Close),
            Mode::Short => return Some(Action::Send(vec![0])),
            Mode::Garbage => return Some(Action::Send(garbage(answer.metadata.id))),
            Mode::Code(code) => strip(answer, code),
            Mode::WrongId => answer.metadata.id ^= 0x5555,
            Mode::WrongQuestion => answer.queries[0].name = parse_name("wrong.question.invalid"),
            Mode::CnameLoop => loop_to_itself(answer),
            Mode::Truncate => *answer = answer.truncate(),
            Mode::Lossy(_) | Mode::Slow(_) => {}
        }
        None
    }
}

fn number<N: FromStr>(word: &str, digits: &str) -> N {
    let number = digits.parse().ok();
    number.unwrap_or_else(|| panic!("{word:?} needs a number"))
}

fn garbage(id: u16) -> Vec<u8> {
    [&id.to_be_bytes()[..], &[0xff; 38]].concat()
}

fn strip(answer: &mut Message, code: ResponseCode) {
    answer.metadata.authoritative = false;
    answer.metadata.response_code = code;
    answer.answers.clear();
    answer.authorities.clear();
}

fn loop_to_itself(answer: &mut Message) {
    let name = answer.queries[0].name.clone();
    strip(answer, ResponseCode::NoError);
    let data = RData::CNAME(CNAME(name.clone()));
    answer.answers.push(Record::from_rdata(name, TTL, data));
}

mod self_tests {
    use super::*;
    use std::io;
    use std::time::Instant;

    /// How long an answer is waited for; `SILENCE` is for those that must not come.
    const PATIENCE: Duration = Duration::from_secs(5);
    const SILENCE: Duration = Duration::from_millis(300);
    const ID: u16 = 0x1234;
    const NO_ERROR: ResponseCode = ResponseCode::NoError;
    const NX_DOMAIN: ResponseCode = ResponseCode::NXDomain;

    const ZONE: &str = "
        # Comments and blank lines are skipped.

        fabrikam.test     ZONE
        mx.fabrikam.test  MX    10 sp1.fabrikam.test
        null.fabrikam.test MX   0 .
        sp1.fabrikam.test A     10.0.0.21
        sp1.fabrikam.test AAAA  2001:db8::21
        www.fabrikam.test CNAME sp1.fabrikam.test
        gone.fabrikam.test CNAME nobody.fabrikam.test
        away.fabrikam.test CNAME host.elsewhere.test
        to-slow.fabrikam.test CNAME slow.fabrikam.test
        ring.fabrikam.test CNAME ring2.fabrikam.test
        ring2.fabrikam.test CNAME ring.fabrikam.test
        a.deep.fabrikam.test TXT \"some text\"
        slow.fabrikam.test A 10.0.0.1
        slow.fabrikam.test FAULT slow:500
        bücher.fabrikam.test A 10.0.0.3
        ";

    fn request(name: &str, kind: &str, payload: Option<u16>) -> Vec<u8> {
        let mut message = Message::new(ID, MessageType::Query, OpCode::Query);
        message.add_query(Query::query(parse_name(name), parse_type(kind)));
        message.edns = payload.map(|size| {
            let mut edns = Edns::new();
            edns.set_max_payload(size);
            edns
        });
        message.to_vec().unwrap()
    }

    fn exchange_udp(server: &DnsServer, bytes: &[u8], patience: Duration) -> Option<Vec<u8>> {
        let socket = UdpSocket::bind((server.address.ip(), 0)).unwrap();
        socket.set_read_timeout(Some(patience)).unwrap();
        socket.send_to(bytes, server.address).unwrap();
        let mut buffer = vec![0; 65535];
        let length = socket.recv(&mut buffer).ok()?;
        Some(buffer[..length].to_vec())
    }

    fn read_answer(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut answer = vec![0; u16::from_be_bytes(length).into()];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    }

    /// The error is what ended the wait for an answer.
    fn exchange_tcp(server: &DnsServer, bytes: &[u8], patience: Duration) -> Result<Vec<u8>, ErrorKind> {
        let attempt = || {
            let mut stream = TcpStream::connect(server.address)?;
            stream.set_read_timeout(Some(patience))?;
            stream.write_all(&framed(bytes))?;
            read_answer(&mut stream)
        };
        attempt().map_err(|error| error.kind())
    }

    fn udp(server: &DnsServer, name: &str, kind: &str) -> Message {
        let answer = exchange_udp(server, &request(name, kind, None), PATIENCE).expect("an answer");
        Message::from_vec(&answer).expect("a DNS message")
    }

    fn tcp(server: &DnsServer, name: &str, kind: &str) -> Message {
        let answer = exchange_tcp(server, &request(name, kind, None), PATIENCE).expect("an answer");
        Message::from_vec(&answer).expect("a DNS message")
    }

    fn data(message: &Message) -> Vec<String> {
        let answers = message.answers.iter();
        answers.map(|answer| answer.data.to_string()).collect()
    }

    fn with_fault(fault: &str) -> DnsServer {
        let zone = "t ZONE\n x.t A 10.0.0.1\n x.t MX 1 x.t\n x.t ";
        DnsServer::start(&format!("{zone}{fault}"))
    }

    #[track_caller]
    fn assert_code(message: &Message, code: ResponseCode, answers: &[&str], soa: bool) {
        assert_eq!(message.metadata.response_code, code);
        assert_eq!(data(message), answers);
        assert_eq!(!message.authorities.is_empty(), soa, "the SOA");
    }

    #[test]
    fn good_answers() {
        let server = DnsServer::start(ZONE);
        let answer = udp(&server, "MX.Fabrikam.test", "MX");
        assert_code(&answer, NO_ERROR, &["10 sp1.fabrikam.test."], false);
        assert!(answer.metadata.authoritative);
        assert_eq!(answer.queries[0].name.to_ascii(), "MX.Fabrikam.test.");
        let ask = |name: &str, kind: &str| udp(&server, &format!("{name}fabrikam.test"), kind);
        assert_code(&ask("null.", "MX"), NO_ERROR, &["0 ."], false);
        assert_code(&ask("sp1.", "AAAA"), NO_ERROR, &["2001:db8::21"], false);
        let idn = ask("xn--bcher-kva.", "A");
        assert_code(&idn, NO_ERROR, &["10.0.0.3"], false);
        let both = ["sp1.fabrikam.test.", "10.0.0.21"];
        assert_code(&ask("www.", "A"), NO_ERROR, &both, false);
        assert_code(&ask("www.", "MX"), NO_ERROR, &both[..1], true);
        assert_code(&ask("www.", "CNAME"), NO_ERROR, &both[..1], false);
        assert_eq!(ask("", "SOA").answers.len(), 1);
        assert_eq!(server.questions()[0], ("mx.fabrikam.test".to_owned(), "MX".to_owned(), false));
        assert_eq!(server.most_at_once(), 1);
    }

    #[test]
    fn absent_names_and_types() {
        let server = DnsServer::start(ZONE);
        let ask = |name: &str| udp(&server, name, "A");
        assert_code(&ask("nobody.fabrikam.test"), NX_DOMAIN, &[], true);
        assert_code(&ask("mx.fabrikam.test"), NO_ERROR, &[], true);
        assert_code(&ask("deep.fabrikam.test"), NO_ERROR, &[], true);
        assert_code(&ask("contoso.test"), ResponseCode::Refused, &[], false);
        let nobody = ["nobody.fabrikam.test."];
        assert_code(&ask("gone.fabrikam.test"), NX_DOMAIN, &nobody, true);
        let away = ["host.elsewhere.test."];
        assert_code(&ask("away.fabrikam.test"), NO_ERROR, &away, false);
        let ring = ["ring2.fabrikam.test.", "ring.fabrikam.test."];
        assert_code(&ask("ring.fabrikam.test"), NO_ERROR, &ring, false);
        let slow = ["slow.fabrikam.test."];
        assert_code(&ask("to-slow.fabrikam.test"), NO_ERROR, &slow, false);
    }

    #[test]
    fn big_answers_are_truncated_over_udp() {
        let line = |n| format!("big.t A 10.0.0.{n}\n");
        let zone: String = (1..=60).map(line).collect();
        let server = DnsServer::start(&format!("t ZONE\n{zone}"));
        let answer = udp(&server, "big.t", "A");
        assert!(answer.metadata.truncation && answer.answers.is_empty());
        let room = |size| {
            let bytes = exchange_udp(&server, &request("big.t", "A", Some(size)), PATIENCE).unwrap();
            Message::from_vec(&bytes).unwrap()
        };
        assert!(room(900).metadata.truncation);
        assert_eq!(room(1232).answers.len(), 60);
        assert!(room(1232).edns.is_some());
        assert_eq!(tcp(&server, "big.t", "A").answers.len(), 60);
    }

    #[test]
    fn codes_and_types() {
        for (word, code) in [
            ("servfail", ResponseCode::ServFail),
            ("refused", ResponseCode::Refused),
            ("formerr", ResponseCode::FormErr),
            ("notimp", ResponseCode::NotImp),
            ("nxdomain", NX_DOMAIN),
            ("empty", NO_ERROR),
        ] {
            let server = with_fault(&format!("FAULT/MX {word}"));
            assert_code(&udp(&server, "X.t", "MX"), code, &[], false);
            assert_code(&tcp(&server, "x.t", "MX"), code, &[], false);
            assert_code(&udp(&server, "x.t", "A"), NO_ERROR, &["10.0.0.1"], false);
        }
        let server = with_fault("FAULT cname-loop");
        assert_code(&udp(&server, "x.t", "A"), NO_ERROR, &["x.t."], false);
    }

    #[test]
    fn broken_messages() {
        let question = request("x.t", "A", None);
        for transport in ["", "tcp-"] {
            let ask = |fault: &str| {
                let server = with_fault(&format!("FAULT {transport}{fault}"));
                let answer = exchange_tcp(&server, &question, PATIENCE).unwrap();
                if transport.is_empty() {
                    assert_eq!(exchange_udp(&server, &question, PATIENCE).unwrap(), answer);
                } else {
                    assert_eq!(data(&udp(&server, "x.t", "A")), ["10.0.0.1"]);
                }
                answer
            };
            let garbage = ask("garbage");
            assert_eq!(garbage[..2], ID.to_be_bytes());
            assert!(Message::from_vec(&garbage).is_err());
            assert_eq!(ask("short").len(), 1);
            let wrong_id = Message::from_vec(&ask("wrong-id")).unwrap();
            assert_ne!(wrong_id.metadata.id, ID);
            assert_eq!(data(&wrong_id), ["10.0.0.1"]);
            let wrong = Message::from_vec(&ask("wrong-question")).unwrap();
            assert_eq!(wrong.queries[0].name, parse_name("wrong.question.invalid"));
        }
    }

    #[test]
    fn silence_and_loss() {
        let question = request("x.t", "A", None);
        let ask = |server: &DnsServer| exchange_udp(server, &question, SILENCE);
        let server = with_fault("FAULT silent");
        assert_eq!(ask(&server), None);
        let error = exchange_tcp(&server, &question, SILENCE).unwrap_err();
        assert!(is_time_limit(error));
        let server = with_fault("FAULT lossy:2");
        assert_eq!((ask(&server), ask(&server)), (None, None));
        assert_code(&udp(&server, "x.t", "A"), NO_ERROR, &["10.0.0.1"], false);
        assert_eq!(server.questions().len(), 3);
    }

    #[test]
    fn truncation_and_tcp() {
        let question = request("x.t", "A", None);
        let retry = |fault: &str, patience| {
            let server = with_fault(&format!("FAULT {fault}"));
            let answer = udp(&server, "x.t", "A");
            assert!(answer.metadata.truncation && answer.answers.is_empty());
            exchange_tcp(&server, &question, patience)
        };
        let whole = Message::from_vec(&retry("truncate", PATIENCE).unwrap()).unwrap();
        assert_eq!(data(&whole), ["10.0.0.1"]);
        assert!(is_time_limit(retry("truncate-tcp-silent", SILENCE).unwrap_err()));
        let closed = retry("truncate-tcp-close", PATIENCE).unwrap_err();
        assert_eq!(closed, ErrorKind::UnexpectedEof);
        assert!(Message::from_vec(&retry("truncate-tcp-garbage", PATIENCE).unwrap()).is_err());
        let refused = retry("truncate no-tcp", PATIENCE).unwrap_err();
        assert_eq!(refused, ErrorKind::ConnectionRefused);
    }

    #[test]
    fn slow_answers_block_no_others() {
        let server = DnsServer::start(ZONE);
        let start = Instant::now();
        thread::scope(|scope| {
            scope.spawn(|| assert_eq!(udp(&server, "slow.fabrikam.test", "A").answers.len(), 1));
            scope.spawn(|| assert_eq!(tcp(&server, "slow.fabrikam.test", "A").answers.len(), 1));
            thread::sleep(Duration::from_millis(100));
            udp(&server, "sp1.fabrikam.test", "A");
            assert!(start.elapsed() < Duration::from_millis(500));
        });
        assert!(start.elapsed() >= Duration::from_millis(500));
        assert_eq!(server.most_at_once(), 3);
    }

    #[test]
    fn answers_overtake_on_one_connection() {
        let server = DnsServer::start(ZONE);
        let mut stream = TcpStream::connect(server.address).unwrap();
        for name in ["slow.fabrikam.test", "sp1.fabrikam.test"] {
            stream.write_all(&framed(&request(name, "A", None))).unwrap();
        }
        for address in ["10.0.0.21", "10.0.0.1"] {
            let answer = read_answer(&mut stream).unwrap();
            assert_eq!(data(&Message::from_vec(&answer).unwrap()), [address]);
        }
    }

    #[test]
    fn faults_add_up() {
        let server = with_fault("FAULT slow:100 udp-servfail");
        let start = Instant::now();
        let answer = udp(&server, "x.t", "A");
        assert!(start.elapsed() >= Duration::from_millis(100));
        assert_code(&answer, ResponseCode::ServFail, &[], false);
        assert_code(&tcp(&server, "x.t", "A"), NO_ERROR, &["10.0.0.1"], false);
    }

    #[test]
    fn dropping_is_prompt_and_frees_the_port() {
        let server = with_fault("FAULT slow:60000");
        let address = server.address;
        let mut idle = TcpStream::connect(address).unwrap();
        idle.write_all(&[0]).unwrap();
        assert_eq!(exchange_udp(&server, &request("x.t", "A", None), SILENCE), None);
        let start = Instant::now();
        drop(server);
        assert!(start.elapsed() < Duration::from_secs(2));
        UdpSocket::bind(address).expect("the UDP port is free");
        assert!(TcpStream::connect(address).is_err());
    }

    #[test]
    fn malformed_input_is_survived() {
        let server = DnsServer::start_on(Ipv4Addr::LOCALHOST.into(), ZONE);
        let question = request("sp1.fabrikam.test", "A", Some(1232));
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        for length in 0..question.len() {
            socket.send_to(&question[..length], server.address).unwrap();
            let mut flipped = question.clone();
            flipped[length] ^= 0xff;
            socket.send_to(&flipped, server.address).unwrap();
        }
        let cut = exchange_udp(&server, &question[..20], PATIENCE).unwrap();
        let cut = Message::from_vec(&cut).unwrap();
        assert_eq!(cut.metadata.response_code, ResponseCode::FormErr);
        assert!(exchange_tcp(&server, &question[..5], SILENCE).is_err());
        assert_eq!(udp(&server, "sp1.fabrikam.test", "A").answers.len(), 1);
    }
}
