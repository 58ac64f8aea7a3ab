//! A directory server in the test's own process. It answers like Active Directory, unless a test
//! replaces the answers.

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

pub const DOMAIN: &str = "DC=fabrikam,DC=test";
pub const CONTAINER: &str = "OU=SharePointContacts,DC=fabrikam,DC=test";
pub const SCHEMA: &str = "CN=Schema,CN=Configuration,DC=fabrikam,DC=test";
const CONFIGURATION: &str = "CN=Configuration,DC=fabrikam,DC=test";
const PAGED: &str = "1.2.840.113556.1.4.319";
const DESCRIPTOR: &str = "1.2.840.113556.1.4.801";

/// A request.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The tag of the operation: 0x60 bind, 0x63 search, 0x77 extended.
    pub operation: u8,
    /// The password of a bind by name.
    pub password: Vec<u8>,
    pub base: String,
    pub scope: u8,
    /// The encoded filter, without decoding.
    pub filter: Vec<u8>,
    pub attributes: Vec<String>,
    /// The controls: their OIDs with their values.
    pub controls: Vec<(String, Vec<u8>)>,
}

impl Asked {
    pub fn is_bind(&self) -> bool {
        self.operation == 0x60
    }

    pub fn is_search(&self) -> bool {
        self.operation == 0x63
    }

    pub fn has(&self, control: &str) -> bool {
        self.controls.iter().any(|(oid, _)| oid == control)
    }

    /// Returns whether the request is for a page of the contacts and groups.
    pub fn is_page(&self) -> bool {
        let is_paged = self.has(PAGED) && !self.has(DESCRIPTOR);
        self.is_search() && self.base == CONTAINER && self.scope == 2 && is_paged
    }

    /// Returns whether the request is for a page of descriptors of contacts, groups or units in the
    /// container.
    pub fn is_sample(&self) -> bool {
        let is_paged = self.has(PAGED) && self.has(DESCRIPTOR);
        self.is_search() && self.base == CONTAINER && self.scope == 2 && is_paged
    }

    pub fn is_about_container(&self) -> bool {
        self.is_search() && self.base == CONTAINER && self.scope == 0
    }

    pub fn filters(&self, text: &str) -> bool {
        self.filter
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    }
}

pub type Attributes = Vec<(&'static str, Vec<Vec<u8>>)>;

/// A part of an answer.
#[derive(Debug, Clone)]
pub enum Said {
    Entry(Vec<u8>, Attributes),
    Reference(&'static str),
    /// The end of the answer: the result code, its text, its referral, and encoded controls.
    Done(u8, String, Option<&'static str>, Vec<Vec<u8>>),
    /// An encoded operation, sent in a message with the right message id.
    Operation(Vec<u8>),
    /// Bytes that are sent unchanged.
    Raw(Vec<u8>),
    /// No further answer; the connection stays open.
    Silence,
    Close,
}

impl Said {
    pub fn success() -> Self {
        Self::result(0, "")
    }

    pub fn result(code: u8, text: &str) -> Self {
        Self::Done(code, text.to_owned(), None, Vec::new())
    }

    pub fn entry(name: &str, attributes: &[(&'static str, &[&str])]) -> Self {
        let values = |values: &[&str]| {
            values
                .iter()
                .map(|value| value.as_bytes().to_vec())
                .collect()
        };
        let attributes = attributes
            .iter()
            .map(|(attribute, them)| (*attribute, values(them)))
            .collect();
        Self::Entry(name.as_bytes().to_vec(), attributes)
    }

    /// Returns a success result with the cookie for the next page.
    pub fn end_of_page(cookie: &[u8]) -> Self {
        Self::Done(0, String::new(), None, vec![paged(cookie)])
    }
}

// --- BER (X.690)

pub fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len();
    let head = match length {
        0..=0x7f => vec![tag, length as u8],
        0x80..=0xffff => vec![tag, 0x82, (length >> 8) as u8, length as u8],
        _ => [&[tag, 0x84][..], &(length as u32).to_be_bytes()].concat(),
    };
    [&head[..], value].concat()
}

fn octets(text: impl AsRef<[u8]>) -> Vec<u8> {
    tlv(0x04, text.as_ref())
}

pub fn control(oid: &str, value: Option<&[u8]>) -> Vec<u8> {
    tlv(
        0x30,
        &[octets(oid), value.map(octets).unwrap_or_default()].concat(),
    )
}

pub fn paged(cookie: &[u8]) -> Vec<u8> {
    control(
        PAGED,
        Some(&tlv(0x30, &[vec![2, 1, 0], octets(cookie)].concat())),
    )
}

fn message(number: &[u8], operation: &[u8], controls: &[Vec<u8>]) -> Vec<u8> {
    let controls = if controls.is_empty() {
        Vec::new()
    } else {
        tlv(0xa0, &controls.concat())
    };
    tlv(
        0x30,
        &[&tlv(0x02, number)[..], operation, &controls].concat(),
    )
}

/// Returns the tag, the value and the rest.
fn split(bytes: &[u8]) -> (u8, &[u8], &[u8]) {
    let (length, start) = match bytes[1] {
        short @ 0..=0x7f => (short as usize, 2),
        long => {
            let count = (long & 0x7f) as usize;
            (
                bytes[2..2 + count]
                    .iter()
                    .fold(0, |sum, byte| sum << 8 | *byte as usize),
                2 + count,
            )
        }
    };
    (
        bytes[0],
        &bytes[start..start + length],
        &bytes[start + length..],
    )
}

fn parts(mut bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut parts = Vec::new();
    while !bytes.is_empty() {
        let (tag, value, rest) = split(bytes);
        parts.push((tag, value));
        bytes = rest;
    }
    parts
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// Reads one message, and returns its id and the request, or `None` if the connection ends.
fn read(stream: &mut impl Read) -> Option<(Vec<u8>, Asked)> {
    let mut head = [0; 2];
    stream.read_exact(&mut head).ok()?;
    if head[0] != 0x30 {
        return None;
    }
    let mut length = head[1] as usize;
    if head[1] & 0x80 != 0 {
        let mut digits = vec![0; (head[1] & 0x7f) as usize];
        stream.read_exact(&mut digits).ok()?;
        length = digits.iter().fold(0, |sum, byte| sum << 8 | *byte as usize);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let parts_of_message = parts(&body);
    let (operation, value) = parts_of_message[1];
    let mut asked = Asked {
        operation,
        ..Asked::default()
    };
    if operation == 0x60 {
        asked.password = parts(value)[2].1.to_vec();
    }
    if operation == 0x63 {
        let search = parts(value);
        asked.base = text(search[0].1);
        asked.scope = search[1].1[0];
        asked.filter = search[6].1.to_vec();
        asked.attributes = parts(search[7].1)
            .iter()
            .map(|(_, name)| text(name))
            .collect();
    }
    if let Some((0xa0, controls)) = parts_of_message.get(2) {
        for (_, control) in parts(controls) {
            let fields = parts(control);
            let value = fields
                .iter()
                .skip(1)
                .find(|(tag, _)| *tag == 0x04)
                .map(|(_, value)| value.to_vec());
            asked
                .controls
                .push((text(fields[0].1), value.unwrap_or_default()));
        }
    }
    Some((parts_of_message[0].1.to_vec(), asked))
}

/// Returns the tag of the response that ends an operation.
fn ending(operation: u8) -> u8 {
    match operation {
        0x60 => 0x61,
        0x77 => 0x78,
        _ => 0x65,
    }
}

fn written(number: &[u8], asked: &Asked, said: &Said) -> Vec<u8> {
    match said {
        Said::Entry(name, attributes) => {
            let attribute = |(name, values): &(&str, Vec<Vec<u8>>)| {
                let values = values.iter().map(octets).collect::<Vec<_>>().concat();
                tlv(0x30, &[octets(name), tlv(0x31, &values)].concat())
            };
            let attributes = attributes
                .iter()
                .map(attribute)
                .collect::<Vec<_>>()
                .concat();
            message(
                number,
                &tlv(0x64, &[octets(name), tlv(0x30, &attributes)].concat()),
                &[],
            )
        }
        Said::Reference(url) => message(number, &tlv(0x73, &octets(url)), &[]),
        Said::Done(code, text, referral, controls) => {
            let referral = referral
                .map(|url| tlv(0xa3, &octets(url)))
                .unwrap_or_default();
            let body = [vec![0x0a, 1, *code], octets(""), octets(text), referral].concat();
            message(number, &tlv(ending(asked.operation), &body), controls)
        }
        Said::Operation(bytes) => message(number, bytes, &[]),
        Said::Raw(bytes) => bytes.clone(),
        Said::Silence | Said::Close => Vec::new(),
    }
}

// --- The server

type Answers = dyn Fn(&Asked) -> Vec<Said> + Send + Sync;
type Change = dyn Fn(Vec<u8>) -> Vec<u8> + Send + Sync;

/// The answers of a server, and the changes made to their bytes.
struct Script {
    answers: Box<Answers>,
    change: Box<Change>,
}

impl Script {
    fn new(
        answers: impl Fn(&Asked) -> Vec<Said> + Send + Sync + 'static,
        change: impl Fn(Vec<u8>) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        Self {
            answers: Box::new(answers),
            change: Box::new(change),
        }
    }
}

/// A server that runs until the test process ends.
pub struct LdapServer {
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl LdapServer {
    /// Starts a server with these answers, over TLS if a certificate is given.
    pub fn start(
        tls: Option<Arc<ServerConfig>>,
        answers: impl Fn(&Asked) -> Vec<Said> + Send + Sync + 'static,
    ) -> Self {
        Self::start_at("127.0.0.1:0", tls, answers)
    }

    /// Starts the server at an address and port.
    pub fn start_at(
        address: &str,
        tls: Option<Arc<ServerConfig>>,
        answers: impl Fn(&Asked) -> Vec<Said> + Send + Sync + 'static,
    ) -> Self {
        Self::listen(address, tls, Script::new(answers, |bytes| bytes))
    }

    /// Starts a server with these answers, whose bytes are changed before they are sent.
    #[cfg(target_os = "linux")]
    pub fn start_changing(
        answers: impl Fn(&Asked) -> Vec<Said> + Send + Sync + 'static,
        change: impl Fn(Vec<u8>) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        Self::listen("127.0.0.1:0", None, Script::new(answers, change))
    }

    fn listen(address: &str, tls: Option<Arc<ServerConfig>>, script: Script) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (log, script) = (asked.clone(), Arc::new(script));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (log, script, tls) = (log.clone(), script.clone(), tls.clone());
                let _ = stream.set_nodelay(true);
                thread::spawn(move || match tls {
                    None => serve(stream, &log, &script),
                    Some(config) => {
                        let connection = ServerConnection::new(config).expect("a connection");
                        serve(StreamOwned::new(connection, stream), &log, &script);
                    }
                });
            }
        });
        Self { port, asked }
    }

    /// Returns all requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("the log").clone()
    }
}

fn serve(mut stream: impl Read + Write, log: &Mutex<Vec<Asked>>, script: &Script) {
    while let Some((number, asked)) = read(&mut stream) {
        log.lock().expect("the log").push(asked.clone());
        let said = (script.answers)(&asked);
        let whole = said
            .iter()
            .map(|said| written(&number, &asked, said))
            .collect::<Vec<_>>()
            .concat();
        let whole = (script.change)(whole);
        // The client may have closed the connection.
        if stream
            .write_all(&whole)
            .and_then(|()| stream.flush())
            .is_err()
        {
            return;
        }
        match said.last() {
            Some(Said::Silence) => thread::sleep(Duration::from_secs(600)),
            Some(Said::Close) => return,
            _ => {}
        }
    }
}

/// Returns a listener that never answers, and its port.
pub fn deaf() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

/// Starts a server that sends these words on a new connection and does not speak LDAP.
pub fn talking(words: &'static [u8]) -> u16 {
    let (listener, port) = deaf();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.write_all(words);
            let mut sink = [0; 1024];
            let drain = |stream: &mut TcpStream, sink: &mut [u8]| stream.read(sink).unwrap_or(0);
            while drain(&mut stream, &mut sink) > 0 {}
        }
    });
    port
}

// --- The directory

/// Returns a contact like those that SharePoint creates.
pub fn contact(name: &str) -> Said {
    let address = format!("SMTP:{name}@sp.fabrikam.test");
    Said::entry(
        &format!("CN={name},{CONTAINER}"),
        &[
            (
                "objectClass",
                &["top", "person", "organizationalPerson", "contact"],
            ),
            ("mailNickname", &[name]),
            ("proxyAddresses", &[&address]),
            ("mail", &[&format!("{name}@sp.fabrikam.test")]),
            ("targetAddress", &[&address]),
            ("internetEncoding", &["1310720"]),
            ("mAPIRecipient", &["FALSE"]),
            ("msExchVersion", &["44220983382016"]),
        ],
    )
}

pub fn sid(rid: u32) -> Vec<u8> {
    let numbers = [21_u32, 1, 2, 3, rid]
        .into_iter()
        .flat_map(u32::to_le_bytes);
    [1, 5, 0, 0, 0, 0, 0, 5]
        .into_iter()
        .chain(numbers)
        .collect()
}

/// The rights of Authenticated Users: reading, and listing contents.
const READ: u32 = 0x2_0094;

fn allowance(trustee: &[u8], mask: u32) -> Vec<u8> {
    [
        &[0, 2][..],
        &(8 + trustee.len() as u16).to_le_bytes(),
        &mask.to_le_bytes(),
        trustee,
    ]
    .concat()
}

/// Returns a descriptor that grants the account 1103 these rights, and everyone reading, all
/// inherited.
pub fn descriptor(mask: u32) -> Vec<u8> {
    listing(&[allowance(&sid(1103), mask), allowance(&AUTHENTICATED, READ)])
}

/// Returns the same descriptor without reading for everyone.
pub fn hidden_descriptor(mask: u32) -> Vec<u8> {
    listing(&[allowance(&sid(1103), mask)])
}

fn listing(entries: &[Vec<u8>]) -> Vec<u8> {
    let count = (entries.len() as u16).to_le_bytes();
    let entries = entries.concat();
    let list = [
        &[2, 0][..],
        &(8 + entries.len() as u16).to_le_bytes(),
        &count,
        &[0, 0],
        &entries,
    ]
    .concat();
    let owner = 20 + list.len() as u32;
    let head = [
        &[1, 0, 4, 0x80][..],
        &owner.to_le_bytes(),
        &owner.to_le_bytes(),
        &[0; 4],
        &20_u32.to_le_bytes(),
    ];
    [&head.concat()[..], &list, &sid(512)].concat()
}

/// `S-1-5-11`, and `S-1-5-32-544`.
const AUTHENTICATED: [u8; 12] = [1, 1, 0, 0, 0, 0, 0, 5, 11, 0, 0, 0];
pub const ADMINISTRATORS: [u8; 16] = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0];

/// All rights that SharePoint needs: create, delete, delete subtree, write.
pub const ALL: u32 = 0x63;

/// Answers like an Active Directory in which everything is sound.
pub fn sound(asked: &Asked) -> Vec<Said> {
    let mut said = match asked.operation {
        0x60 | 0x77 => Vec::new(),
        0x63 => found(asked),
        _ => return vec![Said::Close],
    };
    said.push(if asked.has(PAGED) {
        Said::end_of_page(b"")
    } else {
        Said::success()
    });
    said
}

fn found(asked: &Asked) -> Vec<Said> {
    let account = format!("CN=sp_admin,CN=Users,{DOMAIN}");
    match &*asked.base {
        "" if asked.scope == 0 => vec![root(&[])],
        SCHEMA => [
            "displayName",
            "targetAddress",
            "mailNickname",
            "internetEncoding",
            "mAPIRecipient",
            "msExchVersion",
        ]
        .map(|name| {
            Said::entry(
                &format!("CN={name},{SCHEMA}"),
                &[("lDAPDisplayName", &[name])],
            )
        })
        .to_vec(),
        CONTAINER if asked.scope == 0 => vec![container(Some(descriptor(ALL)))],
        CONTAINER if asked.is_sample() => Vec::new(),
        CONTAINER => ["docs", "tasks", "blog"].map(contact).to_vec(),
        DOMAIN if asked.scope == 0 => {
            let domain = [&[1, 4][..], &sid(0)[2..24]].concat();
            let values = vec![
                ("nTSecurityDescriptor", vec![descriptor(0)]),
                ("objectSid", vec![domain]),
            ];
            vec![Said::Entry(DOMAIN.into(), values)]
        }
        DOMAIN if asked.filters("sp_admin") => {
            vec![Said::entry(&account, &[("objectClass", &["user"])])]
        }
        base if base.starts_with("CN=Partitions") => {
            let values = [
                ("nETBIOSName", &["FABRIKAM"][..]),
                ("nCName", &[DOMAIN]),
                ("dnsRoot", &["fabrikam.test"]),
            ];
            vec![Said::entry(&format!("CN=FABRIKAM,{base}"), &values)]
        }
        base if base == account && asked.attributes == ["tokenGroups"] => {
            vec![Said::Entry(
                account.into(),
                vec![("tokenGroups", vec![sid(513)])],
            )]
        }
        base if base == account => {
            let text = |value: &str| vec![value.as_bytes().to_vec()];
            let values = vec![
                ("objectClass", text("user")),
                ("objectSid", vec![sid(1103)]),
                ("userAccountControl", text("512")),
                ("msDS-User-Account-Control-Computed", text("0")),
                ("accountExpires", text("9223372036854775807")),
            ];
            vec![Said::Entry(account.into(), values)]
        }
        // An object in the container.
        base if asked.scope == 0 && base.ends_with(CONTAINER) => {
            let values = vec![
                ("objectClass", vec![b"contact".to_vec()]),
                ("nTSecurityDescriptor", vec![descriptor(0)]),
            ];
            vec![Said::Entry(base.into(), values)]
        }
        _ => Vec::new(),
    }
}

/// Returns the root DSE without some attributes.
pub fn root(without: &[&str]) -> Said {
    as_member_of(&[], without)
}

/// Returns the root DSE for an account that is also in these groups.
pub fn as_member_of(groups: &[&[u8]], without: &[&str]) -> Said {
    let all: [(&'static str, &[&str]); 5] = [
        ("defaultNamingContext", &[DOMAIN]),
        ("rootDomainNamingContext", &[DOMAIN]),
        ("schemaNamingContext", &[SCHEMA]),
        ("configurationNamingContext", &[CONFIGURATION]),
        ("dnsHostName", &["dc1.fabrikam.test"]),
    ];
    let kept: Vec<_> = all
        .into_iter()
        .filter(|(name, _)| !without.contains(name))
        .collect();
    let Said::Entry(name, mut attributes) = Said::entry("", &kept) else {
        unreachable!("an entry is one")
    };
    let own = [sid(1110), AUTHENTICATED.to_vec()];
    let token = own
        .into_iter()
        .chain(groups.iter().map(|group| group.to_vec()));
    attributes.push(("tokenGroups", token.collect()));
    Said::Entry(name, attributes)
}

pub fn container(descriptor: Option<Vec<u8>>) -> Said {
    let classes = ["top", "organizationalUnit"]
        .map(|class| class.as_bytes().to_vec())
        .to_vec();
    let descriptor = descriptor.map(|bytes| ("nTSecurityDescriptor", vec![bytes]));
    Said::Entry(
        CONTAINER.into(),
        [("objectClass", classes)]
            .into_iter()
            .chain(descriptor)
            .collect(),
    )
}

/// Returns whether a request asks for the DACL only, as an account without privileges must.
pub fn asks_for_list_only(asked: &Asked) -> bool {
    asked
        .controls
        .iter()
        .any(|(oid, value)| oid == DESCRIPTOR && value == &[0x30, 3, 2, 1, 7])
}
