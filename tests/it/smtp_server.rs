//! An SMTP server inside the test process that follows a dialogue of `tests/dialogues`.
//!
//! A dialogue has one line per reply: the start of a command, then the parts of the reply:
//!
//! ```text
//! # A remark.
//! expect fail smtp-open-relay           (the expected outcome; all other rules pass)
//! timeout 300ms                         (in the farm file; 3s by default)
//! like microsoft                        (append the lines of that dialogue)
//! greeting | 220 sp1 ESMTP
//! EHLO | 250-sp1 | 250 8BITMIME
//! RCPT TO:<spinmail-probe@spinmail-check | 250 2.1.5 $TO
//! ```
//!
//! The first line that matches a command applies; `TLS EHLO` matches only after the handshake,
//! `AGAIN greeting` in every connection except the first. `$TO` is the text between `<` and `>` in
//! the command. Texts may contain `\r`, `\n` and `\xHH`. Actions are in braces:
//!
//! - `{wait MS}`: pauses; `{dribble MS}`: sends the text that follows byte by byte, with pauses;
//! - `{raw TEXT}`: sends the text without a line end; `{repeat N TEXT}`: sends the line N times;
//!   `{long N}`: fills a line with N bytes;
//! - `{tls CERTIFICATE}`: does the handshake, with a certificate that is `good`, `wrong-name`,
//!   `unknown` or `expired`;
//! - `{meet}`: waits until as many connections are open as the gate requires;
//! - `{close}`: closes the connection; `{silent}`: never replies.

use crate::support::root;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often a waiting thread checks whether the server has been stopped.
const TICK: Duration = Duration::from_millis(20);

/// The host name of the servers, which valid certificates contain.
pub const HOST: &str = "sp1.fabrikam.test";
const NAMES: &[&str] = &[HOST, "localhost"];

/// The replies of a dialogue, and the expected verdicts.
#[derive(Clone, Default)]
pub struct Dialogue {
    /// The outcomes of the rules that do not pass.
    pub expected: BTreeMap<String, String>,
    pub timeout: String,
    replies: Vec<(String, Vec<Part>)>,
}

#[derive(Clone)]
enum Part {
    Text(Vec<u8>),
    Wait(Duration),
    Dribble(Duration),
    Tls(String),
    Meet,
    Close,
    Silent,
}

impl Dialogue {
    /// Reads the dialogue of this name.
    pub fn named(name: &str) -> Self {
        let path = root().join(format!("tests/dialogues/{name}.txt"));
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self::parse(&text)
    }

    pub fn parse(text: &str) -> Self {
        let mut dialogue = Self {
            timeout: "3s".to_owned(),
            ..Self::default()
        };
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            dialogue.take(line);
        }
        dialogue
    }

    fn take(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("like ") {
            self.replies.extend(Self::named(name).replies);
        } else if let Some(limit) = line.strip_prefix("timeout ") {
            self.timeout = limit.to_owned();
        } else if let Some(expected) = line.strip_prefix("expect ") {
            let mut words = expected.split(' ');
            let outcome = words.next().unwrap_or_default().to_owned();
            self.expected
                .extend(words.map(|rule| (rule.to_owned(), outcome.clone())));
        } else {
            let mut parts = line.split(" | ");
            let command = parts.next().unwrap_or_default().to_owned();
            self.replies.push((command, parts.map(part).collect()));
        }
    }

    fn reply(&self, command: &str, encrypted: bool, again: bool) -> Option<&[Part]> {
        let fits = |prefix: &String| match prefix.split_once(' ') {
            Some(("TLS", prefix)) => encrypted && command.starts_with(prefix),
            Some(("AGAIN", prefix)) => again && command.starts_with(prefix),
            _ => command.starts_with(prefix.as_str()),
        };
        self.replies
            .iter()
            .find(|(prefix, _)| fits(prefix))
            .map(|(_, parts)| parts.as_slice())
    }
}

fn part(text: &str) -> Part {
    let Some(action) = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    else {
        return Part::Text(unescaped(&format!("{text}\\r\\n")));
    };
    let (word, rest) = action.split_once(' ').unwrap_or((action, ""));
    let milliseconds = || Duration::from_millis(rest.parse().expect("milliseconds"));
    match word {
        "wait" => Part::Wait(milliseconds()),
        "dribble" => Part::Dribble(milliseconds()),
        "raw" => Part::Text(unescaped(rest)),
        "long" => Part::Text(vec![b'x'; rest.parse().expect("a length")]),
        "repeat" => {
            let (count, line) = rest.split_once(' ').expect("{repeat N TEXT}");
            Part::Text(unescaped(&format!("{line}\\r\\n")).repeat(count.parse().expect("a count")))
        }
        "tls" => Part::Tls(rest.to_owned()),
        "meet" => Part::Meet,
        "close" => Part::Close,
        "silent" => Part::Silent,
        _ => panic!("unknown action {text}"),
    }
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.as_bytes());
        let length = match after.as_bytes().first() {
            Some(b'r') => {
                bytes.push(b'\r');
                1
            }
            Some(b'n') => {
                bytes.push(b'\n');
                1
            }
            Some(b'x') => {
                bytes.push(u8::from_str_radix(&after[1..3], 16).expect("two hexadecimal digits"));
                3
            }
            _ => panic!("unknown escape in {text}"),
        };
        rest = &after[length..];
    }
    bytes.extend(rest.as_bytes());
    bytes
}

/// Makes connections wait for each other, also those of several servers.
pub struct Gate {
    wanted: usize,
    state: Mutex<Visitors>,
    changed: Condvar,
}

#[derive(Default)]
struct Visitors {
    now: usize,
    /// Whether all connections were open together; none waits after that.
    met: bool,
}

impl Gate {
    pub fn of(wanted: usize) -> Arc<Self> {
        Arc::new(Self {
            wanted,
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    fn enter(&self) {
        let mut state = self.state.lock().unwrap();
        state.now += 1;
        state.met |= state.now >= self.wanted;
        self.changed.notify_all();
    }

    fn leave(&self) {
        self.state.lock().unwrap().now -= 1;
    }

    /// Waits for the other connections, and returns whether they came.
    fn meet(&self) -> bool {
        let patience = Duration::from_secs(20);
        let state = self.state.lock().unwrap();
        let (state, _) = self
            .changed
            .wait_timeout_while(state, patience, |state| !state.met)
            .unwrap();
        state.met
    }
}

pub struct SmtpServer {
    pub address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

struct Shared {
    dialogue: Dialogue,
    gate: Arc<Gate>,
    stopped: AtomicBool,
    /// The commands of each connection.
    received: Mutex<Vec<Vec<String>>>,
}

impl SmtpServer {
    /// Starts a server on a free port of 127.0.0.1.
    pub fn start(dialogue: &Dialogue) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        Self::start_on(listener, dialogue, Gate::of(1))
    }

    pub fn start_on(listener: TcpListener, dialogue: &Dialogue, gate: Arc<Gate>) -> Self {
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            dialogue: dialogue.clone(),
            gate,
            stopped: AtomicBool::new(false),
            received: Mutex::default(),
        });
        let serving = shared.clone();
        let accepting = Some(thread::spawn(move || serve(&listener, &serving)));
        Self {
            address,
            shared,
            accepting,
        }
    }

    /// Returns the commands so far in each connection that has sent any.
    pub fn received(&self) -> Vec<Vec<String>> {
        let all = self.shared.received.lock().unwrap();
        all.iter()
            .filter(|commands| !commands.is_empty())
            .cloned()
            .collect()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        // The listener waits without a time limit, so connect to wake it.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

fn serve(listener: &TcpListener, shared: &Arc<Shared>) {
    thread::scope(|scope| {
        for stream in listener.incoming() {
            if shared.stopped.load(Ordering::SeqCst) {
                break;
            }
            let Ok(stream) = stream else { continue };
            scope.spawn(move || {
                shared.gate.enter();
                // A client that closes the connection ends the conversation normally.
                let _ = Talk::new(stream, shared).and_then(Talk::run);
                shared.gate.leave();
            });
        }
    });
}

enum Line {
    Plain(TcpStream),
    Encrypted(Box<StreamOwned<ServerConnection, TcpStream>>),
}

struct Talk<'a> {
    line: Option<Line>,
    shared: &'a Shared,
    place: usize,
    unread: Vec<u8>,
}

impl<'a> Talk<'a> {
    fn new(stream: TcpStream, shared: &'a Shared) -> io::Result<Self> {
        stream.set_read_timeout(Some(TICK))?;
        stream.set_nodelay(true)?;
        let mut received = shared.received.lock().unwrap();
        received.push(Vec::new());
        Ok(Self {
            line: Some(Line::Plain(stream)),
            shared,
            place: received.len() - 1,
            unread: Vec::new(),
        })
    }

    fn run(mut self) -> io::Result<()> {
        self.play("greeting", "greeting")?;
        loop {
            let command = self.command()?;
            self.shared.received.lock().unwrap()[self.place].push(command.clone());
            let address = command
                .split(['<', '>'])
                .nth(1)
                .unwrap_or_default()
                .to_owned();
            self.play(&command, &address)?;
        }
    }

    /// Sends a reply. Consecutive texts are sent together.
    fn play(&mut self, command: &str, address: &str) -> io::Result<()> {
        let encrypted = matches!(self.line, Some(Line::Encrypted(_)));
        let mut waiting: Vec<u8> = Vec::new();
        let mut pause = Duration::ZERO;
        let unknown = [part("500 5.3.3 Unrecognized command")];
        let again = self.place > 0;
        for part in self
            .shared
            .dialogue
            .reply(command, encrypted, again)
            .unwrap_or(&unknown)
        {
            if let Part::Text(text) = part {
                waiting.extend(filled(text, address));
                continue;
            }
            self.send(&std::mem::take(&mut waiting), pause)?;
            match part {
                Part::Text(_) => {}
                Part::Wait(duration) => thread::sleep(*duration),
                Part::Dribble(duration) => pause = *duration,
                Part::Tls(certificate) => self.shake(certificate)?,
                Part::Meet if self.shared.gate.meet() => {}
                Part::Meet | Part::Close => return Err(ErrorKind::ConnectionAborted.into()),
                Part::Silent => loop {
                    self.command()?;
                },
            }
        }
        self.send(&waiting, pause)
    }

    fn send(&mut self, bytes: &[u8], pause: Duration) -> io::Result<()> {
        let size = if pause.is_zero() {
            bytes.len().max(1)
        } else {
            1
        };
        for chunk in bytes.chunks(size) {
            match self.line.as_mut() {
                Some(Line::Plain(stream)) => stream.write_all(chunk)?,
                Some(Line::Encrypted(stream)) => stream.write_all(chunk)?,
                None => return Err(ErrorKind::NotConnected.into()),
            }
            thread::sleep(pause);
        }
        Ok(())
    }

    fn shake(&mut self, certificate: &str) -> io::Result<()> {
        let Some(Line::Plain(stream)) = self.line.take() else {
            return Err(ErrorKind::NotConnected.into());
        };
        let connection = ServerConnection::new(Certificates::shared().server(certificate))
            .map_err(io::Error::other)?;
        self.line = Some(Line::Encrypted(Box::new(StreamOwned::new(
            connection, stream,
        ))));
        Ok(())
    }

    /// Reads the next command, or fails if the client is gone or the server is stopped.
    fn command(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            let mut buffer = [0; 1024];
            let read = match self.line.as_mut() {
                Some(Line::Plain(stream)) => stream.read(&mut buffer),
                Some(Line::Encrypted(stream)) => stream.read(&mut buffer),
                None => Ok(0),
            };
            match read {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(length) => self.unread.extend(&buffer[..length]),
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    if self.shared.stopped.load(Ordering::SeqCst) {
                        return Err(ErrorKind::Interrupted.into());
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Returns a text with its recipient filled in.
fn filled(text: &[u8], address: &str) -> Vec<u8> {
    match text.windows(3).position(|window| window == b"$TO") {
        Some(at) => [&text[..at], address.as_bytes(), &text[at + 3..]].concat(),
        None => text.to_vec(),
    }
}

/// A certificate authority that the tests' farm files name, and one that they do not name.
pub struct Certificates {
    /// The authority in the form of the farm file's `ca-file`.
    pub authority: String,
    servers: BTreeMap<&'static str, Arc<ServerConfig>>,
}

impl Certificates {
    pub fn shared() -> &'static Self {
        static SHARED: std::sync::OnceLock<Certificates> = std::sync::OnceLock::new();
        SHARED.get_or_init(Self::new)
    }

    fn new() -> Self {
        let (pem, own) = authority("Spinmail test authority");
        let (_, foreign) = authority("Nobody's authority");
        let servers = BTreeMap::from([
            ("good", server(&own, NAMES, 2100)),
            ("wrong-name", server(&own, &["other.fabrikam.test"], 2100)),
            ("expired", server(&own, NAMES, 2020)),
            ("unknown", server(&foreign, NAMES, 2100)),
        ]);
        Self {
            authority: pem,
            servers,
        }
    }

    /// Returns the configuration with a server certificate: `good`, `wrong-name`, `expired` or
    /// `unknown`.
    pub fn server(&self, kind: &str) -> Arc<ServerConfig> {
        self.servers
            .get(kind)
            .unwrap_or_else(|| panic!("no certificate is {kind}"))
            .clone()
    }
}

fn authority(name: &str) -> (String, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().expect("a key");
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = parameters.self_signed(&key).expect("a certificate");
    (certificate.pem(), Issuer::new(parameters, key))
}

fn server(issuer: &Issuer<'_, KeyPair>, names: &[&str], last_year: i32) -> Arc<ServerConfig> {
    let key = KeyPair::generate().expect("a key");
    let mut parameters = CertificateParams::new(
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>(),
    )
    .expect("names");
    parameters.not_before = rcgen::date_time_ymd(2010, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(last_year, 1, 1);
    let certificate: CertificateDer<'static> = parameters
        .signed_by(&key, issuer)
        .expect("a certificate")
        .into();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate with its key");
    Arc::new(config)
}
